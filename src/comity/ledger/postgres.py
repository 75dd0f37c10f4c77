"""A ledger in a PostgreSQL database, for gates on several machines: one of them leads, and only it appends.

Who holds an advisory lock leads, and raises the epoch when it begins to. Each of its transactions takes the row of the epoch and appends only if
the epoch is still its own and the log as long as it left it. So one that was paused, or cut off, or believes in a lock that a connection pooler
gave to somebody else, appends nothing once another leads: it is fenced.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Final

from comity.ledger.hold import CorruptError, FencedError, LockedError, StoreError
from comity.ledger.session import Session
from comity.ledger.store import RUNS, WORDS
from comity.ledger.tiles import Tiles

LOCK: Final = 0x434F4D4C
"""The advisory lock of whoever leads, in each database its own: COML."""
EDITION: Final = 2
"""Of the tables."""
AT_ONCE: Final = 4_096
"""Entries read in one piece."""
PIECE: Final = 2**24
"""Bytes of a snapshot in one row: a value has at most a gigabyte, and a session that writes for long counts as silent."""
SILENCE: Final = "30s"
"""How long a leader may say nothing before the server ends its session, and another may lead."""
LEADING: Final = ["idle_session_timeout", "idle_in_transaction_session_timeout", "tcp_user_timeout"]
"""What it may not exceed by that, within a transaction or not. Only who leads: a reader may be silent for as long as a table takes to write."""
_SETTINGS: Final = {"lock_timeout": "10s", "search_path": "comity_ledger"}
# In one statement: a gate that stopped between the two would lead for ever.
_LEAD: Final = "SELECT CASE WHEN pg_try_advisory_lock($1) THEN (SELECT count(set_config(name, $2, false)) FROM unnest($3::text[]) name) > 0 ELSE false END"

_RECORDED: Final = "SELECT EXISTS (SELECT FROM comity_ledger.entry UNION ALL SELECT FROM comity_ledger.checkpoint)"

# The digests of persons are as random as what is compressed; and a name may hold any character, which PostgreSQL's text may not.
_SCHEMA: Final = """
CREATE SCHEMA comity_ledger;
CREATE TABLE comity_ledger.entry (i bigint PRIMARY KEY, body bytea NOT NULL, name bytea);
CREATE UNIQUE INDEX entry_name ON comity_ledger.entry (name) WHERE name IS NOT NULL;
CREATE TABLE comity_ledger.person_set (name text PRIMARY KEY, digests bytea NOT NULL);
CREATE TABLE comity_ledger.tile (level integer, i bigint, hashes bytea NOT NULL, PRIMARY KEY (level, i));
CREATE TABLE comity_ledger.checkpoint (size bigint PRIMARY KEY, note text NOT NULL);
CREATE TABLE comity_ledger.vouched (size bigint PRIMARY KEY, note text NOT NULL);
CREATE TABLE comity_ledger.snapshot (i bigint PRIMARY KEY, piece bytea NOT NULL);
CREATE TABLE comity_ledger.epoch (edition integer PRIMARY KEY, n bigint NOT NULL, size bigint NOT NULL);
CREATE UNLOGGED TABLE comity_ledger.request (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, asker text NOT NULL, body bytea NOT NULL, sets bytea[] NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(), answer bytea
);
CREATE UNLOGGED TABLE comity_ledger.said (run text PRIMARY KEY, words text NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp());
ALTER TABLE comity_ledger.person_set ALTER digests SET STORAGE EXTERNAL;
ALTER TABLE comity_ledger.snapshot ALTER piece SET STORAGE EXTERNAL
"""


class Postgres:
    """One session with a ledger's database. A reader's, until it leads."""

    def __init__(self, uri: str) -> None:
        """Opens what `create` made. Raises StoreError when there is no ledger, or it is of another edition."""
        self.uri = uri
        self._session = Session(uri, _SETTINGS)
        self._epoch: int | None = None
        self._size = 0
        try:
            there = self._session.value("SELECT to_regclass('comity_ledger.epoch') IS NOT NULL")
            edition = self._session.value("SELECT max(edition) FROM epoch") if there else None
        except BaseException:
            self._session.close()
            raise
        if edition != EDITION:
            self._session.close()
            raise StoreError("in this database there is no ledger of this edition")

    @classmethod
    def create(cls, uri: str) -> Postgres:
        """Makes the tables of an empty ledger; those in which nothing was recorded will do.

        Raises StoreError when the database has a ledger already: a second beginning would count from nought.
        """
        session = Session(uri)
        try:
            if not session.value("SELECT to_regnamespace('comity_ledger') IS NOT NULL"):
                session.execute("BEGIN")
                session.execute(_SCHEMA)
                session.execute("INSERT INTO comity_ledger.epoch VALUES ($1, 0, 0)", EDITION)
                session.execute("COMMIT")
            elif session.value(_RECORDED):
                raise StoreError("something is there already")
        finally:
            session.close()
        return cls(uri)

    def lead(self) -> bool:
        """Whether this session leads from now on, or did before; one that stops, or whose server hears nothing of it, leads no longer."""
        if self._epoch is None and self._session.value(_LEAD, LOCK, SILENCE, LEADING):
            try:
                self._epoch = int(self._session.value("UPDATE epoch SET n = n + 1 RETURNING n"))
            except LockedError:  # somebody appends who has no lock any more: after that it is fenced
                self._session.execute(f"SELECT pg_advisory_unlock({LOCK})")
        return self._epoch is not None

    def pulse(self) -> None:
        """Tells the server that this session lives."""
        self._session.execute("SELECT 1")

    def begin(self) -> int:
        """Takes the epoch's row until `commit` or `rollback`; how many entries there are.

        Raises:
            LockedError: another session leads.
            FencedError: another did since this one began to.
        """
        if not self.lead():
            raise LockedError("another gate leads this ledger")
        self._session.execute("BEGIN")
        try:
            return self._begun()
        except BaseException:
            self.rollback()
            raise

    def add(self, first: int, entries: Sequence[tuple[bytes, str | None]], sets: Mapping[str, bytes]) -> None:
        """Entries from this index on with their names, and sets of persons."""
        if sets:
            kept = "INSERT INTO person_set SELECT * FROM unnest($1::text[], $2::bytea[]) ON CONFLICT DO NOTHING"
            self._session.execute(kept, list(sets), list(sets.values()))
        numbers = list(range(first, first + len(entries)))
        added = "INSERT INTO entry SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::bytea[])"
        self._session.execute(added, numbers, [body for body, _ in entries], [_spelled(name) for _, name in entries])

    def derive(self, first: int, names: Sequence[str | None], tiles: Tiles) -> None:
        """Names and tiles written anew."""
        numbers = list(range(first, first + len(names)))
        spelled = [_spelled(name) for name in names]
        # A name that the wrong entry has is in the way of the right one. Earlier entries have theirs already: what clashes with them is no log.
        freed = "UPDATE entry e SET name = NULL FROM unnest($1::bigint[], $2::bytea[]) d (i, name) WHERE e.name = d.name AND e.i <> d.i AND e.i >= $3"
        self._session.execute(freed, numbers, spelled, first)
        named = "UPDATE entry e SET name = d.name FROM unnest($1::bigint[], $2::bytea[]) d (i, name) WHERE e.i = d.i AND e.name IS DISTINCT FROM d.name"
        self._session.execute(named, numbers, spelled)
        self._tiles(tiles)

    def seal(self, tiles: Tiles, size: int, checkpoint: str) -> None:
        """Tiles and the signed checkpoint, if this session still leads and nobody appended beside it."""
        self._tiles(tiles)
        self._session.execute("INSERT INTO checkpoint VALUES ($1, $2)", size, checkpoint)
        if self._session.execute("UPDATE epoch SET size = $1 WHERE n = $2 AND size = $3", size, self._epoch, self._size) != "UPDATE 1":
            raise FencedError("another gate leads this ledger")

    def commit(self) -> None:
        """Returns when the server has synced."""
        if (told := self._session.execute("COMMIT")) != "COMMIT":
            raise StoreError(f"the server did not commit, but said {told}")

    def rollback(self) -> None:
        """Forgets everything since `begin`."""
        with suppress(StoreError):  # a session that is no more has been forgotten by the server
            self._session.execute("ROLLBACK")

    def size(self) -> int:
        """How many entries there are."""
        return int(self._session.value("SELECT coalesce(max(i) + 1, 0) FROM entry"))

    def entries(self, first: int, end: int) -> Iterator[bytes]:
        """The bytes of entries, read piece by piece."""
        for begin in range(first, end, AT_ONCE):
            until = min(begin + AT_ONCE, end)
            rows = self._session.rows("SELECT i, body FROM entry WHERE i >= $1 AND i < $2 ORDER BY i", begin, until)
            if [i for i, _ in rows] != list(range(begin, until)):
                raise CorruptError(f"an entry between {begin} and {until} is not there")
            yield from (body for _, body in rows)

    def entry(self, index: int) -> bytes:
        """The bytes of one entry."""
        return _found(self._session.value("SELECT body FROM entry WHERE i = $1", index), f"the entry {index}")

    def named(self, names: Sequence[str]) -> dict[str, int]:
        """The indices of entries by name."""
        rows = self._session.rows("SELECT name, i FROM entry WHERE name = any($1::bytea[])", [name.encode() for name in names]) if names else ()
        return {bytes(name).decode(): int(i) for name, i in rows}

    def names(self, first: int, end: int) -> dict[str, int]:
        """The names beside entries."""
        rows = self._session.rows("SELECT name, i FROM entry WHERE i >= $1 AND i < $2 AND name IS NOT NULL", first, end)
        return {bytes(name).decode(errors="replace"): int(i) for name, i in rows}

    def persons(self, names: Sequence[str]) -> dict[str, bytes]:
        """The bytes of sets of persons."""
        rows = self._session.rows("SELECT name, digests FROM person_set WHERE name = any($1::text[])", list(names)) if names else ()
        found = {str(name): bytes(digests) for name, digests in rows}
        if missing := next((name for name in names if name not in found), None):
            raise CorruptError(f"the set of persons {missing} is not there")
        return found

    def tile(self, level: int, index: int) -> bytes:
        """The bytes of a tile."""
        return _found(self._session.value("SELECT hashes FROM tile WHERE level = $1 AND i = $2", level, index), f"the tile {index} of level {level}")

    def checkpoint(self, size: int | None = None) -> str | None:
        """The signed checkpoint at a size, or the newest."""
        found = self._session.value("SELECT note FROM checkpoint WHERE size = coalesce($1, (SELECT max(size) FROM checkpoint))", size)
        return None if found is None else str(found)

    def vouch(self, size: int, note: str) -> None:
        """Keeps the checkpoint as witnesses signed it. Who leads no longer may: it says nothing that is not signed."""
        self._session.execute("INSERT INTO vouched VALUES ($1, $2) ON CONFLICT (size) DO UPDATE SET note = excluded.note", size, note)

    def vouched(self) -> str | None:
        """The newest checkpoint that witnesses signed."""
        found = self._session.value("SELECT note FROM vouched ORDER BY size DESC LIMIT 1")
        return None if found is None else str(found)

    def keep(self, snapshot: Iterable[bytes | memoryview]) -> None:
        """A snapshot in rows, in a transaction of its own."""
        held = b"".join(snapshot)
        try:
            self._session.execute("BEGIN")
            self._session.execute("DELETE FROM snapshot")
            for i in range(0, len(held), PIECE):
                self._session.execute("INSERT INTO snapshot VALUES ($1, $2)", i, held[i : i + PIECE])
            self.commit()
        except BaseException:
            self.rollback()
            raise

    def kept(self) -> bytearray | None:
        """The bytes of these rows."""
        held = bytearray()
        for (i,) in self._session.rows("SELECT i FROM snapshot ORDER BY i"):
            held += self._session.value("SELECT piece FROM snapshot WHERE i = $1", i) or b""  # another may have come in its place
        return held or None

    def say(self, run: str, words: str) -> None:
        """A row. A ledger that was begun before there was a table for it hears of no run."""
        said = "INSERT INTO said (run, words) VALUES ($1, $2) ON CONFLICT (run) DO UPDATE SET words = excluded.words, at = excluded.at"
        self._session.execute(said, run, words)

    def said(self) -> list[str]:
        """What these rows say."""
        return [str(words) for (words,) in self._session.rows("SELECT left(words, $1) FROM said LIMIT $2", WORDS, RUNS)]

    def unsay(self, run: str) -> None:
        """Takes the row away, and those that are a day old."""
        self._session.execute("DELETE FROM said WHERE run = $1 OR at < now() - interval '1 day'", run)

    def close(self) -> None:
        """Ends the session; another may lead, and is told so."""
        if self._epoch is not None:
            with suppress(StoreError):  # or the server finds out by itself
                self._session.execute("ROLLBACK")
                self._session.execute("SELECT pg_advisory_unlock_all(), pg_notify('comity_ledger', 'asked')")
        self._session.close()

    def _begun(self) -> int:
        epoch, self._size = self._session.rows("SELECT n, size FROM epoch FOR UPDATE")[0]
        if epoch != self._epoch:
            raise FencedError(f"another gate leads this ledger: its epoch is {epoch}, and this one's was {self._epoch}")
        if (size := self.size()) != self._size:
            raise CorruptError(f"the ledger has {size} entries and should have {self._size}")
        return size

    def _tiles(self, tiles: Tiles) -> None:
        written = "INSERT INTO tile SELECT * FROM unnest($1::int[], $2::bigint[], $3::bytea[]) ON CONFLICT (level, i) DO UPDATE SET hashes = excluded.hashes"
        self._session.execute(written, [level for level, _ in tiles], [i for _, i in tiles], list(tiles.values()))


def _spelled(name: str | None) -> bytes | None:
    return None if name is None else name.encode()


def _found(held: bytes | None, what: str) -> bytes:
    if held is None:
        raise CorruptError(f"{what} is not there")
    return held
