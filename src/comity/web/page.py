"""What is at an address. Routes, and their description for programs, come of the same list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from comity.facts.place import PLACE
from comity.text.source import Mistake
from comity.web.site import Site
from comity.web.view import View

Made: TypeAlias = Callable[[Site, View, Mapping[str, Any]], object]
"""From a site, how somebody looks at it, and what stands in the address. Raises SourceError, or HTTPException where there is no such thing."""

Choices: TypeAlias = Mapping[str, tuple[str, Mapping[str, Any]]]
"""What may stand after the question mark: what each is, and its JSON Schema."""

Sent: TypeAlias = Callable[[Site, View, Mapping[str, Any], Mapping[str, Sequence[str]]], tuple[View, list[Mistake]]]
"""From what a form sends to the page that shows what came of it, as its address asks for it, and what was wrong with the form."""
TEXT: Final[Mapping[str, Any]] = {"type": "string"}
DAY: Final[Mapping[str, Any]] = {"anyOf": [{"type": "string", "format": "date"}, {"const": ""}]}
NUMBER: Final[Mapping[str, Any]] = {"anyOf": [{"type": "integer", "minimum": 1, "maximum": 9_999_999}, {"const": ""}]}
WHERE: Final[Mapping[str, Any]] = {"type": "string", "pattern": f"^({PLACE.pattern})?$"}


@dataclass(frozen=True)
class Page:
    """A page at an address, as the router writes one.

    `asked`: what may stand after the question mark, beside language and days;
    `sent`: what becomes of the forms on it; `again`: in how many seconds there may be more to see, 0 where nothing is under way.
    """

    path: str
    name: str
    about: str
    shows: Any
    template: str
    made: Made
    asked: Choices = field(default_factory=dict)
    sent: Sent | None = None
    again: Callable[[Any], int] | None = None


@dataclass(frozen=True)
class Asking:
    """Something that programs send to an address, to be answered.

    `takes`: its JSON Schema; `media`: in which forms it is taken. What is awaited is quick; the rest waits in a thread.
    """

    path: str
    name: str
    about: str
    takes: Mapping[str, Any]
    gives: Any
    media: tuple[str, ...]
    made: Callable[[Site, View, bytes], object]
    asked: Choices = field(default_factory=dict)


@dataclass(frozen=True)
class File:
    """What else is at an address: something to keep, to draw or to scrape, and no page.

    `media`: in which form it is given; `asked`: what may stand after the question mark; `seen`: by language and day too, as pages are.
    """

    path: str
    name: str
    about: str
    media: str
    asked: Choices = field(default_factory=dict)
    seen: bool = True


@dataclass(frozen=True)
class Streamed:
    """Something that programs send in so many parts as they wish, each of which is answered. `media`: in which forms, and what stands for a part in each."""

    path: str
    name: str
    about: str
    media: Mapping[str, Mapping[str, Any]]
