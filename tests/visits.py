"""A table of visits, what crosses of it, and random questions about it."""

from __future__ import annotations

import polars as pl
import pyarrow as pa
from hypothesis import strategies as st

from comity.gate.crossing import Crossing
from comity.gate.form import Band, Drop, Keep, Pseudonym
from comity.gate.mac import Mac
from comity.gate.query import answer
from comity.gate.query.answer import answered
from comity.gate.query.home import by_polars
from comity.gate.query.read import read
from comity.text.source import Mistakes

MAC = Mac.pseudonyms(b"k" * 32, "recipient")
CROSSING = Crossing(
    "country",
    {
        "DE": {"patient": Pseudonym(), "city": Keep(), "amount": Band(10), "n": Keep()},
        "FR": {"patient": Pseudonym(), "city": Drop(), "amount": Band(10), "n": Keep()},
    },
    ("patient", "city", "amount", "n"),
)
SCHEMA = {"patient": pl.String, "country": pl.String, "city": pl.String, "amount": pl.Float64, "n": pl.Int64}


def table(rows):
    """Visits: patient, country, city, amount, n."""
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def many():
    """400 visits of 50 persons. Every second crosses: those of the US stay home, and so do those of whom nobody knows where."""
    places, cities = ["DE", "US", "FR", None], ["Ulm", "Köln"]
    return table([(f"person {i % 50}", places[i % 4], cities[i // 200], float(i), i) for i in range(400)])


def offer(visits=None, minimum=None):
    """The visits on offer."""
    return by_polars((many() if visits is None else visits).lazy(), CROSSING, MAC, minimum)


def ask(file, sql, offers):
    """The question that a query is; raises its mistakes."""
    mistakes = Mistakes()
    asked = read(file, sql, offers, mistakes)
    mistakes.settle()
    return answer.ask(asked, offers)


def rows(sql, visits=None, minimum=None, spend=None):
    """The rows of an answer about visits."""
    with answered(ask("query", sql, {"visits": offer(visits, minimum)}), spend) as answer:
        return pa.Table.from_batches(answer.batches, schema=answer.schema).to_pylist()


home_rows = st.tuples(
    st.sampled_from(["ann", "bob", "", "é", None]),
    st.sampled_from(["US", "us", "", None]),
    st.sampled_from(["Ulm", "not a number", None]),
    st.sampled_from([0.0, -1.0, float("nan"), float("inf"), 1e308, None]),
    st.sampled_from([0, -1, 2**63 - 1, -(2**63), None]),
)
"""Rows that stay home: each value is one over which a query may stumble."""
crossing_rows = st.tuples(
    st.sampled_from(["ann", "bob", "eve", None]),
    st.sampled_from(["DE", "FR"]),
    st.sampled_from(["Ulm", "Köln", "7", None]),
    st.sampled_from([0.0, 3.0, 12.5, 40.0, None]),
    st.sampled_from([0, 1, 2, 3, 50, None]),
)

columns = st.sampled_from(["patient", "city", "amount", "n"])
numbers = st.sampled_from(
    ["n", "amount", "n + 1", "n * n", "10 / n", "CAST(city AS INTEGER)", "sqrt(n - 1)", "length(city)", "n % 3", "TRY_CAST(city AS BIGINT)"]
)
tests = st.one_of(
    st.builds("{} {} {}".format, numbers, st.sampled_from(["<", ">=", "=", "<>", "IS DISTINCT FROM"]), st.sampled_from(["0", "2", "10", "n", "amount"])),
    st.builds("{} IS NULL".format, columns),
    st.sampled_from(["city LIKE 'U%'", "city IN ('Ulm', '7')", "n BETWEEN 1 AND 3", "EXISTS (SELECT 1 FROM Visits w WHERE w.n = v.n + 1)"]),
    st.sampled_from(["n = (SELECT max(n) FROM visits w WHERE w.city = v.city)", "n NOT IN (SELECT n FROM VISITS WHERE amount > 10)"]),
)
conditions = st.recursive(tests, lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from(["AND", "OR", "AND NOT"]), inner), max_leaves=3)
sources = st.sampled_from(
    [
        "visits v",
        '"ViSiTs" AS v',
        "(SELECT * FROM visits) v",
        "(SELECT * EXCLUDE (n), n FROM visits WHERE n > 0) v",
        "(SELECT v.* FROM visits v LEFT JOIN visits w ON v.n = w.n + 1) v",
        "(SELECT * FROM visits UNION ALL SELECT * FROM visits) v",
        "(SELECT patient, city, amount, n FROM visits QUALIFY row_number() OVER (PARTITION BY city ORDER BY n, amount, patient) = 1) v",
    ]
)
shapes = st.sampled_from(
    [
        "SELECT * FROM {0} WHERE {1}",
        "SELECT {2} AS x, x IS NULL AS y FROM {0} WHERE {1}",
        "SELECT count(*), sum({2}), min(city), avg(amount) FROM {0} WHERE {1}",
        "SELECT city, count(DISTINCT patient), sum(amount) FILTER (WHERE {1}) FROM {0} GROUP BY city",
        "SELECT {2}, count(*) FROM {0} GROUP BY ALL HAVING count(*) > 1",
        "SELECT v.city, sum({2}) OVER (PARTITION BY city ORDER BY n, amount, patient) FROM {0} WHERE {1}",
        "WITH visits AS (SELECT * FROM visits WHERE n < 50) SELECT * FROM {0} WHERE {1}",
        "WITH t AS (SELECT * FROM {0} WHERE {1}) SELECT a.n, b.city FROM t a JOIN t b USING (n)",
        "SELECT {2} FROM {0} WHERE {1} ORDER BY {2}, n, patient, city, amount LIMIT 3",
        "SELECT CASE WHEN {1} THEN {2} ELSE 0 END FROM {0}",
        "SELECT v.n FROM {0} WHERE {1} EXCEPT SELECT {2} FROM {0}",
        "SELECT v FROM visits v WHERE {1}",
    ]
)
queries = st.builds(lambda shape, *parts: shape.format(*parts), shapes, sources, conditions, numbers)
"""Random queries of allowed constructs; some fail for some values."""
