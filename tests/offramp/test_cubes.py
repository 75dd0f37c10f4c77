"""The cubes against an exhaustive reading of random circuits: every lawful package in one of them, no other in any."""

from itertools import product
from random import Random

from circuits import Circuit, Counting, circuit
from hypothesis import given
from hypothesis import strategies as st

from comity.law.rulebook import PERMITTED
from comity.offramp.cubes import Cubes, cubes
from comity.offramp.lever import Lever, Levers, Option

CIRCUITS = st.integers(0, 2**32).map(lambda seed: circuit(Random(seed), most=10, rows=300))
GOALS = st.sampled_from([PERMITTED, PERMITTED, 2, 1])


def completions(levers, cube):
    return list(product(*(values if value is None else [value] for values, value in zip(levers.values, cube, strict=True))))


@given(CIRCUITS, GOALS)
def test_every_lawful_package_is_in_one_cube_and_no_other_in_any(given_, goal):
    judge = Counting(given_)
    found = cubes(given_.levers, judge, goal)
    packages = [package for cube in found.lawful for package in completions(given_.levers, cube)]
    assert sorted(packages) == sorted(given_.lawful(goal))
    assert set(found.open) == given_.open(goal)
    assert found.left == ()
    assert found == cubes(given_.levers, given_, goal)
    assert len(judge.batches) <= len(given_.levers.levers) + 1
    assert all((package in found) == (package in packages) for package in product(*given_.levers.values))


@given(CIRCUITS, GOALS, st.integers(0, 5))
def test_what_time_did_not_suffice_for_is_left(given_, goal, batches):
    judge = Counting(given_)
    found = cubes(given_.levers, judge, goal, lambda: len(judge.batches) >= batches)
    assert len(judge.batches) <= batches
    parts = [[package for cube in some for package in completions(given_.levers, cube)] for some in (found.lawful, found.left)]
    assert len({*parts[0], *parts[1]}) == len(parts[0]) + len(parts[1])
    assert set(parts[0]) <= set(given_.lawful(goal)) <= {*parts[0], *parts[1]}
    assert set(found.open) <= given_.open(goal) <= {*found.open, *parts[1]}


@given(CIRCUITS, GOALS, st.data())
def test_within_some_partial_packages_only_theirs_are_found(given_, goal, data):
    lever = data.draw(st.integers(0, len(given_.levers.levers) - 1))
    parts = [tuple(value if n == lever else None for n in range(len(given_.levers.levers))) for value in given_.levers.values[lever][1:]]
    found = cubes(given_.levers, given_, goal, within=parts)
    packages = [package for cube in found.lawful for package in completions(given_.levers, cube)]
    assert sorted(packages) == sorted(package for package in given_.lawful(goal) if package[lever])
    assert cubes(given_.levers, given_, goal, lambda: True, parts) == Cubes((), left=tuple(parts))


def test_what_is_wholly_lawful_is_one_cube_but_for_what_cannot_be_had_together():
    levers = Levers(tuple(Lever(str(i), (Option("a"), Option("b"))) for i in range(8)))
    assert cubes(levers, Circuit(levers, ())) == Cubes(((None,) * 8,))
    apart = Levers(levers.levers, ({2: 1, 5: 2},))
    found = cubes(apart, Circuit(apart, ()))
    assert len(found.lawful) == 4
    assert sum(len(completions(apart, cube)) for cube in found.lawful) == 3**8 - 3**6
    assert cubes(Levers(levers.levers, ({},)), Circuit(levers, ())) == Cubes(())


def test_it_splits_where_most_is_settled():
    levers = Levers(tuple(Lever(str(i), (Option("a"),)) for i in range(12)))
    judge = Counting(Circuit(levers, ((("and", []), 0, ((PERMITTED, ("and", [("is", 7, 1), ("or", [("is", 2, 1), ("is", 9, 0)])])),)),)))
    found = cubes(levers, judge)
    assert len(found.lawful) == 2
    assert judge.batches == [1, 24, 22, 2]
