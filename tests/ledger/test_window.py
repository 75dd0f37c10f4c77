"""Windows begin where the law's own counting says they do."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.ledger.definition import CountError, Definition
from comity.ledger.window import FIRST, LAST, start
from comity.verdict.count import _start

DAYS = st.integers(FIRST, LAST) | st.dates().map(lambda day: day.replace(day=1).toordinal() - 1).filter(lambda day: day >= FIRST)


@given(DAYS, st.tuples(st.just("year"), st.integers(0, 9999)) | st.tuples(st.just("months"), st.integers(1, 40) | st.integers(1, 12 * 9999)))
def test_a_window_begins_where_a_verdict_lets_it(day, window):
    assert start(window, day) == max(FIRST, _start(day, window))


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
