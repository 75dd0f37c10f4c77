"""The plan: regimes lowered and composed once, read by every backend."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from comity.facts.calendar import Calendars
from comity.facts.place import Places
from comity.facts.value import FALSE, TRUE, Truth
from comity.facts.vocabulary import Vocabulary
from comity.law.condition import NODES, After, And, Compare, Condition, Not, Or, Path, Share, Term, some
from comity.law.regime import ON, LoweredDuty, Regime
from comity.verdict.outcome import levels

Moment: TypeAlias = tuple[Path | int, int, str, str]
"""A day or a date of records, and a time counted from it: how many of which unit, by whose calendar."""


@dataclass(frozen=True, eq=False)
class Plan:
    """The regimes that are asked, and the words and places they share."""

    regimes: Sequence[Regime]
    vocabulary: Vocabulary
    places: Places
    calendars: Calendars = field(default_factory=Calendars)

    @cached_property
    def levels(self) -> Mapping[str, tuple[Condition, Condition, Condition]]:
        """For each regime, the conditions under which it leaves at least each outcome."""
        return {regime.book.regime: levels(regime) for regime in self.regimes}

    @cached_property
    def compelling(self) -> Sequence[tuple[str, LoweredDuty]]:
        """The duties that compel a movement, each with the name of its regime."""
        return [(regime.book.regime, duty) for regime in self.regimes for duty in regime.duties if duty.duty.compels]

    @cached_property
    def scopes(self) -> Mapping[str, Condition]:
        """For each regime, the condition under which it has a say, if only that other law of its places has one."""
        return {r.book.regime: some((r.scope, *(when for law, when in r.prohibitions if law.beyond))) for r in self.regimes}

    @cached_property
    def prevailing(self) -> Mapping[str, Truth]:
        """The readings of contested law that prevail, or do not, by the names they have among the facts."""
        return {
            f"{regime.book.regime}/reading.{name}": TRUE if reading.prevails else FALSE
            for regime in self.regimes
            for name, reading in regime.book.readings.items()
            if reading.prevails is not None
        }

    @cached_property
    def speaking(self) -> Sequence[tuple[frozenset[str], frozenset[str]]]:
        """For each regime, the jurisdiction whose law it is and what it speaks about."""
        return [(regime.book.jurisdiction, regime.book.speaks_about) for regime in self.regimes]

    @cached_property
    def recursive(self) -> Mapping[str, Condition]:
        """Definitions that rest on themselves, by regime and name."""
        return {name: body for regime in self.regimes for name, body in regime.recursive.items()}

    @cached_property
    def moments(self) -> Sequence[Moment]:
        """The days and dates with which some condition compares the day of a leg."""
        return list(_moments(self.conditions()))

    @cached_property
    def fixed_moments(self) -> Sequence[Moment]:
        """Those of recursive definitions, and of who counts as an owner: both are found for a whole table at once."""
        return list(_moments([*self.recursive.values(), *(node.by for node in walk(self.conditions()) if isinstance(node, Share))]))

    def provisions(self) -> Iterator[Condition]:
        """Every condition of a leg: scopes, prohibitions, grounds, duties."""
        for regime in self.regimes:
            yield regime.scope
            yield from (when for _, when in regime.prohibitions)
            for ground in regime.grounds:
                yield from (ground.holds, ground.available)
            for duty in regime.duties:
                yield from (duty.owed, duty.met)

    def conditions(self) -> Iterator[Condition]:
        """Every condition of every regime, definitions of records included."""
        yield from self.provisions()
        yield from self.recursive.values()
        yield from (meaning for regime in self.regimes for _, meaning in regime.findings.values() if isinstance(meaning, NODES))

    def regime(self, name: str) -> Regime:
        """A regime by name."""
        return self.regimes[list(self.levels).index(name)]


def _moments(conditions: Iterable[Condition]) -> Iterator[Moment]:
    for node in walk(conditions):
        for side in node.values if isinstance(node, Compare) and ON in node.values else ():
            match side:
                case After(Path() | int() as date, n, unit, place):
                    yield date, n, unit, place
                case Path() | int() if side is not ON:
                    yield side, 0, "days", ""
                case _:
                    continue


def walk(nodes: Iterable[Condition | Term], *, inside: bool = True) -> Iterator[Condition | Term]:
    """Every node below these, each once; with `inside`, what tests and forms are made of too."""
    seen: set[int] = set()
    open_ = list(nodes)
    while open_:
        node = open_.pop()
        if isinstance(node, int) or id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        if inside or isinstance(node, (And, Or, Not)):
            open_ += reversed(node.nodes)
