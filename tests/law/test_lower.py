"""What a rulebook means once it is lowered: days in force, what was known when, lists, tables, circles of owners."""

import json
from datetime import date

import pytest
from strategies import HEAD, world_of

from comity import shelf
from comity.facts.value import FALSE, TRUE, UNKNOWN, WORDS
from comity.files.rulebook import read_rulebook
from comity.law.lower import regimes
from comity.law.rulebook import STATUS
from comity.text.source import SourceError
from comity.verdict.decide import decide
from comity.verdict.opinion import opinions
from comity.verdict.plan import Plan

LAW = {"cite": "s. 1", "en": "a", "zh": "一"}


def plan(as_known=2**61, **parts):
    """The plan of a rulebook with these parts."""
    book = {**HEAD, **parts}
    books = [read_rulebook("t", json.dumps(book).encode())]
    return Plan(regimes(books, shelf.vocabulary(), as_known), shelf.extended(books), shelf.places(), shelf.calendars())


def says(made, world, name="x", movement="t"):
    """What a finding of the exporter's leg is, in a word."""
    condition = made.regimes[0].findings[name][1]
    (judged,) = [j for j in decide(world_of(world, made), made) if j.leg.name == movement]
    return WORDS[judged.stretch.truth(condition, judged.row)]


def on(day, more=""):
    return f"movements: {{t: {{on: {day}{more}}}}}"


@pytest.mark.parametrize(
    ("dates", "day", "word"),
    [
        ({"from": "2026-03-01"}, "2026-02-28", "false"),
        ({"from": "2026-03-01"}, "2026-03-01", "true"),
        ({"until": "2026-03-01"}, "2026-02-28", "true"),
        ({"until": "2026-03-01"}, "2026-03-01", "false"),
        ({"from": "2026-03-01"}, "2026-02-28..2026-03-01", "unknown"),
        ({"from": "2026-03-01", "until": "2026-03-02"}, "2026-03-01", "true"),
        ({}, "unknown", "true"),
        (
            {"status": [{"from": "2026-01-01", "is": "in_force"}, {"from": "2026-03-01", "is": "suspended"}, {"from": "2026-05-01", "is": "in_force"}]},
            "2026-04-30",
            "false",
        ),
        (
            {"status": [{"from": "2026-01-01", "is": "in_force"}, {"from": "2026-03-01", "is": "suspended"}, {"from": "2026-05-01", "is": "in_force"}]},
            "2026-05-01",
            "true",
        ),
    ],
)
def test_law_holds_from_its_first_day_until_the_day_it_no_longer_does(dates, day, word):
    """Both ends at the line, an uncertain day, and stretches in between."""
    assert says(plan(definitions={"x": {**LAW, "is": "true", **dates}}), on(day)) == word


@pytest.mark.parametrize(("status", "means"), STATUS.items())
def test_what_a_status_means(status, means):
    """It stands, it is silent, or it is an open question that a house may settle."""
    made = plan(definitions={"x": {**LAW, "is": "true", "status": [{"from": "2026-01-01", "is": status}]}})
    assert says(made, on("2026-02-01")) == {"stands": "true", "silent": "false", "open": "unknown"}[means]
    assert says(made, on("2026-02-01") + "\nreadings: {xx.t/law.x: true}") == {"stands": "true", "silent": "false", "open": "true"}[means]


def test_a_row_of_a_table_counts_while_it_is_law():
    """A dated row is there from its first day until its last, whether rows are ranged over or counted."""
    table = {"T": {"columns": {"k": "code"}, "rows": [{"k": "a"}, {"k": "b", "until": "2026-03-01"}]}}
    texts = {"x": "count(true for r in T) == 2", "y": "set(r.k for r in T) >= {'b'}", "z": "not all(r.k == 'a' for r in T)"}
    made = plan(tables=table, definitions={name: {**LAW, "is": text} for name, text in texts.items()})
    assert [says(made, on("2026-02-28"), name) for name in texts] == ["true"] * 3
    assert [says(made, on("2026-03-01"), name) for name in texts] == ["false"] * 3


