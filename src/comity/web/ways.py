"""The way out of one movement: the cheapest changes that make it lawful under all laws at once, or what stands in the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from starlette.exceptions import HTTPException

from comity.edge.changed import deadline, folders, opened, read_again
from comity.law.rulebook import PERMITTED
from comity.offramp.answer import Answer
from comity.offramp.changeable import Changeable
from comity.offramp.search import Search
from comity.web.flows import Flow, flow
from comity.web.site import Site
from comity.web.view import View
from comity.words.notes import Note
from comity.words.words import Words

MOST: Final = 3
"""Ways that are told."""
SECONDS: Final = 10.0
"""Time of a search; then the answer is unknown."""


@dataclass(frozen=True)
class Ways:
    """What can be changed of a movement. `notes`: the answer, part by part; `record`: the same as data, as `comity offramp --json` tells it."""

    flow: Flow
    notes: Sequence[Note]
    record: Mapping[str, Any]


def page(site: Site, view: View, path: Mapping[str, Any]) -> Ways:
    """The ways out of a movement."""
    look, movement = site.look(view.on, view.known), path["movement"]
    if movement not in look.verdicts:
        raise HTTPException(404)
    read, words = look.read, Words(view.lang, look.read.plan.vocabulary)
    world = Changeable(read.plan, read.world, read.node, read.asked_on, view.on)
    world = opened(world, [movement], site.levers, site.costs, folders(read.plan, site.more()))
    search = Search(world.levers, world.judge(movement), PERMITTED, deadline(SECONDS))
    answer = Answer(world, movement, PERMITTED, search, search.several(MOST), SECONDS)
    read_again(world, answer.anew, PERMITTED)
    return Ways(flow(look.verdicts[movement], words), [_named(note, world.node.place.file) for note in answer.notes(words)], answer.record())


def _named(note: Note, file: str) -> Note:
    """The same, with the world's file by its name alone: where it lies is nobody's business."""
    return replace(note, text=note.text.replace(file, Path(file).name), parts=[_named(part, file) for part in note.parts])
