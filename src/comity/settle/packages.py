"""Packages one by one: what disjoint partial packages stand for, written out in full."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from comity.offramp.lever import Levers, Package, Partial

Packages: TypeAlias = NDArray[np.int16]
"""Packages, one a row, with the value of each lever."""

MOST: Final = 2**20
"""As many packages as are written out."""
TIES: Final = 1_000
"""As many packages of one point as are listed, where not all are written out."""
OPEN: Final = -1


def written_out(levers: Levers, cubes: Sequence[Partial]) -> Packages | None:
    """All packages of disjoint partial ones that the levers allow, in their order; None where these are more than are written out.

    Lever by lever, all partial packages at once, so that values which cannot be had together are dropped before they multiply.
    """
    rows = np.array([[OPEN if value is None else value for value in cube] for cube in cubes], dtype=np.int16).reshape(len(cubes), len(levers.levers))
    if not all(levers.nogoods):  # an empty one is broken by every package
        return rows[:0]
    for number, lever in enumerate(levers.levers):
        column = rows[:, number]
        copies = np.where(column == OPEN, len(lever.options) + 1, 1)
        if copies.sum() > MOST:
            return None
        first = np.repeat(np.cumsum(copies) - copies, copies)
        rows = np.repeat(rows, copies, axis=0)
        column = rows[:, number]
        rows[:, number] = np.where(column == OPEN, np.arange(len(rows)) - first, column)
        for nogood in levers.nogoods:
            if max(nogood) == number:
                rows = rows[~np.logical_and.reduce([rows[:, one] == value for one, value in nogood.items()])]
    return rows


def ranked(levers: Levers, packages: Packages) -> list[Package]:
    """Packages in the order of their rank (`Levers.rank`), all at once."""
    cost = np.zeros(len(packages), dtype=np.int64)
    for number, lever in enumerate(levers.levers):
        cost += np.array([0, *(option.cost for option in lever.options)])[packages[:, number]]
    order = np.lexsort((*packages.T[::-1], (packages > 0).sum(axis=1), cost))
    return [tuple(row) for row in packages[order].tolist()]
