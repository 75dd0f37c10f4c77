"""What the law counts of a transfer, and what the ledger's totals tell the verdict of it."""

import datetime as dt
import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from moved import moved
from strategies import HEAD, LAW, plan_of

from comity.gate.counting import counted, definitions, kept_since
from comity.ledger.definition import Definition
from comity.text.source import SourceError

PLACES = {"A": "DE", "B": "FR", "C": "US"}
WAY = {"origin": "US", "destination": "DE", "access_place": "DE"}
PARTY = {"kind": "organisation", "organised_in": ["US"], "part_of": "none", "owners": []}


def law(when, **definitions):
    prohibitions = {"rule": {**LAW, "when": when}}
    told = {name: {**LAW, "is": text} for name, text in definitions.items()}
    return json.dumps({**HEAD, "jurisdiction": ["EU", "US", "CN"], "definitions": told, "prohibitions": prohibitions, "duties": {}})


def world(**more):
    columns = {"who": {"field": "name"}, "mail": {"field": "email", "forms": ["keep", "drop"]}, "ill": {"field": "health", "forms": ["keep", "drop"]}}
    table = {"asset": "a0", "confirmed": {"by": "x", "on": "2026-01-01"}, "person": "who", "place": {"column": "country", "codes": PLACES}, "columns": columns}
    return {
        "parties": {"p0": PARTY, "p1": PARTY, "p2": {**PARTY, "group": "g"}, "p3": {**PARTY, "group": "g"}},
        "deals": {"d0": {}, "d1": {}},
        "populations": {"q": {"place": "EU"}},
        "assets": {"a0": {"kind": "data", "populations": ["q"], "fields": [{"kind": kind, "name": kind} for kind in ("name", "email", "health")]}},
        "instruments": {},
        "movements": {"t0": {"exporter": "p0", "importer": "p2", "deal": "d1", "asset": "a0", "event": "send", **WAY}},
        "tables": {"t": {**table, **more.pop("table", {})}},
        "assume": {"closed": "all", "by": "x", "on": "2026-01-01"},
        **more,
    }  # fmt: skip


def rows(persons, place="A", **more):
    empty = dict.fromkeys(("device", "country", "mail", "ill", "lat", "born", "paid", "note"))
    return [{**empty, "who": who, "country": place, "mail": "m", "ill": "i", **more} for who in persons]


def crossed(text, told, *tables):
    """How many columns crossed of each of some tables, one after the other; what the reference lets through did."""
    with TemporaryDirectory() as folder:
        found = list(moved(text, told, [(table, 0) for table in tables], Path(folder)))
    assert all(got == wanted for got, wanted, *_ in found)
    return [len(names) for _, _, names, *_ in found]


SENT = "counted(persons, where=any(f.kind == 'email' for f in fields), key=[exporter], window=year)"


def test_persons_counted_before_hold_what_brings_none_to_the_count():
    """Whoever has sent many Germans' data may send no illness: that of the French neither, who are in no such count."""
    text = law("sent > 3 and any(f.kind == 'health' for f in fields)", sent="counted(persons, where=population.place in {'DE'}, key=[exporter])")
    assert crossed(text, world(), rows("abc"), rows("z", "B"), rows("abcde"), rows("z", "B")) == [3, 3, 2, 2]


def test_somebody_in_two_places_is_one_person():
    text = law("sent > 3 and any(f.kind == 'email' for f in fields)", sent=SENT)
    assert crossed(text, world(), [*rows("abc"), *rows("abc", "B")]) == [3]
    assert crossed(text, world(), [*rows("abc"), *rows("abd", "B")]) == [2]


def test_a_law_for_many_counts_somebody_in_two_places_once():
    text = law("sent < 4 and any(f.kind == 'email' for f in fields)", sent=SENT)
    assert crossed(text, world(), [*rows("abc"), *rows("abc", "B")]) == [2]
    assert crossed(text, world(), [*rows("abc"), *rows("abd", "B")]) == [3]


def test_another_movement_of_the_world_may_move_the_same_persons():
    text = law("sent < 4 and any(f.kind == 'email' for f in fields)", sent=SENT)
    other = {"exporter": "p0", "importer": "p1", "asset": "a0", "population": "q", "on": "2026-11-26"}
    told = world(populations={"q": {"place": "EU", "persons": "3"}})
    told["movements"]["t1"] = other
    assert crossed(text, told, rows("abc")) == [2]


@pytest.mark.parametrize(
    ("key", "columns"), [("exporter, deal", 3), ("importer.group", 3), ("importer.entity", 3), ("asset", 0), ("population", 0), ("principal", 0)]
)
def test_whose_count_it_is(key, columns):
    """Any link may be: of a record, a group, an entity; what the gate makes of each cell is no key, nor is a party nobody named."""
    text = law("sent > 3 and any(f.kind == 'email' for f in fields)", sent=f"counted(persons, key=[{key}])")
    assert crossed(text, world(), rows("abc")) == [columns]
    assert crossed(text, world(), rows("abc"), rows("d"))[1] == (2 if columns else 0)


def test_what_the_world_says_was_counted_is_of_the_key_it_says():
    text = law("sent > 3 and any(f.kind == 'email' for f in fields)", sent=SENT)
    before = {"count": "xx.t/sent", "is": "0"}
    closed = {"closed": ["instruments", "measures"]}
    assert crossed(text, world(assume=closed, counts=[{**before, "exporter": "p0"}]), rows("abc")) == [3]
    assert crossed(text, world(assume=closed, counts=[before]), rows("abc")) == [3]
    assert crossed(text, world(assume=closed, counts=[{**before, "exporter": "p1"}]), rows("abc")) == [2]
    assert crossed(text, world(assume=closed), rows("abc")) == [2]


def test_devices_are_not_counted_where_no_column_names_them():
    text = law("sent > 3", sent="counted(devices, key=[exporter])")
    assert crossed(text, world(), rows("abc")) == [0]
    device = {"device": "device", "columns": {"who": {"field": "name"}, "device": {"field": "email"}}}
    assert crossed(text, world(table=device), rows("abcd", device="m"), [one for m in "mnop" for one in rows("a", device=m)]) == [2, 0]


def test_two_counts_of_one_name_are_refused():
    plan = plan_of(law("sent > 3", sent="counted(persons, key=[exporter]) + counted(persons, where=onward, key=[exporter])"))
    with pytest.raises(SourceError, match=r"two things are counted as 'xx.t/sent'"):
        counted(plan)
    assert [one.name for one in counted(plan_of(law("sent > 3 and sent > 4", sent=SENT)))] == ["xx.t/sent"]


def test_a_count_is_exact_up_to_the_highest_line():
    assert definitions(plan_of(law("sent > 3 or sent >= 9", sent=SENT))) == [Definition("xx.t/sent", "person", ("year", 0), 9)]
    assert definitions(plan_of(law("sent > population.persons", sent=SENT)))[0].most > 2**50


def test_a_count_that_was_let_go_begins_anew():
    def adopts(day, *names):
        return {"kind": "adopt", "at": f"2026-01-{day:02}T10:00:00Z", "counts": [{"name": name} for name in names]}

    entries = [{"kind": "key", "at": "2026-01-01T10:00:00Z"}, adopts(1, "a", "b"), adopts(2, "a"), adopts(5, "a", "b", "c")]
    first = dt.date(2026, 1, 1).toordinal()
    assert kept_since(entries) == {"a": first, "b": first + 4, "c": first + 4}
