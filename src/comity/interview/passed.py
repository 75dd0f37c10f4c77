"""Questions that were passed over, and the short names by which they are known again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from comity.why.missing import Question


def mark(question: Question) -> str:
    """A short name for a question: the same for the same question, whenever it is asked."""
    over = (question.over.root, question.over.links, question.over.source) if question.over else ()
    path = question.path
    what = (question.fact, question.record, path.root, path.links, path.fact, path.kind, over, question.row)
    return hashlib.sha256(repr(what).encode()).hexdigest()[:10]


class Passed:
    """Questions that were passed over, by their marks."""

    def __init__(self, marks: Iterable[str] = ()) -> None:
        self._marks = set(marks)

    def __contains__(self, question: object) -> bool:
        """Was it passed over?"""
        return isinstance(question, Question) and mark(question) in self._marks

    def __iter__(self) -> Iterator[str]:
        """Their marks, in order."""
        return iter(sorted(self._marks))

    def add(self, question: Question) -> None:
        """Passes one more over."""
        self._marks.add(mark(question))
