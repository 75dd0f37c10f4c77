"""Why a term ends on its day: what is skipped and what is worked on the way makes up the difference to the weekdays."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from comity.facts.calendar import Calendar, after
from comity.facts.value import MAX, Interval
from comity.why.deadline import deadline


def number(text):
    return dt.date.fromisoformat(text).toordinal()


YEAR = Calendar(
    holidays=frozenset(range(number("2026-02-15"), number("2026-02-24"))),
    worked=frozenset({number("2026-02-14"), number("2026-02-28")}),
    first=number("2026-01-01"),
    horizon=number("2026-12-31"),
)


def test_holidays_and_make_up_days_on_the_way_are_told():
    found = deadline(number("2026-02-09"), 30, "workdays", YEAR)
    assert found.due == Interval(number("2026-03-27"), number("2026-03-27"))
    assert found.holidays == (*range(number("2026-02-16"), number("2026-02-21")), number("2026-02-23"))
    assert found.worked == (number("2026-02-14"), number("2026-02-28"))
    assert (found.provisional, found.unpublished) == (False, None)


def test_beyond_the_horizon_it_is_provisional_from_the_first_day_that_is_not_published():
    found = deadline(number("2026-12-20"), 30, "workdays", YEAR)
    assert (found.provisional, found.unpublished, found.holidays, found.worked) == (True, number("2027-01-01"), (), ())
    last = deadline(number("2026-12-30"), 1, "workdays", YEAR)
    assert (last.provisional, last.due.lo) == (False, number("2026-12-31"))
    back = deadline(number("2026-01-05"), -5, "workdays", YEAR)
    assert (back.provisional, back.unpublished) == (True, number("2025-12-31"))


def test_a_place_without_a_calendar_has_published_nothing():
    found = deadline(number("2026-03-02"), 5, "workdays", None)
    assert (found.provisional, found.unpublished) == (True, number("2026-03-03"))


def test_other_units_ask_no_calendar():
    for unit, due in (("days", "2026-02-19"), ("months", "2026-12-09"), ("years", "2036-02-09")):
        found = deadline(number("2026-02-09"), 10, unit, YEAR)
        assert (found.due.lo, found.holidays, found.provisional) == (number(due), (), False)
    assert deadline(number("2026-02-09"), 0, "workdays", YEAR).due.lo == number("2026-02-09")
    assert deadline(5, 10**7, "workdays", YEAR).provisional


@given(st.integers(YEAR.first, YEAR.horizon), st.integers(-90, 90))
def test_what_is_told_makes_up_the_difference_to_weekdays(start, n):
    """Weekdays on the way, less holidays, and days of the weekend that are worked, are the term."""
    found = deadline(start, n, "workdays", YEAR)
    assert found.due == after(Interval(start, start), n, "workdays", YEAR)
    assert found.provisional == (found.unpublished is not None)
    if not found.provisional:
        step = 1 if n >= 0 else -1
        way = range(start + step, found.due.lo + step, step)
        weekdays = [day for day in way if dt.date.fromordinal(day).weekday() < 5]
        assert set(found.holidays) <= set(weekdays)
        assert not set(found.worked) & set(weekdays)
        assert len(weekdays) - len(found.holidays) + len(found.worked) == abs(n)


@given(st.integers(YEAR.first, YEAR.horizon), st.integers(0, 90))
def test_a_calendar_that_is_published_later_ends_it_inside(start, n):
    """What is provisional holds the day that any later year makes of it."""
    later = Calendar(holidays=YEAR.holidays | set(range(YEAR.horizon + 1, YEAR.horizon + 8)), worked=YEAR.worked, first=1, horizon=MAX)
    found, then = deadline(start, n, "workdays", YEAR), deadline(start, n, "workdays", later)
    assert found.due.lo <= then.due.lo <= found.due.hi
