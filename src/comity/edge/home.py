"""A ledger's folder: the log, the key that signs it, and the key that stays home. The thin edge where secrets are made and the clock is read."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from comity.ledger import policy
from comity.ledger.carrier import sender
from comity.ledger.definition import CountError, Definition
from comity.ledger.hold import HoldError
from comity.ledger.key import LENGTH, Key, KeyFault
from comity.ledger.ledger import Ledger, stored
from comity.ledger.note import KEY_BYTES, NoteError, Private, Signer
from comity.ledger.reader import Reader
from comity.ledger.secret import ExposedError, keep, read
from comity.ledger.witnesses import Witnesses
from comity.text.source import Mistake, Mistakes, Place, SourceError

if TYPE_CHECKING:
    from comity.verdict.plan import Plan

P = TypeVar("P", bound=Private)

LOG: Final = "log.sqlite"
SIGNER: Final = "signer.key"
LEDGER: Final = "comity-ledger"
"""The folder where nobody names another."""
HOME: Final = "home.key"
POLICY: Final = "log.policy"
"""Which witnesses must vouch for the log, where that is asked (C2SP tlog-policy)."""
PUBLIC: Final = "log.vkey"
"""What others verify the log with."""
MOST: Final = 4096
"""Bytes of a private key's line, whatever it is named."""


