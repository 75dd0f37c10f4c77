"""The shipped calendars against what two others know, day by day; and what an announcement that came late changes."""

import datetime as dt
import json
import warnings
from functools import cache
from importlib.resources import files

import chinese_calendar
import exchange_calendars
import holidays
import jpholiday
import pytest
import work_calendar
from hypothesis import given
from hypothesis import strategies as st
from pandas.tseries.holiday import USFederalHolidayCalendar
from workalendar.asia import HongKong
from workalendar.registry import registry

from comity import shelf
from comity.facts.calendar import after
from comity.facts.value import MAX, Interval
from comity.files.calendar import as_of

YEARS = range(2018, 2029)
QUAKE = [dt.date(2023, 2, day) for day in (8, 9, 10, 13, 14)]
"""The exchange was closed after the earthquake of 6 February 2023; offices were not."""


def number(text):
    return dt.date.fromisoformat(text).toordinal()


def by_holidays(country, subdivision=None):
    known = holidays.country_holidays(country, subdiv=subdivision, years=YEARS)
    return known.is_working_day


def by_government_holidays_of_hong_kong():
    known = holidays.country_holidays("HK", years=YEARS, categories=("optional",))  # the general holidays: those of government offices and banks
    return lambda date: date.weekday() < 5 and date not in known


def by_workalendar(code):
    return registry.get(code)().is_working_day


def by_workalendar_of_hong_kong():
    known = cache(lambda year: {date for date, _ in HongKong().holidays(year)})
    return lambda date: date.weekday() < 5 and date not in known(date.year)


def by_bank_holidays(division):
    text = files("govuk_bank_holidays").joinpath("bank-holidays.json").read_text(encoding="utf-8")
    known = {dt.date.fromisoformat(event["date"]) for event in json.loads(text)[division]["events"]}
    return lambda date: date.weekday() < 5 and date not in known


def by_federal_holidays():
    known = {day.date() for day in USFederalHolidayCalendar().holidays("2018-01-01", "2028-12-31")}
    return lambda date: date.weekday() < 5 and date not in known


def by_exchange(name):
    sessions = {day.date() for day in exchange_calendars.get_calendar(name, start="2018-01-01", end="2026-12-31").sessions}
    return lambda date: date in sessions or date in QUAKE


JUDGES = {
    "CN": (lambda: by_holidays("CN"), lambda: chinese_calendar.is_workday),
    "DE-BW": (lambda: by_holidays("DE", "BW"), lambda: by_workalendar("DE-BW")),
    "DE-HE": (lambda: by_holidays("DE", "HE"), lambda: by_workalendar("DE-HE")),
    "DE-NW": (lambda: by_holidays("DE", "NW"), lambda: by_workalendar("DE-NW")),
    "GB-ENG": (lambda: by_holidays("GB", "ENG"), lambda: by_bank_holidays("england-and-wales")),
    "GB-WLS": (lambda: by_holidays("GB", "WLS"), lambda: by_bank_holidays("england-and-wales")),
    "GB-SCT": (lambda: by_holidays("GB", "SCT"), lambda: by_bank_holidays("scotland")),
    "GB-NIR": (lambda: by_holidays("GB", "NIR"), lambda: by_bank_holidays("northern-ireland")),
    "HK": (by_government_holidays_of_hong_kong, by_workalendar_of_hong_kong),
    "JP": (lambda: by_holidays("JP"), lambda: lambda date: date.weekday() < 5 and not jpholiday.is_holiday(date)),
    "RU": (lambda: by_holidays("RU"), lambda: work_calendar.is_workday),
    "TR": (lambda: by_holidays("TR"), lambda: by_exchange("XIST")),
    "US": (lambda: by_holidays("US"), by_federal_holidays),
}
OLDER = {("GB-SCT", 1): number("2026-02-03")}
"""A judge whose list is older than the last announcement is asked about what was known when it was written."""


