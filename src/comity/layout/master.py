"""The cheapest package that meets no nogood so far: exact integers in CP-SAT, one worker, one seed, so that the same question has the same answer.

Each value of each lever is a Boolean, one of them true; a nogood is a clause. Nothing here knows law.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import gcd
from typing import Final, TypeAlias, TypeVar

from ortools.sat.python import cp_model

from comity.layout.cube import Block, Cube, blocks, cube
from comity.offramp.lever import Levers, Over, Package

K = TypeVar("K", bound=Hashable)
Weights: TypeAlias = Sequence[Sequence[int]]
"""What each value of each lever adds to a sum."""

LARGEST: Final = 2**60
"""A sum of weights, divided by what divides them all, is less: the solver's numbers have 64 bits."""
SECONDS: Final = 0.02
"""How often a running solver is asked whether its time is over."""


def costs(levers: Levers) -> list[list[int]]:
    """What each value of each lever costs."""
    return [[0, *(option.cost for option in lever.options)] for lever in levers.levers]


@dataclass(frozen=True)
class Least:
    """What was found: a package (None: none), a number that no package is below, and whether both are proved. `seen` were met on the way, the best last."""

    package: Package | None
    bound: int
    proved: bool
    seen: tuple[Package, ...] = ()


@dataclass
class Master:
    """Levers and nogoods, to which more are added."""

    levers: Levers
    model: cp_model.CpModel = field(default_factory=cp_model.CpModel)
    _chosen: list[list[cp_model.IntVar]] = field(default_factory=list)
    _told: set[Block] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Tells the solver of the levers."""
        for lever in self.levers.levers:
            values = [self.model.new_bool_var("") for _ in range(len(lever.options) + 1)]
            self.model.add_exactly_one(values)
            self._chosen.append(values)
        self.add(cube(one) for one in self.levers.nogoods)

    def add(self, nogoods: Iterable[Cube]) -> None:
        """More that no package may meet."""
        for one in blocks(nogoods):
            if one not in self._told:
                self._told.add(one)
                self.model.add_bool_or(self.otherwise(one))

    def otherwise(self, nogood: Block) -> list[cp_model.LiteralT]:
        """Literals, one of which is true wherever the nogood is not met."""
        return [chosen for lever, values in nogood for value, chosen in enumerate(self._chosen[lever]) if value not in values]

    def cap(self, weights: Weights, most: int) -> None:
        """No package weighs more from now on."""
        scale = _scale(weights)
        self.model.add(self._sum(weights, scale) <= most // scale)

    def fix(self, lever: int, value: int) -> None:
        """Every package has this value from now on."""
        self.model.add(self._chosen[lever][value] == 1)

    def least(self, weights: Weights, hint: Package | None = None, over: Over | None = None) -> Least:
        """The package that weighs least."""
        scale = _scale(weights)
        self.model.clear_hints()  # type: ignore[no-untyped-call]  # its authors forgot to annotate it
        for values, value in zip(self._chosen, hint or (), strict=False):
            self.model.add_hint(values[value], 1)
        self.model.minimize(self._sum(weights, scale))
        seen = _Seen(self._chosen)
        solver, status = solved(self.model, over, seen)
        if status == cp_model.INFEASIBLE:
            return Least(None, 0, proved=True)
        lowest, found = sum(min(each) for each in weights), status != cp_model.UNKNOWN
        told = scale * int(solver.response_proto.inner_objective_lower_bound)  # zero where nothing is known
        package = self.package(solver) if found else None
        return Least(package, max(lowest, told) if found or lowest >= 0 else lowest, status == cp_model.OPTIMAL, tuple(seen.packages))

    def package(self, solver: cp_model.CpSolver) -> Package:
        """What a solver found."""
        return _package(self._chosen, solver.boolean_value)

    def _sum(self, weights: Weights, scale: int) -> cp_model.LinearExprT:
        terms = [(one, number // scale) for values, each in zip(self._chosen, weights, strict=True) for one, number in zip(values, each, strict=True) if number]
        return cp_model.LinearExpr.weighted_sum([one for one, _ in terms], [number for _, number in terms])


def _scale(weights: Weights) -> int:
    """What divides all weights."""
    scale = gcd(*(number for each in weights for number in each)) or 1
    if sum(max(map(abs, each)) for each in weights) // scale >= LARGEST:
        raise ValueError("costs are too large to be added exactly")
    return scale


class _Seen(cp_model.CpSolverSolutionCallback):
    """Every package that a solver meets on its way."""

    def __init__(self, chosen: Sequence[Sequence[cp_model.IntVar]]) -> None:
        super().__init__()
        self.chosen, self.packages = chosen, list[Package]()

    def on_solution_callback(self) -> None:
        """Notes it."""
        self.packages.append(_package(self.chosen, self.boolean_value))


def _package(chosen: Sequence[Sequence[cp_model.IntVar]], true: Callable[[cp_model.LiteralT], bool]) -> Package:
    return tuple(next(value for value, one in enumerate(values) if true(one)) for values in chosen)


def solved(model: cp_model.CpModel, over: Over | None, seen: _Seen | None = None) -> tuple[cp_model.CpSolver, cp_model.CpSolverStatus]:
    """The solver after its run, and its status; the run ends early when time is over."""
    solver, done = cp_model.CpSolver(), threading.Event()
    solver.parameters.num_workers, solver.parameters.random_seed = 1, 1
    solver.parameters.linearization_level = 2  # opening and using a site is a linear relaxation at heart: seconds become hundredths

    def watch(over: Over) -> None:
        while not done.wait(SECONDS):
            if over():
                solver.stop_search()  # again and again: before a run has begun it is not heard

    watching = threading.Thread(target=watch, args=(over,), daemon=True) if over is not None else None
    try:
        if watching is not None:
            watching.start()
        status = solver.solve(model, seen)
    finally:
        done.set()
        if watching is not None:
            watching.join()
    if status == cp_model.MODEL_INVALID:
        raise ValueError(model.validate())
    return solver, status


def together(levers: Levers, nogoods: Mapping[K, Iterable[Cube]], over: Over | None = None, *, below: int | None = None) -> Package | frozenset[K] | None:
    """A package that meets no nogood of any group and costs less than `below`; or groups whose nogoods leave none; or None where time is over."""
    master = Master(levers)
    if below is not None:
        master.cap(costs(levers), below - 1)
    asked = {name: master.model.new_bool_var("") for name in nogoods}
    for name, cubes in nogoods.items():
        for one in blocks(cubes):
            master.model.add_bool_or([*master.otherwise(one), ~asked[name]])
    master.model.add_assumptions(list(asked.values()))
    solver, status = solved(master.model, over)
    if status == cp_model.INFEASIBLE:
        core = set(solver.sufficient_assumptions_for_infeasibility())
        return frozenset(name for name, one in asked.items() if one.index in core)
    return None if status == cp_model.UNKNOWN else master.package(solver)
