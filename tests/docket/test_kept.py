"""A docket that is kept says what a docket that is read anew says, goes on from where it was, and is made anew where it was touched."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import replace

import pytest
from docket_office import APPLY, LETTER, PARTIES, WORLD, Office
from filed import day, procedure
from hypothesis import given, settings
from hypothesis import strategies as st

from comity import shelf
from comity.docket.clerk import read
from comity.docket.due import dues
from comity.docket.kept import Kept
from comity.docket.paper import Papers, names_in
from comity.files.world import read_world
from comity.ledger.hold import CorruptError
from comity.ledger.ledger import stored
from comity.text.source import Mistakes, read_documents
from comity.verdict.verdict import verdicts


@pytest.fixture
def office(tmp_path):
    made = Office(tmp_path)
    made.licensed()
    made.open("m2")
    yield made
    made.ledger.close()


@pytest.fixture
def file(tmp_path):
    return tmp_path / "docket.sqlite"


def kept(file, office, made_by="rules", secret=b"of the log"):
    return Kept(file, office.ledger.store, shelf.vocabulary(), made_by, secret)


def same(found, office):
    anew = read(office.ledger.store, shelf.vocabulary())
    assert dict(found.docket.files) == anew.files
    assert (found.docket.size, found.docket.idle, found.docket.keys, found.docket.log) == (anew.size, anew.idle, anew.keys, anew.log)
    assert found.docket.procedures == anew.procedures
    assert list(found.reaching({})) == list(anew.matters.values())


def test_it_says_the_same_at_first_and_again(file, office):
    for _ in range(2):
        with kept(file, office) as found:
            same(found, office)


def test_it_goes_on_from_where_it_was(file, office):
    kept(file, office).close()
    office.act("ask", "commerce-beijing", "2026-04-21", {"missing": "a form"}, "m2")
    office.clerk.revoke(office.keys["ministry"].key, "lost", office.keys["ministry"])
    with kept(file, office) as found:
        same(found, office)
        assert found.docket.matters["m2"].stage == "asked"
        office.act("withdraw", "beijing-lab", "2026-04-22", {}, "m2")
        found.read_on()
        same(found, office)


def test_what_other_rules_made_is_made_anew(file, office):
    kept(file, office).close()
    with sqlite3.connect(file) as rows:
        rows.execute("delete from files")
    with kept(file, office, "other rules") as found:
        same(found, office)


def test_a_row_that_was_changed_is_made_anew(file, office):
    kept(file, office).close()
    with sqlite3.connect(file) as rows:
        rows.execute("update files set body = replace(body, 'refused', 'granted'), sum = x'00' where name = 'm2'")
    with kept(file, office) as found:
        with pytest.raises(ValueError, match="not as it was written"):
            _ = found.docket.matters["m2"]
        found.anew()
        same(found, office)


def test_who_may_write_files_cannot_write_decisions(file, office):
    """All of it made as it would be, by somebody who has not the log's key: a licence that was never issued."""
    kept(file, office).close()
    with kept(file, office, secret=b"of a thief") as forged:
        row = forged.docket.files["m1"]
        forged.docket.files["m2"] = replace(row, matter=replace(row.matter, name="m2"))
        forged.docket.files.flush(forged.docket.calendars)
    with kept(file, office) as found:
        same(found, office)
        assert found.docket.matters["m2"].stage == "filed"


def test_what_is_kept_of_another_log_is_not_believed(file, office, tmp_path):
    kept(file, office).close()
    (tmp_path / "other").mkdir()
    other = Office(tmp_path / "other")
    other.open("m9")
    for n in range(12):
        other.open(f"n{n}")
    with pytest.raises(CorruptError, match="another than the one"):
        kept(file, other)
    other.ledger.close()


def test_a_log_that_was_cut_off_is_not_believed(file, office, tmp_path):
    office.ledger.close()
    shutil.copy(office.file, tmp_path / "old.sqlite")
    again = Office.again(office)
    again.act("ask", "commerce-beijing", "2026-04-21", {"missing": "a form"}, "m2")
    kept(file, again).close()
    again.ledger.close()
    old = stored(tmp_path / "old.sqlite")
    with pytest.raises(CorruptError, match="entries and has"):
        Kept(file, old, shelf.vocabulary(), "rules", b"of the log")
    old.close()
    office.ledger = again.ledger


