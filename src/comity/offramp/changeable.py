"""A world that may be changed: its levers, and the judge of each of its movements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeAlias

from comity.facts.record import World
from comity.facts.vocabulary import PLURALS
from comity.files.world import read_world
from comity.offramp.as_it_is import AsItIs
from comity.offramp.judge import MovementJudge
from comity.offramp.lever import AS_IS, Levers, Package, changed
from comity.offramp.worlds import SECTIONS, Worlds
from comity.offramp.written import Told, check_names, check_records, instances, joined, priced
from comity.text.source import Mistakes, Node, Place, SourceError, nearest
from comity.verdict.plan import Plan
from comity.verdict.verdict import Verdict

Costs: TypeAlias = Mapping[str, tuple[int, Place]]
"""Costs in millionths by lever, or by lever/option, and where they were told."""


@dataclass
class Changeable:
    """What is asked about: law, a world and the tree of its file, and what may be changed in it; `on` judges every movement as on that day."""

    plan: Plan
    world: World
    node: Node
    asked_on: int
    on: int | None = None
    narrowed: bool = False
    told: Sequence[Told] = ()
    levers: Levers = Levers(())  # noqa: RUF009 -- a value
    judges: dict[str, MovementJudge] = field(default_factory=dict)
    known: AsItIs | None = None

    @cached_property
    def was(self) -> AsItIs:
        """What was read of the world as it is: the same with whatever levers."""
        return self.known or AsItIs(self.world, self.plan)

    @cached_property
    def worlds(self) -> Worlds:
        """One set of worlds for all movements."""
        return Worlds(self.world, self.node, self.told, self.plan.vocabulary, self.asked_on, self.on)

    def judge(self, movement: str) -> MovementJudge:
        """The judge of one movement."""
        if movement not in self.judges:
            self.judges[movement] = MovementJudge(movement, self.worlds, self.plan, self.asked_on, self.narrowed, known=self.was)
        return self.judges[movement]

    def anew(self, package: Package, movements: Sequence[str]) -> list[Verdict]:
        """The verdicts on movements of the changed world, read from its text like any other: what is shown to people rests on these."""
        mistakes = Mistakes()
        world = read_world(self.worlds.changed(package), self.plan.vocabulary, mistakes, self.asked_on)
        mistakes.settle()
        if self.on is not None:
            self.worlds.on_day(world.records["movement"].values())
        return [self.judge(movement).judged(world) for movement in movements]

    def with_levers(self, told: Sequence[Told], beside: Mapping[str, Sequence[Told]], costs: Costs, movements: Sequence[str]) -> Changeable:
        """The same with levers for these movements, at these costs: those told, those of no rulebook, and those beside each that holds one of them down.

        It may do so as things are, or after one of the changes told, so that another law's way out is there too. Raises SourceError with
        every mistake in the levers.
        """
        others, mistakes = [one for levers in beside.values() for one in levers], Mistakes()
        check_names(told, others, self._own([*told, *others], movements) if told else (), self.plan.vocabulary, mistakes)
        mistakes.settle()
        first = self._offered(told, costs, movements)
        held = {regime for movement in movements for regime in first.judge(movement).holding(first.singles())}
        found = self._offered([*beside.get("", ()), *told, *(one for name in beside if name in held for one in beside[name])], costs, movements)
        found.check(costs, others, movements)
        return found

    def singles(self) -> Iterator[Package]:
        """The package that changes nothing, and those that pull one option."""
        untouched = self.levers.untouched
        yield untouched
        for number, lever in enumerate(self.levers.levers):
            yield from ((*untouched[:number], value, *untouched[number + 1 :]) for value in range(1, len(lever.options) + 1))

    def _offered(self, told: Sequence[Told], costs: Costs, movements: Sequence[str]) -> Changeable:
        """The same with these levers, as far as they are those of the movements."""
        mistakes = Mistakes()
        made = priced(self._own(told, movements), costs)
        check_records(made, self.node, mistakes)
        levers = joined(made, mistakes)
        mistakes.settle()
        return replace(self, told=made, levers=levers, judges={}, known=self.was)

    def _own(self, told: Sequence[Told], movements: Sequence[str]) -> list[Told]:
        """The levers of the movements, each once."""
        several = {movement: instances(told, self.world, movement) for movement in movements}
        own = [one for movement, found in several.items() for one in (found if len(several) == 1 else _apart(found, told, movement))]
        return list({id(one): one for one in own}.values())

    def check(self, costs: Costs, others: Sequence[Told], movements: Sequence[str]) -> None:
        """Raises SourceError where a cost is that of no lever, or a lever makes a world that cannot be read."""
        mistakes = Mistakes()
        names = {name for one in (*self.told, *(self._own(others, movements) if costs else ())) for name in one.names()}
        for name, (_, place) in costs.items():
            if name not in names:
                mistakes.add(place, f"there is no lever '{name}'", nearest(name, names))
        for number, one in enumerate(self.told):
            for value in range(1, len(one.lever.options) + 1):
                try:
                    self.worlds.world(changed(self.levers.untouched, {number: value}))
                except SourceError as error:
                    mistakes.found += error.mistakes
        mistakes.settle()
        for number, one in enumerate(self.told):
            for value in range(1, len(one.lever.options) + 1):
                self._check_links(number, value, mistakes)
        mistakes.settle()

    def _check_links(self, number: int, value: int, mistakes: Mistakes) -> None:
        """What an option leads to is there when it is pulled with what it needs."""
        world = self.worlds.world(self._with_needs(number, value))
        assert world is not None  # everything is decided
        for section, name, at in self.told[number].changes[value - 1].records():
            for kind, target in sorted(set(self.worlds.links(world[SECTIONS[section]][name]))):
                makers = self.worlds.levers.get((PLURALS[kind], target), ())
                if target not in world[kind] and len(makers) == 1:  # of several nobody can say that one of them is needed
                    maker = self.told[makers[0]].lever.name
                    mistakes.add(at.place, f"only the lever '{maker}' makes the {kind} '{target}'", f"write needs: [{maker}]")

    def _with_needs(self, number: int, value: int) -> Package:
        """An option pulled with the first that it needs of each lever, and with what those need."""
        package = changed(self.levers.untouched, {number: value})
        todo = [number]
        while todo:
            one = todo.pop()
            ruled = [nogood for nogood in self.levers.nogoods if nogood.get(one) == package[one]]
            for other in [lever for nogood in ruled for lever, held in nogood.items() if lever != one and held == AS_IS == package[lever]]:
                free = [own for own in self.levers.values[other] if not any(nogood.get(other) == own for nogood in ruled)]
                if free and package[other] == AS_IS:
                    package = changed(package, {other: free[0]})
                    todo.append(other)
        return package


def _apart(found: Sequence[Told], told: Sequence[Told], movement: str) -> list[Told]:
    """The levers of one of several movements: those that speak of its own records are named after it, the others are the same for all."""
    own = {one.lever.name for one in found if not any(one is shared for shared in told)}

    def renamed(name: str) -> str:
        lever, slash, option = name.partition("/")
        return f"{lever}@{movement}{slash}{option}" if lever in own else name

    return [
        replace(
            one,
            lever=replace(one.lever, name=renamed(one.lever.name)),
            needs=tuple((renamed(name), place) for name, place in one.needs),
            excludes=tuple((renamed(name), place) for name, place in one.excludes),
        )
        if one.lever.name in own
        else one
        for one in found
    ]
