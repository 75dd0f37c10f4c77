"""A ledger in one SQLite file: write-ahead log, full sync, so that what is committed survives a loss of power.

Readers and writers of any number of processes share the file; it must lie on a local disk, since its locks and its shared memory do not
reach across machines. Nothing is ever updated but the last, growing tiles.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from itertools import islice
from pathlib import Path
from threading import RLock
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

import apsw

from comity.ledger.hold import CorruptError, FullError, LockedError, StoreError
from comity.ledger.mount import remote
from comity.ledger.store import RUNS, WORDS
from comity.ledger.tiles import Tiles

APPLICATION: Final = 0x434F4D4C
"""Says in the file's header whose it is (`file` shows it): COML."""
EDITION: Final = 2
"""Of the tables."""
PATIENCE_MS: Final = 10_000
"""How long a writer waits for another before it holds."""
AT_ONCE: Final = 4_096
"""Entries read in one piece."""
FORGOTTEN: Final = 24 * 3600.0
"""Seconds after which what a run said goes, if nobody took it away."""

_SCHEMA: Final = f"""
CREATE TABLE entry (i INTEGER PRIMARY KEY, body BLOB NOT NULL, name TEXT) STRICT;
CREATE UNIQUE INDEX entry_name ON entry (name) WHERE name IS NOT NULL;
CREATE TABLE person_set (name TEXT PRIMARY KEY, digests BLOB NOT NULL) STRICT;
CREATE TABLE tile (level INTEGER, i INTEGER, hashes BLOB NOT NULL, PRIMARY KEY (level, i)) STRICT;
CREATE TABLE checkpoint (size INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT;
CREATE TABLE vouched (size INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT;
PRAGMA application_id = {APPLICATION};
PRAGMA user_version = {EDITION};
"""

_RECORDED: Final = "SELECT i FROM entry UNION ALL SELECT size FROM checkpoint LIMIT 1"

P = ParamSpec("P")
R = TypeVar("R")


