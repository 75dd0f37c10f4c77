"""What a plan takes of a Python dict: facts by name, each read as what it may be; what is no fact, or no value of one, is said.

A value is a bool, a number, a date, a code (`str`), a set of codes, or a partial value (`Between`, `OneOf`, `SetOf`); an absent fact,
or `None`, is unknown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import suppress
from copy import copy
from fractions import Fraction
from itertools import islice
from typing import Any, Final, NamedTuple, TypeAlias

from comity.facts.member import member, related
from comity.facts.place import PLACE
from comity.facts.value import ANY_CODE, ANYWHERE, FALSE, MAX, MIN, NOTHING, TRUE, UNKNOWN, Choice, Interval, OneOf, SetOf, Truth, compare
from comity.facts.vocabulary import SETS, Vocabulary
from comity.facts.vocabulary import Fact as Meant
from comity.flat.names import Leaf, Names, terms
from comity.law.condition import Compare, Fact, Member, Path, Term
from comity.text.source import MAX_MISTAKES, nearest
from comity.verdict.plan import Plan

Facts: TypeAlias = Mapping[str, Any]
TRUTHS: Final[Mapping[Any, Truth]] = {True: TRUE, False: FALSE, None: UNKNOWN, NOTHING: FALSE}


class Between(NamedTuple):
    """A number or date known only to lie between two, both included; `None` is no end."""

    lo: Any
    hi: Any


LIMIT: Final = 4_096
"""The most values of a fact that a table remembers."""
LARGE: Final = 32
"""Codes of a value, from which on it is a large one: of these a table remembers one, or whoever asks could fill the memory with them."""
PLAIN: Final = (str, dt.date, frozenset)
"""Kinds of values of which equal ones are read alike, as 1 and True are not: what was read well once is not read again to be sure."""
GUESSED: Final = 20
"""As many names that are no fact get a suggestion: each is looked for among all facts."""


class Pairs(dict[tuple[Any, Any], Truth]):
    """The truths of a test on two facts, by their values: judged when a pair is first met. The pairs are many where the values are few."""

    def __init__(self, judge: Callable[..., Truth]) -> None:
        self.judge = judge

    def __missing__(self, pair: tuple[Any, Any]) -> Truth:
        _make_room(self, *pair)
        made = self[pair] = self.judge(*pair)
        return made


class Intake:
    """The facts that a plan reads, by name, how each is read, and what tests said of the values met so far."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.names = plan, Names(plan)
        self.readers = {self.names.of[term]: self._reader(leaf, term) for leaf in self.names.leaves for term in terms(leaf)}
        self.blank = dict.fromkeys(self.readers)
        self._known = set(self.readers)
        self._taken = set[tuple[str, Any]]()
        self._tables: list[tuple[str, dict[Any, Any], Callable[[Any], Any]]] = []

    def only(self, names: Iterable[str]) -> Intake:
        """The same for legs of which only these facts are read; it remembers apart."""
        made = copy(self)
        made.blank, made._tables = dict.fromkeys(names), []  # noqa: SLF001 -- its own
        return made

    def table(self, name: str, judge: Callable[[Any], Any]) -> dict[Any, Any]:
        """What is made of each value of a fact that was met: a plain dict, because nothing is faster; `learn` fills it."""
        self._tables.append((name, {}, judge))
        return self._tables[-1][1]

    def accept(self, facts: Facts) -> None:
        """Raises `ValueError` with every mistake, where a name is met for the first time that no law of the plan reads."""
        if not self._known.issuperset(facts):
            if found := self.mistakes(facts):
                raise ValueError("\n".join(found))
            self._known.update(facts)

    def learn(self, facts: Facts) -> dict[str, Any]:
        """The facts, what is absent being unknown; if nothing is, every table now holds them. Raises `ValueError` with every mistake."""
        full = {**self.blank, **facts}
        if len(full) > len(facts):
            self.accept(full)
            return full
        if found := self.mistakes(full):
            raise ValueError("\n".join(found))
        full = {name: frozenset(value) if value.__class__ in (set, list, tuple) else value for name, value in full.items()}
        for name, table, judge in self._tables:
            if full[name] not in table:
                _make_room(table, full[name])
                table[full[name]] = judge(full[name])
        return full

    def _reader(self, leaf: Leaf, term: Term) -> Callable[[Any], Any]:
        name = self.names.of[term]
        match leaf:
            case Fact():
                return lambda value: _truth(value, name)
            case Compare():
                step, day = self.names.quantum(term), self.names.is_date(term) if isinstance(term, Path) else None
                return lambda value: _interval(value, name, step, day=day)
            case Member():
                fact = self.names.fact(term)
                return lambda value: _choice(value, name, fact)

    def judge(self, leaf: Leaf) -> Callable[..., Truth]:
        """The truth of a test on the values that a caller gives of its facts, in the order of `flat.names.terms`."""
        left, *more = [self.readers[self.names.of[term]] for term in terms(leaf)]
        match leaf:
            case Fact():
                return left
            case Compare(_, op, right):
                if isinstance(right, int):
                    line = Interval(right, right)
                    return lambda v: compare(left(v), op, line)
                return lambda v, w: compare(left(v), op, more[0](w))
            case Member(_, mode, right, place):
                places = self.plan.places if place else None
                if isinstance(right, frozenset):
                    return lambda v: member(left(v), mode, right, places)
                return lambda v, w: related(left(v), mode, more[0](w), places)

    def mistakes(self, facts: Facts) -> list[str]:
        """Every name that is no fact, and every value that its fact cannot have, one sentence each; hostile facts cannot make the list grow without bound."""
        found = [sentence for _, sentence in self.strange(facts)]
        for name, value in facts.items():
            if name not in self.readers or (value.__class__ in PLAIN and (name, value) in self._taken):
                continue
            if len(found) >= MAX_MISTAKES:
                break
            try:
                self.readers[name](value)
            except ValueError as fault:
                found.append(str(fault))
                continue
            if value.__class__ in PLAIN:
                _make_room(self._taken, value)
                self._taken.add((name, value))
        return found

    def strange(self, names: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Names that are no fact, each with the sentence that says so; the first of them with the name that may be meant."""
        unknown = (name for name in names if name not in self.readers and not _meant(name, self.plan.vocabulary))
        for number, name in enumerate(islice(unknown, MAX_MISTAKES)):
            among = [*self.readers, *self.plan.vocabulary.kinds["movement"]] if number < GUESSED else []
            yield name, _fault(f"there is no fact '{name}'", nearest(name, among))


def _make_room(held: dict[Any, Any] | set[Any], *values: object) -> None:
    """Forgets what is remembered, where this is too much beside it."""
    if len(held) >= LIMIT or any(_size(value) >= LARGE for value in values):
        held.clear()


def _size(value: object) -> int:
    match value:
        case str():
            return len(value) // 8
        case frozenset():
            return len(value)
        case OneOf(members):
            return len(members or ())
        case SetOf(known, possible):
            return len(known) + len(possible or ())
        case _:
            return 0


def _meant(name: str, vocabulary: Vocabulary) -> bool:
    """Does the name lead to a fact, over links?"""
    kind = "movement"
    while True:
        facts = vocabulary.kinds.get(kind, {})
        if name in facts:
            return True
        head, _, name = name.partition(".")
        if not name or head not in facts:
            return False
        kind = facts[head].to


def _fault(what: str, hint: str = "") -> str:
    return f"{what} ({hint})" if hint else what


def _truth(value: Any, name: str) -> Truth:  # noqa: ANN401 -- whatever a caller passes
    if isinstance(value, Hashable) and value in TRUTHS:
        return TRUTHS[value]
    raise ValueError(f"'{name}' is true or false, not {value!r}")


def _interval(value: Any, name: str, step: Fraction, *, day: bool | None) -> Interval:  # noqa: ANN401 -- whatever a caller passes
    """A number or date as quanta; `day` is None where it may be either."""
    match value:
        case None:
            return ANYWHERE
        case Interval():
            return value
        case Between(lo, hi):
            ends = [_interval(end, name, step, day=day) for end in value]
            between = Interval(MIN if lo is None else ends[0].lo, MAX if hi is None else ends[1].hi)
            if between.lo > between.hi:  # what lies nowhere would fail every test
                raise ValueError(f"'{name}' runs backwards (the smaller end comes first)")
            return between
        case dt.date() if day is not False:
            return Interval(value.toordinal(), value.toordinal())
        case int() if not day and not isinstance(value, bool):  # the same as below, in a tenth of the time
            scaled = value * step.denominator
            return _held(scaled // step.numerator, -(-scaled // step.numerator), name)
        case _ if not day and not isinstance(value, (bool, str)):
            exact: Fraction | None = None
            with suppress(TypeError, ValueError, OverflowError):
                exact = Fraction(value) / step
            if exact is not None:
                return _held(exact.__floor__(), exact.__ceil__(), name)
        case _:
            pass
    raise ValueError(f"'{name}' is a {'date' if day else 'number'}, not {value!r}")


def _held(lo: int, hi: int, name: str) -> Interval:
    """An interval of quanta, if columns can hold it too."""
    if not MIN < lo <= hi < MAX:
        raise ValueError(f"'{name}' is larger than this fact can hold")
    return Interval(lo, hi)


def _choice(value: Any, name: str, fact: Meant | None) -> Choice:  # noqa: ANN401 -- whatever a caller passes
    """A code or set of codes as what it may be; one code given for a set is the set of it."""
    several, codes = True, frozenset[Any]()
    match value:
        case None:
            return fact.anything if fact is not None else ANY_CODE  # type: ignore[return-value]  # of a code or set
        case OneOf(members):
            several, codes = False, members or frozenset()
        case SetOf(known, possible):
            codes = known | (possible or frozenset())
        case _ if isinstance(value, Choice):
            return value
        case str():
            several, codes = fact is not None and fact.type in SETS, frozenset({value})
        case set() | frozenset() | list() | tuple() if not isinstance(value, Between):
            codes = frozenset(value)
        case _:
            raise ValueError(f"'{name}' is a code, not {value!r}")
    if fact is not None and several != (fact.type in SETS):
        raise ValueError(f"'{name}' is {'several codes' if fact.type in SETS else 'one code'}, not {value!r}")
    for code in codes:
        if not isinstance(code, str):
            raise ValueError(f"'{name}' is made of codes, and {code!r} is none")  # noqa: TRY004 -- every mistake is one kind of fault
        if fact is not None and (among := fact.instead(code)):
            raise ValueError(_fault(f"'{code}' is not a word for '{name}'", nearest(code, among)))
        if fact is not None and fact.type in ("place", "places") and not PLACE.fullmatch(code):
            raise ValueError(_fault(f"'{code}' is not a place for '{name}'", "write an ISO 3166 code such as XX or XX-AB, or a group's name"))
    if isinstance(value, (OneOf, SetOf)):
        return value
    return SetOf(codes, codes) if several else OneOf(codes)
