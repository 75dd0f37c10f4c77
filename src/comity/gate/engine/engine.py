"""What an engine must do to move rows for the gate, and what it says of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

import numpy as np
import polars as pl
import pyarrow as pa

from comity.gate.crossing import Crossing
from comity.gate.kind import Kind
from comity.gate.mac import Mac
from comity.ledger.digests import SIZE, Digests

NOBODY: Final = Digests.joined([])
PAIRS: Final = np.zeros(2**16, dtype=np.uint8)
"""The byte that two hexadecimal digits write, found by their two characters read as one number."""
for _byte in range(256):
    PAIRS[int.from_bytes(f"{_byte:02x}".encode(), "little")] = _byte

Sets = dict[str | None, Digests]


class EngineError(Exception):
    """An engine failed, or cannot be trusted: nothing moved. Says what happened, without a value of the table."""


@dataclass(frozen=True)
class Asked:
    """What to find out of a table: of whom it is (`person`, perhaps `device`), where (`place`), and the extremes of some columns.

    `places`: those whose persons and devices matter, all if it does not say. Rows are counted wherever they are.
    """

    place: str | None
    person: str
    device: str | None = None
    extremes: tuple[str, ...] = ()
    places: tuple[str, ...] | None = None

    @property
    def known(self) -> tuple[str, ...]:
        """The columns that must name somebody: a row in which one does not stays home, so nobody is counted of it."""
        return (self.person,) if self.device is None else (self.person, self.device)

    def macs(self, home: bytes) -> list[tuple[str | None, Mac]]:
        """The columns of persons and of devices, each with the digests that a ledger counts: those of `comity.ledger.key`."""
        return [(self.person, Mac.of(home, "person")), (self.device, Mac.of(home, "device"))]


@dataclass(frozen=True)
class Profile:
    """What is found in the rows of one place.

    `unknown`: rows in which the person, or the device, is not named: null, or no text. `persons` and `devices`: keyed digests of those in the others.
    `extremes`: the least and greatest value of a column, None where all are null; not a number is none.
    """

    rows: int
    unknown: int
    persons: Digests
    devices: Digests
    extremes: Mapping[str, tuple[object, object]] = field(default_factory=dict)


def profile(row: Sequence[Any], asked: Asked, persons: Sets, devices: Sets) -> Profile:
    """A profile of a row of an engine: the place, rows, rows without a person, then least and greatest of each column asked for."""
    ends = {column: (row[3 + 2 * i], row[4 + 2 * i]) for i, column in enumerate(asked.extremes)}
    return Profile(row[1], row[2], persons.get(row[0], NOBODY), devices.get(row[0], NOBODY), ends)


def split(found: pl.DataFrame | None) -> Sets:
    """Digests in hexadecimal digits beside their places, as a set for each place. Of longer digits the first 128 bits are taken."""
    if found is None or found.is_empty():
        return {}
    numbers = found["place"].cast(pl.Categorical).to_physical().fill_null(2**32 - 1).to_numpy()
    digits = found["digest"].to_arrow().cast(pa.large_string())
    pairs = np.frombuffer(digits.buffers()[2], dtype="<u2").reshape(len(digits), -1)[:, :SIZE]
    halves = PAIRS[pairs].view(">u8").astype(np.uint64)
    places = [(number, found["place"][int(at)]) for number, at in zip(*np.unique(numbers, return_index=True), strict=True)]
    return {place: Digests.of(halves[numbers == number]) for number, place in places}


Source = TypeVar("Source")


class Engine(Protocol[Source]):
    """Reads and masks tables. None moves a row before it has passed `comity.gate.vector.trust`."""

    def of(self, rows: pl.DataFrame) -> Source:
        """A few rows as a source."""

    def kinds(self, source: Source) -> dict[str, Kind | None]:
        """The columns of a table in order, and the kind of each; None: a kind that crosses in no form but drop."""

    def profile(self, source: Source, asked: Asked, home: bytes) -> dict[str | None, Profile]:
        """What is in a table, place by place; None: rows whose place is unknown, or all rows if no column says places. `home`: the key that stays."""

    def masked(self, source: Source, crossing: Crossing, mac: Mac) -> pl.DataFrame:
        """What crosses of a few rows."""

    def write(self, source: Source, crossing: Crossing, destination: Path, mac: Mac) -> dict[str | None, int]:
        """Writes what crosses as Parquet, and returns the number of rows of each place.

        Raises:
            CrossingError: the table cannot cross so.
            EngineError: the engine failed; what is in the destination is not to be used.
        """