def _told(method: Callable[Concatenate[Sqlite, P], R]) -> Callable[Concatenate[Sqlite, P], R]:
    """What SQLite, or the file system below it, says, as a reason to hold."""

    def run(self: Sqlite, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with self._lock:
            try:
                return method(self, *args, **kwargs)
            except (apsw.Error, OSError, MemoryError, UnicodeError) as fault:
                raise _reason(fault, self.path) from fault

    run.__doc__ = method.__doc__
    return run


def _reason(fault: Exception, path: Path) -> StoreError | LockedError:
    match fault:
        case apsw.BusyError() | apsw.LockedError():
            return LockedError(f"{path}: another process keeps the ledger locked")
        case apsw.FullError():
            return FullError(f"{path}: no room is left on the disk")
        case apsw.CorruptError() | apsw.NotADBError() | apsw.ConstraintError() | UnicodeError():
            return CorruptError(f"{path}: {fault}")
        case _:
            return StoreError(f"{path}: {fault}")


class Sqlite:
    """One connection to a ledger's file; threads take turns on it."""

    def __init__(self, path: Path, *, patience_ms: int = PATIENCE_MS) -> None:
        """Opens a file that `create` made. Raises StoreError when it is not there, or is another thing."""
        self.path = path
        self._lock = RLock()
        try:
            self._db = _connected(path, apsw.SQLITE_OPEN_READWRITE, patience_ms)
            self._file = _identity(path)
            found = self._db.pragma("application_id"), self._db.pragma("user_version")
        except (apsw.Error, OSError) as fault:
            raise _reason(fault, path) from fault
        if found != (APPLICATION, EDITION):
            self._db.close()
            raise StoreError(f"{path}: " + ("this is no ledger of this edition" if any(found) else "no ledger was begun here to the end: begin it again"))

    @classmethod
    def create(cls, path: Path) -> Sqlite:
        """Makes the file of an empty ledger; one in which nothing was recorded will do. Raises StoreError when something is there already."""
        try:
            db = _connected(path, apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE, PATIENCE_MS)
            try:
                db.execute("BEGIN IMMEDIATE")
                if not db.pragma("application_id") and not db.execute("SELECT * FROM sqlite_schema LIMIT 1").fetchall():
                    db.execute(_SCHEMA)
                elif db.pragma("application_id") != APPLICATION or db.execute(_RECORDED).fetchall():
                    raise StoreError(f"{path}: something is there already")
                db.execute("COMMIT")
            finally:
                db.close()
        except (apsw.Error, OSError) as fault:
            raise _reason(fault, path) from fault
        return cls(path)

    @_told
    def begin(self) -> int:
        """Keeps every other writer out; how many entries there are. Raises StoreError when the file is no longer the one that lies here."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            return self.size()
        except StoreError:  # moved, or put back from a copy: the lock keeps nobody out of what others open
            self._db.execute("ROLLBACK")
            raise

    @_told
    def add(self, first: int, entries: Sequence[tuple[bytes, str | None]], sets: Mapping[str, bytes]) -> None:
        """Entries from this index on with their names, and sets of persons."""
        self._db.executemany("INSERT OR IGNORE INTO person_set VALUES (?, ?)", sets.items())
        self._db.executemany("INSERT INTO entry VALUES (?, ?, ?)", ((first + i, body, name) for i, (body, name) in enumerate(entries)))

    @_told
    def derive(self, first: int, names: Sequence[str | None], tiles: Tiles) -> None:
        """Names and tiles written anew."""
        due = [(name, first + i) for i, name in enumerate(names)]
        # A name that the wrong entry has is in the way of the right one. Earlier entries have theirs already: what clashes with them is no log.
        self._db.executemany("UPDATE entry SET name = NULL WHERE name = ?1 AND i <> ?2 AND i >= ?3", ((*one, first) for one in due))
        self._db.executemany("UPDATE entry SET name = ?1 WHERE i = ?2 AND name IS NOT ?1", due)
        self._tiles(tiles)

    @_told
    def seal(self, tiles: Tiles, size: int, checkpoint: str) -> None:
        """Tiles and the signed checkpoint."""
        self._tiles(tiles)
        self._db.execute("INSERT INTO checkpoint VALUES (?, ?)", (size, checkpoint))

    @_told
    def commit(self) -> None:
        """Returns when the write-ahead log is synced."""
        self._db.execute("COMMIT")

    @_told
    def rollback(self) -> None:
        """Forgets everything since `begin`."""
        if not self._db.get_autocommit():  # SQLite rolls back by itself after some faults
            self._db.execute("ROLLBACK")

    @_told
    def size(self) -> int:
        """How many entries there are. Raises StoreError when the file is no longer the one that lies here: what others write now is not in it."""
        self._here()
        return int(self._one("SELECT coalesce(max(i) + 1, 0) FROM entry", ()))

    def entries(self, first: int, end: int) -> Iterator[bytes]:
        """The bytes of entries, read piece by piece."""
        for begin in range(first, end, AT_ONCE):
            yield from self._piece(begin, min(begin + AT_ONCE, end))

    @_told
    def entry(self, index: int) -> bytes:
        """The bytes of one entry."""
        return self._found("SELECT body FROM entry WHERE i = ?", (index,), f"the entry {index}")

    @_told
    def named(self, names: Sequence[str]) -> dict[str, int]:
        """The indices of entries by name."""
        return dict(self._db.executemany("SELECT name, i FROM entry WHERE name = ?", ((name,) for name in names)))

    @_told
    def names(self, first: int, end: int) -> dict[str, int]:
        """The names beside entries."""
        return dict(self._db.execute("SELECT name, i FROM entry WHERE i >= ? AND i < ? AND name IS NOT NULL", (first, end)))

    @_told
    def persons(self, names: Sequence[str]) -> dict[str, bytes]:
        """The bytes of sets of persons."""
        found = dict(self._db.executemany("SELECT name, digests FROM person_set WHERE name = ?", ((name,) for name in names)))
        if missing := next((name for name in names if name not in found), None):
            raise CorruptError(f"{self.path}: the set of persons {missing} is not there")
        return found

    @_told
    def tile(self, level: int, index: int) -> bytes:
        """The bytes of a tile."""
        return self._found("SELECT hashes FROM tile WHERE level = ? AND i = ?", (level, index), f"the tile {index} of level {level}")

    @_told
    def checkpoint(self, size: int | None = None) -> str | None:
        """The signed checkpoint at a size, or the newest."""
        found = self._one("SELECT note FROM checkpoint WHERE size = ifnull(?, (SELECT max(size) FROM checkpoint))", (size,))
        return None if found is None else str(found)

    @_told
    def vouch(self, size: int, note: str) -> None:
        """Keeps the checkpoint as witnesses signed it."""
        self._db.execute("INSERT OR REPLACE INTO vouched VALUES (?, ?)", (size, note))

    @_told
    def vouched(self) -> str | None:
        """The newest checkpoint that witnesses signed."""
        found = self._one("SELECT note FROM vouched ORDER BY size DESC LIMIT 1", ())
        return None if found is None else str(found)

    @_told
    def keep(self, snapshot: Iterable[bytes | memoryview]) -> None:
        """A snapshot in a file beside the ledger's: whole or not at all. It is not synced: what a power cut tears is not read."""
        new = self._snapshot.with_name(f"{self._snapshot.name}.{os.getpid()}.{id(self)}")
        try:
            with new.open("wb") as file:
                file.writelines(snapshot)
            new.replace(self._snapshot)
        finally:
            new.unlink(missing_ok=True)

    @_told
    def kept(self) -> bytearray | None:
        """The bytes of that file."""
        try:
            return bytearray(self._snapshot.read_bytes())
        except FileNotFoundError:
            return None

    @property
    def _snapshot(self) -> Path:
        return self.path.with_name(f"{self.path.name}.snapshot")

    @_told
    def say(self, run: str, words: str) -> None:
        """A file in a folder beside the ledger's: whole or as it was before. It is not synced."""
        self._said.mkdir(exist_ok=True)
        file = self._saying(run)
        new = file.with_suffix(f".{os.getpid()}")
        new.write_text(words, encoding="utf-8")
        new.replace(file)

    @_told
    def said(self) -> list[str]:
        """What lies in that folder."""
        found = []
        for file in islice(self._said.glob("*.json"), RUNS):
            with suppress(OSError), file.open("rb") as said:  # the run may end meanwhile, and what lies there may be anything
                found.append(said.read(WORDS).decode(errors="replace"))
        return found

    @_told
    def unsay(self, run: str) -> None:
        """Takes the file away, and those that are a day old."""
        self._saying(run).unlink(missing_ok=True)
        for file in self._said.iterdir():
            with suppress(OSError):  # likewise
                if time.time() - file.stat().st_mtime > FORGOTTEN:
                    file.unlink()

    @property
    def _said(self) -> Path:
        return self.path.with_name(f"{self.path.name}.runs")

    def _saying(self, run: str) -> Path:
        return self._said / f"{sha256(run.encode()).hexdigest()}.json"

    @_told
    def close(self) -> None:
        """Lets go of the file."""
        self._db.close()

    @_told
    def _piece(self, first: int, end: int) -> list[bytes]:
        rows = list(self._db.execute("SELECT i, body FROM entry WHERE i >= ? AND i < ? ORDER BY i", (first, end)))
        if [i for i, _ in rows] != list(range(first, end)):
            raise CorruptError(f"{self.path}: an entry between {first} and {end} is not there")
        return [bytes(body) for _, body in rows]

    def _here(self) -> None:
        if _identity(self.path) != self._file:
            raise StoreError(f"{self.path}: another file was put here")

    def _tiles(self, tiles: Tiles) -> None:
        self._db.executemany("INSERT OR REPLACE INTO tile VALUES (?, ?, ?)", ((level, i, hashes) for (level, i), hashes in tiles.items()))

    def _one(self, sql: str, given: tuple[Any, ...]) -> Any:  # noqa: ANN401 -- whatever the column holds
        row = self._db.execute(sql, given).fetchone()
        return None if row is None else row[0]

    def _found(self, sql: str, given: tuple[Any, ...], what: str) -> bytes:
        held = self._one(sql, given)
        if held is None:
            raise CorruptError(f"{self.path}: {what} is not there")
        return bytes(held)


def _connected(path: Path, how: int, patience_ms: int) -> apsw.Connection:
    if kind := remote(path):
        raise StoreError(f"{path}: this is on a network file system ({kind}), where no ledger is safe: take a local disk, or PostgreSQL")
    db = apsw.Connection(str(path), flags=how)
    try:
        db.set_busy_timeout(patience_ms)
        durable(db, path)
    except BaseException:
        db.close()
        raise
    return db


def _identity(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino


def durable(db: apsw.Connection, path: Path) -> None:
    """Sets a connection so that what is committed survives a loss of power. Raises StoreError where it cannot."""
    if db.pragma("journal_mode", "wal") != "wal":
        raise StoreError(f"{path}: the file system has no shared memory for a write-ahead log")
    db.pragma("synchronous", "full")  # NORMAL loses what was acknowledged: a test shows it
    db.pragma("fullfsync", 1)  # where a plain sync leaves bytes in the disk's own cache
    db.pragma("trusted_schema", 0)
