"""What falls due of a matter, and of verdicts: on which day, for whom, and whether it is late."""

from __future__ import annotations

import pytest
from docket_office import CONTRACT, LETTER, PAPERS, Office
from filed import day, procedure, text
from hypothesis import given
from hypothesis import strategies as st

from comity import shelf
from comity.docket.due import What, conditions, dues, listed
from comity.docket.matter import Made, Matter, Step
from comity.facts.calendar import after
from comity.facts.value import Interval

REPORT = {"name": "report", "text": "report deliveries", "by": "exporter", "every": 6, "unit": "months"}
AUDIT = {"name": "audit", "text": "be audited", "by": "exporter", "due": "2026-09-01"}
DOCUMENT = {"name": "proof.pdf", "sha256": "1" * 64}


@pytest.fixture
def office(tmp_path):
    made = Office(tmp_path)
    yield made
    made.ledger.close()


def found(office, on):
    """What falls due, by what and name."""
    matter = office.matter().on(day(on), shelf.calendars())
    return {(one.what, one.name): one for one in dues(matter, shelf.calendars())}


def on_list(office, on, within=None, party=""):
    return [(one.what, one.name) for one, _ in listed(((one, day(on)) for one in found(office, on).values()), within, party)]


def licensed(office, *told):
    office.open()
    office.act("issue-letter", "commerce-beijing", "2026-03-02", LETTER)
    office.act("sign-contract", "beijing-lab", "2026-04-01", CONTRACT)
    office.act("sign-contract", "austin-jv", "2026-04-02", CONTRACT)
    office.act("apply-licence", "beijing-lab", "2026-04-03", PAPERS)
    office.act("issue-licence", "commerce-beijing", "2026-04-20", {"number": "2", "issued_on": "2026-04-20", "conditions": list(told)})


def meet(office, name, on):
    office.act("meet-condition", "beijing-lab", on, {"condition": name, "proof": DOCUMENT})


def test_a_decision_is_due_from_the_authority_on_the_last_working_day_and_stays_owed(office):
    office.open()
    one = found(office, "2026-01-13")[What.DEADLINE, "letter-decision"]
    assert (text(one.day.lo), one.who, one.sure) == ("2026-02-28", ("commerce-beijing",), True)
    assert [one.late(day(on)) for on in ("2026-02-27", "2026-02-28", "2026-03-01")] == [False, False, True]
    assert on_list(office, "2027-01-01") == [(What.DEADLINE, "letter-decision")]


def test_nothing_is_due_from_the_authority_while_papers_are_asked_for(office):
    office.open()
    office.act("ask", "commerce-beijing", "2026-01-15", {"missing": "the list"})
    assert not found(office, "2026-01-16")


def test_past_the_horizon_of_the_calendar_a_day_is_provisional_and_perhaps_late(office):
    office.now.set("2026-12-25")
    office.open()
    one = found(office, "2026-12-26")[What.DEADLINE, "letter-decision"]
    assert not one.sure
    assert [one.late(on) for on in (one.day.lo, one.day.lo + 1, one.day.hi, one.day.hi + 1)] == [False, None, None, True]


def test_a_time_that_bars_an_act_is_no_longer_listed_when_it_is_over(office):
    office.open()
    office.act("refuse", "commerce-beijing", "2026-02-02", {"reasons": "r"})
    assert (What.CLOSES, "reconsideration") in on_list(office, "2026-04-03")
    assert (What.CLOSES, "reconsideration") not in on_list(office, "2026-04-04")
    assert text(found(office, "2026-02-03")[What.CLOSES, "reconsideration"].day.lo) == "2026-04-03"


