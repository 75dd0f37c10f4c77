"""No leg is called permitted that is not surely so; nothing that the definitions settle is left open.

A million random partial rows: flat legs over the facts that a plan reads, each row with what it may turn out to be; and legs of random worlds.
Of a row no reading may say what one of its completions is not; with nothing open every row is settled; and all readings say the same as the
judge, no more and no less. (That a test which is true by cases is proved without them is not promised: with strong Kleene logic it is not.)
"""

import random

import pytest
import twelve
from backends import BACKENDS, REGIMES, judges, shipped
from crowd import crowd
from hypothesis import settings
from partial import Partial, Tally, searched

from comity.flat.legs import facts, flat
from comity.point.explain import compiled
from comity.verdict.decide import judge, stretches
from comity.verdict.outcome import Span

TWELVE, EACH = 300_000, 200_000 // len(REGIMES)
LEGS = 10_000 * max(1, settings().max_examples // 25) // len(REGIMES)
PERMITTED = Span(3, 3)


def agreement(plan, world, decide):
    """Every leg with its span by scale; explain, fed the same facts, must have said the same."""
    for one in stretches(world, plan):
        rows = flat(one, plan)
        for i, judged in enumerate(judge(one, plan)):
            span = next(iter(judged.opinions.values()))
            assert decide(facts(rows, i)) == (span,), judged.leg
            yield judged.leg, span


def against_the_judge(plan, world, found, chance, count):
    """A few legs by the definitions: never a wrong permit, and nothing settled is lost."""
    legs = [leg for leg, _ in found]
    (regime,) = plan.regimes
    exact = len({leg.days for leg in legs}) == 1 or (
        not any("dealing" in p.when.text for p in regime.book.prohibitions.values())
        and not any(d.body is not None and "dealing" in d.body.text for d in regime.book.definitions.values())
    )
    for (leg, span), own_judge in chance.sample(list(zip(found, judges(world, plan, legs), strict=True)), min(count, len(found))):
        own = Span(*own_judge.opinion(regime))
        assert span != PERMITTED or own == PERMITTED, (leg, own)
        assert span.worst <= own.worst <= own.best <= span.best, (leg, span, own)
        assert not exact or span == own, (leg, span, own)


def test_no_wrong_permit_among_rows_of_twelve_rules():
    """Every reading of every row says what a hand that does not know ours says."""
    tally = Tally()
    twelve.searched(twelve.Twelve(), TWELVE, tally)
    assert tally.rows == TWELVE
    assert min(tally.permitted, tally.undetermined, tally.rows - tally.permitted - tally.undetermined) > TWELVE // 50


@pytest.mark.parametrize("regime", REGIMES)
def test_no_wrong_permit_among_rows_of_a_shipped_rulebook(regime):
    """The same of shipped law: by a database on all rows, by explain and the judge on a sample."""
    tally = Tally()
    searched(Partial(shipped(regime)[0]), EACH, tally)
    assert tally.rows == EACH
    assert min(tally.permitted, tally.undetermined) > EACH // 50


@pytest.mark.parametrize("regime", REGIMES)
def test_no_wrong_permit(regime):
    """Worlds with facts forgotten or exchanged at random: all fast readings agree on all legs, and the judge on a sample."""
    plan, cases = shipped(regime)
    decide, chance = compiled(plan), random.Random(regime)
    total, settled = 0, set()
    for number, world in enumerate(crowd(plan, cases, LEGS, seed=regime)):
        found = list(agreement(plan, world, decide))
        total += len(found)
        settled |= {span for _, span in found}
        if number % 4 == 0:
            against_the_judge(plan, world, found, chance, 1)
        if number == 0:
            by_query = [Span(*next(iter(spans.values()))) for _, spans in BACKENDS["sql"](world, plan, stretches(world, plan)[:1])]
            assert by_query == [span for _, span in found[: len(by_query)]]
    assert total >= LEGS // 2
    assert len(settled) > 1  # rows that all say the same would prove little
