"""A ledger as anybody reads it: entries, proofs, the signed checkpoint; and whether all of it still holds."""

from __future__ import annotations

from dataclasses import dataclass

from comity.ledger import entry as entries
from comity.ledger.checkpoint import Checkpoint
from comity.ledger.entry import Entry
from comity.ledger.follow import Follower
from comity.ledger.hold import CorruptError, EntryError
from comity.ledger.note import Note
from comity.ledger.proof import Proof
from comity.ledger.store import Store
from comity.ledger.tiles import Tree, path


@dataclass(frozen=True, slots=True)
class Checked:
    """A log that holds: how many entries, the root over them, how many reservations are pending."""

    size: int
    root: bytes
    pending: int
    signer: str
    """The key that signs now, as the log itself says."""


class Reader:
    """What is committed in a store. Nothing it returns is believed for being stored: proofs are checked by whoever gets them."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def entry(self, index: int) -> Entry:
        """The entry at an index. Raises CorruptError when there is none."""
        return entries.read(self.store.entry(index))

    def find(self, name: str) -> tuple[int, Entry] | None:
        """The entry that stands alone under a name, and its index: see `comity.ledger.entry.name`."""
        index = self.store.named(name)
        return None if index is None else (index, self.entry(index))

    @property
    def size(self) -> int:
        """How many entries there are."""
        return self.store.size()

    def checkpoint(self) -> str:
        """The newest signed checkpoint: how long the log is, and the root over all of it. Raises CorruptError when there is none."""
        note = self.store.checkpoint()
        if note is None:
            raise CorruptError("the ledger has no checkpoint")
        return note

    def prove(self, index: int) -> str:
        """A proof, in the form of C2SP tlog-proof, that the entry at this index is in the log of the newest checkpoint.

        The entry goes with it. Raises ProofError.
        """
        note = Note.parse(self.checkpoint())
        size = Checkpoint.parse(note.text).size
        return str(Proof(index, tuple(Tree.at(size, self.store.tile).inclusion(index)), note, self.store.entry(index)))

    def check(self) -> Checked:
        """All of it again, from the entries: that each follows from those before, and that tiles, names and checkpoint follow from them.

        Raises:
            CorruptError: at the first thing that does not hold.
        """
        log = Follower(self.store)
        size = self.store.size()
        note = self.store.checkpoint(size)
        for read, tiles in log.pieces(size):
            for index, raw in enumerate(read, log.state.size - len(read)):
                entry = entries.read(raw)
                _check_spelling(index, entry, raw)
                if (name := entries.name(entry)) is not None and self.store.named(name) != index:
                    raise CorruptError(f"entry {index} is not found by its name, {name}")
            for (level, index), due in tiles.items():
                if not self.store.tile(level, index).startswith(due):  # it may be longer by now
                    raise CorruptError(f"{path(level, index)} is not what the entries make of it")
        log.believe(note)
        return Checked(size, log.tree.head(), len(log.state.pending), log.state.signers[-1])

    def close(self) -> None:
        """Lets go of the store."""
        self.store.close()


def _check_spelling(index: int, entry: Entry, raw: bytes) -> None:
    try:
        entries.request(entries.drafted(entry))
        same = entries.write(entry) == raw
    except EntryError as fault:
        raise CorruptError(f"entry {index}: {fault}") from fault
    if not same:
        raise CorruptError(f"entry {index} is not in its canonical spelling")
