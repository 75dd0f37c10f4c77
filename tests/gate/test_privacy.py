"""A budget for privacy: every noised answer is paid for before it is computed, and beyond the budget nothing is answered."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shop import WORLD, Shop

from comity.gate.crossing import CrossingError
from comity.gate.privacy import Privacy, amount
from comity.gate.run import GateError
from comity.gate.view import Viewed, view
from comity.ledger.hold import StoreError
from comity.text.source import SourceError

PRIVATE = WORLD.replace("    columns:\n", "    privacy: {epsilon: 2.5, delta: 0.0001, groups: 2, rows: 3}\n    columns:\n")
SQL = "SELECT count(DISTINCT who) AS persons FROM customers"
ROWS = [(f"p{i}", "Aland", "a@b", "192.0.2.1", "well", None) for i in range(400)]


@pytest.fixture
def shop(tmp_path):
    return Shop(tmp_path, PRIVATE)


def asked(gate, source, epsilon="1", sql=SQL):
    with view("query", sql, {"customers": Viewed(gate, source, epsilon=Decimal(epsilon))}) as answer:
        return pa.Table.from_batches(answer.batches, schema=answer.schema).to_pylist()


def kinds(gate):
    return [gate.ledger.entry(i)["kind"] for i in range(gate.ledger.size)][2:]


def test_an_answer_is_noised_and_paid_for_until_the_budget_is_spent(shop):
    source = shop.source(ROWS)
    with shop.gate() as gate:
        found = [asked(gate, source)[0]["persons"] for _ in range(2)]  # the same question: two answers, paid for twice
        assert all(abs(persons - 400) < 80 for persons in found)  # forty times the scale of the noise: once in 10¹⁷
        assert kinds(gate) == ["reserve", "spend", "commit"] * 2
        assert gate.ledger.entry(6)["totals"] == ["2", "0.00008"]
        with pytest.raises(GateError, match=r"of the budget 'epsilon of customers for helper' 0\.5 of 2\.5 is left, and this takes 0\.50001"):
            asked(gate, source, "0.50001")
        assert kinds(gate)[6:] == ["reserve", "cancel"]
    with shop.gate() as gate:  # by whoever opens the ledger next
        asked(gate, source, "0.5")
        with pytest.raises(GateError, match=r"0 of 2\.5 is left"):
            asked(gate, source, "0.1")


def test_racers_have_the_rest_once(shop):
    source = shop.source(ROWS)
    with shop.gate() as gate:

        def race(_):
            try:
                return len(asked(gate, source))
            except GateError:
                return 0

        with ThreadPoolExecutor(5) as pool:
            assert sum(pool.map(race, range(5))) == 2
        assert sorted(kinds(gate)) == sorted(["reserve"] * 5 + ["spend", "commit"] * 2 + ["cancel"] * 3)


def test_what_is_not_answered_is_paid_for_only_if_it_may_tell_something(shop):
    source = shop.source(ROWS)
    with shop.gate() as gate:
        for wrong in ("SELECT avg(born) FROM customers", "SELECT d FROM (SELECT count(*) AS c FROM customers)"):
            with pytest.raises(SourceError):
                asked(gate, source, sql=wrong)
        assert "spend" not in kinds(gate)
    rows = [(who, "Celand", *rest) for who, _, *rest in ROWS]
    with shop.gate() as gate, pytest.raises(GateError, match="none of it"):
        asked(gate, shop.source(rows, "children"))


def test_an_answer_that_is_never_taken_down_has_been_paid_for_all_the_same(shop, monkeypatch):
    """As if the run had been killed between the two: somebody may have seen what was computed."""
    source = shop.source(ROWS)
    with shop.gate() as gate:

        def killed(*_):
            raise StoreError("the power went")

        for step in ("commit", "cancel"):
            monkeypatch.setattr(gate.ledger, step, killed)
        with pytest.raises(GateError, match="the power went"):
            asked(gate, source, "2")
        assert kinds(gate) == ["reserve", "spend"]
    shop.clock.tick(7 * 3600)
    with shop.gate() as gate:
        with pytest.raises(GateError, match=r"0\.5 of 2\.5 is left"):
            asked(gate, source)
        assert kinds(gate) == ["reserve", "spend", "expire", "reserve", "cancel"]


def test_tables_of_one_asset_draw_on_one_budget(tmp_path):
    """Whoever asks about the same persons under another name has not more to spend."""
    table = PRIVATE[PRIVATE.index("tables:\n") + 8 : PRIVATE.index("assume:")]
    shop = Shop(tmp_path, PRIVATE.replace("assume:", table.replace("  customers:\n", "  others:\n", 1) + "assume:"))
    source = shop.source(ROWS)
    with shop.gate("customers") as one, shop.gate("others") as other:
        asked(one, source, "2")
        with pytest.raises(GateError, match=r"0\.5 of 2\.5 is left"):
            asked(other, source)


def test_noise_and_rows_are_two_promises(tmp_path):
    (tmp_path / "plain").mkdir()
    for shop, epsilon in ((Shop(tmp_path, PRIVATE), None), (Shop(tmp_path / "plain"), Decimal(1))):
        with shop.gate() as gate:
            with pytest.raises(SourceError, match="noise"), view("q", SQL, {"customers": Viewed(gate, shop.source(ROWS), 3, epsilon)}):
                pass
            assert kinds(gate) == []
    shop = Shop.again(tmp_path)
    with shop.gate() as gate:
        for move in (gate.dry, gate.shadow, lambda source: gate.enforce(source, str(tmp_path / "out.parquet"))):
            with pytest.raises(SourceError, match="its rows do not move"):
                move(shop.source(ROWS))
        assert kinds(gate) == []


@settings(max_examples=30)
@given(st.decimals("0.0001", 3, places=4), st.decimals("0.01", 10, places=2), st.decimals("1e-12", "0.1", places=12))
def test_answers_that_spend_all_of_epsilon_spend_no_more_than_delta(each, whole, delta):
    each = min(each, whole)
    noise = Privacy(whole, delta).noise(each, "x")
    assert 0 < noise.delta.amount * (whole // each) <= delta
    assert (noise.epsilon.budget, noise.delta.budget, noise.epsilon.most, noise.delta.most) == ("epsilon of x", "delta of x", whole, delta)


def test_an_answer_that_costs_more_than_privacy_can_is_none():
    with pytest.raises(CrossingError):
        Privacy(Decimal(1), Decimal("0.1")).noise(Decimal(10), "x")


@pytest.mark.parametrize(
    ("text", "meant"),
    [("3", 3), ("0.50", Decimal("0.5")), ("1e-6", Decimal("0.000001")), ("0", None), ("-1", None), ("nan", None), ("1e-99", None), ("", None)],
)
def test_amounts_are_plain_numbers(text, meant):
    assert amount(text) == meant
