"""What comes of a matter, as a verdict sees it: permitted within its scope and only there, and only while it holds."""

from __future__ import annotations

import pytest
from docket_office import APPLY, PARTIES, WORLD, Office
from filed import day, playing, procedure

from comity import shelf
from comity.docket.matter import RefusedError
from comity.docket.paper import Papers
from comity.docket.written import plain
from comity.facts.value import only
from comity.files.world import read_world
from comity.files.world_file import on_day
from comity.text.source import Mistakes, read_documents
from comity.verdict.verdict import verdicts

CLOSED = "assume: {closed: all, by: a tester, on: 2026-01-01}\n"


@pytest.fixture
def office(tmp_path):
    made = Office(tmp_path)
    yield made
    made.ledger.close()


def papers_of(office, on):
    given = [p for one in shelf.procedures(shelf.RULEBOOKS / "cn.technology-export").values() for p in one.papers.values()]
    return Papers(list(office.clerk.docket.matters.values()), given, day(on), shelf.calendars(), "log", shelf.vocabulary())


def tree(instruments):
    (node,) = read_documents("world.yaml", f"{WORLD}{instruments}\n{CLOSED}", Mistakes())
    return node


def outcomes(office, on, instruments="", asked=""):
    plan = shelf.plan(names=("cn.technology-export",))
    mistakes = Mistakes()
    (node,) = read_documents("world.yaml", f"{WORLD}{instruments}\n{CLOSED}", mistakes)
    papers = papers_of(office, asked or on)
    world = read_world(papers(node), plan.vocabulary, mistakes, day(on))
    mistakes.settle()
    on_day(world, day(on))
    return {one.movement: str(one.outcome) for one in verdicts(world, plan, day(on), narrowed=True)}


def test_without_a_matter_nothing_may_go(office):
    assert set(outcomes(office, "2026-02-01").values()) == {"authorisation_required"}


def test_an_application_opens_nothing(office):
    office.open()
    assert set(outcomes(office, "2026-02-01").values()) == {"authorisation_required"}


def test_the_letter_opens_talks_and_the_licence_delivery_to_whom_it_names(office):
    office.licensed()
    assert outcomes(office, "2026-03-01")["talks"] == "authorisation_required"
    assert outcomes(office, "2026-03-02") == {"talks": "permitted", "delivery": "authorisation_required", "elsewhere": "authorisation_required"}
    assert outcomes(office, "2026-04-20") == {"talks": "permitted", "delivery": "permitted", "elsewhere": "authorisation_required"}


def test_a_suspension_closes_it_from_its_day_and_lifting_it_opens_it_again(office):
    office.licensed()
    office.act("suspend", "commerce-beijing", "2026-05-06", {"reasons": "an inspection"})
    assert outcomes(office, "2026-05-05")["delivery"] == "permitted"
    assert outcomes(office, "2026-05-06")["delivery"] == "authorisation_required"
    office.act("resume", "commerce-beijing", "2026-06-01")
    assert outcomes(office, "2026-05-31")["delivery"] == "authorisation_required"
    assert outcomes(office, "2026-06-01")["delivery"] == "permitted"


def test_a_letter_is_not_in_hand_once_it_is_over(office):
    office.open()
    office.act("issue-letter", "commerce-beijing", "2026-03-02", {"number": "1", "issued_on": "2026-03-02"})
    assert outcomes(office, "2029-03-01")["talks"] == "permitted"
    assert outcomes(office, "2029-03-02")["talks"] == "authorisation_required"


def test_what_a_world_says_of_a_licence_is_not_a_decision(office):
    stated = "instruments: {paper: {kind: licence, under: cn.technology-licence, result: granted, issued_on: 2026-01-01}}"
    assert outcomes(office, "2026-02-01", stated)["delivery"] == "authorisation_required..permitted"


def test_a_docket_may_hold_matters_of_others_whom_this_world_does_not_know(office):
    office.licensed()
    scope = {"exporters": ["a-stranger", "beijing-lab"], "importers": ["another"], "assets": ["ranker"]}
    made = procedure("cn.technology-export", "licence")
    office.clerk.open("m2", made, PARTIES, "apply", {**APPLY, "scope": scope}, office.keys["beijing-lab"])
    assert outcomes(office, "2026-04-20") == {"talks": "permitted", "delivery": "permitted", "elsewhere": "authorisation_required"}


