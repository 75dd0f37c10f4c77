"""Which cells cross, and in which forms: by law made up for each test, in which one thing is forbidden."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from bookkeeping import DAY
from moved import HOME, SCHEMA
from strategies import HEAD, LAW, plan_of, world_of

from comity.gate.cell import cells
from comity.gate.days import Days
from comity.gate.decide import Asking, decide, standing
from comity.gate.engine.engine import NOBODY, Asked
from comity.gate.engine.polars import Polars
from comity.gate.manifest import reasons
from comity.gate.mapping import read_table
from comity.ledger.definition import Total
from comity.ledger.digests import Digests

EMAIL, HEALTH = (f"any(f.kind == '{kind}' for f in fields)" for kind in ("email", "health"))
PARTY = {"kind": "organisation", "organised_in": ["US"], "part_of": "none", "owners": []}
FORMS = {
    "who": {"field": "name", "forms": ["keep", "pseudonym"]},
    "mail": {"field": "email", "forms": ["keep", "pseudonym as name", "drop"]},
    "ill": {"field": "health", "forms": ["keep", "drop"]},
}
DROPPED = {"who": {"field": "name", "forms": ["keep", "drop"]}, "ill": {"field": "health", "forms": ["keep", "pseudonym as name", "drop"]}}
WORLD = {
    "parties": {"p0": PARTY, "p1": PARTY},
    "populations": {"q": {"place": "EU"}},
    "assets": {"a0": {"kind": "data", "populations": ["q"], "fields": [{"kind": kind, "name": kind} for kind in ("name", "email", "health")]}},
    "movements": {"t0": {"exporter": "p0", "importer": "p1", "asset": "a0", "event": "send", "origin": "US", "destination": "DE", "access_place": "DE"}},
    "assume": {"closed": "all", "by": "x", "on": "2026-01-01"},
}


def decided(*rules, told=None, totals=None, known=None, persons="ABBC", forms=FORMS, jurisdiction=("EU", "US"), **more):
    """The decision on a table with a row for each letter of `persons`, whose places are A: DE, B: FR, C: CN."""
    definitions = {name: {**LAW, "is": text} for name, text in (told or {}).items()}
    prohibitions = {f"rule{at}": {**LAW, "when": rule} for at, rule in enumerate(rules)}
    plan = plan_of(json.dumps({**HEAD, "jurisdiction": list(jurisdiction), "definitions": definitions, "prohibitions": prohibitions, "duties": {}}))
    place = {"column": "country", "codes": {"A": "DE", "B": "FR", "C": "CN"}}
    table = {"asset": "a0", "confirmed": {"by": "x", "on": "2026-01-01"}, "person": "who", "place": place, "columns": forms, **more}
    world = world_of(json.dumps({**WORLD, "tables": {"t": table}}), plan)
    read = read_table(world, "t", "t0", plan.vocabulary)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "t.parquet"
        pl.DataFrame([{"who": f"p{at}", "country": one, "mail": "m", "ill": "i"} for at, one in enumerate(persons)], schema=SCHEMA).write_parquet(file)
        asked = Asked("country", "who")
        found = cells(Polars().profile(file, asked), read)
        people = Polars().persons(file, asked, [value for cell in found.cells for value in cell.values], HOME)
    counts = totals or (lambda asked: [Total(len(one.persons), len(one.persons)) for one in asked])
    asking = Asking(world, plan, "t0", read, Days.only(DAY), {})
    return decide(asking, found, lambda places: {place: people[place] for place in places}, counts, known or (lambda asked: [NOBODY for _ in asked]))


def forms(decision):
    return {one.cell.place: "".join(str(one.tried.chosen[name]) for name in FORMS) for one in decision.crosses}


def test_all_cross_as_they_are_where_nothing_stands():
    found = decided("event == 'view'", persons="ABB")
    assert forms(found) == {"DE": "000", "FR": "000"}
    assert found.stays == ()
    assert found.effects == {}


def test_a_place_without_law_stays_at_home_and_no_other_with_it():
    found = decided("event == 'view'")
    assert forms(found) == {"DE": "000", "FR": "000"}
    assert [(one.cell.place, one.verdict.unread) for one in found.stays] == [("CN", ("CN",))]


def test_nobody_is_counted_where_no_number_of_persons_opens_a_way():
    barred = decided("population.place in {'FR'}", "sent > 9", told={"sent": "counted(persons, key=[exporter])"}, persons="ABC")
    assert {one.cell.place: one.cell.number for one in (*barred.crosses, *barred.stays)} == {"DE": 1, "FR": None, "CN": None}
    many = decided("population.place in {'FR'} and population.persons > 1", persons="ABB")
    assert {one.cell.place: one.cell.number for one in (*many.crosses, *many.stays)} == {"DE": 1, "FR": 2}


def test_a_cell_that_only_its_preferred_form_opens_is_counted():
    found = decided(f"not ({EMAIL})", persons="A")
    assert [(one.cell.place, one.cell.number) for one in (*found.crosses, *found.stays)] == [("DE", 1)]


def test_each_column_takes_the_first_form_that_the_law_lets_through_and_says_because_of_what():
    found = decided(EMAIL, f"population.place in {{'FR'}} and {HEALTH}", persons="AB")
    assert forms(found) == {"DE": "010", "FR": "011"}
    assert found.effects == {("DE", "mail"): ("xx.t rule0 (s. 1)",), ("FR", "mail"): ("xx.t rule0 (s. 1)",), ("FR", "ill"): ("xx.t rule1 (s. 1)",)}
    assert {value: sorted(held) for value, held in found.crossing.cells.items()} == {"A": ["ill", "mail", "who"], "B": ["ill", "mail", "who"]}


def test_of_two_columns_that_may_not_go_together_the_first_goes():
    assert forms(decided(f"{EMAIL} and {HEALTH}", persons="A")) == {"DE": "001"}
    turned = {"who": FORMS["who"], "ill": FORMS["ill"], "mail": FORMS["mail"]}
    assert forms(decided(f"{EMAIL} and {HEALTH}", persons="A", forms=turned)) == {"DE": "010"}


def test_a_column_that_may_go_only_with_one_after_it_goes():
    """Letters may go with illnesses only: when they are asked for first nobody has said yet that illnesses go."""
    assert forms(decided(f"{EMAIL} and not {HEALTH}", "count(true for f in fields) < 2", persons="A")) == {"DE": "000"}
    assert forms(decided(f"{EMAIL} and not {HEALTH}", "population.place in {'FR'} and any(f.kind == 'name' for f in fields)", persons="AB")) == {"DE": "000"}


def test_what_may_not_cross_in_any_form_stays_with_its_reasons():
    found = decided("population.place in {'FR'}", persons="AB")
    assert forms(found) == {"DE": "000"}
    (stays,) = found.stays
    assert standing(stays.verdict) == ["xx.t rule0 (s. 1)"]
    assert not stays.permitted


def test_where_no_column_is_left_nothing_crosses_and_it_is_told_why():
    found = decided("count(true for f in fields) > 0", persons="AABC", forms=DROPPED, beyond_a_line="hold")
    assert (found.crosses, found.brought, found.rows) == ((), (), 0)
    assert {one.cell.place: reasons(one, found) for one in found.stays} == {
        "CN": ["there is no rulebook for the place where they are"],
        "DE": ["in the forms in which it may cross, nothing is left of it", "xx.t rule0 (s. 1)"],
        "FR": ["in the forms in which it may cross, nothing is left of it", "xx.t rule0 (s. 1)"],
    }
    (kept,) = decided("event == 'view'", persons="AA", forms={"who": {"field": "name", "forms": ["drop"]}}).stays
    assert (kept.cell.rows, kept.permitted) == (2, True)


def test_of_a_place_no_part_of_which_has_a_column_left_all_stays_and_for_its_line():
    told = {"sent": "counted(persons, key=[exporter])"}
    found = decided("count(true for f in fields) > 0", "sent > 2", told=told, persons="AAABBB", forms=DROPPED, beyond_a_line="hold")
    assert found.crosses == ()
    assert {one.cell.place: (one.cell.rows, one.cell.number, reasons(one, found)) for one in found.stays} == {
        "DE": (3, 3, ["xx.t rule1 (s. 1)"]),
        "FR": (3, 3, ["xx.t rule1 (s. 1)"]),
    }


def test_a_place_of_which_nothing_is_left_crosses_beside_one_that_keeps_a_column():
    found = decided("population.place in {'FR'} and count(true for f in fields) > 0", persons="AB", forms=DROPPED)
    assert {one.cell.place: one.tried.columns(found.asking.table) for one in found.crosses} == {"DE": ["who", "ill"], "FR": []}
    assert found.columns == ("who", "ill")


def test_what_is_unknown_is_not_permitted():
    found = decided("population.notice", persons="AB")
    assert forms(found) == {}
    assert [str(one.verdict.outcome) for one in found.stays] == ["prohibited..permitted"] * 2


def test_cells_that_reach_a_line_together_take_the_lesser_form_or_one_stays():
    told = {"sent": f"counted(persons, where={EMAIL}, key=[exporter])"}
    assert forms(decided("sent > 2", told=told, persons="ABB")) == {"DE": "010", "FR": "010"}
    assert forms(decided("sent > 2", told={"sent": "counted(persons, key=[exporter])"}, persons="ABB")) == {"DE": "000"}


@pytest.mark.parametrize(("total", "crosses"), [(Total(2, 2), 1), (Total(3, 3), 0), (Total(2, 3), 0), (Total(2, None), 0)])
def test_a_line_is_held_to_the_most_that_the_ledger_may_have_counted(total, crosses):
    found = decided("sent > 2", told={"sent": "counted(persons, key=[exporter])"}, persons="AA", totals=lambda asked: [total for _ in asked])
    assert len(found.crosses) == crosses


def test_the_ledger_is_asked_of_all_that_cross_together():
    asked = []

    def totals(more):
        asked.append([len(one.persons) for one in more])
        return [Total(len(one.persons), len(one.persons)) for one in more]

    found = decided("sent > 9", told={"sent": "counted(persons, key=[exporter])"}, persons="ABB", totals=totals)
    assert asked == [[3]]
    assert [(one.each, len(one.asked.persons)) for one in found.brought] == [(3, 3)]
    assert isinstance(found.brought[0].asked.persons, Digests)


def test_whenever_others_reserve_up_to_the_line_each_place_is_told_once_and_whole():
    ended = set()
    for calls in range(1, 16):
        asks = iter(range(100))

        def totals(asked, calls=calls, asks=asks):
            more = 9 if next(asks) >= calls else 0
            return [Total(len(one.persons) + more, len(one.persons) + more) for one in asked]

        found = decided("sent > 3", told={"sent": "counted(persons, key=[exporter])"}, persons="ABBBB", totals=totals, beyond_a_line="hold")
        ended.add(bool(found.crosses))
        if not found.crosses:
            assert sorted((one.cell.place, one.cell.rows, one.cell.number) for one in found.stays) == [("DE", 1, 1), ("FR", 4, 4)]
    assert ended == {True, False}
