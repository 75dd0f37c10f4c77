"""Tables of a PostgreSQL server and queries on it, read as Arrow in one snapshot that cannot write; and tables put there in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, Self
from uuid import uuid4

import adbc_driver_manager
import pyarrow as pa
import pyarrow.compute as pc
from adbc_driver_postgresql import StatementOptions, dbapi

from comity.gate.address import Address, changed, said, taken, wrong
from comity.gate.statement import bare, quoted, steady
from comity.text.source import Place, nearest

SNAPSHOT: Final = "set transaction isolation level repeatable read, read only"
ORDERED: Final = ("set local synchronize_seqscans = off", "set local max_parallel_workers_per_gather = 0")
"""With these a table's rows come in the order in which they lie, so that the same rows make the same file, to the byte."""
PIECE: Final = 1 << 20
"""About so many bytes of rows are sent on at once."""
STORED: Final = "rmp"
"""Kinds of relation whose rows have versions (pg_class.relkind): tables, materialised views, partitioned tables. Others are named by what is in them."""
FIRST_DAY: Final = -2_440_588
"""The first day that a PostgreSQL date may be (4713 BC), in days since 1970; what the driver makes of infinities lies before it."""
DAY: Final = 86_400_000_000
LONGEST: Final = 38
"""Digits of a decimal, at most."""
LONGEST_NAME: Final = 63
"""Bytes of a name, at most."""

TOLD: Final = frozenset({"08", "25", "28", "3D", "3F", "40", "42", "53", "54", "55", "57", "58"})
"""Classes of faults that are not about the values of rows (SQLSTATE, PostgreSQL's appendix A): what is said of others may quote one."""
CONNECTING: Final = "Failed to connect: "


@contextmanager
def faults(name: str, what: str) -> Iterator[None]:
    """Faults of the server or on the way to it, as one error that says where, and no value of a row and no password."""
    try:
        yield
    except adbc_driver_manager.Error as fault:
        _, connecting, why = said(fault).partition(CONNECTING)
        if connecting:
            words = why if why.startswith("connection to server") else "this is no address of a server, or of none that is known"
        elif fault.sqlstate is None or fault.sqlstate[:2] in TOLD:
            words = said(fault).rpartition("ERROR:  ")[2]
        else:
            words = f"a value does not fit (SQLSTATE {fault.sqlstate})"
        raise wrong(name, f"{what}: {words}") from None
    except pa.ArrowException as fault:
        raise wrong(name, f"{what}: a value does not fit ({type(fault).__name__})") from None


@contextmanager
def connected(where: Address, what: str) -> Iterator[dbapi.Cursor]:
    """A transaction, undone in the end unless it was committed."""
    with faults(where.name, what), dbapi.connect(where.path) as connection, connection.cursor() as cursor:
        yield cursor


