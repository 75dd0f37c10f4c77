"""Days counted as law counts them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.facts.calendar import Calendar, Calendars, after
from comity.facts.value import ANYWHERE, MAX, MIN, NOWHERE, Interval

DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2060, 1, 1)).map(dt.date.toordinal)
YEAR = Calendar(
    holidays=frozenset({dt.date(2026, 10, 1).toordinal()}),
    worked=frozenset({dt.date(2026, 10, 10).toordinal()}),
    first=dt.date(2026, 1, 1).toordinal(),
    horizon=dt.date(2026, 12, 31).toordinal(),
)


def on(text):
    found = dt.date.fromisoformat(text).toordinal()
    return Interval(found, found)


@pytest.mark.parametrize(
    ("start", "n", "unit", "end"),
    [
        ("2026-01-31", 1, "months", "2026-02-28"),
        ("2024-01-31", 1, "months", "2024-02-29"),
        ("2024-02-29", 1, "years", "2025-02-28"),
        ("2026-03-31", -1, "months", "2026-02-28"),
        ("2026-12-31", 1, "days", "2027-01-01"),
        ("2026-09-30", 1, "workdays", "2026-10-02"),
        ("2026-10-09", 1, "workdays", "2026-10-10"),
        ("2026-10-02", -1, "workdays", "2026-09-30"),
        ("2026-02-28", 1, "03-01", "2026-03-01"),
        ("2026-03-01", 1, "03-01", "2027-03-01"),
        ("2026-03-01", 2, "03-01", "2028-03-01"),
        ("2026-03-01", -1, "03-01", "2025-03-01"),
        ("2026-03-02", -1, "03-01", "2026-03-01"),
        ("2026-12-31", 1, "01-01", "2027-01-01"),
    ],
)
def test_a_day_after_a_day(start, n, unit, end):
    """Ends of months, leap years, holidays, Saturdays that are worked, and a fixed day of the year at the line."""
    assert after(on(start), n, unit, YEAR) == on(end)


@given(DAYS, st.integers(-30, 30), st.sampled_from(("days", "months", "years", "12-31", "03-01")))
def test_time_runs_forward(day, n, unit):
    """A later start never ends earlier, and nothing is added by nothing."""
    here, later = (after(Interval(d, d), n, unit, None) for d in (day, day + 1))
    assert here.lo <= later.lo
    assert after(Interval(day, day), 0, unit, None) == Interval(day, day)


@given(DAYS, st.integers(0, 20))
def test_an_unpublished_calendar_gives_a_span_that_holds_every_calendar(day, n):
    """Whatever holidays are published later, the day lies between the ends."""
    open_ = after(Interval(day, day), n, "workdays", None)
    plain = after(Interval(day, day), n, "workdays", Calendar(first=1, horizon=MAX))
    busy = after(Interval(day, day), n, "workdays", Calendar(holidays=frozenset(range(day + 1, day + 4)), first=1, horizon=MAX))
    assert open_.lo <= plain.lo <= open_.hi
    assert open_.lo <= busy.lo <= open_.hi


@given(DAYS, st.integers(0, 40), st.integers(0, 15), st.sampled_from(("days", "workdays", "months", "years", "03-01")))
def test_an_uncertain_start_gives_a_span_that_holds_every_start(day, width, n, unit):
    """Each day it may start leads to a day inside."""
    calendar = Calendar(first=1, horizon=MAX)
    whole = after(Interval(day, day + width), n, unit, calendar)
    for start in (day, day + width // 2, day + width):
        one = after(Interval(start, start), n, unit, calendar)
        assert whole.lo <= one.lo <= one.hi <= whole.hi


def test_no_day_and_any_day_stay_what_they_are():
    """Of nobody's day there is none later; of an unknown one any may be."""
    assert after(NOWHERE, 3, "days", None) == NOWHERE
    assert after(ANYWHERE, 3, "workdays", None) == ANYWHERE
    assert after(Interval(MIN, 700_000), 1, "years", None).lo == MIN
    assert after(Interval(700_000, MAX), 1, "years", None).hi == MAX


def test_the_calendar_of_a_part_is_that_of_its_whole():
    """The nearest place that has one."""
    calendars = Calendars({"CN": YEAR})
    assert calendars.get("CN-GD-X") is calendars.get("CN") is YEAR
    assert calendars.get("DE") is None
