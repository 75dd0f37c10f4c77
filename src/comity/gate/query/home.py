"""Where tables are read for a query: the masks of an engine, as a stream instead of a file."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import duckdb
import polars as pl
import pyarrow as pa

from comity.gate.crossing import Crossing
from comity.gate.engine.duckdb import SPEAKS, DuckDB
from comity.gate.engine.engine import EngineError
from comity.gate.engine.polars import Polars, masks, passes, scan
from comity.gate.mac import Mac
from comity.gate.query.offer import Minimum, Offer
from comity.gate.vector import trust

ROWS: Final = 65_536
"""Rows that are read at a time."""


def by_polars(source: Path | pl.LazyFrame, crossing: Crossing, mac: Mac, minimum: Minimum | None = None) -> Offer:
    """An offer of a Parquet file or a frame, read by Polars.

    Raises:
        EngineError: the table cannot be read, or the engine failed its self-test.
        CrossingError: the crossing does not fit the table.
    """
    trust(Polars())
    kinds = Polars().kinds(source)

    def stream(narrowed: Crossing) -> pa.RecordBatchReader:
        narrowed.kinds(kinds)
        frame = scan(source).filter(passes(narrowed)).select(masks(narrowed, kinds, mac))
        schema = frame.clear().collect().to_arrow().schema

        def batches() -> Iterator[pa.RecordBatch]:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # Polars calls its stream of batches unstable: what it may change is its signature
                for part in frame.collect_batches(chunk_size=ROWS, maintain_order=True, engine="streaming"):
                    yield from part.to_arrow().cast(schema).to_batches()

        return pa.RecordBatchReader.from_batches(schema, batches())

    return Offer(crossing, kinds, stream, minimum)


def by_duckdb(connection: duckdb.DuckDBPyConnection, source: str, crossing: Crossing, mac: Mac, minimum: Minimum | None = None) -> Offer:
    """An offer of what one SELECT finds in files or tables of a database, read by DuckDB.

    Each reading has a cursor of its own, so what exists for one connection only (a temporary table) cannot be read.

    Raises:
        EngineError: the query cannot be read, or the engine failed its self-test.
        CrossingError: the crossing does not fit the table.
    """
    trust(DuckDB(connection))
    kinds = DuckDB(connection.cursor()).kinds(source)
    rows = source.rstrip().removesuffix(";")

    def stream(narrowed: Crossing) -> pa.RecordBatchReader:
        narrowed.kinds(kinds)
        masked = f"SELECT {SPEAKS.masks(narrowed, kinds)} FROM ({rows}) WHERE {SPEAKS.passes(narrowed)}"  # noqa: S608 -- names are quoted; who owns the table wrote its query
        try:
            cursor = connection.cursor()
            cursor.execute("SET TimeZone = 'UTC'")
            named = cursor.extract_statements(masked)[0].named_parameters
            values = dict(zip(("inner", "outer"), mac.pads, strict=True))
            return cursor.sql(masked, params={parameter: values[parameter] for parameter in named}).to_arrow_reader(ROWS)
        except duckdb.Error as fault:
            raise EngineError(f"the table cannot be read: {type(fault).__name__}") from fault

    return Offer(crossing, kinds, stream, minimum)
