"""Translates one expression in a scope: names are resolved, types checked, definitions inlined, tables and loops over constants unrolled."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count, pairwise
from typing import Final, TypeAlias, TypeVar

from comity.facts.value import MAX
from comity.facts.vocabulary import SETS
from comity.facts.vocabulary import Fact as Known
from comity.law import rulebook as rb
from comity.law.calls import LOOPS, Calls
from comity.law.compare import as_codes, combined, tested
from comity.law.condition import (
    ALWAYS,
    NEVER,
    NODES,
    UNSETTLED,
    Compare,
    Condition,
    Const,
    Extreme,
    Fact,
    Loops,
    Member,
    Path,
    Relation,
    Tally,
    Total,
    every,
    exists,
    negation,
    some,
)
from comity.law.mentions import recursive
from comity.law.regime import ON
from comity.law.scope import LEG, Codes, ConstRow, Held, Meaning, Number, Part, Piece, Record, Rows, Scope, among, kind_of, literal
from comity.text.expression import Attr, Binary, Call, Comp, Expr, ExpressionError, Joined, Lit, Name, SetLit, Unary, read_expression
from comity.text.source import nearest, spot

M = TypeVar("M")
Row: TypeAlias = tuple[Loops, Condition, Scope]
"""One turn of a loop: the loops over the world that are left, what makes their rows present, the names in reach."""
LEG_ROWS: Final = {
    "fields": ("fields", "rows:asset/fields", ("kept",)),
    "dealing": ("dealing", "movement", ("kept",)),
    "instruments": ("concerning", "instrument", ("covers", "live")),
    "concerning": ("concerning", "instrument", ("concerns",)),
    "measures": ("measures", "measure", ("live",)),
}
"""The relations of a leg: where their rows come from, of which kind they are, and what makes one be there at all."""
PAIRS: Final = {"same_entity": "@entity", "same_group": "@group"}
IMPLIED: Final = {"party": ("id", "entity")}
"""What every record has without a word in the vocabulary; any other only its `id`."""
MAX_ROWS: Final = 2_000
MAX_DEPTH: Final = 25


@dataclass
class Translator(Calls):
    """Everything one rulebook's expressions may mention."""

    as_known: int = MAX
    labels: dict[Condition, tuple[rb.Definition | rb.LawList, Record]] = field(default_factory=dict)
    laws: Mapping[str, rb.Definition | rb.LawList] = field(default_factory=dict)
    recursive: frozenset[str] = frozenset()
    _defined: dict[object, Meaning] = field(default_factory=dict)
    _fresh: Iterator[int] = field(default_factory=lambda: count(1_000, 1_000))

    def __post_init__(self) -> None:
        """Finds the definitions that rest on themselves."""
        self.laws = {**self.book.lists, **self.book.definitions}
        self.recursive, contrary = recursive(self.book.definitions)
        for name, other in contrary:
            hint = "a circle of definitions has a meaning only without 'not'"
            self.mistakes.add(self.laws[name].place, f"'{name}' rests on the contrary of '{other}', which rests on '{name}'", hint)

    # -- entry points ------------------------------------------------------------------------------------------------

    def truth(self, written: rb.Written, scope: Scope = LEG) -> Condition:
        """The condition that an expression is; a fault is noted and reads as unknown."""
        return self._noted(self._truth, written, scope) or UNSETTLED

    def meaning(self, written: rb.Written, scope: Scope = LEG) -> Meaning:
        """What an expression means; a fault is noted once, at its column."""
        return self._noted(self._expr, written, scope)

    def _noted(self, read: Callable[[Expr, Scope], M], written: rb.Written, scope: Scope) -> M | None:
        try:
            return read(written.expr or read_expression(written.text), scope)
        except ExpressionError as fault:
            self.mistakes.add(spot(written.place, written.text, fault.at or 0), fault.message, fault.suggestion)
            return None

    def definition(self, name: str, scope: Scope) -> Meaning:
        """What a definition or list means in a scope, dates included; each is translated once per scope."""
        key = (name, scope.me, tuple(scope.names.items()), scope.depth)
        if key not in self._defined:
            law = self.laws[name]
            if name in self.recursive:
                found: Meaning = Fact(scope.me.path(f"{self.book.regime}:{name}"))
            elif name in self._open:
                raise ExpressionError(f"'{name}' rests on itself: {' > '.join([*self._open[self._open.index(name) :], name])}")
            elif len(self._open) >= MAX_DEPTH:
                raise ExpressionError(f"'{name}' lies more than {MAX_DEPTH} definitions deep", "let definitions rest on fewer others")
            else:
                found = self.body(law, scope)
            if isinstance(found, NODES) and not isinstance(found, Const):
                self.labels.setdefault(found, (law, scope.me))
            self._defined[key] = found
        return self._defined[key]

    def body(self, law: rb.Definition | rb.LawList, scope: Scope) -> Meaning:
        """The meaning of a definition's own words, and of the days on which it is law."""
        self._open.append(law.name)
        if isinstance(law, rb.LawList):
            found: Meaning = self._list(law, scope)
        else:
            found = self.meaning(law.body, scope) if law.body is not None else self._cases(law, scope)
        self._open.pop()
        force = self.in_force(law)
        if isinstance(found, Codes):
            return Codes(tuple(replace(piece, condition=every((force, piece.condition))) for piece in found.pieces), found.many)
        if isinstance(found, NODES):
            return every((force, found))
        if law.timeline and found is not None:
            self.mistakes.add(law.place, f"'{law.name}' is {kind_of(found)}, which is not law on some days only", "date the provisions that rest on it")
        return found

    def _cases(self, law: rb.Definition, scope: Scope) -> Codes:
        whens = [self.truth(written, scope) if written else ALWAYS for written, _ in law.cases]
        pieces = ((code, every((when, *map(negation, whens[:i])))) for i, ((_, code), when) in enumerate(zip(law.cases, whens, strict=True)))
        return Codes(tuple(Piece(frozenset({code}), condition) for code, condition in pieces))

    def _list(self, law: rb.LawList, scope: Scope) -> Condition:
        subject = self._noted(self._codes, law.match, scope) if law.match else None
        place = subject is not None and isinstance(subject.alone, Held) and subject.alone.place
        rows = []
        for row in (row for row in law.rows if row.known <= self.as_known):
            try:
                named = tested(subject, "overlaps", among(self._widen(row.members, place=place))) if subject else ALWAYS
            except ExpressionError as fault:
                self.mistakes.add(row.place, fault.message, fault.suggestion)
                continue
            rows.append(every((self.in_force(row), named, self.truth(row.condition, scope) if row.condition else ALWAYS)))
        return some(rows)

    def _widen(self, members: frozenset[str], *, place: bool) -> frozenset[str]:
        """Members with the rulebook's named sets written out."""
        named = self.book.places if place else self.book.sets
        found, open_ = set(members), list(members)
        while open_:
            more = named.get(open_.pop(), frozenset()) - found
            found |= more
            open_ += more
        return frozenset(m for m in found if m not in named or m in named[m])

    def in_force(self, law: rb.Law) -> Condition:
        """The days on which a row is law, as was known; presumed and unenforced stretches are open questions of law."""
        if not law.timeline:
            return ALWAYS if law.known <= self.as_known else NEVER
        rows = {span.since: span.status for span in sorted(law.timeline, key=lambda span: span.known) if span.known <= self.as_known}
        open_ = Fact(Path("law", (), f"{self.book.regime}/{law.path}", "law"))
        means: dict[str, Condition] = {"stands": ALWAYS, "silent": NEVER, "open": open_}
        parts = []
        for since, until in pairwise((*sorted(rows), MAX)):
            days = every((Compare(ON, ">=", since) if since > -MAX else ALWAYS, Compare(ON, "<", until) if until < MAX else ALWAYS))
            parts.append(every((days, means[rb.STATUS[rows[since]]])))
        return some(parts)

    # -- expressions -------------------------------------------------------------------------------------------------

    def _expr(self, expr: Expr, scope: Scope) -> Meaning:
        try:
            return self._meaning(expr, scope)
        except ExpressionError as fault:
            fault.at = expr.at if fault.at is None else fault.at
            raise

    def _meaning(self, expr: Expr, scope: Scope) -> Meaning:
        match expr:
            case Name(_, id_):
                return self._name(id_, scope)
            case Attr(_, base, name):
                return self._attr(base, name, scope)
            case Lit(_, _, value):
                return literal(value)
            case SetLit(_, items):
                return among(items)
            case Unary(_, part):
                return negation(self._truth(part, scope))
            case Joined(_, op, parts):
                return (every if op == "and" else some)(self._truth(part, scope) for part in parts)
            case Binary(_, op, left, right):
                return combined(self._expr(left, scope), op, self._expr(right, scope))
            case Call():
                return self._call(expr, scope)
            case Comp():
                return self._comprehension(expr, scope)

    def _truth(self, expr: Expr, scope: Scope) -> Condition:
        found = self._expr(expr, scope)
        if found is None:  # its own fault is noted already
            return UNSETTLED
        if not isinstance(found, NODES):
            raise ExpressionError(f"a condition is expected here, and this is {kind_of(found)}", at=expr.at)
        return found

    def _codes(self, expr: Expr, scope: Scope) -> Codes:
        return as_codes(self._expr(expr, scope), expr.at)

    # -- names -------------------------------------------------------------------------------------------------------

    def _name(self, name: str, scope: Scope) -> Meaning:
        book, me = self.book, scope.me
        on_leg = me.kind == "movement"
        if name in scope.names:
            return scope.names[name]
        if name == "self":
            return me
        if on_leg and name in LEG_ROWS:
            source, kind, tests = LEG_ROWS[name]
            return Rows(Relation(me.root, (*me.links, "asset") if name == "fields" else me.links, source, kind), tests)
        if (found := self._own(name, me)) is not None:
            return found
        if on_leg and name in PAIRS:
            exporter, importer = (Path("leg", (side,), PAIRS[name], "party") for side in ("exporter", "importer"))
            return Member(exporter, "in", importer)
        if name in self.laws:
            return self._use(self.laws[name], scope)
        if name in book.places or name in book.sets:
            return among(self._widen(frozenset({name}), place=name in book.places))
        if name in book.tables:
            raise ExpressionError(f"'{name}' is a table", "range over it: any(... for row in " + name + ")")
        if name == "on":
            return self._own(name, LEG.me)
        known = [*self.vocabulary.of(me.kind), *self.laws, *book.places, *book.sets, *scope.names, *(LEG_ROWS if on_leg else ())]
        raise ExpressionError(f"'{name}' is not known here", nearest(name, known))

    def _use(self, law: rb.Definition | rb.LawList, scope: Scope) -> Meaning:
        """A definition named without arguments: of the same kind as `self`, or of the leg."""
        name, kind = law.name, Scope.of(law.of).me.kind
        if law.given:
            given = ", ".join(param for param, _ in law.given)
            raise ExpressionError(f"'{name}' takes {given}", f"write {name}({given})")
        if kind == scope.me.kind:
            return self.definition(name, Scope(scope.me, depth=scope.depth))
        if kind != "movement":
            raise ExpressionError(f"'{name}' is true of a {kind}", f"say of which: {'exporter' if kind == 'party' else kind}.{name}")
        if scope.me.root == "self":
            raise ExpressionError(f"'{name}' is true of a leg, not of a {scope.me.kind}")
        return self.definition(name, LEG)

    def _own(self, name: str, record: Record) -> Meaning:
        """A fact of a record, or nothing if its kind has none of that name."""
        facts = self.vocabulary.of(record.kind)
        if name in facts:
            return self._fact(facts[name], record)
        if name in IMPLIED.get(record.kind, () if record.kind.startswith("rows:") else ("id",)):
            return Codes((Piece(Held(record.path("@" + name))),))
        return Part(record, name) if any(f.startswith(name + ".") for f in facts) else None

    def _fact(self, fact: Known, record: Record) -> Meaning:
        path = record.path(fact.name)
        match fact.type:
            case "bool":
                return Fact(path)
            case "number" | "date":
                return Number(path, fact.quantum, date=fact.type == "date")
            case "link":
                return Record(record.root, (*record.links, fact.name), fact.to)
            case "rows":
                return Rows(Relation(record.root, record.links, fact.name, f"rows:{record.kind}/{fact.name}"))
            case _:
                many = fact.type in SETS
                return Codes((Piece(Held(path, many, fact.type in ("place", "places"), fact.domain)),), many)

    def _attr(self, base: Expr, name: str, scope: Scope) -> Meaning:
        if isinstance(base, Name) and base.id == "reading" and "reading" not in scope.names:
            if name not in self.book.readings:
                raise ExpressionError(f"there is no reading '{name}'", nearest(name, self.book.readings))
            return Fact(Path("law", (), f"{self.book.regime}/reading.{name}", "law"))
        record = self._expr(base, scope)
        if isinstance(record, ConstRow):
            if name not in record.values:
                raise ExpressionError(f"the row has no column '{name}'", nearest(name, record.values))
            return literal(record.values[name])
        if isinstance(record, Part):
            name, record = f"{record.prefix}.{name}", record.record
        if not isinstance(record, Record):
            raise ExpressionError(f"{kind_of(record)} has no '{name}'")
        if (found := self._own(name, record)) is not None:
            return found
        of_kind = [law.name for law in self.laws.values() if law.of == record.kind]
        if name in of_kind:
            return self.definition(name, Scope(record, depth=scope.depth))
        noun = "row of " + record.kind.partition("/")[2] if record.kind.startswith("rows:") else record.kind
        raise ExpressionError(f"the {noun} has no '{name}'", nearest(name, [*self.vocabulary.of(record.kind), *of_kind]))

    # -- loops -------------------------------------------------------------------------------------------------------

    def _comprehension(self, comp: Comp, scope: Scope) -> Meaning:
        if comp.name not in LOOPS:
            raise ExpressionError(f"there is no '{comp.name}(... for ...)'", nearest(comp.name, LOOPS))
        scope = replace(scope, depth=next(self._fresh)) if comp.name in ("latest", "earliest") else scope  # what it is compared with is told within its rows
        rows = [(loops, (there, self._truth(comp.condition, inner) if comp.condition else ALWAYS), inner) for loops, there, inner in self._loops(comp, scope)]
        match comp.name:
            case "any":
                return some(exists(loops, every((*there, self._truth(comp.body, inner)))) for loops, there, inner in rows)
            case "all":
                return every(negation(exists(loops, every((*there, negation(self._truth(comp.body, inner)))))) for loops, there, inner in rows)
            case "set":
                found = [(loops, every(there), piece) for loops, there, inner in rows for piece in self._codes(comp.body, inner).pieces]
                return Codes(tuple(Piece(p.codes, every((where, p.condition)), loops + p.loops) for loops, where, p in found), many=True)
            case _:
                return self._number(comp, rows)

    def _number(self, comp: Comp, rows: list[tuple[Loops, tuple[Condition, Condition], Scope]]) -> Number:
        counts = comp.name == "count"
        if counts and not any(loops for loops, _, _ in rows):
            return Number(Tally(tuple(every((*there, self._truth(comp.body, inner))) for _, there, inner in rows)))
        if len(rows) != 1 or len(rows[0][0]) != 1:
            raise ExpressionError(f"{comp.name} ranges over one relation of the world")
        ((var, over),), there, inner = rows[0]
        where = every(there)
        if counts:
            return Number(Total(over, var, 1, every((where, self._truth(comp.body, inner)))))
        body = self._expr(comp.body, inner)
        if not isinstance(body, Number) or body.date == (comp.name == "total"):
            raise ExpressionError("total sums a number" if comp.name == "total" else f"{comp.name} takes a date", at=comp.body.at)
        if body.date:
            return Number(Extreme(over, var, body.term, where, ">" if comp.name == "latest" else "<"), date=True)
        return Number(Total(over, var, body.term, where), body.quantum)  # type: ignore[arg-type]  # no day

    def _loops(self, comp: Comp, scope: Scope) -> list[Row]:
        """Every combination of constant rows, and of the loops over the world that are left."""
        found: list[Row] = [((), ALWAYS, scope)]
        for var, source in comp.loops:
            found = [(done + more, every((present, there)), deeper) for done, present, inner in found for more, there, deeper in self._loop(var, source, inner)]
            if len(found) > MAX_ROWS:
                raise ExpressionError(f"more than {MAX_ROWS} combinations of rows")
        return found

    def _loop(self, var: str, source: Expr, scope: Scope) -> list[Row]:
        if isinstance(source, Name) and source.id in self.book.tables and source.id not in scope.names:
            return [((), self.in_force(law), scope.bound(var, ConstRow(row))) for law, row in self.book.tables[source.id].rows if law.known <= self.as_known]
        rows = self._expr(source, scope)
        links = rows.alone if isinstance(rows, Codes) else None
        if isinstance(links, Held) and links.many and (to := self.vocabulary.of(links.path.kind)[links.path.fact].to):
            rows = Rows(Relation(links.path.root, links.path.links, links.path.fact, to))
        if not isinstance(rows, Rows):
            raise ExpressionError(f"there is nothing to range over: this is {kind_of(rows)}", at=source.at)
        over, leg = rows.relation, scope.me
        inner, row = scope.loop(var, over.kind)
        loops: Loops = ((row.root, over),)
        if over.source == "dealing":  # of a course of dealing, the fields that any of its legs keeps
            leg = row
            inner, row = replace(scope, depth=scope.depth + 1).loop(var, "rows:asset/fields")
            loops = (*loops, (row.root, Relation(leg.root, ("asset",), "fields", row.kind)))
        return [(loops, every(self._present(test, row, leg) for test in rows.tests), inner)]
