"""Gauges are what the gate goes by: exact where the ledger counts exactly, with no upper end where it does not, and never with more room than there is."""

import datetime as dt
import json
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import HEAD, LAW, plan_of, world_of

from comity.cli.page import laid
from comity.facts.value import MAX
from comity.gate.counting import Share, kept_since, names, told
from comity.gate.days import Days
from comity.gauge.gauge import Measuring
from comity.gauge.gauging import Gauging
from comity.gauge.keys import brought
from comity.gauge.said import Said
from comity.ledger.definition import Asked, Definition
from comity.ledger.digests import Digests
from comity.ledger.replay import Held, Standing, Use
from comity.ledger.window import start
from comity.verdict.decide import stretches
from comity.verdict.verdict import verdicts
from comity.words.words import Words, day

NOW = dt.datetime(2026, 11, 26, 10, tzinfo=dt.UTC)
TODAY = NOW.toordinal()
PARTY = {"kind": "organisation", "organised_in": ["US"], "part_of": "none", "owners": []}


def plan(window="year", when="sent > 10", zones=("Asia/Shanghai",), where="event == 'send'", **more):
    sent = {**LAW, "en": "those sent", "is": f"counted(persons, where={where}, key=[exporter], window={window})"}
    text = {
        **HEAD,
        "jurisdiction": ["US", "EU"],
        "zones": list(zones),
        "definitions": {"sent": sent},
        "prohibitions": {"many": {**LAW, "when": when}},
        "duties": {},
    }
    return plan_of(json.dumps({**text, **more}))


def world(law, **more):
    one = {"exporter": "p0", "importer": "p1", "asset": "a", "population": "q", "event": "send", "on": "2026-11-26"}
    held = {
        "parties": {"p0": PARTY, "p1": PARTY},
        "populations": {"q": {"place": "US", "persons": "0"}},
        "assets": {"a": {"kind": "data", "populations": ["q"], "fields": ["email"]}},
        "movements": {"m": one, "viewed": {**one, "exporter": "p1", "event": "view"}},
        **more,
    }
    return world_of(json.dumps(held), law)


def standing(law, days=None, since="2020-01-01T00:00:00Z", key=("p0",), turns=None, **more):
    """Of a ledger that has kept the count of this law from a moment on."""
    ((term, name),) = names(law).items()
    held = {(name, key): Held(days, **more)} if days is not None else {}
    return Standing(9, 9, {name: Definition(name, "person", term.window, 10)}, turns or {name: [since]}, {}, held)


def gauges(law, has, told=None, on=None, lang="en", **seen):
    days = Days.at(NOW, law) if on is None else Days.only(on)
    every = verdicts(told, law, TODAY) if told else ()
    keys = () if not has.since else brought((judged for one in every for judged in one.legs), names(law))
    return Gauging(Measuring(law, Words(lang, law.vocabulary), days, has, told), frozenset(keys), **seen)


def only(law, *args, **more):
    (found,), _ = gauges(law, *args, **more).every()
    return found


def test_what_the_ledger_counts_from_its_first_day_on_is_exact():
    law = plan()
    gauge = only(law, standing(law, {TODAY - 3: 4, TODAY: 3, TODAY - 400: 2}, reserved=2))
    assert (gauge.least, gauge.most, gauge.why, gauge.reserved) == (7, 7, "", 2)
    assert (gauge.since, gauge.on, gauge.anew, gauge.zones) == ("2026-01-01", "2026-11-26", "2027-01-01", ["Asia/Shanghai"])
    (line,) = gauge.lines
    assert (line.number, line.crossed, line.perhaps, line.share, line.most, line.laws) == (10, False, False, 70, 70, [("xx.t", "many")])
    assert (gauge.title, gauge.law, gauge.key) == ("those sent", ("xx.t", "sent"), [("exporter", "p0")])


def test_beyond_a_line_and_at_one_are_told_apart():
    for when, number, crossed in (("sent > 10", 10, False), ("sent > 10", 11, True), ("sent >= 10", 10, True), ("not (sent < 10)", 9, False)):
        (line,) = only(law := plan(when=when), standing(law, {TODAY: number})).lines
        assert (line.crossed, line.perhaps) == (crossed, crossed), when


