"""Which day it is by each law, and that counts by those days are what the instants themselves say, whatever the zone."""

import calendar
import datetime as dt
import json
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from bookkeeping import persons
from hypothesis import given
from hypothesis import strategies as st
from shop import RULEBOOK, Shop
from strategies import HEAD, LAW, plan_of

from comity.facts.value import Interval
from comity.gate.counting import counted, definitions, names
from comity.gate.days import Days
from comity.gate.run import GateError
from comity.ledger.counts import Counts
from comity.ledger.definition import Asked, DayWentBackError, Total
from comity.text.source import SourceError

ZONES = ("Asia/Shanghai", "America/New_York", "Europe/Berlin", "Pacific/Kiritimati", "Pacific/Honolulu", "Asia/Kathmandu", "Asia/Beirut", "Pacific/Apia")
"""Beirut puts its clocks back over midnight, so that a day begins twice; Apia left out the thirtieth of December 2011."""
EDGES = ("2011-12-30", "2012-01-01", "2024-01-01", "2024-02-29", "2024-03-10", "2024-03-31", "2024-11-03", "2025-01-01", "2025-02-28", "2025-10-26")
INSTANTS = st.builds(
    lambda day, minutes: dt.datetime.combine(dt.date.fromisoformat(day), dt.time(), dt.UTC) + dt.timedelta(minutes=minutes),
    st.sampled_from(EDGES),
    st.integers(-30 * 60, 30 * 60),
)
WINDOWS = st.sampled_from(("year", "years(2)", "months(1)", "months(12)", "since(2024-03-01)", "since(2025-01-01)", "always"))
MOVES = st.lists(st.tuples(INSTANTS, st.sets(st.integers(0, 6), min_size=1)), min_size=1, max_size=8)


def law(window, *zones, name="xx.t"):
    when = f"counted(persons, key=[exporter], window={window}) > 1000"
    return json.dumps({**HEAD, "rulebook": name, "zones": list(zones), "prohibitions": {"many": {**LAW, "when": when}}, "duties": {}})


def inside(window, then, now):
    """Whether a day is in the window that ends on another, as a person would look it up in a calendar."""
    kind, number = window
    if kind == "year":
        return then.year >= now.year - number
    if kind == "months":
        year, month = divmod(now.year * 12 + now.month - 1 - number, 12)
        return (then.year, then.month, then.day) >= (year, month + 1, min(now.day, calendar.monthrange(year, month + 1)[1]))
    return min(then, now).toordinal() >= number


@given(WINDOWS, st.lists(st.sampled_from(ZONES), min_size=1, max_size=2, unique=True), MOVES)
def test_what_is_counted_is_what_the_instants_say(window, zones, moves):
    """Whatever moves is counted as it is by the clocks of each zone; where they differ about it, nothing moves."""
    plan = plan_of(law(window, *zones))
    counts, kept, (term,) = Counts(), [], counted(plan)
    counts.adopt(definitions(plan))
    for number, (instant, who) in enumerate(sorted(moves, key=lambda move: move[0])):
        days = Days.at(instant, plan)
        told = {
            tuple(inside(term.window, then.astimezone(zone).date(), instant.astimezone(zone).date()) for then, _ in [*kept, (instant, who)])
            for zone in map(ZoneInfo, zones)
        }
        if not days.settled(term):
            continue
        try:
            (found,) = counts.reserve(str(number), [Asked(names(plan)[term], ("a",), days.of(term.name).hi, persons(sorted(who)))])
        except DayWentBackError:  # the same day began twice
            assert any(instant.astimezone(zone).date() < then.astimezone(zone).date() for then, _ in kept for zone in map(ZoneInfo, zones))
            continue
        counts.commit(str(number))
        kept.append((instant, who))
        (same,) = told  # whoever was let through is in the window by every clock, or by none
        known = len(set().union(*(those for (_, those), there in zip(kept, same, strict=True) if there)))
        assert found == Total(known, known)


@given(INSTANTS, st.lists(st.sampled_from(ZONES), max_size=3, unique=True), st.lists(st.sampled_from(ZONES), min_size=1, max_size=3, unique=True))
def test_a_movement_is_on_every_day_that_it_is_by_some_law(instant, some, others):
    plan = plan_of(law("year", *some), law("year", *others, name="xx.u"))
    days = Days.at(instant, plan)
    clocks = [instant.astimezone(ZoneInfo(zone)).date().toordinal() for zone in (*some, *others)]
    anywhere = [(instant + dt.timedelta(hours=hours)).date().toordinal() for hours in (-12, 14)] if not some else []
    assert days.on == Interval(min(clocks + anywhere), max(clocks + anywhere))
    assert days.of("xx.u/many") == Interval(min(clocks[len(some) :]), max(clocks[len(some) :]))
    assert days.day == instant.date().toordinal()


