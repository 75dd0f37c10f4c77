"""Many gates at one line: threads in several processes on one ledger, of which one after another is killed or stopped, if possible the one that leads.

Each reserves a few persons of many, commits what stays below the line and cancels what does not; who is cut off opens the ledger again and asks
the same again. A line stands for each of some keys, so that it is met again and again. Reservations are made in rounds, each with a ledger
of its own; after a round each total in the log is counted again by hand, each answer that was given is looked for, and every line is filled to the last person.

    race.py 1000000 --on sqlite --kept build/race.jsonl --seconds 3000

makes so many reservations on one store (50,000 on each unless told), ends after so many seconds with the round it is in, and goes on where the lines
of that file end. The last line is JSON: {"bench", "figures", "goal", "met"}; nothing is met where less was done than was asked.
"""

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import bookkeeping
from bookkeeping import LINE, SIGNER, UNDER
from postgres import serving

from comity.ledger import postgres
from comity.ledger.digests import Digests
from comity.ledger.entry import read
from comity.ledger.hold import LockedError, StoreError
from comity.ledger.ledger import Ledger, stored
from comity.ledger.reader import Reader

WRONG = ("lines_crossed", "capacity_leaked", "totals_wrong", "answers_lost", "racers_failed")
GOAL = {**dict.fromkeys(WRONG, 0), "reservations": "as many as asked", "killed": "some", "stopped": "some"}
ROUND, PROCESSES, THREADS, EACH, KEYS, CUTS = 50_000, 4, 16, 20, 20, 6
UNTIL = bookkeeping.MORNING + bookkeeping.dt.timedelta(hours=1)
PATIENCE = 120.0
"""Seconds that a racer waits for a lock, and a round for one that leads after the other, before something is wrong."""


class Gate:
    """One process's ledger, opened again when it was cut off."""

    def __init__(self, where):
        self.where, self.cuts, self._door = where, 0, threading.Lock()
        self.ledger = self._opened()

    def _opened(self):
        return Ledger.open(self.where, signer=SIGNER, now=bookkeeping.Clock())

    def ask(self, what):
        """What a ledger answers, whoever leads; asked again for as long as there is reason to."""
        last = time.monotonic() + PATIENCE
        while True:
            ledger = self.ledger
            try:
                return what(ledger)
            except LockedError:  # the one that is stopped keeps the lock, or leads
                if time.monotonic() > last:
                    raise
            except StoreError:
                if time.monotonic() > last:
                    raise
                with self._door, suppress(StoreError):  # a server that is busy may cut off who opens it, too
                    if self.ledger is ledger:
                        self.cuts += 1
                        ledger.close()
                        self.ledger = self._opened()


def transfer(gate, name, key, numbers, until=UNTIL):
    """Whether these persons moved under this key."""
    totals = gate.ask(lambda ledger: ledger.reserve(name, [bookkeeping.asked(numbers, key=key)], until, {}, UNDER)).totals
    allowed = totals[0].most is not None and totals[0].most <= LINE
    gate.ask(lambda ledger: ledger.commit(name, {}) if allowed else ledger.cancel(name, "it crosses a line"))
    return allowed


