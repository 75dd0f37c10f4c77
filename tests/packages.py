"""Small laws and worlds with levers: what is judged of packages, and what is read of each from the text of its world."""

import json
from itertools import product

from strategies import HEAD, plan_of

from comity.files.world import read_world
from comity.offramp.judge import MovementJudge
from comity.offramp.worlds import Worlds
from comity.offramp.written import read_levers
from comity.text.source import Mistakes, read_documents
from comity.verdict.verdict import verdicts

DAY = 739_947  # 27 November 2026
PROHIBITED = 0


def judged(law, levers, world):
    """The judge of the movement `t` under a law, told by what it adds to a rulebook; and the outcome of every package, of its text."""
    plan = plan_of(json.dumps({**HEAD, **law}))
    mistakes = Mistakes()
    (node,) = read_documents("world", json.dumps(world), mistakes)
    told = read_levers(read_documents("levers", json.dumps({"levers": levers}), mistakes), mistakes)
    worlds = Worlds(read_world(node, plan.vocabulary, mistakes, DAY), node, told, plan.vocabulary, DAY)
    found = {}
    for package in product(*(range(len(one.lever.options) + 1) for one in told)):
        anew = read_world(worlds.changed(package), plan.vocabulary, mistakes, DAY)
        found[package] = next(verdict.outcome for verdict in verdicts(anew, plan, DAY, narrowed=True) if verdict.movement == "t")
    mistakes.settle()
    return MovementJudge("t", worlds, plan, narrowed=True), found


def prohibits(when):
    """What a rulebook with one prohibition adds."""
    return {"prohibitions": {"a": {"cite": "s. 1", "en": "a", "zh": "a", "when": when}}}