def test_a_world_does_not_state_beforehand_what_a_matter_gives(office):
    """What it says under the name of a matter's paper is not there: it could have stated no limits."""
    office.open()
    stated = "instruments: {m1.licence: {kind: licence, under: cn.technology-licence, result: granted, issued_on: 2026-01-01}}"
    assert outcomes(office, "2026-02-01", stated)["delivery"] == "authorisation_required"


@pytest.mark.parametrize("kind", ["licence | approval", "registration", "unknown", "{is: licence, by: ann}", "[{from: 2020-01-01, is: licence}]"])
def test_nor_is_what_it_says_of_what_may_be_a_licence(office, kind):
    stated = f"instruments: {{paper: {{kind: {kind}, under: cn.technology-licence, result: granted, issued_on: 2026-01-01}}}}"
    assert outcomes(office, "2026-02-01", stated)["delivery"] != "permitted"
    result = papers_of(office, "2026-02-01")(tree(stated)).get("instruments").get("paper").get("result")
    assert result.text == "unknown"


@pytest.mark.parametrize(
    ("rulebook", "stated", "open_to_it"),
    [
        ("us.ear", "kind: licence, under: us.bis/licence, issued_on: 2026-01-01", False),
        ("us.ear", "kind: licence, under: us.dsp/202.801, issued_on: 2026-01-01", True),
        ("us.ear", "kind: filing, under: us.ear/740.17, filed_on: 2026-01-01", False),
        ("cn.human-genetic-resources", "kind: licence, under: cn.hgr-export", False),
        ("eu.gdpr", "kind: binding_rules, under: our-own, approved_by: [de.bfdi]", False),
        ("eu.gdpr", "kind: clauses, under: our-own, approved_by: [...]", False),
        ("eu.gdpr", "under: our-own, approved_by: [de.bfdi]", False),
        ("eu.gdpr", "kind: clauses, under: our-own, approved_by: [eu.commission]", True),
        ("eu.gdpr", "kind: clauses, under: eu.scc-2021", True),
        ("uk.gdpr", "kind: clauses, under: our-own, approved_by: [uk.ico]", False),
        ("uk.gdpr", "kind: arrangement, under: our-own, approved_by: [uk.ico]", False),
        ("eu.gdpr", "kind: arrangement, under: our-own, approved_by: [fr.cnil]", False),
        ("eu.gdpr", "kind: arrangement, under: our-own, binding: true", True),
    ],
)
def test_whatever_else_the_rulebook_takes_for_such_a_one_is_not_for_the_world_to_say(rulebook, stated, open_to_it):
    given = [paper for one in shelf.procedures(shelf.RULEBOOKS / rulebook).values() for paper in one.papers.values()]
    papers = Papers([], given, day("2026-02-01"), shelf.calendars(), "log", shelf.vocabulary())
    world = tree(f"instruments: {{paper: {{{stated}, result: granted}}}}")
    told = papers(world).get("instruments").get("paper")
    assert (told.get("result").text, told.get("under").text.endswith(" | unsaid")) == (("granted", False) if open_to_it else ("unknown", True))
    assert papers.unsaid(world) == (set() if open_to_it else {"paper"})


ASSUMED = {"eu.gdpr": "instrument.approved_by: [de.bfdi]", "uk.gdpr": "instrument.approved_by: [uk.ico]", "us.ear": "instrument.result: granted"}


@pytest.mark.parametrize(
    ("rulebook", "stated"),
    [
        ("eu.gdpr", "kind: clauses, under: our-own, binding: true"),
        ("eu.gdpr", "kind: binding_rules, under: our-own, binding: true"),
        ("eu.gdpr", "under: our-own"),
        ("uk.gdpr", "kind: clauses, under: our-own, text: altered"),
        ("us.ear", "kind: licence, under: us.bis/licence, issued_on: 2026-01-01"),
    ],
)
@pytest.mark.parametrize("block", ["{{facts: {{{}}}, by: ann, on: 2026-01-01}}", "[{{closed: [measures], by: ann}}, {{facts: {{{}}}, by: ann}}]"])
def test_nor_for_an_assumption_to_say(rulebook, stated, block):
    """What is assumed of papers that say nothing is said of each of them: no authority decides by that."""
    given = [paper for one in shelf.procedures(shelf.RULEBOOKS / rulebook).values() for paper in one.papers.values()]
    papers = Papers([], given, day("2026-02-01"), shelf.calendars(), "log", shelf.vocabulary())
    (node,) = read_documents("world.yaml", f"instruments: {{paper: {{{stated}}}}}\nassume: {block.format(ASSUMED[rulebook])}", Mistakes())
    assert papers.unsaid(node) == {"paper"}
    mistakes = Mistakes()
    world = read_world(papers(node), shelf.vocabulary(), mistakes, day("2026-02-01"))
    mistakes.settle()
    assert not only(world["instrument"]["paper"].facts["result"])  # it may be any
    assert node.get("instruments").get("paper").get("result") is None


