"""Reading *scale*, pushed down: the same conditions as SQL over flat legs, built as a tree and printed for any dialect.

Two rails everywhere, as two truths that are never NULL: what surely holds, what possibly holds. Negation swaps them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp
from sqlglot.expressions import Expr as Sql

from comity.facts.member import member
from comity.facts.value import FALSE, TRUE, Choice
from comity.flat.names import Names
from comity.law.condition import And, Compare, Condition, Const, Fact, Member, Not, Or, Path, Term
from comity.law.rulebook import PERMITTED
from comity.verdict.plan import Plan


def sql(plan: Plan, values: Mapping[str, Sequence[Choice]], table: str = "legs", dialect: str = "duckdb") -> str:
    """A query over flat legs whose columns are, for each regime, the worst and best outcome (0 to 3), in the order of the rows."""
    writer = _Writer(plan, values)
    totals = [(f"{regime} {end}", total) for regime, conditions in plan.levels.items() for end, total in writer.outcome(conditions)]
    found = [exp.alias_(total, name, quoted=True, copy=False) for name, total in totals]
    needed = [_read(found)]
    for layer in reversed(writer.layers):
        needed.append((needed[-1] | _read(layer)) - {c.alias for c in layer})
    query = exp.select(*found, copy=False).from_(_layer(len(writer.layers)) if writer.layers else table, copy=False)
    source = table
    for number, (layer, later) in enumerate(zip(writer.layers, reversed(needed[:-1]), strict=True)):
        made = {c.alias for c in layer}
        kept = [exp.column(c, quoted=True) for c in sorted(later - made)]
        here = exp.select(*kept, *(c for c in layer if c.alias in later), copy=False).from_(source, copy=False)
        query = query.with_(_layer(number + 1), as_=here, materialized=True, copy=False)
        source = _layer(number + 1)
    return query.sql(dialect=dialect)


def _read(expressions: Sequence[Sql]) -> set[str]:
    """The columns that expressions read."""
    return {column.name for one in expressions for column in one.find_all(exp.Column)}


def _layer(number: int) -> str:
    return f"layer_{number}"


@dataclass
class _Writer:
    """Writes conditions as pairs of expressions; what is used more than once becomes two columns of a layer below."""

    plan: Plan
    values: Mapping[str, Sequence[Choice]]
    layers: list[list[Sql]] = field(default_factory=list)
    _uses: dict[Condition, int] = field(default_factory=dict)
    _known: dict[Condition, tuple[Sql, Sql, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """How often each condition is used."""
        self.names = Names(self.plan)
        stack = [c for conditions in self.plan.levels.values() for c in conditions]
        while stack:
            node = stack.pop()
            self._uses[node] = self._uses.get(node, 0) + 1
            if self._uses[node] == 1 and isinstance(node, (And, Or)):
                stack += node.parts
            elif self._uses[node] == 1 and isinstance(node, Not):
                stack.append(node.part)

    def outcome(self, conditions: Sequence[Condition]) -> list[tuple[str, Sql]]:
        """How many of the three lines are surely reached, and how many possibly."""
        rails = [self.rails(c)[:2] for c in conditions]
        assert len(rails) == PERMITTED
        totals = []
        for end, rail in (("worst", 0), ("best", 1)):
            total: Sql = exp.Literal.number(0)
            for pair in rails:
                total = exp.Add(this=total, expression=exp.Case(ifs=[exp.If(this=pair[rail], true=exp.Literal.number(1))], default=exp.Literal.number(0)))
            totals.append((end, total))
        return totals

    def rails(self, node: Condition) -> tuple[Sql, Sql, int]:
        """What surely and what possibly holds, and the layer that it can be read from; of what several ask for, each a copy."""
        if self._uses[node] == 1:
            return self._rails(node)
        if node not in self._known:
            self._known[node] = self._named(node, *self._rails(node))
        surely, possibly, depth = self._known[node]
        return surely.copy(), possibly.copy(), depth

    def _named(self, node: Condition, surely: Sql, possibly: Sql, depth: int) -> tuple[Sql, Sql, int]:
        """A condition of several parts becomes two columns, so that no text is written twice."""
        if not isinstance(node, (And, Or, Not)):
            return surely, possibly, depth
        while len(self.layers) <= depth:
            self.layers.append([])
        number = sum(len(layer) for layer in self.layers)
        columns = []
        for rail, expression in (("s", surely), ("p", possibly)):
            self.layers[depth].append(exp.alias_(expression, f"{rail}{number}", quoted=True, copy=False))
            columns.append(exp.column(f"{rail}{number}", quoted=True))
        return columns[0], columns[1], depth + 1

    def _rails(self, node: Condition) -> tuple[Sql, Sql, int]:
        match node:
            case Const(truth):
                return exp.Boolean(this=truth == TRUE), exp.Boolean(this=truth != FALSE), 0
            case Fact():
                return (*_coded(self.names.column(node)), 0)
            case Compare(left, op, right):
                return (*self._compare(left, op, right), 0)
            case Member(left, mode, right, place):
                if isinstance(right, Path):
                    return (*_coded(self.names.column(node)), 0)
                places = self.plan.places if place else None
                answers = [member(v, mode, right, places) for v in self.values[self.names.of[left]]]
                column = exp.column(self.names.of[left], quoted=True)
                return _among(column, [i for i, a in enumerate(answers) if a == TRUE]), _among(column, [i for i, a in enumerate(answers) if a != FALSE]), 0
            case And(parts) | Or(parts):
                rails = [self.rails(p) for p in parts]
                join = exp.and_ if isinstance(node, And) else exp.or_
                return join(*(r[0] for r in rails), copy=False), join(*(r[1] for r in rails), copy=False), max(r[2] for r in rails)
            case Not(part):
                surely, possibly, depth = self.rails(part)
                return exp.not_(possibly, copy=False), exp.not_(surely, copy=False), depth

    def _ends(self, term: Term) -> tuple[Sql, Sql]:
        if isinstance(term, int):
            return exp.Literal.number(term), exp.Literal.number(term)
        return exp.column(f"{self.names.of[term]} from", quoted=True), exp.column(f"{self.names.of[term]} to", quoted=True)

    def _compare(self, left: Term, op: str, right: Term) -> tuple[Sql, Sql]:
        (a, b), (c, d) = self._ends(left), self._ends(right)
        surely: Sql
        possibly: Sql
        match op:
            case "<":
                surely, possibly = exp.LT(this=b, expression=c), exp.LT(this=a, expression=d)
            case "<=":
                surely, possibly = exp.LTE(this=b, expression=c), exp.LTE(this=a, expression=d)
            case ">":
                surely, possibly = exp.GT(this=a, expression=d), exp.GT(this=b, expression=c)
            case ">=":
                surely, possibly = exp.GTE(this=a, expression=d), exp.GTE(this=b, expression=c)
            case _:
                surely = exp.and_(exp.EQ(this=a, expression=b), exp.EQ(this=c, expression=d), exp.EQ(this=a.copy(), expression=c.copy()), copy=False)
                possibly = exp.and_(exp.LTE(this=a.copy(), expression=d.copy()), exp.LTE(this=c.copy(), expression=b.copy()), copy=False)
        some = [exp.LTE(this=e[0].copy(), expression=e[1].copy()) for e, term in (((a, b), left), ((c, d), right)) if not isinstance(term, int)]
        return exp.and_(surely, *some, copy=False), exp.and_(possibly, *(s.copy() for s in some), copy=False)


def _coded(column: str) -> tuple[Sql, Sql]:
    return (
        exp.EQ(this=exp.column(column, quoted=True), expression=exp.Literal.number(TRUE)),
        exp.GT(this=exp.column(column, quoted=True), expression=exp.Literal.number(FALSE)),
    )


def _among(column: Sql, numbers: list[int]) -> Sql:
    return exp.In(this=column.copy(), expressions=[exp.Literal.number(n) for n in numbers]) if numbers else exp.false()
