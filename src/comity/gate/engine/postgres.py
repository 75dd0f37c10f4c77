# ruff: noqa: S608 -- every name and text goes through `name` and `literal`; the query is the user's own
"""PostgreSQL: queries answered where the table lies; only what crosses leaves the server. From version 12, without extensions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
from comity.gate.engine.engine import Asked, EngineError, Profile, profile, split
from comity.gate.engine.sql import Dialect
from comity.gate.kind import TEXT, Kind
from comity.gate.mac import DIGITS, Mac
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

    def type(self, kind: Kind) -> str:
        """The type of a kind of value."""
        return f"numeric({kind.precision}, {kind.scale})" if kind.word == "decimal" else TYPES[kind]

    def of(self, value: str) -> str:
        """A value as text that is equal where its bytes are, whatever the collation of the column."""
        return f'CAST({value} AS text) COLLATE "C"'

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


MOST: Final = 38
"""Digits of a decimal in Arrow."""
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
            return kinds(cursor, source)

    def profile(self, source: str, asked: Asked, home: bytes) -> dict[str | None, Profile]:
        """What is in a table, place by place."""
        trust(self)
        with self._reading() as cursor:
            cursor.execute(f"SELECT {SPEAKS.profile(asked, kinds(cursor, source))} FROM ({source}) AS source GROUP BY 1")
            rows = cursor.fetchall()
            persons, devices = (split(digests(cursor, source, asked, who, mac)) for who, mac in asked.macs(home))
        return {row[0]: profile(row, asked, persons, devices) for row in rows}

    def masked(self, source: str, crossing: Crossing, mac: Mac) -> pl.DataFrame:
        """What crosses of a few rows."""
        with self._reading() as cursor:
            return pl.DataFrame(pa.Table.from_batches(*crossed(cursor, source, crossing, mac)))

    def write(self, source: str, crossing: Crossing, destination: Path, mac: Mac) -> dict[str | None, int]:
        """Writes what crosses and returns how many rows of each place."""
        trust(self)
        with self._reading() as cursor:
            batches, schema = crossed(cursor, source, crossing, mac)
            with parquet.ParquetWriter(destination, schema, compression="zstd") as writer:
                for batch in batches:
                    writer.write_batch(batch)
            place, passes = SPEAKS.place(crossing.place), SPEAKS.passes(crossing)
            cursor.execute(f"SELECT {place}, count(*) FROM ({source}) AS source WHERE {passes} GROUP BY 1")
            return dict(cursor.fetchall())

    @contextmanager
    def _reading(self) -> Iterator[Cursor]:
        """A cursor that sees one state and changes nothing. A fault is told by its kind only: its message may hold a value of the table."""
        try:
            with dbapi.connect(self.address) as connection, connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                cursor.execute("SET LOCAL TimeZone = 'UTC'")
                yield cursor
        except (dbapi.Error, pa.ArrowException, OSError) as fault:
            raise EngineError(f"the table cannot be moved: {type(fault).__name__}") from fault


def give(cursor: Cursor, mac: Mac) -> None:
    """Gives a key to the transaction."""
    for setting, pad in zip(("comity.ipad", "comity.opad"), mac.pads, strict=True):
        cursor.execute("SELECT set_config($1, $2, true)", (setting, pad.hex()))


def kinds(cursor: Cursor, source: str) -> dict[str, Kind | None]:
    """The columns of a query and their kinds; decimals without a number of places have none."""
    cursor.execute(f"SELECT * FROM ({source}) AS source LIMIT 0")
    return {field.name: kind(field.metadata or {}) for field in cursor.fetch_arrow_table().schema}


def kind(told: Mapping[bytes, bytes]) -> Kind | None:
    """The kind of a type, as the driver tells it."""
    if told.get(b"POSTGRESQL:type") != b"numeric":
        return KINDS.get(told.get(b"POSTGRESQL:type", b"").decode())
    packed = int(told.get(b"POSTGRESQL:typmod", b"-1")) - 4
    precision, scale = packed >> 16, packed & 0x7FF
    return Kind("decimal", precision=precision, scale=scale) if 0 <= scale <= precision <= MOST and packed >= 0 else None


def digests(cursor: Cursor, source: str, asked: Asked, who: str | None, mac: Mac) -> pl.DataFrame | None:
    """Of each place, the keyed digests of those in a column."""
    if who is None:
        return None
    give(cursor, mac)
    once = SPEAKS.once(source, asked, who)
    cursor.execute(f"{MAC} SELECT place, {SPEAKS.digest('who')} AS digest FROM ({once}) AS once")
    return pl.DataFrame(cursor.fetch_arrow_table())


def crossed(cursor: Cursor, source: str, crossing: Crossing, mac: Mac) -> tuple[Iterator[pa.RecordBatch], pa.Schema]:
    """What crosses, batch by batch, with its types."""
    here = kinds(cursor, source)
    schema = pa.schema([(column, arrow(kind)) for column, kind in crossing.kinds(here).items()])
    give(cursor, mac)
    cursor.execute(f"{MAC} SELECT {SPEAKS.masks(crossing, here)} FROM ({source}) AS source WHERE {SPEAKS.passes(crossing)}")
    batches = cursor.fetch_record_batch()
    return (pa.RecordBatch.from_arrays([plain(a).cast(t) for a, t in zip(b.columns, schema.types, strict=True)], schema=schema) for b in batches), schema


def plain(column: pa.Array) -> pa.Array:
    """A column without the label that the driver puts on decimals, which come as text."""
    return column.storage if isinstance(column, pa.ExtensionArray) else column


def arrow(kind: Kind) -> pa.DataType:
    """The Arrow type of a kind."""
    return pa.decimal128(kind.precision, kind.scale) if kind.word == "decimal" else ARROW[kind]
