"""Random judges: bars with ways through them, each a formula over what levers do and over facts that nobody knows; and every package read one by one.

The judge reads a partial package as trees of two truths, the second reading all packages at once as columns: they share nothing but the formulas.
"""

from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product

import numpy as np

from comity.law.rulebook import PERMITTED
from comity.offramp.lever import Lever, Levers, Option
from comity.verdict.outcome import Span


@dataclass(frozen=True)
class Circuit:
    """Formulas are `("is", lever, value)`, `("fact", number)`, `("not", part)`, `("and", parts)`, `("or", parts)`.

    Each bar: when it stands, what it leaves when nothing lifts it, and its ways: how far each lifts it, and when.
    """

    levers: Levers
    bars: tuple
    facts: int = 0
    known: tuple = ()

    def __call__(self, partials):
        """What the bars leave of partial packages."""
        return [self.span(partial) for partial in partials]

    def span(self, partial):
        worst = best = PERMITTED
        for stands, effect, ways in self.bars:
            lifted = [(*truths(when, partial, self.known), level) for level, when in ways]
            surely, possibly = truths(stands, partial, self.known)
            if possibly:
                worst = min(worst, max([effect, *(level for sure, _, level in lifted if sure)]))
            if surely:
                best = min(best, max([effect, *(level for _, may, level in lifted if may)]))
        return Span(worst, best)

    def worlds(self, goal):
        """A world where a package is not lawful, if there is one."""

        def refuted(package):
            worlds = (replace(self, known=known) for known in product((False, True), repeat=self.facts))
            return next((world for world in worlds if world.span(package).best < goal), None)

        return refuted

    @cached_property
    def packages(self):
        """Every package, one a row, that the levers allow, in the order of their values."""
        found = np.array(list(product(*self.levers.values)), dtype=np.int8).reshape(-1, len(self.levers.levers))
        kept = np.ones(len(found), dtype=bool)
        for nogood in self.levers.nogoods:
            kept &= ~np.logical_and.reduce([found[:, lever] == value for lever, value in nogood.items()] or [np.ones(len(found), dtype=bool)])
        return found[kept]

    @cached_property
    def outcomes(self):
        """The worst and the best outcome of every package."""
        size = len(self.packages)
        worst, best = np.full(size, PERMITTED), np.full(size, PERMITTED)
        for stands, effect, ways in self.bars:
            sure, may = columns(stands, self.packages)
            low, high = np.full(size, effect), np.full(size, effect)
            for level, when in ways:
                holds, perhaps = columns(when, self.packages)
                low, high = np.maximum(low, np.where(holds, level, 0)), np.maximum(high, np.where(perhaps, level, 0))
            worst, best = np.minimum(worst, np.where(may, low, PERMITTED)), np.minimum(best, np.where(sure, high, PERMITTED))
        return worst, best

    def lawful(self, goal):
        """Every lawful package, the first ones first."""
        return sorted((tuple(map(int, row)) for row in self.packages[self.outcomes[0] >= goal]), key=self.levers.rank)

    def open(self, goal):
        """Every package that is lawful or not as the facts that nobody knows are."""
        return {tuple(map(int, row)) for row in self.packages[(self.outcomes[0] < goal) & (self.outcomes[1] >= goal)]}


def truths(formula, partial, known):
    """Is it surely so, and is it possibly?"""
    match formula:
        case ("is", lever, value):
            return (partial[lever] == value, partial[lever] in (value, None))
        case ("fact", number):
            return (known[number],) * 2 if known else (False, True)
        case ("not", part):
            surely, possibly = truths(part, partial, known)
            return not possibly, not surely
        case (word, parts):
            found = [truths(part, partial, known) for part in parts]
            together = all if word == "and" else any
            return tuple(together(one[side] for one in found) for side in (0, 1))


def columns(formula, packages):
    """The same for every row of packages."""
    match formula:
        case ("is", lever, value):
            return (packages[:, lever] == value,) * 2
        case ("fact", _):
            return np.zeros(len(packages), dtype=bool), np.ones(len(packages), dtype=bool)
        case ("not", part):
            surely, possibly = columns(part, packages)
            return ~possibly, ~surely
        case (word, parts):
            found = [columns(part, packages) for part in parts]
            together, none = (np.logical_and, np.ones) if word == "and" else (np.logical_or, np.zeros)
            return tuple(together.reduce([none(len(packages), dtype=bool), *(one[side] for one in found)]) for side in (0, 1))


@dataclass
class Counting:
    """A judge, and how often it was asked: of packages, and in how many batches."""

    judge: object
    batches: list = field(default_factory=list)

    def __call__(self, partials):
        self.batches.append(len(partials))
        return self.judge(partials)


def formula(chance, levers, facts, depth):
    """A random formula of so many levels."""
    kind = chance.random()
    if depth == 0 or kind < 0.2:
        if facts and chance.random() < 0.12:
            return "fact", chance.randrange(facts)
        lever = chance.randrange(len(levers))
        return "is", lever, chance.randrange(len(levers[lever].options) + 1)
    if kind < 0.3:
        return "not", formula(chance, levers, facts, depth - 1)
    return chance.choice(("and", "or")), [formula(chance, levers, facts, depth - 1) for _ in range(chance.randint(2, 3))]


def circuit(chance, most=14, rows=20_000):
    """A random one, of up to so many levers, and not more packages than that."""
    levers, size = [], 1
    for number in range(chance.randint(1, most)):
        count = chance.choice((1, 1, 1, 1, 2, 3))
        if size * (count + 1) > rows:
            break
        size *= count + 1
        costs = [chance.choice((0, 10**6, chance.randrange(1, 9) * 10**6, chance.randrange(10**9))) for _ in range(count)]
        levers.append(Lever(str(number), tuple(Option(str(value), cost) for value, cost in enumerate(costs, 1))))
    facts = chance.choice((0, 0, 1, 2))
    bars = []
    for _ in range(chance.randint(1, 6)):
        stands = formula(chance, levers, facts, chance.randint(1, 3))
        if chance.random() < 0.7:  # most bars stand where nothing is done
            untouched = [("is", lever, 0) for lever in chance.sample(range(len(levers)), chance.randint(1, min(3, len(levers))))]
            stands = ("or", [stands, ("and", untouched)])
        ways = [(chance.randint(1, PERMITTED), formula(chance, levers, facts, chance.randint(0, 2))) for _ in range(chance.randint(0, 4))]
        bars.append((stands, chance.choice((0, 0, 1, 2)), tuple(ways)))
    nogoods = []
    for _ in range(chance.choice((0, 0, 1, 3))):
        some = chance.sample(range(len(levers)), min(2, len(levers)))
        nogoods.append({lever: chance.randrange(len(levers[lever].options) + 1) for lever in some})
    return Circuit(Levers(tuple(levers), tuple(nogoods)), tuple(bars), facts)
