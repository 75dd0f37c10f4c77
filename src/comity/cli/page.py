"""Notes as lines: indented, wrapped to the reader's screen, the outcome with emphasis."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from typing import Final

from comity.cli.screen import columns, paint
from comity.text.shown import shown
from comity.words.lines import cut, wrap
from comity.words.notes import Note

ENDLESS: Final = 1 << 10
CELLS: Final = 20
"""Of a bar."""
BLANK: Final = re.compile(r"\s")


def page(notes: Iterable[Note]) -> Iterator[str]:
    """A page, its parts with an empty line between them."""
    room = columns()
    for number, note in enumerate(notes):
        if number:
            yield ""
        yield from laid(note, "", room)


def laid(note: Note, indent: str, room: int, depth: int = ENDLESS) -> Iterator[str]:
    """One note and its parts, as far down as is asked; an ellipsis says that there is more below."""
    more = " …" if note.parts and not depth else ""
    text = shown(BLANK.sub(" ", note.text))  # some of it is somebody else's words
    match note.kind:
        case "title":
            yield paint(text, note.state if note.state != "" else "bold")
        case "section" | "asking" | "open":
            yield from (paint(line, "bold") for line in wrap(text, room, indent, indent + "  ") if text)
        case "label":
            yield indent + text
        case "group":
            pass
        case "alert":
            yield from wrap(text, room, "! ", "  ")
        case "code":
            yield from textwrap.wrap(
                " ".join(text.split()), room - 2, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
            )
        case "file":
            yield from (f"{indent}{shown(line)}".rstrip() for line in note.text.splitlines())
        case "brief":
            yield indent + cut(text, room - len(indent) - 2)
        case "line":
            yield from wrap(text, room, indent, indent)
        case "step":
            yield from wrap(text, room, indent, indent + "   ")
        case "hang":
            yield from wrap(text, room, indent, indent + "  ")
        case "gauge":
            yield from wrap(f"{bar(*note.meter or (0, 0))} {text}", room, indent, indent + "  ")
        case "item":
            yield from wrap(text + more, room, indent + "- ", indent + "  ")
    inner = indent + {"title": "", "group": "", "step": "   "}.get(note.kind, "  ")
    for part in note.parts if depth else ():
        yield from laid(part, inner, room, (note.deep or depth) - 1)


def bar(surely: int, perhaps: int) -> str:
    """How full something is, in hundredths: what it surely is, what it may be besides, and what is left, which is never more than there is."""
    full, rest = (-(-part * CELLS // 100) for part in (surely, perhaps))
    return f"[{'#' * full}{'?' * (rest - full)}{'.' * (CELLS - rest)}]"
