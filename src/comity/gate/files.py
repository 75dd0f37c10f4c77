"""Tables in files: Parquet, a folder of it, Arrow."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

import pyarrow as pa
from pyarrow import fs, ipc, parquet

from comity.gate.address import Address, changed, said, wrong
from comity.text.source import Mistakes, Place

BATCH: Final = 65_536
"""Rows that are read at once."""
BUFFER: Final = 1 << 20
"""Bytes of a column that are read at once."""
NOTHING: Final = "__HIVE_DEFAULT_PARTITION__"
"""What a folder is called where a partition's value is null (Apache Hive)."""


def state(files: fs.FileSystem, path: str) -> str:
    """What tells one state of a file from the next: size, times and number on this machine, size, time and tag of an object.

    Raises:
        OSError: there is no such file.
    """
    if isinstance(files, fs.LocalFileSystem):
        found = os.stat(path)  # noqa: PTH116 -- a path of a file system of Arrow's
        return f"{found.st_dev} {found.st_ino} {found.st_size} {found.st_mtime_ns} {found.st_ctime_ns}"
    with files.open_input_file(path) as stream:
        told = {k: v.decode() if isinstance(v, bytes) else v for k, v in (stream.metadata() or {}).items()}
        return f"{stream.size()} {told.get('ETag', '')} {told.get('VersionId', '')} {told.get('Last-Modified', '') or files.get_file_info(path).mtime_ns}"


def states(files: fs.FileSystem, paths: Sequence[str]) -> str:
    """The same of several files, as one digest."""
    return hashlib.sha256("\n".join(f"{len(path)} {path} {state(files, path)}" for path in paths).encode()).hexdigest()


@contextmanager
def reading(name: str, what: str) -> Iterator[None]:
    """Faults of reading, as one error that says where."""
    try:
        yield
    except FileNotFoundError:
        raise wrong(name, "there is no such file") from None
    except (pa.ArrowException, OSError) as fault:
        if isinstance(fault, OSError) and fault.errno:
            raise wrong(name, f"cannot be read: {said(fault)}") from None
        raise wrong(name, f"is no {what} that can be read: {said(fault)}") from None


def unchanged(name: str, what: str, files: fs.FileSystem, paths: Sequence[str], before: str) -> None:
    """Raises SourceError if some files are no longer in the states that they were in."""
    with reading(name, what):
        now = states(files, paths)
    if now != before:
        raise changed(name)


