"""Editions of one small rulebook: what changes, which way, by what, and that the transfers that show it are judged so."""

import pytest

from comity import shelf
from comity.cli.main import main
from comity.prove.difference import Compared
from comity.prove.editions import Editions

READING = """
readings:
  posted:
    en: opening is sending
    zh: 开放即为传输
    for: {cite: s. 9, en: it is}
    against: {cite: s. 9, en: it is not}
"""
OWNED = """
  held:
    of: party
    cite: s. 8
    en: Held from AA.
    zh: 由AA持有。
    is: located_in in {'AA'} or any(o.party.held for o in owners)
    read: false
"""


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    folder = tmp_path_factory.mktemp("law") / "xx.export-act"
    assert main(["law", "new", str(folder)]) == 0
    return (folder / "rulebook.yaml").read_text()


@pytest.fixture
def compare(base, tmp_path):
    def compared(old, new, seconds=30):
        """Both are what is put for what in the first page."""
        plans = []
        for name, changes in (("old", old), ("new", new)):
            text = base
            for before, after in changes.items():
                assert before in text
                text = text.replace(before, after)
            file = tmp_path / f"{name}.yaml"
            file.write_text(text)
            plans.append(shelf.alone(file))
        editions = Editions(*plans)
        found = Compared(editions, seconds).difference()
        for change in found.changes:
            assert [editions.verdict(change.world, plan).outcome for plan in plans] == [change.old, change.new]
        return found

    return compared


def told(found):
    return {(c.direction, str(c.old), str(c.new), *((p.path, p.how) for p in c.by)) for c in found.changes}


def test_a_raised_number_loosens(compare):
    found = compare({}, {">= 10000": ">= 20000"})
    assert told(found) == {("loosened", "authorisation_required", "permitted", ("export/many", "changed"))}
    assert not found.unknown
    assert "persons: 1" in found.changes[0].world


def test_a_place_more_or_less(compare):
    abroad = "destination not in HOME"
    narrow = {abroad: "destination in {'AA'}"}
    found = compare({abroad: "destination in {'AA', 'BB'}"}, narrow)
    assert told(found) == {("loosened", "authorisation_required", "permitted", ("export/many", "changed"))}
    found = compare(narrow, {})
    assert told(found) == {("tightened", "permitted", "authorisation_required", ("export/many", "changed"))}


def test_an_added_ground_is_what_makes_the_difference(compare):
    ground = "  consent: {kind: exemption, cite: s. 6, en: Small., zh: 小., lifts: [export], holds: population.persons < 15000, read: false}\n"
    found = compare({}, {"\nduties:": f"{ground}\nduties:"})
    assert told(found) == {("loosened", "authorisation_required", "permitted", ("consent", "added"))}
    assert told(compare({"\nduties:": f"{ground}\nduties:"}, {})) == {("tightened", "permitted", "authorisation_required", ("consent", "dropped"))}


def test_a_date(compare):
    when = "when: leaves and population.persons >= 10000\n"
    found = compare({}, {when: when + "    until: 2027-01-01\n"})
    assert told(found) == {("loosened", "authorisation_required", "permitted", ("export/many", "changed"))}


def test_a_reading_that_prevails_settles_what_was_open(compare):
    open_ = {"\ndefinitions:": f"{READING}\ndefinitions:", "when: leaves and": "when: reading.posted and leaves and"}
    settled = {**open_, "\ndefinitions:": f"{READING}    prevails: true\n\ndefinitions:"}
    found = compare(open_, settled)
    assert told(found) == {("tightened", "authorisation_required..permitted", "authorisation_required", ("export/many", "changed"))}
    settled["\ndefinitions:"] = settled["\ndefinitions:"].replace("prevails: true", "prevails: false")
    assert told(compare(open_, settled)) == {("loosened", "authorisation_required..permitted", "permitted", ("export/many", "changed"))}


def test_a_definition_that_rests_on_itself_is_another_in_the_other_edition(compare):
    old = {"\nprohibitions:": f"{OWNED}\nprohibitions:", "when: leaves and": "when: importer.held and leaves and"}
    found = compare(old, {**old, "\nprohibitions:": f"{OWNED.replace(chr(39) + 'AA', chr(39) + 'BB')}\nprohibitions:"})
    assert {(c.direction, str(c.old), str(c.new)) for c in found.changes} == {
        ("loosened", "authorisation_required", "permitted"),
        ("tightened", "permitted", "authorisation_required"),
    }
    assert not found.unknown
    same = compare(old, {**old, "when: leaves and": "when: leaves and importer.held and"})
    assert (same.changes, same.unknown) == ([], [])


def test_a_definition_that_rests_on_itself_and_is_wider_only_tightens(compare):
    old = {"\nprohibitions:": f"{OWNED}\nprohibitions:", "when: leaves and": "when: importer.held and leaves and"}
    found = compare(
        old, {**old, "\nprohibitions:": f"{OWNED.replace(chr(39) + 'AA' + chr(39), chr(39) + 'AA' + chr(39) + ', ' + chr(39) + 'BB' + chr(39))}\nprohibitions:"}
    )
    assert {(c.direction, str(c.old), str(c.new)) for c in found.changes} == {("tightened", "permitted", "authorisation_required")}
    assert not found.unknown


def test_other_words_and_other_names_change_nothing(compare):
    for new in (
        {"population.persons >= 10000": "population.persons > 9999"},
        {"leaves and population.persons >= 10000": "population.persons > 9999 and leaves"},
        {"export/many": "export/ten-thousand"},
        {"  licence:\n": "  permit:\n"},
        {},
    ):
        found = compare({}, new)
        assert (found.changes, found.unknown) == ([], []), new


def test_a_contrary_is_another_condition_where_there_is_no_number(compare):
    found = compare({}, {"population.persons >= 10000": "not population.persons < 10000"})
    assert told(found) == {("tightened", "permitted", "authorisation_required", ("export/many", "changed"))}


def test_what_is_not_found_in_time_is_unknown(compare):
    found = compare({}, {">= 10000": ">= 20000"}, seconds=0)
    assert not found.changes
    assert found.unknown
