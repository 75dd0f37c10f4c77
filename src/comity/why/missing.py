"""Missing facts: which unknown facts keep a verdict open, and the fewest that would settle it."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial, reduce
from itertools import chain, combinations, islice, product
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from comity.facts.value import FALSE, NOT, TRUE, UNKNOWN, OneOf, Truth
from comity.law.condition import And, Compare, Condition, Const, Exists, Fact, Member, Not, Or, Path, Relation
from comity.law.rulebook import PERMITTED, REACH, Duty, Ground, Law
from comity.verdict.decide import Judged
from comity.verdict.outcome import Span, meet
from comity.verdict.plan import Plan
from comity.why.story import Step, definite, teller

IMPLIED = {"@entity": "part_of", "@group": "group"}
"""What a record implies is asked after by the fact that would state it."""
UNSAID = "unsaid"
"""The rule of an instrument that is perhaps none, as only an authority's act would tell: what came of it is asked, and not by which rule."""
MOST = 6
"""Questions asked at once."""
NUMBER: Final = "persons"
"""Where a count is open, this bounds it, whatever else about the counted is not known: it is asked first."""
TRIES = 150
"""Sets of questions tried before the most decisive are taken one by one."""
Leaves: TypeAlias = list[Condition]
"""Tests that one answer decides."""


@dataclass(frozen=True, slots=True)
class Question:
    """An unknown fact: of which record, reached how, and how it is asked after (`fact` as a person would write it).

    Of a row, `over` is the list it stands in and `row` says whose list and where in it; without a place it is asked whether the list
    holds more than it names. `kind` says whom it is for: *find out* (what is so), *do* (one's own act), *apply for* (an authority's act), *ask counsel*
    (judgement and contested law). `regime` and `law` are the provision it is asked for; `where` is what a list may hold beside what it names.
    """

    fact: str
    record: str
    path: Path
    over: Relation | None = None
    row: tuple[str, int] = ("", -1)
    kind: str = field(default="find out", compare=False)
    regime: str = field(default="", compare=False)
    law: Law | None = field(default=None, compare=False)
    where: Exists | None = field(default=None, compare=False)

    @property
    def more(self) -> bool:
        """Is it asked whether a list holds more than it names?"""
        return self.over is not None and self.row[1] < 0

    @property
    def derogation(self) -> bool:
        """Is it asked only for an exception in a special situation?"""
        return isinstance(self.law, Ground) and self.law.kind == "derogation"

    @property
    def closing(self) -> bool:
        """Is it one for the end: an exception in a special situation, or what the law itself leaves open?"""
        return self.derogation or self.path.root == "law"


def missing(judged: Judged, plan: Plan) -> list[Question]:
    """The fewest facts that could settle the outcome of a leg, the most decisive first; without what nobody could answer."""
    if judged_span(judged).settled:
        return []
    groups = _groups(open_leaves(judged, plan), frozenset())
    return _first(groups, _Model(judged, plan)) if groups else []


def decisive(judged: Judged, plan: Plan, leaves: Mapping[Condition, tuple[Question, ...]], skip: Container[Question]) -> list[Question]:
    """What to ask first of a leg but for some questions; `leaves` are its `open_leaves`.

    First come facts whose answer narrows the outcome, whichever answer it is, the more the sooner; then the fewest that could settle it.
    """
    span, groups = judged_span(judged), _groups(leaves, skip)
    if span.settled or not groups:
        return []
    model = _Model(judged, plan)
    narrowing = [one for one in zip(model.widths(list(groups.values())), groups, strict=True) if one[0] < span.best - span.worst]
    narrowing.sort(key=lambda one: (one[0], _rank(one[1][0])))
    first = [question for _, asked in narrowing for question in sorted(asked, key=lambda q: q.path.fact != NUMBER)]
    return list(dict.fromkeys([*first, *_first(groups, model)]))


def _first(groups: Mapping[tuple[Question, ...], Leaves], model: _Model) -> list[Question]:
    """The questions of the fewest groups that could settle the outcome."""
    ranked = sorted(groups.items(), key=lambda group: (_rank(group[0][0]), -len(group[1])))  # what more tests read decides more
    chosen = _fewest(model, [leaves for _, leaves in ranked])
    order = {id(leaves): asked for asked, leaves in groups.items()}
    return list(dict.fromkeys(question for leaves in chosen for question in order[id(leaves)]))


def _groups(leaves: Mapping[Condition, tuple[Question, ...]], skip: Container[Question]) -> dict[tuple[Question, ...], list[Condition]]:
    """The open tests by what would decide them, without what was passed over."""
    groups: dict[tuple[Question, ...], list[Condition]] = {}
    for leaf, asked in leaves.items():
        if left := tuple(question for question in asked if question not in skip):
            groups.setdefault(left, []).append(leaf)
    return groups