def test_a_window_that_reaches_back_before_the_ledger_has_no_upper_end():
    law = plan()
    gauge = only(law, standing(law, {TODAY: 4}, since="2026-02-03T00:00:00Z"))
    assert (gauge.least, gauge.most, gauge.why, gauge.until, gauge.whole) == (4, None, "before", "2026-02-03", "2027-01-01")
    assert (gauge.lines[0].share, gauge.lines[0].most, gauge.lines[0].perhaps) == (40, 100, True)
    sliding = plan("months(12)")
    assert only(sliding, standing(sliding, {TODAY: 4}, since="2026-02-03T00:00:00Z")).whole == "2027-02-04"
    ever = plan("always")
    assert (only(ever, standing(ever, {TODAY: 4})).why, only(ever, standing(ever, {TODAY: 4})).whole) == ("before", "")


def test_the_world_says_what_was_before_the_ledger_and_not_what_was_while_it_counted_otherwise():
    law, late = plan(), "2026-02-03T00:00:00Z"
    said = world(law, counts=[{"count": "xx.t/sent", "exporter": "p0", "is": "2..5"}])
    gauge = only(law, standing(law, {TODAY: 4}, since=late), said)
    assert (gauge.least, gauge.most, gauge.why) == (4, 9, "said")
    closed = world(law, assume={"closed": ["counts"], "by": "x", "on": "2026-01-01"})
    assert (only(law, standing(law, {TODAY: 4}, since=late), closed).most, only(law, standing(law, {TODAY: 4}, since=late), world(law)).most) == (4, None)
    ((_, name),) = names(law).items()
    again = only(law, standing(law, {TODAY: 4}, turns={name: ["2020-01-01T00:00:00Z", "2026-01-04T00:00:00Z", late]}), closed)
    assert (again.most, again.why) == (None, "otherwise")
    gone = only(law, standing(law, {TODAY: 4}, turns={name: ["2020-01-01T00:00:00Z", late]}), closed)
    assert (gone.least, gone.most, gone.why) == (4, None, "unkept")


def test_a_reading_by_which_the_ledger_does_not_count_leaves_it_open():
    reading = {"open": {"en": "open", "zh": "有争议", "for": "one", "against": "another", "prevails": True}}
    law = plan(where="reading.open", readings=reading)
    told = world(law, readings={"xx.t/reading.open": False})
    assert only(law, standing(law, {TODAY: 4}), told).why == "read"


def test_who_drops_out_next_and_when():
    sliding = plan("months(12)")
    gauge = only(sliding, standing(sliding, {TODAY - 400: 9, TODAY - 300: 4, TODAY - 299: 1, TODAY: 2}))
    assert (gauge.least, gauge.leaves, gauge.anew) == (7, ("2027-01-31", 4), "")
    assert start(("months", 12), dt.date(2027, 1, 31).toordinal()) == TODAY - 299
    two = plan("years(2)")
    gauge = only(two, standing(two, {TODAY - 400: 6, TODAY: 2}))
    assert (gauge.least, gauge.leaves, gauge.anew) == (8, ("2027-01-01", 6), "")
    since = plan("since(2026-02-28)")
    assert (only(since, standing(since, {TODAY: 2})).leaves, only(since, standing(since, {TODAY: 2})).anew) == (None, "")


def test_days_are_those_of_the_laws_zones_and_of_any_on_earth_where_it_names_none():
    night = dt.datetime(2026, 12, 31, 20, tzinfo=dt.UTC)  # in the east it is next year
    for zones, least, most in ((("Asia/Shanghai",), 0, 0), (("Europe/London",), 4, 4), ((), 0, 4), (("Asia/Shanghai", "Europe/London"), 0, 4)):
        law = plan(zones=zones)
        days = Days.at(night, law)
        (term,) = names(law)
        has = standing(law, {dt.date(2026, 12, 30).toordinal(): 4})
        gauge = Measuring(law, Words("en", law.vocabulary), days, has).gauge(term, ("p0",), ())
        assert (gauge.least, gauge.most, gauge.zones) == (least, most, sorted(zones)), zones


