"""Persons and values that must not cross, and a search for them through all that a run left behind: in whatever spelling somebody might find them."""

import base64
import datetime as dt
import hashlib

import polars as pl

BORN = dt.date(1971, 3, 14)
ROWS = [
    # who, country, email, ip, health, born: of each only what the law lets cross is no canary
    ("canary-person-one", "Beland", "may-cross@example.org", "203.0.113.71", "canary-illness-one", BORN),
    ("canary-person-two", "Aland", "may-cross-too@example.org", "203.0.113.72", "may cross", BORN),
    ("canary-person-three", "Celand", "canary-three@example.org", "203.0.113.73", "canary-illness-three", BORN),
    ("canary-person-four", "canary-place", "canary-four@example.org", "203.0.113.74", "canary-illness-four", BORN),
    (None, "Aland", "canary-five@example.org", "203.0.113.75", "canary-illness-five", BORN),
    ("canary-person-six", None, "canary-six@example.org", "203.0.113.76", "canary-illness-six", BORN),
]
CANARIES = sorted({value for row in ROWS for value in row if isinstance(value, str) and value.startswith(("canary", "203."))} | {BORN.isoformat()})
SECRETS = (bytes(range(32)),)


def spellings(text):
    """A canary as bytes, in the ways in which files, logs and databases write text, and as the digests that anybody could make of it."""
    plain = text.encode()
    for one in (plain, hashlib.sha256(plain).digest(), hashlib.md5(plain).digest()):
        yield from (one, one.hex().encode(), one.hex().upper().encode(), base64.b64encode(one).rstrip(b"="), base64.urlsafe_b64encode(one).rstrip(b"="))
    yield from (text.encode("utf-16-le"), text.encode("utf-16-be"), plain[::-1])


NEEDLES = {needle: text for text in CANARIES for needle in spellings(text)}


def found(data):
    """The canaries in some bytes."""
    return sorted({text for needle, text in NEEDLES.items() if needle in data})


def seen(roots, own=(), *told):
    """Canaries in the files below some folders and in what was told, but for the files `own`, where they are at home; each with where it was."""
    where = {str(number): text.encode() for number, text in enumerate(told)}
    for file in (file for root in roots for file in sorted(root.rglob("*")) if file.is_file() and file not in own):
        data = file.read_bytes()
        where[str(file)] = data
        if data.startswith(b"PAR1") and data.endswith(b"PAR1"):  # packed: nobody sees what is in it without unpacking
            frame = pl.read_parquet(file)
            where[f"{file} unpacked"] = frame.write_json().encode() + "".join(frame.columns).encode()
    where |= {f"{name} (name)": name.encode() for name in list(where)}
    return {name: canaries for name, data in where.items() if (canaries := found(data))}
