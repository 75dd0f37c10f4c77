"""Where tables are read for a query: the masks of the engine for files, as a stream instead of a file."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl
import pyarrow as pa

from comity.gate.crossing import Crossing
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
