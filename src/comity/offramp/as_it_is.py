"""The world as it is, read once for whoever judges what may be changed in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

import numpy as np

from comity.facts.leg import Leg, fact_days
from comity.facts.record import Dated, Record, Rows, Stated, World
from comity.facts.value import OneOf, SetOf
from comity.facts.vocabulary import KINDS, Fact
from comity.law.condition import Condition
from comity.verdict.decide import Judged, Stretch, outcomes, stretches, turns, unread
from comity.verdict.frame import Frame
from comity.verdict.outcome import Span, meet
from comity.verdict.plan import Moment, Plan

Days: TypeAlias = frozenset[int]


@dataclass(eq=False)
class AsItIs:
    """A world, and what was found out about it. Of each movement its legs are read only when somebody asks, and once."""

    world: World
    plan: Plan
    _own: dict[str, list[Own]] = field(default_factory=dict)
    _judged: dict[str, list[Judged]] = field(default_factory=dict)
    _dated: dict[int, tuple[Days, Days, Record]] = field(default_factory=dict)
    _read: dict[int, tuple[frozenset[tuple[str, str]], object]] = field(default_factory=dict)

    @cached_property
    def layers(self) -> list[Stretch]:
        """All legs, by stretch."""
        return stretches(self.world, self.plan)

    @cached_property
    def days(self) -> tuple[Days, Days]:
        """The days that cut legs, and those that tell stretches apart."""
        cuts, changes = turns(self.world, self.plan, self.plan.moments), turns(self.world, self.plan, self.plan.fixed_moments)
        return frozenset(cuts | fact_days(self.world)), frozenset(changes | fact_days(self.world, dated=True))

    @cached_property
    def through(self) -> dict[str, list[tuple[int, int]]]:
        """By movement the stretches of days through which it goes on."""
        stated = {m.id: [on for facts in (m.facts, *m.parts) if isinstance(on := facts.get("on"), Dated)] for m in self.world["movement"].values()}
        return {name: [(since, until) for on in dated for since, until, _ in on.spans] for name, dated in stated.items()}

    @cached_property
    def units(self) -> dict[tuple[str, int], int]:
        """The numbers of the parts of movements."""
        return {(leg.movement, leg.part): int(unit) for one in self.layers for leg, unit in zip(one.legs, one.tables.units, strict=True)}

    def turning(self, record: Record) -> tuple[Days, Days]:
        """The days on which something may turn by what a record of any world says: those that cut legs, and those that tell stretches apart."""
        if id(record) not in self._dated:
            alone = World("", record.place, records={**{kind: {} for kind in KINDS}, record.kind: {record.id: record}})
            cuts, changes = (turns(alone, self.plan, moments.get(record.kind, ())) for moments in self._moments)
            self._dated[id(record)] = (frozenset(cuts | fact_days(alone)), frozenset(changes | fact_days(alone, dated=True)), record)
        return self._dated[id(record)][:2]

    @cached_property
    def lasting(self) -> tuple[Days, Days]:
        """Those of these days on which something turns whatever the records say."""
        cuts, changes = (frozenset(turns(self.world, self.plan, moments.get("", ()))) for moments in self._moments)
        return cuts, changes

    @cached_property
    def _moments(self) -> tuple[dict[str, list[Moment]], dict[str, list[Moment]]]:
        """The moments of law by the kind of the records that say when they are; those of no record are days of the law's own."""
        found: tuple[dict[str, list[Moment]], dict[str, list[Moment]]] = ({}, {})
        for made, moments in zip(found, (self.plan.moments, self.plan.fixed_moments), strict=True):
            for moment in moments:
                date = moment[0]
                made.setdefault("" if isinstance(date, int) else date.kind.removeprefix("rows:").partition("/")[0], []).append(moment)
        return found

    @cached_property
    def often(self) -> list[Counter[int]]:
        """On how many records each of the days rests."""
        records = [record for held in self.world.records.values() for record in held.values()]
        return [Counter(day for record in records for day in self.turning(record)[which]) for which in (0, 1)]

    def targets(self, one: Record | Leg) -> frozenset[tuple[str, str]]:
        """The kind and name of all to which a record or leg of any world leads."""
        if id(one) not in self._read:
            kind = one.kind if isinstance(one, Record) else "movement"
            self._read[id(one)] = (frozenset(_targets(one.facts, self.plan.vocabulary.kinds[kind])), one)
        return self._read[id(one)][0]

    @cached_property
    def leading(self) -> dict[tuple[str, str], list[tuple[str, str]]]:
        """The records, by kind and name, that lead to each."""
        found: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for kind, held in self.world.records.items():
            for name, record in held.items() if kind != "movement" else ():
                for target in self.targets(record):
                    found.setdefault(target, []).append((kind, name))
        return found

    @cached_property
    def leads(self) -> dict[str, frozenset[str]]:
        """The kinds to which facts of each kind lead."""
        return {kind: frozenset(to for fact in facts.values() for to in _leads(fact)) for kind, facts in self.plan.vocabulary.kinds.items()}

    def own(self, movement: str) -> list[Own]:
        """The legs of a movement, by stretch; what was read of them is remembered with them."""
        if movement not in self._own:
            self._own[movement] = legs_of(movement, self.layers)
        return self._own[movement]

    def judged(self, movement: str) -> list[Judged]:
        """The legs of a movement with what every regime leaves of them."""
        if movement not in self._judged:
            self._judged[movement] = [judged for one in self.own(movement) for judged in one.judged(self.plan)]
        return self._judged[movement]

    def opinions(self, movement: str) -> dict[str, Span]:
        """What each regime leaves of the worst leg of a movement."""
        legs = self.judged(movement)
        return {regime: meet([one.opinions[regime] for one in legs]) for regime in self.plan.levels}


