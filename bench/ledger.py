"""Decisions a second of a ledger that loses none: reserved with the persons, then committed, each durable before it is answered.

64 threads, of which each reserves 2 or 20 persons and commits, over and over; beside it, in the same minute, a bare `fdatasync` of 4 KiB
and SQLite with one transaction a decision (an entry, its persons, a counter), as is usual. What a disk can sync changes by the minute and more
than tenfold. Where a sync takes a tenth of a millisecond the processor is the bound of both, and a shared sync saves nothing; so all is done once
more on a disk whose every sync takes five milliseconds longer, for whoever syncs, and there decisions a second over bare syncs a second are held
to the goal. How many decisions share one sync of the ledger's own is told beside it. `alone` is the thread that writes, without callers and their
threads: batches of as many requests, and which part of its time the store takes. Then a log of a million entries is read anew.
The last line is JSON: {"bench", "figures", "goal", "met"}. `ledger.py 100000` reads a log of that many entries.
"""

import json
import os
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import apsw
import bookkeeping
import numpy as np

from comity.ledger.definition import Asked, Definition
from comity.ledger.digests import Digests
from comity.ledger.follow import Follower
from comity.ledger.ledger import Ledger
from comity.ledger.sqlite import Sqlite
from comity.ledger.writer import Answer, Writer

GOAL = {"slow_disk_decisions_per_bare_sync": 8.0, "p99_ms": 250.0, "million_entries_rebuilt_s": 60.0}
CLIENTS, SECONDS = 64, 6.0
REAL, SLOWER = apsw.vfs_names()[0], 0.005
COUNT = Definition("sent", "person", ("months", 12), 100_000)


class SlowDisk(apsw.VFS):
    """The disk, where each sync takes longer."""

    def __init__(self):
        super().__init__("slow", REAL, makedefault=True)

    def xOpen(self, name, flags):  # noqa: N802 -- SQLite's own names
        return SlowFile(REAL, name, flags)


class SlowFile(apsw.VFSFile):
    def xSync(self, flags):  # noqa: N802
        super().xSync(flags)
        time.sleep(SLOWER)


@contextmanager
def slow_disk():
    """Whatever SQLite opens meanwhile is on it."""
    disk = SlowDisk()
    try:
        yield SLOWER
    finally:
        disk.unregister()


@contextmanager
def this_disk():
    """As it is."""
    yield 0.0


def probe(folder, slower, seconds=1.5):
    """Bare fdatasyncs a second, each after 4 KiB and with so many seconds more."""
    with (folder / "probe").open("wb", buffering=0) as file:
        began, times = time.perf_counter(), 0
        while time.perf_counter() - began < seconds:
            file.write(bytes(4096))
            os.fdatasync(file.fileno())
            if slower:
                time.sleep(slower)
            times += 1
        return times / (time.perf_counter() - began)


def plain(folder, persons, seconds=2.0):
    """SQLite, full sync, one transaction a decision: an entry, persons in rows, a counter; no tree, no signature."""
    db = apsw.Connection(str(folder / f"plain{persons}.db"))
    db.pragma("journal_mode", "wal")
    db.pragma("synchronous", "full")
    db.execute("CREATE TABLE entry (i INTEGER PRIMARY KEY, body BLOB); CREATE TABLE person (digest BLOB PRIMARY KEY) WITHOUT ROWID")
    db.execute("CREATE TABLE n (n INTEGER); INSERT INTO n VALUES (0)")
    chance, began, times = np.random.default_rng(1), time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        rows = chance.bytes(16 * persons)
        with db:
            db.execute("INSERT INTO entry (body) VALUES (?)", (bytes(500),))
            db.executemany("INSERT OR IGNORE INTO person VALUES (?)", ((rows[i : i + 16],) for i in range(0, len(rows), 16)))
            db.execute("UPDATE n SET n = n + changes()")
        times += 1
    db.close()
    return times / (time.perf_counter() - began)


