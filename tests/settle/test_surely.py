"""Packages compared whatever the worths are, in blocks and beyond eight ranges; and where they are too many."""

import itertools

import numpy as np
import pytest

from comity.facts.value import Interval
from comity.files.values import MILLION, Values
from comity.offramp.lever import Lever, Levers, Option
from comity.settle import surely
from comity.settle.game import Game, TooLargeError


def ranges(count, parties=2, seed=1):
    """A game of so many levers of one option, each worth a range to each party; its packages, and them compared."""
    chance = np.random.default_rng(seed)
    low, width = chance.integers(-6, 6, (parties, count)), chance.integers(0, 4, (parties, count))
    levers = Levers(tuple(Lever(f"l{at}", (Option("on"),)) for at in range(count)))
    told = [{(f"l{at}", "on"): Interval(int(low[p, at]) * MILLION, int(low[p, at] + width[p, at]) * MILLION) for at in range(count)} for p in range(parties)]
    game = Game(levers, tuple(Values(f"p{p}", one) for p, one in enumerate(told)))
    packages = np.array(list(itertools.product((0, 1), repeat=count)), dtype=np.int16)
    least = np.array([[sum(f.worth[p].lo for f in game.features if f.of(tuple(row))) for p in range(parties)] for row in packages.tolist()])
    steps = [np.gcd.reduce([end for f in game.features for end in f.worth[p]]) for p in range(parties)]
    return game, packages, surely.ranged(game, packages, least // steps), (low, width)


def ahead(one, other, low, width, *, least):
    """The least, or the most, that one package is ahead of another for each party."""
    up = low if least else low + width
    down = low + width if least else low
    return ((one > other) * up - (other > one) * down).sum(axis=1)


def test_packages_are_compared_by_what_only_one_has():
    _, packages, found, (low, width) = ranges(9)
    few = np.random.default_rng(2).choice(len(packages), 40, replace=False)
    for row in few:
        one = found[np.array([row])]
        gaps = [[ahead(packages[row], packages[other], low, width, least=least) for least in (True, False)] for other in few]
        assert one.surely(found[few]).tolist() == [bool((least >= 0).all() and (most > 0).any()) for least, most in gaps]
        assert one.perhaps(found[few]).tolist() == [bool((most >= 0).all() and (most > 0).any()) for _, most in gaps]


def test_the_front_of_many_blocks_is_what_no_package_surely_beats(monkeypatch):
    monkeypatch.setattr(surely, "BLOCK", 16)  # else it would take a front of thousands
    _, packages, found, _ = ranges(11, seed=6)
    beaten = np.zeros(len(packages), dtype=bool)
    for start in range(0, len(packages), 64):
        beaten |= found[slice(start, start + 64)].surely(found)
    assert 4 * surely.BLOCK < (~beaten).sum() < len(packages)
    assert surely.unbeaten(found).tolist() == (~beaten).tolist()


def test_too_many_that_stand_beside_each_other_are_not_compared(monkeypatch):
    monkeypatch.setattr(surely, "PAIRS", 1_000)  # the real limit takes minutes to reach
    monkeypatch.setattr(surely, "BLOCK", 16)
    with pytest.raises(TooLargeError, match="stand beside each other"):
        surely.unbeaten(ranges(11, seed=6)[2])
