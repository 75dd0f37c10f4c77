"""The tables of a world throughout some days: dated facts resolved, legs as rows, and what records imply."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np

from comity.facts.leg import Leg, resolve
from comity.facts.place import Places
from comity.facts.record import Opening, Rows, World, entity
from comity.facts.table import Children, Choices, Ints, RecordTable, Table, children
from comity.facts.value import ANY_CODE, ANYWHERE, MAX, Choice, Interval, OneOf, SetOf, Truth, Value, only
from comity.facts.vocabulary import KINDS, Vocabulary

HALF: Final = 50 * 10**6
"""Of a party, in quanta of a share."""


@dataclass
class Tables:
    """Everything a backend reads: a table of every kind, the legs among them, and what is known of the law's open questions."""

    kinds: dict[str, Table]
    places: Places
    law: Mapping[str, Truth] = field(default_factory=dict)
    openings: Sequence[Opening] = ()
    counts_closed: bool = False
    units: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    @property
    def legs(self) -> Table:
        """The legs."""
        return self.kinds["movement"]


def tables(world: World, legs: Sequence[Leg], vocabulary: Vocabulary, places: Places, units: Sequence[int] = (), kin: list[Relations] | None = None) -> Tables:
    """The tables of a world for legs of the same stretch of days; `units` number the movements' parts that move the same persons."""
    days = Interval(min((leg.days.lo for leg in legs), default=-MAX), max((leg.days.hi for leg in legs), default=MAX))
    kinds: dict[str, Table] = {}
    numbers = np.array(units or range(len(legs)), dtype=np.int64)
    made = Tables(kinds, places, world.readings, tuple(world.openings), counts_closed="counts" in world.closed, units=numbers)
    for kind in KINDS:
        facts = vocabulary.kinds[kind]
        if kind != "movement":
            records = list(world[kind].values())
            rows = [{name: resolve(value, days) for name, value in record.facts.items()} for record in records]
            implied: dict[str, list[Value]] = {}
            if kind == "party":
                named = dict(zip(world[kind], rows, strict=True))
                implied = {"@entity": [entity(world, r) for r in records], "@group": [group_of(name, named) for name in named]}
            kinds[kind] = RecordTable(kind, [r.id for r in records], rows, facts, kinds.__getitem__, implied)
    ids = {"@id": [OneOf(frozenset({leg.movement})) for leg in legs]}
    leg_table = RecordTable("movement", [leg.name for leg in legs], [leg.facts for leg in legs], vocabulary.kinds["movement"], kinds.__getitem__, ids)
    relations = Relations(leg_table, legs, [] if kin is None else kin, world)
    relations.kin.append(relations)
    leg_table.relations = {"dealing": relations.dealing, "concerning": relations.concerning, "measures": relations.measures}
    kinds["movement"] = leg_table
    return made


@dataclass
class Relations:
    """The relations of legs that no record holds. `kin`: those of every stretch of the world, because a course of dealing goes through them all."""

    legs: RecordTable
    legs_: Sequence[Leg]
    kin: list[Relations]
    world: World

    def dealing(self) -> Children:
        """What every movement keeps in the same course of dealing: the same exporter and importer, or parties of their groups."""
        legs = [leg for one in self.kin for leg in one.legs_]
        courses: dict[tuple[End, End], dict[object, int]] = {}
        for i, (key, leg) in enumerate(zip((key for one in self.kin for key in one.keys), legs, strict=True)):
            courses.setdefault(key, {}).setdefault((leg.movement, leg.part, leg.facts.get("asset"), leg.facts.get("fields")), i)
        found = [list(courses[key].values()) for key in self.keys]
        others = {key: any(perhaps(key, other) for other in courses if other != key) for key in dict.fromkeys(self.keys)}
        table = RecordTable("movement", [leg.name for leg in legs], [leg.facts for leg in legs], self.legs.facts, self.legs.target)
        return children([len(rows) for rows in found], np.array([i for rows in found for i in rows], dtype=np.int64), table, [others[key] for key in self.keys])

    @cached_property
    def keys(self) -> list[tuple[End, End]]:
        """The course of dealing of each leg."""
        return [self._course(i) for i in range(self.legs.n)]

    @cached_property
    def groups(self) -> list[Choice]:
        """The group of each party."""
        column = self.legs.target("party").column("@group")
        assert isinstance(column, Choices)
        return [column.values[i] for i in column.ids.tolist()]

    def _course(self, leg: int) -> tuple[End, End]:
        """The two ends of a course: a group that is known and stays, or else the party by itself; of two unknown nobody says that they are one."""
        ends: list[End] = []
        for side in ("exporter", "importer"):
            row = int(self.legs.link(side)[leg])
            group = only(self.groups[row]) if all(one.groups[row] == self.groups[row] for one in self.kin) else ""
            party = row if row != len(self.groups) - 2 else f"{self.legs_[leg].movement}/{self.legs_[leg].part}"
            ends.append((group, True) if group else (party, row == len(self.groups) - 1))  # nobody is in no group
        return (ends[0], ends[1])

    def concerning(self) -> Children:
        """The instruments that may concern each leg; those whose limits surely name others are left out unread."""
        return candidates(self.legs.target("instrument"), self.legs, closed="instruments" in self.world.closed)

    def measures(self) -> Children:
        """Every measure."""
        table, n = self.legs.target("measure"), self.legs.n
        return children([table.n] * n, np.tile(np.arange(table.n, dtype=np.int64), n), table, ["measures" not in self.world.closed] * n)