@dataclass
class Own(Stretch):
    """A stretch of which only the legs of one movement are asked about: they are in `own`, in which what was read of them is remembered."""

    own: Frame

    @cached_property
    def at(self) -> dict[int, int]:
        """Where each of the legs is in their frame."""
        rows = self.own.rows["leg"]
        assert rows is not None
        return {row: at for at, row in enumerate(rows.tolist())}

    def truth(self, condition: Condition, row: int) -> int:
        """The truth of a condition for one leg."""
        return int(self.columns.truth(condition, self.own)[self.at[row]])

    def judged(self, plan: Plan) -> Iterator[Judged]:
        """The legs with what every regime leaves of them."""
        spans = outcomes(self.columns, self.own, plan)
        nobody, names = unread(self.columns, np.array(list(self.at)), plan)
        for row, at in self.at.items():
            opinions = {regime: Span(int(worst[at]), int(best[at])) for regime, (worst, best) in spans.items()}
            yield Judged(self.legs[row], self, row, opinions, names[nobody[at]])


def legs_of(movement: str, layers: Iterable[Stretch]) -> list[Own]:
    """The legs of a movement, by stretch."""
    found = []
    for one in layers:
        rows = np.array([row for row, leg in enumerate(one.legs) if leg.movement == movement], dtype=np.int64)
        if len(rows):
            found.append(Own(one.legs, one.tables, one.columns, one.columns.legs().part(rows)))
    return found


def judged(movement: str, world: World, plan: Plan) -> list[Judged]:
    """The legs of a movement in a world, with what every regime leaves of them."""
    return [judged for one in legs_of(movement, stretches(world, plan)) for judged in one.judged(plan)]


def _targets(facts: Mapping[str, Stated], known: Mapping[str, Fact]) -> Iterator[tuple[str, str]]:
    """The kind and name of each record to which these facts may lead."""
    for name, value in facts.items():
        if isinstance(value, Rows):
            yield from (one for row in value.rows for one in _targets(row, known[name].columns))
        elif known[name].to:
            for held in [held for _, _, held in value.spans] if isinstance(value, Dated) else [value]:
                members = held.members if isinstance(held, OneOf) else held.known if isinstance(held, SetOf) else None
                yield from ((known[name].to, member) for member in members or ())


def _leads(fact: Fact) -> Iterator[str]:
    """The kinds to which a fact leads."""
    if fact.to:
        yield fact.to
    yield from (column.to for column in fact.columns.values() if column.to)
