"""An interview about one movement: only what can still change the answer is asked, the most decisive first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from comity.interview.draft import PAPERS, Draft, at, place
from comity.interview.passed import Passed
from comity.text.source import Mistake
from comity.verdict.plan import Plan
from comity.verdict.verdict import Verdict, verdicts
from comity.why.missing import Question, missing
from comity.words.words import Words

SHOWN: Final = {"instrument": "{kind: …, under: …, result: …}", "measure": "{kind: …, place: …, effects: […]}"}
"""How the facts of a paper are written, in short."""


class Interview:
    """The questions and answers of one movement. `skipped`: what whoever is asked does not know."""

    def __init__(self, draft: Draft, movement: str, plan: Plan, skipped: Iterable[str] = (), *, narrowed: bool = False) -> None:
        self.draft, self.movement, self.plan, self._narrowed = draft, movement, plan, narrowed
        self.skipped = Passed(skipped)
        self.verdict = self.judge()

    def judge(self) -> Verdict:
        """The verdict on what is known so far."""
        found = verdicts(self.draft.world(), self.plan, self.draft.asked_on, narrowed=self._narrowed)
        self.verdict = next(v for v in found if v.movement == self.movement)
        return self.verdict

    def left(self) -> list[Question]:
        """Every question that can still change the answer and was not passed over, the most decisive first."""
        return list(dict.fromkeys(q for judged in self.verdict.open_legs for q in missing(judged, self.plan, self.skipped)))

    def next(self) -> list[Question]:
        """The most decisive question left; exceptions for special situations come last, as one block."""
        left = self.left()
        plain = [q for q in left if not q.derogation]
        return plain[:1] or left

    def ahead(self) -> tuple[list[Question], list[Question]]:
        """The questions left that can be answered here, and those of the world's own file, which are passed over."""
        beyond: list[Question] = []
        while left := self.left():
            here = [q for q in left if place(q, self.movement, self.draft) is not None]
            if here:
                begun = self._begun()
                return sorted(here, key=lambda q: (q.derogation, q.record not in begun)), beyond
            beyond += left
            for question in left:
                self.skipped.add(question)
        return [], beyond

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
        return text("write paper").format(SHOWN[question.path.kind])
    if question.more and fact is not None:
        return text("write row").format("{" + ": …, ".join([*fact.columns][:3]) + ": …}") if fact.columns else text("write more")
    if fact is None:
        return text("write truth")
    if fact.domain is not None:
        shown = ", ".join([*(words.written(code, fact) for code in sorted(fact.domain)[:14]), *(("…",) if len(fact.domain) > 14 else ())])
        return text("write one of" if fact.type == "code" else "write some of").format(shown)
    return text(f"write {fact.type}") + (f" ({fact.unit})" if fact.unit else "")
