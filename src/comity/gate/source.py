"""A table that the gate reads, whatever it is kept in: its columns, its rows as a stream of Arrow batches, and whether it is still the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

import pyarrow as pa

from comity.gate import address
from comity.gate.duck import DuckDB
from comity.gate.files import ArrowFile, Parquet, folder
from comity.gate.separated import Separated
from comity.text.source import Place


class Source(Protocol):
    """A table. Each time it is read it is read anew, some rows at a time, and what is read was there when it was opened."""

    @property
    def name(self) -> str:
        """Where it is, for people: without secrets."""

    @property
    def schema(self) -> pa.Schema:
        """Its columns in order."""

    @property
    def rows(self) -> int | None:
        """How many rows, where that is known without reading them."""

    @property
    def fingerprint(self) -> str:
        """A name of the state in which the table was opened: another state has another. Hexadecimal."""

    @property
    def mixed(self) -> Mapping[str, Place]:
        """Columns that are text because they hold values of several kinds, and where the second kind first stands."""

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """The rows, in bounded memory; all columns, or those named, in that order.

        Raises:
            SourceError: the table cannot be read to its end, or changed since it was opened. What was given until then is not to be used.
        """

    def check(self) -> None:
        """Raises SourceError if the table is no longer as it was when it was opened."""


def opened(text: str, query: str = "") -> Source:
    """The table at an address: see `comity.gate.address.read`.

    Raises:
        SourceError: there is no table, or it cannot be read.
    """
    where = address.read(text, query)
    match where.kind:
        case "parquet":
            return Parquet(where, (where.path,))
        case "folder":
            return folder(where)
        case "arrow":
            return ArrowFile(where)
        case "csv":
            return Separated(where)
        case "duckdb":
            return DuckDB(where)
        case "postgresql":
            with address.driver(where.name):
                from comity.gate.postgresql import PostgreSQL  # noqa: PLC0415 -- its driver is an extra
            return PostgreSQL(where)
