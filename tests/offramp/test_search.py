"""The search against an exhaustive reading of random circuits: the same package, nogoods that are so, and alternatives none of which contains another."""

from random import Random

import pytest

pytest.importorskip("ortools")

from circuits import Circuit, Counting, circuit
from hypothesis import given
from hypothesis import strategies as st

from comity.law.rulebook import PERMITTED
from comity.offramp.lever import Lever, Levers, Option, changed, pulled, unlooked
from comity.offramp.search import Impossible, Search, Solution, Unknown

GOALS = st.sampled_from([PERMITTED, PERMITTED, 2, 1])


@st.composite
def circuits(draw):
    """Small ones, so that packages that missing facts leave open are few enough to be looked at one by one."""
    return circuit(Random(draw(st.integers(0, 2**32))), most=draw(st.integers(1, 8)), rows=128)


def searched(given_, goal, *, worlds=True, **more):
    return Search(given_.levers, Counting(given_), goal, worlds=given_.worlds(goal) if worlds else unlooked, **more)


def breaks(nogoods, package):
    return any(nogood.items() <= dict(enumerate(package)).items() for nogood in nogoods)


def proved(given_, goal, found, taken=()):
    """Does what is said of a result rule out every package, or every one that comes before it?"""
    packages = [tuple(map(int, row)) for row in given_.packages]
    if isinstance(found, Solution):
        packages = [one for one in packages if given_.levers.rank(one) < given_.levers.rank(found.package)]
    surely = set(given_.lawful(goal))
    assert not any(breaks(found.proof, one) and one in surely for one in map(tuple, given_.packages.tolist()))
    assert set(found.open) <= given_.open(goal)
    return all(breaks((*found.proof, *taken), one) or one in found.open for one in packages)


@pytest.mark.parametrize("worlds", [True, False])
@given(circuits(), GOALS)
def test_the_cheapest_is_that_of_an_exhaustive_reading(worlds, given_, goal):
    found = searched(given_, goal, worlds=worlds).cheapest()
    lawful = given_.lawful(goal)
    if lawful:
        assert isinstance(found, Solution)
        assert (found.package, found.cost) == (lawful[0], given_.levers.cost(lawful[0]))
    else:
        assert isinstance(found, Impossible)
    assert proved(given_, goal, found)


@given(circuits(), GOALS)
def test_without_worlds_a_nogood_is_of_what_is_not_lawful_whatever_the_missing_facts_are(given_, goal):
    found = searched(given_, goal, worlds=False).cheapest()
    possible = {*given_.lawful(goal), *given_.open(goal)}
    assert not any(breaks(found.proof, package) for package in possible)


@given(circuits(), GOALS)
def test_of_a_nogood_no_value_can_be_spared(given_, goal):
    search = searched(given_, goal, worlds=False)
    search.cheapest()
    nothing = (None,) * len(given_.levers.levers)
    for nogood in search._shown:
        assert given_.span(changed(nothing, nogood)).best < goal
        assert all(given_.span(changed(nothing, {**nogood, lever: None})).best >= goal for lever in nogood)


@given(circuits(), GOALS, st.integers(1, 6))
def test_alternatives_are_those_of_an_exhaustive_reading(given_, goal, n):
    found = searched(given_, goal).several(n)
    expected = []
    for package in given_.lawful(goal):  # the first ones first
        if not breaks(map(pulled, expected), package):
            expected.append(package)
    assert [one.package for one in found.solutions] == expected[:n]
    assert [one.cost for one in found.solutions] == [given_.levers.cost(one) for one in expected[:n]]
    assert isinstance(found.end, Impossible) == (len(expected) < n)
    for number, one in enumerate(found.solutions):
        assert proved(given_, goal, one, list(map(pulled, expected[:number])))


@given(circuits(), GOALS)
def test_every_lever_of_a_solution_is_needed(given_, goal):
    search = searched(given_, goal)
    for solution in search.several(3).solutions:
        needed = search.essential(solution.package)
        assert needed.package == solution.package
        assert needed.without.keys() == pulled(solution.package).keys()
        for lever, span in needed.without.items():
            without = changed(solution.package, {lever: 0})
            assert span == (given_.span(without) if given_.levers.allows(without) else None)
            assert span is None or span.worst < goal


@given(circuits(), GOALS)
def test_of_any_lawful_package_what_is_not_needed_is_left_as_it_is(given_, goal):
    search = searched(given_, goal)
    for package in given_.lawful(goal)[-3:]:
        needed = search.essential(package)
        assert pulled(needed.package).items() <= pulled(package).items()
        assert needed.package in given_.lawful(goal)
        assert not {changed(needed.package, {lever: 0}) for lever in needed.without} & set(given_.lawful(goal))


