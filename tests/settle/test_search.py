"""The points of a front found by a solver, against those found among all packages."""

import pytest

pytest.importorskip("ortools")

import games
from circuits import Circuit, Counting
from hypothesis import given
from hypothesis import strategies as st

from comity.facts.value import Interval
from comity.files.values import MILLION, Values
from comity.law.rulebook import PERMITTED
from comity.offramp.cubes import cubes
from comity.offramp.lever import Lever, Levers, Option
from comity.settle.game import Game, TooLargeError
from comity.settle.lawful import Lawful
from comity.settle.packages import TIES
from comity.settle.search import found, split
from comity.settle.settlement import settle


@given(games.games(most=(0,)))
def test_the_solver_finds_the_same_points(told):
    here = settle(*told)
    assert sorted(found(here.game, told[1], 60)) == sorted(sorted(point.packages) for point in here.points)


@given(games.asked(most=(0,)), st.sampled_from([PERMITTED, 2, 1]))
def test_the_solver_finds_the_same_points_where_law_is_asked(game, goal):
    law, parties = game
    here = settle(law.levers, cubes(law.levers, law, goal).lawful, parties)
    asked = Lawful(law.levers, law, goal)
    assert sorted(found(here.game, [(None,) * len(law.levers.levers)], 60, asked)) == sorted(sorted(point.packages) for point in here.points)


def test_beyond_what_is_written_out_law_is_asked_of_what_the_solver_proposes():
    """Forty levers; the first and the second, worth something to both, are not lawful together, nor the third at all."""
    levers = Levers(tuple(Lever(f"l{at}", (Option("on"),)) for at in range(40)))
    worth = [4, 3, 2, *[1] * 37]
    parties = [Values(f"p{n}", {(f"l{at}", "on"): Interval(w * MILLION, w * MILLION) for at, w in enumerate(worth)}) for n in range(2)]
    bars = ((("and", [("is", 0, 1), ("is", 1, 1)]), 0, ()), (("is", 2, 1), 0, ()))
    judge = Counting(Circuit(levers, bars))
    settlement = settle(levers, Lawful(levers, judge), parties)
    assert [point.packages for point in settlement.points] == [((1, 0, 0, *[1] * 37),)]
    assert (settlement.lawful, settlement.sought, settlement.ended) == (None, True, False)
    short = settle(levers, Lawful(levers, judge, over=lambda: True), parties)
    assert (short.points, short.ended) == ((), True)


@given(st.lists(st.tuples(*[st.integers(0, 4)] * 3), max_size=6))
def test_zones_are_what_is_better_for_somebody(points):
    zones = [(-1, -1, -1)]
    for point in points:
        zones = split(zones, point)
    for totals in [(a, b, c) for a in range(6) for b in range(6) for c in range(6)]:
        inside = any(all(bound < one for bound, one in zip(zone, totals, strict=True)) for zone in zones)
        assert inside == all(any(one > reached for one, reached in zip(totals, point, strict=True)) for point in points)


def wide(count, worth):
    levers = Levers(tuple(Lever(f"l{at}", (Option("on"),)) for at in range(count)))
    options = [{(f"l{at}", "on"): Interval(worth(at, party) * MILLION, worth(at, party) * MILLION) for at in range(count)} for party in range(2)]
    return Game(levers, tuple(Values(f"p{party}", one) for party, one in enumerate(options)))


@pytest.mark.parametrize(("together", "points"), [(-3, [[(0, 1), (1, 0)]]), (-1, [[(0, 1), (1, 0), (1, 1)]]), (3, [[(1, 1)]])])
def test_what_arises_only_together_is_found_only_together(together, points):
    levers = Levers((Lever("a", (Option(""),)), Lever("b", (Option(""),))))
    one, more = Interval(MILLION, MILLION), Interval(together * MILLION, together * MILLION)
    values = {"options": {("a", ""): one, ("b", ""): one}, "together": {frozenset({("a", ""), ("b", "")}): more}}
    assert list(found(Game(levers, (Values("p0", **values), Values("p1", **values))), [(None, None)], 60)) == points


def test_of_many_packages_of_one_point_a_thousand_are_listed():
    (group,) = found(wide(30, lambda *_: 0), [(None,) * 30], 60)
    assert len(set(group)) == TIES


def test_a_search_that_takes_too_long_says_so():
    with pytest.raises(TooLargeError, match="within 0 s"):
        list(found(wide(40, lambda at, party: (at * (7 + party * 4)) % 23 - 11), [(None,) * 40], 0))
