"""Worlds that are read as one are judged as each is by itself, whatever they say less."""

import random
from collections import Counter

import pytest

pytest.importorskip("z3")

from comity import shelf
from comity.prove.beside import beside
from comity.prove.plain import _facts, _members, _records, less
from comity.prove.prover import Prover, judged
from comity.prove.question import asked
from comity.prove.retell import Less
from comity.prove.witness import text
from comity.text.source import SourceError

QUESTIONS = {
    "cn.data-export": "outcome != 'permitted' and export and population.persons > 1000",
    "us.ear": "outcome == 'authorisation_required'",
    "us.dsp": "outcome == 'prohibited'",
}


def alone(sections, plan):
    """What a world leaves by itself; nothing of one that says too little."""
    try:
        outcome = judged(text(sections, "w"), plan).outcome
    except SourceError:
        return None
    return outcome.worst, outcome.best


def less_and_less(sections, vocabulary, chance, n):
    """Worlds that say less of some records, facts and members."""
    for _ in range(n):
        world = sections
        for spots in (_records, _facts, _members):
            held = list(spots(world))
            few = sorted(chance.sample(range(len(held)), min(len(held), chance.choice([0, 1, 2, 5]))))
            world = less(world, [held[at] for at in few], vocabulary)
        yield world


@pytest.mark.parametrize("regime", QUESTIONS)
def test_worlds_read_as_one_are_judged_as_each_is(regime):
    plan, chance = shelf.plan(names=[regime]), random.Random(regime)
    question = asked(QUESTIONS[regime], plan)
    whole = Prover(plan, (question,)).ever(question).sections
    parts = list(less_and_less(whole, plan.vocabulary, chance, 40))
    expected = [alone(part, plan) for part in parts]
    assert len(set(expected)) > 1, "all alike: nothing is told apart"

    def judge(_, columns):
        ((worst, best),) = [columns.left(levels) for levels in plan.levels.values()]
        return [span == wanted for span in zip(worst.tolist(), best.tolist(), strict=True)]

    for wanted, _ in Counter(span for span in expected if span).most_common(3):
        assert beside([(0, Less(whole, parts))], plan, judge) == [[span == wanted for span in expected]]
