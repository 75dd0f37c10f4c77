"""All flows of a world: each with its outcome and what decides it; by place, by outcome and by law."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from comity.facts.value import only
from comity.verdict.verdict import Verdict
from comity.web.ground import shipped
from comity.web.map import Arc, figure
from comity.web.site import Site
from comity.web.view import View
from comity.words.brief import brief
from comity.words.page import state
from comity.words.words import OUTCOME, Words, day, place

STATES = ("0", "1", "2", "3", "open")
"""Outcomes as signs: the four in their order, and what is not settled."""

ASKED: Final = {
    "from": "those from this place",
    "to": "those to this place",
    "outcome": "those with this outcome: 0 prohibited, 1 authorisation required, 2 conditional, 3 permitted, or open",
    "law": "those on which this regime has a say",
}


@dataclass(frozen=True)
class Flow:
    """One movement. `ends`: from where to where, by code, a pair for each way that it takes; an empty code where nobody said."""

    movement: str
    about: str
    ends: Sequence[tuple[str, str]]
    state: str
    outcome: str
    because: str
    laws: Sequence[str]


@dataclass(frozen=True)
class Cell:
    """The flows from one place to another: how many of each outcome."""

    origin: str
    destination: str
    counts: Sequence[tuple[str, int]]


@dataclass(frozen=True)
class Flows:
    """What a world holds, as asked.

    `counts`: of all flows, by outcome; `flows`: those that are shown; `cells`: these by their ends; `turns`: the days on which law or facts change.
    """

    world: str
    about: str
    on: str
    laws: Sequence[str]
    counts: Sequence[tuple[str, int]]
    places: Sequence[str]
    flows: Sequence[Flow]
    cells: Sequence[Cell]
    turns: Sequence[str]


def page(site: Site, view: View, _: Mapping[str, Any]) -> Flows:
    """The flows that the reader asks for: by `outcome`, `from`, `to` and `law` of the address."""
    look = site.look(view.on, view.known)
    words = Words(view.lang, look.read.plan.vocabulary)
    every = [flow(verdict, words) for verdict in look.verdicts.values()]
    shown = [one for one in every if _asked(one, view)]
    cells = Counter((*pair, one.state) for one in shown for pair in one.ends)
    pairs = dict.fromkeys(sorted((origin, destination) for origin, destination, _ in cells))
    counts = Counter(one.state for one in every)
    world = look.read.world
    return Flows(
        world.name or str(look.read.world.place.file),
        world.about,
        day(look.read.asked_on),
        sorted(regime.book.regime for regime in look.read.plan.regimes),
        [(sign, counts[sign]) for sign in STATES],
        sorted({code for one in every for pair in one.ends for code in pair}, key=lambda code: place(code, view.lang) if code else ""),
        shown,
        [Cell(*pair, [(sign, n) for sign in STATES if (n := cells[*pair, sign])]) for pair in pairs],
        [day(turn) for turn in look.turns],
    )


def flow(verdict: Verdict, words: Words) -> Flow:
    """One movement in a line."""
    ends = dict.fromkeys((only(j.leg.facts.get("origin")) or "", only(j.leg.facts.get("destination")) or "") for j in verdict.legs)
    because = brief(verdict, words)
    return Flow(verdict.movement, verdict.about, list(ends), str(state(verdict.outcome)), words.outcome(verdict.outcome), because, list(verdict.spans))


def picture(shown: Flows, view: View) -> Markup:
    """The map of the flows that are shown, each arc leading to those that it stands for."""
    said = {**outcomes(view), "map": view.text("flows"), "beside": view.text("not on the map")}

    def label(code: str) -> str:
        return place(code, view.lang) if code else view.text("no place")

    def link(arc: Arc) -> tuple[str, str]:
        where = view.text("leads", label(arc.origin), label(arc.destination)) if arc.origin or arc.destination else view.text("all")
        told = view.text("arc", where, said[arc.outcome], arc.movements)
        return view.href(**{"from": arc.origin, "to": arc.destination, "outcome": arc.outcome}), told

    arcs = (Arc(*ends, one.state) for one in shown.flows for ends in one.ends)
    return Markup(figure(arcs, label, link, said, shipped()))  # noqa: S704 -- the figure escapes every word it is given


def _asked(one: Flow, view: View) -> bool:
    asked = view.asked
    return (
        asked.get("outcome", "") in ("", one.state)
        and any(_there(origin, asked.get("from")) and _there(destination, asked.get("to")) for origin, destination in one.ends)
        and (asked.get("law", "") in ("", *one.laws))
    )


def outcomes(view: View) -> dict[str, str]:
    """The word of each outcome."""
    return {**{str(i): word for i, word in enumerate(OUTCOME[view.lang])}, "open": view.text("undetermined")}


def _there(code: str, asked: str | None) -> bool:
    """Is a place the one that is asked for, or drawn as it on the map?"""
    return not asked or asked in (code, shipped().home(code))
