"""One stretch of days of several worlds: its tables as one, and the columns that are read from them.

Legs are joined with papers and measures of their own world alone, and counted in their own world alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from comity.facts.leg import Leg, resolve
from comity.facts.record import Record, Rows, World
from comity.facts.table import Children, Choices, Codes, Ints, RecordTable, Table, Values, children
from comity.facts.tables import Tables, candidates
from comity.facts.value import Interval, OneOf, Value
from comity.facts.vocabulary import KINDS
from comity.law.condition import Counted
from comity.tables.pile import Names, Pile, Seats, ranges
from comity.verdict.count import Tallied, together
from comity.verdict.decide import Stretch
from comity.verdict.frame import Frame
from comity.verdict.plan import Plan
from comity.verdict.scale import Columns

SAME: Final = ("@entity", "@group")
"""What a party is one with: it is the same in all worlds of a stack."""


@dataclass(eq=False)
class Variants:
    """Records of one kind, or legs, as any world tells them, as the rows of one table: what worlds tell alike is there once."""

    make: Callable[[list[Mapping[str, Value | Rows]], list[str]], RecordTable]
    rows: dict[int, int] = field(default_factory=dict)
    facts: list[Mapping[str, Value | Rows]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    kept: list[object] = field(default_factory=list)
    made: RecordTable | None = None

    def row(self, one: object, name: str, facts: Callable[[], Mapping[str, Value | Rows]]) -> int:
        """The row of a record."""
        if id(one) not in self.rows:
            self.rows[id(one)] = len(self.rows)
            self.kept.append(one)  # so that no other takes its number
            self.facts.append(facts())
            self.ids.append(name)
            self.made = None
        return self.rows[id(one)]

    @property
    def table(self) -> RecordTable:
        """All of them."""
        if self.made is None:
            self.made = self.make(self.facts, self.ids)
        return self.made


@dataclass(eq=False)
class Stacked(Columns):
    """Columns of several worlds: `of` is the world of each leg. What belongs to different worlds is counted apart."""

    of: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    others: Callable[[Counted], Iterator[Tallied]] = lambda _: iter(())

    @cached_property
    def further(self) -> Ints:
        """The rows of the legs that each world has of its own."""
        return np.flatnonzero(self.of >= 0)

    @cached_property
    def frame(self) -> Frame:
        """The frame of those legs."""
        return self.legs().part(self.further)

    def universe(self, term: Counted) -> Tallied:
        """All that is counted in every world, each by itself."""
        if term not in self.counted:
            parts = [one.tallied(term, one.frame, one.truth(term.where, one.frame)) for one in self.siblings if isinstance(one, Stacked)]
            self.counted[term] = together([*parts, *self.others(term)])
        return self.counted[term]

    def tallied(self, term: Counted, legs: Frame, codes: Codes) -> Tallied:
        """What some legs bring to a count; the world is a part of the key that is always known."""
        rows = legs.rows["leg"]
        assert rows is not None
        return in_worlds(super().tallied(term, legs, codes), self.of[rows])


def in_worlds(found: Tallied, worlds: Ints) -> Tallied:
    """The same, each in a world of its own: a part of the key that is always known."""
    return replace(found, keys=np.vstack([found.keys, worlds]), known=np.vstack([found.known, np.ones(len(worlds), dtype=bool)]))


@dataclass(eq=False)
class Layer:
    """A stretch of the world as it is, and what the worlds of a stack have of their own in it."""

    base: Stretch
    plan: Plan
    names: Mapping[str, Sequence[str]]
    resolved: dict[int, tuple[Mapping[str, Value | Rows], Record]]
    held: dict[tuple[str, str], Values]
    worlds: Sequence[World]
    reached: Mapping[str, Sequence[str]]
    legs: Sequence[Sequence[tuple[int, Leg]]]
    instruments: Mapping[str, Record]
    leads: Mapping[str, frozenset[str]]

    def __post_init__(self) -> None:
        """Rows for what each world has of its own."""
        self.days = Interval(min(leg.days.lo for leg in self.base.legs), max(leg.days.hi for leg in self.base.legs))
        self.variants: dict[str, Variants] = {}
        self.kinds: dict[str, Table] = {}
        self.places: dict[str, Seats] = {}
        self.further = {kind: list(self._further(kind)) for kind in KINDS}
        for kind in KINDS:
            table = self.base.tables.kinds[kind]
            own = self.further[kind]
            if kind in self.piled:
                which, worlds = (np.array([one[n] for one in own], dtype=np.int64) for n in (2, 0))
                table = Pile(table, self._variants(kind).table, which, worlds, self.places.__getitem__, self.held)
            self.kinds[kind] = table
            self.places[kind] = self._seats(kind, table)

    @cached_property
    def piled(self) -> frozenset[str]:
        """The kinds of which worlds have rows of their own, or that lead to such."""
        found = {kind for kind in KINDS if self.further[kind]} | {"movement"}
        for _ in KINDS:
            found |= {kind for kind in KINDS if self.leads[kind] & found}
        return frozenset(found)

    def _further(self, kind: str) -> Iterator[tuple[int, int, int]]:
        """The worlds, the numbers of the names, and the variants, of the rows that worlds have of their own."""
        variants = self._variants(kind)
        if kind == "movement":
            for world, own in enumerate(self.legs):
                yield from ((world, -1, variants.row(leg, leg.movement, lambda leg=leg: leg.facts)) for _, leg in own)  # type: ignore[misc]  # a leg's facts
            return
        numbers = {name: n for n, name in enumerate(self.names[kind])}
        for world, one in enumerate(self.worlds):
            for name in self.reached[kind]:
                record = one[kind].get(name)
                if record is not None:
                    yield world, numbers[name], self._variant(variants, record)

    def _variant(self, variants: Variants, record: Record) -> int:
        if id(record) not in self.resolved:
            self.resolved[id(record)] = ({name: resolve(value, self.days) for name, value in record.facts.items()}, record)
        return variants.row(record, record.id, lambda: self.resolved[id(record)][0])

    def _variants(self, kind: str) -> Variants:
        if kind not in self.variants:
            self.variants[kind] = Variants(lambda facts, ids: self._table(kind, facts, ids))
        return self.variants[kind]

    def _table(self, kind: str, facts: Sequence[Mapping[str, Value | Rows]], ids: Sequence[str]) -> RecordTable:
        """Records or legs in whichever world, whose links lead to names."""
        implied: dict[str, Sequence[Value]] = {}
        base = self.base.tables.kinds[kind]
        if kind == "party":
            rows = {name: row for row, name in enumerate(self.names[kind])}
            for fact in SAME:
                column = base.column(fact)
                assert isinstance(column, Choices)
                implied[fact] = [column.values[column.ids[rows[name]]] for name in ids]
        if kind == "movement":
            implied["@id"] = [OneOf(frozenset({name})) for name in ids]
        return RecordTable(kind, list(ids), list(facts), base.facts, self.named, implied)

    def named(self, kind: str) -> Table:
        """The names of a kind."""
        ids = self.names[kind] if kind != "movement" else [leg.name for leg in self.base.legs]
        return Names(kind, ids, self.plan.vocabulary.kinds[kind])

    def _seats(self, kind: str, table: Table) -> Seats:
        """Where each name of a kind stands in each world."""
        shared, names = self.base.tables.kinds[kind].n, self.named(kind).n
        rows = np.full((len(self.worlds), names + 2), table.n, dtype=np.int64)
        rows[:, :shared] = np.arange(shared)
        rows[:, -1] = table.n + 1
        if kind != "movement":  # no link of what is read leads to a movement
            rows[:, [self.names[kind].index(name) for name in self.reached[kind]]] = table.n
            for row, (world, number, _) in enumerate(self.further[kind]):
                rows[world, number] = shared + row
        return Seats(table, shared, rows)

    # -- relations of legs -------------------------------------------------------------------------------------------

    def behind(self, counts: Ints, index: Ints, table: Table, open_: NDArray[np.bool_]) -> Children:
        """Rows of the legs that worlds have of their own; of the legs as they are nobody asks in a stack."""
        shared = self.base.tables.legs.n
        return children(np.concatenate([np.zeros(shared, dtype=np.int64), counts]), index, table, np.concatenate([np.zeros(shared, dtype=bool), open_]))

    def concerning(self) -> Children:
        """The instruments of its world that may concern each leg."""
        base, seats, variants = self.base.tables.kinds["instrument"], self.places["instrument"], self._variants("instrument")
        assert isinstance(base, RecordTable)
        whole = [self._variant(variants, record) for record in self.base_instruments]
        rows = np.full((len(self.worlds), len(variants.facts)), -1, dtype=np.int64)
        rows[:, whole] = np.arange(base.n)
        rows[:, [whole[n] for n, record in enumerate(self.base_instruments) if record.id in self.reached["instrument"]]] = -1
        for row, (world, _, variant) in enumerate(self.further["instrument"]):
            rows[world, variant] = base.n + row
        found = candidates(variants.table, self._variants("movement").table, closed=True)
        worlds, legs = (np.array([one[n] for one in self.further["movement"]], dtype=np.int64) for n in (0, 2))
        counts = np.diff(found.offsets)[legs]
        index = rows[np.repeat(worlds, counts), found.index[ranges(found.offsets[legs], counts)]]
        of = np.repeat(np.arange(len(legs)), counts)[index >= 0]
        return self.behind(np.bincount(of, minlength=len(legs)), index[index >= 0], seats.table, np.full(len(legs), "instruments" not in self.worlds[0].closed))

    @cached_property
    def base_instruments(self) -> list[Record]:
        """The instruments of the world as it is."""
        return [self.instruments[name] for name in getattr(self.base.tables.kinds["instrument"], "ids", ())]

    def measures(self) -> Children:
        """Every measure, as it is in the leg's world."""
        seats, n = self.places["measure"], self.base.tables.kinds["measure"].n
        worlds = [one[0] for one in self.further["movement"]]
        index = seats.rows[worlds, :n].reshape(-1)
        return self.behind(np.full(len(worlds), n), index, seats.table, np.full(len(worlds), "measures" not in self.worlds[0].closed))

    # -- columns -----------------------------------------------------------------------------------------------------

    def columns(self, others: Callable[[Counted], Iterator[Tallied]], dealing: Callable[[], Children]) -> Stacked:
        """What is read of all worlds; `others` brings to a count what is the same in all of them."""
        base, legs = self.base.tables, self.kinds["movement"]
        assert isinstance(legs, Pile)
        legs.relations = {"concerning": self.concerning, "measures": self.measures, "dealing": dealing}
        units = np.concatenate([base.units, np.array([unit for own in self.legs for unit, _ in own], dtype=np.int64)])
        of = np.concatenate([np.full(base.legs.n, -1), [world for world, _, _ in self.further["movement"]], [-1, -1]]).astype(np.int64)
        made = Tables(self.kinds, base.places, base.law, base.openings, counts_closed=base.counts_closed, units=units)
        own = self.base.columns
        found = Stacked(made, self.plan.recursive, self.plan.calendars, steady=dict(own.steady), of=of, others=others)
        if "party" not in self.piled:  # what was found of parties holds of them in all worlds
            found.derived, found.holdings = own.derived, own.holdings
        return found

    def others(self, term: Counted, moved: frozenset[str]) -> Tallied:
        """What the legs bring to a count that are the same in all worlds."""
        own = self.base.columns
        rows = np.array([row for row, leg in enumerate(self.base.legs) if leg.movement not in moved], dtype=np.int64)
        return own.tallied(term, own.legs().part(rows), own.truth(term.where, own.legs())[rows])

    def placed(self, term: Counted, found: Tallied) -> Tallied:
        """The same in every world, nobody now standing further behind."""
        keys = found.keys.copy()
        for part, name in enumerate(term.key):
            link, _, what = name.partition(".")
            if not what:
                keys[part] = self.places[self.plan.vocabulary.kinds["movement"][link].to].moved(keys[part])
        n = len(self.worlds)
        whole = replace(found, keys=keys).rows(np.tile(np.arange(len(found.lo)), n))
        return in_worlds(whole, np.repeat(np.arange(n), len(found.lo)))