SETS = [
    ("{'DE', 'FR'} <= importer.organised_in", "importer: {organised_in: [DE, FR, NO]}", "true"),
    ("importer.organised_in >= {'DE'} | {'FR'}", "importer: {organised_in: [DE]}", "false"),
    ("{'DE', 'FR', 'NO'} >= importer.organised_in", "importer: {organised_in: [DE]}", "true"),
    ("set(f.kind for f in fields) | {'name'} >= {'name', 'email'}", "asset: {fields: [email]}", "true"),
    ("set(f.kind for f in fields) | {'name'} >= {'name', 'email'}", "asset: {fields: []}", "false"),
    ("set(f.kind for f in fields) <= when('email', protected) | {'name'}", "asset: {fields: [email, name]}, protected: true", "true"),
    ("set(f.kind for f in fields) <= when('email', protected) | {'name'}", "asset: {fields: [email, name]}, protected: false", "false"),
    ("set(f.kind for f in fields) <= when('email', protected) | {'name'}", "asset: {fields: [email, name]}", "unknown"),
    ("overlaps({'name'} | {'email'}, set(f.kind for f in fields))", "asset: {fields: [email]}", "true"),
    ("event in when('send', protected) | {'view'}", "event: send | view, protected: true", "unknown"),
    ("event in when('send', protected) | {'view'}", "event: send, protected: true", "true"),
    ("size(when('a', protected) | when('b', onward)) == 1", "protected: true, onward: false", "true"),
    ("way == 'send'", "protected: true", "true"),
    ("'view' == way", "protected: true", "false"),
    ("way in {'view', 'other'}", "protected: false", "true"),
    ("way == event", "protected: true, event: send", "true"),
    ("set(way for f in fields) <= {'send'}", "asset: {fields: [email]}, protected: false", "false"),
]


@pytest.mark.parametrize(("text", "facts", "word"), SETS)
def test_sets_are_put_together_from_pieces(text, facts, word):
    """Constants, facts, rows, conditions and cases, on either side of each test."""
    way = {**LAW, "is": [{"when": "protected", "is": "send"}, {"is": "view"}]}
    assert says(plan(definitions={"way": way, "x": {**LAW, "is": text}}), on("2026-01-31", f", {facts}")) == word


def test_a_set_and_a_code_are_law_on_their_days_only():
    """Before its first day a set is empty and a code is none."""
    dated = {**LAW, "from": "2026-03-01"}
    parts = {"s": {**dated, "is": "{'DE'} | importer.organised_in"}, "way": {**dated, "is": [{"when": "protected", "is": "a"}, {"is": "b"}]}}
    made = plan(definitions={**parts, "x": {**LAW, "is": "'DE' in s"}, "y": {**LAW, "is": "way == 'b'"}})
    world = ", importer: {organised_in: []}, protected: false"
    assert [says(made, on(day, world), name) for day in ("2026-02-28", "2026-03-01") for name in "xy"] == ["false", "false", "true", "true"]


def test_what_was_not_yet_known_is_left_out():
    """A row known later is absent when asked as known before; with it the list is longer."""
    rows = [{"in": ["DE"]}, {"in": ["FR"], "known": "2026-06-01"}]
    found = [
        says(plan(as_known, lists={"x": {**LAW, "match": "destination", "rows": rows}}), on("2026-07-01", ", destination: FR"))
        for as_known in (739_700, 739_800, 2**61)
    ]
    assert found == ["false", "true", "true"]


def test_a_timeline_nobody_knew_yet_is_no_law():
    """Asked as known before its only row became known, nothing is in force."""
    row = {"from": "2026-01-01", "is": "in_force", "known": "2026-06-01"}
    made = [plan(as_known, definitions={"x": {**LAW, "is": "true", "status": [row]}}) for as_known in (739_700, 2**61)]
    assert [says(one, on("2026-07-01")) for one in made] == ["false", "true"]


