"""The way out of one movement: the cheapest changes that make it lawful under all laws at once, or what stands in the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, TypeAlias

from comity.edge.changed import deadline, folders, opened, read_again
from comity.law.rulebook import PERMITTED
from comity.offramp.answer import Answer, sentence
from comity.offramp.changeable import Changeable
from comity.offramp.lever import Lever, Option
from comity.offramp.search import Search
from comity.text.literal import decimal
from comity.text.source import SourceError
from comity.verdict.outcome import Span
from comity.web.flows import Flow, flow, sign_and_word
from comity.web.site import Look, Site
from comity.web.view import View
from comity.words.notes import Note
from comity.words.words import Words

MOST: Final = 3
"""Ways that are told."""
SECONDS: Final = 10.0
"""Time of a search; then the answer is unknown."""
AT_ONCE: Final = 1.5
"""Time of one beside a verdict; then it is left to its own page."""


Levers: TypeAlias = tuple[tuple[Path, ...], Path | None, tuple[Path, ...]]
"""Files of levers, that of costs, and the folders of more rulebooks."""
First: TypeAlias = tuple[int, Span, Sequence[tuple[Lever, Option]]]
"""The cheapest way: its cost in millionths, what it leaves, and the levers that it pulls."""


@dataclass(frozen=True)
class Ways:
    """What can be changed of a movement. `notes`: the answer, part by part; `record`: the same as data, as `comity offramp --json` tells it."""

    flow: Flow
    notes: Sequence[Note]
    record: Mapping[str, Any]


@dataclass(frozen=True)
class Cheapest:
    """The cheapest change that makes a movement lawful: what it costs, by the prices that are served, and what is done."""

    cost: str
    outcome: tuple[str, str]
    steps: Sequence[str]


def page(site: Site, view: View, path: Mapping[str, Any]) -> Ways:
    """The ways out of a movement."""
    look, movement = site.look(view.on, view.known), path["movement"]
    verdict = look.verdict(movement)
    words = Words(view.lang, look.read.plan.vocabulary)
    answer = _answer(look, movement, view.on, _levers(site), MOST, SECONDS)
    look.found["cheapest", movement, _levers(site)] = _of(answer)
    world = answer.world
    return Ways(flow(verdict, words), [_named(note, world.node.place.file) for note in answer.notes(words)], answer.record())


def cheapest(site: Site, look: Look, movement: str, view: View) -> Cheapest | None:
    """The cheapest change, if it is found at once; none where nothing need be changed, or nothing that can be changed does it."""
    key = ("cheapest", movement, _levers(site))
    if look.verdicts[movement].outcome.worst == PERMITTED:
        return None
    if key not in look.found:
        look.found[key] = _first(look, movement, view.on, _levers(site))
    if look.found[key] is None:
        return None
    cost, outcome, pulled = look.found[key]
    words = Words(view.lang, look.read.plan.vocabulary)
    return Cheapest(decimal(cost), sign_and_word(outcome, words), [sentence(lever, option, words) for lever, option in pulled])


def _levers(site: Site) -> Levers:
    return tuple(site.levers), site.costs, tuple(site.more())


def _first(look: Look, movement: str, on: int | None, held: Levers) -> First | None:
    """The cheapest way alone, if it is found in time; where levers cannot be read, their own page says why."""
    try:
        return _of(_answer(look, movement, on, held, 1, AT_ONCE))
    except SourceError:
        return None


def _of(answer: Answer) -> First | None:
    """The cheapest way of an answer, if there is one."""
    if not answer.found.solutions:
        return None
    first, levers = answer.found.solutions[0], answer.world.levers.levers
    return first.cost, answer.anew[0].outcome, [(levers[n], levers[n].options[value - 1]) for n, value in enumerate(first.package) if value]


def _answer(look: Look, movement: str, on: int | None, held: Levers, most: int, seconds: float) -> Answer:
    """What a search finds. Raises SourceError."""
    read, (levers, costs, rulebooks) = look.read, held
    world = opened(Changeable(read.plan, read.world, read.node, read.asked_on, on), [movement], levers, costs, folders(read.plan, rulebooks))
    search = Search(world.levers, world.judge(movement), PERMITTED, deadline(seconds))
    answer = Answer(world, movement, PERMITTED, search, search.several(most), seconds)
    read_again(world, answer.anew, PERMITTED)
    return answer


def _named(note: Note, file: str) -> Note:
    """The same, with the world's file by its name alone: where it lies is nobody's business."""
    return replace(note, text=note.text.replace(file, Path(file).name), parts=[_named(part, file) for part in note.parts])
