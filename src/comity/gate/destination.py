"""Where the gate writes a table: it is there whole, or it is not there."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree
from typing import Protocol, Self

import pyarrow as pa
from pyarrow import csv, ipc, parquet

from comity.gate import address
from comity.gate.address import Address, Kind, said, taken, wrong


class Stage(Protocol):
    """A table on its way: nobody sees it before it lands, and what does not land is taken away."""

    @property
    def path(self) -> Path | None:
        """Where an engine may write the whole table itself as Parquet, instead of `write`; none if it must come in batches."""

    def write(self, batch: pa.RecordBatch) -> None:
        """Takes some more rows.

        Raises:
            SourceError: they cannot be written there.
        """

    def land(self) -> None:
        """Makes the table appear, whole and durable.

        Raises:
            SourceError: something is there by now, or it cannot be written.
        """


class Destination(Protocol):
    """A table that is not there yet."""

    @property
    def name(self) -> str:
        """Where it will be, for people: without secrets."""

    def check(self) -> None:
        """Raises SourceError if there is something already, or nothing can be put there."""

    def stage(self, schema: pa.Schema) -> AbstractContextManager[Stage]:
        """A context in which the table is written; unless it lands there, nothing stays."""


def parts(name: str) -> str:
    """What the folder is called in which a file lies until it is whole."""
    return f".{name}.part"


@contextmanager
def writing(name: str) -> Iterator[None]:
    """Faults of writing, as one error that says where, and no value."""
    try:
        yield
    except (pa.ArrowNotImplementedError, OSError) as fault:
        raise wrong(name, f"cannot be written: {said(fault)}") from None
    except pa.ArrowException as fault:
        raise wrong(name, f"cannot be written: a value does not fit ({type(fault).__name__})") from None


class Writer(Protocol):
    """What writes a file's format."""

    def write_batch(self, batch: pa.RecordBatch) -> None:
        """More rows."""

    def close(self) -> None:
        """The end of the file."""


def writer(kind: Kind, sink: pa.NativeFile, schema: pa.Schema) -> Writer:
    """A writer of one file."""
    made: Writer
    match kind:
        case "csv":
            made = csv.CSVWriter(sink, schema, write_options=csv.WriteOptions(quoting_style="needed"))
        case "arrow":
            made = ipc.new_file(sink, schema)
        case _:
            made = parquet.ParquetWriter(sink, schema, compression="zstd", compression_level=3, write_page_checksum=True)
    return made


@dataclass
class Beside:
    """A file that is written in a folder beside its place. A lock that ends with the process holds the folder: what a crash left in it goes with the next run.

    Not the file is held: a database that is made anew replaces it, and the lock would be gone with it.
    """

    name: str
    file: Path
    part: Path = field(init=False)
    _held: int = field(init=False)

    def __enter__(self) -> Self:
        """Takes the place beside the file."""
        folder = self.file.with_name(parts(self.file.name))
        self.part = folder / self.file.name
        with writing(self.name):
            folder.mkdir(mode=0o700, exist_ok=True)
            self._held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            alone = folder.exists() and os.path.samestat(os.fstat(self._held), folder.stat())  # or who held it has just landed or gone
        except BlockingIOError:
            alone = False
        if not alone:
            os.close(self._held)
            raise wrong(self.name, "is being written by another run")
        with writing(self.name):
            for left in folder.iterdir():
                rmtree(left) if left.is_dir() else left.unlink()
        return self

    def land(self) -> None:
        """Syncs the file, then gives it its name, which nothing may have by now; then syncs the folder that it is in."""
        with self.part.open("rb+") as whole:
            os.fsync(whole.fileno())
        try:
            os.link(self.part, self.file)  # unlike a renaming, this replaces nothing
        except FileExistsError:
            raise wrong(self.name, "there is something by now", "nothing was written over") from None
        held = os.open(self.file.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(held)
        finally:
            os.close(held)

    def __exit__(self, *_: object) -> None:
        """Takes away what has not landed."""
        rmtree(self.part.parent, ignore_errors=True)
        os.close(self._held)


@dataclass
class FileStage:
    """A file of this machine on its way."""

    beside: Beside
    kind: Kind
    schema: pa.Schema
    path: Path | None = field(init=False, default=None)
    _writer: Writer | None = field(init=False, default=None)
    _sink: pa.NativeFile = field(init=False, default=None)

    def __enter__(self) -> Self:
        """Takes the place beside the file."""
        self.beside.__enter__()
        self.path = self.beside.part if self.kind == "parquet" else None
        return self

    def write(self, batch: pa.RecordBatch) -> None:
        """Takes some more rows."""
        with writing(self.beside.name):
            self._writing().write_batch(batch)

    def finish(self) -> None:
        """The file is whole, but not in its place."""
        with writing(self.beside.name):
            if self._writer is not None or not self.beside.part.exists():
                self._writing().close()
                self._sink.close()

    def land(self) -> None:
        """The file is whole and in its place."""
        self.finish()
        with writing(self.beside.name):
            self.beside.land()

    def __exit__(self, *_: object) -> None:
        """Takes away what has not landed."""
        with suppress(pa.ArrowException, OSError):  # a full disk, perhaps: nobody will read it
            if self._writer is not None and not self._sink.closed:
                self._writer.close()
        if self._sink is not None:
            self._sink.close()
        self.beside.__exit__()

    def _writing(self) -> Writer:
        if self._writer is None:
            self._sink = pa.OSFile(str(self.beside.part), "wb")
            self._writer = writer(self.kind, self._sink, self.schema)
        return self._writer


@dataclass(frozen=True)
class LocalFile:
    """A Parquet, CSV or Arrow file of this machine."""

    where: Address

    @property
    def name(self) -> str:
        """Where it will be."""
        return self.where.name

    def check(self) -> None:
        """Raises SourceError if the file is there, or its folder is not."""
        vacant(self.where)

    def stage(self, schema: pa.Schema) -> FileStage:
        """A file beside it."""
        self.check()
        return FileStage(Beside(self.name, Path(self.where.path)), self.where.kind, schema)


def vacant(where: Address) -> None:
    """Raises SourceError if there is a file, or none can be put there."""
    file = Path(where.path)
    if os.path.lexists(file):
        raise taken(where.name, "file")
    if not file.parent.is_dir():
        raise wrong(where.name, f"there is no folder '{file.parent}'")
    if not os.access(file.parent, os.W_OK):
        raise wrong(where.name, f"cannot be written: {os.strerror(errno.EACCES).lower()}")


def into(text: str) -> Destination:
    """The destination at an address: see `comity.gate.address.read`.

    Raises:
        SourceError: there is something already, or nothing can be put there.
    """
    from comity.gate.bucket import STORES, BucketObject  # noqa: PLC0415 -- it writes the same kinds of file
    from comity.gate.duck import DuckDBTable  # noqa: PLC0415 -- likewise

    where = address.read(text)
    found: Destination
    match where.kind:
        case "postgresql":
            with address.driver(where.name):
                from comity.gate.postgresql import PostgreSQLTable  # noqa: PLC0415 -- its driver is an extra
            found = PostgreSQLTable(where)
        case "duckdb":
            found = DuckDBTable(where)
        case "folder":
            raise wrong(where.name, "is a folder", "name a file: .parquet, .csv or .arrow")
        case _ if where.local:
            found = LocalFile(where)
        case _ if where.files.type_name in STORES:
            found = BucketObject(where)
        case _:
            raise wrong(where.name, "is in a file system in which a file is seen before it is whole", "name a file of this machine, or an object")
    found.check()
    return found
