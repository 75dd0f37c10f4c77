"""Kinds of record as Arrow tables: the same columns as a world file, one table a kind, one row a record.

A column is named like its fact; NULL is unknown. A number or day may instead be two columns, `fact.from` and `fact.to`. Codes are
text, sets and links to several are lists of text (`...` in a list: perhaps more), rows are lists of structs or a table of their
own (`parties.owners`, with the record under `of`). A column that is not there is unknown, or what the world presumes.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from comity.facts.source import Mistake, Mistakes, Place, SourceError, nearest
from comity.facts.table import Children, Choices, Column, Ints, Numbers, Table, Truths, children
from comity.facts.value import ANY_CODE, ANY_SET, ANYWHERE, FALSE, MAX, MIN, NO_CODE, NOTHING, TRUE, UNKNOWN, UNLIMITED, Choice, Interval, OneOf, SetOf
from comity.facts.vocabulary import SETS, Fact
from comity.facts.world import Rows, Stated

SEPARATOR = "\x1f"
EPOCH = dt.date(1970, 1, 1).toordinal()


@dataclass
class ArrowTable:
    """A table of one kind. `presumed`: what a fact is where neither a column nor a cell says."""

    kind: str
    data: pa.Table
    facts: Mapping[str, Fact]
    target: Callable[[str], Table]
    presumed: Mapping[str, Stated] = field(default_factory=dict)
    rows_of: Mapping[str, pa.Table] = field(default_factory=dict)
    implied: Mapping[str, Column] = field(default_factory=dict)
    relations: Mapping[str, Callable[[], Children]] = field(default_factory=dict)
    file: str = ""
    _columns: dict[str, Column] = field(default_factory=dict)
    _links: dict[str, Ints] = field(default_factory=dict)
    _children: dict[str, Children] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """How many records there are."""
        return int(self.data.num_rows)

    @cached_property
    def ids(self) -> list[str]:
        """The names of the records."""
        return [str(i) for i in self.data.column("id").to_pylist()] if "id" in self.data.column_names else [str(i) for i in range(self.n)]

    @cached_property
    def where(self) -> dict[str, int]:
        """The row of each record by name."""
        return {name: i for i, name in enumerate(self.ids)}

    def column(self, fact: str) -> Column:
        """The column of a fact, two longer than there are rows."""
        if fact not in self._columns:
            if fact in self.implied:
                self._columns[fact] = self.implied[fact]
            elif fact == "@id":
                values: list[Choice] = [OneOf(frozenset({i})) for i in self.ids]
                self._columns[fact] = Choices(np.arange(self.n + 2, dtype=np.int32), [*values, ANY_CODE, NOTHING])
            elif fact in ("@entity", "@group"):
                self._columns[fact] = self._implied(fact)
            else:
                self._columns[fact] = self._column(self.facts[fact])
        return self._columns[fact]

    def _implied(self, fact: str) -> Column:
        """The entity of a party that is no branch is itself; its group is what is stated, or follows from its majority owners."""
        own = self.column("@id")
        assert isinstance(own, Choices)
        if fact == "@group":
            return self._groups(own)
        parent = self.column("part_of")
        assert isinstance(parent, Choices)
        alone = np.array([v == NO_CODE for v in parent.values])[parent.ids]
        ids = np.where(alone, own.ids, np.int32(self.n))
        ids[self.n + 1] = self.n + 1
        return Choices(ids.astype(np.int32), own.values)

    def _groups(self, own: Choices) -> Choices:
        """Parties without a majority owner head a group; others belong to their majority owner's."""
        stated = self.column("group")
        assert isinstance(stated, Choices)
        known = stated.singles[stated.ids] >= 0
        owners = self.children("owners")
        share = owners.table.column("share")
        assert isinstance(share, Numbers)
        holder = owners.table.link("party")[owners.index]
        half = 50 / self.facts["owners"].columns["share"].quantum
        of = np.repeat(np.arange(self.n + 2, dtype=np.int64), np.diff(owners.offsets))
        lo, hi = share.lo[owners.index], share.hi[owners.index]
        parent = np.full(self.n + 2, -1, dtype=np.int64)
        parent[of[lo > half]] = holder[lo > half]
        doubtful = np.bincount(of[(hi > half) & (lo <= half)], minlength=self.n + 2) > 0
        found = np.where((parent < 0) & ~doubtful & ~owners.open, np.arange(self.n + 2), self.n)
        found = np.where(known, stated.ids + self.n + 2, found)
        climbing = np.flatnonzero((parent >= 0) & ~known)
        for _ in range(self.n.bit_length() + 8):  # each round climbs one owner; a ring never reaches a head and stays unknown
            found[climbing] = found[parent[climbing]]
        found[self.n :] = [self.n, self.n + 1]
        return Choices(found.astype(np.int32), [*own.values, *stated.values])

    def _column(self, fact: Fact) -> Column:
        anything = self.presumed.get(fact.name, fact.unknown)
        if fact.type in ("number", "date"):
            return self._numbers(fact, anything if isinstance(anything, Interval) else ANYWHERE)
        array = self._array(fact.name)
        if fact.type == "bool":
            unknown = anything if isinstance(anything, int) else UNKNOWN
            if array is None:
                return Truths(np.array([*[unknown] * self.n, UNKNOWN, FALSE], dtype=np.uint8))
            codes = np.where(_filled(array, fill=False), TRUE, FALSE)
            return Truths(np.append(np.where(_null(array), unknown, codes), [UNKNOWN, FALSE]).astype(np.uint8))
        return self._choices(fact, array, anything if isinstance(anything, (OneOf, SetOf)) or anything is UNLIMITED else _plain(fact))

    def _array(self, name: str) -> pa.Array | None:
        return self.data.column(name).combine_chunks() if name in self.data.column_names else None

    def _numbers(self, fact: Fact, anything: Interval) -> Numbers:
        ends = []
        for up, (end, name, tail) in enumerate(((anything.lo, f"{fact.name}.from", [MIN, MAX]), (anything.hi, f"{fact.name}.to", [MAX, MIN]))):
            array = self._array(name) if name in self.data.column_names else self._array(fact.name)
            found = np.full(self.n, end, dtype=np.int64) if array is None else np.where(_null(array), end, _quanta(array, fact, up=bool(up)))
            ends.append(np.append(found, tail))
        return Numbers(ends[0], ends[1])

    def _choices(self, fact: Fact, array: pa.Array | None, anything: Choice) -> Choices:
        if array is None:
            return Choices(np.append(np.zeros(self.n), [1, 2]).astype(np.int32), [anything, _plain(fact), NOTHING])
        if pa.types.is_list(array.type) or pa.types.is_large_list(array.type):
            array = pc.binary_join(pc.cast(array, pa.list_(pa.string())), SEPARATOR)
        encoded = array if pa.types.is_dictionary(array.type) else pc.dictionary_encode(pc.cast(array, pa.string()))
        words = encoded.dictionary.to_pylist()
        self._check_words(words, fact)
        values = [_set(w, fact) if fact.type in SETS else _code(w, none=fact.domain is None or "none" not in fact.domain) for w in words]
        unknown = len(values)
        ids = np.where(_null(encoded), unknown, _filled(encoded.indices, fill=0))
        return Choices(np.append(ids, [unknown + 1, unknown + 2]).astype(np.int32), [*values, anything, _plain(fact), NOTHING])

    def _check_words(self, words: Sequence[str], fact: Fact) -> None:
        """A word that is not on a fact's closed list would silently match nothing, so it is refused."""
        if fact.domain is None:
            return
        found = {w for cell in words if cell for w in re.split(rf"[{SEPARATOR}|]", cell)} - fact.domain - {"", "...", "none"}
        if found:
            place = Place(self.file or self.kind, 1, 1)
            raise SourceError([Mistake(place, f"'{w}' is not a word for '{fact.name}'", nearest(w, fact.domain)) for w in sorted(found)])

    def link(self, fact: str) -> Ints:
        """The rows a link leads to."""
        if fact not in self._links:
            table = self.target(self.facts[fact].to)
            array = self._array(fact)
            if array is None:
                presumed = self.presumed.get(fact, ANY_CODE)
                found = np.full(self.n, table.n + 1 if presumed == NO_CODE else table.n)
            elif pa.types.is_integer(array.type):
                found = np.where(_null(array), table.n, _filled(array, fill=0))
            else:
                encoded = array if pa.types.is_dictionary(array.type) else pc.dictionary_encode(array)
                where = _rows(table)
                presumed = table.n + 1 if self.presumed.get(fact) == NO_CODE else table.n
                rows = np.array([table.n + 1 if w == "none" else where.get(w, table.n) for w in encoded.dictionary.to_pylist()] or [table.n], dtype=np.int64)
                found = np.where(_null(encoded), presumed, rows[_filled(encoded.indices, fill=0)])
            self._links[fact] = np.append(found, [table.n, table.n + 1]).astype(np.int64)
        return self._links[fact]

    def children(self, fact: str) -> Children:
        """The rows of a relation."""
        if fact not in self._children:
            if fact in self.relations:
                self._children[fact] = self.relations[fact]()
            elif self.facts[fact].type == "links":
                self._children[fact] = self._linked(fact)
            else:
                self._children[fact] = self._owned(self.facts[fact])
        return self._children[fact]

    def _linked(self, fact: str) -> Children:
        table, column = self.target(self.facts[fact].to), self.column(fact)
        assert isinstance(column, Choices)
        where = _rows(table)
        sets = [v if isinstance(v, SetOf) else ANY_SET for v in column.values]
        lists = [[where[m] for m in sorted(s.known) if m in where] for s in sets]
        ids = column.ids[: self.n]
        sizes = np.array([len(one) for one in lists], dtype=np.int64)[ids]
        index = np.array([i for v in ids.tolist() for i in lists[v]], dtype=np.int64)
        return children(sizes.tolist(), index, table, np.array([not s.closed for s in sets])[ids].tolist())

    def _owned(self, fact: Fact) -> Children:
        closed = isinstance(self.presumed.get(fact.name), Rows)
        if fact.name in self.rows_of:
            data = self.rows_of[fact.name]
            of = np.array([self.where.get(str(i), -1) for i in data.column("of").to_pylist()]) if not pa.types.is_integer(data.column("of").type) else data.column("of").to_numpy()
            order = np.argsort(of, kind="stable")
            order = order[of[order] >= 0]
            counts = np.bincount(of[order], minlength=self.n)
            table = ArrowTable(f"rows:{self.kind}/{fact.name}", data.take(pa.array(order)), fact.columns, self.target)
            return children(counts.tolist(), np.arange(len(order), dtype=np.int64), table, [not closed] * self.n)
        array = self._array(fact.name)
        if array is None:
            empty = ArrowTable(f"rows:{self.kind}/{fact.name}", pa.table({"of": pa.array([], pa.int64())}), fact.columns, self.target)
            return children([0] * self.n, np.zeros(0, dtype=np.int64), empty, [not closed] * self.n)
        lengths = _filled(pc.list_value_length(array), fill=0)
        inner = pa.Table.from_struct_array(array.flatten()) if pa.types.is_struct(array.type.value_type) else pa.table({next(iter(fact.columns)): array.flatten()})
        table = ArrowTable(f"rows:{self.kind}/{fact.name}", inner, fact.columns, self.target)
        return children(lengths.tolist(), np.arange(inner.num_rows, dtype=np.int64), table, _null(array).tolist())


