"""What is known of the legs of many worlds before they are read: what no lever touches, and what was settled while nothing was decided.

What holds while nothing is decided holds whatever is decided. So what is settled of the hull of all packages is not read again under any.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from comity.facts.table import Codes
from comity.facts.value import FALSE, TRUE, UNKNOWN
from comity.law.condition import NODES, And, Condition, Not, Or
from comity.offramp.as_it_is import Own
from comity.offramp.rest import Facts, bit, rests
from comity.verdict.frame import Frame
from comity.verdict.scale import Columns

OTHERS: Final = bit("movement", "*")
"""What rests on this rests on other legs."""


@dataclass(eq=False)
class Seeds:
    """Of the legs of one stretch as they are: truths that stay as they are, as long as no lever touches what they rest on, or once they are `settled`."""

    as_it_is: Own
    changing: Facts
    settled: Mapping[object, Codes] = field(default_factory=dict)

    def of(self, worlds: int, *, recut: bool) -> Callable[[object], Codes | None]:
        """What is known of a condition for the same legs in so many worlds; with `recut` not what rests on other legs, which are cut on other days."""
        each = np.tile(np.arange(self.as_it_is.own.n, dtype=np.int64), worlds)

        def known(node: object) -> Codes | None:
            if not isinstance(node, NODES) or (recut and rests(node) & OTHERS):
                return None
            found = self.settled.get(node)
            if found is None and not rests(node) & self.changing:
                found = self.as_it_is.columns.truth(node, self.as_it_is.own)
            return None if found is None else found.take(each)

        return known


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

    def settled(self, *, recut: bool) -> dict[object, Codes]:
        """The truths in which nothing is unknown; with `recut` none that rest on other legs."""
        known = ((node, found) for node, found in self.items() if isinstance(found, np.ndarray) and isinstance(node, NODES))
        return {node: found for node, found in known if is_settled(found) and not (recut and rests(node) & OTHERS)}


class Best(dict[object, object]):
    """The same for the best end: what has a sign and is unknown is taken for the worse; what is no `and`, `or` or `not` of such is as it was read."""

    def __init__(self, columns: Columns, frame: Frame, signs: Mapping[Condition, int]) -> None:
        super().__init__()
        self.columns, self.frame, self.signs = columns, frame, signs

    def get(self, node: object, default: object = None) -> object:
        """What is remembered of a node."""
        found = super().get(node)
        if found is None:
            found = self._read(node) if isinstance(node, NODES) else None
            if found is None:
                return default
            self[node] = found
        return found

    def _read(self, node: Condition) -> Codes | None:
        if sign := self.signs.get(node, 0):
            return worse(self.columns.truth(node, self.frame), sign)
        if not isinstance(node, (And, Or, Not)):
            return self.columns.truth(node, self.frame)
        held = self.frame.memo.get(node)
        return held if isinstance(held, np.ndarray) and is_settled(held) else None


def is_settled(codes: Codes) -> bool:
    """Is nothing unknown?"""
    return UNKNOWN not in codes.tobytes()


def worse(codes: Codes, sign: int) -> Codes:
    """Truths with what is unknown taken for that which makes the outcome worse, where it is known what does."""
    if sign == 3 or is_settled(codes):
        return codes
    made = np.where(codes == UNKNOWN, np.uint8(FALSE if sign == 1 else TRUE), codes).astype(np.uint8)
    made.flags.writeable = False
    return made
