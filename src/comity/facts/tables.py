"""The tables of a world throughout some days: dated facts resolved, legs as rows, and what records imply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from comity.facts.leg import Leg, resolve
from comity.facts.place import Places
from comity.facts.table import Children, Ints, RecordTable, Table, children
from comity.facts.value import ANY_CODE, MAX, Interval, OneOf, Truth, Value
from comity.facts.vocabulary import KINDS, Vocabulary
from comity.facts.world import Opening, Record, Rows, World, entity

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
            implied = {"@entity": [entity(world, r) for r in records], "@group": _groups(world, records, rows)} if kind == "party" else {}
            kinds[kind] = RecordTable(kind, [r.id for r in records], rows, facts, kinds.__getitem__, implied)
    leg_rows = [leg.facts for leg in legs]
    leg_table = RecordTable("movement", [leg.name for leg in legs], leg_rows, vocabulary.kinds["movement"], kinds.__getitem__)
    leg_table.implied = {"@id": [OneOf(frozenset({leg.movement})) for leg in legs]}
    relations = _Relations(leg_table, legs, apart, kinds, world)
    leg_table.relations = {"dealing": relations.dealing, "concerning": relations.all_of("instrument"), "measures": relations.all_of("measure")}
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
        parties = self.kinds["party"]
        keys = [self._course(i, parties) for i in range(self.legs.n)]
        courses: dict[tuple[object, object], dict[tuple[str, int], int]] = {}
        for i, (key, leg) in enumerate(zip(keys, self.legs_, strict=True)):
            courses.setdefault(key, {}).setdefault((leg.movement, leg.part), i)
        found = [list(courses[key].values()) for key in keys]
        index = np.array([i for legs in found for i in legs], dtype=np.int64)
        return children([len(legs) for legs in found], index, self.legs, [self.apart] * len(found))

    def _course(self, leg: int, parties: Table) -> tuple[object, object]:
        if not isinstance(parties, RecordTable):
            return (int(self.legs.link("exporter")[leg]), int(self.legs.link("importer")[leg]))
        ends = []
        for side in ("exporter", "importer"):
            row = int(self.legs.link(side)[leg])
            group = parties.implied["@group"][row] if row < parties.n else ANY_CODE
            ends.append(group if isinstance(group, OneOf) and group.members and len(group.members) == 1 else row)
        return (ends[0], ends[1])

    def all_of(self, kind: str) -> _AllOf:
        """Every record of a kind; open unless the world says that it lists them all."""
        return _AllOf(self, kind)


@dataclass
class _AllOf:
    relations: _Relations
    kind: str

    def __call__(self) -> Children:
        table, n = self.relations.kinds[self.kind], self.relations.legs.n
        closed = f"{self.kind}s" in self.relations.world.closed
        return children([table.n] * n, np.tile(np.arange(table.n, dtype=np.int64), n), table, [not closed] * n)


def _groups(world: World, records: Sequence[Record], rows: Sequence[Mapping[str, Value | Rows]]) -> list[Value]:
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
