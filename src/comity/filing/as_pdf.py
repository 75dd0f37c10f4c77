"""A sheet as a PDF with its own Chinese font: the same bytes for the same sheet, whatever fonts there are on the machine."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Any

import pylopdf_fonts_zh_cn as fonts
from fontTools.ttLib import TTFont

from comity.filing import press
from comity.filing.sheet import Sheet, written_out


def pdf(sheet: Sheet, day: dt.date, lang: str) -> bytes:
    """The document's bytes, dated with the day that it is about."""
    parts = [{"over": part.over, "heading": part.heading, "rows": [sheet.page(row) for row in part.rows]} for part in sheet.parts]
    seen = _seen({"title": sheet.title, "about": sheet.about, "heads": sheet.heads(), "parts": parts, "closing": sheet.closing, "lines": sheet.lines})
    told = {**seen, "widths": [stack.width for stack in sheet.stacks], "wide": sheet.wide, "lang": lang}
    asked = json.dumps({"told": told, "fonts": str(fonts.sans_path().parent), "day": day.isoformat()})
    return subprocess.run([sys.executable, "-P", press.__file__], input=asked.encode(), capture_output=True, check=True).stdout  # noqa: S603 -- ours


def _seen(told: Any) -> Any:  # noqa: ANN401 -- text, lists and mappings
    """The same with every sign written out that the font does not have: nothing is left out unseen."""
    match told:
        case str():
            return "".join(c if c == "\n" or ord(c) in _signs() else written_out(c) for c in told)
        case dict():
            return {name: _seen(value) for name, value in told.items()}
        case _:
            return [_seen(one) for one in told]


@cache
def _signs() -> AbstractSet[int]:
    with TTFont(fonts.sans_path(), lazy=True) as font:
        return frozenset(font.getBestCmap())
