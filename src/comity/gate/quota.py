"""What may still move under a decision of an authority: so many persons, or so many transfers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from comity.gate.decide import Decision
from comity.ledger.budget import Spending
from comity.ledger.digests import Digests


@dataclass(frozen=True)
class Quota:
    """The most that may move under a decision of an authority, ever; `name`: of the decision; `of`: persons, or transfers, however much each moves."""

    name: str
    most: int
    of: str = "persons"


def drawn_of(quotas: Sequence[Quota], decision: Decision) -> list[Spending]:
    """What a transfer takes of every quota: whoever crosses, each time anew; and one transfer."""
    persons = len(Digests.union([one.cell.persons for one in decision.crosses if one.cell.persons is not None])) if quotas else 0
    took = {"persons": persons, "transfers": min(1, len(decision.crosses))}
    return [Spending(one.name, Decimal(took[one.of]), Decimal(one.most)) for one in quotas if took[one.of]]
