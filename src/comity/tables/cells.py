"""Cells: legs that no test tells apart are decided once, however many they are.

Legs are read dimension by dimension: a record they link to, a fact of their own, tests that compare several. In each dimension a leg
is of a *class*: legs of one class have the same truth in every test of it. What is still to decide of a leg after some dimensions is a
*state*; a table leads from a state and a class to the next state. Tables are filled as pairs are met and kept from batch to batch, so
a leg costs a few look-ups, and none once it is decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from comity.facts.group import distinct
from comity.facts.table import Codes, Ints
from comity.law.condition import Condition
from comity.tables.circuit import OPEN, PACKED, Circuit
from comity.tables.dimension import Dimension, dimensions
from comity.verdict.scale import Columns

MOST_STATES: Final = 2**15
"""States kept; beyond these, tables begin anew."""
SOME: Final = 5
"""When one leg in so many is decided, the others go on alone."""
SAMPLE: Final = 1_000
"""Legs by which dimensions are put in order."""


@dataclass(eq=False)
class _Step:
    """The transitions over one dimension: a row for each state to which it matters, a column for each class; -1 is not met yet."""

    used: int = 0
    states: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    after: Ints = field(default_factory=lambda: np.full((0, 1), -1, dtype=np.int64))

    def room(self, states: int, classes: int) -> None:
        """Room for so many states and classes."""
        self.states = room(self.states, states)
        high, wide = self.after.shape
        if states > high or classes > wide:
            grown = np.full((len(self.states), wide if classes <= wide else max(classes, 2 * wide)), -1, dtype=np.int64)
            grown[:high, :wide] = self.after
            self.after = grown

    def add(self, states: Ints) -> Ints:
        """The rows of states met for the first time."""
        first, self.used = self.used, self.used + len(states)
        self.room(self.used, 0)
        self.states[first : self.used] = states
        return np.arange(first, self.used)


def room(held: NDArray[Any], rows: int) -> NDArray[Any]:
    """The array with room for so many rows, doubled where there is none."""
    if rows <= len(held):
        return held
    grown = np.zeros((max(rows, 2 * len(held)), *held.shape[1:]), dtype=held.dtype)
    grown[: len(held)] = held
    return grown


class Cells:
    """Some conditions, for any number of legs."""

    def __init__(self, roots: Sequence[Condition]) -> None:
        self._circuit = Circuit(roots)
        self._dimensions = dimensions(self._circuit.tests)
        self._ordered = False
        self._clear()

    def _clear(self) -> None:
        where = {test: i for i, test in enumerate(self._circuit.tests)}
        self._tests = [np.array([where[test] for test in dimension.tests], dtype=np.int64) for dimension in self._dimensions]
        self._known: dict[bytes, int] = {}
        self._made = np.zeros((0, len(where)), dtype=np.uint8)
        self._decided = np.zeros(0, dtype=bool)
        self.truths = np.zeros((0, self._circuit.roots), dtype=np.uint8)
        self._rows = np.zeros((0, len(self._tests)), dtype=np.int64)
        self._steps = [_Step() for _ in self._tests]
        self._begin = self._states(np.full((1, len(where)), OPEN, dtype=np.uint8))

    @cached_property
    def sided(self) -> bool:
        """Does who acts matter to any test?"""
        return any(dimension.sided for dimension in self._dimensions)

    def decide(self, columns: Columns, legs: Ints) -> Ints:
        """The state in which each leg ends; `truths[state]` is what it makes of each condition.

        A row of `legs` holds legs that differ only in who acts: until that matters they are read as one.
        """
        if len(self._known) > MOST_STATES:
            self._clear()
        ends = np.zeros(legs.shape, dtype=np.int64)
        if not legs.size:
            return ends
        self._order(columns, legs)
        sides = np.arange(legs.shape[1])
        plain, acting, last = ([at for at, one in enumerate(self._dimensions) if self._turn(one) == turn] for turn in range(3))
        rows, states = self._run(columns, legs[:, 0], ends, (np.arange(len(legs)), self._begin), plain if self.sided else plain + last)
        if len(sides) > 1:
            rows, states = (rows[:, None] * len(sides) + sides).reshape(-1), np.repeat(states, len(sides)) if len(states) > 1 else states
        if self.sided:
            rows, states = self._run(columns, legs.reshape(-1), ends.reshape(-1), (rows, states), acting + last)
        ends.reshape(-1)[rows] = states
        return ends

    def _turn(self, dimension: Dimension) -> int:
        """Tests of one thing come first, then those of who acts, last those of several things."""
        return 2 if type(dimension) is Dimension else int(dimension.sided)

    def _run(self, columns: Columns, legs: Ints, ends: Ints, begun: tuple[Ints, Ints], places: Sequence[int]) -> tuple[Ints, Ints]:
        """Over some dimensions: the rows that are left, and their states (one as long as all are alike); the others are put down."""
        rows, states = begun
        for at in places if len(rows) else ():
            dimension = self._dimensions[at]
            matters = self._rows[:, at][states]
            if matters.min(initial=0) >= 0:
                states = self._step(at, matters, dimension.classes(columns, legs[rows]))
            elif len(here := np.flatnonzero(matters >= 0)):
                states[here] = self._step(at, matters[here], dimension.classes(columns, legs[rows[here]]))
            else:
                continue
            done = self._decided[states]
            if len(done) > 1 and SOME * np.count_nonzero(done) > len(done):
                gone, left = np.flatnonzero(done), np.flatnonzero(~done)
                ends[rows[gone]] = states[gone].reshape(-1, *[1] * (ends.ndim - 1))
                rows, states = rows[left], states[left]
                if not len(rows):
                    break
        return rows, states

    def _step(self, at: int, matters: Ints, classes: Ints) -> Ints:
        """The states that rows of a step and classes lead to."""
        step, dimension = self._steps[at], self._dimensions[at]
        step.room(0, dimension.truths.shape[1])
        width = step.after.shape[1]
        keys = matters * width + classes
        found: Ints = step.after.reshape(-1)[keys]
        if found.min(initial=0) < 0:
            fresh = keys[np.flatnonzero(found < 0)]
            fresh = fresh[distinct(fresh)[0]]
            tests = self._made[step.states[fresh // width]]
            tests[:, self._tests[at]] = PACKED[dimension.truths[:, fresh % width].T]
            step.after[fresh // width, fresh % width] = self._states(tests)
            found = step.after.reshape(-1)[keys]
        return found

    def _states(self, tests: Codes) -> Ints:
        """The states of rows of packed tests; of those met for the first time it is noted where they lead on from."""
        signatures, needed, roots = self._circuit.residual(np.ascontiguousarray(tests.T))
        before = len(self._known)
        found = np.array([self._known.setdefault(row.tobytes(), len(self._known)) for row in signatures], dtype=np.int64)
        after = len(self._known)
        if after > before:
            at = np.zeros(after - before, dtype=np.int64)
            at[found[found >= before] - before] = np.flatnonzero(found >= before)
            matters = np.stack([needed[own][:, at].any(axis=0) for own in self._tests], axis=1) if self._tests else np.zeros((len(at), 0), dtype=bool)
            self._made, self._decided, self.truths, self._rows = (room(held, after) for held in (self._made, self._decided, self.truths, self._rows))
            self._made[before:after], self._decided[before:after], self.truths[before:after] = tests[at], ~matters.any(axis=1), roots[:, at].T & 3
            self._rows[before:after] = -1
            for place in np.flatnonzero(matters.any(axis=0)).tolist():
                states = before + np.flatnonzero(matters[:, place])
                self._rows[states, place] = self._steps[place].add(states)
        return found

    def _order(self, columns: Columns, legs: Ints) -> None:
        """What decides most of some legs comes first, tests of several records last: what they cost is asked of few."""
        if self._ordered:
            return
        self._ordered = True
        some = legs[:: max(1, len(legs) // SAMPLE)]
        order = sorted(range(len(self._dimensions)), key=lambda at: self._rank(at, columns, some.reshape(-1)))
        self._dimensions = [self._dimensions[at] for at in order]
        self._clear()

    def _rank(self, at: int, columns: Columns, legs: Ints) -> tuple[bool, float, int]:
        dimension = self._dimensions[at]
        if type(dimension) is Dimension:
            return True, 0, 0
        classes = np.bincount(dimension.classes(columns, legs), minlength=dimension.truths.shape[1])
        tests = np.full((len(classes), len(self._circuit.tests)), OPEN, dtype=np.uint8)
        tests[:, self._tests[at]] = PACKED[dimension.truths.T]
        decided = ~self._circuit.residual(np.ascontiguousarray(tests.T))[1].any(axis=0)
        return False, -float("inf") if len(classes) == 1 else -classes[decided].sum() / classes.sum(), len(classes)
