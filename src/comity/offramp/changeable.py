"""A world that may be changed: its levers, and the judge of each of its movements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from comity.facts.record import World
from comity.files.world import read_world
from comity.offramp.judge import MovementJudge
from comity.offramp.lever import Levers, Package
from comity.offramp.worlds import Worlds
from comity.offramp.written import Told, check_records, instances, joined, priced
from comity.text.source import Mistakes, Node, Place
from comity.verdict.plan import Plan
from comity.verdict.verdict import Verdict


@dataclass
class Changeable:
    """What is asked about: law, a world and the tree of its file, what may be changed in it; `on` judges every movement as on that day."""

    plan: Plan
    world: World
    node: Node
    told: Sequence[Told]
    levers: Levers
    asked_on: int
    on: int | None = None
    narrowed: bool = False
    judges: dict[str, MovementJudge] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """One set of worlds for all movements."""
        self.worlds = Worlds(self.world, self.node, self.told, self.plan.vocabulary, self.asked_on, self.on)

    def judge(self, movement: str) -> MovementJudge:
        """The judge of one movement."""
        if movement not in self.judges:
            self.judges[movement] = MovementJudge(movement, self.worlds, self.plan, self.asked_on, self.narrowed)
        return self.judges[movement]

    def anew(self, movement: str, package: Package) -> Verdict:
        """The verdict on a movement of the changed world, read from its text like any other: what is shown to people rests on this."""
        mistakes = Mistakes()
        world = read_world(self.worlds.changed(package), self.plan.vocabulary, mistakes, self.asked_on)
        mistakes.settle()
        if self.on is not None:
            self.worlds.on_day(world.records["movement"].values())
        return self.judge(movement).judged(world)


def changeable(  # noqa: PLR0913 -- what is asked of whom, and what is changed at which cost
    plan: Plan,
    world: World,
    node: Node,
    told: Sequence[Told],
    costs: Mapping[str, tuple[int, Place]],
    movements: Sequence[str],
    asked_on: int,
    *,
    on: int | None = None,
    narrowed: bool = False,
) -> Changeable:
    """A world with the levers of some movements, at these costs. Raises SourceError with every mistake in the levers."""
    mistakes = Mistakes()
    several = {movement: instances(told, world, movement) for movement in movements}
    own = [one for movement, found in several.items() for one in (found if len(several) == 1 else _apart(found, told, movement))]
    distinct = [one for n, one in enumerate(own) if not any(one is earlier for earlier in own[:n])]
    check_records(distinct, node, mistakes)
    made = priced(distinct, costs, mistakes)
    levers = joined(made, mistakes)
    mistakes.settle()
    found = Changeable(plan, world, node, made, levers, asked_on, on, narrowed)
    for number, one in enumerate(made):  # each is read once by itself, so that what is wrong in it is said before anything is judged
        for value in range(1, len(one.lever.options) + 1):
            found.worlds.world(tuple(value if n == number else 0 for n in range(len(made))))
    return found


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
