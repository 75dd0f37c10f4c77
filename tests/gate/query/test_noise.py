"""Noise: what a person brings is bounded, what an answer costs is spent before anything is computed, and the figures are near the truth."""

from dataclasses import replace
from decimal import Decimal

import pytest
from visits import ask, offer, rows, table

from comity.gate.crossing import CrossingError
from comity.gate.query import noise
from comity.gate.query.offer import Minimum, Noise
from comity.gate.query.room import QueryError, Room
from comity.ledger.budget import Spending
from comity.text.source import SourceError

STRONG = Decimal(10**6)  # so much that there is next to no noise: what is left is what was bounded


COSTS = {"epsilon": Spending("epsilon", Decimal(1), Decimal(3)), "delta": Spending("delta", Decimal("1e-6"), Decimal("3e-6"))}


def minimum(epsilon=STRONG, groups=2, per_group=3, persons=3):
    return Minimum(persons, "patient", Noise(replace(COSTS["epsilon"], amount=epsilon), COSTS["delta"], groups, per_group, {"n": (0, 100)}))


def told(sql, visits, least):
    spent = []
    return rows(sql, visits, least, spent.extend), [one.amount for one in spent if one.budget == "epsilon"]


def test_each_person_brings_no_more_than_the_bounds():
    visits = table([(f"p{i}", "DE", "Ulm", 10.0, 1_000) for i in range(4) for _ in range(9)])
    sql = "SELECT city, count(DISTINCT patient) AS p, count(*) AS c, sum(n) AS s FROM visits GROUP BY city"
    found, spent = told(sql, visits, minimum())
    assert found == [{"city": "Ulm", "p": 4, "c": 12, "s": 400}]
    assert spent == [STRONG]


def test_a_person_is_in_no_more_groups_than_the_bound():
    visits = table([(f"p{i}", "DE", f"town {town}", 10.0, 1) for i in range(60) for town in range(6)])
    found, _ = told("SELECT city, count(DISTINCT patient) AS p FROM visits GROUP BY city", visits, minimum())
    assert sum(row["p"] for row in found) == 120
    assert len(found) == 6


def test_a_group_below_the_threshold_is_not_shown():
    visits = table([(f"p{i}", "DE", "Ulm", 10.0, 1) for i in range(2)])
    assert told("SELECT count(*) AS c FROM visits", visits, minimum())[0] == []


def test_noise_is_there_and_of_the_size_that_was_asked_for():
    visits = table([(f"p{i}", "DE", "Ulm", 10.0, 1) for i in range(500)])
    least = minimum(Decimal("0.5"), groups=1, per_group=1)
    found = [told("SELECT count(DISTINCT patient) AS p FROM visits", visits, least)[0][0]["p"] for _ in range(12)]
    assert len(set(found)) > 1  # twelve equal draws from a scale of 2 come once in 10⁹
    assert all(abs(p - 500) < 2 * 60 for p in found)  # thirty-fold and more: once in 10²⁵


def test_all_may_be_asked_of_what_was_noised_and_each_block_costs():
    visits = table([(f"p{i}", "DE", "Ulm", 10.0, 50) for i in range(40)])
    block = "SELECT city, count(*) AS c, sum(n) AS s FROM visits GROUP BY city"
    found, spent = told(f"SELECT a.s / b.c AS mean FROM ({block}) a JOIN ({block}) b USING (city) ORDER BY mean", visits, minimum())
    assert found == [{"mean": 50.0}]
    assert spent == [STRONG, STRONG]


def test_without_a_budget_nothing_is_answered():
    with pytest.raises(ValueError, match="no budget"):
        rows("SELECT count(*) FROM visits", minimum=minimum())

    def empty(_):
        raise LookupError("the budget is spent")

    with pytest.raises(LookupError):
        rows("SELECT count(*) FROM visits", minimum=minimum(), spend=empty)


@pytest.mark.parametrize(
    "sql", ["SELECT d FROM (SELECT count(*) AS c FROM visits)", "SELECT c + city FROM (SELECT city, count(*) AS c FROM visits GROUP BY city)"]
)
def test_a_query_that_does_not_fit_costs_nothing(sql):
    spent = []
    with pytest.raises(SourceError):
        rows(sql, minimum=minimum(), spend=spent.extend)
    assert spent == []


def test_what_fails_once_it_was_computed_has_been_paid_for():
    """That it failed tells of it: were it paid back, one could ask for ever."""
    spent = []
    with pytest.raises(QueryError):
        rows("SELECT CAST('x' || CAST(c AS VARCHAR) AS INTEGER) FROM (SELECT count(*) AS c FROM visits)", minimum=minimum(), spend=spent.extend)
    assert len(spent) == 2


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT avg(n) FROM visits", "a mean is not noised"),
        ("SELECT sum(amount) FROM visits", "has no bounds"),
        ("SELECT count(DISTINCT city) FROM visits", "how many different values"),
        ("SELECT count(*) FROM visits HAVING count(*) > 3", "HAVING"),
        ("SELECT count(*) AS c FROM visits ORDER BY sum(n)", "order"),
        ("SELECT count(*) FROM visits a JOIN visits b ON a.n = b.n", "two tables"),
    ],
)
def test_what_cannot_be_noised_is_refused(sql, said):
    with pytest.raises(SourceError, match=said):
        ask("query", sql, {"visits": offer(minimum=minimum())})


def test_bounds_bound():
    nothing = {name: replace(cost, amount=Decimal(0)) for name, cost in COSTS.items()}
    for wrong in ({"epsilon": nothing["epsilon"]}, {"delta": nothing["delta"]}, {"groups": 0}, {"rows": 0}, {"sums": {"n": (2, 1)}}):
        with pytest.raises(CrossingError):
            Noise(**{**COSTS, **wrong})


def test_the_totals_that_are_noised_differ_by_one_person_as_the_noise_assumes():
    """The bounds hold by computing: without any one person, the totals move by no more than the sensitivities that OpenDP is given."""
    everyone = [(f"p{i % 5}", "DE", f"town {i % 7}", 10.0, i * 13 % 150 - 20) for i in range(90)]
    least = minimum(groups=2, per_group=3)
    sql = "SELECT city, count(DISTINCT patient) AS p, count(*) AS c, sum(n) AS s FROM visits GROUP BY city"

    def totals(visits):
        question = ask("query", sql, {"visits": offer(table(visits), least)})
        with Room() as room:
            room.admit("visits", lambda: question.offers["visits"].stream(question.crossings["visits"]))
            found = room.read(room.bind(noise.totals(question.noised["noised 0"]).sql(dialect="duckdb", identify=True)), aloud=True).read_all()
        return {row["key 0"]: (row["persons"], row["part 0"], row["part 1"]) for row in found.to_pylist()}

    whole = totals(everyone)
    for person in {row[0] for row in everyone}:
        less = totals([row for row in everyone if row[0] != person])
        moved = [[abs(a - b) for a, b in zip(whole[key], less.get(key, (0, 0, 0)), strict=True)] for key in whole]
        assert [sum(part) for part in zip(*moved, strict=True)] <= [2, 2 * 3, 2 * 100]
        assert sum(m[0] for m in moved) <= 2
        assert sum(m[1] for m in moved) <= 6
        assert sum(m[2] for m in moved) <= 200
