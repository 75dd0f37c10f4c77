"""`comity plan`: of many movements that share what can be changed, what to change so that all are lawful at the least cost together."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence

from comity.cli.levers import asked, goal
from comity.cli.prove import some_time, written
from comity.cli.screen import columns, out
from comity.edge.changed import deadline, opened, read_again
from comity.interview.draft import fragment
from comity.layout.clash import clash
from comity.layout.movement import Movement
from comity.layout.price import Price, of_laws, of_movements
from comity.layout.report import lines, told
from comity.layout.search import Clash, Layout, Search, Unknown
from comity.offramp.changeable import Changeable
from comity.offramp.lever import Judge
from comity.text.source import Mistake, Place, SourceError
from comity.words.lines import wrap


def plan(args: argparse.Namespace) -> int:
    """Tells the cheapest layout and what each law and movement costs; 0 if there is one, 1 if there is none or it was not found in time."""
    some_time(args)
    if not args.levers:
        raise SourceError(
            [Mistake(Place("--levers", 1, 1), "a plan needs levers", "write --levers FILE; what can be changed of many movements is for you to say")]
        )
    wanted = goal(args)
    world = opened(asked(args), list(dict.fromkeys(args.movement or ())), args.levers, args.costs, None)
    names = list(dict.fromkeys(args.movement or world.world["movement"]))
    search = Search(world.levers, [Movement(name, world.judge(name), wanted, world.judge(name).bearing) for name in names], deadline(args.seconds))
    found: Layout | Clash | Unknown = search.cheapest() or clash(search)
    if isinstance(found, Layout):
        read_again(world, world.anew(found.package, names), wanted)
    laws, movements = _prices(search, found, world, names) if args.prices else ([], [])
    if args.out and isinstance(found, Layout):
        written(args.out, "\n".join(fragment(world.worlds.changed(found.package))) + "\n")
    answer = told(search, found, laws, movements)
    if args.json:
        out(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        for line in lines(answer):
            indent = " " * (len(line) - len(line.lstrip()))
            for part in wrap(line.strip(), columns(), indent, indent + "  ") if line.strip() else [""]:
                out(part)
    return 0 if isinstance(found, Layout) else 1


def _prices(search: Search, found: Layout | Clash | Unknown, world: Changeable, names: Sequence[str]) -> tuple[list[Price], list[Price]]:
    """What each law that holds some movement down would save if it were met otherwise, and each movement if it were not made."""
    if isinstance(found, Unknown):
        return [], []
    before = found if isinstance(found, Layout) else None
    laws = sorted({regime for name in names for regime in world.judge(name).heard})

    def without(law: str) -> Mapping[str, Judge]:
        return {name: world.judge(name).without(law) for name in names}

    return list(of_laws(search, before, laws, without)), list(of_movements(search, before)) if before else []
