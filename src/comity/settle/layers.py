"""The front of packages that are written out, where law is asked of those alone that may be on it.

A package that surely beats another comes before it where both are put in the order of their least and greatest totals together. So, in that
order, a package that nothing before it surely beats, but for what is known not to be lawful, is on the front if it is lawful itself. All of
these that stand next are asked about together; then what they beat is passed over, unasked, with all that has a nogood.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from comity.offramp.asked import OverError
from comity.offramp.lever import Partial
from comity.settle.game import Flags, Game, Ints, TooLargeError
from comity.settle.lawful import Lawful, Values
from comity.settle.packages import OPEN, Packages
from comity.settle.surely import BLOCK, PAIRS, Ranged, ranged


def least(game: Game, packages: Packages) -> Ints:
    """The least that each package is worth to each party, in the steps of the game."""
    low = np.zeros((len(packages), len(game.parties)), dtype=np.int64)
    for feature, worth in zip(game.features, game.rails[0], strict=True):
        low += feature.among(packages)[:, None] * worth
    return low


class Layers:
    """Packages written out, those levers open to which everybody is indifferent, and which of them are on the front.

    `found`: those of the front, each proved when it comes, with lawful packages of each as partial ones that share none: `some`, where it is
    known that there are, or all.
    """

    def __init__(self, game: Game, packages: Packages, lawful: Lawful) -> None:
        self.packages, self.lawful = packages, lawful
        self.found: dict[int, tuple[Partial, ...]] = {}
        self.some: set[int] = set()
        self._together = 1
        self._held: Ranged = ranged(game, packages, least(game, packages))

    def search(self) -> None:
        """Finds all of the front. Raises `OverError` where time is over; what is on the front as far as is known without asking is found by then."""
        order = np.argsort(-(2 * self._held.low + self._held.width).sum(axis=1), kind="stable")
        pairs = 0
        for start in range(0, len(order), BLOCK):
            pairs += BLOCK * len(self.found)
            if pairs > PAIRS:
                raise TooLargeError(f"with ranges so wide, more than {len(self.found):,} packages stand beside each other: narrow them, or leave levers out")
            try:
                self._search(self._unbeaten(self._left(order[start : start + BLOCK]), list(self.found)))
            except OverError:
                self._unasked(order[start:])
                raise

    def _search(self, rows: Ints) -> None:
        """Finds what is on the front of packages that nothing known to be on it beats."""
        while len(rows):
            known = self.lawful.learnt
            done = self._first(rows)
            new = self._told(done)
            if new:
                done = new
            else:
                done = done[: self._together]
                new = self._asked(done)
                self._together = 1 if self.lawful.learnt > known else 2 * self._together
            rows = self._unbeaten(self._left(rows[~np.isin(rows, done)]), new)

    def _unasked(self, order: Ints) -> None:
        """Finds what is surely on the front though nothing more is asked: what nothing beats that may be lawful, and that is."""
        left = list[int]()
        for start in range(0, len(order), BLOCK):
            rows = self._left(order[start : start + BLOCK])
            rows = self._unbeaten(self._unbeaten(rows[~np.isin(rows, list(self.found))], list(self.found)), left)
            while new := self._told(self._first(rows)):
                rows = self._unbeaten(rows[~np.isin(rows, new)], new)
            left += self._first(rows)

    def _first(self, rows: Ints) -> list[int]:
        """Those of some packages that none of them beats."""
        first: list[int] = rows[~self._held[rows].surely(self._held[rows])].tolist()
        return first

    def _told(self, rows: Sequence[int]) -> list[int]:
        """Those of some packages of which goods tell that they have lawful completions."""
        told = {row: one for row in rows if (one := self.lawful.some(self.partial(row))) is not None}
        self.found |= {row: (one,) for row, one in told.items()}
        self.some |= told.keys()
        return list(told)

    def _asked(self, rows: Sequence[int]) -> list[int]:
        """Those of some packages that have lawful completions; all of these are found."""
        found = zip(rows, self.lawful.within([self.partial(row) for row in rows]), strict=True)
        new = {row: cubes.lawful for row, cubes in found if cubes.lawful}
        self.found |= new
        return list(new)

    def complete(self) -> None:
        """Finds all packages of the front that come to the same. Raises `OverError` where time is over."""
        for row in sorted(self.some):
            self._asked([row])
            self.some.remove(row)

    def partial(self, row: int) -> Partial:
        """A package, as far as it is written out."""
        return tuple(None if value == OPEN else value for value in self.packages[row].tolist())

    def beside(self) -> Ints:
        """The packages that are known to be lawful, having a good, and are not on the front: one of those that come to the same."""
        known = np.zeros(len(self.packages), dtype=bool)
        for good in self.lawful.goods:
            known |= _having(self.packages, good, (OPEN,))
        known[list(self.found)] = False
        rows = np.flatnonzero(known)
        _, first = np.unique(np.column_stack((self._held.kinds, self._held.low))[rows], axis=0, return_index=True)
        found: Ints = rows[np.sort(first)]
        return found

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
