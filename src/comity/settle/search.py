"""The front where the packages are too many to write out: a solver finds its points one by one.

What is not searched yet is a union of zones, in each of which every party has more than some bound. A package of a zone with the greatest
sum is on the front, whoever's sum it is; its totals split each zone they lie in, one part for each party that is to have more still. When no
zone has a package, all points are found (Klamroth, Lacour and Vanderpooten 2015; with two parties it is the epsilon-constraint method).
Whole numbers throughout, any number of parties.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias, cast

import numpy as np
from ortools.sat.python import cp_model

from comity.offramp.lever import Levers, Package, Partial, changed, whole
from comity.settle.game import Game, TooLargeError
from comity.settle.lawful import Lawful
from comity.settle.packages import TIES

Sums: TypeAlias = tuple[int, ...]
"""What a package is worth to each party, in the steps of the game; or a bound of each."""


def found(game: Game, cubes: Sequence[Partial], seconds: float, lawful: Lawful | None = None) -> Iterator[list[Package]]:
    """The packages of each point of the front, at most `TIES` of each.

    Where law is to be asked, of each package that is proposed: where it refuses, the solver is told as much of why as is learnt, and proposes again.
    Raises `TooLargeError` if one step takes longer than `seconds`, `OverError` if there is no time to ask.
    """
    search = _Search(game, cubes, seconds, lawful)
    zones = [search.least]
    while zones:
        package = search.above(zones[-1])
        if package is None:
            zones.pop()
        elif search.borne(package):
            yield search.packages(search.totals(package))
            zones = split(zones, search.totals(package))


def split(zones: Sequence[Sums], totals: Sums) -> list[Sums]:
    """The zones that are left when nothing is sought any more that is no better for anybody than these totals."""
    inside = [zone for zone in zones if all(bound < reached for bound, reached in zip(zone, totals, strict=True))]
    parts = {(*zone[:at], reached, *zone[at + 1 :]) for zone in inside for at, reached in enumerate(totals)}
    left = [zone for zone in zones if zone not in inside]
    return left + [part for part in sorted(parts) if not any(_covers(zone, part) for zone in (*left, *parts) if zone != part)]


def _covers(zone: Sums, part: Sums) -> bool:
    return all(bound <= other for bound, other in zip(zone, part, strict=True))


class _Search:
    def __init__(self, game: Game, cubes: Sequence[Partial], seconds: float, lawful: Lawful | None) -> None:
        self._model, self._seconds, self._game, self._lawful = cp_model.CpModel(), seconds, game, lawful
        self._told = 0
        self._takes = self._packages(game.levers, cubes)
        low, _ = game.rails
        has = [self._has(feature.when) for feature in game.features]
        self.least: Sums = tuple(int(np.minimum(low[:, at], 0).sum()) - 1 for at in range(len(game.parties)))
        """Less than any package is worth to each."""
        self._most: Sums = tuple(int(np.maximum(low[:, at], 0).sum()) for at in range(len(game.parties)))
        self._totals = [self._model.new_int_var(least, most, "") for least, most in zip(self.least, self._most, strict=True)]
        for at, total in enumerate(self._totals):
            self._model.add(total == sum(int(worth) * one for worth, one in zip(low[:, at], has, strict=True)))

    def _packages(self, levers: Levers, cubes: Sequence[Partial]) -> list[list[cp_model.IntVar]]:
        """Whether each lever takes each value, in one of the cubes."""
        model = self._model
        takes = [[model.new_bool_var("") for _ in range(len(lever.options) + 1)] for lever in levers.levers]
        for values in takes:
            model.add_exactly_one(values)
        inside = [model.new_bool_var("") for _ in cubes]
        model.add_exactly_one(inside)  # they are disjoint
        for cube, one in zip(cubes, inside, strict=True):
            for lever, value in enumerate(cube):
                if value is not None:
                    model.add_implication(one, takes[lever][value])
        for nogood in levers.nogoods:
            model.add_bool_or([takes[lever][value].negated() for lever, value in nogood.items()])
        return takes

    def _has(self, when: Sequence[tuple[int, frozenset[int]]]) -> cp_model.LinearExprT:
        """Is a feature there?"""
        parts = [sum(self._takes[lever][value] for value in sorted(values)) for lever, values in when]
        if len(parts) == 1:
            return parts[0]
        has = self._model.new_bool_var("")
        for part in parts:
            self._model.add(has <= part)
        self._model.add(has >= sum(parts) - len(parts) + 1)
        return has

    def totals(self, package: Package) -> Sums:
        """What a package is worth to each party."""
        has = [number for number, feature in enumerate(self._game.features) if feature.of(package)]
        return tuple(int(one) for one in self._game.rails[0][has].sum(axis=0))

    def above(self, zone: Sums) -> Package | None:
        """A package with the greatest sum in a zone; none where it has none."""
        if any(bound >= most for bound, most in zip(zone, self._most, strict=True)):
            return None
        self._hold([(bound + 1, most) for bound, most in zip(zone, self._most, strict=True)])
        self._model.maximize(sum(self._totals))
        solver = self._solver()
        match solver.solve(self._model):
            case cp_model.OPTIMAL:
                return tuple(next(value for value, one in enumerate(values) if solver.boolean_value(one)) for values in self._takes)
            case cp_model.INFEASIBLE:
                return None
            case _:
                raise TooLargeError(f"the next point of the front was not found within {self._seconds:g} s: value fewer levers")

    def borne(self, package: Package) -> bool:
        """Does law bear a package, or one that differs from it in what nobody values?"""
        if self._lawful is None:
            return True
        indifferent = dict.fromkeys(self._game.indifferent)
        return bool(self._asked([changed(cast("Partial", package), indifferent)]))

    def _asked(self, partials: Sequence[Partial]) -> list[Partial]:
        """Those that have lawful packages. The solver proposes none of the others again, nor what is learnt from them."""
        assert self._lawful is not None
        kept = [one for one, found in zip(partials, self._lawful.within(partials), strict=True) if found.lawful]
        new = [*self._lawful.nogoods[self._told :], *({n: value for n, value in enumerate(one) if value is not None} for one in partials if one not in kept)]
        for nogood in new:
            self._model.add_bool_or([self._takes[lever][value].negated() for lever, value in nogood.items()])
        self._told = len(self._lawful.nogoods)
        return kept

    def packages(self, totals: Sums) -> list[Package]:
        """The packages of these totals."""
        self._hold([(total, total) for total in totals])
        self._model.clear_objective()  # type: ignore[no-untyped-call]  # its own package forgot to say what it returns
        while True:
            listed, solver = _Listed(self._takes), self._solver()
            solver.parameters.enumerate_all_solutions = True
            if solver.solve(self._model, listed) != cp_model.OPTIMAL and len(listed.packages) < TIES:
                raise TooLargeError(f"the packages of one point of the front were not listed within {self._seconds:g} s: value more levers")
            every = sorted(listed.packages)
            lawful = every if self._lawful is None else [package for package in map(whole, self._asked(every)) if package is not None]
            if len(lawful) == len(every) or len(every) < TIES:
                return lawful

    def _hold(self, bounds: Sequence[tuple[int, int]]) -> None:
        """Keeps the totals within bounds, both included."""
        for total, (least, most) in zip(self._totals, bounds, strict=True):
            total.with_domain(cp_model.Domain(least, most))

    def _solver(self) -> cp_model.CpSolver:
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = self._seconds
        solver.parameters.num_workers = 1  # the same packages each time
        return solver


class _Listed(cp_model.CpSolverSolutionCallback):
    def __init__(self, takes: Sequence[Sequence[cp_model.IntVar]]) -> None:
        super().__init__()
        self._takes, self.packages = takes, list[Package]()

    def on_solution_callback(self) -> None:
        """Notes one package."""
        self.packages.append(tuple(next(value for value, one in enumerate(values) if self.boolean_value(one)) for values in self._takes))
        if len(self.packages) == TIES:
            self.stop_search()
