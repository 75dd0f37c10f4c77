"""A docket kept in a file beside its log, so that it need not be read anew: files of matters as rows, written in one transaction with how far the
log was read.

It is believed only where the log goes on from the very root to which it was read, and where each row is as whoever holds the log's key wrote it, so
that who may write files cannot write decisions; else it is made anew. What stands in it follows from the log, and may be deleted at any time.
"""

from __future__ import annotations

import hmac
import json
import sqlite3
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self
from zlib import crc32

from comity.docket.docket import Docket, File, Idle, Proposed
from comity.docket.due import Due, What, dues
from comity.docket.log import Log
from comity.docket.matter import Made, Matter, Step
from comity.docket.paper import may_reach, reach
from comity.docket.procedure import Procedure, Text
from comity.facts.calendar import Calendars
from comity.facts.value import MAX, Interval
from comity.facts.vocabulary import Vocabulary
from comity.ledger.hold import StoreError
from comity.ledger.store import Store

if TYPE_CHECKING:
    from comity.files.world import Names

WAIT: Final = 30.0
"""Seconds for another who writes the same file."""
RULES: Final = frozenset({"key", "procedure", "calendar"})
"""Kinds of entries that are few and that all others are read by: kept as they are."""
SCHEMA: Final = """
create table if not exists about (one integer primary key, body text not null, sum blob not null);
create table if not exists rules (entry integer primary key, body text not null, sum blob not null);
create table if not exists idle (entry integer primary key, matter text not null, why text not null);
create table if not exists files (name text primary key, body text not null, sum blob not null, moves integer);
create index if not exists moving on files (moves) where moves is not null;
create table if not exists reach (matter text primary key, body text not null, sum integer not null);
create table if not exists due (matter text not null, first integer not null, body text not null, sum integer not null);
create index if not exists due_of on due (matter);
create index if not exists due_by on due (first);
"""


ELSEWHERE: Final = frozenset(
    {
        sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_NOMEM,
    }
)  # fmt: skip
"""Faults that do not lie in what the file holds."""


class SpoiltError(ValueError):
    """What is kept is not what was written."""


@dataclass(frozen=True)
class Seal:
    """What tells a row that was written here from one that was not."""

    secret: bytes

    def sum(self, body: str, name: str = "") -> bytes:
        """Of a row; `name`: where it belongs."""
        return hmac.digest(self.secret, f"{name}\n{body}".encode(), "sha256")

    def whole(self, body: str, told: object, name: str = "") -> str:
        """The body, if it is as it was written. Raises SpoiltError."""
        if not isinstance(told, bytes) or not hmac.compare_digest(self.sum(body, name), told):
            raise SpoiltError("a row is not as it was written")
        return body


