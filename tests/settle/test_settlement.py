"""What is true of every settlement, on random games; a second reading compares every package with every other at every corner of the ranges."""

from dataclasses import replace

import games
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.facts.value import ANYWHERE, FALSE, MAX, MIN, TRUE, UNKNOWN, Interval
from comity.files.values import MILLION, Values
from comity.offramp.lever import Lever, Levers, Option
from comity.settle.game import Game, TooLargeError
from comity.settle.packages import written_out
from comity.settle.settlement import SHOWN, of_all, settle

EXACT = games.games(most=(0,))


def packages(points):
    return {package for point in points for package in point.packages}


def by_worth(settlement):
    return {point.totals: point for point in settlement.points}


def several(count):
    """So many levers of one option."""
    return Levers(tuple(Lever(f"l{at}", (Option(f"l{at}"),)) for at in range(count)))


def worth(*numbers, alternative=None):
    """Worths of `l0`, `l1` and so on, each a number or a pair."""
    ranges = [Interval(*(round(end * MILLION) for end in (one if isinstance(one, tuple) else (one, one)))) for one in numbers]
    without = ANYWHERE if alternative is None else Interval(round(alternative * MILLION), round(alternative * MILLION))
    return lambda party: Values(party, {(f"l{at}", f"l{at}"): one for at, one in enumerate(ranges)}, {}, without)


def game(*told):
    """The settlement of parties over levers of one option each, all lawful."""
    parties = [one(f"p{at}") for at, one in enumerate(told)]
    count = len(parties[0].options)
    return settle(several(count), [(None,) * count], parties)


@given(games.games())
def test_the_front_is_what_nothing_beats(told):
    settlement = settle(*told)
    assert {package: point.robust for point in settlement.points for package in point.packages} == games.front(*told)
    assert sum(len(point.packages) for point in settlement.points) == len(games.front(*told))  # each once
    assert settlement.lawful == len(games.lawful(*told[:2]))


@given(EXACT)
def test_packages_of_one_worth_are_one_point(told):
    settlement = settle(*told)
    assert len(by_worth(settlement)) == len(settlement.points)
    (corner,) = games.corners(told[2])
    for point in settlement.points:
        assert {games.totals(told[0], package, corner) for package in point.packages} == {tuple(total.lo for total in point.totals)}


@given(games.games())
def test_the_bargain_has_the_greatest_product_of_gains(told):
    """Of ranges, in their middle. Such a package may be left out, where another comes there to the same and is elsewhere better."""
    settlement, wanted = settle(*told), games.bargains(*told)
    assert packages(settlement.bargains) == wanted & packages(settlement.points)
    assert bool(settlement.bargains) == bool(wanted)
    assert not settlement.exact or packages(settlement.bargains) == wanted


@given(games.games())
def test_who_walks_away_has_more_without(told):
    for point in settle(*told).points:
        assert all(point.stays == games.stays(told[0], package, told[2]) for package in point.packages)


@given(games.games())
def test_a_package_of_the_front_is_lawful(told):
    assert packages(settle(*told).points) <= set(games.lawful(*told[:2]))


@given(games.games(), st.randoms())
def test_to_exchange_the_parties_exchanges_their_worths(told, chance):
    levers, cubes, parties = told
    order = chance.sample(range(len(parties)), len(parties))
    here, there = settle(levers, cubes, parties), settle(levers, cubes, [parties[at] for at in order])

    def exchanged(point):
        return tuple(point.totals[at] for at in order), point.packages, tuple(point.stays[at] for at in order), point.robust, point.bargain

    assert {exchanged(point) for point in here.points} == {(p.totals, p.packages, p.stays, p.robust, p.bargain) for p in there.points}
    assert [tuple(totals[at] for at in order) for totals in here.beside] == list(there.beside)
    assert [there.within(place) for place in range(len(order))] == [here.within(at) for at in order]


@given(games.games(parties=(2,), most=(0,)))
def test_to_exchange_two_parties_reverses_the_front(told):
    levers, cubes, parties = told
    here, there = settle(levers, cubes, parties), settle(levers, cubes, parties[::-1])
    assert [point.totals[::-1] for point in reversed(here.points)] == [point.totals for point in there.points]


def changed(party, change, without):
    """A party with other worths and another alternative; open ends stay open."""

    def other(worth, how):
        return Interval(*(end if end in (MIN, MAX) else how(end) for end in worth))

    options, together = ({what: other(one, change) for what, one in told.items()} for told in (party.options, party.together))
    return replace(party, options=options, together=together, walks_away=other(party.walks_away, without))


