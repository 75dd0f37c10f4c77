"""`comity settle`: what several parties can agree upon, so that every law allows it and nobody can do better without another losing."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable

from comity.cli.levers import asked, goal
from comity.cli.prove import some_time, written
from comity.cli.screen import columns, out
from comity.edge.agreed import MOST, Agreed, agreed, valued
from comity.edge.changed import opened
from comity.settle.picture import picture
from comity.settle.table import data, lines, markdown
from comity.text.source import Mistake, Place, SourceError
from comity.words.lines import wrap
from comity.words.phrases import TEXT


def settle(args: argparse.Namespace) -> int:
    """Tells the front; 0 if it has a package and is all there is, 1 if there is no lawful package or time was over."""
    some_time(args)
    if not args.levers:
        raise SourceError([Mistake(Place("--levers", 1, 1), "a settlement needs levers", "write --levers FILE: what the parties can give each other")])
    wanted = goal(args)
    world = opened(asked(args), list(dict.fromkeys(args.movement or ())), args.levers, args.costs, None)
    movements = list(dict.fromkeys(args.movement or world.world["movement"]))
    found = agreed(world, movements, wanted, valued(world, args.values, args.parties), args.seconds)
    front, shaped = found.front, found.shaped
    if args.svg:
        written(args.svg, picture(front, args.lang))
    if args.markdown:
        written(args.markdown, markdown(front, shaped, args.lang))
    if args.json:
        out(json.dumps({**data(front, shaped, args.lang), "open": found.open, "judged": found.judged}, ensure_ascii=False, indent=2))
    else:
        for line in _told(found, args):
            out(line)
    return 0 if front.points and not front.ended else 1


def _told(found: Agreed, args: argparse.Namespace) -> Iterable[str]:
    for line in lines(found.front, found.shaped, MOST, args.lang):
        indent = " " * (len(line) - len(line.lstrip()))
        yield from wrap(line.strip(), columns(), indent, indent + "  ") if line.strip() else [""]
    text = TEXT[args.lang]
    yield ""
    yield text["packages judged"].format(found.judged)
    if found.open:
        yield text["packages open"].format(found.open)
    if found.front.ended:
        yield text["front unknown"].format(f"{args.seconds:g}", f"{args.seconds * 4:g}")
    for file, what in ((args.svg, "the picture"), (args.markdown, "the table")):
        if file:
            yield ""
            yield f"{what}: {file}"
