"""Worlds that are judged as one are judged as each is by itself: nothing of one world is seen from another."""

import json
import random
from functools import cache
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import WORLD, plan_of, rulebooks

from comity import shelf
from comity.facts.value import MAX
from comity.files.world import read_world
from comity.files.world_file import world_file
from comity.offramp.changeable import Changeable
from comity.offramp.judge import MovementJudge
from comity.offramp.worlds import Worlds
from comity.offramp.written import instances, read_levers
from comity.text.source import Mistakes, SourceError, read_documents
from comity.verdict.verdict import verdicts

PLATFORM = Path("examples/platform/world.yaml")
DAY = 739_947
LEVERS = """
levers:
  licence: {set: {instruments: {paper: {kind: licence, result: granted, since: 2026-02-15, importers: [p1], met: true}}}}
  other:
    options:
      open: {set: {instruments: {other: {kind: clauses, result: pending, signed_on: 2026-01-20, movements: [t0]}}}}
      limited: {set: {instruments: {other: {kind: licence, result: granted, exporters: [p0, p2], assets: [a0]}}}}
  there: {set: {instruments: {i0: {result: granted, persons_max: 100}}}}
  fewer: {set: {populations: {q0: {persons: 9}}}}
  apart: {set: {populations: {q1: {apart: "true", persons: 50}}}}
  drop: {set: {assets: {a0: {fields: [name]}}}}
  kept: {set: {assets: {a0: {stored_in: [DE, FR], operated_by: p3}}}}
  copy:
    set:
      assets: {b0: {kind: data, fields: [email], populations: [q0], user_content: "false"}}
      movements: {t0: {asset: b0}}
  trusted: {set: {parties: {p2: {privileged: "true", designations: []}}}}
  sold: {set: {parties: {p1: {owners: [{party: p3, share: 60%}]}}}}
  buyer: {set: {movements: {t0: {importer: p3}}}}
  sent: {set: {movements: {t0: {event: send, destination: FR, protected: "true", done: [xx.random/report]}}}}
  dealt: {set: {deals: {d1: {mode: trade, clauses: [no_onward]}}, movements: {t0: {deal: d1}}}}
  later: {set: {movements: {t0: {"on": 2026-06-30}}}}
  many: {set: {movements: {t0: {participants: [{party: p2, role: directs}]}}}}
"""
COUNTS = (
    [],
    [{"count": "xx.random/moved", "exporter": "p0", "is": "50"}],
    [{"count": "xx.random/yearly", "exporter": "p0", "importer": "p2", "is": "999"}, {"count": "xx.random/moved", "exporter": "p1", "is": "0..1000"}],
)


def spans(judge, packages):
    """The spans of packages judged together, and of each judged by itself."""
    alone = MovementJudge(judge.movement, judge.worlds, judge.plan, judge.asked_on, judge.narrowed)
    return judge(packages), [alone([package])[0] for package in packages]


def drawn(data, told, n):
    """Packages of which some levers are undecided, and most are as they are."""
    chance = random.Random(data.draw(st.integers(0, 2**32)))
    values = [range(len(one.lever.options) + 1) for one in told]
    return [tuple(chance.choice((0, 0, None, chance.choice(one))) for one in values) for _ in range(n)]


@cache
def asked():
    plan = shelf.plan()
    world, node, _ = world_file(PLATFORM, plan, DAY)
    return plan, world, node


@cache
def changeable(movement):
    plan, world, node = asked()
    beside = dict(shelf.levers(shelf.shipped()))
    return Changeable(plan, world, node, DAY).with_levers([*beside.pop("", ())], beside, {}, [movement])


@settings(max_examples=8)
@given(st.data())
def test_worlds_of_the_platform_are_judged_together_as_apart(data):
    movement = data.draw(st.sampled_from(("advertising-profiles-sold-to-shanghai", "viewing-histories-for-training", "voices-for-captions")))
    one = changeable(movement)
    packages = drawn(data, one.told, 4)
    together, apart = spans(one.judge(movement), packages)
    assert together == apart


@pytest.mark.parametrize("movement", ["advertising-profiles-sold-to-shanghai", "viewing-histories-for-training"])
def test_worlds_of_the_platform_are_stacked(movement):
    one = changeable(movement)
    worlds = [one.judge(movement).worlds.world(package) for package in one.singles()]
    stack = one.judge(movement).stack
    kept, _ = stack.stacked(worlds, [stack.told(world) for world in worlds])
    assert len(kept) == len(worlds)


