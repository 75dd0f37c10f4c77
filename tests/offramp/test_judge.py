"""What is judged of packages is what is judged of the worlds they make; what is judged of undecided ones holds of all that they may become."""

from functools import cache
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity import shelf
from comity.files.world import read_world
from comity.files.world_file import world_file
from comity.offramp.judge import MovementJudge
from comity.offramp.worlds import Worlds
from comity.offramp.written import Told, instances, read_levers
from comity.text.source import Mistakes, read_documents
from comity.verdict.verdict import verdicts

PLATFORM = Path("examples/platform/world.yaml")
DAY = 739_947
LEVERS = """
levers:
  clauses: {set: {instruments: {$movement-clauses: {kind: clauses, under: eu.scc-2021, module: M2, text: unmodified, movements: [$movement], since: $day}}}}
  assessed: {set: {instruments: {$movement-assessed: {kind: assessment, test: essentially_equivalent, conclusion: met, exporters: [$exporter], since: $day}}}}
  contract:
    options:
      early: {set: {instruments: {$movement-contract: {kind: clauses, under: cn.standard-contract, effective_on: 2026-01-01, movements: [$movement]}}}}
      late: {set: {instruments: {$movement-contract: {kind: clauses, under: cn.standard-contract, effective_on: 2027-01-01, movements: [$movement]}}}}
  drop-$field: {each: fields, drop: {assets: {$asset: {fields: [$field]}}}}
  few: {set: {populations: {$population: {persons: 90, devices: 90}}}}
  anonymous: {set: {assets: {$asset: {identifiability: anonymous, identifiable_by: []}}}}
  elsewhere: {set: {movements: {$movement: {destination: SG, access_place: SG}}}}
  later: {set: {movements: {$movement: {on: 2027-06-01}}}}
  sold: {set: {parties: {$importer: {owners: [{party: founders, share: 100%}], organised_in: [SG], headquarters: SG}}}}
  encrypted: {set: {movements: {$movement: {done: [cn.data-export/impact-assessment], protection: {encryption: end_to_end, robust: true}}}}}
"""


@cache
def asked():
    plan = shelf.plan()
    world, node, _ = world_file(PLATFORM, plan, DAY)
    return plan, world, node


@cache
def worlds(movement: str) -> Worlds:
    plan, world, node = asked()
    mistakes = Mistakes()
    told: list[Told] = read_levers(read_documents("levers", LEVERS, mistakes), mistakes)
    mistakes.settle()
    return Worlds(world, node, instances(told, world, movement), plan.vocabulary, DAY)


@cache
def judged(movement: str) -> MovementJudge:
    return MovementJudge(movement, worlds(movement), asked()[0])


MOVEMENTS = list(asked()[1]["movement"])


def packages(movement: str, undecided: int) -> st.SearchStrategy:
    """Packages of the movement's levers, of which at most so many are undecided."""
    options = [len(one.lever.options) for one in worlds(movement).told]
    whole = st.tuples(*(st.integers(0, n) for n in options))
    return st.tuples(whole, st.sets(st.integers(0, len(options) - 1), max_size=undecided))


@given(st.data())
def test_a_package_is_judged_as_the_world_that_it_makes(data):
    movement = data.draw(st.sampled_from(MOVEMENTS))
    package, _ = data.draw(packages(movement, 0))
    plan = asked()[0]
    mistakes = Mistakes()
    world = read_world(worlds(movement).changed(package), plan.vocabulary, mistakes, DAY)
    mistakes.settle()
    outcome = next(v.outcome for v in verdicts(world, plan, DAY) if v.movement == movement)
    (span,) = judged(movement)([package])
    assert span.worst == outcome.worst
    assert span.worst <= span.best <= max(outcome.best, span.worst)


@given(st.data())
def test_what_is_undecided_covers_all_that_it_may_become(data):
    movement = data.draw(st.sampled_from(MOVEMENTS))
    package, open_ = data.draw(packages(movement, 3))
    partial = tuple(None if n in open_ else value for n, value in enumerate(package))
    ways = list(product(*(range(len(one.lever.options) + 1) if n in open_ else (package[n],) for n, one in enumerate(worlds(movement).told))))
    (span,), spans = judged(movement)([partial]), judged(movement)(ways)
    assert span.worst <= min(one.worst for one in spans)
    assert span.best >= max(one.worst for one in spans)


@pytest.mark.parametrize("movement", MOVEMENTS)
def test_nothing_changed_is_the_verdict_as_it_is(movement):
    plan, world, _ = asked()
    outcome = next(v.outcome for v in verdicts(world, plan, DAY) if v.movement == movement)
    assert judged(movement)([(0,) * len(worlds(movement).told)])[0].worst == outcome.worst
