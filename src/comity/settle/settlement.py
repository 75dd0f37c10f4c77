"""A settlement: the lawful packages that nobody can better without another losing, what each is worth to whom, and the Nash bargain among them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from comity.facts.value import ANYWHERE, FALSE, MAX, MIN, Interval, Truth, all_of, compare
from comity.files.values import Values
from comity.offramp.lever import Levers, Package, Partial
from comity.settle.game import Game, Ints, TooLargeError, Totals
from comity.settle.maxima import maxima
from comity.settle.packages import OPEN, TIES, Packages, counted, ranked, written_out
from comity.settle.surely import ranged, robust, unbeaten

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

    `lawful`: how many lawful packages there are; None where they are too many to write out, and then `beside` is empty.
    `beside`: the totals of lawful packages that are not on the front, each once, at most 2,000 of `others`, evenly taken.
    """

    game: Game
    points: tuple[Point, ...]
    lawful: int | None
    beside: tuple[Totals, ...] = ()
    others: int = 0

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


def settle(levers: Levers, cubes: Sequence[Partial], parties: Sequence[Values], seconds: float = 60) -> Settlement:
    """The settlement of some parties over disjoint partial packages, in which whatever the levers allow is lawful.

    Points are in the order of their worth to the first party, the greatest first; to exchange two parties reverses the front.
    Raises `TooLargeError` where the answer cannot be exact: a step of the search takes longer than `seconds`, ranges are too wide or packages too
    many for them.
    """
    game = Game(levers, tuple(parties))
    packages = written_out(levers, cubes)
    if packages is None:
        packages = written_out(levers, cubes, game.indifferent)
    if packages is not None:
        return of_all(game, packages)
    if not game.exact:
        raise TooLargeError("more than a million lawful packages that may differ in worth, and ranges: write numbers, or leave levers out")
    return Settlement(game, _bargained(game, _searched(game, cubes, seconds)), None)


def _searched(game: Game, cubes: Sequence[Partial], seconds: float) -> list[Point]:
    try:
        from comity.settle.search import found  # noqa: PLC0415 -- an extra, and it takes a second to load
    except ImportError as fault:
        raise TooLargeError("more than a million lawful packages: install comity[offramp], whose solver finds the front without writing them out") from fault
    groups = [np.array(group, dtype=np.int16) for group in found(game, cubes, seconds)]
    return [_point(game, group, len(group) if len(group) < TIES else None, robust=True) for group in groups]


def of_all(game: Game, packages: Packages) -> Settlement:
    """The settlement over all lawful packages; those levers may be open to which everybody is indifferent."""
    low = np.zeros((len(packages), len(game.parties)), dtype=np.int64)
    for feature, worth in zip(game.features, game.rails[0], strict=True):
        low += feature.among(packages)[:, None] * worth
    held = ranged(game, packages, low)
    order, starts = _alike(np.column_stack((held.kinds, low)))
    first = order[starts]  # one package of each kind and worth: the others come to the same whatever the worths are
    front = np.flatnonzero(unbeaten(held[first]) if game.ranged else maxima(low[first]))
    sure = robust(held[first[front]]) if game.ranged else np.ones(len(front), dtype=bool)
    ends = np.append(starts, len(order))
    groups = [packages[order[ends[at] : ends[at + 1]]] for at in front]
    points = [_point(game, group, counted(game.levers, group), robust=bool(always)) for group, always in zip(groups, sure, strict=True)]
    beside = np.sort(np.delete(first, front))  # as the packages come, whatever the order of the parties
    taken = beside[:: max(1, math.ceil(len(beside) / SHOWN))]
    totals = tuple(game.totals(tuple(package)) for package in packages[taken].tolist())
    return Settlement(game, _bargained(game, points), counted(game.levers, packages), totals, len(beside))


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
    ordered = sorted(points, key=lambda point: ([(-total.lo, -total.hi) for total in point.totals], point.packages[0]))
    products = [_product(game, point) for point in ordered]
    best = max(products, default=0)
    return tuple(replace(point, bargain=product == best > 0) for point, product in zip(ordered, products, strict=True))


def _product(game: Game, point: Point) -> int:
    """The product of what each party gains over its alternative, in the middle of both, each doubled; 0 where not everybody gains or some end is open."""
    pairs = [(total, party.walks_away) for total, party in zip(point.totals, game.parties, strict=True)]
    if not game.closed or any(alternative.lo == MIN or alternative.hi == MAX for _, alternative in pairs):
        return 0
    gains = [sum(total) - sum(alternative) for total, alternative in pairs]
    return math.prod(gains) if min(gains) > 0 else 0
