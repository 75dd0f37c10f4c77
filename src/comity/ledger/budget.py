"""Budgets: exact amounts that are spent and never come back. What they are of, whoever spends them knows.

There is no giving back: what was bought with an amount may have been seen, whatever became of it afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact
from typing import Any, Final

from comity.ledger.hold import SpentError

AMOUNT: Final = re.compile(r"(0|[1-9][0-9]{0,14})(\.[0-9]{0,29}[1-9])?", re.ASCII)
"""The one spelling of an amount in an entry."""
EXACT: Final = Context(prec=64, traps=[Inexact])
"""Holds every sum of amounts that a budget allows; what it would round it refuses."""


@dataclass(frozen=True, slots=True)
class Spending:
    """An amount, taken out of the budget of this name, of which no more than `most` is ever spent."""

    budget: str
    amount: Decimal
    most: Decimal

    def entry(self) -> dict[str, str]:
        """It as part of an entry."""
        return {"budget": self.budget, "amount": written(self.amount), "most": written(self.most)}

    @classmethod
    def read(cls, entry: Mapping[str, Any]) -> Spending:
        """What `entry` wrote."""
        return cls(entry["budget"], Decimal(entry["amount"]), Decimal(entry["most"]))


def written(amount: Decimal) -> str:
    """An amount as entries spell it: plain digits, none of them idle."""
    return format(amount.normalize(EXACT), "f")


def spent(before: Mapping[str, Decimal], asked: Sequence[Spending]) -> dict[str, Decimal]:
    """What is spent of each budget that is asked for, with all that is asked for.

    Raises:
        SpentError: one of them has less left than that.
    """
    found: dict[str, Decimal] = {}
    for one in asked:
        already = found.get(one.budget, before.get(one.budget, Decimal(0)))
        found[one.budget] = EXACT.add(already, one.amount)
        if found[one.budget] > one.most:
            left = max(Decimal(0), EXACT.subtract(one.most, already))
            raise SpentError(f"of the budget '{one.budget}' {written(left)} of {written(one.most)} is left, and this takes {written(one.amount)}")
    return found
