"""A judge who is asked nothing twice, and nothing once time is over; and the nogoods that he shows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from comity.offramp.lever import Judge, Levers, Nogood, Over, Package, Partial, changed
from comity.verdict.outcome import Span

Pair: TypeAlias = tuple[int, int]
"""A lever and its value."""


class OverError(Exception):
    """Time is over."""


@dataclass
class Asked:
    """A judge, the levers and the goal that he is asked about, and what he said."""

    judge: Judge
    levers: Levers
    goal: int
    over: Over
    _spans: dict[Partial, Span] = field(default_factory=dict)

    def spans(self, partials: Sequence[Partial]) -> list[Span]:
        """What law leaves of each; what was not asked before is asked in one batch. Raises `OverError` if there is no time for that."""
        fresh = [one for one in dict.fromkeys(partials) if one not in self._spans]
        if fresh and self.over():
            raise OverError
        if fresh:
            self._spans.update(zip(fresh, self.judge(fresh), strict=True))
        return [self._spans[one] for one in partials]

    def lawful(self, package: Package) -> bool:
        """Is it surely, judged whole, and a package that there can be?"""
        (span,) = self.spans([package])
        return span.worst >= self.goal and self.levers.allows(package)

    def may(self, partial: Partial) -> bool:
        """May law allow some completion?"""
        (span,) = self.spans([partial])
        return span.best >= self.goal

    def found(self) -> Iterator[Package]:
        """Every lawful package that was asked about."""
        for partial in self._spans:
            package = tuple(value for value in partial if value is not None)
            if len(package) == len(partial) and self.lawful(package):
                yield package

    def ordered(self, partial: Partial) -> list[Pair]:
        """What is decided, by what it costs to decide otherwise: what costs most is what a nogood should rest on. Pulled levers come last."""

        def dear(pair: Pair) -> tuple[bool, float, int]:
            lever, value = pair
            return bool(value), -min((option.cost for option in self.levers.levers[lever].options), default=math.inf), lever

        return sorted(((lever, value) for lever, value in enumerate(partial) if value is not None), key=dear)

    def nogoods(self, package: Package) -> Iterator[Nogood]:
        """Nogoods that a package breaks and that share no lever; none where it may be lawful. Without any one value of a nogood, some completion may."""
        partial: Partial = package
        nothing: Partial = (None,) * len(package)
        while True:
            rest = self.ordered(partial)
            if partial not in self._spans:
                self.spans(trials(nothing, rest))
            if self.may(partial):
                return
            yield (nogood := self._nogood(nothing, rest))
            if not nogood:  # nothing helps, so there is nothing to take back
                return
            partial = changed(partial, dict.fromkeys(nogood))

    def _nogood(self, kept: Partial, rest: Sequence[Pair]) -> Nogood:
        """As few of the values as show that no completion is lawful, where all together do.

        Values are taken in until they show it; the last of them is needed, and so it goes on with those before it (de Siqueira and
        Puget 1988). One batch for each value that is needed.
        """
        while self.may(kept):
            self.spans(trials(kept, rest))
            enough = next(count for count, one in enumerate(prefixes(kept, rest)) if not self.may(one))
            kept, rest = changed(kept, dict([rest[enough - 1]])), rest[: enough - 1]
        return {lever: value for lever, value in enumerate(kept) if value is not None}


def trials(kept: Partial, rest: Sequence[Pair]) -> list[Partial]:
    """What tells which value is needed beside those that are kept, and whether it is the last one: the prefixes, and each value alone."""
    return [*prefixes(kept, rest), *(changed(kept, dict([pair])) for pair in rest)]


def prefixes(partial: Partial, pairs: Sequence[Pair]) -> list[Partial]:
    """A partial package with none of the values, with the first, with the first two, and so on."""
    return [changed(partial, dict(pairs[:count])) for count in range(len(pairs) + 1)]
