"""A secret as a file: only its owner may open it, it is written once, and it is on the disk before anything hangs on it."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
"""What a secret's file must not let others do."""


class ExposedError(ValueError):
    """Others than its owner may open a secret: it is none."""


def read(path: Path, most: int) -> bytes:
    """The first bytes of a secret's file, at most so many. Raises OSError, and ExposedError as ssh would."""
    with path.open("rb") as file:
        if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & OTHERS:
            raise ExposedError("others than its owner may open the key; take that from them (mode 0600)")
        return file.read(most)


def keep(path: Path, secret: bytes) -> None:
    """Writes a secret where nothing is yet, and sees it and its name to the disk. Raises OSError."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Sees to the disk which names are in a folder. Raises OSError."""
    held = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)
