"""Windows begin where the law's own counting says they do."""

import datetime as dt

import numpy as np
import pytest
from bookkeeping import asked
from hypothesis import given
from hypothesis import strategies as st

from comity.ledger.counts import Counts
from comity.ledger.definition import CountError, Definition
from comity.ledger.window import FIRST, LAST, start
from comity.verdict.count import Tallied, count

DAYS = st.integers(FIRST, LAST) | st.dates().map(lambda day: day.replace(day=1).toordinal() - 1).filter(lambda day: day >= FIRST)
WINDOWS = (
    ("year", st.integers(0, 2) | st.integers(0, 9999)),
    ("months", st.integers(1, 40) | st.integers(1, 12 * 9999)),
    ("since", DAYS),
    ("always", st.just(0)),
)


def in_a_ledger(moved, day, window):
    """Whether who moved on one day is in the total of another."""
    counts = Counts()
    counts.adopt([Definition("sent", "person", window, 9)])
    counts.reserve("a", [asked([1], day=moved)])
    counts.commit("a")
    (total,) = counts.totals([asked((), day=day)])
    assert total.most == total.least
    return bool(total.least)


def in_a_verdict(moved, day, window):
    """The same of movements in a world; `since` is said of them by the law's own condition too (`comity.law.calls`)."""

    def leg(on, persons):
        one, of = np.array([persons]), np.array([on])
        return Tallied(one, one, of, of, np.array([on]), np.zeros((1, 1), dtype=np.int64), np.ones((1, 1), dtype=bool), np.array([False]))

    found = count(leg(moved, window[0] != "since" or moved >= window[1]), leg(day, 0), window)
    assert found.others == found.most
    return bool(found.most[0])


@pytest.mark.parametrize("window", WINDOWS, ids=lambda window: window[0])
@given(st.data())
def test_who_moved_is_in_the_window_of_a_ledger_when_in_that_of_a_verdict(window, data):
    """About the first day of the window, which is where the two could differ; never after the day asked for."""
    window, day = (window[0], data.draw(window[1])), data.draw(DAYS)
    for moved in {min(day, max(FIRST, start(window, day) + days)) for days in (-400, -1, 0, 1, 400)}:
        assert in_a_ledger(moved, day, window) == in_a_verdict(moved, day, window) == (moved >= start(window, day))


@pytest.mark.parametrize(
    ("window", "day", "begins"),
    [
        (("months", 12), "2025-02-28", "2024-02-28"),
        (("months", 12), "2024-02-29", "2023-02-28"),
        (("months", 12), "2025-03-01", "2024-03-01"),
        (("months", 1), "2024-03-31", "2024-02-29"),
        (("months", 1), "2023-03-30", "2023-02-28"),
        (("year", 0), "2024-02-29", "2024-01-01"),
        (("year", 1), "2024-12-31", "2023-01-01"),
        (("since", dt.date(2025, 1, 1).toordinal()), "2024-02-29", "2025-01-01"),
        (("always", 0), "2024-02-29", "0001-01-01"),
    ],
)
def test_windows_at_the_end_of_a_month(window, day, begins):
    assert dt.date.fromordinal(start(window, dt.date.fromisoformat(day).toordinal())) == dt.date.fromisoformat(begins)


@pytest.mark.parametrize("window", [("week", 0), ("year", -1), ("months", 0), ("months", -1), ("since", 0), ("since", LAST + 1), ("always", 2)])
def test_no_other_window_is_counted_by(window):
    with pytest.raises(CountError, match=f"no window is '{window[0]}'"):
        Definition("a", "person", window, 1)