@pytest.mark.parametrize(
    ("reading", "adopted", "word"),
    [({}, "", "unknown"), ({"prevails": "true"}, "", "true"), ({"prevails": "true"}, "false", "false"), ({"prevails": "unknown"}, "true", "true")],
)
def test_a_reading_is_open_unless_it_prevails_or_is_adopted(reading, adopted, word):
    """The house's choice goes first."""
    sides = {"for": {"cite": "a", "en": "b"}, "against": {"cite": "c", "en": "d"}}
    made = plan(readings={"r": {"en": "r", "zh": "二", **sides, **reading}}, definitions={"x": {**LAW, "is": "reading.r"}})
    assert says(made, on("2026-01-01") + (f"\nreadings: {{xx.t/r: {adopted}}}" if adopted else "")) == word


OWNERS = """
parties:
  top: {organised_in: [CN], owners: []}
  mid: {organised_in: [DE], owners: [{party: top, share: 50%}, {party: clean, share: 50%}]}
  low: {organised_in: [DE], owners: [{party: mid, share: 49.999999%}, {party: clean, share: 50.000001%}]}
  both: {organised_in: [DE], owners: [{party: top, share: 25%}, {party: mid, share: 25%}, {party: clean, share: 50%}]}
  dark: {organised_in: [DE], owners: [{party: clean, share: 60%}, ...]}
  darker: {organised_in: [DE], owners: [{party: clean, share: 50%}, ...]}
  ring: {organised_in: [DE], owners: [{party: ring2, share: 100%}]}
  ring2: {organised_in: [DE], owners: [{party: ring, share: 100%}]}
  hit: {organised_in: [DE], owners: [{party: hit2, share: 60%}, {party: clean, share: 40%}]}
  hit2: {organised_in: [DE], owners: [{party: hit, share: 40%}, {party: top, share: 50%}, {party: clean, share: 10%}]}
  veiled: {organised_in: unknown, owners: []}
  under: {organised_in: [DE], owners: [{party: veiled, share: 50%}, {party: clean, share: 50%}]}
  clean: {organised_in: [DE], owners: []}
"""


@pytest.mark.parametrize(
    ("party", "reached", "product"),
    [
        ("top", "true", "true"),
        ("mid", "true", "true"),
        ("low", "false", "false"),
        ("both", "true", "false"),
        ("dark", "false", "false"),
        ("darker", "unknown", "unknown"),
        ("ring", "false", "false"),
        ("hit", "true", "false"),
        ("hit2", "true", "true"),
        ("veiled", "unknown", "unknown"),
        ("under", "unknown", "unknown"),
        ("clean", "false", "false"),
    ],
)
def test_ownership_is_looked_through_to_the_end(party, reached, product):
    """At the line and a millionth below, aggregated, undisclosed, in circles; in full and multiplied down."""
    reach = {**LAW, "of": "party", "is": "overlaps(organised_in, {'CN'}) or share(by=reached) >= 50%"}
    down = {**LAW, "of": "party", "is": "overlaps(organised_in, {'CN'}) or share(by=overlaps(organised_in, {'CN'}), through=product) >= 50%"}
    parts = {"reached": reach, "down": down, "x": {**LAW, "is": "importer.reached"}, "y": {**LAW, "is": "importer.down"}}
    world = OWNERS + f"movements: {{t: {{on: 2026-01-01, importer: {party}}}}}"
    assert [says(plan(definitions=parts), world, name) for name in "xy"] == [reached, product]


@pytest.mark.parametrize(
    ("by", "through", "owners", "word"),
    [
        ("privileged and on < 2020-01-01", "", "[...]", "false"),
        ("privileged and on < 2020-01-01", "", "[{share: 60%}, ...]", "false"),
        ("privileged and on < 2020-01-01", ", through=product", "unknown", "false"),
        ("privileged", "", "[...]", "unknown"),
        ("privileged", ", through=product", "unknown", "unknown"),
        ("privileged", "", "[{party: none, share: 60%}, ...]", "false"),
        ("on < 2020-01-01 or privileged", "", "[{party: none, share: 40%}, {share: 10%}, ...]", "unknown"),
    ],
)
def test_what_is_not_disclosed_counts_as_an_unknown_owner_would(by, through, owners, word):
    """Where no owner can be one that counts, nobody undisclosed is."""
    made = plan(definitions={"held": {**LAW, "of": "party", "is": f"share(by={by}{through}) >= 50%"}, "x": {**LAW, "is": "importer.held"}})
    assert says(made, on("2026-01-31", f", importer: {{owners: {owners}}}")) == word


