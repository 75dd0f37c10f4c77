"""The docket of a ledger at an address, to be read or to be written in; what is refused there is a mistake of whoever asked. The edge of the command line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from comity import shelf
from comity.cli.home import Home, mistake, now, reading, told
from comity.docket.clerk import Clerk, read
from comity.docket.docket import Docket
from comity.docket.envelope import EnvelopeError
from comity.docket.keys import KeyRefusedError
from comity.docket.matter import RefusedError
from comity.text.source import Mistake, Place, SourceError, nearest

if TYPE_CHECKING:
    from comity.docket.procedure import Procedure


def docket(where: str) -> Docket:
    """The docket of the ledger at an address, as it is signed. Raises SourceError."""
    with reading(where) as reader:
        return read(reader.store, shelf.vocabulary())


@contextmanager
def clerk(where: str) -> Iterator[Clerk]:
    """Who puts acts and keys into the ledger at an address. What the clerk refuses is raised as SourceError."""
    home = Home.at(where)
    with home.open() as ledger, told(home.name):
        made = Clerk(ledger, shelf.vocabulary(), shelf.almanacs(), now)
        try:
            yield made
        except (RefusedError, KeyRefusedError, EnvelopeError) as fault:
            raise refused(home.name, fault) from fault


def refused(name: str, fault: Exception) -> SourceError:
    """Why something has no effect, each reason a mistake."""
    return SourceError([Mistake(Place(name, 1, 1), why) for why in (fault.reasons if isinstance(fault, RefusedError) else (str(fault),))])


def procedure(name: str, more: list[Path]) -> Procedure:
    """The procedure called RULEBOOK/NAME, of the shipped rulebooks and those of more folders. Raises SourceError."""
    folders = {folder.name: folder for folder in (*shelf.shipped(), *more)}
    book, _, short = name.rpartition("/")
    if book not in folders:
        known = [f"{one}/{called}" for one, folder in folders.items() for called in shelf.procedures(folder)]
        raise mistake("--procedure", f"there is no procedure '{name}'", nearest(name, known) or f"write one of {', '.join(known)}")
    found = shelf.procedures(folders[book])
    if short not in found:
        suggestion = nearest(short, found) or (f"write one of {', '.join(f'{book}/{one}' for one in found)}" if found else "it has no procedures.yaml")
        raise mistake("--procedure", f"'{book}' has no procedure '{short}'", suggestion)
    return found[short]
