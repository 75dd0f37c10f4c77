"""The same crossing lets the same bytes through on every engine."""

import hmac
import traceback
from dataclasses import replace
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from moving import MAC, crossings, edge, right, tables

from comity.gate.crossing import Crossing, CrossingError
from comity.gate.engine import engine as engines
from comity.gate.engine import polars
from comity.gate.engine.duckdb import SPEAKS, DuckDB
from comity.gate.engine.engine import NOBODY, Asked, EngineError, People, split
from comity.gate.engine.polars import Polars
from comity.gate.engine.postgres import Postgres
from comity.gate.form import Band, Drop, Grid, Keep, Pseudonym, Truncate, spoken
from comity.gate.mac import Mac
from comity.gate.vector import trust
from comity.ledger.digests import Digests


@pytest.fixture(scope="session")
def sail(sail_address):
    from pyspark.sql import SparkSession

    from comity.gate.engine.spark import Spark

    session = SparkSession.builder.remote(sail_address).create()
    yield Spark(session)
    session.stop()


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


FORMS = [Keep(), Pseudonym(), Truncate("year"), Truncate("month"), *map(Grid, (1, 3, 10, 10**6, 2**31 - 1)), *map(Band, (1, 3, 10, 10**6, 2**31 - 1))]


@pytest.mark.parametrize("form", FORMS, ids=spoken)
def test_what_crosses_of_the_edges_is_what_the_judge_lets_through(engine, form):
    right(engine, *edge(form))


def test_the_self_test_is_passed(engine):
    trust(engine)


ROWS = pl.DataFrame(
    {"at": ["AA", "AA", "BB", None, "CC", "AA", "AA"], "who": ["p", "p", "q", "p", "r", None, ""], "lat": [1.25, -3.0, float("nan"), 0.0, 9.0, None, 2.0]}
)
CROSS = Crossing(
    "at", {"AA": {"at": Keep(), "who": Pseudonym(), "lat": Grid(10)}, "BB": {"at": Drop(), "who": Keep(), "lat": Drop()}}, ("at", "who", "lat"), ("who",)
)


def digests(purpose, names):
    """What RFC 2104 makes of them."""
    digits = hmac.digest(b"s" * 32, purpose.encode(), "sha256").hex().encode()
    return Digests.joined(hmac.digest(digits, name.encode(), "sha256")[:16] for name in names)


def test_a_profile_counts_whom_the_ledger_would_count(engine):
    asked = Asked("at", "who", "who", ("lat",))
    found, people = engine.profile(engine.of(ROWS), asked), engine.persons(engine.of(ROWS), asked, ["AA", "BB", "CC"], b"s" * 32)
    assert {place: (one.rows, one.unknown, one.extremes["lat"]) for place, one in found.items()} == {
        "AA": (4, 2, (-3.0, 2.0)),
        "BB": (1, 0, (None, None)),
        None: (1, 0, (0.0, 0.0)),
        "CC": (1, 0, (9.0, 9.0)),
    }
    assert {place: one.persons for place, one in people.items()} == {at: digests("person", [who]) for at, who in (("AA", "p"), ("BB", "q"), ("CC", "r"))}
    assert people["AA"].devices == digests("device", ["p"])


@pytest.mark.parametrize("rows", [1, 2, 3, 6, 7, 100])
def test_who_is_told_apart_piece_by_piece_is_the_same(monkeypatch, rows):
    asked, places = Asked("at", "who", "device"), ["AA", "BB", "DD"]
    table = pl.concat([ROWS.with_columns(device=pl.Series([f"m{turn}", None, "", "n", "o", "m", "k"])) for turn in range(3)])
    whole = Polars().persons(table.lazy(), asked, places, b"s" * 32)
    assert len(whole["AA"].devices) == 3
    monkeypatch.setattr(polars, "AT_ONCE", rows)
    assert Polars().persons(table.lazy(), asked, places, b"s" * 32) == whole