def test_who_counts_as_an_owner_may_change_between_two_movements():
    """Each is judged on its own day, whatever else moves on others."""
    bad = {**LAW, "of": "party", "is": "privileged", "from": "2026-03-01"}
    made = plan(definitions={"bad": bad, "held": {**LAW, "of": "party", "is": "share(by=bad) > 10%"}, "x": {**LAW, "is": "importer.held"}})
    world = """parties: {i: {owners: [{party: o, share: 20%}]}, o: {privileged: true}}
movements: {t: {importer: i, on: 2026-02-28}, u: {importer: i, on: 2026-03-01}}"""
    assert [says(made, world, movement=name) for name in ("t", "u")] == ["false", "true"]


@pytest.mark.parametrize("held", ["share(by=any(s.since <= on for s in statuses)) > 10%", "any(s.since <= on for s in statuses) or share(by=held) > 10%"])
def test_a_date_of_an_owner_may_lie_between_two_movements(held):
    """What is found for all parties at once is found for days on which it is the same."""
    made = plan(definitions={"held": {**LAW, "of": "party", "is": held}, "x": {**LAW, "is": "importer.held"}})
    world = """parties: {i: {statuses: [], owners: [{party: o, share: 20%}]}, o: {owners: [], statuses: [{since: 2026-03-01}]}}
movements: {t: {importer: i, on: 2026-02-28}, u: {importer: i, on: 2026-03-01}, v: {importer: i, on: 2026-03-02}}"""
    assert [says(made, world, movement=name) for name in ("t", "u", "v")] == ["false", "true", "true"]


DEALT = """parties: {a: {group: g}, b: {group: h}, c: {group: %s}, d: {group: k}}
assets: {one: {fields: [email, name]}, two: {fields: [health]}}
movements:
  t: {exporter: a, importer: b, asset: one, on: 2026-02-28}
  u: {exporter: a, importer: c, asset: two, on: 2026-03-01}
  v: {exporter: a, importer: d, asset: one, on: 2026-03-01}
  w: {exporter: a, importer: b, asset: one, from: 2026-02-01, until: 2026-04-01, fields: [{is: [name], until: 2026-03-01}, {is: [email], from: 2026-03-01}]}"""


@pytest.mark.parametrize(
    ("group", "field", "words"),
    [
        ("h", "health", ["true", "true", "false"]),
        ("i", "health", ["false", "true", "false"]),
        ("unknown", "health", ["unknown", "true", "unknown"]),
        ("h", "location", ["false", "false", "false"]),
        ("[{is: h, from: 2026-03-01}, {is: i, until: 2026-03-01}]", "health", ["unknown", "true", "unknown"]),
    ],
)
def test_a_course_of_dealing_goes_on_when_rules_about_records_change(group, field, words):
    """What moves before and after the day on which an owner comes to count is one course; who changes groups leaves it open."""
    held = {**LAW, "of": "party", "is": "share(by=bad) > 10%"}
    dealt = {**LAW, "is": f"any(f.kind == '{field}' for f in dealing)"}
    made = plan(definitions={"bad": {**LAW, "of": "party", "is": "privileged", "from": "2026-03-01"}, "held": held, "x": dealt})
    assert made.fixed_moments
    assert [says(made, DEALT % group, movement=name) for name in ("t", "u", "v")] == words


@pytest.mark.parametrize(("group", "words"), [("g", ["true", "false", "true"]), ("unknown", ["true", "unknown", "true"])])
def test_nobody_deals_with_nobody_else_in_the_place_of_a_party(group, words):
    """Where a side is surely nobody, it is no party whose group is known; two nobodies are one."""
    made = plan(definitions={"x": {**LAW, "is": "any(f.kind == 'health' for f in dealing)"}})
    world = f"""parties: {{a: {{group: {group}}}, b: {{group: h}}}}
assets: {{one: {{fields: [name]}}, two: {{fields: [health]}}}}
movements:
  t: {{exporter: a, importer: b, asset: two}}
  u: {{exporter: none, importer: b, asset: one}}
  v: {{exporter: none, importer: none, asset: one}}
  w: {{exporter: none, importer: none, asset: two}}"""
    assert [says(made, world, movement=name) for name in ("t", "u", "v")] == words


