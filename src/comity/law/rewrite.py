"""Conditions made anew: every record that is reached and every test passed through a function, what changes nothing left out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from comity.law.condition import And, Compare, Condition, Counted, Fact, Member, Not, Or, Path, Relation, Share, Unique, every, negation, rebuilt, some

Where: TypeAlias = tuple[str, tuple[str, ...]]


class Rewriter:
    """Rewrites conditions: `leaf` replaces a test, `move` says where a record is reached from; equal conditions are rewritten once."""

    def __init__(self, leaf: Callable[[Fact | Compare | Member], Condition] = lambda test: test, move: Callable[[Where], Where] = lambda where: where) -> None:
        self._leaf, self._move = leaf, move
        self._done: dict[Unique, Any] = {}

    def condition(self, node: Condition) -> Condition:
        """The condition made anew, inside forms too."""
        if node not in self._done:
            self._done[node] = self._made(node)
        return self._done[node]  # type: ignore[no-any-return]  # a condition of a condition

    def _made(self, node: Unique) -> Unique:
        match node:
            case And(parts):
                return every(self.condition(p) for p in parts)
            case Or(parts):
                return some(self.condition(p) for p in parts)
            case Not(part):
                return negation(self.condition(part))
            case Path(root, links, name, kind) | Relation(root, links, name, kind):
                return type(node)(*self._move((root, links)), name, kind)
            case Share(root, links, by, product):  # `by` is told of the owner itself, whoever is reached
                return Share(*self._move((root, links)), Rewriter(self._leaf).condition(by), product)
            case Counted(name, unit, where, key, window):  # told of legs, whoever is reached
                return Counted(name, unit, Rewriter(self._leaf).condition(where), key, window)
            case Fact() | Compare() | Member():
                return self._leaf(rebuilt(node, self.condition))
            case _:
                return rebuilt(node, self.condition)
