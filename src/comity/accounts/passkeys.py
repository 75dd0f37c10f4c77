"""The public halves of passkeys, and how often each was used. They stay at home; the ledger has each by its digest, and one that is changed here is none."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FILE: Final = "passkeys.sqlite"
WAIT: Final = 10.0
"""Seconds for another who writes."""
SCHEMA: Final = "create table if not exists passkey (id blob primary key, account text not null, key blob not null, used integer not null) strict"


@dataclass(frozen=True)
class Passkey:
    """A passkey: its id and public key (COSE) as its authenticator told them, and the count of its uses as of the last one that was believed."""

    id: bytes
    account: str
    key: bytes
    used: int = 0

    @property
    def digest(self) -> str:
        """What the ledger knows it by."""
        return hashlib.sha256(len(self.id).to_bytes(4, "big") + self.id + self.key).hexdigest()


@dataclass(frozen=True)
class Passkeys:
    """The passkeys in a folder. Everything raises OSError where the file cannot be read or written."""

    folder: Path

    def find(self, id_: bytes) -> Passkey | None:
        """The passkey of an id."""
        with self._rows() as rows:
            row = rows.execute("select id, account, key, used from passkey where id = ?", (id_,)).fetchone()
        return Passkey(*row) if row else None

    def of(self, account: str) -> list[Passkey]:
        """Those of an account."""
        with self._rows() as rows:
            return [Passkey(*row) for row in rows.execute("select id, account, key, used from passkey where account = ?", (account,))]

    def keep(self, one: Passkey) -> bool:
        """Keeps a new one; False where its id is known already."""
        with self._rows() as rows:
            return rows.execute("insert or ignore into passkey values (?, ?, ?, ?)", (one.id, one.account, one.key, one.used)).rowcount == 1

    def use(self, one: Passkey, used: int) -> bool:
        """Takes down a use; False where another of the same count came first. An authenticator that does not count says 0 each time."""
        with self._rows() as rows:
            said = "update passkey set used = ?2 where id = ?1 and (used < ?2 or (used = 0 and ?2 = 0))"
            return rows.execute(said, (one.id, used)).rowcount == 1

    def drop(self, one: Passkey) -> None:
        """Forgets one."""
        with self._rows() as rows:
            rows.execute("delete from passkey where id = ?", (one.id,))

    @contextmanager
    def _rows(self) -> Iterator[sqlite3.Connection]:
        """The file, made for its owner alone; a transaction."""
        file = self.folder / FILE
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
        try:
            rows = sqlite3.connect(file, timeout=WAIT)
            try:
                with rows:
                    rows.execute("pragma secure_delete = on")
                    rows.execute(SCHEMA)
                    yield rows
            finally:
                rows.close()
        except sqlite3.Error as fault:
            raise OSError(f"{FILE}: {fault}") from fault
