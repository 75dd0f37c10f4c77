"""Decides a world of tables batch by batch, in bounded memory: once over to count, where a law counts, and once to judge."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pyarrow as pa

from comity.facts.group import combined
from comity.facts.member import member
from comity.facts.record import Dated, Rows
from comity.facts.table import Ints, Numbers
from comity.facts.tables import Tables
from comity.facts.value import ANYWHERE, MAX, MIN, UNLIMITED, Choice, Interval
from comity.law.condition import ALWAYS, Compare, Condition, Const, Counted, Exists, Extreme, Fact, Member, Path, Share, Term, Total
from comity.law.rewrite import Rewriter
from comity.law.rulebook import PERMITTED
from comity.tables.batch import MADE, LegTable, TableWorld, legs, movements
from comity.tables.cells import Cells
from comity.verdict.count import Tallied, nobody, together
from comity.verdict.decide import law_facts, unread
from comity.verdict.frame import Frame
from comity.verdict.plan import Plan, walk
from comity.verdict.scale import Columns

Batches = Callable[[], Iterator[pa.Table]]
HALF_A_YEAR = 6
"""Months in which of many equal movements only the first and the last matter to any count."""


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

    def __post_init__(self) -> None:
        """What no column of the movements says is the same in every leg, and settles many tests at once."""
        given = {name.removesuffix(".from").removesuffix(".to") for name in self.given} | set(MADE)
        facts, presumed = self.plan.vocabulary.kinds["movement"], self.world.header.presumed.get("movement", {})

        def known(path: Path) -> Choice | None:
            if path.kind != "movement" or path.links or path.fact in given or path.fact not in facts:
                return None
            found = presumed.get(path.fact, facts[path.fact].unknown)
            return found if not isinstance(found, (int, Interval, Rows, Dated)) else None

        whole = self.plan
        self.plan = fixed(whole, known)
        held = [node.by for node in walk(whole.conditions()) if isinstance(node, Share)]
        days = Plan(whole.regimes, whole.vocabulary, whole.places, whole.calendars)
        days.__dict__["recursive"] = {**whole.recursive, **{f"by {i}": by for i, by in enumerate(held)}}
        self._changes = np.array(sorted(days.fixed_days), dtype=np.int64)

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
        if not len(self._changes):
            yield self._stretch(batch, numbers, Interval(MIN, MAX))
            return
        on = movements(batch, self.world, numbers).column("on")
        assert isinstance(on, Numbers)
        first, last = (np.searchsorted(self._changes, end[:-2], side="right") for end in (on.lo, on.hi))
        ends = [MIN, *self._changes.tolist(), MAX + 1]
        keys = first * len(ends) + last
        for key in np.unique(keys).tolist():
            here = np.flatnonzero(keys == key)
            days = Interval(ends[key // len(ends)], ends[key % len(ends) + 1] - 1)
            yield self._stretch(batch if len(here) == len(keys) else batch.take(pa.array(here)), numbers[here], days)

    def _stretch(self, batch: pa.Table, numbers: Ints, days: Interval) -> tuple[Tables, BatchColumns]:
        """Some movements, read with what earlier batches found out about the records of the same days."""
        made = legs(batch, self.world, numbers)
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
    def _cells(self) -> dict[str, Cells]:
        return {regime: Cells(conditions) for regime, conditions in self.plan.levels.items()}

    @cached_property
    def _counting(self) -> Cells:
        return Cells([count.where for count in self._counts])

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
        parts: dict[Counted, list[Tallied]] = {term: [nobody(len(term.key))] for term in self._counts}
        done = 0
        for batch in batches():
            if dealing and not apart:
                self._note(batch, done)
            for _, columns in self._stretches(batch, done):
                legs = pairs(columns) if self._counting.sided else pairs(columns)[:, :1]
                ends, legs = self._counting.decide(columns, legs).reshape(-1), legs.reshape(-1)
                for place, (term, held) in enumerate(parts.items()):
                    codes = self._counting.truths[:, place][ends]
                    some = np.flatnonzero(codes)
                    if len(some):
                        _gather(held, thinned(columns.tallied(term, columns.legs().part(legs[some]), codes[some]), term.window))
            done += batch.num_rows
        self._counted.update({term: thinned(together(held), term.window) for term, held in parts.items()})

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
        for regime, cells in self._cells.items():
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


def fixed(plan: Plan, known: Callable[[Path], Choice | None]) -> Plan:
    """The plan with every membership test decided that rests on facts which are the same in every leg."""

    def settled(leaf: Fact | Compare | Member) -> Condition:
        if not isinstance(leaf, Member):
            return leaf
        left = known(leaf.left)
        if isinstance(leaf.right, Path):
            return ALWAYS if known(leaf.right) is UNLIMITED else leaf
        return leaf if left is None else Const(member(left, leaf.mode, leaf.right, plan.places if leaf.place else None))

    rewriter = Rewriter(settled)
    made = Plan(plan.regimes, plan.vocabulary, plan.places, plan.calendars)
    levels = {name: tuple(rewriter.condition(c) for c in conditions) for name, conditions in plan.levels.items()}
    made.__dict__.update(levels=levels, recursive={name: rewriter.condition(body) for name, body in plan.recursive.items()})
    return made


def pairs(columns: Columns) -> Ints:
    """The legs of a batch by movement and population: the exporter's, the importer's."""
    return np.arange(columns.tables.legs.n).reshape(-1, 2)


def thinned(found: Tallied, window: tuple[str, int]) -> Tallied:
    """Of equal movements of one population under one key within half a year the first and the last: no longer window sees others alone."""
    if (window[0] == "months" and window[1] < HALF_A_YEAR) or not len(found.lo):
        return found
    exact = found.first == found.last
    months = (np.clip(found.first, 1, 3_652_059) - 719_163).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    same = combined([found.lo, found.hi, found.unit, found.apart, *found.known, *found.keys, months // HALF_A_YEAR])
    order = np.argsort(combined([same, found.first]), kind="stable")
    edge = np.flatnonzero(np.diff(same[order]) != 0)
    ends = np.concatenate([[0], edge + 1, edge, [len(order) - 1]])
    keep = ~exact
    keep[order[ends]] = True
    return found.rows(np.flatnonzero(keep))


def _gather(held: list[Tallied], fresh: Tallied) -> None:
    """Adds to what is held; merged as often as it doubles, so that the cost stays in proportion."""
    held.append(fresh)
    if sum(len(part.lo) for part in held[1:]) > len(held[0].lo) + 2**16:
        held[:] = [together(held)]


def _moving(frame: Frame) -> bool:
    return any(table.kind.removeprefix("rows:").startswith("movement") for table in frame.tables.values())


def _deals(nodes: Iterable[Condition | Term]) -> bool:
    """Does anything here range over a course of dealing?"""
    return any(isinstance(n, (Exists, Total, Extreme)) and n.over.source == "dealing" for n in walk(nodes))
