"""The docket of a ledger at an address, to be read or to be written in; what is refused there is a mistake of whoever asked. The edge of the command line."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from comity import cache, shelf
from comity.docket.clerk import Clerk
from comity.docket.envelope import EnvelopeError
from comity.docket.kept import Kept, SpoiltError
from comity.docket.keys import KeyRefusedError
from comity.docket.matter import RefusedError
from comity.edge.home import Home, mistake, now, reading, told
from comity.text.source import Mistake, Place, SourceError, nearest

if TYPE_CHECKING:
    from comity.docket.procedure import Procedure


KEPT: Final = "docket.sqlite"
"""Of a ledger's folder: the docket as far as it was read."""


@contextmanager
def docket(where: str) -> Iterator[Kept]:
    """The docket of the ledger at an address, as it is signed: kept in the folder of who holds the log's key. Raises SourceError."""
    home = Home.at(where)
    secret = _secret(home)
    file = home.folder / KEPT if secret and os.access(home.folder, os.W_OK) else None
    with reading(where) as reader, told(where), Kept(file, reader.store, shelf.vocabulary(), _made_by(), secret) as kept:
        try:
            yield kept
        except (SpoiltError, sqlite3.DatabaseError) as fault:
            if file is not None:
                file.unlink(missing_ok=True)
            raise mistake(str(file), f"{fault}", "it is taken away, and made anew from the log: ask again") from fault


def _secret(home: Home) -> bytes:
    """What only those have who hold the log's key; nothing for others, who read the docket anew each time."""
    with suppress(SourceError):
        return home.signer().derived("comity docket")
    return b""


def _made_by() -> str:
    """The digest of what a docket follows from beside its log."""
    here = shelf.HERE
    return cache.digest(
        [*here.glob("docket/*.py"), *here.glob("facts/*.py"), *here.glob("vocabulary/*.yaml"), here / "files/calendar.py", here / "files/parse.py"], ()
    )


@contextmanager
def clerk(where: str) -> Iterator[Clerk]:
    """Who puts acts and keys into the ledger at an address. What the clerk refuses is raised as SourceError."""
    home = Home.at(where)
    with home.open() as ledger, docket(where) as kept, told(home.name):
        made = Clerk(ledger, kept.docket, shelf.almanacs(), now)
        try:
            yield made
        except (RefusedError, KeyRefusedError, EnvelopeError) as fault:
            raise refused(home.name, fault) from fault


def refused(name: str, fault: Exception) -> SourceError:
    """Why something has no effect, each reason a mistake."""
    return SourceError([Mistake(Place(name, 1, 1), why) for why in (fault.reasons if isinstance(fault, RefusedError) else (str(fault),))])


def procedure(name: str, more: list[Path]) -> Procedure:
    """The procedure called RULEBOOK/NAME, of the shipped rulebooks and those of more folders. Raises SourceError."""
    folders = {folder.name: folder for folder in (*shelf.proceeding(), *more)}
    book, _, short = name.rpartition("/")
    if book not in folders:
        known = [f"{one}/{called}" for one, folder in folders.items() for called in shelf.procedures(folder)]
        raise mistake("--procedure", f"there is no procedure '{name}'", nearest(name, known) or f"write one of {', '.join(known)}")
    found = shelf.procedures(folders[book])
    if short not in found:
        suggestion = nearest(short, found) or (f"write one of {', '.join(f'{book}/{one}' for one in found)}" if found else "it has no procedures.yaml")
        raise mistake("--procedure", f"'{book}' has no procedure '{short}'", suggestion)
    return found[short]
