"""Shares added up anew where something changed come to what they come to from the start."""

import random

import numpy as np
import pytest
from strategies import plan_of, world_of

from comity.facts.tables import tables
from comity.verdict.ownership import HUNDRED, Holdings

PARTIES = 40
BOOK = '{"rulebook": "xx.none", "title": {"en": "n", "zh": "n"}, "edition": "1", "published": "2020-01-01", "jurisdiction": ["XX"], "speaks_about": ["data"]}'


def holdings(chance):
    """A table of parties, two or three owners each, rings among them, some undisclosed, some shares known only within ends."""
    lines = ["world: w", "movements: {t: {}}", "parties:"]
    for party in range(PARTIES):
        owners = [f"{{party: p{chance.randrange(PARTIES)}, share: {chance.choice(['5%', '20%', '33.3%', '10%..40%'])}}}" for _ in range(chance.randint(0, 3))]
        lines.append(f"  p{party}: {{owners: [{', '.join([*owners, *(['...'] if chance.random() < 0.2 else [])])}]}}")
    plan = plan_of(BOOK)
    return Holdings(tables(world_of("\n".join(lines), plan), [], plan.vocabulary, plan.places).kinds["party"])


def anew(found, low, high):
    """The same, owner by owner."""
    sums = []
    for rail, weights, up in ((found.least, low, 0), (found.most, high, HUNDRED - 1)):
        total = [0] * len(weights)
        for share, holder, party in zip(rail.shares.tolist(), found.holders.tolist(), found.parties.tolist(), strict=True):
            total[party] += (share * int(weights[holder]) + up) // HUNDRED
        sums.append(total)
    at_least, at_most = sums
    undisclosed = [int(r) if high[PARTIES] else 0 for r in found.rest]  # the unknown party counts for whoever is not disclosed
    return [min(s, HUNDRED) for s in at_least], [min(s + r, HUNDRED) for s, r in zip(at_most, undisclosed, strict=True)]


@pytest.mark.parametrize("seed", range(8))
def test_what_changed_is_all_that_is_added(seed):
    chance = random.Random(seed)
    found = holdings(chance)
    low = np.zeros(PARTIES + 2, dtype=np.int64)
    high = np.full(PARTIES + 2, HUNDRED)
    for _ in range(30):  # few at a time, then many; up and down
        for _ in range(chance.choice([0, 1, 2, PARTIES])):
            at, lo, hi = chance.randrange(PARTIES), *sorted(chance.randint(0, HUNDRED) for _ in range(2))
            low, high = low.copy(), high.copy()
            low[at], high[at] = lo, hi
        numbers = found.held(low, high)
        assert (numbers.lo.tolist(), numbers.hi.tolist()) == anew(found, low, high)


@pytest.mark.parametrize("seed", range(8))
def test_a_product_down_every_chain_is_the_least_fixed_point(seed):
    chance = random.Random(seed)
    found = holdings(chance)
    own = np.array([HUNDRED if chance.random() < 0.2 else 0 for _ in range(PARTIES + 2)])
    low, high = own.tolist(), own.tolist()
    while True:
        lo, hi = anew(found, low, high)
        fresh = [max(a, b) for a, b in zip(own.tolist(), lo, strict=True)], [max(a, b) for a, b in zip(own.tolist(), hi, strict=True)]
        if fresh == (low, high):
            break
        low, high = fresh
    numbers = found.looked_through(own, own)
    assert (numbers.lo.tolist(), numbers.hi.tolist()) == (lo, hi)
    assert sum(lo) > 0
