"""Lines of text for people: their width, wrapping, and cutting at a word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

ANSI: Final = re.compile(r"\x1b\[[0-9;]*m")
TOKENS: Final = re.compile(r"\s+|[^\s⺀-鿿＀-￯，。；：、（）]+|.")
CLOSING: Final = "，。；：、）」』》…,.;:)"


def width(text: str) -> int:
    """How many columns a text takes; a Chinese character takes two, a mark of colour none."""
    plain = ANSI.sub("", text)
    return len(plain) if plain.isascii() else sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in plain)


def pad(text: str, columns: int) -> str:
    """A text filled up with spaces."""
    return text + " " * max(0, columns - width(text))


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
