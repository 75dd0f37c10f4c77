"""Worlds from text: what is read, and how every fault is placed."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import worlds

from comity import shelf
from comity.facts.record import Dated, Rows, entity
from comity.facts.value import ANY_CODE, EMPTY, NO_CODE, TRUE, Interval, OneOf, SetOf, only
from comity.files.world import read_world
from comity.text.source import Mistakes, read_documents


def read(text):
    """The world of a text, and its mistakes."""
    mistakes = Mistakes()
    documents = read_documents("w", text, mistakes)
    return (read_world(documents[0], shelf.vocabulary(), mistakes) if documents else None), mistakes.found


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("parties:\n  a: {kindd: organisation}", 2, "kind"),
        ("partys: {}", 1, "parties"),
        ("parties:\n  a: {kind: firm}", 2, "not a word for 'kind'"),
        ("parties: [a]", 1, "mapping of names"),
        ("parties:\n  a: hello", 2, "mapping of facts"),
        ("movements:\n  t: {exporter: nobody_here}", 2, "no party"),
        ("movements:\n  t:\n    on: 2026-02-30", 3, "not a date"),
        ("movements:\n  t: {from: 2026-02-30}", 2, "not a day"),
        ("movements:\n  t: {from: 2026-03-01, until: 2026-03-01}", 2, "not after"),
        ("parties:\n  a:\n    owners: [{party: a, share: 60%}, {party: a, share: 60%}]", 3, "120%"),
        ("parties:\n  a: {owners: [{party: a, share: 160%}]}", 2, "between 0% and 100%"),
        ("parties:\n  a: {owners: [{partei: a}]}", 2, "party"),
        ("parties:\n  a: {organised_in: DE}", 2, "takes a list"),
        ("parties:\n  a: {privileged: maybe}", 2, "not true, false"),
        ("parties:\n  a: {principal_place: [{is: DE, from: 2026-05-01, until: 2026-04-01}]}", 2, "not after"),
        ("parties:\n  a: {principal_place: [{is: DE, from: soon}]}", 2, "not a day"),
        ("parties: {a: {part_of: {kind: [x]}}}", 1, "not a list"),
        ("parties:\n  c: {part_of: a}\n  a: {part_of: b}\n  b: {part_of: a}", 4, "branch of itself"),
        ("parties:\n  c: {part_of: a}\n  a: {part_of: a}", 3, "branch of itself"),
        ("movements: {t: {parts: {a: 1}}}", 1, "takes a list"),
        ("assume: {closed: everything}", 1, "no collection"),
        ("assume: {facts: {party.zz: true}}", 1, "cannot be assumed"),
        ("readings: {x: true}", 1, "regime/name"),
        ("counts: [{count: a/b}]", 1, "what it is"),
        ("- a", 1, "mapping"),
        ("just words", 1, "mapping"),
    ],
)
def test_a_fault_says_where_and_what(text, line, word):
    """Unknown names, impossible days, shares above all, wrong shapes: the line, and a word that helps."""
    _, found = read(text)
    assert [m for m in found if m.place.line == line and word in f"{m.message} {m.suggestion}"], [str(m) for m in found]


def test_all_faults_come_at_once():
    """Ten faults in one file are ten mistakes."""
    rows = [f"  p{i}: {{kindd: organisation}}" for i in range(10)]
    _, found = read("parties:\n" + "\n".join(rows))
    assert [m.place.line for m in found] == list(range(2, 12))


def test_facts_are_read_as_they_may_be():
    """Sets, rows, links, judgements and dated facts."""
    world, found = read("""
parties:
  a: {organised_in: [DE, ...], owners: [{party: b, share: 30%}, ...], part_of: none,
    principal_place: [{is: US, from: 2026-05-01, until: 2026-05-11}, {is: CN, from: 2026-05-11}]}
  b: {privileged: {is: true, by: counsel, on: 2026-01-01, because: tested}, designations: [], part_of: a}
movements: {t: {exporter: a | b, importer: {kind: individual}, demanded_by: unknown}}
""")
    assert found == []
    a, b, t = world["party"]["a"].facts, world["party"]["b"], world["movement"]["t"].facts
    assert a["organised_in"] == SetOf(frozenset({"DE"}), None)
    assert a["owners"] == Rows(({"party": OneOf(frozenset("b")), "share": Interval(30_000_000, 30_000_000)},), open=True)
    assert isinstance(a["principal_place"], Dated)
    assert len(a["principal_place"].spans) == 2
    assert (a["part_of"], b.facts["designations"], b.facts["privileged"]) == (NO_CODE, EMPTY, TRUE)
    assert (b.sources["privileged"].by, b.sources["privileged"].because) == ("counsel", "tested")
    assert t["exporter"] == OneOf(frozenset("ab"))
    assert (t["importer"], t["demanded_by"]) == (OneOf(frozenset({"t.importer"})), ANY_CODE)
    assert world["party"]["t.importer"].facts["kind"] == OneOf(frozenset({"individual"}))


def test_a_branch_is_its_entity():
    """It has its entity's facts, but its own place; a chain ends at its last; an unknown end is none; a circle is a mistake, and has none."""
    world, found = read("""
parties:
  head: {organised_in: [DE], located_in: DE, part_of: none, owners: []}
  office: {part_of: head, located_in: FR}
  desk: {part_of: office}
  lost: {}
  ring: {part_of: ring2}
  ring2: {part_of: ring}
""")
    assert [(m.place.line, m.message) for m in found] == [(7, "'ring' is a branch of itself"), (8, "'ring2' is a branch of itself")]
    parties = world["party"]
    assert parties["desk"].facts["organised_in"] == parties["head"].facts["organised_in"]
    assert "located_in" not in parties["desk"].facts
    assert entity(world, parties["desk"]) == entity(world, parties["head"]) == OneOf(frozenset({"head"}))
    assert entity(world, parties["lost"]) == entity(world, parties["ring"]) == ANY_CODE


