"""Conditions over the legs of many worlds as two whole numbers each, a bit a leg: of which legs it surely holds, and of which it may.

Each rail is read by itself, and no further than it takes: what follows is not read where no leg is left that it could tell apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from comity.facts.table import Ints
from comity.law.condition import And, Condition, Not, Or
from comity.offramp.rest import Facts
from comity.offramp.seeds import Ends, Seeds, packed
from comity.verdict.frame import Frame
from comity.verdict.scale import Columns


@dataclass(eq=False)
class Rails:
    """The rails of conditions in a frame: the legs of which the seeds tell, in so many worlds; `without`: the facts of whose conditions they tell nothing.

    What has one of the `signs` and is unknown is taken for the worse.
    """

    columns: Columns
    frame: Frame
    seeds: Seeds | None
    worlds: int
    without: Facts
    signs: Mapping[Condition, int]
    ends: dict[Condition, Ends | None] = field(default_factory=dict)
    sure: dict[Condition, int] = field(default_factory=dict)
    may: dict[Condition, int] = field(default_factory=dict)

    @cached_property
    def all(self) -> int:
        """Every leg."""
        return (1 << self.frame.n) - 1

    @cached_property
    def repeated(self) -> int:
        """What the rails of the legs of one world are multiplied with."""
        each = self.frame.n // self.worlds
        return sum(1 << each * world for world in range(self.worlds))

    def surely(self, node: Condition) -> int:
        """The legs of which a condition surely holds."""
        found = self.sure.get(node)
        if found is None:
            found = self.sure[node] = self._surely(node)
        return found

    def _surely(self, node: Condition) -> int:
        if (ends := self._ends(node)) is not None:
            return ends[0]
        if isinstance(node, Not):
            return self.all & ~self.possibly(node.part)
        assert isinstance(node, (And, Or))  # of all others the ends are read
        return self._joined(map(self.surely, node.parts), every=isinstance(node, And))

    def possibly(self, node: Condition) -> int:
        """The legs of which it may hold."""
        found = self.may.get(node)
        if found is None:
            found = self.may[node] = self._possibly(node)
        return found

    def _possibly(self, node: Condition) -> int:
        if (ends := self._ends(node)) is not None:
            return ends[1]
        if isinstance(node, Not):
            return self.all & ~self.surely(node.part)
        assert isinstance(node, (And, Or))
        return self._joined(map(self.possibly, node.parts), every=isinstance(node, And))

    def _joined(self, parts: Iterator[int], *, every: bool) -> int:
        found = self.all if every else 0
        for part in parts:
            found = found & part if every else found | part
            if found == (0 if every else self.all):
                break
        return found

    def _ends(self, node: Condition) -> Ends | None:
        """Both rails of what is read as a whole: what is known before, what has a sign, and what is no `and`, `or` or `not`."""
        if node not in self.ends:
            sign = self.signs.get(node, 0)
            found = self.seeds.ends(node, self.without) if self.seeds else None
            if found is not None:
                found = found[0] * self.repeated, found[1] * self.repeated
            elif sign or not isinstance(node, (And, Or, Not)):
                found = packed(self.columns.truth(node, self.frame))
            self.ends[node] = found and (found[0] if sign != 2 else found[1], found[1] if sign != 1 else found[0])
        return self.ends[node]

    def read(self, conditions: Iterable[Condition]) -> None:
        """Reads both rails of conditions, for what is settled on the way."""
        for condition in conditions:
            self.surely(condition)
            self.possibly(condition)

    def settled(self) -> dict[Condition, Ends]:
        """The conditions of which both rails are the same in every leg."""
        found = {node: sure for node, sure in self.sure.items() if sure == self.all}
        return {node: (sure, sure) for node, sure in found.items()} | {node: (0, 0) for node, may in self.may.items() if not may}

    def surely_held(self, conditions: Iterable[Condition]) -> Ints:
        """For each leg how many of these surely hold."""
        return self._count(map(self.surely, conditions))

    def possibly_held(self, conditions: Iterable[Condition]) -> Ints:
        """For each leg how many of these may hold."""
        return self._count(map(self.possibly, conditions))

    def _count(self, rails: Iterator[int]) -> Ints:
        size = (self.frame.n + 7) // 8
        bits = [np.unpackbits(np.frombuffer(rail.to_bytes(size, "little"), dtype=np.uint8), bitorder="little")[: self.frame.n] for rail in rails]
        found: Ints = np.stack(bits).sum(axis=0)
        return found


def standing(levels: Mapping[str, Sequence[Condition]], rails: Sequence[Rails]) -> Iterator[str]:
    """The regimes that do not surely permit some leg."""
    yield from (name for name, conditions in levels.items() if any(one.surely(conditions[-1]) != one.all for one in rails))
