"""Of every world: of forms no more is supposed than must hold whatever rows there are, so that what is impossible here is impossible.

For each `Exists` that is true there is a row of its own, and no row that is there is overlooked by one that is false: those are told as they
come up. A sum is at least each of its parts; shares and counts lie anywhere within their bounds. What is found possible need not be.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import z3

from comity.facts.value import MAX
from comity.law.condition import Counted, Exists, Relation, Share, Total
from comity.prove.smt import At, Env, GaveUpError, Reading, solved
from comity.verdict.ownership import HUNDRED


@dataclass(frozen=True, slots=True)
class Form:
    """A form over rows, where it stands, and what the solver knows it as."""

    form: Exists | Total
    env: Env
    term: Any


@dataclass
class Supposed(Reading):
    """A plan, read of every world."""

    forms: list[Form] = field(default_factory=list)

    def exists(self, form: Exists, env: Env) -> Any:
        """True only with a row of its own."""
        over, where, term = form.over, form.where, z3.FreshBool("exists")
        self.forms.append(Form(form, env, term))
        if over.source == "dealing":  # its own leg may be the one, or another that nobody sees
            self.symbols.axioms.append(z3.Implies(self.truth(where, self.bound(form, env, env[over.root][0])), term))
            return term
        row = self.symbols.supposed(self.rows_of(over))
        inside, owned = self.belongs(over, env, row), self.owned(over, env)
        nobodys = z3.Not(inside) if owned is None else owned[0](row) == 0  # where it is not needed
        self.symbols.axioms += [z3.Implies(term, z3.And(inside, self.truth(where, self.bound(form, env, row)))), z3.Or(term, nobodys)]
        return term

    def reached(self, legs: Any) -> Any:
        """No better than these two legs; others, of participants, parts and stretches of days, may make it worse."""
        found = z3.FreshBool("reached")
        self.symbols.axioms.append(z3.Implies(found, legs))
        return found

    def inside(self, inner: Any, outer: Any) -> Any:
        """Places are more than those that are told apart: each lies in itself, and in what the other lies in."""
        found = self.symbols.function(("inside",), z3.IntSort(), z3.IntSort(), z3.BoolSort())(inner, outer)
        self.symbols.axioms.append(z3.Implies(z3.And(inner == outer, inner != 0), found))
        return z3.And(inner != 0, outer != 0, found)

    def lies(self, holder: At, code: Any, *, inward: bool) -> Any:
        """Of a place and a set nothing is told: in a set there may be others that are like the one that is told apart."""
        return self.symbols.function(("lies", *holder[:2], str(inward)), z3.IntSort(), z3.IntSort(), z3.BoolSort())(holder[2], code)

    def compared_sets(self, one: At, mode: str, other: At, *, place: bool) -> Any:
        """Nor of places within places."""
        return z3.BoolVal(val=mode in ("within", "contains")) if place else super().compared_sets(one, mode, other, place=place)

    def total(self, form: Total, env: Env) -> Any:
        """At least nothing, at least each part (told when it comes up), and nothing without one."""
        term = self._free("total", lambda term: [term >= 0])
        self.forms.append(Form(form, env, term))
        if form.over.source != "dealing":
            self.symbols.axioms.append(z3.Implies(term > 0, self.exists(Exists(form.over, form.var, form.where), env)))
        return term

    def share(self, form: Share, record: Any) -> Any:
        """From none to all; nobody has no owners."""
        key = ("share", form.by, form.product, record.get_id())
        if key not in self.known:
            self.known[key] = self._free("share", lambda term: [term >= 0, term <= HUNDRED, z3.Implies(record == 0, term == 0)])
        return self.known[key]

    def counted(self, form: Counted, env: Env) -> Any:
        """At least what this movement brings."""
        return self._free("counted", lambda term: [term >= 0, term >= self.own(form, env)])

    def _free(self, name: str, bounds: Callable[[Any], list[Any]]) -> Any:
        term = z3.FreshInt(name)
        self.symbols.axioms += bounds(term)
        return term


def possible(reading: Supposed, formulas: Iterable[Any], seconds: float) -> bool:
    """May all formulas be true of a movement, as far as is supposed? False is a proof that they never are. Raises `GaveUpError`."""
    symbols, told, end = reading.symbols, 0, time.monotonic() + seconds
    solver = z3.Solver()
    solver.add(*formulas)
    while True:
        solver.add(*symbols.axioms[told:])
        told = len(symbols.axioms)
        if (model := solved(solver, max(end - time.monotonic(), 0.001))) is None:
            return False
        seen = _Seen(model)
        for one in list(reading.forms):
            if time.monotonic() > end:  # rows may lead to rows without end
                raise GaveUpError
            symbols.axioms += _overlooked(reading, one, seen)
        if len(symbols.axioms) == told:
            return True


def _overlooked(reading: Supposed, one: Form, seen: _Seen) -> list[Any]:
    """What is so of each row that a model lets belong to a relation and a form of it overlooks."""
    form, found = one.form, []
    if isinstance(form, Exists) and seen.true(one.term):
        return []
    for row in seen.inside(reading, form.over, one.env, reading.rows(form.over, one.env)):
        bound = reading.bound(form, one.env, row)
        held, enough = z3.And(reading.belongs(form.over, one.env, row), reading.truth(form.where, bound)), one.term
        if isinstance(form, Total):
            value, some = reading.number(form.term, bound)
            held, enough = z3.And(held, some), one.term >= z3.If(value < MAX, value, MAX)
        if seen.true(held) and not seen.true(enough):
            found.append(z3.Implies(held, enough))
    return found


class _Seen:
    """What a model says of terms; of rows, whose they are, asked once of each."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._owners: dict[tuple[str, str], dict[int, list[Any]]] = {}

    def true(self, term: Any) -> bool:
        """Is it true?"""
        return bool(z3.is_true(self._model.eval(term, model_completion=True)))

    def _value(self, term: Any) -> int:
        return int(self._model.eval(term, model_completion=True).as_long())

    def inside(self, reading: Supposed, over: Relation, env: Env, rows: Sequence[Any]) -> Sequence[Any]:
        """The rows that belong to a relation."""
        if (owned := reading.owned(over, env)) is None:
            return [row for row in rows if self.true(reading.belongs(over, env, row))]
        function, owner = owned
        key = (str(function), over.kind)
        if key not in self._owners:
            self._owners[key] = {}
            for row in rows:
                self._owners[key].setdefault(self._value(function(row)), []).append(row)
        return self._owners[key].get(self._value(owner), []) if self._value(owner) else []
