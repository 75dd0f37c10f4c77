"""The verdict of many laws: where a duty of one compels what another does not allow, both are named and neither yields."""

import json

import pytest
from strategies import LAW, plan_of, world_of

from comity.verdict.verdict import verdicts

ASKED = "any(o.kind == 'request_by_authority' for o in occurrences)"
BAR = {"prohibitions": {"leave": {**LAW, "cite": "s. 2", "when": "not protected"}}}
MOVED = {"exporter": "a", "importer": "b", "asset": "d", "on": "2026-03-01", "occurrences": [{"kind": "request_by_authority"}], "protected": False, "done": []}


def duty(when=ASKED, **keys):
    """The parts of a rulebook whose only duty compels."""
    return {"duties": {"hand-over": {**LAW, "cite": "s. 1", "by": "exporter", "timing": "during", "when": when, "compels": "true", **keys}}}


def book(regime, **parts):
    """The text of a small rulebook."""
    head = {"title": {"en": "T", "zh": "题"}, "edition": "1", "published": "2020-01-01", "jurisdiction": ["XX"], "speaks_about": ["data"]}
    return json.dumps({"rulebook": regime, **head, **parts})


def conflicts(*books, **facts):
    """What compels and what does not allow, by name and path."""
    plan = plan_of(*books)
    text = json.dumps({"parties": {"a": {}, "b": {}}, "assets": {"d": {"kind": "data"}}, "movements": {"t": {**MOVED, **facts}}})
    (verdict,) = verdicts(world_of(text, plan), plan)
    return [(c.by, c.basis, f"{c.regime} {c.law.path}", c.law.cite) for c in verdict.conflicts]


@pytest.mark.parametrize(("one", "other"), [("xx.one", "yy.two"), ("yy.two", "xx.one")])
def test_a_duty_that_compels_conflicts_with_a_prohibition_of_another_regime(one, other):
    """Both are named by path and citation, whichever of them compels and in whichever order they are asked."""
    books = [book(one, **duty()), book(other, **BAR)]
    named = [(f"{one} hand-over", "s. 1", f"{other} leave", "s. 2")]
    assert conflicts(*books) == conflicts(*reversed(books)) == named


def test_each_compels_what_the_other_prohibits():
    """Two conflicts, one the mirror image of the other; neither regime is in conflict with itself."""
    found = conflicts(book("xx.one", **duty(), **BAR), book("yy.two", **duty(), **BAR))
    assert sorted((by, against) for by, _, against, _ in found) == [("xx.one hand-over", "yy.two leave"), ("yy.two hand-over", "xx.one leave")]


@pytest.mark.parametrize(
    ("compelling", "facts"),
    [
        (duty(), {"occurrences": []}),
        (duty(), {"occurrences": ["..."]}),
        (duty(), {"protected": True}),
        (duty(), {"protected": "unknown"}),
        (duty(), {"done": ["xx.one/hand-over"]}),
        (duty(compels="false"), {}),
        ({**duty(), "grounds": {"g": {**LAW, "kind": "exemption", "lifts": ["hand-over"], "holds": "event == 'send'"}}}, {"event": "send"}),
    ],
)
def test_no_conflict_where_either_side_is_not_sure(compelling, facts):
    """Not owed or perhaps not, met, lifted, no duty to move; not prohibited or perhaps not."""
    assert conflicts(book("xx.one", **compelling), book("yy.two", **BAR), **facts) == []


def test_who_is_compelled_and_who_may_not_may_be_two():
    """What binds the importer compels the movement that the exporter's law does not allow."""
    compelling, barring = duty(ASKED + " and role == 'importer'"), {"prohibitions": {"leave": {**LAW, "when": "role == 'exporter'"}}}
    assert [found[0] for found in conflicts(book("xx.one", **compelling), book("yy.two", **barring))] == ["xx.one hand-over"]
