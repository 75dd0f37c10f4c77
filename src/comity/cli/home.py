"""A ledger's folder: the log, the key that signs it, and the key that stays home. The thin edge where secrets are made and the clock is read."""

from __future__ import annotations

import datetime as dt
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from comity.gate.counting import definitions, kept_since
from comity.gate.manifest import law
from comity.ledger import entry as entries
from comity.ledger.definition import Definition
from comity.ledger.hold import HoldError
from comity.ledger.key import LENGTH, Key, KeyFault
from comity.ledger.ledger import Ledger
from comity.ledger.note import KEY_BYTES, NoteError, Signer
from comity.text.source import Mistake, Place, SourceError
from comity.verdict.plan import Plan

LOG: Final = "log.sqlite"
SIGNER: Final = "signer.key"
HOME: Final = "home.key"
PUBLIC: Final = "log.vkey"
"""What others verify the log with."""


@dataclass(frozen=True)
class Home:
    """A ledger's folder. What is in it is asked for by name, so that it may lie on a disk of its own."""

    folder: Path

    @property
    def log(self) -> Path:
        """The file of the log."""
        return self.folder / LOG

    def key(self) -> Key:
        """The key under which persons are digests and pseudonyms are made."""
        try:
            return Key.read(self.folder / HOME)
        except KeyFault as fault:
            raise self._fault(str(fault)) from fault

    def signer(self) -> Signer:
        """The key that signs the log."""
        try:
            return Signer.parse((self.folder / SIGNER).read_text(encoding="utf-8").strip())
        except (OSError, NoteError) as fault:
            raise self._fault(f"the key that signs the log cannot be read: {fault}") from fault

    def open(self) -> Ledger:
        """The ledger. One that is not there is not begun in passing: it would count from nought."""
        if not self.log.exists():
            raise SourceError([Mistake(Place(str(self.folder), 1, 1), "there is no ledger", f"begin one: comity ledger begin {self.folder}")])
        try:
            return Ledger.open(self.log, signer=self.signer(), now=now)
        except HoldError as fault:
            raise self._fault(str(fault)) from fault

    def begin(self, name: str) -> None:
        """A new ledger of this name, with keys of its own. An earlier attempt that stopped half-way is taken up where it stopped."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not (self.folder / HOME).exists():
            Key(secrets.token_bytes(LENGTH)).write(self.folder / HOME)
        if not (self.folder / SIGNER).exists():
            _keep(self.folder / SIGNER, Signer(name, secrets.token_bytes(KEY_BYTES)).secret + "\n")
        (self.folder / PUBLIC).write_text(f"{self.signer().key}\n", encoding="utf-8")
        Ledger.create(self.log, signer=self.signer(), now=now).close()

    def _fault(self, words: str) -> SourceError:
        return SourceError([Mistake(Place(str(self.folder), 1, 1), words)])


def begun(home: Home, plan: Plan) -> int:
    """A new ledger under this law; the index of the entry that adopts it. Raises SourceError where there is one."""
    if home.log.exists():
        raise SourceError([Mistake(Place(str(home.folder), 1, 1), "there is a ledger already", "a second beginning would count from nought")])
    home.begin(f"comity.ledger/{home.folder.resolve().name}")
    with home.open() as ledger:
        return ledger.adopt(*law_of(plan))


def law_of(plan: Plan) -> tuple[dict[str, str], list[Definition]]:
    """Law as a ledger goes by it: rulebooks by digest, and what they count."""
    return {regime: told["digest"] for regime, told in law(plan).items()}, definitions(plan)


def since(ledger: Ledger) -> dict[str, int]:
    """The day on which a ledger began to keep each of its counts; of what moved before then, or while it did not, nobody knows the persons."""
    return kept_since(entries.read(raw) for raw in ledger.store.entries(0, ledger.size) if b'"kind":"adopt"' in raw)


def now() -> dt.datetime:
    """The clock."""
    return dt.datetime.now(dt.UTC)


def _keep(file: Path, text: str) -> None:
    """Writes a secret that only its owner may read, durably, where nothing is yet."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as held:
        held.write(text)
        held.flush()
        os.fsync(held.fileno())
