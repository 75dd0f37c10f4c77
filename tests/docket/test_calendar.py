"""Calendars in the log: clocks count by what was published, a change moves open deadlines and is put down, what is past stays."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from docket_office import APPLY, PARTIES, Office
from filed import day

from comity import shelf
from comity.docket.clerk import Clerk, read
from comity.docket.matter import RefusedError
from comity.docket.written import read_procedures
from comity.files.calendar import Edition
from comity.text.source import Mistakes, read_documents


@pytest.fixture
def office(tmp_path):
    made = Office(tmp_path)
    yield made
    made.ledger.close()


def ends(office, clock, name="m1"):
    docket = office.clerk.docket
    one = next(one for one in docket.matters[name].clocks(docket.calendars) if one.clock.name == clock)
    return one.ends, one.sure


def extended(until="2026-03-01"):
    """The shipped calendar and a later edition, in which a holiday is longer."""
    almanac = shelf.almanacs()["CN"]
    last = max(almanac.editions, key=lambda one: one.horizon)
    days = frozenset(range(day("2026-02-24"), day(until)))
    later = Edition(day("2026-02-20"), last.first, last.horizon, last.holidays | days, last.worked - days, "an announcement made up for a test", True)
    return {"CN": replace(almanac, editions=(*almanac.editions, later))}


def known_until(horizon):
    """The shipped calendar as far as it was published for days before one."""
    almanac = shelf.almanacs()["CN"]
    return {"CN": replace(almanac, editions=tuple(one for one in almanac.editions if one.horizon < day(horizon)))}


def published(office, almanacs, on):
    """The calendar put into the log on a day."""
    office.now.set(on)
    office.clerk = Clerk(office.ledger, read(office.ledger.store, shelf.vocabulary()), almanacs, office.now)
    return office.clerk.publish("CN")


def test_the_log_gets_the_calendar_that_a_matter_counts_by(office):
    office.open()
    told = [entry for entry in map(office.ledger.entry, range(office.ledger.size)) if entry["kind"] == "calendar"]
    assert len(told) == len(shelf.almanacs()["CN"].editions)
    assert read(office.ledger.store, shelf.vocabulary()).almanacs["CN"].editions == shelf.almanacs()["CN"].editions
    office.open("m2")
    assert sum(office.ledger.entry(index)["kind"] == "calendar" for index in range(office.ledger.size)) == len(told)


def test_a_change_moves_open_deadlines_and_is_put_down(office):
    office.open()
    assert ends(office, "letter-decision") == ((day("2026-02-28"),) * 2, True)
    assert published(office, extended(), "2026-02-20") == 1
    assert ends(office, "letter-decision") == ((day("2026-03-06"),) * 2, True)  # five days of work fall away, 24 to 28 February
    last = office.ledger.entry(office.ledger.size - 1)
    assert last["kind"] == "clocks"
    assert last["moved"] == [{"matter": "m1", "clock": "letter-decision", "from": "2026-02-28", "to": "2026-03-06"}]
    assert read(office.ledger.store, shelf.vocabulary()).files == office.clerk.docket.files


def test_past_what_is_published_a_deadline_is_provisional_and_becomes_sure(office):
    office.clerk = Clerk(office.ledger, read(office.ledger.store, shelf.vocabulary()), known_until("2026-01-01"), office.now)
    office.open()
    earliest, latest = ends(office, "letter-decision")[0]
    assert earliest < day("2026-02-28") < latest
    assert published(office, shelf.almanacs(), "2026-01-20") == 1
    assert ends(office, "letter-decision") == ((day("2026-02-28"),) * 2, True)
    assert office.ledger.entry(office.ledger.size - 1)["moved"][0]["from"].count("..") == 1


@pytest.mark.parametrize(
    ("changed", "why"),
    [({"weekend": ["friday"]}, "that its digest says"), ({"editions": []}, "that its digest says"), ({"calendar": "nowhere"}, "is not a place")],
)
def test_an_edition_that_is_not_the_one_of_its_digest_counts_for_nothing(office, changed, why):
    almanac = shelf.almanacs()["CN"]
    edition = almanac.editions[-1]
    told = {**almanac.told([edition]), **changed}
    office.ledger.append({"kind": "calendar", "id": almanac.digest(edition), "place": "CN", "told": told})
    docket = read(office.ledger.store, shelf.vocabulary())
    assert why in docket.idle[-1].why
    assert not docket.almanacs


def test_an_edition_that_leaves_a_gap_counts_for_nothing(office):
    almanac = shelf.almanacs()["CN"]
    first, last = almanac.editions[0], almanac.editions[-1]
    for edition in (first, last):
        office.ledger.append({"kind": "calendar", "id": almanac.digest(edition), "place": "CN", "told": almanac.told([edition])})
    docket = read(office.ledger.store, shelf.vocabulary())
    assert "does not go with those of CN" in docket.idle[-1].why
    assert docket.almanacs["CN"].editions == (first,)


def test_an_act_that_hangs_on_an_unpublished_day_is_not_taken(office):
    """Its time may be over or not: nobody can say, so it is refused until the calendar is known."""
    text = json.dumps(shelf.procedures(shelf.RULEBOOKS / "cn.technology-export")["licence"].told).replace('"60 days"', '"30 workdays"')
    mistakes = Mistakes()
    made = read_procedures(read_documents("p", f'{{"procedures": {{"licence": {text}}}}}', mistakes), "cn.technology-export", shelf.vocabulary(), mistakes)
    mistakes.settle()
    office.clerk = Clerk(office.ledger, read(office.ledger.store, shelf.vocabulary()), known_until("2026-01-01"), office.now)
    office.clerk.open("m1", made["licence"], PARTIES, "apply", APPLY, office.keys["beijing-lab"])
    office.act("refuse", "commerce-beijing", "2026-01-13", {"reasons": "r"})
    office.now.set("2026-03-02")
    with pytest.raises(RefusedError, match="nobody can say yet whether the time for 'reconsider' is over"):
        office.clerk.act("m1", "reconsider", {"grounds": "g"}, office.keys["beijing-lab"])
    assert published(office, shelf.almanacs(), "2026-03-02") == 1
    assert ends(office, "reconsideration")[0].lo == day("2026-03-02")
    office.clerk.act("m1", "reconsider", {"grounds": "g"}, office.keys["beijing-lab"])
    assert office.matter().stage == "reconsidered"
    assert office.matter().day == day("2026-03-02")
