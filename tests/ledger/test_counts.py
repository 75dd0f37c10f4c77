"""Counts against sets of persons that are kept whole."""

import datetime as dt
from collections import defaultdict

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from comity.ledger import register
from comity.ledger.counts import Counts
from comity.ledger.definition import Asked, Definition, Total
from comity.ledger.digests import Digests
from comity.ledger.snapshot import Snapshot
from comity.ledger.state import State
from comity.ledger.window import start


def persons(numbers) -> Digests:
    """Persons by number; some share a half."""
    return Digests.of(np.array([(n // 3 * 2**40, n % 3) for n in sorted(numbers)], dtype=np.uint64).reshape(-1, 2))


class Naive:
    """Every reservation kept whole, and every day of everybody let go worked out from the definition of it."""

    def __init__(self):
        self.definitions, self.done, self.open, self.gone = {}, [], {}, defaultdict(int)

    def last(self, count, key, made):
        days = {}
        for asked, people in made:
            if (asked.count, asked.key) == (count, key):
                for one in people:
                    days[one] = max(days.get(one, 0), asked.day)
        return days

    def adopt(self, definition):
        old = self.definitions.get(definition.name, definition)
        most = max(old.most, definition.most)
        if most > old.most:
            for count, key in {(a.count, a.key) for a, _ in self.done if a.count == old.name}:
                ranked = sorted(self.kept(count, key).items(), key=lambda item: (-item[1], item[0]))
                for one, day in ranked[old.most + 1 :]:
                    self.gone[count, key] = max(self.gone[count, key], day)
                    self.done = [(a, people - {one}) if (a.count, a.key) == (count, key) else (a, people) for a, people in self.done]
        self.definitions[definition.name] = Definition(definition.name, definition.unit, definition.window, most)

    def kept(self, count, key):
        return self.last(count, key, self.done)

    def total(self, asked, people):
        definition = self.definitions[asked.count]
        begins = start(definition.window, asked.day)
        made = [*self.done, *(one for some in self.open.values() for one in some), (asked, people)]
        number = sum(day >= begins for day in self.last(asked.count, asked.key, made).values())
        if number > definition.most:
            return Total(definition.most + 1, None)
        return Total(number, None if self.gone[asked.count, asked.key] >= begins else number)


WINDOWS = st.sampled_from([("year", 0), ("months", 1), ("months", 12), ("always", 0), ("since", dt.date(2024, 2, 29).toordinal())])
LINES = st.sampled_from([0, 1, 2, 3, 5, 20])
PEOPLE = st.sets(st.integers(0, 8))
STEPS = st.sampled_from([0, 0, 1, 31, 366])
COUNTS = st.sampled_from(["one", "one", "one", "two"])
KEYS = st.sampled_from([("a", "b"), ("a", "b"), ("a", "c")])


class Machine(RuleBasedStateMachine):
    """Reservations that overlap, are committed and cancelled in any order; lines that rise, windows that change; the log read again."""

    def __init__(self):
        super().__init__()
        self.counts, self.naive, self.log, self.sets, self.names = Counts(), Naive(), [], {}, 0
        self.day = dt.date(2024, 1, 31).toordinal()

    def write(self, **entry):
        self.log.append(entry)

    @initialize(window=WINDOWS, most=LINES, other=WINDOWS)
    def begin(self, window, most, other):
        self.adopt("one", window, most)
        self.adopt("two", other, 3)

    @rule(name=COUNTS, window=WINDOWS, most=LINES)
    def adopt(self, name, window, most):
        definition = Definition(name, "person", window, most)
        self.counts.adopt([definition])
        self.naive.adopt(definition)
        self.write(kind="adopt", counts=[definition.entry()])

    @rule(people=PEOPLE, other=st.none() | PEOPLE, count=COUNTS, key=KEYS, step=STEPS)
    def reserve(self, people, other, count, key, step):
        self.day += step
        made = [(Asked(count, key, self.day, persons(people)), people)]
        if other is not None:
            made.append((Asked("two", ("another",), self.day, persons(other)), other))
        expected = [self.naive.total(*one) for one in made]
        assert self.counts.totals([one for one, _ in made]) == expected
        self.names += 1
        name = str(self.names)
        assert self.counts.reserve(name, [one for one, _ in made]) == expected
        self.naive.open[name] = made
        self.sets.update({one.persons.name: one.persons for one, _ in made})
        self.write(kind="reserve", id=name, asked=[one.entry() for one, _ in made])

    @precondition(lambda self: self.naive.open)
    @rule(data=st.data(), kind=st.sampled_from(["commit", "cancel", "expire"]))
    def end(self, data, kind):
        name = data.draw(st.sampled_from(sorted(self.naive.open, key=int)))
        made = self.naive.open.pop(name)
        if kind == "commit":
            self.counts.commit(name)
            self.naive.done += made
        else:
            self.counts.cancel(name)
        self.write(kind=kind, id=name)

    def saved(self):
        data = b"".join(Snapshot(State(len(self.log), counts=self.counts), b"head").pieces(b"secret"))
        return data, Snapshot.read(bytearray(data), b"secret")

    @rule()
    def rebuild(self):
        live = self.saved()[0]
        self.counts = Counts()
        for entry in self.log:
            self.counts.apply(entry, self.sets.__getitem__)
        assert self.saved()[0] == live

    @rule()
    def restore(self):
        data, found = self.saved()
        assert (found.state.size, found.head) == (len(self.log), b"head")
        self.counts = found.state.counts
        assert self.saved()[0] == data

    @rule()
    def settle(self):
        for registers in self.counts.registers.values():
            for one in registers.values():
                one.settle()

    @invariant()
    def every_window_reads_right(self):
        for count, registers in self.counts.registers.items():
            for key, one in registers.items():
                asked = Asked(count, key, self.day, persons([]))
                assert self.counts.totals([asked]) == [self.naive.total(asked, set())]
                turns = [turn for part in (*(run.turn.tolist() for run in one._runs), one._waiting.values()) for turn in part]
                assert (one._size, one._dead) == (len(turns), turns.count(0))
                expected = self.naive.last(count, key, [*self.naive.done, *(part for some in self.naive.open.values() for part in some)])
                begins = start(self.naive.definitions[count].window, self.day)
                inside = {who for who, day in expected.items() if day >= begins}
                (known,) = self.counts.known([Asked(count, key, self.day, persons(range(9)))])
                assert known == persons(inside) if len(inside) <= one.most else bool(known.within(persons(inside)).all())
                for begins in {0, *expected.values()}:
                    number = sum(n for day, n in one._numbers.items() if day >= begins)
                    assert min(number, one.most + 1) == min(sum(day >= begins for day in expected.values()), one.most + 1)


class Runs(Machine):
    """The same where everybody goes by runs."""

    def __init__(self):
        super().__init__()
        self.kept = register.FEW, register.ROOM, register.STEP
        register.FEW, register.ROOM, register.STEP = 2, 0, 2

    def teardown(self):
        register.FEW, register.ROOM, register.STEP = self.kept


TestCounts = Machine.TestCase
TestCounts.settings = settings(max_examples=50, stateful_step_count=30, deadline=None)
TestRuns = Runs.TestCase
TestRuns.settings = settings(max_examples=50, stateful_step_count=30, deadline=None)
