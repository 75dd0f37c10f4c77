"""The folder of accounts: a ledger of its own, what they are called, and the public halves of their passkeys. The thin edge of command line and pages."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from comity.accounts.accounts import AccountRefusedError
from comity.accounts.book import Book, Keeper
from comity.accounts.labels import Labels, LabelsError
from comity.accounts.passkeys import Passkeys
from comity.edge.home import Home, mistake, now, told
from comity.ledger.ledger import stored

BYTES: Final = 32
"""Of an invitation and of a token: nobody guesses 256 bits."""
BEGINS: Final = "comity_"
"""What a token begins with, so that whoever looks for secrets that leaked finds it."""


class Office:
    """Accounts as they are at home. The ledger is opened for as long as something is written into it, so that others may write meanwhile."""

    def __init__(self, folder: Path) -> None:
        """Raises SourceError where there are none."""
        self.home = Home.at(folder)
        if not (folder / "log.sqlite").exists():
            raise mistake(str(folder), "there are no accounts", f"make the first: comity account add NAME --accounts {folder}")
        self.labels, self.passkeys = Labels(folder), Passkeys(folder)
        with told(str(folder)):
            self.book = Book(stored(self.home.log), str(self.home.signer().key))

    def put(self, name: str, event: str, **says: object) -> int:
        """Puts down an event of an account; the index of the entry. Raises AccountRefusedError, and SourceError where the ledger does not write."""
        with self.home.open() as ledger, told(self.home.name):
            return Keeper(ledger, self.book, now).put(name, event, says)

    def close(self) -> None:
        """Lets go of the ledger."""
        self.book.close()


@contextmanager
def office(folder: Path) -> Iterator[Office]:
    """The accounts in a folder, to be changed. What is refused there is raised as SourceError."""
    made = Office(folder)
    try:
        with told(str(folder)):
            yield made
    except (AccountRefusedError, LabelsError) as fault:
        raise mistake(str(folder), str(fault)) from fault
    finally:
        made.close()


def begun(folder: Path) -> bool:
    """Begins the accounts of a folder where there are none yet; whether it did. Raises SourceError."""
    if Home.at(folder).size():
        return False
    Home.at(folder).begin(f"comity.accounts/{folder.resolve().name}")
    return True


def secret() -> str:
    """What somebody is told once: an invitation, or with `BEGINS` before it a token."""
    return secrets.token_urlsafe(BYTES)


def digest(said: str) -> str:
    """What is kept of it."""
    return hashlib.sha256(said.encode()).hexdigest()
