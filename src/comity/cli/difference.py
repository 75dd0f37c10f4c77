"""`comity law diff`: what changes between two editions of a rulebook; of the movements of a world, or of every transfer that there can be."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from comity import shelf
from comity.cli.check import day_of
from comity.cli.page import page
from comity.cli.prove import some_time, written
from comity.cli.screen import columns, out
from comity.edge import asked
from comity.edge.asked import folder_of
from comity.edge.changes import bars, editions, how, notes, outcome, record, words
from comity.edge.filed import Docketed, docketed
from comity.facts.value import MAX
from comity.law.rulebook import OUTCOMES
from comity.prove.difference import Compared, Difference
from comity.prove.editions import Editions, Provision
from comity.text.source import Mistake, Place, SourceError
from comity.verdict.plan import Plan
from comity.verdict.verdict import Verdict, verdicts
from comity.words.lines import wrap
from comity.words.provision import near
from comity.words.words import Words

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
FEW = 3
"""Movements of a table that are named for each change."""
LEVEL = {"loosened": "warning", "tightened": "error"}
"""How loud a change is in a report of a build: what may go no longer is an error."""


def diff(args: argparse.Namespace) -> int:
    """Tells what changes; 0 if nothing does, and that is proved."""
    some_time(args)
    known, then = (day_of(day, option) if day else MAX for day, option in ((args.known, "--known"), (args.then, "--then")))
    if args.new is None and known >= then and not (args.on and args.world):
        hint = "write comity law diff OLD NEW, or comity law diff REGIME --world WORLD --on DATE, or comity law diff REGIME --known DATE"
        told = "one edition differs from itself only from one day to the next: for the movements of a world, or as it was known"
        raise SourceError([Mistake(Place("law diff", 1, 1), told, hint)])
    if args.new is not None and args.on and not args.world:
        raise SourceError([Mistake(Place("--on", 1, 1), "a day is asked for the movements of a world", "name it: --world WORLD")])
    if args.docket and not args.world:
        raise SourceError([Mistake(Place("--docket", 1, 1), "a docket is read with a world", "name it: --world WORLD")])
    both = editions(args.old, args.new or args.old, known, then)
    if args.world:
        return _world(args, both)
    found = Compared(both, args.seconds).difference()
    shown = [args.out / f"{number}.yaml" for number, _ in enumerate(found.changes, 1)] if args.out else []
    if args.out:
        for file, change in zip(shown, found.changes, strict=True):
            written(file, change.world)
    if args.json or args.sarif:
        out(json.dumps(_sarif(found) if args.sarif else record(found, both), ensure_ascii=False, indent=2))
        return 1 if found.changes or found.unknown else 0
    said = Words(args.lang, shelf.vocabulary())
    for line in page(notes(found, both, said, near, list(map(str, shown)))):
        out(line)
    if found.unknown:
        out(said.text("more seconds").format(f"{args.seconds:g}", f"{args.seconds * 4:g}"))
    return 1 if found.changes or found.unknown else 0


def _sarif(found: Difference) -> dict[str, object]:
    """The same as SARIF 2.1.0, a result a class; where nobody knows, a note that says so."""
    results: list[dict[str, object]] = [
        {
            "ruleId": one.direction,
            "level": LEVEL.get(one.direction, "warning"),
            "message": {"text": f"{words(one)}, by {', '.join(f'{p.path} ({how(p)})' for p in one.by)}"},
            "locations": [_location(p) for p in one.by],
            "properties": {"world": one.world},
        }
        for one in found.changes
    ]
    results += [
        {
            "ruleId": "unknown",
            "kind": "open",
            "level": "none",
            "message": {"text": f"unknown whether any transfer goes from {OUTCOMES[old]} to {OUTCOMES[new]}"},
        }
        for old, new in found.unknown
    ]
    rules = [{"id": name} for name in dict.fromkeys(str(one["ruleId"]) for one in results)]
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [{"tool": {"driver": {"name": "comity law diff", "rules": rules}}, "results": results}]}


def _location(one: Provision) -> dict[str, object]:
    place = one.law.place
    uri = place.file if not Path(place.file).is_absolute() else Path(place.file).as_uri()
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": {"startLine": place.line, "startColumn": place.column}}}


def _world(args: argparse.Namespace, editions: Editions) -> int:
    """The movements of a world whose outcome differs; with a day, between the day before under the old edition and that day under the new one."""
    day, today = day_of(args.on, "--on") if args.on else None, asked.today()
    days = (None, None) if day is None else (day - 1, day)
    folders = [[folder] if (folder := folder_of(name)).is_dir() else [] for name in (args.old, args.new or args.old)]
    plans = (editions.old, editions.new)
    dockets = [docketed(args.docket, plan, today if on is None else on, more) for plan, on, more in zip(plans, days, folders, strict=True)]
    read = list(zip(plans, days, dockets, strict=True))
    if args.world.is_dir():
        return _folder(args, read, today)
    sides = [verdicts(one.world, plan, one.asked_on, narrowed=True) for plan, on, docket in read for one in (asked.read(args.world, plan, on, docket),)]
    differ = [(old, new) for old, new in zip(*sides, strict=True) if old.outcome != new.outcome]
    if args.json:
        told = [{"movement": old.movement, "old": str(old.outcome), "new": str(new.outcome), "by": _paths(old, new)} for old, new in differ]
        out(json.dumps({"changes": told, "movements": len(sides[0])}, ensure_ascii=False, indent=2))
        return 1 if differ else 0
    for old, new in differ:
        line = f"{old.movement}: {outcome(str(old.outcome))} -> {outcome(str(new.outcome))}, by {', '.join(_paths(old, new)) or 'what is owed'}"
        for one in wrap(line, columns(), "", "    "):
            out(one)
    out(_counted(len(differ), len(sides[0]), args))
    return 1 if differ else 0


def _folder(args: argparse.Namespace, read: Sequence[tuple[Plan, int | None, Docketed | None]], today: int) -> int:
    """The same of a folder of tables: how many movements go from which outcome to which, the most first, and the first of each by name."""
    from comity.cli.tables import spans_of

    (names, before), (_, after) = (spans_of(args.world, plan, today if on is None else on, on, docket) for plan, on, docket in read)
    classes: dict[tuple[str, str], list[str]] = {}
    for name, old, new in zip(names, before, after, strict=True):
        if old != new:
            classes.setdefault((str(old), str(new)), []).append(name)
    ordered = sorted(classes.items(), key=lambda one: (-len(one[1]), one[0]))
    if args.json:
        told = [{"old": was, "new": now, "movements": found} for (was, now), found in ordered]
        out(json.dumps({"changes": told, "movements": len(names)}, ensure_ascii=False, indent=2))
    else:
        for (was, now), found in ordered:
            more = f" and {len(found) - FEW:,} more" if len(found) > FEW else ""
            for one in wrap(f"{len(found):,}: {outcome(was)} -> {outcome(now)}: {', '.join(found[:FEW])}{more}", columns(), "", "    "):
                out(one)
        out(_counted(sum(map(len, classes.values())), len(names), args))
    return 1 if classes else 0


def _counted(changing: int, of: int, args: argparse.Namespace) -> str:
    return f"{changing:,} of {of:,} movements change" + (f" on {args.on}" if args.on else "")


def _paths(old: Verdict, new: Verdict) -> list[str]:
    """What makes the difference, by its path: all of one regime."""
    return [path for _, path in bars(old, new)]
