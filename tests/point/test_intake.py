"""What a caller gives in a dict: every kind of value, and every mistake said with a suggestion."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

import comity
from comity.facts.value import Interval, OneOf, SetOf
from comity.point.intake import LARGE, Between, Intake

TWELVE = Path(__file__).parents[2] / "bench" / "xx.twelve"
CALM = {
    "asset.kind": "data", "dest": "FR", "owner": "FR", "own_pct": 10, "covered_person": False, "category": "personal", "n_persons": 50, "n_sensitive": 0,
    "ciio": False, "safeguards": frozenset({"scc"}), "why": "contract", "anonymised": True, "encrypted": True, "retention_days": 9, "passed_on": False,
    "tech_level": 0, "recipient_type": "affiliate",
}  # fmt: skip


@pytest.fixture(scope="module")
def policy():
    return comity.Policy("xx.twelve", rulebooks=[TWELVE])


@pytest.mark.parametrize(
    ("fact", "value", "mistake"),
    [
        ("n_person", 5, "there is no fact 'n_person' (did you mean 'n_persons'?)"),
        ("exporter.sise", 5, "there is no fact 'exporter.sise'"),
        ("encrypted", "yes", "'encrypted' is true or false, not 'yes'"),
        ("n_persons", "12", "'n_persons' is a number, not '12'"),
        ("n_persons", True, "'n_persons' is a number, not True"),
        ("n_persons", float("nan"), "'n_persons' is a number, not nan"),
        ("category", "genomc", "'genomc' is not a word for 'category' (did you mean 'genomic'?)"),
        ("category", ["genomic"], "'category' is one code, not ['genomic']"),
        ("dest", "cn", "'cn' is not a place for 'dest' (write an ISO 3166 code such as XX or XX-AB, or a group's name)"),
        ("dest", 7, "'dest' is a code, not 7"),
        ("safeguards", {"scc", "sccs"}, "'sccs' is not a word for 'safeguards' (did you mean 'scc'?)"),
        ("safeguards", SetOf(frozenset({"sccs"}), None), "'sccs' is not a word for 'safeguards' (did you mean 'scc'?)"),
        ("safeguards", ["scc", None], "'safeguards' is made of codes, and None is none"),
        ("dest", OneOf(frozenset({"cn"})), "'cn' is not a place for 'dest' (write an ISO 3166 code such as XX or XX-AB, or a group's name)"),
        ("dest", SetOf(frozenset({"CN"}), None), "'dest' is one code, not "),
        ("n_persons", Between(9, 1), "'n_persons' runs backwards (the smaller end comes first)"),
        ("n_persons", 1e30, "'n_persons' is larger than this fact can hold"),
    ],
)
def test_a_mistake_is_said_and_never_passes_as_unknown(policy, fact, value, mistake):
    facts = {**CALM, "encrypted": None, "anonymised": False, "why": "marketing", "tech_level": 4, fact: value}  # nothing is struck out early
    (found,) = policy.check(facts)
    assert found.startswith(mistake)
    facts = {name: facts[name] for name in facts if name != "n_persons" or fact == "n_persons"}
    for ask in (policy.decide, policy.reasons):
        with pytest.raises(ValueError) as caught:
            ask(facts)
        assert mistake in str(caught.value)


def test_mistakes_are_collected(policy):
    assert len(policy.check({"dset": "CN", "encrypted": 3, "retention_days": "long"})) == 3
    with pytest.raises(ValueError) as caught:
        policy.decide({"dset": "CN", "encrypted": 3})
    assert len(str(caught.value).splitlines()) == 2


def test_a_wrong_name_is_said_where_the_answer_hangs_on_the_right_one(policy):
    """As many facts as the law reads, one of them under a wrong name: no count gives it away."""
    facts = {name: value for name, value in CALM.items() if name != "encrypted"} | {"encripted": True}
    with pytest.raises(ValueError, match="did you mean 'encrypted'"):
        policy.decide(facts)


def test_a_fact_that_no_law_asks_for_is_no_mistake(policy):
    facts = {**CALM, "exporter.organised_in": ["FR"], "population.persons": 7}
    assert policy.check(facts) == []
    assert policy.decide(facts) == policy.decide(CALM)


@pytest.mark.parametrize("value", [["scc"], {"scc"}, ("scc",), frozenset({"scc"}), "scc", SetOf(frozenset({"scc"}), frozenset({"scc"}))])
def test_a_set_of_codes_may_be_any_collection(policy, value):
    facts = {**CALM, "n_sensitive": 1, "anonymised": False, "why": "marketing"}
    assert str(policy.decide({**facts, "safeguards": value})[0]) == "permitted"
    assert str(policy.decide({**facts, "safeguards": []})[0]) == "prohibited"
    assert str(policy.decide({**facts, "safeguards": None})[0]) == "prohibited..permitted"


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        (100_000, "permitted"),
        (100_001, "prohibited"),
        (1e5, "permitted"),
        (Decimal("100000.5"), "prohibited..permitted"),  # no one counts half a person: it lies between two
        (Fraction(200_002, 2), "prohibited"),
        (comity.Between(None, 100_000), "permitted"),
        (comity.Between(99_999, 100_001), "prohibited..permitted"),
        (comity.Between(100_001, None), "prohibited"),
        (Interval(5, 9), "permitted"),
        (None, "prohibited..permitted"),
    ],
)
def test_a_number_may_be_of_any_kind(policy, value, outcome):
    facts = {**CALM, "covered_person": True, "n_persons": value, "anonymised": False, "safeguards": {"assessment"}}
    assert str(policy.decide(facts)[0]) == outcome
    assert policy.reasons(facts)[0].span == policy.decide(facts)[0]


def test_a_day_is_a_date():
    policy = comity.Policy("us.padfa")
    assert "on" in policy.facts
    assert policy.check({"on": dt.date(2026, 1, 1)}) == policy.check({"on": comity.Between(dt.date(2026, 1, 1), None)}) == []
    assert policy.check({"on": "2026-01-01"}) == ["'on' is a date, not '2026-01-01'"]


def test_a_code_may_be_one_of_several(policy):
    facts = {**CALM, "recipient_type": "vendor", "encrypted": False}
    assert str(policy.decide({**facts, "dest": OneOf(frozenset({"FR", "DE"}))})[0]) == "permitted"
    assert str(policy.decide({**facts, "dest": OneOf(frozenset({"FR", "CN"}))})[0]) == "prohibited..permitted"


def test_nobody_fills_the_memory_with_large_values(policy):
    """Of values of many codes a table remembers one."""
    intake = Intake(policy.plan)
    seen = intake.table("dest", str)
    for size in (1, 2, LARGE, 2 * LARGE, 3 * LARGE):
        intake.learn(intake.blank | {"dest": OneOf(frozenset(f"FR-{number}" for number in range(size)))})
        assert sum(len(one.members) for one in seen) <= max(LARGE, size)
