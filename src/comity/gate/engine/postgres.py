# ruff: noqa: S608 -- every name and text goes through `quoted` and `literal`; the query is the user's own
"""PostgreSQL: queries answered where the table lies; only what crosses leaves the server. From version 12, without extensions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl
import pyarrow as pa
from adbc_driver_manager.dbapi import Cursor
from adbc_driver_postgresql import dbapi
from pyarrow import parquet

from comity.gate.crossing import Crossing
from comity.gate.engine.engine import Asked, EngineError, People, Profile, people, profile
from comity.gate.engine.sql import Dialect
from comity.gate.kind import TEXT, Kind
from comity.gate.mac import DIGITS, Mac
from comity.gate.postgresql import decimal, selected
from comity.gate.vector import trust

KINDS: Final = {
    "int2": Kind("whole", 16),
    "int4": Kind("whole", 32),
    "int8": Kind("whole", 64),
    "float4": Kind("real", 32),
    "float8": Kind("real", 64),
    "text": TEXT,
    "varchar": TEXT,
    "bpchar": TEXT,
    "uuid": TEXT,
    "bool": Kind("truth"),
    "date": Kind("day"),
    "timestamp": Kind("instant", unit="us"),
    "timestamptz": Kind("instant", unit="us", zone="UTC"),
    "bytea": Kind("bytes"),
}
TYPES: Final = {kind: dtype for dtype, kind in KINDS.items()} | {TEXT: "text"}
ARROW: Final = {
    Kind("whole", 16): pa.int16(),
    Kind("whole", 32): pa.int32(),
    Kind("whole", 64): pa.int64(),
    Kind("real", 32): pa.float32(),
    Kind("real", 64): pa.float64(),
    TEXT: pa.large_string(),
    Kind("truth"): pa.bool_(),
    Kind("day"): pa.date32(),
    Kind("instant", unit="us"): pa.timestamp("us"),
    Kind("instant", unit="us", zone="UTC"): pa.timestamp("us", "UTC"),
    Kind("bytes"): pa.large_binary(),
}


class PostgresDialect(Dialect):
    """PostgreSQL's way. Keys are settings of the transaction, read once into the row `mac`."""

    text = "text"
    whole = "numeric"
    decimal = "numeric"
    types = TYPES

    def digest(self, text: str) -> str:
        """HMAC (RFC 2104) of the SHA-256 there is."""
        return f"left(encode(sha256((SELECT opad FROM mac) || sha256((SELECT ipad FROM mac) || convert_to({text}, 'UTF8'))), 'hex'), {DIGITS})"

    def year(self, value: str, kind: Kind) -> str:
        """The year; infinite of what is infinitely far."""
        return f"extract(year FROM {value} AT TIME ZONE 'UTC')" if kind.zone else f"extract(year FROM {value})"

    def first(self, value: str, unit: str, kind: Kind) -> str:
        """The first of the year or month."""
        if kind.zone:
            return f"date_trunc('{unit}', {value} AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'"
        return f"CAST(date_trunc('{unit}', CAST({value} AS timestamp)) AS {self.type(kind)})"


SPEAKS: Final = PostgresDialect()
MAC: Final = "WITH mac AS MATERIALIZED (SELECT decode(current_setting('comity.ipad'), 'hex') AS ipad, decode(current_setting('comity.opad'), 'hex') AS opad)"


