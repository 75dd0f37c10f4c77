"""Lists over several pages: which is asked for, and where the one before and the one after are, in the answer and beside it (RFC 8288)."""

from __future__ import annotations

from typing import Final, Protocol, runtime_checkable

from comity.text.source import Mistake, Place, SourceError
from comity.web.page import NUMBER, Choices
from comity.web.view import View

ROWS: Final = 100
"""Rows of a page."""
ASKED: Final[Choices] = {"page": ("which page of them, counted from 1", NUMBER)}


@runtime_checkable
class Numbered(Protocol):
    """What is one page of so many."""

    @property
    def page(self) -> int:
        """Which one, from 1."""

    @property
    def pages(self) -> int:
        """Of how many."""


@runtime_checkable
class Continued(Protocol):
    """What says itself where it goes on."""

    @property
    def next(self) -> str:
        """An address; empty where it ends."""


def numbered(text: str, name: str = "page", what: str = "a page") -> int:
    """Which one: the first, unless a later one is named. Raises SourceError."""
    if text and not (text.isdecimal() and text.isascii() and 0 < len(text) < 8 and int(text)):
        raise SourceError([Mistake(Place(name, 1, 1), f"'{text}' is no number of {what}", "write a whole number from 1 up")])
    return int(text or 1)


def after(view: View, page: int, pages: int) -> str:
    """The address of the next page; empty on the last."""
    return view.href(page=str(page + 1)) if page < pages else ""


def links(view: View, data: object) -> dict[str, str]:
    """The header that leads on, and back where pages are counted."""
    told = {"next": data.next} if isinstance(data, Continued) else {}
    if isinstance(data, Numbered):
        told = {"prev": view.href(page=str(data.page - 1)) if data.page > 1 else "", "next": after(view, data.page, data.pages)}
    said = ", ".join(f'<{where}>; rel="{name}"' for name, where in told.items() if where)
    return {"Link": said} if said else {}
