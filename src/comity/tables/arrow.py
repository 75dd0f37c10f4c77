"""Kinds of record as Arrow tables: the same columns as a world file, one table a kind, one row a record.

A column is named like its fact; NULL is unstated, `unknown` in text is unknown whatever the world presumes. A number or day may
instead be two columns, `fact.from` and `fact.to`. Codes are text, sets and links to several are lists of text (`...` in a list:
perhaps more). Rows are lists of structs (a NULL among them: perhaps more), or a table of their own (`parties.owners`, with the
record under `of`; a row that says nothing else: perhaps more). A fact nobody states is unknown, or what the world presumes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import repeat
from typing import Any, Final
from weakref import ref

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from comity.facts.record import OWN, Rows, Stated
from comity.facts.table import ANYTHING, Children, Choices, Column, Ints, Numbers, Table, Truths, Values, children
from comity.facts.value import ANY_CODE, ANY_SET, ANYWHERE, FALSE, MAX, MIN, NO_CODE, NOTHING, TRUE, UNKNOWN, UNLIMITED, Choice, Interval, OneOf, SetOf
from comity.facts.vocabulary import SETS, Fact
from comity.tables import narrow
from comity.tables.silence import leads_to, of_rows

Mask = NDArray[np.bool_]
SEPARATOR: Final = "\x1f"
EPOCH: Final = dt.date(1970, 1, 1).toordinal()
DEEPEST: Final = 64
"""As many branches of branches as anyone reads."""
NOT_SHARED: Final = ("kind", "on")
"""Columns of rows that are no fact of the record although they bear its name."""
STATED, PRESUMED, SILENT = 2, 1, 0
"""Where a cell's value comes from: said there (or of its entity), presumed by the world, or from nowhere."""