@pytest.mark.parametrize(("place", "judge"), [(place, judge) for place in JUDGES for judge in (0, 1)])
def test_every_day_is_what_two_others_say_it_is(place, judge):
    """From the first day to the horizon; of 2018 to 2026 that is every day, but for one place whose earlier years are left out."""
    almanac = shelf.almanacs()[place]
    calendar = almanac.calendar()
    believed = almanac.calendar(OLDER.get((place, judge), MAX))
    horizon = min(calendar.horizon, number("2026-12-31")) if believed.horizon < calendar.horizon else calendar.horizon
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        works = JUDGES[place][judge]()
        wrong = [dt.date.fromordinal(day) for day in range(calendar.first, horizon + 1) if believed.works(day) != works(dt.date.fromordinal(day))]
    assert wrong == []
    assert calendar.first == number("2025-01-01" if place == "RU" else "2018-01-01")
    assert horizon >= number("2026-12-31")


def test_every_shipped_calendar_is_judged_and_stands_once():
    folder = shelf.RULEBOOKS / "calendars"
    named = [line.split()[1] for file in folder.glob("*.yaml") for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("calendar:")]
    assert sorted(named) == sorted(JUDGES) == sorted(shelf.almanacs())


def test_the_six_make_up_days_of_2026():
    calendar = shelf.calendars().places["CN"]
    worked = [dt.date.fromordinal(day).isoformat() for day in sorted(calendar.worked) if day >= number("2026-01-01")]
    assert worked == ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]


def test_a_holiday_that_was_extended_is_so_from_the_day_on_which_that_was_published():
    """Spring Festival of 2020: on 27 January a working Friday and a make-up Saturday became holidays."""
    before, then = (as_of(shelf.almanacs(), number(day)).places["CN"] for day in ("2020-01-23", "2020-01-28"))
    changed = {day for day in range(before.first, before.horizon + 1) if before.works(day) != then.works(day)}
    assert (before.first, before.horizon) == (then.first, then.horizon)
    assert changed == {number("2020-01-31"), number("2020-02-01")}
    assert then.holidays - before.holidays == set(range(number("2020-01-31"), number("2020-02-02") + 1))
    assert before.worked - then.worked == {number("2020-02-01")}
    start = Interval(number("2020-01-20"), number("2020-01-20"))
    assert [after(start, 10, "workdays", calendar).lo for calendar in (before, then)] == [number("2020-02-07"), number("2020-02-11")]
    assert after(start, 3, "workdays", before) == after(start, 3, "workdays", then)


def test_what_is_not_published_yet_is_uncertain():
    """On 3 November 2025 nobody knew the days of 2026, on 4 November everybody did."""
    start = Interval(number("2025-12-29"), number("2025-12-29"))
    before, then = (after(start, 10, "workdays", shelf.calendars(number(day)).get("CN")) for day in ("2025-11-03", "2025-11-04"))
    assert before.lo < before.hi
    assert then.lo == then.hi == number("2026-01-13")
    assert before.lo <= then.lo <= before.hi


def test_law_as_it_was_known_counts_by_the_calendars_that_were_known():
    """And a plan that is kept is made anew when a calendar changes."""
    then, now = (shelf.plan(names=["cn.data-export"], as_known=day).calendars.get("CN") for day in (number("2025-11-03"), MAX))
    assert [dt.date.fromordinal(calendar.horizon).year for calendar in (then, now)] == [2025, 2026]
    assert {file.name for file in shelf._sources([])} >= {file.name for file in (shelf.RULEBOOKS / "calendars").iterdir()}


@pytest.mark.parametrize("code", ["CN-HK", "CN-MO", "CN-TW", "DE", "DE-BY", "GB"])
def test_a_place_with_days_of_its_own_is_not_given_those_of_another(code):
    """Neither those of the place that it lies in by its second code, nor those of a part of it."""
    calendars = shelf.calendars()
    found = calendars.get(code)
    if code == "CN-HK":
        assert found == calendars.get("HK") != calendars.get("CN")
    else:
        assert found is None or found.first > found.horizon


@given(st.sampled_from(sorted(JUDGES)), st.integers(60, 300), st.integers(-40, 40), st.integers(-40, 40))
def test_two_terms_on_end_are_one(place, offset, m, n):
    """From a working day, m working days and then n are m + n; inside what is published no day is uncertain."""
    calendar = shelf.calendars().places[place]
    day = calendar.horizon - 200 - offset
    while not calendar.works(day):
        day += 1
    start = Interval(day, day)
    both = after(after(start, m, "workdays", calendar), n, "workdays", calendar)
    assert both == after(start, m + n, "workdays", calendar)
    assert both.lo == both.hi