def test_a_line_under_which_nobody_was_counted_is_told_where_a_movement_would_be():
    law = plan()
    told, empty = gauges(law, standing(law), world(law)).every()
    assert [(one.count, [own for _, own in one.key], one.least, one.most, one.empty) for one in told] == [("xx.t/sent", ["p0"], 0, 0, True)], (
        "who only views sends nobody"
    )
    assert empty == 0
    assert gauges(law, standing(law)).every() == ([], 0)
    assert gauges(law, Standing(3, 3), world(law)).every() == ([], 0), "a ledger that counts nothing has no gauges"
    assert gauges(law, standing(law, {})).every() == ([], 1)
    assert only(law, standing(law, since="2026-11-20T00:00:00Z"), world(law)).most is None, "nobody yet, and before is not known"


def test_what_is_no_longer_law_draws_no_line():
    law = plan(prohibitions={"many": {**LAW, "when": "sent > 10", "until": "2026-07-01"}, "more": {**LAW, "when": "sent > 20 and on >= 2026-07-01"}})
    assert [line.number for line in only(law, standing(law, {TODAY: 4})).lines] == [20]
    assert [line.number for line in only(law, standing(law, {TODAY: 4}), on=TODAY - 200).lines] == [10]


def test_a_scope_may_hang_on_a_count_and_what_is_out_of_scope_draws_no_line():
    law = plan(scope={**LAW, "when": "sent >= 5 and event == 'send'"}, prohibitions={"many": {**LAW, "when": "sent > 10"}})
    told = world(law)
    sent, viewed = verdicts(told, law, TODAY)
    asked = gauges(law, standing(law, {TODAY: 4}), told)
    (gauge,) = asked.hanging(sent)
    assert [(line.number, line.laws) for line in gauge.lines] == [(5, [("xx.t", "scope"), ("xx.t", "many")]), (10, [("xx.t", "many")])]
    assert asked.hanging(viewed) == []
    assert len(list(Said(law, asked.measuring.words).page([gauge], 0, asked.measuring.standing))) == 2


def test_a_count_of_another_edition_is_told_apart():
    law = plan()
    gauge = only(
        law, Standing(3, 3, {"xx.t/sent ab": Definition("xx.t/sent ab", "person", ("year", 0), 10)}, {}, {}, {("xx.t/sent ab", ("p0",)): Held({TODAY: 5})})
    )
    assert (gauge.count, gauge.least, gauge.most, gauge.why, gauge.lines) == ("xx.t/sent", 5, None, "former", ())


def test_a_party_sees_what_is_under_its_name_and_who_of_its_own_brought_it():
    law = plan()
    uses = [Use(4, "m", TODAY, 3, "committed"), Use(2, "other", TODAY, 1, "committed")]
    has = standing(law, {TODAY: 4}, uses=uses)
    assert [one.movement for one in only(law, has, sees="p0", movements=frozenset({"m"})).uses] == ["m"]
    assert len(only(law, has).uses) == 2
    for nobody in ("p1", ""):
        assert gauges(law, has, world(law), sees=nobody).every() == ([], 0)


def test_a_verdict_hangs_on_the_counts_that_can_still_change_it():
    law = plan(
        prohibitions={
            "many": {**LAW, "when": "sent > 10 and any(f.kind == 'email' for f in fields)"},
            "ill": {**LAW, "when": "sent > 20 and any(f.kind == 'health' for f in fields)"},
            "more": {**LAW, "when": "sent > 30 or event == 'send'"},
        }
    )
    told = world(law)
    asked = gauges(law, standing(law, {TODAY: 4}), told)
    (gauge,) = asked.hanging(verdicts(told, law, TODAY)[0])
    assert [(line.number, line.laws) for line in gauge.lines] == [(10, [("xx.t", "many")])]
    unknown = world(law, movements={"m": {"importer": "p1", "asset": "a", "event": "send", "on": "2026-11-26"}})
    (gauge,) = asked.hanging(verdicts(unknown, law, TODAY)[0])
    assert (gauge.least, gauge.most, gauge.why) == (0, None, "whose")
    assert [own for _, own in gauge.key] == [""]