def check(table: pa.Table, facts: Mapping[str, Fact], file: str, mistakes: Mistakes) -> None:
    """Notes columns that no fact bears, and columns of the wrong type."""
    for name, type_ in zip(table.column_names, table.schema.types, strict=True):
        base = name.removesuffix(".from").removesuffix(".to")
        if name in ("id", "of", "about"):
            continue
        if base not in facts:
            mistakes.add(Place(file, 1, 1), f"there is no fact '{name}'", nearest(base, facts))
        elif not _fits(type_, facts[base]):
            mistakes.add(Place(file, 1, 1), f"the column '{name}' holds {type_}, and '{base}' is a {facts[base].type}")


def _fits(type_: pa.DataType, fact: Fact) -> bool:
    plain = type_.value_type if pa.types.is_dictionary(type_) else type_
    match fact.type:
        case "bool":
            return bool(pa.types.is_boolean(type_))
        case "number":
            return bool(pa.types.is_integer(type_) or pa.types.is_floating(type_) or pa.types.is_decimal(type_))
        case "date":
            return bool(pa.types.is_date(type_))
        case "codes" | "places" | "links" | "rows":
            return bool(pa.types.is_list(type_) or pa.types.is_large_list(type_))
        case "link":
            return bool(pa.types.is_string(plain) or pa.types.is_large_string(plain) or pa.types.is_integer(type_))
        case _:
            return bool(pa.types.is_string(plain) or pa.types.is_large_string(plain))


