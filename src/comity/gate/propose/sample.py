"""A bounded sample of a source, column by column. Its values are looked at and forgotten: nothing that is said later holds one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from comity.gate.propose.pattern import matched

ROWS: Final = 1_000
"""Rows that are looked at, however many there are."""
LONG: Final = 2_000
"""Characters of a value that are looked at."""
LIST: Final = 200
"""Phrases of a list that somebody chooses from."""
NOTHING: Final = pl.Series("value", [], dtype=pl.String)
"""No value."""
PROSE: Final = 40
"""Characters from which a value with spaces is read as prose."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One column: its type, how many rows of the sample fill it, and its distinct values as text; the share of them that has each shape.

    `length`: characters of a middling value. `spaced`: the share of distinct values with a space.
    """

    column: str
    type: str
    rows: int
    filled: int
    values: pl.Series
    shapes: Mapping[str, float]
    length: float
    spaced: float

    @property
    def is_prose(self) -> bool:
        """Its values read like sentences."""
        return self.type == "text" and self.length >= PROSE and self.spaced >= 0.5 and not self.is_chosen

    @property
    def is_chosen(self) -> bool:
        """The same values come again and again: chosen from a list, not written."""
        return 0 < len(self.values) <= LIST and len(self.values) * 3 <= self.filled


def take(source: pa.Table | pa.RecordBatchReader, rows: int = ROWS) -> pa.Table:
    """At most so many rows: of a table every n-th, of a stream the first."""
    if isinstance(source, pa.Table):
        if source.num_rows <= rows:
            return source
        step = source.num_rows // rows
        return source.take(pa.array(range(0, step * rows, step)))
    batches, held = [], 0
    for batch in source:
        batches.append(batch.slice(0, rows - held))
        held += batches[-1].num_rows
        if held >= rows:
            break
    return pa.Table.from_batches(batches, source.schema)


def see(table: pa.Table) -> list[Seen]:
    """The columns of a sample."""
    kinds = [kind(column.type) for column in table.columns]
    texts = [_texts(column, word) for column, word in zip(table.columns, kinds, strict=True)]
    distinct = [pl.Series("value", pc.unique(text), dtype=pl.String) for text in texts]
    shapes = matched([values if word == "text" else values.clear() for values, word in zip(distinct, kinds, strict=True)])
    return [
        Seen(name, word, len(column) if word != "other" else 0, len(text), values, found, *_lengths(text))
        for name, column, word, text, values, found in zip(table.column_names, table.columns, kinds, texts, distinct, shapes, strict=True)
    ]


def unseen(name: str, type_: pa.DataType) -> Seen:
    """A column of which only the name and the type are known."""
    return Seen(name, kind(type_), 0, 0, NOTHING, {}, 0.0, 0.0)


@lru_cache(maxsize=1_000)
def kind(type_: pa.DataType) -> str:
    """A column's type in the words of the hints."""
    if pa.types.is_dictionary(type_):
        return kind(type_.value_type)
    tests = (
        ("bool", pa.types.is_boolean),
        ("integer", pa.types.is_integer),
        ("float", lambda t: pa.types.is_floating(t) or pa.types.is_decimal(t)),
        ("date", pa.types.is_date),
        ("timestamp", pa.types.is_timestamp),
        ("text", lambda t: pa.types.is_string(t) or pa.types.is_large_string(t) or pa.types.is_string_view(t)),
    )
    return next((word for word, test in tests if test(type_)), "other")


def _texts(column: pa.ChunkedArray, word: str) -> pa.Array:
    """The values that are there as text; what is blank is not there."""
    if word == "other":
        return pa.array([], pa.string())
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("us"), safe=False)  # a zone would ask for a data base of zones, and the hour of a birth does not depend on one
    text = column.cast(pa.string()).combine_chunks().drop_null()
    if word == "text":
        text = pc.utf8_trim_whitespace(pc.utf8_slice_codeunits(text, 0, LONG))
        text = text.filter(pc.not_equal(text, ""))
    return text


def _lengths(text: pa.Array) -> tuple[float, float]:
    if not len(text):
        return 0.0, 0.0
    return float(pc.quantile(pc.utf8_length(text), 0.5)[0].as_py()), float(pc.mean(pc.match_substring(text, " ")).as_py())
