"""Comparisons and membership tests between what expressions mean: numbers, and codes put together from pieces."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from comity.facts.member import Mode
from comity.facts.value import FALSE, MAX, TRUE
from comity.law.condition import NODES, Condition, Const, Member, Plus, every, negation, some
from comity.law.extreme import FLIPPED, ordered
from comity.law.scope import Codes, Exact, Held, Meaning, Number, Piece, Record, among, kind_of
from comity.text.expression import ExpressionError
from comity.text.source import nearest

MIRRORED: Final[Mapping[Mode, Mode]] = {"within": "contains", "contains": "within", "overlaps": "overlaps"}
SURELY: Final[Mapping[Mode, Callable[[frozenset[str], frozenset[str]], bool]]] = {
    "within": frozenset.issubset,
    "contains": frozenset.issuperset,
    "overlaps": lambda one, other: bool(one & other),
}


def combined(left: Meaning, op: str, right: Meaning) -> Meaning:
    """What two meanings and an operator between them mean."""
    match op:
        case "!=" | "not in":
            return negation(related(left, "==" if op == "!=" else "in", right))
        case "|":
            return Codes((*as_set(left).pieces, *as_set(right).pieces), many=True)
        case "+":
            if not isinstance(left, Number) or not isinstance(right, Number) or left.date or right.date or left.quantum != right.quantum:
                raise ExpressionError("'+' adds two numbers measured alike")
            terms = [t for n in (left, right) for t in (n.term.terms if isinstance(n.term, Plus) else (n.term,))]
            return Number(Plus(tuple(terms)), left.quantum)  # type: ignore[arg-type]  # no days
        case _:
            return related(left, op, right)


def related(left: Meaning, op: str, right: Meaning) -> Condition:
    """The test that `left op right` is."""
    match op:
        case "in" if is_set(left):
            raise ExpressionError("a set is not a member of a set", "write overlaps(A, B) or A <= B")
        case "in":
            return tested(as_codes(left), "overlaps", as_codes(right))
        case "<=" | ">=" if is_set(left) and is_set(right):
            return tested(as_codes(left), "within" if op == "<=" else "contains", as_codes(right))
        case "==" if isinstance(left, NODES) and isinstance(right, NODES):
            return some((every((left, right)), every((negation(left), negation(right)))))
        case "==" if is_set(left) or is_set(right):
            raise ExpressionError("sets are not compared by '=='", "write 'A <= B and A >= B'")
        case "==" if isinstance(left, (Codes, Record)):
            return tested(as_codes(left), "overlaps", as_codes(right))
        case _:
            first, op, second = _ordered(left, op, right)
            return ordered(first.term, op, second.term)  # type: ignore[arg-type]  # one of the five


def _ordered(left: Meaning, op: str, right: Meaning) -> tuple[Number, str, Number]:
    """Two numbers in the same quanta, the first of them not constant."""
    if isinstance(left, Exact) or (isinstance(left, Number) and isinstance(left.term, int)):
        left, right, op = right, left, FLIPPED.get(op, op)
    if isinstance(left, Number) and isinstance(right, Exact):
        if left.date:
            raise ExpressionError("a date is compared with a number", "write a day such as 2026-03-01")
        quanta = right.value / left.quantum
        if abs(quanta) >= MAX:
            raise ExpressionError(f"{float(right.value):g} is larger than this fact can hold")
        if quanta.denominator != 1:
            raise ExpressionError(f"{float(right.value):g} is finer than this fact can show", f"its smallest step is {float(left.quantum):g}")
        right = Number(int(quanta), left.quantum)
    if not isinstance(left, Number) or not isinstance(right, Number):
        hint = "write '<=' for 'every member is in', '>=' for 'has every member of'" if is_set(left) or is_set(right) else ""
        raise ExpressionError(f"{kind_of(left)} is not compared with {kind_of(right)} by '{op}'", hint)
    if left.date != right.date or left.quantum != right.quantum:
        raise ExpressionError("these two are not measured alike")
    return left, op, right


def tested(left: Codes, mode: Mode, right: Codes) -> Condition:
    """A test between codes: `overlaps` asks for one in common, `within` and `contains` for all of one side."""
    if mode == "overlaps":
        return some(one.where(other.where(_pair(one.codes, mode, other.codes))) for one in left.pieces for other in right.pieces)
    if mode == "within":
        return every(negation(piece.where(negation(_within(piece.codes, right)))) for piece in left.pieces)
    if left.alone is not None and right.alone is not None:
        return _pair(left.alone, mode, right.alone)
    if right.constant is None:
        raise ExpressionError("'>=' needs a constant set on its right here")
    return every(tested(left, "overlaps", among({code})) for code in sorted(right.constant))


def _within(held: Held | frozenset[str], right: Codes) -> Condition:
    """All of these codes are in a set."""
    if right.alone is not None:
        return _pair(held, "within", right.alone)
    if isinstance(held, Held) and held.many:
        raise ExpressionError("a set that a fact holds is compared with a constant, or with what another fact holds")
    each = [among({code}) for code in sorted(held)] if isinstance(held, frozenset) else [Codes((Piece(held),))]
    return every(tested(one, "overlaps", right) for one in each)


def _pair(left: Held | frozenset[str], mode: Mode, right: Held | frozenset[str]) -> Condition:
    """A test between two facts, a fact and constant codes, or constant codes."""
    if isinstance(left, Held):
        mode = mode if left.many else "in"
        if isinstance(right, Held):
            return Member(left.path, mode, right.path, left.place and right.place)
        if left.domain is not None and (odd := sorted(right - left.domain)):  # a closed list cannot hold it: almost always a slip
            hint = nearest(odd[0], left.domain) or "it may be " + ", ".join(sorted(left.domain)[:12])
            raise ExpressionError(f"'{odd[0]}' is not a word for '{left.path.fact}'", hint)
        return Member(left.path, mode, right, left.place)
    if isinstance(right, Held):
        return _pair(right, MIRRORED[mode], left)
    return Const(TRUE if SURELY[mode](left, right) else FALSE)


def as_codes(found: Meaning, at: int | None = None) -> Codes:
    """What is found, as codes: a record is known by its name."""
    if isinstance(found, Record):
        return Codes((Piece(Held(found.path("@id"))),))
    if not isinstance(found, Codes):
        raise ExpressionError(f"a code or a set is expected, and this is {kind_of(found)}", at=at)
    return found


def as_set(found: Meaning) -> Codes:
    """What is found, if it is a set."""
    if not isinstance(found, Codes) or not found.many:
        raise ExpressionError(f"a set is expected, and this is {kind_of(found)}")
    return found


def is_set(found: Meaning) -> bool:
    """Is it a set?"""
    return isinstance(found, Codes) and found.many
