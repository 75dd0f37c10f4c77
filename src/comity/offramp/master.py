"""The master of the search: of the packages that break no nogood, the one that comes first. It knows no law.

A solver minimises one sum after the other, each among what is best by those before it: the cost, how many levers are pulled, and the
values as the digits of a number. So the answer is one package, and the same every time, whichever way the solver takes to it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

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


def proposal(levers: Levers, nogoods: Sequence[Nogood], over: Over = endless) -> Package | Late | None:
    """The package that comes first (`Levers.rank`) of those that break no nogood, nor one of the levers' own; None where there is none.

    Raises `ValueError` where costs are too large to be counted.
    """
    literals, model = _model(levers, [*levers.nogoods, *nogoods])
    first, package = True, levers.untouched
    for total in _sums(levers, literals):
        model.minimize(total.expression)
        solver, status = _solved(model, over)
        if status == cp_model.INFEASIBLE:
            return None
        if status != cp_model.OPTIMAL:
            return Late(total.cost(solver.best_objective_bound) if first else levers.cost(package))
        package = tuple(next(value for value, literal in enumerate(lever) if solver.boolean_value(literal)) for lever in literals)
        model.add(total.expression <= sum(weight for weight, literal in total.terms if solver.boolean_value(literal)))
        first = False
    return package


def _model(levers: Levers, nogoods: Sequence[Nogood]) -> tuple[list[list[Any]], cp_model.CpModel]:
    """For every lever one literal for each of its values, of which one is true; and the model in which no nogood is broken."""
    model = cp_model.CpModel()
    literals: list[list[Any]] = []
    for values in levers.values:
        found = [model.new_bool_var("") for _ in values]
        model.add_exactly_one(found)
        literals.append(found)
    for nogood in nogoods:
        if all(value in levers.values[lever] for lever, value in nogood.items()):  # else nothing can break it
            model.add_bool_or([literals[lever][value].negated() for lever, value in nogood.items()])
    return literals, model


@dataclass(frozen=True, slots=True)
class Sum:
    """What literals weigh that are true, and the most that it can come to; `unit` of it is the cost of one `price`, if it tells of costs."""

    terms: Sequence[tuple[int, Any]]
    most: int
    unit: int = 1
    price: int = 1

    @property
    def expression(self) -> cp_model.LinearExpr:
        """The sum for the solver."""
        return cp_model.LinearExpr.weighted_sum([literal for _, literal in self.terms], [weight for weight, _ in self.terms])

    def then(self, other: Sum) -> Sum:
        """One sum for both: what is least by it is least by this one, and of those by the other."""
        unit = other.most + 1
        return Sum([*((weight * unit, literal) for weight, literal in self.terms), *other.terms], self.most * unit + other.most, self.unit * unit, self.price)

    def cost(self, bound: float) -> int:
        """The least cost that a bound of the sum tells of; what a float may have rounded up is given away."""
        least = max(0, math.floor(bound))
        return (least - (least >> 50)) // self.unit * self.price


def _sums(levers: Levers, literals: Sequence[Sequence[Any]]) -> Iterator[Sum]:
    """What is minimised, one after the other."""
    pulled = [
        [(option.cost, literal) for option, literal in zip(lever.options, found[1:], strict=True)] for lever, found in zip(levers.levers, literals, strict=True)
    ]
    price = math.gcd(*(cost for lever in pulled for cost, _ in lever)) or 1
    costs = Sum(
        [(cost // price, literal) for lever in pulled for cost, literal in lever],
        sum(max(cost for cost, _ in lever) for lever in pulled if lever) // price,
        price=price,
    )
    if costs.most >= LARGEST:
        raise ValueError("the costs of all levers together are too large to be counted")
    many = Sum([(1, literal) for lever in pulled for _, literal in lever], len(pulled))
    last = costs
    for one in (many, *(Sum([(value, literal) for value, (_, literal) in enumerate(lever, 1)], len(lever)) for lever in pulled)):
        both = last.then(one)
        if both.most < TOGETHER:
            last = both
        else:
            yield last
            last = one
    yield last


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
