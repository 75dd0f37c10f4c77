"""`comity check` and `comity explain`: a world in, verdicts out."""

from __future__ import annotations

import argparse
import hashlib
import json
from datetime import date
from pathlib import Path

from comity import shelf
from comity.cli import render
from comity.cli.lines import out
from comity.cli.page import Page
from comity.cli.words import Words
from comity.facts.parse import day
from comity.facts.source import Mistake, Mistakes, Place, SourceError, nearest, read_documents
from comity.facts.value import MAX
from comity.facts.world import World, read_world
from comity.law.rulebook import PERMITTED
from comity.verdict.plan import Plan
from comity.verdict.verdict import Verdict, record, verdicts


def check(args: argparse.Namespace) -> int:
    """Every movement of a world, one line each."""
    plan, world, asked_on, digest = _read(args)
    found = _verdicts(world, plan, asked_on, args)
    if args.json:
        print(json.dumps([record(v, digest) for v in found], ensure_ascii=False, indent=2))
    else:
        words = Words("en", plan.vocabulary)
        for line in render.table(found, words):
            print(line)
        out()
        out(render.summary(found, words))
        worst = next((v.movement for v in found if v.outcome.worst < PERMITTED), None)
        if worst:
            out(f"Why, and what next: comity explain {args.world} {worst}")
    return 0 if all(v.outcome.worst == 3 for v in found) else 1


def explain(args: argparse.Namespace) -> int:
    """One verdict in full."""
    plan, world, asked_on, _ = _read(args)
    found = {v.movement: v for v in _verdicts(world, plan, asked_on, args)}
    if args.movement not in found:
        raise SourceError([Mistake(world.place, f"there is no movement '{args.movement}' in this world", nearest(args.movement, found))])
    verdict = found[args.movement]
    for line in Page(verdict, world, Words(args.lang, plan.vocabulary)).lines():
        out(line)
    return 0 if verdict.outcome.worst == PERMITTED else 1


def _verdicts(world: World, plan: Plan, asked_on: int, args: argparse.Namespace) -> list[Verdict]:
    if not world["movement"]:
        raise SourceError([Mistake(world.place, "this world has no movements", "name at least one under movements")])
    return verdicts(world, plan, asked_on, narrowed=bool(args.regime))


def _read(args: argparse.Namespace) -> tuple[Plan, World, int, str]:
    """The plan and the world that a command asks about; today is read here and nowhere below."""
    asked_on = _day(args.on, "--on") if args.on else date.today().toordinal()  # noqa: DTZ011 -- the user's own day
    as_known = _day(args.as_known, "--as-known") if args.as_known else MAX
    known = [f.name for f in shelf.shipped()]
    for name in args.regime or ():
        if name not in known and not args.rulebooks:
            raise SourceError([Mistake(Place("--regime", 1, 1), f"there is no regime '{name}'", nearest(name, known))])
    plan = shelf.plan(args.rulebooks or (), args.regime or (), as_known)
    if not plan.regimes:
        raise SourceError([Mistake(Place("--as-known", 1, 1), "no rulebook was known on that day")])
    mistakes = Mistakes()
    try:
        text = Path(args.world).read_bytes()
    except OSError as fault:
        raise SourceError([Mistake(Place(str(args.world), 1, 1), f"cannot be read: {(fault.strerror or 'no such file').lower()}")]) from fault
    documents = read_documents(str(args.world), text, mistakes)
    mistakes.settle()
    if not documents:
        raise SourceError([Mistake(Place(str(args.world), 1, 1), "the file is empty")])
    world = read_world(documents[0], plan.vocabulary, mistakes, asked_on)
    if args.on:
        _on(world, asked_on)
    mistakes.settle()
    return plan, world, asked_on, hashlib.sha256(text).hexdigest()


def _on(world: World, asked_on: int) -> None:
    """Asked *on* a day, every movement is judged as if it happened then."""
    from comity.facts.value import Interval

    for movement in world["movement"].values():
        movement.facts["on"] = Interval(asked_on, asked_on)
        for part in movement.parts:
            part.pop("on", None)


def _day(text: str, option: str) -> int:
    found = day(text)
    if found is None:
        raise SourceError([Mistake(Place(option, 1, 1), f"'{text}' is not a day", "write 2026-03-01")])
    return found
