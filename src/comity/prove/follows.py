"""What follows from what by its form alone: of two conditions that differ in a list or a number, the wider from the narrower.

No solver is asked. Every node but a contrary grows with what it is made of, and so do sums and shares; of two definitions that rest on themselves,
the one whose body is no wider, if it is no wider itself, is no wider: both are found by the same steps, up from nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from comity.law.condition import ALWAYS, NEVER, And, Compare, Condition, Exists, Fact, Member, Not, Or, Path, Share, Tally, Term, Total


@dataclass
class Order:
    """Which conditions follow from which, where the first of each pair of definitions is supposed to be no wider than the second."""

    supposed: frozenset[tuple[str, str]] = frozenset()
    _known: dict[tuple[object, object], bool] = field(default_factory=dict)

    def follows(self, one: Condition, other: Condition) -> bool:
        """Is the other true wherever the one is? False is no answer."""
        if one is other or one is NEVER or other is ALWAYS:
            return True
        if (one, other) not in self._known:
            self._known[one, other] = self._follows(one, other)
        return self._known[one, other]

    def _follows(self, one: Condition, other: Condition) -> bool:
        match one, other:
            case Or(parts), _:
                return all(self.follows(part, other) for part in parts)
            case _, And(parts):
                return all(self.follows(one, part) for part in parts)
            case Not(part), Not(more) if self.follows(more, part):
                return True
            case Member(), Member():
                return _in(one, other)
            case Compare(), Compare():
                return self._compared(one, other)
            case Fact(term), Fact(more):
                return self._row(term, more)
            case _:
                pass
        left, right = (one.parts if isinstance(one, And) else ()), (other.parts if isinstance(other, Or) else ())
        return any(self.follows(part, other) for part in left) or any(self.follows(one, part) for part in right)

    def _row(self, one: Term, other: Term) -> bool:
        match one, other:
            case Exists(over, var, where), Exists(more, name, wider):
                return (over, var) == (more, name) and self.follows(where, wider)
            case Path(root, links, name, _), Path(start, way, wider, _):
                return (root, links) == (start, way) and (name, wider) in self.supposed
            case _:
                return False

    def _compared(self, one: Compare, other: Compare) -> bool:
        if one.op != other.op or one.op == "==":
            return False
        limits = one.right, other.right
        if one.op in (">", ">="):
            return self._no_more(one.left, other.left) and (limits[0] is limits[1] or _ordered(limits[1], limits[0]))
        return one.left is other.left and _ordered(*limits)

    def _no_more(self, one: Term, other: Term) -> bool:
        """Is the one number never more than the other, and that one there wherever it is?"""
        match one, other:
            case Share(root, links, by, product), Share(start, way, wider, more):
                return (root, links, product) == (start, way, more) and self.follows(by, wider)
            case Total(over, var, term, where), Total(more, name, value, wider):
                return (over, var, term) == (more, name, value) and self.follows(where, wider)
            case Tally(parts), Tally(more):
                return len(parts) == len(more) and all(map(self.follows, parts, more))
            case _:
                return one is other


def _ordered(one: Term, other: Term) -> bool:
    return isinstance(one, int) and isinstance(other, int) and one <= other


def _in(one: Member, other: Member) -> bool:
    """Of tests of one fact against lists: the longer follows, or (`contains`) the shorter."""
    if (one.left, one.mode, one.place) != (other.left, other.mode, other.place):
        return False
    match one.right, other.right:
        case frozenset() as few, frozenset() as many:
            return few >= many if one.mode == "contains" else few <= many
        case _:
            return False


def order(bodies: Mapping[str, Condition], pairs: Iterable[tuple[str, str]]) -> Order:
    """What follows from what, given those of the pairs of definitions that can be: supposed of all, and dropped where a body tells against it."""
    supposed = frozenset(pairs)
    while True:
        found = Order(supposed)
        kept = frozenset(pair for pair in supposed if found.follows(bodies[pair[0]], bodies[pair[1]]))
        if kept == supposed:
            return found
        supposed = kept
