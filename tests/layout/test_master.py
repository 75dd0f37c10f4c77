"""A master is exact however large the costs, until they no longer fit; and stops when it is told to."""

import random

import pytest

pytest.importorskip("ortools")

from hypothesis import given
from hypothesis import strategies as st
from layouts import COSTS, levers, packages

from comity.layout.cube import cube, meets
from comity.layout.master import Master, costs, together
from comity.offramp.lever import Levers


@given(COSTS, st.lists(st.dictionaries(st.integers(0, 3), st.integers(0, 1), min_size=1, max_size=3), max_size=6), st.sampled_from((1, 10**6, 10**17)))
def test_the_cheapest_package_that_meets_no_nogood(numbers, nogoods, unit):
    held = levers(*([cost * unit for cost in each] for each in numbers))
    cubes = [cube(one) for one in nogoods if all(lever < len(numbers) for lever in one)]
    master = Master(held)
    master.add(cubes)
    found = master.least(costs(held))
    left = [held.cost(p) for p in packages(held) if not any(meets(p, one) for one in cubes)]
    assert found.proved
    assert (found.package and held.cost(found.package)) == min(left, default=None)
    assert found.package is None or found.bound == min(left)


def test_costs_that_no_number_holds_are_refused():
    held = levers((2**61,), (3,))
    with pytest.raises(ValueError, match="too large"):
        Master(held).least(costs(held))


def test_a_run_that_is_stopped_knows_no_more_than_is_so():
    """Many pairs of unequal costs: too much to be proved before it is asked for the first time."""
    chance = random.Random(1)
    held = levers(*((chance.randrange(10**6, 2 * 10**6),) for _ in range(300)))
    master = Master(held)
    master.add(cube(dict.fromkeys(chance.sample(range(300), 5), 0)) for _ in range(2_000))
    found = master.least(costs(held), over=lambda: True)
    assert not found.proved
    assert found.bound >= 0
    assert found.package is None or found.bound <= held.cost(found.package)


def test_groups_that_leave_no_package_are_named_and_the_idle_ones_are_not():
    held = Levers(levers((1,), (1,)).levers)
    nogoods = {"a": [((0, 0),)], "b": [((0, 1),)], "idle": [((1, 0),)]}
    assert together(held, nogoods) == {"a", "b"}
    assert together(held, {"a": nogoods["a"], "idle": nogoods["idle"]}) == (1, 1)
    assert together(held, {"a": nogoods["a"]}, below=1) == {"a"}
