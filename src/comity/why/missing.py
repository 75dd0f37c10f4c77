"""Missing facts: which unknown facts keep a verdict open, and the fewest that would settle it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, combinations, islice, product

from comity.facts.value import FALSE, NOT, TRUE, UNKNOWN, Truth, all_of, any_of
from comity.law.condition import And, Compare, Condition, Const, Exists, Fact, Member, Not, Or, Path, Relation
from comity.law.rulebook import REACH, Duty, Ground, Law
from comity.verdict.decide import Judged
from comity.verdict.outcome import Span, meet
from comity.verdict.plan import Plan
from comity.why.story import Step, definite, teller

IMPLIED = {"@entity": "part_of", "@group": "group"}
"""What a record implies is asked after by the fact that would state it."""
MOST = 6
"""Questions asked at once."""
TRIES = 150
"""Sets of questions tried before the most decisive are taken one by one."""


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


def missing(judged: Judged, plan: Plan, skip: frozenset[Question] = frozenset()) -> list[Question]:
    """The fewest facts that could settle the outcome of a leg, the most decisive first; without what nobody could answer."""
    if judged_span(judged).settled:
        return []
    groups: dict[tuple[Question, ...], list[Condition]] = {}
    for leaf, asked in open_leaves(judged, plan).items():
        if not skip.intersection(asked):
            groups.setdefault(asked, []).append(leaf)
    ranked = sorted(groups.items(), key=lambda group: (_rank(group[0][0]), -len(group[1])))  # what more tests read decides more
    chosen = _fewest(_Model(judged, plan), [leaves for _, leaves in ranked]) if groups else []
    order = {id(leaves): asked for asked, leaves in groups.items()}
    return list(dict.fromkeys(question for leaves in chosen for question in order[id(leaves)]))


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
        deciding = {leaf for condition in plan.levels[name] for leaf in _open(condition, truth)}
        asking: list[tuple[Law | None, Condition]] = [*regime.prohibitions]  # a prohibition before a ground, a ground before a duty
        asking += [(g.ground, c) for g in sorted(regime.grounds, key=lambda g: g.ground.kind == "derogation") for c in (g.holds, g.available)]
        asking += [(d.duty, c) for d in regime.duties if d.duty.timing == "before" for c in (d.owed, d.met)]
        asking += [(None, c) for c in plan.levels[name]]
        for law, condition in asking:
            for leaf in _open(condition, truth):
                if leaf in deciding and leaf not in found:
                    asked = (replace(q, kind=_kind(q, law, plan), regime=name, law=law) for q in questions(told.tell(leaf)))
                    found[leaf] = tuple(dict.fromkeys(asked))
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


def _open(node: Condition, truth: Callable[[Condition], Truth]) -> Iterable[Condition]:
    """The leaves that keep a condition unknown."""
    seen: set[Condition] = set()
    stack = [node]
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
    for path, (kind, name), _ in [side for side in sides if not definite(side[2])] or sides[:1]:
        stated = IMPLIED.get(path.fact, path.fact)
        shown = path if stated == path.fact else Path(path.root, path.links, stated, path.kind)
        of = (step.over, step.row) if path is step.path else (None, ("", -1))
        yield _unnamed(path, name) or Question(".".join((*path.links, stated)), "" if kind == "movement" else name, shown, over=of[0], row=of[1])


def _unnamed(path: Path, name: str) -> Question | None:
    """Where nobody said who or what it is, that is asked first."""
    if name == "?" and path.root == "leg" and len(path.links) == 1:
        return Question(path.links[0], "", Path("leg", (), path.links[0], "movement"))
    return None


class _Model:
    """What the outcome would be if some leaves were answered."""

    def __init__(self, judged: Judged, plan: Plan) -> None:
        self._truth = partial(judged.stretch.truth, row=judged.row)
        best = judged_span(judged).best
        self._open = [name for name, span in judged.opinions.items() if not span.settled and span.worst < best]
        self._fixed = [span for name, span in judged.opinions.items() if name not in self._open]
        self._levels = plan.levels

    def span(self, answers: Mapping[Condition, Truth]) -> Span:
        """What is left of the leg."""
        found = dict(answers)
        left = [[self._value(c, found) for c in self._levels[name]] for name in self._open]
        return meet([*self._fixed, *(Span(sum(t >> 1 for t in truths), sum(t & 1 for t in truths)) for truths in left)])

    def _value(self, node: Condition, found: dict[Condition, Truth]) -> Truth:
        if node not in found:
            truth = self._truth(node)
            if truth == UNKNOWN:
                match node:
                    case And(parts):
                        truth = all_of(self._value(p, found) for p in parts)
                    case Or(parts):
                        truth = any_of(self._value(p, found) for p in parts)
                    case Not(part):
                        truth = NOT[self._value(part, found)]
                    case _:
                        pass
            found[node] = truth
        return found[node]

    def best(self, groups: Iterable[list[Condition]], given: Mapping[Condition, Truth]) -> tuple[int, dict[Condition, Truth]]:
        """The narrowest span that some answer to these groups leaves, and that answer; each group is answered one way throughout."""
        tried = []
        for truths in product((FALSE, TRUE), repeat=len(chosen := list(groups))):
            answers = {**given, **{leaf: truth for truth, group in zip(truths, chosen, strict=True) for leaf in group}}
            span = self.span(answers)
            tried.append((span.best - span.worst, answers))
        return min(tried, key=lambda t: t[0])


def _fewest(model: _Model, groups: list[list[Condition]]) -> list[list[Condition]]:
    """One question or two, if these could settle it; past the limit, the most decisive one after the other."""
    for some in islice(chain(combinations(groups, 1), combinations(groups, 2)), TRIES):
        if model.best(some, {})[0] == 0:
            return list(some)
    chosen: list[list[Condition]] = []
    rest = list(groups)
    width, answers = model.best((), {})
    while rest and width > 0 and len(chosen) < MOST:
        found = [(*model.best((group,), answers), group) for group in rest]
        width, answers, group = min(found, key=lambda f: f[0])
        chosen.append(group)
        rest.remove(group)
    return chosen