@dataclass
class ArrowTable:
    """A table of one kind. `presumed`: what a fact is where no cell says; `outer`: of rows, the records that they belong to."""

    kind: str
    data: pa.Table
    facts: Mapping[str, Fact]
    target: Callable[[str], Table]
    presumed: Mapping[str, Stated] = field(default_factory=dict)
    rows_of: Mapping[str, pa.Table] = field(default_factory=dict)
    implied: Mapping[str, Callable[[], Column]] = field(default_factory=dict)
    relations: Mapping[str, Callable[[ArrowTable], Children]] = field(default_factory=dict)
    outer: tuple[ref[ArrowTable], Ints] | None = None
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
                self._columns[fact] = self.implied[fact]()
            elif fact == "@id":
                values: list[Choice] = [OneOf(frozenset({i})) for i in self.ids]
                self._columns[fact] = Choices(np.arange(self.n + 2, dtype=np.int32), Values([*values, ANY_CODE, NOTHING]))
            elif fact == "@entity":
                self._columns[fact] = self._entities()
            elif fact == "@group":
                self._columns[fact] = self._groups()
            else:
                self._columns[fact] = self._column(self.facts[fact])
        return self._columns[fact]

    def link(self, fact: str) -> Ints:
        """The rows a link leads to; several possible targets are as good as unknown."""
        if fact not in self._links:
            table = self.target(self.facts[fact].to)
            found, stated = targets(self._array(fact), table, self.n)
            if not stated.all():
                rows, state = self._read(fact, stated)
                presumed = table.n + 1 if self.presumed.get(fact) == NO_CODE else row_names(table).get(leads_to(self.presumed.get(fact)), table.n)
                found = np.where(state == STATED, found if rows is None else found[rows], np.where(state == PRESUMED, presumed, table.n))
            self._links[fact] = np.append(found, [table.n, table.n + 1])
        return self._links[fact]

    def children(self, fact: str) -> Children:
        """The rows of a relation."""
        if fact not in self._children:
            if fact in self.relations:
                self._children[fact] = self.relations[fact](self)  # told which, since one that held its table would keep the batch alive
            else:
                self._children[fact] = self._linked(fact) if self.facts[fact].type == "links" else self._owned(self.facts[fact])
        return self._children[fact]

    # -- columns -----------------------------------------------------------------------------------------------------

    def _array(self, name: str) -> pa.Array | None:
        return self.data.column(name).combine_chunks() if name in self.data.column_names else None

    @cached_property
    def _branches(self) -> tuple[Ints, Mask] | None:
        """For each party the row of the entity it is a branch of (-1: none or not known), and whether it is a branch at all."""
        if self.kind != "party" or "part_of" not in self.data.column_names:
            return None
        found, stated = targets(self._array("part_of"), self, self.n)
        return np.where(stated & (found < self.n), found, -1), stated & (found != self.n + 1)

    def _read(self, fact: str, stated: Mask) -> tuple[Ints | None, NDArray[np.int8]]:
        """The row where each record's fact is to be read (None: its own), and where the value there comes from."""
        branches = None if fact in OWN else self._branches
        if branches is None:
            return None, np.where(stated, STATED, PRESUMED).astype(np.int8)
        up, branch = branches
        rows = np.arange(self.n, dtype=np.int64)
        for _ in range(DEEPEST):
            climbs = ~stated[rows] & (up[rows] >= 0)
            if not climbs.any():
                break
            rows = np.where(climbs, up[rows], rows)
        return rows, np.where(stated[rows], STATED, np.where(branch[rows], SILENT, PRESUMED)).astype(np.int8)

    def _column(self, fact: Fact) -> Column:
        match fact.type:
            case "number" | "date":
                return self._numbers(fact)
            case "bool":
                return self._truths(fact)
            case _:
                return self._choices(fact)

    def _shared(self, fact: Fact) -> tuple[Column, Ints] | None:
        """Of a column of rows that bears the name of a fact of their record: that fact, and the record of each row."""
        if self.outer is None or fact.name in NOT_SHARED:
            return None
        of = self.outer[0]()
        assert of is not None  # rows are read as long as their records are
        return (of.column(fact.name), self.outer[1]) if fact.name in of.facts else None

    def _truths(self, fact: Fact) -> Truths:
        array = self._array(fact.name)
        stated = np.zeros(self.n, dtype=bool) if array is None else ~_null(array)
        codes = np.full(self.n, UNKNOWN) if array is None else np.where(_filled(array, fill=False), TRUE, FALSE)
        rows, state = self._read(fact.name, stated)
        presumed = found if isinstance(found := self.presumed.get(fact.name), int) else UNKNOWN
        codes = np.where(state == STATED, codes if rows is None else codes[rows], np.where(state == PRESUMED, presumed, UNKNOWN))
        if (shared := self._shared(fact)) is not None and isinstance(shared[0], Truths):
            codes = np.where(stated, codes, shared[0].codes[shared[1]])
        return Truths(np.append(codes, [UNKNOWN, FALSE]).astype(np.uint8))

    def _numbers(self, fact: Fact) -> Numbers:
        low, high = np.full(self.n, MIN), np.full(self.n, MAX)
        stated = np.zeros(self.n, dtype=bool)
        for ends, name in (((low, None), f"{fact.name}.from"), ((None, high), f"{fact.name}.to"), ((low, high), fact.name)):
            if (array := self._array(name)) is None:
                continue
            here = ~_null(array) if name != fact.name else ~_null(array) & ~stated
            for end, up in zip(ends, (False, True), strict=True):
                if end is not None:
                    np.copyto(end, _quanta(array, fact, up=up), where=here)
            stated |= here
        rows, state = self._read(fact.name, stated)
        plain = found if isinstance(found := fact.unknown, Interval) else ANYWHERE
        presumed = said if isinstance(said := self.presumed.get(fact.name), Interval) else plain
        made: list[Ints] = []
        for end, assumed, unknown in ((low, presumed.lo, plain.lo), (high, presumed.hi, plain.hi)):
            made.append(np.where(state == STATED, end if rows is None else end[rows], np.where(state == PRESUMED, assumed, unknown)))
        if (shared := self._shared(fact)) is not None and isinstance(shared[0], Numbers):
            made = [np.where(stated, end, other[shared[1]]) for end, other in zip(made, (shared[0].lo, shared[0].hi), strict=True)]
        return narrow.numbers(np.append(made[0], [MIN, MAX]), np.append(made[1], [MAX, MIN]))

    def _choices(self, fact: Fact) -> Choices:
        array, plain = self._array(fact.name), _plain(fact)
        presumed = self.presumed.get(fact.name, fact.unknown)
        values: list[Choice] = []
        ids, stated = np.zeros(self.n, dtype=np.int64), np.zeros(self.n, dtype=bool)
        if array is not None:
            encoded = _encoded(array)
            values = [_set(w or "", fact) if fact.type in SETS else _code(w or "", fact) for w in encoded.dictionary.to_pylist()]
            stated = ~_null(encoded)
            ids = _filled(encoded.indices, fill=0)
        n = len(values)
        if not stated.all():
            rows, state = self._read(fact.name, stated)
            ids = np.where(state == STATED, ids if rows is None else ids[rows], np.where(state == PRESUMED, n, n + 1))
        values += [presumed if isinstance(presumed, (OneOf, SetOf)) or presumed is UNLIMITED else plain, UNLIMITED if fact.limit else plain, plain, NOTHING]
        ids = np.append(ids, [n + 2, n + 3])
        if (shared := self._shared(fact)) is not None and isinstance(shared[0], Choices):
            ids[:-2] = np.where(stated, ids[:-2], len(values) + shared[0].ids[shared[1]].astype(np.int64))
            values += shared[0].values
        if self.kind.endswith("/fields") and fact.name == "name":  # a field that only has a kind bears it as its name
            kinds = self.column("kind")
            assert isinstance(kinds, Choices)
            ids = np.where(np.append(stated, [True, True]), ids, len(values) + kinds.ids.astype(np.int64))
            values += kinds.values
        return narrow.choices(ids, values)

    # -- what parties imply ------------------------------------------------------------------------------------------

    def _entities(self) -> Choices:
        """The legal person a party is: the end of its chain of branches, if that is surely no branch itself."""
        own, parent = self.column("@id"), self.column("part_of")
        assert isinstance(own, Choices)
        assert isinstance(parent, Choices)
        alone = np.array([v == NO_CODE for v in parent.values])[parent.ids][: self.n]
        end = np.arange(self.n, dtype=np.int64)
        if self._branches is not None:
            end = _ends_of(np.where(self._branches[0] >= 0, self._branches[0], end))
        return Choices(np.append(np.where(alone[end], end, self.n), [self.n, self.n + 1]).astype(np.int32), own.values)

    def _groups(self) -> Choices:
        """The corporate group of each party: as stated, or the end of its chain of majority owners where every link is known."""
        own, stated = self.column("@id"), self.column("group")
        assert isinstance(own, Choices)
        assert isinstance(stated, Choices)
        owners, half = self.children("owners"), 50 / self.facts["owners"].columns["share"].quantum
        share = owners.table.column("share")
        assert isinstance(share, Numbers)
        n, counts = self.n, np.diff(owners.offsets)[: self.n]
        of = np.repeat(np.arange(n, dtype=np.int64), counts)
        index = owners.index[: len(of)]
        large = np.flatnonzero(share.hi[index] > half)  # the first that may be a majority decides
        first = large[np.unique(of[large], return_index=True)[1]]
        known = np.bincount(of, weights=np.maximum(share.lo[index], 0).astype(np.float64), minlength=n)
        parent = np.where(owners.open[:n] & (known < float(half)), n, n + 1)  # not known; surely nobody
        parent[of[first]] = np.where(share.lo[index[first]] > half, np.minimum(owners.table.link("party")[index[first]], n), n)
        said = (stated.values.shapes[stated.ids] != ANYTHING)[:n]
        jump = np.append(np.where(said | (parent >= n), np.arange(n), np.minimum(parent, n)), n)
        end = _ends_of(jump)[:n]
        alone = np.append(np.where(parent == n + 1, np.arange(n), n), n)  # what a chain that ends here says; a ring ends nowhere
        ends = np.where(np.append(jump[:-1] == np.arange(n), False)[end], alone[end], n)
        place: dict[Choice, int] = {v: i for i, v in enumerate(own.values)}
        names = np.array([place.setdefault(v, len(place)) for v in stated.values], dtype=np.int64)
        groups = np.where(np.append(said, False)[end], names[stated.ids[np.minimum(end, n)]], ends)
        return Choices(np.append(groups, [n, n + 1]).astype(np.int32), Values(place))

    # -- rows --------------------------------------------------------------------------------------------------------

    def _linked(self, fact: str) -> Children:
        table, column = self.target(self.facts[fact].to), self.column(fact)
        assert isinstance(column, Choices)
        where = row_names(table)
        sets = [v if isinstance(v, SetOf) else ANY_SET for v in column.values]
        lists = [[where[m] for m in sorted(s.known) if m in where] for s in sets]
        sizes = np.array([len(one) for one in lists], dtype=np.int64)
        ids = column.ids[: self.n]
        index = np.array([i for one in lists for i in one], dtype=np.int64)[spans((np.cumsum(sizes) - sizes)[ids], sizes[ids])]
        return children(sizes[ids], index, table, np.array([not s.closed for s in sets], dtype=bool)[ids])

    def _owned(self, fact: Fact) -> Children:
        """Rows of the records themselves, of a list in a cell or of a table beside this one."""
        inner, of, more = self._beside(fact.name) if fact.name in self.rows_of else self._listed(fact)
        stated = more.copy()
        stated[of] = True
        if fact.name in self.data.column_names:
            stated |= ~_null(self._array(fact.name))
        counts = np.bincount(of, minlength=self.n)[: self.n]
        index = np.arange(len(of), dtype=np.int64)
        rows, state = self._read(fact.name, stated)
        if rows is not None:  # a branch has the rows of its entity
            index = spans((np.cumsum(counts) - counts)[rows], counts[rows])
            counts, more = counts[rows], more[rows]
        open_ = np.where(state == STATED, more, (state == SILENT) | (not isinstance(self.presumed.get(fact.name), Rows)))
        table = ArrowTable(f"rows:{self.kind}/{fact.name}", inner, fact.columns, self.target, of_rows(self.presumed, fact), outer=(ref(self), of))
        return children(counts, index, table, open_)

    def _beside(self, name: str) -> tuple[pa.Table, Ints, Mask]:
        """The rows of a table beside this one in the order of its records, whose they are, and who may have more."""
        data = self.rows_of[name]
        of, _ = targets(data.column("of").combine_chunks(), self, data.num_rows)
        says = np.zeros(data.num_rows, dtype=bool)
        for other in data.column_names:
            if other != "of":
                says |= ~_null(data.column(other).combine_chunks())
        more = np.zeros(self.n, dtype=bool)
        more[of[~says & (of < self.n)]] = True
        order = np.argsort(of, kind="stable")
        order = order[(of[order] < self.n) & says[order]]
        return data.take(pa.array(order)), of[order], more

    def _listed(self, fact: Fact) -> tuple[pa.Table, Ints, Mask]:
        """The same of a column of lists."""
        array, more = self._array(fact.name), np.zeros(self.n, dtype=bool)
        if array is None:
            return pa.table({"of": pa.array([], pa.int64())}), np.zeros(0, dtype=np.int64), more
        of = np.repeat(np.arange(self.n, dtype=np.int64), _filled(pc.list_value_length(array), fill=0))
        flat = array.flatten()
        says = ~_null(flat)
        if not pa.types.is_struct(flat.type):
            flat = pc.cast(flat, pa.string())
            says &= ~_filled(pc.equal(flat, "..."), fill=False)
        more[of[~says]] = True
        kept = flat.filter(pa.array(says))
        inner = pa.Table.from_struct_array(kept) if pa.types.is_struct(kept.type) else pa.table({next(iter(fact.columns)): kept})
        return inner, of[says], more


