"""Tables as text, their values separated by commas (RFC 4180) or tabs: what kind of value a column holds is found in all of its rows before one moves.

Nothing is guessed from the first rows, and nothing is lost: `007` and a number of twenty digits stay text, and so do words that others read as
nothing or as false: they may be places.
Only a field with nothing in it is null; a field of two quotation marks is an empty text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv, fs

from comity.gate.address import Address
from comity.gate.files import reading, states, unchanged
from comity.text.source import MAX_MISTAKES, Mistakes, Place

BLOCK: Final = 4 << 20
"""Bytes that are read at once; a row must fit."""
INSTANT: Final = pa.timestamp("us", "UTC")
KINDS: Final = (pa.int64(), pa.float64(), pa.bool_(), pa.date32(), pa.timestamp("us"), INSTANT)
"""What a column may hold beside text, the narrower first."""
NUMBER: Final = r"^-?(?:(?:0|[1-9][0-9]{0,14})|(?:0|[1-9][0-9]*)(?:\.[0-9]+(?:[eE][+-]?[0-9]{1,3})?|[eE][+-]?[0-9]{1,3}))$"
"""A number that a double stands for: a whole number of more than 15 digits is somebody's, not a measurement."""
TRUE: Final = ["true", "True", "TRUE"]
FALSE: Final = ["false", "False", "FALSE"]


def holds(kind: pa.DataType, words: pa.Array) -> bool:
    """Whether each of these words is a value of a kind, and would be written so."""
    if pa.types.is_boolean(kind):
        return bool(pc.all(pc.is_in(words, value_set=pa.array([*TRUE, *FALSE]))).as_py())
    if pa.types.is_floating(kind) and not pc.all(pc.match_substring_regex(words, NUMBER)).as_py():
        return False
    try:
        values = pc.cast(words, kind)
    except pa.ArrowException:
        return False
    if pa.types.is_timestamp(kind):
        return bool(pc.min(pc.utf8_length(words)).as_py() >= len("2026-11-26 10:00"))
    return bool(pc.all(pc.is_finite(values)).as_py()) if pa.types.is_floating(kind) else bool(pc.cast(values, pa.string()).equals(words))


def breaks(kind: pa.DataType, words: pa.Array) -> int:
    """The number of the first word that is not of a kind, where there is one."""
    least, most = 0, len(words) - 1
    while least < most:
        middle = (least + most) // 2
        if holds(kind, words.slice(least, middle - least + 1)):
            least = middle + 1
        else:
            most = middle
    return least


@dataclass
class Found:
    """What is known of a column so far: the kinds that all its values are of, and the row in which the last one ended, if a value before was of it."""

    kinds: tuple[pa.DataType, ...] = KINDS
    some: bool = False
    broke: int | None = None

    def add(self, column: pa.Array, before: int) -> None:
        """More of its values, after so many rows."""
        words = column.drop_null()
        if not self.kinds or not len(words):
            return
        likely = [kind for kind in self.kinds if holds(kind, words[:1])]  # a whole batch of words that are none takes a hundred times as long
        left = tuple(kind for kind in likely if holds(kind, words))
        if not left:
            at = max(breaks(kind, words) for kind in self.kinds)
            if self.some or at:
                self.broke = before + pc.indices_nonzero(column.is_valid())[at].as_py()
        self.kinds, self.some = left, True

    @property
    def kind(self) -> pa.DataType:
        """What the column holds: text, if nothing narrower."""
        return self.kinds[0] if self.some and self.kinds else pa.string()


@dataclass
class Separated:
    """A CSV or TSV file in UTF-8 with a line of names, perhaps packed."""

    where: Address
    name: str = field(init=False)
    schema: pa.Schema = field(init=False)
    rows: int = field(init=False, default=0)
    fingerprint: str = field(init=False)
    mixed: Mapping[str, Place] = field(init=False)

    def __post_init__(self) -> None:
        """Reads the whole file once, to know what its columns hold.

        Raises:
            SourceError: it is not there, is not UTF-8, or a row has too few or too many values: each such row by its line.
        """
        self.name = self.where.name
        mistakes = Mistakes()
        with reading(self.name, "CSV file"):
            self.fingerprint = states(self.files, [self.where.path])
            names = self._names(mistakes)
            found = [Found() for _ in names]
            for batch in self._read(csv.ConvertOptions(default_column_type=pa.string(), **_NULLS), mistakes):
                for one, column in zip(found, batch.columns, strict=True):
                    one.add(column, self.rows)
                self.rows += batch.num_rows
        mistakes.settle()
        self.schema = pa.schema([pa.field(name, one.kind) for name, one in zip(names, found, strict=True)])
        self.mixed = {
            name: Place(self.name, 2 + one.broke, number) for number, (name, one) in enumerate(zip(names, found, strict=True), 1) if one.broke is not None
        }
        self.check()

    @property
    def files(self) -> fs.FileSystem:
        """Where the file is."""
        return self.where.files

    def check(self) -> None:
        """Raises SourceError if the file is no longer as it was."""
        unchanged(self.name, "CSV file", self.files, [self.where.path], self.fingerprint)

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """The rows."""
        wanted = list(self.schema.names if columns is None else columns)
        options = csv.ConvertOptions(
            column_types=self.schema, include_columns=wanted, true_values=TRUE, false_values=FALSE, timestamp_parsers=[csv.ISO8601], **_NULLS
        )
        self.check()
        mistakes = Mistakes()
        with reading(self.name, "CSV file"):
            yield from self._read(options, mistakes)
        mistakes.settle()
        self.check()

    def _names(self, mistakes: Mistakes) -> list[str]:
        place = Place(self.name, 1, 1)
        with self._open(csv.ConvertOptions(default_column_type=pa.string(), check_utf8=False), Mistakes()) as stream:
            names: list[str] = stream.schema.names
        for number, name in enumerate(names, 1):
            if not name.strip():
                mistakes.add(Place(self.name, 1, number), "a column has no name")
            elif name in names[: number - 1]:
                mistakes.add(Place(self.name, 1, number), f"two columns are called '{name}'")
        if len(names) == 1 and (sign := next((s for s in ";\t|," if s in names[0]), None)):
            words = {";": "semicolons", "\t": "tabs", "|": "bars", ",": "commas"}[sign]
            mistakes.add(place, f"values seem to be separated by {words}", "a .csv file has commas and a .tsv file tabs between them")
        mistakes.settle()
        return names

    def _read(self, options: csv.ConvertOptions, mistakes: Mistakes) -> Iterator[pa.RecordBatch]:
        with self._open(options, mistakes) as stream:
            for batch in stream:
                if len(mistakes.found) >= MAX_MISTAKES:
                    break
                yield batch

    def _open(self, options: csv.ConvertOptions, mistakes: Mistakes) -> csv.CSVStreamingReader:
        def uneven(row: csv.InvalidRow) -> str:
            mistakes.add(Place(self.name, row.number or 1, 1), f"{row.actual_columns} values in a row, where there are {row.expected_columns} columns")
            return "skip"  # and raised with the others: nothing moves without it

        sign = "\t" if ".tsv" in self.where.path.rpartition("/")[2].lower() else ","
        return csv.open_csv(
            self.files.open_input_stream(self.where.path, compression="detect"),
            read_options=csv.ReadOptions(use_threads=False, block_size=BLOCK),  # with threads nobody counts the lines
            parse_options=csv.ParseOptions(delimiter=sign, newlines_in_values=True, invalid_row_handler=uneven),
            convert_options=options,
        )


_NULLS: Final = {"null_values": [""], "strings_can_be_null": True, "quoted_strings_can_be_null": False}
