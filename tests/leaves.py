"""A workbook as the standard says that it is to be read: no library of ours wrote this."""

from __future__ import annotations

import io
import zipfile
from xml.etree import ElementTree as ET

SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def leaves(raw: bytes) -> list[list[list[str]]]:
    """The text of every cell, by leaf and row. Raises AssertionError where a cell is anything but text."""
    with zipfile.ZipFile(io.BytesIO(raw)) as book:
        shared = ["".join(part.text or "" for part in one.iter(f"{SPACE}t")) for one in ET.fromstring(book.read("xl/sharedStrings.xml"))]
        names = sorted((one for one in book.namelist() if one.startswith("xl/worksheets/sheet")), key=lambda one: (len(one), one))
        return [[[_text(cell, shared) for cell in row] for row in ET.fromstring(book.read(name)).iter(f"{SPACE}row")] for name in names]


def _text(cell: ET.Element, shared: list[str]) -> str:
    held = cell.find(f"{SPACE}v")
    assert cell.find(f"{SPACE}f") is None
    if held is None:
        return ""
    assert cell.get("t") == "s"
    return shared[int(held.text or "")]
