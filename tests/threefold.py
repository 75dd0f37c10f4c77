"""The three readings of the law on the same legs: explain from a dict of facts, scale by columns, prove by formulas.

Of some legs the whole formula is put to the solver besides, with all that is known of the facts at once: what it proves of everything that the leg may
turn out to be lies within what the readings say, and is that where they leave nothing open.
"""

from dataclasses import dataclass

import numpy as np
from crowd import crowd
from formulas import Formulas, cells
from partial import Partial, spoken

from comity.flat.legs import facts, flat
from comity.law.rulebook import PERMITTED
from comity.point.explain import compiled
from comity.verdict.decide import judge, stretches


@dataclass
class Tally:
    """What was read so far, and how it came out."""

    rows: int = 0
    solved: int = 0
    narrower: int = 0
    permitted: int = 0
    undetermined: int = 0


class Threefold:
    """One plan, to be read three ways. `each`: of how many legs one is put to the solver whole."""

    def __init__(self, plan, each=100):
        self.plan, self.each, self.decide, self.formulas, self.tally = plan, each, compiled(plan), Formulas(plan), Tally()

    def world(self, world):
        """Reads every leg of a world. Fails at the first on which readings differ."""
        for one in stretches(world, self.plan):
            rows = flat(one, self.plan)
            told = [self.decide(facts(rows, i)) for i in range(len(one.legs))]
            for judged, spans in zip(judge(one, self.plan), told, strict=True):
                assert tuple(judged.opinions.values()) == spans, f"scale says {judged.opinions} of {judged.leg}, explain {spans}"
            said = np.array([[_ends(span) for span in spans] for spans in told]).transpose(1, 2, 0)
            self.read(cells(rows), said, [str(leg) for leg in one.legs])

    def crowd(self, cases, count, seed=0):
        """Reads so many legs of worlds of which facts were forgotten or exchanged."""
        for world in crowd(self.plan, cases, count, seed):
            self.world(world)

    def rows(self, count, seed=0):
        """Reads so many flat legs with facts at random, by explain and by prove: columns are made of worlds."""
        partial = Partial(self.plan, seed)
        first = partial.rows(1_000)
        rows = partial.rows(count, spoken(first, partial.by_explain(first)))
        names = list(rows)
        written = zip(*(map(partial.columns[name].written.__getitem__, rows[name].tolist()) for name in names), strict=True)
        said = np.array([[_ends(span) for span in self.decide(dict(zip(names, values, strict=True)))] for values in written]).transpose(1, 2, 0)
        self.read({name: (numbers, partial.columns[name].values) for name, numbers in rows.items()}, said, range(count))

    def read(self, rows, said, about):
        """Reads rows by prove that others have read: `said` is (worst, best) by regime and row."""
        spans = self.formulas.spans(rows)
        for number, (regime, proved) in enumerate(spans.items()):
            for at in np.flatnonzero((proved != said[number]).any(axis=0)):
                raise AssertionError(f"prove says {proved[:, at]} under {regime}, the others {said[number][:, at]} of {about[at]}: {told(rows, at)}")
        n = said.shape[2]
        for at in range(-self.tally.rows % self.each, n, self.each):
            for number, (regime, (least, most)) in enumerate(self.formulas.proved(rows, at).items()):
                worst, best = said[number][:, at]
                assert worst <= least <= most <= best, f"the solver says {least, most} under {regime}, the others {worst, best}: {told(rows, at)}"
                self.tally.narrower += (least, most) != (worst, best)
                self.tally.solved += 1
        worst, best = said.min(axis=0)
        self.tally.rows += n
        self.tally.permitted += int((worst == PERMITTED).sum())
        self.tally.undetermined += int((worst != best).sum())


def _ends(span):
    return span.worst, span.best


def told(rows, at):
    """One row in words."""
    return {name: values[numbers[at]] for name, (numbers, values) in rows.items()}
