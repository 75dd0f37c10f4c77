"""What a package is worth, and what its features are called."""

import pytest

from comity.facts.value import ANYWHERE, MAX, MIN, Interval
from comity.files.values import MILLION, MOST, Values
from comity.offramp.lever import Lever, Levers, Option
from comity.settle.game import Game, TooLargeError, named, pulled, total, unnamed

LEVERS = Levers((Lever("clauses", (Option(""),)), Lever("site", (Option("dublin"), Option("oslo"))), Lever("relay", (Option(""),))))


def one(number):
    return Interval(number, number)


ACME = Values(
    "acme",
    {("site", "dublin"): one(4), ("clauses", ""): one(-2), ("relay", ""): one(0)},
    {frozenset({("clauses", ""), ("site", "dublin"), ("site", "oslo")}): Interval(1, 3)},
)
BETA = Values("beta", {("site", "oslo"): ANYWHERE})
GAME = Game(LEVERS, (ACME, BETA))


@pytest.mark.parametrize(
    ("package", "worth"),
    [((0, 0, 0), (one(0), one(0))), ((1, 0, 0), (one(-2), one(0))), ((1, 1, 1), (Interval(3, 5), one(0))), ((1, 2, 0), (Interval(-1, 1), ANYWHERE))],
)
def test_a_package_is_worth_what_it_pulls(package, worth):
    assert GAME.totals(package) == worth


def test_features_have_the_names_of_their_levers():
    assert [named(LEVERS, feature) for feature in GAME.features] == ["clauses", "site/dublin", "site/oslo", "clauses + site"]
    assert pulled(LEVERS, (1, 2, 0)) == ["clauses", "site/oslo"]


def test_what_a_party_does_not_name_is_told():
    assert list(unnamed(LEVERS, ACME)) == []
    assert list(unnamed(LEVERS, BETA)) == ["clauses", "site/dublin", "relay"]


def test_an_open_end_is_beyond_all_other_sums():
    low, high = GAME.rails
    assert low[:, 0].tolist() == [-2, 4, 0, 1]
    assert high[2, 1] > 0 > low[2, 1]
    assert total([Interval(MIN, 1), Interval(2, 3)]) == Interval(MIN, 4)
    assert total([Interval(1, MAX), Interval(2, 3)]) == Interval(3, MAX)


def test_worths_are_measured_in_common_steps():
    """Else a thousand million in millionths, some of them open, would not add up in 64 bits."""
    options = {("clauses", ""): one(MOST * MILLION), ("site", "dublin"): one(-MOST * MILLION), ("relay", ""): ANYWHERE}
    assert Game(LEVERS, (Values("a", options),)).rails[0][:, 0].tolist() == [1, -1, -5]


def test_worths_that_cannot_be_added_exactly_are_refused():
    many = Levers(tuple(Lever(f"l{at}", (Option("on"),)) for at in range(100)))
    options = {(f"l{at}", "on"): Interval(MOST * MILLION - 1 - at, MAX) for at in range(100)}
    with pytest.raises(TooLargeError, match="added exactly"):
        _ = Game(many, (Values("a", options),)).rails
