"""Movements as an Arrow table, batch by batch: each row multiplied out into legs, in columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from comity.facts.arrow import ArrowTable
from comity.facts.place import Places
from comity.facts.record import Stated, World
from comity.facts.table import Children, Choices, Ints, Table, children, column
from comity.facts.tables import Tables, candidates
from comity.facts.value import Choice, OneOf
from comity.facts.vocabulary import Vocabulary


@dataclass
class TableWorld:
    """A world whose large kinds are tables: what its header says, the kinds that do not move, and the courses of dealing met so far."""

    header: World
    kinds: dict[str, Table]
    vocabulary: Vocabulary
    places: Places
    courses: dict[tuple[int, int], dict[tuple[int, Choice], None]] = field(default_factory=dict)
    _table: Courses | None = None

    def course_table(self) -> Courses:
        """Everything that moves in each course of dealing, as rows like legs that have an asset and the fields kept of it."""
        if self._table is None:
            spans: dict[tuple[int, int], tuple[int, int]] = {}
            assets: list[int] = []
            kept: list[Choice] = []
            for course, moved in self.courses.items():
                spans[course] = (len(assets), len(assets) + len(moved))
                assets += [asset for asset, _ in moved]
                kept += [fields for _, fields in moved]
            facts = self.vocabulary.kinds["movement"]
            n = self.kinds["asset"].n
            data = pa.table({"asset": pa.array([a if a < n else None for a in assets], pa.int64())})
            table = ArrowTable("movement", data, facts, self.kinds.__getitem__, implied={"fields": column(kept, facts["fields"])})
            table._links["asset"] = np.array([*assets, n, n + 1], dtype=np.int64)  # noqa: SLF001 -- nobody and unknown keep their rows
            self._table = Courses(table, spans)
        return self._table


@dataclass(frozen=True)
class Courses:
    """A table of what moved, and the rows of each course of dealing."""

    table: ArrowTable
    spans: Mapping[tuple[int, int], tuple[int, int]]


def legs(batch: pa.Table, world: TableWorld, first: int) -> Tables:
    """The legs of a batch of movements, the first of which has a number in the whole; exporter's leg, then importer's."""
    data, base = _multiplied(batch, world)
    n = len(base)
    kinds = {**world.kinds}
    table = ArrowTable("movement", data, world.vocabulary.kinds["movement"], kinds.__getitem__, _values(world, "movement"), file="movements")
    kinds["movement"] = table
    made = Tables(kinds, world.places, world.header.readings, tuple(world.header.openings), counts_closed="counts" in world.header.closed)
    made.units = (base + first).astype(np.int64)
    closed = "instruments" in world.header.closed
    measures = world.kinds["measure"]
    table.relations = {
        "concerning": lambda: candidates(kinds["instrument"], table, closed=closed),
        "measures": lambda: children([measures.n] * n, np.tile(np.arange(measures.n, dtype=np.int64), n), measures, ["measures" not in world.header.closed] * n),
        "dealing": lambda: _dealing(table, world),
    }
    return made


def _values(world: TableWorld, kind: str) -> Mapping[str, Stated]:
    return world.header.presumed.get(kind, {})


def _multiplied(batch: pa.Table, world: TableWorld) -> tuple[pa.Table, Ints]:
    """The rows of a batch, one for each population of the asset and each principal actor; and which movement each came from."""
    rows = np.arange(batch.num_rows, dtype=np.int64)
    population: pa.Array | None = None
    if "population" not in batch.column_names and "asset" in batch.column_names:
        plain = ArrowTable("movement", batch, world.vocabulary.kinds["movement"], world.kinds.__getitem__)
        assets = world.kinds["asset"]
        held = assets.children("populations")
        link = plain.link("asset")[: batch.num_rows]
        counts = np.maximum(np.diff(held.offsets)[link], 1)
        rows = np.repeat(rows, counts)
        place = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
        some = np.diff(held.offsets)[link][rows] > 0
        chosen = np.full(len(rows), held.table.n + 1, dtype=np.int64)
        chosen[some] = held.index[(held.offsets[link][rows] + place)[some]]
        chosen[~some & held.open[link][rows]] = held.table.n
        population = pa.array(chosen)
    twice = np.repeat(rows, 2)
    data = batch.take(pa.array(twice))
    sides = np.tile([0, 1], len(rows))
    if population is not None:
        data = data.append_column("population", population.take(pa.array(np.repeat(np.arange(len(rows)), 2))))
    exporter, importer = (data.column(c).combine_chunks() if c in data.column_names else pa.nulls(len(twice), pa.string()) for c in ("exporter", "importer"))
    actor = pc.if_else(pa.array(sides == 0), exporter, importer)
    roles = pa.array(np.where(sides == 0, "exporter", "importer"))
    data = _with(data, "actor", actor)
    data = _with(data, "role", roles)
    if "knowledge" not in data.column_names and world.header.told_by is None:
        data = _with(data, "knowledge", pc.if_else(pa.array(sides == 0), pa.scalar("actual"), pa.scalar(None, pa.string())))
    for name, other in (("importer_activity", "activity"), ("initiator", "exporter")):
        if name not in data.column_names and other in data.column_names and (name != "initiator" or "initiator" in _values(world, "movement")):
            data = _with(data, name, data.column(other).combine_chunks())
    return data, np.repeat(rows, 2)


def _with(data: pa.Table, name: str, array: pa.Array) -> pa.Table:
    return data.append_column(name, array) if name not in data.column_names else data.set_column(data.column_names.index(name), name, array)


def _course(table: ArrowTable) -> Ints:
    """For each leg the two ends of its course of dealing: a group where it is known, else the party."""
    ends = []
    for side in ("exporter", "importer"):
        link = table.link(side)[:-2]
        parties = table.target("party")
        column = parties.column("@group")
        assert isinstance(column, Choices)
        known = np.array([isinstance(v, OneOf) and v.members is not None and len(v.members) == 1 for v in column.values])
        groups = column.ids[link].astype(np.int64)
        ends.append(np.where(known[groups], -1 - groups, link))
    return np.stack(ends)


def _kept(table: ArrowTable) -> Ints:
    column = table.column("fields")
    assert isinstance(column, Choices)
    return np.stack([table.link("asset")[:-2], column.ids[:-2].astype(np.int64)])


def note_courses(made: Tables, world: TableWorld) -> None:
    """Remembers which assets move in which course of dealing, and which of their fields."""
    table = made.legs
    assert isinstance(table, ArrowTable)
    fields = table.column("fields")
    assert isinstance(fields, Choices)
    rows = np.unique(np.concatenate([_course(table), _kept(table)]), axis=1).T.tolist()
    for exporter, importer, asset, kept in rows:
        world.courses.setdefault((exporter, importer), {})[asset, fields.values[kept]] = None


def _dealing(table: ArrowTable, world: TableWorld) -> Children:
    """For each leg what moves in its course of dealing, over every batch."""
    courses = world.course_table()
    keys = [tuple(k) for k in _course(table).T.tolist()]
    spans = [courses.spans.get(k, (0, 0)) for k in keys]
    index = np.concatenate([np.arange(a, b, dtype=np.int64) for a, b in spans]) if spans else np.zeros(0, dtype=np.int64)
    doubtful = len(courses.spans) > 1 and any(end >= 0 for course in courses.spans for end in course)  # a group that is not known
    return children([b - a for a, b in spans], index, courses.table, [doubtful] * len(spans))
