"""What changes between two editions of the largest rulebook, one number or one country changed: the seconds to the first witness, to all, and to the proof.

Beside it in the same run two plain ways to find a witness: a solver that is told of both editions with nothing shared, and worlds of the rulebook's
own cases judged under both. The last line is JSON: {"bench", "figures", "goal", "met"}.
"""

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

import z3

from comity import shelf
from comity.files.case import run_case
from comity.prove.bounded import Bounded, found
from comity.prove.difference import Compared, Outcomes
from comity.prove.editions import Editions
from comity.prove.symbols import Symbols
from comity.text.source import Mistakes

REGIME = "us.dsp"
EDITIONS = {
    "number": ("(health_data and persons_health > 10000)", "(health_data and persons_health > 20000)"),
    "country": ("CONCERN: [CN, HK, MO, CU, IR, KP, RU, VE]", "CONCERN: [CN, HK, MO, CU, IR, KP, RU]"),
}
GOAL = {"seconds_with_witnesses": 1.0}
SECONDS = 60


def editions(folder, before, after):
    """The shipped edition and one in which something else stands."""
    text = (shelf.RULEBOOKS / REGIME / "rulebook.yaml").read_text(encoding="utf-8")
    if before not in text:
        sys.exit(f"{REGIME} no longer says: {before}")
    plans = []
    for name, page in (("old", text), ("new", text.replace(before, after))):
        (file := folder / f"{name}.yaml").write_text(page, encoding="utf-8")
        plans.append(shelf.alone(file))
    return plans


def ours(plans):
    """Seconds to the witnesses of the smallest worlds, to the end, and what was found."""
    began = time.perf_counter()
    compared = Compared(Editions(*plans), SECONDS)
    told = compared.difference()
    ended = time.perf_counter() - began
    again = Compared(Editions(*plans), SECONDS)
    began = time.perf_counter()
    again.witnesses()
    return {
        "seconds_to_witnesses": round(time.perf_counter() - began, 2), "seconds_to_the_end": round(ended, 2), "unknown": len(told.unknown),
        "classes": [f"{c.direction}: {c.old} -> {c.new}" for c in told.changes],
    }  # fmt: skip


def plain(plans):
    """Seconds of a solver that is told of either edition by itself, to one model: no reading is shared, nothing is judged."""
    began = time.perf_counter()
    symbols = Symbols(plans)
    sides = []
    formulas = []
    for name, plan in zip(("old", "new"), plans, strict=True):
        reading = Bounded(plan, symbols, name)
        outcomes = Outcomes.of(reading, plan.regimes)
        sides.append(outcomes.sides[0])
        formulas += reading.movement()
    differ = z3.Or([one != other for one, other in zip(*sides, strict=True)])
    return {"found": found(symbols, [*formulas, differ], SECONDS) is not None, "seconds": round(time.perf_counter() - began, 2)}


def by_cases(plans):
    """Seconds to judge every case of the rulebook under both, and in how many the new edition fails what the old one passes."""
    began, mistakes = time.perf_counter(), Mistakes()
    cases = shelf.cases(shelf.RULEBOOKS / REGIME, plans[0], mistakes)
    fail = sum(bool(run_case(case, plans[1])) and not run_case(case, plans[0]) for case in cases)
    return {"cases": len(cases), "that_notice": fail, "seconds": round(time.perf_counter() - began, 2)}


def main():
    """Everything, printed."""
    figures = {}
    for name, change in EDITIONS.items():
        with tempfile.TemporaryDirectory() as folder:
            plans = editions(Path(folder), *change)
            figures[name] = {**ours(plans), "plain_solver": plain(plans), "own_cases": by_cases(plans)}
        for key, value in figures[name].items():
            print(f"{name:8} {key:24} {value}")
    middling = statistics.median(one["seconds_to_witnesses"] for one in figures.values())
    met = {"seconds_with_witnesses": max(one["seconds_to_witnesses"] for one in figures.values()) < GOAL["seconds_with_witnesses"]}
    print(json.dumps({"bench": "difference", "figures": {**figures, "median_seconds_to_witnesses": middling}, "goal": GOAL, "met": met}, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
