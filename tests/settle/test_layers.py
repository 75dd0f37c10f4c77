"""The front where law is asked as it is needed: against that over all lawful packages, and every package compared with every other."""

import games
from circuits import Circuit, Counting
from hypothesis import given
from hypothesis import strategies as st

from comity.facts.value import Interval
from comity.files.values import MILLION, Values
from comity.law.rulebook import PERMITTED
from comity.offramp.cubes import cubes
from comity.offramp.lever import Lever, Levers, Option
from comity.settle.lawful import Lawful
from comity.settle.settlement import settle

GOALS = st.sampled_from([PERMITTED, PERMITTED, 2, 1])


@given(games.asked(), GOALS, st.booleans())
def test_the_front_is_that_over_all_lawful_packages(game, goal, worlds):
    law, parties = game
    all_ = cubes(law.levers, law, goal)
    here, asked = settle(law.levers, all_.lawful, parties), Lawful(law.levers, law, goal)
    if worlds:
        asked.worlds = law.worlds(goal)
    there = settle(law.levers, asked, parties)
    assert there.points == here.points
    assert (there.lawful, there.sought, there.ended) == (None, True, False)
    assert there.others <= here.others
    assert set(there.beside) <= {here.game.totals(package) for package in law.lawful(goal)}
    assert set(asked.open) <= set(all_.open)


@given(games.asked(rows=60), GOALS)
def test_the_front_is_what_nothing_lawful_beats(game, goal):
    law, parties = game
    settlement = settle(law.levers, Lawful(law.levers, law, goal), parties)
    wanted = games.front(law.levers, law.lawful(goal), parties)
    assert {package: point.robust for point in settlement.points for package in point.packages} == wanted


@given(games.asked(), GOALS)
def test_to_exchange_the_parties_exchanges_their_worths(game, goal):
    law, parties = game
    here, there = (settle(law.levers, Lawful(law.levers, law, goal), some) for some in (parties, parties[::-1]))
    assert {(point.totals[::-1], point.packages, point.robust, point.bargain) for point in here.points} == {
        (point.totals, point.packages, point.robust, point.bargain) for point in there.points
    }


@given(games.asked(), GOALS, st.integers(0, 12))
def test_what_is_found_before_time_is_over_is_on_the_front(game, goal, batches):
    law, parties = game
    judge = Counting(law)
    found = settle(law.levers, Lawful(law.levers, judge, goal, lambda: len(judge.batches) >= batches), parties)
    assert len(judge.batches) <= batches
    whole = settle(law.levers, Lawful(law.levers, law, goal), parties)
    assert all(any(set(point.packages) <= set(other.packages) for other in whole.points) for point in found.points)
    if found.ended:
        assert all((point.count, point.robust, point.bargain) == (None, False, False) for point in found.points)
    else:
        assert [(p.totals, p.robust, p.bargain) for p in found.points] == [(p.totals, p.robust, p.bargain) for p in whole.points]
        assert all(point.count in (None, other.count) for point, other in zip(found.points, whole.points, strict=True))


def test_most_packages_are_not_asked_about():
    """Sixteen levers, of which one must be pulled that both would rather leave."""
    levers = Levers(tuple(Lever(f"l{at}", (Option(""),)) for at in range(16)))
    judge = Counting(Circuit(levers, ((("is", 3, 0), 0, ()),)))
    worth = [Interval(at % 5 * MILLION, at % 5 * MILLION) for at in range(16)]
    minus = [Interval(-one.lo, -one.lo) for one in worth]
    parties = [Values(f"p{n}", {(f"l{at}", ""): one for at, one in enumerate(each)}, {}) for n, each in enumerate((worth, minus))]
    settlement = settle(levers, Lawful(levers, judge), parties)
    assert {package[3] for point in settlement.points for package in point.packages} == {1}
    assert sum(judge.batches) < 100
