"""By which clock a day falls due: so many days, months or working days after another, as the law counts them."""

from __future__ import annotations

from comity.law.condition import After, Day, Extreme, Path
from comity.words.words import Words, place


def clock(due: Day, words: Words) -> str:
    """A term in words: '30 days after the day', and from what it runs."""
    text = words.text
    match due:
        case After(start, n, "workdays", where) if n > 0:
            return text("clock workdays").format(n, place(where, words.lang), clock(start, words))
        case After(start, n, "days" | "months" | "years" as unit, _) if n > 0:
            return text(f"clock {unit}").format(n, clock(start, words))
        case After(start, 1, unit, _):  # a day of the year
            return text("clock date").format(unit, clock(start, words))
        case Extreme(over, _, term, _, beyond):
            rows = words.relation(over.source, "")
            return text("clock last" if beyond == ">" else "clock first").format(rows, clock(term, words))
        case Path():
            return words.label(due)
        case _:
            return text("clock of law")
