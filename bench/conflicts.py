"""What one shipped law compels and another does not allow, of every two of them: the seconds for all, and beside it each pair asked from the start.

The second way shares nothing between two questions: a reading of its own for each pair, and a solver of its own. Of each law one pair is asked so, and
as many times counted as it has pairs. Seconds are of the processor, as others may use the machine; those of the clock stand beside them.
The last line is JSON: {"bench", "figures", "goal", "met"}.
"""

import json
import sys
import time
from collections import Counter
from dataclasses import replace

from comity import shelf
from comity.prove.survey import conflicts

GOAL = {"seconds_for_all": 60, "unknown": 0}
SECONDS = 30


def main():
    """Everything, printed."""
    plan = shelf.plan(names=[folder.name for folder in shelf.shipped()])
    answers, alone, worst = Counter(), 0.0, ("", 0.0)
    began, own = time.perf_counter(), 0.0
    for forbidding in plan.regimes:
        started = time.process_time()
        found = conflicts(forbidding, plan, SECONDS)
        spent = time.process_time() - started
        answers.update("found" if one.world else one.answer for one in found)
        own, worst = own + spent, max(worst, (forbidding.book.regime, spent), key=lambda one: one[1])
        print(f"{forbidding.book.regime:26} {spent:6.2f} s")
    clock = time.perf_counter() - began
    for at, forbidding in enumerate(plan.regimes):
        other = plan.regimes[at - 1]
        started = time.process_time()
        conflicts(forbidding, replace(plan, regimes=[forbidding, other]), SECONDS)
        alone += (time.process_time() - started) * (len(plan.regimes) - 1)
    figures = {
        "regimes": len(plan.regimes),
        "answers": dict(answers),
        "of_processor": round(own, 2),
        "seconds": round(clock, 2),
        "slowest": [worst[0], round(worst[1], 2)],
        "of_processor_from_the_start": round(alone, 2),
    }
    met = {"seconds_for_all": own < GOAL["seconds_for_all"], "unknown": answers["unknown"] == GOAL["unknown"]}
    print(json.dumps({"bench": "conflicts", "figures": figures, "goal": GOAL, "met": met}, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
