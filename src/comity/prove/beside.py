"""Worlds beside each other: many that say a little less than one, read at once, because to read a thousand rows costs little more than to read ten.

What is found here only says which is worth showing: one that is shown is judged by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from comity.facts.group import combined, distinct
from comity.facts.leg import Leg, fact_days, legs
from comity.facts.record import Opening, World
from comity.facts.table import Codes, Ints, Numbers
from comity.facts.value import MAX, TRUE
from comity.law.condition import Condition, Counted, Path, Term
from comity.prove.joined import Joined
from comity.prove.retell import Asked, read
from comity.verdict.count import MOST, Counts, Tallied, together
from comity.verdict.decide import turns
from comity.verdict.frame import Frame
from comity.verdict.plan import Plan
from comity.verdict.scale import Columns


@dataclass(eq=False)
class Beside(Columns):
    """Columns of several worlds of one movement each. `of`: the world of each leg, and of the two rows behind them none.

    `first`: the legs in which somebody acts as in the first of their world; `openings`: what was counted before each; `said`: by its name, what is
    told of the whole movement of each, and at the end of none.
    """

    of: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    first: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))
    openings: Sequence[Sequence[Opening]] = ()
    said: dict[str, Codes] = field(default_factory=dict)

    @cached_property
    def frame(self) -> Frame:
        """The frame of all legs."""
        return self.legs().part(slice(self.tables.legs.n))

    @cached_property
    def starts(self) -> Ints:
        """The first leg of each world."""
        return np.flatnonzero(np.diff(self.of[:-2], prepend=-1))

    def left(self, conditions: Sequence[Condition]) -> tuple[Ints, Ints]:
        """The worst and the best outcome of each movement, of the conditions under which there is at least each."""
        codes = np.stack([self.truth(condition, self.frame) for condition in conditions])
        worst, best = (np.minimum.reduceat(rail.sum(axis=0, dtype=np.int64), self.starts) for rail in (codes >> 1, codes & 1))
        return worst, best

    def surely(self, condition: Condition) -> NDArray[np.bool_]:
        """Is a condition surely so in the first leg of each movement, and in all in which somebody acts as there?"""
        found: NDArray[np.bool_] = np.logical_and.reduceat((self.truth(condition, self.frame) == TRUE) | ~self.first, self.starts)
        return found

    def _fact(self, term: Term, frame: Frame) -> Codes:
        if isinstance(term, Path) and term.root == "law" and term.fact in self.said:
            rows = frame.rows["leg"]
            return self.said[term.fact][self.of if rows is None else self.of[rows]]
        return super()._fact(term, frame)

    def tallied(self, term: Counted, legs: Frame, codes: Codes) -> Tallied:
        """What some legs bring to a count; the world is a part of the key that is always known."""
        found, rows = super().tallied(term, legs, codes), legs.rows["leg"]
        return replace(found, keys=np.vstack([found.keys, self.of[rows]]), known=np.vstack([found.known, np.ones(legs.n, dtype=bool)]))

    def universe(self, term: Counted) -> Tallied:
        """All that is counted. Of one movement that is what its legs bring, in whatever window: that is told at once for all worlds."""
        if term not in self.counted:
            found = together([self.tallied(term, self.frame, self.truth(term.where, self.legs())[:-2])])
            always = term.window[0] == "always"
            whole, window = (found.one_day, ("since", 1)) if always else (found, term.window)
            whole.running[window] = Brought(found, len(self.starts))  # type: ignore[assignment]  # asked as running totals are
            self.counted[term] = found
        return self.counted[term]

    def _opened(self, term: Counted, legs: Frame, found: Counts) -> Numbers:
        """With what was counted before the world of each leg."""
        whole, rows = super()._opened(term, legs, found), legs.rows["leg"]
        assert rows is not None
        for world, openings in enumerate(self.openings):
            if any(one.count == term.name for one in openings) and len(own := np.flatnonzero(self.of[rows] == world)):
                alone = copy(self)
                alone.tables = replace(self.tables, openings=openings)
                part = super(Beside, alone)._opened(term, legs.part(own), Counts(*(persons[own] for persons in found)))
                whole.lo[own], whole.hi[own] = part.lo, part.hi
        return whole


class Brought:
    """What the legs of each world bring to a count, for whom `count` asks about running totals."""

    def __init__(self, universe: Tallied, worlds: int) -> None:
        world = universe.keys[-1]
        first, number = distinct(combined([world, universe.unit]))
        self._others = np.zeros(worlds, dtype=np.int64)
        np.maximum.at(self._others, world, universe.least[1])
        self._apart, self._most = (self._sum(persons, first, number, world) for persons in (universe.least[0], universe.hi))

    def _sum(self, persons: Ints, first: Ints, number: Ints, world: Ints) -> Ints:
        """The sum over the different populations of each world of the most that each brings."""
        best, total = np.zeros(len(first), dtype=np.int64), np.zeros_like(self._others)
        np.maximum.at(best, number, np.minimum(persons, MOST))
        np.add.at(total, world[first], best)
        return np.where(total >= MOST, MAX, total)

    def at(self, legs: Tallied) -> Counts:
        """The count at each leg: of what it is told to be counted with surely where that is known."""
        world, sure = legs.keys[-1], legs.known.all(axis=0) & (legs.first == legs.last)
        apart, others = (np.maximum(own, np.where(sure, every[world], 0)) for own, every in zip(legs.least, (self._apart, self._others), strict=True))
        return Counts(apart, others, self._most[world])


def beside(asked: Sequence[Asked], plan: Plan, judge: Callable[[Sequence[int], Beside], Sequence[bool]]) -> list[list[bool]]:
    """What a judge of worlds that are read as one says of each world that says less, who is told of which witness each is; no of one that cannot be read so."""
    groups: dict[object, list[tuple[tuple[int, int], World, list[Leg]]]] = {}
    answers = [[False] * len(one.parts) for _, one in asked]
    for at, (_, one) in enumerate(asked):
        for part, world in enumerate(read(one, plan.vocabulary)):
            if world is not None and (own := _legs(world)):
                days = own[0].days if turns(world, plan, plan.fixed_moments) else None  # else what is found for whole tables is the same on every day
                key = (days, frozenset(world.readings.items()), frozenset(world.closed))
                groups.setdefault(key, []).append(((at, part), world, own))
    for group in groups.values():
        made = Joined([world for _, world, _ in group], [own for _, _, own in group], plan)
        columns = Beside(made.tables(), plan.recursive, plan.calendars, of=np.append(made.of, [-1, -1]), first=made.first, openings=made.openings())
        for ((at, part), _, _), holds in zip(group, judge([asked[at][0] for (at, _), _, _ in group], columns), strict=True):
            answers[at][part] = bool(holds)
    return answers


def _legs(world: World) -> list[Leg]:
    """The legs of a world of one movement without parts, on days on which nothing turns; else none."""
    found = legs(world, ())
    return found if len(world["movement"]) == 1 and all(leg.part < 0 for leg in found) and not fact_days(world) else []