End = tuple[str | int, bool]
"""A group by name, or a party by its row; and whether its group is known."""


def perhaps(one: tuple[End, End], other: tuple[End, End]) -> bool:
    """May two courses be the same? Not if both groups are known and differ at either end."""
    return all(a == b or not (a[1] and b[1]) for a, b in zip(one, other, strict=True))


def candidates(instruments: Table, legs: Table, *, closed: bool) -> Children:
    """For each leg the instruments that may concern it: joined on the first limit that is a closed list, else everywhere."""
    n = legs.n
    pairs: list[tuple[Ints, Ints]] = []
    left = np.ones(instruments.n, dtype=bool)
    for limit, link in (("importers", "importer"), ("exporters", "exporter"), ("assets", "asset")):
        column = instruments.column(limit)
        assert isinstance(column, Choices)
        limited = [i for i in np.flatnonzero(left).tolist() if isinstance(v := column.values[column.ids[i]], SetOf) and v.closed]
        if limited:
            left[limited] = False
            pairs += _joined(instruments, limit, limited, legs.link(link))
    rest = np.flatnonzero(left)
    pairs.append((np.repeat(np.arange(n, dtype=np.int64), len(rest)), np.tile(rest, n)))
    of = np.concatenate([p[0] for p in pairs])
    order = np.argsort(of, kind="stable")
    index = np.concatenate([p[1] for p in pairs])[order]
    return children(np.bincount(of, minlength=n), index, instruments, np.full(n, not closed))


def _joined(instruments: Table, limit: str, limited: list[int], link: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Legs and the instruments that name the record they link to; a leg whose record is unknown meets them all."""
    named = instruments.children(limit)
    legs = link[:-2]
    unknown = np.flatnonzero(legs == named.table.n)
    yield np.repeat(unknown, len(limited)), np.tile(np.array(limited, dtype=np.int64), len(unknown))
    records = np.concatenate([named.index[named.offsets[i] : named.offsets[i + 1]] for i in limited])
    of = np.repeat(limited, [int(named.offsets[i + 1] - named.offsets[i]) for i in limited]).astype(np.int64)
    order = np.argsort(records, kind="stable")
    bounds = np.searchsorted(records[order], np.arange(named.table.n + 3))
    starts, counts = bounds[legs], np.diff(bounds)[legs]
    at = np.repeat(starts - (np.cumsum(counts) - counts), counts) + np.arange(counts.sum())
    yield np.repeat(np.arange(len(legs), dtype=np.int64), counts), of[order][at]


def group_of(party: str, rows: Mapping[str, Mapping[str, Value | Rows]]) -> Value:
    """The corporate group of a party: as stated, or the end of its chain of majority owners where every link is known."""
    seen: set[str] = set()
    while party and party not in seen:
        seen.add(party)
        row = rows.get(party, {})
        stated, owner = row.get("group"), _majority(row.get("owners"))
        if isinstance(stated, OneOf):
            return stated
        if owner is None:
            return OneOf(frozenset({party}))
        party = owner
    return ANY_CODE


def _majority(owners: Value | Rows | None) -> str | None:
    """Who of some owners holds more than half: None is nobody, the empty name is not known. The first that may hold it decides."""
    if not isinstance(owners, Rows):
        return ""
    rest = 2 * HALF
    for row in owners.rows:
        share = row.get("share")
        lo, hi = share if isinstance(share, Interval) else ANYWHERE
        if hi > HALF:
            return only(row.get("party")) if lo > HALF else ""
        rest -= max(lo, 0)
    return "" if owners.open and rest > HALF else None
