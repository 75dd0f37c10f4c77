"""Ranges: which of two packages is better whatever the worths are.

One surely beats another that it is never worse than, for anybody, and better than for some worths; the other is not admissible, as decision
theory says. So, whatever the worths are, every result of their front is that of some package that none surely beats.

What both have is worth the same to both, however much it is. So they are compared by what only one has: the least that one can be ahead
of the other is how far its least total is ahead, less the widths of those ranges that the other alone has.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from comity.settle.game import Flags, Game, Ints, TooLargeError
from comity.settle.maxima import beaten

BLOCK: Final = 512
PAIRS: Final = 2**33
"""As many pairs as are compared, in some minutes."""
BITS: Final = (np.arange(256)[:, None] >> np.arange(7, -1, -1)) & 1
"""The bits of each byte, as `packbits` packs them."""


@dataclass(frozen=True)
class Ranged:
    """Packages: the least that each is worth to each party, and the ranges that each has, eight a byte.

    `widths`: what the ranges of each value of each byte are wide together, for each party.
    """

    low: Ints
    kinds: NDArray[np.uint8]
    widths: Ints

    def __getitem__(self, rows: Ints | slice) -> Ranged:
        return Ranged(self.low[rows], self.kinds[rows], self.widths)

    @property
    def width(self) -> Ints:
        """How far the greatest that each is worth to each party is from the least."""
        return sum((table[:, kinds].T for table, kinds in zip(self.widths, self.kinds.T, strict=True)), start=np.zeros_like(self.low))

    def surely(self, others: Ranged) -> Flags:
        """Which of the others one of these surely beats: whatever the worths are it is no worse for anybody, and not always the same to all."""
        mine, theirs = self.kinds.T[:, None, :], others.kinds.T[:, :, None]
        level, other = np.ones((len(others.low), len(self.low)), dtype=bool), np.logical_or.reduce(mine != theirs, axis=0)
        for party, apart in enumerate(self._apart(theirs & ~mine)):
            ahead = self.low[:, party] - others.low[:, party, None]
            other |= ahead != 0
            level &= ahead >= apart
        some: Flags = np.logical_or.reduce(level & other, axis=1)
        return some

    def perhaps(self, others: Ranged) -> Flags:
        """Which of the others one of these beats for some worths: is then at least as good for every party and better for one."""
        mine, theirs = self.kinds.T[:, None, :], others.kinds.T[:, :, None]
        shape = len(others.low), len(self.low)
        level, more = np.ones(shape, dtype=bool), np.zeros(shape, dtype=bool)
        for party, apart in enumerate(self._apart(mine & ~theirs)):
            ahead = self.low[:, party] - others.low[:, party, None] + apart
            level &= ahead >= 0
            more |= ahead > 0
        some: Flags = np.logical_or.reduce(level & more, axis=1)
        return some

    def _apart(self, kinds: NDArray[np.uint8]) -> Iterator[Ints]:
        """What the ranges in these bytes are wide together, for each party."""
        for tables in self.widths.transpose(1, 0, 2):
            yield sum((table[bits] for table, bits in zip(tables, kinds, strict=True)), start=np.zeros(kinds.shape[1:], dtype=np.int64))


def ranged(game: Game, packages: NDArray[np.int16], low: Ints) -> Ranged:
    """Packages, one a row, as they are compared; `low` are their least totals."""
    has = np.array([game.features[at].among(packages) for at in game.ranged], dtype=bool).reshape(len(game.ranged), len(packages)).T
    least, most = game.rails
    count = -len(game.ranged) % 8
    width = np.pad((most - least)[game.ranged], ((0, count), (0, 0)))
    tables = np.array([(BITS @ width[at : at + 8]).T for at in range(0, len(width), 8)], dtype=np.int64)
    return Ranged(low, np.packbits(has, axis=1), tables.reshape(-1, len(game.parties), len(BITS)))


def unbeaten(found: Ranged) -> Flags:
    """Which of these packages none of the others surely beats."""
    high = found.low + found.width
    sums = [ends.sum(axis=1, keepdims=True) for ends in (found.low, high)]
    # Most are beaten by one whose least is more than their greatest.
    left = np.flatnonzero(~beaten(np.hstack((high, sums[1] + 1)), np.hstack((found.low, sums[0]))))
    # No package surely beats one that comes before it in this order: its least and greatest totals together would be more.
    order = left[np.argsort(-(sums[0] + sums[1])[left, 0], kind="stable")]
    kept = order[:0]
    pairs = 0
    for start in range(0, len(order), BLOCK):
        rows = order[start : start + BLOCK]
        for best in range(0, len(kept), BLOCK):
            pairs += len(rows) * BLOCK
            rows = rows[~found[kept[best : best + BLOCK]].surely(found[rows])]
        rows = rows[~found[rows].surely(found[rows])]
        kept = np.concatenate((kept, rows))
        if pairs > PAIRS:
            raise TooLargeError(f"with ranges so wide, more than {len(kept):,} packages stand beside each other: narrow them, or leave levers out")
    front = np.zeros(len(found.low), dtype=bool)
    front[kept] = True
    return front


def robust(front: Ranged) -> Flags:
    """Which packages of a front are on it whatever the worths are.

    None other may beat it for any worths; what beats it for some comes then to no more than some package of this front.
    """
    lost = np.zeros(len(front.low), dtype=bool)
    for start in range(0, len(front.low), BLOCK):
        rows = slice(start, start + BLOCK)
        for other in range(0, len(front.low), BLOCK):
            lost[rows] |= front[slice(other, other + BLOCK)].perhaps(front[rows])
    return ~lost
