"""What a package is worth to each party: the sum of the features it has, each an option pulled or several pulled together."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from comity.facts.value import MAX, MIN, Interval
from comity.files.values import Values
from comity.offramp.lever import Levers, Package

Ints: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]
Totals: TypeAlias = tuple[Interval, ...]
"""What something is worth to each party, in millionths of its own unit."""

NOTHING: Final = Interval(0, 0)
LARGEST: Final = 2**60
"""Sums of worths stay below, so that a difference of two still is a 64-bit number."""


class TooLargeError(Exception):
    """Raised where the exact answer is out of reach, with what was too much and what would make it less."""


@dataclass(frozen=True, slots=True)
class Feature:
    """Something a package has or has not: of each of some levers, one of some values. `worth` is what it is worth to each party."""

    when: tuple[tuple[int, frozenset[int]], ...]
    worth: Totals

    def of(self, package: Package) -> bool:
        """Does a package have it?"""
        return all(package[lever] in values for lever, values in self.when)

    def among(self, packages: NDArray[np.int16]) -> Flags:
        """Which packages have it, one a row."""
        found: Flags = np.logical_and.reduce([np.isin(packages[:, lever], sorted(values)) for lever, values in self.when])
        return found


@dataclass(frozen=True)
class Game:
    """Levers, the parties that have a say in them, and all that is worth something to one of these."""

    levers: Levers
    parties: tuple[Values, ...]

    @cached_property
    def features(self) -> tuple[Feature, ...]:
        """Every feature to which a party gives a worth, single options first, in the order of the levers."""
        number = {lever.name: at for at, lever in enumerate(self.levers.levers)}
        value = {(lever.name, option.name): at for lever in self.levers.levers for at, option in enumerate(lever.options, 1)}
        found: dict[tuple[tuple[int, frozenset[int]], ...], list[Interval]] = {}
        for at, party in enumerate(self.parties):
            told = [*((frozenset({option}), worth) for option, worth in party.options.items()), *party.together.items()]
            for taken, worth in told:
                levers = sorted({number[lever] for lever, _ in taken})
                when = tuple((lever, frozenset(value[one] for one in taken if number[one[0]] == lever)) for lever in levers)
                found.setdefault(when, [NOTHING] * len(self.parties))[at] = worth
        order = sorted(found, key=lambda when: (len(when), [(lever, sorted(values)) for lever, values in when]))
        return tuple(Feature(when, tuple(found[when])) for when in order if any(worth != NOTHING for worth in found[when]))

    def totals(self, package: Package) -> Totals:
        """What a package is worth to each party."""
        has = [feature for feature in self.features if feature.of(package)]
        return tuple(total(feature.worth[at] for feature in has) for at in range(len(self.parties)))

    @cached_property
    def indifferent(self) -> frozenset[int]:
        """The levers that nobody values and that can be had with whatever else."""
        named = {lever for feature in self.features for lever, _ in feature.when} | {lever for nogood in self.levers.nogoods for lever in nogood}
        return frozenset(range(len(self.levers.levers))) - named

    @cached_property
    def exact(self) -> bool:
        """Is every worth one number?"""
        return all(worth.lo == worth.hi for feature in self.features for worth in feature.worth)

    @cached_property
    def closed(self) -> bool:
        """Has every worth a least and a most?"""
        return all(worth.lo > MIN and worth.hi < MAX for feature in self.features for worth in feature.worth)

    @cached_property
    def rails(self) -> tuple[Ints, Ints]:
        """The least and the greatest worth of each feature to each party, each party's in steps that measure all of its worths.

        An open end stands for a number beyond all sums of the others: only the sign of a difference is ever asked.
        """
        parts = [_steps([feature.worth[at] for feature in self.features]) for at in range(len(self.parties))]
        if max((sum(abs(low) + abs(high) for low, high in part) for part in parts), default=0) * len(parts) >= LARGEST:
            raise TooLargeError("the worths are too far apart to be added exactly: write fewer digits, or fewer open ranges")
        both = np.array(parts, dtype=np.int64).reshape(len(self.parties), len(self.features), 2)
        return both[:, :, 0].T, both[:, :, 1].T

    @cached_property
    def ranged(self) -> list[int]:
        """The features whose worth to some party is not one number."""
        return [at for at, feature in enumerate(self.features) if any(worth.lo < worth.hi for worth in feature.worth)]


def total(worths: Iterable[Interval]) -> Interval:
    """The sum of worths; an open end stays open."""
    found = list(worths)
    low, high = [worth.lo for worth in found], [worth.hi for worth in found]
    return Interval(MIN if MIN in low else sum(low), MAX if MAX in high else sum(high))


def _steps(worths: Sequence[Interval]) -> list[tuple[int, int]]:
    ends = [end for worth in worths for end in worth if MIN < end < MAX]
    step = math.gcd(*ends) or 1
    beyond = 1 + sum(abs(end) for end in ends) // step
    return [(-beyond if worth.lo == MIN else worth.lo // step, beyond if worth.hi == MAX else worth.hi // step) for worth in worths]


def label(levers: Levers, lever: int, value: int) -> str:
    """A pulled lever as it is called, with its option where it has some."""
    called = levers.levers[lever]
    option = called.options[value - 1].name
    return f"{called.name}/{option}" if option else called.name


def labels(levers: Levers, lever: int, values: Iterable[int]) -> list[str]:
    """Some options of a lever as they are called; the lever alone where they are all that it has."""
    found = [label(levers, lever, value) for value in sorted(values)]
    return found if len(found) < len(levers.levers[lever].options) or len(found) == 1 else [levers.levers[lever].name]


def pulled(levers: Levers, package: Package) -> list[str]:
    """What a package pulls, in the order of the levers."""
    return [label(levers, lever, value) for lever, value in enumerate(package) if value]


def named(levers: Levers, feature: Feature) -> str:
    """A feature as it is called: what is pulled for it."""
    return " + ".join(" | ".join(labels(levers, lever, values)) for lever, values in feature.when)


def unnamed(levers: Levers, party: Values) -> Iterator[str]:
    """The options that a party says nothing about, and that are therefore worth nothing to it."""
    told = {*party.options, *(one for taken in party.together for one in taken)}
    for number, lever in enumerate(levers.levers):
        if silent := [value for value, option in enumerate(lever.options, 1) if (lever.name, option.name) not in told]:
            yield from labels(levers, number, silent)
