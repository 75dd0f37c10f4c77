"""Check a proof bundle (C2SP tlog-proof) without trusting whoever sent it: this one file, Python 3.9 or later, no network, nothing to install.

    python verify_offline.py bundle.tlog-proof --key VKEY [--witness VKEY ... --quorum N] [--entry FILE]

It reads the format anew and shares no code with the log that wrote the bundle. Exit code: 0 the bundle proves the entry, 1 it does not,
2 it was asked wrongly. VKEY is a verifier key of C2SP signed-note: name+number+base64. Get it from somebody you trust, not with the bundle.
"""

# ruff: noqa: T201 -- it prints: that is its work

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
LOG, WITNESS = 0x01, 0x04
MAX_BYTES = 1_000_000

Point = tuple[int, int, int, int]


class RefusedError(Exception):
    """The bundle does not prove what it says."""


class Key(NamedTuple):
    """A public key: its name, the four bytes that number it, its kind and itself."""

    name: str
    number: bytes
    kind: int
    public: bytes


class Bundle(NamedTuple):
    """What a bundle says."""

    place: int
    path: list[bytes]
    text: str
    lines: list[tuple[str, bytes, bytes]]
    extra: bytes


class Proved(NamedTuple):
    """What a bundle proves: the entry stands at this index of a log of this many, at these times by witness (seconds since 1970)."""

    origin: str
    place: int
    size: int
    times: dict[str, int]


def add(p: Point, q: Point) -> Point:
    """The sum of two points of Edwards25519, in extended coordinates (RFC 8032, 5.1.4)."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(n: int, p: Point) -> Point:
    """A point n times."""
    found: Point = (0, 1, 1, 0)
    while n:
        if n & 1:
            found = add(found, p)
        p, n = add(p, p), n >> 1
    return found


def point(raw: bytes) -> Point | None:
    """The point that 32 bytes write, or nothing when they write none, or not in its one spelling (RFC 8032, 5.1.3)."""
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if len(raw) != 32 or y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def written(p: Point) -> bytes:
    """The 32 bytes that write a point."""
    inverse = pow(p[2], P - 2, P)
    return (p[1] * inverse % P | (p[0] * inverse % P & 1) << 255).to_bytes(32, "little")


def weak(public: bytes) -> bool:
    """Whether this is one of the eight keys under which anybody can sign: points that vanish when taken eight times."""
    p = point(public)
    return p is not None and times(8, p)[0] == 0


_BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature is this key's (RFC 8032, 5.1.7, without the cofactor, as common libraries check it)."""
    key = point(public)
    if key is None or _BASE is None or len(signature) != 64:
        return False
    s = int.from_bytes(signature[32:], "little")
    if s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    minus: Point = (P - key[0], key[1], key[2], P - key[3])
    return written(add(times(s, _BASE), times(k, minus))) == signature[:32]


def bytes_of(text: str) -> bytes:
    """Base 64 in its one spelling."""
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        raise RefusedError("something that should be base 64 is not") from None
    if base64.b64encode(raw).decode() != text:
        raise RefusedError("base 64 in another spelling than its own")
    return raw


def hash_of(text: str) -> bytes:
    """A hash of 32 bytes."""
    raw = bytes_of(text)
    if len(raw) != 32:
        raise RefusedError("a hash that is not 32 bytes long")
    return raw


def number_of(text: str) -> int:
    """A count in its one spelling, below 2**63."""
    if not re.fullmatch("0|[1-9][0-9]{0,18}", text) or int(text) >= 2**63:
        raise RefusedError("something that should be a count of entries is not")
    return int(text)


def named(name: str) -> bool:
    """Whether this may name a key."""
    return bool(name) and "+" not in name and not any(letter.isspace() or letter < " " or "\ud800" <= letter <= "\udfff" for letter in name)


def key_of(text: str, kind: int) -> Key:
    """A verifier key of this kind. Raises ValueError."""
    name, _, rest = text.partition("+")
    number, _, material = rest.partition("+")
    try:
        raw = bytes_of(material)
    except RefusedError:
        raw = b""
    expected = hashlib.sha256(name.encode(errors="surrogatepass") + b"\n" + raw).digest()[:4]
    if not named(name) or len(raw) != 33 or raw[0] != kind or number != expected.hex() or weak(raw[1:]):
        raise ValueError(f"'{text}' is no verifier key of a {'log' if kind == LOG else 'witness'}")
    return Key(name, expected, kind, raw[1:])


def keys_of(log: str, witnesses: Sequence[str], quorum: int) -> tuple[Key, list[Key]]:
    """The keys to believe. Raises ValueError, also where one of them would count twice, or the quorum cannot be met."""
    key, others = key_of(log, LOG), [key_of(text, WITNESS) for text in witnesses]
    if len({one.public for one in [key, *others]}) <= len(others) or len({one.name for one in others}) < len(others):
        raise ValueError("a key or a name is given twice")
    if not 0 <= quorum <= len(others):
        raise ValueError(f"{quorum} of {len(others)} witnesses cannot vouch")
    return key, others


