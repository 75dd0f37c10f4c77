"""What cannot be counted is refused by name, and nothing was reserved."""

import pytest

from comity.ledger.counts import Counts
from comity.ledger.definition import Asked, CountError, DayWentBackError, Definition, IdError, NotAdoptedError, Total
from comity.ledger.digests import Digests
from comity.ledger.window import LAST

ONE = Definition("one", "person", ("months", 12), 3)


def persons(*numbers):
    return Digests.from_bytes(b"".join(n.to_bytes(16, "big") for n in numbers))


def asked(*numbers, count="one", day=1000, key=("a", "b")):
    return Asked(count, key, day, persons(*numbers))


@pytest.fixture
def counts():
    made = Counts()
    made.adopt([ONE])
    made.reserve("x", [asked(1)])
    return made


@pytest.mark.parametrize(
    ("name", "some", "error"),
    [
        ("x", [asked(2)], IdError),
        ("y", [asked(2), asked(2, count="two")], NotAdoptedError),
        ("y", [asked(2, key=("c",)), asked(2, day=999)], DayWentBackError),
        ("y", [asked(2), asked(3)], CountError),
    ],
)
def test_whatever_is_refused_nothing_was_reserved(counts, name, some, error):
    with pytest.raises(error):
        counts.reserve(name, some)
    assert list(counts.pending) == ["x"]
    assert counts.totals([asked(), asked(key=("c",))]) == [Total(1, 1), Total(0, 0)]
    if error is not IdError:
        with pytest.raises(error):
            counts.totals(some)


def test_an_earlier_day_may_come_again_when_the_later_was_cancelled(counts):
    counts.reserve("y", [asked(2, day=1001)])
    with pytest.raises(DayWentBackError):
        counts.totals([asked()])
    assert counts.totals([asked(day=1000, key=("c",))]) == [Total(0, 0)]
    counts.cancel("y")
    assert counts.totals([asked()]) == [Total(1, 1)]


def test_nothing_is_committed_or_cancelled_twice(counts):
    counts.commit("x")
    for end in (counts.commit, counts.cancel):
        with pytest.raises(IdError, match="nothing is reserved as 'x'"):
            end("x")


def test_a_line_falls_for_nobody_and_a_unit_never_changes(counts):
    counts.adopt([Definition("one", "person", ("year", 0), 1)])
    counts.commit("x")
    assert counts.totals([asked(2, 3)]) == [Total(3, 3)]
    assert counts.totals([asked(2, 3, 4)]) == [Total(4, None)]
    with pytest.raises(CountError, match="counts by person, not by device"):
        counts.adopt([Definition("two", "device", ("always", 0), 1), Definition("one", "device", ("year", 0), 1)])
    assert list(counts.definitions) == ["one"]


def test_a_line_that_rises_knows_whom_it_lost_as_long_as_a_window_reaches_them(counts):
    counts.commit("x")
    counts.reserve("y", [asked(2, 3, 4, 5)])
    counts.commit("y")
    counts.adopt([Definition("one", "person", ("months", 12), 9)])
    assert counts.totals([asked(6)]) == [Total(5, None)]
    assert counts.totals([asked(6, day=1366)]) == [Total(5, None)]
    assert counts.totals([asked(6, day=1367)]) == [Total(1, 1)]


def test_another_set_than_the_one_named_is_refused(counts):
    entry = {"kind": "reserve", "id": "y", "asked": [asked(2).entry()]}
    with pytest.raises(CountError, match="is not"):
        counts.apply(entry, lambda _: persons(3))
    counts.apply(entry, lambda _: persons(2))
    assert counts.totals([asked()]) == [Total(2, 2)]
    counts.apply({"kind": "verdict"}, lambda _: persons())
    assert Asked.read(asked(2).entry(), lambda _: persons(2)) == asked(2)
    assert Definition.read(ONE.entry()) == ONE


@pytest.mark.parametrize(("name", "unit", "most"), [("", "person", 1), ("a", "household", 1), ("a", "person", -1), ("a", "person", 2**53)])
def test_a_definition_nobody_could_count_by(name, unit, most):
    with pytest.raises(CountError, match="cannot be counted"):
        Definition(name, unit, ("always", 0), most)


@pytest.mark.parametrize("day", [0, LAST + 1])
def test_a_day_no_calendar_has(day):
    with pytest.raises(CountError, match="there is no day"):
        asked(day=day)
