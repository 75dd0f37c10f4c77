"""A quick check of the whole core on one world: judge and scale agree on every condition, and both say what a person worked out.

Run as a script it is the net that `test_mutants` holds under planted faults.
"""

import json
from pathlib import Path

from backends import judges
from judge import RAILS

from comity import shelf
from comity.facts.value import FALSE, WORDS
from comity.files.rulebook import read_rulebook
from comity.files.world import read_world
from comity.law.condition import NODES
from comity.law.lower import regimes
from comity.text.source import Mistakes, read_documents
from comity.verdict.decide import judge, stretches
from comity.verdict.plan import Plan

SAMPLE = Path(__file__).parent / "sample"


def sample():
    """The plan and the world of the sample."""
    book = read_rulebook("rulebook.yaml", (SAMPLE / "rulebook.yaml").read_bytes())
    plan = Plan(regimes([book], shelf.vocabulary()), shelf.extended([book]), shelf.places(), shelf.calendars())
    mistakes = Mistakes()
    (node,) = read_documents("world.yaml", (SAMPLE / "world.yaml").read_bytes(), mistakes)
    world = read_world(node, plan.vocabulary, mistakes)
    mistakes.settle()
    return plan, world


def found():
    """For each movement, every finding of the leg and the outcome, by scale; where the judge differs, its word beside it."""
    plan, world = sample()
    (regime,) = plan.regimes
    made = stretches(world, plan)
    owns = iter(judges(world, plan, [leg for one in made for leg in one.legs]))
    conditions = {name: found for name, (law, found) in regime.findings.items() if isinstance(found, NODES) and law.of == "leg"}
    conditions |= {p.path: when for p, when in regime.prohibitions} | {f"{g.ground.path} holds": g.holds for g in regime.grounds}
    conditions |= {f"{d.duty.path} open": d.owed for d in regime.duties}
    said = {}
    for one in made:
        for judged in judge(one, plan):
            own, span = next(owns), judged.opinions["xx.sample"]
            answers = said.setdefault(judged.leg.name, {})
            for name, condition in conditions.items():
                truth = max((least for least in RAILS if own.holds(condition, least)), default=FALSE)
                words = {WORDS[one.truth(condition, judged.row)], WORDS[truth]}
                answers[name] = " or ".join(sorted(words))
            words = {str((span.worst, span.best)), str(tuple(own.opinion(regime)))}
            answers["outcome"] = " or ".join(sorted(words))
    return said


if __name__ == "__main__":
    wanted = json.loads((SAMPLE / "expected.json").read_text(encoding="utf-8"))
    said = found()
    for leg, answers in wanted.items():
        for name, answer in answers.items():
            if said.get(leg, {}).get(name) != answer:
                raise SystemExit(f"{leg} {name}: {said.get(leg, {}).get(name)}, not {answer}")