def bundle_of(raw: bytes) -> Bundle:
    """What a bundle says, nothing of it believed."""
    try:
        text = raw.decode()
    except UnicodeError:
        raise RefusedError("not UTF-8") from None
    if len(raw) > MAX_BYTES or any(letter < " " and letter != "\n" for letter in text):
        raise RefusedError("too long, or with control characters")
    above, _, note = text.partition("\n\n")
    lines = above.split("\n")
    if lines.pop(0) != "c2sp.org/tlog-proof@v1":
        raise RefusedError("no proof bundle")
    extra = bytes_of(lines.pop(0)[6:]) if lines and lines[0].startswith("extra ") else b""
    if not lines or not lines[0].startswith("index "):
        raise RefusedError("no index")
    index = number_of(lines.pop(0)[6:])
    body, gap, below = note.rpartition("\n\n")
    if not gap or not below.endswith("\n"):
        raise RefusedError("no signature")
    signed = [signature_of(line) for line in below[:-1].split("\n")]
    return Bundle(index, [hash_of(line) for line in lines], body + "\n", signed, extra)


def signature_of(line: str) -> tuple[str, bytes, bytes]:
    """Name, number and signature of a line."""
    dash, name, rest = [*line.split(" ", 2), "", ""][:3]
    raw = bytes_of(rest)
    if dash != "\N{EM DASH}" or not named(name) or len(raw) <= 4:
        raise RefusedError("a line that is no signature, where one is due")
    return name, raw[:4], raw[4:]


def signature(bundle: Bundle, key: Key) -> bytes | None:
    """The key's first signature of the checkpoint, if it made one. A false one beside it is refused, not passed over."""
    found = None
    for name, number, raw in bundle.lines:
        if (name, number) != (key.name, key.number):
            continue
        message, plain = bundle.text.encode(), raw
        if key.kind == WITNESS:
            at, plain = int.from_bytes(raw[:8], "big"), raw[8:]
            message = f"cosignature/v1\ntime {at}\n".encode() + message
            if at >= 2**63:
                raise RefusedError(f"a cosignature of '{name}' out of time")
        if not ed25519(key.public, message, plain):
            raise RefusedError(f"the signature of '{name}' does not hold")
        found = raw if found is None else found
    return found


def root_of(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root that a path leads to (RFC 9162, 2.1.3.2)."""
    if index >= size:
        raise RefusedError(f"no entry {index} in a log of {size}")
    here, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise RefusedError("the path is too long")
        if here & 1 or here == last:
            found = hashlib.sha256(b"\x01" + sibling + found).digest()
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            found = hashlib.sha256(b"\x01" + found + sibling).digest()
        here, last = here >> 1, last >> 1
    if last:
        raise RefusedError("the path is too short")
    return found


def verify(bundle: Bundle, entry: bytes, log: Key, witnesses: Sequence[Key], quorum: int) -> Proved:
    """What the bundle proves of the entry. Raises RefusedError."""
    lines = bundle.text.split("\n")
    if len(lines) < 4 or lines.pop() or not all(lines):
        raise RefusedError("no checkpoint")
    origin, size, root = lines[0], number_of(lines[1]), hash_of(lines[2])
    if origin != log.name:
        raise RefusedError(f"a checkpoint of '{origin}', not of '{log.name}'")
    if signature(bundle, log) is None:
        raise RefusedError(f"'{log.name}' did not sign this checkpoint")
    found = {key.name: int.from_bytes(raw[:8], "big") for key in witnesses for raw in [signature(bundle, key)] if raw is not None}
    if len(found) < quorum:
        raise RefusedError(f"{len(found)} of {len(witnesses)} witnesses vouch for this checkpoint, {quorum} must")
    if root_of(hashlib.sha256(b"\x00" + entry).digest(), bundle.place, size, bundle.path) != root:
        raise RefusedError("the entry is not in this log")
    return Proved(origin, bundle.place, size, found)


def main(argv: Sequence[str] | None = None) -> int:
    """Check one bundle."""
    parser = argparse.ArgumentParser(description="Check a proof bundle of a transparency log, offline.")
    parser.add_argument("bundle", type=Path, help="the file to check")
    parser.add_argument("--key", required=True, metavar="VKEY", help="the log's verifier key")
    parser.add_argument("--witness", action="append", default=[], metavar="VKEY", help="a witness's verifier key (may be repeated)")
    parser.add_argument("--quorum", type=int, metavar="N", help="how many of them must vouch; all, if not said")
    parser.add_argument("--entry", type=Path, metavar="FILE", help="the entry's bytes; else those the bundle brings")
    asked = parser.parse_args(argv)
    quorum = len(asked.witness) if asked.quorum is None else asked.quorum
    try:
        log, witnesses = keys_of(asked.key, asked.witness, quorum)
        raw = asked.bundle.read_bytes()
        entry = asked.entry.read_bytes() if asked.entry else None
    except (OSError, ValueError) as fault:
        print(f"verify: {fault}", file=sys.stderr)
        return 2
    try:
        bundle = bundle_of(raw)
        if entry is None and not bundle.extra:
            print("verify: the bundle does not bring its entry: give it with --entry", file=sys.stderr)
            return 2
        proved = verify(bundle, bundle.extra if entry is None else entry, log, witnesses, quorum)
    except RefusedError as refused:
        print(f"refused: {refused}", file=sys.stderr)
        return 1
    print(f"proved: entry {proved.place} of {proved.size} in {proved.origin}")
    for name, at in sorted(proved.times.items()):
        print(f"witness: {name} at {time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(at)) if at < 2**37 else at}")
    if not proved.times:
        print("witness: none; the log is believed on its word alone")
    print(f"entry: {ascii((bundle.extra if entry is None else entry).decode(errors='replace'))[1:-1]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
