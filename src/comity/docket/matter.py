"""A matter: one run of a procedure, as a fold over acts. Without clock, file or key: days and calendars are told.

An act takes effect if its roles' parties have all signed it, the matter stands at one of its stages on that day, it says all that it needs, no
window or standstill bars it, and it widens no scope. Between acts only clocks move a matter: where one that runs is over and the procedure says
what its end brings about. Where a calendar is not published so far that anybody can say whether a clock is over, nothing moves and no act is taken.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from comity.docket.clock import Pause, Running, run
from comity.docket.procedure import END, Act, Clock, Kind, Procedure, Sort
from comity.docket.say import check, narrowed
from comity.facts.calendar import Calendars
from comity.facts.value import Interval
from comity.text.literal import day as day_of

Says = Mapping[str, Any]


UNSURE: Final = "nobody can say yet whether the time for '{}' is over: the working days of '{}' are not published"


class RefusedError(ValueError):
    """Every reason why an act has no effect."""

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("; ".join(reasons))


@dataclass(frozen=True, slots=True)
class Made:
    """An act that took effect on a day, by these parties; where the log holds it."""

    act: str
    day: int
    says: Says
    by: tuple[str, ...]
    entry: int


@dataclass(frozen=True, slots=True)
class Step:
    """A stage that was reached on a day, by an act or by the end of a clock, when so many acts had been made."""

    day: int
    stage: str
    cause: str
    acts: int


@dataclass(frozen=True)
class Matter:
    """Where it stands after so many acts. `parties` by role. `unsettled`: the clock of which nobody can say whether it is over."""

    name: str
    procedure: Procedure
    parties: Mapping[str, str]
    made: tuple[Made, ...] = ()
    path: tuple[Step, ...] = ()
    unsettled: str = ""

    @property
    def stage(self) -> str:
        """Where it stands; nowhere before it is opened."""
        return self.path[-1].stage if self.path else ""

    @property
    def over(self) -> bool:
        """Nothing more comes of it by itself."""
        return bool(self.path) and self.procedure.stages[self.stage].over

    @property
    def day(self) -> int:
        """Of the last that happened."""
        return max([0, *(one.day for one in self.made[-1:]), *(step.day for step in self.path[-1:])])

    def acts(self) -> Iterator[Act]:
        """Those that can be made where it stands, whoever may make them."""
        return (act for act in self.procedure.acts.values() if (self.stage in act.at if self.path else not act.at))

    def whose(self, act: Act) -> tuple[str, ...]:
        """The parties who must sign it."""
        return tuple(self.parties.get(role, "") for role in act.by)

    @cached_property
    def scope(self) -> dict[str, Says]:
        """By paper, what it is limited to so far."""
        found: dict[str, Says] = {}
        for paper in self.procedure.papers.values():
            for one in self.made:
                if one.act in paper.scope:
                    for told in self._told(one, Sort.SCOPE):
                        found[paper.name] = {**found.get(paper.name, {}), **told}
        return found

    def after(self, name: str, by: Collection[str], says: Says, day: int, entry: int, calendars: Calendars) -> Matter:
        """The matter with an act made. Raises RefusedError with every reason why it is not."""
        now, act = self.admitting(name, by, says, day, calendars)
        stage = act.to or now._back(act)  # noqa: SLF001 -- another of its own
        path = now.path if stage == now.stage else (*now.path, Step(day, stage, name, len(now.made) + 1))
        return replace(now, made=(*now.made, Made(name, day, says, tuple(sorted(by)), entry)), path=path)

    def _back(self, act: Act) -> str:
        """The stage to which an act leads that leads where the matter stood."""
        left = [step.stage for step in reversed(self.path)]
        for place, stage in enumerate(left):
            if to := act.back.get(stage):
                return next((before for before in left[place + 1 :] if before in to), to[0])
        return self.stage

    def admitting(self, name: str, by: Collection[str], says: Says, day: int, calendars: Calendars) -> tuple[Matter, Act]:
        """The matter on that day, where these may make the act, and the act. Raises RefusedError with every reason why they may not."""
        act = self.procedure.acts.get(name)
        if act is None:
            raise RefusedError([f"the procedure has no act '{name}'"])
        now = self.on(day, calendars)
        if reasons := list(now._against(act, by, says, day, calendars)):  # noqa: SLF001 -- another of its own
            raise RefusedError(reasons)
        return now, act

    def on(self, day: int, calendars: Calendars) -> Matter:
        """The matter as its clocks have moved it by the beginning of a day."""
        moved = replace(self, unsettled="") if self.unsettled else self
        for _ in range(len(self.procedure.clocks) + 1):
            due = [one for one in moved.clocks(calendars) if moved.brings(one) and one.over(day) is not False]
            if not due:
                return moved
            first = min(due, key=lambda one: one.ends.hi)
            if unsure := [one for one in due if one.over(day) is None or (one is not first and one.ends.lo < first.ends.hi and not (one.sure and first.sure))]:
                return replace(moved, unsettled=unsure[0].clock.name)
            moment = max(moved.day, first.ends.hi + (first.clock.kind is not Kind.VALIDITY))
            moved = replace(moved, path=(*moved.path, Step(moment, first.clock.then, first.clock.name, len(moved.made))))
        return moved

    def clocks(self, calendars: Calendars) -> list[Running]:
        """Every clock that was started, as it runs where the matter stands."""
        known: dict[str, tuple[Running, int] | None] = {}
        for name in self.procedure.clocks:
            self._clock(name, known, calendars)
        return [one[0] for one in known.values() if one is not None]

    def _clock(self, name: str, known: dict[str, tuple[Running, int] | None], calendars: Calendars) -> tuple[Running, int] | None:
        """As it runs, and how many acts had been made when it last started."""
        if name not in known:
            known[name] = None
            clock = self.procedure.clocks[name]
            begun = self._start(clock, known, calendars)
            if begun is not None:
                start, since = begun
                grown = sum(self._growth(clock, one) for one in self.made[since:])
                found = run(clock, start, list(self._pauses(clock, since)), grown, calendars.get(self.procedure.place))
                opens = found.opens.lo if found.opens is not None else start.lo  # what was made before a window opened was made in an earlier one
                met = next((one.day for one in self.made[since:] if one.act in clock.awaits and (clock.kind is not Kind.WINDOW or one.day >= opens)), None)
                awaited = self._runs(clock) and (any(self.stage in self.procedure.acts[one].at for one in clock.awaits) if clock.awaits else not self.over)
                set_by = max([since, *(place for place, one in enumerate(self.made, 1) if one.act in clock.longer)])
                known[name] = replace(found, met=met, awaited=awaited, set_by=set_by), since
        return known[name]

    def _runs(self, clock: Clock) -> bool:
        return not clock.at or self.stage in clock.at

    def _start(self, clock: Clock, known: dict[str, tuple[Running, int] | None], calendars: Calendars) -> tuple[Interval, int] | None:
        """The day it last started, and how many acts had been made by then; nothing if it has not."""
        found: tuple[Interval, int] | None = None
        for start in clock.starts:
            first, _, rest = start.partition(".")
            if rest == END and first in self.procedure.clocks:
                other = self._clock(first, known, calendars)
                if other is not None and (found is None or other[1] >= found[1]):
                    found = other[0].ends, other[1]
                continue
            for place, one in enumerate(self.made, 1):
                day = one.day if not rest else day_of(str(one.says.get(rest, "")))
                if one.act == first and day is not None and (found is None or place >= found[1]):
                    found = Interval(day, day), place
        return found

    def _pauses(self, clock: Clock, since: int) -> Iterator[Pause]:
        for asks, answers in clock.pauses:
            asked: Made | None = None
            for one in self.made[since:]:
                if one.act == asks and asked is None:
                    asked = one
                elif one.act in answers and asked is not None:
                    yield Pause(asks, asked.day, one.day)
                    asked = None
            if asked is not None:
                yield Pause(asks, asked.day)

    def _growth(self, clock: Clock, one: Made) -> int:
        told = clock.longer.get(one.act, 0)
        return told if isinstance(told, int) else int(one.says.get(told, 0))

    def brings(self, one: Running) -> bool:
        """Would a clock's end move the matter, and has it not done so since an act set it?"""
        if not one.clock.then or one.met is not None or not one.awaited:
            return False
        return all(step.cause != one.clock.name or step.acts < one.set_by for step in self.path)

    def _against(self, act: Act, by: Collection[str], says: Says, day: int, calendars: Calendars) -> Iterator[str]:
        if self.unsettled:
            yield f"nobody can say whether the clock '{self.unsettled}' is over: its working days are not published yet"
        if day < self.day:
            yield "it would be made before what was made last"
        if act not in list(self.acts()):
            yield f"'{act.name}' is not made at the stage '{self.stage}'" if self.path else f"'{act.name}' opens no matter"
        for role, party in zip(act.by, self.whose(act), strict=True):
            if not party:
                yield f"nobody plays the role '{role}'"
            elif party not in by:
                yield f"'{party}', who is the {role}, has not signed it"
        if stray := set(by) - set(self.whose(act)):
            yield f"it is not for {', '.join(sorted(stray))} to make"
        yield from check(act, says, day, set(self.parties) or set(self.procedure.roles), self.open_conditions)
        yield from self.barred(act, day, calendars)
        for paper in self.procedure.papers.values():
            if act.name in paper.scope:
                for name in act.saying(Sort.SCOPE):
                    yield from narrowed(self.scope.get(paper.name, {}), says.get(name), self.procedure.limits)

    def barred(self, act: Act, day: int, calendars: Calendars) -> Iterator[str]:
        """Every clock that keeps an act from being made on a day."""
        for one in self.clocks(calendars):
            if act.name not in one.clock.awaits or not self._runs(one.clock):
                continue  # that it was made once in time does not let it be made again later
            over = one.over(day)
            match one.clock.kind:
                case Kind.WINDOW if one.open(day) is not True:
                    yield f"'{act.name}' is made inside '{one.clock.name}' only, which has not begun for sure"
                case Kind.STANDSTILL if over is not True:
                    yield f"'{act.name}' is not made before '{one.clock.name}' is over for sure"
                case Kind.WINDOW | Kind.DEADLINE if (one.clock.barred or one.clock.kind is Kind.WINDOW) and over is not False:
                    yield f"the time for '{act.name}' is over: '{one.clock.name}'" if over else UNSURE.format(act.name, one.clock.name)
                case _:
                    pass

    @property
    def open_conditions(self) -> frozenset[str]:
        """The names of conditions that somebody is held to."""
        return frozenset(condition["name"] for one in self.made for told in self._told(one, Sort.CONDITIONS) for condition in told)

    def _told(self, one: Made, sort: Sort) -> Iterator[Any]:
        return (one.says[name] for name in self.procedure.acts[one.act].saying(sort) if name in one.says)
