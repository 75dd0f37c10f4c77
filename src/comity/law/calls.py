"""The closed list of calls: overlaps, when, size, after, share, counted, lifted, covers, live, concerns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from comity.law import rulebook as rb
from comity.law.compare import Comparisons, FaultError, is_set, kind_of
from comity.law.condition import ALWAYS, NODES, After, Condition, Counted, Member, Share, Tally, negation
from comity.law.mentions import dotted
from comity.law.scope import Cases, Code, Constants, ConstRow, Exact, Meaning, Number, Piece, Pieces, Record, Scope, SetPath, Word
from comity.text.expression import Call, Expr, Lit, Name, read_expression
from comity.text.literal import day
from comity.text.source import nearest

LIVE: Final = "on >= i.since and on < i.until"
CONCERNS: Final = "exporter.id in i.exporters and importer.id in i.importers and asset.id in i.assets and id in i.movements"
COVERS: Final = (
    CONCERNS + " and purpose.kind in i.purposes and destination in i.places and deal.mode in i.modes and not population.persons > i.persons_max"
    " and all(f.kind in i.fields or f.name in i.fields for f in fields)"
)
"""An instrument *concerns* a leg of its own parties and matter; it *covers* it inside every limit it names. Law-free, so written here."""
KEPT: Final = "f.kind in leg.fields or f.name in leg.fields"
LOOPS: Final = ("any", "all", "count", "total", "set", "latest", "earliest")
FARTHEST: Final = 20_000
UNITS: Final = ("days", "workdays", "months", "years")
TESTS: Final = {name: read_expression(text) for name, text in (("live", LIVE), ("covers", COVERS), ("concerns", CONCERNS), ("kept", KEPT))}


@dataclass
class Calls(Comparisons):
    """What a call means, in the terms of the rulebook it stands in."""

    book: rb.Rulebook
    stands: Mapping[str, Condition] = field(default_factory=dict)
    _memo: dict[object, Meaning] = field(default_factory=dict)
    _open: list[str] = field(default_factory=list)

    def definition(self, name: str, scope: Scope) -> Meaning:
        """What a definition means in a scope."""
        raise NotImplementedError

    def _expr(self, expr: Expr, scope: Scope) -> Meaning:
        raise NotImplementedError

    def _truth(self, expr: Expr, scope: Scope) -> Condition:
        raise NotImplementedError

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
            **{test: (1, (), self._tested(test)) for test in ("covers", "live", "concerns")},
        }
        if name not in calls:
            raise FaultError(at, f"there is no '{name}(...)'", nearest(name, (*calls, *LOOPS, *self.book.definitions)))
        count, names, build = calls[name]
        if len(args) not in ((3, 4) if name == "after" else (count,)):
            raise FaultError(at, f"'{name}' takes {count} value{'s' if count != 1 else ''} in brackets, not {len(args)}")
        for key in named:
            if key not in names:
                raise FaultError(at, f"'{name}' has no '{key}='", nearest(key, names))
        return build(args, named, at, scope)

    def _apply(self, law: rb.Definition, args: tuple[Expr, ...], at: int, scope: Scope) -> Meaning:
        if len(args) != len(law.given):
            raise FaultError(at, f"'{law.name}' takes {', '.join(p for p, _ in law.given)}")
        records: dict[str, Record | ConstRow] = {}
        for arg, (param, kind) in zip(args, law.given, strict=True):
            record = self._expr(arg, scope)
            if not isinstance(record, Record) or record.kind != kind:
                raise FaultError(arg.at, f"'{param}' is a {kind}, and this is {kind_of(record)}")
            records[param] = record
        return self.definition(law.name, Scope(Record("leg", (), "movement"), records, scope.depth))

    def _overlaps(self, args: tuple[Expr, ...], _: object, at: int, scope: Scope) -> Condition:
        left, right = (self._expr(a, scope) for a in args)
        if not is_set(left) or not is_set(right):
            raise FaultError(at, "overlaps takes two sets", "write 'x in S' for a single code")
        if isinstance(left, (Constants, SetPath)) and isinstance(right, Pieces):
            left, right = right, left
        return self._test(left, "overlaps", right, at)

    def _when(self, args: tuple[Expr, ...], _: object, at: int, scope: Scope) -> Pieces:
        word = self._expr(args[0], scope)
        if not isinstance(word, Word):
            raise FaultError(at, "when takes a code and a condition", "write when('code', condition)")
        return Pieces((Piece((), word, self._truth(args[1], scope)),))

    def _size(self, args: tuple[Expr, ...], _: object, at: int, scope: Scope) -> Number:
        pieces = self._pieces(self._expr(args[0], scope), at)
        words = sorted(set().union(*(self._domain(p) or set() for p in pieces)))
        if any(self._domain(p) is None for p in pieces) or not words:
            raise FaultError(at, "the size of a set needs members drawn from constants", "add 'if x.kind in SOME_SET'")
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
        word = Word(args[2].id) if isinstance(args[2], Name) else self._expr(args[2], scope)
        unit = word.code if isinstance(word, Word) else ""
        place = self._expr(args[3], scope) if len(args) > 3 else Word("")
        if not isinstance(start, Number) or not start.date or not isinstance(n, Exact) or n.value.denominator != 1 or not isinstance(place, Word):
            raise FaultError(at, "after takes a date, a whole number, a unit and, for workdays, a place", "write after(signed_on, 10, workdays, 'XX')")
        if abs(n.value) > FARTHEST:
            raise FaultError(args[1].at, f"{n.value} {unit} is farther than any law reaches")
        if unit not in UNITS and (isinstance(args[2], Name) or day(f"2001-{unit}") is None):
            raise FaultError(args[2].at, "the unit is days, workdays, months, years or a day of every year such as '03-01'", nearest(unit, UNITS))
        if unit == "workdays" and not place.code:
            raise FaultError(at, "workdays are those of a place", "write after(signed_on, 10, workdays, 'XX')")
        return Number(After(start.term, int(n.value), unit, place.code), date=True)

    def _share(self, _: object, named: dict[str, Expr], at: int, scope: Scope) -> Number:
        if scope.me.kind != "party" or "by" not in named:
            raise FaultError(at, "share(by=...) belongs into a definition of a party")
        through = named.get("through")
        by = self._truth(named["by"], Scope(Record("self", (), "party")))
        quantum = self.vocabulary.kinds["party"]["owners"].columns["share"].quantum
        return Number(Share(scope.me.root, scope.me.links, by, isinstance(through, Name) and through.id == "product"), quantum)

    def _counted(self, args: tuple[Expr, ...], named: dict[str, Expr], at: int, scope: Scope) -> Number:
        unit = args[0].id if isinstance(args[0], Name) else ""
        if unit not in ("persons", "devices"):
            raise FaultError(at, "counted takes persons or devices")
        key_expr = named.get("key")
        key = tuple(dotted(k) for k in key_expr.args) if isinstance(key_expr, Call) else ("exporter", "importer")
        window = named.get("window")
        span: tuple[str, int] = ("always", 0)
        if isinstance(window, Name):
            span = (window.id, 0)
        elif isinstance(window, Call) and window.args and isinstance(window.args[0], Lit) and isinstance(window.args[0].value, Fraction):
            span = (window.name, int(window.args[0].value))
        if span[0] not in ("always", "year", "months"):
            raise FaultError(at, "the window is always, year or months(12)")
        where = self._truth(named["where"], Scope.leg() if scope.me.kind == "movement" and not scope.names else scope) if "where" in named else ALWAYS
        name = f"{self.book.regime}/{self._open[-1]}" if self._open else self.book.regime
        return Number(Counted(name, unit, where, key, span))

    def _lifted(self, args: tuple[Expr, ...], _: object, at: int, scope: Scope) -> Condition:
        path = self._expr(args[0], scope)
        if not isinstance(path, Word) or path.code not in self.stands:
            raise FaultError(at, "lifted takes the path of a prohibition of this rulebook, in a duty", nearest(getattr(path, "code", ""), self.stands))
        return negation(self.stands[path.code])

    def _tested(self, test: str) -> Callable[..., Condition]:
        return lambda args, _, at, scope: self._instrument_test(test, self._expr(args[0], scope), at)

    def _instrument_test(self, test: str, record: Meaning, at: int) -> Condition:
        if not isinstance(record, Record) or record.kind not in ("instrument", "measure"):
            raise FaultError(at, f"{test} takes an instrument")
        key = (test, record)
        if key not in self._memo:
            scope = Scope(Record("leg", (), "movement"), {"i": record}, depth=9)
            self._memo[key] = self._truth(TESTS[test], scope)
        found = self._memo[key]
        assert isinstance(found, NODES)
        return found
