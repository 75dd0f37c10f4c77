"""The closed list of calls: overlaps, when, size, after, share, counted, lifted, covers, live, concerns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from comity.facts.vocabulary import Vocabulary
from comity.law import rulebook as rb
from comity.law.compare import as_set, is_set, tested
from comity.law.condition import ALWAYS, And, Compare, Condition, Counted, Member, Share, Tally, every, negation
from comity.law.extreme import later
from comity.law.mentions import dotted
from comity.law.scope import LEG, Codes, ConstRow, Exact, Meaning, Number, Piece, Record, Scope, among, kind_of, word
from comity.text.expression import Call, Expr, ExpressionError, Lit, Name, read_expression
from comity.text.literal import day
from comity.text.source import Mistakes, nearest

LIVE: Final = "on >= row.since and on < row.until"
CONCERNS: Final = "exporter.id in row.exporters and importer.id in row.importers and asset.id in row.assets and id in row.movements"
COVERS: Final = (
    CONCERNS + " and purpose.kind in row.purposes and destination in row.places and deal.mode in row.modes and not population.persons > row.persons_max"
    " and not row.transfers_max < 1 and all(f.kind in row.fields or f.name in row.fields for f in fields)"
)
"""An instrument *concerns* a leg of its own parties and matter; it *covers* it inside every limit it names. Law-free, so written here."""
KEPT: Final = "row.kind in self.fields or row.name in self.fields"
TESTS: Final = {name: read_expression(text) for name, text in (("live", LIVE), ("covers", COVERS), ("concerns", CONCERNS), ("kept", KEPT))}
LOOPS: Final = ("any", "all", "count", "total", "set", "latest", "earliest")
FARTHEST: Final = 20_000
UNITS: Final = ("days", "workdays", "months", "years")


@dataclass
class Calls:
    """What a call means, in the terms of the rulebook it stands in."""

    vocabulary: Vocabulary
    mistakes: Mistakes
    book: rb.Rulebook
    stands: Mapping[str, Condition] = field(default_factory=dict)
    _open: list[str] = field(default_factory=list)

    def definition(self, name: str, scope: Scope) -> Meaning:
        """What a definition means in a scope."""
        raise NotImplementedError

    def _expr(self, expr: Expr, scope: Scope) -> Meaning:
        raise NotImplementedError

    def _truth(self, expr: Expr, scope: Scope) -> Condition:
        raise NotImplementedError

    def _call(self, call: Call, scope: Scope) -> Meaning:
        name, args, named = call.name, call.args, dict(call.named)
        if name in self.book.definitions and self.book.definitions[name].given:
            return self._apply(self.book.definitions[name], call, scope)
        calls: dict[str, tuple[tuple[int, ...], tuple[str, ...], Callable[..., Meaning]]] = {
            "overlaps": ((2,), (), self._overlaps),
            "when": ((2,), (), self._when),
            "size": ((1,), (), self._size),
            "after": ((3, 4), (), self._after),
            "share": ((0,), ("by", "through"), self._share),
            "counted": ((1,), ("where", "key", "window"), self._counted),
            "lifted": ((1,), (), self._lifted),
            **dict.fromkeys(("covers", "live", "concerns"), ((1,), (), self._instrument)),
        }
        if name not in calls:
            raise ExpressionError(f"there is no '{name}(...)'", nearest(name, (*calls, *LOOPS, *self.book.definitions)))
        counts, names, build = calls[name]
        if len(args) not in counts:
            raise ExpressionError(f"'{name}' takes {counts[-1]} value{'s' if counts[-1] != 1 else ''} in brackets, not {len(args)}")
        if unknown := [key for key in named if key not in names]:
            raise ExpressionError(f"'{name}' has no '{unknown[0]}='", nearest(unknown[0], names))
        return build(call, scope)

    def _apply(self, law: rb.Definition, call: Call, scope: Scope) -> Meaning:
        if len(call.args) != len(law.given):
            raise ExpressionError(f"'{law.name}' takes {', '.join(p for p, _ in law.given)}")
        records: dict[str, Record | ConstRow] = {}
        for arg, (param, kind) in zip(call.args, law.given, strict=True):
            record = self._expr(arg, scope)
            if not isinstance(record, Record) or record.kind != kind:
                raise ExpressionError(f"'{param}' is a {kind}, and this is {kind_of(record)}", at=arg.at)
            records[param] = record
        return self.definition(law.name, Scope(LEG.me, records, scope.depth))

    def _overlaps(self, call: Call, scope: Scope) -> Condition:
        left, right = (self._expr(arg, scope) for arg in call.args)
        if not is_set(left) or not is_set(right):
            raise ExpressionError("overlaps takes two sets", "write 'x in S' for a single code")
        return tested(as_set(left), "overlaps", as_set(right))

    def _when(self, call: Call, scope: Scope) -> Codes:
        code = word(self._expr(call.args[0], scope))
        if not code:
            raise ExpressionError("when takes a code and a condition", "write when('code', condition)")
        return Codes((Piece(frozenset({code}), self._truth(call.args[1], scope)),), many=True)

    def _size(self, call: Call, scope: Scope) -> Number:
        found = as_set(self._expr(call.args[0], scope))
        domains = [_domain(piece) for piece in found.pieces]
        if None in domains:
            raise ExpressionError("the size of a set needs members drawn from constants", "add 'if x.kind in SOME_SET'")
        return Number(Tally(tuple(tested(found, "overlaps", among({code})) for code in sorted(frozenset().union(*filter(None, domains))))))

    def _after(self, call: Call, scope: Scope) -> Number:
        args, (start, n) = call.args, (self._expr(arg, scope) for arg in call.args[:2])
        unit = args[2].id if isinstance(args[2], Name) else word(self._expr(args[2], scope))
        place = word(self._expr(args[3], scope)) if len(args) > 3 else ""
        if not isinstance(start, Number) or not start.date or not isinstance(n, Exact) or n.value.denominator != 1:
            raise ExpressionError("after takes a date, a whole number, a unit and, for workdays, a place", "write after(signed_on, 10, workdays, 'XX')")
        if abs(n.value) > FARTHEST:
            raise ExpressionError(f"{n.value} {unit} is farther than any law reaches", at=args[1].at)
        if unit not in UNITS and (isinstance(args[2], Name) or day(f"2001-{unit}") is None):
            raise ExpressionError("the unit is days, workdays, months, years or a day of every year such as '03-01'", nearest(unit, UNITS), args[2].at)
        if unit == "workdays" and not place:
            raise ExpressionError("workdays are those of a place", "write after(signed_on, 10, workdays, 'XX')")
        return Number(later(start.term, int(n.value), unit, place), date=True)

    def _share(self, call: Call, scope: Scope) -> Number:
        named = dict(call.named)
        if scope.me.kind != "party" or "by" not in named:
            raise ExpressionError("share(by=...) belongs into a definition of a party")
        by = self._truth(named["by"], Scope.of("party"))
        quantum = self.vocabulary.kinds["party"]["owners"].columns["share"].quantum
        return Number(Share(scope.me.root, scope.me.links, by, dotted(named.get("through", call)) == "product"), quantum)

    def _counted(self, call: Call, scope: Scope) -> Number:
        named, unit = dict(call.named), dotted(call.args[0])
        if unit not in ("persons", "devices"):
            raise ExpressionError("counted takes persons or devices")
        keys, window = named.get("key"), named.get("window", Name(call.at, "always"))
        key = tuple(map(self._end, keys.args)) if isinstance(keys, Call) else ("exporter", "importer")
        where = self._truth(named["where"], LEG if scope.me.kind == "movement" and not scope.names else scope) if "where" in named else ALWAYS
        match window:
            case Name(_, ("always" | "year") as span):
                n = 0
            case Call(_, ("months" | "years") as span, (Lit(_, _, Fraction(denominator=1, numerator=n)),)) if 0 < n <= FARTHEST:
                span, n = ("year", n - 1) if span == "years" else (span, n)
            case Call(_, "since" as span, (Lit(_, "date", int() as n),)):
                where = every((where, Compare(LEG.me.path("on"), ">=", n)))
            case _:
                raise ExpressionError("the window is always, year, years(2), months(12) or since(2026-03-01)", at=window.at)
        name = f"{self.book.regime}/{self._open[-1]}" if self._open else self.book.regime
        return Number(Counted(name, unit, where, key, (span, n)))

    def _end(self, end: Expr) -> str:
        """A part of a key: what a link of movements leads to, or the entity or group of the party that it leads to."""
        links = {name: fact.to for name, fact in self.vocabulary.of("movement").items() if fact.type == "link"}
        ends = [*links, *(f"{name}.{what}" for name, to in links.items() if to == "party" for what in ("entity", "group"))]
        if (name := dotted(end)) not in ends:
            raise ExpressionError(f"a key has no '{name}'" if name else "a key holds names", nearest(name, ends) or "write key=[exporter, importer]", end.at)
        return name

    def _lifted(self, call: Call, scope: Scope) -> Condition:
        path = word(self._expr(call.args[0], scope))
        if path not in self.stands:
            raise ExpressionError("lifted takes the path of a prohibition of this rulebook, in a duty", nearest(path, self.stands))
        return negation(self.stands[path])

    def _instrument(self, call: Call, scope: Scope) -> Condition:
        record = self._expr(call.args[0], scope)
        if not isinstance(record, Record) or record.kind not in ("instrument", "measure"):
            raise ExpressionError(f"{call.name} takes an instrument")
        return self._present(call.name, record, LEG.me)

    def _present(self, test: str, row: Record, leg: Record) -> Condition:
        """One of the tests that make a row be there for a leg."""
        return self._truth(TESTS[test], Scope(leg, {"row": row}, depth=9))


def _domain(piece: Piece) -> frozenset[str] | None:
    """The codes a piece may be, where its own condition or its closed list says so."""
    if isinstance(piece.codes, frozenset):
        return piece.codes
    for part in piece.condition.parts if isinstance(piece.condition, And) else (piece.condition,):
        if isinstance(part, Member) and part.left is piece.codes.path and part.mode in ("in", "within") and isinstance(part.right, frozenset):
            return part.right
    return piece.codes.domain
