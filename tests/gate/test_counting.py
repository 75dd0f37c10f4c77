"""What the law counts of a transfer, and what the ledger's totals tell the verdict of it."""

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from bookkeeping import SIGNER, Clock
from hypothesis import given, settings
from hypothesis import strategies as st
from moved import SCHEMA, moved
from strategies import HEAD, LAW, plan_of, world_of

from comity.edge.home import law_of
from comity.facts.place import Places
from comity.gate.counting import Kept, Unions, counted, definitions, kept_since, names
from comity.gate.days import Days
from comity.gate.decide import Asking
from comity.gate.engine.polars import Polars
from comity.gate.mapping import read_table
from comity.gate.meaning import meaning
from comity.gate.run import Gate
from comity.gate.source import opened
from comity.ledger.digests import Digests
from comity.ledger.ledger import Ledger
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


def test_what_one_exporter_moved_says_nothing_of_what_others_did():
    """A count of an importer's group is of all who send to it."""
    text = law("sent > 3 and any(f.kind == 'email' for f in fields)", sent="counted(persons, key=[importer.group])")
    before = {"count": "xx.t/sent", "is": "0"}
    told = world(assume={"closed": ["instruments", "measures"]}, counts=[{**before, "exporter": "p0"}, {**before, "exporter": "p0", "importer": "p2"}])
    assert crossed(text, told, rows("abc")) == [2]
    told["counts"].append({**before, "importer": "p2"})
    assert crossed(text, told, rows("abc")) == [3]


def test_devices_are_not_counted_where_no_column_names_them():
    text = law("sent > 3", sent="counted(devices, key=[exporter])")
    assert crossed(text, world(), rows("abc")) == [0]
    device = {"device": "device", "columns": {"who": {"field": "name"}, "device": {"field": "email"}}}
    assert crossed(text, world(table=device), rows("abcd", device="m"), [one for m in "mnop" for one in rows("a", device=m)]) == [2, 0]


SOME = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("AAABC")), min_size=1, max_size=7)


@settings(max_examples=12)
@given(
    st.integers(0, 4),
    st.integers(0, 4),
    st.integers(0, 3),
    st.sampled_from(("year", "months(1)", "since(2026-12-20)")),
    st.lists(st.tuples(SOME, st.sampled_from((0, 20, 40))), min_size=1, max_size=3),
)
def test_of_a_place_that_would_cross_a_line_as_many_cross_as_stay_below_it(few, letters, low, window, tables):
    """Whoever is counted already goes first, then the order is that of the digests; forms are chosen for those who cross. One line forbids few, not many."""
    sent = f"counted(persons, where=population.place in {{'EU'}}, key=[exporter], window={window})"
    lines = f"sent > {few} or letters > {letters} and any(f.kind == 'email' for f in fields) or sent < {low} and any(f.kind == 'health' for f in fields)"
    text, told = law(lines, sent=sent, letters=SENT), world(table={"beyond_a_line": "hold"})
    held = [([row for who, place in table for row in rows([who], place)], later) for table, later in tables]
    with TemporaryDirectory() as folder:
        for found, wanted, *_ in moved(text, told, held, Path(folder)):
            assert found == wanted


def test_two_counts_of_one_name_are_refused():
    plan = plan_of(law("sent > 3", sent="counted(persons, key=[exporter]) + counted(persons, where=onward, key=[exporter])"))
    with pytest.raises(SourceError, match=r"two things are counted as 'xx.t/sent'"):
        counted(plan)
    assert [one.name for one in counted(plan_of(law("sent > 3 and sent > 4", sent=SENT)))] == ["xx.t/sent"]


def test_a_count_is_exact_up_to_the_highest_line():
    (found,) = definitions(plan_of(law("sent > 3 or sent >= 9", sent=SENT)))
    assert (found.name.split()[0], found.unit, found.window, found.most) == ("xx.t/sent", "person", ("year", 0), 9)
    assert definitions(plan_of(law("sent > population.persons", sent=SENT)))[0].most > 2**50


LINED = "sent > 5 and any(f.kind == 'email' for f in fields)"
TO_GERMANS = "counted(persons, where=population.place in {'DE'}, key=[exporter], window=months(1))"


@pytest.mark.parametrize(
    ("newer", "columns"),
    [
        (TO_GERMANS, 3),
        (TO_GERMANS.replace("months(1)", "year"), 3),
        (TO_GERMANS.replace("1", "2"), 2),
        (TO_GERMANS.replace("population.place in {'DE'}", "population.place in {'DE', 'FR'}"), 2),
        (TO_GERMANS.replace("exporter", "exporter, importer"), 2),
        (TO_GERMANS.replace("persons", "devices"), 0),
    ],
    ids=["the same", "another window", "a window before the first day", "others are counted", "another key", "another unit"],
)
def test_a_count_goes_on_while_it_means_the_same(newer, columns, tmp_path):
    """What a newer edition counts anew under the name of a count that is kept is known for no month yet; of what it counts on, all of this year is."""
    table = rows("abc", device="m")
    for closed, first in ((["instruments", "measures"], 2), (["instruments", "measures", "counts"], 3)):
        told = world(assume={"closed": closed, "by": "x", "on": "2026-01-01"})
        (folder := tmp_path / str(first)).mkdir()
        found = editions([(law(LINED, sent=TO_GERMANS), 0), (law(LINED, sent=newer), 45)], told, table, folder)
        assert found == [first, 3 if "2" in newer and first == 3 else columns]  # what the world says was counted before the ledger is not what it forgot


