"""A sheet as comma-separated values (RFC 4180): its rows and nothing else, in UTF-8 with a mark that spreadsheets know."""

from __future__ import annotations

import csv
import io
from typing import Final

from comity.filing.sheet import Sheet

MARK: Final = b"\xef\xbb\xbf"
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula."""


def as_csv(sheet: Sheet) -> bytes:
    """The table's bytes. No cell is a formula: one that begins like one begins with an apostrophe, as spreadsheets write text."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in row] for row in sheet.table())
    return MARK + out.getvalue().encode()
