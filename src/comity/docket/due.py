"""What falls due, and when: deadlines, windows, standstills, validity and conditions of matters, and what verdicts oblige to. Without a clock: the day is told.

What falls due of a matter hangs on the matter alone, as its clocks have moved it; which of it is late, or near, on the day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from comity.docket.clock import Running
from comity.docket.matter import Matter
from comity.docket.procedure import Kind, Sort, Text
from comity.facts.calendar import Calendars, after
from comity.facts.value import MIN, Interval, only
from comity.text.literal import day as day_of
from comity.verdict.verdict import Verdict


class What(Enum):
    """What falls due on a day."""

    DEADLINE = "deadline"
    """An act, by then."""
    OPENS = "opens"
    """A time within which an act can be made begins."""
    CLOSES = "closes"
    """Such a time ends: the act cannot be made later."""
    STANDSTILL = "standstill"
    """The last day on which an act cannot be made yet."""
    VALIDITY = "validity"
    """Something ceases to hold."""
    CONDITION = "condition"
    """A condition of a decision, to be met by then."""
    OBLIGATION = "obligation"
    """A duty that a verdict tells."""


OWED = frozenset({What.DEADLINE, What.CONDITION, What.OBLIGATION})
"""What stays owed when its day is over; the rest is past then."""


HOLDING = frozenset({"granted", "passed", "suspended"})
"""The results of a paper that still can cease to hold."""


@dataclass(frozen=True, slots=True)
class Due:
    """Something that falls due. `day`: from the earliest to the latest that it may be; `who`: the parties whose it is. `of`: the matter, or the movement."""

    day: Interval
    what: What
    of: str
    name: str
    who: tuple[str, ...]
    text: Text

    @property
    def sure(self) -> bool:
        """Can anybody say yet which day it is?"""
        return self.day.lo == self.day.hi

    def late(self, day: int) -> bool | None:
        """Is it owed and its day over? None: nobody can say yet."""
        if self.what not in OWED or day <= self.day.lo:
            return False
        return True if day > self.day.hi else None

    def past(self, day: int) -> bool:
        """Is there nothing more to be done about it?"""
        return self.what not in OWED and day > self.day.hi


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition that a decision sets: `next` is by when it is to be met, if it still is; `met` the days on which that was shown."""

    name: str
    text: str
    by: str
    since: int
    every: str
    next: Interval | None
    met: tuple[int, ...]


def listed(dues: Iterable[tuple[Due, int]], within: int | None = None, party: str = "") -> list[tuple[Due, int]]:
    """Each with the day it is where it falls due: those of the next so many days, of one party or all; late ones first, then by day."""
    kept = [(one, today) for one, today in dues if not one.past(today) and (within is None or one.day.lo <= today + within) and (not party or party in one.who)]
    return sorted(kept, key=_order)


def _order(pair: tuple[Due, int]) -> tuple[object, ...]:
    one, today = pair
    return one.late(today) is False, one.day.lo, one.day.hi, one.of, one.what.value, one.name


def dues(matter: Matter, calendars: Calendars) -> Iterator[Due]:
    """What falls due of a matter, as its clocks have moved it."""
    for one in matter.clocks(calendars):
        if one.awaited and one.met is None and not one.paused:
            yield from _of_clock(matter, one)
    yield from _limited(matter)
    if not matter.over:
        for held in conditions(matter, calendars):
            if held.next is not None:
                yield Due(held.next, What.CONDITION, matter.name, held.name, (matter.parties.get(held.by, held.by),), Text(held.text, held.text))


def obligations(verdicts: Iterable[Verdict]) -> Iterator[Due]:
    """What verdicts oblige to on a day, and nobody is known to have done; each once."""
    found: dict[tuple[str, str, str], Due] = {}
    for verdict in verdicts:
        for one in verdict.opinions:
            for owed in one.owed:
                if owed.state != "met" and owed.due is not None and owed.due.lo > MIN:
                    who = only(one.judged.leg.facts.get(owed.law.by)) or owed.law.by.replace("_", " ")
                    name = f"{one.name} {owed.law.path}"
                    found.setdefault((verdict.movement, name, who), Due(owed.due, What.OBLIGATION, verdict.movement, name, (who,), _told(owed.law)))
    yield from found.values()


def conditions(matter: Matter, calendars: Calendars) -> list[Condition]:
    """Every condition that somebody is held to, and how far it is met; of one name, the last."""
    found: dict[str, Condition] = {}
    for place, one in enumerate(matter.made, 1):
        for name in matter.procedure.acts[one.act].saying(Sort.CONDITIONS):
            for told in one.says.get(name, ()):
                met = [later.day for later in matter.made[place:] if told["name"] in _shown(matter, later.act, later.says)]
                found[told["name"]] = _condition(told, one.day, met, matter, calendars)
    return list(found.values())


def _of_clock(matter: Matter, one: Running) -> Iterator[Due]:
    clock = one.clock
    acting = tuple(dict.fromkeys(party for act in clock.awaits for party in matter.whose(matter.procedure.acts[act])))
    bound = (matter.parties.get(clock.binds, clock.binds),) if clock.binds else acting

    def due(what: What, day: Interval, who: tuple[str, ...]) -> Due:
        return Due(day, what, matter.name, clock.name, who, clock.text)

    match clock.kind:
        case Kind.DEADLINE:
            yield due(What.CLOSES if clock.barred else What.DEADLINE, one.ends, bound)
        case Kind.WINDOW:
            if one.opens is not None:
                yield due(What.OPENS, one.opens, acting)
            yield due(What.CLOSES, one.ends, acting)
        case Kind.STANDSTILL:
            yield due(What.STANDSTILL, one.ends, acting)
        case Kind.VALIDITY:
            yield due(What.VALIDITY, one.ends, tuple(dict.fromkeys(matter.parties.values())))


def _limited(matter: Matter) -> Iterator[Due]:
    """The papers that hold and cease to by their own scope."""
    for paper in matter.procedure.papers.values():
        result = next((paper.result[step.stage] for step in reversed(matter.path) if step.stage in paper.result), "")
        until = day_of(str(matter.scope.get(paper.name, {}).get("until", "")))
        if result in HOLDING and until is not None:
            yield Due(Interval(until, until), What.VALIDITY, matter.name, paper.name, tuple(dict.fromkeys(matter.parties.values())), Text())


def _shown(matter: Matter, act: str, says: Any) -> Iterator[str]:  # noqa: ANN401 -- what an act says
    """The conditions that an act shows to be met."""
    return (says[name] for name in matter.procedure.acts[act].saying(Sort.CONDITION) if name in says)


def _condition(told: Any, since: int, met: list[int], matter: Matter, calendars: Calendars) -> Condition:  # noqa: ANN401
    if "due" in told:
        by = day_of(told["due"])
        left = None if met or by is None else Interval(by, by)
        return Condition(told["name"], told["text"], told["by"], since, "", left, tuple(met))
    calendar, number, unit = calendars.get(matter.procedure.place), told["every"], told["unit"]

    def end(period: int) -> Interval:
        return after(Interval(since, since), number * period, unit, calendar)

    period = 1
    for day in met:  # each meets the earliest period that is open: what was shown twice in one period does not meet the next
        if period == 1 or day > end(period - 1).hi:
            period += 1
    return Condition(told["name"], told["text"], told["by"], since, f"{number} {unit}", end(period), tuple(met))


def _told(law: Any) -> Text:  # noqa: ANN401
    return Text(law.en, law.zh, law.cite)
