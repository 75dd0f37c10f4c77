"""A sheet as a Word document: the same bytes for the same sheet."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Final

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from comity.filing.sheet import Sheet

LATIN: Final = "Arial"
CHINESE: Final = "SimSun"
"""What it is set in; a reader who lacks them sees it in others."""
PAPER: Final = (21.0, 29.7)
MARGIN: Final = 2.0
"""Centimetres."""
EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The first moment that an archive can tell."""


def docx(sheet: Sheet, day: dt.date) -> bytes:
    """The document's bytes, dated with the day that it is about."""
    made = Document()
    fonts = made.styles["Normal"].element.get_or_add_rPr().get_or_add_rFonts()
    for name, font in (("w:ascii", LATIN), ("w:hAnsi", LATIN), ("w:eastAsia", CHINESE)):
        fonts.set(qn(name), font)
    made.styles["Normal"].font.size = Pt(9.5)
    page = made.sections[0]
    width, height = reversed(PAPER) if sheet.wide else PAPER
    page.page_width, page.page_height = Cm(width), Cm(height)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(MARGIN)
    share = (width - 2 * MARGIN) / sum(stack.width for stack in sheet.stacks)
    told = made.core_properties
    told.title, told.author, told.last_modified_by, told.comments, told.revision = sheet.title[:255], "", "", "", 1
    told.created = told.modified = dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)
    made.add_heading(sheet.title, level=1)
    for line in sheet.about:
        made.add_paragraph(line)
    for part in sheet.parts:
        if part.over:
            made.add_heading(part.over, level=2)
        made.add_heading(part.heading, level=3 if any(one.over for one in sheet.parts) else 2)
        table = made.add_table(rows=1, cols=len(sheet.stacks), style="Table Grid")
        table.autofit = False
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 -- the library has no word for it: said again on every page
        for cell, column in zip(table.rows[0].cells, sheet.heads(), strict=True):
            cell.text = column
        for row in part.rows:
            for cell, texts in zip(table.add_row().cells, sheet.page(row), strict=True):
                cell.text = "\n".join(f"{label}\n{text}" if label else text for label, text in texts)
        for line in table.rows:
            for cell, stack in zip(line.cells, sheet.stacks, strict=True):
                cell.width = Cm(share * stack.width)
    made.add_heading(sheet.closing, level=2)
    for line in sheet.lines:
        made.add_paragraph(line, style="List Bullet")
    held = io.BytesIO()
    made.save(held)
    return _again(held)


def _again(held: io.BytesIO) -> bytes:
    """The same archive without the moment at which it was written."""
    out = io.BytesIO()
    with zipfile.ZipFile(held) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return out.getvalue()