@pytest.mark.parametrize(
    ("at", "zones", "day"),
    [
        ("2025-12-31T20:00:00Z", ["Asia/Shanghai"], 1),
        ("2025-12-31T20:00:00Z", ["America/New_York"], 0),
        ("2025-12-31T20:00:00Z", ["Asia/Shanghai", "America/New_York"], 1),
        ("2025-12-31T11:00:00Z", [], 1),
        ("2025-12-31T09:00:00Z", [], 0),
    ],
)
def test_a_ledger_knows_nothing_of_the_last_day_on_which_it_may_have_begun_to_count_where_the_law_is(at, zones, day):
    """Else what moved there on its first day, before the ledger was begun, would be taken for nothing. Where nobody says where that is, it may be far east."""
    plan = plan_of(json.dumps({**json.loads(law("sent > 3", sent=SENT)), "zones": zones}))
    (name,) = names(plan).values()
    assert kept_since({name: [at], "xx.u/other": [at]}, plan) == {name: Kept(dt.date(2025, 12, 31).toordinal() + day, first=True)}


@pytest.mark.parametrize(
    ("turns", "kept"),
    [
        ({"xx.t/sent": 1}, [True]),
        ({"xx.t/sent": 2}, []),
        ({"xx.t/sent": 3}, [False]),
        ({"xx.t/sent": 1, "xx.t/sent other": 2}, [False]),
        ({"xx.t/sent other": 1}, []),
    ],
    ids=["first", "let go", "again", "after another meaning", "another meaning alone"],
)
def test_a_count_is_the_first_of_its_name_or_it_is_not(turns, kept):
    plan = plan_of(law("sent > 3", sent=SENT))
    (name,) = names(plan).values()
    told = {name if one == "xx.t/sent" else one: [f"2026-01-0{day + 1}T00:00:00Z" for day in range(n)] for one, n in turns.items()}
    assert [found.first for found in kept_since(told, plan).values()] == kept


def test_whom_a_count_counts_may_not_hang_on_another():
    told = law("beyond > 5", sent=SENT, beyond="counted(persons, where=sent > 3, key=[exporter])")
    with pytest.raises(SourceError, match=r"whom 'xx.t/beyond' counts hangs on another count"):
        counted(plan_of(told))


def editions(laws, told, table, folder):
    """How many columns may cross on a day after each law was adopted, so many days after the one before."""
    clock, found = Clock(), []
    source = folder / "source.parquet"
    pl.DataFrame(table, schema=SCHEMA).write_parquet(source)
    with Ledger.create(folder / "log.sqlite", signer=SIGNER, now=clock) as ledger:
        for text, later in laws:
            clock.now += dt.timedelta(days=later)
            plan = plan_of(text)
            ledger.adopt(*law_of(plan))
            clock.now += dt.timedelta(days=1)
            read = world_of(json.dumps(told), plan)
            table = read_table(read, "t", "t0", plan.vocabulary)
            asking = Asking(read, plan, "t0", table, Days.at(clock.now, plan), kept_since(ledger.since(), plan))
            decision = Gate(asking, ledger, Polars(), bytes(32), clock, "00" * 32).dry(opened(str(source)))
            found.append(len(decision.crossing.columns) if decision.crosses else 0)
    return found


WHERE = "exporter.reached and not reading.mild and population.place in {'EU'}"


def reading(prevails="true", place="CN", **more):
    """A law that counts by a reading that prevails, a circle of owners and a group of places."""
    reached = {**LAW, "of": "party", "is": f"overlaps(organised_in, {{'{place}'}}) or share(by=reached) >= 50%"}
    sides = {"for": {"cite": "a", "en": "b"}, "against": {"cite": "c", "en": "d"}}
    text = json.loads(law("sent > 3", sent=f"counted(persons, where={WHERE}, key=[exporter])", **more))
    text["definitions"]["reached"] = reached
    text["readings"] = {"mild": {"en": "mild", "zh": "宽", "prevails": prevails, **sides}}
    return json.dumps(text)


def meant(text, **other):
    plan = replace(plan_of(text), **other)
    (term,) = counted(plan)
    return meaning(term, plan)


def test_a_count_means_the_same_on_every_run():
    """And whatever else the law says beside it; whoever changes the digest lets every ledger begin to count anew."""
    assert meant(reading(aside="sent > 9 or onward"), places=PLACES_OF) == meant(reading(), places=PLACES_OF) == "cb03507380c3407bfcc0cfc9e6d03476"


PLACES_OF = Places({"EU": frozenset({"DE", "FR"}), "ASEAN": frozenset({"SG", "VN"})}, {"UK": "GB"})


def test_what_a_count_rests_on_is_part_of_what_it_means():
    """Groups of places, readings that prevail, definitions that rest on themselves: the words of a condition may stay and others be counted."""
    fewer, aside = (replace(PLACES_OF, groups={**PLACES_OF.groups, name: frozenset()}) for name in ("EU", "ASEAN"))
    others = reading("false"), reading("unknown"), reading(place="US")
    first = meant(reading(), places=PLACES_OF)
    elsewhere = json.dumps({**json.loads(reading()), "zones": ["Asia/Shanghai"]})  # whose days are others
    assert len({first, meant(reading(), places=fewer), *(meant(one, places=PLACES_OF) for one in (*others, elsewhere))}) == 6
    assert meant(reading(), places=aside) == first


def test_a_union_of_the_same_sets_is_made_once():
    one, two, more = (Digests.joined([bytes([n]) * 16]) for n in range(3))
    unions = Unions()
    made = unions.of([one, two])
    assert made == one | two
    assert unions.of([one, two]) is made
    assert unions.of([one, more]) == one | more
    assert unions.of([one]) is one
    assert unions.of([Digests.joined([one.data]), two]) == made
