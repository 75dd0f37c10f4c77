"""What all laws leave of a movement under packages of levers: judged as every movement is, but what no lever touches is judged once.

Two rails, as everywhere, with one difference. What no lever touches and nobody knows will not become known by pulling levers; so the best
end takes it for the worse. A partial package whose best end falls short of a goal has no completion that surely reaches it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final, TypeAlias

import numpy as np

from comity.facts.record import Dated, World
from comity.facts.table import Codes
from comity.facts.value import FALSE, MAX, TRUE, UNKNOWN
from comity.law.condition import And, Condition, Not, Or
from comity.law.rulebook import PERMITTED
from comity.offramp.lever import Package, Partial
from comity.offramp.rest import Facts, rests, touched
from comity.offramp.worlds import Worlds
from comity.verdict.decide import TOUCHED, Judged, Stretch, outcomes, stretches, unread
from comity.verdict.frame import Frame
from comity.verdict.outcome import OPEN, SILENT, Span, meet
from comity.verdict.plan import Plan
from comity.verdict.verdict import Verdict

UNASKED: Final = Span(0, 0)
"""What is sure where nobody could be asked: nothing. The best end is what a change may surely reach."""
Seeds: TypeAlias = Mapping[object, Codes]
"""Truths that stay as they are, by condition: one for each leg."""


@dataclass
class MovementJudge:
    """Judges one movement of the worlds of packages; spans are remembered. `narrowed`: some regimes alone are asked, so that no place is left unasked.
    `passed_over`: regimes that are not asked, to find what they cost; their places are not left unasked by that.
    """

    movement: str
    worlds: Worlds
    plan: Plan
    asked_on: int = MAX
    narrowed: bool = False
    passed_over: frozenset[str] = frozenset()
    spans: dict[Partial, Span] = field(default_factory=dict)

    def __call__(self, packages: Sequence[Partial]) -> list[Span]:
        """The span of each partial package."""
        for package in packages:
            if package not in self.spans:
                self.spans[package] = self._span(package)
        return [self.spans[package] for package in packages]

    @cached_property
    def changing(self) -> Facts:
        """The facts that some lever touches."""
        facts = set(self.worlds.facts())
        if ("movement", "on") in facts:  # what changes with the days may be otherwise on another day
            base = self.worlds.base
            facts |= {(k, name) for k, held in base.records.items() for r in held.values() for name, value in r.facts.items() if isinstance(value, Dated)}
        kinds = self.plan.vocabulary.kinds
        links = [fact for kind, fact in facts if fact in kinds[kind] and kinds[kind][fact].to]
        return touched(facts, links, self.plan.recursive)

    @cached_property
    def base(self) -> list[tuple[Stretch, Frame]]:
        """The legs of the movement as the world is."""
        return self._legs(self.worlds.base)

    @cached_property
    def fixed(self) -> tuple[Sequence[Seeds], Sequence[Seeds]]:
        """What no lever touches, for the legs of each stretch as it is: as it is known, and with what is unknown taken for the worse."""
        signs: dict[Condition, int] = {}
        for conditions in self.plan.levels.values():
            for condition in conditions:
                self._signs(condition, 1, signs, set())
        known: list[Seeds] = [{node: stretch.columns.truth(node, frame) for node in signs} for stretch, frame in self.base]
        return known, [{node: _worse(one[node], sign) for node, sign in signs.items()} for one in known]

    def _signs(self, node: Condition, sign: int, found: dict[Condition, int], seen: set[tuple[Condition, int]]) -> None:
        """The outermost conditions that no lever touches, and whether the outcome grows with them (1), falls (2), or may do either (3)."""
        if (node, sign) in seen:
            return
        seen.add((node, sign))
        if not rests(node) & self.changing:
            found[node] = found.get(node, 0) | sign
            return
        match node:
            case And(parts) | Or(parts):
                for part in parts:
                    self._signs(part, sign, found, seen)
            case Not(part):
                self._signs(part, 3 - sign, found, seen)
            case _:
                return

    def _legs(self, world: World) -> list[tuple[Stretch, Frame]]:
        found = []
        for one in stretches(world, self.plan):
            rows = np.array([row for row, leg in enumerate(one.legs) if leg.movement == self.movement], dtype=np.int64)
            if len(rows):
                found.append((one, one.columns.legs().part(rows)))
        return found

    @cached_property
    def moving(self) -> frozenset[int]:
        """The levers that bear on which jurisdictions it touches: until they are decided nobody knows whose law nobody could ask."""
        names = {"part_of", "asset", "kind", "parts", *(name for pair in TOUCHED for name in pair)}
        return frozenset(n for unit, levers in self.worlds.units.items() if any(fact in names for _, fact in self.worlds.facts([unit])) for n in levers)

    @cached_property
    def heard(self) -> frozenset[str]:
        """The regimes that do not surely permit it whatever is decided: of the others nothing needs to be asked again."""
        world = self.worlds.world((None,) * len(self.worlds.told))
        spans = dict.fromkeys(self.plan.levels, OPEN) if world is None else self._opinions(world, self.plan.levels)
        return frozenset(name for name, span in spans.items() if name and span.worst < PERMITTED) - self.passed_over

    def without(self, regime: str) -> MovementJudge:
        """The judge who does not ask a regime: what was found out about the movement is not found out again."""
        other = replace(self, passed_over=self.passed_over | {regime}, spans={})
        other.__dict__.update({name: self.__dict__[name] for name in ("changing", "base", "fixed", "moving") if name in self.__dict__})
        other.__dict__["heard"] = self.heard - {regime}
        return self if other.heard == self.heard else other

    def holding(self, package: Package) -> frozenset[str]:
        """The regimes that do not surely permit it under a package."""
        world = self.worlds.world(package)
        assert world is not None  # everything is decided
        return frozenset(name for name, span in self._opinions(world, self.heard).items() if name and span.worst < PERMITTED)

    def _span(self, package: Partial) -> Span:
        world = self.worlds.world(package)
        if world is None:
            return OPEN
        opinions = self._opinions(world, self.heard)
        unasked = opinions.pop("", SILENT)
        if not self.narrowed and any(package[n] is None for n in self.moving):
            unasked = OPEN
        return meet([unasked, *opinions.values()])

    def verdict(self, package: Partial) -> Verdict | None:
        """The verdict on the movement with everything it rests on, as *explain* tells it; None where the package leaves too much undecided."""
        world = self.worlds.world(package)
        return None if world is None else self.judged(world)

    def judged(self, world: World) -> Verdict:
        """The verdict on the movement in a world."""
        legs = []
        for stretch, frame in self._legs(world):
            rows = frame.rows["leg"]
            assert rows is not None
            spans = outcomes(stretch.columns, frame, self.plan)
            nobody, names = unread(stretch.columns, rows, self.plan)
            for at, row in enumerate(rows.tolist()):
                opinions = {regime: Span(int(worst[at]), int(best[at])) for regime, (worst, best) in spans.items()}
                legs.append(Judged(stretch.legs[row], stretch, row, opinions, names[nobody[at]]))
        return Verdict(self.movement, world["movement"][self.movement].about, legs, self.plan, self.asked_on, self.narrowed)

    def _opinions(self, world: World, regimes: Iterable[str]) -> dict[str, Span]:
        """What each regime leaves of its worst leg; under no name, that a place is touched whose law nobody could ask: no lever makes it known."""
        found = dict.fromkeys(regimes, SILENT)
        legs = self._legs(world)
        same = len(legs) == len(self.base) and all(_same(one, other) for (one, _), (other, _) in zip(legs, self.base, strict=True))
        known, worse = self.fixed if same else ([{}] * len(legs), [{}] * len(legs))
        for (stretch, frame), sure, possible in zip(legs, known, worse, strict=True):
            rows = frame.rows["leg"]
            assert rows is not None
            nobody, names = unread(stretch.columns, rows, self.plan)
            if not self.narrowed and any(names[number] for number in nobody):
                found[""] = UNASKED
            frame.memo.update(sure)
            codes = {regime: self._levels(regime, stretch, frame) for regime in regimes}
            read = {node: what for node, what in frame.memo.items() if not isinstance(node, (And, Or, Not))}
            hopeful = Frame(frame.n, frame.tables, frame.rows, {**read, **possible})
            for regime in regimes:
                best = self._levels(regime, stretch, hopeful)
                span = Span(int((codes[regime] >> 1).sum(axis=0).min()), int((best & 1).sum(axis=0).min()))
                found[regime] = found[regime].meet(span)
        return found

    def _levels(self, regime: str, stretch: Stretch, frame: Frame) -> Codes:
        """The truth of each level of a regime, for each leg."""
        return np.stack([stretch.columns.truth(condition, frame) for condition in self.plan.levels[regime]])


def _same(one: Stretch, other: Stretch) -> bool:
    """Are these the same legs, on the same days or others?"""
    return [(leg.movement, leg.part, leg.role) for leg in one.legs] == [(leg.movement, leg.part, leg.role) for leg in other.legs]


def _worse(codes: Codes, sign: int) -> Codes:
    """Truths with what is unknown taken for that which makes the outcome worse, where it is known what does."""
    if sign == 3:
        return codes
    made = np.where(codes == UNKNOWN, np.uint8(FALSE if sign == 1 else TRUE), codes).astype(np.uint8)
    made.flags.writeable = False  # what is remembered is no place to write a result into
    return made
