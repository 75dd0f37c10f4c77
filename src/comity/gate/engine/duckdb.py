# ruff: noqa: S608 -- every name and text goes through `quoted` and `literal`; the query is the user's own
"""DuckDB: queries over files and tables of any kind that it reads, pushed down and streamed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import duckdb
import polars as pl

from comity.gate.crossing import Crossing
from comity.gate.engine.engine import Asked, EngineError, People, Profile, people, profile
from comity.gate.engine.sql import Dialect
from comity.gate.kind import TEXT, Kind
from comity.gate.mac import DIGITS, Mac
from comity.gate.statement import bare, literal
from comity.gate.vector import trust

Found = TypeVar("Found")
KINDS: Final = {
    "TINYINT": Kind("whole", 8),
    "SMALLINT": Kind("whole", 16),
    "INTEGER": Kind("whole", 32),
    "BIGINT": Kind("whole", 64),
    "UTINYINT": Kind("whole", 8, signed=False),
    "USMALLINT": Kind("whole", 16, signed=False),
    "UINTEGER": Kind("whole", 32, signed=False),
    "UBIGINT": Kind("whole", 64, signed=False),
    "FLOAT": Kind("real", 32),
    "DOUBLE": Kind("real", 64),
    "VARCHAR": TEXT,
    "UUID": TEXT,
    "BOOLEAN": Kind("truth"),
    "DATE": Kind("day"),
    "TIMESTAMP": Kind("instant", unit="us"),
    "TIMESTAMP_MS": Kind("instant", unit="ms"),
    "TIMESTAMP_NS": Kind("instant", unit="ns"),
    "TIMESTAMP WITH TIME ZONE": Kind("instant", unit="us", zone="UTC"),
    "BLOB": Kind("bytes"),
}
TYPES: Final = {kind: dtype for dtype, kind in KINDS.items()} | {TEXT: "VARCHAR"}


class DuckDBDialect(Dialect):
    """DuckDB's way. Keys come in as two values, `inner` and `outer`."""

    text = "VARCHAR"
    whole = "HUGEINT"
    decimal = "DECIMAL"
    types = TYPES

    def digest(self, text: str) -> str:
        """HMAC (RFC 2104) of the SHA-256 there is."""
        return f"substr(sha256($outer || unhex(sha256($inner || encode({text})))), 1, {DIGITS})"

    def year(self, value: str, kind: Kind) -> str:
        """The year; none of what is infinitely far."""
        return f"year({value} AT TIME ZONE 'UTC')" if kind.zone else f"year({value})"

    def first(self, value: str, unit: str, kind: Kind) -> str:
        """The first of the year or month."""
        if kind.zone:
            return f"date_trunc('{unit}', {value} AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'"
        return f"CAST(date_trunc('{unit}', {value}) AS {self.type(kind)})"


SPEAKS: Final = DuckDBDialect()


@dataclass(frozen=True)
class DuckDB:
    """Reads what a query finds. `connection`: where the query runs."""

    connection: duckdb.DuckDBPyConnection

    def of(self, rows: pl.DataFrame) -> str:
        """A few rows."""
        return SPEAKS.rows(rows)

    def kinds(self, source: str) -> dict[str, Kind | None]:
        """The columns and their kinds."""
        return {str(row[0]): kind(str(row[1])) for row in self._run(f"DESCRIBE SELECT * FROM {self._only(source)}")}

    def profile(self, source: str, asked: Asked) -> dict[str | None, Profile]:
        """What is in a table, place by place."""
        kinds, query = self.kinds(source), self._only(source)
        rows = self._run(f"SELECT {SPEAKS.profile(asked, kinds)} FROM {query} GROUP BY ALL")
        return {row[0]: profile(row, asked) for row in rows}

    def persons(self, source: str, asked: Asked, places: Sequence[str | None], home: bytes) -> dict[str | None, People]:
        """Who is in some of its places."""
        trust(self)
        select, query = f"SELECT place, {SPEAKS.digest('who')} AS digest", self._only(source)
        return people(asked, places, home, lambda who, mac: self._frame(f"{select} FROM ({SPEAKS.once(query, asked, places, who)})", mac))

    def masked(self, source: str, crossing: Crossing, mac: Mac) -> pl.DataFrame:
        """What crosses of a few rows."""
        return self._frame(self._masked(source, crossing), mac)

    def _masked(self, source: str, crossing: Crossing) -> str:
        kinds = self.kinds(source)
        crossing.kinds(kinds)
        return f"SELECT {SPEAKS.masks(crossing, kinds)} FROM {self._only(source)} WHERE {SPEAKS.passes(crossing)}"

    def write(self, source: str, crossing: Crossing, destination: Path, mac: Mac) -> int:
        """Writes what crosses and returns how many rows that were."""
        trust(self)
        copy = f"COPY ({self._masked(source, crossing)}) TO {literal(str(destination.absolute()))} (FORMAT parquet, COMPRESSION zstd)"
        return int(self._run(copy, mac)[0][0])

    def _only(self, source: str) -> str:
        """A query that reads and does nothing else, as a table to read from.

        Raises:
            EngineError: it is no query, or does something else.
        """
        try:
            query = bare(source)
            statements = self.connection.extract_statements(query)
        except (duckdb.Error, ValueError):
            raise EngineError("the query cannot be read") from None
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT or statements[0].named_parameters:
            raise EngineError("the query must be one SELECT")
        return f"({query}\n)"

    def _run(self, sql: str, mac: Mac | None = None) -> list[tuple[Any, ...]]:
        """The rows that a statement finds."""
        return self._asked(sql, mac, lambda values: self.connection.execute(sql, values).fetchall())

    def _frame(self, sql: str, mac: Mac) -> pl.DataFrame:
        """What a query finds, as a frame."""
        return self._asked(sql, mac, lambda values: pl.DataFrame(self.connection.sql(sql, params=values).to_arrow_table()))

    def _asked(self, sql: str, mac: Mac | None, ask: Callable[[dict[str, bytes]], Found]) -> Found:
        """What a statement finds. A fault is told by its kind only: its message may hold a value of the table."""
        try:
            self.connection.execute("SET TimeZone = 'UTC'")
            named = self.connection.extract_statements(sql)[0].named_parameters
            values = dict(zip(("inner", "outer"), mac.pads, strict=True)) if mac else {}
            return ask({parameter: values[parameter] for parameter in named})
        except duckdb.Error as fault:
            raise EngineError(f"the table cannot be moved: {type(fault).__name__}") from None


def kind(dtype: str) -> Kind | None:
    """The kind of a type of DuckDB, if it crosses at all."""
    if found := re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", dtype):
        return Kind("decimal", precision=int(found[1]), scale=int(found[2]))
    return TEXT if dtype.startswith("ENUM(") else KINDS.get(dtype)
