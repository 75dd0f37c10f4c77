"""Where the gate writes: a table is there whole, or it is not there; and nothing is written over."""

import datetime as dt
import gc
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from pyarrow import fs, parquet

from comity.gate import bucket
from comity.gate.destination import into
from comity.gate.source import opened
from comity.gate.statement import quoted
from comity.text.source import SourceError

BATCH = pa.RecordBatch.from_pydict(
    {
        "who": pa.array(["a", None, 'Zoë, "Z"\n'], pa.string()),
        "n": pa.array([1, -(2**63), None], pa.int64()),
        "lat": pa.array([0.1, None, -1e300], pa.float64()),
        "born": pa.array([dt.date(1, 1, 1), dt.date(2024, 2, 29), None], pa.date32()),
        "seen": pa.array([dt.datetime(2026, 11, 26, 10, 0, 0, 1, tzinfo=dt.UTC), None, None], pa.timestamp("us", "UTC")),
        "paid": pa.array(["1.10", None, "-0.01"], pa.string()).cast(pa.decimal128(10, 2)),
        "adult": pa.array([True, False, None], pa.bool_()),
    }
)
WHOLE = pa.Table.from_batches([BATCH, BATCH])
KINDS = ["parquet", "csv", "arrow", "duckdb", "new duckdb", "postgresql", "s3"]


@pytest.fixture
def place(request, tmp_path):
    """Where a table of a kind may be put."""

    def found(kind):
        match kind:
            case "postgresql":
                return f"{request.getfixturevalue('postgres').database()}#out"
            case "s3":
                store = request.getfixturevalue("objects")
                return store.address(f"{store.bucket()}/deep/out.parquet")
            case "duckdb":
                with duckdb.connect(str(tmp_path / "old.duckdb")) as connection:
                    connection.execute("create table before as select 7 as seven")
                return f"{tmp_path}/old.duckdb#out"
            case "new duckdb":
                return f"{tmp_path}/new.duckdb#out"
        return f"{tmp_path}/out.{kind}"

    return found


def there(address):
    """The table that is there, or nothing."""
    try:
        source = opened(address)
    except SourceError:
        return None
    return pa.Table.from_batches(source.batches(), source.schema)


def put(address):
    with into(address).stage(BATCH.schema) as stage:
        stage.write(BATCH)
        assert there(address) is None
        stage.write(BATCH)
        stage.land()


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_appears_whole_and_is_never_written_over(place, kind, tmp_path):
    address = place(kind)
    put(address)
    found = there(address)
    expected = WHOLE.set_column(5, "paid", WHOLE["paid"].cast(pa.float64())) if kind == "csv" else WHOLE
    assert found.equals(expected)
    with pytest.raises(SourceError, match="there is something already"):
        into(address)
    assert not list(tmp_path.glob(".*.part"))


@pytest.mark.parametrize("kind", KINDS)
def test_what_does_not_land_is_not_there(place, kind, tmp_path):
    address = place(kind)
    before = sorted(tmp_path.iterdir())
    with into(address).stage(BATCH.schema) as stage:
        stage.write(BATCH)
    assert there(address) is None
    assert sorted(tmp_path.iterdir()) == before
    put(address)  # and it leaves nothing in the way
    assert there(address).num_rows == 6


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_without_rows_is_a_table(place, kind):
    address = place(kind)
    with into(address).stage(BATCH.schema) as stage:
        stage.land()
    assert there(address).schema.names == BATCH.schema.names
    assert there(address).num_rows == 0


@pytest.mark.parametrize("kind", ["parquet", "s3"])
def test_an_engine_may_write_the_file_itself(place, kind):
    address = place(kind)
    with into(address).stage(BATCH.schema) as stage:
        parquet.write_table(WHOLE, stage.path)
        assert there(address) is None
        stage.land()
    assert there(address).equals(WHOLE)


