"""The cheapest layout is the one that judging every package finds, the same each time, and nothing more is said when time is over."""

import pytest

pytest.importorskip("ortools")

from hypothesis import given
from hypothesis import strategies as st
from layouts import packages, problems, slowly

from comity.layout.search import Search, Unknown


@given(problems())
def test_it_is_what_judging_every_package_finds(problem):
    held, movements = problem
    found, slow = Search(held, movements).cheapest(), slowly(held, movements)
    assert (found and found.package) == slow
    if slow is not None:
        assert found.cost == held.cost(slow)
        assert found.spans == {m.name: m.judge([slow])[0] for m in movements}


@given(problems(facts=True))
def test_what_is_not_surely_lawful_is_not_lawful(problem):
    held, movements = problem
    found = Search(held, movements).cheapest()
    assert (found and found.package) == slowly(held, movements)


@given(problems(), st.integers(0, 60))
def test_when_time_is_over_neither_bound_nor_best_is_more_than_is_known(problem, calls):
    held, movements = problem
    left = iter(range(calls))
    found, slow = Search(held, movements, lambda: next(left, None) is None).cheapest(), slowly(held, movements)
    if not isinstance(found, Unknown):
        assert (found and found.cost) == (held.cost(slow) if slow is not None else None)
        assert found is None or all(m.judge([found.package])[0].worst >= m.goal for m in movements)
        return
    assert slow is None or found.bound <= held.cost(slow)
    assert all(found.bound <= held.cost(p) for p in packages(held) if slow is not None and p == slow)
    if found.best is not None:
        assert held.allows(found.best.package)
        assert all(m.judge([found.best.package])[0].worst >= m.goal for m in movements)
        assert slow is not None
        assert found.best.cost == held.cost(found.best.package) >= held.cost(slow)


@given(problems())
def test_the_same_question_has_the_same_answer_and_asks_the_same(problem):
    held, movements = problem
    first, second = Search(held, movements), Search(held, list(reversed(movements)))
    again = Search(held, movements)
    assert first.cheapest() == again.cheapest()
    assert first.rounds == again.rounds
    one, other = first.cheapest(), second.cheapest()
    assert (one and one.package) == (other and other.package)
