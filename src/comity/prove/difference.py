"""What changes between two editions of a regime: which outcomes become which others, by which provisions, each shown by a transfer that both judge.

Both editions are read over the same symbols, and equal conditions are one formula, so that a solver is asked of nothing but what differs.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any, Final, TypeAlias

import z3

from comity.law.condition import And, Compare, Condition, Const, Fact, Member, Not, Or, negation, some
from comity.law.regime import Regime
from comity.law.rulebook import PERMITTED
from comity.prove.beside import Beside, beside
from comity.prove.bounded import Bounded, Small
from comity.prove.editions import IN_NEW, Editions, Provision
from comity.prove.follows import Order
from comity.prove.plain import plain
from comity.prove.prover import SIZES
from comity.prove.question import LEVELS
from comity.prove.retell import Asked
from comity.prove.smt import LEGS, Env, GaveUpError, Reading, acts, solved
from comity.prove.supposed import Supposed, possible
from comity.prove.symbols import Symbols, many
from comity.prove.witness import Sections, Witness, text
from comity.text.source import SourceError
from comity.verdict.outcome import Span, level

Class: TypeAlias = tuple[int, int]
"""The outcome under the old edition and under the new one."""
ABOUT: Final = "a transfer that is judged otherwise"
CLASSES: Final = tuple((old, new) for old in range(PERMITTED + 1) for new in range(PERMITTED + 1) if old != new)


@dataclass(frozen=True, slots=True)
class Change:
    """A class of transfers whose outcome differs: what it was and is, the provisions by which, and (as a world) one of them."""

    old: Span
    new: Span
    by: tuple[Provision, ...]
    world: str = ""

    @property
    def direction(self) -> str:
        """Whether more may go than before: 'loosened', 'tightened', or 'settled' or 'opened' where both ends move apart or together."""
        worst, best = self.new.worst - self.old.worst, self.new.best - self.old.best
        return ("settled" if worst > 0 else "opened") if worst * best < 0 else "loosened" if worst + best > 0 else "tightened"


@dataclass(frozen=True, slots=True)
class Difference:
    """All changes; `unknown` are those classes of which neither a transfer nor a proof was found in time.

    `provisions`: what was changed at all, and may decide an outcome; `owed`: duties that were, and never do.
    """

    changes: Sequence[Change]
    unknown: Sequence[Class]
    provisions: Sequence[Provision]
    owed: Sequence[Provision] = ()


@dataclass
class Alike(Supposed):
    """Of every world and more: what a condition that is equal in both editions (`alike`) tests may be so or not, whatever it is."""

    alike: Collection[Condition] = ()

    def truth(self, node: Condition, env: Env) -> Any:
        """The formula of a condition in which something differs."""
        if node not in self.alike or isinstance(node, (Const, And, Or, Not)) or self._is_code(node):
            return super().truth(node, env)
        if not acts(node):  # as elsewhere: one for both legs
            env = {**env, "leg": (LEGS[0], "movement")}
        if (key := self._key(node, env)) not in self.known:
            self.known[key] = z3.FreshBool("alike")
        return self.known[key]

    def _is_code(self, node: Condition) -> bool:
        """Is it a test of one code against a list? What those say of each other costs nothing."""
        return isinstance(node, Member) and not node.place and isinstance(node.right, frozenset) and not many(self.symbols.fact(node.left.kind, node.left.fact))

    def ordered(self, order: Order) -> Iterator[Any]:
        """That what is no wider in one edition is so only where it is in the other, of the same records."""
        told: dict[tuple[object, ...], list[tuple[Any, Any]]] = {}
        for key, formula in self.known.items():
            if isinstance(key, tuple) and isinstance(key[0], (Fact, Compare, Member)):
                told.setdefault(key[1:], []).append((key[0], formula))
        for held in told.values():
            for (one, formula), (other, more) in product(held, held):
                if one is not other and not (one in self.alike and other in self.alike) and order.follows(one, other):
                    yield z3.Implies(formula, more)


@dataclass
class Compared:
    """What a solver is asked of two editions. `seconds` is the time for all of it."""

    editions: Editions
    seconds: float = 30.0
    changes: list[Change] = field(default_factory=list)
    _began: float = field(default_factory=time.monotonic)
    _sections: dict[str, Sections] = field(default_factory=dict)

    def difference(self) -> Difference:
        """Every class of transfers whose outcome differs. A proof that a class is empty comes first for all together, and where it fails for each."""
        both, left = self.editions.both, self.witnesses()
        left = self._possible(Alike(both, Symbols(both), alike=self.editions.alike), [[one] for one in left]) if left else []
        left = self._possible(Supposed(both, Symbols(both)), [left]) if left else []
        for size in SIZES[1:]:
            left = self._shown(left, size)
        left = self._possible(Supposed(both, Symbols(both)), [[one] for one in left]) if left else []
        return Difference(self._plain(), left, tuple(self.editions.provisions.values()), self.editions.owed)

    def witnesses(self) -> list[Class]:
        """Finds the classes that the smallest worlds show; those that they do not show."""
        return self._shown(CLASSES if self.editions.provisions else (), SIZES[0])

    def _time(self, steps: int) -> float:
        """The seconds for the next of so many steps. Raises `GaveUpError` where none are left."""
        if (left := self._began + self.seconds - time.monotonic()) <= 0:
            raise GaveUpError
        return left / steps

    def _shown(self, classes: Sequence[Class], size: int) -> list[Class]:
        """Those of the classes of which no world with so many rows of each kind shows one."""
        if not classes:
            return []
        symbols = Symbols(self.editions.both)
        reading = Bounded(self.editions.both, symbols, most=size)
        outcomes, left, missed = Outcomes.of(reading, self.editions.regimes).named(symbols), list(classes), list[Class]()
        small = Small(symbols)
        small.add(*reading.movement())
        with suppress(GaveUpError):
            while left and (model := small.model([z3.Or([outcomes.are(one) for one in left])], self._time(2))) is not None:
                one = outcomes.seen(model)
                left.remove(one)
                if not self._realised(one, symbols, model):
                    missed.append(one)
        return [*left, *missed]

    def _realised(self, one: Class, symbols: Symbols, model: Any) -> bool:
        """Do both editions judge the world of a model as it says? Then it is a change."""
        sections = Witness(symbols, model).sections()
        open_ = {name.replace("reading.", "") for name in self.editions.renamed}
        readings = {name: taken for name, taken in sections.pop("readings", {}).items() if name.removesuffix(IN_NEW) not in open_}
        sections = {**sections, **({"readings": readings} if readings else {})}
        world = text(sections, ABOUT)
        if (spans := self._judged(sections)) is None:
            return False
        old, new = spans
        if old == new or not (old.worst <= one[0] <= old.best and new.worst <= one[1] <= new.best):
            return False
        if all((change.old, change.new) != (old, new) for change in self.changes):
            self.changes.append(Change(old, new, (), world))
            self._sections[world] = sections
        return True

    def _judged(self, sections: Sections) -> tuple[Span, Span] | None:
        """What both editions leave of a world; None where it has a word that one of them does not know, or says too little to be one."""
        world = text(sections, ABOUT)
        try:
            return self.editions.verdict(world, self.editions.old).outcome, self.editions.verdict(world, self.editions.new).outcome
        except SourceError:
            return None

    def _plain(self) -> list[Change]:
        """The changes, each shown by a world as a person would write it, and the provisions that make it there."""
        self.changes.sort(key=lambda one: (one.old, one.new))  # a solver finds them in whatever order
        worlds = [self._sections[one.world] for one in self.changes]
        found = plain(worlds, self.editions.both.vocabulary, self._likely, lambda number, sections: self._shows(self.changes[number], sections))
        old, new = self.editions.names
        told = [text(sections, f"{one.old} under {old}, {one.new} under {new}") for one, sections in zip(self.changes, found, strict=True)]
        return [replace(one, world=world, by=self.editions.by(world)) for one, world in zip(self.changes, told, strict=True)]

    def _likely(self, asked: Sequence[Asked]) -> list[list[bool]]:
        """Of which worlds that say less both editions say as the change does: both read at once, so that what they share is read once."""

        def judge(whose: Sequence[int], columns: Beside) -> list[bool]:
            sides = [columns.left(conditions) for conditions in self.editions.levels]
            spans = [[Span(*one) for one in zip(worst.tolist(), best.tolist(), strict=True)] for worst, best in sides]
            return [(change.old, change.new) == span for change, span in zip((self.changes[n] for n in whose), zip(*spans, strict=True), strict=True)]

        return beside(asked, self.editions.both, judge)

    def _shows(self, one: Change, sections: Sections) -> bool:
        """Do both editions judge a world as a change says? The other one is asked only where the first does."""
        world = text(sections, ABOUT)
        with suppress(SourceError):
            return all(self.editions.verdict(world, plan).outcome == span for plan, span in ((self.editions.new, one.new), (self.editions.old, one.old)))
        return False

    def _possible(self, reading: Supposed, groups: Sequence[Sequence[Class]]) -> list[Class]:
        """Those of the classes that are not proved empty, group by group."""
        left: list[Class] = []
        outcomes = Outcomes.of(reading, self.editions.regimes)
        if isinstance(reading, Alike):
            reading.symbols.axioms += reading.ordered(self.editions.order)
        for at, group in enumerate(groups):
            try:
                formulas = [*reading.movement(), z3.Or([outcomes.are(one) for one in group])]
                left += group if _may(reading, formulas, self._time(len(groups) - at + 1)) else ()
            except GaveUpError:
                left += group
        return left


def _may(reading: Supposed, formulas: Sequence[Any], seconds: float) -> bool:
    """May the formulas be true? Rows that a model overlooks are told of where more is known of them than that they are alike."""
    if not isinstance(reading, Alike):
        return possible(reading, formulas, seconds)
    solver = z3.Solver()
    solver.add(*formulas, *reading.symbols.axioms)
    return solved(solver, seconds) is not None


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The outcomes of a movement under each edition, as formulas: that it is at least each of them."""

    sides: Sequence[Sequence[Any]]

    @classmethod
    def of(cls, reading: Reading, regimes: Sequence[Regime]) -> Outcomes:
        """The outcomes of the worst leg under each of the regimes."""
        sides: list[list[Any]] = [[z3.BoolVal(val=True)] for _ in regimes]
        for least in LEVELS:
            for side, regime in zip(sides, regimes, strict=True):
                legs: list[Env] = [{"leg": (leg, "movement")} for leg in LEGS]
                side.append(z3.And([reading.truth(part, leg) for leg in legs for part in _parts(regime, least)]))
        return cls([[*side, z3.BoolVal(val=False)] for side in sides])

    def named(self, symbols: Symbols) -> Outcomes:
        """The same under names of their own, so that what is asked of them is short."""
        sides = [[*map(z3.FreshBool, ["least"] * len(side))] for side in self.sides]
        symbols.axioms += [name == formula for names, side in zip(sides, self.sides, strict=True) for name, formula in zip(names, side, strict=True)]
        return Outcomes(sides)

    def seen(self, model: Any) -> Class:
        """The outcomes in a model."""
        old, new = (max(code for code, name in enumerate(side) if z3.is_true(model.eval(name, model_completion=True))) for side in self.sides)
        return old, new

    def are(self, one: Class) -> Any:
        """That the outcomes are these."""
        return z3.And([part for side, code in zip(self.sides, one, strict=True) for part in (side[code], z3.Not(side[code + 1]))])


def _parts(regime: Regime, least: int) -> Mapping[Condition, None]:
    """The conditions that all hold where a regime leaves at least an outcome: of each prohibition, and of duties that come first."""
    found = [level(regime, law.path, when, law.effect, least) for law, when in regime.prohibitions]
    if least == PERMITTED:
        found += [some((negation(duty.owed), duty.met)) for duty in regime.duties if duty.duty.timing == "before"]
    return dict.fromkeys(found)
