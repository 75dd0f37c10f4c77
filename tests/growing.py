"""A small log in memory, with what a store keeps of it: bundles of entries and tiles."""

from comity.ledger import merkle, tiles
from comity.ledger.checkpoint import Checkpoint
from comity.ledger.cosignature import Cosigner
from comity.ledger.note import Signer
from comity.ledger.proof import Proof

ORIGIN = "log.example/ledger"
SIGNER = Signer(ORIGIN, b"L" * 32)
WITNESSES = [Cosigner(f"witness.example/{n}", bytes([n]) * 32) for n in range(4)]


class Log:
    """Entries and tiles of a log of so many entries; the entries say how they were made."""

    def __init__(self, size=0, said="entry"):
        self.entries, self.tiles = [], {}
        self.tree = tiles.Tree(0, self.read)
        self.grow(size, said)

    def read(self, level, index):
        return self.tiles[level, index]

    def bundle(self, index):
        return tiles.bundle(self.entries[index * tiles.WIDTH : (index + 1) * tiles.WIDTH])

    def grow(self, count, said="entry"):
        fresh = [f"{said} {len(self.entries) + n}".encode() for n in range(count)]
        self.entries += fresh
        self.tree, new = self.tree.append([merkle.leaf(entry) for entry in fresh])
        self.tiles.update(new)
        return self

    def checkpoint(self, size=None):
        size = self.tree.size if size is None else size
        return Checkpoint(ORIGIN, size, self.tree.head(size))

    def signed(self, size=None, witnesses=(), at=1_790_000_000):
        note = self.checkpoint(size).signed(SIGNER)
        return note.with_signatures(*(witness.cosign(note.text, at) for witness in witnesses))

    def prove(self, index, size=None, **kept):
        return Proof(index, tuple(self.tree.inclusion(index, size)), self.signed(size, **kept), self.entries[index])
