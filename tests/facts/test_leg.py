"""A world multiplied out into legs."""

import datetime as dt

import pytest

from comity import shelf
from comity.facts.leg import dates, fact_days, legs, resolve
from comity.facts.record import Dated
from comity.facts.value import ANY_CODE, ANYWHERE, NO_CODE, TRUE, UNKNOWN, Interval, OneOf
from comity.files.world import read_world
from comity.text.source import Mistakes, read_documents


def day(text):
    return dt.date.fromisoformat(text).toordinal()


def made(text, boundaries=()):
    """The legs of a text and its world."""
    mistakes = Mistakes()
    (node,) = read_documents("w", text, mistakes)
    world = read_world(node, shelf.vocabulary(), mistakes)
    mistakes.settle()
    return legs(world, boundaries), world


BASE = "parties: {a: {}, b: {}, c: {}}\npopulations: {p: {}, q: {}}\nassets: {f: {populations: [p, q]}}\n"


@pytest.mark.parametrize(
    ("movement", "count"),
    [
        ("{exporter: a, importer: b}", 2),
        ("{exporter: a, importer: [b, c]}", 4),
        ("{exporter: a, importer: b, asset: f}", 4),
        ("{exporter: a, importer: b, asset: f, population: p}", 2),
        ("{exporter: a, importer: [b, c], population: [p, q]}", 8),
        ("{exporter: a, importer: b, parts: [{event: send}, {event: view}]}", 4),
        ("{exporter: a, importer: b, participants: [{party: c, role: facilitator}]}", 3),
        ("{exporter: a, importer: b, participants: [{party: b, role: importer, knowledge: actual}]}", 2),
    ],
)
def test_a_movement_has_a_leg_for_each_of_its_choices(movement, count):
    """Actors times importers times populations times parts."""
    assert len(made(BASE + f"movements: {{t: {movement}}}")[0]) == count


def test_an_asset_whose_populations_are_not_all_known_has_one_leg_more():
    """The persons nobody named get a leg of their own; an asset of no persons has a leg of nobody."""
    found, _ = made("populations: {p: {}}\nassets: {f: {populations: [p, ...]}, g: {populations: []}}\nmovements: {t: {asset: f}, u: {asset: g}}")
    of = {name: {leg.facts["population"] for leg in found if leg.movement == name} for name in "tu"}
    assert of == {"t": {OneOf(frozenset("p")), ANY_CODE}, "u": {NO_CODE}}


def test_a_continuous_movement_is_cut_where_something_changes():
    """At every boundary inside it, and nowhere else; its stretches cover it without gap or overlap."""
    cuts = [day(d) for d in ("2025-01-01", "2026-03-01", "2026-06-01", "2027-01-01")]
    found, _ = made(BASE + "movements: {t: {exporter: a, importer: b, from: 2026-01-01, until: 2027-01-01}}", cuts)
    spans = sorted({tuple(leg.days) for leg in found})
    assert [s[0] for s in spans] == [day("2026-01-01"), cuts[1], cuts[2]]
    assert [s[1] + 1 for s in spans] == [cuts[1], cuts[2], cuts[3]]


def test_days_on_which_facts_change_are_known():
    """Dated facts, and where movements begin and end, which changes no other fact."""
    _, world = made(
        "parties: {a: {principal_place: [{is: US, from: 2026-05-01, until: 2026-05-11}]}}\n"
        "instruments: {i: {until: 2026-07-01}}\nmovements: {t: {from: 2026-01-01}, u: {parts: [{until: 2026-03-01}]}}"
    )
    facts = {day("2026-05-01"), day("2026-05-11")}
    assert fact_days(world, dated=True) == facts
    assert fact_days(world) == facts | {day("2026-01-01"), day("2026-03-01")}


def test_dates_are_found_in_records_in_parts_and_in_rows():
    """Each as the interval it is; where nothing is stated, nothing."""
    _, world = made(
        "instruments: {i: {until: 2026-07-01}, j: {}}\nparties: {a: {statuses: [{since: 2026-05-01..2026-05-03}, {place: US}]}, b: {statuses: unknown}}\n"
        "movements: {t: {occurrences: [{on: 2026-01-01}]}, u: {parts: [{occurrences: [{on: 2026-01-02}]}]}}"
    )
    assert list(dates(world, "instrument", "until")) == [Interval(day("2026-07-01"), day("2026-07-01"))]
    assert list(dates(world, "rows:party/statuses", "since")) == [Interval(day("2026-05-01"), day("2026-05-03"))]
    assert [one.lo for one in dates(world, "rows:movement/occurrences", "on")] == [day("2026-01-01"), day("2026-01-02")]
    assert list(dates(world, "law", "x")) == []


def test_a_dated_fact_is_settled_only_where_one_stretch_spans_the_days():
    """Inside: its value; across a change or outside: anything."""
    fact = Dated(((10, 20, OneOf(frozenset("x"))), (20, 30, OneOf(frozenset("y")))))
    assert resolve(fact, Interval(10, 19)) == OneOf(frozenset("x"))
    assert resolve(fact, Interval(20, 20)) == OneOf(frozenset("y"))
    assert resolve(fact, Interval(19, 20)) == resolve(fact, Interval(40, 41)) == ANY_CODE
    assert resolve(Dated(((1, 5, TRUE),)), Interval(4, 5)) == UNKNOWN
    assert resolve(Dated(((1, 5, Interval(3, 3)),)), ANYWHERE) == ANYWHERE


def test_who_tells_the_story_knows_it():
    """The teller's knowledge is actual; another's is not said."""
    found, _ = made(BASE + "told_by: [a]\nmovements: {t: {exporter: a, importer: b}}")
    assert [leg.facts.get("knowledge") for leg in found] == [OneOf(frozenset({"actual"})), None]
    assert [(leg.name, leg.role, leg.actor) for leg in found] == [("t", "exporter", "a"), ("t@b", "importer", "b")]


def test_nobody_who_initiated_means_the_exporter_did():
    """And the importer does with it what the exporter does, unless it says otherwise."""
    (leg, _), _ = made(BASE + "activities: {x: {}}\nmovements: {t: {exporter: a, importer: b, initiator: none, activity: x}}")
    assert leg.facts["initiator"] == OneOf(frozenset("a"))
    assert leg.facts["importer_activity"] == OneOf(frozenset("x"))
