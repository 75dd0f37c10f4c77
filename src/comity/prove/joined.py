"""The tables of several worlds as one, in which what belongs to one world is joined with nothing of another.

A record that several worlds tell alike is one row until worlds are told apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from comity.facts.leg import Leg, resolve
from comity.facts.record import Opening, Rows, Stated, World, entity
from comity.facts.table import Children, Ints, RecordTable, Values, children
from comity.facts.tables import Tables, candidates, group_of
from comity.facts.value import Interval, OneOf, Value
from comity.facts.vocabulary import KINDS
from comity.tables.pile import Names, Pile, Seats, ranges
from comity.verdict.decide import law_facts
from comity.verdict.plan import Plan

IMPLIED: Final = {"party": ("@entity", "@group"), "movement": ("@id",)}
"""What records of a kind imply."""
GROUPED: Final = ("group", "owners")
"""The facts by which a party is told to be of a group."""


@dataclass(eq=False)
class Seated(Pile):
    """A table of which every row is of one world, each row called by its world and its name."""

    names: Sequence[str] = ()

    @property
    def ids(self) -> Sequence[str]:
        """The names."""
        return self.names


@dataclass(frozen=True, slots=True)
class Row:
    """A record or leg of one world: by what it is told, so that what is told alike is one row of a table before worlds are told apart."""

    name: str
    by: object
    facts: Mapping[str, Stated]
    implied: Mapping[str, Value] = field(default_factory=dict)


class Joined:
    """The tables of several worlds as one. `of`: the world of each leg; `first`: does somebody act in it as in the first of its world?"""

    def __init__(self, worlds: Sequence[World], own: Sequence[Sequence[Leg]], plan: Plan) -> None:
        self._worlds, self._plan = worlds, plan
        self._kinds: dict[str, Seated] = {}
        self._seats: dict[str, Seats] = {}
        self._which: dict[str, Ints] = {}
        self._variants: dict[str, RecordTable] = {}
        self._held: dict[tuple[str, str], Values] = {}
        self._names = {kind: Names(kind, list(dict.fromkeys(name for world in worlds for name in world[kind])), plan.vocabulary.kinds[kind]) for kind in KINDS}
        self.of = np.repeat(np.arange(len(worlds)), [len(each) for each in own])
        self._days = own[0][0].days
        self.first = np.array([leg.role == each[0].role for each in own for leg in each])
        for kind in KINDS:
            rows = [list(_records(world, kind, self._days)) for world in worlds] if kind != "movement" else [[_leg(leg) for leg in each] for each in own]
            self._add(kind, rows)

    def _add(self, kind: str, rows: Sequence[Sequence[Row]]) -> None:
        """The table of a kind, and where each name stands in each world."""
        variants: dict[object, tuple[int, Row]] = {}
        which = np.array([variants.setdefault(row.by, (len(variants), row))[0] for own in rows for row in own], dtype=np.int64)
        worlds = np.repeat(np.arange(len(rows)), [len(own) for own in rows])
        told, facts, named = [row for _, row in variants.values()], self._plan.vocabulary.kinds[kind], self._names.__getitem__
        implied = {fact: [row.implied[fact] for row in told] for fact in IMPLIED.get(kind, ())}
        self._variants[kind] = RecordTable(kind, [row.name for row in told], [_resolved(row.facts, self._days) for row in told], facts, named, implied)
        empty = RecordTable(kind, (), (), facts, named, dict.fromkeys(implied, ()))
        names = [f"{world}/{row.name}" for world, own in enumerate(rows) for row in own]
        table = self._kinds[kind] = Seated(empty, self._variants[kind], which, worlds, self._seats.__getitem__, self._held, names=names)
        seats = np.full((len(rows), self._names[kind].n + 2), table.n, dtype=np.int64)
        seats[:, -1] = table.n + 1
        if kind != "movement":  # no link of what is read leads to a movement
            numbers = {name: number for number, name in enumerate(self._names[kind].ids)}
            seats[worlds, [numbers[row.name] for own in rows for row in own]] = np.arange(table.n)
        self._seats[kind], self._which[kind] = Seats(table, 0, seats), which

    def tables(self) -> Tables:
        """The tables, whose legs meet what is of their own world."""
        legs, first = self._kinds["movement"], self._worlds[0]
        legs.relations = {"concerning": self._concerning, "measures": self._measures, "dealing": self._dealing}
        return Tables(dict(self._kinds), self._plan.places, law_facts(self._plan, first), counts_closed="counts" in first.closed, units=self.of)

    def openings(self) -> list[list[Opening]]:
        """What was counted before each world, by whom its rows are called."""
        return [
            [replace(one, key={side: f"{number}/{name}" for side, name in one.key.items()}) for one in world.openings]
            for number, world in enumerate(self._worlds)
        ]

    def _concerning(self) -> Children:
        """The instruments of its world that may concern each leg."""
        table, which = self._kinds["instrument"], self._which["instrument"]
        rows = np.full((len(self._worlds), self._variants["instrument"].n), -1, dtype=np.int64)
        rows[table.worlds, which] = np.arange(table.n)
        found, legs = candidates(self._variants["instrument"], self._variants["movement"], closed=True), self._which["movement"]
        counts = np.diff(found.offsets)[legs]
        index = rows[np.repeat(self.of, counts), found.index[ranges(found.offsets[legs], counts)]]
        of = np.repeat(np.arange(len(legs)), counts)[index >= 0]
        return children(np.bincount(of, minlength=len(legs)), index[index >= 0], table, self._open("instruments"))

    def _measures(self) -> Children:
        """Every measure of its world."""
        table, first = self._kinds["measure"], np.arange(len(self._worlds))
        starts, ends = (np.searchsorted(table.worlds, first, side) for side in ("left", "right"))
        counts = (ends - starts)[self.of]
        return children(counts, ranges(starts[self.of], counts), table, self._open("measures"))

    def _open(self, collection: str) -> NDArray[np.bool_]:
        """May each leg meet others of a collection?"""
        return np.full(len(self.of), collection not in self._worlds[0].closed)

    def _dealing(self) -> Children:
        """The course of dealing of each leg: its own movement, and no other."""
        legs = self._kinds["movement"]
        return children(np.ones(legs.n, dtype=np.int64), np.searchsorted(self.of, self.of), legs, np.zeros(legs.n, dtype=bool))


def _leg(leg: Leg) -> Row:
    return Row(leg.name, id(leg), leg.facts, {"@id": OneOf(frozenset({leg.movement}))})


def _records(world: World, kind: str, days: Interval) -> Iterator[Row]:
    """The records of a kind; of parties also with whom they are one."""
    grouped = {name: _resolved({f: record.facts[f] for f in GROUPED if f in record.facts}, days) for name, record in world[kind].items()}
    for name, record in world[kind].items():
        implied = {"@entity": entity(world, record), "@group": group_of(name, grouped)} if kind == "party" else {}
        yield Row(name, (id(record), *implied.values()), record.facts, implied)


def _resolved(facts: Mapping[str, Stated], days: Interval) -> dict[str, Value | Rows]:
    return {name: resolve(value, days) for name, value in facts.items()}