def test_a_course_of_dealing_holds_what_a_movement_keeps_on_other_days():
    """What it kept before and what it will keep, and no more."""
    fields = "fields: [{is: [name], until: 2026-03-01}, {is: [email], from: 2026-03-01}]"
    world = f"assets: {{one: {{kind: data, fields: [email, name, health]}}}}\nmovements: {{t: {{asset: one, from: 2026-02-01, until: 2026-04-01, {fields}}}}}"
    for field, truth in (("email", TRUE), ("name", TRUE), ("health", FALSE)):
        made = plan(prohibitions={"x": {**LAW, "when": f"any(f.kind == '{field}' for f in dealing)"}})
        judged = decide(world_of(world, made), made)
        assert len({j.leg.days for j in judged}) > 1
        assert {j.stretch.truth(made.regimes[0].prohibitions[0][1], j.row) for j in judged} == {truth}


NESTED = """exporter: {owners: [{party: {statuses: [{since: 2026-01-09}, {since: 2026-01-20}]}}, {party: {statuses: [{since: 2026-01-02}]}},
    {party: {statuses: []}}]}"""


@pytest.mark.parametrize(
    ("text", "facts", "word"),
    [
        ("demanded_by.privileged", "demanded_by: none", "false"),
        ("not demanded_by.privileged", "demanded_by: none", "true"),
        ("demanded_by.privileged", "demanded_by: unknown", "unknown"),
        ("demanded_by.persons_processed < 5", "demanded_by: none", "false"),
        ("any(f.kind == 'email' for f in fields)", "asset: {fields: []}", "false"),
        ("any(f.kind == 'email' for f in fields)", "asset: {fields: [name, ...]}", "unknown"),
        ("any(f.kind == 'email' for f in fields)", "asset: {fields: [name, email]}, fields: [name]", "false"),
        ("any(f.kind == 'email' for f in fields)", "asset: {fields: [name, ...]}, fields: [name, email]", "unknown"),
        ("any(f.kind == 'email' for f in fields)", "asset: {fields: [email]}, fields: [name, ...]", "unknown"),
        ("all(f.kind == 'name' for f in fields)", "asset: {fields: []}", "true"),
        ("count(true for f in fields) <= 1", "asset: {fields: [name, ...]}", "unknown"),
        ("count(true for f in fields) >= 1", "asset: {fields: [name, ...]}", "true"),
        ("destination in {'DE-BE'}", "destination: DE", "unknown"),
        ("population.persons + importer.persons_processed > 5", "", "unknown"),
        ("population.persons + importer.persons_processed > 5", "population: {persons: 3}, importer: {persons_processed: 3}", "true"),
        ("after(on, 1, months) == 2026-02-28", "", "true"),
        ("after(after(on, 1, '01-01'), 1, '03-01') == 2027-03-01", "", "true"),
        ("after(on, -1, '01-31') == 2025-01-31", "", "true"),
        ("same_entity", "exporter: {part_of: none}, importer: {}", "unknown"),
        ("exporter == importer", "exporter: unknown, importer: unknown", "unknown"),
        ("all(f.kind == 'name' for f in fields)", "asset: {fields: [email, name]}", "false"),
        ("all(f.kind == 'name' for f in fields if f.kind != 'email')", "asset: {fields: [email, name]}", "true"),
        ("5 < population.persons", "population: {persons: 6}", "true"),
        ("5 < population.persons", "population: {persons: 5}", "false"),
        ("2026-01-31 <= on", "", "true"),
        ("total(o.share for o in importer.owners if o.share > 20%) == 50%", "importer: {owners: [{share: 50%}, {share: 10%}]}", "true"),
        ("total(o.share for o in importer.owners) == 60%", "importer: {owners: [{share: 50%}, {share: 10%}]}", "true"),
        ("latest(o.on for o in occurrences) == 2026-01-03", "occurrences: [{on: 2026-01-02}, {on: 2026-01-03}]", "true"),
        ("earliest(o.on for o in occurrences) == 2026-01-02", "occurrences: [{on: 2026-01-02}, {on: 2026-01-03}]", "true"),
        ("latest(o.on for o in occurrences) > 2026-01-01", "occurrences: []", "false"),
        ("latest(o.on for o in occurrences) > 2026-01-01", "occurrences: [{on: 2026-01-02}, ...]", "true"),
        ("latest(o.on for o in occurrences) < 2026-01-05", "occurrences: [{on: 2026-01-02}, ...]", "unknown"),
        ("latest(o.on for o in occurrences) < 2026-01-05", "occurrences: [{on: 2026-01-05}, ...]", "false"),
        ("latest(o.on for o in occurrences if o.kind == 'breach') < 2026-01-05", "occurrences: [{on: 2026-01-05}]", "false"),
        ("latest(2026-01-02 for o in occurrences) > 2026-01-01", "occurrences: [{}]", "true"),
        ("latest(2026-01-02 for o in occurrences) < on", "occurrences: []", "false"),
        ("latest(2026-01-02 for o in occurrences) == on", "occurrences: [{}]", "false"),
        ("2026-01-01 < 2026-01-02", "", "true"),
        ("after(earliest(o.on for o in occurrences), 1, months) == 2026-02-28", "occurrences: [{on: 2026-01-30}, {on: 2026-02-01}]", "true"),
        ("latest(earliest(s.since for s in o.party.statuses) for o in exporter.owners) == 2026-01-09", NESTED, "true"),
        ("latest(earliest(s.since for s in o.party.statuses) for o in exporter.owners) > 2026-01-09", NESTED, "false"),
    ],
)
def test_the_traps(text, facts, word):
    """Nobody, the unlisted row, the coarser place, a sum of unknowns: each reads as it must."""
    made = plan(definitions={"x": {**LAW, "is": text}})
    assert says(made, on("2026-01-31", f", {facts}" if facts else "")) == word


