"""Missing facts: which unknown facts keep a verdict open, and the fewest that would settle it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from comity.facts.value import FALSE, NOT, TRUE, UNKNOWN, Truth
from comity.law.condition import And, Compare, Condition, Const, Fact, Member, Not, Or, Path
from comity.verdict.decide import Judged
from comity.verdict.outcome import Span, meet
from comity.verdict.plan import Plan
from comity.verdict.story import Step, teller

TRIES = 400
"""Sets of questions tried before the most decisive are taken one by one."""


@dataclass(frozen=True, slots=True)
class Question:
    """An unknown fact: of which record, reached how, and how it is asked after (`fact` as a person would write it)."""

    fact: str
    record: str
    path: Path | None
    kind: str = "find out"


def missing(judged: Judged, plan: Plan) -> list[Question]:
    """The fewest facts that could settle the outcome of a leg, asked in the order in which they decide."""
    leaves = open_leaves(judged, plan)
    if judged_span(judged).settled or not leaves:
        return []
    groups: dict[tuple[Question, ...], list[Condition]] = {}
    for leaf, questions in leaves.items():
        groups.setdefault(questions, []).append(leaf)
    model = _Model(judged, plan)
    chosen = _fewest(model, list(groups.values()))
    order = {id(g): q for q, g in ((q, g) for q, g in groups.items())}
    return list(dict.fromkeys(question for group in chosen for question in order[id(group)]))


def judged_span(judged: Judged) -> Span:
    """What the asked regimes leave of a leg."""
    return meet(list(judged.opinions.values()))


def open_leaves(judged: Judged, plan: Plan) -> dict[Condition, tuple[Question, ...]]:
    """The tests on facts that are unknown and on which an open opinion rests, with the questions behind each."""
    found: dict[Condition, tuple[Question, ...]] = {}
    truth, row = judged.stretch.truth, judged.row
    for regime in plan.regimes:
        if judged.opinions[regime.book.regime].settled:
            continue
        told = teller(judged, regime)
        for condition in plan.levels[regime.book.regime]:
            for leaf in _open(condition, lambda c: truth(c, row)):
                if leaf not in found:
                    found[leaf] = tuple(dict.fromkeys(_questions(told.tell(leaf))))
    return {leaf: questions for leaf, questions in found.items() if questions}


def _open(node: Condition, truth: object) -> Iterable[Condition]:
    """The leaves that keep a condition unknown."""
    seen: set[Condition] = set()
    stack = [node]
    while stack:
        here = stack.pop()
        if here in seen or truth(here) != UNKNOWN:  # type: ignore[operator]  # a function
            continue
        seen.add(here)
        match here:
            case And(parts) | Or(parts):
                stack += parts
            case Not(part):
                stack.append(part)
            case Fact() | Compare() | Member():
                yield here
            case Const():
                pass


def _questions(step: Step) -> Iterable[Question]:
    for leaf in step.leaves():
        if leaf.truth != UNKNOWN:
            continue
        if leaf.path is not None:
            law = leaf.path.root == "law"
            name = leaf.path.fact if law else ".".join((*leaf.path.links, leaf.path.fact))
            yield Question(name, "" if law else leaf.record[1] if leaf.record[0] != "movement" else "", leaf.path, "ask counsel" if law else "find out")
        elif leaf.note:
            yield Question(leaf.note, "", None)


@dataclass
class _Model:
    """What the outcome would be if some leaves were answered."""

    judged: Judged
    plan: Plan

    def span(self, answers: Mapping[Condition, Truth]) -> Span:
        spans = []
        for conditions in self.plan.levels.values():
            memo: dict[Condition, Truth] = {}
            truths = [self._truth(c, answers, memo) for c in conditions]
            spans.append(Span(sum(t >> 1 for t in truths), sum(t & 1 for t in truths)))
        return meet(spans)

    def _truth(self, node: Condition, answers: Mapping[Condition, Truth], memo: dict[Condition, Truth]) -> Truth:
        if node in answers:
            return answers[node]
        known = self.judged.stretch.truth(node, self.judged.row)
        if known != UNKNOWN:
            return known
        if node not in memo:
            match node:
                case And(parts):
                    found = TRUE
                    for part in parts:
                        found &= self._truth(part, answers, memo)
                case Or(parts):
                    found = FALSE
                    for part in parts:
                        found |= self._truth(part, answers, memo)
                case Not(part):
                    found = NOT[self._truth(part, answers, memo)]
                case _:
                    found = UNKNOWN
            memo[node] = found
        return memo[node]

    def best(self, groups: Iterable[list[Condition]]) -> int:
        """The narrowest span that some answer to these groups leaves; each group answered one way throughout."""
        chosen = list(groups)
        widths = []
        for bits in range(2 ** len(chosen)):
            answers = {leaf: TRUE if bits >> i & 1 else FALSE for i, group in enumerate(chosen) for leaf in group}
            span = self.span(answers)
            widths.append(span.best - span.worst)
        return min(widths)


def _fewest(model: _Model, groups: list[list[Condition]]) -> list[list[Condition]]:
    """The smallest sets first; past the limit, the most decisive one after the other."""
    tried = 0
    for size in (1, 2):
        for some in combinations(groups, size):
            tried += 1
            if tried > TRIES:
                break
            if model.best(some) == 0:
                return list(some)
    chosen: list[list[Condition]] = []
    rest = list(groups)
    width = model.best(())
    while rest and width > 0 and len(chosen) < 6:
        scored = min(rest, key=lambda g: model.best([*chosen, g]))
        chosen.append(scored)
        rest.remove(scored)
        width = model.best(chosen)
    return chosen
