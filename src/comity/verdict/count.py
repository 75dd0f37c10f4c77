"""Counting distinct persons over legs: who is surely and who is possibly counted together, and between which numbers.

Legs of the same population move the same persons; different populations may overlap, unless it is stated that one stands apart. So a
count lies between what stands apart with the largest of the others, and the sum of them all. Each leg is decided on the total of its
window up to its own day, itself included.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.facts.calendar import after
from comity.facts.group import combined, distinct
from comity.facts.table import Ints
from comity.facts.value import MAX, MIN, Interval

MOST = 2**40
"""Numbers of persons above this are as good as without end."""
SEGMENTS = 2**21
ROWS, YEARS, DAYS = 2**31, 2**14, 2**22
"""More than a table has rows, a calendar years, all its years days."""
GROUPS = 2**63 // (YEARS * DAYS)


@dataclass(eq=False)
class Tallied:
    """Legs of a count: persons surely and possibly counted, days, population (or a number of its own), key and which parts of it are known.

    `apart`: their population shares nobody with any other.
    """

    lo: Ints
    hi: Ints
    first: Ints
    last: Ints
    unit: Ints
    keys: Ints
    known: NDArray[np.bool_]
    apart: NDArray[np.bool_]

    def rows(self, index: Ints | NDArray[np.bool_]) -> Tallied:
        """Some of them."""
        return Tallied(*(getattr(self, part.name)[..., index] for part in fields(Tallied)))

    @cached_property
    def least(self) -> tuple[Ints, Ints]:
        """The persons surely counted of what stands apart, and of the rest."""
        return np.where(self.apart, self.lo, 0), np.where(self.apart, 0, self.lo)

    @cached_property
    def exact(self) -> bool:
        """Is every key and every day known?"""
        return bool(self.known.all() and (self.first == self.last).all())

    @cached_property
    def one_day(self) -> Tallied:
        """All of them, as if on one day."""
        day = np.ones_like(self.first)
        return replace(self, first=day, last=day)

    @cached_property
    def running(self) -> dict[tuple[str, int], _Running | None]:
        """Running totals by window, as far as they were asked for."""
        return {}


def nobody(keys: int) -> Tallied:
    """No leg, of so many parts of a key."""
    none, parts = np.zeros(0, dtype=np.int64), np.zeros((keys, 0), dtype=np.int64)
    return Tallied(none, none, none, none, none, parts, parts.astype(bool), none.astype(bool))


def together(parts: Sequence[Tallied]) -> Tallied:
    """Several parts as one, without legs that bring the same persons on the same days under the same key."""
    some = [p.rows(np.flatnonzero(p.hi > 0)) for p in parts]  # who surely is not counted changes no total
    whole = Tallied(*(np.concatenate([getattr(p, part.name) for p in some], axis=-1) for part in fields(Tallied)))
    same = combined([whole.lo, whole.hi, whole.first, whole.last, whole.unit, whole.apart, *whole.known, *whole.keys])
    return whole.rows(distinct(same)[0])


class Counts(NamedTuple):
    """Of the count at each leg: at least so many who stand apart, with at least so many others; at most so many in all."""

    apart: Ints
    others: Ints
    most: Ints


def count(universe: Tallied, legs: Tallied, window: tuple[str, int]) -> Counts:
    """The count at each leg, over the universe it is part of."""
    found = Counts(*(np.zeros(len(legs.lo), dtype=np.int64) for _ in range(3)))
    if not len(legs.lo) or not len(universe.lo):
        return found
    if window[0] == "always":  # days do not matter: all is one day
        universe, legs, window = universe.one_day, legs.one_day, ("since", 1)
    if window not in universe.running:
        universe.running[window] = _running(universe, window)
    if (running := universe.running[window]) is not None and (totals := running.at(legs)) is not None:
        return totals
    order = np.argsort(groups := combined([*legs.keys, *legs.known]), kind="stable")
    for own in np.split(order, np.flatnonzero(np.diff(groups[order])) + 1):
        mine, known = legs.keys[:, own[:1]], legs.known[:, own[:1]]
        same, both = universe.keys == mine, universe.known & known
        _group(universe, np.flatnonzero((same & both).all(axis=0)), np.flatnonzero((same | ~both).all(axis=0)), legs, own, window, found)
    return found


def _group(universe: Tallied, sure: Ints, may: Ints, legs: Tallied, own: Ints, window: tuple[str, int], out: Counts) -> None:
    """The legs `own` of one key; `sure` and `may` are the rows of the universe that surely and possibly share it."""
    for day in np.unique(np.stack([legs.first[own], legs.last[own]]), axis=1).T.tolist():
        here = own[(legs.first[own] == day[0]) & (legs.last[own] == day[1])]
        start, latest = _start(day[0], window), _start(day[1], window)
        inside = sure[(universe.first[sure] >= latest) & (universe.last[sure] <= day[0])]
        perhaps = may[(universe.last[may] >= start) & (universe.first[may] <= day[1])]
        apart, others = universe.least
        out.apart[here] = np.maximum(legs.least[0][here], _sum(universe.unit, apart, inside))
        out.others[here] = np.maximum(legs.least[1][here], int(others[inside].max(initial=0)))
        out.most[here] = _sum(universe.unit, universe.hi, perhaps)


def _sum(unit: Ints, persons: Ints, rows: Ints) -> int:
    """The sum over different populations of the most each brings."""
    if not len(rows):
        return 0
    order = rows[np.argsort(unit[rows], kind="stable")]
    starts = np.flatnonzero(np.concatenate([[True], np.diff(unit[order]) != 0]))
    total = int(np.minimum(np.maximum.reduceat(persons[order], starts), MOST).sum())
    return MAX if total >= MOST else total


def _start(day: int, window: tuple[str, int]) -> int:
    """The first day of the window that ends on a day; of one since a day no day, for what moved before is not counted in the first place."""
    if window[0] == "since":
        return MIN
    if not 1 <= day <= dt.date.max.toordinal():
        return MIN if day <= 0 else day
    if window[0] == "months":
        return after(Interval(day, day), -window[1], "months", None).lo
    return dt.date(max(1, dt.date.fromordinal(day).year - window[1]), 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class _Running:
    """Totals within each key and period, in order of days: what windows that only grow within a period hold."""

    years: Ints
    until: int
    keys: Sequence[Ints]
    stamps: Ints
    totals: Counts

    def at(self, legs: Tallied) -> Counts | None:
        """The total up to each leg's day, if every key and day is known and no window has let go of a day."""
        day = legs.first
        if not legs.exact or int(day.min()) < 1 or int(day.max()) > self.until:
            return None
        group, known = np.zeros(len(day), dtype=np.int64), np.ones(len(day), dtype=bool)
        for level, part in zip(self.keys, legs.keys, strict=True):
            joined = group * ROWS + part
            group = np.minimum(np.searchsorted(level, joined), len(level) - 1)
            known &= level[group] == joined
        stamp = _stamp(group, self.years, day)
        at = np.searchsorted(self.stamps, stamp, side="right") - 1
        known &= (at >= 0) & (self.stamps[at] // DAYS == stamp // DAYS)  # else nothing was counted up to that day
        apart, others, most = (np.where(known, total[at], 0) for total in self.totals)
        return Counts(np.maximum(legs.least[0], apart), np.maximum(legs.least[1], others), np.where(most >= MOST, MAX, most))


def _running(universe: Tallied, window: tuple[str, int]) -> _Running | None:
    """Running totals, if all is known and the window never lets go of a day within a period: a year; everything; all of what is known."""
    day, years, until = universe.first, np.zeros(0, dtype=np.int64), dt.date.max.toordinal()
    low, high = int(day.min()), int(day.max())
    if not universe.exact or not 1 <= low <= high <= until:
        return None
    if window == ("year", 0):
        span = range(dt.date.fromordinal(low).year, min(dt.date.fromordinal(high).year + 2, dt.MAXYEAR + 1))
        years = np.array([dt.date(year, 1, 1).toordinal() for year in span])
    elif window[0] != "since":
        step = (window[1], "months") if window[0] == "months" else (window[1] + 1, "01-01")
        until = after(Interval(low, low), *step, None).lo - 1
    group, keys = np.zeros(len(day), dtype=np.int64), []
    for part in universe.keys:
        joined = group * ROWS + part
        first, group = distinct(joined)
        keys.append(joined[first])
    if high > until or len(keys[-1]) >= GROUPS:
        return None
    stamp = _stamp(group, years, day)
    period = stamp // DAYS
    order = np.argsort(stamp, kind="stable")
    starts = np.flatnonzero(np.concatenate([[True], np.diff(period[order]) != 0]))

    def sums(persons: Ints) -> Ints:
        """What different populations bring together, up to each row."""
        added = _increments(period, universe.unit, day, np.minimum(persons, MOST))[order]
        total = np.cumsum(added)
        found: Ints = total - np.repeat(total[starts] - added[starts], np.diff([*starts, len(order)]))
        return found

    apart, others = universe.least
    totals = Counts(sums(apart) if apart.any() else apart, _running_max(period[order], np.minimum(others[order], MOST)), sums(universe.hi))
    return _Running(years, until, keys, stamp[order], totals)


def _stamp(group: Ints, years: Ints, day: Ints) -> Ints:
    """A key, the year where years count apart, and a day, in one number."""
    return (group * YEARS + np.searchsorted(years, day, side="right")) * DAYS + day


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
