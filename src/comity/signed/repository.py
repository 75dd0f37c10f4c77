"""Writes a repository of signed law, a step at a time: whoever signs adds what their keys can, and the last one publishes. Pure, as reading is.

What is under way lies in `draft/`, and nobody who reads the repository looks there. First come the root, the targets and the roles of bilateral
rulebooks, for people to sign; when enough have, the snapshot of them; then the timestamp. When that is signed too all of it is published at
once. A draft of other content than what is asked for now is begun anew, and the signatures given to it are gone: nobody signs what they did not see.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from securesystemslib.signer import CryptoSigner, Key  # type: ignore[attr-defined]  # public, though it does not say so
from tuf.api.metadata import DelegatedRole, Delegations, Metadata, MetaFile, Root, Snapshot, TargetFile, Targets, Timestamp
from tuf.api.metadata import Role as Keys

from comity.ledger.note import Key as Named
from comity.signed.chain import METADATA, TARGETS, Files, chain, roots
from comity.signed.keys import public
from comity.signed.metadata import PARTIES, Delegator, Meta, RefusedError, delegated, opened, paths, said, signed_by
from comity.signed.reading import Book
from comity.signed.roles import Signing

DRAFT: Final = "draft/"


@dataclass(frozen=True)
class Standing:
    """How far the metadata of a role is: who signed it, who could still, and how many of those must."""

    role: str
    version: int
    signers: tuple[str, ...]
    lacking: tuple[str, ...]
    needed: int
    published: bool


@dataclass
class Step:
    """What a repository becomes. `files`: all of them from now on; `lost`: roles whose draft was begun anew though somebody had signed it."""

    files: dict[str, bytes] = field(default_factory=dict)
    standings: list[Standing] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    @property
    def published(self) -> bool:
        """Whether everything that is asked for is published."""
        return all(one.published for one in self.standings)


@dataclass
class Repository:
    """A repository as it is, what it shall say, and who is here to sign. `renew`: the roles that are to hold for longer, though they say the same."""

    files: Files
    signing: Signing
    books: Mapping[str, Book]
    signers: Sequence[CryptoSigner]
    at: dt.datetime
    renew: frozenset[str] = frozenset()
    step: Step = field(default_factory=Step)
    names: dict[str, Named] = field(default_factory=dict)
    drafts: dict[str, bytes] = field(default_factory=dict)
    kept: dict[str, bytes] = field(default_factory=dict)

    def signed(self) -> Step:
        """One step further."""
        known = roots(self.files)
        before = self._before()
        self.names |= {public(key).keyid: key for key in self._everybody()}
        root, done = self._role("root", self._root(), [before] if before is not None else [], self._last("root", before))
        targets, ready = self._role("targets", self._targets(root), [root], self._last("targets", before))
        done &= ready
        for role in delegated(targets):
            _, ready = self._role(role.name, self._bilateral(role.name), [targets], self._last(role.name, before))
            done &= ready
        if done and self._fresh(root, targets, before):
            self._publish(known)
        else:
            self.step.files = {name: raw for name, raw in self.files.items() if not name.startswith(DRAFT)} | self.drafts
        return self.step

    def _before(self) -> Root | None:
        """The root that is published. Raises RefusedError unless versions may be counted on from what is: else a forged one would be signed for."""
        links = chain(self.files)
        for role, name in self._newest():
            meta = self._opened(name, role)
            if not any(len(signed_by(meta, link.root, role)) >= link.root.roles[role].threshold for link in links):
                raise RefusedError(name, "is not signed by who must", "what is published here was changed: get the repository anew")
        if links:
            self.names |= links[-1].names
        return links[-1].root if links else None

    def _newest(self) -> Iterator[tuple[str, str]]:
        """The files that say which versions were published last."""
        timestamp = METADATA + self._file("timestamp", 0)
        if timestamp in self.files:
            yield "timestamp", timestamp
            yield "snapshot", METADATA + self._file("snapshot", self._opened(timestamp, "timestamp").signed.snapshot_meta.version)
        elif any(name.endswith(".snapshot.json") for name in self.files.keys() - {METADATA + self._file("snapshot", 1)} if name.startswith(METADATA)):
            raise RefusedError(timestamp, "is missing, and something was published before", "get the repository anew")

    def _fresh(self, root: Root, targets: Targets, before: Root | None) -> bool:
        """Goes on with what says what is new. Whether all of it is signed, and something is."""
        listed = {f"{name}.json": self._listed(name) for name in ("targets", *(role.name for role in delegated(targets)))}
        earlier = self._snapshot()
        gone = {name: meta for name, meta in earlier.meta.items() if name not in listed} if earlier is not None else {}
        _, done = self._role("snapshot", Snapshot(meta={**gone, **listed}), [root], self._last("snapshot", before))
        if not done:
            return False
        if set(root.roles["timestamp"].keyids) & {one.public_key.keyid for one in self.signers}:
            self.renew |= {"timestamp"}  # it is there to be made anew, again and again
        _, done = self._role("timestamp", Timestamp(snapshot_meta=self._listed("snapshot")), [root], self._last("timestamp", before))
        return done and bool(self.drafts)

    def _publish(self, known: Mapping[int, str]) -> None:
        made = {METADATA + name.removeprefix(DRAFT): raw for name, raw in self.drafts.items()}
        old = {name: self.files[name] for name in known.values()}
        held = {
            f"{TARGETS}{told.get_prefixed_paths()[0]}": raw
            for regime, book in self.books.items()
            for path, raw in book.files.items()
            for told in [TargetFile.from_data(f"{regime}/{path}", raw)]
        }
        self.step.files = {**held, **old, **self.kept, **made}
        self.step.standings = [Standing(one.role, one.version, one.signers, one.lacking, one.needed, True) for one in self.step.standings]

    # -- one role --------------------------------------------------------------------------------------------------

    def _role(self, role: str, made: Any, delegators: list[Delegator], last: int) -> tuple[Any, bool]:  # noqa: ANN401 -- what TUF calls signed
        """The metadata of a role that says this, and whether enough have signed it: what is published, or else a draft, signed by who is here."""
        file = self._file(role, last)
        published = self._opened(METADATA + file, made.type) if METADATA + file in self.files else None
        draft = self._draft(role, made, last + 1)
        if published is not None and draft is None and self._serves(role, published, made, delegators):
            self.kept[METADATA + file] = self.files[METADATA + file]
            self._stand(role, published, delegators, published=True)
            return published.signed, True
        if draft is None:
            made.version, made.expires = last + 1, self.at + dt.timedelta(days=self._days(role))
            draft = Metadata(made)
        asking = [*delegators, draft.signed] if role == "root" else delegators
        asked = {number for one in asking for number in one.get_delegated_role(role).keyids}
        for one in self.signers:
            if one.public_key.keyid in asked:
                draft.sign(one, append=True)
                self.step.used.add(one.public_key.keyid)
        good = set().union(*(signed_by(draft, one, role) for one in asking))
        draft.signatures = {number: draft.signatures[number] for number in sorted(good)}
        self.drafts[DRAFT + self._file(role, last + 1)] = draft.to_bytes()
        return draft.signed, self._stand(role, draft, asking, published=False)

    def _draft(self, role: str, made: Any, version: int) -> Meta | None:  # noqa: ANN401 -- as above
        """The draft that is under way, if it says the same."""
        name = DRAFT + self._file(role, version)
        if name not in self.files:
            return None
        draft = self._opened(name, made.type)
        latest = self.at + dt.timedelta(days=self._days(role))  # nobody signs for longer than was agreed because somebody else did
        if draft.signed.version == version and _same(draft.signed, made) and self.at < draft.signed.expires <= latest:
            return draft
        if draft.signatures:
            self.step.lost.append(role)
        return None

    def _serves(self, role: str, published: Meta, made: Any, delegators: Sequence[Delegator]) -> bool:  # noqa: ANN401 -- as above
        """Whether what is published is what is asked for, and need not be signed anew."""
        enough = all(len(signed_by(published, one, role)) >= one.get_delegated_role(role).threshold for one in delegators)
        alone = all(set(published.signatures) <= set(one.get_delegated_role(role).keyids) for one in delegators) or role == "root"
        return enough and alone and role not in self.renew and _same(published.signed, made) and not published.signed.is_expired(self.at)

    def _stand(self, role: str, meta: Meta, delegators: Sequence[Delegator], *, published: bool) -> bool:
        """Takes down how far a role is; whether enough have signed."""
        lacking, short = dict[str, None](), 0
        for one in delegators:
            asked, found = one.get_delegated_role(role), signed_by(meta, one, role)
            if (missing := asked.threshold - len(found)) > 0:
                lacking |= {said(self.names, number): None for number in asked.keyids if number not in found}
                short = max(short, missing)
        signers = tuple(sorted(said(self.names, number) for number in meta.signatures))
        self.step.standings.append(Standing(role, meta.signed.version, signers, tuple(sorted(lacking)), short, published))
        return not short

    # -- what each says --------------------------------------------------------------------------------------------

    def _root(self) -> Root:
        roles = {name: Keys(sorted(public(key).keyid for key in role.keys), role.threshold) for name, role in self.signing.roles.items()}
        keys = {public(key).keyid: public(key) for key in self._everybody()}
        parties = sorted(public(key).keyid for key in self.signing.parties.values())
        return Root(keys=dict(keys), roles=roles, consistent_snapshot=True, unrecognized_fields={PARTIES: parties} if parties else {})

    def _targets(self, root: Root) -> Targets:
        roles: dict[str, DelegatedRole] = {}
        keys: dict[str, Key] = {}
        for regime, book in sorted(self.books.items()):
            if book.rulebook.parties:
                numbers = sorted(public(self.signing.parties[party]).keyid for party in book.rulebook.parties)
                roles[regime] = DelegatedRole(regime, numbers, len(numbers), terminating=True, paths=paths(regime))
                keys |= {number: root.keys[number] for number in numbers}
        own = {regime: book for regime, book in self.books.items() if not book.rulebook.parties}
        return Targets(targets=_files(own), delegations=Delegations(keys, roles) if roles else None)

    def _bilateral(self, regime: str) -> Targets:
        return Targets(targets=_files({regime: self.books[regime]}))

    def _listed(self, role: str) -> MetaFile:
        """How metadata that is signed is named by what says what is new."""
        version = next(one.version for one in self.step.standings if one.role == role)
        name = self._file(role, version)
        return MetaFile.from_data(version, self.drafts.get(DRAFT + name) or self.kept[METADATA + name], ["sha256"])

    # -- what is there ---------------------------------------------------------------------------------------------

    def _everybody(self) -> Iterable[Named]:
        yield from (key for role in self.signing.roles.values() for key in role.keys)
        yield from self.signing.parties.values()

    def _snapshot(self) -> Snapshot | None:
        found: Snapshot | None = None
        for role, name in self._newest():
            found = self._opened(name, role).signed if role == "snapshot" else None
        return found

    def _last(self, role: str, root: Root | None) -> int:
        """The version of a role that is published, or that was last; 0 if there was none."""
        if role == "root":
            return root.version if root is not None else 0
        if role == "timestamp":
            name = METADATA + self._file(role, 0)
            return int(self._opened(name, role).signed.version) if name in self.files else 0
        snapshot = self._snapshot()
        if role == "snapshot":
            return snapshot.version if snapshot is not None else 0
        told = snapshot.meta.get(f"{role}.json") if snapshot is not None else None
        return told.version if told is not None else 0

    def _opened(self, name: str, kind: str) -> Meta:
        return opened(name, self.files.get(name, b""), kind)

    def _days(self, role: str) -> int:
        return self.signing.roles[role if role in self.signing.roles else "targets"].days

    @staticmethod
    def _file(role: str, version: int) -> str:
        return "timestamp.json" if role == "timestamp" else f"{version}.{role}.json"


def _files(books: Mapping[str, Book]) -> dict[str, TargetFile]:
    return {
        path: TargetFile.from_data(path, raw) for regime, book in sorted(books.items()) for name, raw in book.files.items() for path in [f"{regime}/{name}"]
    }


def _same(one: Any, other: Any) -> bool:  # noqa: ANN401 -- what TUF calls signed
    """Whether two of a role say the same, whatever their version and the time for which they say it."""
    left, right = ({name: held for name, held in each.to_dict().items() if name not in ("version", "expires", "spec_version")} for each in (one, other))
    return bool(left == right)
