"""Conditions made anew: every test and every term passed through a function, what changes nothing left out."""

from __future__ import annotations

from collections.abc import Callable

from comity.law.condition import (
    After,
    And,
    Compare,
    Condition,
    Const,
    Count,
    Counted,
    Exists,
    Extreme,
    Fact,
    Form,
    Member,
    Not,
    Or,
    Path,
    Plus,
    Share,
    Tally,
    Term,
    Total,
    every,
    negation,
    some,
)

Leaf = Callable[[Fact | Compare | Member], Condition]


class Rewriter:
    """Rewrites conditions by their tests; equal conditions are rewritten once."""

    def __init__(self, leaf: Leaf) -> None:
        self._leaf = leaf
        self._done: dict[Condition | Form, Condition | Form] = {}

    def condition(self, node: Condition) -> Condition:
        """The condition with every test replaced, inside forms too."""
        if node not in self._done:
            self._done[node] = self._condition(node)
        return self._done[node]  # type: ignore[return-value]  # conditions under conditions

    def _condition(self, node: Condition) -> Condition:
        match node:
            case Const():
                return node
            case Fact(term):
                return self._leaf(node if isinstance(term, Path) else Fact(self.form(term)))
            case Compare(left, op, right):
                return self._leaf(Compare(self.term(left), op, self.term(right)))
            case Member():
                return self._leaf(node)
            case And(parts):
                return every(self.condition(p) for p in parts)
            case Or(parts):
                return some(self.condition(p) for p in parts)
            case Not(part):
                return negation(self.condition(part))

    def term(self, term: Term) -> Term:
        """The term with every test inside it replaced."""
        return term if isinstance(term, (int, Path)) else self.form(term)

    def form(self, node: Form) -> Form:
        """The form with every test inside it replaced."""
        if node not in self._done:
            self._done[node] = self._form(node)
        return self._done[node]  # type: ignore[return-value]  # forms under forms

    def _form(self, node: Form) -> Form:
        match node:
            case Exists(over, var, where):
                return Exists(over, var, self.condition(where))
            case Count(over, var, where):
                return Count(over, var, self.condition(where))
            case Total(over, var, term, where):
                return Total(over, var, self.term(term), self.condition(where))
            case Extreme(over, var, term, where, last):
                return Extreme(over, var, self.term(term), self.condition(where), last)
            case Tally(parts):
                return Tally(tuple(self.condition(p) for p in parts))
            case Share(root, links, by, product):
                return Share(root, links, self.condition(by), product)
            case Counted(name, unit, where, key, window):
                return Counted(name, unit, self.condition(where), key, window)
            case After(day, n, unit, place):
                return After(self.term(day), n, unit, place)
            case Plus(terms):
                return Plus(tuple(self.term(t) for t in terms))
