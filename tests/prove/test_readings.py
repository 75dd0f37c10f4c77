"""What the solver says of a world that it found is what the columns say of it, condition by condition."""

from functools import cache

import pytest

pytest.importorskip("z3")

import z3
from strategies import world_of

from comity import shelf
from comity.facts.value import TRUE
from comity.law.condition import NODES, Exists, Total
from comity.prove.bounded import found
from comity.prove.prover import Prover
from comity.prove.question import asked, at_least
from comity.prove.smt import EXPORTER
from comity.prove.witness import Witness, text
from comity.verdict.decide import stretches

REGIMES = tuple(sorted(folder.name for folder in shelf.shipped()))
MARKS = {at_least(least).term for least in (1, 2, 3)}


def told(reading):
    """The conditions of the exporter's leg that a reading has made formulas of, without those of the outcome itself."""
    for key, formula in list(reading.known.items()):
        if len(key) == 2 and isinstance(key[0], NODES) and key[1] == ("leg", EXPORTER.get_id()) and not marked(key[0]):
            yield key[0], formula


@cache
def marked(node):
    """Does it speak of the outcome?"""
    return node in MARKS or any(marked(one) for one in node.nodes)


def differences(reading, plan, formulas):
    """The conditions on which the readings differ in a world that was found, with no other such below them; None where there is no world."""
    model = found(reading.symbols, formulas, 60)
    if model is None:
        return None
    world = text(Witness(reading.symbols, model).sections(), "found")
    one = stretches(world_of(world, plan), plan)[0]
    taken = {node: TRUE if z3.is_true(model.eval(formula, model_completion=True)) else 0 for node, formula in told(reading)}
    odd = {node: (said, one.truth(node, 0)) for node, said in taken.items() if one.truth(node, 0) != said}
    return {node: both for node, both in odd.items() if not odd.keys() & set(below(node))}, world


def below(node):
    """The conditions that it is made of, of the same leg."""
    for one in node.nodes:
        yield one
        if not isinstance(one, (Exists, Total)):
            yield from below(one)


@cache
def shipped(regime):
    return shelf.plan(names=[regime])


@pytest.mark.parametrize("regime", REGIMES)
def test_a_world_that_was_found_is_judged_as_found(regime):
    plan = shipped(regime)
    prover, question = Prover(plan, seconds=60), asked("outcome != 'prohibited' and in_scope", plan)
    reading = prover._reading(1)
    odd, world = differences(reading, plan, prover._formulas(reading, question))
    assert not odd, world
