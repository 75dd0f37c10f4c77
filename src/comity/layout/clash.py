"""Why there is no layout: a smallest set of movements that cannot be lawful together, in the sense that none of them can be spared."""

from __future__ import annotations

from comity.layout.cube import Cube
from comity.layout.master import together
from comity.layout.search import Clash, Search
from comity.offramp.asked import OverError


def clash(search: Search) -> Clash:
    """Movements of a search that found no lawful package, each of which is needed for that, and nogoods of them, likewise."""
    names, minimal = tuple(one.name for one in search.movements), True
    try:
        names = _movements(search, names)
    except OverError:
        minimal = False
    of = {(name, nogood): [nogood] for name in names for nogood in search.learned[name].nogoods}
    kept: tuple[tuple[str, Cube], ...] = tuple(of)
    try:
        kept = _nogoods(search, kept)
    except OverError:
        minimal = False
    return Clash(names, {name: tuple(dict(nogood) for whose, nogood in kept if whose == name) for name in names}, minimal)


def _movements(search: Search, names: tuple[str, ...]) -> tuple[str, ...]:
    """Deletion: a movement without which there is no package either is spared (as all are that a proof did not use)."""
    left = _proof(search, names)
    if left is None:
        raise ValueError("they can be lawful together")
    for name in left:
        if name in left:
            fewer = _proof(search, tuple(one for one in left if one != name))
            left = left if fewer is None else fewer
    return left


def _proof(search: Search, names: tuple[str, ...]) -> tuple[str, ...] | None:
    """Those of the movements from which a proof followed that they cannot be lawful together; None if they can. Raises `OverError`."""
    some = Search(search.levers, [one for one in search.movements if one.name in names], search.over, search.learned)
    while True:
        found = together(search.levers, {name: search.learned[name].nogoods for name in names}, search.over)
        if found is None:
            raise OverError
        if isinstance(found, frozenset):
            return tuple(name for name in names if name in found)
        if not some.refuse(found):
            return None


def _nogoods(search: Search, kept: tuple[tuple[str, Cube], ...]) -> tuple[tuple[str, Cube], ...]:
    """The same of nogoods."""
    left = kept
    for one in (None, *kept):
        if one is None or one in left:
            found = together(search.levers, {other: [other[1]] for other in left if other != one}, search.over)
            if found is None:
                raise OverError
            if isinstance(found, frozenset):
                left = tuple(other for other in left if other in found)
    return left
