"""Scales: nothing falls off, and the worths written beside one are round and few."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from comity.facts.value import ANYWHERE, MAX, MIN, Interval
from comity.files.values import MILLION, MOST
from comity.settle.scale import TICKS, scale

ENDS = st.integers(-MOST * MILLION, MOST * MILLION)
WORTHS = st.tuples(ENDS, ENDS).map(lambda ends: Interval(min(ends), max(ends)))


@given(st.lists(WORTHS, min_size=1, max_size=5))
def test_every_worth_is_within(worths):
    own = scale(worths)
    for worth in worths:
        low, high = own.ends(worth)
        assert 0 < low <= own.middle(worth) <= high < 1


@given(st.lists(WORTHS, min_size=1, max_size=5))
def test_some_round_worths_are_written(worths):
    own = scale(worths)
    ticks = own.ticks()
    assert 1 <= len(ticks) <= TICKS + 1
    assert all(own.low <= tick <= own.high for tick in ticks)
    assert len({after - before for before, after in itertools.pairwise(ticks)}) <= 1


def test_ticks_are_ones_twos_and_fives():
    assert scale([Interval(0, 9 * MILLION)]).ticks() == [number * MILLION for number in (0, 2, 4, 6, 8)]
    assert scale([Interval(-40 * MILLION, 200 * MILLION)]).ticks() == [number * MILLION for number in (-50, 0, 50, 100, 150, 200)]


def test_an_open_end_is_drawn_at_the_rim():
    own = scale([Interval(0, 0), Interval(MILLION, MAX)])
    assert own.ends(Interval(MILLION, MAX))[1] == 1
    assert own.ends(Interval(MIN, 0))[0] == 0
    assert own.middle(Interval(MILLION, MAX)) == own.at(MILLION)
    assert own.middle(ANYWHERE) == 0.5


def test_of_one_worth_there_is_a_scale():
    assert scale([Interval(7 * MILLION, 7 * MILLION)]).ticks() == [number * MILLION // 2 for number in (12, 13, 14, 15, 16)]
