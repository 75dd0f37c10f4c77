"""The entries of a log, read on from where one was, and believed only under the log's own signature."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from comity.ledger import entry as entries
from comity.ledger.checkpoint import Checkpoint
from comity.ledger.entry import Entry
from comity.ledger.hold import CorruptError, EntryError
from comity.ledger.merkle import ProofError, leaf
from comity.ledger.note import Key, Note, NoteError
from comity.ledger.store import Store
from comity.ledger.tiles import TileError, Tree

PIECE: Final = 4096


@dataclass
class Log:
    """How far a log was read: so many entries, the root over them, and the keys that sign it, as it says itself."""

    store: Store
    size: int = 0
    root: bytes = b""
    signers: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The log's name; nothing before its first entry."""
        return Key.parse(self.signers[-1]).name if self.signers else ""

    def pieces(self) -> Iterator[list[Entry]]:
        """The entries from here on, piece by piece. Raises CorruptError, at the latest after the last: till then nothing is believed."""
        size, first = self.store.size(), self.size
        if size < first:
            raise CorruptError(f"the log had {first} entries and has {size} now")
        try:
            tree = Tree.at(first, self.store.tile) if first else Tree(0, self.store.tile)
            if first and tree.head() != self.root:
                raise CorruptError("the log is another than the one that was read before")
            for start in range(first, size, PIECE):
                raw = list(self.store.entries(start, min(start + PIECE, size)))
                read = [entries.read(one) for one in raw]
                self.signers += [one["vkey"] for one in read if one["kind"] == "key" and one.get("role") == "log"]
                tree, _ = tree.append([leaf(one) for one in raw])
                yield read
            told = Checkpoint.opened(Note.parse(self.store.checkpoint(size) or ""), map(Key.parse, self.signers))
            if (told.size, told.root) != (size, tree.head()):
                raise CorruptError(f"the checkpoint of {told.size} entries does not fit the {size} that are here")
        except (NoteError, TileError, ProofError, EntryError) as fault:
            raise CorruptError(f"the log: {fault}") from fault
        self.size, self.root = size, tree.head()

    def check(self) -> None:
        """Raises CorruptError unless every entry up to here is still under the root to which it was read."""
        tree = Tree(0, self.store.tile)
        for start in range(0, self.size, PIECE):
            tree, _ = tree.append([leaf(one) for one in self.store.entries(start, min(start + PIECE, self.size))])
        if self.size and tree.head() != self.root:
            raise CorruptError("an entry is not the one that was read before")
