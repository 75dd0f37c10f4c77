"""What a fact may still be: a truth, an interval, one of several codes, a set known from both sides.

Truths are the integers FALSE = 0, UNKNOWN = 1, TRUE = 3: bit 0 says *possibly*, bit 1 says *surely*, so that
three-valued `and` and `or` (Kleene 1952, strong) are bitwise and, or. Numbers and dates are intervals of whole quanta.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias

Truth: TypeAlias = int
FALSE: Final = 0
UNKNOWN: Final = 1
TRUE: Final = 3
NOT: Final = (3, 1, 1, 0)
WORDS: Final = {FALSE: "false", UNKNOWN: "unknown", TRUE: "true"}

MIN: Final = -(2**61)
MAX: Final = 2**61


class Interval(NamedTuple):
    """A number of quanta, or a day number, somewhere from `lo` to `hi`, both included; `lo > hi` is no value at all."""

    lo: int
    hi: int


ANYWHERE: Final = Interval(MIN, MAX)
NOWHERE: Final = Interval(MAX, MIN)


@dataclass(frozen=True, slots=True)
class OneOf:
    """A single code: one of `members`; `None` is any code at all, the empty set is no code."""

    members: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class SetOf:
    """A set of codes that holds every `known` one and perhaps others of `possible` (`None`: any others)."""

    known: frozenset[str]
    possible: frozenset[str] | None

    @property
    def closed(self) -> bool:
        """Nothing else can be in it."""
        return self.possible is not None and self.possible <= self.known


@dataclass(frozen=True, slots=True)
class _Special:
    name: str


NOTHING: Final = _Special("nothing")
"""The value of every fact of nobody: each test on it is false."""
UNLIMITED: Final = _Special("unlimited")
"""A limit that an instrument does not name: each test on it is true."""

Choice: TypeAlias = OneOf | SetOf | _Special
Value: TypeAlias = Truth | Interval | Choice

ANY_CODE: Final = OneOf(None)
ANY_SET: Final = SetOf(frozenset(), None)
NO_CODE: Final = OneOf(frozenset())
EMPTY: Final = SetOf(frozenset(), frozenset())


def only(value: object) -> str:
    """The one code that a fact surely is, or nothing."""
    return next(iter(value.members)) if isinstance(value, OneOf) and value.members is not None and len(value.members) == 1 else ""


def all_of(truths: Iterable[Truth]) -> Truth:
    """Three-valued conjunction."""
    result = TRUE
    for truth in truths:
        result &= truth
    return result


def any_of(truths: Iterable[Truth]) -> Truth:
    """Three-valued disjunction."""
    result = FALSE
    for truth in truths:
        result |= truth
    return result


def compare(left: Interval, op: str, right: Interval) -> Truth:
    """How two intervals compare: sure if every pair does, possible if some pair does. No value compares with nothing."""
    if left.lo > left.hi or right.lo > right.hi:
        return FALSE
    match op:
        case "<":
            return _rails(left.hi < right.lo, left.lo < right.hi)
        case "<=":
            return _rails(left.hi <= right.lo, left.lo <= right.hi)
        case ">" | ">=":
            return compare(right, op.replace(">", "<"), left)
        case "==":
            return _rails(left.lo == left.hi == right.lo == right.hi, left.lo <= right.hi and right.lo <= left.hi)
        case _:
            raise ValueError(op)


def _rails(surely: bool, possibly: bool) -> Truth:
    return TRUE if surely else UNKNOWN if possibly else FALSE
