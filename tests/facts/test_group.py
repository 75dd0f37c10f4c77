"""Rows grouped by equal keys."""

import numpy as np
import pytest

from comity.facts.group import distinct


@pytest.mark.parametrize(
    ("keys", "kind"), [([3, 1, 3, 2], np.int64), ([0, 2**40, 0], np.int64), ([1, 0, 1], object), ([0, 2**40, 0], object), ([2**70, 0, 2**70, 1], object)]
)
def test_keys_are_numbered_in_their_order_however_long_they_are(keys, kind):
    first, numbers = distinct(np.array(keys, dtype=kind))
    assert [keys[i] for i in first] == sorted(set(keys))
    assert [sorted(set(keys))[n] for n in numbers] == keys
