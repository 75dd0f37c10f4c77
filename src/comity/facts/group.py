"""Rows of columns grouped by equal keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from comity.facts.table import Ints

LARGE: Final = 2**61
DENSE: Final = 2**21
"""The widest range of keys that is numbered by a table and not by sorting."""


def distinct(keys: Ints) -> tuple[Ints, Ints]:
    """A row of each different key, in the order of the keys, and for each row the number of its key."""
    low, high = (int(keys.min()), int(keys.max())) if len(keys) else (0, 0)
    if high - low >= DENSE or high - low > 64 * len(keys) + 1024:
        first, numbers = np.unique(keys, return_index=True, return_inverse=True)[1:]
        return first, numbers.reshape(-1)
    at = (keys - low if low else keys).astype(np.int64, copy=False)  # a number may be longer than numpy's own
    rows = np.full(high - low + 1, -1, dtype=np.int64)
    rows[at] = np.arange(len(keys))
    met = np.flatnonzero(rows >= 0)
    numbers = np.zeros(len(rows), dtype=np.int64)
    numbers[met] = np.arange(len(met))
    return rows[met], numbers[at]


def combined(keys: Sequence[Ints]) -> Ints:
    """One number for each row, equal where all keys are equal."""
    found = np.zeros(len(keys[0]), dtype=np.int64)
    for key in keys:
        low, high = (int(key.min()), int(key.max())) if len(key) else (0, 0)
        if high - low > LARGE:
            key = distinct(key)[1]  # noqa: PLW2901 -- the same key by number
            low, high = 0, len(key)
        if len(found) and int(found.max()) > LARGE // (high - low + 1):
            found = distinct(found)[1]
        found = found * (high - low + 1) + (key - low)
    return found
