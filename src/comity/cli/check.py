"""`comity check` and `comity explain`: a world in, verdicts out."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from comity import shelf
from comity.cli import render
from comity.cli.filed import Filed, filed
from comity.cli.lines import out
from comity.cli.words import Words
from comity.facts.record import World
from comity.facts.value import MAX, Interval
from comity.files.world_file import as_told, world_file
from comity.law.rulebook import PERMITTED
from comity.text.literal import day
from comity.text.source import Mistake, Node, Place, SourceError, nearest
from comity.verdict.plan import Plan
from comity.verdict.verdict import Verdict, record, verdicts

if TYPE_CHECKING:
    from comity.cli.adopted import Signed


@dataclass(frozen=True)
class Read:
    """What a command asks about: the plan, the world, the tree of its file, the day, the file's digest; and the docket that it was read with, if any."""

    plan: Plan
    world: World
    node: Node
    asked_on: int
    digest: str
    filed: Filed | None = None

    @property
    def whole(self) -> str:
        """The digest of all that is known: of the file, and of the instruments that came of the docket."""
        return self.filed.digest(self.digest) if self.filed else self.digest

    @property
    def beside(self) -> dict[str, object]:
        """What a record of a verdict names beside law and world."""
        return {"docket": self.filed.record} if self.filed else {}


def check(args: argparse.Namespace) -> int:
    """Every movement of a world, one or two lines each; of a folder of tables, how many of each outcome."""
    if args.world.is_dir():
        from comity.cli.tables import check_folder

        if args.docket:
            raise SourceError([Mistake(Place("--docket", 1, 1), "tables are not read with a docket", "name a world file")])
        return check_folder(args, *_asked(args, signed_of(args)))
    asked = read(args)
    found = decided(asked, args)
    if args.out:
        from comity.cli.tables import write_verdicts

        write_verdicts(args.out, found)
    if args.json:
        out(json.dumps([record(v, asked.digest, **asked.beside) for v in found], ensure_ascii=False, indent=2))
    else:
        words = Words("en", asked.plan.vocabulary)
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
    from comity.cli.page import Page

    asked = read(args)
    if args.movement not in asked.world["movement"]:
        raise no_movement(asked.world, args.movement)
    verdict = next(v for v in decided(asked, args) if v.movement == args.movement)
    for line in Page(verdict, asked.world, Words(args.lang, asked.plan.vocabulary)).lines():
        out(line)
    return 0 if verdict.outcome.worst == PERMITTED else 1


def no_movement(world: World, name: str) -> SourceError:
    """What to say where a world has no such movement."""
    return SourceError([Mistake(world.place, f"there is no movement '{name}' in this world", nearest(name, world["movement"]))])


def decided(asked: Read, args: argparse.Namespace) -> list[Verdict]:
    """The verdict on every movement."""
    if not asked.world["movement"]:
        raise SourceError([Mistake(asked.world.place, "this world has no movements", "name at least one under movements")])
    return verdicts(asked.world, asked.plan, asked.asked_on, narrowed=bool(args.regime))


def read(args: argparse.Namespace, signed: Signed | None = None) -> Read:
    """The plan and the world that a command asks about; `signed`: of the ledger that is open, unless the command is to open one."""
    folders = signed_of(args) if signed is None else signed.folders
    plan, asked_on = _asked(args, folders)
    docket = filed(args.docket, asked_on, (*(args.rulebooks or ()), *folders))
    world, node, digest = world_file(args.world, plan, asked_on, docket.papers if docket else as_told)
    if args.on:
        on_day(world, asked_on)
    if docket:
        docket.mark(world, node)
    return Read(plan, world, node, asked_on, digest, docket)


def _asked(args: argparse.Namespace, signed: Mapping[Path, str]) -> tuple[Plan, int]:
    """The plan and the day that a command asks about; today is read here and nowhere below."""
    asked_on = day_of(args.on, "--on") if args.on else date.today().toordinal()  # noqa: DTZ011 -- the user's own day
    as_known = day_of(args.as_known, "--as-known") if args.as_known else MAX
    return _plan(args, as_known, signed), asked_on


def signed_of(args: argparse.Namespace) -> Mapping[Path, str]:
    """The signed law of the ledger that a question names."""
    if args.ledger is None:
        return {}
    from comity.cli.adopted import asked

    return asked(args.ledger).folders


def _plan(args: argparse.Namespace, as_known: int, signed: Mapping[Path, str]) -> Plan:
    known = [f.name for f in (*shelf.shipped(), *(args.rulebooks or ()), *signed)]
    for name in args.regime or ():
        if name not in known:
            raise SourceError([Mistake(Place("--regime", 1, 1), f"there is no regime '{name}'", nearest(name, known))])
    plan = shelf.plan(args.rulebooks or (), args.regime or (), as_known, signed)
    if not plan.regimes:
        raise SourceError([Mistake(Place("--as-known", 1, 1), "no rulebook was known on that day")])
    return plan


def on_day(world: World, asked_on: int) -> None:
    """Asked *on* a day, every movement is judged as if it happened then."""
    for movement in world["movement"].values():
        movement.facts["on"] = Interval(asked_on, asked_on)
        for part in movement.parts:
            part.pop("on", None)


def day_of(text: str, option: str) -> int:
    """The day that an option names. Raises SourceError where it names none."""
    found = day(text)
    if found is None:
        raise SourceError([Mistake(Place(option, 1, 1), f"'{text}' is not a day", "write 2026-03-01")])
    return found
