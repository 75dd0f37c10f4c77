"""Dimensions: tests of legs by what they read, and the classes of legs that each group of tests tells apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from comity.facts.group import distinct
from comity.facts.member import member
from comity.facts.place import Places
from comity.facts.table import Choices, Codes, Column, Ints, Numbers, Truths
from comity.facts.value import FALSE, TRUE, UNKNOWN, Choice, Interval, compare
from comity.law.condition import Compare, Condition, Counted, Exists, Fact, Member, Path, Share, Term, Total
from comity.tables.bundle import Bundle, kept
from comity.tables.numbered import numbered
from comity.verdict.home import places, rehomed
from comity.verdict.plan import walk
from comity.verdict.scale import Columns

TOGETHER: Final = 8
"""Tests of several records that make one dimension: their truths fit one small number."""
SIDED: Final = frozenset({"actor", "role", "knowledge", "intents"})
"""Facts of a leg that differ between those who act in one movement."""
DEALT: Final = frozenset({"dealing", "concerning", "measures"})
"""Relations of legs that other records make."""
EVERYWHERE: Final = frozenset({"measures"})
"""Those that are the same for every leg."""
SHORT: Final = 2**20
"""The longest stretch of numbers of which each is looked up, not searched."""


@dataclass(eq=False)
class Dimension:
    """Tests of whatever they read: made of each leg, where they matter. `truths[:, c]` is what class c makes of each test."""

    tests: Sequence[Condition]
    over: str = ""
    truths: Codes = field(init=False)
    _known: dict[bytes, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """No class is met yet."""
        self.truths = np.zeros((len(self.tests), 0), dtype=np.uint8)

    def classes(self, columns: Columns, legs: Ints) -> Ints:
        """The class of each of these legs, or one class that all share."""
        if not self.over or not len(legs):
            return self._made(columns, legs)
        some = belongs(columns, self.over)[legs]
        here, rest = np.flatnonzero(some), np.flatnonzero(~some)
        found = np.zeros(len(legs), dtype=np.int64)
        if len(here):
            found[here] = self._made(columns, legs[here])
        if len(rest):
            memo = kept(columns).memo
            if self not in memo:
                memo[self] = self._made(columns, legs[rest[:1]])[0]
            found[rest] = int(memo[self])  # type: ignore[call-overload]  # what was put there
        return found

    def _made(self, columns: Columns, legs: Ints) -> Ints:
        frame = columns.legs().part(legs)
        return self._numbered(np.stack([columns.truth(test, frame) for test in self.tests]))

    @cached_property
    def reads(self) -> frozenset[str] | None:
        """The columns of the leg that decide the tests; None if they do not alone."""
        return read(self.tests)

    @cached_property
    def sided(self) -> bool:
        """Does who acts matter to these tests?"""
        return any(_sided(node) for node in walk(self.tests))

    def _numbered(self, truths: Codes) -> Ints:
        """The class of each column of truths."""
        keys = np.zeros(truths.shape[1], dtype=np.int64)
        first = keys[:1]
        for start in range(0, len(truths), TOGETHER):
            for row in truths[start : start + TOGETHER]:
                keys = keys * 4 + row
            first, keys = distinct(keys)
        return np.array([self.number(truths[:, i]) for i in first.tolist()], dtype=np.int64)[keys]

    def number(self, truths: Codes) -> int:
        """The class that makes this of the tests."""
        key = truths.tobytes()
        if key not in self._known:
            self._known[key] = len(self._known)
            self.truths = np.append(self.truths, truths.reshape(-1, 1), axis=1)
        return self._known[key]


@dataclass(eq=False)
class Linked(Dimension):
    """Tests of one record that legs link to: made once for each record."""

    link: str = ""

    def classes(self, columns: Columns, legs: Ints) -> Ints:
        """The class of each of these legs, or one class that all share."""
        table = columns.tables.kinds[columns.tables.legs.facts[self.link].to]
        link = columns.tables.legs.link(self.link)
        if alike(columns, self.link, link):
            legs = legs[:1]
        if table.n > 4 * len(legs):  # few legs of many records: made leg by leg
            return self._made(columns, legs)
        frame = columns.table_frame(table)
        if self not in frame.memo:
            frame.memo[self] = self._numbered(np.stack([columns.truth(rehomed(test, "leg", (self.link,)), frame) for test in self.tests]))
        found: Ints = frame.memo[self]  # type: ignore[assignment]  # what was put there
        return found[link[legs]]


@dataclass(eq=False)
class Own(Dimension):
    """Tests of one fact of the leg itself against constants: made once for each value, or for each stretch of numbers."""

    fact: str = ""
    _values: dict[Choice, int] = field(default_factory=dict)
    _spans: dict[int, int] = field(default_factory=dict)

    def classes(self, columns: Columns, legs: Ints) -> Ints:
        """The class of each of these legs, or one class that all share."""
        column = columns.tables.legs.column(self.fact)
        if alike(columns, self.fact, *_held(column)):
            legs = legs[:1]
        match column:
            case Truths(codes):
                made = [self.number(np.full(len(self.tests), truth, dtype=np.uint8)) for truth in (FALSE, UNKNOWN, UNKNOWN, TRUE)]
                return np.array(made, dtype=np.int64)[codes[legs]]
            case Choices(ids, values):
                if self not in values.answers:
                    values.answers[self] = np.array([self._chosen(value, columns.tables.places) for value in values], dtype=np.int64)
                found: Ints = values.answers[self][ids[legs]]
                return found
            case Numbers(lo, hi):
                return self._measured(lo[legs], hi[legs])

    def _chosen(self, value: Choice, places: Places) -> int:
        if value not in self._values:
            tests = [(t.mode, t.right, places if t.place else None) for t in self.tests if isinstance(t, Member) and isinstance(t.right, frozenset)]
            self._values[value] = self.number(np.array([member(value, *test) for test in tests], dtype=np.uint8))
        return self._values[value]

    def _measured(self, lo: Ints, hi: Ints) -> Ints:
        """Numbers between two neighbouring lines are alike."""
        start = self._between(lo)
        end = start if np.array_equal(lo, hi) else self._between(hi)
        keys = np.where(lo > hi, -1, start * (len(self._lines) + 1) + end)
        first, numbers = distinct(keys)
        for key, row in zip(keys[first].tolist(), first.tolist(), strict=True):
            if key not in self._spans:
                span = Interval(int(lo[row]), int(hi[row]))
                self._spans[key] = self.number(np.array([compare(span, op, Interval(line, line)) for op, line in self._compared], dtype=np.uint8))
        return np.array([self._spans[key] for key in keys[first].tolist()], dtype=np.int64)[numbers]

    @cached_property
    def _compared(self) -> list[tuple[str, int]]:
        return [(test.op, test.right) for test in self.tests if isinstance(test, Compare) and isinstance(test.right, int)]

    @cached_property
    def _lines(self) -> Ints:
        return np.unique([line + step for _, line in self._compared for step in (0, 1)])

    def _between(self, values: Ints) -> Ints:
        """Between which lines each number lies."""
        low, high = int(values.min()), int(values.max())
        few = high - low < min(SHORT, len(values))
        places: Ints = np.searchsorted(self._lines, np.arange(low, high + 1) if few else values, side="right")
        return places[values - low] if few else places


@dataclass(eq=False, kw_only=True)
class Joint(Dimension):
    """The tests of several dimensions that one bundle decides. `signed`: what is left to decide after these tests say so: alike for one class."""

    bundle: Bundle
    parts: Sequence[Dimension]
    signed: Callable[[Codes], Sequence[bytes]]
    _signed: dict[bytes, int] = field(default_factory=dict)

    def classes(self, columns: Columns, legs: Ints) -> Ints:
        """The class of each of these legs, made once for each combination where the columns of the bundle say."""
        numbers = self.bundle.numbers(columns)
        if numbers is None:
            return self._classes(columns, legs)
        return self.bundle.found(columns, self, numbers[legs >> 1], lambda rows: self._classes(columns, legs[rows]))

    def _classes(self, columns: Columns, legs: Ints) -> Ints:
        found = [np.broadcast_to(part.classes(columns, legs), len(legs)) for part in self.parts]
        rows, of = numbered(found, len(legs))
        truths = np.concatenate([part.truths[:, one[rows]] for part, one in zip(self.parts, found, strict=True)])
        keys = [column.tobytes() for column in truths.T]
        fresh = [at for at, key in enumerate(keys) if key not in self._known]
        for at, signature in zip(fresh, self.signed(truths[:, fresh]) if fresh else (), strict=True):
            self._known[keys[at]] = self._signed.setdefault(signature, len(self._signed))
            if len(self._signed) > self.truths.shape[1]:
                self.truths = np.append(self.truths, truths[:, at : at + 1], axis=1)
        return np.array([self._known[key] for key in keys], dtype=np.int64)[of]


def belongs(columns: Columns, relation: str) -> NDArray[np.bool_]:
    """Whether any row of a relation may belong to each leg."""
    memo, key = columns.legs().memo, ("belongs", relation)
    if key not in memo:
        rows = columns.tables.legs.children(relation)
        memo[key] = (np.diff(rows.offsets) > 0) | rows.open
    return memo[key]  # type: ignore[return-value]  # what was put there


def _sided(node: Condition | Term) -> bool:
    match node:
        case Path("leg", links, fact):
            return links[:1] == ("actor",) or (not links and fact in SIDED)
        case Exists(over) | Total(over):
            return over.root == "leg" and over.links[:1] == ("actor",)
        case Share("leg", links):
            return links[:1] == ("actor",)
        case _:
            return False


def _held(column: Column) -> tuple[Ints, ...]:
    match column:
        case Truths(codes):
            return (codes,)
        case Numbers(lo, hi):
            return lo, hi
        case Choices(ids):
            return (ids,)


def alike(columns: Columns, name: str, *held: Ints) -> bool:
    """Do all legs hold the same?"""
    key, n = ("alike", name), columns.tables.legs.n
    memo = columns.legs().memo
    if key not in memo:
        memo[key] = all(one[0] == one[n - 1] and one[:n].min() == one[:n].max() for one in held)
    return bool(memo[key])


def dimensions(tests: Sequence[Condition]) -> list[Dimension]:
    """Tests by what they read: one linked record, one fact of the leg, or several things."""
    links: dict[str, list[Condition]] = {}
    facts: dict[str, list[Condition]] = {}
    several: dict[object, list[Condition]] = {}
    for test in tests:
        found = places(test)
        firsts = {place[1][:1] for place in found}
        if all(root == "leg" for root, _ in found) and len(firsts) == 1 and (link := firsts.pop()):
            links.setdefault(link[0], []).append(test)
        elif (fact := _own(test)) is not None:
            facts.setdefault(fact, []).append(test)
        else:
            several.setdefault((read([test]), _over(test), tuple(sorted(found))), []).append(test)
    made: list[Dimension] = [*(Linked(held, link=link) for link, held in links.items()), *(Own(held, fact=fact) for fact, held in facts.items())]
    for held in several.values():
        made += [Dimension(held[i : i + TOGETHER], over=_over(held[0])) for i in range(0, len(held), TOGETHER)]
    return made


def read(tests: Iterable[Condition]) -> frozenset[str] | None:
    """The columns of the leg that decide some tests; None if they do not alone."""
    found = set()
    for node in walk(tests):
        match node:
            case Path("leg", links, name) | Share("leg", links, name):
                found.add(links[0] if links else str(name))
            case Exists(over) | Total(over) if over.root == "leg":
                found.add(over.links[0] if over.links else over.source)
            case Counted():
                return None
            case _:
                pass
    return None if found & (SIDED | DEALT - EVERYWHERE) or any(name.startswith("@") for name in found) else frozenset(found - EVERYWHERE)


def _over(test: Condition) -> str:
    """The relation of legs that a test is all about, if there is one: of a leg to which no row belongs it says the same."""
    match test:
        case Fact(Exists(over)) | Compare(Total(over), _, int()) if over.root == "leg" and not over.links and over.source in DEALT:
            return over.source
        case _:
            return ""


def _own(test: Condition) -> str | None:
    """The fact of the leg that a test compares with constants, if it does just that."""
    match test:
        case Fact(Path("leg", (), fact)) | Compare(Path("leg", (), fact), _, int()) | Member(Path("leg", (), fact), _, frozenset()) if not fact.startswith("@"):
            return fact
        case _:
            return None
