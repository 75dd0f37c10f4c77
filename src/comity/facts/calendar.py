"""Days counted as law counts them: calendar days, months, years, fixed days of the year, and the working days of a place.

A calendar is dated data: its weekend, its holidays, its make-up working days, and the horizon up to which they are published.
Past the horizon a day is an interval: at the earliest if every weekday is worked, at the latest if a tenth of them is not.
"""

from __future__ import annotations

import calendar as months
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from comity.facts.value import ANYWHERE, MAX, MIN, NOWHERE, Interval


@dataclass(frozen=True, slots=True)
class Calendar:
    """The working days of one place."""

    weekend: frozenset[int] = frozenset({5, 6})
    holidays: frozenset[int] = frozenset()
    worked: frozenset[int] = frozenset()
    first: int = MAX
    horizon: int = MIN

    def works(self, day: int) -> bool:
        """Is it a working day, as far as published?"""
        return day in self.worked or (dt.date.fromordinal(day).weekday() not in self.weekend and day not in self.holidays)


@dataclass(frozen=True, slots=True)
class Calendars:
    """Calendars by place."""

    places: Mapping[str, Calendar] = field(default_factory=dict)

    def get(self, place: str) -> Calendar | None:
        """The calendar of a place, or of the nearest place it lies in."""
        while place:
            if place in self.places:
                return self.places[place]
            place = place.rpartition("-")[0]
        return None


def after(start: Interval, n: int, unit: str, calendar: Calendar | None) -> Interval:
    """The day `n` units after a day (a unit may be a day of the year, `03-01`); an uncertain start or an unpublished calendar gives an uncertain day."""
    if start.lo > start.hi:
        return NOWHERE
    lo = _end(start.lo, n, unit, calendar).lo if start.lo > MIN else MIN
    hi = _end(start.hi, n, unit, calendar).hi if start.hi < MAX else MAX
    return Interval(lo, hi)


def _end(day: int, n: int, unit: str, calendar: Calendar | None) -> Interval:
    match unit:
        case "workdays":
            return _working(day, n, calendar)
        case "days":
            found = day + n
        case "months" | "years":
            found = _months(day, n * (12 if unit == "years" else 1))
        case _:
            found = _yearly(day, n, unit)
    return Interval(found, found)


def _months(day: int, n: int) -> int:
    if not 1 <= day <= dt.date.max.toordinal():
        return day
    here = dt.date.fromordinal(day)
    year, month = divmod(here.year * 12 + here.month - 1 + n, 12)
    if not 1 <= year <= dt.MAXYEAR:
        return MAX if n > 0 else MIN
    return dt.date(year, month + 1, min(here.day, months.monthrange(year, month + 1)[1])).toordinal()


def _yearly(day: int, n: int, date: str) -> int:
    """The n-th day of that month and number later than a day; backwards, before it."""
    if not n or not 1 <= day <= dt.date.max.toordinal():
        return day
    here = dt.date.fromordinal(day)
    there = dt.date.fromisoformat(f"{here.year:04}-{date}")
    year = here.year + n + (there <= here) - 1 if n > 0 else here.year + n + (there < here)
    return there.replace(year=year).toordinal() if 1 <= year <= dt.MAXYEAR else MAX if n > 0 else MIN


def _working(day: int, n: int, calendar: Calendar | None) -> Interval:
    """Counted day by day inside the published calendar; outside it both ends are bounded."""
    if not 3 * abs(n) + 40 < day < dt.date.max.toordinal() - 3 * abs(n) - 40:
        return ANYWHERE
    step = 1 if n >= 0 else -1
    plain = Calendar()
    published = calendar or plain
    here, left, uncertain = day, abs(n), 0
    while left:
        here += step
        inside = published.first <= here <= published.horizon
        uncertain += not inside
        left -= (published if inside else plain).works(here)
    slack = uncertain // 10 + 12 if uncertain else 0
    return Interval(*sorted((here - slack // 6 * step, here + slack * step)))
