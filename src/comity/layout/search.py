"""The cheapest package under which every movement is lawful.

A master proposes the cheapest package that meets no nogood so far, every movement is judged under it, and those that are not lawful say why: more
nogoods (logic-based Benders decomposition: Hooker and Ottosson, 2003; the implicit hitting set: Chandrasekaran et al., 2011). A package that nobody
refuses is cheapest, for the master knew only what no lawful package does. Of several, the one that pulls the fewest levers; of those, the first
where the values of the levers are read in order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from comity.layout.cube import Cube, meets
from comity.layout.master import Master, Weights, costs
from comity.layout.movement import Learned, Movement
from comity.offramp.asked import OverError
from comity.offramp.lever import Levers, Nogood, Over, Package
from comity.verdict.outcome import Span

AT_ONCE: Final = 2**40
"""Levers are put in order so many packages at once: their numbers are weights of a sum."""


@dataclass(frozen=True)
class Layout:
    """A package under which every movement is lawful, and what is left of each. `first`: none that costs as little pulls fewer levers or stands before it."""

    package: Package
    cost: int
    spans: Mapping[str, Span]
    first: bool = True


@dataclass(frozen=True)
class Clash:
    """Movements that cannot be lawful together, whatever is pulled, with nogoods of each that leave no package.

    `minimal`: without any of them the others can be, and without any of the nogoods a package is left. No movement at all: the levers exclude each other.
    """

    movements: tuple[str, ...]
    nogoods: Mapping[str, tuple[Nogood, ...]]
    minimal: bool = True


@dataclass(frozen=True)
class Unknown:
    """Time was over: no lawful package costs less than `bound`, and the best that was found, if any was."""

    bound: int
    best: Layout | None = None


@dataclass
class Search:
    """Movements, each with a name of its own, that share levers; what was learned of them; and how often a master was asked."""

    levers: Levers
    movements: Sequence[Movement]
    over: Over | None = None
    learned: dict[str, Learned] = field(default_factory=dict)
    rounds: int = 0
    _bound: int = 0
    _seen: set[Package] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Nothing is known of a movement that was not looked at before."""
        for one in self.movements:
            self.learned.setdefault(one.name, Learned(one, self.levers))
        self._bound = sum(min(each) for each in costs(self.levers))

    def cheapest(self, *, ties: bool = True, hint: Package | None = None) -> Layout | Unknown | None:
        """The cheapest lawful package; `ties`: of several the first, else any. `hint` is one that may be close. None: there is none."""
        package = None
        try:
            master = Master(self.levers)
            master.add(self.nogoods())
            if (package := self._least(master, costs(self.levers), hint, cost=True)) is None:
                return None
            if ties:
                package = self._first(master, package)
        except OverError:
            return Unknown(self._bound, self._best()) if package is None else self.layout(package, first=False)
        return self.layout(package, first=ties)

    def nogoods(self) -> list[Cube]:
        """All that was learned, each once."""
        return sorted({nogood for one in self.movements for nogood in self.learned[one.name].nogoods})

    def layout(self, package: Package, *, first: bool = False) -> Layout:
        """A package, and what is left of each movement under it."""
        return Layout(package, self.levers.cost(package), {one.name: self.learned[one.name].outcome(package) for one in self.movements}, first)

    def refuse(self, package: Package) -> list[str]:
        """The movements that are not lawful under a package. Of each, why is learned."""
        refusing = [one for one in self._of_movements() if not one.lawful(package)]
        for one in refusing:
            one.refute(package)
        return [one.movement.name for one in refusing]

    def _of_movements(self) -> Iterator[Learned]:
        for one in self.movements:
            self._in_time()
            yield self.learned[one.name]

    def _in_time(self) -> None:
        if self.over is not None and self.over():
            raise OverError

    def _least(self, master: Master, weights: Weights, hint: Package | None, *, cost: bool = False) -> Package | None:
        """The package that weighs least and is lawful for all; None where no package is. Raises `OverError`."""
        told = set(self.nogoods())
        while True:
            self._in_time()
            self.rounds += 1
            found = master.least(weights, hint, self.over)
            if cost:
                self._seen.update(found.seen)
                self._bound = max(self._bound, found.bound) if found.package is not None or not found.proved else self._bound
            if not found.proved:
                raise OverError
            if found.package is None or not self.refuse(found.package):
                return found.package
            new = [one for one in self.nogoods() if one not in told]
            told.update(new)
            master.add(new)
            hint = found.package

    def _first(self, master: Master, package: Package) -> Package:
        """Of the packages that cost as little, the one that pulls the fewest levers; of those, the first in order."""
        weighed: list[Weights] = [costs(self.levers), [[int(value > 0) for value in range(len(each))] for each in costs(self.levers)]]
        master.cap(weighed[0], self.levers.cost(package))
        package = self._again(master, weighed[1], package)
        master.cap(weighed[1], sum(value > 0 for value in package))
        for levers in self._chunks():
            weights = [[0] * len(each) for each in costs(self.levers)]
            factor = 1
            for lever in reversed(levers):
                weights[lever] = [value * factor for value in range(len(weights[lever]))]
                factor *= len(weights[lever])
            package = self._again(master, weights, package)
            for lever in levers:
                master.fix(lever, package[lever])
        return package

    def _again(self, master: Master, weights: Weights, package: Package) -> Package:
        found = self._least(master, weights, package)
        assert found is not None  # the package before is one
        return found

    def _chunks(self) -> Iterable[Sequence[int]]:
        """Neighbours among the levers, as many at once as numbers go."""
        chunk, many = list[int](), 1
        for lever, each in enumerate(costs(self.levers)):
            if many * len(each) > AT_ONCE:
                yield chunk
                chunk, many = [], 1
            chunk.append(lever)
            many *= len(each)
        if chunk:
            yield chunk

    def _best(self) -> Layout | None:
        """The cheapest lawful package among those that were met."""
        known = self.nogoods()
        for package in sorted(self._seen, key=lambda one: (self.levers.cost(one), one)):
            if not any(meets(package, one) for one in known) and all(self.learned[one.name].lawful(package) for one in self.movements):
                return self.layout(package)
        return None
