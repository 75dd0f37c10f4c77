"""An answer is what the query finds in tables that hold only what the gate would have written; nothing else can change it."""

import traceback
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from visits import CROSSING, MAC, ask, crossing_rows, home_rows, offer, queries, rows, table

from comity.gate.crossing import Crossing
from comity.gate.engine.polars import Polars
from comity.gate.form import Keep
from comity.gate.query.answer import answered
from comity.gate.query.home import by_polars
from comity.gate.query.offer import Offer
from comity.gate.query.read import ODD
from comity.gate.query.room import HeldError, QueryError
from comity.text.source import SourceError


def found(sql, visits):
    """The rows of an answer as text, in order, or what failed."""
    try:
        return [str(row) for row in rows(sql, visits)]
    except (QueryError, SourceError) as fault:
        return f"{type(fault).__name__} {fault}"


def by_hand(sql, visits):
    """The same query, as it was written, run on the file that the gate writes."""
    with TemporaryDirectory() as folder, duckdb.connect(config={"threads": 1}) as database:
        file = Path(folder) / "visits.parquet"
        Polars().write(visits.lazy(), CROSSING, file, MAC)
        database.execute(f"CREATE TABLE visits AS FROM '{file}'")
        try:
            return [str(row) for row in database.sql(sql).to_arrow_table().to_pylist()]
        except duckdb.Error:
            return None


@given(st.lists(st.one_of(home_rows, crossing_rows), max_size=12), queries)
def test_an_answer_is_what_the_query_finds_in_the_tables_the_gate_would_write(visits, sql):
    answer, expected = found(sql, table(visits)), by_hand(sql, table(visits))
    if expected is None:
        assert isinstance(answer, str)
    elif "ORDER BY" in sql and "LIMIT" in sql:
        assert answer == expected
    else:
        assert sorted(answer) == sorted(expected)


@given(st.lists(crossing_rows, max_size=8), st.lists(home_rows, max_size=8), st.lists(home_rows, max_size=8), st.randoms(), queries)
def test_rows_that_stay_home_never_change_an_answer(crosses, some, others, random, sql):
    """Not its rows, not their order, not the words with which it fails."""

    def among(stay):
        at = sorted(random.sample(range(len(crosses) + len(stay)), len(stay)))
        mixed = list(crosses)
        for place, row in zip(at, stay, strict=True):
            mixed.insert(place, row)
        return table(mixed)

    assert found(sql, among(some)) == found(sql, among(others))


@pytest.mark.parametrize(
    "sql",
    ["SELECT n FROM visits WHERE amount = 17", "SELECT n FROM visits WHERE patient = 'person 2'", "SELECT n FROM visits ORDER BY amount % 10 DESC, n LIMIT 1"],
)
def test_a_masked_column_is_masked_wherever_it_stands(sql):
    assert rows(sql) in ([], [{"n": 0}])


def test_the_last_digit_of_a_sum_does_not_tell_where_rows_were_left_out():
    crosses = [(f"p{i}", "DE", "Ulm", 10.0 * i, i) for i in range(60_000)]
    mixed = [row for i, one in enumerate(crosses) for row in ([one] if i % 7 else [("x", "US", "", 1.0, i), one])]
    sql = "SELECT sum(amount / 3) AS a, avg(amount / 7) AS b, stddev(amount) AS c FROM visits"
    assert rows(sql, table(crosses)) == rows(sql, table(mixed))


def test_columns_that_are_not_named_are_not_read():
    question = ask("query", "SELECT city, count(*) FROM visits GROUP BY city", {"visits": offer()})
    assert question.crossings["visits"].crossing == ("city",)
    assert ask("query", "SELECT count(*) FROM visits", {"visits": offer()}).crossings["visits"].crossing == ("n",)
    for whole in ("SELECT * FROM visits", "SELECT v FROM visits v", "FROM visits"):
        assert ask("query", whole, {"visits": offer()}).crossings["visits"].crossing == ("patient", "city", "amount", "n")


def test_a_column_that_stays_home_is_not_there():
    with pytest.raises(SourceError) as error:
        rows("SELECT n,\n country FROM visits")
    assert str(error.value).startswith('query:2:2: referenced column "country" not found')


def test_a_fault_at_home_holds_the_answer_and_tells_nothing():
    schema = pa.schema({"city": pa.string(), "n": pa.int64()})

    def batches():
        yield pa.record_batch([["Ulm"] * 5, list(range(5))], schema=schema)
        raise ValueError("canary")

    table_at_home = offer()
    broken = Offer(table_at_home.crossing, table_at_home.source, lambda _: pa.RecordBatchReader.from_batches(schema, batches()))
    for sql in ("SELECT n, city FROM visits", "SELECT count(n), min(city) FROM visits"):
        with pytest.raises(HeldError) as held, answered(ask("query", sql, {"visits": broken})) as answer:
            list(answer.batches)
        assert "canary" not in "".join(traceback.format_exception(held.value, chain=True))


def test_an_answer_can_be_stopped_while_it_runs():
    stops, there = [], offer()

    def stream(narrowed):
        reader = there.stream(narrowed)
        return pa.RecordBatchReader.from_batches(reader.schema, (stops[0]() or batch for batch in reader))

    question = ask("query", "SELECT count(*) FROM visits a, visits b, visits c, visits d", {"visits": Offer(there.crossing, there.source, stream)})
    with pytest.raises(QueryError, match=r"(?i)interrupted|stopped"), answered(question, started=stops.append) as answer:
        list(answer.batches)


def test_memory_is_bounded_and_nothing_is_written_to_a_disk():
    sql = "SELECT count(*) FROM (SELECT DISTINCT a.n, b.n, c.n FROM visits a, visits b, visits c)"
    with pytest.raises(QueryError, match=r"(?i)allocate|memory"), answered(ask("query", sql, {"visits": offer()}), memory="30MB") as answer:
        list(answer.batches)


@given(st.text(min_size=1, max_size=20).filter(lambda name: name.isprintable()), st.text(min_size=1, max_size=20).filter(str.isprintable))
def test_any_name_is_a_name_and_nothing_else(name, column):
    frame = pl.DataFrame({column: [7]})
    named, quoted = name.replace('"', '""'), column.replace('"', '""')
    offered = {name: by_polars(frame.lazy(), Crossing(None, {None: {column: Keep()}}, (column,)), MAC)}
    sql = f'SELECT x."{quoted}" FROM "{named}" AS x'
    if ODD.search(sql):
        with pytest.raises(SourceError, match="nobody sees"):
            ask("query", sql, offered)
        return
    with answered(ask("query", sql, offered)) as answer:
        assert pa.Table.from_batches(answer.batches, schema=answer.schema).to_pylist() == [{column: 7}]
