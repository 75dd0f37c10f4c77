"""A count in the making says what all legs together say, however few of them it keeps."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from comity.facts.place import Places
from comity.facts.table import RecordTable
from comity.facts.tables import Tables
from comity.facts.value import FALSE, TRUE, UNKNOWN, Interval, OneOf
from comity.facts.vocabulary import Fact
from comity.law.condition import ALWAYS, Counted
from comity.tables.bundle import Bundles
from comity.tables.numbered import numbered
from comity.tables.tally import Tally
from comity.verdict.count import Tallied, count, nobody, together
from comity.verdict.scale import Columns

FACTS = {
    "on": Fact("on", "date"),
    "role": Fact("role", "code"),
    "population": Fact("population", "link", to="population"),
    "exporter": Fact("exporter", "link", to="party"),
}
POPULATION = {"persons": Fact("persons", "number"), "apart": Fact("apart", "bool")}
POPULATIONS = {"many": {"persons": Interval(50, 80)}, "few": {"persons": Interval(7, 7), "apart": TRUE}, "some": {}}
BEGIN = 739_000
WINDOWS = (("months", 12), ("months", 12), ("months", 24), ("year", 0), ("year", 1), ("months", 3), ("since", BEGIN), ("always", 0))
EXACT = st.integers(BEGIN, BEGIN + 900).map(lambda day: Interval(day, day))
MOVEMENTS = st.lists(
    st.tuples(
        st.one_of(EXACT, EXACT, EXACT, st.integers(BEGIN, BEGIN + 900).map(lambda day: Interval(day, day + 40))),
        st.sampled_from(["many"] * 4 + ["few", "some", None]),
        st.sampled_from(["x"] * 5 + ["y", None]),
        st.sampled_from([TRUE] * 5 + [UNKNOWN, FALSE]),
    ),
    min_size=8,
    max_size=30,
)
PARTIES = RecordTable("party", ["x", "y"], [{}, {}], {}, {}.__getitem__)
PEOPLE = RecordTable("population", list(POPULATIONS), list(POPULATIONS.values()), POPULATION, {}.__getitem__)


def columns_of(movements, before):
    """The two legs of each movement; parties and populations are the same in every batch."""
    kinds = {"party": PARTIES, "population": PEOPLE}
    named = [{k: OneOf(frozenset({v}) if v else None) for k, v in (("population", p), ("exporter", e))} for _, p, e, _ in movements]
    rows = [{**names, "on": on} for names, (on, *_) in zip(named, movements, strict=True) for _ in range(2)]
    kinds["movement"] = RecordTable("movement", [str(i) for i in range(len(rows))], rows, FACTS, kinds.__getitem__)
    made = Tables(kinds, Places())
    made.units = np.repeat(np.arange(before, before + len(movements)), 2)
    return Columns(made)


def probes():
    """What is seen on a day every few weeks by someone who brings nobody."""
    days = np.arange(BEGIN, BEGIN + 1300, 5)
    none, known = np.zeros(len(days), dtype=np.int64), np.ones(len(days), dtype=bool)
    return Tallied(none, none, days, days, -100_000 - days, none.reshape(1, -1), known.reshape(1, -1), ~known)


@given(st.lists(MOVEMENTS, max_size=3), st.sampled_from(WINDOWS))
def test_a_tally_counts_what_all_legs_count(batches, window):
    """Whether rows are kept, thinned or read once for many: each leg meets the same total."""
    term = Counted("n", "persons", ALWAYS, ("exporter",), window)
    tally, bundles, plain, done = Tally(term), Bundles(), [], 0
    for movements in batches:
        columns = columns_of(movements, done)
        codes = np.repeat(np.array([m[3] for m in movements], dtype=np.uint8), 2)
        legs = np.flatnonzero(codes)
        tally.add(columns, bundles, legs, codes[legs])
        plain.append(columns.tallied(term, columns.legs().part(legs), codes[legs]))
        done += len(movements)
    universe, asked = together([nobody(1), *plain]), probes()
    for found, expected in zip(count(tally.found(), asked, window), count(universe, asked, window), strict=True):
        assert np.array_equal(found, expected)


NUMBERS = st.integers(-3, 3) | st.integers(-(2**62), 2**62)


@given(st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), max_size=30))
def test_rows_are_numbered_by_what_they_hold(rows):
    """One number for equal rows, others for others; the first row of each stands for it."""
    columns = [np.array([row[i] for row in rows], dtype=np.int64) for i in range(3)]
    first, numbers = numbered(columns, len(rows))
    assert [rows[first[n]] for n in numbers] == rows
    assert len(first) == len(set(rows)) or not rows
