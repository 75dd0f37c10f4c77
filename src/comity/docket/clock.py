"""When a clock of a matter ends, itemised: where it started, what it did not count, by what it grew; and whether that day is sure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from comity.docket.procedure import Clock, Kind
from comity.facts.calendar import Calendar
from comity.facts.calendar import after as counted
from comity.facts.value import MAX, Interval

DAY: Final = 1
after: Final = lru_cache(maxsize=65_536)(counted)
"""Working days are counted one by one, and many matters ask the same."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Not counted: from the day after `since` to `until`; nothing yet has ended it if that is None."""

    act: str
    since: int
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Running:
    """A clock of a matter. Days are ordinals; `ends` is its last day, of a validity the day it ceases; `opens` is the first of a window.

    `awaited`: the acts over which it runs can be made now; it is idle otherwise. `met`: the day one of them was made.
    `set_by`: how many acts had been made with the last that started it, or made it longer.
    """

    clock: Clock
    start: Interval
    ends: Interval
    opens: Interval | None = None
    pauses: tuple[Pause, ...] = ()
    grown: int = 0
    awaited: bool = True
    met: int | None = None
    set_by: int = 0

    @property
    def paused(self) -> bool:
        """A question is open."""
        return any(pause.until is None for pause in self.pauses)

    @property
    def sure(self) -> bool:
        """All of its days are published."""
        return self.ends.lo == self.ends.hi and (self.opens is None or self.opens.lo == self.opens.hi)

    def over(self, day: int) -> bool | None:
        """Has it ended before this day begins? None: nobody can say yet."""
        last = DAY if self.clock.kind is not Kind.VALIDITY else 0
        return True if day >= self.ends.hi + last else False if day < self.ends.lo + last else None

    def open(self, day: int) -> bool | None:
        """Has a window begun by this day? None: nobody can say yet."""
        if self.opens is None:
            return True
        return True if day >= self.opens.hi else False if day < self.opens.lo else None


def run(clock: Clock, start: Interval, pauses: Sequence[Pause], grown: int, calendar: Calendar | None) -> Running:
    """The clock from that day on."""
    if clock.length < 0:  # counted back from a day yet to come
        back = after(start, clock.length, clock.unit, calendar)
        opens, ends = (back, _last(start)) if clock.kind is Kind.WINDOW else (None, back)
        return Running(clock, start, ends, opens, grown=grown)
    due = after(start, clock.length + grown, clock.unit, calendar)
    kept: list[Pause] = []
    lost = Interval(0, 0)
    for pause in pauses:
        if pause.since > due.hi or (pause.until is not None and pause.until <= pause.since):
            continue
        kept.append(pause)
        if pause.until is None:
            due = Interval(MAX if pause.since <= due.lo else due.lo, MAX)
            break
        more = units(pause.since, pause.until, clock.unit, calendar)
        lost = Interval(lost.lo + more.lo, lost.hi + more.hi)
        due = _later(start, clock, grown, lost, calendar)
    running = Running(clock, start, due, pauses=tuple(kept), grown=grown)
    return replace(running, opens=start) if clock.kind is Kind.WINDOW else running


def _last(end: Interval) -> Interval:
    """A window before a day closes with the day before it."""
    return Interval(end.lo - DAY, end.hi - DAY)


def _later(start: Interval, clock: Clock, grown: int, lost: Interval, calendar: Calendar | None) -> Interval:
    if clock.unit in ("days", "workdays"):
        length = clock.length + grown
        return Interval(after(start, length + lost.lo, clock.unit, calendar).lo, after(start, length + lost.hi, clock.unit, calendar).hi)
    due = after(start, clock.length + grown, clock.unit, calendar)
    return Interval(due.lo + lost.lo, due.hi + lost.hi)


def units(since: int, until: int, unit: str, calendar: Calendar | None) -> Interval:
    """How many units lie after one day and up to another: working days if those are counted, days otherwise."""
    if unit != "workdays":
        return Interval(until - since, until - since)
    published = calendar or Calendar()
    days = range(since + DAY, until + DAY)
    inside = [day for day in days if published.first <= day <= published.horizon]
    surely = sum(map(published.works, inside))
    return Interval(surely, surely + len(days) - len(inside))
