"""The witnesses of a ledger of ours, as its policy names them: they vouch for the newest checkpoint before any word that rests on it leaves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from comity.ledger.checkpoint import Checkpoint
from comity.ledger.cosignature import WitnessKey, witnessed
from comity.ledger.hold import CorruptError, RewrittenError, UnwitnessedError
from comity.ledger.merkle import ProofError
from comity.ledger.note import Note, NoteError
from comity.ledger.policy import Policy
from comity.ledger.store import Store
from comity.ledger.tiles import TileError, Tree
from comity.ledger.witness import Answer, OtherHistoryError, WitnessError, cosigned


@dataclass(slots=True)
class Witnesses:
    """What posts to each witness of a policy. At first all are asked, so that one who remembers another history is heard; later as many as must vouch."""

    policy: Policy
    send: Mapping[WitnessKey, Callable[[str], Answer]]
    _vouched: int | None = None
    """The size for which enough of them vouched last."""
    _sizes: dict[WitnessKey, int] = field(default_factory=dict)
    _silent: set[WitnessKey] = field(default_factory=set)

    def vouch(self, store: Store, size: int) -> None:
        """Returns when the quorum vouches for a checkpoint of this size or more, and that is stored.

        Raises:
            UnwitnessedError: too few of them do. What is stored stays; one may ask again.
            RewrittenError: one of them remembers a longer log than this, or another.
        """
        if self._vouched is None and (known := store.vouched()) is not None:
            self._sizes = dict.fromkeys(witnessed(note := _read(known), self.send), Checkpoint.parse(note.text).size)
        while self._vouched is None or self._vouched < size:
            note = _read(store.checkpoint())
            here, faults = Checkpoint.parse(note.text).size, list[WitnessError]()
            if here < size:
                raise CorruptError(f"the newest checkpoint is of {here} entries, and there are {size}")
            try:
                note, faults = self._gathered(note, Tree.at(here, store.tile))
                self.policy.accept(note)
            except OtherHistoryError as fault:
                if store.size() <= here:
                    raise RewrittenError(f"this log was cut, forked or brought back from a copy: {fault}") from fault
                continue  # another process wrote, and had its own word taken first: the longer log is theirs to judge
            except (TileError, ProofError) as fault:
                raise CorruptError(f"the tree: {fault}") from fault
            except NoteError as fault:
                raise UnwitnessedError("; ".join([str(fault), *map(str, faults)])) from fault
            store.vouch(here, str(note))
            self._vouched = here

    def _gathered(self, note: Note, tree: Tree) -> tuple[Note, list[WitnessError]]:
        """The note with cosignatures, and the faults of those who gave none; who was silent before is asked last."""
        faults: list[WitnessError] = []
        for key in sorted(self.send, key=self._silent.__contains__):
            if self._vouched is not None and self.policy.quorum.met(witnessed(note, self.send)):
                break
            try:
                note = note.with_signatures(cosigned(note, key, tree.consistency, self.send[key], self._sizes.get(key, 0)))
            except OtherHistoryError:
                raise
            except WitnessError as fault:
                faults.append(fault)
                self._silent.add(key)
            else:
                self._silent.discard(key)
                self._sizes[key] = tree.size
        return note, faults


def _read(note: str | None) -> Note:
    try:
        return Note.parse(note or "")
    except NoteError as fault:
        raise CorruptError(f"the checkpoint: {fault}") from fault
