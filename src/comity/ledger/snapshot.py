"""Counts in a file, mapped into memory when a ledger opens: a cache, never a record. What is not exactly as written is nothing at all.

The file: a line that names the format; the length of the header, 8 bytes; the header, JSON; high halves, low halves and turns of each
register, and halves of what is pending, all little-endian and each beginning at a multiple of 8; HMAC-SHA256 of all that under a
secret of the house, so that who may write files cannot write counts. The header names the size of the log and the head of its tree:
whoever loads holds both to the log, and goes on from there.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import mmap
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from comity.ledger.counts import Counts
from comity.ledger.definition import Definition
from comity.ledger.digests import Digests
from comity.ledger.register import Pending, Register
from comity.ledger.run import Run

FORMAT: Final = b"comity counts 1\n"
NUMBER: Final = 8
MAC: Final = 32
HALF, TURN = np.dtype("<u8"), np.dtype("<i4")


@dataclass(frozen=True)
class Snapshot:
    """Counts after the first `size` entries of the log whose tree then had this head; `about`: what else its owner keeps there, as JSON."""

    size: int
    head: str
    counts: Counts
    about: Mapping[str, Any]

    def save(self, path: Path, secret: bytes) -> None:
        """Write it whole, in place of what was there; not seen to the disk, for what a power cut tears is not loaded.

        Raises:
            OSError: nothing was replaced.
        """
        arrays: list[NDArray[Any]] = []
        header = json.dumps({"size": self.size, "head": self.head, "about": self.about, **_header(self.counts, arrays)}).encode()
        header += b" " * (-len(header) % NUMBER)
        mac = hmac.new(secret, digestmod=hashlib.sha256)
        new = path.with_name(f"{path.name}.{os.getpid()}")
        try:
            with new.open("xb") as file:
                for piece in (FORMAT, len(header).to_bytes(NUMBER, "little"), header, *_padded(arrays)):
                    mac.update(piece)
                    file.write(piece)
                file.write(mac.digest())
            new.replace(path)
        finally:
            new.unlink(missing_ok=True)

    @classmethod
    def load(cls, path: Path, secret: bytes) -> Snapshot | None:
        """What was saved there under that secret; None if that is not what is there. Its pages are read when they are needed, and never written."""
        try:
            with path.open("rb") as file:
                data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
        except (OSError, ValueError):  # not there; empty
            return None
        view = memoryview(data)
        if bytes(view[: len(FORMAT)]) != FORMAT or not hmac.compare_digest(hmac.digest(secret, view[:-MAC], hashlib.sha256), view[-MAC:]):
            return None
        begin = len(FORMAT) + NUMBER
        length = int.from_bytes(view[len(FORMAT) : begin], "little")
        header = json.loads(bytes(view[begin : begin + length]))
        return cls(header["size"], header["head"], _counts(header, _Pieces(view, begin + length)), header["about"])


def _header(counts: Counts, arrays: list[NDArray[Any]]) -> dict[str, Any]:
    """What says which array is whose; the arrays are put where they are said to be."""
    registers, pending = [], []
    for count, by_key in counts.registers.items():
        for key, one in by_key.items():
            run, days = one.committed()
            arrays += [run.high.astype(HALF, copy=False), run.low.astype(HALF, copy=False), run.turn.astype(TURN, copy=False)]
            registers.append({"count": count, "key": key, "most": one.most, "gone": one.gone, "day": one.day, "days": days, "persons": len(run)})
    where = {id(one): (count, key) for count, by_key in counts.registers.items() for key, one in by_key.items()}
    for name, taken in counts.pending.items():
        parts = []
        for register, held in taken:
            arrays += [held.persons.high.astype(HALF, copy=False), held.persons.low.astype(HALF, copy=False)]
            count, key = where[id(register)]
            parts.append({"count": count, "key": key, "day": held.day, "persons": len(held.persons)})
        pending.append({"id": name, "parts": parts})
    return {"definitions": [one.entry() for one in counts.definitions.values()], "registers": registers, "pending": pending}


def _padded(arrays: list[NDArray[Any]]) -> Iterator[bytes | memoryview]:
    for array in arrays:
        yield array.data.cast("B") if array.size else b""
        yield bytes(-array.nbytes % NUMBER)


@dataclass
class _Pieces:
    """The arrays of a file, one after the other."""

    view: memoryview
    at: int

    def next(self, kind: np.dtype[Any], n: int) -> NDArray[Any]:
        begin, size = self.at, n * kind.itemsize
        self.at += size + -size % NUMBER
        return np.frombuffer(self.view[begin : begin + size], dtype=kind)


def _counts(header: Mapping[str, Any], pieces: _Pieces) -> Counts:
    counts = Counts()
    counts.adopt(Definition.read(one) for one in header["definitions"])
    for one in header["registers"]:
        n = one["persons"]
        run = Run(pieces.next(HALF, n), pieces.next(HALF, n), pieces.next(TURN, n))
        counts.registers[one["count"]][tuple(one["key"])] = Register(one["most"], run, one["days"], one["gone"], one["day"])
    for one in header["pending"]:
        counts.pending[one["id"]] = taken = []
        for part in one["parts"]:
            register, n = counts.registers[part["count"]][tuple(part["key"])], part["persons"]
            persons = Digests(np.stack([pieces.next(HALF, n), pieces.next(HALF, n)]).T)
            taken.append((register, register.take(Pending(0, part["day"], persons, np.zeros(0, dtype=np.int32)))))
    return counts
