"""Random runs of every shipped procedure beside a second machine that walks day by day: the same acts are taken, the same stages reached, on the same days."""

from __future__ import annotations

import datetime as dt

from docket_reference import Reference
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from comity import shelf
from comity.docket.matter import Matter, RefusedError
from comity.docket.procedure import Sort

PROCEDURES = [made for folder in sorted(shelf.RULEBOOKS.glob("*/procedures.yaml")) for made in shelf.procedures(folder.parent).values()]
SCOPE = {"exporters": ["a"], "importers": ["b"], "assets": ["c"], "movements": ["d"], "places": ["US"]}
FIRST, LAST = dt.date(2024, 3, 4).toordinal(), dt.date(2026, 6, 1).toordinal()
CALENDARS = shelf.calendars()


def works(place):
    calendar = CALENDARS.get(place)
    return calendar.works if calendar else lambda day: dt.date.fromordinal(day).weekday() < 5


def spoken(act, day, number, conditions):
    """All that an act needs to say, with days a little before its own."""
    before = dt.date.fromordinal(day - number % 4).isoformat()
    told = {
        Sort.DOCUMENT: {"name": "a.pdf", "sha256": "0" * 64},
        Sort.TEXT: "words",
        Sort.DAY: before,
        Sort.UNTIL: dt.date.fromordinal(day + 400).isoformat(),
        Sort.NUMBER: number,
        Sort.SCOPE: SCOPE,
        Sort.CONDITIONS: [],
        Sort.CONDITION: min(conditions, default="none"),
    }
    return {need.name: told[need.sort] for need in act.needs if not need.optional or number % 2}


class Beside(RuleBasedStateMachine):
    """One matter, in both machines."""

    @initialize(procedure=st.sampled_from(PROCEDURES), day=st.integers(FIRST, LAST))
    def begin(self, procedure, day):
        self.procedure, self.day = procedure, day
        self.parties = {role: f"{role}-party" for role in procedure.roles}
        self.ours = Matter("m", procedure, self.parties)
        self.theirs = Reference(procedure.told, self.parties, works(procedure.place))

    @rule(days=st.one_of(st.integers(0, 12), st.integers(20, 90), st.sampled_from([180, 365, 1096])))
    def wait(self, days):
        if self.day + days < LAST + 130:  # within what is published
            self.day += days

    @precondition(lambda self: hasattr(self, "procedure"))
    @rule(data=st.data(), number=st.integers(0, 30))
    def act(self, data, number):
        told = self.theirs
        told.to(self.day) if told.stages else None
        likely = [act.name for act in self.procedure.acts.values() if (told.stage in act.at if told.stages else not act.at)]
        name = data.draw(st.one_of(*([st.sampled_from(likely)] * 3 if likely else []), st.sampled_from(list(self.procedure.acts))))
        act = self.procedure.acts[name]
        by = {self.parties[role] for role in act.by}
        if number == 13:  # somebody else, now and then
            by = {data.draw(st.sampled_from(list(self.parties.values())))}
        says = spoken(act, self.day, number, self.ours.open_conditions)
        allowed = told.may(name, by, self.day) and all(says[n] in self.ours.open_conditions for n in act.saying(Sort.CONDITION) if n in says)
        before, why = self.ours, ""
        try:
            self.ours = self.ours.after(name, by, says, self.day, 0, CALENDARS)
        except RefusedError as fault:
            why = str(fault)
        assert (self.ours is not before) == allowed, f"{name} on {dt.date.fromordinal(self.day)} at {told.stage}: {why}"
        if allowed:
            told.make(name, says, self.day)
        self.same()

    @precondition(lambda self: hasattr(self, "procedure") and self.ours.path)
    @rule(days=st.integers(0, 60))
    def look(self, days):
        self.day += days if self.day + days < LAST + 130 else 0
        self.same()

    def same(self):
        if not self.theirs.stages:
            assert not self.ours.path
            return
        self.theirs.to(self.day)
        now = self.ours.on(self.day, CALENDARS)
        if now.unsettled:  # a calendar is not published so far: it says so, and moves nothing
            return
        assert [(step.day, step.stage, step.cause) for step in now.path] == self.theirs.stages
        for one in now.clocks(CALENDARS):
            ends = self.theirs.ends(one.clock.name)
            if one.paused:
                assert ends > self.day + 1000
            elif one.sure:
                assert ends == (one.opens.lo if one.clock.length < 0 and one.opens else one.ends.lo), one.clock.name
            assert one.awaited == self.theirs.awaited(one.clock.name)


TestBeside = Beside.TestCase
TestBeside.settings = settings(stateful_step_count=30)
