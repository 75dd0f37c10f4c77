"""A witness as a person would write it: no fact that can be left out, and records called after what they are in the movement.

Records go before facts before members of lists, the last first, each as long as the answer stays the same: what is left out is unknown to the
ordinary reading, and the question is answered so whatever it may be. What goes by itself is asked of all at once, and how much of that goes together by
halves; several witnesses are asked about together.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from comity.facts.vocabulary import Fact, Vocabulary
from comity.prove.called import KINDS, called
from comity.prove.retell import Asked, Less
from comity.prove.witness import Sections

Spot: TypeAlias = tuple[Any, ...]
"""Where something stands in a world: keys of mappings, and numbers of members of lists."""
Asking: TypeAlias = Generator[Less, Sequence[bool], Sections]
"""What asks of worlds whether it still holds of them, and ends with the smallest of them of which it does."""
Likely: TypeAlias = Callable[[Sequence[Asked]], Sequence[Sequence[bool]]]
"""Tells of many worlds at once of which of them it holds, most likely."""
KEPT: Final = frozenset({"on", "exporter", "importer"})
"""What is said of every movement, unless it is nobody."""
AT_ONCE: Final = 8
"""How many of the ways to leave out several things are asked about together."""


def plain(worlds: Sequence[Sections], vocabulary: Vocabulary, likely: Likely, holds: Callable[[int, Sections], bool]) -> list[Sections]:
    """For each of the worlds, of which something holds, the smallest of those tried of which it `holds` too, with names that say what records are.

    The last word is not that of `likely`.
    """
    found = list(worlds)
    for number, small in enumerate(_together([_smallest(world, vocabulary) for world in worlds], likely)):
        found[number] = next((one for one in (called(small, vocabulary), small) if holds(number, one)), worlds[number])
    return found


def _together(asking: Sequence[Asking], likely: Likely) -> list[Sections]:
    """What several come to that ask at the same time."""
    found: dict[int, Sections] = {}
    answers: dict[int, Sequence[bool] | None] = dict.fromkeys(range(len(asking)))
    while answers:
        asked: dict[int, Less] = {}
        for number, answer in answers.items():
            try:
                asked[number] = asking[number].send(answer)  # type: ignore[arg-type]  # nothing begins it
            except StopIteration as end:
                found[number] = end.value
        answers = dict(zip(asked, likely(list(asked.items())), strict=True)) if asked else {}
    return [found[number] for number in range(len(asking))]


def _smallest(world: Sections, vocabulary: Vocabulary) -> Asking:
    """Leaves out what can be, until nothing can."""
    while True:
        before = world
        for spots in (_records, _facts, _members):
            world = yield from _without(world, list(spots(world)), vocabulary)
        if world is before:
            return world


def _without(world: Sections, spots: Sequence[Spot], vocabulary: Vocabulary) -> Asking:
    """Leaves out as many of these as can be; later ones first, so that earlier ones stand where they stood."""
    if not spots:
        return world
    alone = yield Less(world, [less(world, [spot], vocabulary) for spot in spots])
    left = [spot for spot, goes in zip(spots, alone, strict=True) if goes]
    while left:
        goes, stays, smaller = 0, len(left) + 1, world  # so many of the last go together, and so many do not
        while goes + 1 < stays:
            lengths = sorted({stays - 1, *range(goes + 1, stays, max(1, (stays - goes) // AT_ONCE))})
            answers = yield Less(world, parts := [less(world, left[-length:], vocabulary) for length in lengths])
            kept = [(length, part) for length, part, holds in zip(lengths, parts, answers, strict=True) if holds]
            if kept:
                goes, smaller = kept[-1]
            stays = min((length for length in lengths if length > goes), default=stays)
        world, left = smaller, left[: max(0, len(left) - goes - 1)]
    return world


# -- what can be left out ----------------------------------------------------------------------------------------------


def _records(world: Sections) -> Iterator[Spot]:
    """Every record but the movement, every earlier count and reading."""
    for section, held in world.items():
        if (section in KINDS and section != "movements") or section == "readings":
            yield from ((section, name) for name in held)
        elif section == "counts":
            yield from ((section, number) for number in range(len(held)))


def _facts(world: Sections) -> Iterator[Spot]:
    """Every fact of every record."""
    for section, held in world.items():
        if section in KINDS:
            for name, facts in held.items():
                yield from ((section, name, fact) for fact, value in facts.items() if fact not in KEPT or section != "movements" or value == "none")


def _members(world: Sections) -> Iterator[Spot]:
    """Every member of a list that a fact is, and every column of a row of it but the first."""
    for section, name, fact in _facts(world):
        value = world[section][name][fact]
        for number, member in enumerate(value if isinstance(value, list) else ()):
            yield (section, name, fact, number)
            yield from ((section, name, fact, number, column) for column in (list(member)[1:] if isinstance(member, dict) else ()))


def less(world: Sections, spots: Sequence[Spot], vocabulary: Vocabulary) -> Sections:
    """The world without what stands at these; whom nothing is said of any more, nothing leads to. What both say is the same."""
    for spot in reversed(spots):
        world = _cut(world, spot)
        if len(spot) == 2 and spot[0] in KINDS:
            world = _forgotten(world, vocabulary, KINDS[spot[0]], spot[1])
    return {section: held for section, held in world.items() if held}


def _cut(held: Any, spot: Spot) -> Any:
    key, *rest = spot
    found = held.copy()
    if rest:
        found[key] = _cut(held[key], tuple(rest))
    else:
        del found[key]
    return found


def _forgotten(world: Sections, vocabulary: Vocabulary, kind: str, name: str) -> Sections:
    """The world without what leads to a record."""
    found = dict(world)
    for section, held in world.items():
        if section in KINDS:
            found[section] = {whose: _unlinked(facts, vocabulary.kinds[KINDS[section]], kind, name) for whose, facts in held.items()}
        elif section == "counts" and kind == "party" and any(name in count.values() for count in held):
            found[section] = [count for count in held if name not in count.values()]
    return found


def _unlinked(facts: dict[str, Any], known: Mapping[str, Fact], kind: str, name: str) -> dict[str, Any]:
    """The facts that do not lead to a record; the very same where none does."""
    found = dict(facts)
    for fact, value in facts.items():
        meant = known.get(fact)
        if meant is not None and meant.type == "rows":
            rows = [_unlinked(row, meant.columns, kind, name) for row in value]
            found[fact] = value if all(a is b for a, b in zip(rows, value, strict=True)) else [row for row in rows if row]
        elif meant is not None and meant.to == kind and isinstance(value, list) and name in value:
            found[fact] = [one for one in value if one != name]
        elif meant is not None and meant.to == kind and value == name:
            del found[fact]
    return facts if len(found) == len(facts) and all(found[fact] is value for fact, value in facts.items()) else found