@dataclass(frozen=True)
class Postgres:
    """Reads what a query finds, in a transaction that can only read and sees one state of the tables. `address`: a URI of libpq.

    Keys come in as parameters of a statement: a server that logs parameters would log them.
    """

    address: str

    def of(self, rows: pl.DataFrame) -> str:
        """A few rows."""
        return SPEAKS.rows(rows)

    def kinds(self, source: str) -> dict[str, Kind | None]:
        """The columns and their kinds."""
        with self._reading() as cursor:
            return kinds(cursor, rows_of(cursor, source))

    def profile(self, source: str, asked: Asked) -> dict[str | None, Profile]:
        """What is in a table, place by place."""
        with self._reading() as cursor:
            table = rows_of(cursor, source)
            cursor.execute(f"SELECT {SPEAKS.profile(asked, kinds(cursor, table))} FROM {table} AS source GROUP BY 1")
            return {row[0]: profile(row, asked) for row in cursor.fetchall()}

    def persons(self, source: str, asked: Asked, places: Sequence[str | None], home: bytes) -> dict[str | None, People]:
        """Who is in some of its places."""
        trust(self)
        with self._reading() as cursor:
            table = rows_of(cursor, source)
            return people(asked, places, home, lambda who, mac: digests(cursor, SPEAKS.once(table, asked, places, who), mac))

    def masked(self, source: str, crossing: Crossing, mac: Mac) -> pl.DataFrame:
        """What crosses of a few rows."""
        with self._reading() as cursor:
            return pl.DataFrame(pa.Table.from_batches(*crossed(cursor, rows_of(cursor, source), crossing, mac)))

    def write(self, source: str, crossing: Crossing, destination: Path, mac: Mac) -> int:
        """Writes what crosses and returns how many rows that were."""
        trust(self)
        with self._reading() as cursor:
            table, moved = rows_of(cursor, source), 0
            batches, schema = crossed(cursor, table, crossing, mac)
            with parquet.ParquetWriter(destination, schema, compression="zstd") as writer:
                for batch in batches:
                    writer.write_batch(batch)
                    moved += batch.num_rows
            return moved

    @contextmanager
    def _reading(self) -> Iterator[Cursor]:
        """A cursor that sees one state and changes nothing. A fault is told by its kind only: its message may hold a value of the table."""
        try:
            with dbapi.connect(self.address) as connection, connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                cursor.execute("SET LOCAL TimeZone = 'UTC'")
                yield cursor
        except (dbapi.Error, pa.ArrowException, OSError) as fault:
            raise EngineError(f"the table cannot be moved: {type(fault).__name__}") from None


def give(cursor: Cursor, mac: Mac) -> None:
    """Gives a key to the transaction."""
    for setting, pad in zip(("comity.ipad", "comity.opad"), mac.pads, strict=True):
        cursor.execute("SELECT set_config($1, $2, true)", (setting, pad.hex()))


def rows_of(cursor: Cursor, source: str) -> str:
    """A query as a table to read from.

    Raises:
        EngineError: it is not one that reads.
    """
    try:
        return selected(cursor, source)
    except ValueError as fault:
        raise EngineError(str(fault)) from None


def kinds(cursor: Cursor, source: str) -> dict[str, Kind | None]:
    """The columns of a query and their kinds; decimals without a number of places have none."""
    cursor.execute(f"SELECT * FROM {source} AS source LIMIT 0")
    return {field.name: kind(field.metadata or {}) for field in cursor.fetch_arrow_table().schema}


def kind(told: Mapping[bytes, bytes]) -> Kind | None:
    """The kind of a type, as the driver tells it."""
    if told.get(b"POSTGRESQL:type") != b"numeric":
        return KINDS.get(told.get(b"POSTGRESQL:type", b"").decode())
    return Kind("decimal", precision=found[0], scale=found[1]) if (found := decimal(told)) else None


def digests(cursor: Cursor, once: str, mac: Mac) -> pl.DataFrame:
    """The keyed digests of those that a query finds, each beside the place."""
    give(cursor, mac)
    cursor.execute(f"{MAC} SELECT place, {SPEAKS.digest('who')} AS digest FROM ({once}) AS once")
    return pl.DataFrame(cursor.fetch_arrow_table())


def crossed(cursor: Cursor, source: str, crossing: Crossing, mac: Mac) -> tuple[Iterator[pa.RecordBatch], pa.Schema]:
    """What crosses, batch by batch, with its types."""
    here = kinds(cursor, source)
    schema = pa.schema([(column, arrow(kind)) for column, kind in crossing.kinds(here).items()])
    give(cursor, mac)
    cursor.execute(f"{MAC} SELECT {SPEAKS.masks(crossing, here)} FROM {source} AS source WHERE {SPEAKS.passes(crossing)}")
    batches = cursor.fetch_record_batch()
    return (pa.RecordBatch.from_arrays([plain(a).cast(t) for a, t in zip(b.columns, schema.types, strict=True)], schema=schema) for b in batches), schema


def plain(column: pa.Array) -> pa.Array:
    """A column without the label that the driver puts on decimals, which come as text."""
    return column.storage if isinstance(column, pa.ExtensionArray) else column


def arrow(kind: Kind) -> pa.DataType:
    """The Arrow type of a kind."""
    return pa.decimal128(kind.precision, kind.scale) if kind.word == "decimal" else ARROW[kind]
