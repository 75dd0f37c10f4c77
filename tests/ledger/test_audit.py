"""A log read again: any one bit of it that changed is noticed. Here a sample of the bits; `bench/flips.py` takes every one."""

import random

import pytest
from growing import ORIGIN, SIGNER, Log

from comity.ledger.audit import audit
from comity.ledger.checkpoint import Checkpoint
from comity.ledger.note import Note, NoteError
from comity.ledger.tiles import TileError, bundle

SIZE = 300


def parts(log):
    """All that is stored of a log, by name."""
    held = {("tile", level, index): raw for (level, index), raw in log.tiles.items()}
    held |= {("entries", index): log.bundle(index) for index in range(-(-len(log.entries) // 256))}
    return held | {("checkpoint",): str(log.signed()).encode()}


def whole(held):
    """Whether what is stored is a log that its key signed."""
    try:
        checkpoint = Checkpoint.opened(Note.parse(held["checkpoint",]), [SIGNER.key])
        assert checkpoint.origin == ORIGIN
        audit(checkpoint, lambda level, index: held["tile", level, index], lambda index: held["entries", index])
    except (TileError, NoteError):
        return False
    return True


def test_a_log_that_nobody_touched_is_whole():
    for size in (0, 1, 255, 256, 257, SIZE):
        assert whole(parts(Log(size)))


def test_every_bit_counts():
    held, chance = parts(Log(SIZE)), random.Random(0)
    assert {name[0] for name in held} == {"tile", "entries", "checkpoint"}
    for name, raw in held.items():
        for bit in chance.sample(range(len(raw) * 8), 120):
            flipped = bytearray(raw)
            flipped[bit // 8] ^= 1 << bit % 8
            assert not whole(held | {name: bytes(flipped)}), f"bit {bit} of {name} changed, and nobody saw it"


@pytest.mark.parametrize("name", ["an entry changed", "an entry gone", "two exchanged", "one moved to the next"])
def test_entries_are_what_was_signed(name):
    log = Log(SIZE)
    held = parts(log)
    entries = list(log.entries)
    match name:
        case "an entry changed":
            entries[7] = b"another"
        case "an entry gone":
            del entries[7]
        case "two exchanged":
            entries[7], entries[8] = entries[8], entries[7]
        case _:  # the bytes of the bundle are the same but for two lengths
            entries[7], entries[8] = entries[7] + entries[8][:1], entries[8][1:]
    held["entries", 0], held["entries", 1] = bundle(entries[:256]), bundle(entries[256:])
    assert not whole(held)


def test_a_log_made_again_around_a_changed_entry_is_not_what_was_signed():
    held, other = parts(Log(SIZE)), parts(Log(SIZE, said="another"))
    assert whole(other)
    assert not whole(other | {("checkpoint",): held["checkpoint",]})
