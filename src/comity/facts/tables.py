"""The tables of a world throughout some days: dated facts resolved, legs as rows, and what records imply."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from comity.facts.leg import Leg, resolve
from comity.facts.place import Places
from comity.facts.record import Opening, Record, Rows, World, entity
from comity.facts.table import Children, Choices, Ints, RecordTable, Table, children
from comity.facts.value import ANY_CODE, MAX, Interval, OneOf, SetOf, Truth, Value
from comity.facts.vocabulary import KINDS, Vocabulary

_HALF = 50


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


def tables(world: World, legs: Sequence[Leg], vocabulary: Vocabulary, places: Places, units: Sequence[int] = (), *, apart: bool = False) -> Tables:
    """The tables of a world for legs of the same stretch of days; `units` number the movements' parts that move the same persons."""
    days = Interval(min((leg.days.lo for leg in legs), default=-MAX), max((leg.days.hi for leg in legs), default=MAX))
    kinds: dict[str, Table] = {}
    made = Tables(kinds, places, world.readings, tuple(world.openings), counts_closed="counts" in world.closed)
    made.units = np.array(units or range(len(legs)), dtype=np.int64)
    for kind in KINDS:
        facts = vocabulary.kinds[kind]
        if kind != "movement":
            records = list(world[kind].values())
            rows = [{name: resolve(value, days) for name, value in record.facts.items()} for record in records]
            implied = {"@entity": [entity(world, r) for r in records], "@group": _groups(records, rows)} if kind == "party" else {}
            kinds[kind] = RecordTable(kind, [r.id for r in records], rows, facts, kinds.__getitem__, implied)
    leg_rows = [leg.facts for leg in legs]
    leg_table = RecordTable("movement", [leg.name for leg in legs], leg_rows, vocabulary.kinds["movement"], kinds.__getitem__)
    leg_table.implied = {"@id": [OneOf(frozenset({leg.movement})) for leg in legs]}
    relations = _Relations(leg_table, legs, apart, kinds, world)
    leg_table.relations = {"dealing": relations.dealing, "concerning": relations.concerning, "measures": relations.measures}
    kinds["movement"] = leg_table
    return made


@dataclass
class _Relations:
    """The relations of legs that no record holds. `apart`: other stretches hold legs that these tables do not see."""

    legs: RecordTable
    legs_: Sequence[Leg]
    apart: bool
    kinds: Mapping[str, Table]
    world: World

    def dealing(self) -> Children:
        """One leg of every movement in the same course of dealing: the same exporter and importer, or parties of their groups."""
        keys = [self._course(i) for i in range(self.legs.n)]
        courses: dict[tuple[End, End], dict[tuple[str, int], int]] = {}
        for i, (key, leg) in enumerate(zip(keys, self.legs_, strict=True)):
            courses.setdefault(key, {}).setdefault((leg.movement, leg.part), i)
        found = [list(courses[key].values()) for key in keys]
        others = {key: self.apart or any(_perhaps(key, other) for other in courses if other != key) for key in courses}
        index = np.array([i for legs in found for i in legs], dtype=np.int64)
        return children([len(legs) for legs in found], index, self.legs, [others[key] for key in keys])

    def _course(self, leg: int) -> tuple[End, End]:
        """The two ends of a course: a group where it is known, else the party by itself; of two who are not known nobody says that they are one."""
        parties = self.kinds["party"]
        column = parties.column("@group")
        assert isinstance(column, Choices)
        ends: list[End] = []
        for side in ("exporter", "importer"):
            row = int(self.legs.link(side)[leg])
            group = column.values[column.ids[row]]
            known = isinstance(group, OneOf) and group.members is not None and len(group.members) == 1
            party = row if row != parties.n else f"{self.legs_[leg].movement}/{self.legs_[leg].part}"
            ends.append((next(iter(group.members)), True) if known and isinstance(group, OneOf) and group.members else (party, False))
        return (ends[0], ends[1])

    def concerning(self) -> Children:
        """The instruments that may concern each leg; those whose limits surely name others are left out unread."""
        return candidates(self.kinds["instrument"], self.legs, closed="instruments" in self.world.closed)

    def measures(self) -> Children:
        """Every measure."""
        table, n = self.kinds["measure"], self.legs.n
        return children([table.n] * n, np.tile(np.arange(table.n, dtype=np.int64), n), table, ["measures" not in self.world.closed] * n)


End = tuple[str | int, bool]
"""A group by name, or a party by its row; and whether its group is known."""


def _perhaps(one: tuple[End, End], other: tuple[End, End]) -> bool:
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
    records = np.concatenate([named.index[named.offsets[i] : named.offsets[i + 1]] for i in limited]) if limited else np.zeros(0, dtype=np.int64)
    of = np.repeat(limited, [int(named.offsets[i + 1] - named.offsets[i]) for i in limited]).astype(np.int64)
    order = np.argsort(records, kind="stable")
    starts, ends = np.searchsorted(records[order], legs, side="left"), np.searchsorted(records[order], legs, side="right")
    counts = ends - starts
    at = np.repeat(starts - (np.cumsum(counts) - counts), counts) + np.arange(counts.sum())
    yield np.repeat(np.arange(len(legs), dtype=np.int64), counts), of[order][at]


def _groups(records: Sequence[Record], rows: Sequence[Mapping[str, Value | Rows]]) -> list[Value]:
    """The corporate group of each party: as stated, or the end of its chain of majority owners where every link is known."""
    by_id = {r.id: row for r, row in zip(records, rows, strict=True)}

    def majority(party: str) -> str | bool | None:
        """The majority owner; None if surely none; False if not known."""
        owners = by_id.get(party, {}).get("owners")
        if not isinstance(owners, Rows):
            return False
        known = 0
        for row in owners.rows:
            share, owner = row.get("share"), row.get("party")
            lo, hi = (share.lo, share.hi) if isinstance(share, Interval) else (0, MAX)
            known += max(lo, 0)
            if lo > _HALF * 10**6:
                return next(iter(owner.members)) if isinstance(owner, OneOf) and owner.members and len(owner.members) == 1 else False
            if hi > _HALF * 10**6:
                return False
        return False if owners.open and known < _HALF * 10**6 else None

    found: list[Value] = []
    for record in records:
        stated = by_id[record.id].get("group")
        here, seen = record.id, {record.id}
        value: Value = stated if isinstance(stated, OneOf) else ANY_CODE
        while not isinstance(stated, OneOf):
            top = majority(here)
            own = by_id.get(here, {}).get("group")
            if isinstance(own, OneOf):
                value = own
                break
            if top is None:
                value = OneOf(frozenset({here}))
                break
            if top is False or not isinstance(top, str) or top in seen:
                break
            seen.add(top)
            here = top
        found.append(value)
    return found
