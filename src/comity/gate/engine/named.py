"""The engine that a person names: `polars`, `duckdb`, or the address of what speaks Spark Connect. It reads the file that a source is, or was spooled to."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from typing import Final, Generic
from urllib.parse import urlsplit

import duckdb
import pyarrow as pa
from pyarrow import parquet

from comity.gate.address import wrong
from comity.gate.crossing import Crossing
from comity.gate.engine.duckdb import DuckDB
from comity.gate.engine.engine import Asked, Engine, EngineError, People, Profile, Source
from comity.gate.engine.polars import Polars
from comity.gate.kind import Kind
from comity.gate.mac import Mac
from comity.gate.progress import Passed, unheard
from comity.gate.run import Mover
from comity.gate.statement import literal
from comity.text.source import nearest

NAMES: Final = ("polars", "duckdb", "sc://host:15002")
PORT: Final = 15_002
"""Of Spark Connect, where an address names none."""
PATIENCE: Final = 10.0
"""Seconds within which an engine takes a call."""
PATTERN: Final = frozenset("*?[]{}\\")
"""Characters by which an engine reads the name of a file as a pattern, and so as other files."""


@dataclass(frozen=True)
class OfFiles(Generic[Source]):
    """An engine, over Parquet files. `table`: how it reads one."""

    name: str
    engine: Engine[Source]
    table: Callable[[str], Source]

    def kinds(self, source: Path) -> dict[str, Kind | None]:
        """The columns in order, and the kind of each."""
        return self.engine.kinds(self._read(source))

    def profile(self, source: Path, asked: Asked) -> dict[str | None, Profile]:
        """What is in it, place by place."""
        return self.engine.profile(self._read(source), asked)

    def persons(self, source: Path, asked: Asked, places: Sequence[str | None], home: bytes) -> dict[str | None, People]:
        """Who is in some of its places."""
        return self.engine.persons(self._read(source), asked, places, home)

    def parts(self, source: Path, crossing: Crossing) -> dict[str | None, int]:  # noqa: ARG002 -- it need not look
        """None: such an engine moves places whole."""
        crossing.whole()
        return {}

    def write(self, source: Path, crossing: Crossing, destination: Path, mac: Mac) -> int:
        """Writes what crosses; how many rows that were."""
        return self.engine.write(self._read(source), crossing, destination, mac)

    def _read(self, source: Path) -> Source:
        name = str(source.resolve())
        if not PATTERN.isdisjoint(name):
            raise EngineError(f"this engine would read '{source}' as a pattern, and so other files with it: give the file, and its folder, a plain name")
        return self.table(name)


class InParts(OfFiles[Source]):
    """One that writes a folder of parts, where its machines see that path: they become one file here."""

    def write(self, source: Path, crossing: Crossing, destination: Path, mac: Mac) -> int:
        """Writes what crosses; how many rows that were."""
        parts = destination.resolve().with_name(f"{destination.name}s")
        try:
            rows = super().write(source, crossing, parts, mac)
            joined = _join(sorted(parts.glob("*.parquet")), destination)
        except (pa.ArrowException, OSError) as fault:
            raise EngineError(f"the table cannot be moved: {type(fault).__name__}") from fault
        finally:
            rmtree(parts, ignore_errors=True)
        if joined != rows:
            raise EngineError("not all parts that the engine wrote are here")
        return rows


def _join(parts: list[Path], destination: Path) -> int:
    """One file of several, in bounded memory; its rows."""
    if not parts:
        raise EngineError("the engine's machines do not write to where this one reads: give them the folder under the same path")
    with parquet.ParquetWriter(destination, parquet.read_schema(parts[0]), compression="zstd") as whole:
        for part in parts:
            with parquet.ParquetFile(part) as read:
                for batch in read.iter_batches():
                    whole.write_batch(batch)
    return int(parquet.read_metadata(destination).num_rows)


@contextmanager
def engine(address: str, passed: Passed = unheard) -> Iterator[Mover]:
    """The engine at an address, while the context lasts. `passed`: is told of rows that pass, by those that count them: Polars.

    Raises:
        SourceError: nothing is an engine at such an address, or its client is not installed.
        EngineError: it does not answer.
    """
    if address == "polars":
        yield Polars(passed=passed)
    elif address == "duckdb":
        with duckdb.connect() as connection:
            yield OfFiles("duckdb", DuckDB(connection), lambda file: f"SELECT * FROM read_parquet({literal(file)}, hive_partitioning = false)")  # noqa: S608 -- quoted
    elif address.startswith("sc://"):
        try:
            from pyspark.errors import PySparkException  # noqa: PLC0415 -- an extra
            from pyspark.sql import SparkSession  # noqa: PLC0415 -- an extra

            from comity.gate.engine.spark import Spark  # noqa: PLC0415 -- its client is an extra
        except ImportError as fault:
            raise wrong("--engine", "Spark's client is not installed", "pip install 'comity[spark]'") from fault
        try:
            there = urlsplit(address)
            socket.create_connection((there.hostname or "", there.port or PORT), PATIENCE).close()  # its client would ask for minutes
            session = SparkSession.builder.remote(address).create()
        except (PySparkException, OSError, ValueError) as fault:  # what stands after a semicolon may be a token
            raise EngineError(f"no engine answers at '{address.partition(';')[0]}'") from fault
        try:
            yield InParts("spark", Spark(session), session.read.parquet)
        finally:
            session.stop()
    else:
        raise wrong("--engine", f"'{address}' is no engine", nearest(address, NAMES) or f"name one of {', '.join(NAMES)}")
