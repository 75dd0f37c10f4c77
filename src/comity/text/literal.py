"""Numbers and days as people write them."""

from __future__ import annotations

import datetime as dt
import re
from fractions import Fraction
from functools import cache
from zoneinfo import available_timezones

NUMBER = re.compile(r"[+-]?(\d[\d_]*)(\.\d+)?(e[+-]?\d{1,3})?%?", re.IGNORECASE)
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
MILLION = 10**6
"""Amounts are whole millionths."""
LONGEST = 60
"""The most characters of a number: what no law counts is not worth the time it takes to read."""


def day(text: str) -> int | None:
    """The day number of an ISO date, or nothing if there is no such day."""
    if not DATE.fullmatch(text):
        return None
    try:
        return dt.date.fromisoformat(text).toordinal()
    except ValueError:
        return None


def number(text: str) -> Fraction | None:
    """An exact number as written: `1_000`, `19.9%` (the per cent sign changes nothing), `1e26`."""
    if len(text) > LONGEST or not NUMBER.fullmatch(text):
        return None
    return Fraction(text.rstrip("%").replace("_", ""))


@cache  # asking looks through the folders of the system
def time_zones() -> frozenset[str]:
    """The names of time zones that are the same on every machine, as `localtime` is not."""
    return frozenset(zone for zone in available_timezones() if "/" in zone)


def decimal(millionths: int) -> str:
    """An exact decimal, as people write it."""
    whole, rest = divmod(abs(millionths), MILLION)
    return f"{'-' if millionths < 0 else ''}{whole}{f'.{rest:06}'.rstrip('0') if rest else ''}"
