"""On which day law is shown, and as it was known on which: what is chosen, and the days that are worth choosing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from comity.edge import asked
from comity.facts.value import MAX
from comity.law.rulebook import Law, Rulebook
from comity.web.view import View
from comity.words.provision import learnt, turns
from comity.words.words import day


@dataclass(frozen=True)
class Days:
    """The day, and that on which law was known, empty where it is as known now.

    `before`: the day before the last change by the dates of what is shown; `next`: that of the next one; empty where there is none.
    `turns`: all days on which something of it changes; `learnt`: those on which more of it became known.
    """

    on: str
    known: str
    before: str
    next: str
    turns: Sequence[str]
    learnt: Sequence[str]


def day_of(view: View) -> int:
    """The day that is asked about: today, unless another is chosen."""
    return view.on if view.on is not None else asked.today()


def days(view: View, laws: Iterable[Law], books: Iterable[Rulebook]) -> Days:
    """The days of some law."""
    on, found = day_of(view), turns(laws, view.known)
    past, future = [turn for turn in found if turn <= on], [turn for turn in found if turn > on]
    known = sorted({one for book in books for one in learnt(book)})
    return Days(
        day(on),
        day(view.known) if view.known < MAX else "",
        day(past[-1] - 1) if past else "",
        day(future[0]) if future else "",
        [day(turn) for turn in found],
        [day(one) for one in known],
    )
