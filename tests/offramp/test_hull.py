"""What a record may be while levers are undecided holds whichever way they go."""

import pytest
from packages import PROHIBITED, judged, prohibits

from comity.law.rulebook import PERMITTED

PAPER = {"kind": "licence"}


@pytest.mark.parametrize("limit", [{"exporters": ["acme"]}, {"exporters": []}, {"importers": ["acme"]}])
@pytest.mark.parametrize("fresh", [True, False])
def test_who_is_nobody_is_within_a_paper_without_limits(limit, fresh):
    world = {
        "parties": {"acme": {}},
        "assets": {"list": {"kind": "data"}},
        "movements": {"t": {"exporter": "none", "importer": "none", "asset": "list", "on": "2026-11-27"}},
        "assume": {"closed": ["instruments"]},
    }
    limited, unlimited = ({"set": {"instruments": {"paper": paper}}} for paper in ({**PAPER, **limit}, PAPER))
    levers = {"paper": {"options": {"limited": limited, "unlimited": unlimited}} if fresh else limited}
    judge, truth = judged(prohibits("any(i.kind == 'licence' for i in concerning)"), levers, world if fresh else {**world, "instruments": {"paper": PAPER}})
    assert truth[(2,) if fresh else (0,)].best == PROHIBITED
    (span,) = judge([(None,)])
    assert (span.worst, span.best) == (PROHIBITED, PERMITTED)
    assert [judge([one])[0].worst for one in truth] == [outcome.worst for outcome in truth.values()]


@pytest.mark.parametrize("before", [True, False])
def test_who_may_take_part_is_not_left_out(before):
    helper = {"party": "acme", "role": "facilitator"}
    movement = {"exporter": "beta", "importer": "beta", "asset": "list", "on": "2026-11-27", "participants": [helper] if before else []}
    world = {"parties": {"acme": {"privileged": "true"}, "beta": {"privileged": "false"}}, "assets": {"list": {"kind": "data"}}, "movements": {"t": movement}}
    change = {"drop": {"movements": {"t": {"participants": ["acme"]}}}} if before else {"add": {"movements": {"t": {"participants": [helper]}}}}
    judge, truth = judged(prohibits("actor.privileged"), {"part": change}, world)
    assert [span.worst for span in judge([(None,), (0,), (1,)])] == [PROHIBITED, truth[0,].worst, truth[1,].worst]
    assert {truth[0,].worst, truth[1,].worst} == {PROHIBITED, PERMITTED}
    assert judge([(None,)])[0].best == PERMITTED