@pytest.mark.parametrize(
    ("window", "before", "day", "number"),
    [
        ("year", "2025-12-31", "2026-03-31", 1),
        ("year", "2026-01-01", "2026-03-31", 2),
        ("years(2)", "2024-12-31", "2026-03-31", 1),
        ("years(2)", "2025-01-01", "2026-12-31", 2),
        ("months(1)", "2026-02-27", "2026-03-31", 1),
        ("months(1)", "2026-02-28", "2026-03-31", 2),
        ("since(2026-02-01)", "2026-01-31", "2026-03-31", 1),
        ("since(2026-02-01)", "2026-02-01", "2026-03-31", 2),
        ("since(2026-02-01)", "2026-01-15", "2026-01-31", 0),
        ("since(2026-02-01)", "2026-02-02", "2026-02-01", 1),
        ("always", "1900-01-01", "2026-03-31", 2),
    ],
)
def test_where_a_window_begins_and_ends(window, before, day, number):
    """One person moved before (or after), another on the day; on a day before its first a window holds nobody."""
    made = plan(
        definitions={
            "x": {**LAW, "is": f"counted(persons, key=[exporter], window={window}) >= {number}"},
            "y": {**LAW, "is": f"counted(persons, key=[exporter], window={window}) > {number}"},
        }
    )
    people = "{one: {persons: 1, apart: true}, other: {persons: 1, apart: true}}"
    moves = f"{{t: {{exporter: a, population: one, on: {day}}}, u: {{exporter: a, population: other, on: {before}}}}}"
    told = f"{{assume: {{closed: [counts]}}, parties: {{a: {{}}}}, populations: {people}, movements: {moves}}}"
    assert (says(made, told), says(made, told, "y")) == ("true", "false")


@pytest.mark.parametrize("window", ["years(0)", "months(2.5)", "months(-1)", "since(3)", "since", "week", "year(2)"])
def test_there_is_no_other_window(window):
    with pytest.raises(SourceError, match="the window is always, year"):
        plan(definitions={"x": {**LAW, "is": f"counted(persons, window={window}) > 1"}})


