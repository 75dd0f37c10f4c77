"""Which movements of a world are meant: by place, outcome, law and name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final

from comity.facts.value import only
from comity.text.source import Mistakes, Place, nearest
from comity.verdict.verdict import Verdict
from comity.words.page import state

STATES: Final = ("0", "1", "2", "3", "open")
"""Outcomes as signs: the four in their order, and what is not settled."""
NAMES: Final = ("from", "to", "outcome", "law", "movement")
"""By what they are chosen."""


@dataclass(frozen=True)
class Chosen:
    """What leaves some of all movements: each that is not empty leaves those with it."""

    origin: str = ""
    destination: str = ""
    outcome: str = ""
    law: str = ""
    movements: tuple[str, ...] = ()

    @property
    def told(self) -> Mapping[str, str]:
        """What was chosen, by its name."""
        told = dict(zip(NAMES, (self.origin, self.destination, self.outcome, self.law, ", ".join(self.movements)), strict=True))
        return {name: value for name, value in told.items() if value}

    def checked(self, movements: Collection[str], laws: Collection[str], lead: str = "") -> Chosen:
        """The same. Raises SourceError with each word that names nothing among these, at the place that it was asked in: `lead` and a name."""
        mistakes = Mistakes()
        known = [("outcome", self.outcome, STATES), ("law", self.law, laws), *(("movement", one, movements) for one in self.movements)]
        for name, told, there in known:
            if told and told not in there:
                these = "" if name == "movement" else f"write {' or '.join(there)}"  # movements are too many to name
                mistakes.add(Place(lead + name, 1, 1), f"there is no '{told}' here", nearest(told, there) or these)
        mistakes.settle()
        return self

    def holds(self, verdict: Verdict, home: Callable[[str], str]) -> bool:
        """Is this movement meant? `home`: from a place to the one that holds it on a map: who asks for that means this one too."""

        def there(code: str, asked: str) -> bool:
            return not asked or asked in (code, home(code))

        return (
            (not self.movements or verdict.movement in self.movements)
            and self.outcome in ("", str(state(verdict.outcome)))
            and (not self.law or self.law in verdict.spans)
            and (not (self.origin or self.destination) or any(there(a, self.origin) and there(b, self.destination) for a, b in ends(verdict)))
        )


def named(text: str, every: Collection[str]) -> tuple[str, ...]:
    """Names with commas between them; one that holds a comma is itself."""
    return (text,) if text in every else tuple(filter(None, (one.strip() for one in text.split(","))))


def ends(verdict: Verdict) -> list[tuple[str, str]]:
    """From where to where a movement goes, by code, a pair for each way that it takes."""
    return list(dict.fromkeys((only(j.leg.facts.get("origin")) or "", only(j.leg.facts.get("destination")) or "") for j in verdict.legs))
