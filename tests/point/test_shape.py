"""A function for legs of one shape says of each what the function for all legs says, and the shapes that are kept are few."""

from random import Random

import pytest
from backends import REGIMES, shipped
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import plan_of, rulebooks, world_of, worlds

from comity.flat.legs import facts, flat
from comity.point import shape
from comity.point.explain import compiled
from comity.point.intake import Intake
from comity.point.shape import Shaped, narrowed
from comity.verdict.decide import stretches

FEW = max(1, settings().max_examples // 100)


def legs(plan, world):
    """The facts of every leg of a world, without those that nobody said."""
    for one in stretches(world, plan):
        rows = flat(one, plan)
        for i in range(len(one.legs)):
            yield {name: value for name, value in facts(rows, i).items() if value is not None}


def agree(plan, told):
    """Both functions say the same of a leg, in whatever order its facts are told."""
    intake = Intake(plan)
    own, general = narrowed(plan, intake, told.keys()), compiled(plan, intake)
    assert own(told) == own(dict(reversed(told.items()))) == general(told)


@settings(max_examples=max(2, settings().max_examples // 4))
@given(worlds(), rulebooks(), st.data())
def test_what_is_put_in_beforehand_changes_no_answer(text, book, data):
    """Of any leg under any law, whatever part of its facts is told."""
    plan = plan_of(book)
    for leg in legs(plan, world_of(text, plan)):
        agree(plan, {name: leg[name] for name in leg if data.draw(st.booleans(), name)})


@pytest.mark.parametrize("regime", REGIMES)
def test_the_shipped_cases_are_decided_alike(regime):
    """Of a leg of each of some cases some of what is known is told."""
    (plan, cases), chance = shipped(regime), Random(7)
    for case in cases[:FEW]:
        leg = next(legs(plan, case.world))
        agree(plan, {name: leg[name] for name in chance.sample(sorted(leg), chance.randint(0, len(leg)))})


@pytest.fixture
def decide(monkeypatch):
    monkeypatch.setattr(shape, "OFTEN", 2)
    monkeypatch.setattr(shape, "SHAPES", 2)
    plan, _ = shipped("us.padfa")
    return Shaped(plan, Intake(plan))


def test_a_shape_that_comes_often_gets_a_function_of_its_own(decide):
    told = {"asset.kind": "data", "destination": "CN"}
    for _ in range(2):
        assert not decide._made
        decide(told)
    assert [*decide._made] == [frozenset(told)]
    assert decide(told) == decide({"destination": "CN", "asset.kind": "data"}) == decide.general(told)
    assert decide({**told, "destination": None}) == decide.general({"asset.kind": "data"})


def test_only_so_many_shapes_are_kept(decide):
    names = ["asset.kind", "destination", "origin", "event"]
    for name in names * 3:
        decide({name: None})
        assert len(decide._made) <= 2


def test_a_mistake_is_said_by_either(decide):
    wrong = {"asset.kind": "date", "destination": "CN"}
    for _ in range(2):
        decide({**wrong, "asset.kind": "data"})
    assert decide._made
    for ask in (decide, decide.general):
        with pytest.raises(ValueError, match="'date' is not a word for"):
            ask(wrong)
    with pytest.raises(ValueError, match="there is no fact 'dest'"):
        decide({"dest": "CN"})
    assert frozenset({"dest"}) not in decide._met


def test_shapes_that_come_once_are_forgotten(decide, monkeypatch):
    monkeypatch.setattr(shape, "MET", 3)
    for name in ("asset.kind", "destination", "origin", "event"):
        decide({name: None})
    assert len(decide._met) == 1
