"""An opinion: what one regime has to say about one leg, with everything it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from comity.facts.value import FALSE, MAX, MIN, TRUE, Interval, Truth, any_of
from comity.law.condition import Condition
from comity.law.regime import LoweredDuty, LoweredGround, Regime
from comity.law.rulebook import PERMITTED, REACH, Duty, Ground, Prohibition
from comity.verdict.decide import Judged
from comity.verdict.outcome import SILENT, Span
from comity.verdict.plan import Plan

State = Literal["owed", "met", "open", "overdue"]


@dataclass(frozen=True, slots=True)
class Way:
    """A ground that could lift a bar: does it hold, could it still serve, how far would it lift."""

    ground: Ground
    holds: Truth
    available: Truth
    lowered: LoweredGround


@dataclass(frozen=True, slots=True)
class Bar:
    """A prohibition that stands or may stand, and the ways through it."""

    law: Prohibition
    conditions: tuple[Condition]
    truth: Truth
    ways: Sequence[Way]

    @property
    def lifted(self) -> Truth:
        """Is it lifted by a ground that holds?"""
        return any_of(w.holds for w in self.ways)

    @property
    def span(self) -> Span:
        """What it leaves."""
        effect = self.law.effect
        if self.truth == FALSE or self.lifted == TRUE:
            return SILENT
        worst = max([effect, *(REACH[w.ground.kind] for w in self.ways if w.available == TRUE)])
        best = PERMITTED if self.truth != TRUE or self.lifted != FALSE else max([effect, *(REACH[w.ground.kind] for w in self.ways if w.available != FALSE)])
        return Span(worst, best)


@dataclass(frozen=True, slots=True)
class Owed:
    """A duty that is or may be owed."""

    law: Duty
    conditions: tuple[Condition, Condition]
    owed: Truth
    met: Truth
    due: Interval | None
    state: State


@dataclass(frozen=True, slots=True)
class Opinion:
    """One regime on one leg."""

    regime: Regime
    judged: Judged
    scope: Truth
    bars: Sequence[Bar]
    owed: Sequence[Owed]

    @property
    def name(self) -> str:
        """The regime's name."""
        return self.regime.book.regime

    @property
    def span(self) -> Span:
        """What it leaves of the leg."""
        return self.judged.opinions[self.name]

    @property
    def standing(self) -> list[Bar]:
        """Bars that are not surely out of the way, the most restrictive first."""
        return sorted((b for b in self.bars if b.span.worst < PERMITTED or b.span.best < PERMITTED), key=lambda b: (b.span.best, b.span.worst))

    @property
    def decisive(self) -> Bar | Owed | None:
        """What holds it down: the most restrictive bar, or else the duty that comes before the movement."""
        first = (o for o in self.owed if o.law.timing == "before" and o.met != TRUE)
        return self.standing[0] if self.standing else next(first, None)


def opinion(judged: Judged, regime: Regime, asked_on: int = MAX) -> Opinion:
    """The opinion of one regime on one leg, as asked on a day (for what is overdue)."""
    truth, row = judged.stretch.truth, judged.row
    bars = []
    for prohibition, when in regime.prohibitions:
        found = truth(when, row)
        if found != FALSE:
            ways = [Way(g.ground, truth(g.holds, row), truth(g.available, row), g) for g in regime.lifting(prohibition.path)]
            bars.append(Bar(prohibition, (when,), found, ways))
    owed = [one for d in regime.duties if (one := _owed(d, judged, asked_on)).owed != FALSE]
    return Opinion(regime, judged, truth(regime.scope, row), bars, owed)


def _owed(duty: LoweredDuty, judged: Judged, asked_on: int) -> Owed:
    owed, met = judged.stretch.truth(duty.owed, judged.row), judged.stretch.truth(duty.met, judged.row)
    due: Interval | None = None
    if duty.due is not None and owed != FALSE:
        found = judged.stretch.columns.number(duty.due, judged.stretch.frame)
        rows = slice(None) if len(found.lo) == 1 else judged.row
        lo, hi = int(found.lo[rows].min()), int(found.hi[rows].max())
        due = Interval(lo, hi) if MIN < lo <= hi < MAX else None
    state: State = "met" if met == TRUE else "open" if owed != TRUE or met != FALSE else "owed"
    if due is not None and asked_on < MAX and due.hi < asked_on and met != TRUE and owed == TRUE:
        state = "overdue"
    return Owed(duty.duty, (duty.owed, duty.met), owed, met, due, state)


def opinions(judged: Judged, plan: Plan, asked_on: int = MAX) -> list[Opinion]:
    """The opinions of every regime that has a say or may have one, the most restrictive first."""
    having = [name for name, scope in plan.scopes.items() if judged.stretch.truth(scope, judged.row) != FALSE]
    return sorted((opinion(judged, plan.regime(name), asked_on) for name in having), key=lambda o: (o.span, o.name))