@pytest.mark.parametrize("kind", ["parquet", "csv", "arrow", "duckdb", "new duckdb", "postgresql", "s3"])
def test_who_was_quicker_is_not_written_over(place, kind):
    address = place(kind)
    schema = pa.schema({"n": pa.int64()})
    with into(address).stage(schema) as stage:
        stage.write(pa.RecordBatch.from_pydict({"n": [1]}, schema))
        if kind == "duckdb":  # a database lets one process write at a time
            with pytest.raises(SourceError, match="cannot be written"):
                into(address)
            program = "import sys; from comity.gate.destination import into; into(sys.argv[1])"
            other = subprocess.run([sys.executable, "-c", program, address], check=False, capture_output=True, text=True)
            assert re.search("SourceError: .*cannot be written: .*lock", other.stderr)
            stage.land()
            assert there(address).to_pydict() == {"n": [1]}
            assert there(address.replace("#out", "#before")).to_pydict() == {"seven": [7]}
            return
        if kind == "new duckdb":
            with duckdb.connect(address.partition("#")[0]) as connection:
                connection.execute("create table out as select 2::bigint as n")
        elif kind == "postgresql":
            import adbc_driver_postgresql.dbapi

            with adbc_driver_postgresql.dbapi.connect(address.partition("#")[0]) as connection, connection.cursor() as cursor:
                cursor.execute("create table out as select 2::bigint as n")
                connection.commit()
        elif kind == "s3":
            files, path = fs.FileSystem.from_uri(address)
            parquet.write_table(pa.table({"n": [2]}, schema), path, filesystem=files)
        else:
            other = place(kind).replace(f"out.{kind}", f"other.{kind}")
            with into(other).stage(schema) as quick:
                quick.write(pa.RecordBatch.from_pydict({"n": [2]}, schema))
                quick.land()
            Path(other).rename(address)
        with pytest.raises(SourceError, match=r"there is something|already exists"):
            stage.land()
    assert there(address).to_pydict() == {"n": [2]}


@pytest.mark.parametrize("kind", ["parquet", "arrow", "new duckdb"])
def test_two_runs_to_one_file_do_not_meet(place, kind, tmp_path):
    address = place(kind)
    with into(address).stage(BATCH.schema) as first:
        first.write(BATCH)
        program = "import sys; import pyarrow as pa; from comity.gate.destination import into\nwith into(sys.argv[1]).stage(pa.schema({'n': pa.int64()})): pass"
        second = subprocess.run([sys.executable, "-c", program, address], check=False, capture_output=True, text=True)
        assert "is being written by another run" in second.stderr
        with pytest.raises(SourceError, match="is being written by another run"), into(address).stage(BATCH.schema):
            pass
        first.write(BATCH)
        first.land()
    assert there(address).equals(WHOLE)
    assert [file.name for file in tmp_path.iterdir()] == [Path(address.partition("#")[0]).name]


def test_two_runs_to_one_table_of_a_server_end_with_one_table_and_an_error(place):
    address = place("postgresql")
    with into(address).stage(BATCH.schema) as first, into(address).stage(BATCH.schema) as second:
        first.write(BATCH)
        second.write(BATCH)
        second.write(BATCH)
        first.land()
        with pytest.raises(SourceError, match="already exists"):
            second.land()
    assert there(address).num_rows == 3


@pytest.mark.parametrize("kind", ["parquet", "duckdb", "new duckdb", "postgresql", "s3"])
def test_a_process_that_is_killed_leaves_nothing_that_is_seen_and_the_next_run_is_not_hindered(place, kind):
    address = place(kind)
    program = (
        "import os, signal, sys; import pyarrow as pa; from comity.gate.destination import into\n"
        "batch = pa.RecordBatch.from_pydict({'n': list(range(100_000))})\n"
        "stage = into(sys.argv[1]).stage(batch.schema).__enter__(); stage.write(batch); os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-c", program, address], check=False).returncode == -9
    assert there(address) is None
    put(address)
    assert there(address).num_rows == 6
    if kind == "duckdb":
        assert there(address.replace("#out", "#before")).to_pydict() == {"seven": [7]}


class Torn:
    """A disk that fails after two pieces."""

    def __init__(self, whole):
        self.whole, self.pieces = whole, 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.whole.close()

    def read(self, size):
        self.pieces += 1
        if self.pieces > 2:
            raise OSError(5, "Input/output error")
        return self.whole.read(size)


