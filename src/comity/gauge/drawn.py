"""The lines that law draws over its counts, and which of them something hangs on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import and_, or_

from comity.facts.value import FALSE, NOT, TRUE, UNKNOWN, Interval, Truth
from comity.law.condition import And, Compare, Condition, Const, Counted, Not, Or, Unique
from comity.law.regime import ON
from comity.verdict.plan import Plan

Leaf = Callable[[Condition], Truth]
"""The truth of a condition in which nothing is counted, and which is no *and*, *or* or *not*."""


@dataclass(frozen=True)
class Drawn:
    """A line where a provision (regime and path) draws it: over which count, how many, whether they must be exceeded (`beyond`) or only reached."""

    term: Counted
    number: int
    beyond: bool
    law: tuple[str, str]


def drawn(plan: Plan, leaf: Leaf) -> list[Drawn]:
    """The lines on which a provision hangs that may have a say, given what else is true, the lowest first: what any count comes to is left open."""
    found: dict[Drawn, None] = {}
    seen = Seen(leaf, {})
    for law, condition in _counting(plan):
        if seen.truth(plan.scopes[law[0]]) != FALSE:
            for node in seen.open(condition):
                match node:
                    case Compare(Counted() as term, op, int(number)) if number > 1:  # whether there is anybody at all is no line
                        found[Drawn(term, number, op in (">", "<="), law)] = None
                    case _:
                        pass
    return sorted(found, key=lambda one: (one.number, one.beyond))


@lru_cache(maxsize=8)
def in_force(plan: Plan, days: Interval) -> Sequence[Drawn]:
    """The lines that are law on some of these days, whatever moves."""

    def on(node: Condition) -> Truth:
        match node:
            case Const(truth):
                return truth
            case Compare(left, op, int(right)) if left is ON:
                return _compared(days, op, right)
            case _:
                return UNKNOWN

    return drawn(plan, on)


@dataclass(frozen=True)
class Seen:
    """Conditions as far as they are known, each node once."""

    leaf: Leaf
    truths: dict[int, Truth]

    def open(self, condition: Condition) -> Iterator[Condition]:
        """The nodes that can still change what a condition comes to."""
        todo, met = [condition], set[int]()
        while todo:
            node = todo.pop()
            if id(node) in met:
                continue
            met.add(id(node))
            match node:
                case And(parts):
                    todo += self._alone(parts, FALSE)
                case Or(parts):
                    todo += self._alone(parts, TRUE)
                case Not(part):
                    todo.append(part)
                case _:
                    yield node

    def _alone(self, parts: Sequence[Condition], settles: Truth) -> Sequence[Condition]:
        """The parts that no other part makes idle by settling the whole."""
        settling = [one for one in parts if self.truth(one) == settles]
        return parts if not settling else settling if len(settling) == 1 else ()

    def truth(self, node: Condition) -> Truth:
        """What a condition comes to, whatever is counted."""
        if id(node) not in self.truths:
            self.truths[id(node)] = self._found(node)
        return self.truths[id(node)]

    def _found(self, node: Condition) -> Truth:
        match node:
            case And(parts):
                return reduce(and_, map(self.truth, parts), TRUE)
            case Or(parts):
                return reduce(or_, map(self.truth, parts), FALSE)
            case Not(part):
                return NOT[self.truth(part)]
            case Compare(Counted(), _, _):
                return UNKNOWN
            case _:
                return self.leaf(node)


def _compared(days: Interval, op: str, other: int) -> Truth:
    """Whether a comparison holds on all of some days, or on none."""
    ends = {"<": (days.hi < other, days.lo >= other), "<=": (days.hi <= other, days.lo > other)}
    ends |= {">": ends["<="][::-1], ">=": ends["<"][::-1], "==": (days.lo == days.hi == other, not days.lo <= other <= days.hi)}
    always, never = ends[op]
    return TRUE if always else FALSE if never else UNKNOWN


@lru_cache(maxsize=4)
def _counting(plan: Plan) -> Sequence[tuple[tuple[str, str], Condition]]:
    """The conditions of provisions in which something is counted, with the regime and the path of each."""
    found: dict[int, bool] = {}

    def counts(node: Unique) -> bool:
        if id(node) not in found:
            found[id(node)] = isinstance(node, Counted) or any(map(counts, node.nodes))
        return found[id(node)]

    return [(law, condition) for law, condition in _provisions(plan) if counts(condition)]


def _provisions(plan: Plan) -> Iterator[tuple[tuple[str, str], Condition]]:
    for one in plan.regimes:
        name = one.book.regime
        yield (name, "scope"), one.scope
        yield from (((name, law.path), when) for law, when in one.prohibitions)
        yield from (((name, ground.ground.path), condition) for ground in one.grounds for condition in (ground.holds, ground.available))
        yield from (((name, duty.duty.path), condition) for duty in one.duties for condition in (duty.owed, duty.met))
