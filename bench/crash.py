"""Power cut after any write of a ledger in use: what the disk may hold then is opened, read whole, and its counts kept again by hand.

`crash.py 1000000` looks at a million images, on two processes; 10,000 unless told. Every 500 of them are of one run, drawn by the run's number:
`--first N` begins with another, to share them among machines or to go on where an interrupted call says that it stopped. Beside it, in the same
call, the same with SQLite's sync one step weaker (synchronous=NORMAL), which must lose what was acknowledged: a harness that cannot fail shows
nothing. Images lie in memory where the machine has a place for files there. The last line is JSON: {"bench", "figures", "goal", "met"}.
"""

import argparse
import json
import random
import signal
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import crashes

from comity.ledger import sqlite

GOAL = {"violations": 0, "violations_when_weaker": "some"}
RUN = 500
MEMORY = Path("/dev/shm")


def run(seed, images, weaker=False):
    """Images of one run of a ledger with chances of its own; what is wrong with them."""
    full = sqlite.durable
    if weaker:
        sqlite.durable = lambda db, path: (full(db, path), db.pragma("synchronous", "normal"))
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as made:
        used, found = Path(made) / "used", Path(made) / "found"
        used.mkdir()
        found.mkdir()
        done = crashes.recorded(used, chance.randrange(4, 14), chance)
        wrong = [one for one in crashes.violations(done, (chance.randrange(len(done) + 1) for _ in range(images)), found, chance) if one]
    sqlite.durable = full
    return [f"run {seed}, {one}" for one in wrong]


def interrupted():
    """Whoever interrupts means the parent, which says where to go on."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("images", type=int, nargs="?", default=10_000)
    parser.add_argument("--first", type=int, default=0, metavar="N", help="the number of the first run")
    asked = parser.parse_args()
    runs = range(asked.first, asked.first - (-asked.images // RUN))
    wrong, seen, took, weaker = [], 0, 0.0, 0
    with ProcessPoolExecutor(2, mp_context=get_context("spawn"), initializer=interrupted) as pool:
        try:
            weaker = sum(map(len, pool.map(run, range(4), [RUN] * 4, [True] * 4)))
            began = time.perf_counter()
            for found in pool.map(run, runs, [RUN] * len(runs)):
                seen += RUN
                wrong += found
                took = time.perf_counter() - began
                left = took / seen * (len(runs) * RUN - seen) / 60
                print(f"\r{seen:,} images, {len(wrong)} violations, {seen / took:.0f} a second, {left:.0f} min left ", end="", flush=True)
        except KeyboardInterrupt:
            pool.shutdown(cancel_futures=True)
            print(f"\ngo on with: crash.py {len(runs) * RUN - seen} --first {asked.first + seen // RUN}")
    print(f"\nin {took:.0f} s; with a weaker sync {weaker:,} violations of {4 * RUN:,}")
    for one in wrong[:5]:
        print(one)
    figures = {
        "images": seen, "first": asked.first, "violations": len(wrong), "images_per_s": round(seen / took) if took else 0,
        "hours_a_million": round(1e6 * took / seen / 3600, 2) if seen else None, "weaker_images": 4 * RUN, "violations_when_weaker": weaker,
    }  # fmt: skip
    met = not wrong and weaker > 0 and seen == len(runs) * RUN
    print(json.dumps({"bench": Path(__file__).stem, "figures": figures, "goal": GOAL, "met": met}))
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
