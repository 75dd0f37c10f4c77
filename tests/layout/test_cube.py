"""Fewer cubes say the same: of any package, that it meets one of them or none."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from comity.layout.cube import blocks, cube, meets, of, partial, shortest

SIZE = 3
PACKAGES = list(itertools.product(range(SIZE), repeat=4))
CUBES = st.lists(st.dictionaries(st.integers(0, 3), st.integers(0, SIZE - 1), max_size=4).map(cube), max_size=14)


@given(CUBES)
def test_the_shortest_are_met_by_the_same_packages_and_none_of_them_is_needless(cubes):
    kept = shortest(cubes)
    for package in PACKAGES:
        assert any(meets(package, one) for one in cubes) == any(meets(package, one) for one in kept)
    assert not any(set(one) <= set(other) for one in kept for other in kept if one is not other)
    assert shortest(reversed(cubes)) == kept


@given(CUBES)
def test_blocks_are_met_by_the_same_packages_and_are_no_more(cubes):
    told = blocks(iter(cubes))
    assert len(told) <= len(set(cubes))
    assert all(lever < following for one in told for (lever, _), (following, _) in itertools.pairwise(one))
    for package in PACKAGES:
        assert any(meets(package, one) for one in cubes) == any(all(package[lever] in values for lever, values in one) for one in told)
    assert blocks(reversed(cubes)) == told


def test_values_of_one_lever_are_one_clause():
    assert blocks([((0, 1), (2, 0)), ((0, 2), (2, 0)), ((0, 2), (2, 1))]) == [
        ((0, frozenset({1, 2})), (2, frozenset({0}))),
        ((0, frozenset({2})), (2, frozenset({1}))),
    ]


def test_a_cube_is_what_a_package_says_of_some_levers():
    assert of((5, 6, 7), [2, 0]) == ((0, 5), (2, 7))
    assert partial(((0, 5), (2, 7)), 3) == (5, None, 7)
