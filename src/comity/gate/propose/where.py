"""Which column of a table says where the person is, what place each of its values means, and which columns are a latitude and a longitude."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache as once
from functools import lru_cache
from typing import Final

import polars as pl

from comity.gate.propose import territory
from comity.gate.propose.hints import hints
from comity.gate.propose.sample import Seen
from comity.gate.propose.word import REMEMBERED, parts, together

MOST: Final = 0.9
"""The share of values that name a territory in a column of territories."""
ALONE: Final = 5
"""Distinct names of territories from which a column tells without its own name."""
METRES: Final = 111_320.0
"""Of a degree of latitude, and of longitude at the equator."""


@dataclass(frozen=True, slots=True)
class Where:
    """A column of territories: the place of each value that names one, how many values name none, and its rank among such columns.

    `rank`: None, if it says where something else is, or where a person was born.
    """

    column: str
    places: dict[str, str]
    unread: int
    rank: int | None
    named: bool

    @property
    def reason(self) -> str:
        """What its values say."""
        total = len(self.places) + self.unread
        return f"{len(self.places)} of {total} distinct values name a territory" if total else "there is no value to compare"


def columns(found: Iterable[Seen]) -> list[Where]:
    """The columns that hold territories, by name and values or by values alone."""
    return [where for seen in found if (where := _column(seen)) is not None]


def best(found: Sequence[Where]) -> Where | None:
    """The one that says where the person is: of several the one whose name says so most plainly."""
    fit = [where for where in found if where.rank is not None]
    return min(fit, key=lambda where: where.rank or 0) if fit else None


def _column(seen: Seen) -> Where | None:
    if seen.type not in ("text", "integer", "other"):
        return None
    named, rank = _rank(seen.column)
    if not seen.filled:
        return Where(seen.column, {}, 0, rank, named) if named else None
    if not named and (seen.type != "text" or len(seen.values) < ALONE or seen.length < 4):
        return None  # two or three letters alone may as well be states of a federation, or languages
    values = seen.values.head(1_000).to_list()
    if not named and len(territory.read(values[:20])) < MOST * len(values[:20]):
        return None
    places = territory.read(values)
    if len(places) < MOST * len(values):
        return None
    return Where(seen.column, places, len(values) - len(places), rank if named else len(_words("first")), named)


@lru_cache(maxsize=REMEMBERED)
def _rank(column: str) -> tuple[bool, int | None]:
    """Whether a name ends with a word for a country, and how plainly it says that the person is there."""
    said = [word for word in parts(column) if not word.isdigit()]
    ends = [end for end in range(len(said)) if "".join(said[end:]) in _words("country")]
    if not ends:
        return False, None
    before = said[: min(ends)]
    if any(word in _words("never") for word in before):
        return True, None
    ranks = [at for at, word in enumerate(_words("first")) if word in before or (not word and not before)]
    return True, max(ranks, default=len(_words("first")))


@once
def _words(key: str) -> tuple[str, ...]:
    return tuple(together(word) for word in hints().where[key])


@dataclass(frozen=True, slots=True)
class Pair:
    """A latitude and a longitude, and how many metres their last digit is worth at most."""

    latitude: str
    longitude: str
    metres: float | None


def pairs(found: Sequence[Seen]) -> Iterator[Pair]:
    """Pairs of columns whose names differ in nothing but latitude and longitude, and whose values are possible degrees."""
    halves: dict[str, dict[str, Seen]] = {}
    for seen in found:
        half, stem = _half(seen.column)
        if half and _possible(seen, 90 if half == "latitude" else 180):
            halves.setdefault(stem, {}).setdefault(half, seen)
    for both in halves.values():
        if len(both) == 2:
            yield Pair(both["latitude"].column, both["longitude"].column, _metres(both["latitude"]))


@lru_cache(maxsize=REMEMBERED)
def _half(column: str) -> tuple[str, str]:
    """Which half of a pair a name ends with, and what stands before it; two times nothing if it is none."""
    said = [word for word in parts(column) if not word.isdigit()]
    half = _ends().get(said[-1], "") if said else ""
    return half, "".join(said[:-1]) if half else ""


@once
def _ends() -> dict[str, str]:
    return {together(word): half for half, words in hints().coordinates.items() for word in words}


def _degrees(seen: Seen) -> pl.Series:
    return seen.values.cast(pl.Float64, strict=False) if seen.type in ("text", "integer", "float") else pl.Series([None], dtype=pl.Float64)


def _possible(seen: Seen, most: int) -> bool:
    if not seen.filled:
        return seen.type in ("text", "integer", "float", "other")
    inside = (_degrees(seen).abs() <= most).fill_null(value=False).mean()
    return isinstance(inside, float) and inside >= MOST


def _metres(seen: Seen) -> float | None:
    """What the last digit of most values is worth; a value written with fewer digits may end in noughts."""
    digits = seen.values.str.extract(r"\.(\d*?)0*$", 1).str.len_chars().fill_null(0).quantile(0.9)
    return METRES / 10**digits if digits is not None and len(seen.values) else None
