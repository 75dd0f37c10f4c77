"""The tree of places, asked of many places against many tests: what lies above each is found once."""

from __future__ import annotations

from dataclasses import dataclass, field

from comity.facts.place import Places
from comity.facts.value import FALSE, Truth


@dataclass
class Tree:
    """The same answers as `Places.inside`, with what lies above each place and below each test found once: far from a test, as most are, it is no."""

    places: Places
    _above: dict[str, set[str]] = field(default_factory=dict)
    _near: dict[frozenset[str], tuple[frozenset[str], frozenset[str]]] = field(default_factory=dict)

    def inside(self, place: str, among: frozenset[str]) -> Truth:
        """Does the place, which is no group, lie in one of these?"""
        above = self.above(place)
        under, touched = self.near(among)
        return FALSE if above.isdisjoint(under) and self.places.aliases.get(place, place) not in touched else self.places.inside(place, among)

    def above(self, place: str) -> set[str]:
        """The place and everything it lies in."""
        if place not in self._above:
            self._above[place] = self.places.ancestors(place)
        return self._above[place]

    def near(self, among: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
        """What is named here or a member of what is, and all that in which any of it lies."""
        if among not in self._near:
            under, open_ = set[str](), set(among)
            while open_:
                under |= open_ | {self.places.aliases.get(one, one) for one in open_}
                open_ = set[str]().union(*(self.places.groups.get(one, frozenset()) for one in under)) - under
            self._near[among] = frozenset(under), frozenset[str]().union(*map(self.above, under))
        return self._near[among]
