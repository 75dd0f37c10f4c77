"""One count under one key: how many the ledger holds, between which numbers, by whose days, and how near that is to the lines of the law."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from comity.facts.record import World
from comity.facts.value import MAX, Interval
from comity.gate.counting import NEVER, Kept, definitions, kept_since, names
from comity.gate.days import Days
from comity.gate.meaning import rests
from comity.gauge.drawn import Drawn
from comity.gauge.keys import before
from comity.law.condition import Counted
from comity.ledger.counts import Key
from comity.ledger.replay import USES, Held, Standing
from comity.ledger.replay import Use as Brought
from comity.ledger.window import LAST, Window, start
from comity.verdict.plan import Plan
from comity.words.phrases import TEXT
from comity.words.words import Words, day

NOBODY = Held()
LAWS = 3
"""Provisions that are named of each line."""
YEAR = 366


@dataclass(frozen=True)
class Line:
    """A line: so many, which must be exceeded (`beyond`) or only reached. `crossed`: it is, or it may be (`perhaps`).

    `share` of the way is surely gone, `most` perhaps, in hundredths up to 100, rounded so that no room is shown that is not there;
    `laws`: regime and path of the first provisions that hang on it, beside which there are `more`.
    """

    number: int
    beyond: bool
    crossed: bool
    perhaps: bool
    share: int
    most: int
    laws: Sequence[tuple[str, str]]
    more: int


@dataclass(frozen=True)
class Use:
    """A transfer that brought persons: the entry of its reservation, its day, how many (perhaps counted before), and whether it moved or is pending."""

    entry: int
    movement: str
    day: str
    persons: int
    ended: str


@dataclass(frozen=True)
class Gauge:
    """A count under a key, by name what it is of. At least so many are counted, and at most (`most`; none where there is no upper end).

    `why`: the reason where the two are not one: whose, read, unkept, otherwise, before, gone, said, later; `until`: the day before which that was so;
    `whole`: the day from which on it is exact. `reserved`: at most so many of them are reserved only. `window`: its kind and its number;
    `since`: its first day, `on`: its last; `anew`: the day on which the next begins; `leaves`: the day on which the first drop out, and how many.
    `zones`: by whose days; none where the law names none. `uses`: who brought them, the latest first.
    """

    count: str
    title: str
    unit: str
    key: Sequence[tuple[str, str]]
    least: int
    most: int | None
    why: str
    window: Window
    since: str
    on: str
    reserved: int
    uses: Sequence[Use]
    law: tuple[str, str] | None = None
    until: str = ""
    whole: str = ""
    anew: str = ""
    leaves: tuple[str, int] | None = None
    zones: Sequence[str] = ()
    lines: Sequence[Line] = ()

    @property
    def empty(self) -> bool:
        """Is nobody surely counted?"""
        return not self.least and not self.uses

    @property
    def next(self) -> Line | None:
        """The lowest line that is not surely crossed, or the highest of all."""
        return next((line for line in self.lines if not line.crossed), self.lines[-1] if self.lines else None)

    @property
    def near(self) -> tuple[int, int]:
        """How near it is to its next line, in hundredths: surely, and perhaps; what is beyond the last of them is nearest."""
        line = self.next
        return (-1, -1) if line is None else (line.share, line.most)


def nearest(gauges: Iterable[Gauge]) -> list[Gauge]:
    """The nearest to a line first."""
    return sorted(gauges, key=lambda one: (-one.near[0], -one.near[1], one.count, [own for _, own in one.key]))


@dataclass(frozen=True)
class Measuring:
    """What gauges are read by: the law, its words, the days that are asked about, and what a ledger counts; the world, if one is told."""

    plan: Plan
    words: Words
    days: Days
    standing: Standing
    world: World | None = None

    @cached_property
    def kept(self) -> dict[str, Kept]:
        """How long the ledger keeps each count of this law."""
        return kept_since(self.standing.since, self.plan)

    @cached_property
    def terms(self) -> dict[str, Counted]:
        """The counts of this law, as the ledger names them."""
        return {name: term for term, name in names(self.plan).items()}

    @cached_property
    def _highest(self) -> dict[str, int]:
        """Up to how many each count is exact."""
        return {one.name: one.most for one in (*definitions(self.plan), *self.standing.definitions.values())}

    @cached_property
    def _otherwise(self) -> frozenset[str]:
        """The readings of which the world says otherwise than what prevails, by which the ledger counts."""
        told = self.world.readings if self.world else {}
        return frozenset(name for name, truth in told.items() if self.plan.prevailing.get(name) != truth)

    def gauge(self, term: Counted, key: Key | None, lines: Iterable[Drawn], uses: Sequence[Brought] = ()) -> Gauge:
        """A count of this law under a key (none: nobody knows under which), against some of the lines that are drawn over it."""
        name, days, window = names(self.plan)[term], self.days.of(term.name), term.window
        held = self.standing.held.get((name, key), NOBODY) if key is not None else NOBODY
        least, most, why = self._ends(term, name, key, held, days)
        marks: dict[tuple[int, bool], dict[tuple[str, str], None]] = {}
        for one in lines:
            marks.setdefault((one.number, one.beyond), {})[one.law] = None
        regime, _, defined = term.name.partition("/")
        book = self.plan.regime(regime).book
        law, lapsing = book.definitions.get(defined), why in ("otherwise", "before")
        return Gauge(
            count=term.name,
            title=self.words.gist(law) if law else term.name,
            unit=term.unit,
            key=[(self._called(part), own) for part, own in zip(term.key, key or ("",) * len(term.key), strict=True)],
            least=least,
            most=most,
            why=why,
            window=window,
            since=_begins(window, days),
            on=day(days.hi),
            reserved=held.reserved,
            uses=_told(uses),
            law=(regime, law.path) if law else None,
            until=day(self.kept[name].since) if lapsing else "",
            whole=_day(_first(window, days.hi + 1, self.kept[name].since)) if lapsing else "",
            anew=_day(_first(window, days.hi + 1, days.hi)) if window == ("year", 0) else "",
            leaves=None if why in ("gone", "later") else _leaving(held, window, days),
            zones=sorted(book.zones),
            lines=[_line(least, most, number, beyond, list(laws)) for (number, beyond), laws in marks.items()],
        )

    def former(self, name: str, key: Key, uses: Sequence[Brought] = ()) -> Gauge:
        """A count that this law does not mean: how many the ledger holds of it, by its own window. What a line of this law is to it nobody knows."""
        definition, held, days = self.standing.definitions[name], self.standing.held.get((name, key), NOBODY), self.days.on
        plain, window = name.partition(" ")[0], definition.window
        return Gauge(
            count=plain,
            title=plain,
            unit=f"{definition.unit}s",
            key=[("", own) for own in key],
            least=held.total(window, days.lo, days.hi, definition.most).least,
            most=None,
            why="former",
            window=window,
            since=_begins(window, days),
            on=day(days.hi),
            reserved=held.reserved,
            uses=_told(uses),
        )

    def _ends(self, term: Counted, name: str, key: Key | None, held: Held, days: Interval) -> tuple[int, int | None, str]:
        """At least and at most how many, and why these are not one number. The same as the gate would go by, before anybody is added."""
        if key is None:
            return 0, None, "whose"
        total = held.total(term.window, days.lo, days.hi, self._highest.get(name, 0))
        kept, said = self.kept.get(name, NEVER), before(self.world, term, key)
        least = max(total.least, said.least)
        covered = start(term.window, days.lo) > kept.since
        if not rests(term, self.plan).isdisjoint(self._otherwise):
            return least, None, "read"
        if kept is NEVER:
            return least, None, "unkept"
        if not covered and not (kept.first and said.said):
            return least, None, "before" if kept.first else "otherwise"
        if total.most is None:
            return least, None, "gone"
        most = total.most + said.most
        return least, most if most < MAX else None, "" if least == most else "later" if total.least != total.most else "said"

    def _called(self, part: str) -> str:
        """What a part of a key is."""
        link = part.partition(".")[0]
        return TEXT[self.words.lang].get(link) or self.words.link(link)


def _line(least: int, most: int | None, number: int, beyond: bool, laws: Sequence[tuple[str, str]]) -> Line:
    first = number + beyond
    upper = 100 if most is None else min(100, -(-100 * most // number))
    lower = upper if least == most else min(100, 100 * least // number)
    return Line(number, beyond, least >= first, most is None or most >= first, lower, upper, laws[:LAWS], len(laws[LAWS:]))


def _first(window: Window, day: int, bound: int) -> int | None:
    """The first day from this one on whose window begins after another day; none where it never does."""
    if window[0] not in ("year", "months"):
        return None
    days = range(day, min(LAST, max(day, bound) + YEAR * (window[1] + 2)))
    at = bisect_right(days, bound, key=lambda one: start(window, one))
    return days[at] if at < len(days) else None


def _leaving(held: Held, window: Window, days: Interval) -> tuple[str, int] | None:
    """The day on which the first who are counted drop out of a window that slides, unless they are counted again, and how many."""
    within = {one: n for one, n in held.days.items() if start(window, days.lo) <= one <= days.hi}
    if not within or window == ("year", 0) or (on := _first(window, days.hi + 1, min(within))) is None:
        return None
    return day(on), sum(n for one, n in within.items() if one < start(window, on))


def _begins(window: Window, days: Interval) -> str:
    """The first day of a window; none of one that is of all time."""
    return "" if window[0] == "always" else day(start(window, days.lo))


def _told(uses: Sequence[Brought]) -> list[Use]:
    return [Use(one.entry, one.movement, day(one.day), one.persons, one.ended) for one in uses[:USES]]


def _day(number: int | None) -> str:
    return "" if number is None else day(number)
