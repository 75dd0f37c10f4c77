"""Reserving persons against those already counted, exactly, and in memory: ours, DuckDB's anti-join and insert, SQLite's insert or ignore.

Half of each batch was counted before. Each engine is given the same digests, in the form that it takes, and must say the same totals; what
it does beside counting (the log, the disk) is measured elsewhere. Ours also keeps the day of each person and can cancel; the peers only
insert. Then few persons at a time under the same key, whom it all came before. `reserve.py 50_000_000 1_000_000` counts that many and
reserves so many; above ten million SQLite is left out, since filling it takes minutes. The last line is JSON.
"""

import ctypes
import json
import resource
import sqlite3
import statistics
import sys
import time
from itertools import count
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from comity.ledger.counts import Counts
from comity.ledger.definition import Asked, Definition
from comity.ledger.digests import Digests

COUNTED, ASKED = (int(n) for n in [*sys.argv[1:], "5_000_000", "100_000"][:2])
ROUNDS, FEW = 5, 2_000
DAY, KEY = 739_000, ("exporter", "importer")
GOAL = {"reserve_ms": 50 if COUNTED < 10**7 else 1000, "few_per_second": 4000, "bytes_per_person": 22}
"""Half of what reserving through a ledger may take: 100 ms for 100,000 against 5 million, 2 s for a million against 50 million."""


class Ours:
    """A count of the twelve months before."""

    def __init__(self, base):
        self.counts, self.names = Counts(), count()
        self.counts.adopt([Definition("count", "person", ("months", 12), 2**40)])
        before = resident()
        for part in np.array_split(base.halves, 10):
            self.reserve(Digests(part))
        self.bytes = (resident() - before) / len(base)

    def form(self, persons):
        return persons

    def reserve(self, persons):
        name = str(next(self.names))
        (total,) = self.counts.reserve(name, [Asked("count", KEY, DAY, persons)])
        self.counts.commit(name)
        return total.least


class DuckDB:
    """A table of halves; the total is kept by adding what is new."""

    def __init__(self, base):
        self.db = duckdb.connect(config={"threads": 1})
        self.db.execute("create table counted (high ubigint, low ubigint)")
        self.total = 0
        for part in np.array_split(base.halves, 10):
            self.reserve(self.form(Digests(part)))

    def form(self, persons):
        return pa.table({"high": persons.high, "low": persons.low})

    def reserve(self, persons):
        self.db.register("batch", persons)
        self.db.execute("begin")
        self.total += self.db.execute("insert into counted select * from batch anti join counted using (high, low)").fetchall()[0][0]
        self.db.execute("commit")
        self.db.unregister("batch")
        return self.total


class SQLite:
    """A table whose primary key is the digest."""

    def __init__(self, base):
        self.db = sqlite3.connect(":memory:", isolation_level=None)
        self.db.execute("create table counted (person blob primary key) without rowid")
        self.total = 0
        self.reserve(self.form(base))

    def form(self, persons):
        data = persons.data
        return [(data[i : i + 16],) for i in range(0, len(data), 16)]

    def reserve(self, persons):
        self.db.execute("begin")
        self.total += self.db.executemany("insert or ignore into counted values (?)", persons).rowcount
        self.db.execute("commit")
        return self.total


def resident():
    """Bytes in memory, without what the allocator keeps of what was freed."""
    ctypes.CDLL(None).malloc_trim(0)
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def batches(chance, base, n, size):
    """Seeded sets, half of each counted before."""
    for _ in range(n):
        old = base.halves[chance.integers(0, len(base), size // 2)]
        yield Digests.of(np.concatenate([old, chance.integers(0, 2**64, (size - size // 2, 2), dtype=np.uint64)]))


def timed(engine, sets):
    """The seconds that each takes, and what is said of each."""
    seconds, totals = [], []
    for persons in [engine.form(one) for one in sets]:
        begin = time.perf_counter()
        totals.append(engine.reserve(persons))
        seconds.append(time.perf_counter() - begin)
    return seconds, totals


def main():
    chance = np.random.default_rng(26)
    base = Digests.of(chance.integers(0, 2**64, (COUNTED, 2), dtype=np.uint64))
    work = {size: list(batches(chance, base, n, size)) for size, n in ((ASKED, ROUNDS), (20, FEW), (2, FEW))}
    figures, said = {"counted": COUNTED, "asked": ASKED}, {}
    for engine in (Ours, DuckDB, SQLite):
        name = engine.__name__.lower()
        if engine is SQLite and COUNTED > 10**7:
            continue
        made, row = engine(base), {}
        for size, sets in work.items():
            some = sets if size == ASKED or engine is not DuckDB else sets[:200]
            seconds, totals = timed(made, some)
            said.setdefault(size, {})[name] = totals[-1] if len(some) == len(sets) else None
            if size == ASKED:
                row |= {"reserve_ms": round(1000 * statistics.median(seconds), 1), "worst_ms": round(1000 * max(seconds), 1)}
            else:
                row[f"{size}_persons_per_second"] = round(len(some) / sum(seconds))
        if engine is Ours:
            row["bytes_per_person"] = round(made.bytes, 1)
        figures[name] = row
        print(f"{name:8}", *(f"{key.replace('_', ' ')} {value:,}" for key, value in row.items()), sep="  ", flush=True)
        del made
    agree = len(set(said[ASKED].values())) == 1
    ours = figures["ours"]
    figures |= {"agree": agree, "duckdb_over_ours": round(figures["duckdb"]["reserve_ms"] / ours["reserve_ms"], 1)}
    if "sqlite" in figures:
        figures["sqlite_over_ours"] = round(figures["sqlite"]["reserve_ms"] / ours["reserve_ms"], 1)
    met = (
        agree
        and ours["reserve_ms"] <= GOAL["reserve_ms"]
        and ours["20_persons_per_second"] >= GOAL["few_per_second"]
        and ours["bytes_per_person"] <= GOAL["bytes_per_person"]
    )
    print(json.dumps({"bench": "reserve", "figures": figures, "goal": GOAL, "met": met}))
    return 0 if agree else 1


if __name__ == "__main__":
    sys.exit(main())