def asked(cursor: dbapi.Cursor, statement: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
    """The rows of a short answer."""
    cursor.execute(statement, values or None)
    found: list[tuple[object, ...]] = cursor.fetchall()
    return found


def selected(cursor: dbapi.Cursor, query: str) -> str:
    """A query as a table to read from. The server has read it by itself; and it calls nothing that a transaction which only reads does not hold back.

    Raises:
        adbc_driver_manager.Error: it is no statement to the server.
        ValueError: it is not one SELECT, or calls a function that may do more than read.
    """
    text = bare(query)
    cursor.adbc_execute_schema(text)
    steady(text, "postgres", {str(one) for (one,) in asked(cursor, "select distinct lower(proname) from pg_proc where provolatile = 'v'")})
    return f"({text}\n)"


def decimal(told: Mapping[bytes, bytes]) -> tuple[int, int] | None:
    """Precision and scale of a column of decimals, as the driver tells of it, if Arrow has room for them."""
    packed = int(told.get(b"POSTGRESQL:typmod", b"-1")) - 4  # as PostgreSQL packs it: precision, then an 11-bit scale, which may be negative
    precision, scale = packed >> 16 & 0xFFFF, (packed & 0x7FF ^ 0x400) - 0x400
    return (precision, scale) if packed >= 0 and 0 <= scale <= precision <= LONGEST else None


@dataclass
class PostgreSQL:
    """A table or a view of a server, or a query on it. Each time it is read in one snapshot, in which the state is the one in which it was opened."""

    where: Address
    name: str = field(init=False)
    schema: pa.Schema = field(init=False)
    rows: int = field(init=False)
    fingerprint: str = field(init=False)
    mixed: Mapping[str, Place] = field(init=False, default_factory=dict)
    _from: str = field(init=False)
    _version: str = field(init=False, default="(r.*)::text")
    _columns: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        """Finds the table and its columns.

        Raises:
            SourceError: the server does not answer, there is no such table, or the query is not one statement that reads.
        """
        self.name = self.where.name
        with connected(self.where, "cannot be read") as cursor:
            cursor.execute(SNAPSHOT)
            self._from = self._query(cursor) if self.where.query else self._table(cursor)
            described = cursor.adbc_execute_schema(f"select * from {self._from} r")  # noqa: S608 -- quoted identifiers of the catalogue, or the query itself
            if double := next((n for n in described.names if described.names.count(n) > 1), None):
                raise wrong(self.name, f"two columns are called '{double}'", "give one of them a name with AS")
            self._columns = {column.name: _read_as(column) for column in described}
            self.schema = pa.schema([pa.field(column.name, _kind(column)) for column in described])
            self.rows, self.fingerprint = self._state(cursor)

    def check(self) -> None:
        """Raises SourceError if the table is no longer as it was."""
        with connected(self.where, "cannot be read") as cursor:
            cursor.execute(SNAPSHOT)
            self._same(cursor)

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """The rows."""
        wanted = list(self.schema.names if columns is None else columns)
        schema = pa.schema([self.schema.field(c) for c in wanted])
        listed = ", ".join(f"{self._columns[c]} as {quoted(c)}" for c in wanted)
        with connected(self.where, "cannot be read") as cursor:
            cursor.execute(SNAPSHOT)
            self._same(cursor)
            for setting in ORDERED:
                cursor.execute(setting)
            cursor.adbc_statement.set_options(**{StatementOptions.BATCH_SIZE_HINT_BYTES.value: PIECE})
            cursor.execute(f"select {listed} from {self._from} r")  # noqa: S608 -- as above
            for batch in cursor.fetch_record_batch():
                made = [self._value(column, name, schema.field(name).type) for name, column in zip(wanted, batch.columns, strict=True)]
                yield pa.RecordBatch.from_arrays(made, schema=schema)

    def _value(self, column: pa.Array, name: str, kind: pa.DataType) -> pa.Array:
        """The driver reads decimals as text, and infinity as some day long ago: a day without a number is a fault, not a day."""
        if pa.types.is_decimal(kind):
            return pc.cast(column, kind)
        if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
            least = pc.min(pc.cast(column, pa.int32() if pa.types.is_date(kind) else pa.int64())).as_py()
            if least is not None and least < FIRST_DAY * (1 if pa.types.is_date(kind) else DAY):
                raise wrong(self.name, f"column '{name}' holds infinity, which is no day", "select something else where it does, by a query")
        return column

    def _table(self, cursor: dbapi.Cursor) -> str:
        listed = asked(
            cursor,
            "select n.nspname::text, c.relname::text, c.relkind::text, pg_table_is_visible(c.oid) from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            " where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'",
        )
        table, *schema = self.where.table
        found = next((row for row in listed if row[1] == table and (row[0] == schema[0] if schema else row[3])), None)
        if found is None:
            raise wrong(self.name, f"there is no table '{'.'.join([*schema, table])}' in this database", nearest(table, [str(row[1]) for row in listed]))
        if str(found[2]) in STORED:
            self._version = "r.tableoid::text || ' ' || r.ctid::text || ' ' || r.xmin::text"
        return f"{quoted(str(found[0]))}.{quoted(table)}"

    def _query(self, cursor: dbapi.Cursor) -> str:
        try:
            return selected(cursor, self.where.query)
        except ValueError as fault:
            raise wrong(self.name, str(fault)) from None

    def _state(self, cursor: dbapi.Cursor) -> tuple[int, str]:
        """How many rows, and a name of their versions: a change of any row, or of the columns, makes another."""
        hashed = "coalesce(sum(hashtextextended(v, 0)::numeric), 0)::text, coalesce(sum(hashtextextended(v, 1)::numeric), 0)::text"
        found = asked(cursor, f"select count(*), {hashed} from (select {self._version} as v from {self._from} r) s")  # noqa: S608 -- as above
        rows, *sums = found[0]
        assert isinstance(rows, int)
        return rows, hashlib.sha256(repr((rows, sums, self._from, list(self._columns.items()))).encode()).hexdigest()

    def _same(self, cursor: dbapi.Cursor) -> None:
        if self._state(cursor) != (self.rows, self.fingerprint):
            raise changed(self.name)


def _kind(column: pa.Field) -> pa.DataType:
    """What a column is in Arrow. A numeric with a precision is a decimal; one without, like whatever has no like in Arrow, is the text that SQL shows."""
    told = column.metadata or {}
    if told.get(b"POSTGRESQL:type") == b"numeric":
        return pa.decimal128(*found) if (found := decimal(told)) else pa.string()
    return pa.string() if isinstance(column.type, pa.BaseExtensionType) else column.type


def _read_as(column: pa.Field) -> str:
    name = f"r.{quoted(column.name)}"
    return f"{name}::text" if isinstance(column.type, pa.BaseExtensionType) else name


@dataclass
class PostgreSQLStage:
    """A transaction in which a table is made under another name. Nobody else sees it; what has not landed is undone, by the server even after a crash."""

    where: Address
    schema: pa.Schema
    path: None = field(init=False, default=None)
    _number: str = field(init=False, default_factory=lambda: uuid4().hex)  # of its own: a second run would wait for the first to end
    _connection: dbapi.Connection = field(init=False)

    def __enter__(self) -> Self:
        """Begins the transaction and makes the table."""
        with faults(self.where.name, "cannot be written"):
            self._connection = dbapi.connect(self.where.path)
        try:
            self._make()
        except BaseException:
            self._connection.close()
            raise
        return self

    def write(self, batch: pa.RecordBatch) -> None:
        """Takes some more rows."""
        with faults(self.where.name, "cannot be written"), self._connection.cursor() as cursor:
            whole = pa.Table.from_batches([batch]).cast(_written(self.schema), safe=True)  # the driver would cut nanoseconds off without a word
            cursor.adbc_ingest(self._staging, whole, mode="append", db_schema_name=self._in)

    def land(self) -> None:
        """Gives the table its name and commits."""
        with faults(self.where.name, "cannot be written"), self._connection.cursor() as cursor:
            cursor.execute(f"alter table {self._table} rename to {quoted(self.where.table[0])}")
            self._connection.commit()

    def __exit__(self, *_: object) -> None:
        """Undoes what has not landed."""
        self._connection.close()

    def _make(self) -> None:
        with faults(self.where.name, "cannot be written"), self._connection.cursor() as cursor:
            cursor.adbc_ingest(self._staging, _written(self.schema).empty_table(), mode="create", db_schema_name=self._in)
            for column in self.schema:
                if pa.types.is_decimal(column.type):  # which the driver makes a numeric of any length
                    kind = f"numeric({column.type.precision}, {column.type.scale})"
                    cursor.execute(f"alter table {self._table} alter column {quoted(column.name)} type {kind}")

    @property
    def _table(self) -> str:
        return ".".join(quoted(part) for part in (self._in, self._staging) if part is not None)

    @property
    def _in(self) -> str | None:
        return self.where.table[1] if len(self.where.table) > 1 else None

    @property
    def _staging(self) -> str:
        return f"part {self._number}"


@dataclass(frozen=True)
class PostgreSQLTable:
    """A table of a server that is not there yet."""

    where: Address

    @property
    def name(self) -> str:
        """Where it will be."""
        return self.where.name

    def check(self) -> None:
        """Raises SourceError if the name is taken, is too long, or the server does not answer."""
        table, *schema = self.where.table
        if len(table.encode()) > LONGEST_NAME:
            raise wrong(self.name, f"is a name longer than {LONGEST_NAME} bytes, which PostgreSQL would cut")
        with connected(self.where, "cannot be written") as cursor:
            if schema and not asked(cursor, "select 1 from pg_namespace where nspname = $1", schema):
                raise wrong(self.name, f"there is no schema '{schema[0]}'")
            wanted = "n.nspname = $2" if schema else "n.nspname = current_schema()"
            there = f"select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relname = $1 and {wanted}"  # noqa: S608 -- no name in it
            if asked(cursor, there, (table, *schema)):
                raise taken(self.name, "table")

    def stage(self, schema: pa.Schema) -> PostgreSQLStage:
        """A table in a transaction."""
        self.check()
        for column in schema.names:
            if "\0" in column or len(column.encode()) > LONGEST_NAME:
                raise wrong(self.name, f"column {column!r} has a name that PostgreSQL would cut")
        return PostgreSQLStage(self.where, schema)


def _written(schema: pa.Schema) -> pa.Schema:
    """The columns as the server keeps them: instants to the microsecond, words without numbers for them."""

    def kept(kind: pa.DataType) -> pa.DataType:
        if pa.types.is_timestamp(kind):
            return pa.timestamp("us", kind.tz)
        return kept(kind.value_type) if pa.types.is_dictionary(kind) else kind

    return pa.schema([pa.field(column.name, kept(column.type)) for column in schema])
