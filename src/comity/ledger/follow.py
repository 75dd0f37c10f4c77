"""What a store's entries amount to: the state and the tree, read on from where one was, and believed only under the log's own signature."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from comity.ledger import entry as entries
from comity.ledger.checkpoint import Checkpoint
from comity.ledger.digests import Digests
from comity.ledger.entry import Entry
from comity.ledger.hold import CorruptError, EntryError
from comity.ledger.merkle import leaf
from comity.ledger.note import Key, Note, NoteError
from comity.ledger.snapshot import Snapshot
from comity.ledger.state import State
from comity.ledger.store import Store
from comity.ledger.tiles import TileError, Tiles, Tree

PIECE: Final = 16_384
"""Entries read before their hashes join the tree."""
PERSONS: Final = 2**20
"""In the sets read at once; there is one at least, however large."""
SPAN: Final = 1_024
"""Reservations whose sets are read at once: while a server hears nothing, it cannot tell a gate that reads from one that hangs."""


class Follower:
    """A state and a tree over a store, as far as it was followed. After a CorruptError neither is of use."""

    def __init__(self, store: Store, snapshot: Snapshot | None = None) -> None:
        """From nothing, or from a snapshot: that nobody believes before the log's signed checkpoint follows from it. Raises CorruptError."""
        self.store = store
        self.state, self.tree = State(), Tree(0, store.tile)
        self.note: str | None = None if snapshot is None else ""
        """The checkpoint that was believed last."""
        if snapshot is not None:
            self.state = snapshot.state
            try:
                self.tree = Tree.at(self.state.size, store.tile)
            except TileError as fault:
                raise CorruptError(f"the tree: {fault}") from fault
            if self.tree.head() != snapshot.head:
                raise CorruptError("the snapshot is of another log")

    def follow(self, size: int) -> None:
        """Goes on to this size. Raises CorruptError unless the newest checkpoint is of that size, by the log's key, over just these entries."""
        if size < self.state.size:
            raise CorruptError(f"the log had {self.state.size} entries and has {size} now")
        note = self.store.checkpoint()
        if size > self.state.size or note != self.note:  # of the same size, it may be of a log that was forked
            for _ in self.pieces(size):
                pass
            self.believe(note)
            self.note = note

    def pieces(self, size: int) -> Iterator[tuple[list[bytes], list[Entry], Tiles]]:
        """Goes on to this size piece by piece: the bytes of the entries, the entries, and the tiles that they make. Nothing is believed yet."""
        for first in range(self.state.size, size, PIECE):
            read = list(self.store.entries(first, min(first + PIECE, size)))
            made = [_entry(index, raw) for index, raw in enumerate(read, first)]
            for span, names in _spans(made):
                sets = self.store.persons(names)
                for entry in span:
                    self.state.apply(entry, lambda name, sets=sets: Digests.from_bytes(sets[name]))  # type: ignore[misc]  # what it is by default
            self.tree, tiles = self.tree.append([leaf(raw) for raw in read])
            yield read, made, tiles

    def believe(self, note: str | None) -> None:
        """Raises CorruptError unless a key of the log signed this, for the entries that were followed."""
        try:
            told = Checkpoint.opened(Note.parse(note or ""), map(Key.parse, self.state.signers))
        except NoteError as fault:
            raise CorruptError(f"the checkpoint: {fault}") from fault
        if (told.size, told.root) != (self.state.size, self.tree.head()):
            raise CorruptError(f"the checkpoint of {told.size} entries does not fit the {self.state.size} that are here")


def _spans(made: list[Entry]) -> Iterator[tuple[list[Entry], list[str]]]:
    """The entries, in stretches, with the names of the sets of persons that are read at once."""
    span, names, persons = list[Entry](), list[str](), 0
    for entry in made:
        span.append(entry)
        if entry["kind"] == "reserve":
            try:
                for one in entry["asked"]:
                    names.append(str(one["persons"]["set"]))
                    persons += int(one["persons"]["number"])
            except (KeyError, TypeError, ValueError) as fault:
                raise CorruptError(f"a reservation that does not say of whom: {entry}") from fault
        if persons > PERSONS or len(names) >= SPAN:
            yield span, names
            span, names, persons = [], [], 0
    yield span, names


def _entry(index: int, raw: bytes) -> Entry:
    try:
        return entries.read(raw)
    except EntryError as fault:
        raise CorruptError(f"entry {index}: {fault}") from fault
