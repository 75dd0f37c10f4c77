"""Who gives what and gets what."""

import games
from hypothesis import given

from comity.settle.exchange import exchanges
from comity.settle.game import Game, total


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
