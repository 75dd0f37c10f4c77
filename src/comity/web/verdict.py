"""One verdict in full: its reasons as notes, what seals it, and an address that pins it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.exceptions import HTTPException

from comity.facts.value import MAX
from comity.verdict.verdict import record
from comity.web import counts
from comity.web.counts import Gauges
from comity.web.flows import Flow, flow
from comity.web.page import TEXT, Choices
from comity.web.site import Site
from comity.web.view import View
from comity.words.notes import Note
from comity.words.page import Page
from comity.words.words import Words, day

PIN: Final = 16
"""Signs of a digest that an address names."""
ASKED: Final[Choices] = {"law": ("the law that the address pins, by its digest", TEXT), "facts": ("the facts that it pins, by theirs", TEXT)}


@dataclass(frozen=True)
class Told:
    """One verdict.

    `notes`: the page, part by part; `turns`: the days on which law or facts change; `record`: what is kept of it; `pinned`: its address
    with the day, the law and the facts; `changed`: which of these are others now; `gauges`: of the counts that it hangs on, if a ledger counts.
    """

    flow: Flow
    on: str
    settled: bool
    notes: Sequence[Note]
    turns: Sequence[str]
    record: Mapping[str, Any]
    pinned: str
    changed: Sequence[str]
    gauges: Gauges | None


def page(site: Site, view: View, path: Mapping[str, Any]) -> Told:
    """The verdict on a movement."""
    look, movement = site.look(view.on, view.known), path["movement"]
    read = look.read
    if movement not in look.verdicts:
        raise HTTPException(404)
    found, words = look.verdicts[movement], Words(view.lang, read.plan.vocabulary)
    now = {"law": look.law[:PIN], "facts": read.whole[:PIN]}
    days = {"on": day(read.asked_on) if view.on is not None else "", "known": day(view.known) if view.known < MAX else ""}
    return Told(
        flow(found, words),
        day(read.asked_on),
        found.outcome.settled,
        list(Page(found, read.world, words).notes()),
        [day(turn) for turn in look.turns],
        record(found, read.digest, **read.beside),
        view.href("movements", movement, **days, **now),
        [f"the {name}" for name, digest in now.items() if view.asked.get(name, digest) != digest],
        counts.of(found, site, look, view),
    )