@given(circuits(), GOALS)
def test_the_same_is_asked_and_answered_every_time(given_, goal):
    one, other = searched(given_, goal), searched(given_, goal)
    assert one.several(3) == other.several(3)
    assert one.judge.batches == other.judge.batches
    again = one.cheapest()
    assert again.package == other.cheapest().package if isinstance(again, Solution) else isinstance(again, Impossible)


@given(circuits(), GOALS, st.integers(0, 12))
def test_when_time_is_over_the_bound_is_true_and_what_was_found_is_lawful(given_, goal, batches):
    judge = Counting(given_)
    search = Search(given_.levers, judge, goal, over=lambda: len(judge.batches) >= batches)
    found, lawful = search.cheapest(), given_.lawful(goal)
    assert len(judge.batches) <= batches
    if isinstance(found, Unknown):
        assert not lawful or found.least <= given_.levers.cost(lawful[0])
        assert found.package is None or (found.package in lawful and found.cost == given_.levers.cost(found.package))
    else:
        assert getattr(found, "package", None) == (lawful[0] if lawful else None)
    search.over = search._law.over = lambda: False  # there is time again
    assert getattr(search.cheapest(), "package", None) == (lawful[0] if lawful else None)


def yes(lever, value=1):
    return ("is", lever, value)


def levers(*costs, nogoods=()):
    return Levers(tuple(Lever(str(i), (Option("a", cost),)) for i, cost in enumerate(costs)), nogoods)


def test_where_nothing_stands_nothing_is_done_and_there_is_no_alternative():
    found = searched(Circuit(levers(0, 0, 5), ()), PERMITTED).several(4)
    assert [one.package for one in found.solutions] == [(0, 0, 0)]
    assert found.end == Impossible(())


def test_where_nothing_helps_one_batch_shows_it():
    given_ = Circuit(levers(1, 2), ((("or", [yes(0), ("not", yes(0))]), 0, ()), (yes(1), 1, ())))
    stands = Circuit(given_.levers, ((("not", ("and", [yes(0), yes(0, 0)])), 0, ()),))
    always = Circuit(given_.levers, ((("and", []), 0, ()),))
    search = searched(always, PERMITTED)
    assert search.cheapest() == Impossible(({},))
    assert len(search.judge.batches) == 1
    for one in (given_, stands):
        assert isinstance(searched(one, PERMITTED).cheapest(), Impossible)


def test_what_costs_nothing_is_not_done_for_nothing():
    either = Circuit(levers(0, 0, 0), ((("and", []), 0, ((PERMITTED, ("or", [("and", [yes(0), yes(1)]), yes(2)])),)),))
    assert searched(either, PERMITTED).cheapest().package == (0, 0, 1)
    alike = Circuit(levers(0, 0, 0), ((("and", []), 0, ((PERMITTED, ("or", [yes(0), yes(2)])),)),))
    assert [one.package for one in searched(alike, PERMITTED).several(3).solutions] == [(0, 0, 1), (1, 0, 0)]


def test_a_fact_that_nobody_knows_makes_nothing_lawful_and_is_told():
    given_ = Circuit(levers(*range(1, 17)), ((("fact", 0), 0, ()),), facts=1)  # 65,536 packages, every one open
    search = searched(given_, PERMITTED)
    assert search.cheapest() == Impossible(({},), ((0,) * 16,))
    assert len(search.judge.batches) == 2  # whether anything helps at all is asked first
    unless = Circuit(given_.levers, ((("fact", 0), 0, ((PERMITTED, ("and", [yes(2), yes(5)])),)),), facts=1)
    assert searched(unless, PERMITTED).cheapest() == Solution((0, 0, 1, 0, 0, 1, *(0,) * 10), 9, ({2: 0}, {5: 0}), ((0,) * 16,))


def test_what_cannot_be_had_together_is_not():
    given_ = Circuit(levers(1, 2, 9, nogoods=({0: 1, 1: 1}, {2: 1, 0: 0})), ((("and", []), 0, ((PERMITTED, ("or", [("and", [yes(0), yes(1)]), yes(2)])),)),))
    search = searched(given_, PERMITTED)
    found = search.cheapest()
    assert (found.package, found.cost) == ((1, 0, 1), 10)
    assert search.essential(found.package).without == {0: None, 2: given_.span((1, 0, 0))}


def test_only_of_what_is_lawful_it_is_told_what_is_needed():
    with pytest.raises(ValueError, match="not lawful"):
        searched(Circuit(levers(1), ((("and", []), 0, ()),)), PERMITTED).essential((1,))


def test_few_packages_of_many_are_judged():
    pairs = [(("and", []), 0, ((PERMITTED, yes(2 * i)), (PERMITTED, yes(2 * i + 1)))) for i in range(15)]
    given_ = Circuit(levers(*range(1, 31)), tuple(pairs))  # of 2 to the 30
    search = searched(given_, PERMITTED)
    assert search.cheapest().package == (1, 0) * 15
    assert len(search.judge.batches) < 60
    assert sum(search.judge.batches) < 2_500
