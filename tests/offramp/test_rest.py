"""What rests on nothing that levers touch is read once; all else is read anew under each package."""

import json

import pytest
from packages import DAY, PROHIBITED, judged, prohibits
from strategies import HEAD, plan_of

from comity.files.world import read_world
from comity.law.rulebook import PERMITTED
from comity.offramp.worlds import Worlds
from comity.offramp.written import read_levers
from comity.text.literal import day
from comity.text.source import Mistakes, read_documents

WORLD = {
    "parties": {"acme": {}, "good": {"privileged": "false", "group": "g"}, "bad": {"privileged": "true", "group": "h"}},
    "populations": {"told": {"notice": "true"}, "untold": {"notice": "false"}},
    "assets": {"list": {"kind": "data", "populations": ["told"], "fields": ["email"]}},
}
MOVEMENT = {"exporter": "acme", "importer": "good", "asset": "list", "on": "2026-11-27"}


def moved(**facts):
    """The movement with other facts, and what does not happen at one day not on one."""
    return {name: fact for name, fact in {**MOVEMENT, **facts}.items() if fact is not None}


@pytest.mark.parametrize(
    ("when", "movement", "lever", "more"),
    [
        ("not population.notice", MOVEMENT, {"assets": {"list": {"populations": ["untold"]}}}, {}),
        ("importer.privileged", moved(importer=["good", "good"]), {"movements": {"t": {"importer": ["good", "bad"]}}}, {}),
        (
            "importer.privileged",
            moved(parts=[{"event": "send"}, {"event": "view"}]),
            {"movements": {"t": {"parts": [{"event": "send"}, {"event": "view", "importer": "bad"}]}}},
            {},
        ),
        (
            "any(f.kind == 'health' for f in dealing)",
            MOVEMENT,
            {"parties": {"bad": {"group": "g"}}},
            {"assets": {**WORLD["assets"], "files": {"kind": "data", "fields": ["health"]}}, "movements": {"other": moved(importer="bad", asset="files")}},
        ),
        (
            "on >= 2026-06-01 and on < 2026-06-10 and any(i.kind == 'licence' and on < i.since for i in concerning)",
            moved(on=None, **{"from": "2026-01-01", "until": "2026-12-01"}),
            {"instruments": {"paper": {"since": "2026-06-04"}}},
            {"instruments": {"paper": {"kind": "licence", "since": "2026-05-20"}}},
        ),
    ],
)
def test_what_a_lever_changes_is_read_anew(when, movement, lever, more):
    world = {**WORLD, **more, "movements": {**more.get("movements", {}), "t": movement}, "assume": {"closed": "all"}}
    judge, truth = judged(prohibits(when), {"worse": {"set": lever}}, world)
    assert [truth[0,].worst, truth[1,].worst] == [PERMITTED, PROHIBITED]
    assert [span.worst for span in (*judge([(0,)]), *judge([(1,)]), *judge([(None,)]))] == [PERMITTED, PROHIBITED, PROHIBITED]


def test_a_movement_to_nobody_is_judged_like_any_other():
    world = {**WORLD, "movements": {"t": moved(importer=["bad"])}, "assume": {"closed": "all"}}
    judge, truth = judged(prohibits("event == 'send' or importer.privileged"), {"nobody": {"drop": {"movements": {"t": {"importer": ["bad"]}}}}}, world)
    assert [span.worst for span in judge([(0,), (1,)])] == [truth[0,].worst, truth[1,].worst] == [PROHIBITED, PROHIBITED]


@pytest.mark.parametrize(
    ("when", "moved_to", "outcome"),
    [
        ("any(o.since > 2026-12-01 for o in importer.owners)", "2027-01-01", PROHIBITED),
        ("not any(o.since <= on for o in importer.owners)", "2026-01-01", PERMITTED),
    ],
)
def test_a_row_without_a_day_holds_before_the_first_movement_wherever_that_is_moved(when, moved_to, outcome):
    world = {**WORLD, "parties": {**WORLD["parties"], "good": {"owners": [{"party": "bad", "share": "10%"}]}}, "movements": {"t": MOVEMENT}}
    judge, truth = judged(prohibits(when), {"day": {"set": {"movements": {"t": {"on": moved_to}}}}}, world)
    (partial,) = judge([(None,)])
    assert [span.worst for span in judge([(0,), (1,)])] == [truth[0,].worst, truth[1,].worst] == [PERMITTED, outcome]
    assert partial.worst <= outcome <= partial.best


def test_a_row_without_a_day_holds_before_the_first_movement_of_the_text_whatever_day_is_asked_about():
    plan = plan_of(json.dumps({**HEAD, **prohibits("any(o.since > 2026-07-01 for o in importer.owners)")}))
    mistakes = Mistakes()
    world = {**WORLD, "parties": {**WORLD["parties"], "good": {"owners": [{"party": "bad", "share": "10%"}]}}, "movements": {"t": MOVEMENT}}
    (node,) = read_documents("world", json.dumps(world), mistakes)
    told = read_levers(read_documents("levers", "levers: {a: {set: {parties: {good: {group: g}}}}}", mistakes), mistakes)
    base = read_world(node, plan.vocabulary, mistakes, DAY)
    worlds = Worlds(base, node, told, plan.vocabulary, DAY, day("2026-01-01"))
    worlds.on_day(base["movement"].values())
    mistakes.settle()
    made = worlds.world((1,))
    assert made["party"]["good"].facts["owners"] == base["party"]["good"].facts["owners"]
