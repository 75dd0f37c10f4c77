"""Places are a tree: a place lies in its ancestors by its code (XX-AB in XX) and in the groups that name it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from comity.facts.value import FALSE, TRUE, UNKNOWN, Truth

PLACE: Final = re.compile(r"[A-Z]{2,4}(-[A-Za-z0-9]+)*")
"""What the code of a place looks like."""


@dataclass(frozen=True)
class Places:
    """Named groups of places, and second codes of one place (`aliases`); everything else follows from the codes themselves."""

    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _cache(self) -> dict[tuple[str, frozenset[str]], Truth]:
        return {}

    def ancestors(self, place: str) -> set[str]:
        """The place and everything it lies in."""
        found: set[str] = set()
        open_ = [place]
        while open_:
            here = open_.pop()
            here = self.aliases.get(here, here)
            if here in found:
                continue
            found.add(here)
            if "-" in here:
                open_.append(here.rsplit("-", 1)[0])
            open_ += [group for group, members in self.groups.items() if here in members]
        return found

    def inside(self, place: str, among: frozenset[str]) -> Truth:
        """Does the place lie in one of these? A coarser place than they are is unknown, unless they make it up entirely."""
        key = (place, among)
        if key not in self._cache:
            self._cache[key] = self._inside(self.aliases.get(place, place), frozenset(self.aliases.get(one, one) for one in among))
        return self._cache[key]

    def _inside(self, place: str, among: frozenset[str]) -> Truth:
        if self.ancestors(place) & among:
            return TRUE
        members = self.groups.get(place)
        if members:
            inside = {self.inside(member, among) for member in members}
            return inside.pop() if len(inside) == 1 else UNKNOWN
        if any(place in self.ancestors(other) for other in among):
            return UNKNOWN
        if any(self.inside(member, frozenset({place})) for other in among for member in self.groups.get(other, ())):
            return UNKNOWN
        return FALSE
