"""Looks for a wrong permit among as many random partial rows as asked: bench/wrong_permit.py [ROWS] [SEED], 10^8 unless said otherwise.

Half are rows of the twelve rules, each read by a hand that does not know ours, by columns, as a dict of facts and in a database; half are rows
of the shipped rulebooks, each read in a database, one in forty also as a dict of facts, one in ten thousand by the definitional judge of the
tests. Of every row one completion is read too: what it turns out to be must lie within what was said of it. Ends with 1 if there is a fault,
of which each search shows its first.
The last line is JSON: {"bench", "figures", "goal", "met"}.

What it takes, on one core that is otherwise idle: 10^6 rows about half a minute, most of it for writing and planning twelve long queries;
10^8 rows about half an hour and 1 GB of memory.
"""

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

import twelve
from backends import REGIMES, shipped
from partial import Partial, Tally, searched

GOAL = {"rows": 10**8, "faults": 0}
BATCH = 200_000


def main():
    count = int(sys.argv[1].replace("_", "")) if len(sys.argv) > 1 else GOAL["rows"]
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    each = -(-count // (2 * len(REGIMES)))
    searches = {"xx.twelve": lambda tally: twelve.searched(twelve.Twelve(seed), count // 2, tally, BATCH)}
    searches |= {name: lambda tally, name=name: searched(Partial(shipped(name)[0], seed), each, tally, BATCH, (40, 10_000)) for name in REGIMES}
    tallies, faults, start = {}, 0, time.perf_counter()
    print(f"{'':28} {'rows':>12} {'permitted':>10} {'undetermined':>13} {'explained':>12} {'judged':>8} {'s':>7}")
    for name, search in searches.items():
        tally = tallies[name] = Tally()
        try:
            search(tally)
        except AssertionError as fault:
            faults += 1
            print(f"{name}: {fault}")
        shares = (part / max(1, tally.rows) for part in (tally.permitted, tally.undetermined))
        texts = " ".join(f"{share:{width}.1%}" for share, width in zip(shares, (10, 13), strict=True))
        print(f"{name:28} {tally.rows:12,} {texts} {tally.explained:12,} {tally.judged:8,} {time.perf_counter() - start:7.0f}", flush=True)
    figures = {key: sum(asdict(tally)[key] for tally in tallies.values()) for key in asdict(Tally())}
    figures |= {"faults": faults, "seconds": round(time.perf_counter() - start)}
    print(json.dumps({"bench": "wrong_permit", "figures": figures, "goal": GOAL, "met": not faults and figures["rows"] >= GOAL["rows"]}))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
