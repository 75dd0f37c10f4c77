"""What one key remembers: the theorem of saturation, reservations that take from each other, and how much room it all takes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.ledger import register as module
from comity.ledger.digests import Digests
from comity.ledger.register import Register


def persons(numbers):
    return Digests.of(np.array([(n * 2**40, n) for n in numbers], dtype=np.uint64).reshape(-1, 2))


def counted(register):
    return {int(low): day for low, day in zip(*days_of(register), strict=True)}


def days_of(register):
    run, days = register.committed()
    return run.low.tolist(), [days[turn - 1] for turn in run.turn.tolist()]


@given(st.lists(st.tuples(st.integers(0, 2), st.sets(st.integers(0, 12)), st.booleans())), st.integers(0, 6))
def test_who_saturation_lets_go_no_window_misses(turns, most):
    keeps, lets_go, day, latest = Register(10**6), Register(most), 1, {}
    for step, people, settles in turns:
        day += step
        latest.update(dict.fromkeys(people, day))
        for one in (keeps, lets_go):
            one.commit(one.reserve(persons(people), day))
        if settles:
            lets_go.settle()
        for begins in range(1, day + 2):
            exact = sum(last >= begins for last in latest.values())
            assert keeps.number(begins) == exact
            assert min(lets_go.number(begins), most + 1) == min(exact, most + 1)
    ranked = sorted(latest.items(), key=lambda item: (-item[1], item[0]))
    assert counted(lets_go) == dict(ranked[: most + 1])
    assert lets_go.gone == (ranked[most + 1][1] if len(ranked) > most + 1 else 0)


def test_a_person_handed_on_goes_with_the_last_reservation_that_has_them():
    register = Register(10)
    one, two, three = (register.reserve(persons([1, 2]), day) for day in (1, 2, 3))
    register.cancel(one)
    register.cancel(three)
    assert [register.number(day) for day in (1, 2, 3)] == [2, 2, 0]
    register.cancel(two)
    assert register.number(1) == 0


def test_what_is_pending_since_before_a_commit_changes_nothing_when_it_is_settled_or_cancelled():
    register = Register(10)
    first = register.reserve(persons([1, 2]), 1)
    register.commit(register.reserve(persons([2, 3]), 2))
    register.settle()
    assert [register.number(day) for day in (1, 2)] == [3, 2]
    register.cancel(first)
    assert [register.number(day) for day in (1, 2)] == [2, 2]


def test_a_higher_line_finds_nobody_again_and_says_so():
    register = Register(1)
    register.commit(register.reserve(persons([1, 2, 3]), 5))
    register.commit(register.reserve(persons([4]), 6))
    assert register.number(1) == 4
    register.raised(10)
    assert register.number(1) == 2
    assert register.gone == 5


@pytest.mark.parametrize("few", [0, 256])
def test_room_is_for_the_line_and_not_for_everybody_who_came(few, monkeypatch):
    monkeypatch.setattr(module, "FEW", few)
    monkeypatch.setattr(module, "ROOM", 10)
    register, chance = Register(99), np.random.default_rng(5)
    for day in range(1, 400):
        some = Digests.of(chance.integers(0, 2**64, (7, 2), dtype=np.uint64))
        pending = register.reserve(some, day)
        (register.cancel if day % 3 else register.commit)(pending)
        assert register._size <= 5 * 100 // 4 + 10 + 7
        assert sum(len(run) for run in register._runs) + len(register._waiting) == register._size
    assert register.number(1) >= 100
    assert register.gone
    for _ in range(400):  # cancelled, all of it
        register.cancel(register.reserve(Digests.of(chance.integers(0, 2**64, (7, 2), dtype=np.uint64)), 400))
        assert register._size <= 2 * 125 + 10


def test_a_large_reservation_that_is_cancelled_leaves_no_room_taken(monkeypatch):
    monkeypatch.setattr(module, "ROOM", 10)
    register = Register(10**6)
    register.commit(register.reserve(persons(range(500)), 1))
    register.cancel(register.reserve(persons(range(400, 2000)), 1))
    register.reserve(persons([1]), 1)
    assert register._size == register.number(1) == 500


def test_turns_are_numbered_anew_before_they_fill_the_memory(monkeypatch):
    monkeypatch.setattr(module, "TURNS", 50)
    register = Register(10)
    pending = register.reserve(persons([7]), 1)
    for _ in range(1000):
        register.commit(register.reserve(persons([1, 2]), 3))
        assert register._turns <= 60
    assert counted(register) == {1: 3, 2: 3}
    assert register.number(1) == 3
    register.cancel(pending)
    assert register.number(1) == 2
