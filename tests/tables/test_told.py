"""Legs told as a table are judged as each of them is alone, whatever form their facts have; and what is wrong is said with its row and column."""

import datetime as dt
from functools import cache

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity import shelf
from comity.facts.vocabulary import SETS
from comity.flat.names import terms
from comity.law.condition import Compare, Fact
from comity.point.explain import compiled
from comity.point.intake import Intake
from comity.tables import told as module
from comity.tables.told import Told
from comity.text.source import SourceError
from comity.web.api import given as plain_given

PLACES = ("US", "CN", "HK", "DE", "DE-BE", "XX")
DAYS = st.dates(dt.date(2024, 1, 1), dt.date(2027, 1, 1))


@cache
def law():
    plan = shelf.plan(names=["us.dsp"])
    intake = Intake(plan)
    dates = {intake.names.of[term] for leaf in intake.names.leaves for term in terms(leaf) if isinstance(leaf, Compare) and intake.names.is_date(term)}

    def one(name, value):
        return plain_given(value, date=name in dates)

    kinds = {intake.names.of[term]: (leaf, intake.names.fact(term)) for leaf in intake.names.leaves for term in terms(leaf)}
    return Told(plan, intake, one), compiled(plan, intake), one, kinds


def forms(leaf, fact):
    """Types of a column of a fact, each with what its cells may hold."""
    if isinstance(leaf, Fact):
        return [(pa.bool_(), st.booleans())]
    if isinstance(leaf, Compare):
        if fact is not None and fact.type == "date":
            between = st.tuples(DAYS, DAYS).map(lambda ends: {"from": min(ends), "to": max(ends)})
            return [(pa.date32(), DAYS), (pa.string(), DAYS.map(str)), (pa.struct({"from": pa.date32(), "to": pa.date32()}), between)]
        whole = st.sampled_from((0, 1, 99, 100, 101, 1_000, 10_001, 2_000_000))
        open_ = st.tuples(whole, st.none() | st.just(3_000_000)).map(lambda ends: {"from": ends[0], "to": ends[1]})
        return [(pa.int64(), whole), (pa.float64(), whole.map(lambda n: n + 0.3)), (pa.struct({"from": pa.int64(), "to": pa.int64()}), open_)]
    words = st.sampled_from(sorted(fact.domain) if fact is not None and fact.domain else PLACES)
    several = st.lists(words, max_size=3)
    if fact is not None and fact.type in SETS:
        return [(pa.list_(pa.string()), several), (pa.string(), words), (pa.struct({"some": pa.large_list(pa.string())}), several.map(lambda w: {"some": w}))]
    some = st.lists(words, min_size=1, max_size=3).map(lambda w: {"one of": w})
    return [(pa.string(), words), (pa.dictionary(pa.int8(), pa.string()), words), (pa.struct({"one of": pa.list_(pa.string())}), some)]


@st.composite
def tables(draw):
    *_, kinds = law()
    known = sorted(name for name, (_, fact) in kinds.items() if fact is None or not fact.families)
    rows, columns = draw(st.integers(0, 5)), {}
    for name in draw(st.lists(st.sampled_from(known), max_size=30, unique=True)):
        type_, cells = draw(st.sampled_from(forms(*kinds[name])))
        columns[name] = pa.array(draw(st.lists(st.none() | cells, min_size=rows, max_size=rows)), type_)
    return pa.table(columns)


@settings(max_examples=max(2, settings().max_examples // 10))
@given(tables())
def test_each_leg_is_judged_as_it_is_alone(data):
    table, alone, one, _ = law()
    found = table.judged(data, "body")
    ends = list(zip(found["us.dsp.worst"].tolist(), found["us.dsp.best"].tolist(), strict=True))
    legs = [{name: one(name, value) for name, value in row.items()} for row in data.to_pylist()]
    assert ends == [(span.worst, span.best) for (span,) in map(alone, legs)]
    assert ends == list(zip(found["worst"].tolist(), found["best"].tolist(), strict=True))


def test_it_does_not_matter_how_many_are_judged_together(monkeypatch):
    table, *_ = law()
    data = pa.table({"population.place": ["US", "CN", None] * 5, "asset.kind": pa.array(["data", "technology", "data"] * 5).dictionary_encode()})
    whole = table.judged(data, "body")
    monkeypatch.setattr(module, "STEP", 4)
    assert {name: ends.tolist() for name, ends in table.judged(data, "body").items()} == {name: ends.tolist() for name, ends in whole.items()}
    assert len(set(map(tuple, np.array(list(whole.values())).T.tolist()))) > 1


def wrong(data):
    with pytest.raises(SourceError) as caught:
        law()[0].judged(data, "body")
    return [str(one) for one in caught.value.mistakes]


def test_what_is_wrong_is_said_at_once_with_row_and_column():
    days = ["2026-01-01", None, "soon"]
    said = wrong(pa.table({"population.place": ["US", "Cathay", "Cathay"], "destnation": ["CN"] * 3, "on": days, "deal.stake": [1.5, 2.5, np.inf]}))
    assert [one.partition(" (")[0] for one in said] == [
        "body:1:2: there is no fact 'destnation'",
        "body:2:1: in row 2: 'Cathay' is not a place for 'population.place'",
        "body:3:3: in row 3: 'soon' is not a day",
        "body:3:4: in row 3: 'deal.stake' is a number, not inf",
    ]


@pytest.mark.parametrize(
    ("column", "what"),
    [
        (pa.array([b"US"]), "holds binary"),
        (pa.array([[["US"]]]), "holds list<item: list"),
        (pa.array([dt.datetime(2026, 1, 1, tzinfo=dt.UTC)]), "holds timestamp[us, tz=UTC]"),
        (pa.array([{"from": 9, "to": 1}]), "is a code"),
        (pa.array([["US", None]]), "a list holds words, and nothing else"),
        (pa.array([True]), "is a code, not True"),
        (pa.array([2**31 - 1], pa.int32()).view(pa.date32()), "cannot be read"),
    ],
)
def test_a_column_of_another_kind_is_none(column, what):
    (said,) = wrong(pa.table({"population.place": column}))
    assert what in said


def test_words_that_no_row_holds_are_nobodys_mistake():
    data = pa.table({"population.place": pa.DictionaryArray.from_arrays(pa.array([1, None], pa.int8()), ["Cathay", "US"])})
    assert len(law()[0].judged(data, "body")["worst"]) == 2


def test_lists_of_nothing_take_no_room():
    endless = pa.ListArray.from_arrays(pa.array([0, 2**26], pa.int32()), pa.nulls(2**26))
    assert "a list holds words" in wrong(pa.table({"exporter.organised_in": endless}))[0]
    assert len(law()[0].judged(pa.table({"exporter.organised_in": [[], None, []]}), "body")["worst"]) == 3


def test_a_column_is_there_once():
    assert wrong(pa.Table.from_arrays([pa.array(["2026-01-01"])] * 2, ["on", "on"])) == ["body:1:2: the column 'on' is there twice"]
