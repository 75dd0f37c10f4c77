"""The kernels of `scale`: truths and intervals combined over whole columns, and rows gathered by group."""

from __future__ import annotations

import itertools
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.facts.calendar import Calendar, after
from comity.facts.group import combined
from comity.facts.member import Mode, related
from comity.facts.place import Places
from comity.facts.table import ANYTHING, EVERY, KNOWN, NOBODY, NONE, PARTLY, Choices, Codes, Ints, Numbers, paired
from comity.facts.value import FALSE, TRUE, UNKNOWN, Interval

FEW, MANY = 3, 4096
"""Runs of values that are sooner compared with than looked up; more rows than are met one by one."""


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
    found = codes ^ np.uint8(TRUE)
    found -= (codes == UNKNOWN).view(np.uint8)
    return found


def everywhere(codes: Codes, truth: int) -> bool:
    """Is it false, or true, in every row? It seldom is, and then a few rows tell."""
    extreme = np.minimum if truth == TRUE else np.maximum
    return bool(len(codes) and codes[0] == truth and extreme.reduce(codes[:: len(codes) // 64 + 1]) == truth and extreme.reduce(codes) == truth)


@lru_cache(maxsize=10_000)
def constant(number: int, width: str = "int64") -> Numbers:
    """A number, one row long."""
    one = np.array([number], dtype=width)
    return Numbers(one, one)


def compared(left: Numbers, op: str, right: Numbers) -> Codes:
    """How two columns of intervals compare."""
    short = left.short
    if short is not None and len(right.lo) == 1 and right.hi[0] == (one := int(right.lo[0])) and abs(one) < 2 ** (8 * short.lo.itemsize - 1) - 1:
        left, right = short, constant(one, short.lo.dtype.char)
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
            surely, possibly = (left.lo >= right.hi) & (left.hi <= right.lo), (left.lo <= right.hi) & (left.hi >= right.lo)
    codes, sure = possibly.view(np.uint8), surely.view(np.uint8)
    codes += sure  # what surely holds possibly holds: 0, 1 or 3
    codes += sure
    for side in (left, right):
        if len(side.nowhere):
            codes[side.nowhere if len(side.lo) == len(codes) else slice(None)] = FALSE
    return codes


def looked_up(answers: Codes, ids: Ints) -> Codes:
    """The answer of its value for each row; where few runs of values have another than the last, many rows are compared with their ends."""
    if len(ids) <= MANY or ids.dtype != np.uint8:
        return answers.take(ids, mode="clip")  # no row is out of range: only the check is left out
    usual, odd = _odd(table := answers.tobytes())
    if not 0 < len(odd) <= FEW:
        return np.frombuffer(bytearray(ids).translate(table.ljust(256, b"\1")), dtype=np.uint8)
    held = [((ids == first if not more else ids - first <= more).view(np.uint8), other) for first, more, other in odd]
    codes, *rest = [one if other == 1 else np.multiply(one, other, out=one) for one, other in held]
    for one in (*rest, usual) if usual else rest:
        codes ^= one
    return codes


@lru_cache(maxsize=10_000)
def _odd(answers: bytes) -> tuple[np.uint8, list[tuple[np.uint8, np.uint8, np.uint8]]]:
    """The last answer, and the runs of values that have another: the first, how many more, and by which bits it differs."""
    usual, ends = answers[-1], [i for i in range(1, len(answers)) if answers[i] != answers[i - 1]]
    runs = [(i, j) for i, j in itertools.pairwise((0, *ends)) if answers[i] != usual]
    return np.uint8(usual), [(np.uint8(i), np.uint8(j - i - 1), np.uint8(answers[i] ^ usual)) for i, j in runs]


def in_groups(join: np.ufunc, values: NDArray[Any], counts: Ints, empty: int = 0) -> NDArray[Any]:
    """The values of each group joined into one."""
    out = np.full(len(counts), empty, dtype=values.dtype)
    filled = np.flatnonzero(counts)
    if len(filled):
        out[filled] = join.reduceat(values, np.concatenate([[0], np.cumsum(counts[filled])[:-1]]))
    return out


def later(start: Numbers, n: int, unit: str, calendar: Calendar | None) -> Numbers:
    """The day some units after each day; equal days are reckoned once."""
    _, at, rows = np.unique(combined([start.lo, start.hi]), return_index=True, return_inverse=True)
    made = [after(Interval(int(start.lo[i]), int(start.hi[i])), n, unit, calendar) for i in at.tolist()]
    return Numbers(np.array([m.lo for m in made])[rows], np.array([m.hi for m in made])[rows])
