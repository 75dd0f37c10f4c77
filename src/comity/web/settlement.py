"""What parties can agree upon: the front as a picture and as a table, who gives and gets what, and the provisions that shaped it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from comity.edge import asked
from comity.edge.agreed import MOST, Agreed, agreed, valued
from comity.edge.changed import opened
from comity.edge.filed import docketed
from comity.law.rulebook import PERMITTED
from comity.offramp.changeable import Changeable
from comity.settle.game import label
from comity.settle.picture import picture
from comity.settle.said import amount, said
from comity.settle.settlement import Point
from comity.settle.table import data, exchanged, marks, meanings, shown
from comity.text.source import Mistake, Place, SourceError, nearest
from comity.web.page import TEXT, Choices
from comity.web.site import Site
from comity.web.view import View

SECONDS: Final = 120.0
"""Time of a search; what is not proved by then is unknown."""
PATIENCE: Final = 4.0
"""Seconds that one who asks is kept waiting; what takes longer is worked out meanwhile."""
AGAIN: Final = 5
"""Seconds after which a reader is shown the page anew, until it is worked out."""
ASKED: Final[Choices] = {
    "movement": ("movements that are to be lawful, with commas between them; all unless told", TEXT),
    "law": ("regimes that are asked, with commas between them; all unless told", TEXT),
}


@dataclass(frozen=True)
class Choice:
    """Something that can be asked for or left out; `address`: where it is the other way round."""

    name: str
    chosen: bool
    address: str


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
    look = site.look(view.on, view.known)
    movements = _among(view, "movement", list(look.read.world["movement"]))
    laws = _among(view, "law", [regime.book.regime for regime in look.read.plan.regimes])
    plain = Settled("working", list(_choices(view, "movement", movements)), list(_choices(view, "law", laws)))
    work = site.workshop.ask(*_asked(site, view, movements, laws), PATIENCE)
    if not work.answer.done():
        return replace(plain, state="working" if work.begun else "waiting", spent=work.spent)
    return _done(work.answer.result(), plain, view)


def again(found: Settled) -> int:
    """In how many seconds there may be more to see."""
    return AGAIN if found.state in ("waiting", "working") else 0


def drawing(site: Site, view: View, _: Mapping[str, Any]) -> str:
    """The picture, once it is worked out; nothing until then."""
    if site.values is None:
        return ""
    look = site.look(view.on, view.known)
    chosen = [_among(view, "movement", list(look.read.world["movement"])), _among(view, "law", [one.book.regime for one in look.read.plan.regimes])]
    work = site.workshop.ask(*_asked(site, view, *chosen), PATIENCE)
    return picture(work.answer.result().front, view.lang) if work.answer.done() else ""


def _asked(site: Site, view: View, movements: Mapping[str, bool], laws: Mapping[str, bool]) -> tuple[object, Any]:
    """What names a settlement, and how it is worked out."""
    named = tuple(name for name, chosen in movements.items() if chosen)
    regimes = () if all(laws.values()) else tuple(name for name, chosen in laws.items() if chosen)

    def made() -> Agreed:
        assert site.values is not None
        plan = asked.plan(site.rulebooks, regimes, view.known)
        day = view.on if view.on is not None else asked.today()
        read = asked.read(site.world, plan, view.on, docketed(site.docket, plan, day, site.rulebooks))
        world = Changeable(read.plan, read.world, read.node, read.asked_on, view.on, bool(regimes))
        world = opened(world, named, site.levers, site.costs, None)
        return agreed(world, named, PERMITTED, valued(world, site.values, site.parties), SECONDS)

    return (site.state(view.on, view.known), named, regimes), made


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


def _among(view: View, name: str, every: Sequence[str]) -> dict[str, bool]:
    """Which of these are asked for: all, where none is named. Raises SourceError with each name that is none of them."""
    told = [one.strip() for one in view.asked.get(name, "").split(",") if one.strip()]
    if wrong := [one for one in told if one not in every]:
        raise SourceError([Mistake(Place(name, 1, 1), f"there is no '{one}' here", nearest(one, every)) for one in wrong])
    return {one: not told or one in told for one in every}


def _choices(view: View, name: str, chosen: Mapping[str, bool]) -> Iterator[Choice]:
    """Each with the address at which it alone is the other way round; what is left alone of all is chosen by itself."""
    for one, kept in chosen.items():
        others = [each for each, has in chosen.items() if has != (each == one)] if not all(chosen.values()) else [one]
        yield Choice(one, kept and not all(chosen.values()), view.href(**{name: ",".join(others) if len(others) < len(chosen) else ""}))
