"""A matter as everybody sees it on a day: what was done, whose move it is, what its clocks say, what can be done next, what came of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from comity.docket.clock import Running, units
from comity.docket.docket import Docket, Idle, Proposed
from comity.docket.due import Condition, conditions
from comity.docket.matter import Made, Matter
from comity.docket.paper import Papers
from comity.docket.procedure import Act, Kind, Text
from comity.docket.written import plain
from comity.facts.calendar import Calendar, Calendars
from comity.facts.value import Interval
from comity.facts.vocabulary import Vocabulary


@dataclass(frozen=True)
class Standing:
    """A matter on a day: acts that were made by then, and clocks as they have moved it. `proposed` and `idle` are those of its log's end."""

    matter: Matter
    day: int
    calendars: Calendars
    vocabulary: Vocabulary
    log: str
    proposed: Sequence[Proposed] = ()
    idle: Sequence[Idle] = ()

    @classmethod
    def of(cls, docket: Docket, name: str, day: int) -> Standing:
        """The standing of one of a docket's matters."""
        matter = named(docket, name)
        assert matter is not None  # by its name
        waiting = [one for one in docket.file(name).proposed.values() if matter.made or _opening(docket, name, one) == matter]
        idle = [one for one in docket.idle if one.matter == name]
        return cls(as_of(matter, day).on(day, docket.calendars), day, docket.calendars, docket.vocabulary, docket.log, waiting, idle)

    @property
    def turn(self) -> tuple[str, ...]:
        """The roles whose move it is."""
        stage = self.matter.procedure.stages.get(self.matter.stage)
        return stage.turn if stage else ()

    @property
    def awaited(self) -> tuple[str, ...]:
        """The parties for whom it waits: those whose move it is, and those who have not signed what is proposed."""
        signing = [party for one in self.proposed for party in self.missing(one)]
        return tuple(dict.fromkeys([*(self.matter.parties.get(role, role) for role in self.turn), *signing]))

    @property
    def since(self) -> int | None:
        """The day since which it stands where it does."""
        return self.matter.path[-1].day if self.matter.path else None

    @property
    def calendar(self) -> Calendar | None:
        """Whose working days count."""
        return self.calendars.get(self.matter.procedure.place)

    @cached_property
    def clocks(self) -> tuple[Running, ...]:
        """Clocks that run over something that can still be done, or that it still holds."""
        return tuple(one for one in self.matter.clocks(self.calendars) if one.awaited and one.met is None)

    def acts(self) -> Iterator[tuple[Act, tuple[str, ...], tuple[str, ...]]]:
        """What can be made where it stands, by whom, and what keeps it from being made on this day."""
        for act in self.matter.acts():
            yield act, self.matter.whose(act), tuple(self.matter.barred(act, self.day, self.calendars))

    def remedies(self) -> Iterator[tuple[Act, Interval | None]]:
        """The acts open against where it stands, and the last day of each, if it has one."""
        stage = self.matter.procedure.stages.get(self.matter.stage)
        for name in stage.remedies if stage else ():
            ends = [one.ends for one in self.clocks if name in one.clock.awaits and one.clock.kind is Kind.DEADLINE]
            yield self.matter.procedure.acts[name], min(ends, key=lambda end: end.lo) if ends else None

    def papers(self) -> dict[str, dict[str, Any]]:
        """What came of it, as a verdict sees it."""
        made = Papers([self.matter], (), self.day, self.calendars, self.log, self.vocabulary).instruments()
        return {name: plain(node) for name, node in made.items()}

    def missing(self, one: Proposed) -> tuple[str, ...]:
        """Who has not signed what is proposed."""
        return tuple(party for party in self.matter.whose(self.matter.procedure.acts[one.told["act"]]) if party not in one.by)

    def counted(self, one: Running) -> Interval:
        """How many of a clock's units have passed by this day; of months and years, days."""
        start, until = one.start.hi, min(self.day, one.ends.hi)

        def passed(since: int, to: int) -> Interval:
            return units(max(since, start), max(start, min(to, until)), one.clock.unit, self.calendar)

        whole, lost = passed(start, until), [passed(pause.since, until if pause.until is None else pause.until) for pause in one.pauses]
        return Interval(max(0, whole.lo - sum(each.hi for each in lost)), max(0, whole.hi - sum(each.lo for each in lost)))

    def passed_over(self, one: Running) -> tuple[int, int]:
        """Of a clock of working days: how many days of rest it does not count, and how many of a weekend that are worked it does, as far as published."""
        known = self.calendar or Calendar()
        days = range(max(one.start.lo + 1, known.first), min(one.ends.lo, known.horizon) + 1)
        return sum(not known.works(day) for day in days), sum(day in known.worked for day in days)


