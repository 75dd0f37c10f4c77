"""A table as an object of a store: whole on this machine first, then sent in parts that become an object with the last of them."""

from __future__ import annotations

import ctypes
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

import pyarrow as pa
from pyarrow import fs

from comity.gate.address import Address, taken, wrong
from comity.gate.destination import Beside, FileStage, writing

STORES: Final = ("s3", "gcs", "abfs")
"""File systems in which an object appears when its upload is completed, and not before."""
PIECE: Final = 8 << 20
"""Bytes that are sent at once."""


@dataclass
class BucketStage:
    """A file in a temporary folder, which goes into the store when it lands."""

    where: Address
    schema: pa.Schema
    path: Path | None = field(init=False, default=None)
    _file: FileStage = field(init=False)
    _stack: ExitStack = field(init=False, default_factory=ExitStack)

    def __enter__(self) -> Self:
        """Makes the folder."""
        with writing(self.where.name):
            folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="comity")))
        beside = Beside(self.where.name, folder / Path(self.where.path).name)
        self._file = self._stack.enter_context(FileStage(beside, self.where.kind, self.schema))
        self.path = self._file.path
        return self

    def write(self, batch: pa.RecordBatch) -> None:
        """Takes some more rows."""
        self._file.write(batch)

    def land(self) -> None:
        """Sends the file. Until the store has all of it and is told so, there is no object."""
        self._file.finish()
        absent(self.where)
        with writing(self.where.name), self._file.beside.part.open("rb") as whole:
            upload = self.where.files.open_output_stream(self.where.path)
            try:
                while piece := whole.read(PIECE):
                    upload.write(piece)
            except BaseException:
                _never_let_go(upload)
                raise
            upload.close()

    def __exit__(self, *_: object) -> None:
        """Takes the folder away."""
        self._stack.close()


@dataclass(frozen=True)
class BucketObject:
    """An object that is not there yet. Two runs that send it at the same moment are not told apart by the store: the ledger keeps them apart."""

    where: Address

    @property
    def name(self) -> str:
        """Where it will be."""
        return self.where.name

    def check(self) -> None:
        """Raises SourceError if there is such an object, or the store does not answer."""
        absent(self.where)

    def stage(self, schema: pa.Schema) -> BucketStage:
        """A file that will be sent."""
        self.check()
        return BucketStage(self.where, schema)


def _never_let_go(upload: pa.NativeFile) -> None:
    """Keeps a broken upload from being completed: Arrow does that when its stream is let go of, and half a table would appear.

    A reference too many outlives the interpreter; a mere list is emptied at its end, and then the stream waits for a store that is shut.
    """
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(upload))


def absent(where: Address) -> None:
    """Raises SourceError if there is such an object, or no bucket for it."""
    with writing(where.name):
        bucket = where.path.partition("/")[0]
        here, there = where.files.get_file_info([where.path, bucket])
    if here.type != fs.FileType.NotFound:
        raise taken(where.name, "object")
    if there.type == fs.FileType.NotFound:
        raise wrong(where.name, f"there is no bucket '{bucket}'")
