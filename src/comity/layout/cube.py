"""Cubes: values of some levers, in the order of the levers. A cube that no lawful package meets is a nogood.

Nogoods are kept short (one that says more than another is left out) and told together: those that differ in the value of one lever alone
are one clause over a set of values, which is the same law and a tighter relaxation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from comity.offramp.lever import Nogood, Package, Partial

Cube: TypeAlias = tuple[tuple[int, int], ...]
"""Levers and their values, by the lever's number; no lever twice."""
Block: TypeAlias = tuple[tuple[int, frozenset[int]], ...]
"""The same with several values of a lever: every cube with one value of each."""


def cube(values: Nogood | Iterable[tuple[int, int]]) -> Cube:
    """The cube of some values."""
    return tuple(sorted(values.items() if isinstance(values, Mapping) else values))


def of(package: Package, levers: Iterable[int]) -> Cube:
    """What a package says of some levers."""
    return tuple((lever, package[lever]) for lever in sorted(levers))


def partial(values: Cube, size: int) -> Partial:
    """The partial package of as many levers that decides these."""
    found: list[int | None] = [None] * size
    for lever, value in values:
        found[lever] = value
    return tuple(found)


def meets(package: Package, values: Cube) -> bool:
    """Has a package all of these values?"""
    return all(package[lever] == value for lever, value in values)


def shortest(cubes: Iterable[Cube]) -> list[Cube]:
    """Those that no other of them makes needless, the short ones first."""
    kept: list[Cube] = []
    sets: list[frozenset[tuple[int, int]]] = []
    at: dict[tuple[int, int], list[int]] = {}  # a cube waits at its first pair: whom it makes needless has that pair too
    for one in sorted(set(cubes), key=lambda c: (len(c), c)):
        if not one:
            return [()]
        pairs = frozenset(one)
        if not any(sets[n] <= pairs for pair in one for n in at.get(pair, ())):
            at.setdefault(one[0], []).append(len(kept))
            kept.append(one)
            sets.append(pairs)
    return kept


def blocks(cubes: Iterable[Cube]) -> list[Block]:
    """The same nogoods, fewer: cubes alike in all but one lever are one."""
    at: dict[int, set[Block]] = {}  # by each of their levers
    nothing: set[Block] = set()
    for values in cubes:
        block = tuple((lever, frozenset((value,))) for lever, value in values)
        if not block:
            nothing.add(block)  # whatever is done
        for lever, _ in block:
            at.setdefault(lever, set()).add(block)
    for lever in sorted(at):
        alike: dict[Block, set[Block]] = {}
        for one in at[lever]:
            alike.setdefault(tuple(pair for pair in one if pair[0] != lever), set()).add(one)
        for rest, several in alike.items():
            if len(several) > 1:
                merged = frozenset[int]().union(*(value for one in several for other, value in one if other == lever))
                whole = tuple(sorted([*rest, (lever, merged)], key=lambda pair: pair[0]))
                for other, _ in whole:
                    at[other].difference_update(several)
                    at[other].add(whole)
    return sorted(nothing.union(*at.values()), key=lambda one: [(lever, sorted(values)) for lever, values in one])
