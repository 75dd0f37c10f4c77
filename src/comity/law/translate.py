"""Translates one expression in a scope: names are resolved, types checked, definitions inlined, tables and loops over constants unrolled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Final

from comity.facts.value import FALSE, MAX, TRUE
from comity.facts.vocabulary import Fact as Known
from comity.law import rulebook as rb
from comity.law.calls import LOOPS, TESTS, Calls
from comity.law.compare import FaultError, Loops, bind, constant, kind_of, noun
from comity.law.condition import ALWAYS, NODES, UNSETTLED, Condition, Const, Count, Extreme, Fact, Member, Path, Relation, Tally, Total, every, negation, some
from comity.law.mentions import chain, recursive
from comity.law.scope import Cases, Code, Constants, ConstRow, Exact, Meaning, Number, Part, Piece, Pieces, Record, Rows, Scope, SetPath, Word
from comity.text.expression import Attr, Binary, Call, Comp, Expr, Lit, Name, SetLit, Unary, read_expression
from comity.text.source import nearest, spot

LEG_ROWS: Final = {"fields": "rows:asset/fields", "dealing": "movement", "instruments": "instrument", "concerning": "instrument", "measures": "measure"}
PRESENT: Final = {"fields": "kept", "dealing": "kept", "instruments": "covers", "concerning": "concerns", "measures": "live"}
"""What makes a row of a relation of the leg be there at all."""
PAIRS: Final = {"same_entity": "entity", "same_group": "group"}
IMPLIED: Final = ("id", "entity", "group")
MAX_ROWS: Final = 2_000
MAX_DEPTH: Final = 25


@dataclass
class Translator(Calls):
    """Everything one rulebook's expressions may mention."""

    in_force: Callable[[rb.Law], Condition] = lambda _: ALWAYS
    as_known: int = MAX
    labels: dict[Condition, tuple[rb.Definition | rb.LawList, Record]] = field(default_factory=dict)
    recursive: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Finds the definitions that rest on themselves."""
        self.recursive, contrary = recursive(self.book.definitions)
        for name, other in contrary:
            law = self.book.definitions[name]
            hint = "a circle of definitions has a meaning only without 'not'"
            self.mistakes.add(law.place, f"'{name}' rests on the contrary of '{other}', which rests on '{name}'", hint)

    # -- entry points ------------------------------------------------------------------------------------------------

    def truth(self, written: rb.Written, scope: Scope) -> Condition:
        """The condition that an expression is; a fault is noted and reads as unknown."""
        found = self.meaning(written, scope)
        if found is None:
            return UNSETTLED
        if not isinstance(found, NODES):
            self.mistakes.add(written.place, f"a condition is expected, and this is {kind_of(found)}")
            return UNSETTLED
        return found

    def meaning(self, written: rb.Written, scope: Scope) -> Meaning:
        """What an expression means; a fault is noted once, at its column."""
        try:
            return self._expr(written.expr or read_expression(written.text), scope)
        except FaultError as fault:
            self.mistakes.add(spot(written.place, written.text, fault.at), fault.message, fault.suggestion)
            return None

    def definition(self, name: str, scope: Scope) -> Meaning:
        """What a definition or list means in a scope, dates included; each is translated once per scope."""
        key = (name, scope.me, tuple((k, v) for k, v in sorted(scope.names.items()) if isinstance(v, Record)), scope.depth)
        if key in self._memo:
            return self._memo[key]
        law = self.book.definitions.get(name) or self.book.lists[name]
        if name in self.recursive:
            found: Meaning = Fact(scope.me.path(f"{self.book.regime}:{name}"))
        elif len(self._open) >= MAX_DEPTH and name not in self._open:
            self.mistakes.add(law.place, f"'{name}' lies more than {MAX_DEPTH} definitions deep", "let definitions rest on fewer others")
            found = UNSETTLED
        elif name in self._open:
            self.mistakes.add(law.place, f"'{name}' rests on itself: {' > '.join([*self._open[self._open.index(name) :], name])}")
            found = UNSETTLED
        else:
            found = self.body(law, scope)
        if isinstance(found, NODES) and not isinstance(found, Const):
            self.labels.setdefault(found, (law, scope.me))
        self._memo[key] = found
        return found

    def body(self, law: rb.Definition | rb.LawList, scope: Scope) -> Meaning:
        """The meaning of a definition's own words, and of the days on which it is law."""
        self._open.append(law.name)
        try:
            found = self._list(law, scope) if isinstance(law, rb.LawList) else self._defined(law, scope)
        finally:
            self._open.pop()
        force = self.in_force(law)
        return every((force, found)) if isinstance(found, NODES) and force != ALWAYS else found

    def _defined(self, law: rb.Definition, scope: Scope) -> Meaning:
        if law.body is not None:
            return self.meaning(law.body, scope)
        rows: list[tuple[Condition, str]] = []
        before: list[Condition] = []
        for written, code in law.cases:
            when = self.truth(written, scope) if written else ALWAYS
            rows.append((every((when, *before)), code))
            before.append(negation(when))
        return Cases(tuple(rows))

    def _list(self, law: rb.LawList, scope: Scope) -> Condition:
        subject = self.meaning(law.match, scope) if law.match else None
        rows = []
        for row in law.rows:
            if row.known > self.as_known:
                continue
            named: Condition = ALWAYS
            if subject is not None:
                place = isinstance(subject, (Code, SetPath)) and subject.place
                named = self._test(subject, "in", self._widen(row.members, place=place), 0)
            condition = self.truth(row.condition, scope) if row.condition else ALWAYS
            rows.append(every((self.in_force(row), named, condition)))
        return some(rows)

    def _widen(self, members: frozenset[str], *, place: bool) -> frozenset[str]:
        """Members with the rulebook's named sets written out."""
        named = self.book.places if place else self.book.sets
        found, open_ = set(members), list(members)
        while open_:
            more = named.get(open_.pop(), frozenset()) - found
            found |= more
            open_ += more
        return frozenset(m for m in found if m not in named or m in named[m]) if place or members & named.keys() else frozenset(found)

    # -- expressions -------------------------------------------------------------------------------------------------

    def _expr(self, expr: Expr, scope: Scope) -> Meaning:
        match expr:
            case Name(at, id_):
                return self._name(id_, at, scope)
            case Attr(at, base, name):
                return self._attr(base, name, at, scope)
            case Lit(_, kind, value):
                if kind == "truth":
                    return Const(TRUE if value else FALSE)
                if kind == "date":
                    return Number(int(value), date=True)
                return Exact(value) if isinstance(value, Fraction) else Word(str(value))
            case SetLit(_, items):
                return Constants(frozenset(items))
            case Unary(_, part):
                return negation(self._truth(part, scope))
            case Binary(at, op, left, right):
                return self._binary(op, left, right, at, scope)
            case Call(at, name, args, named):
                return self._call(name, args, dict(named), at, scope)
            case Comp():
                return self._comprehension(expr, scope)

    def _truth(self, expr: Expr, scope: Scope) -> Condition:
        found = self._expr(expr, scope)
        if found is None:  # its own fault is noted already
            return UNSETTLED
        if not isinstance(found, NODES):
            raise FaultError(expr.at, f"a condition is expected here, and this is {kind_of(found)}")
        return found

    def _binary(self, op: str, left: Expr, right: Expr, at: int, scope: Scope) -> Meaning:
        match op:
            case "and" | "or":
                parts = [self._truth(part, scope) for part in chain(left, op, right)]
                return every(parts) if op == "and" else some(parts)
            case "|":
                return Pieces((*self._pieces(self._expr(left, scope), at), *self._pieces(self._expr(right, scope), at)))
            case "+":
                return self._sum(self._expr(left, scope), self._expr(right, scope), at)
            case "in":
                return self._contains(self._expr(left, scope), self._expr(right, scope), at)
            case "not in":
                return negation(self._contains(self._expr(left, scope), self._expr(right, scope), at))
            case _:
                return self._comparison(op, self._expr(left, scope), self._expr(right, scope), at)

    # -- names -------------------------------------------------------------------------------------------------------

    def _name(self, name: str, at: int, scope: Scope) -> Meaning:
        if name in scope.names:
            return scope.names[name]
        if name == "self":
            return scope.me
        book = self.book
        on_leg = scope.me.kind == "movement"
        if on_leg and name in LEG_ROWS:
            if name == "fields":
                return Rows(Relation(scope.me.root, (*scope.me.links, "asset"), name, LEG_ROWS[name]), PRESENT[name])
            source = {"instruments": "concerning"}.get(name, name)
            return Rows(Relation(scope.me.root, scope.me.links, source, LEG_ROWS[name]), PRESENT[name])
        if (found := self._own(name, scope.me)) is not None:
            return found
        if on_leg and name in PAIRS:
            own, other = (Record("leg", (side,), "party").path("@" + PAIRS[name]) for side in ("exporter", "importer"))
            return Member(own, "in", other)
        if name in book.definitions or name in book.lists:
            return self._use(name, at, scope)
        if name in book.places or name in book.sets:
            return Constants(self._widen(frozenset({name}), place=name in book.places))
        if name in book.tables:
            raise FaultError(at, f"'{name}' is a table", "range over it: any(... for row in " + name + ")")
        if not on_leg and name == "on":
            return Number(Path("leg", (), "on", "movement"), date=True)
        known = [
            *self.vocabulary.kinds.get(scope.me.kind, {}),
            *book.definitions,
            *book.lists,
            *book.places,
            *book.sets,
            *scope.names,
            *(LEG_ROWS if on_leg else ()),
        ]
        raise FaultError(at, f"'{name}' is not known here", nearest(name, known))

    def _use(self, name: str, at: int, scope: Scope) -> Meaning:
        """A definition named without arguments: of the same kind as `self`, or of the leg."""
        law = self.book.definitions.get(name) or self.book.lists[name]
        if isinstance(law, rb.Definition) and law.given:
            raise FaultError(at, f"'{name}' takes {', '.join(p for p, _ in law.given)}", f"write {name}({', '.join(p for p, _ in law.given)})")
        kind = "movement" if law.of in ("leg", "movement") else law.of
        if kind == scope.me.kind:
            return self.definition(name, Scope(scope.me, depth=scope.depth))
        if kind == "movement":
            if scope.me.root == "self":
                raise FaultError(at, f"'{name}' is true of a leg, not of a {scope.me.kind}")
            return self.definition(name, Scope.leg())
        raise FaultError(at, f"'{name}' is true of a {kind}", f"say of which: exporter.{name}" if kind == "party" else f"say of which: {kind}.{name}")

    def _own(self, name: str, record: Record) -> Meaning:
        """A fact of a record, or nothing if its kind has none of that name."""
        facts = self._facts(record.kind)
        if name in facts:
            return self._fact(facts[name], record)
        if name in IMPLIED and not record.kind.startswith("rows:"):
            return Code(record.path("@" + name))
        return Part(record, name) if any(f.startswith(name + ".") for f in facts) else None

    def _fact(self, fact: Known, record: Record) -> Meaning:
        path = record.path(fact.name)
        match fact.type:
            case "bool":
                return Fact(path)
            case "number":
                return Number(path, fact.quantum)
            case "date":
                return Number(path, date=True)
            case "code" | "place" | "text":
                return Code(path, fact.type == "place")
            case "codes" | "places" | "links":
                return SetPath(path, fact.type == "places")
            case "link":
                return Record(record.root, (*record.links, fact.name), fact.to)
            case "rows":
                return Rows(Relation(record.root, record.links, fact.name, f"rows:{record.kind}/{fact.name}"))

    def _attr(self, base: Expr, name: str, at: int, scope: Scope) -> Meaning:
        if isinstance(base, Name) and base.id == "reading" and "reading" not in scope.names:
            if name not in self.book.readings:
                raise FaultError(at, f"there is no reading '{name}'", nearest(name, self.book.readings))
            return Fact(Path("law", (), f"{self.book.regime}/reading.{name}", "law"))
        found = self._expr(base, scope)
        match found:
            case ConstRow(values, kinds):
                if name not in values:
                    raise FaultError(at, f"the row has no column '{name}'", nearest(name, kinds))
                return constant(values[name], kinds[name])
            case Record():
                own = self._own(name, found)
                if own is not None:
                    return own
                law = self.book.definitions.get(name) or self.book.lists.get(name)
                if law is not None and law.of == found.kind:
                    return self.definition(name, Scope(found, depth=scope.depth))
                known = [*self._facts(found.kind), *(d.name for d in self.book.definitions.values() if d.of == found.kind)]
                raise FaultError(at, f"a {noun(found.kind)} has no '{name}'", nearest(name, known))
            case Part(record, prefix):
                own = self._own(f"{prefix}.{name}", record)
                if own is None:
                    known = [f for f in self._facts(record.kind) if f.startswith(prefix + ".")]
                    raise FaultError(at, f"a {noun(record.kind)} has no '{prefix}.{name}'", nearest(f"{prefix}.{name}", known))
                return own
            case _:
                raise FaultError(at, f"{kind_of(found)} has no '{name}'")

    # -- loops -------------------------------------------------------------------------------------------------------

    def _comprehension(self, comp: Comp, scope: Scope) -> Meaning:
        if comp.name not in LOOPS:
            raise FaultError(comp.at, f"there is no '{comp.name}(... for ...)'", nearest(comp.name, LOOPS))
        unrolled = self._loops(comp.loops, scope, comp.at)
        match comp.name:
            case "any":
                return some(bind(loops, every((present, self._condition(comp, inner), self._truth(comp.body, inner)))) for loops, present, inner in unrolled)
            case "all":
                return every(
                    negation(bind(loops, every((present, self._condition(comp, inner), negation(self._truth(comp.body, inner))))))
                    for loops, present, inner in unrolled
                )
            case "set":
                return Pieces(tuple(p for loops, present, inner in unrolled for p in self._collect(comp, loops, present, inner)))
            case _:
                return self._numbers(comp, unrolled)

    def _condition(self, comp: Comp, scope: Scope) -> Condition:
        return self._truth(comp.condition, scope) if comp.condition is not None else ALWAYS

    def _collect(self, comp: Comp, loops: Loops, present: Condition, scope: Scope) -> list[Piece]:
        where = every((present, self._condition(comp, scope)))
        body = self._expr(comp.body, scope)
        match body:
            case Code() | SetPath() | Word() | Cases():
                return [Piece(loops, body, where)]
            case Constants(members):
                return [Piece(loops, Word(m), where) for m in sorted(members)]
            case Record():
                return [Piece(loops, Code(body.path("@id")), where)]
            case _:
                raise FaultError(comp.body.at, f"a set collects codes, and this is {kind_of(body)}")

    def _numbers(self, comp: Comp, unrolled: list[tuple[Loops, Condition, Scope]]) -> Number:
        if all(not loops for loops, _, _ in unrolled):
            if comp.name != "count":
                raise FaultError(comp.at, f"{comp.name} ranges over rows of the world")
            return Number(Tally(tuple(every((self._condition(comp, inner), self._truth(comp.body, inner))) for _, _, inner in unrolled)))
        if len(unrolled) != 1 or len(unrolled[0][0]) != 1:
            raise FaultError(comp.at, f"{comp.name} ranges over one relation")
        ((var, over),), present, inner = unrolled[0]
        where = every((present, self._condition(comp, inner)))
        if comp.name == "count":
            return Number(Count(over, var, every((where, self._truth(comp.body, inner)))))
        body = self._expr(comp.body, inner)
        if comp.name in ("latest", "earliest"):
            if not isinstance(body, Number) or not body.date:
                raise FaultError(comp.body.at, f"{comp.name} takes a date")
            return Number(Extreme(over, var, body.term, where, comp.name == "latest"), date=True)
        if not isinstance(body, Number) or body.date:
            raise FaultError(comp.body.at, "total sums a number")
        return Number(Total(over, var, body.term, where), body.quantum)

    def _loops(self, loops: tuple[tuple[str, Expr], ...], scope: Scope, at: int) -> list[tuple[Loops, Condition, Scope]]:
        """Every combination of constant rows, with the loops over the world that are left, and what makes their rows present."""
        found: list[tuple[Loops, Condition, Scope]] = [((), ALWAYS, scope)]
        for var, source in loops:
            found = [
                (done + bound, every((present, there)), deeper) for done, present, inner in found for bound, there, deeper in self._loop(var, source, inner)
            ]
            if len(found) > MAX_ROWS:
                raise FaultError(at, f"more than {MAX_ROWS} combinations of rows")
        return found

    def _loop(self, var: str, source: Expr, scope: Scope) -> list[tuple[Loops, Condition, Scope]]:
        if isinstance(source, Name) and source.id in self.book.tables and source.id not in scope.names:
            table = self.book.tables[source.id]
            known = [(law, row) for law, row in table.rows if law.known <= self.as_known]
            return [((), self.in_force(law), scope.with_records({var: ConstRow(row, table.columns)})) for law, row in known]
        rows = self._expr(source, scope)
        if isinstance(rows, SetPath) and (to := self._facts(rows.path.kind)[rows.path.fact].to):
            rows = Rows(Relation(rows.path.root, rows.path.links, rows.path.fact, to))
        if not isinstance(rows, Rows):
            raise FaultError(source.at, f"there is nothing to range over: this is {kind_of(rows)}")
        inner, root = scope.loop(var, rows.relation.kind)
        there: Condition = ALWAYS
        if rows.present == "kept":
            return [self._kept(var, root, rows.relation, scope, inner)]
        if rows.present:
            row = Record(root, (), rows.relation.kind)
            there = self._instrument_test(rows.present, row, source.at)
            if rows.present == "covers":
                there = every((there, self._instrument_test("live", row, source.at)))
        return [(((root, rows.relation),), there, inner)]

    def _kept(self, var: str, root: str, over: Relation, scope: Scope, inner: Scope) -> tuple[Loops, Condition, Scope]:
        """Fields that the leg keeps; of a course of dealing, those that any of its legs keeps."""
        loops: Loops = ((root, over),)
        leg = Record(over.root, over.links[:-1], "movement")
        field_root = root
        if over.source == "dealing":
            leg = Record(root, (), "movement")
            inner, field_root = replace(scope, depth=scope.depth + 1).loop(var, "rows:asset/fields")
            loops = (*loops, (field_root, Relation(root, ("asset",), "fields", "rows:asset/fields")))
        names = {"f": Record(field_root, (), "rows:asset/fields"), "leg": leg}
        return loops, self._truth(TESTS["kept"], Scope(leg, names)), inner