DAYS = st.dictionaries(st.sampled_from([TODAY - 500, TODAY - 300, TODAY - 40, TODAY]), st.integers(1, 5), max_size=4)
SINCE = st.sampled_from(["2020-01-01T00:00:00Z", "2026-01-01T02:00:00Z", "2026-10-01T00:00:00Z"])
SAID = st.lists(st.sampled_from([{"exporter": "p0"}, {"exporter": "p1"}, {"importer": "p1"}, {"exporter": "p0", "importer": "p1"}, {}]), max_size=2)
IS = st.sampled_from(["0", "3", "2..5", ">4"])
WINDOWS = [plan(window) for window in ("year", "years(2)", "months(12)", "always")]


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(WINDOWS), DAYS, st.booleans(), SINCE, SAID, IS, st.booleans())
def test_no_gauge_shows_more_room_than_the_gate_finds(law, days, again, since, keys, is_, closed):
    """A verdict that is told the ledger's total, with nobody added, counts from the one end of the gauge to the other."""
    ((term, name),) = names(law).items()
    assume = {"assume": {"closed": ["counts"], "by": "x", "on": "2026-01-01"}} if closed else {}
    told_world = world(law, counts=[{"count": "xx.t/sent", **key, "is": is_} for key in keys], **assume)
    turns = {name: ["2019-01-01T00:00:00Z", "2019-02-01T00:00:00Z", since] if again else [since]}
    has = standing(law, days, turns=turns)
    today = Days.at(NOW, law).of(term.name).hi
    total = has.held[name, ("p0",)].total(term.window, today, today, 10)
    share = Share(term, (("exporter", "p0"),), Asked(name, ("p0",), today, Digests.joined([])), 0)
    openings = told(told_world, [share], [total], kept_since(turns, law), [start(term.window, today)])
    (one,) = stretches(replace(told_world, openings=[*told_world.openings, *openings]), law)
    count = one.columns.number(term, one.frame)
    row = next(row for row, leg in enumerate(one.legs) if leg.movement == "m")
    gauge = Measuring(law, Words("en", law.vocabulary), Days.at(NOW, law), has, told_world).gauge(term, ("p0",), ())
    assert (gauge.least, MAX if gauge.most is None else gauge.most) == (count.lo[row], count.hi[row])


def test_in_words():
    law = plan("months(12)")
    has = standing(law, {TODAY - 300: 4, TODAY: 3}, reserved=3, uses=[Use(7, "m", TODAY, 3, "pending")])
    asked = gauges(law, has)
    gauge, *_ = every = asked.every()[0]
    said, first = Said(law, asked.measuring.words), "first to drop out, unless they are counted again: 4, on 2027-01-31"
    assert [part.text for part in said.full(gauge).parts] == [
        "exporter: p0",
        "7 of 10 persons (70 %)",
        f"the 12 months up to this day, since {day(TODAY - 365)}; by the days of Asia/Shanghai; {first}",
        "Of these at most 3 are reserved, and have not moved yet.",
        "Which transfers brought them",
    ]
    assert [part.text for part in said.full(gauge).parts[1].parts] == ["a rule (s. 1)"]
    assert [part.text for part in said.full(gauge).parts[-1].parts] == ["2026-11-26: m, persons: 3 (under way)"]
    assert said.short(gauge).text == "those sent · exporter: p0"
    *_, looked = said.page(every, 0, replace(has, read=5))
    assert (looked.kind, looked.text) == ("alert", "Of the 9 entries of the log the latest 5 were looked through for the transfers.")
    bars = {}
    for what, days, since in (
        ("exact", {TODAY: 7}, "2020-01-01T00:00:00Z"),
        ("open", {TODAY: 7}, "2026-10-01T00:00:00Z"),
        ("crossed", {TODAY: 11}, "2020-01-01T00:00:00Z"),
    ):
        (line,) = said.short(only(law, standing(law, days, since=since))).parts
        bars[what] = next(laid(line, "", 100))
    assert bars == {
        "exact": "[##############......] 7 of 10 persons (70 %)",
        "open": "[##############??????] at least 7 of 10 persons · the line may be crossed",
        "crossed": "[####################] at least 11 of 10 persons · the line is crossed",
    }
    assert only(law, has, lang="zh").title == "规则"
