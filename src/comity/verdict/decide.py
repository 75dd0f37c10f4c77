"""Decides a world: every leg under every regime, stretch by stretch, and what no loaded regime has a say about."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from comity.facts.leg import Leg, fact_days, legs
from comity.facts.table import Choices
from comity.facts.tables import Tables, tables
from comity.facts.value import OneOf, SetOf
from comity.facts.world import World
from comity.law.condition import Condition, Path
from comity.verdict.outcome import OPEN, Span, meet
from comity.verdict.plan import Plan
from comity.verdict.scale import Columns, Frame

TOUCHED = (("exporter", "organised_in"), ("importer", "organised_in"), ("", "origin"), ("", "destination"), ("", "access_place"), ("population", "place"))
"""The facts by which a leg touches a jurisdiction."""


@dataclass(frozen=True)
class Judged:
    """One leg with what every regime leaves of it. `unread`: jurisdictions it touches for which no rulebook was loaded."""

    leg: Leg
    stretch: Stretch
    row: int
    opinions: dict[str, Span]
    unread: tuple[str, ...]

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
        return int(self.columns.truth(condition, self.columns.legs())[row])

    def frame(self) -> Frame:
        """All its legs."""
        return self.columns.legs()


def stretches(world: World, plan: Plan) -> list[Stretch]:
    """The legs of a world by stretches of days on which no dated fact changes; counts see them all."""
    days = sorted(plan.days | fact_days(world))
    changes = sorted(plan.fixed_days | fact_days(world, dated=True))
    groups: dict[tuple[int, int], list[Leg]] = {}
    for leg in legs(world, days):
        groups.setdefault((bisect_right(changes, leg.days.lo), bisect_right(changes, leg.days.hi)), []).append(leg)
    units: dict[tuple[str, int], int] = {}
    numbers = [[units.setdefault((leg.movement, leg.part), len(units)) for leg in group] for group in groups.values()]
    made = [stretch(world, group, plan, own, apart=len(groups) > 1) for group, own in zip(groups.values(), numbers, strict=True)]
    family = [one.columns for one in made]
    for one in made:
        one.columns.siblings, one.columns.counted = family, made[0].columns.counted
    return made


def stretch(world: World, group: Sequence[Leg], plan: Plan, units: Sequence[int] = (), *, apart: bool = False) -> Stretch:
    """The tables and columns of some legs."""
    made = tables(world, group, plan.vocabulary, plan.places, units, apart=apart)
    made.law = {**_prevailing(plan), **world.readings}
    return Stretch(group, made, Columns(made, plan.recursive, plan.calendars))


def _prevailing(plan: Plan) -> dict[str, int]:
    return {
        f"{regime.book.regime}/reading.{name}": 3 if reading.prevails else 0
        for regime in plan.regimes
        for name, reading in regime.book.readings.items()
        if reading.prevails is not None
    }


def decide(world: World, plan: Plan) -> list[Judged]:
    """Every leg of the world, judged."""
    return [judged for one in stretches(world, plan) for judged in judge(one, plan)]


def judge(one: Stretch, plan: Plan) -> Iterable[Judged]:
    """The legs of one stretch, judged."""
    frame = one.frame()
    spans: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    for regime, conditions in plan.levels.items():
        codes = [one.columns.truth(c, frame) for c in conditions]
        spans[regime] = (sum((c >> 1).astype(np.int8) for c in codes), sum((c & 1).astype(np.int8) for c in codes))  # type: ignore[assignment]  # arrays
    unread = _unread(one, plan)
    for row, leg in enumerate(one.legs):
        opinions = {regime: Span(int(worst[row]), int(best[row])) for regime, (worst, best) in spans.items()}
        yield Judged(leg, one, row, opinions, unread[row])


def _unread(one: Stretch, plan: Plan) -> list[tuple[str, ...]]:
    """For each leg the places it touches about whose say on such an asset no loaded rulebook speaks."""
    frame = one.frame()
    kinds = _values(one, frame, Path("leg", ("asset",), "kind", "asset"))
    touched = [_values(one, frame, Path("leg", (link,) if link else (), fact, "party")) for link, fact in TOUCHED]
    known: dict[tuple[object, ...], tuple[str, ...]] = {}
    found = []
    for row in range(len(one.legs)):
        key = (kinds[row], *(t[row] for t in touched))
        if key not in known:
            places = sorted({p for value in key[1:] for p in _members(value)})
            about = _members(kinds[row])
            known[key] = tuple(p for p in places if not _spoken(p, about, plan))
        found.append(known[key])
    return found


def _spoken(place: str, about: frozenset[str], plan: Plan) -> bool:
    return any(plan.places.inside(place, regime.book.jurisdiction) and (not about or about & regime.book.speaks_about) for regime in plan.regimes)


def _members(value: object) -> frozenset[str]:
    match value:
        case OneOf(members):
            return members if members is not None and len(members) == 1 else frozenset()
        case SetOf(known, _):
            return known
        case _:
            return frozenset()


def _values(one: Stretch, frame: Frame, path: Path) -> list[object]:
    table, rows = one.columns._record(path.root, path.links, frame)  # noqa: SLF001 -- the same package, the same path
    column = table.column(path.fact)
    assert isinstance(column, Choices)
    ids = column.ids if rows is None else column.ids[rows]
    return [column.values[i] for i in ids[: len(one.legs)].tolist()]
