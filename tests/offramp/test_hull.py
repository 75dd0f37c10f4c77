"""What a record may be while levers are undecided holds whichever way they go: small laws where no plain value says enough."""

import json
from itertools import product

import pytest
from strategies import HEAD, plan_of

from comity.files.world import read_world
from comity.law.rulebook import PERMITTED
from comity.offramp.judge import MovementJudge
from comity.offramp.worlds import Worlds
from comity.offramp.written import read_levers
from comity.text.source import Mistakes, read_documents
from comity.verdict.verdict import verdicts

DAY = 739_947
PARTIES = {"acme": {}, "beta": {}}
PROHIBITED = 0
PAPER = {"kind": "licence"}


def judged(when, levers, **world):
    """The judge of a movement under one prohibition, and what is read of every package from the text of its world."""
    plan = plan_of(json.dumps({**HEAD, "prohibitions": {"a": {"cite": "s. 1", "en": "a", "zh": "a", "when": when}}}))
    mistakes = Mistakes()
    (node,) = read_documents("world", json.dumps({"parties": PARTIES, **world}), mistakes)
    told = read_levers(read_documents("levers", json.dumps({"levers": levers}), mistakes), mistakes)
    worlds = Worlds(read_world(node, plan.vocabulary, mistakes, DAY), node, told, plan.vocabulary, DAY)
    found = {}
    for package in product(*(range(len(one.lever.options) + 1) for one in told)):
        anew = read_world(worlds.changed(package), plan.vocabulary, mistakes, DAY)
        found[package] = next(verdict.outcome for verdict in verdicts(anew, plan, DAY, narrowed=True))
    mistakes.settle()
    return MovementJudge("t", worlds, plan, narrowed=True), found


@pytest.mark.parametrize("limit", [{"exporters": ["acme"]}, {"exporters": []}, {"importers": ["acme"]}])
@pytest.mark.parametrize("apart", [True, False])
def test_who_is_nobody_is_within_a_paper_without_limits(limit, apart):
    fresh = {"options": {"one": {"set": {"instruments": {"paper": {**PAPER, **limit}}}}, "other": {"set": {"instruments": {"paper": PAPER}}}}}
    limited = {"set": {"instruments": {"paper": limit}}}
    judge, truth = judged(
        "any(i.kind == 'licence' for i in concerning)",
        {"paper": fresh} if apart else {"limit": limited},
        assets={"list": {"kind": "data"}},
        movements={"t": {"exporter": "none", "importer": "none", "asset": "list", "on": "2026-11-27"}},
        assume={"closed": ["instruments"]},
        **({} if apart else {"instruments": {"paper": PAPER}}),
    )
    free, unlimited = (None,), (2,) if apart else (0,)
    assert truth[unlimited].best == PROHIBITED
    assert [judge([one])[0].worst for one in truth] == [outcome.worst for outcome in truth.values()]
    (span,) = judge([free])
    assert (span.worst, span.best) == (PROHIBITED, PERMITTED)