@pytest.mark.parametrize("at_once", [1, 2, 5, 100])
def test_digests_read_block_by_block_are_the_same(monkeypatch, at_once):
    names = [f"w{i}" for i in range(7)]
    found = pl.DataFrame({"place": ["AA", "CC", "AA", "AA", "CC", "AA", "AA"], "digest": [MAC.digest(name) for name in names]})
    monkeypatch.setattr(engines, "AT_ONCE", at_once)
    for place, held in zip(["AA", "BB", "CC"], split(found, ["AA", "BB", "CC"]), strict=True):
        assert held == Digests.joined(bytes.fromhex(d)[:16] for d, at in zip(found["digest"], found["place"], strict=True) if at == place)


def test_nobody_is_counted_of_a_row_that_stays_home_because_another_is_not_named(engine):
    rows = ROWS.with_columns(device=pl.Series(["m", None, "", "n", "o", "m", "k"]))
    asked = Asked("at", "who", "device")
    found, people = engine.profile(engine.of(rows), asked), engine.persons(engine.of(rows), asked, ["BB", "AA"], b"s" * 32)
    assert {place: one.unknown for place, one in found.items()} == {"AA": 3, "BB": 1, None: 0, "CC": 0}
    assert people == {"AA": People(digests("person", ["p"]), digests("device", ["m"])), "BB": People(NOBODY)}


def test_all_persons_of_a_table_without_places_are_of_one(engine):
    people = engine.persons(engine.of(ROWS), Asked(None, "who"), [None], b"s" * 32)
    assert people == {None: People(digests("person", ["p", "q", "r"]))}


def test_what_is_written_is_what_crosses(engine, tmp_path):
    out = tmp_path / "out.parquet"
    assert engine.write(engine.of(ROWS), CROSS, out, MAC) == 3
    assert sorted(pl.read_parquet(out).rows(), key=str) == sorted([("AA", MAC.digest("p"), 1.2), ("AA", MAC.digest("p"), -3.0), (None, "q", None)], key=str)


def test_a_table_of_one_place_has_one_count(engine, tmp_path):
    crossing = Crossing(None, {None: {"who": Pseudonym()}}, ("who",))
    assert engine.write(engine.of(ROWS), crossing, tmp_path / "out.parquet", MAC) == len(ROWS)


def test_what_cannot_cross_so_is_refused_before_anything_is_written(engine, tmp_path):
    with pytest.raises(CrossingError, match="which cannot cross as 'pseudonym'"):
        engine.write(engine.of(ROWS), Crossing(None, {None: {"lat": Pseudonym()}}, ("lat",)), tmp_path / "out.parquet", MAC)
    assert not list(tmp_path.iterdir())


def test_some_persons_of_a_place_cross_where_an_engine_can_tell_them_apart(engine, tmp_path):
    """Any other moves nothing, and so does one that was not told by which key."""
    people = Mac.of(b"s" * 32, "person")
    crossing = Crossing("at", {at: {"who": Keep()} for at in ("AA", "BB")}, ("who",), ("who",), {"AA": digests("person", ["q"])}, people)
    rows = pl.DataFrame({"at": ["AA", "AA", "BB", "AA", None], "who": ["p", "q", "p", "q", "q"]})
    file = tmp_path / "out.parquet"
    if not isinstance(engine, Polars):
        with pytest.raises(CrossingError, match="moves a place whole"):
            engine.write(engine.of(rows), crossing, file, MAC)
        with pytest.raises(CrossingError, match="moves a place whole"):
            engine.masked(engine.of(rows), crossing, MAC)
        return
    assert (engine.write(engine.of(rows), crossing, file, MAC), engine.parts(engine.of(rows), crossing)) == (3, {"AA": 2})
    assert pl.read_parquet(file)["who"].to_list() == ["q", "p", "q"]
    with pytest.raises(CrossingError, match="was not given"):
        engine.write(engine.of(rows), replace(crossing, people=None), file, MAC)
    alone = Crossing(None, {None: {"who": Keep()}}, ("who",), ("who",), {None: digests("person", ["p"])}, people)
    assert engine.masked(engine.of(rows), alone, MAC)["who"].to_list() == ["p", "p"]