def ours(folder, persons):
    """Decisions a second of 64 threads; the 50th and 99th percentile of one reservation or commit, in milliseconds; entries a sync; processors busy."""
    clock = bookkeeping.Clock()
    ledger = Ledger.create(folder / f"ours{persons}.db", signer=bookkeeping.SIGNER, now=clock)
    ledger.adopt(bookkeeping.UNDER, [COUNT])
    until = clock.now + bookkeeping.dt.timedelta(hours=1)
    waits, gate, stop = [[] for _ in range(CLIENTS)], threading.Barrier(CLIENTS + 1), threading.Event()

    def client(number):
        chance, times = np.random.default_rng(number), 0
        gate.wait()
        while not stop.is_set():
            sets = Digests.of(chance.integers(0, 2**64, (persons, 2), dtype=np.uint64))
            asked = [Asked(COUNT.name, ("exporter", f"importer {times % 50}"), bookkeeping.DAY, sets)]
            began = time.perf_counter()
            ledger.reserve(f"{number}.{times}", asked, until, {"movement": f"m{times}"}, bookkeeping.UNDER)
            between = time.perf_counter()
            ledger.commit(f"{number}.{times}", {"rows": 1})
            waits[number] += [between - began, time.perf_counter() - between]
            times += 1

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    gate.wait()
    began, busy = time.perf_counter(), time.process_time()
    stop.wait(SECONDS)
    stop.set()
    for thread in threads:
        thread.join()
    took, busy = time.perf_counter() - began, time.process_time() - busy
    ledger.close()
    batches = apsw.Connection(str(ledger.where)).execute("SELECT count(*) FROM checkpoint").fetchone()[0]
    every = np.sort(np.concatenate(waits)) * 1000
    return len(every) / 2 / took, float(np.percentile(every, 50)), float(np.percentile(every, 99)), len(every) / batches, busy / took


class Timed(Sqlite):
    """A store that knows how long it took."""

    took = 0.0


def _timed(name):
    def method(self, *given):
        began = time.perf_counter()
        found = getattr(Sqlite, name)(self, *given)
        found = list(found) if name == "entries" else found
        self.took += time.perf_counter() - began
        return found

    return method


for _name in ("begin", "add", "entries", "named", "checkpoint", "seal", "commit"):
    setattr(Timed, _name, _timed(_name))


