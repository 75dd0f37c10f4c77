"""One transaction after another on a ledger's store: follow what others wrote, take requests, sign, commit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Final

from comity.ledger import entry as entries
from comity.ledger import floor
from comity.ledger.budget import Spending, spent, written
from comity.ledger.checkpoint import Checkpoint
from comity.ledger.definition import Asked, CountError, Total
from comity.ledger.digests import Digests
from comity.ledger.entry import Entry
from comity.ledger.follow import Follower
from comity.ledger.hold import ConflictError, CorruptError, EntryError, ExpiredError, HoldError, LockedError, OvertakenError, SignerError, StoreError
from comity.ledger.merkle import ProofError, check_inclusion, leaf
from comity.ledger.note import Signer
from comity.ledger.snapshot import Snapshot
from comity.ledger.state import State
from comity.ledger.store import Store
from comity.ledger.tiles import TileError
from comity.ledger.witnesses import Witnesses

Clock = Callable[[], dt.datetime]
OFTEN: Final = 2**15
"""Entries after which a writer keeps a snapshot: reading so many anew takes a second or two."""


@dataclass(frozen=True, slots=True)
class Request:
    """An entry that somebody asks for, and the sets of persons that it names.

    `seen`: the size at which a log was looked at on whose decisions it hangs; none, if it hangs on none.
    """

    entry: Entry
    sets: Mapping[str, Digests] = field(default_factory=dict)
    seen: int | None = None

    def persons(self, name: str) -> Digests:
        """A set that the entry names. Raises EntryError when it did not come along."""
        try:
            return self.sets[name]
        except KeyError:
            raise EntryError(f"the set of persons {name} is named, and not given") from None


@dataclass(frozen=True, slots=True)
class Answer:
    """The entry that a request became, now or when it was made before, and its index."""

    index: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class Totals:
    """The look at what the counts would be with these persons."""

    asked: Sequence[Asked]

    def __call__(self, state: State) -> list[Total]:
        """The totals, one for each asked."""
        return state.counts.totals(self.asked)


@dataclass(frozen=True, slots=True)
class Known:
    """The look at which of these persons are counted already."""

    asked: Sequence[Asked]

    def __call__(self, state: State) -> list[Digests]:
        """Those who are, of each asked."""
        return state.counts.known(self.asked)


@dataclass(frozen=True, slots=True)
class Since:
    """The look at when the ledger began to keep each of its counts, and ceased to."""

    def __call__(self, state: State) -> dict[str, list[str]]:
        """See `State.since`."""
        return dict(state.since)


@dataclass(frozen=True, slots=True)
class Signed:
    """The look at the signed law that is adopted."""

    def __call__(self, state: State) -> dict[str, floor.Adopted]:
        """See `comity.ledger.floor`."""
        return dict(state.signed)


@dataclass(frozen=True, slots=True)
class Left:
    """The look at whether budgets have as much left as is asked for."""

    asked: Sequence[Spending]

    def __call__(self, state: State) -> dict[str, str]:
        """What would be spent of each with it. Raises SpentError."""
        return {name: written(amount) for name, amount in spent(state.spent, self.asked).items()}


Look = Totals | Known | Since | Signed | Left
"""What somebody wants to know of the state."""


@dataclass(slots=True)
class _Batch:
    """What one transaction adds."""

    first: int
    at: str
    added: list[tuple[bytes, str | None]] = field(default_factory=list)
    sets: dict[str, bytes] = field(default_factory=dict)
    named: dict[str, Answer] = field(default_factory=dict)


class Writer:
    """The state and the tree of a log, and the transactions that make it longer. One thread uses it; after a StoreError nobody does."""

    def __init__(self, store: Store, signer: Signer, now: Clock, witnesses: Witnesses | None = None) -> None:
        """Follows the log from the newest snapshot of it, or its first entry, and writes that entry, the key of the log, when there is none.

        Raises:
            SignerError: another key signs this log.
            CorruptError: the entries, the tree and the checkpoint disagree.
            RewrittenError, UnwitnessedError: what the witnesses say of it.
        """
        self.store, self.signer, self.now, self.witnesses = store, signer, now, witnesses
        self.synced = 0.0
        """Seconds that the store took last to make a transaction durable."""
        self._secret = signer.derived("comity snapshot")
        self.log = self._resumed()
        self._kept = resumed = self.log.state.size
        try:
            self._begin()
        except CorruptError:
            if not resumed:
                raise
            self.log, self._kept = Follower(store), 0  # from a snapshot it does not follow: what the log itself says counts
            self._begin()

    def _resumed(self) -> Follower:
        """The log as far as a snapshot knows it; not at all if there is any doubt about the snapshot."""
        with suppress(HoldError):
            if (held := self.store.kept()) is not None and (found := Snapshot.read(held, self._secret)) is not None:
                return Follower(self.store, found)
        return Follower(self.store)

    def _begin(self) -> None:
        vkey = str(self.signer.key)
        for answer in self.write([Request({"kind": "key", "id": vkey, "role": "log", "vkey": vkey})] if self.store.size() == 0 else [Since()]):
            if isinstance(answer, Exception):
                raise answer

    def keep(self, after: int = OFTEN) -> None:
        """Keeps a snapshot for the next opening if the log is so much longer than the last. One that cannot be kept is done without."""
        if self.log.state.size >= self._kept + after:
            self._kept = self.log.state.size
            with suppress(HoldError):
                self.store.keep(Snapshot(self.log.state, self.log.tree.head()).pieces(self._secret))

    def write(self, asked: Sequence[Request | Look]) -> list[Any]:
        """An answer or a reason to hold for each, in order; what is answered is durable, and witnesses vouch for it where they must.

        Raises:
            UnwitnessedError: too few of them do; what was taken is durable all the same, and one may ask again.
            LockedError: another process kept the store to itself; nothing has changed, and one may ask again.
            StoreError: this writer is of no use any more.
        """
        size = self.store.begin()
        try:
            self.log.follow(size)
            self._check_signer()
            batch = _Batch(size, self.log.state.at)
            answers = self._taken(batch, asked)
            if batch.added:
                self._seal(batch)
                began = perf_counter()
                self.store.commit()
                self.synced = perf_counter() - began
            else:
                self.store.rollback()
        except BaseException as fault:
            self.store.rollback()
            if isinstance(fault, LockedError):  # not at the door but within: what was taken is in the state, and not in the log
                raise StoreError(str(fault)) from fault
            raise
        if self.witnesses is not None:
            self.witnesses.vouch(self.store, self.log.state.size)
        return answers

    def _check_signer(self) -> None:
        if self.log.state.signers and self.log.state.signers[-1] != str(self.signer.key):
            raise SignerError(f"this log is signed by the key {self.log.state.signers[-1]}")

    def _taken(self, batch: _Batch, asked: Sequence[Request | Look]) -> list[Any]:
        answers: list[Any] = []
        try:
            batch.at = entries.instant(self.now())
            for due in sorted(self.log.state.due(batch.at)):
                self._take(batch, Request({"kind": "expire", "id": due}))
        except HoldError as fault:  # the clock
            return [fault] * len(asked)
        names = [_checked(one) if isinstance(one, Request) else None for one in asked]
        known = self.store.named([name for name in names if isinstance(name, str)])
        for one, name in zip(asked, names, strict=True):
            if isinstance(name, EntryError):
                answers.append(name)
                continue
            try:
                answers.append(self._answer(batch, one, name, known) if isinstance(one, Request) else one(self.log.state))
            except StoreError:
                raise
            except (HoldError, CountError) as refused:
                answers.append(refused)
        return answers

    def _answer(self, batch: _Batch, request: Request, name: str | None, known: Mapping[str, int]) -> Answer:
        """What was answered before to the same request, or a new entry."""
        if name is None:
            found = self.log.state.adopted
        elif (before := batch.named.get(name)) is not None:
            return _same(before, request.entry)
        else:
            found = known.get(name)
        if found is not None:
            before = Answer(found, entries.read(batch.added[found - batch.first][0] if found >= batch.first else self._recorded(found)))
            if name is not None or entries.drafted(before.entry) == request.entry:
                return _same(before, request.entry)
        if request.seen is not None and self._decided(batch, request.seen):
            raise OvertakenError(f"since entry {request.seen} something was decided on which {name} may hang")
        return self._take(batch, request)

    def _decided(self, batch: _Batch, seen: int) -> bool:
        """Whether anything that decides came after a log of that size, or the log was never so long."""
        since = [*self.store.entries(min(seen, batch.first), batch.first), *(raw for raw, _ in batch.added)]
        return seen > batch.first + len(batch.added) or any(entries.read(raw)["kind"] in entries.DECISIONS for raw in since)

    def _recorded(self, index: int) -> bytes:
        """An entry, held to the tree: what a snapshot stands for was not read when the ledger was opened. Raises CorruptError."""
        raw, tree = self.store.entry(index), self.log.tree
        try:
            check_inclusion(leaf(raw), index, tree.size, tree.inclusion(index), tree.head())
        except (ProofError, TileError) as fault:
            raise CorruptError(f"entry {index} is not what was signed: {fault}") from fault
        return raw

    def _take(self, batch: _Batch, request: Request) -> Answer:
        made = self.log.state.take(request.entry, batch.at, request.persons)
        answer = Answer(batch.first + len(batch.added), made)
        name = entries.name(made)
        try:
            batch.added.append((entries.write(made), name))
        except EntryError as fault:  # the state has it already: what it would make of the next would not follow from the log
            raise StoreError(str(fault)) from fault
        batch.sets |= {held.name: held.data for held in request.sets.values()}
        if name is not None:
            batch.named[name] = answer
        return answer

    def _seal(self, batch: _Batch) -> None:
        """Stores the batch, reads it back, and signs a tree over what was read: a bit that changed on its way is never signed."""
        end = batch.first + len(batch.added)
        self.store.add(batch.first, batch.added, batch.sets)
        kept = list(self.store.entries(batch.first, end))
        if kept != [raw for raw, _ in batch.added]:
            raise CorruptError("the store does not give back what was written")
        self.log.tree, tiles = self.log.tree.append([leaf(raw) for raw in kept])
        self.log.note = str(Checkpoint(self.signer.name, end, self.log.tree.head()).signed(self.signer))
        self.store.seal(tiles, end, self.log.note)


def _checked(request: Request) -> str | EntryError | None:
    """The name of a request, or what is wrong with it."""
    try:
        entries.check(request.entry)
    except EntryError as fault:
        return fault
    return entries.name(request.entry)


def _same(before: Answer, request: Entry) -> Answer:
    if entries.drafted(before.entry) != request:
        if before.entry["kind"] == "expire":
            raise ExpiredError(f"the reservation {request['id']} is over since {before.entry['at']}")
        if before.entry["kind"] != request["kind"]:
            raise ConflictError(f"{request['id']} ended with entry {before.index}, of kind {before.entry['kind']}")
        raise ConflictError(f"another request is recorded under {request['id']}, as entry {before.index}")
    return before
