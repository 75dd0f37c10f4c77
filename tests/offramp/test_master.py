"""The package that comes first is that of an exhaustive reading, also where costs are equal, nothing, or as large as they may be."""

from itertools import product

import pytest

pytest.importorskip("ortools")

from hypothesis import given
from hypothesis import strategies as st

from comity.offramp.lever import Lever, Levers, Option
from comity.offramp.master import LARGEST, Late, proposal

COSTS = st.sampled_from([0, 0, 1, 10**6, 2 * 10**6]) | st.integers(0, 10**9) | st.integers(2**54, 2**58)


@st.composite
def problems(draw):
    counts = draw(st.lists(st.integers(0, 3), max_size=6))
    levers = tuple(Lever(str(i), tuple(Option(str(v), draw(COSTS)) for v in range(count))) for i, count in enumerate(counts))
    pairs = st.sampled_from([(lever, value) for lever, count in enumerate(counts) for value in range(count + 1)]) if counts else st.nothing()
    nogoods = st.lists(st.lists(pairs, max_size=4).map(dict), max_size=8) if counts else st.just([])
    return Levers(levers, tuple(draw(nogoods)[:2])), draw(nogoods)


def first(levers, nogoods, after=None):
    packages = sorted((package for package in product(*levers.values) if Levers(levers.levers, (*levers.nogoods, *nogoods)).allows(package)), key=levers.rank)
    return next((package for package in packages if after is None or levers.rank(package) > levers.rank(after)), None)


@given(problems(), st.data())
def test_first_comes_what_an_exhaustive_reading_puts_first(problem, data):
    levers, nogoods = problem
    found = proposal(levers, nogoods)
    assert found == first(levers, nogoods)
    after = data.draw(st.sampled_from(list(product(*levers.values))))
    assert proposal(levers, nogoods, after) == first(levers, nogoods, after)


def test_one_after_the_other_is_every_package_in_order():
    levers = Levers(tuple(Lever(str(i), (Option("a", cost), Option("b"))) for i, cost in enumerate((0, 3, 2**50))), ({0: 1, 2: 1},))
    found = []
    while (one := proposal(levers, [{1: 2}], found[-1] if found else None)) is not None:
        found.append(one)
    assert found == sorted((p for p in product(range(3), repeat=3) if p[1] != 2 and not (p[0] == 1 and p[2] == 1)), key=levers.rank)


def hard(n=60):
    """Clauses of six out of many, by arithmetic alone: more than a first slice of work."""
    levers = Levers(tuple(Lever(str(i), (Option("a", 10**6 * (7 + i * i % 89) + i),)) for i in range(n)))
    return levers, [{(i * i + 7 * i * j + 11 * j * j) % n: 0 for j in range(6)} for i in range(3 * n)]


def test_without_time_there_is_a_bound_that_is_true(monkeypatch):
    monkeypatch.setattr("comity.offramp.master.SLICE", 1e-4)
    levers, nogoods = hard()
    answers, asked = [], iter([False] * 10)
    late = proposal(levers, nogoods, over=lambda: True)
    later = proposal(levers, nogoods, over=lambda: next(asked, True))
    answers = [late, later]
    monkeypatch.undo()
    best = levers.cost(proposal(levers, nogoods))
    assert all(isinstance(one, Late) for one in answers[:1])
    assert all(0 <= (one.least if isinstance(one, Late) else levers.cost(one)) <= best for one in answers)


def test_costs_that_cannot_be_counted_are_refused():
    levers = Levers((Lever("a", (Option("x", LARGEST),)), Lever("b", (Option("y", 1),))))
    with pytest.raises(ValueError, match="too large"):
        proposal(levers, [{0: 0}])
    assert proposal(Levers(levers.levers[:1]), [{0: 0}]) == (1,)  # alone it is one of its kind
