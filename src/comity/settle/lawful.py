"""The lawful packages, known as far as somebody asks: what was said of one is learnt as far as it tells of others.

Of a partial package that has no lawful completion, as few values as show it are a nogood; of one that has no other, they are a good. Both are
sought by the same steps (`Asked`), from the two ends of the span. A package that breaks a nogood or has a good is not asked about.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, product
from typing import Final, TypeAlias, cast

from comity.law.rulebook import PERMITTED
from comity.offramp.asked import Asked
from comity.offramp.cubes import Cubes, cubes
from comity.offramp.lever import Judge, Levers, Over, Package, Partial, Worlds, changed, endless, unlooked, whole
from comity.verdict.outcome import Span

Values: TypeAlias = Mapping[int, int]
"""Values of some levers, by their numbers."""
NEVER: Final = Span(0, 0)
ALWAYS: Final = Span(PERMITTED, PERMITTED)
ADVANCE: Final = 256
"""As many questions goods may cost before they spared any."""

AT_ONCE: Final = 512
"""As many as are asked about at once at most."""
FEW: Final = 32
"""Of a partial package with no more completions these are asked about one by one."""


@dataclass
class Lawful:
    """Levers, and who judges packages of them against a goal, an outcome; `over` is asked between batches whether time is over.

    `open`: the packages that were met and are lawful or not as missing facts are. `asked`: of how many packages, whole or partial, and
    in how many `batches`. Whatever asks raises `OverError` where there is no time for it.
    """

    levers: Levers
    judge: Judge
    goal: int = PERMITTED
    over: Over = endless
    worlds: Worlds = unlooked
    nogoods: list[Values] = field(default_factory=list)
    goods: list[Values] = field(default_factory=list)
    open: dict[Package, None] = field(default_factory=dict)
    asked: int = 0
    batches: int = 0
    _supposed: list[Asked] = field(default_factory=list)
    _together: int = 1
    _spent: int = 0
    _spared: int = 0

    def __post_init__(self) -> None:
        """Nothing was asked yet."""
        self._law = Asked(self._counted, self.levers, self.goal, self.over)
        self._turned = Asked(self._turn, self.levers, self.goal, self.over)

    def _counted(self, partials: Sequence[Partial]) -> Sequence[Span]:
        self.asked += len(partials)
        self.batches += 1
        return self.judge(partials)

    def _turn(self, partials: Sequence[Partial]) -> list[Span]:
        """As if what is surely lawful were what cannot be: the nogoods of this judge are goods."""
        return [NEVER if span.worst >= self.goal else ALWAYS for span in self._law.spans(partials)]

    def __call__(self, partials: Sequence[Partial]) -> list[Span]:
        """What law leaves of each, as far as it matters to the goal. What is not known is asked: one, and as long as nothing is learnt twice as many."""
        left = list(dict.fromkeys(one for one in partials if self._known(one) is None))
        while left:
            now, left = left[: self._together], left[self._together :]
            spans = self._law.spans(now)
            learnt = [self._learn(partial, span) for partial, span in zip(now, spans, strict=True)]
            if any(learnt):
                left, self._together = [one for one in left if self._known(one) is None], 1
            else:
                self._together = min(2 * self._together, AT_ONCE)
        return [known if (known := self._known(one)) is not None else self._law.spans([one])[0] for one in partials]

    def some(self, partial: Partial) -> Partial | None:
        """Lawful completions of a partial package as far as goods tell of any, unasked."""
        for good in self.goods:
            if all(partial[lever] in (value, None) for lever, value in good.items()) and self.levers.allows(more := changed(partial, good)):
                return more
        return None

    @property
    def learnt(self) -> int:
        """How much was learnt."""
        return len(self.nogoods) + len(self.goods)

    def within(self, partials: Sequence[Partial]) -> list[Cubes]:
        """The lawful packages of each of some partial ones that share none, and the open ones."""
        spans = self(partials)
        found = cubes(self.levers, self, self.goal, within=[part for one, span in zip(partials, spans, strict=True) for part in self._parts(one, span)])
        return [Cubes(tuple(p for p in found.lawful if _in(one, p)), tuple(p for p in found.open if _in(one, p))) for one in partials]

    def _parts(self, partial: Partial, span: Span) -> Sequence[Partial]:
        """A partial package; if it is open and has few completions, these, the first ones first: of whole ones most is learnt."""
        ways = [values if value is None else (value,) for values, value in zip(self.levers.values, partial, strict=True)]
        if span.worst >= self.goal or span.best < self.goal or math.prod(map(len, ways)) > FEW:
            return [partial]
        packages: list[Package] = sorted(filter(self.levers.allows, product(*ways)), key=self.levers.rank)
        return packages

    def _known(self, partial: Partial) -> Span | None:
        if _any_in(self.nogoods, partial):
            return NEVER
        if _any_in(self.goods, partial):
            self._spared += 1
            return ALWAYS
        return None

    def _learn(self, partial: Partial, span: Span) -> bool:
        """Learns from what was said of one; was it anything?"""
        if self._known(partial) is not None:
            return True
        if span.best < self.goal:
            self.nogoods += islice(self._law.nogoods(cast("Package", partial)), 1)  # of what is undecided nothing can be needed
            return True
        if span.worst >= self.goal:
            return self._good(partial)
        package = whole(partial)
        return package is not None and self.levers.allows(package) and self._suppose(package)

    def _good(self, partial: Partial) -> bool:
        if self._spent > self._spared + ADVANCE:
            return False
        before = self.asked
        self.goods += islice(self._turned.nogoods(cast("Package", partial)), 1)
        self._spent += self.asked - before
        return True

    def _suppose(self, package: Package) -> bool:
        """Learns why a package is not surely lawful that is open, if somebody sees that of others too."""
        self.open[package] = None
        if not any(self._shows(world, package) for world in self._supposed):
            if (judge := self.worlds(package)) is None:
                return False
            self._supposed.append(Asked(judge, self.levers, self.goal, self.over))
            return self._shows(self._supposed[-1], package)
        return True

    def _shows(self, world: Asked, package: Package) -> bool:
        found = list(islice(world.nogoods(package), 1))
        self.nogoods += found
        return bool(found)


def _any_in(known: Iterable[Values], partial: Partial) -> bool:
    return any(all(partial[lever] == value for lever, value in one.items()) for one in known)


def _in(partial: Partial, other: Partial) -> bool:
    """Is the other a completion, as far as it is decided?"""
    return all(value in (None, more) for value, more in zip(partial, other, strict=True))
