"""`comity ask`: an interview about one movement. Only what can still change the answer is asked, the most decisive first."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from comity.cli import check
from comity.cli.answers import PAPERS, Draft, fragment, place
from comity.cli.brief import summary
from comity.cli.lines import columns, out, paint, wrap
from comity.cli.page import asked, question_line
from comity.cli.words import Words
from comity.files.world_file import as_told
from comity.law.rulebook import PERMITTED
from comity.text.source import Mistake, Mistakes, Place, SourceError, read_documents
from comity.verdict.verdict import Verdict, verdicts
from comity.why.missing import Question, missing


def ask(args: argparse.Namespace) -> int:
    """Asks until the verdict is settled, nothing is left to ask, or nobody answers."""
    read = check.read(args)
    words = Words(args.lang, read.plan.vocabulary)
    if args.movement not in read.world["movement"]:
        raise check.no_movement(read.world, args.movement)
    joined = read.filed.papers if read.filed else as_told
    draft = Draft(read.node, read.plan.vocabulary, read.asked_on if args.on else None, read.asked_on, joined)
    if args.answers:
        draft.merge(_documents(args.answers))
    interview = Interview(args, read, draft, words)
    interview.run()
    verdict = interview.verdict
    _close(verdict, draft, words, args.save, typed=interview.typed)
    return 0 if verdict.outcome.worst == PERMITTED else 1


SHOWN: Final = {"instrument": "{kind: …, under: …, result: …}", "measure": "{kind: …, place: …, effects: […]}"}
"""How the facts of a paper are written, in short."""


class Interview:
    """The questions and answers of one movement."""

    def __init__(self, args: argparse.Namespace, read: check.Read, draft: Draft, words: Words) -> None:
        self.args, self.read, self.draft, self.words = args, read, draft, words
        self.skipped: set[Question] = set()
        self.answered: set[Question] = set()
        self.typed = False
        self.room = columns()
        self.verdict = self.judge()

    def judge(self) -> Verdict:
        """The verdict on what is known so far."""
        found = verdicts(self.draft.world(), self.read.plan, self.read.asked_on, narrowed=bool(self.args.regime))
        return next(v for v in found if v.movement == self.args.movement)

    def next(self) -> list[Question]:
        """The most decisive question left; exceptions for special situations come last, as one block."""
        left: dict[Question, None] = {}
        for judged in self.verdict.open_legs:
            for question in missing(judged, self.read.plan, frozenset(self.skipped)):
                left.setdefault(question)
        plain = [q for q in left if not q.derogation]
        return plain[:1] or list(left)

    def run(self) -> None:
        """Asks one question (or the block of exceptions) after another."""
        text = self.words.text
        number, block = 0, False
        while not self.verdict.outcome.settled and (questions := self.next()):
            if questions[0].derogation and not block:
                block = True
                out()
                out(paint(text("exceptions"), "bold"))
            for question in questions:
                if question in self.answered and self.read.filed and question.path.kind == "instrument":
                    self.skipped.add(question)
                    self._say(text("for the docket"), "- ")
                    continue
                if place(question, self.args.movement, self.draft) is None:
                    self.skipped.add(question)
                    out()
                    self._say(question_line(question, self.words, self.read.plan), "- ")
                    self._say(text("not typed"), "  ")
                    continue
                number += 1
                if not self._one(number, question):
                    return
            self.verdict = self.judge()

    def _one(self, number: int, question: Question) -> bool:
        """Puts one question until it is answered, passed over, or nobody is there."""
        text = self.words.text
        out()
        self._say(f"{number}. {question_line(question, self.words, self.read.plan)}")
        if question.law is not None:
            why = f"{question.regime} {question.law.path}{text('colon')}{self.words.gist(question.law)}{text('gap')}{self.words.cite(question.law)}"
            self._say(text("why asked").format(why), "   ")
        self._say(f"{text(question.kind)} · {self._form(question)}", "   ")
        while True:
            typed = _line()
            if typed is None:
                out()
                out(text("no more answers"))
                return False
            if typed in ("", "?", "unknown"):
                self.skipped.add(question)
                return True
            mistakes = self.draft.put(question, self.args.movement, typed)
            if not mistakes:
                self.typed = True
                self.answered.add(question)
                return True
            for mistake in mistakes:
                self._say(f"{mistake.message}" + (f" ({mistake.suggestion})" if mistake.suggestion else ""), "   ")

    def _say(self, sentence: str, lead: str = "") -> None:
        for line in wrap(sentence, self.room, lead, " " * max(2, len(lead))):
            out(line)

    def _form(self, question: Question) -> str:
        """How an answer is written."""
        text, fact = self.words.text, self.draft.fact(question)
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
            shown = ", ".join([*(self.words.written(code, fact) for code in sorted(fact.domain)[:14]), *(("…",) if len(fact.domain) > 14 else ())])
            return text("write one of" if fact.type == "code" else "write some of").format(shown)
        return text(f"write {fact.type}") + (f" ({fact.unit})" if fact.unit else "")


def _line() -> str | None:
    """One line from the reader; none at the end of the input."""
    try:
        if sys.stdin.isatty():
            return input("   > ").strip()
        line = sys.stdin.readline()
    except (EOFError, OSError, ValueError, KeyboardInterrupt):
        return None
    return line.strip() if line else None


def _documents(file: Path) -> Iterator[tuple[str, bytes]]:
    try:
        yield str(file), file.read_bytes()
    except OSError as fault:
        raise SourceError([Mistake(Place(str(file), 1, 1), f"cannot be read: {(fault.strerror or 'no such file').lower()}")]) from fault


def _close(verdict: Verdict, draft: Draft, words: Words, save: Path | None, *, typed: bool) -> None:
    """The verdict, and the answers as a world fragment."""
    text, room = words.text, columns()
    out()
    style = verdict.outcome.worst if verdict.outcome.settled else "open"
    out(paint(f"{verdict.movement}{text('colon')}{words.outcome(verdict.outcome)}", style))
    for line in wrap(summary(verdict, words), room):
        out(line)
    left = asked(verdict)
    if left:
        out()
        out(text("still open"))
        for question in left:
            for line in wrap(question_line(question, words, verdict.plan), room, "  - ", "    "):
                out(line)
    if not typed and save is None:
        return
    written = "\n".join(fragment(draft.said)) + "\n"
    out()
    if save is None:
        out(text("paste"))
        out(written.rstrip())
        return
    mistakes = Mistakes()
    read_documents(str(save), written, mistakes)
    mistakes.settle()
    save.write_text(written, encoding="utf-8")
    out(text("saved").format(save))
