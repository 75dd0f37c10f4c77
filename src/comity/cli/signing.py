"""`comity law sign`, `verify`, `adopt` and `drop`: rulebooks that carry the signatures of whoever answers for them, and a ledger that goes by no others."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from comity import shelf
from comity.cli.screen import columns, out
from comity.edge.adopted import carried, place
from comity.edge.home import Home, law_of, now, private
from comity.ledger import floor
from comity.ledger.definition import CountError
from comity.ledger.hold import EntryError, HoldError, RolledBackError
from comity.ledger.note import Signer
from comity.signed import disk, keys, reading
from comity.signed.chain import METADATA, Files, roots
from comity.signed.metadata import RefusedError, digest
from comity.signed.phrases import TEXT
from comity.signed.reading import RULEBOOK, TARGET, Book, Law
from comity.signed.repository import DRAFT, Repository, Step
from comity.signed.roles import ROLES, Signing, read_signing
from comity.text.shown import shown
from comity.text.source import Mistake, Mistakes, Place, SourceError, nearest
from comity.words.lines import pad, width, wrap

SIGNING: Final = "signing.yaml"


def sign(args: argparse.Namespace) -> int:
    """Signs a folder of rulebooks into a repository as far as these keys go: 0 if all of it is published, 1 if others must sign yet."""
    signing, held = _folder(args.folder)
    signers = [private(path, Signer) for path in args.key]
    if odd := sorted(set(args.renew or ()) - {*ROLES, *held}):
        raise _wrong("--renew", f"there is no role '{odd[0]}'", nearest(odd[0], [*ROLES, *held]))
    before = disk.repository(args.repo) if args.repo.exists() else {}
    made = Repository(before, signing, held, [keys.signer(one) for one in signers], now(), frozenset(args.renew or ()))
    try:
        step = made.signed()
    except RefusedError as fault:
        raise _wrong(f"{args.repo}/{fault.file}", fault.why, fault.suggestion) from fault
    if idle := [one.name for one in signers if keys.public(one.key).keyid not in step.used | _known(made)]:
        raise _wrong(str(args.folder / SIGNING), f"the key of '{idle[0]}' has no role", "give it one, or leave it out")
    disk.write(args.repo, before, step.files)
    _told(step, args.repo, _Say(args.lang))
    return 0 if step.published else 1


def verify(args: argparse.Namespace) -> int:
    """Whether a repository holds now, and who signed what of it until when."""
    files, say = disk.repository(args.repo), _Say(args.lang)
    law = reading.read(files, str(args.repo), _root(args) or _first(files, args.repo), now())
    for line in _page(law, say):
        out(line)
    if args.root is None:
        out()
        out(say("as it says", _first(files, args.repo)))
    return 0


def adopt(args: argparse.Namespace) -> int:
    """Goes by a repository from now on: all of it is checked, copied beside the ledger and recorded, or none."""
    home, files, at, say = Home.at(args.ledger), disk.repository(args.repo), now(), _Say(args.lang)
    with home.open() as ledger:
        told = ledger.signed()
        name, trusted = _trusted(args, files, told, home)
        law = reading.read(files, str(args.repo), trusted, at)
        after = {**told, name: law.adopted(told.get(name))}
        try:
            floor.check(told, after, [regime for one in after.values() for regime in one["rulebooks"]])
            with _kept(place(home, after[name]), _copy(files, law)):
                index = ledger.adopt(*law_of(shelf.plan(args.rulebooks or (), signed=carried(home, after).folders)), after)
        except (HoldError, CountError) as fault:
            raise _wrong(str(args.repo), str(fault)) from fault
    for line in _page(law, say):
        out(line)
    out()
    if gone := sorted(set(told[name]["rulebooks"]) - set(law.books)) if name in told else []:
        out(say("gone", say.list(gone)))
    out(say("adopted", index, home.name))
    return 0


def drop(args: argparse.Namespace) -> int:
    """Ceases to go by a repository: for a person to say. What was adopted of it stays the floor, should it ever be adopted again."""
    home, say = Home.at(args.ledger), _Say(args.lang)
    with home.open() as ledger:
        told = ledger.signed()
        if args.root not in told:
            hint = nearest(args.root, told) or f"adopted are: {', '.join(told) or 'none'}"
            raise _wrong("--root", f"no repository is adopted under the root '{args.root}'", hint)
        after = {**told, args.root: {**told[args.root], "rulebooks": {}}}
        try:
            index = ledger.adopt(*law_of(shelf.plan(args.rulebooks or (), signed=carried(home, after).folders)), after)
        except (HoldError, CountError) as fault:
            raise _wrong(home.name, str(fault)) from fault
    out(say("gone", say.list(sorted(told[args.root]["rulebooks"]))))
    out(say("adopted", index, home.name))
    return 0


@contextmanager
def _kept(folder: Path, copy: dict[str, bytes]) -> Iterator[None]:
    """Copies law to where the ledger's lies, for as long as it takes to adopt it; it stays if that goes well."""
    fresh = not folder.exists()
    disk.keep(folder, copy)
    try:
        yield
    except (SourceError, CountError, EntryError, RolledBackError):  # of any other fault it is not known whether it was recorded before
        if fresh:
            disk.remove(folder)
        raise


def _trusted(args: argparse.Namespace, files: Files, told: dict[str, floor.Adopted], home: Home) -> tuple[str, str]:
    """The name under which the ledger knows a repository, which is the digest of its oldest root; and the digest of the root that is trusted."""
    there = {digest(files[name]) for name in roots(files).values()}
    for name, one in told.items():
        if one["roles"][floor.ROOT]["digest"] in there:
            return name, one["roles"][floor.ROOT]["digest"]
    oldest, root = _first(files, args.repo), _root(args)
    if oldest in told:  # and what was adopted of it last is not there
        return oldest, told[oldest]["roles"][floor.ROOT]["digest"]
    if root is None:
        why = "is not the repository that was adopted, or older" if told else "was never adopted"
        hint = "its publisher tells the digest of its root, by another way than the files: --root DIGEST"
        raise _wrong(str(args.repo), f"no root of it is trusted by {home.name}: it {why}", hint)
    return oldest, root