@pytest.mark.parametrize(
    ("scope", "there"),
    [
        ({"importers": ["austin-jv"]}, True),
        ({"importers": ["another"]}, False),
        ({"importers": ["another", "austin-jv"]}, True),
        ({"exporters": ["a-stranger"]}, False),
        ({"assets": ["a-map"]}, False),
        ({"movements": ["another"]}, False),
        ({"movements": ["another", "delivery"]}, True),
    ],
)
def test_only_matters_that_name_somebody_and_something_of_a_world_reach_it(file, office, scope, there):
    made = procedure("cn.technology-export", "licence")
    says = {**APPLY, "scope": {**APPLY["scope"], **scope}}
    office.clerk.open("m3", made, PARTIES, "apply", says, office.keys["beijing-lab"])
    mistakes = Mistakes()
    (world,) = read_documents("world.yaml", f"{WORLD}assume: {{closed: all, by: a tester, on: 2026-01-01}}", mistakes)
    names, plan, on = names_in(world), shelf.plan(names=("cn.technology-export",)), day("2026-04-20")
    with kept(file, office) as found:
        reached = list(found.reaching(names))
        assert [one.name for one in reached] == ["m1", "m2", *(["m3"] if there else [])]
        assert "m3" in {one.name for one in found.reaching({kind: held for kind, held in names.items() if kind not in ("party", "asset", "movement")})}
        told = []
        for matters in (reached, list(found.docket.matters.values())):
            papers = Papers(matters, frozenset(), on, office.clerk.docket.calendars, "log", shelf.vocabulary())
            told.append([str(one.outcome) for one in verdicts(read_world(papers(world), plan.vocabulary, mistakes, on), plan, on)])
        mistakes.settle()
        assert told[0] == told[1]


def test_a_row_of_whom_a_matter_reaches_is_believed_as_it_was_written_alone(file, office):
    kept(file, office).close()
    with sqlite3.connect(file) as rows:
        rows.execute("update reach set body = replace(body, 'austin-jv', 'another') where matter = 'm2'")
    with kept(file, office) as found, pytest.raises(ValueError, match="not as it was written"):
        list(found.reaching({}))


@settings(max_examples=12)
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_no_bit_that_turns_says_otherwise(tmp_path_factory, place, bit):
    """Whatever bit of the kept file turns: it is noticed and made anew, or it changes nothing that is said."""
    folder = tmp_path_factory.mktemp("bit")
    office = Office(folder)
    office.open()
    office.act("issue-letter", "commerce-beijing", "2026-03-02", LETTER)
    kept(folder / "docket.sqlite", office).close()
    raw = bytearray((folder / "docket.sqlite").read_bytes())
    raw[int(place * len(raw))] ^= 1 << bit
    (folder / "docket.sqlite").write_bytes(raw)
    try:
        with kept(folder / "docket.sqlite", office) as found:
            try:
                same(found, office)
            except (ValueError, sqlite3.DatabaseError):
                found.anew()
                same(found, office)
    except CorruptError:
        pass  # it says that the log is another: nothing is said of any matter
    finally:
        office.ledger.close()


@pytest.mark.parametrize("on", ["2026-01-12", "2026-04-20", "2026-07-01", "2028-04-20", "2029-03-02", "2029-03-03", "2031-01-01"])
def test_what_falls_due_is_that_of_every_matter_as_its_clocks_have_moved_it(file, office, on):
    office.open("m3")
    office.act("issue-letter", "commerce-beijing", "2026-04-20", {"number": "3", "issued_on": "2026-04-20"}, "m3")
    office.open("m4")
    office.act("refuse", "commerce-beijing", "2026-04-20", {"reasons": "r"}, "m4")
    docket = office.clerk.docket
    today = day(on)
    expected = [one for matter in docket.matters.values() for one in dues(matter.on(today, docket.calendars), docket.calendars)]
    with kept(file, office) as found:
        for _ in range(2):
            told = list(found.due(lambda _: today))
            assert {at for _, at in told} <= {today}
            assert sorted(map(repr, (one for one, _ in told))) == sorted(map(repr, expected))
            near = [one for one, _ in found.due(lambda _: today, today + 30)]
            assert {repr(one) for one in expected if one.day.lo <= today + 30} <= {repr(one) for one in near}
            found.read_on()
