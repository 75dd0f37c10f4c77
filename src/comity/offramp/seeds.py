"""What is known of the legs of many worlds before they are read: what no lever touches, and what was settled while nothing was decided.

What holds while nothing is decided holds whatever is decided. So what is settled of the hull of all packages is not read again under any.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import numpy as np

from comity.facts.table import Codes
from comity.facts.value import FALSE, TRUE
from comity.law.condition import NODES, And, Condition, Not, Or
from comity.offramp.rest import Facts, bit, rests
from comity.verdict.frame import Frame
from comity.verdict.scale import Columns

OTHERS: Final = bit("movement", "*")
"""What rests on this rests on other legs."""


Ends: TypeAlias = tuple[int, int]
"""The legs of which something surely holds, and of which it may: a bit a leg."""


@dataclass(eq=False)
class Seeds:
    """Of legs as they are, in a frame: truths that stay as they are as long as no lever touches what they rest on, or once they are `settled`.

    `hull`: the columns and the frame of the same legs while nothing is decided, where what is settled stays so unless it rests on these facts.
    """

    columns: Columns
    frame: Frame
    changing: Facts
    settled: Mapping[Condition, Ends] = field(default_factory=dict)
    hull: tuple[Columns, Frame, Facts] | None = None
    _ends: dict[Condition, Ends | None] = field(default_factory=dict)

    def ends(self, node: Condition, without: Facts) -> Ends | None:
        """What is known of a condition; nothing if it rests on facts that are left out."""
        if without and rests(node) & without:
            return None
        if node not in self._ends:
            self._ends[node] = self.settled.get(node) or self._known(node)
        return self._ends[node]

    def _known(self, node: Condition) -> Ends | None:
        if not rests(node) & self.changing:
            return packed(self.columns.truth(node, self.frame))
        if self.hull is None or isinstance(node, (And, Or, Not)) or rests(node) & self.hull[2]:
            return None
        found = packed(self.hull[0].truth(node, self.hull[1]))
        return found if found[0] == found[1] else None

    def with_hull(self, columns: Columns, frame: Frame, settled: Mapping[Condition, Ends], without: Facts) -> Seeds:
        """The same once it was read what is settled while nothing is decided."""
        kept = {node: ends for node, ends in settled.items() if not rests(node) & without}
        return Seeds(self.columns, self.frame, self.changing, kept, (columns, frame, without))

    def of(self, worlds: int, without: Facts) -> Callable[[object], Codes | None]:
        """The same as truths of the legs in so many worlds."""
        rows = np.tile(np.arange(self.frame.n, dtype=np.int64), worlds)

        def known(node: object) -> Codes | None:
            if not isinstance(node, NODES) or (without and rests(node) & without):
                return None
            if not rests(node) & self.changing:
                return self.columns.truth(node, self.frame).take(rows)
            found = self.ends(node, without) if node in self.settled else None
            return None if found is None else np.full(len(rows), TRUE if found[0] else FALSE, dtype=np.uint8)

        return known


def packed(codes: Codes) -> Ends:
    """Truths as rails."""
    sure, may = (int.from_bytes(np.packbits(one, bitorder="little").tobytes(), "little") for one in (codes == TRUE, codes != FALSE))
    return sure, may


class Sure(dict[object, object]):
    """What was found in a frame, and what was known before, put in when it is asked for."""

    def __init__(self, read: Mapping[object, object], known: Callable[[object], Codes | None]) -> None:
        super().__init__(read)
        self.known = known

    def get(self, node: object, default: object = None) -> object:
        """What is remembered of a node."""
        found = super().get(node)
        if found is None:
            found = self.known(node)
            if found is None:
                return default
            found.flags.writeable = False  # what is remembered is no place to write a result into
            self[node] = found
        return found
