"""Partial packages, written out in full."""

import games
from hypothesis import given

from comity.offramp.lever import Lever, Levers, Option
from comity.settle.packages import ranked, written_out

BINARY = tuple(Lever(f"l{at}", (Option("on"),)) for at in range(21))


@given(games.games())
def test_every_lawful_package_is_written_once(told):
    levers, cubes, _ = told
    found = [tuple(row) for row in written_out(levers, cubes).tolist()]
    assert sorted(found) == games.lawful(levers, cubes)


def test_too_many_packages_are_not_written_out():
    assert written_out(Levers(BINARY), [(None,) * 21]) is None


def test_what_cannot_be_had_together_does_not_count():
    """Of 21 levers at most one may be pulled, but for the first two."""
    nogoods = tuple({one: 1, other: 1} for one in range(21) for other in range(max(one + 1, 2), 21))
    assert len(written_out(Levers(BINARY, nogoods), [(None,) * 21])) == 4 + 19


@given(games.games())
def test_packages_are_ranked_as_levers_rank_them(told):
    levers, cubes, _ = told
    found = written_out(levers, cubes)
    assert ranked(levers, found) == sorted(map(tuple, found.tolist()), key=levers.rank)


def test_where_nothing_can_be_had_there_is_no_package():
    assert len(written_out(Levers(BINARY[:2], ({},)), [(None, None)])) == 0


def test_without_levers_there_is_one_package():
    assert ranked(Levers(()), written_out(Levers(()), [()])) == [()]


def test_no_cube_is_no_package():
    assert written_out(Levers(BINARY), []).shape == (0, 21)
