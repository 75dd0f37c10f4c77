"""Levers: what a party can change. A package pulls some of them; a partial package has not decided about all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, TypeVar

from comity.verdict.outcome import Span

AS_IS: Final = 0
"""The value of a lever that is not pulled; its first option is 1."""

Package: TypeAlias = tuple[int, ...]
"""The value of every lever, in their order."""
Partial: TypeAlias = tuple[int | None, ...]
"""The same, where None is a lever about which nothing is decided yet."""
Nogood: TypeAlias = Mapping[int, int]
"""Values of some levers, by their numbers, that no package may have together."""
Judge: TypeAlias = Callable[[Sequence[Partial]], Sequence[Span]]
"""What all laws leave of a movement under partial packages, one span of outcomes for each. To decide more never widens a span."""
Worlds: TypeAlias = Callable[[Package], Judge | None]
"""Of a package that is lawful or not as missing facts are: a judge of one world that they leave open and in which it is not; None: no such world is known."""
Over: TypeAlias = Callable[[], bool]
"""Is the time over that somebody gives to a search?"""
Value = TypeVar("Value", int, int | None)


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that a lever can do: its name, what it costs in millionths, who must act for it beside the parties, and where law names it."""

    name: str
    cost: int = 0
    act: str = ""
    cite: str = ""
    en: str = ""
    zh: str = ""


@dataclass(frozen=True, slots=True)
class Lever:
    """What can be changed in one way, or in one of several that exclude each other."""

    name: str
    options: tuple[Option, ...]

    def option(self, value: int) -> Option | None:
        """The option of a value; none where it is as it is."""
        return self.options[value - 1] if value else None


@dataclass(frozen=True)
class Levers:
    """All that can be changed, and which values cannot be had together, whatever law says."""

    levers: tuple[Lever, ...]
    nogoods: tuple[Nogood, ...] = ()

    def cost(self, package: Partial) -> int:
        """What the pulled levers cost together, in millionths."""
        return sum(option.cost for lever, value in zip(self.levers, package, strict=True) if value and (option := lever.option(value)))

    def allows(self, package: Partial) -> bool:
        """May these values be had together, as far as they are decided?"""
        return not any(all(package[lever] == value for lever, value in nogood.items()) for nogood in self.nogoods)

    @property
    def values(self) -> tuple[range, ...]:
        """The values that every lever can have."""
        return tuple(range(len(lever.options) + 1) for lever in self.levers)

    def rank(self, package: Package) -> tuple[int, int, Package]:
        """What comes first is better: what costs less, then what pulls fewer levers, then what pulls later ones. No two packages are equal."""
        return self.cost(package), sum(map(bool, package)), package

    @property
    def untouched(self) -> Package:
        """The package that changes nothing."""
        return (AS_IS,) * len(self.levers)


def endless() -> bool:
    """The time of those who give all there is: it is never over."""
    return False


def unlooked(_: Package) -> None:
    """The worlds of those who look for none."""


def pulled(package: Partial) -> Nogood:
    """The values of the levers that a package pulls."""
    return {lever: value for lever, value in enumerate(package) if value}


def changed(package: tuple[Value, ...], values: Mapping[int, Value]) -> tuple[Value, ...]:
    """The same package with other values of some levers."""
    return tuple(values.get(lever, value) for lever, value in enumerate(package))


def whole(package: Partial) -> Package | None:
    """The same package if everything is decided."""
    decided = tuple(value for value in package if value is not None)
    return decided if len(decided) == len(package) else None
