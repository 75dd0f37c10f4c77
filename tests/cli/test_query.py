"""`comity gate query`: CSV on the screen, or a file that is there whole or not at all."""

import argparse
import json

import pyarrow as pa
import pytest
from pyarrow import parquet
from shop import WORLD, Shop

from comity.cli.query import query, serve
from comity.edge.home import Home, begun
from comity.gate.destination import FileStage
from comity.text.source import SourceError


@pytest.fixture
def shop(tmp_path):
    made = Shop(tmp_path)
    begun(Home(tmp_path / "ledger"), made.plan)
    made.source([(f"p{i}", "Aland", "a@b", "192.0.2.1", "well", None) for i in range(4)])
    return made


def given(shop, sql, **more):
    told = {"sql": sql, "world": shop.folder / "world.yaml", "movement": "sending", "table": [f"customers={shop.folder / 'customers.parquet'}"]}
    told |= {"ledger": shop.folder / "ledger", "minimum": None, "noise": None, "out": None, "on": None, "as_known": None, "regime": ["xx.act"], "docket": None}
    return argparse.Namespace(**{**told, "rulebooks": [shop.folder / "xx.act"], **more})


def test_an_answer_is_printed_as_csv(shop, capfdbinary):
    assert query(given(shop, "SELECT email, count(*) AS c FROM customers GROUP BY email")) == 0
    assert capfdbinary.readouterr().out == b'"email","c"\n"a@b",4\n'


def test_an_answer_is_written_whole(shop):
    file = shop.folder / "answer.parquet"
    assert query(given(shop, "SELECT count(*) AS c FROM customers", out=str(file))) == 0
    assert parquet.read_table(file) == pa.table({"c": pa.array([4], pa.int64())})
    with pytest.raises(SourceError, match="already"):
        query(given(shop, "SELECT 1", out=str(file)))
    with pytest.raises(SourceError, match="there is no folder"):
        query(given(shop, "SELECT 1", out=str(shop.folder / "nowhere" / "answer.parquet")))


def test_an_answer_replaces_nothing_that_came_in_the_meantime(shop, monkeypatch):
    """What is there when the answer lands stays as it is."""
    file = shop.folder / "answer.parquet"
    land = FileStage.land

    def late(stage):
        file.write_text("another's")
        land(stage)

    monkeypatch.setattr(FileStage, "land", late)
    with pytest.raises(SourceError, match="by now"):
        query(given(shop, "SELECT count(*) AS c FROM customers", out=str(file)))
    assert file.read_text() == "another's"


def test_what_fails_leaves_no_file(shop, capsys):
    file = shop.folder / "answer.parquet"
    assert query(given(shop, "SELECT CAST(email AS INTEGER) FROM customers", out=str(file))) == 1
    assert capsys.readouterr().err.startswith("The answer was held: the query failed while it ran: could not convert")
    with pytest.raises(SourceError, match="SQL:1:15: the function 'read_csv'"):
        query(given(shop, "SELECT * FROM read_csv('x')", out=str(file)))
    assert not list(shop.folder.glob("*answer*"))


def test_small_groups_are_not_shown(shop, capfdbinary):
    assert query(given(shop, "SELECT count(*) AS c FROM customers", minimum=5)) == 0
    assert json.dumps(capfdbinary.readouterr().out.decode()) == json.dumps('"c"\n')


def test_noise_is_paid_for_until_the_budget_is_spent(shop, capfdbinary):
    world = shop.folder / "world.yaml"
    with pytest.raises(SourceError, match="no budget that would bear noise"):
        query(given(shop, "SELECT count(*) AS c FROM customers", noise="1"))
    world.write_text(WORLD.replace("    columns:\n", "    privacy: {epsilon: 1.5, delta: 0.1}\n    columns:\n"))
    with pytest.raises(SourceError, match="'much' is no amount of epsilon"):
        query(given(shop, "SELECT count(*) AS c FROM customers", noise="much"))
    assert query(given(shop, "SELECT count(*) AS c FROM customers", noise="1")) == 0
    assert capfdbinary.readouterr().out.startswith(b'"c"\n')
    assert query(given(shop, "SELECT count(*) AS c FROM customers", noise="1")) == 1
    assert b"0.5 of 1.5 is left, and this takes 1" in b" ".join(capfdbinary.readouterr().out.split())


def test_a_short_token_is_no_token(shop):
    (shop.folder / "token").write_text("short")
    with pytest.raises(SourceError, match="32 characters"):
        serve(given(shop, "", token=shop.folder / "token", listen="127.0.0.1:0", certificate=None, key=None))
