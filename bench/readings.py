"""Do the three readings of the law say the same? bench/readings.py [ROWS] [SEED], 10^5 random rows unless said otherwise.

First every case of the shipped rulebooks and of the tests' sample, then random rows: half are legs of worlds of cases in which facts were forgotten or
exchanged, read by explain, scale and prove; half are flat legs with any facts at all, known or not, read by explain and prove. Prove's reading is that
of the formulas which proofs are made of: the solver says of every test of a fact, from what is known of it, whether it is surely true and possibly; one
row in two hundred is put to the solver whole. Ends with 1 if readings differ, of which it shows the first of each rulebook.
The last line is JSON: {"bench", "figures", "goal", "met"}.
"""

import json
import sys
import time
from dataclasses import asdict, fields
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from backends import REGIMES, shipped
from quick import sample
from threefold import Tally, Threefold

GOAL = {"rows": 10**5, "differences": 0}
EACH = 200


def main():
    count = int(sys.argv[1].replace("_", "")) if len(sys.argv) > 1 else GOAL["rows"]
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    each = -(-count // (2 * len(REGIMES)))
    tallies, cases, differences, start = [], 0, 0, time.perf_counter()
    print(f"{'':28} {'cases':>6} {'rows':>8} {'permitted':>10} {'undetermined':>13} {'solved whole':>13} {'narrower':>9} {'s':>6}")
    for name in ("xx.sample", *REGIMES):
        plan, told = shipped(name) if name in REGIMES else (sample()[0], [])
        three = Threefold(plan, EACH)
        try:
            for world in [case.world for case in told] or [sample()[1]]:
                three.world(world)
            three.tally = Tally(solved=three.tally.solved)
            cases += len(told) or 1
            if told:
                three.crowd(told, each, seed)
                three.rows(each, seed)
        except AssertionError as fault:
            differences += 1
            print(f"{name}: {fault}")
        tallies.append(tally := three.tally)
        shares = " ".join(f"{part / max(1, tally.rows):{width}.1%}" for part, width in ((tally.permitted, 10), (tally.undetermined, 13)))
        took = time.perf_counter() - start
        print(f"{name:28} {len(told) or 1:6,} {tally.rows:8,} {shares} {tally.solved:13,} {tally.narrower:9,} {took:6.0f}", flush=True)
    figures = {one.name: sum(asdict(tally)[one.name] for tally in tallies) for one in fields(Tally)}
    figures |= {"cases": cases, "differences": differences, "seconds": round(time.perf_counter() - start)}
    print(json.dumps({"bench": "readings", "figures": figures, "goal": GOAL, "met": not differences and figures["rows"] >= GOAL["rows"]}))
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