def test_an_upload_that_breaks_off_makes_no_object_even_when_python_lets_go_of_it(place, monkeypatch):
    address = place("s3")
    monkeypatch.setattr(bucket, "PIECE", 1000)
    with into(address).stage(BATCH.schema) as stage:
        for _ in range(100):
            stage.write(BATCH)
        opening = Path.open
        monkeypatch.setattr(Path, "open", lambda self, mode: Torn(opening(self, mode)))
        with pytest.raises(SourceError, match="cannot be written: input/output error"):
            stage.land()
        monkeypatch.undo()
    gc.collect()
    assert there(address) is None


def test_nanoseconds_that_a_server_would_cut_off_are_refused(place):
    address = place("postgresql")
    schema = pa.schema({"at": pa.timestamp("ns")})
    with pytest.raises(SourceError, match=r"a value does not fit \(ArrowInvalid\)$"), into(address).stage(schema) as stage:
        stage.write(pa.RecordBatch.from_pydict({"at": [1]}, schema))
    assert there(address) is None


@pytest.mark.parametrize("name", ['a"; drop table x; --', "a.b", "sélect", "x" * 63])
@pytest.mark.parametrize("kind", ["duckdb", "postgresql"])
def test_a_hostile_name_is_a_name(place, kind, name):
    address = place(kind).replace("#out", f"#{quoted(name)}")
    put(address)
    assert there(address).num_rows == 6


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("{}/none/out.parquet", "there is no folder"),
        ("{}/out/", "is a folder"),
        ("{}/out.xls", "no kind of table"),
        ("{}/out.duckdb", "which table"),
        ("{}/here.txt.parquet", "there is something already"),
        ("{}/none/out.duckdb#t", "there is no folder"),
        ("postgresql:///x?host=nowhere/at/all#t", "cannot be written"),
    ],
)
def test_a_place_where_nothing_can_be_put(tmp_path, address, message):
    (tmp_path / "here.txt.parquet").symlink_to(tmp_path / "nowhere")
    with pytest.raises(SourceError, match=message):
        into(address.format(tmp_path))


@pytest.mark.parametrize("name", ["a\0b", "a\nb", "é" * 31 + "a", "é" * 32, "whо", "", "ctid", "\ufeff", "WHO"])
@pytest.mark.parametrize("kind", ["parquet", "csv", "arrow", "new duckdb", "postgresql"])
def test_a_hostile_name_of_a_column_is_kept_or_refused(place, kind, name):
    """Beside `who` and what a name would be if its end were cut."""
    schema, address = pa.schema({"who": pa.int64(), name: pa.int64(), "a": pa.int64()}), place(kind)
    rows = {"who": [1], name: [2], "a": [3]}
    try:
        with into(address).stage(schema) as stage:
            stage.write(pa.RecordBatch.from_pydict(rows, schema))
            stage.land()
    except SourceError:
        assert there(address) is None
        assert name in {"postgresql": {"a\0b", "é" * 32, "", "ctid"}, "new duckdb": {"a\0b", "", "WHO"}}[kind]
    else:
        found = there(address)
        assert found is None if kind == "csv" and not name else found.to_pydict() == rows


@pytest.mark.parametrize("name", ["~/a", "md:a", ":memory:a", "sqlite:a"])
def test_a_database_is_the_file_of_its_name(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for folder in ("home", "~"):
        Path(folder).mkdir()
    for table in ("one", "two"):
        put(f"{name}.duckdb#{table}")
        assert there(f"{name}.duckdb#{table}").equals(WHOLE)
    assert (tmp_path / f"{name}.duckdb").is_file()
    assert not list((tmp_path / "home").iterdir())


def test_a_bucket_schema_or_long_name_that_there_is_not(objects, postgres):
    for address, message in (
        (objects.address("nobucket/out.parquet"), "there is no bucket"),
        (f"{postgres.address}#nowhere.out", "there is no schema"),
        (f"{postgres.address}#{'é' * 32}", "longer than 63 bytes"),
    ):
        with pytest.raises(SourceError, match=message):
            into(address)
