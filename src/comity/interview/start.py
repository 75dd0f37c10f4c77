"""An interview from nothing: the world that its first answers make, and what is put next."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from comity.interview.draft import TYPED, Draft, at, mapping
from comity.interview.interview import Interview
from comity.interview.opening import MOVEMENT, SIDES, Opening, kinds_of, openings
from comity.text.source import Node
from comity.why.missing import Question
from comity.words.words import day


@dataclass(frozen=True)
class Opened:
    """An opening that is put, and the open question for the sake of which it is."""

    opening: Opening
    question: Question


@dataclass(frozen=True)
class Ahead:
    """What is left to put, `here` and in the world's own file, and the interview that says so: this one, or the same with the rest closed."""

    here: Sequence[Question | Opened]
    beyond: Sequence[Question]
    asked_of: Interview


def begun(asked_on: int) -> Node:
    """The world before anything is said of it: something moves between two parties on the day that is asked about."""
    links = {"exporter": "giver", "importer": "gainer", "asset": "subject_matter", "purpose": "purpose", "deal": "deal", "on": day(asked_on)}
    records = {"parties": SIDES, "assets": ["subject_matter"], "purposes": ["purpose"], "deals": ["deal"]}
    world = {section: mapping({name: mapping({}) for name in names}) for section, names in records.items()}
    return mapping({**world, "movements": mapping({MOVEMENT: mapping({name: Node(TYPED, text=said) for name, said in links.items()})})})


def from_nothing(draft: Draft) -> bool:
    """Is it a world that began so?"""
    held = at(draft.node, ("movements", MOVEMENT, "exporter"))
    return held is not None and held.text == SIDES[0]


def ahead(interview: Interview, put: Collection[str]) -> Ahead:
    """The questions that are left, openings first. `put`: the openings that were put already.

    What may be closed along with the rest is closed last, with a name: until then it is asked what would be left with it.
    """
    draft, kinds = interview.draft, kinds_of(interview.draft)
    fit = (one for one in openings(draft.vocabulary) if not one.first and one.unless not in kinds and (not one.where or one.where in kinds))
    left = [one for one in fit if one.name not in put]
    last = next((one for one in left if one.takes == "signed"), None)
    if last is None or interview.verdict.outcome.settled:
        return _due(interview, left)
    supposed = interview.fork()
    supposed.draft.state(last.stated(["?"], draft))
    supposed.judge()
    due = _due(supposed, [one for one in left if one is not last])
    if any(isinstance(one, Opened) or not one.closing for one in due.here):
        return due
    closed = next((one for one in interview.unanswered() if last.answers(one, draft)), None)
    return replace(due, here=[*([Opened(last, closed)] if closed is not None else []), *due.here])


def _due(interview: Interview, left: Sequence[Opening]) -> Ahead:
    """What is put for the questions that are left: an opening that answers one, or else the question itself."""
    questions, beyond = interview.ahead()
    found: dict[object, Question | Opened] = {}
    for question in questions:
        by = next((one for one in left if one.answers(question, interview.draft)), None)
        found.setdefault(by.name if by else question, Opened(by, question) if by else question)
    return Ahead(sorted(found.values(), key=lambda one: not isinstance(one, Opened)), beyond, interview)
