"""What is known of the lawful packages without asking: against an exhaustive reading of random circuits."""

from itertools import product
from random import Random

import pytest
from circuits import Circuit, Counting, circuit
from hypothesis import given
from hypothesis import strategies as st

from comity.law.rulebook import PERMITTED
from comity.offramp.asked import OverError
from comity.offramp.lever import Lever, Levers, Option
from comity.settle.lawful import Lawful

CIRCUITS = st.integers(0, 2**32).map(lambda seed: circuit(Random(seed), most=8, rows=200))
GOALS = st.sampled_from([PERMITTED, PERMITTED, 2, 1])


def having(given_, values):
    """The packages that the levers allow and that have some values."""
    every = (tuple(map(int, row)) for row in given_.packages)
    return {package for package in every if all(package[lever] == value for lever, value in values.items())}


@given(CIRCUITS, GOALS, st.booleans(), st.randoms())
def test_a_nogood_has_no_lawful_package_and_a_good_no_other(given_, goal, worlds, chance):
    found, every, lawful = Lawful(given_.levers, given_, goal), list(product(*given_.levers.values)), set(given_.lawful(goal))
    if worlds:
        found.worlds = given_.worlds(goal)
    asked = chance.sample(every, min(12, len(every)))
    for package, span in zip(asked, found(asked), strict=True):
        assert (span.worst >= goal) == (given_.span(package).worst >= goal)
    assert all(not having(given_, nogood) & lawful for nogood in found.nogoods)
    assert all(having(given_, good) <= lawful for good in found.goods)
    assert set(found.open) <= given_.open(goal)


@given(CIRCUITS, GOALS, st.data())
def test_all_lawful_packages_of_partial_ones_are_found(given_, goal, data):
    lever = data.draw(st.integers(0, len(given_.levers.levers) - 1))
    parts = [tuple(value if n == lever else None for n in range(len(given_.levers.levers))) for value in given_.levers.values[lever]]
    law, lawful = Lawful(given_.levers, given_, goal), set(given_.lawful(goal))
    for value, cubes in enumerate(law.within(parts)):
        wanted = {package for package in lawful if package[lever] == value}
        got = [package for package in product(*given_.levers.values) if package in cubes]
        assert set(got) == wanted
    for part in parts:
        known = law.some(part)
        assert known is None or set(having(given_, {n: v for n, v in enumerate(known) if v is not None})) <= lawful


def test_what_was_learnt_is_not_asked_again():
    levers = Levers(tuple(Lever(str(i), (Option("a"),)) for i in range(10)))
    judge = Counting(Circuit(levers, ((("is", 3, 0), 0, ((PERMITTED, ("is", 5, 1)),)),)))
    law = Lawful(levers, judge)
    law([(0,) * 10, (1,) * 10])
    assert law.nogoods == [{3: 0, 5: 0}]
    assert law.goods in ([{5: 1}], [{3: 1}])
    asked = law.asked
    assert asked == sum(judge.batches)
    assert [span.best for span in law([(1, 1, 1, 0, 1, 0, 1, 1, 1, 1), (1, 0) * 5, (0,) * 10])] == [0, 0, 0]
    assert law.asked == asked


def test_whole_packages_that_are_open_are_noted_and_a_world_tells_of_others():
    levers = Levers(tuple(Lever(str(i), (Option("a"),)) for i in range(6)))
    given_ = Circuit(levers, ((("is", 2, 0), 0, ((PERMITTED, ("fact", 0)),)),), facts=1)
    alone, told = Lawful(levers, given_), Lawful(levers, given_, worlds=given_.worlds(PERMITTED))
    (one,), (other,) = (law.within([(0, 0, None, 0, None, 0)]) for law in (alone, told))
    assert one.lawful == other.lawful
    assert set(alone.open) == {(0, 0, 0, 0, 0, 0), (0, 0, 0, 0, 1, 0)}
    assert told.nogoods == [{2: 0}]
    assert len(told.open) == 1


def test_nothing_is_asked_when_time_is_over():
    levers = Levers((Lever("0", (Option("a"),)),))
    judge = Counting(Circuit(levers, ()))
    with pytest.raises(OverError):
        Lawful(levers, judge, over=lambda: True)([(0,)])
    assert judge.batches == []
