"""Rows numbered by what they hold: by hashing, where sorting would cost more."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from comity.facts.group import LARGE
from comity.facts.table import Ints


def numbered(columns: Iterable[Ints], rows: int) -> tuple[Ints, Ints]:
    """A row of each combination that some columns hold, and for each row the number of its combination."""
    numbers, many = np.zeros(rows, dtype=np.int64), 1
    for column in columns:
        low, high = (int(column.min()), int(column.max())) if len(column) else (0, 0)
        if low == high:
            continue
        codes = column - low
        if (high - low + 1) * many > LARGE:
            codes, high = pa.array(column).dictionary_encode().indices.to_numpy(), low + rows
        encoded = pa.array(numbers * (high - low + 1) + codes).dictionary_encode()
        numbers, many = encoded.indices.to_numpy().astype(np.int64), len(encoded.dictionary)
    first = np.zeros(min(many, rows), dtype=np.int64)
    first[numbers[::-1]] = np.arange(rows - 1, -1, -1)
    return first, numbers


def room(held: NDArray[Any], rows: int, empty: int = 0) -> NDArray[Any]:
    """The array with room for so many rows, doubled where there is none."""
    if rows <= len(held):
        return held
    more = np.full((max(rows, 2 * len(held)), *held.shape[1:]), empty, dtype=held.dtype)
    more[: len(held)] = held
    return more
