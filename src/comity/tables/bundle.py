"""Bundles: columns of legs of which few combinations occur, such as an asset, who sends it and who gets it.

Combinations are numbered once and for all batches: what was found out about one is found again by its number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import pyarrow as pa

from comity.facts.group import LARGE, distinct
from comity.facts.table import Choices, Ints, Numbers, Table, Truths
from comity.tables.batch import LegTable
from comity.tables.numbered import numbered, room
from comity.verdict.frame import Frame
from comity.verdict.scale import Columns

FEW: Final = 8
"""A bundle is chosen with at most one combination for so many pairs of legs, and kept up to four times as many."""
SMALL: Final = 2**22
"""Numbers below this are taken as they are, days among them."""
CODES: Final = 2**12
"""More than the different codes that most columns have."""
NUMBERS: Final = 2**31
"""More than there are numbers of anything."""
MOST: Final = 2**20
"""Combinations kept; beyond these, bundles begin anew."""


@dataclass(eq=False)
class Bundle:
    """Some columns, and the combinations of them met so far; `most`: as many of them as a batch should have."""

    names: tuple[str, ...]
    most: int
    fits: bool = True
    many: int = 0
    _known: dict[tuple[int, ...], dict[int, int]] = field(default_factory=dict)
    _values: dict[object, int] = field(default_factory=dict)
    _found: WeakKeyDictionary[Frame, dict[object, Ints]] = field(default_factory=WeakKeyDictionary)

    def found(self, columns: Columns, key: object, numbers: Ints, make: Callable[[Ints], Ints]) -> Ints:
        """What `key` says of each of these combinations; `make` says it of rows of them, and is asked once for each combination.

        It is kept as long as the tables of records that do not move.
        """
        held = self._found.setdefault(kept(columns), {})
        known = held[key] = room(held.get(key, np.zeros(0, dtype=np.int32)), int(numbers.max(initial=-1)) + 1, empty=-1)
        found: Ints = known[numbers]
        if found.min(initial=0) < 0:
            fresh = np.flatnonzero(found < 0)
            fresh = fresh[distinct(numbers[fresh])[0]]
            known[numbers[fresh]] = make(fresh)
            found = known[numbers]
        return found

    def numbers(self, columns: Columns) -> Ints | None:
        """For each pair of legs the number of its combination, if these columns say."""
        memo = columns.legs().memo
        if self not in memo:
            parts = [_coded(columns.tables.legs, name, self._values) for name in self.names]
            memo[self] = None if None in parts else self._numbers([_once(one) for part in parts for one in part or ()], columns.tables.legs.n // 2)
            self.fits &= memo[self] is not None
        return memo[self]  # type: ignore[return-value]  # what was put there

    def _numbers(self, parts: Sequence[Coded], pairs: int) -> Ints:
        """Columns in one number, as long as it holds them; that by its own number, and so on."""
        form = [int(codes[0]) if len(codes) == 1 else -1 for codes, _ in parts]  # what all hold tells batches apart, not pairs
        keys, under = np.zeros(pairs, dtype=np.int64), 1
        for codes, below in (part for part in parts if len(part.codes) > 1):
            if under * below > LARGE:
                (keys, _), under = self._numbered(keys, tuple(form)), NUMBERS
                form.append(NUMBERS)
            keys, under = keys * below + codes, under * below
            form.append(below)
        found, here = self._numbered(keys, tuple(form))
        self.fits &= here <= self.most
        return found

    def _numbered(self, keys: Ints, form: tuple[int, ...]) -> tuple[Ints, int]:
        """Numbers of these keys, the same in every batch, and how many there are; `form` tells keys apart that are made in another way."""
        encoded = pa.array(keys).dictionary_encode()
        known, here = self._known.setdefault(form, {}), encoded.dictionary.to_numpy().tolist()
        for key in here:
            if key not in known:
                known[key] = self.many
                self.many += 1
        return np.fromiter(map(known.__getitem__, here), np.int64, len(here))[encoded.indices.to_numpy()], len(here)


class Coded(NamedTuple):
    """What each pair of legs holds (or one number, if all hold the same), from 0 to below a number that is the same in every batch."""

    codes: Ints
    below: int


def _once(part: Coded) -> Coded:
    """One number where all hold the same."""
    codes = part.codes
    return part if len(codes) < 2 or codes[0] != codes[-1] or (codes != codes[0]).any() else Coded(codes[:1], part.below)


def _coded(legs: Table, name: str, values: dict[object, int]) -> list[Coded] | None:
    """What each pair of legs holds, as numbers that mean the same in every batch; None where they do not."""
    told, step = (legs.told(name), 1) if isinstance(legs, LegTable) else (legs, 2)
    if told.facts[name].type in ("links", "rows"):
        rows = told.children(name)
        return None if len(rows.index) else [Coded(rows.open[: told.n : step].astype(np.int64), 2)]
    if told.facts[name].type == "link":
        rows_of = told.link(name)
        return [Coded(rows_of[: told.n : step], int(rows_of[-1]) + 1)]  # nobody's row is the last
    match told.column(name):
        case Truths(codes):
            return [Coded(codes[: told.n : step].astype(np.int64), 4)]
        case Choices(ids, held):
            numbers = np.array([values.setdefault(value, len(values)) for value in held], dtype=np.int64)
            return [Coded(numbers[ids[: told.n : step]], CODES if len(values) < CODES else NUMBERS)]
        case Numbers(lo, hi):
            low, high = lo[: told.n : step], hi[: told.n : step]
            return [_counted(end, values) for end in ((low,) if np.array_equal(low, high) else (low, high))]


def _counted(column: Ints, values: dict[object, int]) -> Coded:
    """Numbers as they are, where they are small."""
    if not len(column) or (column.min() >= 0 and column.max() < SMALL):
        return Coded(column, SMALL)
    encoded = pa.array(column).dictionary_encode()
    numbers = np.array([values.setdefault(value, len(values)) for value in encoded.dictionary.to_pylist()], dtype=np.int64)
    return Coded(numbers[encoded.indices.to_numpy()], NUMBERS)


@dataclass(eq=False)
class Bundles:
    """Which columns go together, by what the legs of a batch hold. `names`: the columns of interest."""

    names: set[str] = field(default_factory=set)
    found: list[Bundle] = field(default_factory=list)
    _chosen: tuple[frozenset[str], int] = (frozenset(), 0)
    _own: dict[frozenset[str], Bundle] = field(default_factory=dict)

    def suit(self, columns: Columns) -> list[Bundle]:
        """The bundles, chosen anew where they did not fit the last batch or this one is much larger."""
        memo = columns.legs().memo
        if "bundles" not in memo:
            names, pairs = self._chosen
            fit = names == self.names and columns.tables.legs.n // 2 <= 4 * pairs and all(bundle.fits for bundle in self.found)
            if not fit or sum(bundle.many for bundle in self.found) > MOST:
                self._choose(columns)
            memo["bundles"] = self.found
        return memo["bundles"]  # type: ignore[return-value]  # what was put there

    def over(self, names: frozenset[str]) -> Bundle:
        """The bundle that holds these columns, or one of their own."""
        own = self._own.setdefault(names, Bundle(tuple(sorted(names)), MOST))
        return next((bundle for bundle in self.found if names <= set(bundle.names)), own)

    def _choose(self, columns: Columns) -> None:
        """Puts each column, the one that varies most first, where it adds fewest combinations; one that never varies goes with all."""
        legs, pairs = columns.tables.legs, columns.tables.legs.n // 2
        most = max(pairs // FEW, 1)
        held = {name: [codes for codes, _ in found] for name in sorted(self.names) if (found := _coded(legs, name, {})) is not None}
        alone = {name: numbered(parts, pairs) for name, parts in held.items()}
        varied = sorted((name for name, one in alone.items() if 1 < len(one[0]) <= most), key=lambda name: (-len(alone[name][0]), name))
        steady = [name for name, one in alone.items() if len(one[0]) == 1]
        made: list[tuple[tuple[str, ...], tuple[Ints, Ints]]] = []
        for name in varied:
            tried = [((*names, name), numbered([numbers, *held[name]], pairs)) for names, (_, numbers) in made]
            best = min(range(len(tried)), key=lambda at: len(tried[at][1][0]), default=0)
            if tried and len(tried[best][1][0]) <= most:
                made[best] = tried[best]
            else:
                made.append(((name,), alone[name]))
        self.found = [Bundle((*names, *steady), 4 * most) for names in [names for names, _ in made] or ([()] if steady else [])]
        self._chosen = frozenset(self.names), pairs


def kept(columns: Columns) -> Frame:
    """What lives as long as the tables of records that do not move: of the parties, on these days."""
    return columns.table_frame(columns.tables.kinds["party"])
