"""What one count gathers over batches: of legs that bring the same, the first and the last in each half of a year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Final

import numpy as np

from comity.facts.table import Codes, Ints, Numbers
from comity.facts.value import TRUE
from comity.law.condition import Counted
from comity.tables.bundle import Bundle, Bundles
from comity.tables.numbered import numbered
from comity.verdict.count import Tallied, nobody, together
from comity.verdict.scale import Columns

HALF_A_YEAR: Final = 6
"""Months in which of many equal movements only the first and the last matter to any count: no longer window sees others alone."""
FIRST: Final = 2**16
"""As many rows as are kept before they are merged for the first time."""


@dataclass(eq=False)
class Tally:
    """A count in the making. Legs are read once for each combination of a bundle that decides what they bring; days are set apart."""

    term: Counted
    _groups: dict[bytes, int] = field(default_factory=dict)
    _brought: list[Tallied] = field(default_factory=list)
    _spans: list[Ints] = field(default_factory=lambda: [np.zeros((4, 0), dtype=np.int64)])
    _others: list[Tallied] = field(default_factory=list)

    def add(self, columns: Columns, bundles: Bundles, legs: Ints, codes: Codes) -> None:
        """Legs of a batch that are or may be counted."""
        days, whose = columns.tables.legs.column("on"), columns.tables.legs.link("population")[legs]
        assert isinstance(days, Numbers)
        unit, many = self.term.window
        held = bundles.over(frozenset({"population", *(name.partition(".")[0] for name in self.term.key)}))
        numbers = None if unit == "months" and many < HALF_A_YEAR else held.numbers(columns)
        plain = (whose < columns.tables.kinds["population"].n) & (days.lo == days.hi)[legs] & (numbers is not None)
        if numbers is not None:
            here = np.flatnonzero(plain)
            self._spans.append(spanned(self._grouped(columns, held, numbers[legs[here] >> 1], legs[here], codes[here]), days.lo[legs[here]]))
            if sum(part.shape[1] for part in self._spans[1:]) > self._spans[0].shape[1] + FIRST:  # as often as it doubles: the cost stays in proportion
                self._spans = [merged(self._spans)]
        rest = np.flatnonzero(~plain)
        if len(rest):
            self._others.append(columns.tallied(self.term, columns.legs().part(legs[rest]), codes[rest]))
            if sum(len(part.lo) for part in self._others[1:]) > len(self._others[0].lo) + FIRST:
                self._others = [together(self._others)]

    def _grouped(self, columns: Columns, bundle: Bundle, numbers: Ints, legs: Ints, codes: Codes) -> Ints:
        """What each leg brings, as a number."""

        def make(rows: Ints) -> Ints:
            return self._met(columns.tallied(self.term, columns.legs().part(legs[rows]), codes[rows]))

        return bundle.found(columns, self, numbers * 2 + (codes == TRUE), make)

    def _met(self, brought: Tallied) -> Ints:
        rows = np.stack([brought.lo, brought.hi, brought.unit, brought.apart, *brought.known, *brought.keys], axis=1).astype(np.int64)
        before = len(self._groups)
        found = np.array([self._groups.setdefault(row.tobytes(), len(self._groups)) for row in rows], dtype=np.int64)
        fresh = np.flatnonzero(found >= before)
        self._brought.append(brought.rows(fresh[np.unique(found[fresh], return_index=True)[1]]))
        return found

    def found(self) -> Tallied:
        """All that is counted."""
        group, _, first, last = merged(self._spans)
        brought = _joined([*self._brought, nobody(len(self.term.key))])
        twice = [replace(brought.rows(group[rows]), first=day[rows], last=day[rows]) for day, rows in ((first, slice(None)), (last, first < last))]
        return together([*twice, *self._others])


def spanned(groups: Ints, days: Ints) -> Ints:
    """Group, half of a year, first and last day of legs of each group."""
    if not len(days):
        return np.zeros((4, 0), dtype=np.int64)
    low, high = int(days.min()), int(days.max())
    every = np.arange(low, high + 1) if high - low < len(days) else days
    halves = (np.clip(every, 1, 3_652_059) - 719_163).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) // HALF_A_YEAR
    return merged([np.stack([groups, halves if every is days else halves[days - low], days, days])])


def merged(spans: Sequence[Ints]) -> Ints:
    """Those of one group and half made one."""
    group, half, first, last = np.concatenate(spans, axis=1)
    rows, numbers = numbered([group, half], len(group))
    begins, ends = first[rows], last[rows]
    np.minimum.at(begins, numbers, first)
    np.maximum.at(ends, numbers, last)
    return np.stack([group[rows], half[rows], begins, ends])


def _joined(parts: Sequence[Tallied]) -> Tallied:
    return Tallied(*(np.concatenate([getattr(part, one.name) for part in parts], axis=-1) for one in fields(Tallied)))
