"""A verdict in one line, and in two sentences: what decides it."""

from __future__ import annotations

from comity.law.rulebook import PERMITTED
from comity.verdict.opinion import Bar, Opinion, Owed
from comity.verdict.verdict import Verdict
from comity.words.phrases import TEXT
from comity.words.words import Words, place


def brief(verdict: Verdict, words: Words) -> str:
    """Regime, provision and gist of what decides; a conflict of laws or a jurisdiction nobody could ask before all else."""
    if verdict.conflicts:
        first = verdict.conflicts[0]
        by = first.basis or place(first.place, words.lang)
        return words.text("conflict brief").format(first.by, by, first.regime, first.law.path)
    if not verdict.outcome.settled and (places := untold(verdict)):
        return words.text("no rulebook").format(words.text("comma").join(place(p, words.lang) for p in places))
    found = deciding(verdict)
    if found is None:
        return ""
    one, what = found
    return f"{one.name} {what.law.path}: {words.gist(what.law)}"


def untold(verdict: Verdict) -> tuple[str, ...]:
    """The jurisdictions that nobody could ask; asked of some regimes only, none was meant to be."""
    return () if verdict.narrowed else verdict.unread


def deciding(verdict: Verdict) -> tuple[Opinion, Bar | Owed] | None:
    """The opinion and the bar (or duty first due) that hold the outcome down."""
    for name, span in verdict.spans.items():
        if span.worst == verdict.outcome.worst < PERMITTED and (what := (one := verdict.opinion(name)).decisive) is not None:
            return one, what
    return None


def summary(verdict: Verdict, words: Words) -> str:
    """Two sentences for a reader in a hurry: what, and why or what next."""
    text, outcome = words.text, verdict.outcome
    gap = text("gap")
    if not outcome.settled:
        ends = words.ends(outcome)
        first = text("sum open").format(*ends)
    elif outcome.worst == PERMITTED:
        duties = sum(o.state != "met" for one in verdict.opinions for o in one.owed)
        second = text("sum no duties") if not duties else text("one duty") if duties == 1 else TEXT.many(words.lang, "sum duties", duties).format(duties)
        first = text("sum 3 one") if len(verdict.plan.regimes) == 1 else text("sum 3").format(len(verdict.plan.regimes), len(verdict.spans))
        return first + gap + second
    else:
        first = text(f"sum {outcome.worst}")
    found = deciding(verdict)
    if found is None:
        places = text("comma").join(place(p, words.lang) for p in untold(verdict))
        return first + (gap + text("unread").format(places) if places else "")
    one, law = found[0], found[1].law
    if not outcome.settled:
        return first + gap + text("hangs on").format(words.title(one.regime.book), words.clause(law), words.cite(law))
    return first + gap + text("decides").format(words.title(one.regime.book), words.gist(law), words.cite(law))