@pytest.mark.parametrize("kind", ["filing", "licence", "notice"])
@pytest.mark.parametrize(
    ("under", "assumed"),
    [
        ("", "instrument.under: cn.hgr-report"),
        ("under: {is: cn.hgr-report, by: ann, on: 2026-01-01}, ", ""),
        ("under: [{from: 2020-01-01, is: cn.hgr-report}], ", ""),
        ("under: cn.hgr-report, ", "instrument.result: granted"),
    ],
)
def test_however_a_rule_is_said_it_may_be_another(kind, under, assumed):
    """Papers that are asked for by their rule and their day would surely be there, result or none."""
    given = [paper for one in shelf.procedures(shelf.RULEBOOKS / "cn.human-genetic-resources").values() for paper in one.papers.values()]
    papers = Papers([], given, day("2026-02-01"), shelf.calendars(), "log", shelf.vocabulary())
    text = f"instruments: {{paper: {{kind: {kind}, {under}filed_on: 2026-01-01}}}}\nassume: {{facts: {{{assumed}}}, by: ann, on: 2026-01-01}}"
    mistakes = Mistakes()
    (node,) = read_documents("world.yaml", text, mistakes)
    facts = read_world(papers(node), shelf.vocabulary(), mistakes, day("2026-02-01"))["instrument"]["paper"].facts
    mistakes.settle()
    assert not only(facts["under"])
    assert papers.unsaid(node) == {"paper"}
    assert not only(facts["result"])


def test_a_revocation_that_is_set_aside_leaves_a_suspension_as_it_was(office):
    office.licensed()
    office.act("suspend", "commerce-beijing", "2026-05-06", {"reasons": "an inspection"})
    office.act("revoke", "commerce-beijing", "2026-05-08", {"reasons": "the same inspection"})
    office.act("reconsider", "beijing-lab", "2026-05-11", {"grounds": "none of it is so"})
    office.act("set-aside", "ministry", "2026-06-01")
    assert outcomes(office, "2026-06-01")["delivery"] == "authorisation_required"
    office.act("resume", "commerce-beijing", "2026-06-02")
    assert outcomes(office, "2026-06-02")["delivery"] == "permitted"


def test_what_is_said_to_have_begun_before_it_was_signed_here_begins_with_the_signature():
    def since(events, **limits):
        scope = {"exporters": ["a"], "importers": ["b"], "assets": ["c"], **limits}
        matter = playing("m", "cn.data-export", "standard-contract", events, scope, {})
        return plain(Papers([matter], (), day("2026-07-01"), shelf.calendars(), "log", shelf.vocabulary()).instruments()["m.contract"]).get("since")

    signed = "assess 2026-05-04; sign 2026-05-29 effective_on"
    assert since(f"{signed}=2026-06-01") is None  # it says itself when it takes effect
    assert since(f"{signed}=2020-01-01") == "2026-05-29"
    assert since(f"{signed}=2020-01-01", since="2026-06-15") == "2026-06-15"


CERTIFIED = "apply 2026-01-05; certify 2026-02-02; apply-renewal 2028-06-01"


def until(events, **limits):
    scope = {"exporters": ["a"], "importers": ["b"], "assets": ["c"], **limits}
    matter = playing("m", "cn.data-export", "certification", events, scope, {})
    return plain(Papers([matter], (), day("2029-07-01"), shelf.calendars(), "log", shelf.vocabulary()).instruments()["m.certificate"])["until"]


def test_what_was_renewed_too_late_did_not_hold_in_between():
    assert until(f"{CERTIFIED}; renew 2029-02-02") == "2032-02-02"
    assert until(f"{CERTIFIED}; renew 2029-02-03") == [{"until": "2029-02-03", "is": "2029-02-02"}, {"from": "2029-02-03", "is": "2032-02-03"}]
    assert until(f"{CERTIFIED}; renew 2029-06-01; suspend 2029-06-01; resume 2029-06-02")[1:] == [{"from": "2029-06-01", "is": "2032-06-01"}]


