"""Who gives what and gets what."""

import games
from hypothesis import given

from comity.facts.value import Interval
from comity.files.values import Values
from comity.offramp.lever import Lever, Levers, Option
from comity.settle.exchange import Exchange, exchanges
from comity.settle.game import Game, total


def test_what_may_be_worth_nothing_is_still_got_or_given():
    levers = Levers(tuple(Lever(name, (Option(""),)) for name in ("got", "given", "either", "nothing")))
    ends = {"got": (0, 3), "given": (-2, 0), "either": (-1, 1), "nothing": (0, 0)}
    party = Values("acme", {(name, ""): Interval(*one) for name, one in ends.items()})
    (found,) = exchanges(Game(levers, (party,)), (1, 1, 1, 1))
    assert found == Exchange("acme", (("got", Interval(0, 3)),), (("given", Interval(-2, 0)),), (("either", Interval(-1, 1)),))


@given(games.games())
def test_what_is_given_and_got_comes_to_what_the_package_is_worth(told):
    levers, cubes, parties = told
    game = Game(levers, parties)
    for package in games.lawful(levers, cubes):
        for party, worth, exchange in zip(parties, game.totals(package), exchanges(game, package), strict=True):
            assert exchange.party == party.party
            assert total(one for _, one in (*exchange.gets, *exchange.gives, *exchange.either)) == worth
            assert total([exchange.got, exchange.given, *(one for _, one in exchange.either)]) == worth
            assert all(one.hi > 0 and one.lo >= 0 for _, one in exchange.gets)
            assert all(one.lo < 0 and one.hi <= 0 for _, one in exchange.gives)
