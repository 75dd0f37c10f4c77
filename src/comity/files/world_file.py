"""The file of a world: its text, its tree, what else is known put into it, and the world that comes of all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from comity.facts.record import World
from comity.facts.value import Interval
from comity.files.counts import check_counts
from comity.files.world import read_world
from comity.text.source import Mistake, Mistakes, Node, Place, SourceError, nearest, read_documents
from comity.verdict.plan import Plan

Joined = Callable[[Node], Node]
"""What else is known of a world, put into its tree before it is read."""


def as_told(node: Node) -> Node:
    """The tree as it is."""
    return node


def world_file(file: Path, plan: Plan, asked_on: int, joined: Joined = as_told) -> tuple[World, Node, str]:
    """The world in a file, the tree it was read from and the digest of its text; raises every mistake in it at once."""
    try:
        text = file.read_bytes()
    except OSError as fault:
        raise SourceError([Mistake(Place(str(file), 1, 1), f"cannot be read: {(fault.strerror or 'no such file').lower()}")]) from fault
    return world_text(str(file), text, plan, asked_on, joined)


def world_text(name: str, text: bytes, plan: Plan, asked_on: int, joined: Joined = as_told) -> tuple[World, Node, str]:
    """The same of a text that has a name, wherever it lies."""
    mistakes = Mistakes()
    documents = read_documents(name, text, mistakes)
    mistakes.settle()
    if not documents:
        raise SourceError([Mistake(Place(name, 1, 1), "the file is empty")])
    for more in documents[1:]:
        mistakes.add(more.place, "a second document in one file", "a world is one document: take out the line ---")
    node = joined(documents[0])
    world = read_world(node, plan.vocabulary, mistakes, asked_on)
    _check_law(node, world, plan, mistakes)
    mistakes.settle()
    return world, node, hashlib.sha256(text).hexdigest()


def on_day(world: World, asked_on: int) -> None:
    """Asked *on* a day, every movement is judged as if it happened then."""
    for movement in world["movement"].values():
        movement.facts["on"] = Interval(asked_on, asked_on)
        for part in movement.parts:
            part.pop("on", None)


def _check_law(node: Node, world: World, plan: Plan, mistakes: Mistakes) -> None:
    """Readings and counts are those of the law that is asked; law that is not asked may have others."""
    for key in (node.get("readings") or node).keys if world.readings else ():
        regime, _, name = key.partition("/")
        if regime in plan.levels and not name.startswith("law.") and name.removeprefix("reading.") not in plan.regime(regime).book.readings:
            known = plan.regime(regime).book.readings
            mistakes.add((node.get("readings") or node).keys[key], f"'{regime}' has no reading '{name}'", nearest(name, known))
    check_counts(node.get("counts"), plan, world.__getitem__, mistakes)
