"""Makes pages, in a process of its own: a compiler keeps whatever it laid out, and a site that is asked for long would hold all of it."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import Final

import typst

LAYOUT: Final = Path(__file__).with_name("sheet.typ")
STANDARD: Final = "a-2a"
"""PDF/A-2a: to be kept for long, and to be read aloud."""


def main() -> None:
    """What is to be laid out comes in as JSON: the sheet as `told`, the folder of its `fonts`, the `day`; the document's bytes go out."""
    asked = json.load(sys.stdin.buffer)
    compiler = typst.Compiler(LAYOUT, font_paths=[asked["fonts"]], ignore_system_fonts=True, sys_inputs={"told": json.dumps(asked["told"], ensure_ascii=False)})
    made = compiler.compile(format="pdf", pdf_standards=STANDARD, timestamp=dt.datetime.fromisoformat(asked["day"]).replace(tzinfo=dt.UTC))
    assert isinstance(made, bytes)  # of one document there are no several
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
