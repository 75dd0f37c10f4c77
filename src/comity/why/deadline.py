"""Why a term ends on the day it does: the days on its way that are not what their weekday says."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from comity.facts.calendar import Calendar, after
from comity.facts.value import Interval


@dataclass(frozen=True, slots=True)
class Deadline:
    """The day on which a term ends. On its way: weekdays that are holidays, days of the weekend that are worked, the first day that is not announced."""

    due: Interval
    holidays: tuple[int, ...] = ()
    worked: tuple[int, ...] = ()
    unpublished: int | None = None

    @property
    def provisional(self) -> bool:
        """May the day still become another, when a calendar is published?"""
        return self.due.lo != self.due.hi


def deadline(start: int, n: int, unit: str, calendar: Calendar | None) -> Deadline:
    """The day `n` units after a day, and why. A place without a calendar has announced nothing."""
    due = after(Interval(start, start), n, unit, calendar)
    if unit != "workdays" or not n:
        return Deadline(due)
    here = calendar or Calendar()
    step = 1 if n > 0 else -1
    way = range(start + step, (due.hi if n > 0 else due.lo) + step, step)
    unpublished = next((day for day in way if not here.first <= day <= here.horizon), None) if due.lo != due.hi else None
    passed = way if unpublished is None else range(way[0], unpublished, step)
    rest = {day for day in passed if dt.date.fromordinal(day).weekday() in here.weekend}
    off = sorted(day for day in passed if day not in rest and not here.works(day))
    return Deadline(due, tuple(off), tuple(sorted(day for day in rest if here.works(day))), unpublished)