def test_a_condition_on_a_day_is_owed_until_an_act_names_it(office):
    licensed(office, AUDIT)
    assert found(office, "2026-09-02")[What.CONDITION, "audit"].late(day("2026-09-02"))
    assert found(office, "2026-09-02")[What.CONDITION, "audit"].who == ("beijing-lab",)
    meet(office, "audit", "2026-09-03")
    assert (What.CONDITION, "audit") not in found(office, "2026-09-04")
    (one,) = conditions(office.matter(), shelf.calendars())
    assert (one.next, [text(on) for on in one.met]) == (None, ["2026-09-03"])


def test_a_condition_every_six_months_is_due_anew_each_time_it_is_met(office):
    licensed(office, REPORT)
    assert text(found(office, "2026-05-01")[What.CONDITION, "report"].day.lo) == "2026-10-20"
    meet(office, "report", "2026-10-01")
    assert text(found(office, "2026-10-02")[What.CONDITION, "report"].day.lo) == "2027-04-20"


def test_what_is_shown_twice_in_one_period_does_not_meet_the_next(office):
    licensed(office, REPORT)
    meet(office, "report", "2026-05-01")
    meet(office, "report", "2026-06-01")
    assert text(found(office, "2026-06-02")[What.CONDITION, "report"].day.lo) == "2027-04-20"


def test_what_was_missed_is_met_before_what_comes(office):
    licensed(office, REPORT)
    assert found(office, "2027-06-01")[What.CONDITION, "report"].late(day("2027-06-01"))
    meet(office, "report", "2027-06-01")
    assert text(found(office, "2027-06-02")[What.CONDITION, "report"].day.lo) == "2027-04-20"
    meet(office, "report", "2027-06-02")
    assert text(found(office, "2027-06-03")[What.CONDITION, "report"].day.lo) == "2027-10-20"


def test_a_paper_ceases_to_hold_by_its_own_scope_too(office):
    office.open()
    office.act("issue-letter", "commerce-beijing", "2026-03-02", {**LETTER, "scope": {"until": "2027-01-01"}})
    assert text(found(office, "2026-03-03")[What.VALIDITY, "letter"].day.lo) == "2027-01-01"
    assert (What.VALIDITY, "licence") not in found(office, "2026-03-03")


def test_of_a_matter_that_is_over_nothing_is_due(office):
    licensed(office, REPORT)
    office.act("report-end", "beijing-lab", "2026-05-06", {"ended_on": "2026-05-06"})
    assert not found(office, "2026-05-07")


def test_late_ones_come_first_and_then_those_that_are_near_of_one_party(office):
    licensed(office, REPORT, AUDIT)
    assert on_list(office, "2026-09-02") == [(What.CONDITION, "audit"), (What.CONDITION, "report"), (What.VALIDITY, "letter-validity")]
    assert on_list(office, "2026-09-02", within=10) == [(What.CONDITION, "audit")]
    assert on_list(office, "2026-09-02", party="commerce-beijing") == [(What.VALIDITY, "letter-validity")]


@given(st.lists(st.integers(0, 2_000), max_size=8), st.integers(1, 24))
def test_a_condition_is_met_for_one_period_by_one_act_and_never_before_that_begins(days, months):
    """The reference counts periods one by one: each is met by the first act after the one before was met, if it has begun by then."""
    start = day("2026-04-20")
    shown = [Made("meet-condition", start + one, {"condition": "report"}, ("beijing-lab",), 9) for one in sorted(days)]
    told = Made("issue-licence", start, {"conditions": [{**REPORT, "every": months}]}, ("commerce-beijing",), 8)
    matter = Matter(
        "m1", procedure("cn.technology-export", "licence"), {"exporter": "beijing-lab"}, (told, *shown), (Step(start, "licensed", "issue-licence", 1),)
    )
    (one,) = conditions(matter, shelf.calendars())
    ends = [after(Interval(start, start), n * months, "months", None).lo for n in range(len(days) + 2)]
    left, met = sorted(days), 0
    while left and (usable := [one for one in left if met == 0 or start + one > ends[met]]):
        left, met = left[left.index(usable[0]) + 1 :], met + 1
    assert one.next == Interval(ends[met + 1], ends[met + 1])
