"""Decides a world: every leg under every regime, stretch by stretch, and what no loaded regime has a say about."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from comity.facts.calendar import after
from comity.facts.group import distinct
from comity.facts.leg import Leg, dates, fact_days, legs
from comity.facts.record import World
from comity.facts.table import Choices, Ints
from comity.facts.tables import Relations, Tables, tables
from comity.facts.value import MAX, MIN, TRUE, Choice, Interval, OneOf, SetOf
from comity.law.condition import Condition, Path
from comity.verdict.frame import Frame
from comity.verdict.outcome import OPEN, Span, meet
from comity.verdict.plan import Moment, Plan
from comity.verdict.scale import Columns

TOUCHED = (("exporter", "organised_in"), ("importer", "organised_in"), ("", "origin"), ("", "destination"), ("", "access_place"), ("population", "place"))
"""The facts by which a leg touches a jurisdiction."""
BITS = 62
"""As many places as one number holds."""


@dataclass(frozen=True)
class Judged:
    """One leg with what every regime leaves of it. `unread`: jurisdictions it touches for which no rulebook was loaded."""

    leg: Leg
    stretch: Stretch
    row: int
    opinions: dict[str, Span]
    unread: tuple[str, ...]

    @cached_property
    def frame(self) -> Frame:
        """This leg alone; what was found in it is remembered with it."""
        return self.stretch.frame.part(np.array([self.row]))

    @property
    def outcome(self) -> Span:
        """The meet of all opinions; a jurisdiction nobody could ask leaves it open downwards."""
        found = meet(list(self.opinions.values()))
        return found.meet(OPEN) if self.unread else found


@dataclass
class Stretch:
    """Legs of one stretch of days, their tables, and the columns read from them."""

    legs: Sequence[Leg]
    tables: Tables
    columns: Columns

    def truth(self, condition: Condition, row: int) -> int:
        """The truth of a condition for one leg."""
        return int(self.columns.truth(condition, self.frame)[row])

    @cached_property
    def frame(self) -> Frame:
        """All its legs, and no row for a leg nobody knows: that one would keep open what is settled in all others."""
        return self.columns.legs().part(slice(len(self.legs)))


def stretches(world: World, plan: Plan) -> list[Stretch]:
    """The legs of a world by stretches of days on which no dated fact changes; counts see them all."""
    days = turns(world, plan, plan.moments) | fact_days(world)
    changes = sorted(turns(world, plan, plan.fixed_moments) | fact_days(world, dated=True))
    groups: dict[tuple[int, int], list[Leg]] = {}
    for leg in legs(world, days):
        groups.setdefault((bisect_right(changes, leg.days.lo), bisect_right(changes, leg.days.hi)), []).append(leg)
    units: dict[tuple[str, int], int] = {}
    numbers = [[units.setdefault((leg.movement, leg.part), len(units)) for leg in group] for group in groups.values()]
    relations: list[Relations] = []
    made = [stretch(world, group, plan, own, relations) for group, own in zip(groups.values(), numbers, strict=True)]
    family = [one.columns for one in made]
    for one in made:
        one.columns.siblings, one.columns.counted = family, made[0].columns.counted
    return made


def turns(world: World, plan: Plan, moments: Iterable[Moment]) -> set[int]:
    """The days on which what is compared with these moments may turn out otherwise than on the day before."""
    ends = {
        day
        for date, n, unit, place in moments
        for start in ([Interval(date, date)] if isinstance(date, int) else dates(world, date.kind, date.fact))
        for day in after(start, n, unit, plan.calendars.get(place))
        if MIN < day < MAX - 1
    }
    return ends | {day + 1 for day in ends}


def stretch(world: World, group: Sequence[Leg], plan: Plan, units: Sequence[int] = (), kin: list[Relations] | None = None) -> Stretch:
    """The tables and columns of some legs."""
    made = tables(world, group, plan.vocabulary, plan.places, units, kin)
    made.law = law_facts(plan, world)
    return Stretch(group, made, Columns(made, plan.recursive, plan.calendars))


def law_facts(plan: Plan, world: World) -> dict[str, int]:
    """What is taken of contested law: the reading that prevails, unless the world adopts one itself."""
    return {**plan.prevailing, **world.readings}


def decide(world: World, plan: Plan) -> list[Judged]:
    """Every leg of the world, judged."""
    return [judged for one in stretches(world, plan) for judged in judge(one, plan)]


def judge(one: Stretch, plan: Plan) -> Iterable[Judged]:
    """The legs of one stretch, judged."""
    spans = outcomes(one.columns, one.frame, plan)
    nobody, names = unread(one.columns, np.arange(len(one.legs)), plan)
    for row, leg in enumerate(one.legs):
        opinions = {regime: Span(int(worst[row]), int(best[row])) for regime, (worst, best) in spans.items()}
        yield Judged(leg, one, row, opinions, names[nobody[row]])


def outcomes(columns: Columns, frame: Frame, plan: Plan) -> dict[str, tuple[NDArray[np.int8], NDArray[np.int8]]]:
    """For each regime the worst and best outcome of every leg of a frame."""
    found = {}
    for regime, conditions in plan.levels.items():
        codes = np.stack([columns.truth(c, frame) for c in conditions])
        found[regime] = ((codes >> 1).sum(axis=0, dtype=np.int8), (codes & 1).sum(axis=0, dtype=np.int8))
    return found


def unread(columns: Columns, legs: Ints, plan: Plan) -> tuple[Ints, list[tuple[str, ...]]]:
    """For each of these legs the places it touches about whose say on such an asset no loaded rulebook speaks: a number, and what each means."""
    kinds, kind_values = _choices(columns, Path("leg", ("asset",), "kind", "asset"), legs)
    met: list[tuple[list[frozenset[str]], Ints]] = []
    for link, fact in TOUCHED:
        places, place_values = _choices(columns, Path("leg", (link,) if link else (), fact, link or "movement"), legs)
        pairs = kinds.astype(np.int64) * len(place_values) + places
        first, at = distinct(pairs)
        met.append(([_missing(place_values[p % len(place_values)], kind_values[p // len(place_values)], plan) for p in pairs[first].tolist()], at))
    names = sorted(frozenset[str]().union(*(one for missing, _ in met for one in missing)))
    found = np.zeros(len(legs), dtype=np.int64 if len(names) < BITS else object)  # a place is a bit
    for missing, at in met:
        found |= np.array([sum(1 << names.index(place) for place in one) for one in missing] or [0], dtype=found.dtype)[at]
    first, numbers = distinct(found)
    return numbers, [tuple(name for bit, name in enumerate(names) if held >> bit & 1) for held in found[first].tolist()]


def _missing(place: object, kind: object, plan: Plan) -> frozenset[str]:
    about = _members(kind)
    speaking = [own for own, subjects in plan.speaking if about <= subjects]
    return frozenset(p for p in _members(place) if not any(plan.places.inside(p, own) == TRUE for own in speaking))


def _members(value: object) -> frozenset[str]:
    """The codes that it may be, where that is a list."""
    match value:
        case OneOf(members):
            return members or frozenset()
        case SetOf(known, possible):
            return known if possible is None else possible
        case _:
            return frozenset()


def _choices(columns: Columns, path: Path, legs: Ints) -> tuple[Ints, Sequence[Choice]]:
    column, rows = columns._column(path, columns.legs())  # noqa: SLF001 -- the same package, the same path
    assert isinstance(column, Choices)
    return column.ids[legs if rows is None else rows[legs]], column.values
