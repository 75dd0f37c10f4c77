"""What a store's entries amount to: the state and the tree, read on from where one was, and believed only under the log's own signature."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from comity.ledger import entry as entries
from comity.ledger.checkpoint import Checkpoint
from comity.ledger.digests import Digests
from comity.ledger.hold import CorruptError, EntryError
from comity.ledger.merkle import leaf
from comity.ledger.note import Key, Note, NoteError
from comity.ledger.state import State
from comity.ledger.store import Store
from comity.ledger.tiles import Tiles, Tree

PIECE: Final = 16_384
"""Entries read before their hashes join the tree."""


class Follower:
    """A state and a tree over a store, as far as it was followed. After a CorruptError neither is of use."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.state, self.tree = State(), Tree(0, store.tile)

    def follow(self, size: int) -> None:
        """Goes on to this size. Raises CorruptError unless the newest checkpoint is of that size, by the log's key, over just these entries."""
        if size < self.state.size:
            raise CorruptError(f"the log had {self.state.size} entries and has {size} now")
        if size > self.state.size:
            for _ in self.pieces(size):
                pass
            self.believe(self.store.checkpoint())

    def pieces(self, size: int) -> Iterator[tuple[list[bytes], Tiles]]:
        """Goes on to this size piece by piece: the bytes of the entries, and the tiles that they make. Nothing is believed yet."""
        for first in range(self.state.size, size, PIECE):
            read = list(self.store.entries(first, min(first + PIECE, size)))
            for raw in read:
                try:
                    entry = entries.read(raw)
                except EntryError as fault:
                    raise CorruptError(f"entry {self.state.size}: {fault}") from fault
                self.state.apply(entry, self._persons)
            self.tree, tiles = self.tree.append([leaf(raw) for raw in read])
            yield read, tiles

    def believe(self, note: str | None) -> None:
        """Raises CorruptError unless a key of the log signed this, for the entries that were followed."""
        try:
            told = Checkpoint.opened(Note.parse(note or ""), map(Key.parse, self.state.signers))
        except NoteError as fault:
            raise CorruptError(f"the checkpoint: {fault}") from fault
        if (told.size, told.root) != (self.state.size, self.tree.head()):
            raise CorruptError(f"the checkpoint of {told.size} entries does not fit the {self.state.size} that are here")

    def _persons(self, name: str) -> Digests:
        return Digests.from_bytes(self.store.persons(name))
