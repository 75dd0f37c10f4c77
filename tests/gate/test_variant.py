"""The world that the gate asks about says of each cell what crosses of it, and no more than is known."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from letting import METRES
from strategies import HEAD, LAW, plan_of, world_of

from comity.facts.value import ANY_CODE, MAX, Interval, OneOf, SetOf, only
from comity.gate.cell import Cell
from comity.gate.engine.engine import NOBODY
from comity.gate.mapping import read_table
from comity.gate.variant import Tried, around, population, variant
from comity.ledger.digests import Digests
from comity.text.source import SourceError

PLAN = plan_of(json.dumps({**HEAD, "prohibitions": {"rule": {**LAW, "when": "onward"}}, "duties": {}}))
COLUMNS = {
    "who": {"field": "who"},
    "mail": {"field": "email", "forms": ["keep", "pseudonym as general", "drop"]},
    "lat": {"field": "location", "forms": ["keep", "grid 100 per degree", "drop"]},
    "note": {"field": "none"},
}
TOLD = {
    "parties": {"a": {}, "b": {}},
    "activities": {"own": {}, "other": {}},
    "populations": {"europe": {"place": "EU", "persons": "9", "apart": "true", "minors": "7", "notice": "true"}, "france": {"place": "FR", "role": "patient"}},
    "assets": {
        "a0": {"fields": [{"kind": "general", "name": "who"}, {"kind": "email"}, {"kind": "location"}, {"kind": "health"}], "populations": ["europe", "france"]}
    },
    "instruments": {"i": {"assets": ["a0"], "persons_max": "3"}, "j": {"assets": ["..."]}, "k": {"assets": []}},
    "movements": {"t": {"exporter": "a", "importer": "b", "asset": "a0", "fields": ["who"], "on": "2020-01-01", "activity": "own"}},
    "tables": {
        "t": {
            "asset": "a0", "confirmed": {"by": "x", "on": "2026-01-01"}, "person": "who", "latitude": "lat", "place": {"column": "c", "codes": {"x": "FR"}},
            "activities": {"FR": "other"}, "columns": COLUMNS,
        }
    },
}  # fmt: skip


def changed(**sections):
    return {**TOLD, **sections}


def made(told=TOLD, places=("DE",), persons=2, latitudes=None, **forms):
    """The world for cells of some places in these forms."""
    world = world_of(json.dumps(told), PLAN)
    table = read_table(world, "t", "t", PLAN.vocabulary)
    held = [Digests.joined([bytes([at, number]) + bytes(14) for number in range(persons)]) for at, _ in enumerate(places)]
    cells = [Cell(place, ("x",), 5, 0, latitudes, who, NOBODY) for place, who in zip(places, held, strict=True)]
    tried = [Tried(cell, {name: forms.get(name, 0) for name in table.columns}) for cell in cells]
    return variant(world, "t", table, tried, Interval(740_000, 740_000), PLAN)


def fields(world, cell=0):
    return [(only(row["kind"]), row.get("precision_m")) for row in world["asset"][f"t.cell.{cell}"].facts["fields"].rows]


def test_a_cell_holds_what_its_columns_hold_whatever_fields_the_movement_is_said_to_keep():
    world = made()
    assert [kind for kind, _ in fields(world)] == ["general", "email", "location"]
    assert "fields" not in world["movement"]["t"].facts
    assert world["movement"]["t"].facts["on"] == Interval(740_000, 740_000)


def test_a_column_that_is_dropped_holds_nothing_and_one_that_becomes_another_is_that():
    assert [kind for kind, _ in fields(made(mail=2, lat=2))] == ["general"]
    assert [kind for kind, _ in fields(made(mail=1, lat=2))] == ["general", "general"]


@given(st.floats(-90, 90), st.floats(-90, 90))
def test_a_grid_is_as_coarse_as_its_shorter_side_where_meridians_stand_closest(one, other):
    found = dict(fields(made(lat=1, latitudes=(min(one, other), max(one, other)))))["location"]
    side = METRES / 100 * math.cos(math.radians(max(abs(one), abs(other))))
    assert found.hi == MAX
    assert 0 <= found.lo <= side * 100 + 1
    assert found.lo >= side * 100 - 2


def test_of_latitudes_that_nobody_knows_a_grid_promises_nothing():
    assert dict(fields(made(lat=1)))["location"] == Interval(0, MAX)
    assert dict(fields(made(lat=1, latitudes=(0.0, 91.0))))["location"].lo == 0


def test_a_degree_is_never_taken_to_be_longer_than_it_is():
    """On WGS 84 a degree of latitude at the equator is 110,574.3 m; one of longitude is 111,319.5 m there."""
    assert dict(fields(made(lat=1, latitudes=(0.0, 0.0))))["location"].lo <= 110_574


def test_the_persons_of_a_cell_are_counted_and_what_is_said_of_the_whole_group_is_not_said_of_them():
    people = made(persons=3)["population"]["t.cell.0"].facts
    assert people["persons"] == Interval(3, 3)
    assert people["minors"] == Interval(0, 3)
    assert not {"apart", "devices"} & people.keys()
    assert only(people["place"]) == "DE"


def test_a_paper_about_the_asset_is_about_what_moves_of_it_and_its_limit_is_for_all_of_it():
    papers = made(places=("DE", "FR"))["instrument"]
    assert papers["i"].facts["assets"].known == {"a0", "t.cell.0", "t.cell.1"}
    assert papers["i"].facts["persons_max"] == Interval(0, 0)  # twice two are more than three
    assert papers["j"].facts["assets"] == SetOf(frozenset(), None)
    assert papers["k"].facts["assets"] == SetOf(frozenset(), frozenset())
    assert made()["instrument"]["i"].facts["persons_max"] == Interval(3, 3)


@pytest.mark.parametrize(
    ("groups", "place", "found"),
    [
        ({"one": "EU"}, "DE", "one"),
        ({"one": "EU", "two": "DE"}, "DE", "two"),
        ({"one": "EU", "two": "DE"}, "EU", None),  # some of them may be the Germans
        ({"one": "DE", "two": "DE"}, "DE", None),
        ({"one": "EU", "two": None}, "DE", None),  # nobody knows where the other is
        ({"one": "EU", "two": "DE | FR"}, "DE", None),
        ({"one": "EU", "two": "US | CN"}, "DE", "one"),
        ({"one": "US"}, "DE", None),
        ({"one": "DE | FR"}, "US", None),
        ({"one": "US-CA"}, "US", None),
    ],
)
def test_the_group_of_a_place(groups, place, found):
    told = {name: {"place": where} if where else {"notice": "true"} for name, where in groups.items()}
    asset = {"a0": {**TOLD["assets"]["a0"], "populations": list(groups)}}
    world = world_of(json.dumps(changed(populations=told, assets=asset)), PLAN)
    base = population(world, world["movement"]["t"], world["asset"]["a0"], place, PLAN.places)
    assert (base.id if base else None) == found


def test_an_activity_that_may_be_another_is_not_known():
    assert "activity" not in made()["movement"]["t"].parts[0]
    assert made(places=("FR",))["movement"]["t"].parts[0]["activity"] == OneOf(frozenset({"other"}))
    assert made(places=("EU",))["movement"]["t"].parts[0]["activity"] == ANY_CODE


@pytest.mark.parametrize(
    ("among", "place", "found"), [((), "DE", ""), (("EU", "DE"), "DE", "DE"), (("EU", "EEA"), "DE", "EU"), (("GBA", "EU"), "US", ""), (("DE",), "EU", None)]
)
def test_the_narrowest_place_around(among, place, found):
    assert around(among, place, PLAN.places) == found


def test_a_name_that_the_world_bears_already_is_not_taken():
    world = made(changed(populations={**TOLD["populations"], "t.cell.0": {"place": "CN", "role": "child"}}))
    assert only(world["population"]["t.cell.0"].facts["role"]) == "child"
    assert only(world["movement"]["t"].parts[0]["population"]) == "t.cell.0'"


def test_a_movement_in_parts_is_refused():
    with pytest.raises(SourceError, match="'t' has parts"):
        made(changed(movements={"t": {**TOLD["movements"]["t"], "parts": [{"event": "view"}, {"event": "send"}]}}))
