"""What a ledger knew after so many entries, in bytes: a cache, never a record. What is not exactly as this ledger wrote it is nothing at all.

The bytes: a line that names the format; the length of the header, 8 bytes; the header, JSON; high halves, low halves and turns of each
register, and halves of what is pending, all little-endian and each beginning at a multiple of 8; HMAC-SHA256 of all that under a secret
that only the log's signer has, so that who may write files cannot write counts. The header names the size of the log and the head of its
tree: whoever opens a ledger holds both to the log, and goes on from there.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from comity.ledger import budget
from comity.ledger import state as states
from comity.ledger.counts import Counts
from comity.ledger.definition import Definition
from comity.ledger.digests import Digests
from comity.ledger.register import Pending, Register
from comity.ledger.run import Run
from comity.ledger.state import State

FORMAT: Final = b"comity state 04\n"
"""16 bytes, so that numbers lie where a processor wants them. Counted up by whoever changes what follows, or what an entry does to the state:
what was folded by another rule is not read."""
NUMBER: Final = 8
MAC: Final = 32
HALF, TURN = np.dtype("<u8"), np.dtype("<i4")

Piece = bytes | memoryview


@dataclass(frozen=True)
class Snapshot:
    """A state, and the head of the log's tree at its size."""

    state: State
    head: bytes

    def pieces(self, secret: bytes) -> Iterator[Piece]:
        """Its bytes, piece by piece. The state must stay as it is meanwhile."""
        arrays: list[NDArray[Any]] = []
        header = json.dumps(_header(self, arrays), sort_keys=True).encode()
        header += b" " * (-len(header) % NUMBER)
        mac = hmac.new(secret, digestmod=hashlib.sha256)
        for piece in (FORMAT, len(header).to_bytes(NUMBER, "little"), header, *_padded(arrays)):
            mac.update(piece)
            yield piece
        yield mac.digest()

    @classmethod
    def read(cls, held: bytearray, secret: bytes) -> Snapshot | None:
        """What was written there under that secret; None if that is not what is there. The bytes become its own."""
        view = memoryview(held)
        if not held.startswith(FORMAT) or not hmac.compare_digest(hmac.digest(secret, view[:-MAC], "sha256"), view[-MAC:]):
            return None
        begin = len(FORMAT) + NUMBER
        length = int.from_bytes(view[len(FORMAT) : begin], "little")
        header = json.loads(bytes(view[begin : begin + length]))
        counts = _counts(header, _Pieces(view, begin + length))
        pending = {name: states.Pending(until, under) for name, (until, under) in header["held"].items()}
        spent = {name: Decimal(amount) for name, amount in header["spent"].items()}
        folded = (header[name] for name in ("signers", "since", "signed"))
        state = State(header["size"], header["at"], counts, header["rulebooks"], header["adopted"], pending, spent, *folded)
        return cls(state, bytes.fromhex(header["head"]))


def _header(snapshot: Snapshot, arrays: list[NDArray[Any]]) -> dict[str, Any]:
    """What says which array is whose; the arrays are put where they are said to be."""
    state, counts = snapshot.state, snapshot.state.counts
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
    return {
        "size": state.size, "head": snapshot.head.hex(), "at": state.at, "rulebooks": dict(state.rulebooks), "adopted": state.adopted,
        "since": dict(state.since), "signed": dict(state.signed), "spent": {name: budget.written(amount) for name, amount in state.spent.items()},
        "signers": state.signers, "held": {name: [one.until, dict(one.under)] for name, one in state.pending.items()},
        "definitions": [one.entry() for one in counts.definitions.values()], "registers": registers, "pending": pending,
    }  # fmt: skip


def _padded(arrays: list[NDArray[Any]]) -> Iterator[Piece]:
    for array in arrays:
        yield array.data.cast("B") if array.size else b""
        yield bytes(-array.nbytes % NUMBER)


@dataclass
class _Pieces:
    """The arrays, one after the other."""

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
