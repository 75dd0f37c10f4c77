"""A docket of many open matters: what falls due, an act, a rebuilding; beside a plain SQLite table of the same deadlines, which knows nothing but days.

    python bench/docket.py [100000]

Every matter is opened with a signed application; of seven in ten the letter has been issued, which may be used for three years, and of half of the
others a question is asked. The log is written in large
transactions, so that its making does not take the day; opening and acting are measured one by one, each durable. `due` is what is due within thirty
days: from the file that is kept beside the log, in a process that has just opened it. A verdict is on a world in which one importer of the log's
many is, of whom ten matters are; the whole log is held to its root for it. The last line is JSON: {"bench", "figures", "goal", "met"}.
"""

import datetime as dt
import json
import random
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from docket_office import APPLY, PARTIES, WORLD, Time
from filed import procedure

from comity import shelf
from comity.docket.clerk import Clerk, read
from comity.docket.due import listed
from comity.docket.envelope import ACT, digest, sealed
from comity.edge import asked, registry
from comity.edge.filed import docketed
from comity.edge.home import SIGNER
from comity.law.rulebook import PERMITTED
from comity.ledger.ledger import Ledger, stored
from comity.ledger.note import Private, Signer
from comity.ledger.secret import keep
from comity.ledger.writer import Request, Writer

GOAL = {"due_seconds": 1.0}
AT_ONCE = 2000
FIRST = dt.datetime(2026, 1, 5, 2, tzinfo=dt.UTC)
SPAN = 60
"""Days over which matters are opened."""
EACH = 10
"""Matters with one importer."""


def seconds(began):
    return round(time.perf_counter() - began, 3)


class Signed:
    """The entries of matters, as parties sign them."""

    def __init__(self, log, keys):
        self.log, self.keys, self.made = log, keys, procedure("cn.technology-export", "licence")

    def act(self, matter, number, by, act, says, after, **opening):
        told = {"log": self.log, "matter": matter, "act": act, "says": says, "after": after, **opening}
        return digest(told), {"kind": "act", "id": f"{matter}/{number}", "envelope": sealed(told, ACT, self.keys[PARTIES[by]])}

    def matter(self, number, chance):
        name = f"m{number:06}"
        opening = {"procedure": self.made.digest, "parties": PARTIES}
        scope = {**APPLY["scope"], "importers": [f"buyer-{number // EACH}"]}
        head, entry = self.act(name, 0, "exporter", "apply", {**APPLY, "scope": scope}, "", **opening)
        yield entry
        share = chance.random()
        if share < 0.7:
            yield self.act(name, 1, "authority", "issue-letter", {"number": name, "issued_on": "2026-01-05"}, head)[1]
        elif share < 0.85:
            yield self.act(name, 1, "authority", "ask", {"missing": "a form"}, head)[1]


def written(ledger, log, now, signed, number):
    """Matters, put into the log in large transactions, in the order of their days."""
    ledger.close()
    writer = Writer(stored(log), Signer("test/log", bytes(32)), now)
    chance, waiting = random.Random(7), []
    for n in range(number):
        now.at = FIRST + dt.timedelta(seconds=n * SPAN * 86_400 // number)
        waiting += [Request(entry) for entry in signed.matter(n, chance)]
        if len(waiting) >= AT_ONCE:
            writer.write(waiting)
            waiting = []
    writer.write(waiting)
    writer.store.close()


def plain(folder, dues):
    """The same deadlines in a table: what is due, by an index on the day."""
    rows = sqlite3.connect(folder / "plain.sqlite")
    rows.execute("create table due (day integer, matter text, clock text)")
    rows.executemany("insert into due values (?, ?, ?)", dues)
    rows.execute("create index by_day on due (day)")
    rows.commit()
    return rows


def verdict(folder, today):
    """Seconds until the movements of one importer are judged."""
    world, regimes = folder / "world.yaml", ("cn.technology-export",)
    world.write_text(WORLD.replace("austin-jv", "buyer-7") + "assume: {closed: all, by: a bench, on: 2026-01-01}\n", encoding="utf-8")
    plan, taken = asked.plan((), regimes), []
    for _ in range(5):
        began = time.perf_counter()
        found = asked.decided(asked.read(world, plan, today, docketed(str(folder), plan, today, ())), regimes)
        taken.append(time.perf_counter() - began)
    assert {one.movement: one.outcome.best for one in found} == {"talks": PERMITTED, "delivery": 1, "elsewhere": 1}
    return round(statistics.median(taken), 3)


def main():
    """Everything, printed."""
    number = int(sys.argv[1].replace("_", "")) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as name:
        folder, now = Path(name), Time()
        now.at = FIRST
        log = folder / "log.sqlite"
        keep(folder / SIGNER, f"{Signer('test/log', bytes(32)).secret}\n".encode())  # or nothing is kept of the docket
        ledger = Ledger.create(log, signer=Signer("test/log", bytes(32)), now=now)
        clerk = Clerk(ledger, read(ledger.store, shelf.vocabulary()), shelf.almanacs(), now)
        keys = {party: Private(party, bytes([n]) * 32) for n, party in enumerate(PARTIES.values(), 1)}
        for key in keys.values():
            clerk.introduce(key.key, "2026-01-01", offices=["*"])
        signed = Signed("test/log", keys)
        clerk.open("first", signed.made, PARTIES, "apply", APPLY, keys["beijing-lab"])
        began = time.perf_counter()
        written(ledger, log, now, signed, number)
        figures = {"matters": number, "made_s": seconds(began)}

        store = stored(log)
        began = time.perf_counter()
        with registry.docket(name) as kept:
            figures["rebuilt_s"] = seconds(began)
            figures["entries"] = kept.docket.size
        today = (FIRST + dt.timedelta(days=SPAN)).date().toordinal()
        taken = []
        for _ in range(5):
            began = time.perf_counter()
            with registry.docket(name) as kept:
                found = listed(kept.due(lambda _: today, today + 30), 30)
            taken.append(time.perf_counter() - began)
        figures |= {"due_s": round(statistics.median(taken), 3), "due": len(found)}
        rows = plain(folder, [(one.day.lo, one.of, one.name) for one, _ in found])
        began = time.perf_counter()
        assert len(rows.execute("select * from due where day <= ?", (today + 30,)).fetchall()) == len(found)
        figures["plain_s"] = seconds(began)

        figures["verdict_s"] = verdict(folder, today)

        now.at = FIRST + dt.timedelta(days=SPAN)
        with Ledger.open(log, signer=Signer("test/log", bytes(32)), now=now) as ledger, registry.docket(name) as kept:
            clerk = Clerk(ledger, kept.docket, shelf.almanacs(), now)
            began = time.perf_counter()
            for n in range(100):
                clerk.open(f"new{n}", signed.made, PARTIES, "apply", APPLY, keys["beijing-lab"])
            figures["opened_ms"] = round(10 * (time.perf_counter() - began), 2)
            began = time.perf_counter()
            for n in range(100):
                clerk.act(f"new{n}", "ask", {"missing": "a form"}, keys["commerce-beijing"])
            figures["acted_ms"] = round(10 * (time.perf_counter() - began), 2)
        if number <= 20_000:
            assert dict(read(store, shelf.vocabulary()).files).keys() >= {"m000000", "new99"}
        store.close()
        figures["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    for name, value in figures.items():
        print(f"{name:>12}  {value:,}")
    met = figures["due_s"] < GOAL["due_seconds"]
    print(json.dumps({"bench": "docket", "figures": figures, "goal": GOAL, "met": met}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
