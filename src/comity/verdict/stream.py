"""Decides a world of tables batch by batch, in bounded memory: once over to count, where a law counts, and once to judge."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from comity.facts.arrow import ArrowTable
from comity.facts.batch import TableWorld, legs, note_courses
from comity.facts.record import Dated, Rows
from comity.facts.tables import Tables
from comity.facts.value import Choice, Interval
from comity.law.condition import Counted, Exists, Path
from comity.law.rulebook import PERMITTED
from comity.verdict.count import Tallied, together
from comity.verdict.decide import law_facts, outcomes, unread
from comity.verdict.plan import Plan, walk
from comity.verdict.scale import Columns

MADE = ("actor", "role", "knowledge", "population", "importer_activity", "initiator")
"""Facts of a leg that are filled in where no column gives them."""
Batches = Callable[[], Iterator[pa.Table]]


@dataclass
class Stream:
    """What batches of legs share: the kinds that do not move, what was computed for them, counts and courses of dealing."""

    world: TableWorld
    plan: Plan
    given: frozenset[str]
    shared: Columns | None = None

    def __post_init__(self) -> None:
        """What no column of the movements says is the same in every leg, and settles many tests at once."""
        given = {name.removesuffix(".from").removesuffix(".to") for name in self.given} | set(MADE)
        facts, presumed = self.plan.vocabulary.kinds["movement"], self.world.header.presumed.get("movement", {})

        def known(path: Path) -> Choice | None:
            if path.kind != "movement" or path.links or path.fact in given or path.fact not in facts:
                return None
            found = presumed.get(path.fact, facts[path.fact].unknown)
            return found if not isinstance(found, (int, Interval, Rows, Dated)) else None

        self.plan = self.plan.fixed(known)

    def columns(self, made: Tables) -> Columns:
        """The columns of one batch."""
        made.law = law_facts(self.plan, self.world.header)
        columns = Columns(made, self.plan.recursive, self.plan.calendars)
        if self.shared is not None:
            columns.steady, columns.derived, columns.counted = self.shared.steady, self.shared.derived, self.shared.counted
        else:
            self.shared = columns
        return columns

    def results(self, batches: Batches, seen: Callable[[int], None] = lambda _: None) -> Iterator[pa.Table]:
        """One table of verdicts for each batch; `seen` is told how many movements are done."""
        self._count(batches)
        done = 0
        for batch in batches():
            made = legs(batch, self.world, done)
            yield self._judged(made, self.columns(made))
            done += batch.num_rows
            seen(done)

    def _count(self, batches: Batches) -> None:
        """The first time over: what every law counts, and what moves in each course of dealing."""
        nodes = list(walk(c for conditions in self.plan.levels.values() for c in conditions))
        counts = [n for n in nodes if isinstance(n, Counted)]
        if not counts and not any(isinstance(n, Exists) and n.over.source == "dealing" for n in nodes):
            return
        done = 0
        for batch in batches():
            note_courses(legs(batch, self.world, done), self.world)
            done += batch.num_rows
        parts: dict[Counted, Tallied] = {}
        done = 0
        for batch in batches():
            made = legs(batch, self.world, done)
            columns = self.columns(made)
            for term in counts:
                fresh = columns.tallied(term)
                parts[term] = together([parts[term], fresh]) if term in parts else together([fresh])
            done += batch.num_rows
        if self.shared is not None:
            self.shared.counted.update(parts)

    def _judged(self, made: Tables, columns: Columns) -> pa.Table:
        table = made.legs
        assert isinstance(table, ArrowTable)
        found = {"movement": table.data.column("id") if "id" in table.data.column_names else pa.array(made.units), "role": table.data.column("role")}
        worst, best = np.full(table.n, PERMITTED, dtype=np.int8), np.full(table.n, PERMITTED, dtype=np.int8)
        for regime, (low, high) in outcomes(columns, self.plan).items():
            found[f"{regime}.worst"], found[f"{regime}.best"] = pa.array(low), pa.array(high)
            worst, best = np.minimum(worst, low), np.minimum(best, high)
        nobody = np.array([bool(places) for places in unread(columns, table.n, self.plan)])
        found["worst"], found["best"] = pa.array(np.where(nobody, 0, worst)), pa.array(best)
        found["no rulebook"] = pa.array(nobody)
        return pa.table(found)

