"""Why, as data: the reasons that come of a dict are those that `comity explain` tells, step by step down to the facts."""

import json
from functools import partial

import pytest
from backends import REGIMES, shipped
from hypothesis import given, settings
from strategies import plan_of, rulebooks, world_of, worlds

from comity.facts.value import TRUE, UNKNOWN
from comity.flat.legs import facts, flat
from comity.flat.names import Names, terms
from comity.law.condition import Compare, Fact, Member
from comity.point.intake import Intake
from comity.point.reason import _Teller, reasons
from comity.verdict.decide import judge, stretches
from comity.verdict.opinion import opinion
from comity.why.missing import _open
from comity.why.story import teller

FEW = max(2, settings().max_examples // 8)


def in_words(plan):
    """Each test on facts that the plan reads, as the reasons name it."""
    written, names = _Teller(plan.regimes[0], Intake(plan))._written, Names(plan)
    return {leaf: written(leaf, [names.of[term] for term in terms(leaf)]) for leaf in names.leaves}


def rests(step, plan, words, leaves):
    """The tests on facts of a leg that a story rests on: (test, truth). What a form ranges over is below them, not among them."""
    recursive = {plan.recursive[leaf.term.fact]: leaf for leaf in leaves if isinstance(leaf, Fact) and getattr(leaf.term, "fact", None) in plan.recursive}
    if isinstance(step.node, (Fact, Compare, Member)) and step.node in leaves and step.word != "row":
        yield step.node, step.truth
    elif step.law is not None and step.node in recursive:
        yield recursive[step.node], step.truth
    else:
        for part in step.parts:
            yield from rests(part, plan, words, leaves)


def same(reason, step, plan, words):
    """Do a reason and a story rest on the same tests, each as true?"""
    mine = {(test.word.removeprefix("not "), test.truth) for test in reason.tests()}
    assert mine == {(words[leaf], truth) for leaf, truth in rests(step, plan, words, set(words))}
    assert reason.truth == step.truth


def agree(plan, world, why):
    """The reasons of every leg of a world against its opinions and stories; how many provisions were in play."""
    (regime,), words, called, seen = plan.regimes, in_words(plan), Names(plan).of, 0
    conditions = {law.path: when for law, when in regime.prohibitions}
    for one in stretches(world, plan):
        rows = flat(one, plan)
        for i, judged in enumerate(judge(one, plan)):
            (found,) = why(facts(rows, i))
            known, story = opinion(judged, regime), teller(judged, regime)
            bars = [reason for reason in found.reasons if not reason.law.kind.startswith("duty")]
            duties = [reason for reason in found.reasons if reason.law.kind.startswith("duty")]
            assert found.span == known.span
            assert [(bar.law.path, bar.law.cite, bar.truth) for bar in bars] == [(b.law.path, b.law.cite, b.truth) for b in known.bars]
            assert [(duty.law.path, duty.truth, duty.word) for duty in duties] == [(o.law.path, o.owed, o.state) for o in known.owed]
            for reason, bar in zip(bars, known.bars, strict=True):
                cause, *ways = reason.parts
                assert reason.word == ("lifted" if bar.lifted == TRUE else "stands" if bar.truth == TRUE else "may stand")
                assert [(way.law.path, way.truth) for way in ways] == [(way.ground.path, way.holds) for way in bar.ways]
                same(cause, story.tell(conditions[bar.law.path]), plan, words)
                for mine, way in zip(ways, bar.ways, strict=True):
                    same(mine.parts[0], story.tell(way.lowered.holds), plan, words)
                    assert (mine.word == "holds") == (way.holds == TRUE)
                    assert (mine.word == "open") == (way.holds == UNKNOWN)
            leaves = set(_open(plan.levels[found.regime], partial(judged.stretch.truth, row=judged.row), set()))
            open_ = [] if found.span.settled else [{called[t] for t in terms(leaf)} for leaf in leaves]
            assert all(names & set(found.missing) for names in open_)
            assert set(found.missing) <= set().union(*open_)
            seen += len(found.reasons)
    return seen


@given(worlds(), rulebooks())
def test_reasons_are_those_of_the_story(text, book):
    """Of any world under any law: the same provisions, as true, lifted by the same grounds, for the same facts, missing the same."""
    plan = plan_of(book)
    agree(plan, world_of(text, plan), reasons(plan))


def test_a_place_that_is_too_wide_to_say_is_missing():
    """Whoever is in the Union may be in Germany: both facts are told, and either one more exactly would settle it."""
    book = {
        "rulebook": "xx.wide", "title": {"en": "Wide", "zh": "宽"}, "edition": "1", "published": "2020-01-01", "jurisdiction": ["XX"], "speaks_about": ["data"],
        "prohibitions": {"near": {"cite": "s. 1", "en": "a rule", "zh": "规则", "when": "importer.principal_place in exporter.organised_in"}},
    }  # fmt: skip
    why = reasons(plan_of(json.dumps(book)))
    (found,) = why({"importer.principal_place": "EU", "exporter.organised_in": frozenset({"DE"})})
    assert {"importer.principal_place", "exporter.organised_in"} <= set(found.missing)
    (found,) = why({"importer.principal_place": "EU"})
    assert "exporter.organised_in" in found.missing
    assert "importer.principal_place" not in found.missing


@pytest.mark.parametrize("regime", REGIMES)
def test_reasons_are_those_of_the_story_in_the_shipped_cases(regime):
    plan, cases = shipped(regime)
    why = reasons(plan)
    assert sum(agree(plan, case.world, why) for case in cases[:FEW]) or not cases


def test_reasons_can_be_read_aloud():
    import comity

    found = comity.Policy("us.padfa").reasons({"asset.kind": "data"})
    (why,) = found
    assert str(why).splitlines()[0] == f"us.padfa: {why.span}"
    assert all(reason.law.cite in str(why) for reason in why.reasons)
    assert "missing: " in str(why)
    assert why.missing
