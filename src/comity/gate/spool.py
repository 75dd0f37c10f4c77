"""Folders for what must be written down at home on the way: gone when it is done, and what a crash left behind is gone with the next run."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from typing import Final

from pyarrow import parquet

from comity.gate.files import Parquet
from comity.gate.progress import Passed, unheard
from comity.gate.source import Source

PREFIX: Final = "comity.spool."


@contextmanager
def spool() -> Iterator[Path]:
    """A folder that only its owner may read, held by a lock that ends with the process."""
    _sweep(Path(tempfile.gettempdir()))
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        try:
            held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except FileNotFoundError:  # as below, and sooner
            continue
        if _alone(held) and folder.exists():  # else another run took it for one that was left behind, in the moment before it was held
            break
        os.close(held)
    try:
        yield folder
    finally:
        rmtree(folder, ignore_errors=True)
        os.close(held)


def in_place(source: Source) -> Path | None:
    """The file, if a source is read where it lies and not from a spool."""
    return Path(source.where.path) if isinstance(source, Parquet) and source.where.local and source.where.kind == "parquet" else None


@contextmanager
def spooled(source: Source, passed: Passed = unheard) -> Iterator[Path]:
    """The rows of a source as a Parquet file: itself, where it is one of this machine, else written down at home for as long as it is read.

    `passed`: is told of rows that are written down.
    """
    if (lies := in_place(source)) is not None:
        yield lies
        return
    with spool() as folder:
        file = folder / "source.parquet"
        with parquet.ParquetWriter(file, source.schema, compression="lz4") as writer:
            for batch in source.batches():
                writer.write_batch(batch)
                passed(batch.num_rows)
        yield file


def _sweep(where: Path) -> None:
    """Takes away the folders that nobody holds any more: rows of a table may lie in them."""
    for folder in where.glob(f"{PREFIX}*"):
        try:
            held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError:  # a file, or another user's
            continue
        if os.fstat(held).st_uid == os.geteuid() and _alone(held):
            rmtree(folder, ignore_errors=True)
        os.close(held)


def _alone(held: int) -> bool:
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
