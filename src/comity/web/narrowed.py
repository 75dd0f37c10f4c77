"""A question about some movements of the world that is served, under some of its laws: all, where none is named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from comity.edge import asked
from comity.edge.changed import opened
from comity.edge.filed import docketed
from comity.offramp.changeable import Changeable
from comity.text.source import Mistakes, Place, nearest
from comity.web.page import TEXT, Choices
from comity.web.site import Site
from comity.web.view import View

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
class Narrowed:
    """Which movements and which laws are asked about, of all there are."""

    site: Site
    view: View
    movements: Mapping[str, bool]
    laws: Mapping[str, bool]

    @classmethod
    def of(cls, site: Site, view: View) -> Narrowed:
        """As an address says it. Raises SourceError with each name that is none."""
        look, mistakes = site.look(view.on, view.known), Mistakes()
        movements = _among(view, "movement", list(look.read.world["movement"]), mistakes)
        laws = _among(view, "law", [regime.book.regime for regime in look.read.plan.regimes], mistakes)
        mistakes.settle()
        return cls(site, view, movements, laws)

    @property
    def named(self) -> tuple[str, ...]:
        """The movements that are asked about."""
        return tuple(name for name, chosen in self.movements.items() if chosen)

    @property
    def regimes(self) -> tuple[str, ...]:
        """The laws that are asked; none where all are."""
        return () if all(self.laws.values()) else tuple(name for name, chosen in self.laws.items() if chosen)

    @property
    def key(self) -> tuple[object, ...]:
        """What an answer follows from."""
        return (self.site.state(self.view.on, self.view.known), self.named, self.regimes)

    def choices(self) -> tuple[list[Choice], list[Choice]]:
        """What else can be asked: movements and laws."""
        return list(_choices(self.view, "movement", self.movements)), list(_choices(self.view, "law", self.laws))

    def opened(self) -> Changeable:
        """The world with the levers that are served, read under these laws alone."""
        site, view = self.site, self.view
        plan = site.plan(view.known, self.regimes)
        day = view.on if view.on is not None else asked.today()
        read = asked.read(site.world, plan, view.on, docketed(site.docket, plan, day, site.more()))
        world = Changeable(read.plan, read.world, read.node, read.asked_on, view.on, bool(self.regimes))
        return opened(world, self.named, site.levers, site.costs, None)


def _among(view: View, name: str, every: Sequence[str], mistakes: Mistakes) -> dict[str, bool]:
    """Which of these are asked for: all, where none is named."""
    told = [one.strip() for one in view.asked.get(name, "").split(",") if one.strip()]
    for one in told:
        if one not in every:
            mistakes.add(Place(name, 1, 1), f"there is no '{one}' here", nearest(one, every))
    return {one: not told or one in told for one in every}


def _choices(view: View, name: str, chosen: Mapping[str, bool]) -> Iterator[Choice]:
    """Each with the address at which it alone is the other way round; what is left alone of all is chosen by itself."""
    for one, kept in chosen.items():
        others = [each for each, has in chosen.items() if has != (each == one)] if not all(chosen.values()) else [one]
        yield Choice(one, kept and not all(chosen.values()), view.href(**{name: ",".join(others) if len(others) < len(chosen) else ""}))
