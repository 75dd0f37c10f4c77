"""The fixed phrases of the docket's pages, out of the catalogues."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from comity.docket.procedure import Text
from comity.facts.value import MAX, Interval
from comity.words.catalogue import Domain
from comity.words.translated import translated
from comity.words.words import day

TEXT: Final = Domain("docket")


@dataclass(frozen=True)
class Phrases:
    """How the docket says things in one language."""

    lang: str

    def text(self, key: str, *filled: object) -> str:
        """A fixed phrase, filled in."""
        return TEXT[self.lang][key].format(*filled)

    def said(self, text: Text | None, name: str = "") -> str:
        """What a procedure calls something."""
        return (translated(text, self.lang) if text else "") or name

    def called(self, text: Text, name: str) -> str:
        """The same, with its name."""
        return self.text("in", self.said(text), name)

    def within(self, what: str, more: str) -> str:
        """One with another in brackets."""
        return self.text("in", what, more)

    def days(self, span: Interval, horizon: int | None = None) -> str:
        """A day, or between which days it lies and why nobody can say."""
        if span.lo == span.hi:
            return day(span.lo)
        if span.hi >= MAX:
            return f"{day(span.lo)}.."
        ends = day(span.lo), day(span.hi)
        return self.text("perhaps unpublished", *ends) if horizon is None else self.text("perhaps", *ends, day(horizon))
