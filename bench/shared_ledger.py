"""Gates in several processes race for one line of a ledger on PostgreSQL; the one that leads is killed halfway.

Each thread reserves 3 persons, looks at the total, then commits or cancels: two entries, each durable before it is answered. Beside it, in the same
minute and on the same server, the usual way: connections that each add their persons' rows and raise one hot counter, if it stays below a line, in one
transaction, without log, tree or signature. Afterwards the log is checked whole, totals against plain sets, and what is left up to the line is asked
for person by person. Nothing is right where the one that is killed had decided nothing before, or the others nothing after. The last line is JSON:
{"bench", "figures", "goal", "met"}. `shared_ledger.py 60` runs for that many seconds.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import asyncpg
import bookkeeping
from bookkeeping import COUNT, MORNING, SIGNER, UNDER, Clock, dt, transfers
from postgres import serving

from comity.ledger.digests import Digests
from comity.ledger.entry import read
from comity.ledger.hold import HoldError
from comity.ledger.ledger import Ledger, stored
from comity.ledger.reader import Reader

GATES, THREADS = 4, 16
GOAL = {"crossed": 0, "leaked": 0, "lost": 0, "decisions_per_peer": 1.0, "before_the_kill": "some", "after_the_kill": "some"}


def gate(uri, number, seconds):
    """One process: as many decisions as there is time for; each is told when it was answered."""
    ledger = Ledger.open(uri, signer=SIGNER, now=Clock())
    print("ready", flush=True)
    sys.stdin.readline()
    until, door, held = time.monotonic() + seconds, threading.Lock(), []

    def work(thread):
        turn, slowest = 0, 0.0
        while time.monotonic() < until:
            first, name = 10**7 * number + 10**5 * thread + 3 * turn, f"g{number}.{thread}.{turn}"
            began = time.monotonic()
            try:
                transfers(ledger, name, [range(first, first + 3)])
            except HoldError as reason:
                held.append(str(reason))
                break
            slowest = max(slowest, time.monotonic() - began)
            with door:
                print(f"{name}.0", flush=True)
            turn += 1
        with door:
            print(f"slowest {slowest:.3f}", flush=True)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(THREADS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    ledger.close()
    print("held", json.dumps(sorted(set(held))), flush=True)


async def peer(uri, seconds):
    """Decisions a second of the usual way."""
    first = await asyncpg.connect(uri)
    await first.execute("CREATE TABLE n (n bigint); INSERT INTO n VALUES (0); CREATE TABLE p (d bytea PRIMARY KEY); CREATE TABLE e (i bigserial, body bytea)")
    ends, done = time.monotonic() + seconds, 0

    async def client():
        nonlocal done
        connection = await asyncpg.connect(uri)
        while time.monotonic() < ends:
            async with connection.transaction():
                await connection.execute("INSERT INTO p SELECT unnest($1::bytea[]) ON CONFLICT DO NOTHING", [os.urandom(16) for _ in range(3)])
                await connection.execute("INSERT INTO e (body) VALUES ($1)", bytes(500))
                await connection.execute("UPDATE n SET n = n + 3 WHERE n + 3 <= 1000000000")
            done += 1
        await connection.close()

    await asyncio.gather(*(client() for _ in range(32)))
    await first.close()
    return done / seconds


def whole(uri):
    """Entries of a log that holds, its totals as plain sets give them."""
    store = stored(uri)
    entries = [read(raw) for raw in store.entries(0, Reader(store).check().size)]
    named = {each["persons"]["set"] for one in entries for each in one.get("asked", ())}
    sets = {name: set(map(tuple, Digests.from_bytes(store.persons([name])[name]).halves.tolist())) for name in named}
    store.close()
    assert bookkeeping.by_hand(entries, sets.__getitem__) == [one["totals"][0]["least"] for one in entries if one["kind"] == "reserve"]
    return entries


def main(seconds):
    """The race, its check, and the figures."""
    running = serving()
    server = next(running)
    uri = server.database()
    with Ledger.create(uri, signer=SIGNER, now=Clock()) as first:
        first.adopt(UNDER, [COUNT])
    gates, said = [], [[] for _ in range(GATES)]
    for number in range(GATES):
        command = [sys.executable, __file__, "gate", uri, str(number), str(seconds)]
        gates.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        assert gates[-1].stdout.readline() == "ready\n"  # the first to open it leads
    listening = [threading.Thread(target=lambda n=n: said[n].extend(gates[n].stdout), daemon=True) for n in range(GATES)]
    for one in gates:
        one.stdin.write("\n")
        one.stdin.flush()
    for one in listening:
        one.start()
    time.sleep(seconds / 2)
    before = [len(lines) for lines in said]
    gates[0].send_signal(signal.SIGKILL)
    for one in listening:
        one.join()
    answered = {line.strip() for lines in said for line in lines if line[0] == "g"}
    slowest = max((float(line.split()[1]) for lines in said for line in lines if line.startswith("slowest")), default=0.0)
    after = sum(line[0] == "g" for lines, n in zip(said[1:], before[1:], strict=True) for line in lines[n:])
    holds = [line.partition(" ")[2].strip() for lines in said for line in lines if line.startswith("held")]
    entries = whole(uri)
    settled = {one["id"] for one in entries if one["kind"] in ("commit", "cancel")}
    last = Ledger.open(uri, signer=SIGNER, now=Clock(MORNING + dt.timedelta(hours=1)))
    last.append({"kind": "verdict", "id": "what the killed gate had reserved is over"})
    inside = last.totals([bookkeeping.asked(())])[0].least
    more = len(transfers(last, "after", ([10**12 + i] for i in range(COUNT.most + 5)), until=MORNING + dt.timedelta(hours=3)))
    last.close()
    usual = asyncio.run(peer(server.database(), min(seconds, 6)))
    running.close()
    figures = {
        "entries": len(entries), "decisions": len(answered), "decisions_s": round(len(answered) / seconds),
        "slowest_decision_s": slowest, "peer_s": round(usual), "decisions_per_peer": round(len(answered) / seconds / max(usual, 1e-9), 2),
        "crossed": max(0, inside - COUNT.most), "leaked": COUNT.most - inside - more, "lost": len(answered - settled), "held": holds,
        "before_the_kill": before[0], "after_the_kill": after,
    }  # fmt: skip
    right = before[0] > 0 and after > 0 and not any(figures[name] for name in ("crossed", "leaked", "lost"))
    met = right and figures["decisions_per_peer"] >= GOAL["decisions_per_peer"]
    print(json.dumps({"bench": "shared_ledger", "figures": figures, "goal": GOAL, "met": met}))
    return 0 if right else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["gate"]:
        gate(sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))
    else:
        sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 12.0))
