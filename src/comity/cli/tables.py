"""`comity check FOLDER`, and verdicts as a table: streamed, with the same columns whether the world is a folder or a file."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from comity.cli.screen import out
from comity.edge.filed import Docketed
from comity.law.rulebook import OUTCOMES, PERMITTED
from comity.tables import folder
from comity.tables.stream import Stream
from comity.text.source import Mistake, Mistakes, Place, SourceError
from comity.verdict.outcome import Span
from comity.verdict.plan import Plan
from comity.verdict.verdict import Verdict

UNREAD = "no rulebook"


def by_movement(table: pa.Table, *, narrowed: bool) -> tuple[pa.Array, NDArray[np.int8], NDArray[np.int8]]:
    """The movements of a batch, and the worst and best outcome of each: the meet over its legs, which stand together."""
    names = table.column("movement").combine_chunks()
    if not len(names):
        return names, np.zeros(0, dtype=np.int8), np.zeros(0, dtype=np.int8)
    starts = np.flatnonzero(np.concatenate([[True], np.asarray(pc.not_equal(names[1:], names[:-1]))]))
    ends = [c for c in table.column_names if c.endswith(".worst")] if narrowed else ["worst"]
    worst = np.minimum.reduceat(np.min([table.column(c).to_numpy() for c in ends], axis=0), starts)
    return names.take(starts), worst, np.minimum.reduceat(table.column("best").to_numpy(), starts)


class Summary:
    """What is said at the end: movements by outcome, and jurisdictions nobody could ask."""

    def __init__(self) -> None:
        self.movements = 0
        self.settled = [0] * len(OUTCOMES)
        self.undetermined = 0
        self.unread: dict[str, int] = {}

    def add(self, table: pa.Table, *, narrowed: bool) -> None:
        """Counts the movements of one batch, each by the meet over its legs, which stand together."""
        names, worst, best = by_movement(table, narrowed=narrowed)
        self.movements += len(names)
        for outcome in range(len(OUTCOMES)):
            self.settled[outcome] += int(((worst == outcome) & (best == outcome)).sum())
        self.undetermined += int((worst != best).sum())
        unread = table.column(UNREAD).combine_chunks()
        for met in pc.value_counts(unread.drop_null()).to_pylist():
            for place in met["values"].split():
                self.unread[place] = self.unread.get(place, 0) + met["counts"]

    def lines(self, regimes: int) -> Iterator[str]:
        """The summary for a reader."""
        yield f"{self.movements:,} movements under {regimes} laws"
        for outcome, word in reversed(list(enumerate(OUTCOMES))):
            yield f"{self.settled[outcome]:>14,} {word.replace('_', ' ')}"
        yield f"{self.undetermined:>14,} undetermined"
        if self.unread:
            places = sorted(self.unread.items(), key=lambda found: (-found[1], found[0]))
            yield "No rulebook for " + ", ".join(f"{place} ({legs:,} legs)" for place, legs in places)

    def record(self, plan: Plan) -> dict[str, object]:
        """The summary for a program."""
        by = {word: self.settled[i] for i, word in enumerate(OUTCOMES)}
        books = {r.book.regime: {"edition": r.book.edition, "digest": r.book.digest} for r in plan.regimes}
        return {"movements": self.movements, "outcomes": {**by, "undetermined": self.undetermined}, "no_rulebook": self.unread, "rulebooks": books}


def check_folder(args: argparse.Namespace, plan: Plan, asked_on: int, docket: Docketed | None) -> int:
    """Every movement of a folder of tables, batch by batch; 0 if all are permitted, 1 if one is not. Bad tables are raised together."""
    mistakes = Mistakes()
    on = asked_on if args.on else None
    world, movements = folder.table_world(Path(args.world), plan, mistakes, asked_on, _beside(docket, on))
    target = _target(args)
    if target is not None and target.resolve().parent == Path(args.world).resolve():
        mistakes.add(Place("--out", 1, 1), "verdicts do not belong among the tables they are about", "name a file outside the folder")
    mistakes.settle()
    stream = Stream(world, plan, movements.names | ({"on"} if args.on else set()))
    summary, told = Summary(), _Progress(movements.rows)
    results = _seen(stream.results(lambda: movements.batches(on=on), told.done), summary, narrowed=bool(args.regime))
    if target is not None:
        _written(target, results)
    else:
        for _ in results:
            pass
    told.end()
    if args.json:
        told_of = {"docket": docket.filed.record} if docket and docket.filed else {}
        out(json.dumps({**summary.record(plan), **told_of}, ensure_ascii=False, indent=2))
    else:
        for line in summary.lines(len(plan.regimes)):
            out(line)
        if target is not None:
            out(f"Each leg, under every law: {target}")
    return 0 if summary.settled[PERMITTED] == summary.movements else 1


def _beside(docket: Docketed | None, on: int | None) -> folder.Beside | None:
    """What puts a docket beside tables. Raises SourceError unless all moves on one day: a table says nothing of facts that change."""
    if docket is not None and on is None:
        raise SourceError([Mistake(Place("--docket", 1, 1), "tables are read with a docket as on one day", "name it: --on 2026-03-01")])
    return docket.beside_tables if docket is not None else None


def spans_of(file: Path, plan: Plan, asked_on: int, on: int | None, docket: Docketed | None = None) -> tuple[list[str], list[Span]]:
    """The movements of a folder of tables in their order, and what the regimes of a plan leave of each; with `on`, as on that day."""
    mistakes = Mistakes()
    world, movements = folder.table_world(file, plan, mistakes, asked_on, _beside(docket, on))
    mistakes.settle()
    stream = Stream(world, plan, movements.names | ({"on"} if on is not None else set()))
    names, spans = list[str](), list[Span]()
    for table in stream.results(lambda: movements.batches(on=on), lambda _: None):
        found, worst, best = by_movement(table, narrowed=True)
        names += found.to_pylist()
        spans += map(Span, worst.tolist(), best.tolist())
    return names, spans


def write_verdicts(file: Path, found: Iterable[Verdict]) -> None:
    """The legs of judged movements as a table with the columns that a folder's verdicts have."""
    legs = [judged for verdict in found for judged in verdict.legs]
    columns: dict[str, pa.Array] = {
        "movement": pa.array([j.leg.movement for j in legs], pa.string()),
        "role": pa.array([j.leg.role for j in legs], pa.string()).dictionary_encode().cast(pa.dictionary(pa.int8(), pa.string())),
    }
    for regime in legs[0].opinions if legs else ():
        columns[f"{regime}.worst"] = pa.array([j.opinions[regime].worst for j in legs], pa.int8())
        columns[f"{regime}.best"] = pa.array([j.opinions[regime].best for j in legs], pa.int8())
    columns[UNREAD] = pa.array([" ".join(j.unread) or None for j in legs], pa.string())
    columns["worst"] = pa.array([j.outcome.worst for j in legs], pa.int8())
    columns["best"] = pa.array([j.outcome.best for j in legs], pa.int8())
    _written(file, [pa.table(columns)])


def _target(args: argparse.Namespace) -> Path | None:
    return Path(args.out) if getattr(args, "out", None) else None


def _written(file: Path, results: Iterable[pa.Table]) -> None:
    try:
        folder.write(file, results)
    except OSError as fault:
        raise SourceError([Mistake(Place(str(file), 1, 1), f"cannot be written: {(fault.strerror or 'no such folder').lower()}")]) from fault


def _seen(results: Iterable[pa.Table], summary: Summary, *, narrowed: bool) -> Iterator[pa.Table]:
    for table in results:
        summary.add(table, narrowed=narrowed)
        yield table


class _Progress:
    """How far it is, on a screen only."""

    def __init__(self, total: int) -> None:
        self._total, self._began, self._shown = total, time.monotonic(), sys.stderr.isatty()
        if self._shown:
            print(f"counting over {total:,} movements", end="\r", file=sys.stderr, flush=True)

    def done(self, movements: int) -> None:
        """So many movements are judged."""
        if self._shown:
            pace = movements / max(time.monotonic() - self._began, 1e-9)
            print(f"\r{movements:,} of {self._total:,} movements, {pace:,.0f} per second   ", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        """The line is finished."""
        if self._shown:
            print(file=sys.stderr)
