"""A view is a transfer: counted before it is seen, refused where the law refuses, and nothing is left behind by what is not answered."""

import polars as pl
import pyarrow as pa
import pytest
from shop import HOME, LINE, RULEBOOK, WORLD, Shop

from comity.gate.mac import Mac
from comity.gate.run import GateError
from comity.gate.view import Viewed, view
from comity.ledger.ledger import Ledger
from comity.text.source import SourceError


@pytest.fixture
def shop(tmp_path):
    return Shop(tmp_path)


def row(who, country="Aland", email="a@b"):
    return (who, country, email, "192.0.2.1", "well", None)


def seen(shop, sql, rows, *needs):
    """The rows of an answer, and the kinds of entries that the ledger has by then."""
    with shop.gate() as gate:
        with view("query", sql, {"Customers": Viewed(gate, shop.source(rows), *needs)}) as answer:
            found = pa.Table.from_batches(answer.batches, schema=answer.schema).to_pylist()
        return found, [gate.ledger.entry(i)["kind"] for i in range(gate.ledger.size)]


def test_what_is_seen_is_what_crosses_and_it_is_taken_down(shop):
    found, kinds = seen(shop, "SELECT who, email, count(*) AS c FROM customers GROUP BY ALL", [row("p1"), row("p2", "Deland"), row(None)])
    assert found == [{"who": Mac.pseudonyms(HOME, "helper").digest("p1"), "email": "a@b", "c": 1}]
    assert kinds[-2:] == ["reserve", "commit"]


def test_of_a_place_as_many_are_seen_as_stay_below_a_line(tmp_path):
    world, law = (
        WORLD.replace("    person: who\n", "    person: who\n    beyond_a_line: hold\n"),
        RULEBOOK.replace(" and any(f.kind == 'email' for f in fields)", ""),
    )
    found, _ = seen(Shop(tmp_path, world, law), "SELECT count(DISTINCT email) AS c FROM customers", [row(f"p{i}", email=f"{i}") for i in range(LINE + 5)])
    assert found == [{"c": LINE}]


def test_persons_seen_are_counted_whatever_the_query_finds(shop):
    seen(shop, "SELECT count(*) FROM customers WHERE false", [row(f"p{i}") for i in range(LINE)])
    found, _ = seen(shop, "SELECT DISTINCT email FROM customers", [row("another")])
    assert found != [{"email": "a@b"}]


def test_what_is_refused_counts_nobody(shop):
    rows = [row(f"p{i}") for i in range(LINE)]
    with pytest.raises(SourceError, match="read_csv"):
        seen(shop, "SELECT * FROM read_csv('x')", rows)
    with pytest.raises(SourceError, match="ip"):
        seen(shop, "SELECT ip FROM customers", rows)
    found, _ = seen(shop, "SELECT DISTINCT email FROM customers", [row("another")])
    assert found == [{"email": "a@b"}]


def test_where_nothing_may_cross_nothing_is_seen(shop):
    with pytest.raises(GateError, match="none of it"):
        seen(shop, "SELECT count(*) FROM customers", [row("p1", "Deland")])


def test_only_groups_are_seen_where_that_is_asked_for(shop):
    rows = [*(row(f"p{i}") for i in range(3)), row("p9", email="b@c")]
    found, _ = seen(shop, "SELECT email, count(*) AS c FROM customers GROUP BY email", rows, 3)
    assert found == [{"email": "a@b", "c": 3}]


def test_a_table_that_changes_while_it_is_read_is_held(shop):
    rows = [row(f"p{i % 5}") for i in range(100)]
    with shop.gate() as gate:
        source = shop.source(rows)
        with pytest.raises(SourceError), view("query", "SELECT * FROM customers", {"customers": Viewed(gate, _Changed(source, shop))}):
            pass
        assert gate.ledger.entry(gate.ledger.size - 1)["kind"] == "cancel"


class _Changed:
    """A source that is written anew between being decided on and being read."""

    def __init__(self, source, shop):
        self._source, self._shop = source, shop

    def __getattr__(self, name):
        return getattr(self._source, name)

    @property
    def fingerprint(self):
        return self._source.fingerprint

    def batches(self, columns=None):
        yield from self._source.batches(columns)
        pl.DataFrame({"who": ["x"]}).write_parquet(self._shop.folder / "customers.parquet")


def test_a_fault_of_freeing_hides_no_fault_and_leaves_nobody_else_reserved(shop, monkeypatch):
    with shop.gate() as gate:
        cancel = Ledger.cancel

        def failing(ledger, name, why):
            if name.endswith(".0"):
                raise RuntimeError(name)
            return cancel(ledger, name, why)

        monkeypatch.setattr(Ledger, "cancel", failing)
        tables = {"one": Viewed(gate, shop.source([row("p1")], "one")), "two": Viewed(gate, _Changed(shop.source([row("p2")]), shop))}
        with pytest.raises(SourceError), view("query", "SELECT count(*) AS c FROM one JOIN two ON one.who = two.who", tables):
            pass
        assert gate.ledger.check().pending == 1
