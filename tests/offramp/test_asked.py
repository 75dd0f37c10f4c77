"""A judge is asked nothing twice, nothing once time is over, and once for each value of a nogood."""

import pytest
from circuits import Circuit, Counting

from comity.law.rulebook import PERMITTED
from comity.offramp.asked import Asked, OverError
from comity.offramp.lever import Lever, Levers, Option, endless

LEVERS = Levers(tuple(Lever(str(i), (Option("a", cost),)) for i, cost in enumerate((5, 1, 9, 7, 3, 0))))
EITHER = Circuit(LEVERS, tuple((("and", []), 0, tuple((PERMITTED, ("is", lever, 1)) for lever in some)) for some in ((0, 1), (1, 2), (3, 4))))


def asked(over=endless):
    judge = Counting(EITHER)
    return Asked(judge, LEVERS, PERMITTED, over), judge


def test_nothing_is_asked_twice():
    one, judge = asked()
    partials = [(0, None, 1, 0, 0, 0), (0,) * 6, (0, None, 1, 0, 0, 0)]
    assert one.spans(partials) == EITHER(partials)
    assert one.spans([(0,) * 6, (1,) * 6]) == EITHER([(0,) * 6, (1,) * 6])
    assert judge.batches == [2, 1]
    assert list(one.found()) == [(1,) * 6]


def test_nothing_is_asked_once_time_is_over_but_what_was_said_is_known():
    late = [False]
    one, _ = asked(lambda: late[0])
    known = one.spans([(0,) * 6])
    late[0] = True
    assert one.spans([(0,) * 6]) == known
    with pytest.raises(OverError):
        one.spans([(0,) * 6, (1,) * 6])


def test_nogoods_share_no_lever_rest_on_what_is_dear_and_cost_a_batch_for_each_value():
    one, judge = asked()
    assert list(one.nogoods((0, 0, 0, 0, 0, 1))) == [{3: 0, 4: 0}, {1: 0, 2: 0}]
    assert len(judge.batches) == 2 + 2 + 1  # the last shows that no third is left
    assert list(one.nogoods((0, 0, 1, 1, 0, 0))) == [{0: 0, 1: 0}]
    assert list(one.nogoods((1, 0, 1, 1, 0, 0))) == []


def test_pulled_levers_are_the_first_that_are_undecided_again():
    clash = Circuit(LEVERS, ((("or", [("and", [("is", 2, 1), ("is", 3, 1)]), ("is", 5, 0)]), 0, ()),))
    one = Asked(clash, LEVERS, PERMITTED, endless)
    assert list(one.nogoods((0, 0, 1, 1, 0, 0))) == [{5: 0}, {2: 1, 3: 1}]