def spans(starts: Ints, counts: Ints) -> Ints:
    """The numbers `start`, `start + 1`, ... of each stretch, one stretch after another."""
    return np.repeat(starts - (np.cumsum(counts) - counts), counts) + np.arange(int(counts.sum()), dtype=np.int64)


def row_names(table: Table) -> Mapping[str, int]:
    """The row of each record of a table by name."""
    where = getattr(table, "where", None)
    return where if where is not None else {name: i for i, name in enumerate(getattr(table, "ids", ()))}


def targets(array: pa.Array | None, table: Table, n: int) -> tuple[Ints, Mask]:
    """The rows of a table that a column of links names, by name or by number; and where it says anything."""
    if array is None:
        return np.full(n, table.n, dtype=np.int64), np.zeros(n, dtype=bool)
    stated = ~_null(array)
    if pa.types.is_integer(array.type):
        return np.where(stated, _filled(array, fill=0), table.n), stated
    encoded = _encoded(array)
    words, where, unknown = encoded.dictionary.to_pylist(), row_names(table), table.n
    rows = np.array([*map(where.get, words, repeat(unknown)), unknown], dtype=np.int64)
    rows[[at for at, word in enumerate(words) if word == "none"]] = unknown + 1
    return rows[_filled(encoded.indices, fill=len(words))], stated


