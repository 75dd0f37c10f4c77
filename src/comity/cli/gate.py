"""`comity gate SOURCE DEST`: moves a table across a border and lets through what every law permits, and nothing else."""

from __future__ import annotations

import argparse
import datetime as dt
import os
from collections.abc import Iterator
from typing import Final

from comity.cli.check import day_of
from comity.cli.lineage import NAMESPACE, Lineage
from comity.cli.progress import shown
from comity.cli.screen import columns, out
from comity.cli.transfer import Crossed, Transfer
from comity.edge.home import Home
from comity.gate import address
from comity.gate.decide import Decision, Passed
from comity.gate.form import Keep, spoken
from comity.gate.manifest import reasons
from comity.gate.mapping import Table
from comity.gate.run import GateError
from comity.text.source import Mistake, Place, SourceError
from comity.words.lines import wrap

SHOWN: Final = 3
"""Reasons shown of a cell that stays at home."""


def gate(args: argparse.Namespace) -> int:
    """Decides each cell of a table, and moves what may cross: 0 if something did (or would), 1 if nothing may, 2 for bad input."""
    if args.mode == "enforce" and args.destination is None:
        raise SourceError([Mistake(Place("DEST", 1, 1), "name where the table goes", "or ask with --mode dry-run")])
    if args.mode != "dry-run" and args.on:
        raise SourceError([Mistake(Place("--on", 1, 1), "what moves, moves today", "ask about another day with --mode dry-run")])
    asked = Transfer(
        args.source,
        world=args.world,
        movement=args.movement,
        ledger=args.ledger,
        table=args.table,
        query=args.query or "",
        rulebooks=tuple(args.rulebooks or ()),
        lineage=_lineage(args),
        engine=args.engine,
        docket=args.docket,
    )
    try:
        match args.mode:
            case "enforce":
                with shown(asked.progress):
                    crossed = asked.enforce(args.destination)
                return _crossed(crossed, args)
            case "shadow":
                with shown(asked.progress):
                    found = asked.shadow()
                return _would(found.decision, f"Nothing was moved. What would cross is entry {found.index} of {Home.at(args.ledger).name}.")
            case _:
                on = dt.date.fromordinal(day_of(args.on, "--on")) if args.on else None
                with shown(asked.progress):
                    decision = asked.dry(on)
                return _would(decision, "Nothing was moved, and nobody counted: this was a dry run.")
    except GateError as held:
        if held.decision is not None:
            report(held.decision)
        out(f"Nothing crossed: {held}.")
        return 1


def _lineage(args: argparse.Namespace) -> Lineage | None:
    """The file of events, and what a scheduler says of itself in OpenLineage's own variables."""
    if args.lineage is None:
        return None
    return Lineage(args.lineage, namespace=os.environ.get("OPENLINEAGE_NAMESPACE") or NAMESPACE, parent=os.environ.get("OPENLINEAGE_PARENT_ID", ""))


def _would(decision: Decision, ending: str) -> int:
    report(decision)
    out(ending)
    return 0 if decision.crosses else 1


def _crossed(crossed: Crossed, args: argparse.Namespace) -> int:
    where = address.read(args.destination).name
    if crossed.decision is None:
        out(f"It had crossed before: entry {crossed.index} of {Home.at(args.ledger).name} says so, and {where} is as it was.")
        return 0
    report(crossed.decision)
    out(f"{crossed.rows:,} rows crossed into {where}. Entry {crossed.index} of {Home.at(args.ledger).name} holds them; the proof is {crossed.receipt.name}.")
    return 0


def report(decision: Decision) -> None:
    """What crosses, in which forms and by which provisions; what stays at home, and why. Places with one fate stand together."""
    table, day = decision.asking.table, dt.date.fromordinal(decision.asking.days.day)
    out(f"{decision.asking.movement}, {day}: the table '{table.name}', cell by cell")
    fates: dict[tuple[str, tuple[str, ...]], list[Passed]] = {}
    for one in decision.crosses:
        fates.setdefault((f"crosses{' in part' * one.cell.part}", tuple(_forms(one, table, decision))), []).append(one)
    for one in decision.stays:
        found, outcome = reasons(one, decision), one.verdict.outcome
        more = [f"and {len(found) - SHOWN} more"] if len(found) > SHOWN else []
        fates.setdefault((f"stays at home: {outcome if outcome.settled else 'undetermined'}", (*found[:SHOWN], *more)), []).append(one)
    for (fate, lines), held in fates.items():
        rows, persons = sum(one.cell.rows for one in held), [one.cell.number for one in held]
        out()
        for line in wrap(f"{fate}: {', '.join(one.cell.place for one in held)}", columns(), "  ", "    "):
            out(line)
        counted = f", {sum(filter(None, persons)):,} persons" if None not in persons else ""
        out(f"    {rows:,} rows{counted}")
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
