"""What must hold of every verdict, whatever the world and whatever the law: one property test per theorem, under its name."""

import json
import random
import re
from dataclasses import replace
from functools import cache

import pytest
from backends import BACKENDS, REGIMES, judges, opinions, readings, shipped
from hypothesis import given, settings
from hypothesis import strategies as st
from judge import RAILS
from strategies import ATOMS, LAW, blurred, forgotten, plan_of, rulebooks, stated, world_of, worlds

from comity import shelf
from comity.facts.calendar import Calendars
from comity.facts.value import FALSE
from comity.law.condition import And, Or
from comity.verdict.decide import decide, stretches
from comity.verdict.opinion import opinion
from comity.verdict.outcome import SILENT, Span, meet
from comity.verdict.verdict import record, verdicts
from comity.why.missing import missing
from comity.why.story import teller

TRIES = settings().max_examples
TESTS = {f"t{number}": atom for number, atom in enumerate(ATOMS)}
SPANS = st.tuples(st.integers(0, 3), st.integers(0, 3)).map(lambda t: Span(min(t), max(t)))


def agree(found):
    """Every backend says of every leg what the judge says."""
    for name, legs in found.items():
        for (leg, days, mine), (other, _, judged) in zip(legs, found["judge"], strict=True):
            assert leg == other, name
            for regime, (worst, best) in judged.items():
                assert mine[regime] == (worst, best), (name, leg, days, regime)


def contains(wide, narrow):
    """Whatever was settled with less knowledge stays settled: no span leaves the span it refines."""
    for key, (worst, best) in narrow.items():
        if key in wide:
            assert wide[key][0] <= worst <= best <= wide[key][1], key


def sampled(regime, count):
    """Some cases of a shipped rulebook, the same in every run."""
    plan, cases = shipped(regime)
    return plan, random.Random(regime).sample(cases, min(count, len(cases)))


# -- backends agree ----------------------------------------------------------------------------------------------------


@given(worlds(), rulebooks())
def test_backends_agree(world, book):
    """All readings say of every leg what the definitions say."""
    plan = plan_of(book)
    found = readings(world_of(world, plan), plan, [name for name in BACKENDS if name != "sql"])
    agree(found)


