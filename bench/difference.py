"""What changes between two editions of the largest rulebook, one number or one country changed: the seconds to all witnesses, and to the proof.

Beside it in the same run: a solver that is told of both editions with nothing shared, and worlds of the rulebook's own cases judged under both. Then the
same of twelve plain rules, where there are two more ways: a solver's formulas written by hand, and every row that there is. Seconds of the clock
stand beside those of the processor; the goal is of the latter, as others may use the machine. The last line is JSON: {"bench", "figures", "goal", "met"}.
"""

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

import twelve_editions as twelve
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
TWELVE = Path(__file__).parent / "xx.twelve"
GOAL = {"seconds_with_witnesses": 1.0, "unknown": 0}
SECONDS = 60
EVERY_ROW = 20
"""Seconds for as many rows as go into them."""


def editions(folder, before, after, book=shelf.RULEBOOKS / REGIME):
    """An edition and one in which something else stands."""
    text = (book / "rulebook.yaml").read_text(encoding="utf-8")
    if before not in text:
        sys.exit(f"{book.name} no longer says: {before}")
    plans = []
    for name, page in (("old", text), ("new", text.replace(before, after))):
        (file := folder / f"{name}.yaml").write_text(page, encoding="utf-8")
        plans.append(shelf.alone(file))
    return plans


def timed(work):
    """What it gives, the seconds of the clock and those of the processor."""
    began, worked = time.perf_counter(), time.process_time()
    found = work()
    return found, round(time.perf_counter() - began, 2), round(time.process_time() - worked, 2)


def ours(plans):
    """Seconds to the witnesses of the smallest worlds, to the end, and what was found; each from the start."""
    _, witnesses, of_witnesses = timed(lambda: Compared(Editions(*plans), SECONDS).witnesses())
    told, end, of_end = timed(lambda: Compared(Editions(*plans), SECONDS).difference())
    return {
        "seconds_to_witnesses": witnesses, "of_processor_to_witnesses": of_witnesses, "seconds_to_the_end": end, "of_processor_to_the_end": of_end,
        "unknown": len(told.unknown), "classes": [f"{c.direction}: {c.old} -> {c.new}" for c in told.changes],
    }  # fmt: skip


def plain(plans):
    """Seconds of a solver that is told of either edition by itself, to one model: no reading is shared, nothing is judged."""

    def work():
        symbols = Symbols(Editions(*plans).both)
        readings = [Bounded(plan, symbols) for plan in plans]
        sides = [Outcomes.of(reading, plan.regimes).sides[0] for reading, plan in zip(readings, plans, strict=True)]
        differ = z3.Or([one != other for one, other in zip(*sides, strict=True)])
        return found(symbols, [*(one for reading in readings for one in reading.movement()), differ], SECONDS) is not None

    seen, seconds, worked = timed(work)
    return {"found": seen, "seconds": seconds, "of_processor": worked}


def by_cases(plans):
    """Seconds to judge every case of the rulebook under both, and in how many the new edition fails what the old one passes."""
    mistakes = Mistakes()

    def work():
        cases = shelf.cases(shelf.RULEBOOKS / REGIME, plans[0], mistakes)
        return len(cases), sum(bool(run_case(case, plans[1])) and not run_case(case, plans[0]) for case in cases)

    (cases, notice), seconds, worked = timed(work)
    return {"cases": cases, "that_notice": notice, "seconds": seconds, "of_processor": worked}


def main():
    """Everything, printed."""
    figures = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, change in EDITIONS.items():
            plans = editions(Path(folder), *change)
            figures[name] = {**ours(plans), "plain_solver": plain(plans), "own_cases": by_cases(plans)}
        for name, (before, after, new) in twelve.EDITIONS.items():
            plans = editions(Path(folder), before, after, TWELVE)
            figures[f"twelve {name}"] = {**ours(plans), "solver_by_hand": twelve.solver_by_hand(new, SECONDS), "every_row": twelve.every_row(new, EVERY_ROW)}
    for name, held in figures.items():
        for key, value in held.items():
            print(f"{name:14} {key:26} {value}")
    worked = [one["of_processor_to_witnesses"] for one in figures.values()]
    met = {
        "seconds_with_witnesses": max(worked) < GOAL["seconds_with_witnesses"],
        "unknown": sum(one["unknown"] for one in figures.values()) == GOAL["unknown"],
    }
    print(
        json.dumps(
            {"bench": "difference", "figures": {**figures, "median_to_witnesses": statistics.median(worked)}, "goal": GOAL, "met": met}, ensure_ascii=False
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
