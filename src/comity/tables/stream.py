"""Decides a world of tables batch by batch, in bounded memory: once over for courses of dealing and once to count, where a law needs it, and once to judge."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pyarrow as pa

from comity.facts.member import member
from comity.facts.record import Dated, Rows
from comity.facts.table import Ints, Numbers
from comity.facts.tables import Tables
from comity.facts.value import ANYWHERE, MAX, MIN, UNLIMITED, Interval, OneOf, SetOf, Value, compare
from comity.files.silence import SINCE
from comity.law.condition import ALWAYS, Compare, Condition, Const, Counted, Exists, Fact, Member, Path, Term, Total
from comity.law.rewrite import Rewriter
from comity.law.rulebook import PERMITTED
from comity.tables.arrow import ArrowTable
from comity.tables.batch import MADE, LegTable, TableWorld, legs, movements
from comity.tables.bundle import Bundles
from comity.tables.cells import Cells
from comity.tables.tally import Tally
from comity.verdict.count import Tallied
from comity.verdict.decide import law_facts, unread
from comity.verdict.frame import Frame
from comity.verdict.plan import Plan, walk
from comity.verdict.scale import Columns

Batches = Callable[[], Iterator[pa.Table]]


@dataclass(eq=False)
class BatchColumns(Columns):
    """Columns of one batch. `days`: the stretch that the day lies in where no leg is in sight, the same in every batch."""

    days: Interval = ANYWHERE

    def _day(self, frame: Frame) -> Numbers:
        return Numbers(np.full(frame.n, self.days.lo), np.full(frame.n, self.days.hi))


@dataclass
class Stream:
    """What batches of legs share: the kinds that do not move, what was computed for them, counts and courses of dealing."""

    world: TableWorld
    plan: Plan
    given: frozenset[str]
    _steady: dict[Interval, BatchColumns] = field(default_factory=dict)
    _counted: dict[Counted, Tallied] = field(default_factory=dict)
    _bundles: Bundles = field(default_factory=Bundles)

    def __post_init__(self) -> None:
        """What no column of the movements says is the same in every leg, and settles many tests at once."""
        given = {name.removesuffix(".from").removesuffix(".to") for name in self.given} | set(MADE)
        facts, presumed = self.plan.vocabulary.kinds["movement"], self.world.header.presumed.get("movement", {})

        def known(path: Condition | Term) -> Value | None:
            if not isinstance(path, Path) or path.kind != "movement" or path.links or path.fact in given or path.fact not in facts:
                return None
            found = presumed.get(path.fact, facts[path.fact].unknown)
            return found if not isinstance(found, (Rows, Dated)) else None

        whole = self.plan
        self.plan = fixed(whole, known)
        days = {day for day, *_ in whole.fixed_moments if isinstance(day, int)}
        days.update(self.world.turns({day.kind for day, *_ in whole.fixed_moments if isinstance(day, Path) and day.fact == SINCE}))
        self._changes = np.array(sorted({day + i for day in days for i in (0, 1)}), dtype=np.int64)
        self._judging = {regime: Cells(conditions, self._bundles) for regime, conditions in self.plan.levels.items()}
        self._counting = Cells([count.where for count in self._counts], self._bundles)

    def results(self, batches: Batches, seen: Callable[[int], None] = lambda _: None) -> Iterator[pa.Table]:
        """One table of verdicts for each batch; `seen` is told how many movements are done."""
        self._count(batches)
        done = 0
        for batch in batches():
            parts = [(made.units, self._judged(made, columns)) for made, columns in self._stretches(batch, done)]
            whole = pa.concat_tables(table for _, table in parts)
            order = np.argsort(np.concatenate([units for units, _ in parts]), kind="stable") if len(parts) > 1 else None
            yield whole if order is None else whole.take(pa.array(order))
            done += batch.num_rows
            seen(done)

    def _stretches(self, batch: pa.Table, done: int) -> Iterator[tuple[Tables, BatchColumns]]:
        """The legs of a batch, stretch by stretch of days on which no rule about records changes."""
        numbers = np.arange(done, done + batch.num_rows, dtype=np.int64)
        base = movements(batch, self.world, numbers)
        on = base.column("on")
        assert isinstance(on, Numbers)
        least = self.world.first if (on.lo[:-2] >= self.world.first).all() else MIN
        if not len(self._changes):
            yield self._stretch(base, numbers, Interval(least, MAX))
            return
        first, last = (np.searchsorted(self._changes, end[:-2], side="right") for end in (on.lo, on.hi))
        ends = [MIN, *self._changes.tolist(), MAX + 1]
        keys = first * len(ends) + last
        for key in np.unique(keys).tolist():
            here = np.flatnonzero(keys == key)
            days = Interval(max(ends[key // len(ends)], least), ends[key % len(ends) + 1] - 1)
            part = base if len(here) == len(keys) else movements(batch.take(pa.array(here)), self.world, numbers[here])
            yield self._stretch(part, numbers[here], days)

    def _stretch(self, base: ArrowTable, numbers: Ints, days: Interval) -> tuple[Tables, BatchColumns]:
        """Some movements, read with what earlier batches found out about the records of the same days."""
        made = legs(base, self.world, numbers)
        made.law = law_facts(self.plan, self.world.header)
        columns = BatchColumns(made, self.plan.recursive, self.plan.calendars, days=days)
        columns.counted = self._counted
        if (earlier := self._steady.get(days)) is not None:
            columns.derived = earlier.derived
            columns.steady = {key: frame for key, frame in earlier.steady.items() if not _moving(frame)}  # tables of a batch go with it
        self._steady[days] = columns
        return made, columns

    # -- the first time over -----------------------------------------------------------------------------------------

    @cached_property
    def _counts(self) -> list[Counted]:
        return [n for n in walk(c for conditions in self.plan.levels.values() for c in conditions) if isinstance(n, Counted)]

    def _count(self, batches: Batches) -> None:
        """What every law counts, and what moves in each course of dealing; together where no count rests on a course."""
        dealing = _deals(c for conditions in self.plan.levels.values() for c in conditions)
        apart = dealing and _deals(count.where for count in self._counts)
        if dealing and (apart or not self._counts):
            done = 0
            for batch in batches():
                done += self._note(batch, done)
        if not self._counts:
            return
        tallies, counting = [Tally(term) for term in self._counts], self._counting
        done = 0
        for batch in batches():
            if dealing and not apart:
                self._note(batch, done)
            for _, columns in self._stretches(batch, done):
                legs = pairs(columns) if counting.sided else pairs(columns)[:, :1]
                ends, legs = counting.decide(columns, legs).reshape(-1), legs.reshape(-1)
                for place, tally in enumerate(tallies):
                    codes = counting.truths[:, place][ends]
                    some = np.flatnonzero(codes)
                    tally.add(columns, self._bundles, legs[some], codes[some])
            done += batch.num_rows
        self._counted.update({tally.term: tally.found() for tally in tallies})

    def _note(self, batch: pa.Table, done: int) -> int:
        """Remembers what moves in each course of dealing; how many movements these are."""
        numbers = np.arange(done, done + batch.num_rows, dtype=np.int64)
        self.world.courses.note(movements(batch, self.world, numbers), numbers)
        return len(numbers)

    # -- the second --------------------------------------------------------------------------------------------------

    def _judged(self, made: Tables, columns: Columns) -> pa.Table:
        table = made.legs
        assert isinstance(table, LegTable)
        names = table.base.data.column("id").combine_chunks() if "id" in table.base.data.column_names else pa.array(made.units[::2])
        found = {"movement": names.take(pa.array(table.rows)) if "id" in table.base.data.column_names else pa.array(made.units)}
        found["role"] = pa.DictionaryArray.from_arrays(pa.array(table.sides.astype(np.int8)), pa.array(["exporter", "importer"]))
        worst, best = np.full(table.n, PERMITTED, dtype=np.int8), np.full(table.n, PERMITTED, dtype=np.int8)
        for regime, cells in self._judging.items():
            ends = cells.decide(columns, pairs(columns)).reshape(-1)
            low, high = ((cells.truths >> 1).sum(axis=1, dtype=np.int8)[ends], (cells.truths & 1).sum(axis=1, dtype=np.int8)[ends])
            found[f"{regime}.worst"], found[f"{regime}.best"] = pa.array(low), pa.array(high)
            np.minimum(worst, low, out=worst)
            np.minimum(best, high, out=best)
        nobody, places = unread(columns, pairs(columns)[:, 0], self.plan)
        nobody = np.repeat(nobody, 2)
        words = pa.array([" ".join(one) or None for one in places], pa.string())
        found["no rulebook"] = words.take(pa.array(nobody))
        found["worst"], found["best"] = pa.array(np.where(np.array([bool(one) for one in places])[nobody], 0, worst)), pa.array(best)
        return pa.table(found)


def fixed(plan: Plan, known: Callable[[Condition | Term], Value | None]) -> Plan:
    """The plan with every test decided that rests on facts which are the same in every leg."""

    def settled(leaf: Fact | Compare | Member) -> Condition:
        match leaf:
            case Fact(term) if isinstance(truth := known(term), int):
                return Const(truth)
            case Compare(left, op, int(line)) if isinstance(span := known(left), Interval):
                return Const(compare(span, op, Interval(line, line)))
            case Member(left, mode, frozenset() as codes, place) if isinstance(value := known(left), (OneOf, SetOf)):
                return Const(member(value, mode, codes, plan.places if place else None))
            case Member(_, _, Path() as limit) if known(limit) is UNLIMITED:
                return ALWAYS
            case _:
                return leaf

    rewriter = Rewriter(settled)
    made = Plan(plan.regimes, plan.vocabulary, plan.places, plan.calendars)
    levels = {name: tuple(rewriter.condition(c) for c in conditions) for name, conditions in plan.levels.items()}
    made.__dict__.update(levels=levels, recursive={name: rewriter.condition(body) for name, body in plan.recursive.items()})
    return made


def pairs(columns: Columns) -> Ints:
    """The legs of a batch by movement and population: the exporter's, the importer's."""
    return np.arange(columns.tables.legs.n).reshape(-1, 2)


def _moving(frame: Frame) -> bool:
    return any(table.kind.removeprefix("rows:").startswith("movement") for table in frame.tables.values())


def _deals(nodes: Iterable[Condition | Term]) -> bool:
    """Does anything here range over a course of dealing?"""
    return any(isinstance(n, (Exists, Total)) and n.over.source == "dealing" for n in walk(nodes))
