"""The words of `comity gate`, and its exit codes."""

import json
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from shop import RULEBOOK, SCHEMA, WORLD

from comity.cli.main import main
from comity.ledger import verify_offline


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    Path("xx.act").mkdir()
    Path("xx.act/rulebook.yaml").write_text(RULEBOOK, encoding="utf-8")
    Path("world.yaml").write_text(WORLD.replace("XA", "QM").replace("XB", "QN"), encoding="utf-8")
    Path("xx.act/rulebook.yaml").write_text(RULEBOOK.replace("XA", "QM").replace("XB", "QN"), encoding="utf-8")
    pl.DataFrame([("p1", "Aland", "e", "i", "h", None), ("p2", "Deland", "e", "i", "h", None)], schema=SCHEMA, orient="row").write_parquet("in.parquet")
    assert main(["ledger", "begin", "comity-ledger", "--rulebooks", "xx.act"]) == 0
    return tmp_path


def gate(*more):
    return main(["gate", *more, "--movement", "sending", "--world", "world.yaml", "--rulebooks", "xx.act"])


def test_what_crosses_and_what_stays_is_told(capsys):
    assert gate("in.parquet", "out.parquet") == 0
    told = capsys.readouterr().out
    assert "  crosses: QM\n    1 rows, 1 persons\n" in told
    assert "    ip: drop, because of xx.act address (s. 2)\n" in told
    assert "  stays at home: undetermined: XD\n    1 rows\n    there is no rulebook for the place where they are\n" in told
    assert "1 rows crossed into out.parquet. Entry 3 of comity-ledger holds them; the proof is out.parquet.receipt." in told
    assert pl.read_parquet("out.parquet").columns == ["who", "email", "health", "born"]


def test_a_stranger_checks_the_receipt_offline():
    assert gate("in.parquet", "out.parquet") == 0
    ours = Path("comity-ledger/log.vkey").read_text(encoding="utf-8").strip()
    checked = [sys.executable, "-I", verify_offline.__file__, "out.parquet.receipt", "--key"]
    assert subprocess.run([*checked, ours], check=False).returncode == 0
    other = ours[:-2] + ("A" if ours[-2] != "A" else "B") + ours[-1]
    assert subprocess.run([*checked, other], check=False, capture_output=True).returncode != 0
    manifest = json.loads(Path("out.parquet.manifest.json").read_text(encoding="utf-8"))
    assert [one["place"] for one in manifest["odrl:permission"]] == ["QM"]
    assert [one["place"] for one in manifest["stays"]] == ["XD"]


def test_a_ledger_is_not_begun_in_passing(capsys):
    assert gate("in.parquet", "out.parquet", "--ledger", "elsewhere") == 2
    assert "elsewhere:1:1: there is no ledger (begin one: comity ledger begin elsewhere)" in capsys.readouterr().err
    assert not Path("elsewhere").exists()
    assert main(["ledger", "begin", "comity-ledger"]) == 2
    assert "there is a ledger already" in capsys.readouterr().err


def test_again_says_so(capsys):
    assert gate("in.parquet", "out.parquet") == 0
    assert gate("in.parquet", "out.parquet") == 0
    assert "It had crossed before: entry 3" in capsys.readouterr().out
    assert main(["ledger", "verify", "comity-ledger"]) == 0


def test_a_dry_run_moves_nothing(folder, capsys):
    assert gate("in.parquet", "--mode", "dry-run") == 0
    assert "Nothing was moved" in capsys.readouterr().out
    assert not list(folder.glob("out*"))


def test_nothing_may_cross(folder, capsys):
    pl.DataFrame([("p2", "Deland", "e", "i", "h", None)], schema=SCHEMA, orient="row").write_parquet("in.parquet")
    assert gate("in.parquet", "out.parquet") == 1
    assert "Nothing crossed: none of it may cross." in capsys.readouterr().out
    assert not list(folder.glob("out*"))


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["in.parquet"], "DEST:1:1: name where the table goes"),
        (["none.parquet", "out.parquet"], "none.parquet:1:1: "),
        (["world.yaml", "out.parquet"], "world.yaml:1:1: "),
        (["in.parquet", "nowhere/out.parquet"], "nowhere/out.parquet:1:1: "),
        (["in.parquet", "in.parquet"], "in.parquet:1:1: there is something already"),
        (["in.parquet", "out.parquet", "--on", "2026-01-01"], "--on:1:1: what moves, moves today"),
        (["in.parquet", "out.parquet", "--engine", "ducdb"], "--engine:1:1: 'ducdb' is no engine (did you mean 'duckdb'?)"),
        (["in.parquet", "out.parquet", "--table", "customer"], "there is no table 'customer' (did you mean 'customers'?)"),
    ],
)
def test_bad_input_is_told_and_ends_with_two(folder, capsys, asked, told):
    assert gate(*asked) == 2
    error = capsys.readouterr().err
    assert told in error
    assert "Traceback" not in error
    assert not list(folder.glob("out*"))


def test_a_truncated_table_moves_nothing(folder):
    Path("in.parquet").write_bytes(Path("in.parquet").read_bytes()[:-7])
    assert gate("in.parquet", "out.parquet") == 2
    assert not list(folder.glob("out*"))


def test_a_column_that_is_not_there_moves_nothing(folder):
    pl.read_parquet("in.parquet").drop("email").write_parquet("in.parquet")
    assert gate("in.parquet", "out.parquet") == 2
    assert not list(folder.glob("out*"))
    assert main(["ledger", "verify", "comity-ledger"]) == 0
