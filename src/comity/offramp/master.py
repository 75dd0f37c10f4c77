"""The master of the search: of the packages that break no nogood, the one that comes first. It knows no law.

A solver minimises one sum after the other, each among what is best by those before it: the cost, how many levers are pulled, and the
values as the digits of a number. So the answer is one package, and the same every time, whichever way the solver takes to it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ortools.sat.python import cp_model

from comity.offramp.lever import Levers, Nogood, Over, Package, endless

TOGETHER: Final = 1 << 30
"""Sums are minimised as one as long as it stays below this: larger numbers take a solver longer than one sum more."""
LARGEST: Final = 1 << 62
"""What a solver can count to."""
SLICE: Final = 1.0
"""The work after which it is first asked whether the time is over, in the solver's own measure: some seconds, and the same on every machine."""


@dataclass(frozen=True, slots=True)
class Late:
    """Time was over before it was known which package comes first; none costs less than `least`, in millionths."""

    least: int


def proposal(levers: Levers, nogoods: Sequence[Nogood], after: Package | None = None, over: Over = endless) -> Package | Late | None:
    """The package that comes first (`Levers.rank`) of those that come after another and break no nogood, nor one of the levers' own.

    None where there is none. Raises `ValueError` where costs are too large to be counted.
    """
    model, sums = cp_model.CpModel(), _sums(levers)
    literals = [[model.new_bool_var("") for _ in values] for values in levers.values]
    for found in literals:
        model.add_exactly_one(found)
    for nogood in (*levers.nogoods, *nogoods):
        if all(value in levers.values[lever] for lever, value in nogood.items()):  # else nothing can break it
            model.add_bool_or([literals[lever][value].negated() for lever, value in nogood.items()])
    if after is not None:
        _later(model, [(one.expression(literals), one.of(after)) for one in sums])
    package = None
    for one in sums:
        model.minimize(one.expression(literals))
        solver, status = _solved(model, over)
        if status == cp_model.INFEASIBLE:
            return None
        if status != cp_model.OPTIMAL:
            return Late(one.cost(solver.best_objective_bound) if package is None else levers.cost(package))
        package = tuple(next(value for value, literal in enumerate(found) if solver.boolean_value(literal)) for found in literals)
        model.add(one.expression(literals) <= one.of(package))
    return package


def _later(model: cp_model.CpModel, sums: Sequence[tuple[cp_model.LinearExpr, int]]) -> None:
    """That the sums are more than given ones, the first of them that is not the same."""
    alike: list[cp_model.IntVar] = []
    for number, (expression, given) in enumerate(sums, 1):
        model.add(expression >= given).only_enforce_if(alike)
        same = [model.new_bool_var("")] if number < len(sums) else []
        model.add(expression > given).only_enforce_if([*alike, *(one.negated() for one in same)])
        alike = same


@dataclass(frozen=True, slots=True)
class Sum:
    """What values of levers weigh together, and the most that it can come to; `unit` of it is the cost of one `price`, if it tells of costs."""

    weights: Mapping[tuple[int, int], int]
    most: int
    unit: int = 1
    price: int = 1

    def then(self, other: Sum) -> Sum:
        """One sum for both: what is least by it is least by this one, and of those by the other."""
        unit = other.most + 1
        weights = {pair: self.weights.get(pair, 0) * unit + other.weights.get(pair, 0) for pair in {**self.weights, **other.weights}}
        return Sum(weights, self.most * unit + other.most, self.unit * unit, self.price)

    def of(self, package: Package) -> int:
        """What it comes to."""
        return sum(weight for (lever, value), weight in self.weights.items() if package[lever] == value)

    def expression(self, literals: Sequence[Sequence[cp_model.IntVar]]) -> cp_model.LinearExpr:
        """The sum for a solver."""
        return cp_model.LinearExpr.weighted_sum([literals[lever][value] for lever, value in self.weights], list(self.weights.values()))

    def cost(self, bound: float) -> int:
        """The least cost, in millionths, that a bound of the sum tells of; what a float may have rounded up is given away."""
        least = max(0, math.floor(bound))
        return (least - (least >> 50)) // self.unit * self.price


def _sums(levers: Levers) -> list[Sum]:
    """What is minimised, one after the other."""
    costs = {(number, value): option.cost for number, lever in enumerate(levers.levers) for value, option in enumerate(lever.options, 1)}
    price = math.gcd(*costs.values()) or 1
    most = sum(max((option.cost for option in lever.options), default=0) for lever in levers.levers) // price
    if most >= LARGEST:
        raise ValueError("the costs of all levers together are too large to be counted")
    each = [Sum({(lever, value): value for value in values if value}, values[-1]) for lever, values in enumerate(levers.values)]
    found = [Sum({pair: cost // price for pair, cost in costs.items()}, most, price=price)]
    for one in (Sum(dict.fromkeys(costs, 1), len(each)), *each):
        both = found[-1].then(one)
        if both.most < TOGETHER:
            found[-1] = both
        else:
            found.append(one)
    return found


def _solved(model: cp_model.CpModel, over: Over) -> tuple[cp_model.CpSolver, cp_model.CpSolverStatus]:
    """The solver after its work, and whether it is done: it works as long as time is not over, and begins anew each time it is asked."""
    slice_ = SLICE
    while True:
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1  # more of them race: the answer is the same, what is open in the end is not
        solver.parameters.random_seed = 0
        solver.parameters.linearization_level = 2  # all clauses in the linear relaxation: a hundred times faster on hitting sets
        solver.parameters.max_deterministic_time = slice_
        status = solver.solve(model)
        if status in (cp_model.OPTIMAL, cp_model.INFEASIBLE) or over():
            return solver, status
        if status == cp_model.MODEL_INVALID:
            raise ValueError(model.validate())
        slice_ *= 2
