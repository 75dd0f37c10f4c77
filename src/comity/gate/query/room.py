"""The room in which a query is answered: a database that holds nothing but what the gate lets through, and can reach nothing else.

Why not one database with the masks written into the query? An optimiser is free to run the query's own conditions on rows before it
runs the gate's: a condition that fails, or takes long, for a value that stays home then tells of it. Here the query is never near
such a row. Batches are cut anew and read by one thread, so that even the last digit of a sum does not tell where rows were left out.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self

import duckdb
import pyarrow as pa

from comity.gate.query.read import fold

BATCH: Final = 16_384
"""Rows of a batch."""
CLOSED: Final[dict[str, str | int | float | list[str]]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "python_enable_replacements": False,
    "python_scan_all_frames": False,
    "temp_directory": "",
    "threads": 1,
    "preserve_insertion_order": True,
}
"""Settings of the room. One thread: the order in which several add up is chance."""


class QueryError(Exception):
    """A query that was read failed while it ran. What it says follows from what crosses alone."""


class HeldError(Exception):
    """A table could not be read at home, so the answer is held; whoever asks is told no more. The cause is for those at home."""


@dataclass
class Doorway:
    """One table as the room sees it: an Arrow stream, with the same batches each time it is read, whatever lies behind."""

    open: Callable[[], pa.RecordBatchReader]
    fault: BaseException | None = None
    _first: pa.RecordBatchReader | None = None

    def schema(self) -> pa.Schema:
        """The columns; the stream that is opened to know them is the first that is read."""
        return self._ready().schema

    def __arrow_c_schema__(self) -> object:
        return self.schema().__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        reader, self._first = self._ready(), None
        return pa.RecordBatchReader.from_batches(reader.schema, self._batches(reader)).__arrow_c_stream__(requested_schema)

    def _ready(self) -> pa.RecordBatchReader:
        self._first = self._opened() if self._first is None else self._first
        return self._first

    def _opened(self) -> pa.RecordBatchReader:
        try:
            return self.open()
        except Exception as fault:  # noqa: BLE001 -- as below
            self.fault = fault
            raise HeldError("a table cannot be read at home") from None

    def _batches(self, reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
        """The rows in batches of one size. A fault is kept here: its words may hold a value that stays home."""
        waiting: list[pa.RecordBatch] = []
        try:
            for batch in reader:
                waiting.append(batch)
                if sum(b.num_rows for b in waiting) >= BATCH:
                    *full, rest = _cut(waiting)
                    yield from full
                    waiting = [rest]
            yield from _cut(waiting)
        except Exception as fault:  # noqa: BLE001 -- whatever it is, its words may hold a value that stays home
            self.fault = fault
            raise HeldError("a table cannot be read at home") from None


def _cut(batches: list[pa.RecordBatch]) -> list[pa.RecordBatch]:
    """The same rows in whole batches, and a last one that may be short."""
    if len(batches) == 1 and batches[0].num_rows <= BATCH:
        return batches
    return [] if not batches else pa.Table.from_batches(batches).combine_chunks().to_batches(max_chunksize=BATCH)


@dataclass
class Room:
    """The database. Give it its tables, close the door, then ask."""

    memory: str = "1GB"
    _doorways: dict[str, Doorway] = field(default_factory=dict)
    _stopped: bool = False

    def __post_init__(self) -> None:
        """Whatever is not set here before the door closes cannot be set any more."""
        self._database = duckdb.connect(":memory:", config={**CLOSED, "memory_limit": self.memory})
        self._database.execute("SET TimeZone = 'UTC'")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._database.close()

    def admit(self, name: str, rows: Callable[[], pa.RecordBatchReader]) -> None:
        """Lets a table in, under a name; it is read when it is asked about."""
        doorway = Doorway(rows)
        doorway.schema()
        self._database.register(name, doorway)
        self._doorways[fold(name)] = doorway

    def close_door(self) -> None:
        """From here on nothing outside can be reached, and no setting changed."""
        self._database.execute("SET enable_external_access = false")
        self._database.execute("SET lock_configuration = true")

    def bind(self, sql: str) -> duckdb.DuckDBPyRelation:
        """The query bound to its tables, not yet run.

        Raises:
            duckdb.Error: it cannot be bound.
            QueryError: the database reads it as something else than one SELECT over tables that were let in.
        """
        statements = self._database.extract_statements(sql)
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise QueryError("the query is not one SELECT to the database")
        return self._database.sql(statements[0])

    def read(self, bound: duckdb.DuckDBPyRelation, *, aloud: bool) -> pa.RecordBatchReader:
        """The answer as a stream of record batches. `aloud`: whether the words of a fault may leave."""
        with self._told(aloud=aloud), warnings.catch_warnings():
            return bound.to_arrow_reader(BATCH)

    def batches(self, reader: pa.RecordBatchReader, *, aloud: bool) -> Iterator[pa.RecordBatch]:
        """The batches of an answer, whose faults are told as far as they may be."""
        while not self._stopped:
            with self._told(aloud=aloud):
                try:
                    batch = reader.read_next_batch()
                except StopIteration:
                    return
            yield batch
        raise QueryError("the query was stopped")

    def stop(self) -> None:
        """Ends what runs, and lets nothing more run; it fails as if it had failed by itself. May be called from another thread, and again."""
        self._stopped = True
        self._database.interrupt()

    def _told(self, *, aloud: bool) -> _Told:
        return _Told(self._doorways, aloud=aloud)


class _Told:
    """Tells a fault: of a table at home by nothing, of the query by its first line."""

    def __init__(self, doorways: Mapping[str, Doorway], *, aloud: bool) -> None:
        self._doorways, self._aloud = doorways, aloud

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if error is None or isinstance(error, (StopIteration, GeneratorExit, KeyboardInterrupt)):
            return
        behind = next((d.fault for d in self._doorways.values() if d.fault is not None), None)
        if behind is not None or isinstance(error, HeldError):
            raise HeldError("a table cannot be read at home: the answer is held") from None
        said = spoken(error) if self._aloud else ""
        raise QueryError("the query failed while it ran" + (f": {said}" if said else "")) from None


def spoken(fault: BaseException) -> str:
    """A fault of the database in its own words, without the name of its kind."""
    said = re.sub(r"^[A-Za-z ]*Error: ", "", str(fault).split("\n", 1)[0]).strip()
    return said[:1].lower() + said[1:200]
