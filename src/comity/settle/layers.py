"""The front of packages that are written out, where law is asked of those alone that may be on it.

A package that surely beats another comes before it where both are put in the order of their least and greatest totals together. So, in that
order, a package that nothing before it surely beats, but for what is known not to be lawful, is on the front if it is lawful itself. All of
these that stand next are asked about together; then what they beat is passed over, unasked, with all that has a nogood.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from comity.offramp.lever import Partial
from comity.settle.game import Flags, Game, Ints, TooLargeError
from comity.settle.lawful import Lawful, Values
from comity.settle.packages import OPEN, Packages
from comity.settle.surely import BLOCK, PAIRS, Ranged, ranged

AT_ONCE: Final = 64
"""So many are asked about at once at most, as long as a refusal tells nothing of others."""


def least(game: Game, packages: Packages) -> Ints:
    """The least that each package is worth to each party, in the steps of the game."""
    low = np.zeros((len(packages), len(game.parties)), dtype=np.int64)
    for feature, worth in zip(game.features, game.rails[0], strict=True):
        low += feature.among(packages)[:, None] * worth
    return low


class Layers:
    """Packages written out, those levers open to which everybody is indifferent, and which of them are found to be on the front."""

    def __init__(self, game: Game, packages: Packages, lawful: Lawful) -> None:
        self.packages, self.lawful = packages, lawful
        self._held: Ranged = ranged(game, packages, least(game, packages))
        self._kept: list[int] = []

    def front(self) -> Iterator[Partial]:
        """The lawful packages of the front, as partial ones that share none, each proved when it comes. Raises `OverError` where time is over."""
        order = np.argsort(-(2 * self._held.low + self._held.width).sum(axis=1), kind="stable")
        pairs = 0
        for start in range(0, len(order), BLOCK):
            rows = self._left(order[start : start + BLOCK])
            pairs += BLOCK * len(self._kept)
            if pairs > PAIRS:
                raise TooLargeError(f"with ranges so wide, more than {len(self._kept):,} packages stand beside each other: narrow them, or leave levers out")
            rows = self._unbeaten(rows, self._kept)
            count = 1
            while len(rows):
                known = len(self.lawful.nogoods)
                asked = rows[~self._held[rows].surely(self._held[rows])][:count]
                new: list[int] = []
                for row, found in zip(asked.tolist(), self.lawful.within([_partial(one) for one in self.packages[asked].tolist()]), strict=True):
                    yield from found.lawful
                    new += [row] if found.lawful else []
                self._kept += new
                count = 1 if len(self.lawful.nogoods) > known else min(2 * count, AT_ONCE)
                rows = self._unbeaten(self._left(rows[~np.isin(rows, asked)]), new)

    def beside(self) -> Iterator[int]:
        """The packages that are known to be lawful, having a good, and are not on the front."""
        every = np.arange(len(self.packages))
        known = np.zeros(len(every), dtype=bool)
        for good in self.lawful.goods:
            known |= _having(self.packages, good, (OPEN,))
        known[self._kept] = False
        yield from every[known].tolist()

    def _left(self, rows: Ints) -> Ints:
        """Those of these packages that break no nogood."""
        for nogood in self.lawful.nogoods:
            rows = rows[~_having(self.packages[rows], nogood)]
        return rows

    def _unbeaten(self, rows: Ints, others: Sequence[int]) -> Ints:
        """Those of these packages that none of the others surely beats."""
        for start in range(0, len(others), BLOCK):
            rows = rows[~self._held[np.array(others[start : start + BLOCK], dtype=np.int64)].surely(self._held[rows])]
        return rows


def _having(packages: Packages, values: Values, beside: Sequence[int] = ()) -> Flags:
    """Which packages have all these values, or others beside."""
    found = np.ones(len(packages), dtype=bool)
    for lever, value in values.items():
        found &= np.isin(packages[:, lever], [value, *beside])
    return found


def _partial(row: Sequence[int]) -> Partial:
    return tuple(None if value == OPEN else value for value in row)
