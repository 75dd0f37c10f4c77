"""Many gates at one line: threads in several processes on one ledger, of which one after another is killed or stopped in the midst of it.

Each reserves a few persons of many, commits what stays below the line and cancels what does not. The line stands for one key of a thousand, so
that it is met again and again. At the end every key is counted by hand from the entries: none over its line, nothing pending that nobody holds,
every line still to be reached to the last person. `race.py 1000000` makes that many reservations; 20,000 unless told.
The last line is JSON: {"bench", "figures", "goal", "met"}.
"""

import json
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections import defaultdict
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import bookkeeping

from comity.ledger.digests import Digests
from comity.ledger.entry import read
from comity.ledger.hold import HoldError
from comity.ledger.ledger import Ledger
from comity.ledger.reader import Reader
from comity.ledger.sqlite import Sqlite

GOAL = {"lines_crossed": 0, "capacity_leaked": 0}
THREADS, PROCESSES, EACH = 16, 4, 20
UNTIL = bookkeeping.MORNING + bookkeeping.dt.timedelta(hours=1)


def one(ledger, name, key, numbers, until=UNTIL):
    """Whether these persons moved under this key."""
    totals = ledger.reserve(name, [bookkeeping.asked(numbers, key=key)], until, {}, bookkeeping.UNDER).totals
    allowed = totals[0].most is not None and totals[0].most <= bookkeeping.LINE
    ledger.commit(name, {}) if allowed else ledger.cancel(name, "it crosses the line")
    return allowed


def racer(path, name, keys, times):
    """A process of threads that make so many reservations."""
    ledger = Ledger.open(Path(path), signer=bookkeeping.SIGNER, now=bookkeeping.Clock())

    def work(thread):
        chance = random.Random(f"{name}.{thread}")
        for i in range(times // THREADS):
            key = ("exporter", str(chance.randrange(keys)))
            numbers = chance.sample(range(10_000), chance.randrange(1, EACH))
            while True:
                try:
                    one(ledger, f"{name}.{thread}.{i}", key, numbers)
                    break
                except HoldError as held:  # the one that is stopped keeps the lock: ask again
                    if "locked" not in str(held):
                        raise

    threads = [threading.Thread(target=work, args=(thread,)) for thread in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ledger.close()


def by_hand(path):
    """By key, the persons committed; and how many reservations nobody settled."""
    store = Sqlite(path)
    size = Reader(store).check().size
    committed, pending = defaultdict(set), {}
    for raw in store.entries(0, size):
        entry = read(raw)
        if entry["kind"] == "reserve":
            pending[entry["id"]] = entry["asked"][0]
        elif entry["kind"] == "commit":
            asked = pending.pop(entry["id"])
            committed[tuple(asked["key"])] |= set(map(tuple, Digests.from_bytes(store.persons(asked["persons"]["set"])).halves.tolist()))
        elif entry["kind"] in ("cancel", "expire"):
            del pending[entry["id"]]
    store.close()
    return committed, len(pending), size


def main():
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    keys = max(4, times // 1000)
    context, chance = get_context("spawn"), random.Random(3)
    with tempfile.TemporaryDirectory(dir=Path(__file__).parent) as made:
        path = Path(made) / "ledger.db"
        with Ledger.create(path, signer=bookkeeping.SIGNER, now=bookkeeping.Clock()) as ledger:
            ledger.adopt(bookkeeping.UNDER, [bookkeeping.COUNT])
        began, started, killed, stopped = time.perf_counter(), 0, 0, 0
        share = times // PROCESSES // 4
        racers = []
        while started < 4 * PROCESSES or racers:
            racers = [one for one in racers if one.is_alive()]
            while len(racers) < PROCESSES and started < 4 * PROCESSES:
                racers.append(context.Process(target=racer, args=(str(path), f"p{started}", keys, share)))
                racers[-1].start()
                started += 1
            time.sleep(0.5)
            if racers and started < 4 * PROCESSES and chance.random() < 0.1:
                victim = chance.choice(racers)
                if chance.random() < 0.5:
                    victim.kill()
                    killed += 1
                else:
                    os.kill(victim.pid, signal.SIGSTOP)
                    time.sleep(0.5)
                    os.kill(victim.pid, signal.SIGCONT)
                    stopped += 1
        took = time.perf_counter() - began
        committed, left, size = by_hand(path)
        crossed = sum(len(persons) > bookkeeping.LINE for persons in committed.values())
        clock = bookkeeping.Clock()
        clock.tick(3_600)
        later = UNTIL + bookkeeping.dt.timedelta(hours=1)
        with Ledger.open(path, signer=bookkeeping.SIGNER, now=clock) as ledger:
            for number, (key, persons) in enumerate(committed.items()):  # exactly what is left may still move, and one more may not
                room = bookkeeping.LINE - len(persons)
                fits = not room or one(ledger, f"fill {number}", key, range(10**6, 10**6 + room), later)
                crossed += not fits or one(ledger, f"over {number}", key, [10**7], later)
        leaked = by_hand(path)[1]
    print(
        f"{size:,} entries of {PROCESSES} x {THREADS} threads in {took:.0f} s; {killed} processes killed, {stopped} stopped; {left} reservations left by them"
    )
    figures = {
        "entries": size, "entries_per_s": round(size / took), "keys": len(committed), "killed": killed, "stopped": stopped,
        "left_pending": left, "lines_crossed": crossed, "capacity_leaked": leaked,
    }  # fmt: skip
    print(json.dumps({"bench": Path(__file__).stem, "figures": figures, "goal": GOAL, "met": not crossed and not leaked}))
    return 1 if crossed or leaked else 0


if __name__ == "__main__":
    sys.exit(main())