@st.composite
def judges(draw):
    """The judge of a movement of a random world under random law, and what may be changed in it."""
    plan = plan_of(draw(rulebooks()))
    told = draw(WORLD)
    told["counts"] = draw(st.sampled_from(COUNTS))
    told["movements"].setdefault("t0", {"asset": "a0", "exporter": "p0", "importer": "p1", "event": "send"})
    mistakes = Mistakes()
    (node,) = read_documents("world", json.dumps(told, ensure_ascii=False).replace('"unknown"', "unknown"), mistakes)
    world = read_world(node, plan.vocabulary, mistakes, MAX)
    levers = read_levers(read_documents("levers", LEVERS, mistakes), mistakes)
    mistakes.settle()
    own = instances(levers, world, "t0")
    return MovementJudge("t0", Worlds(world, node, own, plan.vocabulary, MAX), plan), own


@settings(max_examples=20)
@given(judges(), st.data())
def test_worlds_under_random_law_are_judged_together_as_apart(known, data):
    judge, told = known
    packages = drawn(data, told, 6)
    try:
        worlds = [judge.worlds.world(package) for package in packages]
    except SourceError:  # two levers that cannot be pulled together
        return
    assert len(worlds) == len(packages)
    together, apart = spans(judge, packages)
    assert together == apart


@settings(max_examples=20)
@given(judges(), st.data())
def test_packages_under_random_law_are_judged_as_the_worlds_that_they_make(known, data):
    judge, told = known
    partials = [tuple(None if n in open_ else value for n, value in enumerate(whole)) for whole, open_ in data.draw(st.lists(partly(told), max_size=3))]
    ways = [list(product(*(range(len(one.lever.options) + 1) if value is None else (value,) for one, value in zip(told, p, strict=True)))) for p in partials]
    try:
        plain = {package: plainly(judge, package) for own in ways for package in own}
        spans = judge([*partials, *plain])
    except SourceError:  # two levers that cannot be pulled together
        return
    for span, outcome in zip(spans[len(partials) :], plain.values(), strict=True):
        assert span.worst == outcome.worst <= span.best <= max(outcome.worst, outcome.best)
    for span, own in zip(spans, ways, strict=False):
        assert span.worst <= min(plain[package].worst for package in own)
        assert span.best >= max(plain[package].worst for package in own)


def partly(told):
    """Whole packages, and a few levers that are to be undecided."""
    whole = st.tuples(*(st.integers(0, len(one.lever.options)) for one in told))
    return st.tuples(whole, st.sets(st.integers(0, len(told) - 1), max_size=3))


def plainly(judge, package):
    """The outcome in the world that a package makes, read from its text."""
    mistakes = Mistakes()
    world = read_world(judge.worlds.changed(package), judge.plan.vocabulary, mistakes, MAX)
    mistakes.settle()
    return next(verdict.outcome for verdict in verdicts(world, judge.plan) if verdict.movement == judge.movement)


def test_worlds_with_other_owners_are_read_together_too():
    """Each as what is otherwise in one of them, and each is judged as it is apart."""
    plan = shelf.plan(names=["us.dsp"])
    where = Path("examples/tiktok-2026")
    world, node, _ = world_file(where / "world.yaml", plan, DAY)
    mistakes = Mistakes()
    told = read_levers(read_documents("levers", (where / "levers.yaml").read_bytes(), mistakes), mistakes)
    movement = "data_for_commerce"
    judge = Changeable(plan, world, node, DAY).with_levers(told, {}, {}, [movement]).judge(movement)
    chance = random.Random(2026)
    sizes = [len(one.lever.options) + 1 for one in judge.worlds.told]
    packages = list({tuple(map(chance.randrange, sizes)) for _ in range(120)})
    worlds = [judge.worlds.world(package) for package in packages]
    fitting = [judge.stack.fits(one, judge.stack.told(one)) for one in worlds if one is not None]
    assert sum(fitting) < len(fitting) / 3
    together = judge(packages)
    bases = sum(map(len, judge.reading.beside.values()))
    assert 0 < bases < (len(fitting) - sum(fitting)) / 2  # each is read for two and more
    _, apart = spans(judge, packages[:20])
    assert together[:20] == apart
