"""The ledger as a gate uses it: reserve persons, decide on the totals with them, commit or cancel; record, and prove what is recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from comity.ledger import entry as entries
from comity.ledger.budget import Spending
from comity.ledger.checkpoint import Checkpoint
from comity.ledger.definition import Asked, Definition, Total
from comity.ledger.digests import Digests
from comity.ledger.entry import Entry
from comity.ledger.floor import Adopted
from comity.ledger.hold import CorruptError, EntryError, StoreError, UnwitnessedError
from comity.ledger.merkle import ProofError, leaf
from comity.ledger.note import NoteError, Signer
from comity.ledger.policy import NOBODY, Policy
from comity.ledger.proof import Proof
from comity.ledger.reader import Reader
from comity.ledger.sequencer import Sequencer
from comity.ledger.sqlite import Sqlite
from comity.ledger.state import read_total
from comity.ledger.store import Store
from comity.ledger.witnesses import Witnesses
from comity.ledger.writer import Answer, Clock, Known, Left, Look, Request, Signed, Since, Totals, Writer


@dataclass(frozen=True, slots=True)
class Reserved:
    """What the counts are with the persons reserved, one total for each asked; and where that is recorded."""

    totals: tuple[Total, ...]
    index: int


class Asking(Protocol):
    """Whoever takes what is asked to the one writer, and brings back an answer that is durable."""

    def ask(self, asked: Request | Look) -> Any:  # noqa: ANN401 -- an Answer to a request, else what the look sees
        """Waits for the answer. Raises whatever reason there is to hold."""

    def close(self) -> None:
        """Answers what was asked, then lets go of the store."""


def stored(where: Path | str) -> Store:
    """A new connection to a ledger's store. Raises StoreError when there is none."""
    if isinstance(where, Path):
        return Sqlite(where)
    with _driver():
        from comity.ledger.postgres import Postgres  # noqa: PLC0415 -- its driver is an extra
    return Postgres(where)


@contextmanager
def _driver() -> Iterator[None]:
    try:
        yield
    except ImportError as fault:
        raise StoreError("PostgreSQL's driver is not installed: pip install 'comity[postgres]'") from fault


