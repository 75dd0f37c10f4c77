"""What an engine must do to move rows for the gate, and what it says of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

import numpy as np
import polars as pl
import pyarrow as pa

from comity.gate.crossing import Crossing
from comity.gate.kind import Kind
from comity.gate.mac import Mac
from comity.ledger.digests import SIZE, Digests, Halves

NOBODY: Final = Digests.joined([])
PAIRS: Final = np.zeros(2**16, dtype=np.uint8)
"""The byte that two hexadecimal digits write, found by their two characters read as one number."""
for _byte in range(256):
    PAIRS[int.from_bytes(f"{_byte:02x}".encode(), "little")] = _byte
AT_ONCE: Final = 2**16
"""Digests read together: to find their bytes takes ten times what they do."""


class EngineError(Exception):
    """An engine failed, or cannot be trusted: nothing moved. Says what happened, without a value of the table."""


@dataclass(frozen=True)
class Asked:
    """What to find out of a table: of whom it is (`person`, perhaps `device`), where (`place`), and the extremes of some columns."""

    place: str | None
    person: str
    device: str | None = None
    extremes: tuple[str, ...] = ()

    @property
    def known(self) -> tuple[str, ...]:
        """The columns that must name somebody: a row in which one does not stays home, so nobody is counted of it."""
        return (self.person,) if self.device is None else (self.person, self.device)


@dataclass(frozen=True)
class Profile:
    """What is found in the rows of one place.

    `unknown`: rows in which the person, or the device, is not named: null, or no text.
    `extremes`: the least and greatest value of a column, None where all are null; not a number is none.
    """

    rows: int
    unknown: int
    extremes: Mapping[str, tuple[object, object]] = field(default_factory=dict)


@dataclass(frozen=True)
class People:
    """Whom the rows of one place are about, as keyed digests: those of rows in which nobody is unknown. No devices: no column names them."""

    persons: Digests
    devices: Digests = NOBODY

    def __or__(self, other: People) -> People:
        return People(self.persons | other.persons, self.devices | other.devices)


def profile(row: Sequence[Any], asked: Asked) -> Profile:
    """A profile of a row of an engine: the place, rows, rows without a person, then least and greatest of each column asked for."""
    return Profile(row[1], row[2], {column: (row[3 + 2 * i], row[4 + 2 * i]) for i, column in enumerate(asked.extremes)})


def people(asked: Asked, places: Sequence[str | None], home: bytes, digests: Callable[[str, Mac], pl.DataFrame]) -> dict[str | None, People]:
    """Who is in each of some places. `digests`: of those in a column, each once a place, the digest in hexadecimal digits beside the `place`."""
    persons = split(digests(asked.person, Mac.of(home, "person")), places)
    devices = [NOBODY] * len(places) if asked.device is None else split(digests(asked.device, Mac.of(home, "device")), places)
    return {place: People(*held) for place, *held in zip(places, persons, devices, strict=True)}


def split(found: pl.DataFrame, places: Sequence[str | None]) -> list[Digests]:
    """Digests in hexadecimal digits beside their places, as a set for each of these. Of longer digits the first 128 bits are taken."""
    if found.is_empty():
        return [NOBODY] * len(places)
    numbers = found["place"].cast(pl.Enum([place for place in places if place is not None])).to_physical().fill_null(0).to_numpy()
    halves = np.concatenate([_halves(part["digest"]) for part in found.iter_slices(AT_ONCE)])
    order = np.argsort(numbers, kind="stable")
    ends = np.searchsorted(numbers, np.arange(len(places) + 1), sorter=order)
    return [Digests.of(halves[order[start:end]]) for start, end in pairwise(ends)]


def _halves(digests: pl.Series) -> Halves:
    """The high and the low half of each."""
    digits = digests.to_arrow().cast(pa.large_string())
    pairs = np.frombuffer(digits.buffers()[2], dtype="<u2").reshape(len(digits), -1)[:, :SIZE]
    halves: Halves = PAIRS[pairs].view(">u8").astype(np.uint64)
    return halves


Source = TypeVar("Source")


class Engine(Protocol[Source]):
    """Reads and masks tables. None moves a row before it has passed `comity.gate.vector.trust`."""

    def of(self, rows: pl.DataFrame) -> Source:
        """A few rows as a source."""

    def kinds(self, source: Source) -> dict[str, Kind | None]:
        """The columns of a table in order, and the kind of each; None: a kind that crosses in no form but drop."""

    def profile(self, source: Source, asked: Asked) -> dict[str | None, Profile]:
        """What is in a table, place by place; None: rows whose place is unknown, or all rows if no column says places."""

    def persons(self, source: Source, asked: Asked, places: Sequence[str | None], home: bytes) -> dict[str | None, People]:
        """Who is in some of its places, under the key that stays home: no device is a person."""

    def masked(self, source: Source, crossing: Crossing, mac: Mac) -> pl.DataFrame:
        """What crosses of a few rows."""

    def write(self, source: Source, crossing: Crossing, destination: Path, mac: Mac) -> int:
        """Writes what crosses as Parquet, and returns how many rows that were.

        Raises:
            CrossingError: the table cannot cross so.
            EngineError: the engine failed; what is in the destination is not to be used.
        """