def named(docket: Docket, name: str) -> Matter | None:
    """The matter of this name; one that is proposed only, and not open before the last has signed."""
    return docket.matters.get(name) or next((_opening(docket, name, one) for one in docket.file(name).proposed.values()), None)


def _opening(docket: Docket, name: str, one: Proposed) -> Matter:
    return Matter(name, docket.procedures[one.told["procedure"]], one.told["parties"])


def as_of(matter: Matter, day: int) -> Matter:
    """The matter with the acts that were made by a day, and nothing that came after it."""
    made = tuple(one for one in matter.made if one.day <= day)
    return replace(matter, made=made, path=tuple(step for step in matter.path if step.day <= day))


def brief(standing: Standing) -> dict[str, Any]:
    """A matter in a line, as data."""
    matter = standing.matter
    told = {"matter": matter.name, "rulebook": matter.procedure.rulebook, "procedure": matter.procedure.name, "parties": dict(matter.parties)}
    return {**told, "on": _text(standing.day), "stage": matter.stage, "since": _text(standing.since), "over": matter.over, "waits_for": list(standing.awaited)}


def record(standing: Standing) -> dict[str, Any]:
    """A matter as data: all that the page shows."""
    matter, procedure = standing.matter, standing.matter.procedure
    stage = procedure.stages.get(matter.stage)
    return {
        **brief(standing),
        "log": standing.log,
        "edition": procedure.digest,
        "calls": {
            "procedure": _said(procedure.text),
            "stage": _said(stage.text) if stage else {},
            **{f"role {name}": _said(role.text) for name, role in procedure.roles.items()},
        },
        "unsettled": matter.unsettled,
        "acts": [_made(one, procedure.acts[one.act]) for one in matter.made],
        "path": [{"stage": step.stage, "on": _text(step.day), "by": step.cause} for step in matter.path],
        "clocks": [_clock(standing, one) for one in standing.clocks],
        "next": [_next(act, by, against) for act, by, against in standing.acts()],
        "remedies": [{"act": act.name, "until": _days(last), **_said(act.text)} for act, last in standing.remedies()],
        "no_remedy": _said(stage.no_remedy) if stage and stage.no_remedy else None,
        "papers": standing.papers(),
        "conditions": [_condition(one) for one in conditions(matter, standing.calendars)],
        "proposed": [_proposed(one, standing.missing(one)) for one in standing.proposed],
        "without_effect": [{"entry": one.entry, "why": one.why} for one in standing.idle],
    }


def _clock(standing: Standing, one: Running) -> dict[str, Any]:
    clock, counted = one.clock, standing.counted(one)
    return {
        "clock": clock.name,
        **_said(clock.text),
        "kind": clock.kind.value,
        "length": clock.length,
        "unit": clock.unit,
        "added": one.grown,
        "started": _days(one.start),
        "counted": [counted.lo, counted.hi],
        "pauses": [{"act": pause.act, "since": _text(pause.since), "until": _text(pause.until)} for pause in one.pauses],
        "opens": _days(one.opens),
        "ends": _days(one.ends),
        "provisional": not one.sure,
        "over": one.over(standing.day),
        "binds": standing.matter.parties.get(clock.binds, clock.binds),
        "awaits": list(clock.awaits),
        "silence": clock.then,
        "barred": clock.barred,
    }


def _next(act: Act, by: Sequence[str], against: Sequence[str]) -> dict[str, Any]:
    needs = [{"name": need.name, "is": need.sort.value, "optional": need.optional, "limits": list(need.names), **_said(need.text)} for need in act.needs]
    return {"act": act.name, **_said(act.text), "by": list(by), "needs": needs, "not_now": list(against)}


def _made(one: Made, act: Act) -> dict[str, Any]:
    return {"act": one.act, **_said(act.text), "on": _text(one.day), "by": list(one.by), "entry": one.entry, "says": one.says}


def _proposed(one: Proposed, missing: Sequence[str]) -> dict[str, Any]:
    return {"entry": one.entry, "act": one.told["act"], "says": one.told["says"], "signed": list(one.by), "missing": list(missing)}


def _condition(one: Condition) -> dict[str, Any]:
    met = [_text(day) for day in one.met]
    return {"name": one.name, "text": one.text, "by": one.by, "since": _text(one.since), "every": one.every, "next": _days(one.next), "met": met}


def _said(text: Text) -> dict[str, str]:
    return {name: said for name, said in (("en", text.en), ("zh", text.zh), ("cite", text.cite)) if said}


def _days(span: Interval | None) -> list[str | None] | None:
    return None if span is None else [_text(span.lo), _text(span.hi)]


def _text(day: int | None) -> str | None:
    return dt.date.fromordinal(day).isoformat() if day is not None and 1 <= day <= dt.date.max.toordinal() else None
