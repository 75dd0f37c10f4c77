"""Where there is no layout, the movements named cannot be lawful together, and any of them left out the others can."""

import pytest

pytest.importorskip("ortools")

from hypothesis import assume, given
from layouts import judge, levers, literal, packages, problems, slowly

from comity.layout.clash import clash
from comity.layout.movement import Movement
from comity.layout.search import Clash, Search


@given(problems())
def test_none_of_those_that_clash_can_be_spared(problem):
    held, movements = problem
    search = Search(held, movements)
    assume(search.cheapest() is None)
    found = clash(search)
    assert found.minimal
    clashing = [m for m in movements if m.name in found.movements]
    assert slowly(held, clashing) is None
    for one in clashing:
        assert slowly(held, [m for m in clashing if m is not one]) is not None
    for m in clashing:
        for nogood in found.nogoods[m.name]:
            met = [p for p in packages(held) if all(p[lever] == value for lever, value in nogood.items())]
            assert all(m.judge([p])[0].worst < m.goal for p in met)
    said = [dict(nogood) for name in found.movements for nogood in found.nogoods[name]]
    assert not left(held, said)
    assert all(left(held, [*said[:n], *said[n + 1 :]]) for n in range(len(said)))


def left(held, nogoods):
    return [p for p in packages(held) if not any(all(p[lever] == value for lever, value in one.items()) for one in nogoods)]


def test_two_movements_that_want_one_thing_in_two_places():
    held = levers((1, 1), (5,))
    here, there, anywhere = (Movement(name, judge(literal(0, values))) for name, values in (("here", {1}), ("there", {2}), ("anywhere", {1, 2})))
    search = Search(held, [anywhere, here, there])
    assert search.cheapest() is None
    assert clash(search) == Clash(("here", "there"), {"here": ({0: 0}, {0: 2}), "there": ({0: 1},)})


def test_levers_that_exclude_each_other_clash_without_any_movement():
    held = levers((1,), nogoods=({0: 0}, {0: 1}))
    search = Search(held, [Movement("m", judge(literal(0, {1})))])
    assert search.cheapest() is None
    assert clash(search) == Clash((), {})


def test_no_time_leaves_all_that_are_known_to_clash():
    held = levers((1, 1))
    search = Search(held, [Movement(name, judge(literal(0, {value}))) for name, value in (("here", 1), ("there", 2))])
    assert search.cheapest() is None
    search.over = lambda: True
    found = clash(search)
    assert found.movements == ("here", "there")
    assert not found.minimal


def test_movements_that_can_be_lawful_together_do_not_clash():
    search = Search(levers((1,)), [Movement("m", judge(literal(0, {1})))])
    assert search.cheapest() is not None
    with pytest.raises(ValueError, match="lawful together"):
        clash(search)
