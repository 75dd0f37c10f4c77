"""`comity docket`: opens matters, makes acts, shows matters as everybody sees them, and tells what falls due."""

from __future__ import annotations

import argparse
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from comity.cli import saying
from comity.cli.check import day_of
from comity.cli.page import page
from comity.cli.screen import columns, out
from comity.docket.clerk import Clerk
from comity.docket.docket import NAME, Docket, day_in
from comity.docket.matter import Matter, RefusedError
from comity.docket.page import page as told
from comity.docket.page import where
from comity.docket.phrases import Phrases
from comity.docket.procedure import Act, Procedure
from comity.docket.said import Reader
from comity.docket.standing import Standing, brief, named, record
from comity.edge import registry
from comity.edge.home import Home, mistake, now, private
from comity.edge.registry import clerk
from comity.ledger.note import Private
from comity.text.source import Mistakes, Place, nearest
from comity.words.lines import cut, pad, width
from comity.words.words import day


def opening(args: argparse.Namespace) -> int:
    """Opens a matter with its first act: 0, or 2 with every mistake and nothing recorded."""
    procedure, key, mistakes = registry.procedure(args.procedure, args.rulebooks or []), private(args.key, Private), Mistakes()
    parties = saying.parties(args, dict(procedure.roles), mistakes)
    if not NAME.fullmatch(args.matter):
        mistakes.add(Place("MATTER", 1, 1), f"'{args.matter}' is no name for a matter", "letters, digits, '.', '_' and '-'; not more than 100")
    acts = {act.name: act for act in procedure.opening()}
    if args.act is None and len(acts) > 1:
        mistakes.add(Place("--act", 1, 1), "several acts open a matter of this procedure", f"write --act {' or '.join(acts)}")
    elif args.act is not None and args.act not in acts:
        mistakes.add(
            Place("--act", 1, 1), f"no act '{args.act}' opens a matter of this procedure", nearest(args.act, acts) or f"write --act {' or '.join(acts)}"
        )
    mistakes.settle()
    act = acts[args.act] if args.act is not None else next(iter(acts.values()))
    for role in [one for stage in act.leads() for one in procedure.stages[stage].turn if one not in parties]:
        mistakes.add(Place(f"--party {role}", 1, 1), f"nobody plays the role '{role}', whose move it would be", f"write --party {role}=PARTY")
    with clerk(args.ledger) as office:
        if args.matter in office.docket.matters:
            mistakes.add(Place("MATTER", 1, 1), f"there is a matter '{args.matter}' already", f"comity docket show {args.ledger} {args.matter}")
        says = _says(args, act, Matter(args.matter, procedure, parties), key, office, mistakes)
        index = office.open(args.matter, procedure, parties, act.name, says, key)
        if absent := [role for role in procedure.roles if role not in parties]:
            out(f"Nobody plays, and nobody can later: {', '.join(absent)}")
        return _done(args, office.docket, index)


def act(args: argparse.Namespace) -> int:
    """Makes an act, or signs one that is proposed: 0, or 2 with every mistake and nothing recorded."""
    key, mistakes = private(args.key, Private), Mistakes()
    with clerk(args.ledger) as office:
        matter = _matter(office.docket, args.matter)
        made = matter.procedure.acts.get(args.act)
        if made is None:
            raise mistake("ACT", f"the procedure has no act '{args.act}'", nearest(args.act, matter.procedure.acts) or _open_acts(matter))
        says = _says(args, made, matter, key, office, mistakes) if args.proposed is None else _proposed(args, office.docket)
        if matter.made:
            return _done(args, office.docket, office.act(args.matter, args.act, says, key))
        index = office.open(args.matter, matter.procedure, matter.parties, args.act, says, key)  # proposed only: the last signature opens it
        return _done(args, office.docket, index)


def show(args: argparse.Namespace) -> int:
    """A matter as everybody sees it."""
    with registry.docket(args.ledger) as kept:
        kept.log.check()
        docket = kept.docket
        matter = _matter(docket, args.matter)
        standing = Standing.of(docket, args.matter, _day(args, matter.procedure))
        if matter.made and not standing.matter.path:
            raise mistake("--on", f"the matter was not open on that day: it was opened {day(matter.made[0].day)}")
        if args.json:
            out(json.dumps(record(standing), ensure_ascii=False, indent=2))
        else:
            for line in page(told(standing, Phrases(args.lang))):
                out(line)
        return 0


def listing(args: argparse.Namespace) -> int:
    """Every matter in a line, perhaps of one party, or those that wait for one."""
    with registry.docket(args.ledger) as opened:
        opened.log.check()
        docket = opened.docket
        matters = {
            name: _matter(docket, name) for name in (*docket.matters, *(name for name, file in docket.files.items() if file.matter is None and file.proposed))
        }
        known = {party for matter in matters.values() for party in matter.parties.values()}
        for option in ("party", "turn"):
            if (party := getattr(args, option)) and party not in known:
                raise mistake(f"--{option}", f"there is no party '{party}' in any matter", nearest(party, known))
        found = [Standing.of(docket, name, _day(args, matter.procedure)) for name, matter in matters.items()]
        there = [one for one in found if one.matter.path or one.matter.name not in docket.matters]
        kept = [one for one in there if (not args.party or args.party in one.matter.parties.values()) and (not args.turn or args.turn in one.awaited)]
        if args.json:
            out(json.dumps([brief(one) for one in kept], ensure_ascii=False, indent=2))
        else:
            for line in _listed(kept, Phrases(args.lang)):
                out(line)
        return 0


