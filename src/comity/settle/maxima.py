"""The maxima of vectors: those that no other equals or exceeds in every column.

By halves, as Kung, Luccio and Preparata (1975): the better half by the first column keeps its maxima; the other half keeps those
of its own that nothing of the better half beats in the remaining columns. Exact, in whole numbers.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from comity.settle.game import Flags, Ints

FEW: Final = 64
"""So few vectors are compared each with each."""


def maxima(points: Ints) -> Flags:
    """Which of these distinct rows are maxima."""
    count, columns = points.shape
    if count < 2:
        return np.ones(count, dtype=bool)
    if columns == 2:
        return _staircase(points)
    if count <= FEW:
        alone: Flags = np.logical_and.reduce(points[:, None] <= points, axis=2).sum(axis=1) == 1
        return alone
    first = points[:, 0]
    most = int(first.max())
    if columns == 1:
        return first >= most
    if first.min() == most:
        return maxima(points[:, 1:])
    cut = _cut(first)
    found = np.empty(count, dtype=bool)
    better, worse = np.flatnonzero(first >= cut), np.flatnonzero(first < cut)
    found[better] = maxima(points[better])
    found[worse] = maxima(points[worse])
    kept = worse[found[worse]]
    found[kept] = ~beaten(points[kept, 1:], points[better[found[better]], 1:])
    return found


def beaten(low: Ints, high: Ints) -> Flags:
    """Which rows of `low` some row of `high` equals or exceeds in every column."""
    if not len(low) or not len(high):
        return np.zeros(len(low), dtype=bool)
    if low.shape[1] == 1:
        return low[:, 0] <= int(high[:, 0].max())
    if low.shape[1] == 2:
        order = np.argsort(high[:, 0])
        best = np.maximum.accumulate(high[order[::-1], 1])[::-1]  # the second column's greatest among this and all with a greater first
        at = np.searchsorted(high[order, 0], low[:, 0])
        return (at < len(high)) & (best[np.minimum(at, len(high) - 1)] >= low[:, 1])
    if len(low) * len(high) <= FEW * FEW:
        some: Flags = np.logical_or.reduce(np.logical_and.reduce(low[:, None] <= high, axis=2), axis=1)
        return some
    if high[:, 0].min() >= low[:, 0].max():
        return beaten(low[:, 1:], high[:, 1:])
    if high[:, 0].max() < low[:, 0].min():
        return np.zeros(len(low), dtype=bool)
    cut = _cut(np.concatenate((low[:, 0], high[:, 0])))
    low_better, high_better = low[:, 0] >= cut, high[:, 0] >= cut
    found = np.empty(len(low), dtype=bool)
    found[low_better] = beaten(low[low_better], high[high_better])
    found[~low_better] = beaten(low[~low_better, 1:], high[high_better, 1:])
    left = np.flatnonzero(~low_better)[~found[~low_better]]
    found[left] = beaten(low[left], high[~high_better])
    return found


def _staircase(points: Ints) -> Flags:
    """The maxima in two columns: from the greatest first downwards, each that reaches a new height in the second."""
    order = np.lexsort((-points[:, 1], -points[:, 0]))
    second = points[order, 1]
    found = np.ones(len(points), dtype=bool)
    found[order[1:]] = second[1:] > np.maximum.accumulate(second)[:-1]
    return found


def _cut(column: Ints) -> int:
    """A value with some below it and about as many not below; not all are equal."""
    middle, least = int(np.partition(column, len(column) // 2)[len(column) // 2]), column.min()
    return middle if middle > least else int(column[column > least].min())
