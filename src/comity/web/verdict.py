"""One verdict in full: its reasons as notes, what is asked and can be answered in place, what falls due, what would change it, what seals it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from comity.facts.record import Source, World
from comity.facts.value import MAX, only
from comity.facts.vocabulary import PLURALS
from comity.interview import answers as kept
from comity.interview.answers import Answers
from comity.interview.draft import Draft, place
from comity.text.source import Mistake, Place
from comity.verdict.verdict import Verdict, record
from comity.web import ask, counts
from comity.web.ask import ANSWERS, Now, Said, put, said_so
from comity.web.counts import Gauges
from comity.web.flows import Flow, flow
from comity.web.page import TEXT, Choices
from comity.web.problem import Wrong, wrong
from comity.web.site import Look, Site
from comity.web.view import View
from comity.web.ways import Cheapest, cheapest
from comity.words.brief import deciding
from comity.words.clock import clock
from comity.words.notes import Note
from comity.words.page import ASKED as MOST
from comity.words.page import Page, asked, owing, question_line
from comity.words.words import Words, day

PIN: Final = 16
"""Signs of a digest that an address names."""
FULL: Final = "full"
ASKED: Final[Choices] = {
    "law": ("the law that the address pins, by its digest", TEXT),
    "facts": ("the facts that it pins, by theirs", TEXT),
    "day": ("the day on which it was asked, as it pins it", TEXT),
    FULL: ("regimes that are told down to the facts, with commas", TEXT),
}
IF: Final[Choices] = {**ASKED, **ask.ASKED}


@dataclass(frozen=True)
class Due:
    """What falls due: on which day (or between which two), by which clock, who owes what under which provision; `state`: how the duty stands."""

    day: str
    until: str
    clock: str
    by: str
    state: str
    law: tuple[str, str]
    gist: str
    cite: str


@dataclass(frozen=True)
class Told:
    """One verdict.

    `notes`: the page, part by part; `asked`: the questions that can be answered in place; `beyond`: those that only the world's file can answer, and
    those after the first few; `assumed`: answers that are taken for true here and stand in no file, `packed`: the same for an address, `wrong`: what
    was wrong with the last; `dues`: the duties that have a day, the first due first; `cheapest`: what would make it lawful, where that was found in
    the time that a page has; `full`: the laws that are told down to the facts; `turns`: the days on which law or facts change; `record`: what is kept
    of it; `pinned`: its address with the day, the law and the facts; `changed`: which of these are others now; `gauges`: of the counts that it
    hangs on, if a ledger counts.
    """

    flow: Flow
    on: str
    settled: bool
    notes: Sequence[Note]
    asked: Sequence[Now]
    beyond: Sequence[str]
    assumed: Sequence[Said]
    packed: str
    dues: Sequence[Due]
    cheapest: Cheapest | None
    full: Sequence[str]
    turns: Sequence[str]
    record: Mapping[str, Any]
    pinned: str
    changed: Sequence[str]
    gauges: Gauges | None = None
    wrong: Sequence[Wrong] = ()


def page(site: Site, view: View, path: Mapping[str, Any]) -> Told:
    """The verdict on a movement."""
    look, movement = site.look(view.on, view.known), path["movement"]
    verdict = look.verdict(movement)
    found = _told(look, view, verdict, look.read.world, ask.drafted(look, movement, view.on))
    return replace(found, cheapest=cheapest(site, look, movement, view), gauges=counts.of(verdict, site, look, view))


def assumed(site: Site, view: View, path: Mapping[str, Any]) -> Told:
    """The verdict on a movement if the answers in the address hold; what rests on them says so."""
    look, movement = site.look(view.on, view.known), path["movement"]
    look.verdict(movement)  # who does not see it is not told that it is there
    told = Answers.unpacked(ANSWERS, view.asked.get(ANSWERS, ""))
    interview = ask.interviewed(look, movement, told, view.on).interview
    world = _marked(look, interview.draft, view)
    found = _told(look, view, interview.verdict, world, interview.draft, told)
    gauges = counts.of(interview.verdict, site, look, view)
    return replace(found, gauges=gauges, wrong=[wrong(mistake) for mistake in path.get("mistakes", ())])


def sent(site: Site, view: View, path: Mapping[str, Any], said: Mapping[str, Sequence[str]]) -> tuple[View, list[Mistake]]:
    """Where a verdict stands after an answer in place. Nothing is passed over here: what is not answered is asked as before."""
    before = replace(Answers.unpacked(ANSWERS, "".join(said.get(ANSWERS, ())[:1])), passed=())
    told, mistakes = ask.answered(site.look(view.on, view.known), path["movement"], view, {**said, ANSWERS: [before.packed()]})
    told = replace(told, passed=())
    if not mistakes and told == before:
        mistakes = [Mistake(Place(ANSWERS, 1, 1), view.text("nothing chosen"))]
    if not mistakes and not [*kept.entries(kept.read(ANSWERS, told.said))]:
        return view.to(view.path.removesuffix("/if"), answers=""), []
    return view.to(view.path, answers=told.packed()), mistakes


def _told(look: Look, view: View, found: Verdict, world: World, draft: Draft, told: Answers | None = None) -> Told:
    read, words = look.read, Words(view.lang, look.read.plan.vocabulary)
    now = {"law": look.law[:PIN], "facts": read.whole[:PIN], "day": day(read.asked_on)}
    days = {"on": day(read.asked_on) if view.on is not None else "", "known": day(view.known) if view.known < MAX else ""}
    full = _full(found, view)
    left = asked(found)
    # what there is to choose from are names of the whole world: not for whoever sees a part of it
    here = [one for one in left[:MOST] if look.sees is None and place(one, found.movement, draft) is not None]
    packed = told.packed() if told else ""
    beside = read.beside | ({ANSWERS: hashlib.sha256(told.said.encode()).hexdigest()} if told else {})
    return Told(
        flow(found, words),
        day(read.asked_on),
        found.outcome.settled,
        list(Page(found, world, words, full).notes()),
        [put(one, read.plan, draft, words) for one in here],
        [question_line(one, words, read.plan) for one in left if one not in here],
        said_so(draft.said, words),
        packed,
        list(_dues(found, words)),
        None,
        full,
        [day(turn) for turn in look.turns],
        record(found, read.digest, **beside),
        view.href("movements", found.movement, *(["if"] if told else []), **days, **now, answers=packed),
        [f"the {name}" for name, held in now.items() if view.asked.get(name, held) != held],
    )


def _full(found: Verdict, view: View) -> list[str]:
    """The laws that are told down to the facts: those that are asked for, else the one that decides, or where nothing stands those whose bars are lifted."""
    if FULL in view.asked:
        return [name for name in view.asked[FULL].split(",") if name in found.spans]
    first = deciding(found)
    return [first[0].name] if first else [one.name for one in found.opinions if len(one.bars) > len(one.standing)]


def _dues(found: Verdict, words: Words) -> Iterator[Due]:
    """The duties that have a day, the first due first."""
    told = []
    for one in found.opinions:
        terms = {duty.duty.path: duty.due for duty in one.regime.duties}
        for owed in one.owed:
            term = terms[owed.law.path]
            if owed.due is not None and owed.state != "met" and term is not None:
                by = str(only(one.judged.leg.facts.get(owed.law.by)) or owed.law.by.replace("_", " "))
                until = day(owed.due.hi) if owed.due.hi > owed.due.lo else ""
                said = (clock(term, words), by, words.text(owing(owed)), (one.name, owed.law.path), words.gist(owed.law), owed.law.cite)
                told.append((owed.due, Due(day(owed.due.lo), until, *said)))
    yield from (due for _, due in sorted(told, key=lambda one: one[0]))


def _marked(look: Look, draft: Draft, view: View) -> World:
    """The world with the answers in it, each fact of which says that it is assumed; and what comes of the docket says so as elsewhere."""
    world, kinds = draft.world(), {plural: kind for kind, plural in PLURALS.items()}
    if look.read.filed:
        look.read.filed.mark(world, draft.node)
    source = Source("assumption", "", day(draft.asked_on), view.text("answered here"))
    for keys, _ in kept.entries(draft.said):
        match keys:
            case (str(section), str(name), str(fact)) if section in kinds and (held := world[kinds[section]].get(name)) is not None:
                held.sources[fact] = source
            case _:
                pass
    return world
