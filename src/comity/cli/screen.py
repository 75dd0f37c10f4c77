"""The reader's screen: how wide it is, emphasis that is never the only sign, and a line at a time."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Final, TextIO

STYLES: Final = {"bold": "1", "dim": "2", 0: "1;31", 1: "1;33", 2: "1;36", 3: "1;32", "open": "1;35"}


def columns(default: int = 100, most: int = 120) -> int:
    """How wide a page is: the screen's width, within reason; a fixed one when piped."""
    named = os.environ.get("COLUMNS", "")
    wide = int(named) if named.isdecimal() else 0
    if not sys.stdout.isatty():
        return wide or default
    with contextlib.suppress(OSError):
        wide = wide or os.get_terminal_size().columns
    return max(60, min(most, wide or default))


def coloured(stream: TextIO | None = None) -> bool:
    """May colour be used: on a screen, unless NO_COLOR is set."""
    stream = stream or sys.stdout
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def paint(text: str, style: str | int) -> str:
    """A text with emphasis where colour may be used; the words say the same without it."""
    return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if coloured() else text


def out(text: str = "") -> None:
    """One line to the reader."""
    print(text)
