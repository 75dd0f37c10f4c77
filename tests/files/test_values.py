"""What parties hold levers to be worth, as a file says it, and everything that can be wrong with one."""

import pytest

from comity.facts.value import ANYWHERE, MAX, MIN, Interval
from comity.files.values import Values, read_parties, read_values
from comity.text.source import Mistakes, read_documents

LEVERS = {"clauses": [""], "site": ["dublin", "singapore"], "relay": [""], "host": ["venture"]}
KNOWN = ("acme", "beta", "gamma")


def read(text, asked=("acme",), levers=LEVERS):
    """The values asked, and what is wrong with the file."""
    mistakes = Mistakes()
    found = read_values(read_documents("v.yaml", text, mistakes), levers, KNOWN, asked, mistakes)
    return found, [str(one) for one in mistakes.found]


def millions(low, high=None):
    return Interval(round(low * 10**6), round((low if high is None else high) * 10**6))


def test_a_file_says_what_each_lever_is_worth_to_each_party():
    text = """
values:
  beta: {relay: 1}
  acme:
    clauses: -2.000001
    site: {dublin: 4, singapore: "-1..2.5"}
    relay: unknown
    together:
      - {levers: [clauses, site/dublin], worth: 1}
      - {levers: [relay, site], worth: ">=0.5"}
    walks_away: 0
"""
    site = {("site", "dublin"), ("site", "singapore")}
    acme = Values(
        "acme",
        {("clauses", ""): millions(-2.000001), ("site", "dublin"): millions(4), ("site", "singapore"): millions(-1, 2.5), ("relay", ""): ANYWHERE},
        {frozenset({("clauses", ""), ("site", "dublin")}): millions(1), frozenset({("relay", ""), *site}): Interval(500_000, MAX)},
        millions(0),
    )
    assert read(text, ("acme", "beta")) == ([acme, Values("beta", {("relay", ""): millions(1)})], [])


@pytest.mark.parametrize(
    ("written", "worth"), [("3", millions(3)), ("1..", Interval(10**6, MAX)), ('"..-1"', Interval(MIN, -(10**6))), ("1_000", millions(1000))]
)
def test_a_worth_is_a_number_or_a_range(written, worth):
    ((acme,), wrong) = read(f"values: {{acme: {{relay: {written}}}}}")
    assert acme.options == {("relay", ""): worth}
    assert not wrong


