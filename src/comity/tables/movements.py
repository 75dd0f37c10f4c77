"""The table of movements, which is larger than memory: read some rows at a time, and checked the first time over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from comity.facts.table import Table
from comity.facts.vocabulary import Fact
from comity.tables.arrow import ArrowTable
from comity.tables.checked import SHOWN, Checked, first_line, text
from comity.text.source import Mistakes, Place

BATCH: Final = 262_144
"""Movements read at once."""


@dataclass(eq=False)
class Movements:
    """The table of movements, which is too large to be read only to be checked: the first time over also checks it.

    `rows`, `names`: how many there are, and its columns. `wanted`: the movements that instruments name.
    """

    file: Path
    rows: int
    names: frozenset[str]
    _check: Checked
    _wanted: Mapping[str, Place]
    _checked: bool = False

    def batches(self, size: int = BATCH, on: int | None = None) -> Iterator[pa.Table]:
        """The movements, some at a time. With `on`, all happen that day. Mistakes are raised together at the end of the first time over."""
        if self._checked:
            yield from batches(self.file, size, on)
        else:
            yield from self._checking(size, on)
            self._check.mistakes.settle()

    def check(self) -> None:
        """Notes every mistake, if that was not done."""
        if not self._checked:
            for _ in self._checking(BATCH, None):
                pass

    def _checking(self, size: int, on: int | None) -> Iterator[pa.Table]:
        """After a mistake nothing more is given: what cannot be read is not decided."""
        mistakes, met = self._check.mistakes, set[str]()
        try:
            for batch in batches(self.file, size, on):
                self._check.table(batch)
                if self._wanted and "id" in batch.column_names:
                    here = pc.cast(batch.column("id"), pa.string())
                    met |= set(here.filter(pc.is_in(here, value_set=pa.array(sorted(self._wanted)))).to_pylist())
                if not mistakes.found:
                    yield batch
        except (pa.ArrowException, OSError) as fault:
            mistakes.add(Place(str(self.file), 1, 1), f"is no Parquet file that can be read: {first_line(fault)}")
        if not self._check.rows:
            mistakes.add(Place(str(self.file), 1, 1), "there is no movement in this table")
        for name in sorted(self._wanted.keys() - met)[:SHOWN]:
            mistakes.add(self._wanted[name], f"there is no movement '{name}'")
        self._checked = True


def opened(folder: Path, files: Mapping[str, Path], facts: Mapping[str, Fact], static: Mapping[str, Table], mistakes: Mistakes) -> Movements:
    """The table of movements, not read yet; one that is not there or is no table has no rows."""
    file = files.get("movements", folder / "movements.parquet")
    check, wanted = Checked(str(file), facts, static, mistakes, movements=True), _limits(static["instrument"], files)
    try:
        with parquet.ParquetFile(file) as source:
            return Movements(file, source.metadata.num_rows, frozenset(source.schema_arrow.names), check, wanted)
    except FileNotFoundError:
        mistakes.add(Place(str(folder), 1, 1), "there is no movements.parquet in this folder")
    except (pa.ArrowException, OSError) as fault:
        mistakes.add(Place(str(file), 1, 1), f"is no Parquet file that can be read: {first_line(fault)}")
    return Movements(file, 0, frozenset(), check, wanted, _checked=True)


def _limits(instruments: Table, files: Mapping[str, Path]) -> dict[str, Place]:
    """The movements that instruments of a table name, and where: those of the header were checked with it."""
    if not isinstance(instruments, ArrowTable) or "movements" not in instruments.data.column_names:
        return {}
    named = pc.unique(pc.list_flatten(instruments.data.column("movements"))).to_pylist()
    place = Place(str(files["instruments"]), 1, instruments.data.column_names.index("movements") + 1)
    return {str(name): place for name in named if name not in (None, "...")}


def batches(file: Path, size: int = BATCH, on: int | None = None) -> Iterator[pa.Table]:
    """The rows of a Parquet file, some at a time; words are read by number. With `on`, every movement happens that day."""
    with parquet.ParquetFile(file) as probe:
        words = [f.name for f in probe.schema_arrow if f.name != "id" and text(f.type)]
    with parquet.ParquetFile(file, read_dictionary=words) as source:
        for groups in _together([source.metadata.row_group(i).num_rows for i in range(source.num_row_groups)], size):
            for batch in source.iter_batches(batch_size=size, row_groups=groups):  # all at once would hold the whole file in memory
                table = pa.Table.from_batches([batch])
                if on is not None:
                    table = table.drop_columns([c for c in ("on", "on.from", "on.to") if c in table.column_names])
                    table = table.append_column("on", pa.repeat(pa.scalar(on - 719_163, pa.date32()), table.num_rows))
                yield table


def _together(sizes: Sequence[int], most: int) -> Iterator[list[int]]:
    """Neighbouring groups of rows, as many as have so many rows together."""
    held: list[int] = []
    for group, rows in enumerate(sizes):
        if held and sum(sizes[i] for i in held) + rows > most:
            yield held
            held = []
        held.append(group)
    if held:
        yield held