@settings(max_examples=max(5, TRIES // 5))
@given(worlds(), rulebooks())
def test_backends_agree_in_a_database(world, book):
    """A database that runs the query says the same."""
    plan = plan_of(book)
    found = readings(world_of(world, plan), plan, ["judge", "sql"])
    agree(found)


@given(worlds(), rulebooks())
def test_backends_agree_on_every_test_of_a_fact(world, book):
    """Each kind of test by itself has the truth that the definitions give it."""
    law = {**json.loads(book), "prohibitions": {name: {**LAW, "when": atom} for name, atom in TESTS.items()}, "grounds": {}, "duties": {}}
    law.pop("scope", None)
    plan = plan_of(json.dumps(law))
    made = stretches(world_of(world, plan), plan)
    owns = iter(judges(world_of(world, plan), plan, [leg for one in made for leg in one.legs]))
    for one in made:
        for row, own in zip(range(len(one.legs)), owns, strict=False):
            for law, when in plan.regimes[0].prohibitions:
                said, truth = one.truth(when, row), max((least for least in RAILS if own.holds(when, least)), default=FALSE)
                assert said == truth, (own.leg.name, TESTS[law.path], said, truth)


EARLIER = st.fixed_dictionaries(
    {
        "count": st.sampled_from(("xx.random/moved", "xx.random/yearly")),
        "exporter": st.sampled_from(("p0", "p1")),
        "is": st.sampled_from(("90", "101", "2000", "50..2000")),
    }
)


@given(worlds(), rulebooks(), st.lists(EARLIER, min_size=1, max_size=2))
def test_backends_agree_on_what_was_counted_before(world, book, earlier):
    """Persons counted before the world begins count for the key they were counted under."""
    law = {**json.loads(book), "scope": {**LAW, "when": "true"}, "prohibitions": {"other": {**LAW, "when": "moved > 100 or yearly >= 1000"}}, "grounds": {}}
    plan = plan_of(json.dumps(law))
    agree(readings(world_of(f'{world[:-1]}, "counts": {json.dumps(earlier)}}}', plan), plan, ["judge", "scale", "explain"]))


@pytest.mark.parametrize("regime", REGIMES)
def test_backends_agree_on_the_shipped_cases(regime):
    """All readings of the shipped rulebooks agree on their own cases."""
    plan, cases = sampled(regime, min(TRIES // 8, 12))
    for case in cases:
        agree(readings(case.world, plan, list(BACKENDS) if case is cases[0] else ["judge", "scale", "explain"]))


# -- learning more never overturns -------------------------------------------------------------------------------------


@given(st.data(), worlds(), rulebooks())
def test_learning_more_never_overturns_what_was_settled(data, text, book):
    """Of a world and one that knows less, the first never leaves the span of the second."""
    plan = plan_of(book)
    world = world_of(text, plan)
    contains(opinions(data.draw(blurred(world, plan.vocabulary)), plan), opinions(world, plan))


@pytest.mark.parametrize("regime", REGIMES)
def test_forgetting_facts_one_at_a_time(regime):
    """A shipped case that forgets one fact never settles on another answer."""
    plan, cases = shipped(regime)
    chance = random.Random(regime)
    tries = max(1, TRIES // 25)
    for case in cases if TRIES > 25 else chance.sample(cases, min(100, len(cases))):
        full = opinions(case.world, plan)
        facts = list(stated(case.world))
        for where in facts if TRIES >= 2_000 else chance.sample(facts, min(tries, len(facts))):
            try:
                contains(opinions(forgotten(case.world, where, plan.vocabulary), plan), full)
            except AssertionError as fault:
                raise AssertionError(f"{case.id} without {where}: {fault}") from None


# -- comity is a meet --------------------------------------------------------------------------------------------------


@given(SPANS, SPANS, SPANS)
def test_comity_is_a_meet(a, b, c):
    """Commutative, associative, idempotent, with the silent as unit; never above any part."""
    assert meet([a, b]) == meet([b, a])
    assert meet([meet([a, b]), c]) == meet([a, meet([b, c])]) == meet([a, b, c])
    assert meet([a, a]) == a == meet([a, SILENT])
    assert meet([a, b]).worst <= a.worst
    assert meet([a, b]).best <= b.best


def test_nobodys_law_makes_no_verdict():
    """Nobody asked is not allowed."""
    with pytest.raises(ValueError, match="no law was asked"):
        meet([])


@given(worlds(), rulebooks(), rulebooks("yy.other"))
def test_adding_a_regime_never_softens_a_verdict(text, one, other):
    """Asking one more law leaves the opinion of the first as it was, and the verdict no milder."""
    alone, both = plan_of(one), plan_of(one, other)
    world = world_of(text, both)
    contains(opinions(world, alone), {key: span for key, span in opinions(world, both).items() if key[-1] == "xx.random"})
    for judged in decide(world, both):
        joint = meet(list(judged.opinions.values()))
        assert joint.worst <= judged.opinions["xx.random"].worst
        assert joint.best <= judged.opinions["xx.random"].best
        assert judged.outcome.best <= joint.best


@cache
def everything():
    """All shipped regimes in one plan."""
    return shelf.plan()


@pytest.mark.parametrize("regime", REGIMES)
def test_every_shipped_regime_stands_alone(regime):
    """Asked together with all others it says what it says alone; out of its scope it says nothing; the verdict is the least of all."""
    plan, cases = sampled(regime, max(2, TRIES // 10))
    for case in cases:
        alone = {(j.leg.name, j.leg.days): j.opinions[regime] for j in decide(case.world, plan)}
        for judged in decide(case.world, everything()):
            key = (judged.leg.name, judged.leg.days)
            assert key not in alone or alone[key] == judged.opinions[regime], (case.id, key)
            for other in everything().regimes:
                span = judged.opinions[other.book.regime]
                assert span == SILENT or judged.stretch.truth(other.scope, judged.row) != FALSE, (case.id, key, other.book.regime)
                assert judged.outcome.worst <= span.worst
                assert judged.outcome.best <= span.best


# -- states are names --------------------------------------------------------------------------------------------------


def renamed(text, one, two):
    """The text with two codes of places exchanged."""
    return re.sub(rf"(?<![A-Za-z]){one}(?![A-Za-z])|(?<![A-Za-z]){two}(?![A-Za-z])", lambda found: two if found.group() == one else one, text)


@given(worlds(), rulebooks(), st.sampled_from((("CN", "US"), ("CN", "HK"), ("US", "XX"))))
def test_renaming_two_states_everywhere_only_renames_the_verdict(world, book, states):
    """Exchange two states in facts and law: every opinion stays as it was."""
    books = [book, renamed(book, *states)]
    texts = [world, renamed(world, *states)]
    found = []
    for law, facts in zip(books, texts, strict=True):
        plan = plan_of(law)
        if law is not book:  # calendars are data of a place too
            plan = replace(plan, calendars=Calendars({renamed(place, *states): days for place, days in plan.calendars.places.items()}))
        found.append([(j.leg.name, j.opinions) for j in decide(world_of(facts, plan), plan)])
    assert found[0] == found[1]


def test_renaming_a_shipped_rulebook_only_renames_its_verdicts():
    """The same of a real rulebook and its cases: two states that no shared group of places names exchange their parts."""
    from comity.files.case import read_cases
    from comity.text.source import Mistakes, read_documents

    names = ("US", "KR")
    folder = shelf.RULEBOOKS / "us.padfa"
    found = []
    for change in (lambda text: text, lambda text: renamed(text, *names)):
        plan = plan_of(change((folder / "rulebook.yaml").read_text()))
        mistakes = Mistakes()
        cases = [
            c for file in sorted((folder / "cases").glob("*.yaml")) for c in read_cases(read_documents("c", change(file.read_text()), mistakes), plan, mistakes)
        ]
        mistakes.settle()
        found.append([(c.id, opinions(c.world, plan)) for c in cases])
    assert found[0] == found[1]
    assert any(spans for _, spans in found[0])


def reordered(node, key=""):
    """The same mapping or list, back to front; what is told in order (cases, timelines) stays."""
    if isinstance(node, dict):
        return {k: reordered(v, k) for k, v in reversed(node.items())}
    return [reordered(i) for i in (node if key in ("is", "status", "parts") else reversed(node))] if isinstance(node, list) else node


@given(worlds(), rulebooks())
def test_the_order_of_writing_says_nothing(world, book):
    """Back to front, facts and law say the same."""
    found = []
    for facts, law in ((world, book), (reordered(world_tree(world)), reordered(json.loads(book)))):
        plan = plan_of(law if isinstance(law, str) else json.dumps(law))
        read = world_of(facts if isinstance(facts, str) else json.dumps(facts).replace('"unknown"', "unknown"), plan)
        found.append(opinions(read, plan))
    assert found[0] == found[1]


def world_tree(text):
    """A random world as a tree again."""
    return json.loads(re.sub(r"(?<=[\s\[:])unknown(?=[,\]}])", '"unknown"', text))


# -- silence -----------------------------------------------------------------------------------------------------------


@given(worlds(), rulebooks())
def test_a_regime_that_does_not_apply_is_silent(text, book):
    """Out of scope, not yet in force, or about other things: it leaves everything as it was."""
    law = json.loads(book)
    law["scope"] = {**LAW, "when": "false"}
    plan = plan_of(json.dumps(law))
    world = world_of(text, plan)
    assert all(j.opinions["xx.random"] == SILENT for j in decide(world, plan))
    later = json.loads(book)
    for kind in ("prohibitions", "duties"):
        later[kind] = {path: {k: v for k, v in row.items() if k not in ("status", "until")} | {"from": "2030-01-01"} for path, row in later[kind].items()}
    plan = plan_of(json.dumps(later))
    assert all(j.opinions["xx.random"] == SILENT for j in decide(world, plan) if j.leg.days.hi < 10**6)


# -- explanations and records ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("regime", REGIMES)
def test_every_step_of_every_explanation_leads_to_a_provision(regime):
    """Every reason that is named is a provision of its rulebook with its citation, and rests in the end on facts that the plan reads."""
    from comity.flat.legs import facts, flat
    from comity.flat.names import Names
    from comity.point.reason import reasons

    plan, cases = sampled(regime, TRIES // 2)
    why, known, names = reasons(plan), laws_of(plan.regimes[0].book), set(Names(plan).of.values())
    seen = 0
    for case in cases:
        for one in stretches(case.world, plan):
            rows = flat(one, plan)
            for i in range(len(one.legs)):
                (found,) = why(facts(rows, i))
                assert found.span == SILENT or found.reasons
                for reason in found.reasons:
                    assert reason.truth in (1, 3)
                    for step in walked(reason):
                        assert step.law is None or (step.law.regime == regime and step.law.path in known and step.law.cite)
                        assert step.parts or step.law is None
                        assert {name for name, _ in step.facts} <= names
                    seen += 1
    assert seen or not cases


def laws_of(book):
    """Every provision of a rulebook that a step may be named by."""
    rows = [row for one in book.lists.values() for row in one.rows] + [row for one in book.tables.values() for row, _ in one.rows]
    named = (book.definitions, book.lists, book.tables, book.prohibitions, book.grounds, book.duties)
    return {law.path for laws in named for law in laws.values()} | {row.path for row in rows}


def walked(step):
    """A step and every step below it."""
    yield step
    for part in step.parts:
        yield from walked(part)


def told(judged, regime):
    """The stories of everything that stands or may stand, and of what may lift it."""
    say = teller(judged, regime)
    for bar in opinion(judged, regime).standing:
        (when,) = [when for law, when in regime.prohibitions if law is bar.law]
        for condition in (when, *(way.lowered.holds for way in bar.ways)):
            yield condition, say.tell(condition)


@pytest.mark.parametrize("regime", REGIMES)
def test_every_step_of_every_story_leads_to_a_provision(regime):
    """Every named step is a provision with a citation, says the truth that was computed, and rests on parts that bring it about."""
    plan, cases = sampled(regime, TRIES // 5)
    (lowered,) = plan.regimes
    known = laws_of(lowered.book)
    for case in cases:
        for judged in decide(case.world, plan):
            for condition, story in told(judged, lowered):
                assert story.truth == judged.stretch.truth(condition, judged.row)
                for step in walked(story):
                    assert step.law is None or (step.law.path in known and step.law.cite)
                    if isinstance(step.node, And | Or) and step.law is None:
                        assert all(part.truth == step.truth for part in step.parts)


@given(worlds(), rulebooks())
def test_an_open_verdict_says_what_it_hangs_on(text, book):
    """Where a regime leaves two outcomes open something is asked; where it leaves one, nothing is."""
    plan = plan_of(book)
    for judged in decide(world_of(text, plan), plan):
        asked = missing(judged, plan)
        assert bool(asked) == (not judged.opinions["xx.random"].settled)


def test_a_recorded_verdict_replays():
    """What is recorded of a verdict is the same when everything is read and decided again."""
    for regime in REGIMES:
        plan, cases = sampled(regime, 5)
        again = shelf.alone(shelf.RULEBOOKS / regime)
        for case in cases:
            first, second = ([json.dumps(record(v, "w"), sort_keys=True) for v in verdicts(replace(case.world), p)] for p in (plan, again))
            assert first == second
            assert first
