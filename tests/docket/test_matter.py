"""A matter from application to licence: who may act when, and what its clocks say."""

from __future__ import annotations

import pytest
from filed import day, procedure, text

from comity import shelf
from comity.docket.matter import Matter, RefusedError
from comity.docket.written import read_procedures
from comity.text.source import Mistakes, read_documents

DOCUMENT = {"name": "form.pdf", "sha256": "0" * 64}
PARTIES = {"exporter": "beijing-lab", "importer": "austin-jv", "authority": "commerce-beijing", "reviewer": "ministry", "court": "court-beijing"}
APPLY = {"application": DOCUMENT, "technology": "056101X/21", "scope": {"exporters": ["beijing-lab"], "importers": ["austin-jv"], "assets": ["ranker"]}}
LETTER = {"number": "1", "issued_on": "2026-03-02"}


def opened(on="2026-01-12"):
    return Matter("m1", procedure("cn.technology-export", "licence"), PARTIES).after("apply", ["beijing-lab"], APPLY, day(on), 1, shelf.calendars())


def made(matter, name, by, on, says=None):
    return matter.after(name, by, says or {}, day(on), len(matter.made) + 1, shelf.calendars())


def due(matter, clock):
    return next(one for one in matter.clocks(shelf.calendars()) if one.clock.name == clock)


def licensed():
    matter = made(opened(), "issue-letter", ["commerce-beijing"], "2026-03-02", LETTER)
    matter = made(matter, "sign-contract", ["beijing-lab", "austin-jv"], "2026-04-01", {"contract": DOCUMENT, "signed_on": "2026-04-01"})
    matter = made(matter, "apply-licence", ["beijing-lab"], "2026-04-02", dict.fromkeys(("letter", "contract", "materials", "status"), DOCUMENT))
    return made(matter, "issue-licence", ["commerce-beijing"], "2026-04-20", {"number": "2", "issued_on": "2026-04-20"})


def test_thirty_working_days_cross_the_spring_festival_and_its_make_up_days():
    assert (
        text(due(opened(), "letter-decision").ends.lo) == "2026-02-28"
    )  # 24 by 13 February, then a Saturday worked, nine days of rest, four weekdays, and a Saturday worked
    assert due(opened(), "letter-decision").sure


def test_a_question_begins_the_clock_anew_from_completion():
    asked = made(opened(), "ask", ["commerce-beijing"], "2026-01-15", {"missing": "the list of materials"})
    assert not due(asked, "letter-decision").awaited
    told = made(asked, "complete", ["beijing-lab"], "2026-01-20", {"papers": DOCUMENT})
    assert text(due(told, "letter-decision").start.lo) == "2026-01-20"


def test_the_whole_way_to_a_licence():
    assert licensed().stage == "licensed"
    assert [step.stage for step in licensed().path] == ["filed", "letter", "contract", "licence-filed", "licensed"]


@pytest.mark.parametrize(
    ("name", "by", "says", "why"),
    [
        ("issue-licence", ["commerce-beijing"], {"number": "2", "issued_on": "2026-01-13"}, "not made at the stage 'filed'"),
        ("issue-letter", ["beijing-lab"], {"number": "2", "issued_on": "2026-01-13"}, "'commerce-beijing', who is the authority, has not signed it"),
        ("issue-letter", ["commerce-beijing", "beijing-lab"], {"number": "2", "issued_on": "2026-01-13"}, "not for beijing-lab to make"),
        ("issue-letter", ["commerce-beijing"], {"number": "2"}, "needs 'issued_on'"),
        ("issue-letter", ["commerce-beijing"], {"number": "2", "issued_on": "2026-01-14"}, "yet to come"),
        ("issue-letter", ["commerce-beijing"], {"number": "2", "issued_on": "2026-01-13", "scope": {"importers": ["austin-jv", "other"]}}, "wider than"),
        ("refuse", ["commerce-beijing"], {}, "needs 'reasons'"),
        ("grant", ["commerce-beijing"], {}, "no act 'grant'"),
    ],
)
def test_what_cannot_be_done_is_refused_with_its_reason(name, by, says, why):
    with pytest.raises(RefusedError, match=why):
        made(opened(), name, by, "2026-01-13", says)


def test_every_reason_is_said_at_once():
    with pytest.raises(RefusedError) as told:
        made(opened(), "issue-letter", ["beijing-lab"], "2026-01-11", {"colour": "red"})
    assert len(told.value.reasons) == 6


def test_a_contract_is_signed_by_both_or_not_at_all():
    letter = made(opened(), "issue-letter", ["commerce-beijing"], "2026-03-02", LETTER)
    with pytest.raises(RefusedError, match="'austin-jv', who is the importer, has not signed it"):
        made(letter, "sign-contract", ["beijing-lab"], "2026-04-01", {"contract": DOCUMENT, "signed_on": "2026-04-01"})