@pytest.mark.parametrize("query", ["SELECT 1 AS n) --\0", "SELECT 1\0", "DROP TABLE t", "SELECT 1; SELECT 2", "SELECT $1", "nonsense", "COPY t TO 'x'", ""])
def test_duckdb_takes_one_query_and_nothing_else(query):
    with pytest.raises(EngineError):
        DuckDB(duckdb.connect()).kinds(query)


ALIKE = pl.DataFrame({"at": ["AA", "aa", "Áa", "AA"], "who": ["p", "P", "p", "ṕ"], "n": [1, 2, 3, 4]})


def alike_in_duckdb(_):
    """Columns, and a database, that take letters for equal whatever their case and accents."""
    connection = duckdb.connect()
    connection.register("rows", ALIKE)
    connection.execute("set default_collation = 'nocase.noaccent'; create table t (\"at\" text, who text, n bigint); insert into t from rows")
    return DuckDB(connection)


def alike_in_postgresql(request):
    server = request.getfixturevalue("postgres")
    address = server.database()
    values = ", ".join(f"('{at}', '{who}', {n})" for at, who, n in ALIKE.iter_rows())
    server.sql(
        "create collation alike (provider = icu, locale = 'und-u-ks-level1', deterministic = false);"
        f" create table t (at text collate alike, who text collate alike, n bigint); insert into t values {values}",
        address.split("/")[3].split("?")[0],
    )
    return Postgres(address)


@pytest.mark.parametrize("made", [alike_in_duckdb, alike_in_postgresql])
def test_places_and_persons_are_those_whose_bytes_are_equal(request, tmp_path, made):
    engine, crossing = made(request), Crossing("at", {"AA": {"who": Keep(), "n": Keep()}, "aa": {"who": Keep(), "n": Drop()}}, ("who", "n"))
    assert sorted(engine.masked("select * from t", crossing, MAC).rows()) == [("P", None), ("p", 1), ("ṕ", 4)]
    assert engine.write("select * from t", crossing, tmp_path / "out.parquet", MAC) == 3
    asked = Asked("at", "who")
    found, people = engine.profile("select * from t", asked), engine.persons("select * from t", asked, ["AA", "aa", "Áa"], b"s" * 32)
    assert {place: one.rows for place, one in found.items()} == {"AA": 2, "aa": 1, "Áa": 1}
    assert [len(one.persons) for one in people.values()] == [2, 1, 1]


def test_postgresql_takes_a_query_that_changes_nothing(postgres):
    address = postgres.database()
    postgres.sql(
        "create table t (a int); create function f() returns int language sql as 'insert into t values (1) returning a'", address.split("/")[3].split("?")[0]
    )
    for query in (
        "select 1) as x; drop table t; select * from (select 1",
        "select f() as a",
        "delete from t returning a",
        "select a from t) as x -- ",
        "select a from t) as x /*",
        "select a from t) as x\0",
        "select a from t\0",
        "with x as (delete from t returning a) select * from x",
        "select a from t for update",
        "select a, random() from t",
        "select a from t where pg_sleep(9) is not null",
    ):
        with pytest.raises(EngineError):
            Postgres(address).masked(query, Crossing(None, {None: {"a": Keep()}}, ("a",)), MAC)


def test_a_query_cannot_take_away_the_test_of_who_crosses(request):
    """A comment at its end does not reach what comes after it."""
    query = "select 'ZZ' as at, 1 as n -- ;"
    for engine in (DuckDB(duckdb.connect()), Postgres(request.getfixturevalue("postgres").address)):
        assert engine.masked(query, Crossing("at", {"AA": {"n": Keep()}}, ("n",)), MAC).height == 0
        with pytest.raises(EngineError):
            engine.masked("select 'ZZ' as at, 1 as n) as source -- ", Crossing("at", {"AA": {"n": Keep()}}, ("n",)), MAC)


