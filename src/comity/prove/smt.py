"""Reading *prove*: the same conditions as formulas of a solver, facts as typed terms, one `match` over the seven nodes and one over the forms.

A fact here is one value, not what it may be: what nobody states is free, so what holds of every choice of the free holds whatever is unknown.
Forms range over rows, and how many a world has is not said. So there are two kinds of this reading: `supposed` is of every world, and proves
that something is impossible; `bounded` is of small worlds, and finds one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeAlias

import z3

from comity.facts.value import TRUE, UNKNOWN
from comity.law.condition import (
    After,
    And,
    Compare,
    Condition,
    Const,
    Counted,
    Exists,
    Fact,
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
    Unique,
)
from comity.prove.symbols import Symbols, many
from comity.verdict.home import places as reads
from comity.verdict.plan import Plan

Env: TypeAlias = Mapping[str, tuple[Any, str]]
"""For each variable its record and the record's kind."""
At: TypeAlias = tuple[str, str, Any]
"""The kind, the fact and the record of a path."""
MOVEMENT, EXPORTER, IMPORTER = (z3.IntVal(number) for number in (1, 2, 3))
LEGS = (EXPORTER, IMPORTER)
"""The movement that a proof is about, and its legs: the conduct of either side."""
ACTS = frozenset({"actor", "role", "knowledge", "intents"})
"""The facts in which the legs of one movement differ."""
RELATIONS = ("concerning", "measures", "dealing")
"""The relations of a leg that no record holds."""
DEEPEST = 3
"""How far definitions that rest on themselves are followed, from a party to its owners and on."""
DAYS = {"days": (1, 1), "workdays": (1, 16), "months": (28, 31), "years": (365, 366)}
"""The least and the most days of a unit; no holidays with the weekends beside them are longer."""
LAST = dt.date.max.toordinal() - 366


