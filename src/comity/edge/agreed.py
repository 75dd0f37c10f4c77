"""What several parties can agree upon in a world that may be changed: every package that all laws allow and nobody can better without another losing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from comity.edge.changed import deadline, read_again
from comity.files.documents import documents
from comity.files.values import Values, read_parties, read_values
from comity.offramp.answer import barred
from comity.offramp.changeable import Changeable
from comity.offramp.lever import AS_IS, Judge, Package, Partial, changed
from comity.settle.game import TooLargeError
from comity.settle.lawful import NEVER, Lawful
from comity.settle.settlement import Settlement, settle
from comity.settle.table import shown
from comity.text.source import Mistake, Mistakes, Place, SourceError
from comity.verdict.outcome import OPEN, Span, meet

MOST = 12
"""Points of a front told in words at once."""


@dataclass(frozen=True)
class Agreed:
    """A front; `shaped`: by package of what is told in words, the provisions that shaped it. `judged`: of how many packages law was asked,
    and of those that were judged whole how many are `open`, lawful or not as missing facts are.
    """

    front: Settlement
    shaped: Mapping[Package, Sequence[str]]
    judged: int
    open: int


def agreed(world: Changeable, movements: Sequence[str], wanted: int, values: Sequence[Values], seconds: float) -> Agreed:
    """The front of packages under which all these movements reach an outcome; what is told in words is read again from the text of its world.

    Raises SourceError where there is too much to be told apart, or where anything is judged otherwise when it is read again.
    """
    joint = Joint(world, movements, wanted)
    lawful = Lawful(world.levers, joint, wanted, deadline(seconds), joint.alike)
    try:
        front = settle(world.levers, lawful, values, seconds)
    except TooLargeError as fault:
        raise SourceError([Mistake(Place("--levers", 1, 1), str(fault))]) from fault
    for number in shown(front, MOST):
        read_again(world, world.anew(front.points[number - 1].packages[0], movements), wanted)
    return Agreed(front, _shaped(world, movements, front, wanted), lawful.asked, len(lawful.open))


def valued(world: Changeable, file: Path, parties: str | None = None) -> list[Values]:
    """What each of these parties (all of the file, if none is named) holds the levers to be worth. Raises SourceError with every mistake."""
    mistakes = Mistakes()
    options = {lever.name: [option.name for option in lever.options] for lever in world.levers.levers}
    told = documents(file, mistakes)
    every = [name for one in told if (values := one.get("values")) is not None for name in values.pairs or {}]
    named = read_parties(",".join(every) if parties is None else parties, world.world["party"], mistakes)
    found = read_values(told, options, world.world["party"], named, mistakes)
    mistakes.settle()
    return found


class Joint:
    """What all laws leave of several movements together: as much as of the worst of them.

    Each is judged with those levers left as they are that do not bear on it, so that packages that differ only in these are judged once.
    """

    def __init__(self, world: Changeable, movements: Sequence[str], wanted: int) -> None:
        self.judges = sorted((world.judge(movement) for movement in movements), key=lambda judge: len(judge.bearing))
        self.goal = wanted
        every = range(len(world.levers.levers))
        self._rest = [dict.fromkeys((lever for lever in every if lever not in judge.bearing), AS_IS) for judge in self.judges]

    def __call__(self, packages: Sequence[Partial]) -> list[Span]:
        """The span of each partial package."""
        return [meet(spans) for spans in zip(*(self._each(number, packages) for number in range(len(self.judges))), strict=True)]

    def _each(self, number: int, packages: Sequence[Partial]) -> list[Span]:
        return self.judges[number]([changed(package, dict[int, int | None](self._rest[number])) for package in packages])

    def alike(self, package: Package) -> Judge | None:
        """Of a package that is not surely lawful, a judge who sees that none is which has the same values of all levers that bear on some movement."""
        for number, judge in enumerate(self.judges):
            if self._rest[number] and self._each(number, [package])[0].worst < self.goal:
                held = {lever: package[lever] for lever in judge.bearing}
                return lambda partials: [NEVER if all(one[lever] == value for lever, value in held.items()) else OPEN for one in partials]
        return None


def _shaped(world: Changeable, movements: Sequence[str], front: Settlement, wanted: int) -> Mapping[Package, Sequence[str]]:
    """For the first package of each point that is told, the provisions that would bar some movement if one of its levers were left as it is."""
    found: dict[Package, list[str]] = {}
    for number in shown(front, MOST):
        package = front.points[number - 1].packages[0]
        cites: dict[str, None] = {}
        for lever in (n for n, value in enumerate(package) if value):
            without = tuple(0 if n == lever else value for n, value in enumerate(package))
            for movement in movements:
                verdict = world.judge(movement).verdict(without)
                assert verdict is not None  # everything is decided
                cites |= {f"{regime} {path} ({cite})": None for regime, path, cite, _ in barred(verdict, wanted)}
        found[package] = list(cites)
    return found
