"""Cells: legs that no test tells apart are decided once, however many they are.

Legs are read dimension by dimension: a record they link to, a fact of their own, tests that compare several. In each dimension a leg
is of a *class*: legs of one class have the same truth in every test of it. What is still to decide of a leg after some dimensions is a
*state*; a table leads from a state and a class to the next state. Tables are filled as pairs are met and kept from batch to batch, so
a leg costs a few look-ups, and none once it is decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Final

import numpy as np

from comity.facts.group import distinct
from comity.facts.table import Codes, Ints
from comity.law.condition import Condition
from comity.tables.bundle import Bundle, Bundles
from comity.tables.circuit import OPEN, PACKED, Circuit
from comity.tables.dimension import Dimension, Joint, dimensions
from comity.tables.numbered import room
from comity.verdict.scale import Columns

MOST_STATES: Final = 2**15
"""States kept; beyond these, tables begin anew."""
MOST_MET: Final = 2**23
"""Room for so many pairs of a state and a class is kept likewise."""
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


@dataclass(eq=False)
class _Live:
    """Legs still to decide: their rows in what was asked, and their states (one as long as all are alike)."""

    rows: Ints
    legs: Ints
    states: Ints

    def keep(self, left: Ints) -> None:
        """Only some of them."""
        self.rows, self.legs, self.states = self.rows[left], self.legs[left], self.states[left]

    def each(self, legs: Ints) -> _Live:
        """All legs of each row."""
        many = legs.shape[1]
        rows = (self.rows[:, None] * many + np.arange(many)).reshape(-1)
        return _Live(rows, legs.reshape(-1)[rows], np.repeat(self.states, many) if len(self.states) > 1 else self.states)


class Cells:
    """Some conditions, for any number of legs."""

    def __init__(self, roots: Sequence[Condition], bundles: Bundles) -> None:
        self._circuit = Circuit(roots)
        self._apart = self._dimensions = dimensions(self._circuit.tests)
        self._where = {test: i for i, test in enumerate(self._circuit.tests)}
        self._bundles, self._found = bundles, bundles.found
        self._bundles.names |= {name for one in self._apart for name in one.reads or ()}
        self._clear()

    def _clear(self) -> None:
        self._tests = [np.array([self._where[test] for test in dimension.tests], dtype=np.int64) for dimension in self._dimensions]
        self._known: dict[bytes, int] = {}
        self._made = np.zeros((0, len(self._where)), dtype=np.uint8)
        self._decided = np.zeros(0, dtype=bool)
        self.truths = np.zeros((0, self._circuit.roots), dtype=np.uint8)
        self._rows = [np.zeros(0, dtype=np.int64) for _ in self._tests]
        self._steps = [_Step() for _ in self._tests]
        self._begin = self._states(np.full((1, len(self._where)), OPEN, dtype=np.uint8))

    @cached_property
    def sided(self) -> bool:
        """Does who acts matter to any test?"""
        return any(dimension.sided for dimension in self._dimensions)

    def decide(self, columns: Columns, legs: Ints) -> Ints:
        """The state in which each leg ends; `truths[state]` is what it makes of each condition.

        A row of `legs` holds legs that differ only in who acts: until that matters they are read as one.
        """
        if len(self._known) > MOST_STATES or sum(step.after.size for step in self._steps) > MOST_MET:
            self._clear()
        ends = np.zeros(legs.shape, dtype=np.int64)
        if not legs.size:
            return ends
        self._order(columns, legs)
        many = legs.shape[1]
        plain, acting, last = ([at for at, one in enumerate(self._dimensions) if self._turn(one) == turn] for turn in range(3))
        live = _Live(np.arange(len(legs)), legs[:, 0], self._begin)
        self._run(columns, live, ends, plain if self.sided else plain + last)
        if many > 1:
            live = live.each(legs)
        if self.sided:
            self._run(columns, live, ends.reshape(-1), acting + last)
        ends.reshape(-1)[live.rows] = live.states
        return ends

    def _turn(self, dimension: Dimension) -> int:
        """Tests of one thing come first, then those of who acts, last those of several things."""
        return 2 if type(dimension) is Dimension else int(dimension.sided)

    def _run(self, columns: Columns, live: _Live, ends: Ints, places: Sequence[int]) -> None:
        """Over some dimensions: legs that are decided leave those alive, and their states are put down."""
        for at in places:
            if not len(live.rows):
                break
            dimension = self._dimensions[at]
            matters = self._rows[at][live.states]
            if matters.min(initial=0) >= 0:
                live.states = self._step(at, matters, dimension.classes(columns, live.legs))
            elif len(here := np.flatnonzero(matters >= 0)):
                live.states[here] = self._step(at, matters[here], dimension.classes(columns, live.legs[here]))
            else:
                continue
            done = self._decided[live.states]
            if len(done) > 1 and SOME * np.count_nonzero(done) > len(done):
                gone = np.flatnonzero(done)
                ends[live.rows[gone]] = live.states[gone].reshape(-1, *[1] * (ends.ndim - 1))
                live.keep(np.flatnonzero(~done))

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
            self._made, self._decided, self.truths = (room(held, after) for held in (self._made, self._decided, self.truths))
            self._rows = [room(held, after) for held in self._rows]
            self._made[before:after], self._decided[before:after], self.truths[before:after] = tests[at], ~matters.any(axis=1), roots[:, at].T & 3
            for place, rows in enumerate(self._rows):
                rows[before:after] = -1
                states = before + np.flatnonzero(matters[:, place])
                rows[states] = self._steps[place].add(states)
        return found

    def _order(self, columns: Columns, legs: Ints) -> None:
        """What decides most of some legs comes first, tests of several records last: what they cost is asked of few."""
        bundles = self._bundles.suit(columns)
        if bundles is self._found:
            return
        self._found = bundles
        self._dimensions = self._joined(bundles)
        self._clear()
        some = legs[:: max(1, len(legs) // SAMPLE)]
        order = sorted(range(len(self._dimensions)), key=lambda at: self._rank(at, columns, some.reshape(-1)))
        self._dimensions = [self._dimensions[at] for at in order]
        self._clear()

    def _joined(self, bundles: Sequence[Bundle]) -> list[Dimension]:
        """Of what one bundle decides one dimension is made."""
        made: list[Dimension] = []
        rest = self._apart
        for bundle in bundles:
            parts = [one for one in rest if one.reads is not None and one.reads <= set(bundle.names)]
            if parts:
                tests = [test for part in parts for test in part.tests]
                made.append(Joint(tests=tests, bundle=bundle, parts=parts, signed=partial(self._signed, np.array([self._where[test] for test in tests]))))
                rest = [one for one in rest if one not in parts]
        return [*made, *rest]

    def _signed(self, where: Ints, truths: Codes) -> list[bytes]:
        """What is left to decide when some tests say so, and no other is made."""
        tests = np.full((len(self._where), truths.shape[1]), OPEN, dtype=np.uint8)
        tests[where] = PACKED[truths]
        return [row.tobytes() for row in self._circuit.residual(tests)[0]]

    def _rank(self, at: int, columns: Columns, legs: Ints) -> tuple[bool, float, int]:
        dimension = self._dimensions[at]
        if type(dimension) is Dimension:
            return True, 0, 0
        classes = np.bincount(dimension.classes(columns, legs), minlength=dimension.truths.shape[1])
        tests = np.full((len(classes), len(self._circuit.tests)), OPEN, dtype=np.uint8)
        tests[:, self._tests[at]] = PACKED[dimension.truths.T]
        decided = ~self._circuit.residual(np.ascontiguousarray(tests.T))[1].any(axis=0)
        return False, -float("inf") if len(classes) == 1 else -classes[decided].sum() / classes.sum(), len(classes)
