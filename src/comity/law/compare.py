"""Comparisons and membership tests between what expressions mean: numbers, codes, sets put together from rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from comity.facts.value import FALSE, MAX, TRUE
from comity.facts.vocabulary import Fact as Known
from comity.facts.vocabulary import Vocabulary
from comity.law.condition import ALWAYS, NEVER, NODES, Compare, Condition, Const, Exists, Fact, Member, Mode, Path, Plus, Relation, every, negation, some
from comity.law.scope import Cases, Code, Constants, Exact, Meaning, Number, Piece, Pieces, Record, SetPath, Types, Word
from comity.text.source import Mistakes, nearest

Loops: TypeAlias = tuple[tuple[str, Relation], ...]
FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


class FaultError(Exception):
    """A fault of meaning, with the offset in its expression."""

    def __init__(self, at: int, message: str, suggestion: str = "") -> None:
        super().__init__(message)
        self.at, self.message, self.suggestion = at, message, suggestion


@dataclass
class Comparisons:
    """Tests between meanings; knows the words of facts."""

    vocabulary: Vocabulary
    mistakes: Mistakes

    def _facts(self, kind: str) -> Mapping[str, Known]:
        if kind.startswith("rows:"):
            owner, _, rows = kind[5:].partition("/")
            return self.vocabulary.kinds[owner][rows].columns
        return self.vocabulary.kinds.get(kind, {})

    def _comparison(self, op: str, left: Meaning, right: Meaning, at: int) -> Condition:
        if op in ("==", "!="):
            same = self._same(left, right, at)
            return same if op == "==" else negation(same)
        if is_set(left) or is_set(right):
            if op == "<=":
                return self._test(left, "within", right, at)
            if op == ">=":
                return self._test(left, "contains", right, at)
            raise FaultError(at, f"'{op}' does not compare sets", "write '<=' for 'every member is in', '>=' for 'has every member of'")
        first, op, second = self._ordered(left, op, right, at)
        return Compare(first.term, op, second.term)  # type: ignore[arg-type]  # one of the five

    def _ordered(self, left: Meaning, op: str, right: Meaning, at: int) -> tuple[Number, str, Number]:
        """Two numbers in the same quanta, the first of them not constant."""
        if isinstance(left, Exact) and isinstance(right, Number):
            left, right, op = right, left, FLIPPED.get(op, op)
        if isinstance(left, Number) and isinstance(right, Exact):
            if left.date:
                raise FaultError(at, "a date is compared with a number", "write a day such as 2026-03-01")
            quanta = right.value / left.quantum
            if abs(quanta) >= MAX:
                raise FaultError(at, f"{float(right.value):g} is larger than this fact can hold")
            if quanta.denominator != 1:
                raise FaultError(at, f"{float(right.value):g} is finer than this fact can show", f"its smallest step is {float(left.quantum):g}")
            return left, op, Number(int(quanta), left.quantum)
        if isinstance(left, Number) and isinstance(right, Number):
            if left.date != right.date or left.quantum != right.quantum:
                raise FaultError(at, "these two are not measured alike")
            if isinstance(left.term, int):
                return right, FLIPPED.get(op, op), left
            return left, op, right
        raise FaultError(at, f"{kind_of(left)} is not compared with {kind_of(right)} by '{op}'")

    def _same(self, left: Meaning, right: Meaning, at: int) -> Condition:
        if isinstance(left, (Number, Exact)) and isinstance(right, (Number, Exact)):
            first, _, second = self._ordered(left, "==", right, at)
            return Compare(first.term, "==", second.term)
        if isinstance(left, NODES) and isinstance(right, NODES):
            return some((every((left, right)), every((negation(left), negation(right)))))
        if is_set(left) or is_set(right):
            raise FaultError(at, "sets are not compared by '=='", "write 'A <= B and A >= B'")
        if isinstance(left, Word) and not isinstance(right, Word):
            left, right = right, left
        return self._contains(left, right, at)

    def _contains(self, left: Meaning, right: Meaning, at: int) -> Condition:
        """`left in right`, the left a code or record."""
        if isinstance(left, Record):
            left = Code(left.path("@id"))
        if isinstance(right, Record):
            right = Code(right.path("@id"))
        if isinstance(left, Word) and is_set(right) and not isinstance(right, Constants):
            return self._test(right, "overlaps", Constants(frozenset({left.code})), at)
        if is_set(left):
            raise FaultError(at, "a set is not a member of a set", "write overlaps(A, B) or A <= B")
        return self._test(left, "in", right, at)

    def _test(self, left: Meaning, mode: Mode, right: Meaning | frozenset[str], at: int) -> Condition:
        """A membership test between any two of: code, constant, set."""
        among = right if isinstance(right, frozenset) else constants(right)
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
            case _:  # nothing else is a code or a set
                pass
        raise FaultError(at, f"{kind_of(left)} cannot be tested against {kind_of(right) if not isinstance(right, frozenset) else 'a set'} here")

    def _pieces_test(self, pieces: tuple[Piece, ...], mode: Mode, right: Meaning | frozenset[str], among: frozenset[str] | None, at: int) -> Condition:
        if mode == "contains":
            if among is None:
                raise FaultError(at, "'>=' needs a constant set on its right here")
            return every(self._pieces_test(pieces, "overlaps", frozenset({code}), frozenset({code}), at) for code in sorted(among))
        if mode == "within":
            outside = [wrap(p, negation(self._test(p.element, "in" if not isinstance(p.element, SetPath) else "within", right, at))) for p in pieces]
            return every(negation(o) for o in outside)
        return some(wrap(p, self._test(p.element, "in" if not isinstance(p.element, SetPath) else "overlaps", right, at)) for p in pieces)

    def _in_piece(self, left: Code | SetPath, piece: Piece, at: int) -> Condition:
        inner = self._test(left, "in", as_set(piece.element), at) if not isinstance(piece.element, Cases) else self._test(piece.element, "in", left, at)
        return wrap(piece, inner)

    def _check_words(self, path: Path, among: frozenset[str], at: int) -> None:
        """A closed list of codes cannot hold a word that is not on it: almost always a slip."""
        fact = self._facts(path.kind).get(path.fact) if not path.fact.startswith("@") else None
        if fact is None or fact.domain is None:
            return
        for word in sorted(among - fact.domain):
            raise FaultError(at, f"'{word}' is not a word for '{fact.name}'", nearest(word, fact.domain) or "it may be " + ", ".join(sorted(fact.domain)[:12]))

    def _pieces(self, found: Meaning, at: int) -> tuple[Piece, ...]:
        match found:
            case Pieces(pieces):
                return pieces
            case Constants(members):
                return tuple(Piece((), Word(m), ALWAYS) for m in sorted(members))
            case SetPath():
                return (Piece((), found, ALWAYS),)
            case _:
                raise FaultError(at, f"a set is expected, and this is {kind_of(found)}")

    def _sum(self, left: Meaning, right: Meaning, at: int) -> Number:
        if not isinstance(left, Number) or not isinstance(right, Number) or left.date or right.date or left.quantum != right.quantum:
            raise FaultError(at, "'+' adds two numbers measured alike")
        terms = [t for n in (left, right) for t in (n.term.terms if isinstance(n.term, Plus) else (n.term,))]
        return Number(Plus(tuple(terms)), left.quantum)


def bind(loops: Loops, body: Condition) -> Condition:
    """The body under its loops, from the inside out; what does not need the row stands outside."""
    for var, over in reversed(loops):
        body = Fact(Exists(over, var, body)) if body != NEVER else NEVER
    return body


def wrap(piece: Piece, test: Condition) -> Condition:
    """The test of an element under its loops."""
    return bind(piece.loops, every((piece.condition, test)))


def constants(found: Meaning) -> frozenset[str] | None:
    """The members of a constant, if it is one."""
    match found:
        case Word(code):
            return frozenset({code})
        case Constants(members):
            return members
        case _:
            return None


def as_set(element: Code | SetPath | Word | Cases) -> Meaning:
    """An element as something to be a member of."""
    return Constants(frozenset({element.code})) if isinstance(element, Word) else element


def is_set(found: Meaning) -> bool:
    """Is it a set?"""
    return isinstance(found, (Constants, SetPath, Pieces))


def kind_of(found: object) -> str:
    """What it is, as a person would say."""
    return "a condition" if isinstance(found, NODES) else Types.get(type(found).__name__, "nothing known")


def noun(kind: str) -> str:
    """A kind of record, as a person would say."""
    return "row of " + kind.partition("/")[2] if kind.startswith("rows:") else kind


def constant(value: object, kind: str) -> Meaning:
    """A cell of a table as something to compare with."""
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