@dataclass(frozen=True)
class Home:
    """A ledger's folder. What is in it is asked for by name, so that it may lie on a disk of its own. `server`: the log's database, if it is no file."""

    folder: Path
    server: str = ""

    @classmethod
    def at(cls, where: str | PathLike[str]) -> Home:
        """The ledger at an address: a folder; or `postgresql://host/database#FOLDER`, with the keys in that folder."""
        from comity.gate.address import SCHEMES

        server, _, folder = fspath(where).partition("#")
        return cls(Path(folder or LEDGER), server) if server.startswith(SCHEMES) else cls(Path(where))

    @property
    def name(self) -> str:
        """Where it is, for people: without secrets."""
        if not self.server:
            return str(self.folder)
        from comity.gate.address import spoken

        return spoken(self.server)

    @property
    def log(self) -> Path | str:
        """Where the log is: a file, or the address of a database."""
        return self.server or self.folder / LOG

    def size(self) -> int:
        """How many entries the log has; none where there is no log, or its beginning was stopped before the first."""
        try:
            store = stored(self.log)
            try:
                return store.size()
            finally:
                store.close()
        except HoldError:
            return 0

    def key(self) -> Key:
        """The key under which persons are digests and pseudonyms are made."""
        file = self.folder / HOME
        try:
            return Key.read(file)
        except KeyFault as fault:
            raise SourceError([Mistake(Place(str(file), 1, 1), str(fault).removeprefix(f"{file}: "))]) from fault

    def signer(self) -> Signer:
        """The key that signs the log."""
        return private(self.folder / SIGNER, Signer)

    def open(self) -> Ledger:
        """The ledger. One that is not there is not begun in passing: it would count from nought. The witnesses of its policy are asked at once."""
        try:
            if isinstance(self.log, Path) and not self.log.exists():
                raise SourceError([Mistake(Place(self.name, 1, 1), "there is no ledger", f"begin one: comity ledger begin {self.name}")])
            return Ledger.open(self.log, signer=self.signer(), now=now, witnesses=self.witnesses())
        except (OSError, HoldError) as fault:
            raise self._fault(_why(fault)) from fault

    def witnesses(self) -> Witnesses | None:
        """Those who must vouch for the log, if a policy lies in the folder."""
        file, mistakes = self.folder / POLICY, Mistakes()
        try:
            text = file.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as fault:
            raise self._fault(f"the policy cannot be read: {fault.strerror}") from fault
        found = policy.read(str(file), text, mistakes)
        mistakes.settle()
        assert found is not None  # or a mistake was told
        send = {}
        for key in found.quorum.witnesses():
            try:
                send[key] = sender(found.addresses[key])
            except (KeyError, ValueError):
                mistakes.add(Place(str(file), 1, 1), f"where witness '{key.name}' is asked is not said", "write: witness NAME VKEY URL")
        if self.signer().key not in found.logs:
            mistakes.add(Place(str(file), 1, 1), "the policy is of another log", f"write: log {self.signer().key}")
        mistakes.settle()
        return Witnesses(found, send)

    def begin(self, name: str) -> None:
        """A new ledger of this name, with keys of its own. An earlier attempt that stopped half-way is taken up where it stopped."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            for file, secret in ((HOME, secrets.token_bytes(LENGTH)), (SIGNER, f"{Signer(name, secrets.token_bytes(KEY_BYTES)).secret}\n".encode())):
                if not (self.folder / file).exists():
                    keep(self.folder / file, secret)
            self.key()  # before anybody is counted under it
            (self.folder / PUBLIC).write_text(f"{self.signer().key}\n", encoding="utf-8")
            if not self.size():
                Ledger.create(self.log, signer=self.signer(), now=now).close()
        except (OSError, HoldError, NoteError) as fault:
            raise self._fault(_why(fault)) from fault

    def _fault(self, words: str) -> SourceError:
        return SourceError([Mistake(Place(self.name, 1, 1), words)])


def _why(fault: Exception) -> str:
    return (fault.strerror or "cannot be read or written").lower() if isinstance(fault, OSError) else str(fault)


def begun(home: Home, plan: Plan) -> int:
    """A new ledger under this law; the index of the entry that adopts it. Raises SourceError where there is one that had got so far."""
    if home.size() > 1:
        raise SourceError([Mistake(Place(home.name, 1, 1), "there is a ledger already", "a second beginning would count from nought")])
    home.begin(f"comity.ledger/{home.folder.resolve().name}")
    with home.open() as ledger:
        return ledger.adopt(*law_of(plan))


def law_of(plan: Plan) -> tuple[dict[str, str], Sequence[Definition]]:
    """Law as a ledger goes by it: rulebooks by digest, and what they count."""
    from comity.gate.counting import definitions  # here, since reading a log needs neither engines nor law
    from comity.gate.manifest import law

    return {regime: told["digest"] for regime, told in law(plan).items()}, definitions(plan)


def private(path: Path, kind: type[P]) -> P:
    """The private key in a file. Raises SourceError."""
    try:
        return kind.parse(read(path, MOST).decode().strip())
    except OSError as fault:
        why = (fault.strerror or "cannot be read").lower()
    except UnicodeDecodeError:
        why = "this is no private key"
    except (ExposedError, NoteError) as fault:
        why = str(fault)
    raise SourceError([Mistake(Place(str(path), 1, 1), why)]) from None


@contextmanager
def reading(where: str) -> Iterator[Reader]:
    """What is committed in the ledger at an address; a file may stand for its folder. Raises SourceError."""
    home = Home.at(where)
    with told(home.name):
        reader = Reader(stored(home.log if home.server or home.folder.is_dir() else home.folder))
    try:
        with told(home.name):
            yield reader
    finally:
        reader.close()


@contextmanager
def told(name: str) -> Iterator[None]:
    """What goes wrong with a file, as a mistake of whoever named it."""
    try:
        yield
    except (HoldError, CountError, NoteError) as fault:
        raise mistake(name, str(fault).removeprefix(f"{name}: ")) from fault
    except OSError as fault:
        raise mistake(name, (fault.strerror or "cannot be read or written").lower()) from fault


def mistake(name: str, message: str, suggestion: str = "") -> SourceError:
    """One thing that is wrong with what somebody named."""
    return SourceError([Mistake(Place(name, 1, 1), message, suggestion)])


def now() -> dt.datetime:
    """The clock."""
    return dt.datetime.now(dt.UTC)
