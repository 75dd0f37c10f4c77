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
from comity.flat.names import Names, terms, whole
from comity.law.condition import Compare, Fact, Member, Path, Term
from comity.verdict.decide import Stretch
from comity.verdict.plan import Plan


@dataclass(frozen=True, slots=True)
class Flat:
    """The columns of some legs by name, and for each column of choices what its numbers mean."""

    names: Names
    columns: Mapping[str, NDArray[Any]]
    values: Mapping[str, Sequence[Choice]]


def flat(one: Stretch, plan: Plan) -> Flat:
    """The flat legs of a stretch."""
    frame, names = one.frame, Names(plan)
    columns: dict[str, NDArray[Any]] = {}
    values: dict[str, Sequence[Choice]] = {}
    for leaf in names.leaves:
        if whole(leaf):
            columns[names.column(leaf)] = one.columns.truth(leaf, frame)
            for path in terms(leaf) if isinstance(leaf, Member) else ():
                if isinstance(path, Path):
                    _choice(one, path, names.of[path], columns, values)
        elif isinstance(leaf, Compare):
            for term in (leaf.left, leaf.right):
                if not isinstance(term, int) and f"{names.of[term]} from" not in columns:
                    ends = one.columns.number(term, frame)
                    columns[f"{names.of[term]} from"], columns[f"{names.of[term]} to"] = (np.broadcast_to(e, (frame.n,)) for e in (ends.lo, ends.hi))
        elif isinstance(leaf, Member):
            _choice(one, leaf.left, names.of[leaf.left], columns, values)
    return Flat(names, columns, values)


def _choice(one: Stretch, path: Path, name: str, columns: dict[str, NDArray[Any]], values: dict[str, Sequence[Choice]]) -> None:
    """The column of a code or set."""
    if name in columns:
        return
    column, rows = one.columns._column(path, one.frame)  # noqa: SLF001 -- the same package, the same path
    assert isinstance(column, Choices)
    columns[name] = column.ids if rows is None else column.ids[rows]
    values[name] = column.values


def facts(rows: Flat, row: int) -> dict[str, Any]:
    """The facts of one flat leg as `explain` takes them."""
    found: dict[str, Any] = {}
    names = rows.names
    for path, held in rows.values.items():
        found[path] = _raw(held[int(rows.columns[path][row])])
    for leaf in names.leaves:
        if isinstance(leaf, Fact):
            truth = int(rows.columns[names.column(leaf)][row])
            found[names.column(leaf)] = None if truth == 1 else truth == TRUE
        elif isinstance(leaf, Compare):
            for term in (leaf.left, leaf.right):
                if not isinstance(term, int):
                    ends = Interval(*(int(rows.columns[f"{names.of[term]} {end}"][row]) for end in ("from", "to")))
                    found[names.of[term]] = _natural(ends, term, names)
    return found


def _natural(ends: Interval, term: Term, names: Names) -> Any:  # noqa: ANN401 -- a number, or what it may be
    """A whole number as itself where one quantum is one; anything else stays an interval of quanta."""
    plain = names.quantum(term) == 1 and not names.is_date(term)
    return ends.lo if plain and ends.lo == ends.hi else ends


def _raw(value: Choice) -> Any:  # noqa: ANN401 -- a code, a set, or what they may be
    match value:
        case OneOf(members) if members is not None and len(members) == 1:
            return next(iter(members))
        case SetOf(known, _) if value.closed:
            return known
        case _:
            return value
