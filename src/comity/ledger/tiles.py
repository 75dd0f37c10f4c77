"""A log's tree as tiles of 256 hashes, and its entries in bundles of 256, named as in C2SP tlog-tiles.

A tile that is not full yet is kept under the name of the full one: its bytes only ever grow, and a reader takes as many hashes as its tree has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from comity.ledger import merkle
from comity.ledger.merkle import HASH_BYTES, MAX_SIZE

HEIGHT: Final = 8
WIDTH: Final = 1 << HEIGHT
"""Hashes of a full tile, entries of a full bundle."""
TILE_BYTES: Final = WIDTH * HASH_BYTES
MAX_ENTRY: Final = 2**16 - 1
"""Bytes: a bundle writes an entry's length in two."""

Tiles = dict[tuple[int, int], bytes]
"""The bytes of tiles by level and index."""
ReadTile = Callable[[int, int], bytes]
"""The bytes of the tile of this level and index, partial or not; whatever it raises goes through."""


class TileError(ValueError):
    """A tile, a bundle or its name is not what the log says it must be."""


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree of so many leaves, with the right edge that is needed to go on, over tiles that somebody else keeps.

    A value: `append` returns the longer tree, and a transaction that fails just forgets it.
    """

    size: int
    read: ReadTile
    _peaks: tuple[bytes | None, ...] = ()
    _edge: tuple[bytes, ...] = ()

    @classmethod
    def at(cls, size: int, read: ReadTile) -> Tree:
        """The tree of the first `size` leaves, from its tiles. Its head says nothing until it is compared with a signed one. Raises TileError."""
        if not 0 <= size <= MAX_SIZE:
            raise TileError(f"no log has {size} entries")
        peaks: list[bytes | None] = [None] * size.bit_length()
        for height, number in merkle.ridge(0, size):
            peaks[height] = node(read, height, number)
        edge: list[bytes] = []
        while (count := size >> HEIGHT * len(edge)) > 0:
            index, width = divmod(count, WIDTH)
            edge.append(_hashes(read, len(edge), index, width) if width else b"")
        return cls(size, read, tuple(peaks), tuple(edge))

    def append(self, hashes: Sequence[bytes]) -> tuple[Tree, Tiles]:
        """The tree with these leaf hashes after its own, and every tile that is new or longer: to be stored before the head is signed."""
        if any(len(one) != HASH_BYTES for one in hashes):
            raise TileError(f"a leaf hash that is not {HASH_BYTES} bytes long")
        if self.size + len(hashes) > MAX_SIZE:
            raise TileError(f"a log ends at {MAX_SIZE} entries")
        tiles: Tiles = {}
        peaks, edge = list(self._peaks), list(self._edge)
        nodes, height = list(hashes), 0
        while nodes:
            level, within = divmod(height, HEIGHT)
            if not within:
                if level == len(edge):
                    edge.append(b"")
                edge[level] = _extend(tiles, level, self.size >> height >> HEIGHT, edge[level] + b"".join(nodes))
            if height == len(peaks):
                peaks.append(None)
            if (peak := peaks[height]) is not None:
                nodes.insert(0, peak)
            peaks[height] = nodes.pop() if len(nodes) % 2 else None
            pairs = iter(nodes)
            nodes = [merkle.join(left, right) for left, right in zip(pairs, pairs, strict=True)]
            height += 1
        return Tree(self.size + len(hashes), self.read, tuple(peaks), tuple(edge)), tiles

    def head(self, size: int | None = None) -> bytes:
        """The root of the first `size` leaves, of all by default. Raises ProofError, TileError."""
        if size is None or size == self.size:
            return merkle.root([peak for peak in reversed(self._peaks) if peak is not None])
        self._within(size)
        return merkle.head(size, self._node)

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """The path of a leaf in the tree of the first `size`, of all by default. Raises ProofError, TileError."""
        size = self.size if size is None else size
        self._within(size)
        return merkle.inclusion(index, size, self._node)

    def consistency(self, old: int, size: int | None = None) -> list[bytes]:
        """The path from the tree of the first `old` leaves to that of the first `size`, all by default. Raises ProofError, TileError."""
        size = self.size if size is None else size
        self._within(size)
        return merkle.consistency(old, size, self._node)

    def _within(self, size: int) -> None:
        if not 0 <= size <= self.size:
            raise merkle.ProofError(f"the log has {self.size} entries, not {size}")

    def _node(self, height: int, number: int) -> bytes:
        return node(self.read, height, number)


def node(read: ReadTile, height: int, number: int) -> bytes:
    """The root of a full subtree of 2**height leaves, from the one tile that holds it. Raises TileError."""
    level, within = divmod(height, HEIGHT)
    index, first = divmod(number << within, WIDTH)
    end = first + (1 << within)
    held = _hashes(read, level, index, end)
    nodes = [held[at : at + HASH_BYTES] for at in range(first * HASH_BYTES, end * HASH_BYTES, HASH_BYTES)]
    while len(nodes) > 1:
        pairs = iter(nodes)
        nodes = [merkle.join(left, right) for left, right in zip(pairs, pairs, strict=True)]
    return nodes[0]


def widths(size: int) -> Iterable[tuple[int, int, int]]:
    """Level, index and number of hashes of every tile that a tree of this size has."""
    level = 0
    while (count := size >> HEIGHT * level) > 0:
        full, rest = divmod(count, WIDTH)
        yield from ((level, index, WIDTH) for index in range(full))
        if rest:
            yield level, full, rest
        level += 1


def path(level: int | None, index: int, width: int = WIDTH) -> str:
    """Where a tile, or a bundle of entries (level None), is served below a log's prefix. Raises TileError."""
    if not (level is None or 0 <= level < 64) or not 0 <= index <= MAX_SIZE or not 1 <= width <= WIDTH:
        raise TileError(f"no tile has level {level}, index {index} and width {width}")
    digits = f"{index:03}"
    digits = digits.zfill(-len(digits) // 3 * -3)
    parts = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    named = "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
    return f"tile/{'entries' if level is None else level}/{named}" + (f".p/{width}" if width < WIDTH else "")


def bundle(entries: Iterable[bytes]) -> bytes:
    """Entries one after another, each after its length in two bytes, high byte first. Raises TileError."""
    out = []
    for entry in entries:
        if len(entry) > MAX_ENTRY:
            raise TileError(f"an entry of {len(entry)} bytes, more than {MAX_ENTRY}")
        out += [len(entry).to_bytes(2, "big"), entry]
    return b"".join(out)


def unbundle(held: bytes, width: int) -> list[bytes]:
    """The first `width` entries of a bundle, which holds at least as many and no torn one. Raises TileError."""
    entries: list[bytes] = []
    at = 0
    while at < len(held):
        end = at + 2 + int.from_bytes(held[at : at + 2], "big")
        if at + 2 > len(held) or end > len(held):
            raise TileError(f"a bundle breaks off within its entry {len(entries)}")
        entries.append(held[at + 2 : end])
        at = end
    if not width <= len(entries) <= WIDTH:
        raise TileError(f"a bundle of {len(entries)} entries, where {width} are due")
    return entries[:width]


def _extend(tiles: Tiles, level: int, index: int, held: bytes) -> bytes:
    """Cut hashes into tiles from this index on; what is left is the new edge."""
    for at in range(0, len(held), TILE_BYTES):
        tiles[level, index + at // TILE_BYTES] = held[at : at + TILE_BYTES]
    return held[len(held) - len(held) % TILE_BYTES :]


def _hashes(read: ReadTile, level: int, index: int, width: int) -> bytes:
    held = read(level, index)
    if not width * HASH_BYTES <= len(held) <= TILE_BYTES or len(held) % HASH_BYTES:
        raise TileError(f"{path(level, index)} has {len(held)} bytes, where {width} hashes of {HASH_BYTES} are due")
    return held[: width * HASH_BYTES]
