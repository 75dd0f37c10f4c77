"""A table as a person abroad may ask about it: what crosses of it, how it is read at home, and how many must stand behind an answer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

from comity.gate.crossing import Crossing, CrossingError
from comity.gate.form import Keep, Pseudonym
from comity.gate.kind import Kind
from comity.gate.query.read import fold
from comity.ledger.budget import Spending

WIDEST: Final = 2**40
"""What one person adds to a sum is no further from nought."""
Stream = Callable[[Crossing], Any]
"""Reads at home: the rows and masked columns of a crossing, as a new stream of Arrow record batches each time."""


@dataclass(frozen=True)
class Noise:
    """Differential privacy for each person of a table: noise that hides whether anybody is in it.

    `epsilon`, `delta`: what one answer costs, and the budgets that bear it. `groups`: a person counts in at most so many groups of one answer; `rows`: with at
    most so many rows in each. `sums`: the columns that may be summed, and the least and most that one person adds to one sum, in whole units.
    """

    epsilon: Spending
    delta: Spending
    groups: int = 1
    rows: int = 1
    sums: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """A bound that bounds nothing is none."""
        ends = all(least <= most and max(abs(least), abs(most)) <= WIDEST for least, most in self.sums.values())
        if not (self.epsilon.amount > 0 and 0 < self.delta.amount < 1 and 1 <= self.groups <= 2**20 and 1 <= self.rows <= 2**20 and ends):
            raise CrossingError(["noise needs epsilon above 0, delta between 0 and 1, and bounds from the least to the most"])


@dataclass(frozen=True)
class Minimum:
    """Only aggregates leave, over groups of at least so many distinct persons; `person`: the column of who, which is counted and never shown."""

    persons: int
    person: str
    noise: Noise | None = None

    def __post_init__(self) -> None:
        """Of one person, a group is the person."""
        if self.persons < 2:
            raise CrossingError(["a minimum group has at least 2 persons"])


@dataclass(frozen=True)
class Offer:
    """A table that may be asked about. `source`: its columns at home and their kinds; None: a kind that crosses in no form.

    Raises:
        CrossingError: the crossing does not fit the table, or nothing of it crosses.
    """

    crossing: Crossing
    source: Mapping[str, Kind | None]
    stream: Stream
    minimum: Minimum | None = None

    def __post_init__(self) -> None:
        """Names are compared without case, so two that differ in nothing else are one name for two things."""
        folded = [fold(name) for name in self.visible]
        lines = ["nothing of it crosses"] if not folded else []
        lines += ["two columns differ in the case of letters only"] if len(set(folded)) < len(folded) else []
        if self.minimum and self.minimum.person not in self.source:
            lines.append(f"there is no column '{self.minimum.person}'")
        if lines:
            raise CrossingError(lines)

    @cached_property
    def visible(self) -> dict[str, Kind]:
        """The columns that a query may name, and their kinds. Who it is, is not among them where only groups leave."""
        person = self.minimum.person if self.minimum else None
        return {name: kind for name, kind in self.crossing.kinds(self.source).items() if name != person}

    def column(self, name: str) -> str | None:
        """The column that a query means by a name."""
        return next((column for column in self.visible if fold(column) == fold(name)), None)

    def narrowed(self, names: Collection[str], *, whole: bool) -> Crossing:
        """The crossing of only those columns that a query names (folded), or of all; where only groups leave, with a pseudonym of who."""
        named = [c for c in self.visible if whole or fold(c) in names]
        kept = named or [min(self.visible, key=lambda c: any(not isinstance(form, Keep) for form in self.crossing.forms(c)))]
        who = (self.minimum.person,) if self.minimum else ()
        cells = {place: {**{c: forms[c] for c in kept}, **dict.fromkeys(who, Pseudonym())} for place, forms in self.crossing.cells.items()}
        return replace(self.crossing, cells=cells, columns=(*kept, *who), known=tuple(dict.fromkeys((*self.crossing.known, *who))))
