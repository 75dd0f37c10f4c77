"""Maxima of vectors, against comparing each with each."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from comity.settle.maxima import FEW, beaten, maxima

VECTORS = arrays(np.int64, array_shapes(min_dims=2, max_dims=2, max_side=8), elements=st.integers(-3, 3))


def compared(points):
    """Which rows no other row equals or exceeds."""
    return [not any((points[other] >= points[row]).all() for other in range(len(points)) if other != row) for row in range(len(points))]


@given(VECTORS)
def test_maxima_are_what_nothing_exceeds(points):
    distinct = np.unique(points, axis=0)
    assert maxima(distinct).tolist() == compared(distinct)


@pytest.mark.parametrize("columns", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("highest", [2, 9, 1000])
def test_many_vectors_are_halved_and_come_to_the_same(columns, highest):
    points = np.unique(np.random.default_rng(columns * highest).integers(0, highest, (6 * FEW, columns)), axis=0)
    assert maxima(points).tolist() == compared(points)


@pytest.mark.parametrize("columns", [1, 2, 3, 4])
def test_what_is_beaten_is_exceeded_by_one_of_the_others(columns):
    chance = np.random.default_rng(columns)
    low, high = chance.integers(0, 30, (5 * FEW, columns)), chance.integers(-10, 28, (3 * FEW, columns))
    assert beaten(low, high).tolist() == [bool((high >= row).all(axis=1).any()) for row in low]


def test_vectors_of_one_sum_are_all_maxima():
    first, second = np.divmod(np.arange(10_000), 100)
    assert maxima(np.column_stack((first, second, -first - second))).all()


def test_of_nothing_there_are_no_maxima():
    assert maxima(np.empty((0, 3), dtype=np.int64)).tolist() == []
    assert beaten(np.ones((2, 3), dtype=np.int64), np.empty((0, 3), dtype=np.int64)).tolist() == [False, False]
