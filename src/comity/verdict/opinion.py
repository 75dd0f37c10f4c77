"""An opinion: what one regime has to say about one leg, with everything it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from comity.facts.value import ANYWHERE, FALSE, MAX, MIN, NOWHERE, TRUE, Interval, Truth, any_of
from comity.law.condition import Condition, Day, Extreme
from comity.law.regime import LoweredDuty, LoweredGround, Regime
from comity.law.rulebook import PERMITTED, REACH, Duty, Ground, Prohibition
from comity.verdict.decide import Judged
from comity.verdict.frame import Frame
from comity.verdict.outcome import SILENT, Span
from comity.verdict.plan import Plan
from comity.verdict.scale import Columns

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
    found = ANYWHERE if duty.due is None or owed == FALSE else day(duty.due, judged.stretch.columns, judged.stretch.frame, judged.row)
    due = found if MIN < found.lo <= found.hi < MAX else None
    state: State = "met" if met == TRUE else "open" if owed != TRUE or met != FALSE else "owed"
    if due is not None and asked_on < MAX and due.hi < asked_on and met != TRUE and owed == TRUE:
        state = "overdue"
    return Owed(duty.duty, (duty.owed, duty.met), owed, met, due, state)


def day(term: Day, columns: Columns, frame: Frame, row: int) -> Interval:
    """What a day may be: the last of several is no earlier than that of any row surely there, no later than that of all that may be."""
    if not isinstance(term, Extreme):
        found = columns.number(term, frame)
        return Interval(*(int(end.take(row, mode="clip")) for end in (found.lo, found.hi)))  # a constant is one row long
    inner, counts, _ = columns._expanded(term, frame)  # noqa: SLF001 -- the same rows
    codes, start = columns.truth(term.where, inner), int(counts[:row].sum())
    days = [(codes[i], day(term.term, columns, inner, i)) for i in range(start, start + int(counts[row]))]
    possible, sure = ([one for code, one in days if code & rail and one.lo <= one.hi] for rail in (1, 2))
    choose, low, high = (max, sure, possible) if term.beyond == ">" else (min, possible, sure)
    return Interval(choose(one.lo for one in low), choose(one.hi for one in high)) if sure else ANYWHERE if possible else NOWHERE


def opinions(judged: Judged, plan: Plan, asked_on: int = MAX) -> list[Opinion]:
    """The opinions of every regime that has a say or may have one, the most restrictive first."""
    having = [name for name, scope in plan.scopes.items() if judged.stretch.truth(scope, judged.row) != FALSE]
    return sorted((opinion(judged, plan.regime(name), asked_on) for name in having), key=lambda o: (o.span, o.name))
