"""Comparisons with the first or last day of rows, told of the rows themselves: no reading has to know what a last day is.

The last day lies above a line where that of some row does, and below it where that of none is above and that of some row is below. Said
so, and not as two ends of an interval, nothing is lost of which day belongs to which row, or of whether there is a row at all.
"""

from __future__ import annotations

from typing import Final

from comity.facts.value import Interval, compare
from comity.law.condition import After, Compare, Comparison, Condition, Const, Day, Extreme, every, exists, negation

FLIPPED: Final[dict[str, Comparison]] = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "==": "=="}
CONTRARY: Final[dict[str, Comparison]] = {"<": ">=", ">": "<=", "<=": ">", ">=": "<"}


def ordered(left: Day, op: Comparison, right: Day) -> Condition:
    """The comparison of two numbers or days; the first or last day of no rows compares with nothing."""
    sides = [(day, o, other) for day, o, other in ((left, op, right), (right, FLIPPED[op], left)) if isinstance(day, Extreme)]
    if sides:  # of two that both need every row, each is told of the other: either alone forgets that one of them may have none
        return every(_told(*side) for side in [s for s in sides if s[1][0] == s[0].beyond][:1] or sides)
    if isinstance(left, int):
        return Const(compare(Interval(left, left), op, Interval(right, right))) if isinstance(right, int) else ordered(right, FLIPPED[op], left)
    return Compare(left, op, right)  # type: ignore[arg-type]  # no extreme is left


def later(day: Day, n: int, unit: str, place: str) -> Day:
    """The day some units after another: after the last of several days it is the last of those after each."""
    return Extreme(day.over, day.var, later(day.term, n, unit, place), day.where, day.beyond) if isinstance(day, Extreme) else After(day, n, unit, place)


def _told(day: Extreme, op: Comparison, other: Day) -> Condition:
    beyond, within = (exists(((day.var, day.over),), every((day.where, ordered(day.term, o, other)))) for o in (CONTRARY.get(op, day.beyond), op))
    return within if op[0] == day.beyond else every((negation(beyond), within))
