"""Asks whether a movement there can be of which a condition is true: a witness, judged; a proof that there is none; or no answer in time.

A condition may speak of the outcome of the whole movement, as `law` facts of its own: `question.at_least` names them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import z3

from comity.facts.value import TRUE, UNKNOWN, Truth
from comity.files.world import read_world
from comity.law.condition import Condition
from comity.prove.beside import Beside, beside
from comity.prove.bounded import Bounded, Small
from comity.prove.plain import plain
from comity.prove.question import LEVELS
from comity.prove.smt import LEGS, Env, GaveUpError, Reading
from comity.prove.supposed import Supposed, possible
from comity.prove.symbols import Symbols
from comity.prove.witness import Sections, Witness, text
from comity.text.source import Mistakes, SourceError, read_documents
from comity.verdict.outcome import meet
from comity.verdict.plan import Plan, walk
from comity.verdict.verdict import Verdict, verdicts

SIZES: Final = (1, 2, 3)
"""Rows of each kind in the worlds that are looked through for a witness."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found: a world in which it is so; none, and that is proved; or neither in the time there was (`world` is None, `proved` false)."""

    world: str | None
    proved: bool = False
    sections: Sections = field(default_factory=dict, compare=False, repr=False)


@dataclass
class Prover:
    """A plan to be asked; `asked` are questions that will be put, if they are known before. `seconds` is the time for each step."""

    plan: Plan
    asked: Sequence[Condition] = ()
    seconds: float = 30.0
    _readings: dict[int, Reading] = field(default_factory=dict)
    _small: dict[int, Small] = field(default_factory=dict)
    _tests: set[object] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Finds what the plan and the questions test."""
        self._tests = set(walk([*self.plan.conditions(), *self.asked]))

    def ever(self, condition: Condition, about: str = "a witness") -> Answer:
        """Is there a movement of which the condition is true, told of the exporter's leg?"""
        if not self._tests.issuperset(walk([condition])) and condition not in self.asked:  # it may name codes and places that nobody told apart
            self.asked = (*self.asked, condition)
            self._tests.update(walk([condition]))
            self._readings.clear()
            self._small.clear()
        for size in SIZES:
            reading = self._reading(size)
            with suppress(GaveUpError):  # another size may be easier
                asked = self._formulas(reading, condition)
                model = self._small.setdefault(size, Small(reading.symbols)).model(asked, self.seconds)
                if model is not None:
                    sections = Witness(reading.symbols, model).sections()
                    world = text(sections, about)
                    if replayed(world, self.plan, condition) == TRUE:
                        return Answer(world, sections=sections)
        reading = self._reading(0)
        assert isinstance(reading, Supposed)
        with suppress(GaveUpError):
            return Answer(None, proved=not possible(reading, self._formulas(reading, condition), self.seconds))
        return Answer(None)

    def shown(self, condition: Condition, about: str = "a witness") -> Answer:
        """The same, and a world as a person would write it."""
        (answer,) = self.each_shown([(condition, about)])
        return answer

    def each_shown(self, asked: Sequence[tuple[Condition, str]]) -> list[Answer]:
        """The same of several conditions, with what each is about."""
        answers = [self.ever(*one) for one in asked]
        shown = [number for number, answer in enumerate(answers) if answer.world is not None]
        conditions = [asked[number][0] for number in shown]

        def holds(number: int, sections: Sections) -> bool:
            with suppress(SourceError):  # it says too little to be a world
                return replayed(text(sections, asked[shown[number]][1]), self.plan, conditions[number]) == TRUE
            return False

        def judge(whose: Sequence[int], columns: Beside) -> list[bool]:
            spans = {regime: columns.left(levels) for regime, levels in self.plan.levels.items()}
            whole = tuple(np.minimum.reduce([span[end] for span in spans.values()]) for end in (0, 1))
            columns.said.update({name: np.append(truth, UNKNOWN).astype(np.uint8) for name, truth in _said({"": whole, **spans})})
            found = {number: columns.surely(conditions[number]) for number in set(whose)}
            return [found[number][at] for at, number in enumerate(whose)]

        worlds = plain([answers[number].sections for number in shown], self.plan.vocabulary, lambda told: beside(told, self.plan, judge), holds)
        for number, sections in zip(shown, worlds, strict=True):
            answers[number] = Answer(text(sections, asked[number][1]), sections=sections)
        return answers

    @staticmethod
    def _formulas(reading: Reading, condition: Condition) -> list[Any]:
        return [reading.truth(condition, LEG_OF_EXPORTER), *reading.movement()]

    def _reading(self, size: int) -> Reading:
        """The plan of small worlds, or (0) of every world."""
        if size not in self._readings:
            symbols = Symbols(self.plan, self.asked)
            made = Bounded(self.plan, symbols, most=size) if size else Supposed(self.plan, symbols)
            made.markers.update(dict(_outcomes(made)))
            self._readings[size] = made
        return self._readings[size]


LEG_OF_EXPORTER: Final[Env] = {"leg": (LEGS[0], "movement")}


def _outcomes(reading: Reading) -> Iterator[tuple[str, Any]]:
    """What the outcome of the movement comes to: the worst of its legs, under one regime and under all."""
    legs: list[Env] = [{"leg": (leg, "movement")} for leg in LEGS]
    for least in LEVELS:
        found = {
            regime: reading.reached(z3.And([reading.truth(conditions[least - 1], leg) for leg in legs])) for regime, conditions in reading.plan.levels.items()
        }
        yield f"outcome {least}", z3.And(list(found.values()))
        yield from ((f"outcome {least} {regime}", formula) for regime, formula in found.items())


def judged(world: str, plan: Plan) -> Verdict:
    """What the other readings say of the movement of a world."""
    mistakes = Mistakes()
    (node,) = read_documents("witness", world.encode(), mistakes)
    read = read_world(node, plan.vocabulary, mistakes)
    mistakes.settle()
    return verdicts(read, plan, narrowed=True)[0]


def replayed(world: str, plan: Plan, condition: Condition) -> Truth:
    """What they say of a condition there, by the exporter's leg, on every day of it."""
    verdict = judged(world, plan)
    spans = {"": verdict.outcome, **{name: meet([leg.opinions[name] for leg in verdict.legs]) for name in verdict.plan.levels}}
    said, found = dict(_said({name: (span.worst, span.best) for name, span in spans.items()})), []
    for leg in (leg for leg in verdict.legs if leg.leg.role == verdict.legs[0].leg.role):
        leg.stretch.tables.law = {**leg.stretch.tables.law, **said}
        found.append(leg.stretch.truth(condition, leg.row))
    return found[0] if len(set(found)) == 1 else UNKNOWN


def _said(spans: Mapping[str, tuple[Any, Any]]) -> Iterator[tuple[str, Any]]:
    """The outcomes, worst and best, of one movement or of many, as the facts that a condition may speak of: both ends are so good, or only the best."""
    for regime, (worst, best) in spans.items():
        for least in LEVELS:
            yield f"outcome {least} {regime}".strip(), 2 * (worst >= least) + (best >= least)