class Ledger(Reader):
    """A ledger open for writing. Any number of threads may use it, and any number of processes may have it open.

    Every method that writes raises HoldError, or CountError from the counts, when nothing was written on which anything may move.
    The same request under the same id is answered as it was the first time, so one may ask again when an answer was lost.
    """

    def __init__(self, where: Path | str, policy: Policy, sequencer: Asking) -> None:
        super().__init__(stored(where))
        self.where, self._policy, self._sequencer = where, policy, sequencer

    @classmethod
    def create(cls, where: Path | str, *, signer: Signer, now: Clock) -> Ledger:
        """Begins a ledger in a file, or in a PostgreSQL database by its URI.

        Raises:
            StoreError: something is there already: a second beginning would count from nought.
        """
        if isinstance(where, Path):
            Sqlite.create(where).close()
        else:
            with _driver():
                from comity.ledger.postgres import Postgres  # noqa: PLC0415 -- its driver is an extra
            Postgres.create(where).close()
        return cls.open(where, signer=signer, now=now)

    @classmethod
    def open(cls, where: Path | str, *, signer: Signer, now: Clock, witnesses: Witnesses | None = None) -> Ledger:
        """Opens a ledger, reading what came after its last snapshot. `now` is the clock; `witnesses` must vouch for what is answered.

        Raises:
            StoreError: none is there, it is signed by another key, damaged, or a witness remembers another.
            UnwitnessedError: too few witnesses vouch for it.
        """
        policy = witnesses.policy if witnesses is not None else Policy((signer.key,), NOBODY)
        if not isinstance(where, Path):
            with _driver():
                from comity.ledger.elected import Elected  # noqa: PLC0415 -- its driver is an extra
            return cls._over(where, policy, Elected(where, signer, now, witnesses))
        mine = Sqlite(where)
        try:
            sequencer = Sequencer(Writer(mine, signer, now, witnesses))
        except BaseException:
            mine.close()
            raise
        return cls._over(where, policy, sequencer)

    @classmethod
    def _over(cls, where: Path | str, policy: Policy, sequencer: Asking) -> Ledger:
        try:
            return cls(where, policy, sequencer)
        except BaseException:
            sequencer.close()
            raise

    def find(self, name: str) -> tuple[int, Entry] | None:
        """The entry that stands alone under a name, and its index: see `comity.ledger.entry.name`.

        Raises:
            CorruptError: it is not in the log that was signed, or has another name there.
            UnwitnessedError: too few witnesses vouch for it.
        """
        index = self.store.named([name]).get(name)
        if index is None:
            return None
        try:
            proof = Proof.parse(self.prove(index))
            proof.check(leaf(proof.extra), Checkpoint.opened(proof.checkpoint, self._policy.logs))
        except (NoteError, ProofError) as fault:
            raise CorruptError(f"entry {index} is not what was signed: {fault}") from fault
        try:
            self._policy.accept(proof.checkpoint)
        except NoteError as fault:
            raise UnwitnessedError(f"entry {index}: {fault}") from fault
        found = entries.read(proof.extra)
        if entries.name(found) != name:  # the names beside the entries are signed by nobody
            raise CorruptError(f"entry {index} is not the one of the name {name}")
        return index, found

    def adopt(self, rulebooks: Mapping[str, str], definitions: Iterable[Definition], signed: Mapping[str, Adopted] | None = None) -> int:
        """Rulebooks (SHA-256 in hexadecimal, by regime) and counts to go by from now on; the index of the entry. Adopted already: no new one.

        `signed`: by repository, what of them is signed law: see `comity.ledger.floor`.

        Raises:
            RolledBackError: signed law is older than what was adopted before, or left out.
        """
        counts = [one.entry() for one in sorted(definitions, key=lambda one: one.name)]
        told = {"signed": dict(signed)} if signed else {}
        return self._put({"kind": "adopt", "rulebooks": dict(rulebooks), "counts": counts, **told}).index

    def signed(self) -> dict[str, Adopted]:
        """By repository, the signed law that is adopted."""
        found: dict[str, Adopted] = self._sequencer.ask(Signed())
        return found

    def totals(self, asked: Sequence[Asked]) -> list[Total]:
        """What the counts would be with these persons; nothing is reserved, so it may be otherwise a moment later."""
        found: list[Total] = self._sequencer.ask(Totals(asked))
        return found

    def since(self) -> dict[str, list[str]]:
        """By count, the moments at which it was adopted and let go, in turn: an odd number of them while it is kept."""
        found: dict[str, list[str]] = self._sequencer.ask(Since())
        return found

    def known(self, asked: Sequence[Asked]) -> list[Digests]:
        """Of each, the persons whom the count holds already."""
        found: list[Digests] = self._sequencer.ask(Known(asked))
        return found

    def reserve(self, name: str, asked: Sequence[Asked], until: dt.datetime, about: Mapping[str, Any], under: Mapping[str, str]) -> Reserved:
        """Counts persons until that moment, or until committed or cancelled under the same id (`name`).

        Raises:
            StaleError: `under`, digests by regime, is not what is adopted.
            ConflictError: something else is recorded under this id.
        """
        draft = {
            "kind": "reserve", "id": name, "under": dict(under), "asked": [one.entry() for one in asked],
            "until": entries.instant(until), "about": dict(about),
        }  # fmt: skip
        sets = {one.persons.name: one.persons for one in asked}
        answer = self._put(draft, Request(draft, sets))
        return Reserved(tuple(map(read_total, answer.entry["totals"])), answer.index)

    def commit(self, name: str, about: Mapping[str, Any], seen: int | None = None) -> int:
        """What was reserved under this id has moved, and stays counted; the index of the entry.

        `seen`: the size of this log at which it was looked at, if what moves hangs on what is decided in it.

        Raises:
            OvertakenError: something was decided in it since; nothing is written.
            ExpiredError, UnreservedError: the reservation is over, or never was.
            StaleError: other rulebooks were adopted since.
            ConflictError: it was cancelled, or committed with something else to say.
        """
        draft = {"kind": "commit", "id": name, "about": dict(about)}
        return self._put(draft, Request(draft, seen=seen)).index

    def cancel(self, name: str, why: str) -> int:
        """What was reserved under this id has not moved, and is no longer counted; the index of the entry."""
        return self._put({"kind": "cancel", "id": name, "why": why}).index

    def spend(self, name: str, asked: Sequence[Spending]) -> int:
        """Takes amounts out of budgets, all or none, for good; the index of the entry.

        Asked again under the same id (`name`) it is answered as it was, and nothing more is spent: let each thing that is bought have an id of its own.

        Raises:
            SpentError: a budget has less left; says how much.
            ConflictError: something else was bought under this id.
        """
        return self._put({"kind": "spend", "id": name, "asked": [one.entry() for one in asked]}).index

    def afford(self, asked: Sequence[Spending]) -> None:
        """Whether budgets have these amounts left; nothing is spent, so it may be otherwise a moment later. Raises SpentError where `spend` would."""
        self._sequencer.ask(Left(asked))

    def append(self, entry: Entry) -> int:
        """Records a refusal, a verdict, the event of a key or an account, a procedure or an act; the index of the entry."""
        if entry.get("kind") not in entries.RECORDS:
            raise EntryError(f"what is appended is of kind {', '.join(sorted(entries.RECORDS))}")
        return self._put(entry).index

    def close(self) -> None:
        """Answers what was asked, then lets go."""
        self._sequencer.close()
        super().close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _put(self, draft: Entry, request: Request | None = None) -> Answer:
        answer: Answer = self._sequencer.ask(request or Request(draft))
        return answer
