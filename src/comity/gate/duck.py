"""Tables of a DuckDB database, and queries on it: one statement that reads, in a session that can do nothing else; and tables put there whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

import duckdb
import pyarrow as pa

from comity.gate.address import Address, changed, said, taken, wrong
from comity.gate.destination import Beside, vacant, writing
from comity.gate.files import BATCH, state
from comity.gate.statement import NO_QUERY, bare, quoted, steady
from comity.text.source import Place, nearest

PLAIN: Final = (
    duckdb.ParserException,
    duckdb.SyntaxException,
    duckdb.BinderException,
    duckdb.CatalogException,
    duckdb.PermissionException,
    duckdb.IOException,
    duckdb.ConnectionException,
    duckdb.TransactionException,
)
"""Faults of a statement, or of the file: what is said of them holds no value of a row."""
VOLATILE: Final = """
    with volatile as (select distinct function_name as called from duckdb_functions() where stability = 'VOLATILE')
    from volatile union select function_name from duckdb_functions() join volatile on contains(macro_definition, called || '(')
"""
"""Functions that do more than read, or find something else each time, and macros that call one."""


@dataclass
class DuckDB:
    """A table or a view of a DuckDB database, or a query on one. The database is open for reading, so no other process can write to it meanwhile."""

    where: Address
    name: str = field(init=False)
    schema: pa.Schema = field(init=False)
    rows: int | None = field(init=False, default=None)
    fingerprint: str = field(init=False)
    mixed: Mapping[str, Place] = field(init=False, default_factory=dict)
    _connection: duckdb.DuckDBPyConnection = field(init=False)
    _from: str = field(init=False)

    def __post_init__(self) -> None:
        """Opens the database and finds the table.

        Raises:
            SourceError: there is none, or the query is not one statement that reads this database and nothing else.
        """
        self.name = self.where.name
        if not Path(self.where.path).is_file():
            raise wrong(self.name, "there is no such file")
        with faults(self.name, "is no DuckDB database that can be read"):
            # Without access to the outside, a query cannot reach another file, write one, or load code that could.
            self._connection = connected(Path(self.where.path), read_only=True, outside=False)
            if not self._connection.execute("select current_setting('lock_configuration')").fetchall()[0][0]:  # or it is open here already
                self._connection.execute("set global TimeZone = 'UTC'; set lock_configuration = true")
        self.fingerprint = self._state()
        self._from = self._query() if self.where.query else self._table()
        with faults(self.name, "cannot be read"):
            self.schema = self._connection.sql(f"from {self._from} limit 0").to_arrow_table().schema.remove_metadata()
            if not self.where.query:
                self.rows = self._connection.execute(f"select count(*) from {self._from}").fetchall()[0][0]  # noqa: S608 -- made of quoted identifiers

    def check(self) -> None:
        """Raises SourceError if the database is no longer as it was."""
        if self._state() != self.fingerprint:
            raise changed(self.name)

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """The rows, each time by a cursor of its own."""
        chosen = "*" if columns is None else ", ".join(quoted(c) for c in columns)
        self.check()
        with faults(self.name, "cannot be read"), self._connection.cursor() as cursor:
            for batch in cursor.sql(f"select {chosen} from {self._from}").to_arrow_reader(BATCH):  # noqa: S608 -- quoted identifiers, or the query itself
                yield batch.replace_schema_metadata(None)
        self.check()

    def _table(self) -> str:
        with faults(self.name, "cannot be read"):
            tables = listed(self._connection)
        table = found(tables, self.where)
        if table is None:
            wanted = ".".join(reversed(self.where.table))
            raise wrong(self.name, f"there is no table '{wanted}' in this database", nearest(self.where.table[0], [t for t, _ in tables]))
        return f"{quoted(table[1])}.{quoted(table[0])}"

    def _query(self) -> str:
        query = bare(self.where.query)
        with faults(self.name, "the query cannot be read"):
            statements = self._connection.extract_statements(query)
            volatile = self._connection.execute(VOLATILE).fetchall()
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise wrong(self.name, NO_QUERY)
        try:
            steady(query, "duckdb", {one for (one,) in volatile})
        except ValueError as fault:
            raise wrong(self.name, str(fault)) from None
        return f"({query}\n)"

    def _state(self) -> str:
        """The file and its log of writes; a reader changes neither."""
        files = [self.where.path, self.where.path + ".wal"]
        told = [state(self.where.files, f) if Path(f).exists() else "" for f in files]
        return hashlib.sha256("\n".join([*told, self.where.query, *self.where.table]).encode()).hexdigest()


@dataclass
class DuckDBStage:
    """A table under another name in a transaction of its database, or in a database beside the place of one that is not there yet."""

    where: Address
    schema: pa.Schema
    path: None = field(init=False, default=None)
    _beside: Beside | None = field(init=False, default=None)
    _stack: ExitStack = field(init=False, default_factory=ExitStack)
    _connection: duckdb.DuckDBPyConnection = field(init=False)

    def __enter__(self) -> Self:
        """Opens the database and makes the table."""
        file = Path(self.where.path)
        try:
            if not file.exists():
                self._beside = self._stack.enter_context(Beside(self.where.name, file))
                file = self._beside.part
            with faults(self.where.name, "cannot be written"):
                self._connection = self._stack.enter_context(connected(file))
                self._make()
        except BaseException:
            self._stack.close()
            raise
        return self

    def _make(self) -> None:
        self._connection.begin()
        for schema in self.where.table[1:]:
            self._connection.execute(f"create schema if not exists {quoted(schema)}")
        self._connection.register("rows of a batch", self.schema.empty_table())
        self._connection.execute(f'create table {self._name(self._staging)} as from "rows of a batch"')
        made = self._connection.execute(f"describe {self._name(self._staging)}").fetchall()
        if odd := [given for given, (kept, *_) in zip(self.schema.names, made, strict=True) if given != kept or not given]:
            raise wrong(self.where.name, f"column {odd[0]!r} has a name that DuckDB would change")

    def write(self, batch: pa.RecordBatch) -> None:
        """Takes some more rows."""
        with faults(self.where.name, "cannot be written"):
            self._connection.register("rows of a batch", pa.Table.from_batches([batch]))
            self._connection.execute(f'insert into {self._name(self._staging)} from "rows of a batch"')
            self._connection.unregister("rows of a batch")

    def land(self) -> None:
        """Gives the table its name and commits; a new database then gets its own."""
        with faults(self.where.name, "cannot be written"):
            self._connection.execute(f"alter table {self._name(self._staging)} rename to {quoted(self.where.table[0])}")
            self._connection.commit()
            if self._beside is not None:
                self._connection.execute("checkpoint")  # the file alone lands, without its log
        self._connection.close()
        if self._beside is not None:
            with writing(self.where.name):
                self._beside.land()

    def __exit__(self, *_: object) -> None:
        """Undoes what has not landed."""
        self._stack.close()

    @property
    def _staging(self) -> str:
        return f"part of {self.where.table[0]}"

    def _name(self, table: str) -> str:
        return ".".join(quoted(part) for part in (*self.where.table[1:], table))


@dataclass(frozen=True)
class DuckDBTable:
    """A table of a DuckDB database that is not there yet; nor need the database be."""

    where: Address

    @property
    def name(self) -> str:
        """Where it will be."""
        return self.where.name

    def check(self) -> None:
        """Raises SourceError if the table is there, or the database cannot be opened."""
        if not Path(self.where.path).exists():
            vacant(self.where)
            return
        with faults(self.name, "cannot be written"), connected(Path(self.where.path), read_only=True) as connection:
            tables = listed(connection)
        if found(tables, self.where):
            raise taken(self.name, "table")

    def stage(self, schema: pa.Schema) -> DuckDBStage:
        """A table under another name."""
        self.check()
        return DuckDBStage(self.where, schema)


def connected(file: Path, *, read_only: bool = False, outside: bool = True) -> duckdb.DuckDBPyConnection:
    """A connection to the database in a file: by its whole path, in which DuckDB finds no home, no service and no other kind of database."""
    return duckdb.connect(str(file.absolute()), read_only=read_only, config={} if outside else {"enable_external_access": False})


def listed(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, ...]]:
    """Tables and views with their schemas."""
    names = (
        "select table_name, schema_name from duckdb_tables() where not temporary union all select view_name, schema_name from duckdb_views() where not internal"
    )
    return connection.execute(names).fetchall()


def found(tables: Sequence[tuple[str, ...]], where: Address) -> tuple[str, ...] | None:
    """The one that an address names; without a schema, that of the main one."""
    wanted = where.table if len(where.table) > 1 else (*where.table, "main")
    return next((one for one in tables if one == wanted), None)


@contextmanager
def faults(name: str, what: str) -> Iterator[None]:
    """Faults of the database, as one error that says where."""
    try:
        yield
    except PLAIN as fault:
        raise wrong(name, f"{what}: {said(fault)}") from None
    except (duckdb.Error, pa.ArrowException) as fault:  # of a value: the message, which quotes it, goes no further
        raise wrong(name, f"{what}: a value does not fit ({type(fault).__name__})") from None
