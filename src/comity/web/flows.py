"""All flows of a world: each with its outcome and what decides it; by place, by outcome and by law."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from markupsafe import Markup

from comity.edge.chosen import STATES, Chosen, ends, named
from comity.verdict.outcome import Span
from comity.verdict.verdict import Verdict
from comity.web import counts
from comity.web.counts import Gauges
from comity.web.ground import shipped
from comity.web.map import Arc, figure
from comity.web.page import TEXT, WHERE, Choices
from comity.web.paging import ASKED as PAGED
from comity.web.paging import ROWS, after, numbered
from comity.web.site import Look, Site
from comity.web.view import View
from comity.words.brief import brief
from comity.words.page import state
from comity.words.words import Words, day, place
from comity.words.words import outcomes as said

ASKED: Final[Choices] = {
    "from": ("those from this place", WHERE),
    "to": ("those to this place", WHERE),
    "outcome": ("those with this outcome: 0 prohibited, 1 authorisation required, 2 conditional, 3 permitted, or open", {"enum": [*STATES, ""]}),
    "law": ("those on which this regime has a say", TEXT),
    "movement": ("those of these names, with commas between them", TEXT),
    **PAGED,
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

    `counts`: of all flows, by outcome; `shown`: how many are as asked; `flows`: those of them on this page, of so many `pages`; `cells`: all of them
    by their ends; `turns`: the days on which law or facts change; `next`: the address of the next page; `gauges`: those nearest to a line, if a ledger counts.
    """

    world: str
    about: str
    on: str
    laws: Sequence[str]
    counts: Sequence[tuple[str, int]]
    places: Sequence[str]
    shown: int
    page: int
    pages: int
    flows: Sequence[Flow]
    cells: Sequence[Cell]
    turns: Sequence[str]
    next: str
    gauges: Gauges | None


def page(site: Site, view: View, _: Mapping[str, Any]) -> Flows:
    """The flows that the reader asks for, by what the address says; so many on a page, which `page` numbers."""
    look, asked = site.look(view.on, view.known), chosen(site, view)
    words, number = Words(view.lang, look.read.plan.vocabulary), numbered(view.asked.get("page", ""))
    every = look.told
    shown = [one for one in every if asked.holds(one[0], shipped().home)]
    cells = Counter((*pair, sign) for _, pairs, sign in shown for pair in pairs)
    by_sign = Counter(sign for _, _, sign in every)
    world, pages = look.read.world, max(1, -(-len(shown) // ROWS))
    return Flows(
        world.name or Path(world.place.file).name,
        world.about,
        day(look.read.asked_on),
        sorted(regime.book.regime for regime in look.read.plan.regimes),
        [(sign, by_sign[sign]) for sign in STATES],
        places(look, view),
        len(shown),
        min(number, pages),
        pages,
        [flow(verdict, words) for verdict, _, _ in shown[(min(number, pages) - 1) * ROWS :][:ROWS]],
        [Cell(*pair, [(sign, n) for sign in STATES if (n := cells[*pair, sign])]) for pair in sorted({(a, b) for a, b, _ in cells})],
        [day(turn) for turn in look.turns],
        after(view, min(number, pages), pages),
        counts.few(site, look, view),
    )


def chosen(site: Site, view: View) -> Chosen:
    """By what the reader chooses. Raises SourceError with each word that names nothing here."""
    look, told = site.look(view.on, view.known), view.asked
    names = named(told.get("movement", ""), look.verdicts)
    made = Chosen(told.get("from", ""), told.get("to", ""), told.get("outcome", ""), told.get("law", ""), names)
    return made.checked(look.verdicts, [regime.book.regime for regime in look.read.plan.regimes])


def found(look: Look, asked: Chosen) -> list[Verdict]:
    """The verdicts on what is chosen, on whichever page."""
    return [verdict for verdict in look.verdicts.values() if asked.holds(verdict, shipped().home)]


def places(look: Look, view: View) -> list[str]:
    """Where movements come from and go to, by code, in the order of their names."""
    return sorted(
        {code for verdict in look.verdicts.values() for pair in ends(verdict) for code in pair}, key=lambda code: place(code, view.lang) if code else ""
    )


def flow(verdict: Verdict, words: Words) -> Flow:
    """One movement in a line."""
    return Flow(verdict.movement, verdict.about, ends(verdict), *sign_and_word(verdict.outcome, words), brief(verdict, words), list(verdict.spans))


def sign_and_word(outcome: Span, words: Words) -> tuple[str, str]:
    """An outcome as its sign and its word."""
    return str(state(outcome)), words.outcome(outcome)


def outcomes(view: View) -> dict[str, str]:
    """The word of each outcome."""
    return {**{str(i): word for i, word in enumerate(said(view.lang))}, "open": view.text("undetermined")}


def picture(shown: Flows, view: View) -> Markup:
    """The map of the flows that are shown, each arc leading to those that it stands for."""
    said = {**outcomes(view), "map": view.text("flows"), "beside": view.text("not on the map")}

    def label(code: str) -> str:
        return place(code, view.lang) if code else view.text("no place")

    def link(arc: Arc) -> tuple[str, str]:
        where = view.text("leads", label(arc.origin), label(arc.destination)) if arc.origin or arc.destination else view.text("all")
        told = view.text("arc", where, said[arc.outcome], arc.movements)
        return view.href(**{"from": arc.origin, "to": arc.destination, "outcome": arc.outcome, "page": ""}), told

    arcs = (Arc(cell.origin, cell.destination, sign, count) for cell in shown.cells for sign, count in cell.counts)
    return Markup(figure(arcs, label, link, said, shipped()))  # noqa: S704 -- the figure escapes every word it is given
