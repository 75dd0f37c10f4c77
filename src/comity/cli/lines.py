"""Lines of text for people: their width on a screen, wrapping, cutting at a word, and emphasis that is never the only sign."""

from __future__ import annotations

import contextlib
import os
import re
import sys
import unicodedata
from collections.abc import Iterator
from typing import Final, TextIO

ANSI: Final = re.compile(r"\x1b\[[0-9;]*m")
TOKENS: Final = re.compile(r"\s+|[^\s⺀-鿿＀-￯，。；：、（）]+|.")
STYLES: Final = {"bold": "1", "dim": "2", 0: "1;31", 1: "1;33", 2: "1;36", 3: "1;32", "open": "1;35"}
CLOSING: Final = "，。；：、）」』》…,.;:)"


def width(text: str) -> int:
    """How many columns a text takes; a Chinese character takes two, a mark of colour none."""
    plain = ANSI.sub("", text)
    return len(plain) if plain.isascii() else sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in plain)


def pad(text: str, columns: int) -> str:
    """A text filled up with spaces."""
    return text + " " * max(0, columns - width(text))


def columns(default: int = 100, most: int = 120) -> int:
    """How wide a page is: the screen's width, within reason; a fixed one when piped."""
    named = os.environ.get("COLUMNS", "")
    wide = int(named) if named.isdecimal() else 0
    if not sys.stdout.isatty():
        return wide or default
    with contextlib.suppress(OSError):
        wide = wide or os.get_terminal_size().columns
    return max(60, min(most, wide or default))


def wrap(text: str, room: int, first: str = "", rest: str = "") -> Iterator[str]:
    """The lines of a text, broken between words (or between Chinese characters), with a lead for the first and for the rest."""
    line, used, lead = "", 0, first
    limit = max(20, room)
    for token in TOKENS.findall(text):
        wide = width(token)
        if used and width(lead) + used + wide > limit and not token.isspace() and token not in CLOSING:
            yield (lead + line).rstrip()
            line, used, lead = "", 0, rest
        if token.isspace() and not used:
            continue
        line, used = line + (" " if token.isspace() else token), used + (1 if token.isspace() else wide)
    yield (lead + line).rstrip()


def cut(text: str, room: int) -> str:
    """A text cut at a word so that it fits, with an ellipsis where something was left out."""
    if width(text) <= room:
        return text
    kept, used = "", 0
    for token in TOKENS.findall(text):
        if used + width(token) > room - 1:
            break
        kept, used = kept + token, used + width(token)
    return kept.rstrip(" ,;:(，；：（-") + "…"


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