def test_a_letter_that_is_not_used_lapses_by_itself():
    letter = made(opened(), "issue-letter", ["commerce-beijing"], "2026-03-02", LETTER)
    assert letter.on(day("2029-03-02"), shelf.calendars()).stage == "letter"
    assert letter.on(day("2029-03-03"), shelf.calendars()).stage == "lapsed"
    with pytest.raises(RefusedError, match="stage 'lapsed'"):
        made(letter, "sign-contract", ["beijing-lab", "austin-jv"], "2029-03-03", {"contract": DOCUMENT, "signed_on": "2029-03-03"})


def test_silence_of_the_authority_has_no_effect_where_the_law_gives_it_none():
    late = opened().on(day("2028-01-01"), shelf.calendars())
    assert late.stage == "filed"
    assert due(late, "letter-decision").over(day("2026-03-03"))


def test_a_refusal_is_open_to_reconsideration_within_its_time_only():
    refused = made(opened(), "refuse", ["commerce-beijing"], "2026-02-02", {"reasons": "the entry is prohibited"})
    assert made(refused, "reconsider", ["beijing-lab"], "2026-04-03", {"grounds": "it is not"}).stage == "reconsidered"
    with pytest.raises(RefusedError, match="the time for 'reconsider' is over"):
        made(refused, "reconsider", ["beijing-lab"], "2026-04-04", {"grounds": "it is not"})


def test_a_decision_that_is_set_aside_goes_back_to_where_it_was_made():
    suspended = made(licensed(), "suspend", ["commerce-beijing"], "2026-05-06", {"reasons": "an inspection"})
    again = made(suspended, "reconsider", ["beijing-lab"], "2026-05-07", {"grounds": "none was found"})
    assert made(again, "set-aside", ["ministry"], "2026-06-01").stage == "licensed"
    refused = made(
        made(opened(), "refuse", ["commerce-beijing"], "2026-02-02", {"reasons": "r"}), "reconsider", ["beijing-lab"], "2026-02-03", {"grounds": "g"}
    )
    assert made(refused, "set-aside", ["ministry"], "2026-03-02").stage == "filed"


def test_what_was_done_once_in_time_is_not_done_again_when_the_time_is_over():
    refused = made(opened(), "refuse", ["commerce-beijing"], "2026-02-02", {"reasons": "r"})
    again = made(refused, "reconsider", ["beijing-lab"], "2026-02-03", {"grounds": "g"})
    upheld = made(again, "uphold", ["ministry"], "2026-03-02", {"reasons": "r"})
    assert made(upheld, "sue", ["beijing-lab"], "2026-03-17", {"claim": DOCUMENT}).stage == "court"
    with pytest.raises(RefusedError, match="the time for 'sue' is over: 'action-after'"):
        made(upheld, "sue", ["beijing-lab"], "2026-03-18", {"claim": DOCUMENT})


LAPSING = """
procedures:
  licence:
    en: licence
    zh: 许可
    cite: s. 1
    place: XX
    zone: Asia/Shanghai
    roles:
      exporter: {en: the exporter, zh: 出口方}
    stages:
      held: {en: held, zh: 有效}
      lapsed: {en: lapsed, zh: 失效}
      handed-back: {en: handed back, zh: 已交回, over: "yes"}
    acts:
      take: {cite: s. 2, en: take, zh: 取得, by: exporter, to: held}
      take-again: {cite: s. 2, en: take it again, zh: 再取得, by: exporter, at: lapsed, to: held}
      prolong: {cite: s. 2, en: prolong it, zh: 延长, by: exporter, at: lapsed, to: held}
      hand-back: {cite: s. 2, en: hand it back, zh: 交回, by: exporter, at: [held, lapsed], to: handed-back}
    clocks:
      term: {cite: s. 3, en: for ten days, zh: 十日, kind: validity, from: [take, take-again], length: 10 days, awaits: [hand-back], then: lapsed,
        longer: {prolong: 10}}
"""


@pytest.mark.parametrize("again", ["take-again", "prolong"])
def test_what_is_taken_again_on_the_day_it_lapsed_lapses_again(again):
    mistakes = Mistakes()
    (made_up,) = read_procedures(read_documents("p.yaml", LAPSING, mistakes), "xx", shelf.vocabulary(), mistakes).values()
    mistakes.settle()
    matter = made(made(Matter("m1", made_up, {"exporter": "a"}), "take", ["a"], "2026-01-05"), again, ["a"], "2026-01-15")
    assert [(step.stage, text(step.day)) for step in matter.path] == [("held", "2026-01-05"), ("lapsed", "2026-01-15"), ("held", "2026-01-15")]
    assert matter.on(day("2026-01-24"), shelf.calendars()).stage == "held"
    assert matter.on(day("2026-01-25"), shelf.calendars()).stage == "lapsed"
