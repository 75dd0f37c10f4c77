"""Who holds how much of whom: shares added up over the owners that count, and multiplied down every chain of them.

What owners count for is asked again and again, each time a little more of it; only what changed since is added up anew.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from comity.facts.table import Ints, Numbers, Table
from comity.verdict.kernels import in_groups

HUNDRED: Final = 100 * 10**6
"""All of a party, in quanta of a share."""


class Holdings:
    """The shares in every party of a table, on two rails, with what they last came to."""

    def __init__(self, table: Table) -> None:
        self.owners = owners = table.children("owners")
        column = owners.table.column("share")
        assert isinstance(column, Numbers)
        counts = np.diff(owners.offsets)
        self.holders = owners.table.link("party")[owners.index]
        self.parties = np.repeat(np.arange(len(counts)), counts)
        self.least = _Rail(np.clip(column.lo[owners.index], 0, HUNDRED), counts, up=0)
        self.most = _Rail(np.clip(column.hi[owners.index], 0, HUNDRED), counts, up=HUNDRED - 1)
        self.rest = np.where(owners.open, HUNDRED - np.minimum(in_groups(np.add, self.least.shares, counts), HUNDRED), 0)

    def held(self, low: Ints, high: Ints) -> Numbers:
        """What owners hold of each party: their shares, each as far as the owner itself counts; what is not disclosed counts as one unknown would."""
        at_least = self.least.added(low, self.holders, self.parties)
        at_most = self.most.added(high, self.holders, self.parties) + self.rest * (high[-2] > 0)
        return Numbers(np.minimum(at_least, HUNDRED), np.minimum(at_most, HUNDRED))

    def looked_through(self, low: Ints, high: Ints) -> Numbers:
        """Shares multiplied down every chain of owners: the least fixed point above what owners are by themselves."""
        own_low, own_high = low, high
        while True:
            found = self.held(low, high)
            fresh_low, fresh_high = np.maximum(own_low, found.lo), np.maximum(own_high, found.hi)
            if np.array_equal(fresh_low, low) and np.array_equal(fresh_high, high):
                return found
            low, high = fresh_low, fresh_high


class _Rail:
    """Each share as far as its holder counts, and their sum for each party; `up` makes a part of a quantum a whole one."""

    def __init__(self, shares: Ints, counts: Ints, *, up: int) -> None:
        self.shares, self.counts, self.up = shares, counts, up
        self.parts = np.zeros(len(shares), dtype=np.int64)
        self.sums, self.weights = np.zeros(len(counts), dtype=np.int64), np.zeros(len(counts), dtype=np.int64)

    def added(self, weights: Ints, holders: Ints, parties: Ints) -> Ints:
        """The sums, now that owners count for so much."""
        changed = (weights != self.weights)[holders]
        if 4 * np.count_nonzero(changed) > len(changed):
            self.parts = (self.shares * weights[holders] + self.up) // HUNDRED
            self.sums = in_groups(np.add, self.parts, self.counts)
        else:
            rows = np.flatnonzero(changed)
            fresh = (self.shares[rows] * weights[holders[rows]] + self.up) // HUNDRED
            np.add.at(self.sums, parties[rows], fresh - self.parts[rows])
            self.parts[rows] = fresh
        self.weights = weights
        return self.sums
