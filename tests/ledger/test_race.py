"""Many at one line at once: it is never crossed, and what was given back can be had again."""

from concurrent.futures import ThreadPoolExecutor

import bookkeeping
from bookkeeping import COUNT, transfers

LATER = bookkeeping.MORNING + bookkeeping.dt.timedelta(hours=2)


def settled(ledger, path):
    """Nobody crossed the line; and what is left up to it can still be had, person by person."""
    entries = [ledger.entry(i) for i in range(ledger.check().size)]
    inside = ledger.totals([bookkeeping.asked(())])[0].least
    assert inside <= COUNT.most
    assert bookkeeping.check(path, []) == len(entries)
    allowed = transfers(ledger, "after", ([10**6 + i] for i in range(COUNT.most + 10)), until=LATER)
    assert len(allowed) == COUNT.most - inside
    assert ledger.totals([bookkeeping.asked(())])[0].least == COUNT.most


def test_threads_never_cross_a_line_together(opened, path):
    ledger = opened()
    with ThreadPoolExecutor(16) as pool:
        work = [pool.submit(transfers, ledger, f"t{n}", [range(1_000 * n + 7 * i, 1_000 * n + 7 * i + 7) for i in range(12)]) for n in range(16)]
        allowed = sum(len(one.result()) for one in work)
    assert ledger.totals([bookkeeping.asked(())])[0].least == 7 * allowed > 0
    settled(ledger, path)


def test_processes_never_cross_a_line_together_even_if_one_is_killed(opened, path):
    opened().close()
    racers = [
        bookkeeping.process(
            """
            from comity.ledger.ledger import Ledger
            n = int(sys.argv[2])
            with Ledger.open(Path(sys.argv[1]), signer=bookkeeping.SIGNER, now=bookkeeping.Clock()) as ledger:
                print("ready", flush=True)
                sys.stdin.readline()
                sets = (range(1_000 * n + 3 * i, 1_000 * n + 3 * i + 3) for i in range(20))
                bookkeeping.transfers(ledger, f"p{n}", sets, lambda name: print(name, flush=True))
                print("done", flush=True)
            """,
            path,
            number,
        )
        for number in range(3)
    ]
    for racer in racers:
        racer.stdin.write("go\n")
        racer.stdin.flush()
    racers[0].stdout.readline()  # it is in the midst of it
    racers[0].kill()
    said = [racer.communicate()[0] for racer in racers]
    assert all("done" in one for one in said[1:])
    clock = bookkeeping.Clock()
    clock.tick(3600)  # what the one that was killed had reserved is over
    ledger = opened(clock)
    ledger.append({"kind": "verdict", "id": "whoever writes next lets it go"})
    assert not ledger.check().pending
    settled(ledger, path)
