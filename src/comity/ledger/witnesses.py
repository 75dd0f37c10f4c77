"""The witnesses of a ledger of ours, as its policy names them: they vouch for the newest checkpoint before any word that rests on it leaves."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Final

from comity.ledger.checkpoint import Checkpoint
from comity.ledger.cosignature import WitnessKey, witnessed
from comity.ledger.hold import CorruptError, RewrittenError, UnwitnessedError
from comity.ledger.merkle import ProofError
from comity.ledger.note import Note, NoteError, Signature
from comity.ledger.policy import Policy
from comity.ledger.reader import Reader
from comity.ledger.store import Store
from comity.ledger.tiles import TileError, Tree
from comity.ledger.witness import Answer, OtherHistoryError, WitnessError, cosigned

PATIENCE: Final = 10.0
"""Seconds for all witnesses together: fewer than somebody waits for the gate that leads, and than a database lets that be silent."""
HEARING: Final = 1.0
"""Seconds that the others have at first when enough have vouched: one of them may remember another history."""


@dataclass(slots=True)
class Witnesses:
    """What posts to each witness of a policy. All are asked at once, each on a thread of its own; when enough have vouched, nobody waits for the rest.

    Whoever is still busy with an earlier question is asked again when he has answered it. What he says late of another history counts all the same.
    """

    policy: Policy
    send: Mapping[WitnessKey, Callable[[str], Answer]]
    _vouched: int | None = None
    """The size for which enough of them vouched last."""
    _sizes: dict[WitnessKey, int] = field(default_factory=dict)
    _busy: set[WitnessKey] = field(default_factory=set)
    _answers: SimpleQueue[tuple[WitnessKey, Tree, Signature | Exception]] = field(default_factory=SimpleQueue)

    def vouch(self, store: Store, size: int) -> None:
        """Returns when the quorum vouches for a checkpoint of this size or more, and that is stored.

        Raises:
            UnwitnessedError: too few of them do. What is stored stays; one may ask again.
            RewrittenError: one of them remembers a longer log than this, or another.
        """
        ends = time.monotonic() + PATIENCE
        if self._vouched is None and (known := store.vouched()) is not None:
            self._sizes = self._remembered(known)
        while self._vouched is None or self._vouched < size or not self._answers.empty():  # what came late is heard before anything leaves
            # At first only what they say now counts: what they once said is in a copy brought back too. Later another gate may have asked them.
            held = _read(Reader(store).checkpoint())
            note = _without(held, self.send) if self._vouched is None else held
            try:
                if (here := Checkpoint.parse(note.text).size) < size:
                    raise CorruptError(f"the newest checkpoint is of {here} entries, and there are {size}")
                fresh, faults = self._gathered(note, Tree.at(here, store.tile), ends)
                try:
                    self.policy.accept(_with(note, fresh))
                except NoteError as fault:
                    raise UnwitnessedError("; ".join([str(fault), *map(str, faults)])) from fault
            except OtherHistoryError as fault:
                if fault.size is None or store.size() < fault.size:
                    raise RewrittenError(f"this log was cut, forked or brought back from a copy: {fault}") from fault
                continue  # another process wrote, and had its own word taken first: the longer log is theirs to judge
            except (TileError, ProofError) as fault:
                raise CorruptError(f"the tree: {fault}") from fault
            except NoteError as fault:
                raise CorruptError(f"the checkpoint: {fault}") from fault
            if fresh:
                store.vouch(here, str(_with(held, fresh)))
            self._vouched = here

    def _gathered(self, note: Note, tree: Tree, ends: float) -> tuple[dict[WitnessKey, Signature], list[WitnessError]]:
        """Cosignatures on a note, and the faults of those who gave none by this time of the monotonic clock."""
        fresh, faults = dict[WitnessKey, Signature](), list[WitnessError]()
        grace = HEARING if self._vouched is None else 0.0
        enough = self._vouched is not None and self._enough(note)
        if not enough:
            for key in self.send.keys() - self._busy:
                self._ask(key, note, tree)
        while self._busy:
            if enough:
                ends = min(ends, time.monotonic() + grace)
            try:
                key, asked, answer = self._answers.get(timeout=max(0.0, ends - time.monotonic()))
            except Empty:
                break
            self._busy.discard(key)
            if isinstance(answer, Signature):
                self._sizes[key] = asked.size
            elif not isinstance(answer, WitnessError) or isinstance(answer, OtherHistoryError):
                raise answer
            if asked is not tree:
                if not enough:
                    self._ask(key, note, tree)
            elif isinstance(answer, Signature):
                fresh[key] = answer
                enough = enough or self._enough(_with(note, fresh))
            else:
                faults.append(answer)
        return fresh, [*faults, *(WitnessError(f"witness '{key.name}' did not answer in time") for key in self._busy)]

    def _enough(self, note: Note) -> bool:
        return self.policy.quorum.met(witnessed(note, self.send))

    def _ask(self, key: WitnessKey, note: Note, tree: Tree) -> None:
        def work() -> None:
            try:
                answer: Signature | Exception = cosigned(note, key, tree.consistency, self.send[key], old)
            except Exception as fault:  # noqa: BLE001 -- whoever waits raises it
                answer = fault
            self._answers.put((key, tree, answer))

        old = self._sizes.get(key, 0)
        self._busy.add(key)
        Thread(target=work, name=f"witness {key.name}", daemon=True).start()

    def _remembered(self, known: str) -> dict[WitnessKey, int]:
        note = _read(known)
        try:
            return dict.fromkeys(witnessed(note, self.send), Checkpoint.parse(note.text).size)
        except NoteError as fault:
            raise CorruptError(f"the checkpoint that witnesses signed: {fault}") from fault


def _with(note: Note, fresh: Mapping[WitnessKey, Signature]) -> Note:
    """The note with these cosignatures, each in place of what the same witness said of it before."""
    return _without(note, fresh).with_signatures(*fresh.values())


def _without(note: Note, keys: Iterable[WitnessKey]) -> Note:
    known = list(keys)
    return Note(note.text, tuple(line for line in note.signatures if not any(map(line.by, known))))


def _read(note: str) -> Note:
    try:
        return Note.parse(note)
    except NoteError as fault:
        raise CorruptError(f"the checkpoint: {fault}") from fault
