"""`comity ask`: an interview about one movement. Only what can still change the answer is asked, the most decisive first."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from comity.cli import check
from comity.cli.screen import columns, out, paint
from comity.edge.asked import Read, no_movement
from comity.files.world_file import as_told
from comity.interview.draft import Draft, fragment, place
from comity.interview.interview import Interview, form
from comity.law.rulebook import PERMITTED
from comity.text.source import Mistake, Mistakes, Place, SourceError, read_documents
from comity.verdict.verdict import Verdict
from comity.why.missing import Question
from comity.words.brief import summary
from comity.words.lines import wrap
from comity.words.page import asked, question_line
from comity.words.words import Words


def ask(args: argparse.Namespace) -> int:
    """Asks until the verdict is settled, nothing is left to ask, or nobody answers."""
    read = check.read(args)
    words = Words(args.lang, read.plan.vocabulary)
    if args.movement not in read.world["movement"]:
        raise no_movement(read.world, args.movement)
    joined = read.docket or as_told
    draft = Draft(read.node, read.plan.vocabulary, read.asked_on if args.on else None, read.asked_on, joined)
    if args.answers:
        draft.merge(_documents(args.answers))
    interview = Interview(draft, args.movement, read.plan, narrowed=bool(args.regime))
    screen = Screen(interview, read, words)
    screen.run()
    verdict = interview.verdict
    _close(verdict, draft, words, args.save, typed=screen.typed)
    return 0 if verdict.outcome.worst == PERMITTED else 1


class Screen:
    """Puts the questions of an interview on the reader's screen, and takes what is typed."""

    def __init__(self, interview: Interview, read: Read, words: Words) -> None:
        self.interview, self.read, self.words = interview, read, words
        self.answered: set[Question] = set()
        self.typed = False
        self.room = columns()

    def run(self) -> None:
        """Asks one question (or the block of exceptions) after another."""
        text, interview = self.words.text, self.interview
        number, block = 0, False
        while not interview.verdict.outcome.settled and (questions := interview.next()):
            for question in questions:
                if question.derogation and not block:
                    block = True
                    out()
                    out(paint(text("exceptions"), "bold"))
                if question in self.answered and self.read.filed and question.path.kind == "instrument":
                    interview.skipped.add(question)
                    self._say(text("for the docket"), "- ")
                    continue
                if place(question, interview.movement, interview.draft) is None:
                    interview.skipped.add(question)
                    out()
                    self._say(question_line(question, self.words, self.read.plan), "- ")
                    self._say(text("not typed"), "  ")
                    continue
                number += 1
                if not self._one(number, question):
                    return
            interview.judge()

    def _one(self, number: int, question: Question) -> bool:
        """Puts one question until it is answered, passed over, or nobody is there."""
        text = self.words.text
        out()
        self._say(f"{number}. {question_line(question, self.words, self.read.plan)}")
        if question.law is not None:
            why = f"{question.regime} {question.law.path}{text('colon')}{self.words.gist(question.law)}{text('gap')}{self.words.cite(question.law)}"
            self._say(text("why asked").format(why), "   ")
        self._say(f"{text(question.kind)} · {form(question, self.interview.draft, self.words)}", "   ")
        while True:
            typed = _line()
            if typed is None:
                out()
                out(text("no more answers"))
                return False
            if typed in ("", "?", "unknown"):
                self.interview.skipped.add(question)
                return True
            mistakes = self.interview.put(question, typed)
            if not mistakes:
                self.typed = True
                self.answered.add(question)
                return True
            for mistake in mistakes:
                self._say(f"{mistake.message}" + (f" ({mistake.suggestion})" if mistake.suggestion else ""), "   ")

    def _say(self, sentence: str, lead: str = "") -> None:
        for line in wrap(sentence, self.room, lead, " " * max(2, len(lead))):
            out(line)


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
