"""Sets of persons as a ledger keeps them: sorted distinct digests of 128 bits, made under a key that stays home.

A digest is two unsigned numbers of 64 bits, high and low. Sets are searched by the high half; where halves agree, which chance allows
once in 2⁶⁴ pairs, the low half decides, so every answer is exact.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from operator import lt
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from comity.ledger.hold import HoldError

Halves = NDArray[np.uint64]
Places = NDArray[np.int64]
Mask = NDArray[np.bool_]
SIZE: Final = 16
"""Bytes of a digest."""
FEW: Final = 256
"""Up to so many, Python's own lists are quicker than arrays."""
AT_ONCE: Final = 2**16
"""Digests written as bytes together."""
UNSORTED: Final = "digests are not in strictly ascending order"


class DigestsError(HoldError, ValueError):
    """Bytes that are no set of digests."""


class Digests:
    """A set of persons (or devices). A small one that came as bytes stays so: nothing searches in it."""

    def __init__(self, halves: Halves) -> None:
        """From an array of shape (n, 2), high and low halves, in strictly ascending order: everything that searches rests on it."""
        if halves.dtype != np.uint64 or halves.ndim != 2 or halves.shape[1] != 2:
            msg = f"digests are two columns of 64 bits, not {halves.dtype} of shape {halves.shape}"
            raise DigestsError(msg)
        self.halves = np.asfortranarray(halves)  # each half one after the other: what is searched lies together
        if not _ascending(self.high, self.low):
            raise DigestsError(UNSORTED)

    @classmethod
    def of(cls, halves: Halves) -> Digests:
        """The set of some digests in any order, repeated or not."""
        high, low = halves[:, 0], halves[:, 1]
        order = np.argsort(high)
        if (high[order[1:]] == high[order[:-1]]).any():  # repeated, or halves that agree
            order = np.lexsort((low, high))
            same = (high[order[1:]] == high[order[:-1]]) & (low[order[1:]] == low[order[:-1]])
            order = order[np.concatenate([np.ones(min(1, len(order)), dtype=bool), ~same])]
        return cls(np.stack([high[order], low[order]]).T)

    @classmethod
    def union(cls, sets: Sequence[Digests]) -> Digests:
        """Whoever is in any of some sets. Of one it is that set itself, with what is known of it."""
        some = [one for one in sets if len(one)]
        match some:
            case []:
                return cls.joined([])
            case [one]:
                return one
            case _:
                return cls.of(np.concatenate([one.halves for one in some]))

    @classmethod
    def joined(cls, pieces: Iterable[bytes]) -> Digests:
        """The set of digests in any order, repeated or not, one or several in each piece, 16 big-endian bytes each."""
        return cls.of(_halves(b"".join(pieces)))

    @classmethod
    def from_bytes(cls, data: bytes) -> Digests:
        """The set that has these `data`.

        Raises:
            DigestsError: the bytes are not whole digests in strictly ascending order.
        """
        if len(data) > FEW * SIZE or len(data) % SIZE:
            return cls(_halves(data))
        made = cls.__new__(cls)
        made._few = data  # noqa: SLF001 -- one of this class
        if not all(map(lt, made.words, made.words[1:])):
            raise DigestsError(UNSORTED)
        return made

    @cached_property
    def halves(self) -> Halves:
        """An array of shape (n, 2), high and low halves."""
        return _halves(self._few)

    @property
    def data(self) -> bytes:
        """The digests one after the other, 16 big-endian bytes each: the same set gives the same bytes on every machine.

        Made anew where they are many: kept, they would be as much again as the set, for as long as it lives.
        """
        return self._few if len(self) <= FEW else b"".join(self._pieces())

    @cached_property
    def name(self) -> str:
        """SHA-256 of the set's bytes, 64 hexadecimal digits: what an entry says of whom it counts."""
        whole = hashlib.sha256()
        for piece in [self._few] if len(self) <= FEW else self._pieces():
            whole.update(piece)
        return whole.hexdigest()

    @property
    def high(self) -> Halves:
        """The high halves, one after the other."""
        return self.halves[:, 0]

    @property
    def low(self) -> Halves:
        """The low halves, one after the other."""
        return self.halves[:, 1]

    @cached_property
    def words(self) -> list[bytes]:
        """Each digest as bytes that a dictionary may have for a key: `halves_of` reads them again."""
        data = self.data
        return [data[i : i + SIZE] for i in range(0, len(data), SIZE)]

    @cached_property
    def _few(self) -> bytes:
        return b"".join(self._pieces())

    def _pieces(self) -> Iterator[bytes]:
        for start in range(0, len(self.halves), AT_ONCE):
            yield self.halves[start : start + AT_ONCE].astype(">u8", order="C").tobytes()

    def __len__(self) -> int:
        return len(self._few) // SIZE if "_few" in self.__dict__ else len(self.halves)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Digests) and self.data == other.data

    def __hash__(self) -> int:
        return hash(self.name)

    def only(self, some: Mask | Places) -> Digests:
        """Some of them, by which they are, in order."""
        return Digests(self.halves[some])

    def within(self, other: Digests) -> Mask:
        """Of each digest here, in order: is it in the other set?"""
        return found(other.high, other.low, self.high, self.low)[1]

    def __or__(self, other: Digests) -> Digests:
        more = other.halves[~other.within(self)]
        return Digests(woven(self.halves, more, found(self.high, self.low, more[:, 0], more[:, 1])[0]))


def _halves(data: bytes) -> Halves:
    if len(data) % SIZE:
        msg = f"{len(data)} bytes are no whole digests of {SIZE}"
        raise DigestsError(msg)
    return np.frombuffer(data, dtype=">u8").reshape(-1, 2).astype(np.uint64, order="F")


def halves_of(words: Iterable[bytes]) -> Halves:
    """The halves of digests given as `words`, in the same order."""
    return _halves(b"".join(words))


def _ascending(high: Halves, low: Halves) -> bool:
    """Are the digests in strictly ascending order?"""
    up = high[1:] > high[:-1]
    return bool(up.all()) or bool((up | ((high[1:] == high[:-1]) & (low[1:] > low[:-1]))).all())


def found(high: Halves, low: Halves, of_high: Halves, of_low: Halves) -> tuple[Places, Mask]:
    """In a sorted set: where each digest asked for is, or would be put in before; and whether it is there."""
    if not len(high):
        return np.zeros(len(of_high), dtype=np.int64), np.zeros(len(of_high), dtype=bool)
    at = high.searchsorted(of_high)
    same = high.take(at, mode="clip") == of_high
    if not (n := np.count_nonzero(same)):
        return at, same
    there = same & (low.take(at, mode="clip") == of_low)
    if n != np.count_nonzero(there):
        for i in np.flatnonzero(same & ~there).tolist():  # halves that agree: the low half finds its place among them
            last = int(high.searchsorted(of_high[i], side="right"))
            at[i] += int(low[at[i] : last].searchsorted(of_low[i]))
            there[i] = at[i] < last and low[at[i]] == of_low[i]
    return at, there


Rows = TypeVar("Rows", bound=NDArray[np.generic])


def woven(old: Rows, new: Rows, at: Places) -> Rows:
    """Rows in order with new ones put in, each before the old one that `at` names; `at` ascends."""
    whole = np.empty((len(old) + len(new), *old.shape[1:]), dtype=old.dtype)
    stays = np.ones(len(whole), dtype=bool)
    stays[own := at + np.arange(len(at))] = False
    whole[own] = new
    whole[stays] = old
    return whole  # type: ignore[return-value]  # of the same kind as `old`
