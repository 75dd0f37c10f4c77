"""The signed law that a ledger adopted, as it lies beside the ledger: read again from its signatures each time, and held to what the ledger says."""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Final

from comity.edge.home import Home, now
from comity.ledger import floor
from comity.ledger.entry import instant
from comity.ledger.hold import HoldError
from comity.ledger.ledger import Ledger
from comity.text.source import Mistake, Place, SourceError

if TYPE_CHECKING:
    from comity.signed.reading import Law

LAW: Final = "law"
"""Where adopted law lies in a ledger's folder: nothing in it is ever written over, and the ledger says which of it counts."""


@dataclass(frozen=True)
class Signed:
    """Signed law that may be asked. `told`: what the ledger says of it, by repository; `folders`: those of its rulebooks, with the digest of each;
    `read`: what the copy of each repository says, of those with rulebooks.
    """

    told: Mapping[str, floor.Adopted]
    folders: Mapping[Path, str]
    read: Mapping[str, Law]


def current(home: Home, ledger: Ledger) -> Signed:
    """The signed law that an open ledger adopted.

    Raises:
        StaleError: the time of some of it is over.
        SourceError: its files are not there as they were signed.
    """
    told = ledger.signed()
    at = now()
    floor.check_current(told, instant(at))
    return _signed(home, told, dict.fromkeys(told, at))


def carried(home: Home, told: Mapping[str, floor.Adopted]) -> Signed:
    """Signed law that is adopted, also where its time is over: what is adopted beside it may not wait for that, and the ledger holds all the same."""
    ends = {name: dt.datetime.fromisoformat(one["expires"]) - dt.timedelta(seconds=1) for name, one in told.items()}
    return _signed(home, told, {name: min(now(), end) for name, end in ends.items()})


def asked(where: str | PathLike[str]) -> Signed:
    """The signed law of the ledger that a question names. Raises SourceError where it cannot be relied on: then there is no answer."""
    home = Home.at(where)
    with home.open() as ledger, _relied(home):
        return current(home, ledger)


@dataclass
class Relying:
    """The signed law of a ledger (of none, if none is named) for whoever asks often: read anew when the ledger is longer or a file of the copy is another."""

    where: str | None
    clock: Callable[[], dt.datetime] = now
    _one: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _read: tuple[object, Signed] | None = field(default=None, repr=False)

    def now(self) -> Signed:
        """What may be asked. Raises SourceError where it cannot be relied on, as of the moment at which its time is over."""
        if self.where is None:
            return Signed({}, {}, {})
        home = Home.at(self.where)
        with self._one:
            if self._read is None or self._read[0] != self._state(home, self._read[1].folders):
                self._read = None
                signed = asked(self.where)
                self._read = self._state(home, signed.folders), signed
            signed = self._read[1]
        with _relied(home):
            floor.check_current(signed.told, instant(self.clock()))
        return signed

    @staticmethod
    def _state(home: Home, folders: Iterable[Path]) -> object:
        files = [file for folder in folders for file in sorted(folder.rglob("*"))]
        return home.size(), [(file, found.st_mtime_ns, found.st_size) for file in files for found in [file.stat()]]


@contextmanager
def _relied(home: Home) -> Iterator[None]:
    """Whose time is over is a mistake of whoever names the ledger."""
    try:
        yield
    except HoldError as fault:
        raise SourceError([Mistake(Place(home.name, 1, 1), str(fault))]) from fault


def _signed(home: Home, told: Mapping[str, floor.Adopted], at: Mapping[str, dt.datetime]) -> Signed:
    read = {name: _law(home, one, at[name]) for name, one in told.items() if one["rulebooks"]}
    folders = {place(home, told[name]) / regime: book.rulebook.digest for name, law in read.items() for regime, book in law.books.items()}
    return Signed(told, folders, read)


def _law(home: Home, one: floor.Adopted, at: dt.datetime) -> Law:
    """What the adopted copy of one repository says, if it is still as it was signed. Raises SourceError."""
    from comity.signed import disk, reading

    folder = place(home, one)
    if not folder.is_dir():
        told = "adopt it again from its repository: comity law adopt"
        raise SourceError([Mistake(Place(str(folder), 1, 1), "the signed law that the ledger adopted is not there", told)])
    law = reading.read(disk.copied(folder), str(folder), one["roles"][floor.ROOT]["digest"], at)
    if law.adopted()["roles"] != one["roles"]:
        raise SourceError([Mistake(Place(str(folder), 1, 1), "this is other signed law than the ledger adopted", "adopt it again: comity law adopt")])
    return law


def place(home: Home, one: floor.Adopted) -> Path:
    """Where an adopted copy lies: under the digest of what leads to all of it."""
    told = "".join(one["roles"][role]["digest"] for role in (floor.ROOT, "timestamp"))
    return home.folder / LAW / hashlib.sha256(told.encode()).hexdigest()[:32]
