"""A verdict: what all laws together leave of one movement, the meet over its legs and over every regime that was asked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from comity.facts.record import World
from comity.facts.table import RecordTable
from comity.facts.value import FALSE, MAX, TRUE, Interval, OneOf
from comity.law.condition import Member, Path
from comity.law.rulebook import PERMITTED, Prohibition
from comity.verdict.decide import Judged, decide
from comity.verdict.opinion import Opinion, opinion, opinions
from comity.verdict.outcome import Span, meet
from comity.verdict.plan import Plan

COMPELLED = ("order", "carries_out")
"""The links of a leg to an act of an authority that it answers or carries out."""


@dataclass(frozen=True)
class Conflict:
    """One law compels what another does not allow: the act of an authority of a place, or a duty and its citation."""

    by: str
    place: str
    basis: str
    regime: str
    law: Prohibition


@dataclass(frozen=True)
class Verdict:
    """One movement under every law that has a say."""

    movement: str
    about: str
    legs: Sequence[Judged]
    plan: Plan
    asked_on: int = MAX
    narrowed: bool = False

    def __post_init__(self) -> None:
        """A verdict over nobody's law is none."""
        if not self.legs or not self.plan.regimes:
            raise ValueError("no law was asked")

    @cached_property
    def outcome(self) -> Span:
        """The meet over its legs; asked of some regimes only, it is their joint opinion."""
        return meet([meet(list(j.opinions.values())) if self.narrowed else j.outcome for j in self.legs])

    @property
    def open_legs(self) -> Sequence[Judged]:
        """The legs that can still change the outcome."""
        return [j for j in self.legs if not self.outcome.settled and meet(list(j.opinions.values())).worst < self.outcome.best]

    @cached_property
    def unread(self) -> tuple[str, ...]:
        """Jurisdictions it touches for which no rulebook is loaded."""
        return tuple(sorted({p for j in self.legs for p in j.unread}))

    @cached_property
    def spans(self) -> Mapping[str, Span]:
        """What each regime that has or may have a say leaves of its worst leg, the most restrictive first."""
        heard = [(n, j.opinions[n]) for n, scope in self.plan.scopes.items() for j in self.legs if j.stretch.truth(scope, j.row) != FALSE]
        worst = {name: min(span for n, span in heard if n == name) for name, _ in heard}
        return dict(sorted(worst.items(), key=lambda one: (one[1], one[0])))

    def opinion(self, name: str) -> Opinion:
        """The opinion of one regime on its worst leg; of equals, on that to which it owes most."""
        heard = [j for j in self.legs if j.stretch.truth(self.plan.scopes[name], j.row) != FALSE]
        found = [opinion(j, self.plan.regime(name), self.asked_on) for j in heard if j.opinions[name] == self.spans[name]]
        return max(found, key=lambda o: len(o.owed))

    @cached_property
    def opinions(self) -> Sequence[Opinion]:
        """The opinions of its worst legs, one for each regime that has or may have a say."""
        return [self.opinion(name) for name in self.spans]

    @cached_property
    def conflicts(self) -> Sequence[Conflict]:
        """Where an authority or a duty compels the movement and another regime does not allow it, on the same days, whoever acts."""
        compelled: dict[tuple[int, Interval], dict[tuple[str, str, str], str]] = {}
        for judged in self.legs:
            compelled.setdefault((judged.leg.part, judged.leg.days), {}).update((*_measures(judged), *_duties(judged, self.plan)))
        found: dict[Conflict, None] = {}
        for judged in self.legs:
            compelling = compelled[judged.leg.part, judged.leg.days]
            for one in opinions(judged, self.plan, self.asked_on) if compelling else ():
                for bar in one.standing:
                    if bar.truth == TRUE and bar.span.best < PERMITTED:
                        found |= {Conflict(*by, one.name, bar.law): None for by, regime in compelling.items() if regime != one.name}
        return list(found)


def _measures(judged: Judged) -> Iterator[tuple[tuple[str, str, str], str]]:
    """The acts of authorities that compel the leg, and whose they are."""
    for link in COMPELLED:
        if judged.stretch.truth(Member(Path("leg", (link,), "effects", "measure"), "overlaps", frozenset({"compel"})), judged.row) == TRUE:
            measures, row = judged.stretch.tables.kinds["measure"], int(judged.stretch.tables.legs.link(link)[judged.row])
            assert isinstance(measures, RecordTable)
            place = measures.rows[row].get("place")
            yield (measures.ids[row], next(iter((place.members if isinstance(place, OneOf) else None) or {""})), ""), ""


def _duties(judged: Judged, plan: Plan) -> Iterator[tuple[tuple[str, str, str], str]]:
    for regime, duty in plan.compelling:
        if judged.stretch.truth(duty.owed, judged.row) == TRUE and judged.stretch.truth(duty.met, judged.row) != TRUE:
            yield (f"{regime} {duty.duty.path}", "", duty.duty.cite), regime


def verdicts(world: World, plan: Plan, asked_on: int = MAX, *, narrowed: bool = False) -> list[Verdict]:
    """The verdict on every movement of a world, in its own order."""
    legs: dict[str, list[Judged]] = {}
    for judged in decide(world, plan):
        legs.setdefault(judged.leg.movement, []).append(judged)
    return [Verdict(name, record.about, legs[name], plan, asked_on, narrowed) for name, record in world["movement"].items() if name in legs]


def record(verdict: Verdict, world_digest: str, **beside: object) -> dict[str, object]:
    """What is kept of a verdict: enough to compute it again, byte for byte; `digest` seals the rest, and what is kept `beside` it."""
    kept: dict[str, object] = {
        "movement": verdict.movement,
        "outcome": str(verdict.outcome),
        "opinions": {name: str(span) for name, span in verdict.spans.items()},
        "legs": [
            {"leg": j.leg.name, "days": list(j.leg.days), "opinions": {k: str(v) for k, v in sorted(j.opinions.items())}, "unread": list(j.unread)}
            for j in verdict.legs
        ],
        "rulebooks": {r.book.regime: {"edition": r.book.edition, "digest": r.book.digest} for r in verdict.plan.regimes},
        "world": world_digest,
        "asked_on": verdict.asked_on,
    } | beside
    return {**kept, "digest": hashlib.sha256(json.dumps(kept, sort_keys=True, ensure_ascii=False).encode()).hexdigest()}