def _ends_of(jump: Ints) -> Ints:
    """Where each chain of rows ends that leads from row to row until one leads to itself."""
    for _ in range(len(jump).bit_length() + 1):
        further = jump[jump]
        if np.array_equal(further, jump):
            break
        jump = further
    return jump


def _encoded(array: pa.Array) -> pa.DictionaryArray:
    """Each word, or each list of words as one text, by number."""
    if pa.types.is_list(array.type) or pa.types.is_large_list(array.type):
        array = pc.binary_join(pc.cast(array, pa.list_(pa.string())), SEPARATOR)
    return array if pa.types.is_dictionary(array.type) else pc.dictionary_encode(pc.cast(array, pa.string()))


def _null(array: pa.Array) -> Mask:
    return np.asarray(pc.is_null(array))


def _filled(array: pa.Array, *, fill: Any) -> NDArray[Any]:  # noqa: ANN401 -- any value of the array's type
    return np.asarray(pc.fill_null(array, fill) if array.null_count else array)


def _quanta(array: pa.Array, fact: Fact, *, up: bool) -> Ints:
    """Numbers as whole quanta, rounded outward where they are finer; days as day numbers."""
    if pa.types.is_date(array.type) or pa.types.is_timestamp(array.type):
        return _filled(pc.cast(pc.cast(array, pa.date32()), pa.int32()), fill=0).astype(np.int64) + EPOCH
    above, below = fact.quantum.numerator, fact.quantum.denominator
    if pa.types.is_integer(array.type):
        scaled = np.clip(_filled(array, fill=0).astype(np.int64), MIN // below, MAX // below) * below
        return -(-scaled // above) if up else scaled // above
    if pa.types.is_floating(array.type):
        exact = _filled(array, fill=0.0).astype(np.float64) * below / above
        near = np.rint(exact)
        ends = np.where(np.abs(exact - near) <= 1e-12 * np.maximum(np.abs(near), 1), near, np.ceil(exact) if up else np.floor(exact))
        return np.clip(ends, MIN, MAX).astype(np.int64)
    encoded = pc.dictionary_encode(array)
    quanta = [Fraction(v) / fact.quantum for v in encoded.dictionary.to_pylist()]
    whole = np.array([*(min(max(q.__ceil__() if up else q.__floor__(), MIN), MAX) for q in quanta), 0], dtype=np.int64)
    found: Ints = whole[_filled(encoded.indices, fill=len(quanta))]
    return found


def _plain(fact: Fact) -> Choice:
    return found if isinstance(found := fact.anything, (OneOf, SetOf)) else ANY_CODE


def _code(word: str, fact: Fact) -> Choice:
    return _plain(fact) if word == "unknown" else _word(word, none=fact.domain is None or "none" not in fact.domain)


@lru_cache(maxsize=100_000)
def _word(word: str, *, none: bool) -> Choice:
    return NO_CODE if word == "none" and none else OneOf(frozenset(part.strip() for part in word.split("|")))


def _set(words: str, fact: Fact) -> Choice:
    members = frozenset(w for w in words.split(SEPARATOR) if w)
    known = members - {"..."}
    return SetOf(known, known) if "..." not in members else SetOf(known, fact.domain)