def _rank(question: Question) -> int:
    """Between equals: what prohibits comes first, then ordinary ways, then duties, then exceptions."""
    return 3 if question.derogation else {Ground: 1, Duty: 2}.get(type(question.law), 0)


def judged_span(judged: Judged) -> Span:
    """What the asked regimes leave of a leg."""
    return meet(list(judged.opinions.values()))


def open_leaves(judged: Judged, plan: Plan) -> dict[Condition, tuple[Question, ...]]:
    """The tests on facts that are unknown and can still change the outcome, with the questions behind each and the provision they are for."""
    found: dict[Condition, tuple[Question, ...]] = {}
    truth, best = partial(judged.stretch.truth, row=judged.row), judged_span(judged).best
    for name, span in judged.opinions.items():
        if span.settled or span.worst >= best:
            continue
        regime, told = plan.regime(name), teller(judged, plan.regime(name))
        deciding = {*_open(plan.levels[name], truth, set())}
        asking: list[tuple[Law | None, Condition]] = [*regime.prohibitions]  # a prohibition before a ground, a ground before a duty
        asking += [(g.ground, c) for g in sorted(regime.grounds, key=lambda g: g.ground.kind == "derogation") for c in (g.holds, g.available)]
        asking += [(d.duty, c) for d in regime.duties if d.duty.timing == "before" for c in (d.owed, d.met)]
        asking += [(None, c) for c in plan.levels[name]]
        seen: set[Condition] = set()  # a part that two provisions share is asked for the first
        for law, condition in asking:
            for leaf in _open((condition,), truth, seen):
                if leaf in deciding and leaf not in found:
                    asked = dict.fromkeys(questions(told.tell(leaf)))
                    found[leaf] = tuple(replace(q, kind=_kind(q, law, plan), regime=name, law=law) for q in asked)
    return {leaf: asked for leaf, asked in found.items() if asked}


def _kind(question: Question, law: Law | None, plan: Plan) -> str:
    path = question.path
    fact = plan.vocabulary.kinds.get(path.kind, {}).get(path.fact)
    if question.kind == "ask counsel" or (fact is not None and fact.judged):
        return "ask counsel"
    paper = question.path.kind == "instrument"
    if isinstance(law, Ground) and paper:
        return {1: "apply for", 2: "do"}.get(REACH[law.kind], "find out")
    return "do" if path.fact == "done" else "find out"


def _open(nodes: Iterable[Condition], truth: Callable[[Condition], Truth], seen: set[Condition]) -> Iterable[Condition]:
    """The leaves that keep some conditions unknown, but for what was seen before."""
    stack = [*nodes]
    while stack:
        here = stack.pop()
        if here in seen or truth(here) != UNKNOWN:
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


def questions(step: Step) -> Iterable[Question]:
    """The unknown facts below a step, and the lists that may hold more than they name."""
    if step.truth != UNKNOWN:
        return
    for part in step.parts:
        if part.note and part.over is not None:
            over, (owner, _) = part.over, part.row
            where = step.node.term if isinstance(step.node, Fact) and isinstance(step.node.term, Exists) else None
            at = Path(over.root, over.links, over.source, over.kind)
            yield _unnamed(at, owner) or Question(".".join((*over.links, over.source)), owner, at, where=where, over=over)
        else:
            yield from questions(part)
    if step.parts or step.path is None:
        return
    if step.path.root == "law":
        yield Question(step.path.fact, "", step.path, kind="ask counsel")
        return
    if step.path.kind == "counts":
        yield Question("counts", "", step.path)
        return
    sides = [(step.path, step.record, step.value), *([step.other] if step.other else [])]
    for path, (kind, name), value in [side for side in sides if not definite(side[2])] or sides[:1]:
        stated = "result" if isinstance(value, OneOf) and UNSAID in (value.members or ()) else IMPLIED.get(path.fact, path.fact)
        shown = path if stated == path.fact else Path(path.root, path.links, stated, path.kind)
        of = (step.over, step.row) if path is step.path else (None, ("", -1))
        yield _unnamed(path, name) or Question(".".join((*path.links, stated)), "" if kind == "movement" else name, shown, over=of[0], row=of[1])


def _unnamed(path: Path, name: str) -> Question | None:
    """Where nobody said who or what it is, that is asked first."""
    if name == "?" and path.root == "leg" and len(path.links) == 1:
        return Question(path.links[0], "", Path("leg", (), path.links[0], "movement"))
    return None


