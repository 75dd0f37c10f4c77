"""Reads a repository of signed law at a given time, from a root that is trusted. Pure: its files are given, by name, and so is the time.

The steps, and what each may load after which, are those of TUF's client (5.3 to 5.6), by python-tuf's own set of trusted metadata. Stricter
than that: every root that is there must follow from the one before; each file has one spelling, and bears no signature but good ones; all keys
are Ed25519; a file that nobody signed has no place here; and a rulebook that names parties is one to which all of them, by the keys that the
root knows as theirs, put their names, with nobody else having a say.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from tuf.api.exceptions import BadVersionNumberError, LengthOrHashMismatchError, RepositoryError
from tuf.api.metadata import DelegatedRole, Root, Snapshot, Targets, Timestamp
from tuf.ngclient._internal.trusted_metadata_set import TrustedMetadataSet
from tuf.ngclient.config import EnvelopeType

from comity.files.rulebook import read_rulebook
from comity.law.rulebook import Rulebook
from comity.ledger.entry import instant
from comity.ledger.floor import ROOT, Adopted, parties
from comity.ledger.note import Key as Named
from comity.signed.chain import METADATA, TARGETS, Files, chain, recovered
from comity.signed.metadata import PARTIES, Meta, RefusedError, check_digest, check_signed, delegated, digest, opened, paths, said
from comity.text.shown import shown
from comity.text.source import Mistake, Mistakes, Place, SourceError

RULEBOOK: Final = "rulebook.yaml"
TARGET: Final = re.compile(r"[a-z][a-z0-9-]*(\.[a-z0-9-]+)+(/[A-Za-z0-9_][A-Za-z0-9_.+-]*){1,2}", re.ASCII)


@dataclass(frozen=True)
class Told:
    """What was read of a role. `signers`: the names of those who signed it; `keys`: all that may, of which `threshold` must."""

    version: int
    digest: str
    expires: dt.datetime | None = None
    signers: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    threshold: int = 0


@dataclass(frozen=True)
class Book:
    """A signed rulebook: what it says, its files by their names in its folder, and the public keys of the parties that signed it."""

    rulebook: Rulebook
    files: Mapping[str, bytes]
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Law:
    """What a repository says at a time: all of it was signed, is current, and fits together. `recovered`: see `comity.ledger.floor`."""

    roles: Mapping[str, Told]
    recovered: int
    books: Mapping[str, Book]

    @property
    def expires(self) -> dt.datetime:
        """When the first of it ends."""
        return min(one.expires for one in self.roles.values() if one.expires is not None)

    def adopted(self, before: Adopted | None = None) -> Adopted:
        """What an entry of the ledger says when this is adopted, after what it said of the repository before."""
        rulebooks = {regime: list(book.keys) for regime, book in sorted(self.books.items())}
        return {
            "roles": {name: {"version": one.version, "digest": one.digest} for name, one in sorted(self.roles.items())},
            "recovered": self.recovered,
            "expires": instant(self.expires),
            "rulebooks": rulebooks,
            "parties": parties(rulebooks, before),
        }


def read(files: Files, where: str, trusted: str, at: dt.datetime) -> Law:
    """What a repository says at a time, if the root of the digest `trusted` is believed.

    Raises:
        SourceError: it is not believed, and why; `where` names the repository.
    """
    reading = _Reading(files, where, at)
    try:
        return reading.law(trusted)
    except RefusedError as fault:
        raise SourceError([Mistake(Place(f"{where}/{fault.file}", 1, 1), fault.why, fault.suggestion)]) from fault
    except (KeyError, TypeError, AttributeError, ArithmeticError, ValueError) as fault:  # what is signed may still be anything
        raise SourceError([Mistake(Place(where, 1, 1), "something in its metadata is not what metadata says")]) from fault


@dataclass
class _Reading:
    files: Files
    where: str
    at: dt.datetime
    roles: dict[str, Told] = field(default_factory=dict)
    met: set[str] = field(default_factory=set)
    names: Mapping[str, Named] = field(default_factory=dict)

    def law(self, trusted: str) -> Law:
        known, anew = self._known(trusted)
        root: Root = known.root
        self._current(self._path(f"{root.version}.root"), root)
        timestamp: Timestamp = self._take("timestamp", "timestamp", known.update_timestamp, root)
        told = timestamp.snapshot_meta
        check_digest(self._path("timestamp"), "snapshot.json", told)
        snapshot: Snapshot = self._take(f"{told.version}.snapshot", "snapshot", known.update_snapshot, root)
        for name, one in snapshot.meta.items():
            check_digest(self._path(f"{told.version}.snapshot"), name, one)
        targets: Targets = self._take(self._listed(snapshot, "targets"), "targets", known.update_targets, root)
        parts = {"": targets}
        for role in self._delegated(root, targets):
            update = partial(known.update_delegated_targets, role_name=role.name, delegator_name="targets")
            parts[role.name] = self._take(self._listed(snapshot, role.name), role.name, update, targets)
        for name, meta in snapshot.meta.items():  # of a role that nobody leaves anything to any more, its last version stays known
            if (gone := name.removesuffix(".json")) not in self.roles:
                self.roles[gone] = Told(meta.version, check_digest("", name, meta))
        return Law(self.roles, anew, self._books(parts, targets))

    # -- metadata --------------------------------------------------------------------------------------------------

    def _known(self, trusted: str) -> tuple[TrustedMetadataSet, int]:
        """The set of trusted metadata with the newest root, and the last root after the trusted one that took a key from what says what is new."""
        links = chain(self.files)
        if not links:
            raise RefusedError("metadata", "there is no root: this is no repository of signed law", "comity law sign writes one")
        newest = links[-1]
        at = next((number for number, link in enumerate(links) if link.digest == trusted), None)
        if at is None:
            told = "it is older than what was adopted, or another repository: ask its publisher"
            raise RefusedError(newest.name, "no root that is trusted leads to this one", told)
        known: TrustedMetadataSet = self._checked(links[0].name, lambda raw: TrustedMetadataSet(raw, EnvelopeType.METADATA), links[0].raw)
        for link in links[1:]:
            self._checked(link.name, known.update_root, link.raw)
        known.reference_time = self.at  # it took the clock's
        self.met |= {link.name for link in links}
        self.names = newest.names
        asked = newest.root.get_delegated_role(ROOT)
        self.roles[ROOT] = Told(newest.root.version, newest.digest, newest.root.expires, newest.signers, self._keys(asked.keyids), asked.threshold)
        return known, recovered(links[at:])

    def _take(self, file: str, role: str, update: Callable[[bytes], Any], delegator: Root | Targets) -> Any:  # noqa: ANN401 -- what TUF calls signed
        """The metadata of a role: who signed it is looked at before python-tuf does, to say more of it."""
        name = self._path(file)
        raw = self.files.get(name)
        if raw is None:
            raise RefusedError(name, "is missing")
        self.met.add(name)
        meta: Meta = opened(name, raw, "targets" if isinstance(delegator, Targets) else role)
        signers = check_signed(name, meta, role, [delegator], self.names)
        self._current(name, meta.signed)
        signed = self._checked(name, update, raw)
        asked = delegator.get_delegated_role(role)
        self.roles[role] = Told(signed.version, digest(raw), signed.expires, tuple(signers), self._keys(asked.keyids), asked.threshold)
        return signed

    def _checked(self, name: str, update: Callable[[bytes], Any], raw: bytes) -> Any:  # noqa: ANN401 -- as above
        try:
            return update(raw)
        except BadVersionNumberError as fault:
            raise RefusedError(name, "is of another version than the one that is due") from fault
        except LengthOrHashMismatchError as fault:
            raise RefusedError(name, "is not the file that was signed for: what names it names another") from fault
        except RepositoryError as fault:
            raise RefusedError(name, "is refused by the rules of The Update Framework") from fault

    def _current(self, name: str, signed: Root | Timestamp | Snapshot | Targets) -> None:
        if signed.is_expired(self.at):
            raise RefusedError(name, f"its time was over at {instant(signed.expires)}", "ask its publisher for a newer edition")

    def _listed(self, snapshot: Snapshot, role: str) -> str:
        if (told := snapshot.meta.get(f"{role}.json")) is None:
            raise RefusedError(self._path(f"{snapshot.version}.snapshot"), f"does not name '{role}'")
        return f"{told.version}.{role}"

    def _delegated(self, root: Root, targets: Targets) -> list[DelegatedRole]:
        """The roles of rulebooks that parties sign. Raises RefusedError for one that is of another form, or whose keys are not what the root says."""
        name = self._path(f"{targets.version}.targets")
        roles = delegated(targets)
        if targets.delegations is not None and (targets.delegations.roles is None or set(targets.delegations.keys) - {n for r in roles for n in r.keyids}):
            raise RefusedError(name, "leaves rulebooks to others in a way that is not read here")
        known = root.unrecognized_fields.get(PARTIES, [])
        for role in roles:
            if role.paths != paths(role.name) or not role.terminating or role.path_hash_prefixes is not None or not TARGET.fullmatch(f"{role.name}/x"):
                raise RefusedError(name, f"leaves more to '{role.name}' than the rulebook of that name")
            if role.threshold != len(role.keyids):
                raise RefusedError(name, f"asks for {role.threshold} of the {len(role.keyids)} parties of '{role.name}', where all must sign")
            for number in role.keyids:
                key = targets.get_key(number) if targets.delegations is not None and number in targets.delegations.keys else None
                if number not in known or key != root.keys.get(number):
                    raise RefusedError(name, f"lets '{said(self.names, number)}' sign for '{role.name}' by a key that the root does not know as a party's")
        return roles

    @staticmethod
    def _path(role: str) -> str:
        return f"{METADATA}{role}.json"

    # -- what is signed --------------------------------------------------------------------------------------------

    def _books(self, parts: Mapping[str, Targets], targets: Targets) -> dict[str, Book]:
        """Every rulebook with its files, and every fault of any of them."""
        mistakes = Mistakes()
        by_regime: dict[str, dict[str, bytes | None]] = {}
        for role, part in parts.items():
            if role and part.delegations is not None:
                mistakes.add(self._place(self._path(f"{part.version}.{role}")), "leaves rulebooks to others, which a party may not")
            for path, told in part.targets.items():
                regime, _, rest = path.partition("/")
                if not TARGET.fullmatch(path) or (regime != role if role else regime in parts):
                    mistakes.add(self._place(TARGETS + path), f"'{role or 'targets'}' has no say about this file")
                else:
                    by_regime.setdefault(regime, {})[rest] = self._target(path, told, mistakes)
        for name in sorted(set(self.files) - self.met):
            if name.startswith((METADATA, TARGETS)):
                mistakes.add(self._place(name), "nobody signed for this file", "take it away")
        books = {}
        for regime in sorted(by_regime.keys() | {role for role in parts if role}):
            held = by_regime.get(regime, {})
            files = {name: raw for name, raw in held.items() if raw is not None}
            if RULEBOOK in held.keys() - files.keys():
                continue  # as was told
            try:
                numbers = targets.get_delegated_role(regime).keyids if regime in parts else []
                books[regime] = Book(self._book(regime, files, {self.names[number].name for number in numbers}), files, self._keys(numbers))
            except SourceError as fault:
                mistakes.found += fault.mistakes
        mistakes.settle()
        return books

    def _target(self, path: str, told: Any, mistakes: Mistakes) -> bytes | None:  # noqa: ANN401 -- of a library
        folder, _, base = path.rpartition("/")
        try:
            name = f"{TARGETS}{folder}/{check_digest('', path, told)}.{base}"
        except RefusedError as fault:
            mistakes.add(self._place(TARGETS + path), fault.why)
            return None
        raw = self.files.get(name)
        self.met.add(name)
        try:
            if raw is not None:
                told.verify_length_and_hashes(raw)
        except LengthOrHashMismatchError:
            raw = None
        if raw is None:
            mistakes.add(self._place(TARGETS + path), "is not there as it was signed")
        return raw

    def _keys(self, numbers: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(str(self.names[number]) for number in numbers))

    def _book(self, regime: str, files: Mapping[str, bytes], who: set[str]) -> Rulebook:
        place = self._place(f"{TARGETS}{regime}/{RULEBOOK}")
        if RULEBOOK not in files:
            raise SourceError([Mistake(place, "is not among the files that were signed")])
        book = read_rulebook(place.file, files[RULEBOOK])
        if book.regime != regime:
            raise SourceError([Mistake(book.place, f"is the rulebook '{book.regime}', in the folder of '{regime}'")])
        if lacking := shown(", ".join(sorted(book.parties - who))):
            raise SourceError([Mistake(book.place, f"names {lacking} as a party, who did not sign it", "every party that is named signs: law sign")])
        if odd := shown(", ".join(sorted(who - book.parties))):
            raise SourceError([Mistake(book.place, f"is signed by {odd}, whom it does not name as a party")])
        return book

    def _place(self, name: str) -> Place:
        return Place(f"{self.where}/{shown(name)}", 1, 1)
