"""The lawful packages, known as far as somebody asks: what was said of one is learnt as far as it tells of others.

Of a partial package that has no lawful completion, as few values as show it are a nogood; of one that has no other, they are a good. Both are
sought by the same steps (`Asked`), from the two ends of the span. A package that breaks a nogood or has a good is not asked about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, TypeAlias, cast

from comity.law.rulebook import PERMITTED
from comity.offramp.asked import Asked
from comity.offramp.cubes import Cubes, cubes
from comity.offramp.lever import Judge, Levers, Over, Package, Partial, endless
from comity.verdict.outcome import Span

Values: TypeAlias = Mapping[int, int]
"""Values of some levers, by their numbers."""
NEVER: Final = Span(0, 0)
ALWAYS: Final = Span(PERMITTED, PERMITTED)
ADVANCE: Final = 256
"""As many questions goods may cost before they spared any."""


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
    nogoods: list[Values] = field(default_factory=list)
    goods: list[Values] = field(default_factory=list)
    open: dict[Package, None] = field(default_factory=dict)
    asked: int = 0
    batches: int = 0
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
        """What law leaves of each, as far as it matters to the goal; what is not known is asked in one batch."""
        known = [self._known(partial) for partial in partials]
        fresh = [partial for partial, span in zip(partials, known, strict=True) if span is None]
        said = iter(self._law.spans(fresh))
        return [next(said) if span is None else span for span in known]

    def _known(self, partial: Partial) -> Span | None:
        if _any_in(self.nogoods, partial):
            return NEVER
        if _any_in(self.goods, partial):
            self._spared += 1
            return ALWAYS
        return None

    def within(self, partials: Sequence[Partial]) -> list[Cubes]:
        """The lawful packages of each of some partial ones, and the open ones. Why one has none, or has nothing else, is learnt."""
        spans = self(partials)
        for partial, span in zip(partials, spans, strict=True):
            if span.best < self.goal and not _any_in(self.nogoods, partial):
                self.nogoods += self._law.nogoods(cast("Package", partial))  # of what is undecided nothing can be needed
        found = cubes(self.levers, self, self.goal, within=[one for one, span in zip(partials, spans, strict=True) if span.best >= self.goal])
        self.open.update(dict.fromkeys(found.open))
        for cube in found.lawful:
            self._generalise(cube)
        return [Cubes(tuple(one for one in found.lawful if _in(partial, one)), tuple(one for one in found.open if _in(partial, one))) for partial in partials]

    def _generalise(self, cube: Partial) -> None:
        """Learns why a partial package is lawful, as long as goods spare as much as they cost."""
        if self._spent > self._spared + ADVANCE or _any_in(self.goods, cube):
            return
        before = self.asked
        self.goods += islice(self._turned.nogoods(cast("Package", cube)), 1)
        self._spent += self.asked - before


def _any_in(known: Iterable[Values], partial: Partial) -> bool:
    return any(all(partial[lever] == value for lever, value in one.items()) for one in known)


def _in(partial: Partial, other: Partial) -> bool:
    """Is the other a completion, as far as it is decided?"""
    return all(value in (None, more) for value, more in zip(partial, other, strict=True))
