"""A log as the static files of C2SP tlog-tiles, which any web server can serve and any reader of the format can audit, and such files read again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from comity.ledger.audit import ReadBundle
from comity.ledger.checkpoint import Checkpoint
from comity.ledger.hold import CorruptError
from comity.ledger.merkle import HASH_BYTES, ProofError
from comity.ledger.note import Note, NoteError
from comity.ledger.reader import Reader
from comity.ledger.tiles import WIDTH, ReadTile, TileError, Tree, bundle, path, unbundle, widths

CHECKPOINT = "checkpoint"


def published(note: Note, read_tile: ReadTile, read_bundle: ReadBundle) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every file of the log at this checkpoint. The checkpoint comes last: it must not be served before what it vouches for.

    Raises NoteError, TileError.
    """
    for level, index, width in widths(Checkpoint.parse(note.text).size):
        held = read_tile(level, index)
        if len(held) < width * HASH_BYTES:
            raise TileError(f"{path(level, index)} has {len(held)} bytes, where {width} hashes are due")
        yield path(level, index, width), held[: width * HASH_BYTES]
        if level == 0:
            yield path(None, index, width), bundle(unbundle(read_bundle(index), width))
    yield CHECKPOINT, str(note).encode()


@dataclass(frozen=True, slots=True)
class Folder:
    """Such files in a folder, at the checkpoint that lies among them. What is missing raises OSError."""

    at: Path

    def write(self, reader: Reader) -> Checkpoint:
        """Adds what a log has that is not here yet; the checkpoint at which it is published then. Whoever reads meanwhile finds the one before.

        Raises:
            CorruptError: the log is not one that continues what is here, or not what was signed.
        """
        store = reader.store
        try:
            note = Note.parse(reader.checkpoint())
            made = Checkpoint.parse(note.text)
            tree = Tree.at(made.size, store.tile)
            if (self.at / CHECKPOINT).exists():
                before = Checkpoint.parse(self.checkpoint().text)
                if before.origin != made.origin or before.size > made.size or before.root != tree.head(before.size):
                    raise CorruptError("another log, or a longer one, is published here")
            if tree.head() != made.root:
                raise CorruptError("the tree is not what was signed")
            for name, held in published(note, store.tile, lambda i: bundle(store.entries(i * WIDTH, min(made.size, (i + 1) * WIDTH)))):
                if name == CHECKPOINT or not (self.at / name).exists():  # what is there never changes, but for the checkpoint
                    (self.at / name).parent.mkdir(parents=True, exist_ok=True)
                    new = (self.at / name).with_suffix(".new")
                    new.write_bytes(held)
                    new.replace(self.at / name)
        except (NoteError, ProofError, TileError) as fault:
            raise CorruptError(str(fault)) from fault
        return made

    def checkpoint(self) -> Note:
        """The signed checkpoint, not yet believed. Raises NoteError."""
        return Note.parse((self.at / CHECKPOINT).read_bytes())

    def tile(self, size: int, level: int, index: int) -> bytes:
        """A tile of a tree of this size: the partial one that is due, or the full one that has replaced it."""
        return self._read(level, index, (size >> 8 * level) - index * WIDTH)

    def bundle(self, size: int, index: int) -> bytes:
        """A bundle of entries of a log of this size, likewise."""
        return self._read(None, index, size - index * WIDTH)

    def _read(self, level: int | None, index: int, left: int) -> bytes:
        partial = self.at / path(level, index, min(max(left, 1), WIDTH))
        return (partial if partial.exists() else self.at / path(level, index)).read_bytes()
