"""Persons in order, each with the turn that counted them last: two arrays that never change beside one that does."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from comity.ledger.digests import Halves, found, woven

Turns = NDArray[np.int32]
NOBODY: Final = 0
"""The turn of who is not counted."""


@dataclass
class Run:
    """Persons in ascending order, and the turn of each; the turn may change."""

    high: Halves
    low: Halves
    turn: Turns

    def __len__(self) -> int:
        return len(self.turn)

    @classmethod
    def of_nobody(cls) -> Run:
        """An empty one."""
        return cls(np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int32))

    def at(self, word: bytes) -> int:
        """Where a person is; -1: nowhere. For one at a time this is faster than a search for many."""
        high, low = int.from_bytes(word[:8]), int.from_bytes(word[8:])
        i, n = bisect_left(self._highs, high), len(self._highs)
        while i < n and self._highs[i] == high:
            if self._lows[i] == low:
                return i
            i += 1
        return -1

    @cached_property
    def _highs(self) -> memoryview:
        return self.high.data

    @cached_property
    def _lows(self) -> memoryview:
        return self.low.data

    def with_(self, new: Run) -> Run:
        """One run of two that share nobody."""
        at = found(self.high, self.low, new.high, new.low)[0]
        return Run(woven(self.high, new.high, at), woven(self.low, new.low, at), woven(self.turn, new.turn, at))


def numbered(days: Turns) -> tuple[Turns, list[int]]:
    """For each day its number among the days there are, in order, from 1; and these days."""
    if not len(days):
        return days, []
    first = int(days.min())
    table = np.flatnonzero(np.bincount(days - first))
    numbers = np.zeros(int(table[-1]) + 1, dtype=np.int32)
    numbers[table] = np.arange(1, len(table) + 1)
    return numbers[days - first], (table + first).tolist()
