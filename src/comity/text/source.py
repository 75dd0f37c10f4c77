"""Text that people write, as a tree in which every node knows its place; mistakes are collected, never thrown one by one.

Scalars stay text: what a value means is decided by the fact it is given for, so no word of any language is a Boolean by accident.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

import yaml

MAX_BYTES: Final = 8_000_000
MAX_DEPTH: Final = 40
MAX_NODES: Final = 1_000_000
MAX_SCALAR: Final = 20_000
MAX_MISTAKES: Final = 500


@dataclass(frozen=True, slots=True)
class Place:
    """Where a piece of text stands: file, line and column, both counted from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Mistake:
    """One fault in what a person wrote, with its place and, where there is one, a suggestion."""

    place: Place
    message: str
    suggestion: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" + (f" ({self.suggestion})" if self.suggestion else "")


class SourceError(Exception):
    """Raised once, with every mistake found, in order of place."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = sorted(mistakes, key=lambda m: (m.place.file, m.place.line, m.place.column))
        super().__init__("\n".join(str(m) for m in self.mistakes))

    def __reduce__(self) -> tuple[type[SourceError], tuple[list[Mistake]]]:
        return type(self), (self.mistakes,)  # an exception is otherwise made anew from its message


@dataclass(slots=True)
class Mistakes:
    """A collector of mistakes; `settle` raises them all, or returns when there are none."""

    found: list[Mistake] = field(default_factory=list)

    def add(self, place: Place, message: str, suggestion: str = "") -> None:
        """Note one mistake; a hostile text cannot make the list grow without bound."""
        if len(self.found) < MAX_MISTAKES:
            self.found.append(Mistake(place, message, suggestion))

    def settle(self) -> None:
        """Raise every mistake found so far, if any."""
        if self.found:
            raise SourceError(self.found)


def spot(place: Place, text: str, offset: int) -> Place:
    """The place of an offset inside a text that stands at `place` (exact on its first line)."""
    before = text[:offset]
    lines = before.count("\n")
    return Place(place.file, place.line + lines, offset - before.rfind("\n") if lines else place.column + offset)


def nearest(word: str, among: Iterable[str]) -> str:
    """A suggestion naming the closest known word, or nothing."""
    close = difflib.get_close_matches(word, list(among), n=1, cutoff=0.6)
    return f"did you mean '{close[0]}'?" if close else ""


@dataclass(slots=True)
class Node:
    """A scalar (`text`), a sequence (`items`) or a mapping (`pairs`), and where it stands."""

    place: Place
    text: str | None = None
    items: list[Node] | None = None
    pairs: dict[str, Node] | None = None
    keys: dict[str, Place] = field(default_factory=dict)
    quoted: bool = False

    @property
    def shape(self) -> str:
        """'text', 'list' or 'mapping', as a person would say it."""
        return "text" if self.text is not None else "list" if self.items is not None else "mapping"

    def get(self, key: str) -> Node | None:
        """The value under a key of a mapping, if any."""
        return self.pairs.get(key) if self.pairs is not None else None


def read_documents(name: str, text: bytes | str, mistakes: Mistakes) -> list[Node]:
    """The documents of a YAML or JSON text as placed trees; faults go to `mistakes`.

    Reads the event stream, not the parsed objects: depth, size and aliases are bounded before anything is built.
    """
    start = Place(name, 1, 1)
    raw = text.encode() if isinstance(text, str) else text
    if len(raw) > MAX_BYTES:
        mistakes.add(start, f"the file is larger than {MAX_BYTES // 1_000_000} MB", "keep large collections in Parquet tables")
        return []
    try:
        decoded = raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        mistakes.add(start, f"not UTF-8 text at byte {fault.start}")
        return []
    try:
        return list(_documents(name, yaml.parse(decoded, Loader=_LOADER), mistakes))
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        place = Place(name, mark.line + 1, mark.column + 1) if mark else start
        if mark and decoded.splitlines()[mark.line : mark.line + 1] and "\t" in decoded.splitlines()[mark.line][: mark.column + 1]:
            mistakes.add(place, "a tab begins this line", "indent with spaces")
        else:
            said = getattr(fault, "problem", None) or getattr(fault, "reason", None)
            mistakes.add(place, f"not readable as YAML: {said.lower()}" if said else "not readable as YAML")
    except _RefusedError as fault:
        mistakes.add(fault.place, fault.message, fault.suggestion)
    return []


_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class _RefusedError(Exception):
    def __init__(self, place: Place, message: str, suggestion: str = "") -> None:
        self.place, self.message, self.suggestion = place, message, suggestion


def _documents(name: str, events: Iterator[yaml.Event], mistakes: Mistakes) -> Iterator[Node]:
    stack: list[tuple[Node, Node | None]] = []
    count = 0
    for event in events:
        if isinstance(event, yaml.AliasEvent) or (isinstance(event, yaml.NodeEvent) and event.anchor):
            raise _RefusedError(_place(name, event), "anchors and aliases are not read", "write the value out")
        if isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            node, key = stack.pop()
            if key is not None:
                mistakes.add(key.place, f"'{key.text}' has no value")
            if not stack:
                yield node
            continue
        if not isinstance(event, yaml.NodeEvent):
            continue
        count += 1
        place = _place(name, event)
        if count > MAX_NODES:
            raise _RefusedError(place, f"more than {MAX_NODES} values in one file")
        node = _node(event, place)
        if stack:
            stack[-1] = _attach(*stack[-1], node, mistakes)
        if node.text is None:
            if len(stack) >= MAX_DEPTH:
                raise _RefusedError(place, f"nested deeper than {MAX_DEPTH} levels")
            stack.append((node, None))
        elif not stack:
            yield node


def _place(name: str, event: yaml.Event) -> Place:
    mark = event.start_mark
    return Place(name, mark.line + 1, mark.column + 1) if mark is not None else Place(name, 1, 1)


def _node(event: yaml.NodeEvent, place: Place) -> Node:
    if isinstance(event, yaml.ScalarEvent):
        if len(event.value) > MAX_SCALAR:
            raise _RefusedError(place, f"a value longer than {MAX_SCALAR} characters")
        return Node(place, text=event.value, quoted=event.style in ("'", '"'))
    return Node(place, items=[]) if isinstance(event, yaml.SequenceStartEvent) else Node(place, pairs={})


def _attach(parent: Node, key: Node | None, node: Node, mistakes: Mistakes) -> tuple[Node, Node | None]:
    """Put a node into its parent; a mapping waits for key and value in turn."""
    if parent.items is not None:
        parent.items.append(node)
        return parent, None
    if key is None:
        if node.text is None:
            raise _RefusedError(node.place, "a key must be text")
        return parent, node
    assert parent.pairs is not None
    assert key.text is not None
    if key.text in parent.pairs:
        mistakes.add(key.place, f"'{key.text}' is given twice")
    else:
        parent.pairs[key.text] = node
        parent.keys[key.text] = key.place
    return parent, None