def _rows(table: Table) -> Mapping[str, int]:
    where = getattr(table, "where", None)
    return where if where is not None else {name: i for i, name in enumerate(getattr(table, "ids", ()))}


def _null(array: pa.Array) -> NDArray[np.bool_]:
    return np.asarray(pc.is_null(array))


def _filled(array: pa.Array, *, fill: Any) -> NDArray[Any]:  # noqa: ANN401 -- any value of the array's type
    return np.asarray(pc.fill_null(array, fill))


def _quanta(array: pa.Array, fact: Fact, *, up: bool) -> Ints:
    """Numbers as whole quanta, rounded outward where they are finer; days as day numbers."""
    if pa.types.is_date(array.type):
        return _filled(pc.cast(pc.cast(array, pa.date32()), pa.int32()), fill=0).astype(np.int64) + EPOCH
    if pa.types.is_integer(array.type) and fact.quantum.numerator == 1:
        return np.clip(_filled(array, fill=0).astype(np.int64), MIN // fact.quantum.denominator, MAX // fact.quantum.denominator) * fact.quantum.denominator
    exact = [Fraction(v) / fact.quantum if v is not None else Fraction(0) for v in array.to_pylist()]
    return np.array([min(max(e.__ceil__() if up else e.__floor__(), MIN), MAX) for e in exact], dtype=np.int64)


def _plain(fact: Fact) -> Choice:
    return found if isinstance(found := fact.anything, (OneOf, SetOf)) else ANY_CODE


@lru_cache(maxsize=1_000_000)
def _code(word: str, *, none: bool) -> Choice:
    if word == "none" and none:
        return NO_CODE
    return OneOf(frozenset(part.strip() for part in word.split("|")))


def _set(words: str, fact: Fact) -> Choice:
    members = frozenset(w for w in words.split(SEPARATOR) if w)
    known = members - {"..."}
    return SetOf(known, known) if "..." not in members else SetOf(known, fact.domain)