def alone(folder, persons, seconds=3.0):
    """Decisions a second of the thread that writes, with nobody beside it; and the part of its time that the store takes."""
    path = folder / f"alone{persons}.db"
    Sqlite.create(path).close()
    store = Timed(path)
    writer = Writer(store, bookkeeping.SIGNER, bookkeeping.Clock())
    writer.write([bookkeeping.adoption(counts=(COUNT,))])
    chance, times, busy, store.took = np.random.default_rng(3), 0, 0.0, 0.0
    while busy < seconds:
        batch = []
        for i in range(CLIENTS // 2):
            sets = Digests.of(chance.integers(0, 2**64, (persons, 2), dtype=np.uint64))
            asked = Asked(COUNT.name, ("exporter", f"importer {i}"), bookkeeping.DAY, sets)
            batch += [bookkeeping.reservation(f"{times}.{i}", asked), bookkeeping.commitment(f"{times}.{i}")]
        began = time.perf_counter()
        answers = writer.write(batch)
        busy += time.perf_counter() - began
        assert all(isinstance(one, Answer) for one in answers)
        times += 1
    store.close()
    return times * CLIENTS / 2 / busy, store.took / busy


def million(folder, entries):
    """A log of so many entries, 2 persons in each reservation; seconds to fold it anew from the first entry, counts and tree and all."""
    path = folder / "long.db"
    Sqlite.create(path).close()
    store = Sqlite(path)
    writer = Writer(store, bookkeeping.SIGNER, bookkeeping.Clock())
    writer.write([bookkeeping.adoption(counts=(COUNT,))])
    chance, wrote = np.random.default_rng(5), 2
    began = time.perf_counter()
    while wrote < entries:
        batch = []
        for i in range(2_000):
            sets = Digests.of(chance.integers(0, 2**64, (2, 2), dtype=np.uint64))
            asked = Asked(COUNT.name, ("exporter", f"importer {i % 50}"), bookkeeping.DAY, sets)
            batch += [bookkeeping.reservation(f"{wrote}.{i}", asked), bookkeeping.commitment(f"{wrote}.{i}")]
        assert all(isinstance(one, Answer) for one in writer.write(batch))
        wrote += len(batch)
    built = time.perf_counter() - began
    size = store.size()
    began = time.perf_counter()
    log = Follower(store)
    log.follow(size)
    took = time.perf_counter() - began
    assert log.tree.head() == writer.log.tree.head()
    store.close()
    return took * 1_000_000 / size, size / built


def main():
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    figures = {}
    with tempfile.TemporaryDirectory(dir=Path(__file__).parent) as made:  # on the disk that holds the code, not in memory
        folder = Path(made)
        print(f"{'':34} {'fdatasync/s':>12} {'decisions/s':>12} {'a bare sync':>12} {'a sync':>7} {'p50 ms':>8} {'p99 ms':>8} {'processors':>11}")
        for where, disk in (("this disk", this_disk), ("slow disk", slow_disk)):
            figures[where.replace(" ", "_")] = {}
            for persons in (2, 20):
                at = folder / f"{where} {persons}"
                at.mkdir()
                with disk() as slower:
                    before = probe(at, slower)
                    usual = plain(at, persons)
                    rate, p50, p99, batch, busy = ours(at, persons)
                    syncs = (before + probe(at, slower)) / 2
                print(f"{where}, SQLite plainly, {persons:2} persons {syncs:12,.0f} {usual:12,.0f} {usual / syncs:12.2f} {1.0:7.1f}")
                told = f"{syncs:12,.0f} {rate:12,.0f} {rate / syncs:12.2f} {batch / 2:7.1f} {p50:8.1f} {p99:8.1f} {busy:11.2f}"
                print(f"{where}, comity, {persons:2} persons         {told}", flush=True)
                figures[where.replace(" ", "_")][f"persons_{persons}"] = {
                    "fdatasync_per_s": round(syncs), "plain_per_s": round(usual), "decisions_per_s": round(rate),
                    "plain_per_bare_sync": round(usual / syncs, 2), "decisions_per_bare_sync": round(rate / syncs, 2),
                    "decisions_per_own_sync": round(batch / 2, 1), "p50_ms": round(p50, 1), "p99_ms": round(p99, 1), "processors": round(busy, 2),
                }  # fmt: skip
        for persons in (2, 20):
            rate, part = alone(folder, persons)
            print(f"the thread that writes, alone, {persons:2} persons: {rate:,.0f} decisions/s, {part:.0%} of its time in the store")
            figures[f"alone_{persons}"] = {"decisions_per_s": round(rate), "in_the_store": round(part, 2)}
        seconds, rate = million(folder, entries)
        print(f"{entries:,} entries written in batches of 4,000 at {rate:,.0f}/s; read anew in {seconds * entries / 1e6:.1f} s, {seconds:.1f} s a million")
        figures |= {"million_entries_rebuilt_s": round(seconds, 1), "entries_written_per_s": round(rate)}
    here, slow = figures["this_disk"]["persons_20"], figures["slow_disk"]["persons_20"]
    shared = slow["decisions_per_bare_sync"] >= GOAL["slow_disk_decisions_per_bare_sync"]
    met = shared and max(here["p99_ms"], slow["p99_ms"]) < GOAL["p99_ms"] and seconds < GOAL["million_entries_rebuilt_s"]
    print(json.dumps({"bench": Path(__file__).stem, "figures": figures, "goal": GOAL, "met": met}))


if __name__ == "__main__":
    main()
