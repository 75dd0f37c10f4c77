"""Crowds of legs: the worlds of shipped cases with their movements copied, and facts forgotten or exchanged at random."""

import random
from dataclasses import replace

from strategies import forgotten, stated, value_at, with_fact

from comity.facts.value import Interval
from comity.files.world import Dated, Rows


def pools(cases):
    """Every value that some case states of a fact, by kind and fact."""
    found = {}
    for case in cases:
        for where in stated(case.world):
            value = value_at(case.world, where)
            if not isinstance(value, Dated | Rows):
                found.setdefault((where[0], where[3]), []).append(value)
    return found


def disturbed(world, kinds, plan, pool, chance, share):
    """The world with a share of the facts of some kinds forgotten, and as many exchanged for what another case says of them."""
    for where in [where for where in stated(world) if where[0] in kinds]:
        luck, fact = chance.random(), plan.vocabulary.kinds[where[0]][where[3]]
        if luck < share:
            world = forgotten(world, where, plan.vocabulary)
        elif luck < 2 * share and (where[0], where[3]) in pool:
            value = chance.choice(pool[where[0], where[3]])
            named = getattr(value, "members", None) or getattr(value, "known", None) or ()
            if fact.type not in ("link", "links") or set(named) <= set(world[fact.to]):
                wider = isinstance(value, Interval) and value.lo < value.hi and chance.random() < 0.5
                world = with_fact(world, where, Interval(value.lo, value.hi + 1) if wider else value)
    return world


def crowd(plan, cases, legs, seed=0, share=0.12):
    """Worlds of about a hundred legs each, until there are at least so many legs in all."""
    chance, pool, made = random.Random(seed), pools(cases), 0
    while made < legs:
        base = chance.choice(cases).world
        others = set(base.records) - {"movement"}
        if chance.random() < 0.8:
            base = disturbed(base, others, plan, pool, chance, share / 2)
        movements = {}
        for copy in range(max(1, 40 // len(base["movement"]))):
            for name, record in disturbed(base, {"movement"}, plan, pool, chance, share)["movement"].items():
                movements[f"{name}.{copy}"] = replace(record, id=f"{name}.{copy}")
        made += 2 * len(movements)
        yield replace(base, records={**base.records, "movement": movements})
