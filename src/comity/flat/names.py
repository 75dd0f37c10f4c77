"""What a flat leg holds: the tests that a plan makes of a leg, and a name for each fact that they read."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TypeAlias

from comity.facts.vocabulary import Fact as Meant
from comity.law.condition import Compare, Condition, Fact, Form, Member, Path, Term
from comity.verdict.plan import Plan, walk

Leaf: TypeAlias = Fact | Compare | Member


class Names:
    """The tests of a plan, and what is called how: `of` names a fact by its path; a derived one by its definition, or by a number."""

    def __init__(self, plan: Plan) -> None:
        self.vocabulary = plan.vocabulary
        self.leaves = leaves(plan.provisions())
        labels = {node: f"{regime.book.regime}/{law.name}" for regime in plan.regimes for node, (law, _) in regime.labels.items()}
        self.of: dict[Term, str] = {}
        taken: set[str] = set()
        for leaf in self.leaves:
            for term in terms(leaf):
                if term in self.of:
                    continue
                if isinstance(term, Path):
                    self.of[term] = f"law.{term.fact}" if term.root == "law" else str(term)
                else:
                    named = labels.get(leaf, "") if isinstance(leaf, Fact) else ""
                    self.of[term] = named if named and named not in taken else f"{named or 'derived'} {len(self.of)}"
                    taken.add(self.of[term])

    def column(self, leaf: Leaf) -> str:
        """The name of the column that a test reads; of a comparison of numbers, that of its left side."""
        match leaf:
            case Fact(term):
                return self.of[term]
            case Member(left, mode, Path() as right, _):
                return f"{self.of[left]} {mode} {self.of[right]}"
            case Member(left, _, _, _) | Compare(left, _, _):
                return self.of[left]

    def fact(self, term: Term) -> Meant | None:
        """What the vocabulary says of a fact; nothing of a derived one."""
        return self.vocabulary.kinds.get(term.kind, {}).get(term.fact) if isinstance(term, Path) else None

    def quantum(self, term: Term) -> Fraction:
        """The smallest step of a number."""
        fact = self.fact(term)
        return fact.quantum if fact is not None else Fraction(1)

    def is_date(self, term: Term) -> bool:
        """Is it a day?"""
        fact = self.fact(term)
        return fact is not None and fact.type == "date"


def leaves(conditions: Iterable[Condition]) -> list[Leaf]:
    """Every test on facts below some conditions, each once."""
    return [node for node in walk(conditions, inside=False) if isinstance(node, (Fact, Compare, Member))]


def terms(leaf: Leaf) -> list[Path | Form]:
    """The facts that a test reads."""
    sides = [leaf.term] if isinstance(leaf, Fact) else [leaf.left, leaf.right]
    return [side for side in sides if not isinstance(side, (int, frozenset))]


def whole(leaf: Leaf) -> bool:
    """Is the test itself the column: a truth, or a comparison of two facts that are not numbers?"""
    return isinstance(leaf, Fact) or (isinstance(leaf, Member) and isinstance(leaf.right, Path))
