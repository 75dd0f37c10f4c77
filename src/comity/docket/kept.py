"""A docket kept in a file beside its log, so that it need not be read anew: files of matters as rows, written in one transaction with how far the
log was read.

It is believed only where the log goes on from the very root to which it was read, and where each row is as it was written; else it is made anew.
What stands in it follows from the log, and may be deleted at any time.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, MutableMapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from comity.docket.docket import Docket, File, Idle, Proposed
from comity.docket.log import Log
from comity.docket.matter import Made, Matter, Step
from comity.docket.procedure import Procedure
from comity.facts.vocabulary import Vocabulary
from comity.ledger.store import Store

WAIT: Final = 30.0
"""Seconds for another who writes the same file."""
RULES: Final = frozenset({"key", "procedure", "calendar"})
"""Kinds of entries that are few and that all others are read by: kept as they are."""
SCHEMA: Final = """
create table if not exists about (one integer primary key, body text not null, sum blob not null);
create table if not exists rules (entry integer primary key, body text not null, sum blob not null);
create table if not exists idle (entry integer primary key, matter text not null, why text not null);
create table if not exists files (name text primary key, body text not null, sum blob not null);
"""


class SpoiltError(ValueError):
    """What is kept is not what was written."""


class Kept:
    """A docket and the log it was read from, over rows in a file. Any number of processes may have it open; one reads on at a time."""

    def __init__(self, file: Path, store: Store, vocabulary: Vocabulary, made_by: str) -> None:
        """Reads on to where the log is now. `made_by` is the digest of whatever else a docket follows from: its code.

        Raises CorruptError: the log does not hold, or is another than the one that was read before.
        """
        self._file, self._store, self._made = file, store, (vocabulary, made_by)
        try:
            self._open()
        except (SpoiltError, sqlite3.DatabaseError):
            self.anew()

    def anew(self) -> None:
        """All of it again, from the log's beginning. Raises CorruptError."""
        self.close()
        for end in ("", "-wal", "-shm"):
            self._file.with_name(f"{self._file.name}{end}").unlink(missing_ok=True)
        self._open()

    def _open(self) -> None:
        self._rows = sqlite3.connect(self._file, timeout=WAIT, isolation_level=None)
        try:
            self._rows.execute("pragma journal_mode = wal")
            self._rows.execute("pragma synchronous = normal")  # what power takes away is read anew
            self.read_on()
        except BaseException:
            self._rows.close()
            raise

    def read_on(self) -> None:
        """Goes on to where the log is now: all of it, or nothing. Raises CorruptError."""
        rows, (vocabulary, made_by) = self._rows, self._made
        rows.execute("begin immediate")
        try:
            for statement in SCHEMA.split(";"):
                rows.execute(statement)
            self.log = self._known(made_by)
            self.docket = Docket(self.log.name, vocabulary)
            self._rule()
            files = Files(rows, self.docket.procedures)
            self.docket.files, self.docket.size = files, self.log.size
            self.docket.idle = [Idle(*row) for row in rows.execute("select entry, matter, why from idle order by entry")]
            known = len(self.docket.idle)
            for piece in self.log.pieces():
                self._take(piece)
                files.flush()
            rows.executemany("insert into idle values (?, ?, ?)", ((one.entry, one.matter, one.why) for one in self.docket.idle[known:]))
            body = json.dumps([made_by, self.log.size, self.log.root.hex(), self.log.signers])
            rows.execute("insert or replace into about values (1, ?, ?)", (body, _sum(body)))
            rows.execute("commit")
        except BaseException:
            with suppress(sqlite3.Error):
                rows.execute("rollback")
            raise

    def _known(self, made_by: str) -> Log:
        """The log, as far as it was read."""
        row = self._rows.execute("select body, sum from about").fetchone()
        if row is None:
            return Log(self._store)
        by, size, root, signers = json.loads(_whole(*row))
        if by != made_by:
            raise SpoiltError("made by other rules")
        return Log(self._store, size, bytes.fromhex(root), signers)

    def _take(self, piece: list[dict[str, Any]]) -> None:
        for entry in piece:
            self.docket.log = self.docket.log or self.log.name
            if entry["kind"] in RULES:
                body = json.dumps(entry, ensure_ascii=False)
                self._rows.execute("insert into rules values (?, ?, ?)", (self.docket.size, body, _sum(body)))
            self.docket.apply(entry)

    def _rule(self) -> None:
        """The keys and procedures that the log holds so far."""
        for entry, body, told in self._rows.execute("select entry, body, sum from rules order by entry"):
            self.docket.size = entry
            self.docket.apply(json.loads(_whole(body, told)))

    def close(self) -> None:
        """Lets go of the file."""
        self._rows.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class Files(MutableMapping[str, File]):
    """Files of matters by name, as rows that are read when they are asked for; what is put is a row after `flush`."""

    def __init__(self, rows: sqlite3.Connection, procedures: MutableMapping[str, Procedure]) -> None:
        self._rows, self._procedures = rows, procedures
        self._put: dict[str, File] = {}

    def __getitem__(self, name: str) -> File:
        if name in self._put:
            return self._put[name]
        row = self._rows.execute("select body, sum from files where name = ?", (name,)).fetchone()
        if row is None:
            raise KeyError(name)
        body, told = row
        return _file(name, json.loads(_whole(body, told, name)), self._procedures)

    def __setitem__(self, name: str, file: File) -> None:
        self._put[name] = file

    def __delitem__(self, name: str) -> None:
        raise NotImplementedError("a log forgets nothing")

    def __iter__(self) -> Iterator[str]:
        stored = [name for (name,) in self._rows.execute("select name from files order by rowid")]
        yield from stored
        yield from self._put.keys() - set(stored)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def flush(self) -> None:
        """Writes what was put."""
        told = ((name, json.dumps(_plain(file), ensure_ascii=False, separators=(",", ":"))) for name, file in self._put.items())
        self._rows.executemany(
            "insert into files values (?1, ?2, ?3) on conflict (name) do update set body = ?2, sum = ?3",
            ((name, body, _sum(body, name)) for name, body in told),
        )
        self._put.clear()


def _plain(file: File) -> dict[str, Any]:
    matter = file.matter
    told: dict[str, Any] = {"head": file.head, "entries": file.entries}
    if file.proposed:
        told["proposed"] = {seal: [one.told, one.by, one.entry] for seal, one in file.proposed.items()}
    if matter is not None:
        told |= {
            "procedure": matter.procedure.digest, "parties": matter.parties, "unsettled": matter.unsettled,
            "made": [[one.act, one.day, one.says, one.by, one.entry] for one in matter.made],
            "path": [[step.day, step.stage, step.cause] for step in matter.path],
        }  # fmt: skip
    return told


def _file(name: str, told: dict[str, Any], procedures: MutableMapping[str, Procedure]) -> File:
    matter = None
    if "procedure" in told:
        made = tuple(Made(act, day, says, tuple(by), entry) for act, day, says, by, entry in told["made"])
        matter = Matter(name, procedures[told["procedure"]], told["parties"], made, tuple(Step(*step) for step in told["path"]), told["unsettled"])
    proposed = {seal: Proposed(*one) for seal, one in told.get("proposed", {}).items()}
    return File(matter, told["head"], proposed, told["entries"])


def _sum(body: str, name: str = "") -> bytes:
    return sha256(f"{name}\n{body}".encode()).digest()


def _whole(body: str, told: bytes, name: str = "") -> str:
    """The body, if it is as it was written. Raises SpoiltError."""
    if _sum(body, name) != told:
        raise SpoiltError("a row is not as it was written")
    return body