def test_a_limit_that_ends_before_it_does_is_the_end_of_it():
    assert until(f"{CERTIFIED}; renew 2029-02-02", until="2031-01-01") == "2031-01-01"
    assert until(f"{CERTIFIED}; renew 2029-02-03", until="2029-02-01") == [
        {"until": "2029-02-03", "is": "2029-02-01"},
        {"from": "2029-02-03", "is": "2029-02-01"},
    ]


def test_read_again_a_world_with_papers_is_the_same(office):
    office.licensed()
    papers = papers_of(office, "2026-05-01")
    once = papers(tree(""))
    assert papers(once) == once


def test_beyond_today_what_a_clock_would_bring_is_not_known(office):
    """A letter lapses unless the contract is signed in time; nobody knows today whether it will be."""
    office.open()
    office.act("issue-letter", "commerce-beijing", "2026-03-02", {"number": "1", "issued_on": "2026-03-02"})
    before, *result = papers_of(office, "2026-03-02").instruments()["m1.letter"].get("result").items
    assert (before.get("until").text, before.get("is").text) == ("2026-01-12", "none")
    assert [(one.get("from").text, one.get("is").text) for one in result] == [("2026-01-12", "pending"), ("2026-03-02", "granted"), ("2029-03-03", "unknown")]
    assert outcomes(office, "2029-03-01", asked="2026-03-02")["talks"] == "permitted"


def test_an_instrument_names_the_entry_that_gave_it_its_result(office):
    licence = office.licensed()
    assert papers_of(office, "2026-05-01").entries()["m1.licence"] == ("m1", licence)
    conditions = {"condition": "report", "proof": {"name": "p", "sha256": "0" * 64}}
    with pytest.raises(RefusedError, match="no condition of this matter"):
        office.act("meet-condition", "beijing-lab", "2026-05-02", conditions)
    suspended = office.act("suspend", "commerce-beijing", "2026-05-06", {"reasons": "an inspection"})
    assert papers_of(office, "2026-05-06").entries()["m1.licence"] == ("m1", suspended)
    assert papers_of(office, "2026-05-06").instruments()["m1.licence"].place.file == f"log, entry {suspended}"


@pytest.mark.parametrize(
    ("importers", "drawn"),
    [("austin-jv", {"m1.licence": 5}), ("other", {}), ("[austin-jv, other]", {"m1.licence": 5}), ("[other, austin-jv]", {"m1.licence": 5})],
)
def test_a_quota_is_drawn_by_whatever_leg_it_may_concern(office, importers, drawn):
    """Of several importers the first alone does not say whom a movement reaches."""
    office.licensed(persons_max=5)
    assert quotas(office, "2026-04-20", importers) == {(name, "persons"): most for name, most in drawn.items()}


def quotas(office, on, importers="austin-jv"):
    told = WORLD.replace("delivery: {exporter: beijing-lab, importer: austin-jv", f"delivery: {{exporter: beijing-lab, importer: {importers}")
    mistakes = Mistakes()
    (node,) = read_documents("world.yaml", f"{told}{CLOSED}", mistakes)
    papers = papers_of(office, on)
    world = read_world(papers(node), shelf.vocabulary(), mistakes, day(on))
    mistakes.settle()
    return papers.quotas(world, "delivery")


def test_a_quota_under_which_nothing_moves_is_not_drawn(office):
    """Else what one licence allowed, and is used up, would stand in the way of the next."""
    office.licensed(persons_max=5, until="2026-06-01")
    assert quotas(office, "2026-06-01") == {("m1.licence", "persons"): 5}  # it is the day before elsewhere
    assert quotas(office, "2026-06-02") == {}
    office.act("revoke", "commerce-beijing", "2026-05-06", {"reasons": "an inspection"})
    assert quotas(office, "2026-05-06") == {("m1.licence", "persons"): 5}
    assert quotas(office, "2026-05-07") == {}
    assert quotas(office, "2026-05-04") == {("m1.licence", "persons"): 5}


def test_what_concerns_a_movement_is_told_apart_from_what_does_not(office):
    office.licensed()
    mistakes = Mistakes()
    before = papers_of(office, "2026-04-20")
    world = read_world(before(tree("")), shelf.vocabulary(), mistakes, day("2026-04-20"))
    mistakes.settle()
    office.act("suspend", "commerce-beijing", "2026-04-20", {"reasons": "an inspection"})
    after = papers_of(office, "2026-04-20")
    assert after.concerning(world, "delivery") != before.concerning(world, "delivery")
    assert after.concerning(world, "elsewhere") == before.concerning(world, "elsewhere") == {}
