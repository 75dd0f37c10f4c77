"""The same crossing lets the same bytes through on every engine."""

import duckdb
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from moving import MAC, crossings, right, tables

from comity.gate.crossing import Crossing, CrossingError
from comity.gate.engine.duckdb import DuckDB
from comity.gate.engine.engine import Asked, EngineError
from comity.gate.engine.polars import Polars
from comity.gate.engine.postgres import Postgres
from comity.gate.form import Drop, Grid, Keep, Pseudonym
from comity.gate.vector import trust
from comity.ledger.key import Key


@pytest.fixture(scope="session")
def sail():
    server = pytest.importorskip("pysail.spark", reason="pysail and pyspark-client are not installed").SparkConnectServer("127.0.0.1", 0)
    from pyspark.sql import SparkSession

    from comity.gate.engine.spark import Spark

    server.start(background=True)
    session = SparkSession.builder.remote(f"sc://127.0.0.1:{server.listening_address[1]}").getOrCreate()
    yield Spark(session)
    session.stop()
    server.stop()


ENGINES = {
    "polars": lambda _: Polars(),
    "duckdb": lambda _: DuckDB(duckdb.connect()),
    "sail": lambda request: request.getfixturevalue("sail"),
    "postgres": lambda request: Postgres(request.getfixturevalue("postgres").database()),
}


@pytest.fixture(scope="session", params=ENGINES)
def engine(request):
    return ENGINES[request.param](request)


@given(st.data())
def test_what_crosses_is_what_the_judge_lets_through(engine, data):
    table = data.draw(tables())
    right(engine, table, data.draw(crossings(table)))


def test_the_self_test_is_passed(engine):
    trust(engine)


ROWS = pl.DataFrame(
    {"at": ["AA", "AA", "BB", None, "CC", "AA", "AA"], "who": ["p", "p", "q", "p", "r", None, ""], "lat": [1.25, -3.0, float("nan"), 0.0, 9.0, None, 2.0]}
)
CROSS = Crossing(
    "at", {"AA": {"at": Keep(), "who": Pseudonym(), "lat": Grid(10)}, "BB": {"at": Drop(), "who": Keep(), "lat": Drop()}}, ("at", "who", "lat"), ("who",)
)


def test_a_profile_counts_whom_the_ledger_would_count(engine):
    found = engine.profile(engine.of(ROWS), Asked("at", "who", "who", ("lat",)), b"s" * 32)
    key = Key(b"s" * 32)
    assert {place: (one.rows, one.unknown, one.extremes["lat"]) for place, one in found.items()} == {
        "AA": (4, 2, (-3.0, 2.0)),
        "BB": (1, 0, (None, None)),
        None: (1, 0, (0.0, 0.0)),
        "CC": (1, 0, (9.0, 9.0)),
    }
    assert {place: one.persons for place, one in found.items()} == {at: key.persons([who]) for at, who in (("AA", "p"), ("BB", "q"), (None, "p"), ("CC", "r"))}
    assert found["AA"].devices == key.devices(["p"])


def test_nobody_is_counted_of_a_row_that_stays_home_because_another_is_not_named(engine):
    rows = ROWS.with_columns(device=pl.Series(["m", None, "", "n", "o", "m", "k"]))
    found = engine.profile(engine.of(rows), Asked("at", "who", "device"), b"s" * 32)
    key = Key(b"s" * 32)
    assert {place: one.unknown for place, one in found.items()} == {"AA": 3, "BB": 1, None: 0, "CC": 0}
    assert [found["AA"].persons, found["AA"].devices] == [key.persons(["p"]), key.devices(["m"])]
    assert len(found["BB"].persons) == len(found["BB"].devices) == 0


def test_persons_elsewhere_are_not_gathered(engine):
    found = engine.profile(engine.of(ROWS), Asked("at", "who", places=("BB",)), b"s" * 32)
    assert {place: len(one.persons) for place, one in found.items()} == {"AA": 0, "BB": 1, None: 0, "CC": 0}


def test_what_is_written_is_what_crosses(engine, tmp_path):
    out = tmp_path / "out.parquet"
    assert engine.write(engine.of(ROWS), CROSS, out, MAC) == {"AA": 2, "BB": 1}
    assert sorted(pl.read_parquet(out).rows(), key=str) == sorted([("AA", MAC.digest("p"), 1.2), ("AA", MAC.digest("p"), -3.0), (None, "q", None)], key=str)


def test_a_table_of_one_place_has_one_count(engine, tmp_path):
    crossing = Crossing(None, {None: {"who": Pseudonym()}}, ("who",))
    assert engine.write(engine.of(ROWS), crossing, tmp_path / "out.parquet", MAC) == {None: len(ROWS)}


def test_what_cannot_cross_so_is_refused_before_anything_is_written(engine, tmp_path):
    with pytest.raises(CrossingError, match="which cannot cross as 'pseudonym'"):
        engine.write(engine.of(ROWS), Crossing(None, {None: {"lat": Pseudonym()}}, ("lat",)), tmp_path / "out.parquet", MAC)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("query", ["DROP TABLE t", "SELECT 1; SELECT 2", "SELECT $1", "nonsense", "COPY t TO 'x'", ""])
def test_duckdb_takes_one_query_and_nothing_else(query):
    with pytest.raises(EngineError):
        DuckDB(duckdb.connect()).kinds(query)


def test_postgresql_takes_a_query_that_changes_nothing(postgres):
    address = postgres.database()
    postgres.sql(
        "create table t (a int); create function f() returns int language sql as 'insert into t values (1) returning a'", address.split("/")[3].split("?")[0]
    )
    for query in ("select 1) as x; drop table t; select * from (select 1", "select f() as a", "delete from t returning a"):
        with pytest.raises(EngineError):
            Postgres(address).masked(query, Crossing(None, {None: {"a": Keep()}}, ("a",)), MAC)


def test_a_truncated_file_is_no_table(tmp_path):
    file = tmp_path / "table.parquet"
    ROWS.write_parquet(file)
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(EngineError, match="cannot be read"):
        Polars().write(file, CROSS, tmp_path / "out.parquet", MAC)
