"""Where a fact stands in the tree of a world's file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath

from comity.facts.record import Source, World, entities
from comity.facts.vocabulary import PLURALS
from comity.text.source import Node, Place


def called(place: Place) -> str:
    """A place for a document that goes to others: the file by its name, since where it lies is no business of theirs."""
    return str(replace(place, file=PurePath(place.file).name))


def stands(tree: Node, world: World, kind: str, name: str, fact: str) -> tuple[Place, bool]:
    """The place of a fact of a record, and whether it is that; else the place of the record, or of the world. A branch's facts may be its entity's."""
    node = record(tree, kind, name)
    if node is not None and (found := _key(node, fact)) is not None:
        return found, True
    if kind == "movement" and node is not None:
        for part in (node.get("parts") or node).items or []:
            if (found := _key(part, fact)) is not None:
                return found, True
    own = world[kind].get(name)
    for above in entities(world, own) if kind == "party" and own is not None else ():
        if (inherited := record(tree, kind, above.id)) is not None and (found := _key(inherited, fact)) is not None:
            return found, True
    return node.place if node is not None else own.place if own is not None else tree.place, False


def record(tree: Node, kind: str, name: str) -> Node | None:
    """The node of a record: under its own name, or in place under a link of another, which its name then says."""
    if (section := tree.get(PLURALS[kind])) is not None and (found := section.get(name)) is not None:
        return found
    owner, _, link = name.rpartition(".")
    if not owner:
        return None
    for other in PLURALS:
        if (held := record(tree, other, owner)) is not None and (inline := held.get(link)) is not None:
            return inline
    if link.isdecimal() and "." in owner:
        first, _, listed = owner.rpartition(".")
        for other in PLURALS:
            held = record(tree, other, first)
            items = ((held.get(listed) if held is not None else None) or tree).items or []
            if int(link) < len(items):
                return items[int(link)]
    return None


def assumption(tree: Node, source: Source) -> Place:
    """Where an assumption stands, by what it says of itself."""
    held = tree.get("assume") or tree
    for one in held.items or [held]:
        if all(((one.get(key) or Node(one.place)).text or "") == told for key, told in (("by", source.by), ("on", source.on), ("because", source.because))):
            return one.place
    return held.place


def _key(node: Node, fact: str) -> Place | None:
    """Where the key of a fact stands; `protection.keys_in` may be told as a mapping in a mapping."""
    if fact in node.keys:
        return node.keys[fact]
    first, _, rest = fact.partition(".")
    inner = node.get(first)
    return inner.keys.get(rest) if rest and inner is not None else None
