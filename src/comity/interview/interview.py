"""An interview about one movement: only what can still change the answer is asked, the most decisive first."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from comity.interview.draft import PAPERS, Draft, at, flow, mapping, place, sketched
from comity.interview.passed import Passed
from comity.law.condition import Condition
from comity.text.source import Mistake
from comity.verdict.decide import Judged
from comity.verdict.plan import Plan
from comity.verdict.verdict import Verdict, verdicts
from comity.why.missing import Question, decisive, open_leaves
from comity.words.words import Words

SHOWN: Final = {"instrument": "{kind: …, under: …, result: …}", "measure": "{kind: …, place: …, effects: […]}"}
"""How the facts of a paper are written, in short."""


class Interview:
    """The questions and answers of one movement. `skipped`: what whoever is asked does not know."""

    def __init__(self, draft: Draft, movement: str, plan: Plan, skipped: Iterable[str] = (), *, narrowed: bool = False) -> None:
        self.draft, self.movement, self.plan, self._narrowed = draft, movement, plan, narrowed
        self.skipped = Passed(skipped)
        self.verdict = self.judge()
        self._found: tuple[Verdict | None, Sequence[tuple[Judged, Mapping[Condition, tuple[Question, ...]]]]] = (None, ())

    def fork(self) -> Interview:
        """The same, to go on with without changing this one."""
        made = copy.copy(self)
        made.draft, made.skipped = self.draft.fork(), Passed(self.skipped)
        return made

    def judge(self) -> Verdict:
        """The verdict on what is known so far."""
        found = verdicts(self.draft.world(), self.plan, self.draft.asked_on, narrowed=self._narrowed)
        self.verdict = next(v for v in found if v.movement == self.movement)
        return self.verdict

    def left(self) -> list[Question]:
        """What to ask first of what can still change the answer and was not passed over, the most decisive first."""
        return list(dict.fromkeys(q for judged, leaves in self._leaves() for q in decisive(judged, self.plan, leaves, self.skipped)))

    def unanswered(self) -> list[Question]:
        """All that can still change the answer, passed over or not."""
        return list(dict.fromkeys(q for _, leaves in self._leaves() for asked in leaves.values() for q in asked))

    def papers(self) -> list[Question]:
        """The papers that laws still ask for, each as a question whether there is one; those that say the same are one."""
        asked = (q for _, leaves in self._leaves() for some in leaves.values() for q in some if q.more and PAPERS.get(q.fact) == "instruments")
        return list({flow(mapping(said)): q for q in asked if (said := dict(sketched(q, self.draft.vocabulary)))}.values())

    def _leaves(self) -> Sequence[tuple[Judged, Mapping[Condition, tuple[Question, ...]]]]:
        """What is open of each leg, found once for each verdict."""
        if self._found[0] is not self.verdict:
            self._found = (self.verdict, [(judged, open_leaves(judged, self.plan)) for judged in self.verdict.open_legs])
        return self._found[1]

    def next(self) -> list[Question]:
        """The most decisive question left; exceptions for special situations and open law come last, as one block."""
        left, beyond = self.ahead()
        return left[:1] if left and not left[0].closing else left or beyond

    def ahead(self) -> tuple[list[Question], list[Question]]:
        """The questions left that can be answered here, and those of the world's own file, which are passed over.

        Exceptions for special situations, and what the law itself leaves open, come when nothing else is left, as one block.
        """
        beyond: list[Question] = []
        closing: list[Question] = []
        aside = self.fork()
        while left := aside.left():
            here = [q for q in left if place(q, self.movement, self.draft) is not None]
            plain = [q for q in here if not q.closing]
            if plain:
                begun = self._begun()
                return sorted(plain, key=lambda q: (q.record not in begun, q.kind == "ask counsel")), beyond
            closing += here
            beyond += [q for q in left if q not in here]
            for question in left:
                aside.skipped.add(question)
        return sorted(closing, key=lambda q: q.derogation), beyond

    def _begun(self) -> set[str]:
        """The papers that answers have begun: what they say is asked before whether there are more."""
        sections = [at(self.draft.said, (section,)) for section in PAPERS.values()]
        return {name for held in sections if held is not None for name in held.pairs or {}}

    def put(self, question: Question, typed: str) -> list[Mistake]:
        """Puts one answer in; what is wrong with it, if anything, and then nothing has changed."""
        return self.draft.put(question, self.movement, typed)


def form(question: Question, draft: Draft, words: Words) -> str:
    """How an answer is written."""
    text, fact = words.text, draft.fact(question)
    if question.path.root == "law":
        return text("write truth")
    if question.path.kind == "counts":
        return text("write number")
    if question.more and question.fact in PAPERS:
        return text("write held" if PAPERS[question.fact] == "instruments" else "write paper").format(SHOWN[question.path.kind])
    if question.more and fact is not None:
        return text("write row").format("{" + ": …, ".join([*fact.columns][:3]) + ": …}") if fact.columns else text("write more")
    if fact is None:
        return text("write truth")
    if fact.domain is not None:
        shown = ", ".join([*(words.written(code, fact) for code in sorted(fact.domain)[:14]), *(("…",) if len(fact.domain) > 14 else ())])
        return text("write one of" if fact.type == "code" else "write some of").format(shown)
    return text(f"write {fact.type}") + (f" ({fact.unit})" if fact.unit else "")
