"""Comparisons and membership tests between what expressions mean: numbers, and codes put together from pieces."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from comity.facts.value import FALSE, MAX, TRUE
from comity.facts.vocabulary import Fact as Known
from comity.facts.vocabulary import Vocabulary
from comity.law.condition import NODES, Compare, Condition, Const, Member, Mode, Path, Plus, every, negation, some
from comity.law.scope import Codes, Exact, Held, Meaning, Number, Piece, Record, constant, kind_of
from comity.text.source import Mistakes, nearest

FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
MIRRORED: Final[Mapping[Mode, Mode]] = {"within": "contains", "contains": "within", "overlaps": "overlaps"}
SURELY: Final[Mapping[Mode, Callable[[frozenset[str], frozenset[str]], bool]]] = {
    "within": frozenset.issubset,
    "contains": frozenset.issuperset,
    "overlaps": lambda one, other: bool(one & other),
}


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

    def _binary(self, op: str, left: Meaning, right: Meaning, at: int) -> Meaning:
        match op:
            case "!=":
                return negation(self._equal(left, right, at))
            case "==":
                return self._equal(left, right, at)
            case "in" | "not in":
                if is_set(left):
                    raise FaultError(at, "a set is not a member of a set", "write overlaps(A, B) or A <= B")
                found = self._test(codes(left, at), "overlaps", codes(right, at), at)
                return found if op == "in" else negation(found)
            case "|":
                if not is_set(left) or not is_set(right):
                    raise FaultError(at, f"'|' unites two sets, not {kind_of(left)} and {kind_of(right)}")
                return Codes((*codes(left, at).pieces, *codes(right, at).pieces), many=True)
            case "+":
                return self._sum(left, right, at)
            case "<=" | ">=" if is_set(left) and is_set(right):
                return self._test(codes(left, at), "within" if op == "<=" else "contains", codes(right, at), at)
        first, op, second = self._ordered(left, op, right, at)
        return Compare(first.term, op, second.term)  # type: ignore[arg-type]  # one of the five

    def _equal(self, left: Meaning, right: Meaning, at: int) -> Condition:
        if isinstance(left, NODES) and isinstance(right, NODES):
            return some((every((left, right)), every((negation(left), negation(right)))))
        if is_set(left) or is_set(right):
            raise FaultError(at, "sets are not compared by '=='", "write 'A <= B and A >= B'")
        if isinstance(left, (Codes, Record)):
            return self._test(codes(left, at), "overlaps", codes(right, at), at)
        first, _, second = self._ordered(left, "==", right, at)
        return Compare(first.term, "==", second.term)

    def _ordered(self, left: Meaning, op: str, right: Meaning, at: int) -> tuple[Number, str, Number]:
        """Two numbers in the same quanta, the first of them not constant."""
        if isinstance(left, Exact) or (isinstance(left, Number) and isinstance(left.term, int)):
            left, right, op = right, left, FLIPPED.get(op, op)
        if isinstance(left, Number) and isinstance(right, Exact):
            if left.date:
                raise FaultError(at, "a date is compared with a number", "write a day such as 2026-03-01")
            quanta = right.value / left.quantum
            if abs(quanta) >= MAX:
                raise FaultError(at, f"{float(right.value):g} is larger than this fact can hold")
            if quanta.denominator != 1:
                raise FaultError(at, f"{float(right.value):g} is finer than this fact can show", f"its smallest step is {float(left.quantum):g}")
            right = Number(int(quanta), left.quantum)
        if not isinstance(left, Number) or not isinstance(right, Number):
            hint = "write '<=' for 'every member is in', '>=' for 'has every member of'" if is_set(left) or is_set(right) else ""
            raise FaultError(at, f"{kind_of(left)} is not compared with {kind_of(right)} by '{op}'", hint)
        if left.date != right.date or left.quantum != right.quantum:
            raise FaultError(at, "these two are not measured alike")
        return left, op, right

    def _test(self, left: Codes, mode: Mode, right: Codes, at: int) -> Condition:
        """A test between codes: `overlaps` asks for one in common, `within` and `contains` for all of one side."""
        if mode == "overlaps":
            return some(one.where(other.where(self._pair(one.codes, mode, other.codes, at))) for one in left.pieces for other in right.pieces)
        if mode == "within":
            return every(negation(piece.where(negation(self._within(piece.codes, right, at)))) for piece in left.pieces)
        if left.alone is not None and right.alone is not None:
            return self._pair(left.alone, mode, right.alone, at)
        if right.constant is None:
            raise FaultError(at, "'>=' needs a constant set on its right here")
        return every(self._test(left, "overlaps", constant(code), at) for code in sorted(right.constant))

    def _within(self, held: Held | frozenset[str], right: Codes, at: int) -> Condition:
        """All of these codes are in a set."""
        if right.alone is not None:
            return self._pair(held, "within", right.alone, at)
        if isinstance(held, Held) and held.many:
            raise FaultError(at, "a set that a fact holds is compared with a constant, or with what another fact holds")
        each = [constant(code) for code in sorted(held)] if isinstance(held, frozenset) else [Codes((Piece(held),))]
        return every(self._test(one, "overlaps", right, at) for one in each)

    def _pair(self, left: Held | frozenset[str], mode: Mode, right: Held | frozenset[str], at: int) -> Condition:
        """A test between two facts, a fact and constant codes, or constant codes."""
        if isinstance(left, Held):
            mode = mode if left.many else "in"
            if isinstance(right, Held):
                return Member(left.path, mode, right.path, left.place and right.place)
            self._check_words(left.path, right, at)
            return Member(left.path, mode, right, left.place)
        if isinstance(right, Held):
            return self._pair(right, MIRRORED[mode], left, at)
        return Const(TRUE if SURELY[mode](left, right) else FALSE)

    def _check_words(self, path: Path, among: frozenset[str], at: int) -> None:
        """A closed list of codes cannot hold a word that is not on it: almost always a slip."""
        fact = self._facts(path.kind).get(path.fact)
        if fact is None or fact.domain is None:
            return
        for word in sorted(among - fact.domain):
            raise FaultError(at, f"'{word}' is not a word for '{fact.name}'", nearest(word, fact.domain) or "it may be " + ", ".join(sorted(fact.domain)[:12]))

    def _sum(self, left: Meaning, right: Meaning, at: int) -> Number:
        if not isinstance(left, Number) or not isinstance(right, Number) or left.date or right.date or left.quantum != right.quantum:
            raise FaultError(at, "'+' adds two numbers measured alike")
        terms = [t for n in (left, right) for t in (n.term.terms if isinstance(n.term, Plus) else (n.term,))]
        return Number(Plus(tuple(terms)), left.quantum)


def codes(found: Meaning, at: int) -> Codes:
    """What is found, as codes: a record is known by its name."""
    if isinstance(found, Record):
        return Codes((Piece(Held(found.path("@id"))),))
    if not isinstance(found, Codes):
        raise FaultError(at, f"a code or a set is expected, and this is {kind_of(found)}")
    return found


def is_set(found: Meaning) -> bool:
    """Is it a set?"""
    return isinstance(found, Codes) and found.many