@pytest.mark.parametrize(
    ("key", "there", "why"),
    [
        ("foo", "foo", r"no 'foo' \(write key=\[exporter, importer\]\)"),
        ("exporter, importr", "importr", r"no 'importr' \(did you mean 'importer'\?\)"),
        ("exporter.entitty", "entitty", r"no 'exporter.entitty' \(did you mean 'exporter.entity'\?\)"),
        ("exporter.employer", "employer", "no 'exporter.employer'"),
        ("asset.entity", "entity", "no 'asset.entity'"),
        ("event", "event", "no 'event'"),
        ("'exporter'", "'exporter'", "holds names"),
    ],
)
def test_a_key_holds_links_of_movements_and_the_entities_and_groups_of_parties(key, there, why):
    parts = {"definitions": {"x": {**LAW, "is": f"counted(persons, key=[{key}]) > 1"}}}
    with pytest.raises(SourceError, match=why) as raised:
        plan(**parts)
    (mistake,) = raised.value.mistakes
    assert mistake.place.column == json.dumps({**HEAD, **parts}).index(there)  # from the quotation mark on


def test_a_perhaps_absent_row_settles_nothing():
    """Whether there is a last day at all hangs on an unknown fact: no comparison with it is sure."""
    made = plan(definitions={"x": {**LAW, "is": "latest(o.on for o in occurrences if o.kind == 'breach') < 2026-01-05"}})
    assert says(made, on("2026-01-31", ", occurrences: [{on: 2026-01-02, kind: breach}]")) == "true"
    assert says(made, on("2026-01-31", ", occurrences: [{on: 2026-01-02, kind: red_flag}]")) == "false"
    assert says(made, on("2026-01-31", ", occurrences: [{on: 2026-01-02}]")) == "unknown"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("any(o.on < last for o in occurrences)", "true"),
        ("all(o.on <= last for o in occurrences)", "true"),
        ("any(o.on > last for o in occurrences)", "false"),
        ("any(o.on == last and o.kind == 'breach' for o in occurrences)", "false"),
        ("earliest(o.on for o in occurrences if o.on > first) == last", "true"),
        ("last == last and not last < last and last > first", "true"),
        ("latest(o.on for o in occurrences if o.on < last) < last", "true"),
        ("latest(o.on for o in occurrences if o.on < last) == first", "true"),
    ],
)
def test_a_last_day_is_compared_within_loops_and_with_itself(text, word):
    """Each of two days compared means rows of its own, wherever it stands."""
    named = {name: {**LAW, "is": f"{of}(o.on for o in occurrences)"} for name, of in (("last", "latest"), ("first", "earliest"))}
    made = plan(definitions={**named, "x": {**LAW, "is": text}})
    assert says(made, on("2026-01-31", ", occurrences: [{on: 2026-01-02, kind: breach}, {on: 2026-01-03, kind: red_flag}]")) == word


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("on < after(m.since, 3, months)", ["2026-04-15"]),
        ("after(m.since, 3, months) <= on", ["2026-04-15"]),
        ("on > after(m.since, 10, days)", ["2026-01-26"]),
        ("on == after(m.since, 10, days)", ["2026-01-25", "2026-01-26"]),
        ("on < after(m.since, 10, days) or on >= after(m.since, 1, months)", ["2026-01-25", "2026-02-15"]),
        ("earliest(after(n.since, 10, days) for n in measures) > on", ["2026-01-25"]),
    ],
)
def test_what_moves_through_many_days_is_cut_where_a_time_counted_from_a_date_ends(text, ends):
    """On each side of that day the answer is definite."""
    made = plan(definitions={"x": {**LAW, "is": f"any({text} for m in measures)"}})
    world = "measures: {m: {since: 2026-01-15, until: 2030-01-01}}\nassume: {closed: measures}\nmovements: {t: {from: 2026-01-15, until: 2027-01-01}}"
    judged = [j for j in decide(world_of(world, made), made) if j.leg.name == "t"]
    truths = [j.stretch.truth(made.regimes[0].findings["x"][1], j.row) for j in judged]
    changes = [
        date.fromordinal(after.leg.days.lo).isoformat() for before, after, one, two in zip(judged, judged[1:], truths, truths[1:], strict=False) if one != two
    ]
    assert changes == ends
    assert UNKNOWN not in truths


