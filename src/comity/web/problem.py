"""What could not be answered, as a page and as problem details (RFC 9457)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from comity.text.source import Mistake


@dataclass(frozen=True)
class Wrong:
    """One mistake: where, what, and what to write instead."""

    where: str
    what: str
    suggestion: str = ""


@dataclass(frozen=True)
class Problem:
    """Why there is no answer: members as in RFC 9457, and every mistake that was found."""

    title: str
    status: int
    detail: str
    mistakes: Sequence[Wrong] = ()
    type: str = "about:blank"


def wrong(mistake: Mistake) -> Wrong:
    """A mistake as it is told over HTTP."""
    at = mistake.place
    return Wrong(f"{at.file}:{at.line}:{at.column}" if at.line > 1 or at.column > 1 else at.file, mistake.message, mistake.suggestion)