@dataclass
class Parquet:
    """One or several Parquet files with the same columns. `given`: of each file, columns that only its folders' names say."""

    where: Address
    paths: tuple[str, ...]
    given: tuple[Mapping[str, str | None], ...] = ()
    name: str = field(init=False)
    schema: pa.Schema = field(init=False)
    rows: int = field(init=False, default=0)
    fingerprint: str = field(init=False)
    mixed: Mapping[str, Place] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Reads the ends of all files, where their columns are said."""
        self.name, self.given = self.where.name, self.given or ({},) * len(self.paths)
        first: pa.Schema | None = None
        mistakes = Mistakes()
        with reading(self.name, "Parquet file"):
            self.fingerprint = states(self.files, self.paths)
        for path in self.paths:
            place = Place(self.name if len(self.paths) == 1 else path, 1, 1)
            with reading(place.file, "Parquet file"), self._open(path) as file:
                own = file.schema_arrow.remove_metadata()
                self.rows += file.metadata.num_rows
            first = own if first is None else first
            mistakes.found += _twice(own, place).found
            if not own.equals(first):
                mistakes.add(place, f"has other columns than {self.paths[0]}: {_difference(first, own)}")
        mistakes.settle()
        assert first is not None
        self.schema = pa.schema([*first, *(pa.field(key, pa.string()) for key in self.given[0])])
        _twice(self.schema, Place(self.name, 1, 1)).settle()

    @property
    def files(self) -> fs.FileSystem:
        """Where the files are."""
        return self.where.files

    def check(self) -> None:
        """Raises SourceError if a file is no longer as it was."""
        unchanged(self.name, "Parquet file", self.files, self.paths, self.fingerprint)

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """The rows, file by file."""
        wanted = list(self.schema.names if columns is None else columns)
        self.check()
        for path, given in zip(self.paths, self.given, strict=True):
            inner = [c for c in wanted if c not in given]
            with reading(path if len(self.paths) > 1 else self.name, "Parquet file"), self._open(path) as file:
                for group in range(file.num_row_groups):  # all at once would keep every group in memory
                    for batch in file.iter_batches(batch_size=BATCH, row_groups=[group], columns=inner):
                        made = {**{c: pa.repeat(pa.scalar(v, pa.string()), batch.num_rows) for c, v in given.items()}, **_named(batch)}
                        yield pa.RecordBatch.from_arrays([made[c] for c in wanted], schema=pa.schema([self.schema.field(c) for c in wanted]))
        self.check()

    def _open(self, path: str) -> parquet.ParquetFile:
        # Not mapped into memory: a file that is cut short under a mapping ends the process.
        source = self.files.open_input_file(path)
        return parquet.ParquetFile(source, buffer_size=BUFFER, pre_buffer=not self.where.local, page_checksum_verification=True)


def folder(where: Address) -> Parquet:
    """A folder of Parquet files, with those in folders within it; `place=north` as a folder's name is a column of text (Apache Hive's way).

    Names that begin with a dot or an underscore are left out, as every engine does.

    Raises:
        SourceError: there is none, or the files differ in their columns.
    """
    root = where.path.rstrip("/") or "/"
    with reading(where.name, "folder"):
        found = where.files.get_file_info(fs.FileSelector(root, recursive=True))
    paths, given = [], []
    for one in sorted((f for f in found if f.type == fs.FileType.File), key=lambda f: f.path):
        parts = one.path[len(root) :].strip("/").split("/")
        if parts[-1].lower().endswith((".parquet", ".pq")) and not any(p.startswith((".", "_")) for p in parts):
            paths.append(one.path)
            pairs = [p.partition("=") for p in parts[:-1] if "=" in p]
            given.append({unquote(key): None if value == NOTHING else unquote(value) for key, _, value in pairs})
            if len(given[-1]) < len(pairs):
                raise wrong(one.path, "two of the folders that it is in are named after one column")
    if not paths:
        raise wrong(where.name, "there is no Parquet file in this folder")
    if any(keys.keys() != given[0].keys() for keys in given):
        raise wrong(where.name, "some files are in folders named after a column and others are not")
    return Parquet(where, tuple(paths), tuple(given))


@dataclass
class ArrowFile:
    """An Arrow IPC file, which Feather (version 2) is too."""

    where: Address
    name: str = field(init=False)
    schema: pa.Schema = field(init=False)
    rows: None = field(init=False, default=None)
    fingerprint: str = field(init=False)
    mixed: Mapping[str, Place] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Reads the columns."""
        self.name = self.where.name
        with reading(self.name, "Arrow file"):
            self.fingerprint = states(self.where.files, [self.where.path])
            with self._open() as file:
                self.schema = file.schema.remove_metadata()
        _twice(self.schema, Place(self.name, 1, 1)).settle()

    def check(self) -> None:
        """Raises SourceError if the file is no longer as it was."""
        unchanged(self.name, "Arrow file", self.where.files, [self.where.path], self.fingerprint)

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """The rows."""
        self.check()
        with reading(self.name, "Arrow file"), self._open() as file:
            for i in range(file.num_record_batches):
                batch = file.get_batch(i)
                batch.validate(full=True)  # a torn file may hold offsets that point outside
                whole = batch.replace_schema_metadata(None)
                for at in range(0, whole.num_rows, BATCH):
                    part = whole.slice(at, BATCH)
                    yield part if columns is None else part.select(list(columns))
        self.check()

    def _open(self) -> ipc.RecordBatchFileReader:
        return ipc.open_file(self.where.files.open_input_file(self.where.path))


def _named(batch: pa.RecordBatch) -> dict[str, pa.Array]:
    return dict(zip(batch.schema.names, batch.columns, strict=True))


def _twice(schema: pa.Schema, place: Place) -> Mistakes:
    """Names that stand for two columns: nobody can say which one a rule is about."""
    mistakes = Mistakes()
    for name in dict.fromkeys(schema.names):
        if schema.names.count(name) > 1:
            mistakes.add(place, f"two columns are called '{name}'")
    return mistakes


def _difference(first: pa.Schema, other: pa.Schema) -> str:
    for name in dict.fromkeys([*first.names, *other.names]):
        if name not in other.names:
            return f"'{name}' is missing"
        if name not in first.names:
            return f"'{name}' is only here"
        if first.field(name).type != other.field(name).type:
            return f"'{name}' holds {other.field(name).type}, not {first.field(name).type}"
    return "in another order"
