"""Questions in a rulebook's own language.

Its expressions, and besides `outcome`, `outcome('regime')`, `in_scope`, and of what lies at a path `stands('path')`, `holds('path')`, `owed('path')`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from comity.law import rulebook as rb
from comity.law.condition import Condition, Fact, Path, every, negation, some
from comity.law.regime import Regime, below
from comity.law.rulebook import OUTCOMES, PERMITTED
from comity.law.scope import Codes, Meaning, Piece, Scope, word
from comity.law.translate import Translator
from comity.text.expression import Binary, Call, Expr, ExpressionError, Name
from comity.text.source import Mistakes, Place, nearest
from comity.verdict.plan import Plan

LEVELS: Final = range(1, PERMITTED + 1)
"""The outcomes that are better than the worst."""
OWN: Final = ("outcome", "in_scope")
WHAT: Final = {"stands": "prohibits", "holds": "is a ground", "owed": "is a duty"}
"""The calls about provisions, each of some provision at or below a path."""


@dataclass
class Asker(Translator):
    """Reads questions about a plan in the language of one of its rulebooks."""

    regimes: Mapping[str, Regime] = field(default_factory=dict)

    def _meaning(self, expr: Expr, scope: Scope) -> Meaning:
        if isinstance(expr, Binary) and (sides := [side for side in (expr.left, expr.right) if not _is_outcome(side)]) and len(sides) == 1:
            found = self._expr(sides[0], scope)
            for odd in sorted((isinstance(found, Codes) and found.constant) or frozenset(OUTCOMES)):
                if odd not in OUTCOMES:  # what is compared with no outcome would be proved never to be
                    raise ExpressionError(f"'{odd}' is no outcome", nearest(odd, OUTCOMES) or "it may be " + ", ".join(OUTCOMES), sides[0].at)
        return super()._meaning(expr, scope)

    def _call(self, call: Call, scope: Scope) -> Meaning:
        if call.name == "outcome" and len(call.args) <= 1:
            regime = word(self._expr(call.args[0], scope)) if call.args else ""
            if regime and regime not in self.regimes:
                raise ExpressionError(f"'{regime}' is not asked", nearest(regime, self.regimes))
            return outcome(regime)
        if call.name in WHAT and len(call.args) == 1:
            found, path = self._provisions(call.name), word(self._expr(call.args[0], scope))
            meant = [condition for one, condition in found.items() if below(one, path)]
            if not meant:
                raise ExpressionError(f"there is no '{path}' that {WHAT[call.name]}", nearest(path, found), call.at)
            return some(meant)
        return super()._call(call, scope)

    def _name(self, name: str, scope: Scope) -> Meaning:
        if name in scope.names or name not in OWN:
            try:
                return super()._name(name, scope)
            except ExpressionError as fault:
                fault.suggestion = nearest(name, OWN) or fault.suggestion
                raise
        return outcome("") if name == "outcome" else self.regimes[self.book.regime].scope

    def _provisions(self, verb: str) -> Mapping[str, Condition]:
        regime = self.regimes[self.book.regime]
        match verb:
            case "stands":  # and no ground lifts it
                return {law.path: every((when, *(negation(ground.holds) for ground in regime.lifting(law.path)))) for law, when in regime.prohibitions}
            case "holds":
                return {ground.ground.path: ground.holds for ground in regime.grounds}
            case _:
                return {duty.duty.path: duty.owed for duty in regime.duties}


def at_least(least: int, regime: str = "") -> Condition:
    """The movement's outcome, or that of one regime, is at least so good."""
    return Fact(Path("law", (), f"outcome {least} {regime}".strip(), "law"))


def _is_outcome(expr: Expr) -> bool:
    return (isinstance(expr, Name) and expr.id == "outcome") or (isinstance(expr, Call) and expr.name == "outcome")


def outcome(regime: str) -> Codes:
    """The movement's outcome as a code by cases."""
    reached = [at_least(least, regime) for least in LEVELS]
    pieces = []
    for level, code in enumerate(OUTCOMES):
        floor = [reached[level - 1]] if level else []
        ceiling = [negation(reached[level])] if level < len(reached) else []
        pieces.append(Piece(frozenset({code}), every((*floor, *ceiling))))
    return Codes(tuple(pieces))


def condition(written: rb.Written, plan: Plan) -> Condition:
    """The condition that a question is, in the language of the first rulebook of a plan. Raises `SourceError` with what is wrong."""
    mistakes = Mistakes()
    book = plan.regimes[0].book
    found = Asker(plan.vocabulary.extended(book.facts), mistakes, book, regimes={regime.book.regime: regime for regime in plan.regimes}).truth(written)
    mistakes.settle()
    return found


def asked(text: str, plan: Plan, where: str = "question") -> Condition:
    """The same, written on the command line."""
    return condition(rb.Written(None, text, Place(where, 1, 1)), plan)
