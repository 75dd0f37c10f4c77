"""Counting distinct persons over legs: who is surely and who is possibly counted together, and between which numbers.

Legs of the same population move the same persons; different populations may overlap. So a count lies between its largest
population and the sum of them all. Each leg is decided on the total of its window up to its own day, itself included.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from comity.facts.calendar import after
from comity.facts.table import Ints, Numbers
from comity.facts.value import MAX, MIN, Interval

MOST = 2**40
"""Numbers of persons above this are as good as without end."""
SEGMENTS = 2**21
LARGE = 2**61


@dataclass(frozen=True, slots=True)
class Tallied:
    """Legs of a count: persons surely and possibly counted, days, population (or a number of its own), key, whether the key is known."""

    lo: Ints
    hi: Ints
    first: Ints
    last: Ints
    unit: Ints
    keys: Ints
    known: NDArray[np.bool_]

    def rows(self, index: Ints | NDArray[np.bool_]) -> Tallied:
        """Some of them."""
        return Tallied(self.lo[index], self.hi[index], self.first[index], self.last[index], self.unit[index], self.keys[:, index], self.known[index])


def together(parts: Sequence[Tallied]) -> Tallied:
    """Several parts as one, without legs that bring the same persons on the same days under the same key."""
    some = [p.rows(np.flatnonzero(p.hi > 0)) for p in parts]  # who surely is not counted changes no total
    whole = Tallied(*(np.concatenate([getattr(p, name) for p in some], axis=-1) for name in Tallied.__slots__))
    same = combined([whole.lo, whole.hi, whole.first, whole.last, whole.unit, whole.known.astype(np.int64), *whole.keys])
    return whole.rows(np.unique(same, return_index=True)[1])


def combined(keys: Sequence[Ints]) -> Ints:
    """One number for each row, equal where all keys are equal."""
    found = np.zeros_like(keys[0])
    for key in keys:
        low, high = (int(key.min()), int(key.max())) if len(key) else (0, 0)
        if high - low > LARGE:
            key = np.unique(key, return_inverse=True)[1].reshape(-1)  # noqa: PLW2901 -- the same key by number
            low, high = 0, len(key)
        if len(found) and int(found.max()) > LARGE // (high - low + 1):
            found = np.unique(found, return_inverse=True)[1].reshape(-1)
        found = found * (high - low + 1) + (key - low)
    return found


def count(universe: Tallied, legs: Tallied, window: tuple[str, int]) -> Numbers:
    """The interval of the count at each leg, over the universe it is part of."""
    n = len(legs.lo)
    lo, hi = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    if not n or not len(universe.lo):
        return Numbers(lo, hi)
    if universe.known.all() and legs.known.all() and window[0] == "always":  # days do not matter: all is one day
        return _running(replace(universe, first=0 * universe.first), replace(legs, first=0 * legs.first), 0 * universe.first, 0 * legs.first)
    exact = universe.known.all() and legs.known.all() and window[0] != "always" and (universe.first == universe.last).all()
    if exact and (period := _periods(universe.first, legs.first, window)) is not None:
        return _running(universe, legs, *period)
    _, group = np.unique(combined(list(np.concatenate([universe.keys, legs.keys], axis=1))), return_inverse=True)
    of_universe, of_legs = group.reshape(-1)[: len(universe.lo)], group.reshape(-1)[len(universe.lo) :]
    loose = np.flatnonzero(~universe.known)
    order = np.argsort(of_legs, kind="stable")
    for own in np.split(order, np.flatnonzero(np.diff(of_legs[order])) + 1):
        sure = np.flatnonzero((of_universe == of_legs[own[0]]) & universe.known)
        for leg in own[legs.known[own]], own[~legs.known[own]]:
            if len(leg):
                known = bool(legs.known[leg[0]])
                may = np.concatenate([sure, loose]) if known else np.arange(len(universe.lo))
                _group(universe, sure if known else sure[:0], may, legs, leg, window, (lo, hi))
    return Numbers(lo, hi)


def _group(universe: Tallied, sure: Ints, may: Ints, legs: Tallied, own: Ints, window: tuple[str, int], out: tuple[Ints, Ints]) -> None:
    """The legs `own` of one key; `sure` and `may` are the rows of the universe that surely and possibly share it."""
    for day in np.unique(np.stack([legs.first[own], legs.last[own]]), axis=1).T.tolist():
        here = own[(legs.first[own] == day[0]) & (legs.last[own] == day[1])]
        inside, perhaps = sure, may
        if window[0] != "always":
            start, latest = _start(day[0], window), _start(day[1], window)
            inside = sure[(universe.first[sure] >= latest) & (universe.last[sure] <= day[0])]
            perhaps = may[(universe.last[may] >= start) & (universe.first[may] <= day[1])]
        out[0][here] = np.maximum(legs.lo[here], int(universe.lo[inside].max(initial=0)))
        out[1][here] = _sum(universe, perhaps)


def _sum(legs: Tallied, rows: Ints) -> int:
    """The sum over different populations of the most each may bring."""
    if not len(rows):
        return 0
    order = rows[np.argsort(legs.unit[rows], kind="stable")]
    starts = np.flatnonzero(np.concatenate([[True], np.diff(legs.unit[order]) != 0]))
    total = int(np.minimum(np.maximum.reduceat(legs.hi[order], starts), MOST).sum())
    return MAX if total >= MOST else total


def _start(day: int, window: tuple[str, int]) -> int:
    """The first day of the window that ends on a day."""
    if not 1 <= day <= dt.date.max.toordinal():
        return MIN if day <= 0 else day
    if window[0] == "months":
        return after(Interval(day, day), -window[1], "months", None).lo
    return dt.date(dt.date.fromordinal(day).year, 1, 1).toordinal()


def _periods(universe: Ints, legs: Ints, window: tuple[str, int]) -> tuple[Ints, Ints] | None:
    """For windows that only grow within a period: the period of each row (a year; everything), or nothing if windows slide."""
    low, high = int(universe.min(initial=MAX)), int(universe.max(initial=MIN))
    if not 1 <= low <= high <= dt.date.max.toordinal():
        return None
    if window[0] == "months":
        return (np.zeros_like(universe), np.zeros_like(legs)) if _start(high, window) <= low else None
    years = np.array([dt.date(y, 1, 1).toordinal() for y in range(dt.date.fromordinal(low).year, dt.date.fromordinal(high).year + 2) if y <= dt.MAXYEAR])
    return np.searchsorted(years, universe, side="right"), np.searchsorted(years, legs, side="right")


def _running(universe: Tallied, legs: Tallied, period: Ints, leg_period: Ints) -> Numbers:
    """Running totals within each key and period, looked up at each leg's day."""
    keys = np.concatenate([np.vstack([universe.keys, period]), np.vstack([legs.keys, leg_period])], axis=1)
    _, group = np.unique(combined(list(keys)), return_inverse=True)
    of_universe, of_legs = group[: len(period)], group[len(period) :]
    day, leg_day = universe.first, legs.first
    added = _increments(of_universe, universe.unit, day, np.minimum(universe.hi, MOST))
    order = np.lexsort((day, of_universe))
    sorted_group, sorted_day = of_universe[order], day[order]
    total = np.cumsum(added[order])
    starts = np.flatnonzero(np.concatenate([[True], np.diff(sorted_group) != 0]))
    before = np.repeat(total[starts] - added[order][starts], np.diff([*starts, len(order)]))
    most = total - before
    least = _running_max(sorted_group, np.minimum(universe.lo[order], MOST))
    stamp = sorted_group * 2**24 + sorted_day
    at = np.searchsorted(stamp, of_legs * 2**24 + leg_day, side="right") - 1
    own = (at >= 0) & (sorted_group[at] == of_legs)  # else nothing was counted under this key up to that day
    hi = np.where(own, most[at], 0)
    return Numbers(np.maximum(legs.lo, np.where(own, least[at], 0)), np.where(hi >= MOST, MAX, hi))


def _increments(group: Ints, unit: Ints, day: Ints, hi: Ints) -> Ints:
    """What each row adds to its group: as much as its population brings beyond what it brought before."""
    order = np.lexsort((day, unit, group))
    fresh = np.concatenate([[True], (np.diff(group[order]) != 0) | (np.diff(unit[order]) != 0)])
    best = _running_max(np.cumsum(fresh), hi[order])
    previous = np.where(fresh, 0, np.concatenate([[0], best[:-1]]))
    added = np.empty_like(hi)
    added[order] = best - previous
    return added


def _running_max(segment: Ints, values: Ints) -> Ints:
    """The largest value so far within each segment; segments are numbered in order."""
    out = np.empty_like(values)
    numbers = np.concatenate([[0], np.cumsum(np.diff(segment) != 0)])
    for low in range(0, int(numbers[-1]) + 1, SEGMENTS):
        part = (numbers >= low) & (numbers < low + SEGMENTS)
        lifted = (numbers[part] - low) * (2 * MOST) + values[part]
        out[part] = np.maximum.accumulate(lifted) - (numbers[part] - low) * (2 * MOST)
    return out
