"""A second machine for matters, written from the page that explains procedures and not from the code: it walks day by day, and keeps nothing but acts.

It reads the text of a procedure as a log holds it, not the model that is made of it.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from dateutil.relativedelta import relativedelta

FAR = 4000
"""Days that are walked at most."""


def many(told: Any) -> list[str]:
    return [] if told in (None, "") else told if isinstance(told, list) else [told]


class Reference:
    """One matter of a procedure; `works` says of a day whether it is worked."""

    def __init__(self, told, parties, works):
        self.told, self.parties, self.works = told, parties, works
        self.acts: list[tuple[str, int, dict]] = []
        self.stages: list[tuple[int, str, str]] = []
        self.counts: list[int] = []  # how many acts had been made when each stage was reached

    def clocks(self):
        return self.told.get("clocks") or {}

    @property
    def stage(self):
        return self.stages[-1][1] if self.stages else None

    def started(self, name):
        """The day a clock last started, and the acts made since."""
        found = None
        for source in many(self.clocks()[name]["from"]):
            head, _, tail = source.partition(".")
            if tail == "end" and head in self.clocks():
                other = self.started(head)
                if other is not None and (found is None or other[1] >= found[1]):
                    found = (self.ends(head), other[1])
                continue
            for number, (act, day, says) in enumerate(self.acts, 1):
                if act == head and (not tail or tail in says):
                    start = dt.date.fromisoformat(says[tail]).toordinal() if tail else day
                    if found is None or number >= found[1]:
                        found = (start, number)
        return found

    def ends(self, name):
        """Its last day; None before it starts, FAR away while a question is open."""
        begun = self.started(name)
        if begun is None:
            return None
        start, since = begun
        clock = self.clocks()[name]
        length, unit = clock["length"].split()
        length = int(length)
        for act, _, says in self.acts[since:]:
            more = (clock.get("longer") or {}).get(act)
            if more is not None:
                length += int(more) if str(more).isdigit() else int(says.get(more, 0))
        pauses = []
        for pause in clock.get("pauses") or []:
            asked = None
            for act, day, _ in self.acts[since:]:
                if act == pause["from"] and asked is None:
                    asked = day
                elif act in many(pause["until"]) and asked is not None:
                    pauses.append((asked, day))
                    asked = None
            if asked is not None:
                pauses.append((asked, None))
        return self.walk(start, length, unit, sorted(pauses, key=lambda one: one[0]))

    def walk(self, start, length, unit, pauses):
        step = 1 if length >= 0 else -1
        if unit in ("months", "years"):
            due = (dt.date.fromordinal(start) + relativedelta(**{unit: length})).toordinal()
            for asked, answered in pauses:
                if asked <= due:
                    if answered is None:
                        return start + 10 * FAR
                    due += answered - asked
            return due
        day, left = start, abs(length)
        while left:
            day += step
            if any(asked < day and answered is None for asked, answered in pauses):
                return start + 10 * FAR
            if any(asked < day <= answered for asked, answered in pauses if answered is not None):
                continue
            left -= 1 if unit == "days" else self.works(day) if unit == "workdays" else f"{dt.date.fromordinal(day):%m-%d}" == unit
        if any(asked <= day and answered is None for asked, answered in pauses):
            return start + 10 * FAR
        return day

    def awaited(self, name):
        clock = self.clocks()[name]
        if clock.get("at") and self.stage not in many(clock["at"]):
            return False
        acts = many(clock.get("awaits"))
        return any(self.stage in many(self.told["acts"][act].get("at")) for act in acts) if acts else "over" not in self.told["stages"][self.stage]

    def met(self, name):
        begun, clock = self.started(name), self.clocks()[name]
        if begun is None:
            return False
        first = 0 if clock["kind"] != "window" else self.ends(name) if clock["length"].startswith("-") else begun[0]
        return any(act in many(clock.get("awaits")) and day >= first for act, day, _ in self.acts[begun[1] :])

    def to(self, day):
        """Walks to the beginning of a day: what ends on the way moves it."""
        for _ in range(20):
            due = []
            for name, clock in self.clocks().items():
                ends = self.ends(name)
                if ends is None or not clock.get("then") or self.met(name) or not self.awaited(name):
                    continue
                longer = [number for number, (act, _, _) in enumerate(self.acts, 1) if act in (clock.get("longer") or {})]
                set_by = max([self.started(name)[1], *longer])
                if any(cause == name and count >= set_by for (_, _, cause), count in zip(self.stages, self.counts, strict=True)):
                    continue
                over = ends + (0 if clock["kind"] == "validity" else 1)
                if over <= day:
                    due.append((ends, over, name))
            if not due:
                return
            _, over, name = min(due, key=lambda one: one[0])
            last = max([0, *(when for when, _, _ in self.stages), *(when for _, when, _ in self.acts)])
            self.stages.append((max(over, last), self.clocks()[name]["then"], name))
            self.counts.append(len(self.acts))

    def may(self, act, by, day):
        """Whether an act that says all it needs may be made; the matter has been walked to that day."""
        told = self.told["acts"][act]
        at = many(told.get("at"))
        if (self.stage is None) == bool(at) or (at and self.stage not in at) or {self.parties[role] for role in many(told["by"])} != set(by):
            return False
        for name, clock in self.clocks().items():
            ends = self.ends(name)
            if ends is None or act not in many(clock.get("awaits")) or (clock.get("at") and self.stage not in many(clock["at"])):
                continue
            start = self.started(name)[0]
            match clock["kind"]:
                case "window":
                    opens, closes = (ends, start - 1) if clock["length"].startswith("-") else (start, ends)
                    if not opens <= day <= closes:
                        return False
                case "standstill" if day <= ends:
                    return False
                case "deadline" if "barred" in clock and day > ends:
                    return False
                case _:
                    pass
        return True

    def make(self, act, says, day):
        self.acts.append((act, day, says))
        to = self.told["acts"][act].get("to")
        if isinstance(to, dict):
            stood = [stage for _, stage, _ in self.stages]
            last = max((n for n, stage in enumerate(stood) if stage in to), default=None)
            to = None if last is None else ([stage for stage in stood[:last] if stage in many(to[stood[last]])] or many(to[stood[last]])[:1])[-1]
        if to and to != self.stage:
            self.stages.append((day, to, act))
            self.counts.append(len(self.acts))
