"""Of small worlds: one movement, so many rows of each kind and no others, no owners behind owners. What is found here can be written down.

A form is what its rows make it. An earlier count fills up what the movement itself does not bring.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import z3

from comity.facts.calendar import after
from comity.facts.value import MAX, Interval
from comity.law.condition import Condition, Counted, Exists, Fact, Path, Relation, Share, Term, Total, Unique
from comity.prove.smt import DEEPEST, EXPORTER, LEGS, MOVEMENT, At, Env, GaveUpError, Reading, solved
from comity.prove.symbols import Symbols, Touched
from comity.verdict.count import MOST
from comity.verdict.ownership import HUNDRED

OWNERS: Final = Relation("self", (), "owners", "rows:party/owners")
MANY: Final = MOST // 2
"""As many persons as are still counted one by one, before this movement or by it."""
PARTICIPANTS: Final = "rows:movement/participants"
APART: Final = Fact(Path("leg", ("population",), "apart", "population"))
ROUNDS: Final = 100
"""How often the days of a model are put right before another size is tried."""
FIRST_DAY, LAST_DAY = 693_596, 767_010
"""The days of a witness: of the years 1900 to 2100."""


@dataclass
class Bounded(Reading):
    """A plan, read of worlds with at most `most` rows of each kind."""

    most: int = 1

    def rows(self, over: Relation, env: Env) -> list[Any]:
        """All rows that there may be."""
        kind = self.rows_of(over)
        return [env[over.root][0]] if kind == "dealing" else self._all(kind)

    def _all(self, kind: str) -> list[Any]:
        rows = self.symbols.rows.setdefault(kind, [])
        if kind == PARTICIPANTS and not rows:
            for leg in LEGS:
                self.symbols.axioms += self._participant(self.symbols.row(kind), leg)
        most = self.most + 1 if kind == PARTICIPANTS else self.most  # the two sides, and from two on others
        while len(rows) < most:
            self.symbols.row(kind)
            if kind == PARTICIPANTS:
                role = self.symbols.code(kind, "role", rows[-1])
                self.symbols.axioms.append(z3.Not(self.symbols.among(role, ("", "exporter", "importer"))))
        return rows

    def _participant(self, row: Any, leg: Any) -> Iterator[Any]:
        """Either side takes part, as it acts in its leg."""
        symbols = self.symbols
        yield symbols.function(("owner", "movement", "participants"), z3.IntSort(), z3.IntSort())(row) == MOVEMENT
        yield symbols.link(PARTICIPANTS, "party", row) == symbols.link("movement", "actor", leg)
        yield from (symbols.code(PARTICIPANTS, fact, row) == symbols.code("movement", fact, leg) for fact in ("role", "knowledge"))
        row_intents, leg_intents = symbols.holds(PARTICIPANTS, "intents", row), symbols.holds("movement", "intents", leg)
        intents = [symbols.number_of(code) for code in symbols.relevant("movement", "intents")]
        yield from (row_intents(code) == leg_intents(code) for code in intents)

    def held(self, kind: str, fact: str, record: Any) -> Callable[[Any], Any]:
        """Is it in a set? Of one that conditions range over, rows are all that is in it."""
        inside, known = self.symbols.holds(kind, fact, record), self.symbols.fact(kind, fact)
        if known is None or known.type != "links" or fact not in self.symbols.ranged:
            return inside
        return lambda code: z3.And(inside(code), z3.Or([code == row for row in self._all(known.to)]))

    def sets(self, one: At, mode: str, other: At, *, place: bool) -> Any:
        """Does one set overlap, lie within, or contain another? What no test tells apart is one code, the same in every set."""
        more, beside = self.symbols.more(*one), self.symbols.more(*other)
        known = self.compared_sets(one, mode, other, place=place)
        match mode:
            case "within":
                return z3.And(known, z3.Implies(more, beside))
            case "contains":
                return z3.And(known, z3.Implies(beside, more))
            case _:
                return z3.Or(known, z3.And(more, beside))

    def compared_sets(self, one: At, mode: str, other: At, *, place: bool) -> Any:
        """Of records, as many as there may be; of codes, those that are told apart."""
        known = self.symbols.fact(one[0], one[1])
        if known is None or not known.to:
            return super().compared_sets(one, mode, other, place=place)
        a, b = self.held(*one), self.held(*other)
        pairs = [(a(row), b(row)) for row in self._all(known.to)]
        match mode:
            case "within":
                return z3.And([z3.Implies(left, right) for left, right in pairs])
            case "contains":
                return z3.And([z3.Implies(right, left) for left, right in pairs])
            case _:
                return z3.Or([z3.And(left, right) for left, right in pairs])

    def settled(self, name: str, record: Any) -> Any:
        """A definition that rests on itself: what so many steps find, each of those before (nobody stands behind owners)."""
        if self._deep == DEEPEST:
            return z3.BoolVal(val=False)
        self._deep += 1
        body = self.truth(self.plan.recursive[name], {"self": (record, "party"), "leg": (EXPORTER, "movement")})
        self._deep -= 1
        return body

    def _key(self, node: Condition | Term, env: Env) -> tuple[object, ...]:
        key = super()._key(node, env)
        return (*key, self._deep) if self._deep and not isinstance(node, int) and recurs(node) else key

    def _each(self, form: Exists | Total, env: Env) -> Iterable[tuple[Any, Env]]:
        for row in self.rows(form.over, env):
            bound = self.bound(form, env, row)
            yield z3.And(self.belongs(form.over, env, row), self.truth(form.where, bound)), bound

    def exists(self, form: Exists, env: Env) -> Any:
        """One of the rows."""
        return z3.Or([held for held, _ in self._each(form, env)])

    def total(self, form: Total, env: Env) -> Any:
        """The sum over the rows."""
        parts = [(held, *self.number(form.term, bound)) for held, bound in self._each(form, env)]
        return z3.Sum([z3.If(z3.And(held, some, value > 0), value, 0) for held, value, some in parts])

    def share(self, form: Share, record: Any) -> Any:
        """The shares of the owners that count; who owns them counts for nothing."""
        key = ("share", form.by, form.product, record.get_id(), self._deep if recurs(form.by) else 0)
        if key not in self.known:
            self.known[key] = z3.FreshInt("share")
            parts = []
            for row in self.rows(OWNERS, {}):
                holder = self.symbols.link(OWNERS.kind, "party", row)
                share, some = self.symbols.number(OWNERS.kind, "share", row)
                inside = self.belongs(OWNERS, {"self": (record, "party")}, row)
                parts.append(z3.If(z3.And(inside, some, self.truth(form.by, {"self": (holder, "party"), "leg": (EXPORTER, "movement")})), share, 0))
            self.symbols.axioms.append(self.known[key] == z3.Sum(parts))
        return self.known[key]

    def counted(self, form: Counted, env: Env) -> Any:
        """What the movement brings, and what was counted before."""
        own, before, apart = self._brought(form), opening(form.name), self.truth(APART, env)
        self.symbols.axioms += [before >= 0, before <= MANY, z3.Or(before == 0, own == 0, apart)]  # else persons of both may be the same
        for key in form.key:  # of nobody nothing was counted, nor of who belongs to nobody knows whom
            record = self.symbols.link("movement", key.split(".")[0], MOVEMENT)
            whole = self.symbols.code("party", "@group", record) if key.endswith(".group") else record
            self.symbols.axioms.append(z3.Or(before == 0, z3.And(record != 0, whole != 0)))
        return own + before

    def _brought(self, form: Counted) -> Any:
        """What the movement itself brings: its persons, if either leg is counted."""
        persons = [self.own(form, {"leg": (leg, "movement")}) for leg in LEGS]
        return z3.If(persons[0] > persons[1], *persons)


@lru_cache(maxsize=200_000)
def recurs(node: Unique) -> bool:
    """Is it read from a definition that rests on itself?"""
    return (isinstance(node, Path) and ":" in node.fact) or any(recurs(one) for one in node.nodes)


def opening(count: str) -> Any:
    """The persons that a count had before this movement."""
    return z3.Int(f"opening {count}")


@dataclass
class Small:
    """A solver that is told once of the small worlds of some symbols, and asked again and again."""

    symbols: Symbols
    _solver: Any = field(default_factory=z3.SimpleSolver)
    _told: int = 0
    _seen: int = 0

    def add(self, *formulas: Any) -> None:
        """Tells what is so of all worlds that are asked about from now on."""
        self._solver.add(*formulas)

    def model(self, formulas: Sequence[Any], seconds: float) -> Any:
        """A model in which the formulas are true too, or None where no world of this size is one. Raises `GaveUpError`."""
        self._catch_up()
        self._solver.push()
        try:
            self._solver.add(*formulas)
            for _ in range(ROUNDS):
                model = solved(self._solver, seconds)
                if model is None or not (days := list(_days(self.symbols, model))):
                    return model
                self._solver.add(*days)
        finally:
            self._solver.pop()
        raise GaveUpError

    def _catch_up(self) -> None:
        """Tells what was read since."""
        owners = _owners(self.symbols)  # reads facts of its own
        touched = list(self.symbols.touched.values())
        self._solver.add(*owners, *_facts(self.symbols, touched[self._seen :]))
        self._seen = len(touched)
        axioms = self.symbols.axioms
        self._solver.add(*axioms[self._told :])
        self._told = len(axioms)


def found(symbols: Symbols, formulas: Sequence[Any], seconds: float) -> Any:
    """A model of the formulas, or None where no world of this size is one. Raises `GaveUpError`."""
    return Small(symbols).model(formulas, seconds)


def _days(symbols: Symbols, model: Any) -> Iterator[Any]:
    """What a calendar says of the days that a model takes for later ones and that are not."""
    for term, start, end in symbols.later:
        first, last = (model.eval(day, model_completion=True).as_long() for day in (start, end))
        exact = after(Interval(first, first), term.n, term.unit, symbols.plan.calendars.get(term.place))
        if not exact.lo <= last <= exact.hi:
            yield z3.Implies(start == first, z3.And(end >= exact.lo, end <= exact.hi))


def _owners(symbols: Symbols) -> list[Any]:
    """Owners hold no more than all, and nobody is looked for behind them."""
    rows = symbols.rows.get(OWNERS.kind, [])
    owner = symbols.function(("owner", "party", "owners"), z3.IntSort(), z3.IntSort())
    held = [(owner(row), symbols.link(OWNERS.kind, "party", row), symbols.number(OWNERS.kind, "share", row)[0]) for row in rows]
    limits = [z3.Sum([z3.If(other == whose, share, 0) for other, _, share in held]) <= HUNDRED for whose, _, _ in held]
    return [*limits, *(z3.And(whose != holder, holder != 0) for whose, _, _ in held for _, holder, _ in held)]


def _facts(symbols: Symbols, touched: Iterable[Touched]) -> list[Any]:
    """Numbers and days are there, and such as a file takes; a party is no branch."""
    told: list[Any] = []
    for one in touched:
        known = symbols.fact(one.kind, one.fact)
        if known is not None and known.type == "link" and known.to == "measure" and "measure" in symbols.rows:  # every measure is seen
            there, act = symbols.function(("there", "measure"), z3.IntSort(), z3.BoolSort()), symbols.link(one.kind, one.fact, one.record)
            told.append(z3.Or(act == 0, *(z3.And(act == row, there(row)) for row in symbols.rows["measure"])))
        if one.fact == "@group":  # as it is stated
            told.append(symbols.code(one.kind, one.fact, one.record) == symbols.code(one.kind, "group", one.record))
        elif one.fact in ("@entity", "@id"):
            told.append(symbols.code(one.kind, one.fact, one.record) == one.record)
        elif known is not None and known.type == "places":
            told += [z3.Not(symbols.holds(one.kind, one.fact, one.record)(symbols.number_of(place))) for place in symbols.below]
        elif known is not None and known.type in ("code", "place"):
            code = symbols.code(one.kind, one.fact, one.record)
            if known.type == "place":
                told += [z3.Not(symbols.among(code, symbols.below)), code == symbols.like(code)]
            else:
                told.append(z3.Implies(one.record != 0, code != 0))
        elif known is not None and known.type in ("number", "date"):
            value, some = symbols.number(one.kind, one.fact, one.record)
            low, high = (FIRST_DAY, LAST_DAY) if known.type == "date" else (0, {"%": HUNDRED, "persons": MANY}.get(known.unit, MAX // 4))
            named = z3.And(value >= low, value <= high)
            named = z3.Or(named, value == MAX + 1) if known.limit == "to" else named  # a beginning that is not said may follow from other days
            told.append(z3.Implies(one.record != 0, z3.And(some, named)))
    return told
