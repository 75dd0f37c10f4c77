"""Surveys of whole rulebooks: what nothing can meet, what contradicts itself, where a regime says nothing, laws that command what others forbid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from comity.law.condition import Condition, Member, Path, every, negation, some
from comity.law.regime import LoweredGround, Regime
from comity.law.rulebook import PERMITTED
from comity.prove.prover import Answer, Prover
from comity.prove.question import at_least
from comity.verdict.plan import Plan
from comity.verdict.verdict import COMPELLED


@dataclass(frozen=True, slots=True)
class Found:
    """One thing looked at: what was found of it in words, and the transfer that shows it. `stands`: it is what was looked for."""

    about: str
    answer: str
    stands: bool
    world: str | None = None


def dead(plan: Plan, seconds: float) -> Iterator[Found]:
    """Prohibitions that never stand, grounds that never lift anything that stands, duties that are never owed."""
    for regime in plan.regimes:
        prover = Prover(replace(plan, regimes=[regime]), seconds=seconds)
        stands = {law.path: when for law, when in regime.prohibitions}
        asked: list[tuple[str, str, Condition]] = [(path, "stands", when) for path, when in stands.items()]
        for one in regime.grounds:
            lifted = [stands[path] for path in stands if one in regime.lifting(path)] + [d.owed for d in regime.duties if one in regime.lifting(d.duty.path)]
            asked.append((one.ground.path, "lifts anything", every((one.holds, some(lifted))) if lifted else one.holds))
        asked += [(duty.duty.path, "is owed", duty.owed) for duty in regime.duties]
        for path, verb, condition in asked:
            answer = prover.ever(condition)
            yield Found(f"{regime.book.regime} {path}", _never(verb, answer), answer.proved, answer.world)


def _never(verb: str, answer: Answer) -> str:
    return f"never {verb}" if answer.proved else f"sometimes {verb}" if answer.world is not None else f"unknown whether it ever {verb}"


def overlaps(plan: Plan, seconds: float) -> Iterator[Found]:
    """Provisions of one regime that contradict each other: a duty that compels what the regime does not allow, a ground that opens what stays closed.

    A ground does so if it lifts a prohibition that is true, but never without another of the regime being true that nothing lifts. What the
    regime only asks to be done before is no contradiction: both can be obeyed, one after the other.
    """
    for regime in plan.regimes:
        prover, name = Prover(replace(plan, regimes=[regime]), seconds=seconds), regime.book.regime
        barred = negation(replace(plan, regimes=[_barring(regime)]).levels[name][PERMITTED - 1])
        for duty in regime.duties:
            if duty.duty.compels:
                about = f"{name} {duty.duty.path}"
                answer = prover.shown(every((duty.owed, negation(duty.met), barred)), f"{about} compels what {name} does not allow")
                words = "compels what the regime does not allow" if answer.world else "compels nothing that is not allowed" if answer.proved else "unknown"
                yield Found(about, words, answer.world is not None, answer.world)
        standing = {law.path: every((when, *(negation(ground.holds) for ground in regime.lifting(law.path)))) for law, when in regime.prohibitions}
        for one in regime.grounds:
            yield from _opens(prover, regime, one, standing)


def _opens(prover: Prover, regime: Regime, one: LoweredGround, standing: Mapping[str, Condition]) -> Iterator[Found]:
    """Does a ground that lifts a prohibition ever leave none that stands?"""
    lifts = every((one.holds, some(when for law, when in regime.prohibitions if one in regime.lifting(law.path))))
    about = f"{regime.book.regime} {one.ground.path}"
    opened = prover.ever(every((lifts, *(negation(stands) for stands in standing.values()))))
    if opened.world is not None:
        yield Found(about, "opens what it lifts", stands=False, world=opened.world)
    elif not opened.proved:
        yield Found(about, "unknown whether it ever opens anything", stands=False)
    elif not prover.ever(lifts).proved:  # what lifts nothing at all is dead, and contradicts nobody
        closing = [path for path, stands in standing.items() if prover.ever(every((lifts, negation(stands)))).proved]
        yield Found(about, f"opens nothing: whenever it lifts a prohibition, {' and '.join(closing) or 'another'} stands", stands=True)


def gaps(plan: Plan, seconds: float) -> Iterator[Found]:
    """Regimes that apply to a transfer of which none of their prohibitions, grounds and duties is true."""
    for regime in plan.regimes:
        silent = [negation(when) for _, when in regime.prohibitions] + [negation(g.holds) for g in regime.grounds] + [negation(d.owed) for d in regime.duties]
        prover = Prover(replace(plan, regimes=[regime]), seconds=seconds)
        answer = prover.shown(every((regime.scope, *silent)), f"{regime.book.regime} applies and says nothing")
        words = "applies where none of its provisions is met" if answer.world else "wherever it applies some provision is met" if answer.proved else "unknown"
        yield Found(regime.book.regime, words, answer.world is not None, answer.world)


def conflicts(forbidding: Regime, plan: Plan, seconds: float) -> list[Found]:
    """What an act of an authority under another law of the plan, or a duty of it, compels, and a prohibition of this law bars as things are.

    What this law only asks to be done before is no conflict: both can be obeyed, one after the other.
    """
    barring = _barring(forbidding)
    questions = {one.book.regime: every((_compelled(one), negation(at_least(PERMITTED)))) for one in plan.regimes if one is not forbidding}
    prover = Prover(replace(plan, regimes=[barring]), tuple(questions.values()), seconds)
    asked = [(question, f"{compelling} compels what {forbidding.book.regime} does not allow") for compelling, question in questions.items()]
    found = []
    for compelling, answer in zip(questions, prover.each_shown(asked), strict=True):
        said = f"{compelling} compels a transfer that {forbidding.book.regime} does not allow"
        words = said if answer.world else "never: no prohibition of the second bars what the first compels" if answer.proved else "unknown"
        found.append(Found(f"{compelling} and {forbidding.book.regime}", words, answer.world is not None, answer.world))
    return found


def _barring(regime: Regime) -> Regime:
    """The regime without what it asks to be done before."""
    return replace(regime, duties=tuple(duty for duty in regime.duties if duty.duty.timing != "before"))


def _compelled(regime: Regime) -> Condition:
    """An act of an authority of its places compels the movement, or one of its own duties does."""
    acts = []
    for link in COMPELLED:
        compels = Member(Path("leg", (link,), "effects", "measure"), "overlaps", frozenset({"compel"}))
        acts.append(every((compels, Member(Path("leg", (link,), "place", "measure"), "in", regime.book.jurisdiction, True))))
    return some((*acts, *(every((duty.owed, negation(duty.met))) for duty in regime.duties if duty.duty.compels)))
