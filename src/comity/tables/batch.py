"""Movements as an Arrow table, batch by batch: each row multiplied out into legs, in columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from comity.facts.group import distinct
from comity.facts.place import Places
from comity.facts.record import World
from comity.facts.table import Children, Choices, Column, Ints, Numbers, Table, Truths, Values, children, column
from comity.facts.tables import Tables, candidates
from comity.facts.value import ANY_CODE, MIN, NOTHING, Choice, OneOf, SetOf
from comity.facts.vocabulary import Fact, Vocabulary
from comity.files.silence import SINCE
from comity.tables.arrow import ArrowTable, Mask, spans
from comity.tables.numbered import numbered

SIDES = tuple(OneOf(frozenset({side})) for side in ("exporter", "importer"))
ACTUAL = OneOf(frozenset({"actual"}))
OTHER = OneOf(frozenset({"\0other"}))
"""A movement that no instrument names."""
WIDTH = 2**31
"""More than there are groups, parties and movements together."""
MADE = ("actor", "role", "knowledge", "population", "importer_activity", "initiator")
"""Facts of a leg that are filled in where no column gives them."""


@dataclass
class TableWorld:
    """A world whose large kinds are tables: what its header says, the kinds that do not move, and the courses of dealing met so far."""

    header: World
    kinds: dict[str, Table]
    vocabulary: Vocabulary
    places: Places
    first: int = MIN
    """The first day on which something moves, if that is known."""

    def turns(self, rows: Iterable[str]) -> list[int]:
        """The days after the first from which rows of these kinds hold: to be told apart where no leg is in sight."""
        named = [kind.removeprefix("rows:").partition("/") for kind in sorted(rows) if self.first > MIN and kind.startswith("rows:")]
        since = [self.kinds[kind].children(name).table.column(SINCE) for kind, _, name in named]
        return sorted({int(d) for c in since if isinstance(c, Numbers) for d in np.unique(c.lo[(c.lo == c.hi) & (c.lo > self.first)])})

    @cached_property
    def courses(self) -> Courses:
        """What moves in each course of dealing."""
        groups = self.kinds["party"].column("@group")
        assert isinstance(groups, Choices)
        known = np.array([isinstance(v, OneOf) and v.members is not None and len(v.members) == 1 for v in groups.values], dtype=bool)
        return Courses(groups, known, self.kinds, self.vocabulary.kinds["movement"])

    @cached_property
    def named(self) -> frozenset[str]:
        """The movements that some instrument names."""
        limits = self.kinds["instrument"].column("movements")
        assert isinstance(limits, Choices)
        return frozenset(name for v in limits.values if isinstance(v, SetOf) for name in v.known)

    @cached_property
    def tellers(self) -> Ints | None:
        """The rows of those who tell this world, if it says who."""
        if self.header.told_by is None:
            return None
        where = {name: i for i, name in enumerate(getattr(self.kinds["party"], "ids", ()))}
        return np.array([where[name] for name in self.header.told_by if name in where], dtype=np.int64)


@dataclass
class Courses:
    """Which assets move in each course of dealing, and which of their fields: pairs of numbers, gathered batch by batch."""

    groups: Choices
    known: Mask
    kinds: dict[str, Table]
    facts: dict[str, Fact] | object
    fields: dict[Choice, int] = field(default_factory=dict)
    met: list[Ints] = field(default_factory=list)
    _pending: int = 0

    def keys(self, table: ArrowTable, numbers: Ints) -> Ints:
        """The course of each movement: at either end a group where it is known, else the party by itself.

        Of two parties who are not known nobody says that they are one: such an end bears the number of its movement.
        """
        ends, unknown = [], self.kinds["party"].n
        for side in ("exporter", "importer"):
            link = table.link(side)[:-2]
            groups = self.groups.ids[link].astype(np.int64)
            party = np.where(link == unknown, unknown + 2 + numbers, link)
            ends.append(np.where(self.known[groups], groups, len(self.groups.values) + party))
        return ends[0] * WIDTH + ends[1]

    def note(self, table: ArrowTable, numbers: Ints) -> None:
        """Remembers what moves in a batch."""
        kept = table.column("fields")
        assert isinstance(kept, Choices)
        fields = np.array([self.fields.setdefault(v, len(self.fields)) for v in kept.values], dtype=np.int64)
        moved = table.link("asset")[:-2] * 2**31 + fields[kept.ids[:-2]]
        fresh = np.stack([self.keys(table, numbers), moved])
        self.met.append(_distinct(fresh))
        self._pending += self.met[-1].shape[1]
        if self._pending > 2 * self.met[0].shape[1] + 2**20:  # merged as often as it doubles, so that the cost stays in proportion
            self._merge()

    def _merge(self) -> Ints:
        if len(self.met) != 1:
            self.met = [_distinct(np.concatenate([np.zeros((2, 0), dtype=np.int64), *self.met], axis=1))]
        self._pending = 0
        return self.met[0]

    @cached_property
    def table(self) -> tuple[ArrowTable, Ints, Ints, Mask]:
        """Everything that moves, as rows like legs that have an asset and fields kept of it; each course, where its rows begin, whether it may have more."""
        merged = self._merge()
        course, moved = merged[:, np.lexsort(merged[::-1])]
        values = list(self.fields)
        kept = column([values[i] for i in (moved % 2**31).tolist()], self.facts["fields"])  # type: ignore[index]  # facts by name
        made = ArrowTable("course", pa.table({"of": pa.array(course)}), self.facts, self.kinds.__getitem__, implied={"fields": lambda: kept})  # type: ignore[arg-type]  # as above
        made._links["asset"] = np.append(moved // 2**31, [self.kinds["asset"].n, self.kinds["asset"].n + 1])  # noqa: SLF001 -- unknown and nobody keep their rows
        names, first = np.unique(course, return_index=True)
        return made, names, np.append(first, len(course)), self._perhaps_more(names)

    def _perhaps_more(self, courses: Ints) -> Mask:
        """Which courses may be another one too: where an end is not known, it may be that of any other."""
        groups = len(self.groups.values)
        one, two = courses // WIDTH, courses % WIDTH
        open_one, open_two = one >= groups, two >= groups

        def alike(ends: Ints, among: Mask) -> Ints:
            numbers = distinct(ends)[1]
            return np.bincount(numbers[among], minlength=len(ends))[numbers]

        every = np.ones(len(courses), dtype=bool)
        both = 1 + alike(one, open_two) + alike(two, open_one) + int((open_one & open_two).sum())
        first = alike(one, every) + int(open_one.sum())
        second = alike(two, every) + int(open_two.sum())
        return np.where(open_one, np.where(open_two, len(courses), second), np.where(open_two, first, both)) > 1

    def dealing(self, table: ArrowTable, numbers: Ints) -> Children:
        """For each movement what moves in its course of dealing, over every batch."""
        made, names, first, more = self.table
        if not len(names):
            return children(np.zeros(table.n, dtype=np.int64), np.zeros(0, dtype=np.int64), made, np.zeros(table.n, dtype=bool))
        at = np.minimum(np.searchsorted(names, self.keys(table, numbers)), len(names) - 1)
        counts = first[at + 1] - first[at]
        return children(counts, spans(first[at], counts), made, more[at])


@dataclass
class LegTable:
    """The legs of a batch: each reads the row of its movement, and has a side and a population of its own."""

    base: ArrowTable
    world: TableWorld
    rows: Ints
    sides: NDArray[np.bool_]
    population: Ints
    _columns: dict[str, Column] = field(default_factory=dict)
    _links: dict[str, Ints] = field(default_factory=dict)
    _children: dict[str, Children] = field(default_factory=dict)
    kind: str = "movement"
    facts: Mapping[str, Fact] = field(init=False)

    def __post_init__(self) -> None:
        """The row of each leg, the unknown one and nobody among them."""
        self.facts = self.base.facts
        whole = len(self.rows) == self.base.n and bool((self.rows == np.arange(self.base.n)).all())
        self._at = None if whole else np.append(self.rows, [self.base.n, self.base.n + 1])

    @property
    def n(self) -> int:
        """How many legs there are."""
        return len(self.rows)

    def column(self, fact: str) -> Column:
        """The column of a fact."""
        if fact not in self._columns:
            made: dict[str, Callable[[], Column]] = {"role": self._role, "knowledge": self._knowledge, "@id": self._id}
            self._columns[fact] = made[fact]() if fact in made else taken(self.base.column(fact), self._at)
        return self._columns[fact]

    def link(self, fact: str) -> Ints:
        """The rows of another table that a link leads to."""
        if fact not in self._links:
            self._links[fact] = self._link(fact)
        return self._links[fact]

    def children(self, fact: str) -> Children:
        """The rows of a relation: those of the movement."""
        if fact not in self._children:
            found = self.base.children(fact)
            starts, counts = found.offsets[self.rows], np.diff(found.offsets)[self.rows]
            self._children[fact] = children(counts, found.index[spans(starts, counts)], found.table, found.open[self.rows])
        return self._children[fact]

    def _link(self, fact: str) -> Ints:
        base = self.base
        found: Ints
        match fact:
            case "actor":
                return np.append(np.where(self.sides, base.link("importer")[self.rows], base.link("exporter")[self.rows]), base.link("exporter")[-2:])
            case "population":
                return np.append(self.population, base.link(fact)[-2:])
            case "initiator":
                own, other = base.link(fact), base.link("exporter")
                nobody = base.target("party").n + 1
                found = np.append(np.where(own[:-2] == nobody, other[:-2], own[:-2]), own[-2:])
            case "importer_activity" if fact not in base.presumed:
                stated = unstated(base, fact)
                found = np.append(np.where(stated, base.link("activity")[:-2], base.link(fact)[:-2]), base.link(fact)[-2:])
            case _:
                found = base.link(fact)
        return found if self._at is None else found[self._at]

    def told(self, fact: str) -> LegTable:
        """A leg of each pair where movements may differ in a fact, and one leg where none says it: it is the same in all."""
        said = {fact, f"{fact}.from", f"{fact}.to"} & set(self.base.data.column_names)
        return self._halves if said or fact in MADE else self._first

    @cached_property
    def _halves(self) -> LegTable:
        return LegTable(self.base, self.world, self.rows[::2], self.sides[::2], self.population[::2])

    @cached_property
    def _first(self) -> LegTable:
        base = ArrowTable("movement", self.base.data.slice(0, 1), self.facts, self.base.target, self.base.presumed)
        return LegTable(base, self.world, np.zeros(1, dtype=np.int64), self.sides[:1], self.population[:1])

    def _role(self) -> Choices:
        return Choices(np.append(self.sides, [2, 3]).astype(np.int32), Values([*SIDES, ANY_CODE, NOTHING]))

    def _knowledge(self) -> Choices:
        """Who tells a world knows it: its exporters, unless it says who tells."""
        found = self.base.column("knowledge")
        assert isinstance(found, Choices)
        knows = ~self.sides if self.world.tellers is None else np.isin(self.link("actor")[:-2], self.world.tellers)
        ids = (found.ids if self._at is None else found.ids[self._at]).astype(np.int64)
        return Choices(np.where(np.append(knows, [False, False]), len(found.values), ids).astype(np.int32), Values([*found.values, ACTUAL]))

    def _id(self) -> Choices:
        """The movement of each leg; those that no instrument names need no names of their own."""
        named = self.world.named
        values: dict[Choice, int] = {OTHER: 0}
        ids = [values.setdefault(OneOf(frozenset({name})), len(values)) if name in named else 0 for name in self.base.ids] if named else [0] * self.base.n
        return taken(Choices(np.array([*ids, len(values), len(values) + 1], dtype=np.int32), Values([*values, ANY_CODE, NOTHING])), self._at)  # type: ignore[return-value]  # choices stay choices


def legs(base: ArrowTable, world: TableWorld, numbers: Ints) -> Tables:
    """The legs of some movements, which have these numbers in the whole: for each population the exporter's leg, then the importer's."""
    rows, population = _populations(base)
    twice = np.repeat(np.arange(len(rows)), 2)
    table = LegTable(base, world, rows[twice], np.tile(np.array([False, True]), len(rows)), population[twice])
    kinds: dict[str, Table] = {**world.kinds, "movement": table}
    made = Tables(kinds, world.places, world.header.readings, tuple(world.header.openings), counts_closed="counts" in world.header.closed)
    made.units = numbers[table.rows]
    return made


def movements(batch: pa.Table, world: TableWorld, numbers: Ints) -> ArrowTable:
    """A batch of movements, which have these numbers in the whole, with the relations that no record holds."""
    table = ArrowTable("movement", batch, world.vocabulary.kinds["movement"], world.kinds.__getitem__, world.header.presumed.get("movement", {}))
    closed, measures, n = world.header.closed, world.kinds["measure"], batch.num_rows
    all_ = np.arange(measures.n, dtype=np.int64)
    table.relations = {
        "concerning": lambda table: candidates(world.kinds["instrument"], table, closed="instruments" in closed),
        "measures": lambda _: children(np.full(n, measures.n), np.tile(all_, n), measures, np.full(n, "measures" not in closed)),
        "dealing": lambda table: world.courses.dealing(table, numbers),
    }
    return table


def unstated(table: ArrowTable, fact: str) -> Mask:
    """Where a column does not say anything."""
    return np.asarray(table.data.column(fact).is_null()) if fact in table.data.column_names else np.ones(table.n, dtype=bool)


def _populations(base: ArrowTable) -> tuple[Ints, Ints]:
    """The row of its movement and the population of each leg of one side: every population of the asset, where the movement names none."""
    rows, own = np.arange(base.n, dtype=np.int64), base.link("population")[:-2]
    silent = unstated(base, "population")
    if "population" in base.presumed or not silent.any():
        return rows, own
    assets = base.target("asset")
    held, link = assets.children("populations"), base.link("asset")[:-2]
    silent &= link < assets.n
    listed = np.where(silent, np.diff(held.offsets)[link], 0)
    more = held.open[link] & silent
    counts = np.maximum(listed + more, 1)
    rows = np.repeat(rows, counts)
    place = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    chosen = own[rows]
    some = place < listed[rows]
    chosen[some] = held.index[held.offsets[link][rows[some]] + place[some]]
    nobody = (silent & ~more & (listed == 0))[rows]
    chosen[nobody] = held.table.n + 1
    return rows, chosen


def taken(found: Column, at: Ints | None) -> Column:
    """Some rows of a column, the two last among them; None: all."""
    if at is None:
        return found
    match found:
        case Truths(codes):
            return Truths(codes[at])
        case Numbers(lo, hi):
            return Numbers(lo[at], hi[at])
        case _:
            return Choices(found.ids[at], found.values)


def _distinct(pairs: Ints) -> Ints:
    """The different columns of some rows of numbers."""
    return pairs[:, numbered(pairs, pairs.shape[1])[0]]