class _Model:
    """What the outcome would be if some leaves were answered: many answers at once, over what is unknown alone."""

    def __init__(self, judged: Judged, plan: Plan) -> None:
        best = judged_span(judged).best
        self._truth = partial(judged.stretch.truth, row=judged.row)
        self._order: dict[Condition, None] = {}
        """Every unknown condition, each after those that it is made of."""
        open_ = [name for name, span in judged.opinions.items() if not span.settled and span.worst < best]
        self._fixed = meet([span for name, span in judged.opinions.items() if name not in open_] or [Span(PERMITTED, PERMITTED)])
        self._levels = [plan.levels[name] for name in open_]
        for condition in chain.from_iterable(self._levels):
            self._arrange(condition)

    def _arrange(self, node: Condition) -> None:
        if node in self._order or self._truth(node) != UNKNOWN:
            return
        for part in parts_of(node):
            self._arrange(part)
        self._order[node] = None

    def narrowest(self, tried: Sequence[Sequence[Leaves]], given: Mapping[Condition, Truth]) -> list[tuple[int, dict[Condition, Truth]]]:
        """For each set of groups, the width of the narrowest span that an answer leaves, and that answer; a group is answered one way throughout."""
        trials = [(i, truths) for i, some in enumerate(tried) for truths in product((FALSE, TRUE), repeat=len(some))]
        answers = [{**given, **{leaf: truth for group, truth in zip(tried[i], truths, strict=True) for leaf in group}} for i, truths in trials]
        found: dict[int, tuple[int, dict[Condition, Truth]]] = {}
        for (i, _), answer, width in zip(trials, answers, self._widths(answers), strict=True):
            if i not in found or width < found[i][0]:
                found[i] = (int(width), answer)
        return [found[i] for i in range(len(tried))]

    def widths(self, groups: Sequence[Leaves]) -> list[float]:
        """How wide the span is on the average of both answers, for each of some groups."""
        found = self._widths([dict.fromkeys(group, truth) for group in groups for truth in (FALSE, TRUE)])
        return [float(width) for width in found.reshape(-1, 2).mean(axis=1)]

    def _widths(self, answers: Sequence[Mapping[Condition, Truth]]) -> NDArray[np.int64]:
        """How far apart both ends of the outcome are, for each of some answers."""
        said: dict[Condition, NDArray[np.uint8]] = {}
        for i, answer in enumerate(answers):
            for leaf, truth in answer.items():
                if leaf in self._order:
                    if leaf not in said:
                        said[leaf] = np.full(len(answers), UNKNOWN, np.uint8)
                    said[leaf][i] = truth
        for node in self._order:
            match node:
                case And(parts):
                    said[node] = reduce(np.bitwise_and, (self._of(p, said) for p in parts))
                case Or(parts):
                    said[node] = reduce(np.bitwise_or, (self._of(p, said) for p in parts))
                case Not(part):
                    said[node] = NEGATED[self._of(part, said)]
                case _:
                    said.setdefault(node, np.full(len(answers), UNKNOWN, np.uint8))
        worst, best = np.full(len(answers), self._fixed.worst), np.full(len(answers), self._fixed.best)
        for levels in self._levels:
            truths = [np.broadcast_to(self._of(c, said), len(answers)) for c in levels]
            worst = np.minimum(worst, sum((t >> 1).astype(np.int64) for t in truths))
            best = np.minimum(best, sum((t & 1).astype(np.int64) for t in truths))
        apart: NDArray[np.int64] = best - worst
        return apart

    def _of(self, node: Condition, said: Mapping[Condition, NDArray[np.uint8]]) -> NDArray[np.uint8]:
        return said[node] if node in said else np.full(1, self._truth(node), np.uint8)


NEGATED: Final = np.array([NOT[FALSE], NOT[UNKNOWN], UNKNOWN, NOT[TRUE]], np.uint8)


def parts_of(node: Condition) -> Sequence[Condition]:
    """What a condition is made of, as far as answers reach into it."""
    match node:
        case And(parts) | Or(parts):
            return parts
        case Not(part):
            return (part,)
        case _:
            return ()


def _fewest(model: _Model, groups: Sequence[Leaves]) -> list[Leaves]:
    """One question or two, if these could settle it; past the limit, the most decisive one after the other."""
    few = list(islice(chain(combinations(groups, 1), combinations(groups, 2)), TRIES))
    settling = next((some for some, (width, _) in zip(few, model.narrowest(few, {}), strict=True) if width == 0), None)
    if settling is not None:
        return list(settling)
    chosen: list[Leaves] = []
    rest = list(groups)
    ((width, answers),) = model.narrowest([()], {})
    while rest and width > 0 and len(chosen) < MOST:
        found = model.narrowest([(group,) for group in rest], answers)
        at = min(range(len(rest)), key=lambda i: found[i][0])
        width, answers = found[at]
        chosen.append(rest.pop(at))
    return chosen
