"""A ledger as anybody reads it: entries, proofs, the signed checkpoint; and whether all of it still holds."""

from __future__ import annotations

from dataclasses import dataclass

from comity.ledger import entry as entries
from comity.ledger.checkpoint import Checkpoint
from comity.ledger.entry import Entry
from comity.ledger.follow import Follower
from comity.ledger.hold import CorruptError, EntryError
from comity.ledger.merkle import ProofError
from comity.ledger.note import Key, Note, NoteError
from comity.ledger.proof import Proof
from comity.ledger.store import Store
from comity.ledger.tiles import TileError, Tree, path


@dataclass(frozen=True, slots=True)
class Checked:
    """A log that holds: how many entries, the root over them, how many reservations are pending."""

    size: int
    root: bytes
    pending: int
    signer: str
    """The key that signs now, as the log itself says."""
    note: str
    """The signed checkpoint of this size and root; with what witnesses signed, if they did."""


class Reader:
    """What is committed in a store. Nothing it returns is believed for being stored: proofs are checked by whoever gets them."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def entry(self, index: int) -> Entry:
        """The entry at an index. Raises CorruptError when there is none."""
        return entries.read(self.store.entry(index))

    @property
    def size(self) -> int:
        """How many entries there are."""
        return self.store.size()

    def checkpoint(self) -> str:
        """The newest signed checkpoint: how long the log is, and the root over all of it; with what witnesses signed, if they did.

        Raises CorruptError when there is none.
        """
        return _with_words(self.store.checkpoint(), self.store.vouched())

    def prove(self, index: int) -> str:
        """A proof, in the form of C2SP tlog-proof, that the entry at this index is in the log of the newest checkpoint; the newest
        that witnesses signed, if it reaches so far.

        The entry goes with it. Raises CorruptError when there is none, or no tree over it.
        """
        try:
            note, vouched = Note.parse(self.checkpoint()), self.store.vouched()
            if vouched is not None and Checkpoint.parse(Note.parse(vouched).text).size > index:
                note = Note.parse(vouched)
            size = Checkpoint.parse(note.text).size
            return str(Proof(index, tuple(Tree.at(size, self.store.tile).inclusion(index)), note, self.store.entry(index)))
        except (NoteError, ProofError, TileError) as fault:
            raise CorruptError(f"entry {index} cannot be proved: {fault}") from fault

    def check(self) -> Checked:
        """All of it again, from the entries: that each follows from those before, and that tiles, names and checkpoint follow from them.

        Raises:
            CorruptError: at the first thing that does not hold.
        """
        log, vouched = Follower(self.store), self.store.vouched()  # before the size: what witnesses sign meanwhile is not looked at
        size = self.store.size()
        note = self.store.checkpoint(size)
        if not size:
            raise CorruptError("there is no entry: its beginning was stopped, begin it again")
        for read, made, tiles in log.pieces(size):
            names: dict[str, int] = {}
            for index, (raw, entry) in enumerate(zip(read, made, strict=True), log.state.size - len(read)):
                _check_spelling(index, entry, raw)
                if (name := entries.name(entry)) is not None and names.setdefault(name, index) != index:
                    raise CorruptError(f"entry {index} has the name of another, {name}")
            if wrong := names.items() - self.store.named(list(names)).items():
                raise CorruptError(f"entry {min(wrong)[1]} is not found by its name, {min(wrong)[0]}")
            if stray := self.store.names(log.state.size - len(read), log.state.size).items() - names.items():
                raise CorruptError(f"entry {min(stray)[1]} has the name {min(stray)[0]}, which is not its own")
            for (level, index), due in tiles.items():
                if not self.store.tile(level, index).startswith(due):  # it may be longer by now
                    raise CorruptError(f"{path(level, index)} is not what the entries make of it")
        log.believe(note)
        if vouched is not None:
            _check_vouched(vouched, log)
        return Checked(size, log.tree.head(), len(log.state.pending), log.state.signers[-1], _with_words(note, vouched))

    def close(self) -> None:
        """Lets go of the store."""
        self.store.close()


def _with_words(note: str | None, vouched: str | None) -> str:
    """The checkpoint, as witnesses signed it if that is the same. Raises CorruptError."""
    if note is None:
        raise CorruptError("the ledger has no checkpoint")
    try:
        return vouched if vouched is not None and Note.parse(vouched).text == Note.parse(note).text else note
    except NoteError as fault:
        raise CorruptError(f"the checkpoint: {fault}") from fault


def _check_vouched(note: str, log: Follower) -> None:
    try:
        told = Checkpoint.opened(Note.parse(note), map(Key.parse, log.state.signers))
        same = told.root == log.tree.head(told.size)
    except (NoteError, ProofError, TileError) as fault:
        raise CorruptError(f"the checkpoint that witnesses signed: {fault}") from fault
    if not same:
        raise CorruptError("the checkpoint that witnesses signed is of another log")


def _check_spelling(index: int, entry: Entry, raw: bytes) -> None:
    try:
        entries.request(entries.drafted(entry))
        same = entries.write(entry) == raw
    except EntryError as fault:
        raise CorruptError(f"entry {index}: {fault}") from fault
    if not same:
        raise CorruptError(f"entry {index} is not in its canonical spelling")
