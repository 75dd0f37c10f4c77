"""Power cut after any write of a ledger in use: what the disk may hold then is opened, read whole, and its counts kept again by hand.

`crash.py 1000000` looks at a million images, on two processes; 10,000 unless told. Beside it, in the same run, the same with SQLite's sync one
step weaker (synchronous=NORMAL), which must lose what was acknowledged: a harness that cannot fail shows nothing.
The last line is JSON: {"bench", "figures", "goal", "met"}.
"""

import json
import random
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


def run(seed, images, weaker=False):
    """Images of one run of a ledger with chances of its own; what is wrong with them."""
    full = sqlite.durable
    if weaker:
        sqlite.durable = lambda db, path: (full(db, path), db.pragma("synchronous", "normal"))
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as made:
        used, found = Path(made) / "used", Path(made) / "found"
        used.mkdir()
        found.mkdir()
        done = crashes.recorded(used, chance.randrange(4, 14), chance)
        wrong = [one for one in crashes.violations(done, (chance.randrange(len(done) + 1) for _ in range(images)), found, chance) if one]
    sqlite.durable = full
    return wrong


def main():
    images = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    runs = -(-images // RUN)
    began, wrong, seen = time.perf_counter(), [], 0
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        for found in pool.map(run, range(runs), [RUN] * runs):
            seen += RUN
            wrong += found
            print(f"\r{seen:,} images, {len(wrong)} violations", end="", flush=True)
        took = time.perf_counter() - began
        weaker = sum(len(found) for found in pool.map(run, range(runs, runs + 4), [RUN] * 4, [True] * 4))
    print(f" in {took:.0f} s; with a weaker sync {weaker:,} of {4 * RUN:,}")
    for one in wrong[:5]:
        print(one)
    figures = {"images": seen, "violations": len(wrong), "images_per_s": round(seen / took), "weaker_images": 4 * RUN, "violations_when_weaker": weaker}
    print(json.dumps({"bench": Path(__file__).stem, "figures": figures, "goal": GOAL, "met": not wrong and weaker > 0}))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
