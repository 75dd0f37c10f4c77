"""Where a ledger keeps its bytes. A store knows order and durability; what the bytes mean is known above it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Protocol

from comity.ledger.tiles import Tiles

RUNS: Final = 1_000
"""Runs of which it is heard what they say."""
WORDS: Final = 4_096
"""Characters that are heard of each."""


class Store(Protocol):
    """One connection to the bytes of a ledger: for its writer, or for readers, who see what is committed.

    Every method raises StoreError, or what it is a case of, when the store fails; after that the connection writes nothing more.
    """

    def begin(self) -> int:
        """Keeps every other writer out until `commit` or `rollback`; how many entries there are. Raises LockedError if that takes too long."""

    def add(self, first: int, entries: Sequence[tuple[bytes, str | None]], sets: Mapping[str, bytes]) -> None:
        """Entries from this index on, each with the name under which it stands alone; and sets of persons by name, kept once."""

    def seal(self, tiles: Tiles, size: int, checkpoint: str) -> None:
        """Tiles that are new or longer, and the signed checkpoint at this size."""

    def derive(self, first: int, names: Sequence[str | None], tiles: Tiles) -> None:
        """Writes anew what follows from entries: the names of those from this index on, and tiles."""

    def commit(self) -> None:
        """Returns when everything since `begin` would survive a loss of power, and is seen by every reader."""

    def rollback(self) -> None:
        """Forgets everything since `begin`."""

    def size(self) -> int:
        """How many entries there are."""

    def entries(self, first: int, end: int) -> Iterator[bytes]:
        """The bytes of entries from an index up to another, in order. Raises CorruptError when one is not there."""

    def entry(self, index: int) -> bytes:
        """The bytes of one entry. Raises CorruptError when it is not there."""

    def named(self, names: Sequence[str]) -> dict[str, int]:
        """The indices of the entries of these names, of those there are."""

    def names(self, first: int, end: int) -> dict[str, int]:
        """The names that stand beside the entries from an index up to another, and the indices; nobody signed them."""

    def persons(self, names: Sequence[str]) -> dict[str, bytes]:
        """The bytes of sets of persons. Raises CorruptError when one is not there."""

    def tile(self, level: int, index: int) -> bytes:
        """The bytes of a tile, as long as it is by now. Raises CorruptError when it is not there."""

    def checkpoint(self, size: int | None = None) -> str | None:
        """The signed checkpoint at a size; the newest one by default; None before there is one."""

    def vouch(self, size: int, note: str) -> None:
        """Keeps the checkpoint at this size as witnesses signed it, outside of any transaction; durably."""

    def vouched(self) -> str | None:
        """The newest checkpoint that witnesses signed, with their signatures; None before there is one."""

    def keep(self, snapshot: Iterable[bytes | memoryview]) -> None:
        """Puts a snapshot in place of the one before, outside of any transaction. It may be lost: whoever opens a ledger does without."""

    def kept(self) -> bytearray | None:
        """The bytes of the last snapshot, if there is one. Nothing says that they are what was written."""

    def say(self, run: str, words: str) -> None:
        """Puts what a run says of itself in place of what it said before, outside of any transaction. It may be lost: nothing hangs on it."""

    def said(self) -> list[str]:
        """What runs say, in no order. Nothing says that it is what was written."""

    def unsay(self, run: str) -> None:
        """Takes away what a run said, and what runs said that were not heard of for a day."""

    def close(self) -> None:
        """Lets go of the store. What was not committed is forgotten."""
