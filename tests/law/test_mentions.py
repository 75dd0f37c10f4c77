"""Definitions in a circle: each may rest on the others, never on the contrary of one."""

import pytest

from comity.law.mentions import recursive
from comity.law.rulebook import Definition, Written
from comity.text.source import Place

HERE = Place("r", 1, 1)


def circle(text):
    """The definitions that rest on themselves, and the contraries, where `a` is this and `b` is `a`."""
    texts = {"a": text, "b": "a", "c": "b"}
    return recursive({name: Definition(path=name, place=HERE, name=name, of="party", body=Written(None, is_, HERE)) for name, is_ in texts.items()})


@pytest.mark.parametrize(
    "text",
    [
        "b",
        "not (not b)",
        "share(by=b) >= 50%",
        "50% <= share(by=privileged or b)",
        "any(o.party.b for o in owners)",
        "all(o.party.b for o in owners if not o.party.b)",
        "count(o.party.b for o in owners) > 2",
        "earliest(o.since for o in owners if o.party.b) < 2026-01-01",
        "latest(o.since for o in owners if o.party.b) > 2026-01-01",
    ],
)
def test_a_circle_without_a_denial_has_a_meaning(text):
    """However the name is reached, what rests on it grows with it."""
    assert circle(text) == (frozenset("ab"), [])


@pytest.mark.parametrize(
    "text",
    [
        "not b",
        "share(by=b) < 50%",
        "50% > share(by=b)",
        "share(by=not b) >= 50%",
        "not any(o.party.b for o in owners)",
        "all(o.share > 5% for o in owners if o.party.b)",
        "b == privileged",
        "not ((not b) == privileged)",
        "count(o.party.b for o in owners) <= 2",
        "earliest(o.since for o in owners if o.party.b) > 2026-01-01",
        "latest(o.since for o in owners if o.party.b) < 2026-01-01",
        "size(when('x', b)) > 0",
    ],
)
def test_a_circle_through_a_denial_is_named(text):
    """Under `not`, under a ceiling, among what must be equal, in a call that says nothing of how it grows."""
    assert circle(text) == (frozenset("ab"), [("a", "b")])
