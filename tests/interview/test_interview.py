"""The order of an interview: what narrows first, a number though all else is not known, counsel and exceptions last."""

import datetime as dt

import pytest

from comity import shelf
from comity.interview.draft import TYPED, Draft, leaves
from comity.interview.interview import Interview
from comity.interview.opening import MOVEMENT, openings
from comity.interview.start import Opened, ahead, begun
from comity.text.source import Node

SAID = {"what": "identified", "giver.organisation": "CN", "gainer.send": "US", "between": "parent", "home": "true", "unlisted": "true", "begins": "nothing"}


@pytest.fixture
def interview() -> Interview:
    """Records of personnel that go to a parent abroad, of whom nobody said how many they are."""
    plan = shelf.plan((), ())
    draft = Draft(Node(TYPED, pairs={}), plan.vocabulary, None, dt.date(2026, 11, 27).toordinal())
    draft.state(list(leaves(begun(draft.asked_on), ())))
    known = {one.name: one for one in openings(plan.vocabulary)}
    for name, answer in {**SAID, "rest": "somebody"}.items():
        opening, _, which = name.partition(".")
        draft.state(list(known[opening].stated([answer], draft, which)))
    draft.state(list(known["fields"].stated(["name", "employment_record"], draft)))
    return Interview(draft, MOVEMENT, plan)


def test_a_number_is_asked_though_what_else_is_counted_is_not_known(interview: Interview) -> None:
    for question in interview.unanswered():
        if question.path.fact != "persons":
            interview.skipped.add(question)
    assert [question.path.fact for question in interview.left()] == ["persons"]


def test_counsel_and_exceptions_come_when_nothing_else_is_left(interview: Interview) -> None:
    here, _ = interview.ahead()
    assert here
    assert not any(question.closing for question in here)
    for question in interview.unanswered():
        if not question.closing:
            interview.skipped.add(question)
    here, _ = interview.ahead()
    assert here
    assert all(question.closing for question in here)
    assert interview.next() == here


def test_an_opening_is_put_only_while_it_settles_something(interview: Interview) -> None:
    put = [one.opening for one in ahead(interview, ()).here if isinstance(one, Opened)]
    assert put
    open_ = interview.unanswered()
    assert all(any(one.answers(question, interview.draft) for question in open_) for one in put)
    assert not {"home", "unlisted", "begins", "fields", "rest"} & {one.name for one in put}