@given(games.games(most=(0,)), st.integers(-5, 5))
def test_a_constant_for_a_party_and_its_alternative_changes_nothing(told, constant):
    """Of a lever that every package pulls, whatever else it does."""
    levers, cubes, parties = told
    more = Levers((*levers.levers, Lever("always", (Option("always"),))), levers.nogoods)
    always = Values("", {("always", "always"): Interval(constant * MILLION, constant * MILLION)}).options
    first = replace(changed(parties[0], int, lambda end: end + constant * MILLION), options={**parties[0].options, **always})
    here, there = settle(*told), settle(more, [(*cube, 1) for cube in cubes], (first, *parties[1:]))
    assert [point.packages for point in here.points] == [tuple(package[:-1] for package in point.packages) for point in there.points]
    assert [(point.stays, point.robust, point.bargain) for point in here.points] == [(point.stays, point.robust, point.bargain) for point in there.points]


@given(games.games(), st.integers(1, 7), st.integers(0, 2))
def test_the_unit_of_a_party_does_not_matter(told, factor, at):
    levers, cubes, parties = told
    at %= len(parties)
    other = changed(parties[at], lambda end: end * factor, lambda end: end * factor)
    here, there = settle(*told), settle(levers, cubes, (*parties[:at], other, *parties[at + 1 :]))
    assert {(p.packages, p.stays, p.robust, p.bargain) for p in here.points} == {(p.packages, p.stays, p.robust, p.bargain) for p in there.points}


@given(games.games(), st.integers(0, 2), st.integers(0, 2))
def test_wider_ranges_take_no_result_from_the_front(told, below, above):
    """Of packages that always came to the same one may go, if the wider range tells them apart; and no package is robust that was not."""
    levers, cubes, parties = told
    wider = [
        replace(one, options={k: Interval(max(MIN, w.lo - below * MILLION), min(MAX, w.hi + above * MILLION)) for k, w in one.options.items()})
        for one in parties
    ]
    here, there = settle(levers, cubes, parties), settle(levers, cubes, wider)
    assert all(packages([point]) & packages(there.points) for point in here.points)
    assert packages(point for point in there.points if point.robust) <= packages(point for point in here.points if point.robust)


def test_a_wider_range_may_take_a_package_that_came_to_the_same():
    """`l0` is worth nothing to anybody; if it may cost something, it is better left."""
    told = [worth(0)("p0"), worth(0)("p1")], [worth((-1, 0))("p0"), worth(0)("p1")]
    assert [packages(settle(several(1), [(None,)], parties).points) for parties in told] == [{(0,), (1,)}, {(0,)}]


@given(EXACT, st.data())
def test_whatever_the_worths_are_within_their_ranges_every_result_of_their_front_is_on_the_front(told, data):
    levers, cubes, parties = told
    wider = [replace(one, options={k: Interval(w.lo - data.draw(st.integers(0, 2)) * MILLION, w.hi) for k, w in one.options.items()}) for one in parties]
    found, exact = settle(levers, cubes, wider), settle(*told)
    assert all(packages([point]) & packages(found.points) for point in exact.points)
    assert packages(point for point in found.points if point.robust) <= packages(exact.points)


def test_what_two_packages_share_does_not_blur_which_is_better():
    """Both have `l0`, worth anything from 0 to 9: with `l1` it is better all the same."""
    settlement = settle(several(2), [(1, None)], [worth((0, 9), 1)("p0"), worth((0, 9), 0)("p1")])
    assert packages(settlement.points) == {(1, 1)}
    assert settlement.points[0].robust


def test_an_unknown_worth_keeps_both_packages():
    settlement = settle(several(1), [(None,)], [Values("p0", {("l0", "l0"): ANYWHERE}), worth(1)("p1")])
    assert {point.packages[0]: (point.totals, point.robust) for point in settlement.points} == {
        (0,): ((Interval(0, 0), Interval(0, 0)), False),
        (1,): ((ANYWHERE, Interval(MILLION, MILLION)), True),  # the other party is better off with it, come what may
    }


def test_a_bargain_is_told_from_a_greater_sum():
    """3 · 2 against 6 · 0.9, and 6.9 is more than 5."""
    settlement = settle(several(2), [(0, 1), (1, 0)], [worth(3, 6, alternative=0)("p0"), worth(2, 0.9, alternative=0)("p1")])
    assert packages(settlement.bargains) == {(1, 0)}


def test_equal_products_are_all_bargains():
    settlement = settle(several(2), [(0, 1), (1, 0)], [worth(2, 3, alternative=0)("p0"), worth(3, 2, alternative=0)("p1")])
    assert packages(settlement.bargains) == {(0, 1), (1, 0)}


def test_of_ranges_the_bargain_is_that_of_their_middle():
    """3 · 2 against 2 · 4, whatever `l0` may be worth beside."""
    settlement = settle(several(2), [(0, 1), (1, 0)], [worth((0, 6), 2, alternative=0)("p0"), worth(2, (3, 5), alternative=0)("p1")])
    assert packages(settlement.bargains) == {(0, 1)}


def test_of_ranges_without_end_there_is_no_bargain():
    settlement = settle(several(1), [(None,)], [Values("p0", {("l0", "l0"): Interval(1, MAX)}, {}, Interval(0, 0)), worth(1, alternative=0)("p1")])
    assert not settlement.bargains
    assert not settlement.closed