def test_a_column_falls_back_on_its_record():
    """A field without its own availability has that of its asset."""
    world, _ = read("assets: {a: {availability: published, fields: [email, {kind: name, availability: private}]}}")
    values = [row["availability"] for row in world["asset"]["a"].facts["fields"].rows]
    assert values == [OneOf(frozenset({"published"})), OneOf(frozenset({"private"}))]


def test_closing_presumes_only_where_the_world_is_silent():
    """What is written stays; what is not written of a closed collection is empty, and says who assumed it."""
    world, found = read("parties: {a: {designations: unknown}, b: {}}\nassume: {closed: [party.designations, instruments], by: me, because: checked}")
    assert found == []
    assert not world["party"]["a"].facts["designations"].closed
    assert world["party"]["b"].facts["designations"] == EMPTY
    assert world["party"]["b"].sources["designations"].by == "me"
    assert world.closed == {"instruments"}
    assert "organised_in" not in world["party"]["b"].facts


@pytest.mark.parametrize(
    "text",
    [
        "parties: {a: {owners: [{party: {persons_processed: 1}}, {party: {persons_processed: 2}}]}}",
        "movements: {t: {importer: [{persons_processed: 1}, {persons_processed: 2}]}}",
        "movements: {t: {exporter: {persons_processed: 1}, importer: {persons_processed: 2}}}",
        "movements: {t: {participants: [{party: {owners: [{party: {persons_processed: 1}}]}}, {party: {owners: [{party: {persons_processed: 2}}]}}]}}",
        "measures: {m: {target: [{is: {persons_processed: 1}, until: 2026-01-01}, {is: {persons_processed: 2}, from: 2026-01-01}]}}",
    ],
)
def test_records_told_in_place_are_as_many_as_are_told(text):
    """Two rows, values or stretches that each tell a party in place tell two: the second is not taken for the first."""
    world, found = read(text)
    assert found == []
    told = [party.facts["persons_processed"] for party in world["party"].values() if "persons_processed" in party.facts]
    assert sorted(told) == [Interval(1, 1), Interval(2, 2)]


@given(worlds())
def test_a_random_world_is_read_without_complaint(text):
    """What the strategies write is a world."""
    assert read(text)[1] == []


@given(worlds(), st.randoms(use_true_random=False))
def test_a_damaged_world_is_read_or_refused(text, chance):
    """Delete, double or change pieces of a world: a world and mistakes, never another exception."""
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(text))
        text = text[:at] + chance.choice(["", "{", "]", '"', ":", " none", "...", "é", text[at : at + 20]]) + text[at + chance.randint(0, 3) :]
    _, found = read(text)
    assert all(m.message and m.place.line >= 1 for m in found)


def test_json_is_a_world_too():
    """The same facts in JSON, unknown ones included."""
    plain, first = read("parties: {a: {group: unknown, organised_in: unknown, kind: organisation}}")
    other, second = read(json.dumps({"parties": {"a": {"group": "unknown", "organised_in": "unknown", "kind": "organisation"}}}))
    assert first == second == []
    assert plain["party"]["a"].facts == other["party"]["a"].facts


def test_a_status_without_its_first_day_holds_from_before_the_first_movement():
    world, mistakes = read("parties: {a: {statuses: [{place: CA}, {place: US, since: 2020-01-01}]}}\nmovements: {t: {on: 2026-03-01}, u: {on: 2026-02-01}}")
    undated, dated = world["party"]["a"].facts["statuses"].rows
    assert (undated["since"].hi, dated["since"].hi) == (739648, 737425)
    assert undated["since"].lo < dated["since"].lo  # so that either may be the older
    unknown, _ = read("parties: {a: {statuses: [CA]}}\nmovements: {t: {on: 2026-03-01}, u: {}}")
    assert "since" not in unknown["party"]["a"].facts["statuses"].rows[0]
    assert not mistakes


def test_who_states_no_purpose_claims_nothing_where_claims_are_closed():
    world, _ = read("assume: {closed: all}\nmovements: {t: {}, u: {purpose: {kind: service}}, v: {purpose: unknown}, w: {purpose: none}}")
    t, u, v, w = (world["movement"][name].facts["purpose"] for name in "tuvw")
    silent = world["purpose"][next(iter(t.members))].facts
    assert silent == {"needed_for": EMPTY, "bases": EMPTY}  # neither its kind nor its end use
    assert world["purpose"][next(iter(u.members))].facts["end_uses"] == EMPTY
    assert (v, w) == (ANY_CODE, NO_CODE)
    open_, _ = read("movements: {t: {}}")
    assert "purpose" not in open_["movement"]["t"].facts


@pytest.mark.parametrize("fact", ["importer", "population", "purpose", "access_place"])
def test_an_empty_list_is_nobody(fact):
    world, mistakes = read(f"movements: {{t: {{{fact}: []}}}}")
    assert not mistakes
    assert (world["movement"]["t"].facts[fact], world["movement"]["t"].several) == (NO_CODE, {})


def test_what_a_movement_says_once_stands_in_the_place_of_several_things_in_its_cast():
    mistakes = Mistakes()
    cast, own = (
        read_documents("world", text, mistakes)[0]
        for text in ("movements: {t: {importer: [a, b]}}", "{parties: {a: {}, b: {}}, movements: {t: {importer: b}}}")
    )
    world = read_world(own, shelf.vocabulary(), mistakes, cast=cast)
    assert (only(world["movement"]["t"].facts["importer"]), world["movement"]["t"].several) == ("b", {})
