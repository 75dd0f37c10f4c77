"""`comity gate SOURCE DEST`: moves a table across a border and lets through what every law permits, and nothing else."""

from __future__ import annotations

import argparse
import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from comity.cli.check import read
from comity.cli.home import Home, now, since
from comity.cli.lines import columns, out, wrap
from comity.facts.value import only
from comity.gate import address
from comity.gate.decide import Asking, Decision, Passed
from comity.gate.engine.polars import Polars
from comity.gate.form import Keep, spoken
from comity.gate.mac import Mac
from comity.gate.manifest import reasons
from comity.gate.mapping import Table, read_table
from comity.gate.run import Gate, GateError, Moved
from comity.gate.source import opened
from comity.text.source import Mistake, Place, SourceError

SHOWN: Final = 3
"""Reasons shown of a cell that stays at home."""


def gate(args: argparse.Namespace) -> int:
    """Decides each cell of a table, and moves what may cross: 0 if something did (or would), 1 if nothing may, 2 for bad input."""
    if args.mode == "enforce" and args.destination is None:
        raise SourceError([Mistake(Place("DEST", 1, 1), "name where the table goes", "or ask with --mode dry-run")])
    if args.mode != "dry-run" and args.on:
        raise SourceError([Mistake(Place("--on", 1, 1), "what moves, moves today", "ask about another day with --mode dry-run")])
    asked, home = read(args), Home(args.ledger)
    table = read_table(asked.world, args.table, args.movement, asked.plan.vocabulary)
    source = opened(args.source, args.query or "")
    with home.open() as ledger:
        asking = Asking(asked.world, asked.plan, args.movement, table, asked.asked_on, since(ledger))
        key, importer = home.key(), only(asked.world["movement"][args.movement].facts.get("importer"))
        run = Gate(asking, ledger, Polars(), key.secret, Mac.pseudonyms(key.secret, importer), now, asked.digest)
        try:
            if args.mode == "enforce":
                return _moved(run.enforce(source, args.destination), run, args)
            decision = run.dry(source) if args.mode == "dry-run" else run.shadow(source)
        except GateError as held:
            if held.decision is not None:
                report(held.decision)
            out(f"Nothing crossed: {held}.")
            return 1
        report(decision)
        out(
            "Nothing was moved, and nobody counted: this was a dry run."
            if args.mode == "dry-run"
            else f"Nothing was moved. What would cross is entry {ledger.size - 1} of {home.folder}."
        )
        return 0 if decision.crosses else 1


def _moved(moved: Moved, run: Gate, args: argparse.Namespace) -> int:
    """Says what crossed, and keeps the manifest and the proof beside the table."""
    where = address.read(args.destination)
    beside = Path(where.path) if where.local and not where.table else Path(args.ledger) / f"transfer-{moved.index}"
    if moved.again:
        out(f"It had crossed before: entry {moved.index} of {args.ledger} says so, and {where.name} is as it was.")
        return 0
    assert moved.decision is not None
    report(moved.decision)
    told = {"manifest.json": json.dumps(moved.manifest, ensure_ascii=False, indent=1) + "\n", "receipt": run.ledger.prove(moved.index)}
    for ending, text in told.items():
        beside.with_name(f"{beside.name}.{ending}").write_text(text, encoding="utf-8")
    rows = moved.about["rows"]
    out(f"{rows:,} rows crossed into {where.name}. Entry {moved.index} of {args.ledger} holds them; the proof is {beside.name}.receipt.")
    return 0


def report(decision: Decision) -> None:
    """What crosses, in which forms and by which provisions; what stays at home, and why. Places with one fate stand together."""
    table, day = decision.asking.table, dt.date.fromordinal(decision.asking.day)
    out(f"{decision.asking.movement}, {day}: the table '{table.name}', cell by cell")
    fates: dict[tuple[str, tuple[str, ...]], list[Passed]] = {}
    for one in decision.crosses:
        fates.setdefault(("crosses", tuple(_forms(one, table, decision))), []).append(one)
    for one in decision.stays:
        found, outcome = reasons(one), one.verdict.outcome
        more = [f"and {len(found) - SHOWN} more"] if len(found) > SHOWN else []
        fates.setdefault((f"stays at home: {outcome if outcome.settled else 'undetermined'}", (*found[:SHOWN], *more)), []).append(one)
    for (fate, lines), held in fates.items():
        rows, persons = sum(one.cell.rows for one in held), sum(len(one.cell.persons) for one in held)
        out()
        for line in wrap(f"{fate}: {', '.join(one.cell.place for one in held)}", columns(), "  ", "    "):
            out(line)
        out(f"    {rows:,} rows, {persons:,} persons")
        for told in lines:
            for line in wrap(told, columns(), "    ", "      "):
                out(line)
    if decision.nowhere:
        out()
        out(f"  stays at home: {decision.nowhere:,} rows that do not say who or where their person is")
    out()


def _forms(one: Passed, table: Table, decision: Decision) -> Iterator[str]:
    """The columns that do not cross as they are, and what stands against it."""
    for name in table.columns:
        choice = one.tried.choice(table, name)
        if isinstance(choice.form, Keep):
            continue
        needed = decision.effects.get((one.cell.place, name), ())
        told = spoken(choice.form) + (f" as {choice.becomes}" if choice.becomes else "")
        yield f"{name}: {told}" + (f", because of {'; '.join(needed)}" if needed else "")