def test_there_is_no_bargain_where_an_alternative_is_unknown():
    settlement = game(worth(2, alternative=0), worth(3))
    assert not settlement.bargains
    assert [party.party for party in settlement.silent] == ["p1"]
    assert settlement.points[0].stays == (TRUE, UNKNOWN)


def test_there_is_no_bargain_where_somebody_gains_nothing():
    settlement = game(worth(2, alternative=0), worth(3, alternative=3))
    assert not settlement.bargains
    assert settlement.points[0].agreed == TRUE


def test_what_a_party_can_have_while_the_others_stay():
    settlement = game(worth(5, 2, alternative=0), worth(-3, -1, alternative=-1))
    assert settlement.within(0) == Interval(2 * MILLION, 2 * MILLION)
    assert game(worth(1, alternative=0), worth(-1, alternative=4)).within(0) is None


def test_no_lawful_package_is_no_point():
    settlement = settle(several(2), [], [worth(1, 1)("p0"), worth(1, 1)("p1")])
    assert (settlement.points, settlement.lawful, settlement.others) == ((), 0, 0)


def test_levers_worth_nothing_leave_one_point():
    settlement = game(worth(0, 0, 0), worth(0, 0, 0))
    assert [len(point.packages) for point in settlement.points] == [8]
    assert settlement.points[0].packages[0] == (0, 0, 0)


def test_what_is_beside_the_front_is_taken_evenly():
    settlement = game(worth(*(2**at for at in range(12))), worth(*(2**at for at in range(12))))
    assert settlement.others == 4095
    assert SHOWN / 2 < len(settlement.beside) <= SHOWN
    assert len(set(settlement.beside)) == len(settlement.beside)


def test_more_packages_than_can_be_written_out_are_searched():
    pytest.importorskip("ortools")
    count, levers = 24, several(24)
    first, second = worth(*range(count), alternative=0)("p0"), worth(*(5 - at % 7 for at in range(count)), alternative=0)("p1")
    settlement = settle(levers, [(None,) * count], [first, second])
    assert settlement.lawful is None
    # l0 to l5 are bad for nobody. Of the rest only l6, l13 and l20 cost the second anything.
    assert packages(settlement.points) == {
        tuple(int(at not in (6, 13, 20) or at in taken) for at in range(count)) for taken in [(), (20,), (13, 20), (6, 13, 20)]
    }
    assert len(settlement.bargains) == 1


@given(games.games())
def test_levers_to_which_all_are_indifferent_may_stay_open(told):
    """Two levers more, of which nobody says anything: the same points, each of as many packages as there are with them."""
    levers, cubes, parties = told
    more = Levers((*levers.levers, Lever("m0", (Option("x"), Option("y"))), Lever("m1", (Option("z", 1),))), levers.nogoods)
    wider = [(*cube, None, at % 3 % 2 or None) for at, cube in enumerate(cubes)]
    game = Game(more, parties)
    assert {len(levers.levers), len(levers.levers) + 1} <= game.indifferent
    here, there = settle(more, wider, parties), of_all(game, written_out(more, wider, game.indifferent))
    assert [replace(point, packages=()) for point in there.points] == [replace(point, packages=()) for point in here.points]
    assert [sorted(point.packages) for point in there.points] == [sorted(point.packages) for point in here.points]
    assert [point.packages[0] for point in there.points] == [point.packages[0] for point in here.points]
    assert (there.lawful, there.others) == (here.lawful, here.others)


def test_many_levers_of_which_few_are_valued_are_written_out():
    """Ranges and all: 41 levers, 39 of which make no difference to anybody."""
    values = {("l0", "l0"): Interval(0, MILLION), ("l1", "l1"): Interval(MILLION, MILLION)}
    settlement = settle(several(41), [(None,) * 41], [Values("p0", values), Values("p1", {("l0", "l0"): Interval(-MILLION, 0)})])
    assert settlement.lawful == 2**41
    assert [(point.packages[0][:2], point.count, len(point.packages), point.differ) for point in settlement.points] == [
        ((1, 1), 2**39, 1000, tuple(range(2, 41))),
        ((0, 1), 2**39, 1000, tuple(range(2, 41))),
    ]


def test_more_packages_than_can_be_written_out_are_not_compared_by_ranges():
    with pytest.raises(TooLargeError, match="ranges"):
        settle(several(24), [(None,) * 24], [worth(*[(0, 1)] * 24)("p0"), worth(*[1] * 24)("p1")])


@given(games.games(parties=(1,), most=(0,)))
def test_alone_a_party_takes_what_is_best_for_it(told):
    settlement = settle(*told)
    assert len(settlement.points) == bool(settlement.lawful)
    assert all(point.stays[0] in (TRUE, FALSE) for point in settlement.points)
