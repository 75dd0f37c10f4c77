"""What flipped between two legs or two editions: every provision that stands otherwise, with the tests that make it so and no others."""

import json

import pytest
from strategies import LAW, plan_of, world_of

from comity.facts.value import FALSE, TRUE, UNKNOWN
from comity.verdict.opinion import Bar
from comity.verdict.verdict import verdicts
from comity.why.flips import differing, flips

HEAD = {"rulebook": "xx.one", "title": {"en": "T", "zh": "题"}, "edition": "1", "published": "2020-01-01", "jurisdiction": ["XX"], "speaks_about": ["data"]}
WHEN = "not protected and event == 'send'"
FACTS = {"exporter": "a", "importer": "b", "asset": "d", "on": "2026-03-01", "protected": False, "event": "send", "stage": "perform"}


def opinion(when=WHEN, ground="stage == 'explore'", **facts):
    """The opinion of a law of one bar, one ground and one duty on a transfer."""
    parts = {
        "prohibitions": {"leave": {**LAW, "cite": "s. 2", "when": when}},
        "grounds": {"talks": {**LAW, "cite": "s. 3", "kind": "exemption", "lifts": ["leave"], "holds": ground}},
        "duties": {"tell": {**LAW, "cite": "s. 4", "by": "exporter", "timing": "after", "when": "event == 'send'", "due": "after(on, 30, days)"}},
    }
    plan = plan_of(json.dumps(HEAD | parts))
    text = json.dumps({"parties": {"a": {}, "b": {}}, "assets": {"d": {"kind": "data"}}, "movements": {"t": {**FACTS, **facts}}})
    (verdict,) = verdicts(world_of(text, plan), plan)
    return verdict.opinion("xx.one")


def told(here, there):
    """Of each flip its path, and of each test the fact and its truth on both sides."""
    return {flip.law.path: [(next(iter(leaf.node.values)).fact, leaf.here, leaf.there) for leaf in flip.leaves] for flip in flips(here, there)}


def test_alike_nothing_flips():
    assert told(opinion(), opinion()) == {}
    assert list(differing(opinion(), opinion())) == []


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({"protected": True}, {"leave": [("protected", FALSE, TRUE)]}),
        ({"protected": "unknown"}, {"leave": [("protected", FALSE, UNKNOWN)]}),
        ({"stage": "explore"}, {"leave": [], "talks": [("stage", FALSE, TRUE)]}),
        ({"event": "view"}, {"leave": [("event", TRUE, FALSE)], "tell": [("event", TRUE, FALSE)]}),
    ],
)
def test_a_fact_that_turns_a_provision_is_told_with_both_truths_and_mirrored(facts, found):
    here, there = opinion(), opinion(**facts)
    assert told(here, there) == found
    assert told(there, here) == {path: [(fact, b, a) for fact, a, b in leaves] for path, leaves in found.items()}
    assert {path.fact for path, _, _ in differing(here, there)} == set(facts)


def test_a_day_on_which_a_duty_falls_due_is_another_though_it_is_owed_on_both():
    (flip,) = flips(opinion(), opinion(on="2026-03-02"))
    assert (flip.law.path, flip.here.due.lo + 1, flip.leaves) == ("tell", flip.there.due.lo, [])


def test_another_edition_asks_what_this_one_does_not():
    (flip,) = flips(opinion(), opinion(when=f"{WHEN} and stage == 'commit'"))
    assert [(leaf.here, leaf.there) for leaf in flip.leaves] == [(None, FALSE)]
    assert isinstance(flip.here, Bar)
    assert flip.there is None