def racer(where, name, answered, leads, cuts, number, times):
    """A process of threads that make so many reservations; each is written down when it is answered."""
    postgres.SILENCE = "3s"  # less, and on a machine that is busy elsewhere every one that leads is taken for one that hangs
    gate, failed = Gate(where), []
    told = os.open(answered, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def work(thread):
        chance = random.Random(f"{name}.{thread}")
        try:
            for i in range(times // THREADS):
                key = ("exporter", str(chance.randrange(KEYS)))
                transfer(gate, f"{name}.{thread}.{i}", key, chance.sample(range(10_000), chance.randrange(1, EACH)))
                os.write(told, f"{name}.{thread}.{i}\n".encode())
                leads[number] = getattr(gate.ledger._sequencer, "leads", True)  # noqa: SLF001 -- to stop the one that leads
        except BaseException as fault:
            failed.append(fault)
            raise

    threads = [threading.Thread(target=work, args=(thread,)) for thread in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    leads[number], cuts[number] = False, gate.cuts
    gate.ledger.close()
    sys.exit(bool(failed))


def race(where, name, folder, times):
    """Racers on one ledger until all are done; how many were killed, stopped, cut off and opened again, how many failed; and what was answered."""
    context, chance = get_context("spawn"), random.Random(name)
    leads, cuts = context.RawArray("b", 100), context.RawArray("i", 100)
    answered, racers, done = folder / "answered", {}, Counter()
    share = times // PROCESSES
    answered.touch()

    def start():
        number = done["started"]
        racers[number] = context.Process(target=racer, args=(where, f"{name}.{number}", answered, leads, cuts, number, share))
        racers[number].start()
        done["started"] += 1

    for _ in range(PROCESSES):
        start()
    for part in range(1, CUTS + 1):
        while answered.stat().st_size < part / (CUTS + 1) * times * 10 and any(one.is_alive() for one in racers.values()):
            time.sleep(0.05)
        living = [number for number, one in racers.items() if one.is_alive()]
        if not living:
            break
        victim = next((number for number in living if leads[number]), living[0]) if part % 3 else chance.choice(living)
        if part % 2:
            racers[victim].kill()
            done["killed"] += 1
            start()
        else:
            os.kill(racers[victim].pid, signal.SIGSTOP)
            last = time.monotonic() + (0.5 if isinstance(where, Path) else 15.0)  # time enough to lose the lead; on SQLite nobody can take it
            while time.monotonic() < last and (isinstance(where, Path) or not any(leads[number] for number in living if number != victim)):
                time.sleep(0.05)
            os.kill(racers[victim].pid, signal.SIGCONT)
            done["stopped"] += 1
    for one in racers.values():
        one.join()
    done["cut_off"] = sum(cuts)
    done["racers_failed"] = sum(one.exitcode not in (0, -signal.SIGKILL) for one in racers.values())
    return done, set(answered.read_text().split())


def by_hand(where):
    """Of all that is in a log: its reservations, those nobody settled, by key how many persons; how many totals are wrong; the names that were settled."""
    store = stored(where)
    counted, pending, wrong, settled, made = defaultdict(Counter), {}, 0, set(), 0
    for raw in store.entries(0, Reader(store).check().size):
        entry = read(raw)
        if entry["kind"] == "reserve":
            (asked,) = entry["asked"]
            persons = list(map(tuple, Digests.from_bytes(*store.persons([asked["persons"]["set"]]).values()).halves.tolist()))
            here = counted[tuple(asked["key"])]
            here.update(persons)
            pending[entry["id"]] = here, persons
            total = len(here)
            wrong += entry["totals"] != [{"least": total, "most": total} if total <= LINE else {"least": LINE + 1}]
            made += 1
        elif entry["kind"] in ("commit", "cancel", "expire"):
            here, persons = pending.pop(entry["id"])
            settled.add(entry["id"])
            if entry["kind"] != "commit":
                here.subtract(persons)
                for one in persons:
                    if not here[one]:
                        del here[one]
    store.close()
    return made, len(pending), {key: len(here) for key, here in counted.items()}, wrong, settled


def one_round(where, name, folder, times):
    """The figures of a round."""
    with Ledger.create(where, signer=SIGNER, now=bookkeeping.Clock()) as ledger:
        ledger.adopt(UNDER, [bookkeeping.COUNT])
    began = time.perf_counter()
    done, answered = race(where, name, folder, times)
    took = time.perf_counter() - began
    made, left, _, wrong, settled = by_hand(where)
    clock = bookkeeping.Clock()
    clock.tick(3_600)
    later = UNTIL + bookkeeping.dt.timedelta(hours=1)
    crossed = 0
    with Ledger.open(where, signer=SIGNER, now=clock) as ledger:
        ledger.append({"kind": "verdict", "id": "what was cut off is over"})
        gate, counted = argparse.Namespace(ask=lambda what: what(ledger)), by_hand(where)[2]
        for number, (key, persons) in enumerate(counted.items()):  # exactly what is left may still move, and one more may not
            room = LINE - persons
            fits = not room or transfer(gate, f"fill {number}", key, range(10**6, 10**6 + room), later)
            crossed += room < 0 or not fits or transfer(gate, f"over {number}", key, [10**7], later)
    leaked = by_hand(where)[1]
    return {
        "reservations": made, "seconds": round(took, 1), "keys": len(counted), **{name: done[name] for name in ("killed", "stopped", "cut_off")},
        "left_pending": left, "lines_crossed": crossed, "capacity_leaked": leaked, "totals_wrong": wrong, "answers_lost": len(answered - settled),
        "racers_failed": done["racers_failed"],
    }  # fmt: skip


@contextmanager
def sqlite():
    """Where the ledgers of rounds are, each its own."""
    with tempfile.TemporaryDirectory(dir=Path(__file__).parent) as made:
        yield lambda: Path(tempfile.mkdtemp(dir=made)) / "ledger.db"


@contextmanager
def postgresql():
    """The same in databases of a server."""
    running = serving()
    server = next(running)
    try:
        yield server.database
    finally:
        running.close()


STORES = {"sqlite": sqlite, "postgresql": postgresql}


def main():
    words = argparse.ArgumentParser()
    words.add_argument("reservations", type=int, nargs="?", default=ROUND)
    words.add_argument("--on", choices=STORES, action="append")
    words.add_argument("--kept", type=Path, help="where rounds are written down, a line each")
    words.add_argument("--seconds", type=float, default=float("inf"))
    asked = words.parse_args()
    ends, figures = time.monotonic() + asked.seconds, {}
    before = [json.loads(line) for line in asked.kept.read_text().splitlines()] if asked.kept and asked.kept.exists() else []
    for store in asked.on or STORES:
        mine = [one for one in before if one["on"] == store]
        with STORES[store]() as place:
            while (left := asked.reservations - sum(one["reservations"] for one in mine)) > 0 and time.monotonic() < ends:
                with tempfile.TemporaryDirectory() as folder:
                    times = max(PROCESSES * THREADS, min(ROUND, left))
                    mine.append({"on": store, **one_round(place(), f"r{len(mine)}", Path(folder), times)})
                print(json.dumps(mine[-1]), flush=True)
                if asked.kept:
                    with asked.kept.open("a", encoding="utf-8") as kept:
                        kept.write(json.dumps(mine[-1]) + "\n")
        figures[store] = {name: round(sum(one[name] for one in mine), 1) for name in (mine[0] if mine else ()) if name not in ("on", "keys")}
    right = not any(one.get(name, 0) for one in figures.values() for name in WRONG)
    met = right and all(one and one["reservations"] >= asked.reservations and one["killed"] and one["stopped"] for one in figures.values())
    print(json.dumps({"bench": Path(__file__).stem, "figures": figures, "goal": GOAL, "met": met}))
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
