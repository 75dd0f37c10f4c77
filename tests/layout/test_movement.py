"""What one refusal teaches: of all values of the levers that it takes, each nogood judged; and whom a movement is asked about."""

import pytest

pytest.importorskip("ortools")

from hypothesis import given
from layouts import judge, levers, literal, packages, problems

from comity.layout.movement import Learned, Movement
from comity.layout.search import Search


@given(problems(facts=True))
def test_no_lawful_package_meets_a_nogood_and_what_cannot_be_spared_is_not_there(problem):
    held, movements = problem
    for movement in movements:
        learned = Learned(movement, held)
        for package in packages(held):
            if not learned.lawful(package):
                learned.refute(package)
        for nogood in learned.nogoods:
            met = [p for p in packages(held) if all(p[lever] == value for lever, value in nogood)]
            assert not any(movement.judge([p])[0].worst >= movement.goal for p in met)
        refused = [p for p in packages(held) if movement.judge([p])[0].worst < movement.goal]
        assert all(any(all(p[lever] == value for lever, value in one) for one in learned.nogoods) for p in refused)


def test_one_refusal_tells_of_every_site():
    """Twenty sites, one of them lawful, and that the dearest; two movements that want clauses beside it."""
    held = levers(tuple(range(1, 21)), (3,), (7,), *((1,) for _ in range(30)))
    site, clauses = literal(0, {20}), ("or", literal(1, {1}), literal(2, {1}))
    asked = []
    search = Search(held, [Movement("a", judge(site, asked=asked)), Movement("b", judge(("and", site, clauses), asked=asked))])
    found = search.cheapest(ties=False)
    assert found.package == (20, 1, 0, *(0,) * 30)
    assert search.rounds <= 3
    assert len(search.learned["a"].nogoods) == 20
    assert sum(map(len, asked)) == sum(one.asked for one in search.learned.values()) < 200


def test_a_movement_is_judged_by_its_own_levers_alone_where_they_are_known():
    held = levers((1,), (1,), (1,))
    asked = []
    search = Search(held, [Movement("a", judge(literal(1, {1}), asked=asked), levers=(1,)), Movement("b", judge(literal(2, {1})))])
    assert search.cheapest().package == (0, 1, 1)
    assert {(partial[0], partial[2]) for batch in asked for partial in batch} == {(None, None)}


def test_nothing_is_judged_twice():
    held = levers((1, 2), (1,), (2,))
    asked = []
    search = Search(held, [Movement("a", judge(("or", literal(0, {2}), ("and", literal(1, {1}), literal(2, {1}))), asked=asked))])
    assert search.cheapest() == search.cheapest()
    told = [partial for batch in asked for partial in batch]
    assert len(told) == len(set(told))
