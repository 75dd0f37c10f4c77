"""Columns in as few bytes as hold them: they are read the sooner."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from comity.facts.table import Choices, Ints, Numbers, Values
from comity.facts.value import MAX, MIN, Choice


def numbers(lo: Ints, hi: Ints) -> Numbers:
    """Intervals, with the same in the narrowest type whose ends none of them needs."""
    most = max(int(np.abs(np.where((end > MIN) & (end < MAX), end, 0)).max(initial=0)) for end in (lo, hi))
    span = np.iinfo(np.min_scalar_type(-most - 2))
    if span.bits > 32:
        return Numbers(lo, hi)
    return Numbers(lo, hi, Numbers(np.clip(lo, span.min, span.max).astype(span.dtype), np.clip(hi, span.min, span.max).astype(span.dtype)))


def choices(ids: Ints, values: Sequence[Choice]) -> Choices:
    """Codes or sets by number, equal ones by the same."""
    place: dict[Choice, int] = {}
    at = np.array([place.setdefault(value, len(place)) for value in values], dtype=np.min_scalar_type(len(values)))
    return Choices(at[ids], Values(place))