def _root(args: argparse.Namespace) -> str | None:
    """The root that is trusted, if somebody said it."""
    if args.root is not None and not re.fullmatch(r"[0-9a-f]{64}", args.root):
        raise _wrong("--root", f"'{args.root}' is no digest", "64 digits of 0-9 and a-f, as the publisher says them")
    return args.root if args.root is None else str(args.root)


def _copy(files: Files, law: Law) -> dict[str, bytes]:
    """What is kept of a repository: its metadata, and each rulebook as a folder."""
    own = {name: raw for name, raw in files.items() if name.startswith(METADATA)}
    return own | {f"{regime}/{path}": raw for regime, book in law.books.items() for path, raw in book.files.items()}


def _folder(folder: Path) -> tuple[Signing, dict[str, Book]]:
    """Who signs, and what: every mistake in any of it."""
    mistakes, signing, held = Mistakes(), None, dict[str, Book]()
    file = folder / SIGNING
    try:
        signing = read_signing(str(file), file.read_bytes())
    except OSError as fault:
        mistakes.add(Place(str(file), 1, 1), f"cannot be read: {(fault.strerror or '').lower()}", "it says who signs: see docs/signed-law.md")
    except SourceError as error:
        mistakes.found += error.mistakes
    for one in sorted(found.parent for found in folder.glob(f"*/{RULEBOOK}")):
        try:
            rulebook = shelf.alone(one).regimes[0].book
            files = disk.rulebook(one)
        except SourceError as error:
            mistakes.found += error.mistakes
            continue
        held[one.name] = Book(rulebook, files)
        if rulebook.regime != one.name:
            mistakes.add(rulebook.place, f"the folder of '{rulebook.regime}' is named like it", f"rename {one} to {rulebook.regime}")
        for path in files:
            if not TARGET.fullmatch(f"{one.name}/{path}"):
                mistakes.add(Place(str(one / path), 1, 1), "a file that is signed is named with letters, digits, '-', '_' and '.', in one folder at most")
        for party in sorted(rulebook.parties - set(signing.parties)) if signing else ():
            mistakes.add(rulebook.place, f"the party '{party}' has no key", nearest(party, signing.parties if signing else ()) or f"add it in {file}: parties")
    if not held and not mistakes.found:
        mistakes.add(Place(str(folder), 1, 1), f"there is no rulebook in it: no folder with a {RULEBOOK}")
    mistakes.settle()
    assert signing is not None  # or a mistake was told
    return signing, held


def _known(made: Repository) -> set[str]:
    """The keys that have a role, whether or not there was anything to sign."""
    roles = [key for role in made.signing.roles.values() for key in role.keys]
    return {keys.public(key).keyid for key in (*roles, *made.signing.parties.values())}


def _first(files: Files, repo: Path) -> str:
    """The digest of the oldest root that is there."""
    known = roots(files)
    if not known:
        raise _wrong(str(repo), "there is no root: this is no repository of signed law", "comity law sign writes one")
    return digest(files[known[min(known)]])


class _Say:
    """Fixed phrases in a language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def __call__(self, key: str, *more: object) -> str:
        return TEXT[self.lang][key].format(*more)

    def row(self, *keys: str) -> tuple[str, ...]:
        """Words for the head of a table."""
        return tuple(map(self, keys))

    def list(self, names: Iterable[str], none: str = "none") -> str:
        """Names, one after the other."""
        return self("comma").join(names) or self(none)


def _told(step: Step, repo: Path, say: _Say) -> None:
    """How far each role is, and what is to be done next."""
    rows = [(*say.row("role", "version", "signed by"), "")]
    for one in step.standings:
        still = say("not yet", one.needed, say.list(one.lacking)) if one.lacking else "" if one.published else say("enough")
        rows.append((one.role, str(one.version), say.list(one.signers, "nobody"), still))
    for line in _rows(rows):
        out(line)
    for role in step.lost:
        out(say("lost", role))
    out()
    out(say("published", repo, _first(step.files, repo)) if step.published else say("under way", repo / DRAFT.rstrip("/"), repo))


def _page(law: Law, say: _Say) -> Iterator[str]:
    """Who signed what of a repository, and until when it holds."""
    rows = [say.row("role", "version", "until", "signed by")]
    for name, one in law.roles.items():
        if one.expires is not None:
            rows.append((name, str(one.version), one.expires.date().isoformat(), say.list(one.signers)))
    yield from _rows(rows)
    yield ""
    held = [say.row("regime", "edition", "files", "parties")]
    for regime, book in law.books.items():
        held.append((regime, book.rulebook.edition, str(len(book.files)), say.list(sorted(book.rulebook.parties))))
    yield from _rows(held)
    for key in sorted({key for book in law.books.values() for key in book.keys}):
        yield f"  {shown(key)}"
    yield ""
    yield from wrap(say("holds", f"{law.expires:%Y-%m-%d %H:%M}"), columns())


def _rows(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    told = [[shown(cell) for cell in row] for row in rows]
    wide = [max(width(row[i]) for row in told) for i in range(len(told[0]))]
    for row in told:
        yield "  ".join(pad(cell, w) for cell, w in zip(row, wide, strict=True)).rstrip()


def _wrong(name: str, message: str, suggestion: str = "") -> SourceError:
    return SourceError([Mistake(Place(name, 1, 1), message, suggestion)])
