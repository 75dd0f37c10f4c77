"""A world as columns. Every kind is a table; a column holds what each record's fact may be; links are row numbers.

Two rows stand behind the last record of every table: one of whom nothing is known, and nobody. A link that is unknown or
none leads there, so a path over links never needs a special case.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from comity.facts.record import Rows
from comity.facts.value import ANY_CODE, ANYWHERE, FALSE, NO_CODE, NOTHING, NOWHERE, UNKNOWN, Choice, Interval, OneOf, SetOf, Value
from comity.facts.vocabulary import Fact

Ints: TypeAlias = NDArray[Any]
"""Whole numbers; numpy's own types of them differ from call to call."""
Codes: TypeAlias = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Truths:
    """A truth for each row: 0, 1 or 3."""

    codes: Codes


@dataclass(frozen=True, eq=False)
class Numbers:
    """An interval for each row; `short` is the same in a narrower type, whose ends stand for `MIN` and `MAX`."""

    lo: Ints
    hi: Ints
    short: Numbers | None = None

    @cached_property
    def nowhere(self) -> Ints:
        """The rows in which there is no number at all."""
        return np.flatnonzero(self.lo > self.hi)


class Values(list[Choice]):
    """What a column of choices may hold, and what was found out about it: once for every column that holds it."""

    @cached_property
    def singles(self) -> Ints:
        """For each value the number of the one code that it is; -1 if it is no known single code."""
        codes = [v.members if isinstance(v, OneOf) and v.members and len(v.members) == 1 else None for v in self]
        return np.array([_number(next(iter(c))) if c else -1 for c in codes], dtype=np.int64)

    @cached_property
    def shapes(self) -> Codes:
        """What can be said of each value without its codes: one of the `SHAPES`."""
        return np.array([_shape(v) for v in self], dtype=np.uint8)

    @cached_property
    def held(self) -> Ints:
        """Every code of every known value, as pairs of numbers in one."""
        codes = [v.members if isinstance(v, OneOf) else v.known if isinstance(v, SetOf) else () for v in self]
        return np.array(sorted(i * PAIR + _number(c) for i in np.flatnonzero(self.shapes == KNOWN).tolist() for c in codes[i] or ()), dtype=np.int64)

    @cached_property
    def answers(self) -> dict[Hashable, Any]:
        """By test, what was made of the values for it."""
        return {}


@dataclass(frozen=True, slots=True)
class Choices:
    """A code or set for each row: its number in `values`, so that a test is made once per value and looked up."""

    ids: Ints
    values: Values


ANYTHING, KNOWN, NONE, NOBODY, EVERY, PARTLY = range(6)
"""Shapes of values: anything at all, known and not empty, known to be empty, nobody's, an unlimited limit, partly known."""
_NUMBERS: dict[str, int] = {}
PAIR = 2**36
"""More than there are codes."""


def _shape(value: Choice) -> int:
    match value:
        case OneOf(members):
            return ANYTHING if members is None else (NONE, KNOWN)[len(members)] if len(members) < 2 else PARTLY
        case SetOf(known, possible):
            return (KNOWN if known else NONE) if value.closed else ANYTHING if possible is None and not known else PARTLY
        case _:
            return NOBODY if value is NOTHING else EVERY


def _number(code: str) -> int:
    """A number for a code, the same wherever the code is met."""
    return _NUMBERS.setdefault(code, len(_NUMBERS))


def paired(value: Ints, code: Ints) -> Ints:
    """The number of a value and of a code in one number."""
    return value * PAIR + code


Column: TypeAlias = Truths | Numbers | Choices


@dataclass(frozen=True, slots=True)
class Children:
    """Rows that belong to rows: those of row i are `index[offsets[i]:offsets[i+1]]` of `table`; `open[i]`: perhaps more."""

    offsets: Ints
    index: Ints
    table: Table
    open: NDArray[np.bool_]


class Table(Protocol):
    """Records of one kind as columns; every column is two longer than `n`."""

    kind: str
    facts: Mapping[str, Fact]

    @property
    def n(self) -> int:
        """How many records there are."""

    def column(self, fact: str) -> Column:
        """The column of a fact; a fact nobody stated is unknown in every row."""

    def link(self, fact: str) -> Ints:
        """The rows of another table that a link leads to."""

    def children(self, fact: str) -> Children:
        """The rows of a relation."""


