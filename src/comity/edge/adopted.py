"""The signed law that a ledger adopted, as it lies beside the ledger: read again from its signatures each time, and held to what the ledger says."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Final

from comity.edge.home import Home, now
from comity.ledger import floor
from comity.ledger.entry import instant
from comity.ledger.hold import HoldError
from comity.ledger.ledger import Ledger
from comity.text.source import Mistake, Place, SourceError

LAW: Final = "law"
"""Where adopted law lies in a ledger's folder: nothing in it is ever written over, and the ledger says which of it counts."""


@dataclass(frozen=True)
class Signed:
    """Signed law that may be asked. `told`: what the ledger says of it, by repository; `folders`: those of its rulebooks, with the digest of each."""

    told: Mapping[str, floor.Adopted]
    folders: Mapping[Path, str]


def current(home: Home, ledger: Ledger) -> Signed:
    """The signed law that an open ledger adopted.

    Raises:
        StaleError: the time of some of it is over.
        SourceError: its files are not there as they were signed.
    """
    told = ledger.signed()
    at = now()
    floor.check_current(told, instant(at))
    return Signed(told, {folder: digest for one in told.values() for folder, digest in books(home, one, at).items()})


def carried(home: Home, told: Mapping[str, floor.Adopted]) -> Signed:
    """Signed law that is adopted, also where its time is over: what is adopted beside it may not wait for that, and the ledger holds all the same."""
    held = dict[Path, str]()
    for one in told.values():
        held |= books(home, one, min(now(), dt.datetime.fromisoformat(one["expires"]) - dt.timedelta(seconds=1)))
    return Signed(told, held)


def asked(where: str | PathLike[str]) -> Signed:
    """The signed law of the ledger that a question names. Raises SourceError where it cannot be relied on: then there is no answer."""
    home = Home.at(where)
    with home.open() as ledger:
        try:
            return current(home, ledger)
        except HoldError as fault:
            raise SourceError([Mistake(Place(home.name, 1, 1), str(fault))]) from fault


def books(home: Home, one: floor.Adopted, at: dt.datetime) -> dict[Path, str]:
    """The folders of the rulebooks that were adopted of one repository, with their digests, if they are still as they were signed. Raises SourceError."""
    if not one["rulebooks"]:
        return {}
    from comity.signed import disk, reading

    folder = place(home, one)
    if not folder.is_dir():
        told = "adopt it again from its repository: comity law adopt"
        raise SourceError([Mistake(Place(str(folder), 1, 1), "the signed law that the ledger adopted is not there", told)])
    law = reading.read(disk.copied(folder), str(folder), one["roles"][floor.ROOT]["digest"], at)
    if law.adopted()["roles"] != one["roles"]:
        raise SourceError([Mistake(Place(str(folder), 1, 1), "this is other signed law than the ledger adopted", "adopt it again: comity law adopt")])
    return {folder / regime: book.rulebook.digest for regime, book in law.books.items()}


def place(home: Home, one: floor.Adopted) -> Path:
    """Where an adopted copy lies: under the digest of what leads to all of it."""
    told = "".join(one["roles"][role]["digest"] for role in (floor.ROOT, "timestamp"))
    return home.folder / LAW / hashlib.sha256(told.encode()).hexdigest()[:32]
