"""What noised answers may tell of any one person of a table, in the end: a budget for each recipient, and the bounds of what a person brings."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Final

from comity.gate.query.offer import WIDEST, Noise
from comity.ledger.budget import AMOUNT, Spending, written
from comity.text.source import Mistakes, Node, nearest

KEYS: Final = ("epsilon", "delta", "groups", "rows", "sums", "note")
NUMBER: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,18})?(e-?[0-9]{1,2})?", re.ASCII | re.IGNORECASE)
WHOLE: Final = re.compile(r"-?[0-9]{1,15}", re.ASCII)
PLACES: Final = 24
"""Of the delta of one answer, which is rounded down: all of them together stay within the budget."""


@dataclass(frozen=True)
class Privacy:
    """All answers to one recipient together cost at most this `epsilon` and this `delta`. The bounds are those of `Noise`."""

    epsilon: Decimal
    delta: Decimal
    groups: int = 1
    rows: int = 1
    sums: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def noise(self, epsilon: Decimal, whose: str) -> Noise:
        """The noise of an answer that costs so much epsilon, and as much of delta as it is of the whole; `whose`: the name of the budget.

        Raises:
            CrossingError: no answer can cost that.
        """
        share = Fraction(self.delta) * Fraction(epsilon) / Fraction(self.epsilon)
        delta = Decimal(floor(share * 10**PLACES)).scaleb(-PLACES)
        costs = Spending(f"epsilon of {whose}", epsilon, self.epsilon), Spending(f"delta of {whose}", delta, self.delta)
        return Noise(*costs, self.groups, self.rows, self.sums)


def amount(text: str | None) -> Decimal | None:
    """An amount above nought as a person writes it, `0.5` or `1e-6`; or nothing."""
    found = Decimal(text) if text is not None and NUMBER.fullmatch(text) else Decimal(0)
    return found if found and AMOUNT.fullmatch(written(found)) else None


def read_privacy(node: Node, columns: Collection[str], mistakes: Mistakes) -> Privacy | None:
    """The budget that a table says; what is wrong with it goes to `mistakes`."""
    before = len(mistakes.found)
    for key in node.pairs or {}:
        if key not in KEYS:
            mistakes.add(node.keys[key], f"privacy has no '{key}'", nearest(key, KEYS))
    epsilon, delta = (amount((node.get(key) or node).text) for key in ("epsilon", "delta"))
    if epsilon is None or delta is None or delta >= 1:
        mistakes.add(node.place, "privacy says what all answers to one recipient may cost together", "write privacy: {epsilon: 3, delta: 0.000001}")
    bounds = {key: _whole(told) for key in ("groups", "rows") if (told := node.get(key)) is not None}
    for key, bound in bounds.items():
        if bound is None or not 1 <= bound <= 2**20:
            mistakes.add((node.get(key) or node).place, f"'{key}' bounds what one person brings to an answer: a whole number from 1 on")
    sums = {}
    for name, told in ((node.get("sums") or node).pairs or {}).items() if "sums" in (node.pairs or {}) else ():
        ends = [_whole(end) for end in told.items or ()]
        if name not in columns:
            mistakes.add(told.place, f"there is no column '{name}'", nearest(name, columns))
        if len(ends) != 2 or ends[0] is None or ends[1] is None or ends[0] > ends[1] or max(map(abs, (ends[0], ends[1]))) > WIDEST:
            mistakes.add(told.place, f"the sum of '{name}' needs the least and the most that one person adds", "write [0, 100]")
        else:
            sums[name] = ends[0], ends[1]
    if len(mistakes.found) > before or epsilon is None or delta is None:
        return None
    return Privacy(epsilon, delta, **{key: bound for key, bound in bounds.items() if bound is not None}, sums=sums)


def _whole(node: Node) -> int | None:
    return int(node.text) if node.text is not None and WHOLE.fullmatch(node.text) else None
