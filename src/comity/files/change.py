"""Changes of a world's text: fragments of a world, merged into the tree of its file, added to its lists, or taken out of them.

Every tree is left as it was; what changes is copied. So two changes of one record can be made in either order, one after the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from comity.text.source import Mistakes, Node, Place

NAME: Final = re.compile(r"\$(\w+)")
"""A name that stands for a record of the movement that is asked about."""


@dataclass(frozen=True, slots=True)
class Change:
    """Fragments of a world: what is `put` (mappings are merged, all else replaces), added to lists, dropped out of them."""

    put: Node | None = None
    add: Node | None = None
    drop: Node | None = None

    def records(self) -> Iterator[tuple[str, str, Node]]:
        """The section, the name and the text of every record that it touches."""
        for fragment in (self.put, self.add, self.drop):
            for section, held in (fragment.pairs or {}).items() if fragment else ():
                for name, node in (held.pairs or {}).items():
                    yield section, name, node

    def of(self, section: str, name: str) -> Change:
        """What it does to one record."""
        parts = (fragment.get(section) if fragment else None for fragment in (self.put, self.add, self.drop))
        return Change(*(part.get(name) if part else None for part in parts))

    def words(self) -> set[str]:
        """The first words of all that it says."""
        return {key for part in (self.put, self.add, self.drop) if part for key in part.pairs or {}}

    def mentions(self) -> Iterator[tuple[str, Place]]:
        """Every name that stands for a record of the movement, and where it is said."""
        for part in (self.put, self.add, self.drop):
            yield from _mentions(part) if part else ()

    def named(self, names: Mapping[str, str]) -> tuple[Change, set[str]]:
        """The same with every `$name` replaced, and the names for which there is nothing."""
        absent: set[str] = set()
        return Change(*(_named(part, names, absent) if part else None for part in (self.put, self.add, self.drop))), absent

    def made(self, node: Node | None, mistakes: Mistakes) -> Node:
        """The tree with the change made; what cannot be added or dropped is a mistake."""
        changed = node or Node((self.put or self.add or self.drop or _EMPTY).place, pairs={})
        if self.put:
            changed = _merged(changed, self.put)
        if self.add:
            changed = _added(changed, self.add, mistakes)
        return _dropped(changed, self.drop, mistakes) if self.drop else changed


_EMPTY: Final = Node(place=None, pairs={})  # type: ignore[arg-type]  # a change of nothing has no place, and is never said to be wrong


def _mentions(node: Node) -> Iterator[tuple[str, Place]]:
    yield from ((name, node.place) for name in NAME.findall(node.text or ""))
    for key, place in node.keys.items():
        yield from ((name, place) for name in NAME.findall(key))
    for child in (*(node.items or ()), *(node.pairs or {}).values()):
        yield from _mentions(child)


def _named(node: Node, names: Mapping[str, str], absent: set[str]) -> Node:
    def put(text: str) -> str:
        absent.update(name for name in NAME.findall(text) if name not in names)
        return NAME.sub(lambda found: names.get(found[1], found[0]), text)

    return Node(
        node.place,
        None if node.text is None else put(node.text),
        None if node.items is None else [_named(item, names, absent) for item in node.items],
        None if node.pairs is None else {put(key): _named(child, names, absent) for key, child in node.pairs.items()},
        {put(key): place for key, place in node.keys.items()},
        node.quoted,
    )


def _merged(node: Node, fragment: Node) -> Node:
    if fragment.pairs is None or node.text is not None or "is" in fragment.pairs or "is" in (node.pairs or {}):
        return fragment  # a value, stated or judged by somebody: it stands in the place of another
    if node.items is not None:
        return replace(node, items=_rows(node.items, fragment))
    pairs = dict(node.pairs or {})
    for key, child in fragment.pairs.items():
        pairs[key] = _merged(pairs[key], child) if key in pairs else child
    return replace(node, pairs=pairs, keys={**fragment.keys, **node.keys})


def _rows(rows: list[Node], fragment: Node) -> list[Node]:
    """A list in which the rows that a mapping names are merged with what it says of them; a row that is not there is put at the end."""
    told = dict(fragment.pairs or {})
    made = [_merged(row, told.pop(name)) if (name := next((n for n in told if n in names(row)), None)) is not None else row for row in rows]
    return made + list(told.values())


def names(row: Node) -> tuple[str, ...]:
    """What a row of a list, or a word of it, may be called: its `name`, or else what it says first."""
    if row.pairs is None:
        return (row.text,) if row.text is not None else ()
    first = [child.text for child in [row.get("name"), *list(row.pairs.values())[:1]] if child is not None and child.text is not None]
    return tuple(first[:1])


def _added(node: Node, fragment: Node, mistakes: Mistakes) -> Node:
    if fragment.items is not None and node.items is not None:
        there = {name for row in node.items for name in names(row)}
        return replace(node, items=[*node.items, *(item for item in fragment.items if item.text is None or item.text not in there)])
    if fragment.pairs is None or node.pairs is None:
        mistakes.add(fragment.place, f"a {fragment.shape} cannot be added to a {node.shape}", "add [...] to a list, or set a value")
        return node
    pairs = dict(node.pairs)
    for key, child in fragment.pairs.items():
        pairs[key] = _added(pairs[key], child, mistakes) if key in pairs else child
    return replace(node, pairs=pairs, keys={**fragment.keys, **node.keys})


def _dropped(node: Node, fragment: Node, mistakes: Mistakes) -> Node:
    if fragment.items is not None and node.items is not None:
        gone = {item.text for item in fragment.items}
        return replace(node, items=[row for row in node.items if gone.isdisjoint(names(row))])
    if fragment.pairs is None or node.pairs is None:
        mistakes.add(
            fragment.place, f"nothing can be dropped from a {node.shape} by a {fragment.shape}", "name the list, and in it what is dropped: fields: [phone]"
        )
        return node
    pairs = {key: _dropped(child, fragment.pairs[key], mistakes) if key in fragment.pairs else child for key, child in node.pairs.items()}
    return replace(node, pairs=pairs)
