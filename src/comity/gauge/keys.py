"""Under which keys law counts what a world's movements bring, and what the world says was counted under one before a ledger began."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from comity.facts.record import World, entity
from comity.facts.table import Codes
from comity.facts.value import FALSE, MAX, only
from comity.gate.counting import MADE, called
from comity.law.condition import Counted
from comity.ledger.counts import Key
from comity.verdict.count import Tallied
from comity.verdict.decide import Judged, Stretch


def keys_of(judged: Judged, terms: Iterable[Counted]) -> Iterator[tuple[Counted, Key | None]]:
    """Some counts of a leg, each with its key; none where it is not known whose count it is. A ledger keeps no count of one asset or population."""
    for term in terms:
        if _kept(term):
            tallied, _ = _tallied(judged.stretch, term)
            yield term, _key(judged.stretch, term, tallied.keys[:, judged.row].tolist(), judged.row) if tallied.known[:, judged.row].all() else None


def brought(legs: Iterable[Judged], terms: Iterable[Counted]) -> Iterator[tuple[Counted, Key]]:
    """The counts and keys under which some legs bring somebody, or may."""
    stretches: dict[int, tuple[Stretch, list[int]]] = {}
    for judged in legs:
        stretches.setdefault(id(judged.stretch), (judged.stretch, []))[1].append(judged.row)
    for term in filter(_kept, terms):
        for one, own in stretches.values():
            tallied, codes = _tallied(one, term)
            rows = np.array(own)[(codes[own] != FALSE) & tallied.known[:, own].all(axis=0)]
            found, first = np.unique(tallied.keys[:, rows], axis=1, return_index=True)  # whoever has the same number has the same name
            for numbers, row in zip(found.T.tolist(), rows[first].tolist(), strict=True):
                if (key := _key(one, term, numbers, row)) is not None:
                    yield term, key


def _kept(term: Counted) -> bool:
    return MADE.isdisjoint(part.partition(".")[0] for part in term.key)


def _tallied(one: Stretch, term: Counted) -> tuple[Tallied, Codes]:
    """What its legs bring to a count, and which of them are counted."""
    codes = np.broadcast_to(one.columns.truth(term.where, one.frame), one.frame.n)
    return one.columns.tallied(term, one.frame, codes), codes


def _key(one: Stretch, term: Counted, numbers: Iterable[int], row: int) -> Key | None:
    """The names in a key, unless it is nobody's."""
    if not all(only(one.legs[row].facts.get(part.partition(".")[0])) for part in term.key):
        return None
    return tuple([called(one.columns, part, number) for part, number in zip(term.key, numbers, strict=True)])


@dataclass(frozen=True)
class Before:
    """What a world says was counted under a key before the ledger began: whether it says how many in all, at least, and at most (MAX: without end)."""

    said: bool
    least: int
    most: int


def before(world: World | None, term: Counted, key: Key) -> Before:
    """What is said of a count under a key. An opening that names an end by which the law does not count is of a part only."""
    said, least, most = world is not None and "counts" in world.closed, 0, 0
    links = [part.partition(".")[0] for part in term.key]
    for one in world.openings if world else ():
        if one.count == term.name:
            ends = [(_end(world, one.key[link], part), own) for link, part, own in zip(links, term.key, key, strict=True) if link in one.key]
            if all(end in (own, None) for end, own in ends):
                most += one.persons.hi
                if all(end == own for end, own in ends):
                    least, said = max(least, one.persons.lo), said or one.key.keys() <= {*links}
    return Before(said, least, min(MAX, most))


def _end(world: World | None, name: str, part: str) -> str | None:
    """The end of a key for a record; none where it takes more than its own name to know."""
    assert world is not None
    match part.partition(".")[2]:
        case "":
            return name
        case "entity" if name in world["party"]:
            return only(entity(world, world["party"][name])) or None
        case _:
            return None
