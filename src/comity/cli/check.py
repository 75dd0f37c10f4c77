"""`comity check` and `comity explain`: a world in, verdicts out."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from comity.cli import render
from comity.cli.screen import out
from comity.edge import asked
from comity.edge.asked import Read
from comity.edge.filed import docketed
from comity.facts.value import MAX
from comity.law.rulebook import PERMITTED
from comity.text.literal import day
from comity.text.source import Mistake, Place, SourceError
from comity.verdict.plan import Plan
from comity.verdict.verdict import Verdict, record
from comity.words.words import Words

if TYPE_CHECKING:
    from comity.edge.adopted import Signed


def check(args: argparse.Namespace) -> int:
    """Every movement of a world, one or two lines each; of a folder of tables, how many of each outcome."""
    if args.world.is_dir():
        from comity.cli.tables import check_folder

        folders = signed_of(args)
        plan, asked_on = _asked(args, folders)
        return check_folder(args, plan, asked_on, docketed(args.docket, plan, asked_on, (*(args.rulebooks or ()), *folders)))
    known = read(args)
    found = decided(known, args)
    if args.out:
        from comity.cli.tables import write_verdicts

        write_verdicts(args.out, found)
    if args.json:
        out(json.dumps([record(v, known.digest, **known.beside) for v in found], ensure_ascii=False, indent=2))
    else:
        words = Words("en", known.plan.vocabulary)
        for line in render.table(found, words):
            out(line)
        out()
        out(render.summary(found, words))
        worst = next((v.movement for v in found if v.outcome.worst < PERMITTED), None)
        if worst:
            out(f"Why, and what next: comity explain {args.world} {worst}")
    return 0 if all(v.outcome.worst == PERMITTED for v in found) else 1


def explain(args: argparse.Namespace) -> int:
    """One verdict in full."""
    from comity.cli.page import page
    from comity.words.page import Page

    known = read(args)
    if args.movement not in known.world["movement"]:
        raise asked.no_movement(known.world, args.movement)
    verdict = next(v for v in decided(known, args) if v.movement == args.movement)
    for line in page(Page(verdict, known.world, Words(args.lang, known.plan.vocabulary)).notes()):
        out(line)
    return 0 if verdict.outcome.worst == PERMITTED else 1


def read(args: argparse.Namespace, signed: Signed | None = None) -> Read:
    """The plan and the world that a command asks about; `signed`: of the ledger that is open, unless the command is to open one."""
    folders = signed_of(args) if signed is None else signed.folders
    plan, asked_on = _asked(args, folders)
    docket = docketed(args.docket, plan, asked_on, (*(args.rulebooks or ()), *folders))
    return asked.read(args.world, plan, asked_on if args.on else None, docket)


def decided(found: Read, args: argparse.Namespace) -> list[Verdict]:
    """The verdict on every movement."""
    return asked.decided(found, args.regime or ())


def _asked(args: argparse.Namespace, signed: Mapping[Path, str]) -> tuple[Plan, int]:
    """The plan and the day that a command asks about."""
    asked_on = day_of(args.on, "--on") if args.on else asked.today()
    as_known = day_of(args.as_known, "--as-known") if args.as_known else MAX
    return asked.plan(args.rulebooks or (), args.regime or (), as_known, signed), asked_on


def signed_of(args: argparse.Namespace) -> Mapping[Path, str]:
    """The signed law of the ledger that a question names."""
    if args.ledger is None:
        return {}
    from comity.edge.adopted import asked

    return asked(args.ledger).folders


def day_of(text: str, option: str) -> int:
    """The day that an option names. Raises SourceError where it names none."""
    found = day(text)
    if found is None:
        raise SourceError([Mistake(Place(option, 1, 1), f"'{text}' is not a day", "write 2026-03-01")])
    return found