def test_an_alternative_that_is_not_given_is_unknown():
    ((acme,), _) = read("values: {acme: {relay: 1}}")
    assert acme.walks_away == ANYWHERE


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("values: {acmee: {}, acme: {}}", "v.yaml:1:10: there is no party 'acmee' (did you mean 'acme'?)"),
        ("values: {beta: {}}", "v.yaml:1:9: there are no values of 'acme' (write acme: {LEVER: WORTH})"),
        ("valeus: {acme: {}}", "v.yaml:1:1: a file of values has no 'valeus' (did you mean 'values'?)"),
        ("acme: {}", "v.yaml:1:1: a file of values needs 'values' (write values: {PARTY: {LEVER: WORTH}})"),
        ("values: {acme: 3}", "v.yaml:1:16: the values of 'acme' are levers with their worth, not a text (write acme: {LEVER: WORTH})"),
        ("values: {acme: {}}\n---\nvalues: {acme: {}}", "v.yaml:3:10: the values of 'acme' are given twice"),
        ("values: {acme: {relya: 1}}", "v.yaml:1:17: there is no lever 'relya' (did you mean 'relay'?)"),
        ("values: {acme: {walk_away: 1}}", "v.yaml:1:17: there is no lever 'walk_away' (did you mean 'walks_away'?)"),
        ("values: {acme: {relay: 1, relay: 2}}", "v.yaml:1:27: 'relay' is given twice"),
        ("values: {acme: {site: 1}}", "v.yaml:1:23: 'site' has options, and each has its own worth (write site: {dublin: WORTH, singapore: WORTH})"),
        ("values: {acme: {site: {dubln: 1}}}", "v.yaml:1:24: 'site' has no option 'dubln' (did you mean 'dublin'?)"),
        ("values: {acme: {site: {oslo: 1}}}", "v.yaml:1:24: 'site' has no option 'oslo' (it may be dublin, singapore)"),
        ("values: {acme: {host: 1}}", "v.yaml:1:23: 'host' has options, and each has its own worth (write host: {venture: WORTH})"),
        ("values: {acme: {relay: {on: 1}}}", "v.yaml:1:25: 'relay' has no option 'on' (it has no options: write its worth)"),
        ("values: {acme: {relay: much}}", "v.yaml:1:24: 'much' is not a number or a range of them (write 5, >5, >=5, 5..9 or 5..)"),
        ("values: {acme: {relay: 3..1}}", "v.yaml:1:24: '3..1' runs backwards (the smaller end comes first)"),
        ("values: {acme: {relay: [1]}}", "v.yaml:1:24: 'worth' takes a number, not a list"),
        ("values: {acme: {relay: none}}", "v.yaml:1:24: 'none' is no worth (write 0 for nothing, unknown for what is not known)"),
        ("values: {acme: {relay: 5%}}", "v.yaml:1:24: '5%' is a share, and a worth is a number"),
        ("values: {acme: {relay: 1..2.0000001}}", "v.yaml:1:24: '1..2.0000001' has more than six decimals"),
        ("values: {acme: {relay: 1_000_000_001}}", "v.yaml:1:24: '1_000_000_001' is more than 1,000,000,000 either way (count in larger units)"),
        ("values: {acme: {together: 1}}", "v.yaml:1:27: 'together' takes a list, not a text (write [{levers: [LEVER, LEVER/OPTION], worth: WORTH}])"),
        (
            "values: {acme: {together: [{levers: relay}]}}",
            "v.yaml:1:28: what is taken together needs 'levers', a list, and 'worth' (write {levers: [LEVER, LEVER/OPTION], worth: WORTH})",
        ),
        (
            "values: {acme: {together: [{levers: [relay, clauses], worth: 1, wroth: 1}]}}",
            "v.yaml:1:65: what is taken together has no 'wroth' (did you mean 'worth'?)",
        ),
        (
            "values: {acme: {together: [{levers: [relay], worth: 1}]}}",
            "v.yaml:1:37: two levers or more are taken together (write the worth of one lever beside its name)",
        ),
        ("values: {acme: {together: [{levers: [relay, clause], worth: 1}]}}", "v.yaml:1:45: there is no lever 'clause' (did you mean 'clauses'?)"),
        ("values: {acme: {together: [{levers: [relay, site/x], worth: 1}]}}", "v.yaml:1:45: 'site' has no option 'x' (it may be dublin, singapore)"),
        ("values: {acme: {together: [{levers: [relay, []], worth: 1}]}}", "v.yaml:1:45: a lever is a word, not a list"),
        (
            "values: {acme: {together: [{levers: [site/dublin, site/singapore], worth: 1}]}}",
            "v.yaml:1:51: 'site' is named twice, and its options exclude each other",
        ),
        (
            "values: {acme: {together: [{levers: [relay, clauses], worth: 1}, {levers: [clauses, relay], worth: 1}]}}",
            "v.yaml:1:66: the worth of these levers together is given twice (add the two up)",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place(text, said):
    assert said in read(text)[1]


def test_all_mistakes_are_collected():
    _, wrong = read("values: {acme: {relay: x, sight: {dublin: 1}, site: {oslo: y}, walks_away: 1e-7}, delta: {}}")
    assert len(wrong) == 5


def test_a_lever_may_not_have_the_name_of_an_alternative():
    _, wrong = read("values: {acme: {together: []}}", levers={"together": [""]})
    assert wrong == ["v.yaml:1:17: 'together' is also the name of a lever, whose worth cannot be said (give the lever another name)"]


def test_an_empty_file_has_no_values():
    assert read("") == ([], ["--values:1:1: there are no values of 'acme' (write acme: {LEVER: WORTH})"])


def parties(text):
    mistakes = Mistakes()
    return read_parties(text, KNOWN, mistakes), [str(one) for one in mistakes.found]


def test_parties_are_named_with_commas():
    assert parties("beta, acme") == (("beta", "acme"), [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("acme", "--parties:1:1: a settlement takes two parties or more (write --parties A,B)"),
        ("acme, acme", "--parties:1:7: 'acme' is named twice"),
        ("acme,bta", "--parties:1:6: there is no party 'bta' (did you mean 'beta'?)"),
    ],
)
def test_a_mistaken_party_is_named(text, said):
    assert said in parties(text)[1]