class Kept:
    """A docket and the log it was read from, over rows in a file. Any number of processes may have it open; one reads on at a time."""

    def __init__(self, file: Path | None, store: Store, vocabulary: Vocabulary, made_by: str, secret: bytes) -> None:
        """Reads on to where the log is now. Without a file it is kept for as long as it is open.

        `made_by` is the digest of whatever else a docket follows from: its code. `secret`: what only those have who may keep it.

        Raises:
            CorruptError: the log does not hold, or is another than the one that was read before.
            StoreError: the file cannot be read or written.
        """
        self._file, self._store, self._made, self._seal = file, store, (vocabulary, made_by), Seal(secret)
        try:
            self._open()
        except SpoiltError:
            self.anew()
        except sqlite3.DatabaseError as fault:
            if getattr(fault, "sqlite_errorcode", 0) & 0xFF in ELSEWHERE:  # text that is none has no code
                raise StoreError(f"{file or 'a docket'} cannot be kept: {fault}") from fault
            self.anew()

    def anew(self) -> None:
        """All of it again, from the log's beginning. Raises CorruptError."""
        self.close()
        if self._file is not None:
            for end in ("", "-wal", "-shm"):
                self._file.with_name(f"{self._file.name}{end}").unlink(missing_ok=True)
        self._open()

    def _open(self) -> None:
        self._rows = sqlite3.connect(self._file or ":memory:", timeout=WAIT, isolation_level=None)
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
            files = Files(rows, self.docket.procedures, self._seal)
            self.docket.files, self.docket.size = files, self.log.size
            self.docket.idle = [Idle(*row) for row in rows.execute("select entry, matter, why from idle order by entry")]
            known = len(self.docket.idle)
            for piece in self.log.pieces():
                self._take(piece)
                files.flush(self.docket.calendars)
            rows.executemany("insert into idle values (?, ?, ?)", ((one.entry, one.matter, one.why) for one in self.docket.idle[known:]))
            body = json.dumps([made_by, self.log.size, self.log.root.hex(), self.log.signers])
            rows.execute("insert or replace into about values (1, ?, ?)", (body, self._seal.sum(body)))
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
        by, size, root, signers = json.loads(self._seal.whole(*row))
        if by != made_by:
            raise SpoiltError("made by other rules")
        return Log(self._store, size, bytes.fromhex(root), signers)

    def _take(self, piece: list[dict[str, Any]]) -> None:
        for entry in piece:
            self.docket.log = self.docket.log or self.log.name
            if entry["kind"] in RULES:
                body = json.dumps(entry, ensure_ascii=False)
                self._rows.execute("insert into rules values (?, ?, ?)", (self.docket.size, body, self._seal.sum(body)))
            self.docket.apply(entry)

    def _rule(self) -> None:
        """The keys and procedures that the log holds so far."""
        for entry, body, told in self._rows.execute("select entry, body, sum from rules order by entry"):
            self.docket.size = entry
            self.docket.apply(json.loads(self._seal.whole(body, told)))

    def due(self, today: Callable[[Procedure], int], last: int = MAX) -> Iterator[tuple[Due, int]]:
        """What falls due by a day, and which day it is there; `today` says that of a procedure. Raises SpoiltError."""
        days = {digest: today(made) for digest, made in self.docket.procedures.items()}
        latest, kinds = max(days.values(), default=0), {what.value: what for what in What}
        moving = {name for (name,) in self._rows.execute("select name from files where moves <= ?", (latest,))}
        for matter, body, told in self._rows.execute("select matter, body, sum from due where first <= ?", (last,)):
            if matter not in moving:
                if crc32(f"{matter}{body}".encode()) != told:  # many are read at once: this much tells a byte that turned
                    raise SpoiltError("a row is not as it was written")
                digest, lo, hi, what, name, who, text = json.loads(body)
                said = Text(*text) if text else self.docket.procedures[digest].clocks[name].text
                yield Due(Interval(lo, hi), kinds[what], matter, name, tuple(who), said), days[digest]
        for name in sorted(moving):
            found = self.docket.matters[name]
            day = days[found.procedure.digest]
            yield from ((one, day) for one in dues(found.on(day, self.docket.calendars), self.docket.calendars))

    def reaching(self, names: Names) -> Iterator[Matter]:
        """The matters of which something may come that concerns a world of these names. Raises SpoiltError."""
        for matter, body, told in self._rows.execute("select matter, body, sum from reach order by rowid"):
            if crc32(f"{matter}{body}".encode()) != told:
                raise SpoiltError("a row is not as it was written")
            if may_reach(json.loads(body), names):
                yield self.docket.matters[matter]

    def close(self) -> None:
        """Lets go of the file."""
        self._rows.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class Files(MutableMapping[str, File]):
    """Files of matters by name, as rows that are read when they are asked for; what is put is a row after `flush`."""

    def __init__(self, rows: sqlite3.Connection, procedures: MutableMapping[str, Procedure], seal: Seal) -> None:
        self._rows, self._procedures, self._seal = rows, procedures, seal
        self._put: dict[str, File] = {}
        self._last: tuple[str, File] | None = None

    def __getitem__(self, name: str) -> File:
        if name in self._put:
            return self._put[name]
        if self._last is not None and self._last[0] == name:  # who goes through all of them asks twice for each
            return self._last[1]
        row = self._rows.execute("select body, sum from files where name = ?", (name,)).fetchone()
        if row is None:
            raise KeyError(name)
        body, told = row
        self._last = name, _file(name, json.loads(self._seal.whole(body, told, name)), self._procedures)
        return self._last[1]

    def __setitem__(self, name: str, file: File) -> None:
        self._put[name], self._last = file, None

    def __delitem__(self, name: str) -> None:
        raise NotImplementedError("a log forgets nothing")

    def __iter__(self) -> Iterator[str]:
        stored = [name for (name,) in self._rows.execute("select name from files order by rowid")]
        yield from stored
        yield from self._put.keys() - set(stored)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def flush(self, calendars: Calendars) -> None:
        """Writes what was put, and what falls due of it as long as no clock moves it."""
        rows = self._rows
        rows.executemany("delete from due where matter = ?", ((name,) for name in self._put))
        for name, file in self._put.items():
            body = json.dumps(_plain(file), ensure_ascii=False, separators=(",", ":"))
            moves = None
            if file.matter is not None:
                running = file.matter.clocks(calendars)
                moves = min((one.ends.lo for one in running if file.matter.brings(one)), default=None)
                due = [(name, one.day.lo, told := _told(one, file.matter.procedure), crc32(f"{name}{told}".encode())) for one in dues(file.matter, calendars)]
                rows.executemany("insert into due values (?, ?, ?, ?)", due)
                if file.matter.procedure.papers:
                    told = json.dumps(reach(file.matter), ensure_ascii=False, separators=(",", ":"))
                    rows.execute(
                        "insert into reach values (?1, ?2, ?3) on conflict (matter) do update set body = ?2, sum = ?3",
                        (name, told, crc32(f"{name}{told}".encode())),
                    )
            rows.execute(
                "insert into files values (?1, ?2, ?3, ?4) on conflict (name) do update set body = ?2, sum = ?3, moves = ?4",
                (name, body, self._seal.sum(body, name), moves),
            )
        self._put.clear()


def _told(one: Due, procedure: Procedure) -> str:
    text = None if one.what is not What.CONDITION else [one.text.en, one.text.zh, one.text.cite]
    return json.dumps([procedure.digest, *one.day, one.what.value, one.name, one.who, text], ensure_ascii=False, separators=(",", ":"))


def _plain(file: File) -> dict[str, Any]:
    matter = file.matter
    told: dict[str, Any] = {"head": file.head, "entries": file.entries}
    if file.proposed:
        told["proposed"] = {seal: [one.told, one.by, one.entry] for seal, one in file.proposed.items()}
    if matter is not None:
        told |= {
            "procedure": matter.procedure.digest, "parties": matter.parties, "unsettled": matter.unsettled,
            "made": [[one.act, one.day, one.says, one.by, one.entry] for one in matter.made],
            "path": [[step.day, step.stage, step.cause, step.acts] for step in matter.path],
        }  # fmt: skip
    return told


def _file(name: str, told: dict[str, Any], procedures: MutableMapping[str, Procedure]) -> File:
    matter = None
    if "procedure" in told:
        made = tuple(Made(act, day, says, tuple(by), entry) for act, day, says, by, entry in told["made"])
        matter = Matter(name, procedures[told["procedure"]], told["parties"], made, tuple(Step(*step) for step in told["path"]), told["unsettled"])
    proposed = {seal: Proposed(*one) for seal, one in told.get("proposed", {}).items()}
    return File(matter, told["head"], proposed, told["entries"])
