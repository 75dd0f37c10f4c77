"""Truths and intervals: three values, and what a comparison of two spans can say."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.facts.value import ANYWHERE, FALSE, MAX, MIN, NOT, NOWHERE, TRUE, UNKNOWN, Interval, SetOf, all_of, any_of, compare

TRUTHS = (FALSE, UNKNOWN, TRUE)
SPANS = st.tuples(st.integers(-3, 3), st.integers(0, 3)).map(lambda t: Interval(t[0], t[0] + t[1]))
TESTS = {"<": int.__lt__, "<=": int.__le__, ">": int.__gt__, ">=": int.__ge__, "==": int.__eq__}


@pytest.mark.parametrize(("a", "b"), list(product(TRUTHS, repeat=2)))
def test_and_or_not_are_kleenes(a, b):
    """And is the lesser, or the greater, not turns both around, and De Morgan holds."""
    assert all_of((a, b)) == min(a, b)
    assert any_of((a, b)) == max(a, b)
    assert NOT[NOT[a]] == a
    assert NOT[all_of((a, b))] == any_of((NOT[a], NOT[b]))


def test_nothing_to_say_is_true_of_all_and_false_of_any():
    """The empty conjunction holds, the empty disjunction does not."""
    assert all_of(()) == TRUE
    assert any_of(()) == FALSE


@given(SPANS, st.sampled_from(sorted(TESTS)), SPANS)
def test_a_comparison_says_what_every_pair_says(left, op, right):
    """Sure if every pair of numbers compares so, possible if some pair does."""
    pairs = [TESTS[op](a, b) for a in range(left.lo, left.hi + 1) for b in range(right.lo, right.hi + 1)]
    assert compare(left, op, right) == (TRUE if all(pairs) else UNKNOWN if any(pairs) else FALSE)


@pytest.mark.parametrize("op", TESTS)
def test_no_value_compares_with_nothing(op):
    """Nobody's number is neither more nor less than any."""
    assert compare(NOWHERE, op, ANYWHERE) == compare(Interval(1, 1), op, NOWHERE) == FALSE


def test_an_unknown_operator_is_refused():
    """Only five comparisons exist."""
    with pytest.raises(ValueError, match="!="):
        compare(ANYWHERE, "!=", ANYWHERE)


def test_the_ends_leave_room_to_add():
    """Two unknown numbers add up without leaving 64 bits."""
    assert MIN + MIN >= -(2**63)
    assert MAX + MAX < 2**63


def test_a_set_is_closed_when_nothing_else_can_be_in_it():
    """Known and possible agree."""
    assert SetOf(frozenset("a"), frozenset("a")).closed
    assert not SetOf(frozenset(), frozenset("a")).closed
    assert not SetOf(frozenset("a"), None).closed
