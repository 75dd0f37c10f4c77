"""Flat legs: one row a leg, one column a fact that some condition reads. What any engine with columns needs and no more.

Truths are 0, 1 or 3; numbers and days are two columns, their ends in quanta; a code or set is a number in a list of the values met,
because a membership test is made once per value. What compares two facts, and what a form derives, is a column of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.facts.table import Choices
from comity.facts.value import TRUE, Choice, Interval, OneOf, SetOf
from comity.law.condition import Compare, Fact, Member, Path, Term
from comity.verdict.decide import Stretch
from comity.verdict.plan import Plan, is_date, name, quantum, terms, whole


@dataclass(frozen=True, slots=True)
class Flat:
    """The columns of some legs by name, and for each column of choices what its numbers mean."""

    columns: Mapping[str, NDArray[Any]]
    values: Mapping[str, Sequence[Choice]]


def flat(one: Stretch, plan: Plan) -> Flat:
    """The flat legs of a stretch."""
    frame = one.frame()
    columns: dict[str, NDArray[Any]] = {}
    values: dict[str, Sequence[Choice]] = {}
    for leaf in plan.leaves:
        if whole(leaf):
            columns[name(leaf, plan)] = one.columns.truth(leaf, frame)
            for path in terms(leaf) if isinstance(leaf, Member) else ():
                if isinstance(path, Path):
                    _choice(one, path, plan, columns, values)
        elif isinstance(leaf, Compare):
            for term in (leaf.left, leaf.right):
                if not isinstance(term, int) and f"{name(term, plan)} from" not in columns:
                    ends = one.columns.number(term, frame)
                    columns[f"{name(term, plan)} from"], columns[f"{name(term, plan)} to"] = (np.broadcast_to(e, (frame.n,)) for e in (ends.lo, ends.hi))
        elif isinstance(leaf, Member):
            _choice(one, leaf.left, plan, columns, values)
    return Flat(columns, values)


def _choice(one: Stretch, path: Path, plan: Plan, columns: dict[str, NDArray[Any]], values: dict[str, Sequence[Choice]]) -> None:
    """The column of a code or set."""
    if plan.names[path] in columns:
        return
    column, rows = one.columns._column(path, one.frame())  # noqa: SLF001 -- the same package, the same path
    assert isinstance(column, Choices)
    columns[plan.names[path]] = column.ids if rows is None else column.ids[rows]
    values[plan.names[path]] = column.values


def facts(rows: Flat, row: int, plan: Plan) -> dict[str, Any]:
    """The facts of one flat leg as `explain` takes them."""
    found: dict[str, Any] = {}
    for path, held in rows.values.items():
        found[path] = _raw(held[int(rows.columns[path][row])])
    for leaf in plan.leaves:
        if isinstance(leaf, Fact):
            truth = int(rows.columns[name(leaf, plan)][row])
            found[name(leaf, plan)] = None if truth == 1 else truth == TRUE
        elif isinstance(leaf, Compare):
            for term in (leaf.left, leaf.right):
                if not isinstance(term, int):
                    ends = Interval(int(rows.columns[f"{name(term, plan)} from"][row]), int(rows.columns[f"{name(term, plan)} to"][row]))
                    found[name(term, plan)] = _natural(ends, term, plan)
    return found


def _natural(ends: Interval, term: Term, plan: Plan) -> Any:  # noqa: ANN401 -- a number, or what it may be
    """A whole number as itself where one quantum is one; anything else stays an interval of quanta."""
    plain = quantum(term, plan.vocabulary) == 1 and not is_date(term, plan.vocabulary)
    return ends.lo if plain and ends.lo == ends.hi else ends


def _raw(value: Choice) -> Any:  # noqa: ANN401 -- a code, a set, or what they may be
    match value:
        case OneOf(members) if members is not None and len(members) == 1:
            return next(iter(members))
        case SetOf(known, _) if value.closed:
            return known
        case _:
            return value
