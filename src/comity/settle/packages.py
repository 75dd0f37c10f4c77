"""Packages one by one: what disjoint partial packages stand for, written out in full."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from itertools import compress, islice, product
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from comity.offramp.lever import AS_IS, Levers, Package, Partial

Packages: TypeAlias = NDArray[np.int16]
"""Packages, one a row, with the value of each lever; -1 where a lever is left open."""

MOST: Final = 2**20
"""As many packages as are written out."""
TIES: Final = 1_000
"""As many packages that come to the same as are listed, where not all are written out."""
OPEN: Final = -1


def written_out(levers: Levers, cubes: Sequence[Partial], open_: Collection[int] = ()) -> Packages | None:
    """All packages of disjoint partial ones that the levers allow, in their order; None where these are more than are written out.

    Levers that are to stay `open_`, because nobody values them and no nogood names them, are not decided where a cube does not decide them.
    Lever by lever, all partial packages at once, so that values which cannot be had together are dropped before they multiply.
    """
    rows = np.array([[OPEN if value is None else value for value in cube] for cube in cubes], dtype=np.int16).reshape(len(cubes), len(levers.levers))
    if not all(levers.nogoods):  # an empty one is broken by every package
        return rows[:0]
    for number, lever in enumerate(levers.levers):
        column = rows[:, number]
        copies = np.where((column == OPEN) & (number not in open_), len(lever.options) + 1, 1)
        if copies.sum() > MOST:
            return None
        first = np.repeat(np.cumsum(copies) - copies, copies)
        rows = np.repeat(rows, copies, axis=0)
        column = rows[:, number]
        if number not in open_:
            rows[:, number] = np.where(column == OPEN, np.arange(len(rows)) - first, column)
        for nogood in levers.nogoods:
            if max(nogood) == number:
                rows = rows[~np.logical_and.reduce([rows[:, one] == value for one, value in nogood.items()])]
    return rows


def counted(levers: Levers, packages: Packages) -> int:
    """How many packages these are, whatever the levers that are left open."""
    left = packages == OPEN
    if not left.any():
        return len(packages)
    kinds, counts = np.unique(left, axis=0, return_counts=True)
    sizes = [len(lever.options) + 1 for lever in levers.levers]
    return sum(int(count) * math.prod(compress(sizes, kind)) for kind, count in zip(kinds.tolist(), counts, strict=True))


def ranked(levers: Levers, packages: Packages) -> list[Package]:
    """Packages in the order of their rank (`Levers.rank`), all at once. Where some levers are left open, the first of them."""
    closed = np.where(packages == OPEN, AS_IS, packages)
    cost = np.zeros(len(packages), dtype=np.int64)
    for number, lever in enumerate(levers.levers):
        cost += np.array([0, *(option.cost for option in lever.options)])[closed[:, number]]
    order = np.lexsort((*closed.T[::-1], (closed > 0).sum(axis=1), cost))
    if (packages != OPEN).all():
        return [tuple(row) for row in packages[order].tolist()]
    values = ([held if value == OPEN else (value,) for held, value in zip(levers.values, row, strict=True)] for row in packages[order].tolist())
    return sorted(islice((one for row in values for one in product(*row)), TIES), key=levers.rank)
