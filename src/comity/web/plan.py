"""The cheapest changes that make many movements lawful together, or the fewest of them that clash."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from comity.edge.changed import deadline, read_again
from comity.law.rulebook import PERMITTED
from comity.layout.clash import clash
from comity.layout.movement import Movement
from comity.layout.report import told
from comity.layout.search import Layout, Search
from comity.web.narrowed import Choice, Narrowed
from comity.web.site import Site
from comity.web.view import View
from comity.web.workshop import AGAIN, PATIENCE

SECONDS: Final = 60.0
"""Time of a search; what is not found by then is unknown."""


@dataclass(frozen=True)
class Planned:
    """A plan. `state`: `none` where no levers are served, `waiting` while others are worked out before it, `working`, `done`.

    `spent`: seconds that it has been so; `record`: the answer, as `comity plan --json` tells it without prices.
    """

    state: str
    movements: Sequence[Choice] = ()
    laws: Sequence[Choice] = ()
    spent: int = 0
    most: int = int(SECONDS)
    record: Mapping[str, Any] | None = None


def page(site: Site, view: View, _: Mapping[str, Any]) -> Planned:
    """What to change so that all that are asked about are lawful at the least cost together."""
    if not site.levers:
        return Planned("none")
    narrowed = Narrowed.of(site, view)
    work = site.workshop.ask(("plan", narrowed.key), lambda: _found(narrowed), PATIENCE)
    if work.answer.done():
        return Planned("done", *narrowed.choices(), record=work.answer.result())
    return Planned("working" if work.begun else "waiting", *narrowed.choices(), work.spent)


def again(found: Planned) -> int:
    """In how many seconds there may be more to see."""
    return AGAIN if found.state in ("waiting", "working") else 0


def _found(narrowed: Narrowed) -> Mapping[str, Any]:
    world, names = narrowed.opened(), narrowed.named
    search = Search(world.levers, [Movement(name, world.judge(name), PERMITTED, world.judge(name).bearing) for name in names], deadline(SECONDS))
    found = search.cheapest() or clash(search)
    if isinstance(found, Layout):
        read_again(world, world.anew(found.package, names), PERMITTED)
    return told(search, found)
