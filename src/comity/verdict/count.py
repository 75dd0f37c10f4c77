"""Counting distinct persons over legs: who is surely and who is possibly counted together, and between which numbers.

Legs of the same population move the same persons; different populations may overlap. So a count lies between its largest
population and the sum of them all. Each leg is decided on the total of its window up to its own day, itself included.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comity.facts.calendar import after
from comity.facts.table import Ints, Numbers
from comity.facts.value import MAX, MIN, Interval

ALL = 1.0 * MAX


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


def count(parts: list[Tallied], window: tuple[str, int]) -> Numbers:
    """The interval of the count at every leg, the parts one after another."""
    legs = Tallied(*(np.concatenate([getattr(p, name) for p in parts], axis=-1) for name in Tallied.__slots__))
    n = len(legs.lo)
    lo, hi = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    group = np.unique(legs.keys, axis=1, return_inverse=True)[1].reshape(-1) if n else np.zeros(0, dtype=np.int64)
    loose = np.flatnonzero(~legs.known)
    order = np.argsort(group, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(group[order])) + 1) if n else ():
        sure = rows[legs.known[rows]]
        if len(sure):
            _group(legs, sure, np.concatenate([sure, loose]), window, lo, hi)
    for row in loose.tolist():
        _group(legs, np.array([row]), np.arange(n), window, lo, hi)
    return Numbers(lo, hi)


def _group(legs: Tallied, rows: Ints, others: Ints, window: tuple[str, int], lo: Ints, hi: Ints) -> None:
    """The legs of one key; `others` are those that may share it."""
    if window[0] == "always":
        lo[rows], hi[rows] = legs.lo[rows].max(), _most(legs, others)
        return
    for day in np.unique(np.stack([legs.first[rows], legs.last[rows]]), axis=1).T.tolist():
        own = rows[(legs.first[rows] == day[0]) & (legs.last[rows] == day[1])]
        start, latest = _start(day[0], window), _start(day[1], window)
        sure = rows[(legs.first[rows] >= latest) & (legs.last[rows] <= day[0])]
        may = others[(legs.last[others] >= start) & (legs.first[others] <= day[1])]
        lo[own] = np.maximum(legs.lo[own], int(legs.lo[sure].max(initial=0)))
        hi[own] = _most(legs, may)


def _most(legs: Tallied, rows: Ints) -> int:
    """The sum over different populations of the most each may bring."""
    if not len(rows):
        return 0
    order = rows[np.argsort(legs.unit[rows], kind="stable")]
    starts = np.flatnonzero(np.concatenate([[True], np.diff(legs.unit[order]) != 0]))
    return int(min(np.maximum.reduceat(legs.hi[order], starts).astype(np.float64).sum(), ALL))


def _start(day: int, window: tuple[str, int]) -> int:
    """The first day of the window that ends on a day."""
    if not 1 <= day <= dt.date.max.toordinal():
        return MIN if day <= 0 else day
    if window[0] == "months":
        return after(Interval(day, day), -window[1], "months", None).lo
    return dt.date(dt.date.fromordinal(day).year, 1, 1).toordinal()
