"""The cheapest lawful package, exactly, by a judge of whom nothing is known but that deciding more never widens a span.

Implicit hitting sets (Moreno-Centeno and Karp 2013), a case of logic-based Benders decomposition (Hooker and Ottosson 2003): a master
proposes the package that comes first of those that break no nogood; the judge says whether it is lawful; if it is not, as many of its
values are taken back as may be while still nothing that is left would be lawful, and the others are the next nogood. So the first
proposal that is lawful comes before all others that are, and the nogoods are the proof.

To judge many partial packages together costs little more than to judge one, so what may be asked soon is asked at once.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import TypeAlias, TypeVar

from comity.law.rulebook import PERMITTED
from comity.offramp.lever import AS_IS, Judge, Levers, Nogood, Over, Package, Partial, endless, pulled
from comity.offramp.master import Late, proposal
from comity.verdict.outcome import Span


@dataclass(frozen=True, slots=True)
class Solution:
    """A lawful package, judged whole, and its cost in millionths.

    Everything that comes before it (`Levers.rank`) breaks a nogood of the `proof`, of which no completion is lawful, or one of the levers'
    own, or is `open`: it would perhaps be lawful were the missing facts known. An alternative comes after the solutions that it contains.
    """

    package: Package
    cost: int
    proof: tuple[Nogood, ...]
    open: tuple[Package, ...] = ()


@dataclass(frozen=True, slots=True)
class Impossible:
    """No package is lawful: each breaks a nogood of the proof or one of the levers' own, or is `open` as missing facts leave it."""

    proof: tuple[Nogood, ...]
    open: tuple[Package, ...] = ()


@dataclass(frozen=True, slots=True)
class Unknown:
    """Time was over: no lawful package costs less than `least`; `package` is the first of those that were found, perhaps not the cheapest."""

    least: int
    package: Package | None
    cost: int | None
    proof: tuple[Nogood, ...]
    open: tuple[Package, ...] = ()


Value = TypeVar("Value", int, int | None)
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


class _OverError(Exception):
    """Time is over."""


