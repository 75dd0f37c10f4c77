"""What is read from the entries is what the ledger counts, however it was read; and nothing of a log that was changed."""

import datetime as dt
import random

import apsw
import pytest
from bookkeeping import COUNT, DAY, LINE, SIGNER, UNDER, Clock, asked
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.ledger import replay
from comity.ledger.definition import Definition, Total
from comity.ledger.hold import CorruptError
from comity.ledger.ledger import Ledger
from comity.ledger.replay import Held, Replay
from comity.ledger.sqlite import Sqlite
from comity.ledger.window import start

YEARLY = Definition("heard", "person", ("year", 0), 7)
HOUR = dt.timedelta(hours=1)


class Used:
    """A ledger that is used at random over a year and a half: some is committed, some cancelled, some left."""

    def __init__(self, path, seed):
        self.path, self.clock, self.chance, self.number = path, Clock(), random.Random(seed), 0
        self.ledger = Ledger.create(path, signer=SIGNER, now=self.clock)
        self.ledger.adopt(UNDER, [COUNT, YEARLY])

    def use(self, times):
        for _ in range(times):
            self.clock.tick(86_400 * self.chance.randrange(40))
            self.number += 1
            name, day = f"r{self.number}", self.clock.now.toordinal()
            some = [asked(self.chance.sample(range(150), self.chance.randrange(60)), (key,), day, count) for count in (COUNT, YEARLY) for key in "ab"]
            self.ledger.reserve(name, some, self.clock.now + HOUR, {"movement": self.chance.choice("mn")}, UNDER)
            match self.chance.randrange(4):
                case 0:
                    self.ledger.cancel(name, "no")
                case 1 | 2:
                    self.ledger.commit(name, {})

    def totals(self, told):
        """What is counted now, by count and key: who was let go is let go sooner or later."""
        day = self.clock.now.toordinal()
        return {(count.name, key): told.held[count.name, (key,)].total(count.window, day, day, count.most) for count in (COUNT, YEARLY) for key in "ab"}

    def standing(self, read=None, secret=b""):
        store = Sqlite(self.path)
        try:
            return (read or Replay()).standing(store, secret)
        finally:
            store.close()


@pytest.mark.parametrize("seed", range(4))
def test_what_is_replayed_is_what_the_ledger_counts(tmp_path, seed):
    used, read = Used(tmp_path / "log", seed), Replay()
    with used.ledger:
        for _ in range(3):
            used.use(8)
            told, day = used.standing(read), used.clock.now.toordinal()
            every = [(count, key) for count in (COUNT, YEARLY) for key in "ab"]
            assert list(used.totals(told).values()) == used.ledger.totals([asked((), (key,), day, count) for count, key in every])
            assert told.size == told.read == used.ledger.size
            assert told == used.standing(), "read on, it is as read anew"


def test_who_holds_the_key_begins_with_the_snapshot(tmp_path, monkeypatch):
    used = Used(tmp_path / "log", 5)
    with used.ledger:
        used.use(12)
        used.ledger.close()  # which leaves a snapshot
        used.ledger = Ledger.open(used.path, signer=SIGNER, now=used.clock)
    with used.ledger:
        used.use(3)
        told, secret = used.standing(), SIGNER.derived("comity snapshot")
        whole = used.standing(secret=secret)
        assert used.totals(whole) == used.totals(told)
        assert {what: one.uses for what, one in whole.held.items()} == {what: one.uses for what, one in told.held.items()}
        assert used.standing(secret=b"of another") == told
        monkeypatch.setattr(replay, "READ", 2)
        few = used.standing(secret=secret)
        assert few.read < few.size == told.size
        assert used.totals(few) == used.totals(told)
        assert sum(len(one.uses) for one in few.held.values()) < sum(len(one.uses) for one in told.held.values())


def test_who_brought_somebody_is_told_until_it_is_cancelled(tmp_path):
    used = Used(tmp_path / "log", 0)
    with used.ledger as ledger:
        for name in "abc":
            ledger.reserve(name, [asked(range(5), ("k",))], used.clock.now + HOUR, {"movement": f"of {name}"}, UNDER)
        ledger.commit("a", {})
        ledger.cancel("b", "no")
        held = used.standing().held[COUNT.name, ("k",)]
        assert [(one.movement, one.persons, one.ended) for one in held.uses] == [("of c", 5, "pending"), ("of a", 5, "committed")]
        assert (held.days, held.reserved) == ({DAY: 5}, 5)


def test_of_a_log_that_was_changed_nothing_is_told(tmp_path):
    used, read = Used(tmp_path / "log", 1), Replay()
    with used.ledger:
        used.use(3)
        used.standing(read)
        used.use(1)
    db = apsw.Connection(str(used.path))
    db.execute("UPDATE entry SET body = CAST(replace(CAST(body AS TEXT), '\"m\"', '\"n\"') AS BLOB)")
    db.close()
    with pytest.raises(CorruptError):
        used.standing()
    another = Used(tmp_path / "another", 2)  # put in its place, it is read from its own beginning
    with another.ledger:
        assert another.standing(read) == another.standing()


DAYS = st.integers(DAY - 500, DAY)


@settings(max_examples=40)
@given(
    st.dictionaries(st.integers(0, 12), st.lists(DAYS, min_size=1, max_size=4), max_size=12),
    DAYS,
    st.integers(0, 2),
    st.sampled_from([("months", 3), ("year", 0), ("year", 1)]),
)
def test_of_an_earlier_day_it_is_told_between_what_it_was(moved, day, later, window):
    """Of each person only the last day is kept; how many there were before is between the two ends, whichever of some days it is."""
    last = [max(days) for days in moved.values()]
    total = Held({one: last.count(one) for one in last}).total(window, day, day + later, LINE)
    for on in range(day, day + later + 1):
        were = sum(any(start(window, on) <= one <= on for one in days) for days in moved.values())
        assert total.least <= were + sum(any(on < one <= day + later for one in days) for days in moved.values())
        assert were <= (total.most if total.most is not None else were)


def test_beyond_the_highest_line_there_is_no_upper_end():
    assert Held({DAY: 9}).total(("always", 0), DAY, DAY, 8) == Total(9, None)
    assert Held({DAY: 99}).total(("always", 0), DAY, DAY, 8) == Total(9, None)
    assert Held({DAY: 3}, gone=DAY - 1).total(("months", 1), DAY, DAY, 8) == Total(3, None)
    assert Held({DAY: 3}, gone=DAY - 40).total(("months", 1), DAY, DAY, 8) == Total(3, 3)
