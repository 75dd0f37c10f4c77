"""A settlement: the lawful packages that nobody can better without another losing, what each is worth to whom, and the Nash bargain among them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

import numpy as np

from comity.facts.value import ANYWHERE, FALSE, MAX, MIN, Interval, Truth, all_of, compare
from comity.files.values import Values
from comity.offramp.asked import OverError
from comity.offramp.lever import Levers, Package, Partial
from comity.settle.game import Game, Ints, TooLargeError, Totals
from comity.settle.lawful import Lawful
from comity.settle.layers import Layers, least
from comity.settle.maxima import maxima
from comity.settle.packages import OPEN, TIES, Packages, counted, ranked, written_out
from comity.settle.surely import ranged, robust, unbeaten

Found = TypeVar("Found")
SHOWN: Final = 2_000
"""As many packages beside the front are kept for a picture."""


@dataclass(frozen=True)
class Point:
    """One point of the front: what it is worth to each party, and the packages that come to exactly that, in the order of their rank.

    `count`: how many they are; None where perhaps not all were found. More than a million in all, and at most a thousand of each point are
    listed. `differ`: the levers, by number, in which they differ. `stays`: is it at least as good for each party as its alternative?
    `robust`: is it on the front whatever the worths are?
    """

    totals: Totals
    packages: tuple[Package, ...]
    count: int | None
    differ: tuple[int, ...]
    stays: tuple[Truth, ...]
    robust: bool = True
    bargain: bool = False

    @property
    def agreed(self) -> Truth:
        """Is it at least as good for every party as its alternative?"""
        return all_of(self.stays)


@dataclass(frozen=True)
class Settlement:
    """What several parties can agree upon.

    `lawful`: how many lawful packages there are; None where that is not known: they are too many to write out, and then `beside` is empty, or
    law was asked of those alone that may be on the front (`sought`). `beside`: the totals of lawful packages that are not on the front, as far
    as these are known, each once, at most 2,000 of `others`, evenly taken. `ended`: time was over, so there may be more points than these;
    then nothing is said of what rests on them all: the count of packages, what is robust, and the bargain.
    """

    game: Game
    points: tuple[Point, ...]
    lawful: int | None
    beside: tuple[Totals, ...] = ()
    others: int = 0
    sought: bool = False
    ended: bool = False

    @property
    def parties(self) -> tuple[Values, ...]:
        """The parties, in the order in which they were named."""
        return self.game.parties

    @property
    def bargains(self) -> tuple[Point, ...]:
        """The points with the greatest product of the gains over the alternatives; none where that cannot be said, or not everybody gains.

        Of ranges, with every worth and alternative in the middle of its own.
        """
        return tuple(point for point in self.points if point.bargain)

    @property
    def exact(self) -> bool:
        """Is every worth and every alternative one number?"""
        return self.game.exact and all(party.walks_away.lo == party.walks_away.hi for party in self.parties)

    @property
    def closed(self) -> bool:
        """Has every worth and every alternative a least and a most?"""
        return self.game.closed and all(party.walks_away.lo > MIN and party.walks_away.hi < MAX for party in self.parties)

    @property
    def silent(self) -> tuple[Values, ...]:
        """The parties whose alternatives are not known at all."""
        return tuple(party for party in self.parties if party.walks_away == ANYWHERE)

    def within(self, party: int) -> Interval | None:
        """The most that a party can have where no other surely walks away, as far as it is known; None where some other always does."""
        held = [p.totals[party] for p in self.points if all(stays != FALSE for at, stays in enumerate(p.stays) if at != party)]
        return Interval(max(one.lo for one in held), max(one.hi for one in held)) if held else None


def settle(levers: Levers, packages: Sequence[Partial] | Lawful, parties: Sequence[Values], seconds: float = 60) -> Settlement:
    """The settlement of some parties over disjoint partial packages, in which whatever the levers allow is lawful; or over what law is asked of.

    Points are in the order of their worth to the first party, the greatest first; to exchange two parties reverses the front.
    Raises `TooLargeError` where the answer cannot be exact: a step of the search takes longer than `seconds`, ranges are too wide or packages too
    many for them.
    """
    game = Game(levers, tuple(parties))
    lawful, cubes = (packages, [(None,) * len(levers.levers)]) if isinstance(packages, Lawful) else (None, packages)
    every = written_out(levers, cubes) if lawful is None else None
    if every is None:
        every = written_out(levers, cubes, game.indifferent)
    if every is not None:
        return of_all(game, every) if lawful is None else of_those_asked(game, every, lawful)
    if not game.exact:
        raise TooLargeError("more than a million packages that may differ in worth, and ranges: write numbers, or leave levers out")
    points, ended = _searched(game, cubes, lawful, seconds)
    return Settlement(game, _bargained(game, points), None, sought=lawful is not None) if not ended else _cut(Settlement(game, tuple(points), None))


def _searched(game: Game, cubes: Sequence[Partial], lawful: Lawful | None, seconds: float) -> tuple[list[Point], bool]:
    """The points that a solver finds, and whether time was over before all were."""
    try:
        from comity.settle.search import found  # noqa: PLC0415 -- an extra, and it takes a second to load
    except ImportError as fault:
        raise TooLargeError("more than a million packages: install comity[offramp], whose solver finds the front without writing them out") from fault
    groups, ended = _until_over(found(game, cubes, seconds, lawful))
    packages = [np.array(group, dtype=np.int16) for group in groups]
    return [_point(game, group, len(group) if len(group) < TIES else None, robust=True) for group in packages], ended


def _until_over(found: Iterable[Found]) -> tuple[list[Found], bool]:
    """What is found before time is over, and whether it was."""
    got: list[Found] = []
    try:
        got.extend(found)
    except OverError:
        return got, True
    return got, False


def _cut(settlement: Settlement) -> Settlement:
    """A settlement whose front is perhaps longer: without what rests on all of it."""
    ordered = sorted(settlement.points, key=_place)
    points = tuple(replace(point, count=None, robust=False, bargain=False) for point in ordered)
    return replace(settlement, points=points, lawful=None, sought=True, ended=True)


def of_those_asked(game: Game, packages: Packages, lawful: Lawful) -> Settlement:
    """The settlement over what is lawful of these packages, of which law is asked where they may be on the front.

    First for all that are on it, then for what comes to the same as they do.
    """
    layers, all_ = Layers(game, packages, lawful), False
    try:
        layers.search()
        all_ = True
        layers.complete()
    except OverError:
        pass  # what was found by then is kept
    front = written_out(game.levers, [cube for row in sorted(layers.found) for cube in layers.found[row]], game.indifferent)
    if front is None:
        raise TooLargeError("more than a million packages of the front that law tells apart: leave levers out that nobody values")
    settlement = replace(of_all(game, front), lawful=None, sought=True)
    if not all_:
        return _cut(settlement)
    beside = layers.beside()
    points = tuple(replace(point, count=None) for point in settlement.points) if layers.some else settlement.points
    return replace(settlement, points=points, beside=_sample(game, packages[beside]), others=len(beside))


def of_all(game: Game, packages: Packages) -> Settlement:
    """The settlement over all lawful packages; those levers may be open to which everybody is indifferent."""
    low = least(game, packages)
    held = ranged(game, packages, low)
    order, starts = _alike(np.column_stack((held.kinds, low)))
    first = order[starts]  # one package of each kind and worth: the others come to the same whatever the worths are
    front = np.flatnonzero(unbeaten(held[first]) if game.ranged else maxima(low[first]))
    sure = robust(held[first[front]]) if game.ranged else np.ones(len(front), dtype=bool)
    ends = np.append(starts, len(order))
    groups = [packages[order[ends[at] : ends[at + 1]]] for at in front]
    points = [_point(game, group, counted(game.levers, group), robust=bool(always)) for group, always in zip(groups, sure, strict=True)]
    beside = np.sort(np.delete(first, front))  # as the packages come, whatever the order of the parties
    return Settlement(game, _bargained(game, points), counted(game.levers, packages), _sample(game, packages[beside]), len(beside))


def _sample(game: Game, packages: Packages) -> tuple[Totals, ...]:
    """The totals of some packages, evenly taken where they are many."""
    return tuple(game.totals(tuple(package)) for package in packages[:: max(1, math.ceil(len(packages) / SHOWN))].tolist())


def _alike(columns: Ints) -> tuple[Ints, Ints]:
    """An order in which equal rows lie together, in their own order, and where each such run starts."""
    order = np.lexsort(columns.T)
    ordered = columns[order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    return order, np.flatnonzero(new)


def _point(game: Game, group: Packages, count: int | None, *, robust: bool) -> Point:
    packages = tuple(ranked(game.levers, group))
    totals = game.totals(packages[0])
    stays = tuple(compare(total, ">=", party.walks_away) for total, party in zip(totals, game.parties, strict=True))
    differ = np.flatnonzero((group != group[0]).any(axis=0) | (group == OPEN).any(axis=0))
    return Point(totals, packages, count, tuple(differ.tolist()), stays, robust)


def _bargained(game: Game, points: Iterable[Point]) -> tuple[Point, ...]:
    """The points in their order, the Nash bargain marked (Nash 1950), by whole numbers."""
    ordered = sorted(points, key=_place)
    products = [_product(game, point) for point in ordered]
    best = max(products, default=0)
    return tuple(replace(point, bargain=product == best > 0) for point, product in zip(ordered, products, strict=True))


def _place(point: Point) -> tuple[list[tuple[int, int]], Package]:
    """Where a point stands: by its worth to the first party, the greatest first, then to the next."""
    return [(-total.lo, -total.hi) for total in point.totals], point.packages[0]


def _product(game: Game, point: Point) -> int:
    """The product of what each party gains over its alternative, in the middle of both, each doubled; 0 where not everybody gains or some end is open."""
    pairs = [(total, party.walks_away) for total, party in zip(point.totals, game.parties, strict=True)]
    if not game.closed or any(alternative.lo == MIN or alternative.hi == MAX for _, alternative in pairs):
        return 0
    gains = [sum(total) - sum(alternative) for total, alternative in pairs]
    return math.prod(gains) if min(gains) > 0 else 0
