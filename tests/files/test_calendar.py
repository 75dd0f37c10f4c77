"""Calendars as people write them: every mistake with its place, later editions over earlier ones, and what was known on a day."""

import datetime as dt
import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from comity.facts.calendar import Calendar
from comity.files.calendar import LONGEST, Almanac, Edition, as_of, read_almanac
from comity.text.source import Mistakes, SourceError, read_documents

TEXT = """\
calendar: XX-AB
note: the days of a small place
weekend: [saturday, sunday]
editions:
  - published: 2025-11-04
    source: {en: "Notice 7 of 2025", read: true}
    from: 2026-01-01
    until: 2026-12-31
    holidays: [2026-01-01, 2026-02-15..2026-02-23]
    worked: [2026-02-14]
  - published: 2026-02-10
    source: {en: "Notice 1 of 2026", read: false}
    from: 2026-02-20
    until: 2026-02-28
    holidays: []
    worked: [2026-02-28]
"""


def number(text):
    return dt.date.fromisoformat(text).toordinal()


def read(text):
    mistakes = Mistakes()
    (node,) = read_documents("days.yaml", text, mistakes)
    found = read_almanac(node, mistakes)
    mistakes.settle()
    return found


def test_a_later_edition_overrides_the_days_of_its_own_range_alone():
    almanac = read(TEXT)
    calendar = almanac.calendar()
    assert (almanac.place, almanac.note, calendar.weekend) == ("XX-AB", "the days of a small place", {5, 6})
    assert calendar.holidays == {number("2026-01-01"), *range(number("2026-02-15"), number("2026-02-20"))}
    assert calendar.worked == {number("2026-02-14"), number("2026-02-28")}
    assert (calendar.first, calendar.horizon) == (number("2026-01-01"), number("2026-12-31"))
    before = almanac.calendar(number("2026-02-09"))
    assert (max(before.holidays), before.worked) == (number("2026-02-23"), {number("2026-02-14")})
    assert almanac.calendar(number("2025-11-03")) == Calendar(frozenset({5, 6}))
    assert almanac.believed(number("2026-02-20")).source == "Notice 1 of 2026"
    assert almanac.believed(number("2026-02-20"), number("2026-02-09")).source == "Notice 7 of 2025"
    assert almanac.believed(number("2027-01-01")) is None


# fmt: off
CHANGED = {
    "a place that is none": ("XX-AB", "xx", "1:11: 'xx' is not a place (write an ISO 3166 code such as XX or XX-AB)"),
    "a place nobody knows": ("XX-AB", "UK", "1:11: no place has the code 'UK'"),
    "a key misspelt": ("weekend:", "weekends:", "3:1: a calendar has no 'weekends' (did you mean 'weekend'?)"),
    "no weekend": ("weekend: [saturday, sunday]\n", "", "1:1: this calendar says nothing under 'weekend'"),
    "a day of the week misspelt": ("[saturday,", "[satturday,", "3:11: 'satturday' is no day of the week (did you mean 'saturday'?)"),
    "a weekend that is no list": ("[saturday, sunday]", "saturday", "3:10: a weekend is a list, not a text (write [saturday, sunday])"),
    "a weekend without end": ("[saturday,", "[monday, tuesday, wednesday, thursday, friday, saturday,", "3:10: no day of the week is left to work on"),
    "a key of an edition misspelt": ("worked: [2026-02-14]", "work: [2026-02-14]", "10:5: an edition has no 'work' (did you mean 'worked'?)"),
    "no holidays": ("    holidays: []\n", "", "11:5: this edition says nothing under 'holidays'"),
    "a day that is none": ("published: 2026-02-10", "published: 2026-02-30", "11:16: '2026-02-30' is not a day (write it as 2026-03-01)"),
    "a holiday that is none": ("[2026-01-01,", "[2026-13-01,", "9:16: '2026-13-01' is not a day or a span of days"),
    "a span that runs backwards": ("2026-02-15..2026-02-23", "2026-02-23..2026-02-15", "9:28: '2026-02-23..2026-02-15' runs backwards"),
    "a day outside": ("[2026-01-01,", "[2025-12-31,", "9:16: '2025-12-31' is outside the edition (it speaks of 2026-01-01..2026-12-31)"),
    "a day twice": ("[2026-01-01,", "[2026-01-01, 2026-02-16,", "9:40: 2026-02-16 is given twice"),
    "a holiday that is worked": ("[2026-02-14]", "[2026-02-15]", "10:14: 2026-02-15 is both a holiday and worked"),
    "a make-up day in the week": ("worked: [2026-02-28]", "worked: [2026-02-27]", "16:14: 2026-02-27 is a Friday, which is worked anyway"),
    "days that are no list": ("holidays: []", "holidays: none", "15:15: days are a list, not a text (write [2026-01-01, 2026-02-15..2026-02-23],"),
    "an end before the beginning": ("until: 2026-02-28", "until: 2026-02-19", "14:12: the edition ends before it begins on 2026-02-20"),
    "an edition for ever": ("until: 2026-12-31", "until: 9999-12-31", f"8:12: the edition speaks of more than {LONGEST} years"),
    "published when all was over": ("published: 2026-02-10", "published: 2026-03-01", "11:16: published after 2026-02-28, the last day that it speaks of"),
    "two of one day": ("published: 2026-02-10", "published: 2025-11-04", "11:16: published on one day with another edition of the same days"),
    "a gap": ("from: 2026-02-20\n    until: 2026-02-28", "from: 2027-01-03\n    until: 2027-02-28",
              "13:11: no edition published by then speaks of 2027-01-01..2027-01-02 (begin on 2027-01-01)"),
    "a gap before": ("from: 2026-02-20\n    until: 2026-02-28", "from: 2025-12-01\n    until: 2025-12-30",
                     "14:12: no edition published by then speaks of 2025-12-31 (end on 2025-12-31)"),
    "a source that says nothing": ('{en: "Notice 7 of 2025", read: true}', "{read: true}", "6:13: the source says nothing under 'en'"),
    "a source nobody says was opened": (", read: false}", "}", "12:13: was the announcement opened? (write read: true, or read: false"),
    "no edition": (TEXT[TEXT.index("editions:"):], "editions: []\n", "4:11: a calendar has a list of editions"),
    "an edition that is a text": ("  - published: 2025-11-04\n", "  - soon\n  - published: 2025-11-04\n", "5:5: an edition is a mapping, not a text"),
}
# fmt: on


