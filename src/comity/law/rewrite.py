"""Conditions made anew: every record that is reached and every test passed through a function, what changes nothing left out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

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
    Relation,
    Share,
    Tally,
    Term,
    Total,
    every,
    negation,
    some,
)

Where: TypeAlias = tuple[str, tuple[str, ...]]


class Rewriter:
    """Rewrites conditions: `leaf` replaces a test, `move` says where a record is reached from; equal conditions are rewritten once."""

    def __init__(self, leaf: Callable[[Fact | Compare | Member], Condition] = lambda test: test, move: Callable[[Where], Where] = lambda where: where) -> None:
        self._leaf, self._move = leaf, move
        self._done: dict[Condition | Form, Condition | Form] = {}

    def condition(self, node: Condition) -> Condition:
        """The condition made anew, inside forms too."""
        if node not in self._done:
            self._done[node] = self._condition(node)
        return self._done[node]  # type: ignore[return-value]  # conditions under conditions

    def _condition(self, node: Condition) -> Condition:
        match node:
            case Const():
                return node
            case Fact(term):
                return self._leaf(Fact(self._path(term) if isinstance(term, Path) else self.form(term)))
            case Compare(left, op, right):
                return self._leaf(Compare(self.term(left), op, self.term(right)))
            case Member(left, mode, right, place):
                return self._leaf(Member(self._path(left), mode, self._path(right) if isinstance(right, Path) else right, place))
            case And(parts):
                return every(self.condition(p) for p in parts)
            case Or(parts):
                return some(self.condition(p) for p in parts)
            case Not(part):
                return negation(self.condition(part))

    def _path(self, path: Path) -> Path:
        return Path(*self._move((path.root, path.links)), path.fact, path.kind)

    def _over(self, over: Relation) -> Relation:
        return Relation(*self._move((over.root, over.links)), over.source, over.kind)

    def term(self, term: Term) -> Term:
        """The term made anew."""
        return term if isinstance(term, int) else self._path(term) if isinstance(term, Path) else self.form(term)

    def form(self, node: Form) -> Form:
        """The form made anew."""
        if node not in self._done:
            self._done[node] = self._form(node)
        return self._done[node]  # type: ignore[return-value]  # forms under forms

    def _form(self, node: Form) -> Form:
        match node:
            case Exists(over, var, where):
                return Exists(self._over(over), var, self.condition(where))
            case Count(over, var, where):
                return Count(self._over(over), var, self.condition(where))
            case Total(over, var, term, where):
                return Total(self._over(over), var, self.term(term), self.condition(where))
            case Extreme(over, var, term, where, last):
                return Extreme(self._over(over), var, self.term(term), self.condition(where), last)
            case Tally(parts):
                return Tally(tuple(self.condition(p) for p in parts))
            case Share(root, links, by, product):  # `by` is told of the owner itself, whoever is reached
                return Share(*self._move((root, links)), Rewriter(self._leaf).condition(by), product)
            case Counted(name, unit, where, key, window):  # told of legs, whoever is reached
                return Counted(name, unit, Rewriter(self._leaf).condition(where), key, window)
            case After(day, n, unit, place):
                return After(self.term(day), n, unit, place)
            case Plus(terms):
                return Plus(tuple(self.term(t) for t in terms))