@dataclass
class Reading:
    """A plan in terms of the symbols."""

    plan: Plan
    symbols: Symbols
    markers: dict[str, Any] = field(default_factory=dict)
    """What `law` facts of a question stand for: the outcome of the whole movement."""
    known: dict[object, Any] = field(default_factory=dict)
    _deep: int = 0

    # -- conditions --------------------------------------------------------------------------------------------------

    def truth(self, node: Condition, env: Env) -> Any:
        """The formula of a condition; what does not hang on who acts is one formula for both legs."""
        if env["leg"][0] is IMPORTER and not acts(node):
            env = {**env, "leg": (EXPORTER, "movement")}
        key = self._key(node, env)
        if key not in self.known:
            self.known[key] = self._truth(node, env)
        return self.known[key]

    def _key(self, node: Condition | Term, env: Env) -> tuple[object, ...]:
        roots = set() if isinstance(node, int) else {root for root, _ in reads(node)} & env.keys()
        return (node, *((root, env[root][0].get_id()) for root in sorted(roots | {"leg"})))

    def _truth(self, node: Condition, env: Env) -> Any:
        match node:
            case Const(truth):
                return z3.FreshBool("open") if truth == UNKNOWN else z3.BoolVal(truth == TRUE)
            case Fact(term):
                return self._fact(term, env)
            case Compare(left, op, right):
                (a, some), (b, more) = self.number(left, env), self.number(right, env)
                return z3.And(some, more, {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b, "==": a == b}[op])
            case Member(left, mode, right, place):
                return self._member(left, mode, right, env, place=place)
            case And(parts):
                return z3.And([self.truth(part, env) for part in parts])
            case Or(parts):
                return z3.Or([self.truth(part, env) for part in parts])
            case Not(part):
                return z3.Not(self.truth(part, env))

    def _fact(self, term: Term, env: Env) -> Any:
        match term:
            case Path(root="law", fact=name):
                return self._law(name)
            case Path(fact=name) if ":" in name:
                return self.settled(name, self.record(term, env)[0])
            case Path():
                return self.symbols.truth(*self._place(term, env))
            case Exists():
                return self.exists(term, env)
            case _:
                raise TypeError(term)  # a number is no truth

    def _law(self, name: str) -> Any:
        if name in self.markers:
            return self.markers[name]
        if (prevailing := self.plan.prevailing.get(name)) is not None:
            return z3.BoolVal(prevailing == TRUE)
        return self.symbols.law.setdefault(name, z3.Bool(f"law {name}"))

    def settled(self, name: str, record: Any) -> Any:
        """A definition that rests on itself: true where its body is, as far as owners and others are followed; beyond, free."""
        made = self.symbols.function(("settled", name), z3.IntSort(), z3.BoolSort())
        key = (name, record.get_id())
        if key not in self.known and self._deep < DEEPEST:
            self.known[key] = made(record)
            self._deep += 1
            body = self.truth(self.plan.recursive[name], {"self": (record, "party"), "leg": (EXPORTER, "movement")})
            self._deep -= 1
            self.symbols.axioms.append(made(record) == body)
        return made(record)

    def record(self, path: Path | Relation | Share, env: Env) -> tuple[Any, str]:
        """The record that a path leads to, and its kind."""
        term, kind = env[path.root]
        for link in path.links:
            known = self.symbols.fact(kind, link)
            assert known is not None
            term, kind = self.symbols.link(kind, link, self._whose(term, kind, derived=known.derived)), known.to
        return term, kind

    @staticmethod
    def _whose(term: Any, kind: str, *, derived: bool) -> Any:
        """The record that has a fact: legs of one movement share all facts but those of the actor."""
        return MOVEMENT if kind == "movement" and not derived and term in LEGS else term

    def _place(self, path: Path, env: Env) -> At:
        """The kind, the fact and the record of a path."""
        record, kind = self.record(path, env)
        known = self.symbols.fact(path.kind, path.fact)
        return kind, path.fact, self._whose(record, kind, derived=known is not None and known.derived)

    def _member(self, left: Path, mode: str, right: frozenset[str] | Path, env: Env, *, place: bool) -> Any:
        symbols, at = self.symbols, self._place(left, env)
        if isinstance(right, Path):
            return self._related(left, mode, right, env, place=place)
        unlimited = symbols.unlimited(*at)
        codes = symbols.inside(right) if place else sorted(right)
        if not many(symbols.fact(left.kind, left.fact)):
            code = symbols.like(symbols.code(*at)) if place else symbols.code(*at)
            return z3.Or(unlimited, z3.And(at[2] != 0, symbols.among(code, codes)))
        held = symbols.holds(*at)
        match mode:
            case "within":
                others = [z3.Not(held(symbols.number_of(code))) for code in symbols.relevant(left.kind, left.fact) if code not in codes]
                return z3.Or(unlimited, z3.And(at[2] != 0, z3.Not(symbols.more(*at)), *others))
            case "contains":
                each = (symbols.inside(frozenset({code})) if place else [code] for code in sorted(right))
                return z3.Or(unlimited, z3.And(at[2] != 0, *(z3.Or([held(symbols.number_of(code)) for code in one]) for one in each)))
            case _:
                return z3.Or(unlimited, z3.Or([held(symbols.number_of(code)) for code in codes]))

    def _related(self, left: Path, mode: str, right: Path, env: Env, *, place: bool) -> Any:
        symbols, one, other = self.symbols, self._place(left, env), self._place(right, env)
        several = many(symbols.fact(left.kind, left.fact)), many(symbols.fact(right.kind, right.fact))
        there = z3.And(one[2] != 0, other[2] != 0)
        limits = z3.Or(symbols.unlimited(*one), symbols.unlimited(*other))
        if any(several) and not all(several):
            holder, (kind, fact, record) = (one, other) if several[0] else (other, one)
            if mode not in ("in", "overlaps"):  # a set within what one code is: left open
                return z3.FreshBool("related")
            code = symbols.code(kind, fact, record)
            found = self.lies(holder, code, inward=not several[0]) if place else self.held(*holder)(code)
            return z3.Or(limits, z3.And(there, code != 0, found))
        if all(several):
            return z3.Or(limits, z3.And(there, self.sets(one, mode, other, place=place)))
        a, b = symbols.code(*one), symbols.code(*other)
        same = self.inside(a, b) if place else z3.And(a == b, a != 0)
        return z3.Or(limits, z3.And(there, same))

    def inside(self, inner: Any, outer: Any) -> Any:
        """Does one place lie in another?"""
        n = self.symbols.number_of
        return z3.Or([z3.And(inner == n(i), outer == n(o)) for o, ins in self.symbols.nested.items() for i in ins])

    def lies(self, holder: At, code: Any, *, inward: bool) -> Any:
        """Does a place lie in one of a set, or (not `inward`) one of the set in it?"""
        n, held = self.symbols.number_of, self.held(*holder)
        pairs = [(i, o) if inward else (o, i) for o, ins in self.symbols.nested.items() for i in ins]
        return z3.Or([z3.And(code == n(own), held(n(other))) for own, other in pairs])

    def held(self, kind: str, fact: str, record: Any) -> Callable[[Any], Any]:
        """Is it in a set?"""
        return self.symbols.holds(kind, fact, record)

    def sets(self, one: At, mode: str, other: At, *, place: bool) -> Any:
        """Does one set overlap, lie within, or contain another? What codes beside those that are told apart do is free."""
        symbols = self.symbols
        free = symbols.function(("related", mode, *one[:2], *other[:2]), z3.IntSort(), z3.IntSort(), z3.BoolSort())(one[2], other[2])
        known = self.compared_sets(one, mode, other, place=place)
        told = z3.Implies(known, free) if mode in ("in", "overlaps") else z3.Implies(free, known)
        symbols.axioms.append(z3.Implies(z3.And(one[2] != 0, other[2] != 0), told))
        return free

    def compared_sets(self, one: At, mode: str, other: At, *, place: bool) -> Any:
        """The same of the codes that are told apart alone: who overlaps so does overlap, what lies otherwise within does not."""
        symbols, a, b = self.symbols, self.held(*one), self.held(*other)
        codes = dict.fromkeys((*symbols.relevant(*one[:2]), *symbols.relevant(*other[:2])))
        inside = symbols.nested if place else {code: [code] for code in codes}
        outside: dict[str, list[str]] = {}
        for outer, ins in inside.items():
            for code in ins:
                outside.setdefault(code, []).append(outer)
        n = symbols.number_of
        match mode:
            case "within":
                return z3.And([z3.Implies(a(n(i)), z3.Or([b(n(o)) for o in outer])) for i, outer in outside.items()])
            case "contains":
                return z3.And([z3.Implies(b(n(o)), z3.Or([a(n(i)) for i in ins])) for o, ins in inside.items()])
            case _:
                return z3.Or([z3.And(a(n(i)), b(n(o))) for o, ins in inside.items() for i in ins])

    # -- numbers -----------------------------------------------------------------------------------------------------

    def number(self, term: Term, env: Env) -> tuple[Any, Any]:
        """A number or day, and whether there is one."""
        key = ("number", *self._key(term, env))
        if key not in self.known:
            self.known[key] = self._number(term, env)
        return self.known[key]  # type: ignore[no-any-return]  # what was put there

    def _number(self, term: Term, env: Env) -> tuple[Any, Any]:
        yes = z3.BoolVal(val=True)
        match term:
            case int():
                return z3.IntVal(term), yes
            case Path():
                return self.symbols.number(*self._place(term, env))
            case Total():
                return self.total(term, env), yes
            case Tally(parts):
                return z3.Sum([z3.If(self.truth(part, env), 1, 0) for part in parts]), yes
            case Share():
                return self.share(term, self.record(term, env)[0]), yes
            case Counted():
                return self.counted(term, {"leg": env["leg"]}), yes
            case After(day, n, unit, place):
                start, some = self.number(day, env)
                end = self.symbols.function(("after", str(n), unit, place), z3.IntSort(), z3.IntSort())(start)
                least, most = DAYS.get(unit, (1, 366))
                low, high = sorted((n * least, n * most))
                counted = z3.And(start + low > 0, start + high < LAST)  # beyond, a calendar knows no days
                self.symbols.axioms.append(z3.Implies(counted, z3.And(end >= start + low, end <= start + high)))
                self.symbols.later.append((term, start, end))
                return end, z3.And(some, z3.Or(counted, z3.FreshBool("counted")))
            case Plus(terms):
                found = [self.number(one, env) for one in terms]
                return z3.Sum([value for value, _ in found]), z3.And([some for _, some in found])
            case _:
                raise TypeError(term)  # a truth is no number

    # -- rows --------------------------------------------------------------------------------------------------------

    def movement(self) -> list[Any]:
        """What is so of every movement: who acts in its legs."""
        symbols, found = self.symbols, []
        for leg, side in zip(LEGS, ("exporter", "importer"), strict=True):
            found.append(symbols.code("movement", "role", leg) == symbols.number_of(side))
            found.append(symbols.link("movement", "actor", leg) == symbols.link("movement", side, MOVEMENT))
        return found

    def reached(self, legs: Any) -> Any:
        """The movement's outcome is so good, as far as that of its legs by the exporter's and the importer's conduct tells."""
        return legs

    def owned(self, over: Relation, env: Env) -> tuple[Any, Any] | None:
        """Whose rows a relation has, as a function of the row and the one it has to be; None where it is not so told."""
        owner, kind = self.record(over, env)
        owner = self._whose(owner, kind, derived=False)
        known = self.symbols.fact(kind, over.source)
        if over.source in RELATIONS or (known is not None and known.type == "links"):
            return None
        self.symbols.touch(kind, over.source, owner, list)
        return self.symbols.function(("owner", kind, over.source), z3.IntSort(), z3.IntSort()), owner

    def belongs(self, over: Relation, env: Env, row: Any) -> Any:
        """Is a row one of a relation of a record?"""
        if (owned := self.owned(over, env)) is not None:
            return z3.And(owned[1] != 0, owned[0](row) == owned[1])
        if over.source not in RELATIONS:
            owner, kind = self.record(over, env)
            return self.symbols.holds(kind, over.source, self._whose(owner, kind, derived=False))(row)
        if row in LEGS:
            return z3.BoolVal(val=True)
        return self.symbols.function(("there", self.rows_of(over)), z3.IntSort(), z3.BoolSort())(row)

    def rows(self, over: Relation, env: Env) -> list[Any]:
        """The rows of a relation's kind that were thought of so far; of a course of dealing its own leg is one."""
        own = [env[over.root][0]] if over.source == "dealing" else []
        return own + self.symbols.rows.get(self.rows_of(over), [])

    @staticmethod
    def rows_of(over: Relation) -> str:
        """What its rows are held under."""
        return "dealing" if over.source == "dealing" else over.kind

    def bound(self, form: Exists | Total, env: Env, row: Any) -> Env:
        """With the row in reach under its variable."""
        return {**env, form.var: (row, form.over.kind)}

    # -- what kind of world it is decides --------------------------------------------------------------------------------

    def exists(self, form: Exists, env: Env) -> Any:
        """Is some row as it says?"""
        raise NotImplementedError

    def total(self, form: Total, env: Env) -> Any:
        """The sum over rows."""
        raise NotImplementedError

    def share(self, form: Share, record: Any) -> Any:
        """The share of a party that such owners hold."""
        raise NotImplementedError

    def counted(self, form: Counted, env: Env) -> Any:
        """The persons or devices that are counted."""
        raise NotImplementedError

    def own(self, form: Counted, env: Env) -> Any:
        """What this movement itself brings to a count."""
        persons, some = self.number(Path("leg", ("population",), form.unit, "population"), env)
        return z3.If(z3.And(self.truth(form.where, {"leg": env["leg"]}), some), persons, 0)


class GaveUpError(Exception):
    """The solver found no answer in its time."""


def solved(solver: Any, seconds: float) -> Any:
    """A model of what a solver was told, or None if there is none. Raises `GaveUpError`."""
    solver.set("timeout", max(1, int(seconds * 1000)))  # 0 is no end
    answer = solver.check()
    if answer == z3.unknown:
        raise GaveUpError
    return solver.model() if answer == z3.sat else None


@lru_cache(maxsize=200_000)
def acts(node: Unique) -> bool:
    """Does a condition read who acts in a leg, or how?"""
    if isinstance(node, (Path, Relation, Share)):
        return (node.root == "leg" and {*node.links, getattr(node, "fact", "")} & ACTS != set()) or any(acts(one) for one in node.nodes)
    return isinstance(node, Counted) or any(acts(one) for one in node.nodes)
