"""The kernels of `scale`: truths and intervals combined over whole columns, and rows gathered by group."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from comity.facts.calendar import Calendar, after
from comity.facts.group import combined
from comity.facts.member import Mode, related
from comity.facts.place import Places
from comity.facts.table import ANYTHING, EVERY, KNOWN, NOBODY, NONE, PARTLY, Choices, Codes, Ints, Numbers, paired
from comity.facts.value import FALSE, TRUE, UNKNOWN, Interval


def pairwise(first: Choices, ids: Ints, mode: Mode, second: Choices, others: Ints, places: Places | None) -> Codes:
    """The test made once for every pair of values that meet."""
    pairs, where = np.unique(ids.astype(np.int64) * len(second.values) + others, return_inverse=True)
    answers = [related(first.values[p // len(second.values)], mode, second.values[p % len(second.values)], places) for p in pairs.tolist()]
    return np.array(answers, dtype=np.uint8)[where]


def identical(first: Choices, ids: Ints, mode: Mode, second: Choices, others: Ints) -> Codes:
    """A code in a code or set, by number where both are known; by shape where one can be anything; the rest pair by pair."""
    single, left, right = first.values.singles[ids], first.values.shapes[ids], second.values.shapes[others]
    asked, held = paired(others.astype(np.int64), single), second.values.held
    codes = np.zeros(len(ids), dtype=np.uint8)
    if len(held):
        codes[held[np.minimum(np.searchsorted(held, asked), len(held) - 1)] == asked] = TRUE
    codes[((left == ANYTHING) & (right == KNOWN)) | ((right == ANYTHING) & (left != NONE))] = UNKNOWN
    codes[(left == NOBODY) | (right == NOBODY)] = FALSE
    codes[(left == EVERY) | (right == EVERY)] = TRUE
    rest = (left == PARTLY) | (right == PARTLY) | ((left == KNOWN) & (single < 0))
    if rest.any():
        codes[rest] = pairwise(first, ids[rest], mode, second, others[rest], None)
    return codes


def negated(codes: Codes) -> Codes:
    """Kleene's `not` of each truth."""
    return np.uint8(TRUE) >> codes


def compared(left: Numbers, op: str, right: Numbers) -> Codes:
    """How two columns of intervals compare."""
    match op:
        case "<":
            surely, possibly = left.hi < right.lo, left.lo < right.hi
        case "<=":
            surely, possibly = left.hi <= right.lo, left.lo <= right.hi
        case ">":
            surely, possibly = left.lo > right.hi, left.hi > right.lo
        case ">=":
            surely, possibly = left.lo >= right.hi, left.hi >= right.lo
        case _:
            surely = (left.lo == left.hi) & (right.lo == right.hi) & (left.lo == right.lo)
            possibly = (left.lo <= right.hi) & (right.lo <= left.hi)
    codes = possibly.view(np.uint8) | (surely.view(np.uint8) << np.uint8(1))
    for side in (left, right):
        if len(side.nowhere):
            codes[side.nowhere if len(side.lo) == len(codes) else slice(None)] = FALSE
    return codes


def any_in_groups(codes: Codes, counts: Ints) -> Codes:
    """Whether any row of each group holds."""
    out = np.zeros(len(counts), dtype=np.uint8)
    filled = np.flatnonzero(counts)
    if len(filled):
        out[filled] = np.bitwise_or.reduceat(codes, np.concatenate([[0], np.cumsum(counts[filled])[:-1]]))
    return out


def sum_in_groups(values: NDArray[np.int64] | NDArray[np.float64], counts: Ints) -> Ints:
    """The sum of each group."""
    out = np.zeros(len(counts), dtype=values.dtype)
    filled = np.flatnonzero(counts)
    if len(filled):
        out[filled] = np.add.reduceat(values, np.concatenate([[0], np.cumsum(counts[filled])[:-1]]))
    return out


def extreme_in_groups(choose: np.ufunc, values: Ints, counts: Ints, empty: int) -> Ints:
    """The largest or smallest of each group."""
    out = np.full(len(counts), empty, dtype=np.int64)
    filled = np.flatnonzero(counts)
    if len(filled):
        out[filled] = choose.reduceat(values, np.concatenate([[0], np.cumsum(counts[filled])[:-1]]))
    return out


def later(start: Numbers, n: int, unit: str, calendar: Calendar | None) -> Numbers:
    """The day some units after each day; equal days are reckoned once."""
    _, at, rows = np.unique(combined([start.lo, start.hi]), return_index=True, return_inverse=True)
    made = [after(Interval(int(start.lo[i]), int(start.hi[i])), n, unit, calendar) for i in at.tolist()]
    return Numbers(np.array([m.lo for m in made])[rows], np.array([m.hi for m in made])[rows])
