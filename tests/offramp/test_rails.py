"""Rails say of every leg what truths say, each by itself."""

from pathlib import Path

from comity import shelf
from comity.files.world_file import world_file
from comity.law.condition import And, Not, Or
from comity.offramp.rails import Rails
from comity.offramp.seeds import packed
from comity.verdict.decide import stretches

PLATFORM = Path("examples/platform/world.yaml")
DAY = 739_947


def rails(one, signs=None):
    """Those of all legs of a stretch."""
    return Rails(one.columns, one.frame, None, 1, 0, signs or {})


def test_every_level_of_every_law_of_the_platform_is_read_as_its_truth_is():
    plan = shelf.plan()
    world, _, _ = world_file(PLATFORM, plan, DAY)
    told = 0
    for one in stretches(world, plan):
        found = rails(one)
        for condition in (condition for levels in plan.levels.values() for condition in levels):
            ends = packed(one.columns.truth(condition, one.frame))
            assert (found.surely(condition), found.possibly(condition)) == ends
            told += ends[0] != ends[1]
    assert told  # some are unknown


def test_what_has_a_sign_and_is_unknown_is_taken_for_the_worse():
    plan = shelf.plan()
    world, _, _ = world_file(PLATFORM, plan, DAY)
    one = stretches(world, plan)[0]
    conditions = [condition for levels in plan.levels.values() for condition in levels]
    unknown = next(c for c in conditions if len(set(packed(one.columns.truth(c, one.frame)))) == 2)
    sure, may = packed(one.columns.truth(unknown, one.frame))
    every = rails(one).all
    for sign, ends in ((1, (sure, sure)), (2, (may, may)), (3, (sure, may))):
        found = rails(one, {unknown: sign})
        assert (found.surely(unknown), found.possibly(unknown)) == ends
        assert (found.surely(Not(unknown)), found.possibly(Not(unknown))) == (every & ~ends[1], every & ~ends[0])
        assert found.possibly(And((unknown, conditions[0]))) == ends[1] & found.possibly(conditions[0])
        assert found.surely(Or((unknown, conditions[0]))) == ends[0] | found.surely(conditions[0])