@pytest.mark.parametrize(
    ("row", "facts", "word"),
    [
        ({"in": ["FR"], "if": "protected"}, "destination: FR, protected: true", "true"),
        ({"in": ["FR"], "if": "protected"}, "destination: FR, protected: false", "false"),
        ({"in": ["NEAR"]}, "destination: FR", "true"),
        ({"in": ["NEAR"]}, "destination: JP", "false"),
        ({"in": ["FR"], "aliases": ["JP"]}, "destination: JP", "true"),
        ({"in": ["FR"], "until": "2026-01-31"}, "destination: FR", "false"),
    ],
)
def test_a_list_is_its_rows(row, facts, word):
    """Members, groups of places, aliases, a condition, dates."""
    made = plan(places={"NEAR": ["FR", "DE"]}, lists={"x": {**LAW, "match": "destination", "rows": [row]}})
    assert says(made, on("2026-01-31", f", {facts}")) == word


GROUND = {**LAW, "kind": "licence", "lifts": ["bar", "report"], "holds": "onward"}
BOOK = {
    "prohibitions": {"bar": {**LAW, "when": "protected"}},
    "grounds": {"open": GROUND, "old": {**GROUND, "holds": "false", "until": "2026-01-31", "available": "true"}},
    "duties": {
        "report": {**LAW, "by": "exporter", "timing": "after", "when": "protected"},
        "tell": {**LAW, "by": "exporter", "timing": "after", "when": "lifted('bar')"},
        "file": {**LAW, "by": "exporter", "timing": "after", "when": "true", "under": "open"},
    },
}


@pytest.mark.parametrize(
    ("facts", "owed"),
    [
        ("protected: true, onward: false", {"report": TRUE, "tell": FALSE, "file": FALSE}),
        ("protected: true, onward: true", {"report": FALSE, "tell": TRUE, "file": TRUE}),
        ("protected: true", {"report": UNKNOWN, "tell": UNKNOWN, "file": UNKNOWN}),
        ("protected: false, onward: false", {"report": FALSE, "tell": TRUE, "file": FALSE}),
    ],
)
def test_a_duty_is_owed_unless_a_ground_lifts_it_and_only_under_its_own(facts, owed):
    """What lifts a prohibition may lift a duty, or be what it is owed under."""
    made = plan(**BOOK)
    (judged,) = [j for j in decide(world_of(on("2026-01-31", f", asset: {{kind: data}}, {facts}"), made), made) if j.leg.role == "exporter"]
    assert {d.duty.path: judged.stretch.truth(d.owed, judged.row) for d in made.regimes[0].duties} == owed


@pytest.mark.parametrize(("day", "available"), [("2026-01-30", TRUE), ("2026-01-31", FALSE)])
def test_a_ground_that_is_no_longer_law_can_no_longer_serve(day, available):
    """Neither where it is available without a word, nor under a condition."""
    for said in ({}, {"available": "true"}, {"available": "protected"}):
        made = plan(**{**BOOK, "grounds": {"old": {**GROUND, "lifts": ["bar"], "until": "2026-01-31", **said}}, "duties": {}})
        (judged,) = [j for j in decide(world_of(on(day, ", protected: true"), made), made) if j.leg.role == "exporter"]
        (ground,) = made.regimes[0].grounds
        assert judged.stretch.truth(ground.available, judged.row) == available


def test_a_prohibition_may_stand_beyond_the_scope():
    """What other law of the place governs stays open, and the regime has a say there; about other things it is silent."""
    rule = {**LAW, "when": "protected", "beyond": "true", "status": [{"from": "2020-01-01", "is": "presumed"}]}
    made = plan(scope={**LAW, "when": "not protected"}, prohibitions={"other": rule, "own": {**LAW, "when": "protected"}})
    for asset, protected, span, said in (
        ("data", "true", "prohibited..permitted", ["xx.t"]),
        ("data", "false", "permitted", ["xx.t"]),
        ("goods", "true", "permitted", []),
    ):
        world = f"{{assets: {{a: {{kind: {asset}}}}}, movements: {{t: {{asset: a, protected: {protected}, on: 2026-03-01}}}}}}"
        judged = decide(world_of(world, made), made)[0]
        assert str(judged.opinions["xx.t"]) == span
        assert [one.name for one in opinions(judged, made)] == said
