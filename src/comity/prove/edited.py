"""What was edited between two editions of a rulebook: which definitions, lists, sets and readings that a provision rests on have other words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property
from typing import Any, Final

from comity.law.rulebook import Law, Reading, Rulebook, Written

SAID: Final = frozenset({"path", "place", "cite", "en", "zh", "note", "read", "checked", "sides"})
"""What is said about a provision and decides nothing."""
SCOPE: Final = "scope"
WORD: Final = re.compile(r"[A-Za-z_]\w*")


@dataclass
class Edited:
    """Two editions as they are written."""

    old: Rulebook
    new: Rulebook

    def itself(self, kind: str, path: str) -> bool:
        """Has a provision other words of its own, or does one edition not have it?"""
        one, other = (_laws(book, kind).get(path) for book in (self.old, self.new))
        return one is None or other is None or _own(one) != _own(other)

    def under(self, kind: str, path: str) -> tuple[str, ...]:
        """What has other words among that on which a provision rests, by name; what it is made of comes after it."""
        found: dict[str, None] = {}
        for book, named in zip((self.old, self.new), self._named, strict=True):
            law = _laws(book, kind).get(path)
            todo = [*_words(law), SCOPE] if law is not None else []
            seen = set[str]()
            while todo:
                if (name := todo.pop(0)) not in seen:
                    seen.add(name)
                    todo += _words(named.get(name))
            found |= {name: None for name in self._others if name in seen}
        return tuple(found)

    @cached_property
    def _named(self) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        return _everything(self.old), _everything(self.new)

    @cached_property
    def _others(self) -> list[str]:
        old, new = self._named
        return [name for name in {**old, **new} if _own(old.get(name)) != _own(new.get(name))]


def _laws(book: Rulebook, kind: str) -> Mapping[str, Law]:
    """The provisions of a kind by path."""
    held: Mapping[str, Mapping[str, Law]] = {"prohibition": book.prohibitions, "ground": book.grounds, "duty": book.duties}
    return {law.path: law for law in held[kind].values()}


def _everything(book: Rulebook) -> Mapping[str, Any]:
    """All that a condition may name, and the scope, on which every provision rests."""
    return {**book.sets, **book.places, **book.tables, **book.readings, **book.lists, **book.definitions, SCOPE: book.scope}


def _own(value: Any) -> Any:
    """What decides of what is written."""
    match value:
        case Written(text=text):
            return " ".join(text.split())
        case Law() | Reading():
            return tuple(_own(getattr(value, one.name)) for one in fields(value) if one.name not in SAID)
        case tuple():
            return tuple(map(_own, value))
        case _:
            return value


def _words(value: Any) -> Iterator[str]:
    """The words of conditions in what is written."""
    match value:
        case Written(text=text):
            yield from WORD.findall(text)
        case tuple():
            for one in value:
                yield from _words(one)
        case _:
            for one in fields(value) if is_dataclass(value) else ():
                yield from _words(getattr(value, one.name))
