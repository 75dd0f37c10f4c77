"""The days of a transfer. An instant is another day elsewhere, so each law counts by those of its own zones, and where it names none by any on Earth."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from comity.facts.value import Interval
from comity.law.condition import Counted
from comity.ledger.window import start
from comity.verdict.plan import Plan

WEST: Final = dt.timedelta(hours=12)
EAST: Final = dt.timedelta(hours=14)
"""How far the last place to begin a day is behind UTC, and the first ahead of it."""


@dataclass(frozen=True)
class Days:
    """`day`: by which a transfer is named, that of UTC. `on`: from the earliest to the latest by any law that is asked; `laws`: by those that name zones.

    `asked`: a day that somebody asks about, which no clock moves.
    """

    day: int
    on: Interval
    laws: Mapping[str, Interval]
    asked: bool = False

    @classmethod
    def at(cls, instant: dt.datetime, plan: Plan) -> Days:
        """The days of an instant."""
        zones = {regime.book.regime: regime.book.zones for regime in plan.regimes}
        found = {regime: _days(instant, own) for regime, own in zones.items()}
        return cls(instant.astimezone(dt.UTC).toordinal(), _hull(found.values()), {regime: found[regime] for regime, own in zones.items() if own})

    @classmethod
    def only(cls, day: int) -> Days:
        """One day by every law: that which somebody asks about."""
        return cls(day, Interval(day, day), {}, asked=True)

    def until(self, later: Days) -> Days:
        """All days from these to those; a day that is asked about stays alone."""
        if self.asked:
            return self
        laws = {regime: _hull((own, later.laws[regime])) for regime, own in self.laws.items()}
        return Days(self.day, _hull((self.on, later.on)), laws)

    def of(self, count: str) -> Interval:
        """The days by the law of a count, which goes by the regime's name and its own."""
        return self.laws.get(count.partition("/")[0], self.on)

    def settled(self, term: Counted) -> bool:
        """Whether who moves on any of a count's days is in one window now, and in the same windows later.

        A law that counts by months and names no zone is taken at its word to a day.
        """
        own = self.of(term.name)
        if term.window[0] == "months":
            return own.lo == own.hi or term.name.partition("/")[0] not in self.laws
        return len({(begins := start(term.window, day), day < begins) for day in own}) == 1


def _days(instant: dt.datetime, zones: Iterable[str]) -> Interval:
    utc = instant.astimezone(dt.UTC)
    found = [instant.astimezone(ZoneInfo(zone)).toordinal() for zone in zones] or [(utc - WEST).toordinal(), (utc + EAST).toordinal()]
    return Interval(min(found), max(found))


def _hull(several: Iterable[Interval]) -> Interval:
    lows, highs = zip(*several, strict=True)
    return Interval(min(lows), max(highs))