@pytest.mark.parametrize("name", ["v[1].parquet", "v?.parquet", "v*.parquet", "{v1,v2}.parquet", "~/v.parquet", "at=CC/v.parquet"])
def test_a_file_whose_name_is_a_pattern_is_that_file(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for other in ("v.parquet", "v1.parquet", "v2.parquet"):
        ROWS.head(1).write_parquet(tmp_path / other)
    (tmp_path / name).parent.mkdir(exist_ok=True)
    ROWS.write_parquet(tmp_path / name)
    asked = Asked("at", "who")
    assert Polars().profile(Path(name), asked) == Polars().profile(ROWS.lazy(), asked)
    assert Polars().persons(Path(name), asked, ["AA", "CC"], b"s" * 32) == Polars().persons(ROWS.lazy(), asked, ["AA", "CC"], b"s" * 32)
    for engine, source in ((Polars(), Path(name)), (DuckDB(duckdb.connect()), SPEAKS.rows(ROWS))):
        assert engine.write(source, CROSS, Path(f"{name}.out"), MAC) == 3
        assert pl.read_parquet(tmp_path / f"{name}.out", glob=False, hive_partitioning=False).height == 3


def test_an_engine_that_reads_patterns_is_given_none(sail, tmp_path):
    ROWS.write_parquet(tmp_path / "v1.parquet")
    assert sail.file(tmp_path / "v1.parquet").count() == len(ROWS)
    for refused in (sail.file, lambda path: sail.write(sail.of(ROWS), CROSS, path, MAC)):
        with pytest.raises(EngineError, match=r"'\['.* reads as a pattern"):
            refused(tmp_path / "v[1].parquet")


def test_a_truncated_file_is_no_table(tmp_path):
    file = tmp_path / "table.parquet"
    ROWS.write_parquet(file)
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(EngineError, match="cannot be read"):
        Polars().write(file, CROSS, tmp_path / "out.parquet", MAC)


def test_a_fault_of_an_engine_has_no_value_in_it_nor_in_what_it_came_from(request, tmp_path):
    number = "cast(concat('can', 'ary', place) as integer) as n"
    rows = pl.LazyFrame({"place": ["-one"]}).select(n=("canary" + pl.col("place")).cast(pl.Int64))
    told = []
    for engine, source in (
        (Polars(), rows),
        (DuckDB(duckdb.connect()), f"select {number} from (values ('-one')) as t(place)"),
        (Postgres(request.getfixturevalue("postgres").address), f"select {number} from (values ('-one')) as t(place)"),
    ):
        with pytest.raises(EngineError) as profiled:
            engine.profile(source, Asked(None, "n"))
        with pytest.raises(EngineError) as gathered:
            engine.persons(source, Asked(None, "n"), [None], b"s" * 32)
        with pytest.raises(EngineError) as written:
            engine.write(source, Crossing(None, {None: {"n": Keep()}}, ("n",)), tmp_path / "out.parquet", MAC)
        told += ["".join(traceback.format_exception(one.value)) for one in (profiled, gathered, written)]
    assert not any("canary" in one for one in told)


@pytest.mark.parametrize("name", ["*", "^lat$", "^who|lat$", "^.*$"])
def test_a_name_that_is_a_pattern_is_the_name_of_one_column(engine, name):
    rows = ROWS.with_columns(pl.Series(name, ["u", "v", "w", "x", "y", "z", None]), pl.Series("n" + name, [5.0] * 7))
    for place, known in ((name, ()), ("at", (name,))):
        where = {"at": "AA", name: "u"}[place]
        found = engine.masked(engine.of(rows), Crossing(place, {where: {name: Keep()}}, (name,), known), MAC)
        assert sorted(found.rows()) == [("u",)] if place == name else [("u",), ("v",), ("z",)]
    asked, places = Asked(name, name, extremes=("n" + name,)), ["u", "z"]
    found = engine.profile(engine.of(rows), asked)
    assert {place: (one.unknown, one.extremes) for place, one in found.items()} == {place: (place is None, {"n" + name: (5.0, 5.0)}) for place in rows[name]}
    assert engine.persons(engine.of(rows), asked, places, b"s" * 32) == {place: People(digests("person", [place])) for place in places}
    extremes = engine.profile(engine.of(ROWS.rename({"lat": name})), Asked(None, "who", extremes=(name,)))[None].extremes
    assert extremes == {name: (-3.0, 9.0)}
