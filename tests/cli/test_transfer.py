"""A transfer from Python: what each of its runs gives, leaves behind, and raises."""

import dataclasses
import datetime as dt
import json
from pathlib import Path

import duckdb
import polars as pl
import pytest
from shop import RULEBOOK, SCHEMA, WORLD

import comity
from comity.cli.main import main
from comity.gate.manifest import name


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("xx.act").mkdir()
    for file, text in {"xx.act/rulebook.yaml": RULEBOOK, "world.yaml": WORLD}.items():
        Path(file).write_text(text.replace("XA", "QM").replace("XB", "QN"), encoding="utf-8")
    table("Aland", "Deland")
    assert main(["ledger", "begin", "ledger", "--rulebooks", "xx.act"]) == 0


def table(*countries):
    rows = [(f"p{number}", country, "a@b", "192.0.2.1", "well", None) for number, country in enumerate(countries)]
    pl.DataFrame(rows, schema=SCHEMA, orient="row").write_parquet("in.parquet")


@pytest.fixture
def transfer():
    return comity.Transfer("in.parquet", world="world.yaml", movement="sending", ledger="ledger", rulebooks=("xx.act",))


def test_a_run_gives_what_crossed_and_keeps_its_manifest_and_proof(transfer, capsys):
    crossed = transfer.enforce("out.parquet")
    assert (crossed.rows, crossed.again, len(crossed.decision.stays)) == (1, False, 1)
    manifest = json.loads(crossed.manifest.read_text(encoding="utf-8"))
    assert main(["ledger", "show", "ledger", str(crossed.index)]) == 0
    assert name(manifest) in capsys.readouterr().out
    assert manifest["rows"] == 1


def test_a_run_that_stopped_before_the_proof_was_kept_is_made_good_by_the_next(transfer):
    first = transfer.enforce("out.parquet")
    proof = first.receipt.read_text(encoding="utf-8")
    first.receipt.unlink()
    second = transfer.enforce("out.parquet")
    assert second.again
    assert dataclasses.replace(second, decision=first.decision) == first
    assert second.receipt.read_text(encoding="utf-8") == proof


def test_a_proof_that_cannot_be_kept_is_told_with_the_entry_that_holds_the_table(transfer):
    Path("ledger/transfer-3.receipt").mkdir()
    with pytest.raises(comity.SourceError) as caught:
        transfer.enforce("out.duckdb#there")
    (mistake,) = caught.value.mistakes
    assert str(mistake) == "ledger/transfer-3.receipt:1:1: cannot be written: is a directory (the table itself crossed: entry 3)"
    assert duckdb.connect("out.duckdb", read_only=True).execute("SELECT count(*) FROM there").fetchone() == (1,)


@pytest.mark.parametrize("kind", ["manifest.json", "receipt"])
def test_what_another_transfer_left_is_not_written_over(transfer, kind):
    """It is refused before anything moves; what the same request left gives way to what it leaves anew."""
    left, first = Path(f"out.csv.{kind}"), transfer.enforce("out.csv")
    for file in {Path("out.csv"), first.manifest, first.receipt} - {left}:
        file.unlink()
    there = left.read_bytes()
    pl.read_parquet("in.parquet").write_parquet("other.parquet")
    with pytest.raises(comity.SourceError, match=f"out.csv.{kind}:1:1: there is something already, and not of this transfer"):
        dataclasses.replace(transfer, source="other.parquet").enforce("out.csv")
    assert not Path("out.csv").exists()
    assert left.read_bytes() == there
    again = transfer.enforce("out.csv")
    assert (again.rows, again.again) == (1, False)
    Path("out.csv").unlink()
    left.unlink()
    left.symlink_to("elsewhere")
    with pytest.raises(comity.SourceError, match="not of this transfer"):
        transfer.enforce("out.csv")
    assert not Path("out.csv").exists()
    assert not Path("elsewhere").exists()


def test_the_proof_of_a_table_in_a_database_lies_by_the_ledger(transfer):
    crossed = transfer.enforce("out.duckdb#there")
    assert crossed.receipt == Path("ledger/transfer-3.receipt")
    assert crossed.receipt.exists()
    assert duckdb.connect("out.duckdb", read_only=True).execute("SELECT count(*) FROM there").fetchone() == (1,)


def test_what_the_law_holds_is_raised_with_the_decision(transfer):
    table("Deland")
    with pytest.raises(comity.GateError, match="none of it may cross") as caught:
        transfer.enforce("out.parquet")
    assert [one.cell.place for one in caught.value.decision.stays] == ["XD"]
    assert not Path("out.parquet").exists()


def test_a_dry_run_may_ask_of_another_day_and_begins_nothing(transfer):
    assert [one.cell.place for one in transfer.dry().crosses] == ["QM"]
    early = transfer.dry(dt.date(2019, 12, 31))  # before there was an act
    assert early.asking.days.day == dt.date(2019, 12, 31).toordinal()
    recorded = transfer.shadow()
    assert recorded.index == 2  # the first that anything left behind
    elsewhere = dataclasses.replace(transfer, ledger="nowhere")
    with pytest.raises(comity.SourceError, match="there is no ledger"):
        elsewhere.dry()
    assert not Path("nowhere").exists()
