"""`comity docket due`: what falls due, of a ledger's matters and of the verdicts on a world; for people, for programs, and for their calendars."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from typing import Any

from comity.cli.check import day_of, decided, read
from comity.cli.screen import columns, out, paint
from comity.docket.docket import day_in
from comity.docket.due import Due, What, listed, obligations
from comity.docket.kept import Kept
from comity.docket.phrases import Phrases
from comity.docket.procedure import Procedure
from comity.edge import registry
from comity.edge.home import mistake, now, told
from comity.facts.value import MAX
from comity.text.shown import shown
from comity.text.source import nearest
from comity.words.lines import wrap
from comity.words.words import day

Dated = tuple[Due, int]
"""What falls due, and the day it is there."""


def due(args: argparse.Namespace) -> int:
    """Tells what falls due, the overdue first."""
    if args.within is not None and args.within < 0:
        raise mistake("--within", f"{args.within} days are over", "write a number from 0 up")
    with registry.docket(args.ledger) as opened:
        docket = opened.docket
        found = [*_of_matters(opened, args), *(_of_world(args) if args.world else ())]
        if args.party and not any(args.party in one.who for one, _ in found):
            known = {party for one, _ in found for party in one.who} | {party for matter in docket.matters.values() for party in matter.parties.values()}
            if args.party not in known:
                raise mistake("--party", f"there is no party '{args.party}' to whom anything falls due", nearest(args.party, known))
        kept, phrases = listed(found, args.within, args.party or ""), Phrases(args.lang)
        if args.ics:
            from comity.cli.ics import calendar  # a library that only calendars need

            with told(str(args.ics)):
                args.ics.write_bytes(calendar([one for one, _ in kept], docket.log, phrases, now()))
        if args.json:
            out(json.dumps([record(*one) for one in kept], ensure_ascii=False, indent=2))
        else:
            for line in _lines(kept, phrases):
                out(line)
            if args.ics:
                out(f"{len(kept)} in {args.ics}")
        return 0


def record(one: Due, today: int) -> dict[str, Any]:
    """One of them as data."""
    days = {"from": day(one.day.lo), "to": day(one.day.hi), "provisional": not one.sure, "overdue": one.late(today)}
    said = {name: text for name, text in (("en", one.text.en), ("zh", one.text.zh), ("cite", one.text.cite)) if text}
    return {**days, "what": one.what.value, "of": one.of, "name": one.name, "who": list(one.who), **said}


def _of_matters(opened: Kept, args: argparse.Namespace) -> Iterator[Dated]:
    asked = day_of(args.on, "--on") if args.on else None
    at = now()

    def today(made: Procedure) -> int:
        return day_in(made, at) if asked is None else asked

    last = MAX if args.within is None else max(map(today, opened.docket.procedures.values()), default=0) + args.within
    return opened.due(today, last)


def _of_world(args: argparse.Namespace) -> Iterator[Dated]:
    args.docket = args.ledger
    asked = read(args)
    return ((one, asked.asked_on) for one in obligations(decided(asked, args)))


def _lines(found: Iterable[Dated], phrases: Phrases) -> Iterator[str]:
    none = True
    for one, today in found:
        none, late = False, one.late(today)
        state = "" if late is False else phrases.text("overdue" if late else "perhaps overdue") + phrases.text("colon")
        yield from wrap(f"{paint(day(one.day.lo), 'bold')}  {state}{shown(sentence(one, phrases))}", columns(), "", " " * 12)
    if none:
        yield phrases.text("nothing due")


def sentence(one: Due, phrases: Phrases) -> str:
    """What falls due, of what and for whom."""
    text = phrases.text
    who = text("comma").join(filter(None, one.who)) if one.what is not What.VALIDITY else ""
    said = phrases.called(one.text, one.name) if one.text.en else one.name
    more = [who, "" if one.sure else text("provisional", day(one.day.hi)), one.text.cite]
    told = text("clause").join(filter(None, (said, *more)))
    return f"{one.of}{text('colon')}{text(f'due {one.what.value}')}{text('colon')}{told}"
