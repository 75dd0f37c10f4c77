"""What two parties can agree upon with 16 levers under random law, of which a judge is asked: the front, the bargain, the table and the picture.

Beside it in the same run: every package judged and compared with every other in plain Python, and the same law and worths told to a solver by hand, which is
asked for the front (z3.Optimize, pareto). All three must find the same front. The last line is JSON: {"bench", "figures", "goal", "met"}.
"""

import json
import statistics
import sys
import time
from itertools import product
from pathlib import Path
from random import Random

import z3

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from circuits import Circuit, Counting, formula

from comity.facts.value import Interval
from comity.files.values import MILLION, Values
from comity.law.rulebook import PERMITTED
from comity.offramp.lever import Lever, Levers, Option
from comity.settle.lawful import Lawful
from comity.settle.picture import picture
from comity.settle.settlement import settle
from comity.settle.table import data

GOAL = {"seconds": 5.0}
LEVERS, SEEDS, PLAIN_SECONDS = 16, range(1, 6), 120


def game(seed):
    """Law of eight bars, each with up to four ways through it, and what two parties hold sixteen levers to be worth."""
    chance = Random(seed)
    levers = [Lever(f"l{number}", (Option("", chance.randint(1, 9) * MILLION),)) for number in range(LEVERS)]
    bars = []
    for _ in range(8):
        untouched = [("is", lever, 0) for lever in chance.sample(range(LEVERS), 3)]
        ways = [(PERMITTED, formula(chance, levers, 0, 2)) for _ in range(chance.randint(1, 4))]
        bars.append((("or", [("and", untouched), formula(chance, levers, 0, 2)]), 0, tuple(ways)))
    worths = [[chance.randint(-9, 9) for _ in levers] for _ in range(2)]
    return Circuit(Levers(tuple(levers)), tuple(bars)), worths


def parties(worths):
    """The parties with those worths, and nothing without an agreement."""
    return [
        Values(f"p{n}", {(f"l{at}", ""): Interval(w * MILLION, w * MILLION) for at, w in enumerate(one)}, {}, Interval(0, 0)) for n, one in enumerate(worths)
    ]


def ours(law, worths):
    """Seconds, seconds of the processor, the totals of the front, and how many packages were judged in how many batches."""
    began, worked = time.perf_counter(), time.process_time()
    judge = Counting(law)
    front = settle(law.levers, Lawful(law.levers, judge), parties(worths))
    _ = data(front), picture(front)
    seconds, cpu = time.perf_counter() - began, time.process_time() - worked
    return seconds, cpu, sorted(tuple(total.lo // MILLION for total in point.totals) for point in front.points), sum(judge.batches), len(judge.batches)


def exhaustive(law, worths):
    """The same by judging every package and comparing each with all others that are as good for the first."""
    began = time.perf_counter()
    best: dict[int, int] = {}
    for package in product((0, 1), repeat=LEVERS):
        if law.span(package).worst == PERMITTED:
            one, other = (sum(w * value for w, value in zip(each, package, strict=True)) for each in worths)
            best[one] = max(best.get(one, -(10**9)), other)
    front, most = [], -(10**9)
    for one in sorted(best, reverse=True):
        if best[one] > most:
            most = best[one]
            front.append((one, most))
    return time.perf_counter() - began, sorted(front)


def by_hand(law, worths):
    """The same by a solver that is told of the law and of both parties' worths; None for the front where its time was over."""
    began = time.perf_counter()
    solver, pulled = z3.Optimize(), [z3.Bool(f"l{n}") for n in range(LEVERS)]

    def term(formula_):
        match formula_:
            case ("is", lever, value):
                return pulled[lever] if value else z3.Not(pulled[lever])
            case ("not", part):
                return z3.Not(term(part))
            case (word, parts):
                return (z3.And if word == "and" else z3.Or)([term(part) for part in parts])

    for stands, _, ways in law.bars:
        solver.add(z3.Implies(term(stands), z3.Or([term(when) for _, when in ways])))
    solver.set(priority="pareto", timeout=PLAIN_SECONDS * 1000)
    totals = [z3.Sum([z3.If(one, w, 0) for one, w in zip(pulled, each, strict=True)]) for each in worths]
    for total in totals:
        solver.maximize(total)
    front = []
    while (answer := solver.check()) == z3.sat:
        front.append(tuple(solver.model().eval(total, model_completion=True).as_long() for total in totals))
        if time.perf_counter() - began > PLAIN_SECONDS:
            return time.perf_counter() - began, None
    return time.perf_counter() - began, sorted(set(front)) if answer == z3.unsat else None


def main():
    """Everything, printed."""
    rows, wrong = [], 0
    for seed in SEEDS:
        law, worths = game(seed)
        seconds, cpu, front, judged, batches = ours(law, worths)
        slow, all_ = exhaustive(law, worths)
        plain, told = by_hand(law, worths)
        wrong += front != all_ or (told is not None and told != front)
        took = {"seconds": round(seconds, 3), "cpu_seconds": round(cpu, 3), "judged": judged, "batches": batches}
        beside = {"exhaustive": round(slow, 3), "plain_solver": round(plain, 3) if told is not None else None}
        rows.append({**took, **beside, "points": len(front)})
        print(
            f"{seed}: {len(front)} points  ours {seconds:.2f} s ({cpu:.2f} s of the processor, {judged} of {2**LEVERS} packages judged in {batches} batches)  "
            f"exhaustive {slow:.2f} s  plain solver {plain:.2f} s",
            flush=True,
        )
    seconds = [row["seconds"] for row in rows]
    figures = {
        "levers": LEVERS,
        "games": rows,
        "wrong": wrong,
        "median_seconds": statistics.median(seconds),
        "most_seconds": max(seconds),
        "most_judged": max(row["judged"] for row in rows),
    }
    print(json.dumps({"bench": "settle", "figures": figures, "goal": GOAL, "met": not wrong and max(seconds) < GOAL["seconds"]}))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
