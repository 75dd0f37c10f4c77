"""The cheapest lawful package, exactly, by a judge of whom nothing is known but that deciding more never widens a span.

Implicit hitting sets (Moreno-Centeno and Karp 2013), a case of logic-based Benders decomposition (Hooker and Ottosson 2003): a master
proposes the package that comes first of those that break no nogood; the judge says whether it is lawful; if it is not, as many of its
values are taken back as may be while still nothing that is left would be lawful, and the others are the next nogood. So the first
proposal that is lawful comes before all others that are, and the nogoods are the proof.

To judge many partial packages together costs little more than to judge one, so what may be asked soon is asked at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import Final, TypeAlias

from comity.law.rulebook import PERMITTED
from comity.offramp.asked import Asked, OverError, prefixes, trials
from comity.offramp.lever import AS_IS, Judge, Levers, Nogood, Over, Package, Partial, Worlds, changed, endless, pulled, unlooked
from comity.offramp.master import Late, proposal
from comity.verdict.outcome import Span

AT_ONCE: Final = 64
"""So many proposals are judged at once at most, where what is said of one tells nothing of the next."""


@dataclass(frozen=True, slots=True)
class Solution:
    """A lawful package, judged whole, and its cost in millionths.

    What comes before it (`Levers.rank`) breaks a nogood of the `proof`, of which no completion is surely lawful, or one of the levers' own;
    or it is `open`, judged whole and lawful or not as missing facts are; or, before an alternative, it contains what another solution changes.
    """

    package: Package
    cost: int
    proof: tuple[Nogood, ...]
    open: tuple[Package, ...] = ()


@dataclass(frozen=True, slots=True)
class Impossible:
    """No package (no other, where some were found before) is surely lawful, shown in the same way.

    Where `open` is empty and no world was supposed, none would be whatever the missing facts are.
    """

    proof: tuple[Nogood, ...]
    open: tuple[Package, ...] = ()


@dataclass(frozen=True, slots=True)
class Unknown:
    """Time was over: no lawful package costs less than `least`; `package` and its cost: the first of those that were found, perhaps not the cheapest."""

    least: int
    package: Package | None
    cost: int | None
    proof: tuple[Nogood, ...]
    open: tuple[Package, ...] = ()


Found: TypeAlias = Solution | Impossible | Unknown


@dataclass(frozen=True, slots=True)
class Several:
    """Solutions, the first ones first, none of which contains what another before it changes; `end`: why there are not as many as were asked for."""

    solutions: tuple[Solution, ...]
    end: Impossible | Unknown | None = None


@dataclass(frozen=True, slots=True)
class Needed:
    """A lawful package of which no lever can be left as it is; for each that it pulls, what law leaves without it (None: it cannot be so)."""

    package: Package
    without: Mapping[int, Span | None]


@dataclass
class Search:
    """Levers, and who judges packages of them against a goal, an outcome. What was said once is kept, whatever is asked next.

    `over` is asked between batches whether time is over; there is no clock here. `worlds` are asked for where a package is lawful or not as
    missing facts are. In a world in which it is not, others are seen not to be either; without one it tells of no other, and each is judged.
    """

    levers: Levers
    judge: Judge
    goal: int = PERMITTED
    over: Over = endless
    worlds: Worlds = unlooked
    _law: Asked = field(init=False)
    _supposed: list[Asked] = field(default_factory=list, init=False)
    _shown: list[Nogood] = field(default_factory=list, init=False)
    _open: dict[Package, None] = field(default_factory=dict, init=False)
    _early: list[int] = field(default_factory=list, init=False)
    _dived: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        """Nothing was asked yet."""
        self._law = self._asked(self.judge)

    def _asked(self, judge: Judge) -> Asked:
        return Asked(judge, self.levers, self.goal, self.over)

    def cheapest(self) -> Found:
        """The lawful package that comes first: the cheapest, of those one that pulls the fewest levers, of those the least by its values."""
        return self._first((), None)

    def several(self, n: int) -> Several:
        """The first `n` solutions. Where nothing has to be changed, that is the only one."""
        solutions: list[Solution] = []
        while len(solutions) < n:
            found = self._first([pulled(one.package) for one in solutions], solutions[-1].package if solutions else None)
            if not isinstance(found, Solution):
                return Several(tuple(solutions), found)
            solutions.append(found)
        return Several(tuple(solutions))

    def essential(self, package: Package) -> Needed:
        """What is needed of a lawful package: the dearest lever without which it is lawful too is left as it is, and so on until there is none.

        One batch for each, whatever the time. Raises `ValueError` where the package is not lawful.
        """
        law = replace(self._law, over=endless)
        if not law.lawful(package):
            raise ValueError("the package is not lawful, so nothing is needed for it")
        while True:
            without = {lever: changed(package, {lever: AS_IS}) for lever in pulled(package)}
            spans = dict(zip(without, law.spans(list(without.values())), strict=True))
            needless = [one for one in without.values() if law.lawful(one)]
            if not needless:
                return Needed(package, {lever: spans[lever] if self.levers.allows(one) else None for lever, one in without.items()})
            package = min(needless, key=self.levers.rank)

    def _first(self, taken: Sequence[Nogood], after: Package | None) -> Found:
        """The lawful package that comes first of those that come after another and contain nothing that is taken."""
        least, count = 0 if after is None else self.levers.cost(after), 1
        try:
            self._guess()
            while True:
                if not self._dived:  # to have something if time is over: proposals are too cheap to be lawful but for the last
                    self._dive()
                found, end = self._proposed(count, taken, after)
                if not found:
                    if end is None:
                        return Impossible(_fewest(self._shown), tuple(self._open))
                    return self._unknown(max(least, end.least), taken)
                least = max(least, self.levers.cost(found[0]))
                self._judge_all(found)
                learnt = False
                for package in found:
                    if self._law.lawful(package):
                        return self._solution(package)
                    learnt |= self._learn(package)
                after, count = found[-1], 1 if learnt else min(2 * count, AT_ONCE)
        except OverError:
            return self._unknown(least, taken)

    def _judge_all(self, found: Sequence[Package]) -> None:
        """Judges proposals together: one with all that may be asked next if it is not lawful; several as they are, also in the worlds that are known."""
        if len(found) == 1:
            self._law.spans(trials(self._nothing, self._law.ordered(found[0])))
        else:
            self._law.spans(found)
            for world in self._supposed:
                world.spans([one for one in found if self._law.may(one)])

    def _proposed(self, count: int, taken: Sequence[Nogood], after: Package | None) -> tuple[list[Package], Late | None]:
        """The packages that come first after another, so many if there are; and whether that is all for want of time."""
        found: list[Package] = []
        while len(found) < count:
            one = proposal(self.levers, [*self._shown, *taken], after, self.over)
            if not isinstance(one, tuple):
                return found, one
            found.append(after := one)
        return found, None

    def _solution(self, package: Package) -> Solution:
        """A lawful package, with those nogoods that something before it breaks."""
        before = self.levers.rank(package)
        shown = [one for one in self._shown if self.levers.rank(changed(self.levers.untouched, one)) < before]
        return Solution(package, self.levers.cost(package), _fewest(shown), tuple(one for one in self._open if self.levers.rank(one) < before))

    def _unknown(self, least: int, taken: Sequence[Nogood]) -> Unknown:
        """What is known when time is over."""
        left = [one for one in self._law.found() if not any(nogood.items() <= dict(enumerate(one)).items() for nogood in taken)]
        package = min(left, key=self.levers.rank, default=None)
        return Unknown(least, package, None if package is None else self.levers.cost(package), _fewest(self._shown), tuple(self._open))

    def _learn(self, package: Package) -> bool:
        """Learns why a package is not lawful, if it tells of others too: by law whatever the missing facts are, else in some world that they leave."""
        if any(nogood.items() <= dict(enumerate(package)).items() for nogood in self._shown):
            return True
        if self._shows(self._law, package):
            return True
        self._open[package] = None
        if any(self._shows(world, package) for world in self._supposed):
            return True
        if (judge := self.worlds(package)) is None:
            return False
        world = self._asked(judge)
        if shown := self._shows(world, package):
            self._supposed.append(world)
        return shown

    def _shows(self, asked: Asked, package: Package) -> bool:
        """Does a judge show nogoods that a package breaks? Then they are learnt."""
        found = list(asked.nogoods(package))
        self._shown += found
        return bool(found)

    # -- guesses -----------------------------------------------------------------------------------------------------

    @property
    def _nothing(self) -> Partial:
        """The package about which nothing is decided."""
        return (None,) * len(self.levers.levers)

    def _guess(self) -> None:
        """Looks whether nothing helps, nothing has to be done, or one option is enough: then a lawful package is known."""
        untouched = self.levers.untouched
        one = [changed(untouched, {lever: value}) for lever, values in enumerate(self.levers.values) for value in values[1:]]
        guesses = [package for package in (untouched, *one) if self.levers.allows(package)]
        (helped,) = self._law.spans([self._nothing])
        if helped.best < self.goal:
            self._shown = [{}]
            self._dived = True
            return
        self._law.spans([*guesses, *trials(self._nothing, self._law.ordered(untouched))])
        self._dived |= any(map(self._law.lawful, guesses))

    def _dive(self) -> None:
        """Leaves levers as they are as long as law may bear it, then pulls one, and so on: a lawful end is then known.

        Where no value of a lever can be borne in the end, it is the first to be decided the next time.
        """
        borne = self._borne(self._nothing)
        while borne and (undecided := self._undecided(borne[-1])):
            lever = undecided[0]
            options = [changed(borne[-1], {lever: value}) for value in self.levers.values[lever][1:]]
            self._law.spans([one for option in options for one in self._staying(option)])
            further = [found for option in options if (found := self._borne(option))]
            borne = max(further, key=lambda found: (len(found), -self.levers.cost(found[0])), default=[])
            if not borne and lever not in self._early[:1]:
                self._early = [lever, *(one for one in self._early if one != lever)]
                return
        self._dived = True

    def _undecided(self, partial: Partial) -> list[int]:
        """The levers about which nothing is decided, in the order in which a dive decides: the dearest first."""
        dearest = [lever for lever, _ in self._law.ordered(tuple(AS_IS if value is None else None for value in partial))]
        return sorted(dearest, key=lambda lever: self._early.index(lever) if lever in self._early else len(self._early))

    def _staying(self, partial: Partial) -> list[Partial]:
        """A partial package, the same with one lever more left as it is, and so on."""
        return prefixes(partial, [(lever, AS_IS) for lever in self._undecided(partial)])

    def _borne(self, partial: Partial) -> list[Partial]:
        """As many of these as law may bear."""
        staying = self._staying(partial)
        self._law.spans(staying)
        return list(takewhile(lambda one: self._law.may(one) and self.levers.allows(one), staying))


def _fewest(nogoods: Sequence[Nogood]) -> tuple[Nogood, ...]:
    """The nogoods but for those that say no more than another."""
    found: list[Nogood] = []
    for nogood in sorted(nogoods, key=lambda one: (len(one), sorted(one.items()))):
        if not any(one.items() <= nogood.items() for one in found):
            found.append(nogood)
    return tuple(found)
