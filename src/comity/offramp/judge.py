"""What all laws leave of a movement under packages of levers: judged as every movement is, but what no lever touches is judged once.

Two rails, as everywhere, with one difference. What no lever touches and nobody knows will not become known by pulling levers; so the best
end takes it for the worse. A partial package whose best end falls short of a goal has no completion that surely reaches it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from comity.facts.record import Dated, World
from comity.facts.value import MAX
from comity.files.silence import SINCE
from comity.law.condition import Condition
from comity.law.rulebook import PERMITTED
from comity.offramp.as_it_is import AsItIs, judged
from comity.offramp.lever import Package, Partial
from comity.offramp.rails import standing
from comity.offramp.reading import Legs, Opinions, Reading
from comity.offramp.rest import Facts, Parts, parts, rests, touched
from comity.offramp.seeds import OTHERS, Seeds
from comity.offramp.stack import Stack
from comity.offramp.worlds import Unit, Worlds
from comity.verdict.decide import TOUCHED, Judged
from comity.verdict.outcome import OPEN, SILENT, Span, meet
from comity.verdict.plan import Plan
from comity.verdict.verdict import Verdict

TOGETHER: Final = 512
"""The most worlds that are judged as one."""


@dataclass(frozen=True, slots=True)
class Undecided:
    """The regimes that do not surely permit a movement while nothing is decided; what is known of its legs whatever is decided; and its legs until then."""

    heard: frozenset[str]
    seeds: Sequence[Seeds]
    legs: Sequence[Legs] = ()

    def settled(self, condition: Condition) -> bool:
        """Is it, of all legs, and whatever days others are cut on?"""
        return all(condition in one.settled for one in self.seeds) and not rests(condition) & OTHERS


@dataclass
class MovementJudge:
    """Judges one movement of the worlds of packages; spans are remembered. `narrowed`: some regimes alone are asked, so that no place is left unasked.

    `passed_over`: regimes that are not asked, to find what they cost; their places are not left unasked by that.
    `known` is the world as it is, read once for all who judge what may be changed in it.
    """

    movement: str
    worlds: Worlds
    plan: Plan
    asked_on: int = MAX
    narrowed: bool = False
    passed_over: frozenset[str] = frozenset()
    known: AsItIs | None = None
    spans: dict[Partial, Span] = field(default_factory=dict)

    @cached_property
    def was(self) -> AsItIs:
        """The world as it is."""
        return self.known or AsItIs(self.worlds.base, self.plan)

    def __call__(self, packages: Sequence[Partial]) -> list[Span]:
        """The span of each partial package."""
        fresh = [package for package in dict.fromkeys(packages) if package not in self.spans]
        for start in range(0, len(fresh), TOGETHER):
            some = fresh[start : start + TOGETHER]
            for package, opinions in zip(some, self._opinions(some), strict=True):
                self.spans[package] = OPEN if opinions is None else self._span(package, opinions)
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
        counted = any(rests(node) & OTHERS for node in self.parts.loose)
        units = list(self.worlds.units) if counted else self.reached
        return tuple(sorted({n for unit in units for n in self.worlds.units[unit]}))

    @cached_property
    def parts(self) -> Parts:
        """What the conditions of those regimes are made of that are heard."""
        return parts(self.changing, self.plan, self.heard, self._undecided.settled)

    @property
    def stack(self) -> Stack:
        """The worlds of packages as one."""
        return self.reading.stack

    @cached_property
    def reading(self) -> Reading:
        """Who reads the worlds of packages."""
        return Reading(self.movement, self.was, list(self.heard), self.parts, self._undecided.seeds, self.narrowed, bool(self.moving))

    @cached_property
    def moving(self) -> frozenset[int]:
        """The levers that bear on which jurisdictions it touches: until they are decided nobody knows whose law nobody could ask."""
        names = {"part_of", "asset", "kind", "populations", "on", *(name for pair in TOUCHED for name in pair)}
        return frozenset(n for unit in self.reached if any(fact in names for _, fact in self.worlds.facts([unit])) for n in self.worlds.units[unit])

    @property
    def heard(self) -> frozenset[str]:
        """The regimes that do not surely permit it whatever is decided: of the others nothing needs to be asked again."""
        return self._undecided.heard - self.passed_over

    @cached_property
    def _undecided(self) -> Undecided:
        """What was found out while nothing is decided."""
        seeds = [Seeds(one.columns, one.own, self.changing) for one in self.was.own(self.movement)]
        world = self.worlds.world((None,) * len(self.worlds.told))
        if world is None:
            return Undecided(frozenset(self.plan.levels), seeds)
        loose = self.changing | OTHERS  # what rests on other legs is another if those are cut on other days
        touched = [name for name, levels in self.plan.levels.items() if any(rests(condition) & loose for condition in levels)]
        reading = Reading(self.movement, self.was, touched, parts(self.changing, self.plan, touched), seeds, self.narrowed, bool(self.moving))
        legs = reading.undecided(world)
        rails = [reading.rails(one, 1, {}) for one in legs]
        if len(legs) != len(seeds) or not all(one.seeds for one in legs):
            return Undecided(frozenset(standing(self.plan.levels, rails)), seeds, legs)
        as_is = self.was.opinions(self.movement)
        held = {*standing({name: self.plan.levels[name] for name in touched}, rails)}
        held |= {name for name, span in as_is.items() if name not in touched and span.worst < PERMITTED}
        for one in rails:
            one.read(condition for name in held for condition in self.plan.levels[name])
        return Undecided(
            frozenset(held), [seed.with_hull(one.columns, one.frame, one.settled(), one.without) for seed, one in zip(seeds, rails, strict=True)], legs
        )

    def without(self, regime: str) -> MovementJudge:
        """The judge who does not ask a regime: what was found out about the movement is not found out again."""
        other = replace(self, passed_over=self.passed_over | {regime}, spans={})
        other.__dict__.update({name: self.__dict__[name] for name in ("changing", "moving", "reached", "was", "_undecided") if name in self.__dict__})
        return self if other.heard == self.heard else other

    def holding(self, packages: Iterable[Package]) -> frozenset[str]:
        """The regimes that do not surely permit it as things are, or under one of these packages."""
        found = [self.was.opinions(self.movement)]
        if others := [package for package in packages if any(package)]:
            found += [opinions for opinions in self._opinions(others) if opinions is not None]
        return frozenset(name for opinions in found for name, span in opinions.items() if name and span.worst < PERMITTED)

    def _opinions(self, packages: Sequence[Partial]) -> list[Opinions | None]:
        """What each regime that is heard leaves under each package."""
        nothing, read = (None,) * len(self.worlds.told), self._undecided.legs
        rest = [package for package in packages if package != nothing or not read]
        found = dict(zip(rest, self.reading([self.worlds.world(package) for package in rest]), strict=True))
        if len(rest) < len(packages):  # it was read to find out who is heard
            (found[nothing],) = self.reading.opinions(read, 1)
        return [found[package] for package in packages]

    def _span(self, package: Partial, opinions: dict[str, Span]) -> Span:
        unasked = opinions.pop("", SILENT)
        if not self.narrowed and any(package[n] is None for n in self.moving):
            unasked = OPEN
        return meet([unasked, *opinions.values()])

    def verdict(self, package: Partial) -> Verdict | None:
        """The verdict on the movement with everything it rests on, as *explain* tells it; None where the package leaves too much undecided."""
        return self.verdicts([package])[0]

    def verdicts(self, packages: Sequence[Partial]) -> list[Verdict | None]:
        """The same of several packages."""
        worlds = [self.worlds.world(package) for package in packages]
        legs = self.reading.judged([world for world in worlds if world is not None])
        return [None if world is None else self._verdict(world, next(legs)) for world in worlds]

    def judged(self, world: World) -> Verdict:
        """The verdict on the movement in a world."""
        if world is self.was.world:
            return self._verdict(world, self.was.judged(self.movement))
        return self._verdict(world, judged(self.movement, world, self.plan))

    def _verdict(self, world: World, legs: Sequence[Judged]) -> Verdict:
        return Verdict(self.movement, world["movement"][self.movement].about, legs, self.plan, self.asked_on, self.narrowed)
