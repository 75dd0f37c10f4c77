"""What accounts are called: the one file that says who somebody is. It stays at home, no entry follows from it, and it may be deleted at any time."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from comity.ledger.secret import sync_folder

FILE: Final = "labels.json"
MOST: Final = 100
"""Signs of a label."""


class LabelsError(ValueError):
    """The file holds something else than labels."""


@dataclass(frozen=True)
class Labels:
    """The labels in a folder, by the name of the account."""

    folder: Path

    def read(self) -> dict[str, str]:
        """All of them; an account that is not among them has none. Raises OSError and LabelsError."""
        try:
            told = json.loads((self.folder / FILE).read_bytes())
        except FileNotFoundError:
            return {}
        except (ValueError, RecursionError):
            told = None
        if not isinstance(told, dict) or not all(isinstance(one, str) for one in told.values()):
            raise LabelsError(f"{FILE} is no list of labels")
        return told

    def put(self, name: str, label: str) -> None:
        """Calls an account so. Raises as `read`."""
        with self._alone():
            self._write({**self.read(), name: label})

    def forget(self, name: str) -> None:
        """From now on nothing here says who it is. Raises as `read`."""
        with self._alone():
            self._write({one: label for one, label in self.read().items() if one != name})

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time: what another writes meanwhile would be lost."""
        held = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.flock(held, fcntl.LOCK_EX)
            yield
        finally:
            os.close(held)

    def _write(self, labels: dict[str, str]) -> None:
        fresh = self.folder / f"{FILE}.new"
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(json.dumps(labels, ensure_ascii=False, indent=1).encode())
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.folder / FILE)
        sync_folder(self.folder)
