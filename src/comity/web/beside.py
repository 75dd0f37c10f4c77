"""A verdict and another beside it: the same movement on another day, as the law was known on one, under another edition, or another movement; what flipped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from comity import shelf
from comity.edge import asked
from comity.facts.value import MAX
from comity.text.source import Mistake, Place, SourceError, nearest
from comity.verdict.verdict import Verdict
from comity.web.flipped import Group, flipped
from comity.web.flipped import Side as Twin
from comity.web.flows import Flow, flow, sign_and_word
from comity.web.page import DAY, TEXT, Choices
from comity.web.site import Look, Site
from comity.web.view import View
from comity.words.notes import Note
from comity.words.page import Page
from comity.words.words import Words, day

ASKED: Final[Choices] = {
    "other": ("the movement beside it; the same, unless one is named", TEXT),
    "other_on": ("law and facts of that one as on this day", DAY),
    "other_known": ("rulebooks for that one as they were known on this day", DAY),
    "other_edition": ("the regime that is asked of that one in the other edition that is served beside it", TEXT),
}
DIFFERENT: Final = "≠ "
"""What stands before a sentence that is not on the other side."""


@dataclass(frozen=True)
class Side:
    """One of the two. `known`: the day on which the rulebooks were known, if one is asked for; `edition`: the regime and the edition that stands in
    the place of the one that is served; `address`: of it alone, which one under another edition has not.

    `notes`: its page, with what is only here marked.
    """

    flow: Flow
    on: str
    known: str
    edition: tuple[str, str] | None
    address: str
    notes: Sequence[Note]


@dataclass(frozen=True)
class Law:
    """What one law leaves of each: a sign and a word, none where it has no say; do they differ?"""

    regime: str
    here: tuple[str, str] | None
    there: tuple[str, str] | None
    differs: bool


@dataclass(frozen=True)
class Beside:
    """Both sides, what each law leaves of them, and law by law what flipped. `all`, `editions`: the movements and the editions that could stand there;
    `turns`: the days on which law or facts change; `today`: the day as which "now" is asked for.
    """

    here: Side
    there: Side
    laws: Sequence[Law]
    flipped: Sequence[Group]
    all: Sequence[str]
    editions: Sequence[tuple[str, str]]
    turns: Sequence[str]
    today: str


def page(site: Site, view: View, path: Mapping[str, Any]) -> Beside:
    """The verdict on a movement, and what is asked for beside it."""
    here, name = site.look(view.on, view.known), path["movement"]
    first = here.verdict(name)
    on, known = view.days("other_on", "other_known")
    known = view.known if known is None else known
    editions = {one.name: one for one in site.editions}
    edition = _edition(view.asked.get("other_edition", ""), editions)
    there, other = site.look(view.on if on is None else on, known, edition), view.asked.get("other") or name
    if other not in there.verdicts:
        raise SourceError([Mistake(Place("other", 1, 1), f"there is no movement '{other}' here", nearest(other, there.verdicts))])
    words, others = Words(view.lang, here.read.plan.vocabulary), Words(view.lang, there.read.plan.vocabulary)
    second = there.verdicts[other]
    notes = list(Page(first, here.read.world, words).notes()), list(Page(second, there.read.world, others).notes())
    laws = []
    for one in dict.fromkeys((*first.spans, *second.spans)):
        left, right = (sign_and_word(side.spans[one], told) if one in side.spans else None for side, told in ((first, words), (second, others)))
        laws.append(Law(one, left, right, left != right))
    told = {regime: shelf.book(folder).edition for regime, folder in editions.items()}
    under = (edition.name, told[edition.name]) if edition else None
    return Beside(
        _side(view, here, first, words, view.known, None, _marked(notes[0], notes[1])),
        _side(view, there, second, others, known, under, _marked(notes[1], notes[0])),
        laws,
        flipped(Twin(first, here.read.world, words), Twin(second, there.read.world, others), view),
        list(there.verdicts),
        list(told.items()),
        [day(turn) for turn in here.turns],
        day(asked.today()),
    )


def _edition(name: str, served: Mapping[str, Path]) -> Path | None:
    """The folder of the edition that is asked for. Raises SourceError where none of that name is served."""
    if name and name not in served:
        raise SourceError([Mistake(Place("other_edition", 1, 1), f"no other edition of '{name}' is served", nearest(name, served))])
    return served.get(name)


def _side(view: View, look: Look, verdict: Verdict, words: Words, known: int, edition: tuple[str, str] | None, notes: Sequence[Note]) -> Side:
    on = day(look.read.asked_on)
    told = day(known) if known < MAX else ""
    address = "" if edition else view.href("movements", verdict.movement, on=on, known=told)
    return Side(flow(verdict, words), on, told, edition, address, notes)


def _marked(notes: Sequence[Note], others: Sequence[Note]) -> list[Note]:
    """Notes in which every sentence is marked that is not among the others."""
    known = set(_texts(others))
    return [_mark(note, known) for note in notes]


def _mark(note: Note, known: set[str]) -> Note:
    """What rests on a marked sentence bears no mark of its own."""
    if note.text and note.text not in known:
        return replace(note, text=DIFFERENT + note.text)
    return replace(note, parts=[_mark(part, known) for part in note.parts])


def _texts(notes: Sequence[Note]) -> Iterator[str]:
    for note in notes:
        yield note.text
        yield from _texts(note.parts)
