"""`comity ledger counts`: how near what a ledger counts is to the lines of the law; with a world, also what its movements would bring it to count."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from comity.cli.check import day_of, decided, read
from comity.cli.page import page
from comity.cli.screen import out
from comity.edge import asked, counted
from comity.edge.adopted import carried
from comity.edge.home import Home, mistake, told
from comity.gate.counting import counted as counts_of
from comity.gauge.gauge import Measuring
from comity.gauge.gauging import Gauging
from comity.gauge.keys import brought
from comity.gauge.said import Said
from comity.ledger.replay import Replay
from comity.words.notes import Note
from comity.words.words import Words


def counts(args: argparse.Namespace) -> int:
    """Tells every gauge, or those that the verdict on one movement hangs on."""
    if args.movement and not args.world:
        raise mistake("--movement", "a movement is one of a world", "name the world with --world")
    home = Home.at(args.ledger)
    with told(home.name):
        standing = counted.standing(args.ledger, Replay())
        signed = carried(home, standing.signed)
    known = read(args, signed) if args.world else None
    plan = known.plan if known else asked.plan(args.rulebooks or (), (), signed=signed.folders)
    if known and args.movement and args.movement not in known.world["movement"]:
        raise asked.no_movement(known.world, args.movement)
    verdicts = {one.movement: one for one in decided(known, args)} if known else {}
    days = counted.days(day_of(args.on, "--on") if args.on else None, plan)
    words = Words(args.lang, plan.vocabulary)
    keys = brought((judged for one in verdicts.values() for judged in one.legs), counts_of(plan)) if standing.since else ()
    gauging = Gauging(Measuring(plan, words, days, standing, known.world if known else None), frozenset(keys))
    gauges, empty = (gauging.hanging(verdicts[args.movement]), 0) if args.movement else gauging.every()
    if args.json:
        out(json.dumps({"gauges": [asdict(one) for one in gauges], "empty": empty, "read": standing.read, "size": standing.size}, ensure_ascii=False, indent=2))
        return 0
    said = Said(plan, words)
    for line in page([Note(said.text("hangs on none"), kind="line")] if args.movement and not gauges else said.page(gauges, empty, standing)):
        out(line)
    return 0
