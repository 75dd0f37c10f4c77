"""Sets of digests against Python's own sets, half of the digests alike."""

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.ledger import digests as module
from comity.ledger.digests import FEW, Digests, DigestsError, found, halves_of, woven

HALVES = st.sampled_from([0, 1, 2, 2**63, 2**64 - 1])
PAIRS = st.lists(st.tuples(HALVES, HALVES), max_size=20)


def digests(pairs):
    return Digests.of(np.array(pairs, dtype=np.uint64).reshape(-1, 2))


def pairs(found):
    return [tuple(pair) for pair in found.halves.tolist()]


@given(PAIRS, PAIRS)
def test_they_are_sets(one, two):
    a, b = digests(one), digests(two)
    assert pairs(a) == sorted(set(one))
    assert pairs(a | b) == sorted({*one, *two})
    assert Digests.union([a, b, a]) == a | b
    assert a.within(b).tolist() == [pair in two for pair in sorted(set(one))]
    assert (a == b) == ({*one} == {*two}) == (a.name == b.name)
    assert len(a) == len(set(one))


@given(PAIRS)
def test_bytes_are_big_endian_and_in_order(some):
    a = digests(some)
    data = b"".join(high.to_bytes(8, "big") + low.to_bytes(8, "big") for high, low in sorted(set(some)))
    assert a.data == data
    assert a.name == hashlib.sha256(data).hexdigest()
    assert Digests.from_bytes(data) == a
    assert Digests.joined([data[16:], data]) == a
    assert halves_of(a.words).tolist() == a.halves.tolist()


@pytest.mark.parametrize("at_once", [1, 7, FEW + 44, 2**16])
@pytest.mark.parametrize("number", [FEW - 1, FEW, FEW + 1, FEW + 44])
def test_bytes_of_many_are_those_of_few(monkeypatch, number, at_once):
    monkeypatch.setattr(module, "AT_ONCE", at_once)
    data = b"".join(i.to_bytes(16, "big") for i in range(2**64 - 5, 2**64 - 5 + number))
    for a in (Digests.from_bytes(data), Digests.joined([data])):
        assert a.data == data
        assert a.name == hashlib.sha256(data).hexdigest()
        assert len(a) == number


@given(PAIRS.filter(lambda some: len(set(some)) > 1), st.data())
def test_bytes_out_of_order_are_no_set(some, data):
    pieces = [digests([one]).data for one in sorted(set(some))]
    mixed = data.draw(st.permutations(pieces).filter(lambda order: order != pieces) | st.just([pieces[0], *pieces]))
    with pytest.raises(DigestsError, match="ascending"):
        Digests.from_bytes(b"".join(mixed))


@pytest.mark.parametrize("size", [1, 15, 17, 33])
def test_half_a_digest_is_none(size):
    with pytest.raises(DigestsError, match=f"{size} bytes"):
        Digests.from_bytes(bytes(size))


@pytest.mark.parametrize("halves", [np.zeros((1, 2), dtype=np.int64), np.zeros((1, 3), dtype=np.uint64), np.zeros(2, dtype=np.uint64)])
def test_other_arrays_are_no_digests(halves):
    with pytest.raises(DigestsError, match="two columns"):
        Digests(halves)


@given(PAIRS, PAIRS)
def test_new_digests_are_woven_in_where_they_belong(one, two):
    old, new = digests(one), digests([pair for pair in two if pair not in one])
    at = found(old.high, old.low, new.high, new.low)[0]
    whole = [woven(old.high, new.high, at), woven(old.low, new.low, at)]
    assert list(zip(*(half.tolist() for half in whole), strict=True)) == sorted({*one, *two})


def test_the_union_of_one_set_is_that_set():
    one, nobody = digests([(1, 2)]), digests([])
    assert Digests.union([nobody, one, nobody]) is one
    assert len(Digests.union([])) == 0