@dataclass
class Search:
    """Levers, and who judges packages of them against a goal, an outcome. What was judged once is kept, whatever is asked next.

    `over` is asked between batches whether time is over; there is no clock here. Costs are never negative.
    """

    levers: Levers
    judge: Judge
    goal: int = PERMITTED
    over: Over = endless
    _spans: dict[Partial, Span] = field(default_factory=dict)
    _shown: list[Nogood] = field(default_factory=list)
    _open: list[Package] = field(default_factory=list)

    def cheapest(self) -> Found:
        """The lawful package that comes first: the cheapest, of those one that pulls the fewest levers, of those the least by its values."""
        return self._first(())

    def several(self, n: int) -> Several:
        """The first `n` solutions. Where nothing has to be changed, that is the only one."""
        solutions: list[Solution] = []
        while len(solutions) < n:
            found = self._first([pulled(one.package) for one in solutions])
            if not isinstance(found, Solution):
                return Several(tuple(solutions), found)
            solutions.append(found)
        return Several(tuple(solutions))

    def essential(self, package: Package) -> Needed:
        """What is needed of a lawful package: the dearest lever without which it is lawful too is left as it is, and so on until there is none.

        One batch for each, whatever the time. Raises `ValueError` where the package is not lawful.
        """
        self._judged([package])
        if not self._lawful(package):
            raise ValueError("the package is not lawful, so nothing is needed for it")
        while True:
            without = {lever: _with(package, {lever: AS_IS}) for lever in pulled(package)}
            spans = dict(zip(without, self._judged(list(without.values())), strict=True))
            needless = [one for one in without.values() if self._lawful(one)]
            if not needless:
                return Needed(package, {lever: spans[lever] if self.levers.allows(one) else None for lever, one in without.items()})
            package = min(needless, key=self.levers.rank)

    def _first(self, taken: Sequence[Nogood]) -> Found:
        """The lawful package that comes first of those that contain nothing that is taken."""
        least = 0
        try:
            self._guess()
            while True:
                found = proposal(self.levers, [*self._shown, *(dict(enumerate(one)) for one in self._open), *taken], self.over)
                if found is None:
                    return Impossible(_fewest(self._shown), tuple(self._open))
                if isinstance(found, Late):
                    return self._unknown(max(least, found.least), taken)
                least = self.levers.cost(found)
                if self._learnt(found):
                    before = self.levers.rank(found)
                    shown = [one for one in self._shown if self.levers.rank(_with(self.levers.untouched, one)) < before]
                    return Solution(found, least, _fewest(shown), tuple(self._open))
        except _OverError:
            return self._unknown(least, taken)

    def _unknown(self, least: int, taken: Sequence[Nogood]) -> Unknown:
        """What is known when time is over."""
        lawful = [one for one in map(_whole, self._spans) if one is not None and self._lawful(one)]
        left = [one for one in lawful if not any(nogood.items() <= dict(enumerate(one)).items() for nogood in taken)]
        package = min(left, key=self.levers.rank, default=None)
        return Unknown(least, package, None if package is None else self.levers.cost(package), _fewest(self._shown), tuple(self._open))

    # -- judging -----------------------------------------------------------------------------------------------------

    def _asked(self, partials: Sequence[Partial]) -> list[Span]:
        """What law leaves of each, if there is time to ask."""
        if any(one not in self._spans for one in partials) and self.over():
            raise _OverError
        return self._judged(partials)

    def _judged(self, partials: Sequence[Partial]) -> list[Span]:
        """What law leaves of each; what is not known yet is asked in one batch."""
        fresh = [one for one in dict.fromkeys(partials) if one not in self._spans]
        if fresh:
            self._spans.update(zip(fresh, self.judge(fresh), strict=True))
        return [self._spans[one] for one in partials]

    def _lawful(self, package: Package) -> bool:
        """Is a package that was judged whole lawful, and one that there can be?"""
        return self._spans[package].worst >= self.goal and self.levers.allows(package)

    # -- guesses -----------------------------------------------------------------------------------------------------

    def _guess(self) -> None:
        """Looks whether nothing helps, nothing has to be done, or one option is enough; else for some lawful package, to have one at all."""
        nothing: Partial = (None,) * len(self.levers.levers)
        untouched = self.levers.untouched
        one = [_with(untouched, {lever: value}) for lever, values in enumerate(self.levers.values) for value in values[1:]]
        guesses = [package for package in (untouched, *one) if self.levers.allows(package)]
        (helped,) = self._asked([nothing])
        if helped.best < self.goal:
            self._shown = [{}]
            return
        self._asked([*guesses, *self._staying(nothing)])
        if not any(map(self._lawful, guesses)):
            self._dive(nothing)

    def _dive(self, partial: Partial) -> None:
        """Leaves levers as they are, the dearest first, as long as law may bear it, then pulls one, and so on. A lawful end is then known."""
        borne = self._borne(partial)
        while borne and (undecided := self._undecided(borne[-1])):
            options = [_with(borne[-1], {undecided[0]: value}) for value in self.levers.values[undecided[0]][1:]]
            self._asked([one for option in options for one in self._staying(option)])
            further = [found for option in options if (found := self._borne(option))]
            borne = max(further, key=lambda found: (len(found), -self.levers.cost(found[0])), default=[])

    def _undecided(self, partial: Partial) -> list[int]:
        """The levers about which nothing is decided, the dearest first."""
        return [lever for lever, _ in self._ordered(tuple(AS_IS if value is None else None for value in partial))]

    def _staying(self, partial: Partial) -> list[Partial]:
        """A partial package, the same with one lever more left as it is, and so on."""
        return _prefixes(partial, [(lever, AS_IS) for lever in self._undecided(partial)])

    def _borne(self, partial: Partial) -> list[Partial]:
        """As many of these as law may bear."""
        staying = self._staying(partial)
        spans = zip(staying, self._asked(staying), strict=True)
        return [one for one, _ in takewhile(lambda pair: pair[1].best >= self.goal and self.levers.allows(pair[0]), spans)]

    # -- nogoods -----------------------------------------------------------------------------------------------------

    def _learnt(self, package: Package) -> bool:
        """Is a proposal lawful? If not, nogoods are learnt: one that it breaks, then others that share no lever with those before."""
        *_, span = self._asked(_prefixes((None,) * len(package), self._ordered(package)))
        if span.worst >= self.goal:
            return True
        if span.best >= self.goal:
            self._open.append(package)  # the same with less decided leaves more open, so nothing else is told by it
            return False
        partial: Partial = package
        while nogood := self._nogood(partial):
            self._shown.append(nogood)
            partial = tuple(None if lever in nogood else value for lever, value in enumerate(partial))
        return False

    def _nogood(self, partial: Partial) -> Nogood | None:
        """As few of the values as show that no completion is lawful: without any one of them some might be. None where some might be with all."""
        kept: Partial = (None,) * len(partial)
        rest = self._ordered(partial)
        while True:
            prefixes = _prefixes(kept, rest)
            spans = self._asked(prefixes)
            enough = next((count for count, span in enumerate(spans) if span.best < self.goal), None)
            if enough is None:
                return None
            if enough == 0:
                return {lever: value for lever, value in enumerate(kept) if value is not None}
            lever, value = rest[enough - 1]
            kept, rest = _with(kept, {lever: value}), rest[: enough - 1]

    def _ordered(self, partial: Partial) -> list[tuple[int, int]]:
        """What is decided, by how much it costs to decide otherwise: what costs most is what a nogood should rest on. Pulled levers come last."""

        def dear(pair: tuple[int, int]) -> tuple[bool, float, int]:
            lever, value = pair
            return bool(value), -min((option.cost for option in self.levers.levers[lever].options), default=math.inf), lever

        return sorted(((lever, value) for lever, value in enumerate(partial) if value is not None), key=dear)


def _with(partial: tuple[Value, ...], values: Nogood) -> tuple[Value | int, ...]:
    """The same with other values of some levers."""
    return tuple(values.get(lever, value) for lever, value in enumerate(partial))


def _whole(partial: Partial) -> Package | None:
    """A package, if everything is decided."""
    decided = tuple(value for value in partial if value is not None)
    return decided if len(decided) == len(partial) else None


def _prefixes(partial: Partial, values: Sequence[tuple[int, int]]) -> list[Partial]:
    """A partial package with none of the values, with the first, with the first two, and so on."""
    return [_with(partial, dict(values[:count])) for count in range(len(values) + 1)]


def _fewest(nogoods: Sequence[Nogood]) -> tuple[Nogood, ...]:
    """The nogoods but for those that say no more than another."""
    found: list[Nogood] = []
    for nogood in sorted(nogoods, key=len):
        if not any(one.items() <= nogood.items() for one in found):
            found.append(nogood)
    return tuple(found)
