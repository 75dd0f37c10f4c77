"""How many values of a column have which shape: every pattern over all columns at once, by an engine that reads each value in one pass."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache as once
from typing import Final

import polars as pl

from comity.gate.propose.hints import hints, whole

FIRST: Final = 64
"""Values of a column on which every shape is tried. A shape that none of them has is not looked for among the others."""


def matched(columns: Sequence[pl.Series]) -> list[dict[str, float]]:
    """For each column of texts the share of its values that have each shape; a shape that the first values do not have is left out."""
    first = _shares([column.head(FIRST) for column in columns], [hints().shapes] * len(columns))
    long = [at for at, column in enumerate(columns) if len(column) > FIRST]
    for at, found in zip(long, _shares([columns[at] for at in long], [first[at] for at in long]), strict=True):
        first[at] = found
    return first


def _shares(columns: Sequence[pl.Series], wanted: Sequence[Iterable[str]]) -> list[dict[str, float]]:
    frames = [column.to_frame("value").lazy().select([_test(name) for name in names]) for column, names in zip(columns, wanted, strict=True)]
    rows = [frame.row(0, named=True) if frame.width else {} for frame in pl.collect_all(frames)]
    return [{name: share for name, share in row.items() if share} for row in rows]


@once
def _test(shape: str) -> pl.Expr:
    return pl.col("value").str.contains(whole(hints().shapes[shape].like)).mean().alias(shape)


def within(values: pl.Series) -> dict[str, float]:
    """The share of some texts in which each shape is found that is looked for inside of texts, such as an e-mail address."""
    found = values.to_frame("value").select(_inside()).row(0, named=True)
    return {name: share for name, share in found.items() if share}


@once
def _inside() -> list[pl.Expr]:
    return [pl.col("value").str.contains(rf"(?:^|\W)(?:{shape.like})(?:\W|$)").mean().alias(name) for name, shape in hints().shapes.items() if shape.within]