def _listed(found: Sequence[Standing], phrases: Phrases) -> Iterator[str]:
    """Each matter with the day since which it stands where it does, for whom it waits, and where that is."""
    if not found:
        yield phrases.text("no matters")
        return
    said = [phrases.text("comma").join(one.awaited) or "-" for one in found]
    names, waits = max(width(one.matter.name) for one in found), max(map(width, said))
    for one, awaited in zip(found, said, strict=True):
        since = "-" if one.since is None else day(one.since)
        yield cut(f"{pad(one.matter.name, names)}  {pad(since, 10)}  {pad(awaited, waits)}  {where(one, phrases)}", columns())


def publish(args: argparse.Namespace) -> int:
    """Puts down the calendars that open matters count by, as they are published now; which deadlines that moves."""
    with clerk(args.ledger) as office:
        before, docket = office.ledger.size, office.docket
        places = {matter.procedure.place for matter in docket.matters.values() if not matter.over}
        editions = sum(office.publish(place) for place in sorted(places))
        told = [one for index in range(before, office.ledger.size) for one in office.ledger.entry(index).get("moved", ())]
    out(f"{editions} new edition{'s' * (editions != 1)} of calendars, {len(told)} deadline{'s' * (len(told) != 1)} moved")
    for one in told:
        out(f"  {one['matter']}: {one['clock']}: {one['from']} becomes {one['to']}")
    return 0


def due(args: argparse.Namespace) -> int:
    """What falls due."""
    from comity.cli.due import due as told  # it may judge a world

    return told(args)


def _says(args: argparse.Namespace, act: Act, matter: Matter, key: Private, office: Clerk, mistakes: Mistakes) -> dict[str, Any]:
    """What the act says. Raises SourceError with all that is wrong with it, and why the act could not be made now even if it said that."""
    told = saying.told(args, act, mistakes)
    says = Reader(matter.procedure, office.docket.vocabulary, matter.open_conditions, mistakes).says(act, told)
    known = (*(f"'{name}' of '{act.name}'" for name in says), *(f"the limit '{name}' is a " for name in matter.procedure.limits)) if mistakes.found else ()
    by = matter.whose(act) if key.name in matter.whose(act) else (key.name,)
    for why in _reasons(matter, act, by, says, office):
        if not why.startswith(known):  # told with its place already
            suggestion = _open_acts(matter) if "is not made at the stage" in why else ""
            mistakes.add(Place(args.matter, 1, 1), why, suggestion or (f"comity docket publish {args.ledger}" if why.startswith("nobody can say") else ""))
    mistakes.settle()
    return says


def _reasons(matter: Matter, act: Act, by: Collection[str], says: Mapping[str, Any], office: Clerk) -> tuple[str, ...]:
    try:
        matter.admitting(act.name, by, says, day_in(matter.procedure, now()), office.docket.calendars)
    except RefusedError as refused:
        return refused.reasons
    return ()


def _proposed(args: argparse.Namespace, docket: Docket) -> Mapping[str, Any]:
    """The words that an entry proposes, for another to sign."""
    if args.say or args.says:
        raise mistake("--proposed", "what is proposed is signed in its own words", "leave out --say and --says, or --proposed")
    waiting = {one.entry: one for one in docket.file(args.matter).proposed.values()}
    one = waiting.get(args.proposed)
    if one is None or one.told["act"] != args.act:
        known = ", ".join(f"{entry} {each.told['act']}" for entry, each in waiting.items())
        raise mistake(
            "--proposed", f"entry {args.proposed} proposes no '{args.act}' that waits for a signature", f"these do: {known}" if known else "none does"
        )
    says: Mapping[str, Any] = one.told["says"]
    return says


def _done(args: argparse.Namespace, docket: Docket, index: int) -> int:
    """Says what came of an entry: an act that took effect, or one that waits for signatures."""
    where, waiting = Home.at(args.ledger).name, docket.file(args.matter).proposed
    one = next((each for each in waiting.values() if each.entry == index), None)
    matter = docket.matters.get(args.matter)
    if one is not None:
        procedure, parties = (matter.procedure, matter.parties) if matter else (docket.procedures[one.told["procedure"]], one.told["parties"])
        missing = [parties[role] for role in procedure.acts[one.told["act"]].by if parties[role] not in one.by]
        out(f"proposed: entry {index} of {where}. Without effect until it is signed by {' and '.join(missing)} too:")
        out(f"  comity docket act {args.ledger} {args.matter} {one.told['act']} --proposed {index} --key FILE")
        return 0
    assert matter is not None  # or it would have had no effect
    stage = matter.procedure.stages[matter.stage]
    out(f"made: entry {index} of {where}")
    out(f"{args.matter} stands at '{stage.name}': {stage.text.en}")
    for role in stage.turn:
        out(f"It is the move of {matter.parties.get(role, 'nobody')}, who is {matter.procedure.roles[role].text.en}")
    return 0


def _matter(docket: Docket, name: str) -> Matter:
    if (found := named(docket, name)) is not None:
        return found
    raise mistake("MATTER", f"there is no matter '{name}'", nearest(name, docket.matters) or "comity docket list tells them")


def _open_acts(matter: Matter) -> str:
    told = [f"{act.name} ({' and '.join(filter(None, matter.whose(act)))})" for act in matter.acts()]
    return f"what can be made: {', '.join(told)}" if told else "nothing can be made"


def _day(args: argparse.Namespace, procedure: Procedure) -> int:
    return day_of(args.on, "--on") if args.on else day_in(procedure, now())
