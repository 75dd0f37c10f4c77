"""A matter as everybody sees it on a day: with what was done by then, and nothing that came later."""

from __future__ import annotations

import json

import pytest
from docket_office import LETTER, Office
from filed import day, text

from comity.docket.docket import LATER, NOTHING
from comity.docket.envelope import ACT, sealed
from comity.docket.standing import Standing, record


@pytest.fixture
def office(tmp_path):
    made = Office(tmp_path)
    yield made
    made.ledger.close()


def standing(office, on):
    return Standing.of(office.clerk.docket, "m1", day(on))


def test_on_an_earlier_day_it_stands_where_it_stood(office):
    office.licensed()
    office.act("suspend", "commerce-beijing", "2026-05-06", {"reasons": "an inspection"})
    for on, stage in (
        ("2026-01-12", "filed"),
        ("2026-03-02", "letter"),
        ("2026-04-19", "licence-filed"),
        ("2026-05-05", "licensed"),
        ("2026-05-06", "suspended"),
    ):
        assert record(standing(office, on))["stage"] == stage
    assert not standing(office, "2026-01-11").matter.path
    assert [one["act"] for one in record(standing(office, "2026-03-02"))["acts"]] == ["apply", "issue-letter"]


def test_on_a_later_day_it_stands_where_clocks_move_it(office):
    office.open()
    office.act("issue-letter", "commerce-beijing", "2026-03-02", LETTER)
    assert record(standing(office, "2029-03-03"))["stage"] == "lapsed"
    assert record(standing(office, "2029-03-03"))["path"][-1]["by"] == "letter-use"


def test_a_clock_is_itemised(office):
    office.open()
    there = standing(office, "2026-02-26")
    (one,) = there.clocks
    assert there.counted(one) == (28, 28)
    assert there.passed_over(one) == (17, 2)  # weekends and nine days of the Spring Festival; two Saturdays are worked
    told = record(there)["clocks"][0]
    assert (told["started"], told["ends"], told["provisional"]) == (["2026-01-12"] * 2, ["2026-02-28"] * 2, False)
    assert (told["binds"], told["silence"], told["barred"]) == ("commerce-beijing", "", False)


def test_past_the_horizon_a_clock_is_provisional(office):
    office.now.set("2026-12-25")
    office.open()
    told = record(standing(office, "2026-12-26"))["clocks"][0]
    assert told["provisional"]
    assert told["ends"][0] < told["ends"][1]


def test_whose_move_it_is_and_who_has_not_signed(office):
    office.open()
    assert standing(office, "2026-01-12").awaited == ("commerce-beijing",)
    office.act("issue-letter", "commerce-beijing", "2026-03-02", LETTER)
    office.act("sign-contract", "austin-jv", "2026-04-01", {"contract": {"name": "c", "sha256": "0" * 64}, "signed_on": "2026-04-01"})
    told = record(standing(office, "2026-04-01"))
    assert (told["waits_for"], told["proposed"][0]["missing"]) == (["beijing-lab", "austin-jv"], ["beijing-lab"])


def test_what_has_no_effect_is_shown_with_its_reason(office):
    office.open()
    late = {"log": office.clerk.docket.log, "matter": "m1", "act": "withdraw", "says": {}, "after": NOTHING}
    office.ledger.append({"kind": "act", "id": "m1/7", "envelope": sealed(late, ACT, office.keys["beijing-lab"])})
    office.clerk.catch_up()
    assert record(standing(office, "2026-01-13"))["without_effect"] == [{"entry": office.ledger.size - 1, "why": LATER}]


def test_what_can_be_done_next_says_what_it_needs_and_what_keeps_it(office):
    office.open()
    office.act("refuse", "commerce-beijing", "2026-02-02", {"reasons": "r"})
    told = {one["act"]: one for one in record(standing(office, "2026-04-04"))["next"]}
    assert told["reconsider"]["not_now"] == ["the time for 'reconsider' is over: 'reconsideration'"]
    assert told["sue"]["not_now"] == []
    assert [(one["name"], one["is"], one["optional"]) for one in told["sue"]["needs"]] == [("claim", "document", False)]
    last = {act.name: text(end.lo) for act, end in standing(office, "2026-02-03").remedies() if end is not None}
    assert last == {"reconsider": "2026-04-03", "sue": "2026-08-02"}


def test_it_can_be_told_as_json(office):
    office.licensed()
    assert json.loads(json.dumps(record(standing(office, "2026-05-01"))))["papers"]["m1.licence"]["kind"] == "licence"