def test_a_law_that_names_no_zone_may_be_anywhere():
    plan = plan_of(law("year"))
    noon = dt.datetime(2026, 12, 31, 9, 59, tzinfo=dt.UTC)
    (term,) = counted(plan)
    assert [Days.at(noon + dt.timedelta(minutes=more), plan).settled(term) for more in (0, 1, 26 * 60, 26 * 60 + 1)] == [True, False, False, True]


@pytest.mark.parametrize("zone", ["Asia/Beijing", "localtime", "../../etc/passwd", "UTC+8"])
def test_a_zone_that_is_none_is_refused(zone):
    with pytest.raises(SourceError, match="there is no time zone"):
        plan_of(law("year", zone))


ROWS = [("p1", "Aland", "a@b", None, None, None)]
NEW_YEAR = dt.datetime(2026, 12, 31, 20, tzinfo=dt.UTC)


def shop(folder, *zones, old="duties: {}", new=""):
    """A shop whose law tells its days in these zones, at an instant where a year has ended in the east and not in the west."""
    made = Shop(folder, law=f"zones: [{', '.join(zones)}]" + RULEBOOK.replace(old, new or old))
    made.clock.now = NEW_YEAR
    return made


def test_by_its_own_clock_a_year_ends_once(tmp_path):
    moved, _ = shop(tmp_path, "Asia/Shanghai").move(ROWS)
    assert [one["day"] for one in moved.manifest["counts"]] == [dt.date(2027, 1, 1).toordinal()]


def test_where_two_clocks_of_a_law_are_in_two_years_nothing_moves(tmp_path):
    """And no mode says that anything would."""
    made = shop(tmp_path, "Asia/Shanghai", "America/New_York")
    with made.gate() as gate:
        size, source = gate.ledger.size, made.source(ROWS)
        for run in (gate.dry, gate.shadow, lambda source: gate.enforce(source, str(tmp_path / "out.parquet"))):
            with pytest.raises(GateError, match="in which window"):
                run(source)
        assert gate.ledger.size == size
        later = replace(gate, asking=replace(gate.asking, days=Days.only(made.day)))  # a day that is asked about is one day
        assert later.dry(source).crosses


@pytest.mark.parametrize(
    ("dates", "crosses"), [("from: 2027-01-01", False), ("until: 2027-01-01", False), ("from: 2027-01-02", True), ("until: 2026-12-31", True)]
)
def test_law_that_changes_between_two_clocks_is_tried_before_and_after(tmp_path, dates, crosses):
    rule = f"window=always)\"}}\nprohibitions:\n  new: {{cite: s. 9, en: nothing, zh: 禁, {dates}, when: 'true'}}"
    made = shop(tmp_path, "Asia/Shanghai", "America/New_York", old='window=year)"}\nprohibitions:', new=rule)
    with made.gate() as gate:
        assert bool(gate.dry(made.source(ROWS)).crosses) == crosses


def test_who_is_counted_only_from_the_day_on_that_begins_meanwhile_does_not_cross_uncounted(tmp_path):
    made, file = shop(tmp_path, "Asia/Shanghai", old="event == 'send'", new="event == 'send' and on >= 2027-01-02"), tmp_path / "out.parquet"
    with made.gate() as gate:
        made.clock.tick(24 * 3600)
        with pytest.raises(GateError, match="the law counts others"):
            gate.enforce(made.source(ROWS), str(file))
        assert gate.ledger.entry(gate.ledger.size - 1)["kind"] == "cancel"
    assert not file.exists()


def test_a_run_that_began_the_day_before_counts_nobody_by_months(tmp_path):
    made, file = shop(tmp_path, "Asia/Shanghai", old="window=year", new="window=months(12)"), tmp_path / "out.parquet"
    with made.gate() as gate:
        made.clock.tick(24 * 3600)
        with pytest.raises(GateError, match="in which window"):
            gate.enforce(made.source(ROWS), str(file))
    with made.gate() as gate:
        gate.enforce(made.source(ROWS), str(file))