@pytest.mark.parametrize(("old", "new", "told"), CHANGED.values(), ids=CHANGED)
def test_a_mistake_is_told_with_its_place(old, new, told):
    assert old in TEXT
    with pytest.raises(SourceError) as error:
        read(TEXT.replace(old, new, 1))
    assert any(str(mistake).startswith(f"days.yaml:{told}") for mistake in error.value.mistakes), str(error.value)


def test_every_mistake_is_told_at_once():
    text = TEXT.replace("XX-AB", "xx").replace("[2026-01-01,", "[2025-12-31,").replace("worked: [2026-02-28]", "worked: [2026-02-27]")
    with pytest.raises(SourceError) as error:
        read(text)
    assert [mistake.place.line for mistake in error.value.mistakes] == [1, 9, 16]


def test_a_year_may_be_announced_before_the_one_it_follows():
    """If they touch; a gap between them is one on whatever day it is asked."""
    early = TEXT.replace("2025-11-04", "2026-01-15").replace("published: 2026-02-10", "published: 2026-01-10")
    late = early.replace("from: 2026-02-20\n    until: 2026-02-28", "from: 2027-01-01\n    until: 2027-02-28").replace("worked: [2026-02-28]", "worked: []")
    assert read(late).calendar().horizon == number("2027-02-28")
    with pytest.raises(SourceError, match="no edition published by then speaks of 2026-12-31"):
        read(late.replace("until: 2026-12-31", "until: 2026-12-30"))


BASE = number("2026-01-05")
DAYS = range(BASE, BASE + 60)


@st.composite
def almanacs(draw):
    """Editions of which each touches those before it, published one after the other."""
    first, last, made = BASE + 20, BASE + 19, []
    for i in range(draw(st.integers(1, 5))):
        start = draw(st.integers(max(BASE, first - 9), last + 1))
        end = draw(st.integers(max(start, first - 1), min(start + 25, BASE + 59)))
        within = [day for day in DAYS if start <= day <= end]
        holidays = draw(st.frozensets(st.sampled_from(within)))
        rest = [day for day in within if dt.date.fromordinal(day).weekday() > 4 and day not in holidays]
        worked = draw(st.frozensets(st.sampled_from(rest))) if rest else frozenset()
        made.append(Edition(BASE - 10 + i, start, end, holidays, worked, f"Notice {i}", draw(st.booleans())))
        first, last = min(first, start), max(last, end)
    return Almanac("XX", frozenset({5, 6}), tuple(made))


@given(almanacs(), st.integers(BASE - 12, BASE + 5))
def test_of_each_day_the_last_edition_is_believed_that_was_published_by_then(almanac, on):
    """Against one day at a time, looked up by hand."""
    calendar = as_of({"XX": almanac}, on).places["XX"]
    for day in DAYS:
        speaking = [e for e in almanac.editions if e.published <= on and e.first <= day <= e.horizon]
        assert (calendar.first <= day <= calendar.horizon) == bool(speaking)
        assert almanac.believed(day, on) == (speaking[-1] if speaking else None)
        if speaking:
            weekday = dt.date.fromordinal(day).weekday() < 5
            assert calendar.works(day) == (day in speaking[-1].worked or (weekday and day not in speaking[-1].holidays))


@given(almanacs())
def test_what_is_told_is_read_again(almanac):
    """The form in which a log carries a calendar is the one in which a file holds it, in one way only, and of text and lists alone."""
    told = almanac.told(almanac.editions)
    text = rfc8785.dumps(told)
    assert read(text) == almanac

    def plain(value):
        return isinstance(value, str) or all(map(plain, value.values() if isinstance(value, dict) else value))

    assert plain(json.loads(text))


@given(almanacs())
def test_a_digest_is_of_all_that_an_edition_says(almanac):
    digests = [almanac.digest(edition) for edition in almanac.editions]
    assert len(set(digests)) == len(digests)
    elsewhere = Almanac("XY", almanac.weekend, almanac.editions)
    assert not set(digests) & {elsewhere.digest(edition) for edition in elsewhere.editions}
