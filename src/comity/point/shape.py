"""Legs of which the same facts are told, again and again: decided by a function that has worked out beforehand what is the same for all of them.

A program asks with the same few facts each time. What no fact of these can change is as true of every such leg as of one of which nothing is
known; with that put in, most conditions are a fixed truth and need not be looked at. Nothing else is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final

from comity.facts.value import Truth
from comity.flat.names import leaves, terms
from comity.law.condition import And, Condition, Const, Not, Or, every, negation, some
from comity.law.regime import LoweredGround
from comity.point.explain import Ceiling, Decider, ceilings, compiled, decider
from comity.point.intake import Facts, Intake
from comity.verdict.outcome import Span
from comity.verdict.plan import Plan

OFTEN: Final = 256
"""Legs of one shape, before a function of its own is worth its making (a tenth of a second, under a dozen laws)."""
SHAPES: Final = 16
"""Such functions that are kept."""
MET: Final = 1_024
"""Shapes that are counted."""


class Shaped:
    """A decider as `explain.compiled` makes one, that learns which facts it is told of."""

    def __init__(self, plan: Plan, intake: Intake) -> None:
        self.plan, self.intake, self.general = plan, intake, compiled(plan, intake)
        self._met: dict[frozenset[str], int] = {}
        self._made: dict[frozenset[str], Decider] = {}

    def __call__(self, facts: Facts) -> tuple[Span, ...]:
        """The span of outcomes under each regime, in the order of the plan. Raises ValueError with every mistake."""
        names = frozenset(facts)
        own = self._made.get(names)
        if own is not None:
            return own(facts)
        found = self.general(facts)  # of what it does not take nothing is counted
        if len(self._met) >= MET:
            self._met.clear()
        self._met[names] = self._met.get(names, 0) + 1
        if self._met[names] == OFTEN:
            if len(self._made) >= SHAPES:
                self._made.clear()
            del self._met[names]
            self._made[names] = narrowed(self.plan, self.intake, names)
        return found


def narrowed(plan: Plan, intake: Intake, told: Collection[str]) -> Decider:
    """A decider of legs of which these facts are told, and no others."""
    put = _putting(intake, frozenset(told))
    by_regime = [
        [Ceiling(put(one.when), one.effect, [LoweredGround(g.ground, put(g.holds), put(g.available)) for g in one.grounds]) for one in ceilings(regime)]
        for regime in plan.regimes
    ]
    left = [condition for own in by_regime for one in own for condition in (one.when, *(c for g in one.grounds for c in (g.holds, g.available)))]
    read = {intake.names.of[term] for leaf in leaves(left) for term in terms(leaf)}
    return decider(by_regime, intake.only(read))


def _putting(intake: Intake, told: frozenset[str]) -> Callable[[Condition], Condition]:
    """Puts into a condition how true each test is that reads none of the facts that are told."""
    made: dict[Condition, Condition] = {}

    def put(node: Condition) -> Condition:
        if node not in made:
            made[node] = _put(node)
        return made[node]

    def _put(node: Condition) -> Condition:
        match node:
            case Const():
                return node
            case And(inner):
                return every(map(put, inner))
            case Or(inner):
                return some(map(put, inner))
            case Not(part):
                return negation(put(part))
            case _:
                names = [intake.names.of[term] for term in terms(node)]
                truth: Truth = intake.judge(node)(*[None] * len(names))
                return Const(truth) if told.isdisjoint(names) else node

    return put
