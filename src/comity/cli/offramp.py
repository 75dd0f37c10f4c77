"""`comity offramp`: the cheapest lawful change of a movement, what each step is for, the next best; or why nothing helps."""

from __future__ import annotations

import argparse
import json

from comity.cli.check import signed_of
from comity.cli.levers import asked, goal
from comity.cli.page import page
from comity.cli.prove import some_time, written
from comity.cli.screen import out
from comity.edge.changed import deadline, folders, opened, read_again
from comity.interview.draft import fragment
from comity.offramp.answer import Answer
from comity.offramp.search import Search
from comity.text.source import Mistake, Place, SourceError
from comity.words.words import Words


def offramp(args: argparse.Namespace) -> int:
    """Tells the way out of one movement; 0 if there is one, 1 if there is none or none was found in time."""
    some_time(args)
    if args.all < 1:
        raise SourceError([Mistake(Place("--all", 1, 1), f"{args.all} ways are none", "write a number from 1 up")])
    wanted = goal(args)
    world = asked(args)
    beside = None if args.only else folders(world.plan, [*(args.rulebooks or ()), *signed_of(args)])
    world = opened(world, [args.movement], args.levers or (), args.costs, beside)
    search = Search(world.levers, world.judge(args.movement), wanted, deadline(args.seconds))
    answer = Answer(world, args.movement, wanted, search, search.several(args.all), args.seconds)
    read_again(world, answer.anew, wanted)
    if args.out and answer.found.solutions:
        tree = world.worlds.changed(answer.found.solutions[0].package)
        written(args.out, "\n".join(fragment(tree)) + "\n")
    if args.json:
        out(json.dumps(answer.record(), ensure_ascii=False, indent=2))
    else:
        for line in page(answer.notes(Words(args.lang, world.plan.vocabulary))):
            out(line)
        if args.out and answer.found.solutions:
            out(f"\nthe changed world: {args.out}")
    return 0 if answer.found.solutions else 1
