"""What parties can agree upon: the front as a picture and as a table, who gives and gets what, and the provisions that shaped it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from comity.edge.agreed import MOST, Agreed, agreed, valued
from comity.law.rulebook import PERMITTED
from comity.settle.game import label
from comity.settle.picture import picture
from comity.settle.said import amount, said
from comity.settle.settlement import Point
from comity.settle.table import data, exchanged, marks, meanings, shown
from comity.web.narrowed import ASKED, Choice, Narrowed
from comity.web.site import Site
from comity.web.view import View
from comity.web.workshop import AGAIN, PATIENCE, Work

SECONDS: Final = 120.0
"""Time of a search; what is not proved by then is unknown."""


@dataclass(frozen=True)
class Gives:
    """One lever that a package pulls, and what it does."""

    lever: str
    does: str


@dataclass(frozen=True)
class Shaped:
    """A provision that would bar something if a lever of the package were left as it is: its regime and path, and how it is cited."""

    law: tuple[str, str]
    text: str


@dataclass(frozen=True)
class Row:
    """A point of the front. `worth`: to each party, in the order of the parties; `told`: who gives and gets what."""

    number: int
    worth: Sequence[str]
    marks: Sequence[str]
    bargain: bool
    pulls: Sequence[Gives]
    told: Sequence[str]
    shaped: Sequence[Shaped]


@dataclass(frozen=True)
class Settled:
    """A settlement. `state`: `none` where nobody's values are served, `waiting` while others are worked out before it, `working`, `done`.

    `spent`: seconds that it has been so; `points`: how many there are, of which `rows` are told; `record`: all of them, as `comity settle --json` tells it.
    """

    state: str
    movements: Sequence[Choice] = ()
    laws: Sequence[Choice] = ()
    spent: int = 0
    most: int = int(SECONDS)
    drawn: str = ""
    parties: Sequence[str] = ()
    said: Sequence[str] = ()
    rows: Sequence[Row] = ()
    points: int = 0
    judged: int = 0
    open: int = 0
    complete: bool = False
    record: Mapping[str, Any] | None = None


def page(site: Site, view: View, _: Mapping[str, Any]) -> Settled:
    """What can be agreed upon in the world that is served."""
    if site.values is None:
        return Settled("none")
    narrowed = Narrowed.of(site, view)
    plain, work = Settled("working", *narrowed.choices()), _work(narrowed)
    if not work.answer.done():
        return replace(plain, state="working" if work.begun else "waiting", spent=work.spent)
    return _done(work.answer.result(), plain, view)


def again(found: Settled) -> int:
    """In how many seconds there may be more to see."""
    return AGAIN if found.state in ("waiting", "working") else 0


def drawing(site: Site, view: View) -> str:
    """The picture, once it is worked out; nothing until then."""
    if site.values is None:
        return ""
    work = _work(Narrowed.of(site, view))
    return picture(work.answer.result().front, view.lang) if work.answer.done() else ""


def _work(narrowed: Narrowed) -> Work:
    """A settlement as it is worked out."""

    def made() -> Agreed:
        site = narrowed.site
        assert site.values is not None
        world = narrowed.opened()
        return agreed(world, narrowed.named, PERMITTED, valued(world, site.values, site.parties), SECONDS)

    return narrowed.site.workshop.ask(narrowed.key, made, PATIENCE)


def _done(found: Agreed, plain: Settled, view: View) -> Settled:
    front, lang = found.front, view.lang
    told = shown(front, MOST)
    record = {**data(front, found.shaped, lang), "open": found.open, "judged": found.judged}
    return replace(
        plain,
        state="done",
        drawn=view.href("settlement.svg", **{name: view.asked.get(name, "") for name in ASKED}) if front.points else "",
        parties=[party.party for party in front.parties],
        said=list(said(front, lang)),
        rows=[_row(found, number, front.points[number - 1], lang) for number in told],
        points=len(front.points),
        judged=found.judged,
        open=found.open,
        complete=not front.ended,
        record=record,
    )


def _row(found: Agreed, number: int, point: Point, lang: str) -> Row:
    levers, package = found.front.game.levers, point.packages[0]
    does = meanings(found.front, [point], lang)
    pulls = [Gives(name := label(levers, lever, value), does.get(name, "")) for lever, value in enumerate(package) if value]
    shaped = [Shaped((law[0], law[1]), text) for text in found.shaped.get(package, ()) if len(law := text.split(" ", 2)) > 1]
    worth = [amount(total, lang) for total in point.totals]
    return Row(number, worth, marks(found.front, point, lang), point.bargain, pulls, list(exchanged(found.front, point, lang)), shaped)
