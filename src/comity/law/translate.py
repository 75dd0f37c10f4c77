"""Translates one expression in a scope: names are resolved, types checked, definitions inlined, tables and loops over constants unrolled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final, TypeAlias

from comity.facts.source import Mistakes, nearest
from comity.facts.value import FALSE, TRUE
from comity.facts.vocabulary import Fact as Known
from comity.facts.vocabulary import Vocabulary
from comity.law import rulebook as rb
from comity.law.condition import (
    ALWAYS,
    NEVER,
    NODES,
    UNSETTLED,
    After,
    Compare,
    Condition,
    Const,
    Count,
    Counted,
    Exists,
    Extreme,
    Fact,
    Member,
    Mode,
    Path,
    Plus,
    Relation,
    Share,
    Tally,
    Total,
    every,
    negation,
    some,
)
from comity.law.expression import Attr, Binary, Call, Comp, Expr, Lit, Name, SetLit, Unary, read_expression
from comity.law.reader import spot
from comity.law.scope import Cases, Code, Constants, ConstRow, Exact, Meaning, Number, Part, Piece, Pieces, Record, Rows, Scope, SetPath, Types, Word

if TYPE_CHECKING:
    from comity.law.lower import _Lowering

_Loops: TypeAlias = tuple[tuple[str, Relation], ...]
LEG_ROWS: Final = {"fields": "rows:asset/fields", "dealing": "movement", "instruments": "instrument", "concerning": "instrument", "measures": "measure"}
PRESENT: Final = {"fields": "kept", "dealing": "kept", "instruments": "covers", "concerning": "concerns", "measures": "live"}
"""What makes a row of a relation of the leg be there at all."""
KEPT: Final = "f.kind in leg.fields or f.name in leg.fields"
LIVE: Final = "on >= i.since and on < i.until"
CONCERNS: Final = "exporter.id in i.exporters and importer.id in i.importers and asset.id in i.assets and id in i.movements"
COVERS: Final = (
    CONCERNS + " and purpose.kind in i.purposes and destination in i.places and deal.mode in i.modes and not population.persons > i.persons_max"
    " and all(f.kind in i.fields or f.name in i.fields for f in fields)"
)
"""An instrument *concerns* a leg of its own parties and matter; it *covers* it inside every limit it names. Law-free, so written here."""
PAIRS: Final = {"same_entity": "entity", "same_group": "group"}
IMPLIED: Final = ("id", "entity", "group")
LOOPS: Final = ("any", "all", "count", "total", "set", "latest", "earliest")
UNITS: Final = ("days", "workdays", "months", "years")
MAX_ROWS: Final = 2_000


class _Fault(Exception):
    def __init__(self, at: int, message: str, suggestion: str = "") -> None:
        super().__init__(message)
        self.at, self.message, self.suggestion = at, message, suggestion


@dataclass
class Translator:
    """Everything one rulebook's expressions may mention."""

    book: rb.Rulebook
    vocabulary: Vocabulary
    mistakes: Mistakes
    lowering: _Lowering
    stands: Mapping[str, Condition] = field(default_factory=dict)
    _memo: dict[object, Meaning] = field(default_factory=dict)
    _open: list[str] = field(default_factory=list)
    _where: list[rb.Written] = field(default_factory=list)
    _counts: dict[str, int] = field(default_factory=dict)
    recursive: frozenset[str] = frozenset()
    labels: dict[Condition, tuple[rb.Definition | rb.LawList, Record]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.recursive = self._find_recursive()
        leg = Scope.leg().with_records({"i": Record("row0", (), "instrument")})
        self._tests = {name: read_expression(text) for name, text in (("live", LIVE), ("covers", COVERS), ("concerns", CONCERNS), ("kept", KEPT))}
        self._leg = leg

    # -- entry points ------------------------------------------------------------------------------------------------

    def truth(self, written: rb.Written, scope: Scope) -> Condition:
        """The condition that an expression is; a fault is noted and reads as unknown."""
        found = self.meaning(written, scope)
        if found is None:
            return UNSETTLED
        if not isinstance(found, NODES):
            self.mistakes.add(written.place, f"a condition is expected, and this is {_kind(found)}")
            return UNSETTLED
        return found

    def meaning(self, written: rb.Written, scope: Scope) -> Meaning:
        """What an expression means; a fault is noted once, at its column."""
        self._where.append(written)
        try:
            return self._expr(written.expr, scope)
        except _Fault as fault:
            self.mistakes.add(spot(written.place, written.text, fault.at), fault.message, fault.suggestion)
            return None
        finally:
            self._where.pop()

    def definition(self, name: str, scope: Scope) -> Meaning:
        """What a definition or list means in a scope, dates included; each is translated once per scope."""
        key = (name, scope.me, tuple((k, v) for k, v in sorted(scope.names.items()) if isinstance(v, Record)))
        if key in self._memo:
            return self._memo[key]
        law = self.book.definitions.get(name) or self.book.lists[name]
        if name in self.recursive:
            found: Meaning = Fact(scope.me.path(f"{self.book.regime}:{name}"))
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
        force = self.lowering.in_force(law)
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
            if row.known > self.lowering.as_known:
                continue
            named = ALWAYS
            if subject is not None:
                place = isinstance(subject, (Code, SetPath)) and subject.place
                named = self._test(subject, "in", self._widen(row.members, place=place), 0)
            condition = self.truth(row.condition, scope) if row.condition else ALWAYS
            rows.append(every((self.lowering.in_force(row), named, condition)))
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

    def _find_recursive(self) -> frozenset[str]:
        """Definitions of one kind that rest on themselves through others of that kind: least fixed points over records."""
        uses = {
            name: {n for n in _names(d.body.expr) if n in self.book.definitions and self.book.definitions[n].of == d.of}
            for name, d in self.book.definitions.items()
            if d.of == "party" and d.body is not None and not d.given
        }
        reach = {name: set(direct) for name, direct in uses.items()}
        changed = True
        while changed:
            changed = False
            for found in reach.values():
                more = set().union(*(reach.get(n, set()) for n in found)) - found
                if more:
                    found |= more
                    changed = True
        recursive = frozenset(name for name, found in reach.items() if name in found)
        for name in recursive:
            law = self.book.definitions[name]
            for other in sorted(_denied(law.body.expr, denied=False) & recursive if law.body else ()):
                if name in reach[other]:
                    self.mistakes.add(
                        law.place,
                        f"'{name}' rests on the contrary of '{other}', which rests on '{name}'",
                        "a circle of definitions has a meaning only without 'not'",
                    )
        return recursive

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
                    return Number(int(value), date=True)  # type: ignore[arg-type]  # a day number
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
            raise _Fault(expr.at, f"a condition is expected here, and this is {_kind(found)}")
        return found

    def _binary(self, op: str, left: Expr, right: Expr, at: int, scope: Scope) -> Meaning:
        match op:
            case "and" | "or":
                parts = [self._truth(part, scope) for part in _chain(left, op, right)]
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
            raise _Fault(at, f"'{name}' is a table", "range over it: any(... for row in " + name + ")")
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
        raise _Fault(at, f"'{name}' is not known here", nearest(name, known))

    def _use(self, name: str, at: int, scope: Scope) -> Meaning:
        """A definition named without arguments: of the same kind as `self`, or of the leg."""
        law = self.book.definitions.get(name) or self.book.lists[name]
        if isinstance(law, rb.Definition) and law.given:
            raise _Fault(at, f"'{name}' takes {', '.join(p for p, _ in law.given)}", f"write {name}({', '.join(p for p, _ in law.given)})")
        kind = "movement" if law.of in ("leg", "movement") else law.of
        if kind == scope.me.kind:
            return self.definition(name, Scope(scope.me))
        if kind == "movement":
            if scope.me.root == "self":
                raise _Fault(at, f"'{name}' is true of a leg, not of a {scope.me.kind}")
            return self.definition(name, Scope.leg())
        raise _Fault(at, f"'{name}' is true of a {kind}", f"say of which: exporter.{name}" if kind == "party" else f"say of which: {kind}.{name}")

    def _own(self, name: str, record: Record) -> Meaning:
        """A fact of a record, or nothing if its kind has none of that name."""
        facts = self._facts(record.kind)
        if name in facts:
            return self._fact(facts[name], record)
        if name in IMPLIED and not record.kind.startswith("rows:"):
            return Code(record.path("@" + name))
        return Part(record, name) if any(f.startswith(name + ".") for f in facts) else None

    def _facts(self, kind: str) -> Mapping[str, Known]:
        if kind.startswith("rows:"):
            owner, _, rows = kind[5:].partition("/")
            return self.vocabulary.kinds[owner][rows].columns
        return self.vocabulary.kinds.get(kind, {})

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
                raise _Fault(at, f"there is no reading '{name}'", nearest(name, self.book.readings))
            return Fact(Path("law", (), f"{self.book.regime}/reading.{name}", "law"))
        found = self._expr(base, scope)
        match found:
            case ConstRow(values, kinds):
                if name not in values:
                    raise _Fault(at, f"the row has no column '{name}'", nearest(name, kinds))
                return _constant(values[name], kinds[name])
            case Record():
                own = self._own(name, found)
                if own is not None:
                    return own
                law = self.book.definitions.get(name) or self.book.lists.get(name)
                if law is not None and law.of == found.kind:
                    return self.definition(name, Scope(found))
                known = [*self._facts(found.kind), *(d.name for d in self.book.definitions.values() if d.of == found.kind)]
                raise _Fault(at, f"a {_noun(found.kind)} has no '{name}'", nearest(name, known))
            case Part(record, prefix):
                own = self._own(f"{prefix}.{name}", record)
                if own is None:
                    known = [f for f in self._facts(record.kind) if f.startswith(prefix + ".")]
                    raise _Fault(at, f"a {_noun(record.kind)} has no '{prefix}.{name}'", nearest(f"{prefix}.{name}", known))
                return own
            case _:
                raise _Fault(at, f"{_kind(found)} has no '{name}'")

    # -- comparisons -------------------------------------------------------------------------------------------------

    def _comparison(self, op: str, left: Meaning, right: Meaning, at: int) -> Condition:
        if op in ("==", "!="):
            same = self._same(left, right, at)
            return same if op == "==" else negation(same)
        if _is_set(left) or _is_set(right):
            if op == "<=":
                return self._test(left, "within", right, at)
            if op == ">=":
                return self._test(left, "contains", right, at)
            raise _Fault(at, f"'{op}' does not compare sets", "write '<=' for 'every member is in', '>=' for 'has every member of'")
        first, op, second = self._ordered(left, op, right, at)
        return Compare(first.term, op, second.term)  # type: ignore[arg-type]  # one of the five

    def _ordered(self, left: Meaning, op: str, right: Meaning, at: int) -> tuple[Number, str, Number]:
        """Two numbers in the same quanta, the first of them not constant."""
        if isinstance(left, Exact) and isinstance(right, Number):
            left, right, op = right, left, {"<": ">", ">": "<", "<=": ">=", ">=": "<="}.get(op, op)
        if isinstance(left, Number) and isinstance(right, Exact):
            if left.date:
                raise _Fault(at, "a date is compared with a number", "write a day such as 2026-03-01")
            quanta = right.value / left.quantum
            if quanta.denominator != 1:
                raise _Fault(at, f"{float(right.value):g} is finer than this fact can show", f"its smallest step is {float(left.quantum):g}")
            return left, op, Number(int(quanta), left.quantum)
        if isinstance(left, Number) and isinstance(right, Number):
            if left.date != right.date or left.quantum != right.quantum:
                raise _Fault(at, "these two are not measured alike")
            if isinstance(left.term, int):
                return right, {"<": ">", ">": "<", "<=": ">=", ">=": "<="}.get(op, op), left
            return left, op, right
        raise _Fault(at, f"{_kind(left)} is not compared with {_kind(right)} by '{op}'")

    def _same(self, left: Meaning, right: Meaning, at: int) -> Condition:
        if isinstance(left, (Number, Exact)) and isinstance(right, (Number, Exact)):
            first, _, second = self._ordered(left, "==", right, at)
            return Compare(first.term, "==", second.term)
        if isinstance(left, NODES) and isinstance(right, NODES):
            return some((every((left, right)), every((negation(left), negation(right)))))
        if _is_set(left) or _is_set(right):
            raise _Fault(at, "sets are not compared by '=='", "write 'A <= B and A >= B'")
        if isinstance(left, Word) and not isinstance(right, Word):
            left, right = right, left
        return self._contains(left, right, at)

    def _contains(self, left: Meaning, right: Meaning, at: int) -> Condition:
        """`left in right`, the left a code or record."""
        if isinstance(left, Record):
            left = Code(left.path("@id"))
        if isinstance(right, Record):
            right = Code(right.path("@id"))
        if isinstance(left, Word) and _is_set(right) and not isinstance(right, Constants):
            return self._test(right, "overlaps", Constants(frozenset({left.code})), at)
        if _is_set(left):
            raise _Fault(at, "a set is not a member of a set", "write overlaps(A, B) or A <= B")
        return self._test(left, "in", right, at)

    def _test(self, left: Meaning, mode: Mode, right: Meaning | frozenset[str], at: int) -> Condition:
        """A membership test between any two of: code, constant, set."""
        among = right if isinstance(right, frozenset) else _constants(right)
        if among is None and isinstance(right, Cases) and isinstance(left, (Code, Word)):
            return some(every((when, self._test(left, mode, frozenset({code}), at))) for when, code in right.rows)
        match left:
            case Word(code):
                if among is not None:
                    return Const(TRUE if code in among else FALSE)
            case Cases(rows):
                return some(every((when, self._test(Word(code), mode, right, at))) for when, code in rows)
            case Constants(members):
                if isinstance(right, SetPath) and mode == "overlaps":
                    return Member(right.path, "overlaps", members, right.place)
                if among is not None:
                    return Const(TRUE if {"overlaps": bool(members & among), "within": members <= among, "contains": members >= among}[mode] else FALSE)
                if mode == "within":
                    return self._test(right, "contains", Constants(members), at)  # type: ignore[arg-type]  # not a frozenset here
                if mode == "overlaps":
                    return self._test(right, "overlaps", Constants(members), at)  # type: ignore[arg-type]  # not a frozenset here
            case Code(path, place) | SetPath(path, place):
                if isinstance(left, SetPath) and mode == "in":
                    mode = "overlaps"
                if among is not None:
                    self._check_words(path, among, at)
                    return Member(path, mode, among, place)
                if isinstance(right, (Code, SetPath)):
                    return Member(path, mode, right.path, place and right.place)
                if isinstance(right, Pieces) and mode == "in":
                    return some(self._in_piece(left, piece, at) for piece in right.pieces)
            case Pieces(pieces):
                return self._pieces_test(pieces, mode, right, among, at)
            case Rows() | Record() | Number() | Exact() | ConstRow() | Part() | None:
                pass
        raise _Fault(at, f"{_kind(left)} cannot be tested against {_kind(right) if not isinstance(right, frozenset) else 'a set'} here")

    def _pieces_test(self, pieces: tuple[Piece, ...], mode: Mode, right: Meaning | frozenset[str], among: frozenset[str] | None, at: int) -> Condition:
        if mode == "contains":
            if among is None:
                raise _Fault(at, "'>=' needs a constant set on its right here")
            return every(self._pieces_test(pieces, "overlaps", frozenset({code}), frozenset({code}), at) for code in sorted(among))
        if mode == "within":
            outside = [_wrap(p, negation(self._test(p.element, "in" if not isinstance(p.element, SetPath) else "within", right, at))) for p in pieces]
            return every(negation(o) for o in outside)
        return some(_wrap(p, self._test(p.element, "in" if not isinstance(p.element, SetPath) else "overlaps", right, at)) for p in pieces)

    def _in_piece(self, left: Code | SetPath, piece: Piece, at: int) -> Condition:
        inner = self._test(left, "in", _as_set(piece.element), at) if not isinstance(piece.element, Cases) else self._test(piece.element, "in", left, at)
        return _wrap(piece, inner)

    def _check_words(self, path: Path, among: frozenset[str], at: int) -> None:
        """A closed list of codes cannot hold a word that is not on it: almost always a slip."""
        fact = self._facts(path.kind).get(path.fact) if not path.fact.startswith("@") else None
        if fact is None or fact.domain is None:
            return
        for word in sorted(among - fact.domain):
            raise _Fault(at, f"'{word}' is not a word for '{fact.name}'", nearest(word, fact.domain) or "it may be " + ", ".join(sorted(fact.domain)[:12]))

    # -- calls -------------------------------------------------------------------------------------------------------

    def _call(self, name: str, args: tuple[Expr, ...], named: dict[str, Expr], at: int, scope: Scope) -> Meaning:
        if name in self.book.definitions and self.book.definitions[name].given:
            return self._apply(self.book.definitions[name], args, at, scope)
        calls: dict[str, tuple[int, tuple[str, ...], Callable[..., Meaning]]] = {
            "overlaps": (2, (), self._overlaps),
            "when": (2, (), self._when),
            "size": (1, (), self._size),
            "after": (4, (), self._after),
            "share": (0, ("by", "through"), self._share),
            "counted": (1, ("where", "key", "window"), self._counted),
            "lifted": (1, (), self._lifted),
            "covers": (1, (), self._covers),
            "live": (1, (), self._live),
            "concerns": (1, (), self._concerns),
        }
        if name not in calls:
            raise _Fault(at, f"there is no '{name}(...)'", nearest(name, (*calls, *LOOPS, *self.book.definitions)))
        count, names, build = calls[name]
        if len(args) not in ((3, 4) if name == "after" else (count,)):
            raise _Fault(at, f"'{name}' takes {count} value{'s' if count != 1 else ''} in brackets, not {len(args)}")
        for key in named:
            if key not in names:
                raise _Fault(at, f"'{name}' has no '{key}='", nearest(key, names))
        return build(args, named, at, scope)

    def _apply(self, law: rb.Definition, args: tuple[Expr, ...], at: int, scope: Scope) -> Meaning:
        if len(args) != len(law.given):
            raise _Fault(at, f"'{law.name}' takes {', '.join(p for p, _ in law.given)}")
        records: dict[str, Record | ConstRow] = {}
        for arg, (param, kind) in zip(args, law.given, strict=True):
            record = self._expr(arg, scope)
            if not isinstance(record, Record) or record.kind != kind:
                raise _Fault(arg.at, f"'{param}' is a {kind}, and this is {_kind(record)}")
            records[param] = record
        return self.definition(law.name, Scope(Record("leg", (), "movement"), records))

    def _overlaps(self, args: tuple[Expr, ...], _: object, at: int, scope: Scope) -> Condition:
        left, right = (self._expr(a, scope) for a in args)
        if not _is_set(left) or not _is_set(right):
            raise _Fault(at, "overlaps takes two sets", "write 'x in S' for a single code")
        if isinstance(left, (Constants, SetPath)) and isinstance(right, Pieces):
            left, right = right, left
        return self._test(left, "overlaps", right, at)

    def _when(self, args: tuple[Expr, ...], _: object, at: int, scope: Scope) -> Pieces:
        word = self._expr(args[0], scope)
        if not isinstance(word, Word):
            raise _Fault(at, "when takes a code and a condition", "write when('code', condition)")
        return Pieces((Piece((), word, self._truth(args[1], scope)),))

    def _size(self, args: tuple[Expr, ...], _: object, at: int, scope: Scope) -> Number:
        pieces = self._pieces(self._expr(args[0], scope), at)
        words = sorted(set().union(*(self._domain(p) or set() for p in pieces)))
        if any(self._domain(p) is None for p in pieces) or not words:
            raise _Fault(at, "the size of a set needs members drawn from constants", "add 'if x.kind in SOME_SET'")
        return Number(Tally(tuple(self._pieces_test(pieces, "overlaps", frozenset({w}), frozenset({w}), at) for w in words)))

    def _domain(self, piece: Piece) -> set[str] | None:
        """The codes an element may be, where its own condition or its closed list says so."""
        match piece.element:
            case Word(code):
                return {code}
            case Cases(rows):
                return {code for _, code in rows}
            case Code(path, _) | SetPath(path, _):
                for part in piece.condition.parts if hasattr(piece.condition, "parts") else (piece.condition,):
                    if isinstance(part, Member) and part.left is path and part.mode in ("in", "within") and isinstance(part.right, frozenset):
                        return set(part.right)
                fact = self._facts(path.kind).get(path.fact)
                return set(fact.domain) if fact and fact.domain else None

    def _after(self, args: tuple[Expr, ...], _: object, at: int, scope: Scope) -> Number:
        start, n = self._expr(args[0], scope), self._expr(args[1], scope)
        unit = args[2].id if isinstance(args[2], Name) else ""
        place = self._expr(args[3], scope) if len(args) > 3 else Word("")
        if not isinstance(start, Number) or not start.date or not isinstance(n, Exact) or n.value.denominator != 1 or not isinstance(place, Word):
            raise _Fault(at, "after takes a date, a whole number, a unit and, for workdays, a place", "write after(signed_on, 10, workdays, 'XX')")
        if unit not in UNITS:
            raise _Fault(args[2].at, "the unit is days, workdays, months or years", nearest(unit, UNITS))
        if unit == "workdays" and not place.code:
            raise _Fault(at, "workdays are those of a place", "write after(signed_on, 10, workdays, 'XX')")
        return Number(After(start.term, int(n.value), unit, place.code), date=True)

    def _share(self, _: object, named: dict[str, Expr], at: int, scope: Scope) -> Number:
        if scope.me.kind != "party" or "by" not in named:
            raise _Fault(at, "share(by=...) belongs into a definition of a party")
        through = named.get("through")
        by = self._truth(named["by"], Scope(Record("self", (), "party")))
        quantum = self.vocabulary.kinds["party"]["owners"].columns["share"].quantum
        return Number(Share(scope.me.root, scope.me.links, by, isinstance(through, Name) and through.id == "product"), quantum)

    def _counted(self, args: tuple[Expr, ...], named: dict[str, Expr], at: int, scope: Scope) -> Number:
        unit = args[0].id if isinstance(args[0], Name) else ""
        if unit not in ("persons", "devices"):
            raise _Fault(at, "counted takes persons or devices")
        key_expr = named.get("key")
        key = tuple(_dotted(k) for k in key_expr.args) if isinstance(key_expr, Call) else ("exporter", "importer")
        window = named.get("window")
        span: tuple[str, int] = ("always", 0)
        if isinstance(window, Name):
            span = (window.id, 0)
        elif isinstance(window, Call) and window.args and isinstance(window.args[0], Lit) and isinstance(window.args[0].value, Fraction):
            span = (window.name, int(window.args[0].value))
        if span[0] not in ("always", "year", "months"):
            raise _Fault(at, "the window is always, year or months(12)")
        where = self._truth(named["where"], Scope.leg() if scope.me.kind == "movement" and not scope.names else scope) if "where" in named else ALWAYS
        name = f"{self.book.regime}/{self._open[-1]}" if self._open else self.book.regime
        return Number(Counted(name, unit, where, key, span))

    def _lifted(self, args: tuple[Expr, ...], _: object, at: int, scope: Scope) -> Condition:
        path = self._expr(args[0], scope)
        if not isinstance(path, Word) or path.code not in self.stands:
            raise _Fault(at, "lifted takes the path of a prohibition of this rulebook, in a duty", nearest(getattr(path, "code", ""), self.stands))
        return negation(self.stands[path.code])

    def _covers(self, args: tuple[Expr, ...], _: object, at: int, scope: Scope) -> Condition:
        return self._instrument_test("covers", self._expr(args[0], scope), at)

    def _live(self, args: tuple[Expr, ...], _: object, at: int, scope: Scope) -> Condition:
        return self._instrument_test("live", self._expr(args[0], scope), at)

    def _concerns(self, args: tuple[Expr, ...], _: object, at: int, scope: Scope) -> Condition:
        return self._instrument_test("concerns", self._expr(args[0], scope), at)

    def _instrument_test(self, test: str, record: Meaning, at: int) -> Condition:
        if not isinstance(record, Record) or record.kind not in ("instrument", "measure"):
            raise _Fault(at, f"{test} takes an instrument")
        key = (test, record)
        if key not in self._memo:
            scope = Scope(Record("leg", (), "movement"), {"i": record}, depth=9)
            self._memo[key] = self._truth(self._tests[test], scope)
        found = self._memo[key]
        assert isinstance(found, NODES)
        return found

    # -- loops -------------------------------------------------------------------------------------------------------

    def _comprehension(self, comp: Comp, scope: Scope) -> Meaning:
        if comp.name not in LOOPS:
            raise _Fault(comp.at, f"there is no '{comp.name}(... for ...)'", nearest(comp.name, LOOPS))
        unrolled = self._loops(comp.loops, scope, comp.at)
        match comp.name:
            case "any":
                return some(_bind(loops, every((present, self._condition(comp, inner), self._truth(comp.body, inner)))) for loops, present, inner in unrolled)
            case "all":
                return every(
                    negation(_bind(loops, every((present, self._condition(comp, inner), negation(self._truth(comp.body, inner))))))
                    for loops, present, inner in unrolled
                )
            case "set":
                return Pieces(tuple(p for loops, present, inner in unrolled for p in self._collect(comp, loops, present, inner)))
            case _:
                return self._numbers(comp, unrolled)

    def _condition(self, comp: Comp, scope: Scope) -> Condition:
        return self._truth(comp.condition, scope) if comp.condition is not None else ALWAYS

    def _collect(self, comp: Comp, loops: _Loops, present: Condition, scope: Scope) -> list[Piece]:
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
                raise _Fault(comp.body.at, f"a set collects codes, and this is {_kind(body)}")

    def _numbers(self, comp: Comp, unrolled: list[tuple[_Loops, Condition, Scope]]) -> Number:
        if all(not loops for loops, _, _ in unrolled):
            if comp.name != "count":
                raise _Fault(comp.at, f"{comp.name} ranges over rows of the world")
            return Number(Tally(tuple(every((self._condition(comp, inner), self._truth(comp.body, inner))) for _, _, inner in unrolled)))
        if len(unrolled) != 1 or len(unrolled[0][0]) != 1:
            raise _Fault(comp.at, f"{comp.name} ranges over one relation")
        ((var, over),), present, inner = unrolled[0]
        where = every((present, self._condition(comp, inner)))
        if comp.name == "count":
            return Number(Count(over, var, every((where, self._truth(comp.body, inner)))))
        body = self._expr(comp.body, inner)
        if comp.name in ("latest", "earliest"):
            if not isinstance(body, Number) or not body.date:
                raise _Fault(comp.body.at, f"{comp.name} takes a date")
            return Number(Extreme(over, var, body.term, where, comp.name == "latest"), date=True)
        if not isinstance(body, Number) or body.date:
            raise _Fault(comp.body.at, "total sums a number")
        return Number(Total(over, var, body.term, where), body.quantum)

    def _loops(self, loops: tuple[tuple[str, Expr], ...], scope: Scope, at: int) -> list[tuple[_Loops, Condition, Scope]]:
        """Every combination of constant rows, with the loops over the world that are left, and what makes their rows present."""
        found: list[tuple[_Loops, Condition, Scope]] = [((), ALWAYS, scope)]
        for var, source in loops:
            found = [
                (done + bound, every((present, there)), deeper) for done, present, inner in found for bound, there, deeper in self._loop(var, source, inner)
            ]
            if len(found) > MAX_ROWS:
                raise _Fault(at, f"more than {MAX_ROWS} combinations of rows")
        return found

    def _loop(self, var: str, source: Expr, scope: Scope) -> list[tuple[_Loops, Condition, Scope]]:
        if isinstance(source, Name) and source.id in self.book.tables and source.id not in scope.names:
            table = self.book.tables[source.id]
            known = [(law, row) for law, row in table.rows if law.known <= self.lowering.as_known]
            return [((), self.lowering.in_force(law), scope.with_records({var: ConstRow(row, table.columns)})) for law, row in known]
        rows = self._expr(source, scope)
        if isinstance(rows, SetPath) and (to := self._facts(rows.path.kind)[rows.path.fact].to):
            rows = Rows(Relation(rows.path.root, rows.path.links, rows.path.fact, to))
        if not isinstance(rows, Rows):
            raise _Fault(source.at, f"there is nothing to range over: this is {_kind(rows)}")
        inner, root = scope.loop(var, rows.relation.kind)
        there = ALWAYS
        if rows.present == "kept":
            return [self._kept(var, root, rows.relation, scope, inner)]
        if rows.present:
            row = Record(root, (), rows.relation.kind)
            there = self._instrument_test(rows.present, row, source.at)
            if rows.present == "covers":
                there = every((there, self._instrument_test("live", row, source.at)))
        return [(((root, rows.relation),), there, inner)]

    def _kept(self, var: str, root: str, over: Relation, scope: Scope, inner: Scope) -> tuple[_Loops, Condition, Scope]:
        """Fields that the leg keeps; of a course of dealing, those that any of its legs keeps."""
        loops: _Loops = ((root, over),)
        leg = Record(over.root, over.links[:-1], "movement")
        field_root = root
        if over.source == "dealing":
            leg = Record(root, (), "movement")
            inner, field_root = replace(scope, depth=scope.depth + 1).loop(var, "rows:asset/fields")
            loops = (*loops, (field_root, Relation(root, ("asset",), "fields", "rows:asset/fields")))
        names = {"f": Record(field_root, (), "rows:asset/fields"), "leg": leg}
        return loops, self._truth(self._tests["kept"], Scope(leg, names)), inner

    # -- sets and sums -----------------------------------------------------------------------------------------------

    def _pieces(self, found: Meaning, at: int) -> tuple[Piece, ...]:
        match found:
            case Pieces(pieces):
                return pieces
            case Constants(members):
                return tuple(Piece((), Word(m), ALWAYS) for m in sorted(members))
            case SetPath():
                return (Piece((), found, ALWAYS),)
            case _:
                raise _Fault(at, f"a set is expected, and this is {_kind(found)}")

    def _sum(self, left: Meaning, right: Meaning, at: int) -> Number:
        if not isinstance(left, Number) or not isinstance(right, Number) or left.date or right.date or left.quantum != right.quantum:
            raise _Fault(at, "'+' adds two numbers measured alike")
        terms = [t for n in (left, right) for t in (n.term.terms if isinstance(n.term, Plus) else (n.term,))]
        return Number(Plus(tuple(terms)), left.quantum)


def _bind(loops: _Loops, body: Condition) -> Condition:
    """The body under its loops, from the inside out; what does not need the row stands outside."""
    for var, over in reversed(loops):
        body = Fact(Exists(over, var, body)) if body != NEVER else NEVER
    return body


def _wrap(piece: Piece, test: Condition) -> Condition:
    return _bind(piece.loops, every((piece.condition, test)))


def _constant(value: object, kind: str) -> Meaning:
    match kind:
        case "number":
            return Exact(value if isinstance(value, Fraction) else Fraction(str(value)))
        case "date":
            return Number(int(str(value)), date=True)
        case "bool":
            return Const(TRUE if value else FALSE)
        case "codes" | "places":
            return Constants(frozenset(value) if isinstance(value, frozenset) else frozenset())
        case _:
            return Word(str(value))


def _constants(found: Meaning) -> frozenset[str] | None:
    match found:
        case Word(code):
            return frozenset({code})
        case Constants(members):
            return members
        case _:
            return None


def _as_set(element: Code | SetPath | Word | Cases) -> Meaning:
    return Constants(frozenset({element.code})) if isinstance(element, Word) else element


def _is_set(found: Meaning) -> bool:
    return isinstance(found, (Constants, SetPath, Pieces))


def _kind(found: object) -> str:
    return "a condition" if isinstance(found, NODES) else Types.get(type(found).__name__, "nothing known")


def _noun(kind: str) -> str:
    return "row of " + kind.partition("/")[2] if kind.startswith("rows:") else kind


def _dotted(expr: Expr) -> str:
    return f"{_dotted(expr.base)}.{expr.name}" if isinstance(expr, Attr) else expr.id if isinstance(expr, Name) else ""


def _chain(left: Expr, op: str, right: Expr) -> list[Expr]:
    """The operands of a run of the same operator, in order."""
    found = [right]
    while isinstance(left, Binary) and left.op == op:
        found.append(left.right)
        left = left.left
    return [left, *reversed(found)]


def _denied(expr: Expr, *, denied: bool) -> set[str]:
    """The names in an expression that it grows less true with: under `not`, or in what must stay below something."""
    match expr:
        case Name(_, id_):
            return {id_} if denied else set()
        case Attr(_, base, name):
            return _denied(base, denied=denied) | ({name} if denied else set())
        case Unary(_, part):
            return _denied(part, denied=not denied)
        case Binary(_, "and" | "or" | "|" | "+", left, right):
            return _denied(left, denied=denied) | _denied(right, denied=denied)
        case Binary(_, ">" | ">=", left, right):
            return _denied(left, denied=denied) | _denied(right, denied=not denied)
        case Binary(_, "<" | "<=", left, right):
            return _denied(left, denied=not denied) | _denied(right, denied=denied)
        case Comp(_, name, body, _, condition):
            inner = _denied(condition, denied=denied != (name == "all")) if condition else set()
            return _denied(body, denied=denied) | inner
        case Call(_, "share" | "when", args, named):
            return set().union(*(_denied(a, denied=denied) for a in args), *(_denied(a, denied=denied) for _, a in named))
        case _:
            return _names(expr)


def _names(expr: Expr) -> set[str]:
    """Every name and attribute in an expression."""
    match expr:
        case Name(_, id_):
            return {id_}
        case Attr(_, base, name):
            return _names(base) | {name}
        case Unary(_, part):
            return _names(part)
        case Binary(_, _, left, right):
            return _names(left) | _names(right)
        case Call(_, _, args, named):
            return set().union(*(_names(a) for a in args), *(_names(a) for _, a in named))
        case Comp(_, _, body, loops, condition):
            return set().union(_names(body), *(_names(s) for _, s in loops), _names(condition) if condition else set())
        case _:
            return set()
