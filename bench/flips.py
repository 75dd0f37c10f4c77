"""Every single bit of everything that is stored of a log of 300 entries, changed one at a time: is each noticed?

Entries in their bundles, every hash tile, the signed and cosigned checkpoint. The peer is a bare comparison of bytes that knows the answer: it shows
what the loop itself costs. The last line is JSON: {"bench", "figures", "goal", "met"}.
"""

import json
import sys
import time
from collections import Counter

from comity.ledger import merkle, tiles
from comity.ledger.audit import audit
from comity.ledger.checkpoint import Checkpoint
from comity.ledger.cosignature import Cosigner
from comity.ledger.note import Note, NoteError, Signer
from comity.ledger.policy import Group, Policy
from comity.ledger.tiles import TileError

SIZE = 300
ORIGIN = "log.example/ledger"
GOAL = {"noticed": 1.0}


def stored():
    """What is stored, by name, and the policy of its reader."""
    signer, witness = Signer(ORIGIN, b"L" * 32), Cosigner("witness.example", b"W" * 32)
    entries, kept = [f"entry {n}, of about as many bytes as a small decision has".encode() for n in range(SIZE)], {}
    tree, kept = tiles.Tree(0, lambda level, index: kept[level, index]).append([merkle.leaf(entry) for entry in entries])
    note = Checkpoint(ORIGIN, SIZE, tree.head()).signed(signer)
    held = {("tile", *name): raw for name, raw in kept.items()}
    held |= {("entries", index): tiles.bundle(entries[index * 256 : (index + 1) * 256]) for index in range(2)}
    held["checkpoint",] = str(note.with_signatures(witness.cosign(note.text, 1_790_000_000))).encode()
    return held, Policy((signer.key,), Group(1, (witness.key,)))


def whole(held, policy):
    """Whether what is stored is a log that its reader believes."""
    try:
        checkpoint = policy.accept(Note.parse(held["checkpoint",])).checkpoint
        audit(checkpoint, lambda level, index: held["tile", level, index], lambda index: held["entries", index])
    except (TileError, NoteError):
        return False
    return True


def main():
    held, policy = stored()
    assert whole(held, policy)
    every = sum(len(raw) * 8 for raw in held.values())
    tried, noticed, bare, taken = Counter(), Counter(), 0, Counter()
    for name, raw in held.items():
        flipped = bytearray(raw)
        for bit in range(len(raw) * 8):
            flipped[bit // 8] ^= 1 << bit % 8
            changed = held | {name: bytes(flipped)}
            start = time.perf_counter()
            noticed[name[0]] += not whole(changed, policy)
            middle = time.perf_counter()
            bare += changed != held
            taken["ours"] += middle - start
            taken["bare comparison"] += time.perf_counter() - middle
            tried[name[0]] += 1
            flipped[bit // 8] ^= 1 << bit % 8
    for name, many in tried.items():
        print(f"{name:12}{many:9} bits, {noticed[name]:9} noticed")
    for name, seconds in taken.items():
        print(f"{name:16}{seconds:8.1f} s, {seconds / every * 1e6:8.1f} us a bit")
    assert bare == every
    figures = {"bits": every, "noticed": sum(noticed.values()) / every, "seconds": round(taken["ours"], 1)}
    met = figures["noticed"] == GOAL["noticed"]
    print(json.dumps({"bench": "flips", "figures": figures, "goal": GOAL, "met": met}))
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
