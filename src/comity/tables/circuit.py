"""Conditions as a circuit over tests: decided for many rows at once when only some tests are made.

What a node may still be is one byte, its least truth in the low two bits and its greatest in the next two; a test not made yet may be
anything. Kleene's `and` and `or` are monotone, so they are bitwise on both ends at once, and `not` exchanges the ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from comity.facts.table import Codes, Ints
from comity.facts.value import NOT
from comity.law.condition import And, Condition, Const, Not, Or

OPEN: Final = 0b1100
"""A test that is not made yet: from false to true."""
PACKED: Final = np.array([0b0000, 0b0101, 0b1010, 0b1111], dtype=np.uint8)
"""A known truth, as both ends."""
_OPPOSITE: Final = np.array([NOT[v >> 2] | NOT[v & 3] << 2 for v in range(16)], dtype=np.uint8)
_DECIDED: Final = np.isin(np.arange(16), PACKED)


@dataclass(frozen=True, slots=True)
class _Layer:
    """Nodes of one depth and kind, their parts end to end, and where each node's begin."""

    word: type
    nodes: Ints
    parts: Ints
    starts: Ints


class Circuit:
    """The `and`, `or` and `not` above the tests of some conditions, in layers from the tests up."""

    def __init__(self, roots: Sequence[Condition]) -> None:
        self._depths: dict[Condition, int] = {}
        for root in roots:
            self._depth(root)
        order = sorted(self._depths, key=lambda node: (self._depths[node], isinstance(node, Const)))
        at = {node: i for i, node in enumerate(order)}
        self.tests: list[Condition] = [node for node in order if not isinstance(node, (Const, And, Or, Not))]
        self._fixed = [(at[node], int(PACKED[node.truth])) for node in order if isinstance(node, Const)]
        self._roots = np.array([at[root] for root in roots], dtype=np.int64)
        self._size, self.roots = len(order), len(roots)
        self._up = list(self._layers(order, at, {node: _parts(node) for node in order}, by_kind=True))
        above: dict[Condition, list[Condition]] = {node: [] for node in order}
        for node in order:
            for part in _parts(node):
                above[part].append(node)
        self._down = list(self._layers(order, at, above, by_kind=False))[::-1]

    def _depth(self, node: Condition) -> int:
        if node not in self._depths:
            self._depths[node] = 1 + max(map(self._depth, _parts(node)), default=-1)
        return self._depths[node]

    def _layers(
        self, order: Sequence[Condition], at: dict[Condition, int], linked: Mapping[Condition, Sequence[Condition]], *, by_kind: bool
    ) -> Iterator[_Layer]:
        groups: dict[tuple[int, type], list[Condition]] = {}
        for node in order:
            if linked[node]:
                groups.setdefault((self._depths[node], type(node) if by_kind else object), []).append(node)
        for (_, word), nodes in groups.items():
            sizes = [len(linked[node]) for node in nodes]
            parts = [at[part] for node in nodes for part in linked[node]]
            yield _Layer(word, *(np.array(x, dtype=np.int64) for x in ([at[node] for node in nodes], parts, np.cumsum([0, *sizes[:-1]]))))

    def residual(self, tests: Codes) -> tuple[Codes, NDArray[np.bool_], Codes]:
        """What is left to decide, of columns of packed tests: a signature (rows as columns are), the tests that still matter, and the packed roots.

        Two columns with one signature give one truth, whatever the tests that are still open turn out to be.
        """
        values = np.empty((self._size, tests.shape[1]), dtype=np.uint8)
        values[: len(self.tests)] = tests
        for at, truth in self._fixed:
            values[at] = truth
        for layer in self._up:
            parts = values[layer.parts]
            if layer.word is Not:
                values[layer.nodes] = _OPPOSITE[parts]
            else:
                values[layer.nodes] = (np.bitwise_and if layer.word is And else np.bitwise_or).reduceat(parts, layer.starts, axis=0)
        undecided = ~_DECIDED[values]
        needed = np.zeros(values.shape, dtype=bool)
        needed[self._roots] = True
        for layer in self._down:
            asked = layer.parts
            needed[layer.nodes] |= np.logical_or.reduceat(needed[asked] & undecided[asked], layer.starts, axis=0)
        signature = np.ascontiguousarray(np.where(needed, values, 0xFF).T)
        return signature, needed[: len(self.tests)] & undecided[: len(self.tests)], values[self._roots]


def _parts(node: Condition) -> tuple[Condition, ...]:
    match node:
        case And(parts) | Or(parts):
            return parts
        case Not(part):
            return (part,)
        case _:
            return ()
