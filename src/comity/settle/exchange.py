"""Who gives what and gets what: of one package, what each party gains by it and what it costs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from comity.facts.value import Interval
from comity.offramp.lever import Package
from comity.settle.game import Game, named, total

Items: TypeAlias = tuple[tuple[str, Interval], ...]
"""What is pulled, by its name, with its worth to one party in millionths."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """What one party gets (of worth to it), what it gives (at its cost), and what may be either, each in the order of the levers."""

    party: str
    gets: Items
    gives: Items
    either: Items

    @property
    def got(self) -> Interval:
        """What it gets, added up."""
        return total(worth for _, worth in self.gets)

    @property
    def given(self) -> Interval:
        """What it gives, added up."""
        return total(worth for _, worth in self.gives)


def exchanges(game: Game, package: Package) -> tuple[Exchange, ...]:
    """The exchange that a package is, party by party."""
    has = [feature for feature in game.features if feature.of(package)]
    found = []
    for at, party in enumerate(game.parties):
        items = [(named(game.levers, feature), feature.worth[at]) for feature in has if any(feature.worth[at])]
        gets = tuple(item for item in items if item[1].lo >= 0)
        gives = tuple(item for item in items if item[1].hi <= 0)
        found.append(Exchange(party.party, gets, gives, tuple(item for item in items if item[1].lo < 0 < item[1].hi)))
    return tuple(found)
