"""The cheapest lawful change of every movement of the platform that is not permitted: milliseconds of processor time, under all shipped rulebooks.

What is counted is to offer levers, as `comity offramp` does, to search and to answer. Of each movement the world is judged anew as it is: that is
a part of the offer, and the search and the answer rest on it. `once` is to judge a movement a single time, as `check` does: an offer holds one such
judgement at least, an answer that of the changed world and one for each step. Beside it in the same run, where there are few enough packages, the
same judge is asked about all of them: the cheapest that is lawful costs the same. The plan, the world and the files of levers are read before.
The last line is JSON: {"bench", "figures", "goal", "met"}; it fails if costs differ.
"""

import itertools
import json
import math
import statistics
import sys
import time
from pathlib import Path

from comity import shelf
from comity.cli.page import page
from comity.files.world_file import world_file
from comity.law.rulebook import PERMITTED
from comity.offramp.answer import Answer
from comity.offramp.as_it_is import judged
from comity.offramp.changeable import Changeable
from comity.offramp.judge import MovementJudge
from comity.offramp.search import Search
from comity.verdict.verdict import verdicts
from comity.words.words import Words

WORLD = Path(__file__).parent.parent / "examples/platform/world.yaml"
DAY = 739_947
GOAL = {"median_milliseconds": 50.0}
MOST = 1024


def milliseconds(began):
    """Of this process alone, since."""
    return round(1000 * (time.process_time() - began), 1)


def ours(plan, world, node, movement):
    """The seconds to offer levers, to search and to answer, and what was found."""
    beside = dict(shelf.levers(shelf.shipped()))
    began = time.process_time()
    changeable = Changeable(plan, world, node, DAY).with_levers((), beside, {}, [movement])
    offered = milliseconds(began)
    judge = changeable.judge(movement)
    began = time.process_time()
    search = Search(changeable.levers, judge)
    found = search.several(1)
    searched = milliseconds(began)
    began = time.process_time()
    list(page(Answer(changeable, movement, PERMITTED, search, found, 0).notes(Words("en", plan.vocabulary))))
    figures = {
        "levers": len(changeable.levers.levers), "judged": len(judge.spans), "offer": offered, "search": searched, "answer": milliseconds(began),
        "cost": min((one.cost for one in found.solutions), default=None),
    }  # fmt: skip
    return changeable, figures


def once(plan, world, movement):
    """The least it takes to judge the movement as it is, of five times."""
    took = []
    for _ in range(5):
        began = time.process_time()
        list(judged(movement, world, plan))
        took.append(milliseconds(began))
    return min(took)


def all_packages(changeable, movement):
    """The least cost of what the same judge finds lawful among all packages; nothing where they are too many."""
    levers = changeable.levers
    if (number := math.prod(map(len, levers.values))) > MOST:
        return {}
    judge = MovementJudge(movement, changeable.worlds, changeable.plan, DAY)
    packages = [one for one in itertools.product(*levers.values) if levers.allows(one)]
    began = time.process_time()
    spans = judge(packages)
    lawful = [levers.cost(one) for one, span in zip(packages, spans, strict=True) if span.worst >= PERMITTED]
    return {"packages": number, "all": milliseconds(began), "least": min(lawful, default=None)}


def main():
    """Everything, printed."""
    plan = shelf.plan()
    world, node, _ = world_file(WORLD, plan, DAY)
    figures, wrong = {}, []
    for movement in [v.movement for v in verdicts(world, plan, DAY) if v.outcome.worst < PERMITTED]:
        changeable, found = ours(plan, world, node, movement)
        beside = all_packages(changeable, movement)
        wrong += [movement] if beside and beside["least"] != found["cost"] else []
        figures[movement] = {"once": once(plan, world, movement), **found, **beside}
        print(f"{movement:46} {json.dumps(figures[movement])}", flush=True)
    middling = {key: statistics.median(one[key] for one in figures.values()) for key in ("once", "offer", "search", "answer")}
    middling["all"] = round(statistics.median(one["offer"] + one["search"] + one["answer"] for one in figures.values()), 1)
    met = {"median_milliseconds": middling["all"] < GOAL["median_milliseconds"]}
    print(json.dumps({"bench": "offramp", "figures": {"median": middling, "of": figures, "wrong": wrong}, "goal": GOAL, "met": met}, ensure_ascii=False))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
