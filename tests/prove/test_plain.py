"""A witness says what the answer needs, and calls records what they are in the movement."""

import copy

import pytest

pytest.importorskip("z3")

from comity import shelf
from comity.facts.value import TRUE
from comity.prove.plain import plain
from comity.prove.prover import Prover, replayed
from comity.prove.question import asked
from comity.prove.witness import text

VOCABULARY = shelf.vocabulary()
WORLD = {
    "assume": {"closed": "all"},
    "parties": {
        "party_7": {"organised_in": ["AA", "BB"], "kind": "individual", "owners": [{"party": "party_8", "share": "10%"}, {"party": "party_9"}]},
        "party_8": {"organised_in": []},
        "party_9": {"kind": "organisation"},
        "party_10": {"kind": "individual"},
    },
    "assets": {"asset_3": {"kind": "data", "fields": [{"kind": "email", "name": "email"}, {"kind": "name"}]}},
    "instruments": {"instrument_5": {"kind": "licence"}, "instrument_6": {"kind": "licence"}},
    "movements": {"t": {"on": "2026-01-01", "exporter": "party_7", "importer": "party_10", "asset": "asset_3", "deal": "none", "event": "send"}},
    "counts": [{"count": "xx/moved", "exporter": "party_7", "is": "100"}],
    "readings": {"xx/strict": True, "xx/other": False},
}


def likely(holds):
    """A judge of many worlds that asks of each."""
    return lambda asked: [[holds(number, part) for part in one.parts] for number, one in asked]


def made_plain(holds):
    before = copy.deepcopy(WORLD)
    (found,) = plain([WORLD], VOCABULARY, likely(lambda _, world: holds(world)), lambda _, world: holds(world))
    assert before == WORLD
    assert holds(found)
    return found


def values(world, kind, fact):
    return [facts[fact] for facts in world.get(kind, {}).values() if fact in facts]


def test_what_nobody_asks_for_is_left_out():
    found = made_plain(lambda _: True)
    assert found == {"assume": {"closed": "all"}, "movements": {"t": {"on": "2026-01-01"}}}


def test_what_the_answer_needs_stays():
    found = made_plain(lambda world: ["BB"] in values(world, "parties", "organised_in") or ["AA", "BB"] in values(world, "parties", "organised_in"))
    assert found["parties"] == {"exporter": {"organised_in": ["BB"]}}
    assert found["movements"]["t"] == {"on": "2026-01-01", "exporter": "exporter"}


def test_records_are_called_what_they_are():
    found = made_plain(lambda world: len(world.get("parties", ())) == 4 and len(world.get("instruments", ())) == 2 and "counts" in world and "assets" in world)
    assert set(found["parties"]) == {"exporter", "importer", "party", "party-2"}
    assert set(found["instruments"]) == {"instrument", "instrument-2"}
    assert found["counts"] == [{"count": "xx/moved", "exporter": "exporter", "is": "100"}]
    assert found["movements"]["t"]["importer"] == "importer"


def test_an_owner_is_the_owner_of_somebody():
    found = made_plain(lambda world: any({"party", "share"} == set(row) for rows in values(world, "parties", "owners") for row in rows))
    assert found["parties"] == {"exporter": {"owners": [{"party": "exporter-owner", "share": "10%"}]}, "exporter-owner": {}}


def test_a_row_keeps_what_it_needs():
    found = made_plain(lambda world: any(row.get("name") == "email" for rows in values(world, "assets", "fields") for row in rows))
    assert found["assets"] == {"asset": {"fields": [{"kind": "email", "name": "email"}]}}


def test_a_name_that_the_answer_needs_is_kept():
    assert "party_10" in made_plain(lambda world: "party_10" in world.get("parties", {}))["parties"]


def test_several_are_made_plain_at_once_each_by_itself():
    def holds(number, world):
        return len(world.get("parties", ())) >= number

    found = plain([WORLD] * 4, VOCABULARY, likely(holds), lambda *_: True)
    assert [len(world.get("parties", ())) for world in found] == [0, 1, 2, 3]


def test_nothing_goes_without_which_one_of_two_would_have_to_stay():
    found = made_plain(lambda world: len(values(world, "parties", "kind")) + len(world.get("readings", ())) >= 2)
    assert len(values(found, "parties", "kind")) + len(found.get("readings", ())) == 2


def test_what_was_only_likely_is_not_shown():
    assert plain([WORLD], VOCABULARY, likely(lambda *_: True), lambda _, world: "readings" in world) == [WORLD]


def test_a_transfer_that_is_shown_is_small_and_judged_so():
    plan = shelf.plan(names=["cn.technology-export"])
    condition = asked("outcome != 'permitted' and in_scope and exporter.kind == 'organisation'", plan)
    prover = Prover(plan, (condition,))
    raw, shown = prover.ever(condition, "w"), prover.shown(condition, "w")
    assert replayed(shown.world, plan, condition) == TRUE
    assert text(shown.sections, "w") == shown.world
    assert len(shown.world) < len(raw.world) / 2
    assert "exporter: exporter" in shown.world
    assert "_" not in "".join(shown.sections.get("parties", {}))
