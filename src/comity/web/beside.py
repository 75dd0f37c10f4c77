"""A verdict and another beside it: the same movement on another day or under the law as it was known on one, or another movement; and what differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from starlette.exceptions import HTTPException

from comity.facts.value import MAX
from comity.text.source import Mistake, Place, SourceError, nearest
from comity.verdict.verdict import Verdict
from comity.web.flows import Flow, flow, sign_and_word
from comity.web.page import TEXT, Choices
from comity.web.site import Look, Site
from comity.web.view import View
from comity.words.notes import Note
from comity.words.page import Page
from comity.words.words import Words, day

DAY: Final = {"anyOf": [{"type": "string", "format": "date"}, {"const": ""}]}
ASKED: Final[Choices] = {
    "other": ("the movement beside it; the same, unless one is named", TEXT),
    "other_on": ("law and facts of that one as on this day", DAY),
    "other_known": ("rulebooks for that one as they were known on this day", DAY),
}
DIFFERENT: Final = "≠ "
"""What stands before a sentence that is not on the other side."""


@dataclass(frozen=True)
class Side:
    """One of the two. `known`: the day on which the rulebooks were known, if one is asked for; `address`: of it alone.

    `notes`: its page, with what is only here marked.
    """

    flow: Flow
    on: str
    known: str
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
    """Both sides, what each law leaves of them, and the movements that could stand here; `turns`: the days on which law or facts change."""

    here: Side
    there: Side
    laws: Sequence[Law]
    all: Sequence[str]
    turns: Sequence[str]


def page(site: Site, view: View, path: Mapping[str, Any]) -> Beside:
    """The verdict on a movement, and what is asked for beside it."""
    here, name = site.look(view.on, view.known), path["movement"]
    if name not in here.verdicts:
        raise HTTPException(404)
    on, known = view.days("other_on", "other_known")
    known = view.known if known is None else known
    there, other = site.look(view.on if on is None else on, known), view.asked.get("other") or name
    if other not in there.verdicts:
        raise SourceError([Mistake(Place("other", 1, 1), f"there is no movement '{other}' here", nearest(other, there.verdicts))])
    words, others = Words(view.lang, here.read.plan.vocabulary), Words(view.lang, there.read.plan.vocabulary)
    first, second = here.verdicts[name], there.verdicts[other]
    notes = list(Page(first, here.read.world, words).notes()), list(Page(second, there.read.world, others).notes())
    laws = []
    for one in dict.fromkeys((*first.spans, *second.spans)):
        left, right = (sign_and_word(side.spans[one], told) if one in side.spans else None for side, told in ((first, words), (second, others)))
        laws.append(Law(one, left, right, left != right))
    return Beside(
        _side(view, here, first, words, view.known, _marked(notes[0], notes[1])),
        _side(view, there, second, others, known, _marked(notes[1], notes[0])),
        laws,
        list(there.verdicts),
        [day(turn) for turn in here.turns],
    )


def _side(view: View, look: Look, verdict: Verdict, words: Words, known: int, notes: Sequence[Note]) -> Side:
    on = day(look.read.asked_on)
    told = day(known) if known < MAX else ""
    return Side(flow(verdict, words), on, told, view.href("movements", verdict.movement, on=on, known=told), notes)


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
