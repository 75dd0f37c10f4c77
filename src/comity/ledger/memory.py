"""What a witness remembers, on disk: one file a log, with the last checkpoint it vouched for. It is replaced whole and synced before a word leaves.

A witness that forgets is no witness. A log's file is made once, when an operator adds the log; a file that is missing or not ours later is a fault,
never a new beginning. One process at a time holds the folder.
"""

from __future__ import annotations

import fcntl
import os
from hashlib import sha256
from pathlib import Path
from typing import Final, Self

from comity.ledger.checkpoint import Checkpoint
from comity.ledger.cosignature import WitnessKey, witnessed
from comity.ledger.note import Note, NoteError
from comity.ledger.secret import sync_folder
from comity.ledger.witness import Seen

_NOTHING: Final = b"nothing seen yet\n"


class ForgotError(Exception):
    """The memory cannot be relied on: whoever holds it signs nothing more before a person has looked."""


class Memory:
    """The folder of one witness, held until it is closed."""

    def __init__(self, folder: Path, key: WitnessKey) -> None:
        """Raises ForgotError when another process holds the folder, OSError when there is none."""
        self.folder, self.key = folder, key
        self._lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._lock)
            raise ForgotError(f"another process is the witness of {folder}") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the folder go."""
        os.close(self._lock)

    def add(self, origin: str) -> None:
        """Begin to remember a log. Raises ForgotError when it is remembered already."""
        path = self.folder / name_of(origin)
        if path.exists():
            raise ForgotError(f"'{origin}' is remembered already")
        _replace(path, _NOTHING)

    def note(self, origin: str) -> Note | None:
        """The last note vouched for, with the log's signature and the cosignature; None when there is none yet. Raises ForgotError."""
        try:
            held = (self.folder / name_of(origin)).read_bytes()
        except OSError as fault:
            raise ForgotError(f"'{origin}' is not remembered: {fault.strerror}; a log is added once") from None
        if held == _NOTHING:
            return None
        note = self._ours(held, origin)
        if note is None:
            raise ForgotError(f"what is kept of '{origin}' is not what this witness vouched for")
        return note

    def seen(self, origin: str) -> Seen:
        """What the next checkpoint must continue. Raises ForgotError."""
        if (note := self.note(origin)) is None:
            return Seen()
        checkpoint = Checkpoint.parse(note.text)
        return Seen(checkpoint.size, checkpoint.root, witnessed(note, [self.key])[self.key])

    def keep(self, origin: str, note: Note) -> None:
        """Remember a cosigned note instead; when this returns, no loss of power takes it away. An OSError leaves either one: sign no more."""
        _replace(self.folder / name_of(origin), str(note).encode())

    def _ours(self, held: bytes, origin: str) -> Note | None:
        try:
            note = Note.parse(held)
            return note if witnessed(note, [self.key]) and Checkpoint.parse(note.text).origin == origin else None
        except NoteError:
            return None


def name_of(origin: str) -> str:
    """The name under which a witness serves and keeps a log's checkpoint."""
    return sha256(origin.encode()).hexdigest()


def _replace(path: Path, held: bytes) -> None:
    fresh = path.with_suffix(".new")
    try:
        with fresh.open("wb") as file:
            file.write(held)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    sync_folder(path.parent)  # else the old name may come back with the power
