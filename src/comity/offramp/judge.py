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
from comity.facts.table import Codes, Ints
from comity.facts.value import FALSE, MAX, TRUE, UNKNOWN
from comity.files.silence import SINCE
from comity.law.condition import And, Condition, Counted, Not, Or, Tally
from comity.law.rulebook import PERMITTED
from comity.offramp.lever import Package, Partial
from comity.offramp.rest import Facts, bit, rests, touched
from comity.offramp.stack import Stack
from comity.offramp.worlds import Unit, Worlds
from comity.verdict.decide import TOUCHED, Judged, Stretch, outcomes, stretches, unread
from comity.verdict.frame import Frame
from comity.verdict.outcome import OPEN, SILENT, Span, meet
from comity.verdict.plan import Plan, walk
from comity.verdict.scale import Columns
from comity.verdict.verdict import Verdict

TOGETHER: Final = 128
"""The most worlds that are judged as one."""
UNASKED: Final = Span(0, 0)
"""What is sure where nobody could be asked: nothing. The best end is what a change may surely reach."""
Seeds: TypeAlias = Mapping[Condition, Codes]
"""Truths that stay as they are, by condition: one for each leg."""


@dataclass
class MovementJudge:
    """Judges one movement of the worlds of packages; spans are remembered. `narrowed`: some regimes alone are asked, so that no place is left unasked.

    `passed_over`: regimes that are not asked, to find what they cost; their places are not left unasked by that.
    `legs` are those of the world as it is, by stretch, the same for all judges of the same world; who comes first reads them.
    """

    movement: str
    worlds: Worlds
    plan: Plan
    asked_on: int = MAX
    narrowed: bool = False
    passed_over: frozenset[str] = frozenset()
    legs: list[Stretch] = field(default_factory=list)
    spans: dict[Partial, Span] = field(default_factory=dict)
    loose: dict[str, dict[Condition, None]] = field(default_factory=dict)
    among: dict[str, list[Condition]] = field(default_factory=dict)
    signs: dict[Condition, int] = field(default_factory=dict)

    def __call__(self, packages: Sequence[Partial]) -> list[Span]:
        """The span of each partial package."""
        fresh = [package for package in dict.fromkeys(packages) if package not in self.spans]
        for start in range(0, len(fresh), TOGETHER):
            some = fresh[start : start + TOGETHER]
            worlds = [self.worlds.world(package) for package in some]
            opinions = self._stacked(worlds)
            for package, world, opinion in zip(some, worlds, opinions, strict=True):
                self.spans[package] = OPEN if world is None else self._span(package, self._opinions(world, self.heard) if opinion is None else opinion)
        return [self.spans[package] for package in packages]

    @cached_property
    def changing(self) -> Facts:
        """The facts that some lever touches."""
        facts = set(self.worlds.facts(self.reached))
        if len(self.reached) < len(self.worlds.units):
            facts.add(("movement", "*"))  # what is counted over others may rest on what this one never leads to
        if ("movement", "on") in facts:  # what changes with the days may be otherwise on another day
            base = self.worlds.base
            facts |= {(k, name) for k, held in base.records.items() for r in held.values() for name, value in r.facts.items() if isinstance(value, Dated)}
            known = self.plan.vocabulary.kinds
            facts |= {(kind, fact.name) for kind in known for fact in known[kind].values() if SINCE in fact.columns}  # held before the first day
        kinds = self.plan.vocabulary.kinds
        links = [fact for kind, fact in facts if fact in kinds[kind] and kinds[kind][fact].to]
        return touched(facts, links, self.plan.recursive)

    @cached_property
    def reached(self) -> list[Unit]:
        """The records that levers touch and on which its own facts can rest."""
        reached = self.worlds.reached(self.movement)
        return [unit for unit in self.worlds.units if unit in reached]

    @cached_property
    def bearing(self) -> tuple[int, ...]:
        """The levers that can bear on its outcome."""
        _ = self.fixed
        counted = any(rests(node) & bit("movement", "*") for loose in self.loose.values() for node in loose)
        units = list(self.worlds.units) if counted else self.reached
        return tuple(sorted({n for unit in units for n in self.worlds.units[unit]}))

    @cached_property
    def days_change(self) -> bool:
        """Does some lever move the day of a movement, so that nothing that rests on it is fixed?"""
        return bool(bit("movement", "on") & self.changing)

    @cached_property
    def base(self) -> list[tuple[Stretch, Frame]]:
        """The legs of the movement as the world is."""
        return self._own(self.layers)

    @cached_property
    def layers(self) -> list[Stretch]:
        """All legs of the world as it is."""
        if not self.legs:
            self.legs.extend(stretches(self.worlds.base, self.plan))
        return self.legs

    @cached_property
    def stack(self) -> Stack:
        """The worlds of packages as one."""
        _ = self.fixed
        return Stack(self.movement, self.worlds.base, self.plan, self.layers, self._asked)

    def _asked(self) -> list[Condition]:
        """What has to be read in each world: all but what stays as it is."""
        return [one for regime in self.heard for one in (*self.loose[regime], *self.among[regime])]

    @cached_property
    def fixed(self) -> tuple[Sequence[Seeds], Sequence[Seeds]]:
        """What no lever touches, for the legs of each stretch as it is: as it is known, and with what is unknown taken for the worse.

        Where other legs are counted, or kept in a course of dealing (`among`), it stays so only if those are cut on the same days.
        """
        signs = self.signs
        for regime, conditions in self.plan.levels.items():
            loose = self.loose[regime] = dict[Condition, None]()
            found: dict[Condition, int] = {}
            for condition in conditions:
                self._signs(condition, 1, found, loose, set())
            for node, sign in found.items():
                signs[node] = signs.get(node, 0) | sign
            self.among[regime] = [node for node in found if any(isinstance(one, Counted) or getattr(one, "source", "") == "dealing" for one in walk([node]))]
        known: list[Seeds] = [{node: stretch.columns.truth(node, frame) for node in signs} for stretch, frame in self.base]
        return known, [{node: _worse(truths, signs[node]) for node, truths in one.items()} for one in known]

    @cached_property
    def _numbered(self) -> dict[str, list[Condition]]:
        """Of each regime the conditions that levers touch and in which other conditions are counted."""
        _ = self.fixed
        return {regime: [node for node in loose if any(isinstance(one, (Tally, Counted)) for one in walk([node]))] for regime, loose in self.loose.items()}

    def _signs(self, node: Condition, sign: int, found: dict[Condition, int], loose: dict[Condition, None], seen: set[tuple[Condition, int]]) -> None:
        """The outermost conditions that no lever touches, and whether the outcome grows with them (1), falls (2), or may do either (3); all others."""
        if (node, sign) in seen:
            return
        seen.add((node, sign))
        if not rests(node) & self.changing:
            found[node] = found.get(node, 0) | sign
            return
        match node:
            case And(parts) | Or(parts):
                for part in parts:
                    self._signs(part, sign, found, loose, seen)
            case Not(part):
                self._signs(part, 3 - sign, found, loose, seen)
            case _:
                loose[node] = None

    def _legs(self, world: World) -> list[tuple[Stretch, Frame]]:
        return self._own(stretches(world, self.plan))

    def _own(self, layers: Iterable[Stretch]) -> list[tuple[Stretch, Frame]]:
        """The legs of the movement, by stretch."""
        found = []
        for one in layers:
            rows = np.array([row for row, leg in enumerate(one.legs) if leg.movement == self.movement], dtype=np.int64)
            if len(rows):
                found.append((one, one.columns.legs().part(rows)))
        return found

    @cached_property
    def moving(self) -> frozenset[int]:
        """The levers that bear on which jurisdictions it touches: until they are decided nobody knows whose law nobody could ask."""
        names = {"part_of", "asset", "kind", "populations", "on", *(name for pair in TOUCHED for name in pair)}
        return frozenset(n for unit in self.reached if any(fact in names for _, fact in self.worlds.facts([unit])) for n in self.worlds.units[unit])

    @cached_property
    def heard(self) -> frozenset[str]:
        """The regimes that do not surely permit it whatever is decided: of the others nothing needs to be asked again."""
        world = self.worlds.world((None,) * len(self.worlds.told))
        spans = dict.fromkeys(self.plan.levels, OPEN) if world is None else self._opinions(world, self.plan.levels)
        return frozenset(name for name, span in spans.items() if name and span.worst < PERMITTED) - self.passed_over

    def without(self, regime: str) -> MovementJudge:
        """The judge who does not ask a regime: what was found out about the movement is not found out again."""
        other = replace(self, passed_over=self.passed_over | {regime}, spans={})
        other.__dict__.update(
            {name: self.__dict__[name] for name in ("changing", "days_change", "base", "fixed", "layers", "moving", "reached") if name in self.__dict__}
        )
        other.__dict__["heard"] = self.heard - {regime}
        return self if other.heard == self.heard else other

    def holding(self, package: Package) -> frozenset[str]:
        """The regimes that do not surely permit it under a package."""
        world = self.worlds.world(package)
        assert world is not None  # everything is decided
        return frozenset(name for name, span in self._opinions(world, self.heard).items() if name and span.worst < PERMITTED)

    def _span(self, package: Partial, opinions: dict[str, Span]) -> Span:
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
        same = len(legs) == len(self.base) and all(self._same(one, other) for (one, _), (other, _) in zip(legs, self.base, strict=True))
        known, worse = self.fixed if same else ([{}] * len(legs), [{}] * len(legs))
        recut = self.stack.recut(world)
        for (stretch, frame), sure, possible in zip(legs, known, worse, strict=True):
            unasked, codes = self._read(stretch.columns, frame, sure, possible, regimes, recut=recut)
            if unasked.any():
                found[""] = UNASKED
            for regime, (surely, possibly) in codes.items():
                found[regime] = found[regime].meet(Span(int(surely.min()), int(possibly.min())))
        return found

    def _same(self, one: Stretch, other: Stretch) -> bool:
        """Are these the same legs of the movement, on the same days, or on others where no day is taken for fixed?"""
        first, second = ([leg for leg in stretch.legs if leg.movement == self.movement] for stretch in (one, other))
        same = [(leg.part, leg.role) for leg in first] == [(leg.part, leg.role) for leg in second]
        return same and (self.days_change or [leg.days for leg in first] == [leg.days for leg in second])

    def _stacked(self, worlds: Sequence[World | None]) -> list[dict[str, Span] | None]:
        """The same of several worlds at once; None where a world has to be judged by itself."""
        found: list[dict[str, Span] | None] = [None] * len(worlds)
        apart: dict[bool, list[tuple[int, World]]] = {}
        for n, world in enumerate(worlds):
            if world is not None:
                apart.setdefault(self.stack.recut(world), []).append((n, world))
        for recut, some in apart.items():
            for (n, _), opinions in zip(some, self._together([world for _, world in some], recut=recut) if len(some) > 1 else [None], strict=True):
                found[n] = opinions
        return found

    def _together(self, worlds: Sequence[World], *, recut: bool) -> list[dict[str, Span] | None]:
        found: list[dict[str, Span] | None] = [None] * len(worlds)
        kept, columns = self.stack.stacked(worlds)
        if not kept:
            return found
        made = [dict.fromkeys(self.heard, SILENT) for _ in kept]
        for (_, one, rows), sure, possible in zip(columns, *self.fixed, strict=True):
            frame = one.frame if len(rows) == len(one.further) else one.legs().part(rows)
            known, worse = ({node: _tiled(truths, len(kept)) for node, truths in seeds.items()} for seeds in (sure, possible))
            unasked, codes = self._read(one, frame, known, worse, self.heard, recut=recut)
            each = (len(kept), -1)
            for n in np.flatnonzero(unasked.reshape(each).any(axis=1)).tolist():
                made[n][""] = UNASKED
            for regime, rails in codes.items():
                for n, (worst, best) in enumerate(zip(*(rail.reshape(each).min(axis=1).tolist() for rail in rails), strict=True)):
                    made[n][regime] = made[n][regime].meet(Span(worst, best))
        for n, opinion in zip(kept, made, strict=True):
            found[n] = opinion
        return found

    def _read(
        self, columns: Columns, frame: Frame, sure: Seeds, possible: Seeds, regimes: Iterable[str], *, recut: bool
    ) -> tuple[Codes, dict[str, tuple[Ints, Ints]]]:
        """For each leg of a frame whether nobody could be asked about some place, and what each regime surely leaves, and at best."""
        rows = frame.rows["leg"]
        assert rows is not None
        nobody, names = unread(columns, rows, self.plan)
        unasked = np.array([bool(one) and not self.narrowed for one in names])[nobody]
        among = {node for regime in self.among.values() for node in regime} if recut and sure else set[Condition]()
        frame.memo.update((node, truths) for node, truths in sure.items() if node not in among)
        codes = {regime: self._levels(regime, columns, frame) for regime in regimes}
        for regime in regimes if possible else ():
            for node in self._numbered[regime]:  # else it would depend on the other legs whether it is read with what is taken for the worse
                columns.truth(node, frame)
        again = [node for regime in regimes for node in self.among[regime] if node in among]
        worse = {node: truths for node, truths in possible.items() if node not in among} | {n: _worse(columns.truth(n, frame), self.signs[n]) for n in again}
        read: dict[object, object] = {node: what for node, what in frame.memo.items() if not isinstance(node, (And, Or, Not))}
        hopeful = Frame(frame.n, frame.tables, frame.rows, read | dict(worse))
        return unasked, {regime: ((codes[regime] >> 1).sum(axis=0), (self._levels(regime, columns, hopeful) & 1).sum(axis=0)) for regime in regimes}

    def _levels(self, regime: str, columns: Columns, frame: Frame) -> Codes:
        """The truth of each level of a regime, for each leg."""
        return np.stack([columns.truth(condition, frame) for condition in self.plan.levels[regime]])


def _tiled(codes: Codes, n: int) -> Codes:
    """The truths of the same legs in several worlds."""
    made = np.tile(codes, n)
    made.flags.writeable = False
    return made


def _worse(codes: Codes, sign: int) -> Codes:
    """Truths with what is unknown taken for that which makes the outcome worse, where it is known what does."""
    if sign == 3:
        return codes
    made = np.where(codes == UNKNOWN, np.uint8(FALSE if sign == 1 else TRUE), codes).astype(np.uint8)
    made.flags.writeable = False  # what is remembered is no place to write a result into
    return made
