"""Where the window of a count begins: days are proleptic ordinals, as Python's `date.toordinal` numbers them."""

from __future__ import annotations

import calendar
import datetime as dt
from functools import lru_cache
from typing import Final

FIRST: Final = 1
LAST: Final = dt.date.max.toordinal()
KINDS: Final = ("year", "months", "since", "always")
"""The calendar year so far, with so many whole ones before it; so many months up to a day and with it; from a day on; everything."""

Window = tuple[str, int]
"""The kind, and its number: of whole years before this one, of months, or the ordinal day since when; 0 for everything."""


def fault(window: Window) -> str:
    """What is wrong with a window; empty if nothing is."""
    match window:
        case ("always", 0):
            return ""
        case ("year", n) if 0 <= n <= dt.MAXYEAR:
            return ""
        case ("months", n) if 1 <= n <= 12 * dt.MAXYEAR:
            return ""
        case ("since", day) if FIRST <= day <= LAST:
            return ""
    return f"no window is '{window[0]}' with {window[1]}"


@lru_cache(maxsize=4096)
def start(window: Window, day: int) -> int:
    """The first day of the window that ends on a day. A month before a day its month has not is the last that it has: 31 March, 29 February."""
    match window[0]:
        case "year":
            return dt.date(max(dt.MINYEAR, dt.date.fromordinal(day).year - window[1]), 1, 1).toordinal()
        case "months":
            here = dt.date.fromordinal(day)
            year, month = divmod(here.year * 12 + here.month - 1 - window[1], 12)
            if year < dt.MINYEAR:
                return FIRST
            return dt.date(year, month + 1, min(here.day, calendar.monthrange(year, month + 1)[1])).toordinal()
        case "since":
            return window[1]
        case _:
            return FIRST
