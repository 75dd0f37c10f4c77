"""Reads worlds for one movement: what each of some regimes surely leaves of it, and at best."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final, TypeAlias

import numpy as np

from comity.facts.leg import Leg
from comity.facts.record import World
from comity.facts.table import Ints
from comity.law.condition import And, Condition, Not, Or
from comity.offramp.as_it_is import AsItIs, Own, judged, legs_of
from comity.offramp.rails import Rails
from comity.offramp.rest import Parts
from comity.offramp.seeds import OTHERS, Seeds, Sure
from comity.offramp.stack import Stack, Told
from comity.verdict.decide import Judged, Stretch, stretches, unread
from comity.verdict.frame import Frame
from comity.verdict.outcome import SILENT, Span
from comity.verdict.scale import Columns

UNASKED: Final = Span(0, 0)
"""What is sure where nobody could be asked: nothing. The best end is what a change may surely reach."""
BASES: Final = 64
"""At most so many worlds with the same parties, owners and days have others read as what is otherwise in them."""
Opinions: TypeAlias = dict[str, Span]
"""What each regime leaves of its worst leg; under no name, that a place is touched whose law nobody could ask: no lever makes it known."""


@dataclass(frozen=True, slots=True, eq=False)
class Legs:
    """The legs of the movement in one stretch of several worlds, world by world, in a frame; `legs` are all that there are.

    `seeds`: what is known of them, since they are those of the world as it is. `recut`: are others cut on other days than they were?
    """

    legs: Sequence[Leg]
    columns: Columns
    frame: Frame
    seeds: Seeds | None
    recut: bool


@dataclass(eq=False)
class Reading:
    """`regimes` are asked, which are made of these `parts`; of each stretch the `seeds` are known. `moving`: may it touch other places than it does?"""

    movement: str
    was: AsItIs
    regimes: Sequence[str]
    parts: Parts
    seeds: Sequence[Seeds]
    narrowed: bool
    moving: bool
    beside: dict[object, list[Reading]] = field(default_factory=dict)

    @cached_property
    def stack(self) -> Stack:
        """The worlds as one: what levers touch is read in each, and all that rests on other legs if those are cut otherwise."""
        return Stack(self.movement, self.was, lambda: [*self.parts.loose, *self.parts.among])

    def __call__(self, worlds: Sequence[World | None]) -> list[Opinions | None]:
        """The opinions in each world; nothing of what is no world."""
        given = {n: world for n, world in enumerate(worlds) if world is not None}
        told = {n: self.stack.told(world) for n, world in given.items()}
        recut = {n: self.stack.recut(one) for n, one in told.items()}
        found, others = self.fitting(given, recut), dict[object, dict[int, World]]()
        for n, world in given.items() if self.stack.able else ():
            if not self.stack.fits(world, told[n]):
                others.setdefault(self.stack.kin(world, told[n]), {})[n] = world
        for kin, left in others.items():
            for base in self._bases(kin, left):
                read = base.fitting(left, recut)
                found |= read
                for n in read:
                    del left[n]
        for n, world in given.items():
            if n not in found:
                (found[n],) = self.opinions(self.alone(world, recut=recut[n]), 1)
        return [found.get(n) for n in range(len(worlds))]

    def fitting(self, worlds: Mapping[int, World], recut: Mapping[int, bool]) -> dict[int, Opinions]:
        """The opinions in those of the worlds that can be read as one; are others cut otherwise in each than the seeds tell of?"""
        found: dict[int, Opinions] = {}
        told = {n: one for n, world in worlds.items() if self.stack.fits(world, one := self.stack.told(world))}
        for cut in (False, True):
            some = [n for n, one in told.items() if (recut[n] or self.stack.recut(one)) == cut]
            kept, legs = self._together([(worlds[n], told[n]) for n in some], recut=cut)
            found |= zip([some[at] for at in kept], self.opinions(legs, len(kept)), strict=True)
        return found

    def _bases(self, kin: object, left: dict[int, World]) -> Iterator[Reading]:
        """Who reads worlds with other parties, owners or days than there are: each as what is otherwise in one of them. What was read is taken out."""
        bases = self.beside.setdefault(kin, [])
        yield from bases
        while len(left) > 1 and len(bases) < BASES:
            number = next(iter(left))
            base = replace(self, was=AsItIs(left[number], self.was.plan), beside={})
            if self._aligned(base.was.own(self.movement)):
                base.__dict__["nobody"] = self.nobody
                bases.append(base)
                yield base
            left.pop(number, None)  # it may be that nothing is read together of it

    def _together(self, worlds: Sequence[tuple[World, Told]], *, recut: bool) -> tuple[list[int], list[Legs]]:
        """Which of the worlds can be read as one, and their legs."""
        kept, columns = self.stack.stacked([world for world, _ in worlds], [told for _, told in worlds]) if worlds else ([], [])
        found = []
        for (all_, one, rows), seeds in zip(columns, self.seeds, strict=bool(columns)):
            frame = one.frame if len(rows) == len(one.further) else one.legs().part(rows)
            frame.memo = Sure(frame.memo, seeds.of(len(kept), OTHERS if recut else 0))
            found.append(Legs(all_, one, frame, seeds, recut=recut))
        return kept, found

    def judged(self, worlds: Sequence[World]) -> Iterator[list[Judged]]:
        """The legs of the movement in each world, with what every regime leaves of them."""
        told = [self.stack.told(world) for world in worlds]
        plain = [n for n, one in enumerate(told) if not self.stack.recut(one)]
        kept, legs = self._together([(worlds[n], told[n]) for n in plain], recut=False)
        found: dict[int, list[Judged]] = {plain[n]: [] for n in kept}
        for one in legs:
            every = list(Own(one.legs, one.columns.tables, one.columns, one.frame).judged(self.was.plan))
            size = len(every) // len(kept)
            for at, n in enumerate(kept):
                found[plain[n]] += every[at * size : (at + 1) * size]
        for n, world in enumerate(worlds):
            yield found[n] if n in found else judged(self.movement, world, self.was.plan)

    def alone(self, world: World, *, recut: bool) -> list[Legs]:
        """The legs in one world, read by itself."""
        found = legs_of(self.movement, stretches(world, self.was.plan))
        if not self._aligned(found):
            return [Legs(one.legs, one.columns, one.own, None, recut=recut) for one in found]
        for one, seeds in zip(found, self.seeds, strict=True):
            one.own.memo = Sure(one.own.memo, seeds.of(1, OTHERS if recut else 0))
        return [Legs(one.legs, one.columns, one.own, seeds, recut=recut) for one, seeds in zip(found, self.seeds, strict=True)]

    def undecided(self, world: World) -> list[Legs]:
        """The legs in the world in which nothing is decided."""
        told = self.stack.told(world)
        recut = self.stack.recut(told)
        _, legs = self._together([(world, told)], recut=recut)
        return legs or self.alone(world, recut=recut)

    def _aligned(self, found: Sequence[Stretch]) -> bool:
        """Are these the legs of the movement as it is, so that what is known of those is known of them?"""
        as_is = self.was.own(self.movement)
        return len(found) == len(as_is) and all(self._same(one, other) for one, other in zip(found, as_is, strict=True))

    def _same(self, one: Stretch, other: Stretch) -> bool:
        """Are these the same legs of the movement, on the same days, or on others where no day is taken for fixed?"""
        first, second = ([leg for leg in stretch.legs if leg.movement == self.movement] for stretch in (one, other))
        same = [(leg.part, leg.role) for leg in first] == [(leg.part, leg.role) for leg in second]
        return same and (self.parts.days_change or [leg.days for leg in first] == [leg.days for leg in second])

    def opinions(self, legs: Sequence[Legs], worlds: int) -> list[Opinions]:
        """What the regimes leave of these legs, world by world."""
        found = [dict.fromkeys(self.regimes, SILENT) for _ in range(worlds)]
        each = (worlds, -1)
        for one in legs:
            for n in np.flatnonzero(self._unasked(one).reshape(each).any(axis=1)).tolist():
                found[n][""] = UNASKED
            plain = self.rails(one, worlds, {})
            best = self.rails(one, worlds, self.parts.signs)
            for regime in self.regimes:
                levels = self.was.plan.levels[regime]
                surely = plain.surely_held(levels)
                possibly = (best if one.seeds and (one.recut or regime in self.doubtful) else plain).possibly_held(levels)
                for n, ends in enumerate(zip(*(rail.reshape(each).min(axis=1).tolist() for rail in (surely, possibly)), strict=True)):
                    found[n][regime] = found[n][regime].meet(Span(*ends))
        return found

    @cached_property
    def doubtful(self) -> frozenset[str]:
        """The regimes whose outcome may rest on something unknown that stays so, whatever is decided: their best end takes it for the worse."""
        return frozenset(regime for regime in self.regimes if any(self._doubtful(condition, set()) for condition in self.was.plan.levels[regime]))

    def _doubtful(self, node: Condition, seen: set[Condition]) -> bool:
        if node in seen or all(node in one.settled for one in self.seeds):
            return False
        seen.add(node)
        if node in self.parts.signs:
            return any((ends := one.ends(node, 0)) is None or ends[0] != ends[1] for one in self.seeds)
        return isinstance(node, (And, Or, Not)) and any(self._doubtful(part, seen) for part in node.nodes)

    def rails(self, legs: Legs, worlds: int, signs: Mapping[Condition, int]) -> Rails:
        """The rails of conditions in the legs of so many worlds."""
        return Rails(legs.columns, legs.frame, legs.seeds, worlds, OTHERS if legs.recut else 0, signs)

    @cached_property
    def nobody(self) -> bool:
        """Could nobody be asked about some place of it as it is?"""
        return any(one.unread for one in self.was.judged(self.movement))

    def _unasked(self, legs: Legs) -> Ints:
        """Of each leg, whether nobody could be asked about some place."""
        rows = legs.frame.rows["leg"]
        assert rows is not None
        if self.narrowed or (legs.seeds and not self.moving):
            return np.full(len(rows), not self.narrowed and self.nobody)
        nobody, names = unread(legs.columns, rows, self.was.plan)
        return np.array([bool(one) for one in names])[nobody]
