"""A whole log read again from its entries: every stored hash and the signed root must follow from them."""

from __future__ import annotations

from collections.abc import Callable

from comity.ledger import merkle
from comity.ledger.checkpoint import Checkpoint
from comity.ledger.tiles import WIDTH, ReadTile, TileError, Tree, path, unbundle

ReadBundle = Callable[[int], bytes]
"""The bytes of the bundle of entries of this index, full or not."""


def audit(checkpoint: Checkpoint, read_tile: ReadTile, read_bundle: ReadBundle) -> None:
    """Raises TileError at the first bundle or tile that does not hold what this checkpoint vouches for. The checkpoint must be believed already."""
    tree = Tree(0, read_tile)
    while tree.size < checkpoint.size:
        index, width = tree.size // WIDTH, min(WIDTH, checkpoint.size - tree.size)
        tree, tiles = tree.append([merkle.leaf(entry) for entry in unbundle(read_bundle(index), width)])
        for (level, number), due in tiles.items():
            if not read_tile(level, number).startswith(due):
                raise TileError(f"{path(level, number)} is not what the entries make of it")
    if tree.head() != checkpoint.root:
        raise TileError(f"the entries are not those of the checkpoint of {checkpoint.size}")
