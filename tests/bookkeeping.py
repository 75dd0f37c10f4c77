"""A ledger in use, as tests and benches need one: its key, its clock, persons, and counts kept by hand in plain sets."""

import datetime as dt
import random
import subprocess
import sys
import textwrap
from collections.abc import Iterable
from decimal import Decimal
from itertools import accumulate

import apsw
import numpy as np

from comity.ledger.definition import Asked, Definition
from comity.ledger.digests import Digests
from comity.ledger.entry import read
from comity.ledger.note import Signer
from comity.ledger.reader import Reader
from comity.ledger.sqlite import Sqlite
from comity.ledger.writer import Answer, Request, Writer

SIGNER = Signer("example.org/ledger", bytes(range(32)))
MORNING = dt.datetime(2026, 11, 26, 10, tzinfo=dt.UTC)
DAY = MORNING.toordinal()
UNDER = {"xx.act": "ab" * 32}
LINE = 100
COUNT = Definition("sent", "person", ("months", 12), LINE)


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self, now=MORNING):
        self.now = now

    def __call__(self):
        return self.now

    def tick(self, seconds=1):
        self.now += dt.timedelta(seconds=seconds)


def persons(numbers: Iterable[int]) -> Digests:
    """The same digests for the same numbers, spread as keyed digests are."""
    n = np.fromiter(numbers, dtype=np.uint64)
    return Digests.of(np.stack([n * np.uint64(0x9E3779B97F4A7C15), n], axis=1))


def asked(numbers, key=("exporter", "importer"), day=DAY, count=COUNT):
    return Asked(count.name, key, day, persons(numbers))


def adoption(under=UNDER, counts=(COUNT,)):
    return Request({"kind": "adopt", "rulebooks": dict(under), "counts": [one.entry() for one in counts]})


def reservation(name, *asks, until=MORNING + dt.timedelta(hours=1), under=UNDER, about=None):
    """A request to reserve, as a ledger makes it of what a gate asks."""
    from comity.ledger import entry

    draft = {"kind": "reserve", "id": name, "under": dict(under), "asked": [one.entry() for one in asks], "until": entry.instant(until), "about": about or {}}
    return Request(draft, {one.persons.name: one.persons for one in asks})


def commitment(name):
    return Request({"kind": "commit", "id": name, "about": {}})


def cancellation(name):
    return Request({"kind": "cancel", "id": name, "why": "it crosses a line"})


def by_hand(entries, sets) -> list[int]:
    """What the total of each reservation in a log should be, by Python's sets; `sets` gives the persons of one by its name."""
    committed, pending, totals = set(), {}, []
    for one in entries:
        match one["kind"]:
            case "reserve":
                pending[one["id"]] = sets(one["asked"][0]["persons"]["set"])
                totals.append(min(len(committed.union(*pending.values())), LINE + 1))
            case "commit":
                committed |= pending.pop(one["id"])
            case "cancel" | "expire":
                del pending[one["id"]]
    return totals


def work(path, disk, rounds: int, chance: random.Random):
    """Reserves, commits, cancels and lets expire, a few requests in each transaction; each answer is noted on the disk once it is given."""
    clock = Clock()
    Sqlite.create(path).close()
    store = Sqlite(path)
    writer = Writer(store, SIGNER, clock)
    pending: list[str] = []
    batch = [adoption()]
    for number in range(rounds):
        answers = writer.write(batch)
        disk.note("ack", data=[one for one in answers if isinstance(one, Answer)])
        clock.tick(40)
        names = [f"t{number}.{i}" for i in range(chance.randrange(1, 4))]
        batch = [reservation(name, asked(chance.sample(range(60), 5)), until=clock.now + dt.timedelta(seconds=90)) for name in names]
        chance.shuffle(pending)
        batch += [commitment(name) if chance.random() < 0.6 else cancellation(name) for name in pending[:2]]
        batch.append(Request({"kind": "spend", "id": f"s{number}", "asked": [{"budget": "b", "amount": f"0.{number % 9 + 1}", "most": "1000"}]}))
        pending = pending[2:] + names
    store.close()


def check(path, acknowledged) -> int:
    """Of a ledger found after a crash: all of it holds, what was acknowledged is in it, its counts are its entries'; how many there are."""
    store = Sqlite(path)
    try:
        reader = Reader(store)
        size = reader.check().size
        entries = [read(raw) for raw in store.entries(0, size)]
        for one in acknowledged:
            assert entries[one.index] == one.entry
        totals = by_hand(entries, lambda name: set(map(tuple, Digests.from_bytes(store.persons([name])[name]).halves.tolist())))
        assert totals == [one["totals"][0]["least"] for one in entries if one["kind"] == "reserve"]
        amounts = [Decimal(each["amount"]) for one in entries if one["kind"] == "spend" for each in one["asked"]]
        assert [Decimal(one["totals"][0]) for one in entries if one["kind"] == "spend"] == list(accumulate(amounts))
        return size
    finally:
        store.close()


def small_log(connection: apsw.Connection) -> None:
    """A hook for new connections: the write-ahead log is brought home often, so that a short run sees it."""
    connection.wal_autocheckpoint(12)


def process(code, *arguments):
    """Another process, which has this module and `Path`; it says a line when it has done what it should."""
    head = f"import sys; sys.path[:0] = {[entry for entry in sys.path if entry]!r}\nimport bookkeeping\nfrom pathlib import Path\n"
    made = subprocess.Popen(
        [sys.executable, "-c", head + textwrap.dedent(code), *map(str, arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert made.stdout.readline()
    return made


def transfers(ledger, name, sets, told=lambda _: None, until=MORNING + dt.timedelta(hours=1)):
    """A gate in a hurry: it reserves, commits what stays below the line and cancels what does not; which of these sets of persons moved."""
    moved = []
    for i, numbers in enumerate(sets):
        transfer = f"{name}.{i}"
        totals = ledger.reserve(transfer, [asked(numbers)], until, {}, UNDER).totals
        if totals[0].most is not None and totals[0].most <= LINE:
            ledger.commit(transfer, {})
            moved.append(i)
        else:
            ledger.cancel(transfer, "it crosses the line")
        told(transfer)
    return moved