@dataclass
class RecordTable:
    """A table made from records in memory."""

    kind: str
    ids: Sequence[str]
    rows: Sequence[Mapping[str, Value | Rows]]
    facts: Mapping[str, Fact]
    target: Callable[[str], Table]
    implied: Mapping[str, Sequence[Value]] = field(default_factory=dict)
    relations: Mapping[str, Callable[[], Children]] = field(default_factory=dict)
    _columns: dict[str, Column] = field(default_factory=dict)
    _links: dict[str, Ints] = field(default_factory=dict)
    _children: dict[str, Children] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """How many records there are."""
        return len(self.ids)

    def column(self, fact: str) -> Column:
        """The column of a fact or of what a record implies (`@id`, `@entity`, `@group`)."""
        if fact not in self._columns:
            if fact in self.implied:
                self._columns[fact] = _choices(self.implied[fact], ANY_CODE)
            elif fact == "@id":
                values: Sequence[Value] = [OneOf(frozenset({i})) for i in self.ids]
                self._columns[fact] = _choices(values, ANY_CODE)
            else:
                known, unknown = self.facts[fact], self.facts[fact].unknown
                self._columns[fact] = column([_value(row.get(fact, unknown)) for row in self.rows], known)
        return self._columns[fact]

    def link(self, fact: str) -> Ints:
        """The rows a link leads to; several possible targets are as good as unknown."""
        if fact not in self._links:
            table = self.target(self.facts[fact].to)
            where = {name: i for i, name in enumerate(getattr(table, "ids", ()))}
            rows = [_target(_value(row.get(fact, ANY_CODE)), where, table.n) for row in self.rows]
            self._links[fact] = np.array([*rows, table.n, table.n + 1], dtype=np.int64)
        return self._links[fact]

    def children(self, fact: str) -> Children:
        """The rows of a relation: rows of the record itself, records it links to, or a relation of the leg."""
        if fact not in self._children:
            if fact in self.relations:
                self._children[fact] = self.relations[fact]()
            elif self.facts[fact].type == "links":
                self._children[fact] = self._linked(fact)
            else:
                self._children[fact] = self._owned(fact)
        return self._children[fact]

    def _owned(self, fact: str) -> Children:
        lists = [found if isinstance(found := row.get(fact), Rows) else Rows((), open=True) for row in self.rows]
        rows = [r for one in lists for r in one.rows]
        table = RecordTable(f"rows:{self.kind}/{fact}", [str(i) for i in range(len(rows))], rows, self.facts[fact].columns, self.target)
        return children([len(one.rows) for one in lists], np.arange(len(rows), dtype=np.int64), table, [one.open for one in lists])

    def _linked(self, fact: str) -> Children:
        table = self.target(self.facts[fact].to)
        where = {name: i for i, name in enumerate(getattr(table, "ids", ()))}
        sets = [found if isinstance(found := row.get(fact), SetOf) else SetOf(frozenset(), None) for row in self.rows]
        index = [where[m] for one in sets for m in sorted(one.known) if m in where]
        counts = [sum(m in where for m in one.known) for one in sets]
        return children(counts, np.array(index, dtype=np.int64), table, [not one.closed for one in sets])


def children(counts: Sequence[int] | Ints, index: Ints, table: Table, open_: Sequence[bool] | NDArray[np.bool_]) -> Children:
    """Rows that belong to rows, with the two last: of the unknown one there may be any, of nobody none."""
    offsets = np.concatenate([[0], np.cumsum(np.append(counts, [0, 0]))]).astype(np.int64)
    return Children(offsets, index, table, np.append(open_, [True, False]).astype(bool))


def column(values: Sequence[Value], fact: Fact) -> Column:
    """The column of a fact from its values."""
    match fact.type:
        case "bool":
            return Truths(np.array([*(v if isinstance(v, int) else UNKNOWN for v in values), UNKNOWN, FALSE], dtype=np.uint8))
        case "number" | "date":
            spans = [*(v if isinstance(v, Interval) else ANYWHERE for v in values), ANYWHERE, NOWHERE]
            return Numbers(np.array([s.lo for s in spans], dtype=np.int64), np.array([s.hi for s in spans], dtype=np.int64))
        case _:
            anything = fact.anything
            return _choices(values, anything if isinstance(anything, (OneOf, SetOf)) else ANY_CODE)


def _choices(values: Sequence[Value], anything: Choice) -> Choices:
    numbers: dict[Choice, int] = {}
    ids = [numbers.setdefault(v if not isinstance(v, (int, Interval)) else anything, len(numbers)) for v in (*values, anything, NOTHING)]
    return Choices(np.array(ids, dtype=np.int32), Values(numbers))


def _value(found: Value | Rows) -> Value:
    return UNKNOWN if isinstance(found, Rows) else found


def _target(value: Value, where: Mapping[str, int], n: int) -> int:
    if value == NO_CODE:
        return n + 1
    return where.get(next(iter(value.members)), n) if isinstance(value, OneOf) and value.members and len(value.members) == 1 else n
