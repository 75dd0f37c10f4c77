"""A sheet as a PDF with its own Chinese font: the same bytes for the same sheet, whatever fonts there are on the machine."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Set as AbstractSet
from functools import cache
from pathlib import Path
from typing import Any, Final

import pylopdf_fonts_zh_cn as fonts
import typst
from fontTools.ttLib import TTFont

from comity.filing.sheet import Sheet, written_out

LAYOUT: Final = Path(__file__).with_name("sheet.typ")


def pdf(sheet: Sheet, day: dt.date, lang: str) -> bytes:
    """The document's bytes, dated with the day that it is about."""
    parts = [{"heading": part.heading, "rows": [sheet.page(row) for row in part.rows]} for part in sheet.parts]
    seen = _seen({"title": sheet.title, "about": sheet.about, "heads": sheet.heads(), "parts": parts, "closing": sheet.closing, "lines": sheet.lines})
    told = json.dumps({**seen, "widths": [stack.width for stack in sheet.stacks], "wide": sheet.wide, "lang": lang}, ensure_ascii=False)
    where: list[Path] = [fonts.sans_path().parent]
    compiler = typst.Compiler(LAYOUT, font_paths=where, ignore_system_fonts=True, sys_inputs={"told": told})
    made = compiler.compile(format="pdf", timestamp=dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC))
    assert isinstance(made, bytes)  # of one document there are no several
    return made


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
