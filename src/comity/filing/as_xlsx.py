"""A sheet as a workbook: its rows, and on a second leaf what stands above and below them. Every cell is text; the same bytes for the same sheet."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator, Sequence
from typing import Final

from xlsxwriter import Workbook

from comity.filing.sheet import Sheet

PLAIN: Final = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
MOST: Final = 16_000
"""Signs of a cell; a workbook takes twice as many halves of signs, and leaves out what is longer."""
NAME: Final = 31
"""Signs of a leaf's name."""
WIDTH: Final = 28
"""Of a column, in digits."""
A4: Final = 9


def xlsx(sheet: Sheet, day: dt.date) -> bytes:
    """The workbook's bytes, dated with the day that it is about."""
    out = io.BytesIO()
    with Workbook(out, PLAIN) as book:
        book.set_properties({"title": sheet.title[:255], "created": dt.datetime(day.year, day.month, day.day)})  # noqa: DTZ001 -- it takes no zone
        head, wrapped = book.add_format({"bold": True, "text_wrap": True, "valign": "top"}), book.add_format({"text_wrap": True, "valign": "top"})
        leaf = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", sheet.title)[:NAME].strip())
        columns, *rows = sheet.table()
        for at, row in enumerate([columns, *(piece for whole in rows for piece in _pieces(whole))]):
            for column, cell in enumerate(row):
                leaf.write_string(at, column, cell, wrapped if at else head)
        leaf.set_column(0, len(columns) - 1, WIDTH)
        leaf.freeze_panes(1, 0)
        leaf.repeat_rows(0)
        leaf.set_landscape()
        leaf.set_paper(A4)
        leaf.fit_to_pages(1, 0)
        beside = book.add_worksheet()
        for at, (piece,) in enumerate(piece for line in (sheet.title, *sheet.about, sheet.closing, *sheet.lines) for piece in _pieces([line])):
            beside.write_string(at, 0, piece, wrapped)
        beside.set_column(0, 0, 4 * WIDTH)
    return out.getvalue()


def _pieces(row: Sequence[str]) -> Iterator[Sequence[str]]:
    """A row; what a cell cannot hold goes on in the row below."""
    for start in range(0, max(1, *map(len, row)), MOST):
        yield [cell[start : start + MOST] for cell in row]
