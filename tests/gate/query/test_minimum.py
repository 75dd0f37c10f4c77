"""Where only groups leave, each row of an answer stands for enough persons, and no answer tells of one by failing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from visits import ask, crossing_rows, home_rows, offer, rows, table

from comity.gate.crossing import CrossingError
from comity.gate.query.offer import Minimum
from comity.text.source import SourceError

THREE = Minimum(3, "patient")
REFUSED = [
    ("SELECT * FROM visits", "a star shows persons"),
    ("SELECT n FROM visits", "nothing is grouped"),
    ("SELECT DISTINCT city FROM visits", "nothing is grouped"),
    ("SELECT patient, count(*) FROM visits GROUP BY patient", "no one column 'patient'"),
    ("SELECT count(*) FROM visits GROUP BY patient", "no one column 'patient'"),
    ("SELECT count(*) FROM visits WHERE patient = 'x'", "no one column 'patient'"),
    ("SELECT sum(patient) FROM visits", "no one column 'patient'"),
    ("SELECT max(n) FROM visits", "neither a key"),
    ("SELECT string_agg(city, ',') FROM visits", "neither a key"),
    ("SELECT arg_max(city, n) FROM visits", "neither a key"),
    ("SELECT quantile_disc(n, 0.5) FROM visits", "neither a key"),
    ("SELECT sum(n) FILTER (WHERE n = 1) FROM visits", "neither a key"),
    ("SELECT sum(CASE WHEN n = 1 THEN amount END) FROM visits", "one plain column"),
    ("SELECT sum(amount * n) FROM visits", "one plain column"),
    ("SELECT count(DISTINCT n + 1) FROM visits", "one plain column"),
    ("SELECT count(* EXCLUDE (n)) FROM visits", "one plain column"),
    ("SELECT 1 / (count(*) - 1) FROM visits", "neither a key"),
    ("SELECT sum(n) OVER () FROM visits", "neither a key"),
    ("SELECT city FROM visits QUALIFY row_number() OVER () = 1", "QUALIFY"),
    ("SELECT city, count(*) FROM visits GROUP BY ALL", "one by one"),
    ("SELECT city, count(*) FROM visits GROUP BY ROLLUP (city)", "may fail|one by one"),
    ("SELECT n + 1, count(*) FROM visits GROUP BY n + 1", "may fail"),
    ("SELECT CAST(city AS INTEGER), count(*) FROM visits GROUP BY 1", "may fail"),
    ("SELECT count(*) FROM visits WHERE CAST(city AS INTEGER) = 1", "may fail"),
    ("SELECT count(*) FROM visits WHERE n + 1 > 0", "may fail"),
    ("SELECT count(*) FROM visits WHERE city = 5", "not of one kind"),
    ("SELECT count(*) FROM visits WHERE city", "may fail"),
    ("SELECT count(*) FROM visits WHERE n > 99999999999999999999", "longer than"),
    ("SELECT count(*) FROM visits WHERE EXISTS (SELECT 1 FROM visits)", "may fail"),
    ("SELECT count(*) FROM visits WHERE n = (SELECT 1)", "may fail"),
    ("SELECT count(*) FROM visits WHERE n IN (SELECT 1)", "may fail"),
    ("SELECT count(*) FROM visits HAVING max(n) > 1", "may fail|not known"),
    ("SELECT count(*) FROM visits HAVING n > 1", "not known of a group"),
    ("SELECT city, count(*) FROM visits GROUP BY city ORDER BY max(n)", "not known of a group"),
    ("SELECT city, count(*) FROM visits GROUP BY city LIMIT (SELECT 1)", "LIMIT needs a number"),
    ("SELECT count(*) FROM (SELECT * FROM visits) v", "a star shows persons"),
    ("SELECT count(*) FROM (SELECT n FROM visits) v", "nothing is grouped"),
    ("SELECT count(*) FROM visits, (VALUES (1)) v(x)", "what is not a table"),
    ("SELECT count(*) FROM visits v, LATERAL (SELECT v.n) w", "what is not a table"),
    ("SELECT count(*) FROM visits a JOIN visits b USING (n)", "cannot be counted"),
    ("SELECT count(*) FROM visits a SEMI JOIN visits b ON a.n = b.n", "cannot be counted"),
    ("SELECT count(*) FROM visits a ANTI JOIN visits b ON a.n = b.n", "cannot be counted"),
    ("SELECT count(*) FROM visits v(a, b, c)", "renamed"),
    ("WITH visits AS (SELECT 1) SELECT * FROM visits", "call it something else"),
    ("WITH v AS (SELECT * FROM visits) SELECT city, count(*) FROM v GROUP BY city", "a star shows persons"),
    ("SELECT (SELECT count(*) FROM visits w WHERE w.n = v.x) FROM (VALUES (1)) v(x)", "no one column"),
    ("SELECT * FROM (VALUES (1)) v(x), LATERAL (SELECT count(*) FROM visits WHERE n = v.x) w", "no one column"),
    ("SELECT count(*) FROM (visits JOIN visits w ON true)", "directly after FROM|cannot be|what is not"),
    ("SELECT city AS n, sum(n) FROM visits GROUP BY city, v.n", "no one column"),
]


@pytest.mark.parametrize(("sql", "said"), REFUSED, ids=[sql[:50] for sql, _ in REFUSED])
def test_what_cannot_be_shown_is_refused(sql, said):
    with pytest.raises(SourceError) as error:
        ask("query", sql, {"visits": offer(minimum=THREE)})
    assert any(word in str(error.value) for word in said.split("|")), str(error.value)


def test_groups_of_enough_persons_leave():
    visits = table([(f"p{i % 4}", "DE", "Ulm", 10.0, i) for i in range(8)] + [(f"p{i}", "DE", "Köln", 10.0, i) for i in range(2)])
    sql = "SELECT city, count(*) AS c, count(DISTINCT patient) AS p, sum(n), avg(amount) FROM visits GROUP BY 1"
    assert rows(sql, visits, THREE) == [{"city": "Ulm", "c": 8, "p": 4, "sum(n)": 28, "avg(amount)": 10.0}]


def test_a_sum_to_which_few_bring_a_value_is_not_told():
    visits = table([("a", "DE", "Ulm", 10.0, 7), ("b", "DE", "Ulm", 10.0, None), ("c", "DE", "Ulm", 10.0, None)])
    assert rows("SELECT count(*) AS c, sum(n) AS s, count(n) AS t FROM visits", visits, THREE) == [{"c": 3, "s": None, "t": None}]
    assert rows("SELECT count(*) AS c FROM visits HAVING sum(n) = 7", visits, THREE) == []


def test_what_has_left_may_be_asked_anything():
    sql = "WITH g AS (SELECT city, count(*) AS c FROM visits GROUP BY city) SELECT max(c) + 1 AS m, string_agg(upper(city), '' ORDER BY city) AS s FROM g"
    assert rows(sql, minimum=THREE) == [{"m": 101, "s": "KÖLNULM"}]


@pytest.mark.parametrize("sql", ["SELECT count(*) FROM visits a JOIN visits b ON a.n = b.n WHERE a.n < 3", "SELECT count(*) FROM visits WHERE n = 2 OR n = 4"])
def test_too_few_persons_are_no_row(sql):
    assert rows(sql, minimum=THREE) == []


keys = st.sampled_from(["city", "n", "amount", "city, n", "lower(city)"])
where = st.sampled_from(["n > 1", "city IS NULL", "city = 'Ulm' OR NOT n BETWEEN 1 AND 2", "amount >= 10.5", "n IN (1, 2, 50)", "city LIKE 'U%'", "true"])
joins = st.sampled_from(["visits v", "visits v JOIN visits w ON v.n = w.n", "visits v LEFT JOIN visits w ON v.city = w.city AND w.n < 3"])


@given(st.lists(st.one_of(crossing_rows, home_rows), max_size=30), joins, keys, where)
def test_every_row_stands_for_enough_persons(visits, source, key, condition):
    """Counted again by a query without a minimum, over the same table."""
    key, condition = (part.replace("city", "v.city").replace("amount", "v.amount").replace("n ", "v.n ") for part in (f"{key} ", condition))
    key = key.replace(", n", ", v.n") if key.endswith("n") else key
    known = [row for row in visits if row[0] is not None]
    plain = f"SELECT count(DISTINCT v.patient) AS p, count(*) AS c FROM {source} WHERE {condition} GROUP BY {key} HAVING count(DISTINCT v.patient) >= 3"
    if " w " in source:
        plain += " AND count(DISTINCT w.patient) >= 3"
    asked = f"SELECT count(DISTINCT v.patient) AS p, count(*) AS c FROM {source} WHERE {condition} GROUP BY {key}"
    answer = rows(asked, table(visits), THREE)
    assert sorted(map(str, answer)) == sorted(map(str, rows(plain, table(known))))
    assert all(row["p"] >= 3 for row in answer)


@given(st.lists(st.one_of(crossing_rows, home_rows), max_size=12), joins, st.sampled_from(["v.n > 0", "v.city <> '5' OR v.amount = 1.5"]))
def test_no_value_of_a_person_makes_an_answer_fail(visits, source, condition):
    rows(f"SELECT count(*), sum(v.n), avg(v.amount), lower(v.city) AS c FROM {source} WHERE {condition} GROUP BY c", table(visits), THREE)


def test_a_minimum_is_of_several_and_of_a_column_that_is_there():
    with pytest.raises(CrossingError, match="at least 2"):
        Minimum(1, "patient")
    with pytest.raises(CrossingError, match="no column 'who'"):
        offer(minimum=Minimum(3, "who"))
