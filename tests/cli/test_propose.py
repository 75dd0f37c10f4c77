import argparse

import duckdb
import pyarrow as pa
import pytest
from pyarrow import parquet

from comity.cli.propose import propose
from comity.text.source import SourceError

TABLE = pa.table({"patient_id": [1, 2], "email": ["a@example.org", "b@example.org"], "country": ["DE", "CN"]})


@pytest.fixture
def source(tmp_path):
    parquet.write_table(TABLE, tmp_path / "visits.parquet")
    return tmp_path / "visits.parquet"


def run(source, out=None):
    return propose(argparse.Namespace(source=source, query=None, out=out))


def test_the_proposal_is_shown_and_no_value_is(source, capsys):
    assert run(source) == 0
    said = capsys.readouterr().out
    assert "person: patient_id" in said
    assert "place: {column: country, codes: {CN: CN, DE: DE}}" in said
    assert "example.org" not in said


def test_the_section_goes_into_a_new_file_and_over_none(source, tmp_path, capsys):
    assert run(source, tmp_path / "t.yaml") == 0
    assert "tables:\n  visits:" in (tmp_path / "t.yaml").read_text()
    assert "confirm it" in capsys.readouterr().out
    with pytest.raises(SourceError, match="is already there"):
        run(source, tmp_path / "t.yaml")


def test_csv_and_arrow_files_are_read_too(tmp_path, capsys):
    (tmp_path / "a.csv").write_text("email,born\nx@example.org,1980-01-01\n")
    with pa.ipc.new_file(tmp_path / "b.arrow", TABLE.schema) as file:
        file.write_table(TABLE)
    assert run(tmp_path / "a.csv") == run(tmp_path / "b.arrow") == 0
    assert "birth_date" in capsys.readouterr().out


@pytest.mark.parametrize(("name", "held"), [("x.parquet", b"PAR1 torn"), ("x.txt", b""), ("x.csv", b"")])
def test_what_is_no_table_is_a_mistake_and_writes_nothing(tmp_path, name, held):
    (tmp_path / name).write_bytes(held)
    with pytest.raises(SourceError, match=name):
        run(tmp_path / name, tmp_path / "t.yaml")
    with pytest.raises(SourceError, match="absent"):
        run(tmp_path / ("absent" + name[1:]), tmp_path / "t.yaml")
    assert not (tmp_path / "t.yaml").exists()


def test_a_table_of_a_database_goes_by_its_own_name(tmp_path, capsys):
    with duckdb.connect(str(tmp_path / "clinic.duckdb")) as database:
        database.execute("create table observations as select 'p' || n as patient, n * 1.5 as value from range(30) as t(n)")
    assert run(f"{tmp_path}/clinic.duckdb#observations") == 0
    said = capsys.readouterr().out
    assert "  observations:" in said
    assert "value: {field: health" in said
