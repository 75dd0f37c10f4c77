"""Publishers of signed law, as tests need them: keys that are always the same, rulebooks of one line, and a repository that they sign by turns."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import MetaFile

from comity import shelf
from comity.edge.adopted import carried, place
from comity.edge.home import Home, law_of
from comity.files.rulebook import read_rulebook
from comity.ledger.note import Signer
from comity.signed import disk, keys
from comity.signed.chain import METADATA, roots
from comity.signed.metadata import digest, opened
from comity.signed.reading import Book, read
from comity.signed.repository import Repository
from comity.signed.roles import Role, Signing

MORNING = dt.datetime(2026, 11, 26, 10, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
PEOPLE = ("ann", "ben", "cleo", "dan", "tara", "tom", "una", "snap", "snip", "time", "tick", "xa", "xb", "xc")
ALL = ("ann", "ben", "tara", "tom", "snap", "time", "xa", "xb")
BOOK = """\
rulebook: {regime}
title: {{en: An act, zh: 法}}
edition: "{edition}"
published: 2020-01-01
jurisdiction: [XA]
speaks_about: [data]
{more}prohibitions:
  export: {{cite: s. 1, en: no export, zh: 禁, when: event == 'send'}}
"""


def private(name) -> Signer:
    """A person's private key."""
    return Signer(f"{name}.example", bytes([PEOPLE.index(name) + 1]) * 32)


def renamed(name, other):
    """A person's public key under the name of another."""
    return replace(private(name), name=other).key


def signer(name) -> CryptoSigner:
    return keys.signer(private(name))


def number(name) -> str:
    """How metadata numbers a person's key."""
    return keys.public(private(name).key).keyid


def role(*names, threshold=1, days=30):
    return Role(tuple(private(name).key for name in names), threshold, days)


def parties(*names):
    return {private(name).key.name: private(name).key for name in names}


SIGNING = Signing(
    {
        "root": role("ann", "ben", "cleo", threshold=2, days=365),
        "targets": role("tara", "tom", "una", threshold=2, days=90),
        "snapshot": role("snap", "snip", days=30),
        "timestamp": role("time", "tick", days=7),
    },
    parties("xa", "xb"),
)


def book(regime, edition="1", names=(), **more) -> Book:
    """A rulebook, with a case beside it; `more`: files by their names without the ending."""
    told = f"parties: [{', '.join(f'{name}.example' for name in names)}]\n" if names else ""
    text = BOOK.format(regime=regime, edition=edition, more=told).encode()
    return Book(read_rulebook("r", text), {"rulebook.yaml": text, "cases/one.yaml": b"# none yet\n", **{f"{name}.yaml": raw for name, raw in more.items()}})


BOOKS = {"xa.act": book("xa.act"), "xab.pact": book("xab.pact", names=("xa", "xb"))}


class Publisher:
    """A repository and the time at which somebody works on it."""

    def __init__(self, books=None, signing=SIGNING, at=MORNING):
        self.files, self.signing, self.books, self.at = {}, signing, dict(BOOKS if books is None else books), at

    def sign(self, *names, renew=()):
        """One step by these people; all who are needed unless told."""
        made = Repository(self.files, self.signing, self.books, [signer(name) for name in names or ALL], self.at, frozenset(renew))
        step = made.signed()
        self.files = step.files
        return step

    def published(self, *names, renew=()):
        """The files, when everything is published."""
        assert self.sign(*names, renew=renew).published
        return dict(self.files)

    @property
    def root(self) -> str:
        """The digest of the first root."""
        known = roots(self.files)
        return digest(self.files[known[min(known)]])

    def law(self, files=None, at=None, trusted=None):
        return read(self.files if files is None else files, "repo", trusted or self.root, at or self.at)


def adopted(folder: Path, made: Publisher) -> Path:
    """A ledger in a folder, begun if there is none, that goes by what somebody published too."""
    home, law = Home.at(folder), made.law()
    if not home.size():
        home.begin("example.org/relying")
    with home.open() as ledger:
        told = {**ledger.signed(), made.root: law.adopted()}
        own = {name: raw for name, raw in made.files.items() if name.startswith(METADATA)}
        disk.keep(place(home, told[made.root]), own | {f"{regime}/{name}": raw for regime, one in law.books.items() for name, raw in one.files.items()})
        ledger.adopt(*law_of(shelf.plan(signed=carried(home, told).folders)), told)
    return folder


def forged(files, name, change, *names, others=None):
    """Metadata changed and signed again by these people: what thieves of their keys would publish. `others`: names under which they sign."""
    kind = {"root": "root", "snapshot": "snapshot", "timestamp": "timestamp"}.get(name.removesuffix(".json").split(".")[-1], "targets")
    meta = opened(name, files[METADATA + name], kind)
    change(meta.signed)
    meta.signatures.clear()
    for one in sorted(names, key=number):
        meta.sign(signer(one), append=True)
    return {**files, METADATA + name: meta.to_bytes(), **(others or {})}


def relinked(files, *names):
    """Snapshot and timestamp made to name what is there now, by thieves of the keys that sign them."""
    at = opened("timestamp", files[METADATA + "timestamp.json"], "timestamp").signed.snapshot_meta.version

    def renamed(snapshot):
        for name, told in list(snapshot.meta.items()):
            snapshot.meta[name] = MetaFile.from_data(told.version, files[f"{METADATA}{told.version}.{name}"], ["sha256"])

    def again(timestamp):
        timestamp.snapshot_meta = MetaFile.from_data(at, made[f"{METADATA}{at}.snapshot.json"], ["sha256"])

    made = forged(files, f"{at}.snapshot.json", renamed, *(names or ("snap",)))
    return forged(made, "timestamp.json", again, *(names or ("time",)))
