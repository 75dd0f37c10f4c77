"""Explain, scale and prove say the same of the same legs: `bench/readings.py` asks it of every case and of many more rows."""

import pytest

pytest.importorskip("z3")

from backends import shipped
from hypothesis import settings
from quick import sample
from threefold import Threefold

TRIES = settings().max_examples
REGIMES = ("cn.countermeasures", "cn.human-genetic-resources", "us.pafaca")


@pytest.mark.parametrize("regime", REGIMES)
def test_three_readings_agree_on_random_rows(regime):
    plan, cases = shipped(regime)
    three = Threefold(plan, each=60)
    three.crowd(cases, 4 * TRIES, seed=regime)
    three.rows(4 * TRIES, seed=1)
    assert three.tally.solved > 1
    assert 0 < three.tally.undetermined < three.tally.rows


def test_three_readings_agree_on_the_sample():
    plan, world = sample()
    three = Threefold(plan, each=1)
    three.world(world)
    assert three.tally.solved == three.tally.rows
