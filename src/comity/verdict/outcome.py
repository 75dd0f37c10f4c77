"""Outcomes and their meet, as conditions.

    prohibited < authorisation_required < conditional < permitted

Level of a leg under one regime = min over the prohibitions that stand of max over what could lift them: a ground that holds lifts
wholly; one that is only available lifts as far as its kind reaches; a prohibition keeps its own effect when nothing lifts it.
"At least k" is one condition for each k, so every backend reads outcomes with the same seven nodes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from comity.law.condition import ALWAYS, Condition, every, negation, some
from comity.law.regime import Regime
from comity.law.rulebook import OUTCOMES, PERMITTED, REACH


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """What an outcome may still be, from the worst to the best that the facts leave open."""

    worst: int
    best: int

    def meet(self, other: Span) -> Span:
        """The most restrictive of both, on either end."""
        return Span(min(self.worst, other.worst), min(self.best, other.best))

    @property
    def settled(self) -> bool:
        """Both ends agree."""
        return self.worst == self.best

    def __str__(self) -> str:
        return OUTCOMES[self.worst] if self.settled else f"{OUTCOMES[self.worst]}..{OUTCOMES[self.best]}"


SILENT = Span(PERMITTED, PERMITTED)
"""What a regime that does not apply has to say."""
OPEN = Span(0, PERMITTED)
"""What is known where nobody was asked: nothing."""


def meet(spans: Sequence[Span]) -> Span:
    """The meet of at least one; a verdict over nobody's law cannot be built."""
    if not spans:
        raise ValueError("no law was asked")
    return reduce(Span.meet, spans)


def level(regime: Regime, path: str, when: Condition, effect: int, least: int) -> Condition:
    """The condition under which one prohibition leaves at least an outcome."""
    if effect >= least:
        return ALWAYS
    lifted = [ground.holds for ground in regime.lifting(path)]
    ways = [ground.available for ground in regime.lifting(path) if REACH[ground.ground.kind] >= least]
    return some((negation(when), *lifted, *ways))


def levels(regime: Regime) -> tuple[Condition, Condition, Condition]:
    """The conditions under which a regime leaves at least: an authority's act, one's own act, everything."""
    found = [every(level(regime, p.path, when, p.effect, least) for p, when in regime.prohibitions) for least in (1, 2, PERMITTED)]
    first = every(some((negation(d.owed), d.met)) for d in regime.duties if d.duty.timing == "before")
    return found[0], found[1], every((found[2], first))
