"""A movement among many that share levers, and what has been learned of it: nogoods, each of them proved by one question to its judge.

If a judge leaves no lawful outcome to a cube, no package that meets the cube is lawful. So a nogood is a cube that was judged, whoever proposed it:
nothing rests on a guess that a movement does not depend on a lever. Guesses only choose what to ask.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from comity.law.rulebook import PERMITTED
from comity.layout.cube import Cube, cube, of, partial, shortest
from comity.offramp.lever import AS_IS, Judge, Levers, Package
from comity.verdict.outcome import Span

BESIDE: Final = 500
"""Cubes that are judged beside one package that was refused."""


@dataclass(frozen=True)
class Movement:
    """A movement: its judge, and the least outcome that is lawful enough.

    `levers` are all that its outcome can depend on, where that is known; None is any. A package under which a judge leaves the outcome open is not
    lawful. Facts that are unknown whatever is pulled are therefore best counted against the movement by its judge itself: then what is open
    is open to levers alone. Where they are not, name the levers, or packages are refused one at a time.
    """

    name: str
    judge: Judge
    goal: int = PERMITTED
    levers: tuple[int, ...] | None = None


@dataclass
class Learned:
    """What is known of one movement: spans of cubes, and nogoods. `asked`: how many cubes were judged."""

    movement: Movement
    levers: Levers
    spans: dict[Cube, Span] = field(default_factory=dict)
    nogoods: list[Cube] = field(default_factory=list)
    asked: int = 0

    @property
    def own(self) -> Sequence[int]:
        """The levers that it may depend on."""
        return range(len(self.levers.levers)) if self.movement.levers is None else self.movement.levers

    def judged(self, cubes: Sequence[Cube]) -> list[Span]:
        """What all laws leave of it, cube by cube; those not yet judged, in one call."""
        new = [one for one in dict.fromkeys(cubes) if one not in self.spans]
        if new:
            self.asked += len(new)
            self.spans.update(zip(new, self.movement.judge([partial(one, len(self.levers.levers)) for one in new]), strict=True))
        return [self.spans[one] for one in cubes]

    def outcome(self, package: Package) -> Span:
        """What is left of it under a package."""
        return self.judged([of(package, self.own)])[0]

    def lawful(self, package: Package) -> bool:
        """Is it surely lawful under a package?"""
        return self.outcome(package).worst >= self.movement.goal

    def bars(self, nogood: Cube, span: Span) -> bool:
        """Is no package that meets a cube lawful, whose span is this?"""
        return span.best < self.movement.goal or (span.worst < self.movement.goal and len(nogood) == len(self.own))

    def refute(self, package: Package) -> None:
        """Learns why a package is not lawful for it, and at once what else is not where the levers that it takes have other values."""
        why = self._why(of(package, self.own))
        self._keep([why])
        if len(why) < len(self.own):
            self._explore([lever for lever, _ in why])
        elif self.movement.levers is not None:
            self._explore(self.own)

    def _values(self, lever: int) -> range:
        return range(len(self.levers.levers[lever].options) + 1)

    def _keep(self, cubes: Iterable[Cube]) -> None:
        self.nogoods = shortest([*self.nogoods, *cubes])

    def _why(self, package: Cube) -> Cube:
        """A part of an unlawful package that is enough to make it so, none of whose values can be spared; all of it where it may be lawful.

        The shortest beginning that is enough ends in a value that is needed; beside that one, the shortest beginning of what stands before it, and so
        on (de Siqueira and Puget, 1988). Each is found by halving. What is dear to do otherwise comes first: a nogood that rests on it costs more to avoid.
        """
        if not self._barred([package])[0]:
            return package  # facts are missing that no lever brings
        kept: Cube = ()
        rest = sorted(package, key=self._dear)
        while not self._barred([kept])[0]:
            enough, end = 1, len(rest)
            while enough < end:
                middle = (enough + end) // 2
                if self._barred([cube([*kept, *rest[:middle]])])[0]:
                    end = middle
                else:
                    enough = middle + 1
            kept, rest = cube([*kept, rest[enough - 1]]), rest[: enough - 1]
        return kept

    def _dear(self, pair: tuple[int, int]) -> tuple[bool, int]:
        """The order of values by what another costs at least; those of pulled levers last, for to leave them saves."""
        lever, value = pair
        return value != AS_IS, -min((option.cost for option in self.levers.levers[lever].options), default=0)

    def _barred(self, cubes: Sequence[Cube]) -> list[bool]:
        return [span.best < self.movement.goal for span in self.judged(cubes)]

    def _explore(self, order: Sequence[int]) -> None:
        """Decides levers one after the other wherever the outcome is still open, and keeps the nogoods met, as long as no more are judged than at once.

        Where no value of a lever makes a difference the lever waits: it may make one with others decided.
        """
        self.judged([()])
        limit, barred = len(self.spans) + BESIDE, list[Cube]()
        front: dict[Cube, list[int]] = {(): []}  # open cubes, each with the levers that wait
        for wait in (True, False):
            for lever in order:
                split = {one: late for one, late in front.items() if wait or lever in late}
                if len(self.spans) + len(split) * len(self._values(lever)) > limit:
                    break
                front = {one: late for one, late in front.items() if one not in split} | self._split(lever, split, barred, wait=wait)
        self._keep(self._shortened(barred, order))
        self._keep(one for one in front if len(one) == len(self.own))  # still open with all levers decided: open for good

    def _split(self, lever: int, front: dict[Cube, list[int]], barred: list[Cube], *, wait: bool) -> dict[Cube, list[int]]:
        """Each open cube with each value of a lever: those that are open then."""
        grown = {one: [tuple(sorted([*one, (lever, value)])) for value in self._values(lever)] for one in front}
        self.judged([child for children in grown.values() for child in children])
        found: dict[Cube, list[int]] = {}
        for one, children in grown.items():
            spans = self.judged(children)
            if wait and all(span == self.spans[one] for span in spans):
                found[one] = [*front[one], lever]
                continue
            for child, span in zip(children, spans, strict=True):
                if span.best < self.movement.goal:
                    barred.append(child)
                elif span.worst < self.movement.goal:
                    found[child] = list(front[one])
        return found

    def _shortened(self, barred: Sequence[Cube], order: Sequence[int]) -> Collection[Cube]:
        """Nogoods none of whose values can be spared: all of them lose one value after the other, in step, the last of the order first."""
        left = list(dict.fromkeys(barred))
        for lever in reversed(order):
            fewer = [tuple(pair for pair in one if pair[0] != lever) for one in left]
            asked = [new for new, one in zip(fewer, left, strict=True) if new != one]
            self.judged(asked)
            left = list(dict.fromkeys(new if new != one and self._barred([new])[0] else one for new, one in zip(fewer, left, strict=True)))
        return left
