"""Tables as the gate reads them: the same rows from whatever they are kept in, and an error that says where if they cannot be read to their end."""

import datetime as dt
import os
import re
import subprocess
import sys
import traceback

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import csv, ipc, parquet

from comity.gate.destination import into
from comity.gate.duck import faults as in_duckdb
from comity.gate.files import reading
from comity.gate.source import opened
from comity.gate.statement import quoted
from comity.text.source import SourceError

DAY = dt.date(2024, 2, 29)
AT = dt.datetime(2026, 11, 26, 10, 0, tzinfo=dt.UTC)
TABLE = pa.table(
    {
        "who": pa.array([1, 2, 2, None], pa.int64()),
        "name": ["Ada", 'Zoë, "Z"', "", None],
        "country": ["NO", "NA", None, "FR"],
        "lat": [52.25, -0.05, 1e-300, None],
        "born": pa.array([DAY, None, DAY, DAY], pa.date32()),
        "seen": pa.array([AT, AT, None, AT], pa.timestamp("us", "UTC")),
        "adult": [True, False, None, True],
    }
)
KINDS = ["parquet", "csv", "csv.gz", "tsv", "arrow", "feather", "duckdb", "folder", "postgresql", "s3"]


@pytest.fixture(scope="module")
def clinic(request):
    """A PostgreSQL database with the table, to which tests may add others. A new database for each would be three hundred files for each."""
    import adbc_driver_postgresql.dbapi

    uri = request.getfixturevalue("postgres").database()
    with adbc_driver_postgresql.dbapi.connect(uri) as connection, connection.cursor() as cursor:
        cursor.adbc_ingest("visits", TABLE)
        connection.commit()
    return uri


def sql(request, uri, statements):
    """What psql says."""
    return request.getfixturevalue("postgres").sql(statements, uri.partition("///")[2].partition("?")[0])


def kept(kind, folder, request):
    """The table, kept in some way, and its address."""
    file = folder / f"visits.{kind}"
    if kind == "parquet":
        parquet.write_table(TABLE, file, row_group_size=3)
    elif kind in ("csv", "csv.gz", "tsv"):
        with pa.CompressedOutputStream(str(file), "gzip") if kind == "csv.gz" else pa.OSFile(str(file), "wb") as sink:
            csv.write_csv(TABLE, sink, csv.WriteOptions(delimiter="\t" if kind == "tsv" else ","))
    elif kind in ("arrow", "feather"):
        with ipc.new_file(file, TABLE.schema) as writer:
            writer.write_table(TABLE)
    elif kind == "duckdb":
        with duckdb.connect(str(file)) as connection:
            connection.register("t", TABLE)
            connection.execute("create table visits as from t")
        return f"{file}#visits"
    elif kind == "folder":
        (folder / "visits" / "more").mkdir(parents=True)
        parquet.write_table(TABLE.slice(0, 1), folder / "visits" / "1.parquet")
        parquet.write_table(TABLE.slice(1), folder / "visits" / "more" / "2.parquet")
        (folder / "visits" / "_temporary.parquet").write_text("left behind by another engine")
        return str(folder / "visits")
    elif kind == "postgresql":
        return f"{request.getfixturevalue('clinic')}#visits"
    elif kind == "s3":
        store = request.getfixturevalue("objects")
        path = f"{store.bucket()}/deep/visits.parquet"
        parquet.write_table(TABLE, path, filesystem=store.files)
        return store.address(path)
    return str(file)


def read(source, columns=None):
    return pa.Table.from_batches(source.batches(columns), pa.schema([source.schema.field(c) for c in columns or source.schema.names]))


def fault(address, query=""):
    """What is said, when it is said at the latest: as the table is read to its end."""
    with pytest.raises(SourceError) as raised:
        list(opened(address, query).batches())
    return str(raised.value)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_rows_come_from_every_kind_of_table(kind, tmp_path, request):
    source = opened(kept(kind, tmp_path, request))
    assert source.schema == TABLE.schema
    assert source.rows == (None if kind in ("arrow", "feather") else 4)
    assert read(source).equals(TABLE)
    assert read(source).equals(TABLE)  # a second time: to profile, then to move
    assert read(source, ["born", "who"]).equals(TABLE.select(["born", "who"]))
    source.check()


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_that_changed_is_noticed_even_with_the_same_size(kind, tmp_path, request):
    address = kept(kind, tmp_path, request)
    source = opened(address)
    assert opened(address).fingerprint == source.fingerprint
    begun = source.batches()
    next(begun)
    if kind == "duckdb":
        del source, begun  # it holds the database, so that nobody else writes meanwhile
        before = opened(address).fingerprint
        with duckdb.connect(address.partition("#")[0]) as connection:
            connection.execute("update visits set who = 7 where who = 1")
        assert opened(address).fingerprint != before
        return
    if kind == "postgresql":
        sql(request, address, "update visits set name = name where who is null")
        list(begun)  # what was begun is read to its end in the snapshot in which it began
        begun = source.batches()
    elif kind == "s3":
        store = request.getfixturevalue("objects")
        parquet.write_table(TABLE.slice(1), address.partition("@")[2].partition("?")[0], filesystem=store.files)
    else:
        file = next((tmp_path / "visits" / "more").iterdir()) if kind == "folder" else tmp_path / f"visits.{kind}"
        was = file.stat()
        file.write_bytes(file.read_bytes())
        os.utime(file, ns=(was.st_atime_ns, was.st_mtime_ns))  # even with the clock put back
    with pytest.raises(SourceError, match="changed while it was read"):
        list(begun)
    with pytest.raises(SourceError, match="changed while it was read"):
        source.check()


def test_folders_named_after_a_column_are_a_column(tmp_path):
    for place, name in (("FR", "country=FR"), (None, "country=__HIVE_DEFAULT_PARTITION__"), ("a/b", "country=a%2Fb")):
        (tmp_path / name).mkdir()
        parquet.write_table(pa.table({"who": [place or "nobody"]}), tmp_path / name / "part-0.parquet")
    source = opened(f"{tmp_path}/")
    assert {(row["who"], row["country"]) for row in read(source).to_pylist()} == {("FR", "FR"), ("a/b", "a/b"), ("nobody", None)}
    assert read(source, ["country"]).num_rows == 3


@pytest.mark.parametrize("path", ["name=x/a.parquet", "place=a/place=b/a.parquet"])
def test_a_column_that_is_said_twice_is_refused(tmp_path, path):
    (tmp_path / path).parent.mkdir(parents=True)
    parquet.write_table(TABLE, tmp_path / path)
    assert re.search("two columns are called 'name'|two of the folders .* after one column", fault(f"{tmp_path}/"))


def test_a_query_is_a_source(tmp_path, request):
    for kind in ("duckdb", "postgresql"):
        address = kept(kind, tmp_path, request).partition("#")[0]
        source = opened(address, "select who * 2 as twice, name from visits where who = 2 -- two rows;")
        assert read(source).to_pydict() == {"twice": [4, 4], "name": ['Zoë, "Z"', ""]}


# -- text ----------------------------------------------------------------------------------------------------------------


def test_text_keeps_what_a_guess_would_lose(tmp_path):
    (tmp_path / "a.csv").write_text('zip,country,account,day,flag,count\n007,NA,12345678901234567890,2026-02-30,yes,1\n12,NO,1,2026-01-01,no,\n,"",,,,-3\n')
    source = opened(str(tmp_path / "a.csv"))
    assert read(source).to_pydict() == {
        "zip": ["007", "12", None],
        "country": ["NA", "NO", ""],
        "account": ["12345678901234567890", "1", None],
        "day": ["2026-02-30", "2026-01-01", None],
        "flag": ["yes", "no", None],
        "count": [1, None, -3],
    }


def test_a_column_of_several_kinds_is_text_and_says_where_the_second_kind_stands(tmp_path):
    rows = [f"{n},{n}.5,{'x' * 99}{n}" for n in range(60_000)]  # more than are read at once
    rows[50_000] = "50000,n/a,17"
    (tmp_path / "a.csv").write_text("\n".join(["who,lat,name", *rows]) + "\n")
    source = opened(str(tmp_path / "a.csv"))
    assert source.schema == pa.schema({"who": pa.int64(), "lat": pa.string(), "name": pa.string()})
    assert {name: str(place) for name, place in source.mixed.items()} == {"lat": f"{tmp_path}/a.csv:50002:2"}
    assert read(source, ["lat"])["lat"][49_999:50_002].to_pylist() == ["49999.5", "n/a", "50001.5"]


@given(st.lists(st.one_of(st.none(), st.integers(), st.floats(allow_nan=False).map(str), st.dates().map(str), st.text('0aé,"\n- ', max_size=5)), min_size=1))
def test_any_column_of_text_is_read_as_it_was_written_or_as_the_values_it_writes(tmp_path_factory, cells):
    file = tmp_path_factory.mktemp("csv") / "a.csv"
    words = [None if cell is None else str(cell) for cell in cells]
    csv.write_csv(pa.table({"n": [0] * len(words), "a": pa.array(words, pa.string())}), str(file))
    column = read(opened(str(file)))["a"]
    if pa.types.is_string(column.type):
        assert column.to_pylist() == words
    elif pa.types.is_floating(column.type):
        assert column.to_pylist() == [None if w is None else float(w) for w in words]
    else:
        assert column.cast(pa.string()).to_pylist() == words


def test_every_uneven_row_is_named_by_its_line(tmp_path):
    (tmp_path / "a.csv").write_text("a,b\n1,2\n1,2,secret\n3\n4,5\n")
    assert fault(str(tmp_path / "a.csv")).splitlines() == [
        f"{tmp_path}/a.csv:3:1: 3 values in a row, where there are 2 columns",
        f"{tmp_path}/a.csv:4:1: 1 values in a row, where there are 2 columns",
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty CSV file"),
        (b"a,a\n1,2\n", ":1:2: two columns are called 'a'"),
        (b"a,\n1,2\n", ":1:2: a column has no name"),
        (b"a;b\n1;2\n", "separated by semicolons"),
        (b"a,b\n\xff,1\n", "UTF8"),
    ],
)
def test_text_that_is_no_table(tmp_path, content, message):
    (tmp_path / "a.csv").write_bytes(content)
    assert message in fault(str(tmp_path / "a.csv"))


# -- bad input -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["parquet", "csv", "arrow", "duckdb#visits", "folder"])
def test_what_is_not_there_is_said(tmp_path, kind):
    assert "there is no such file" in fault(f"{tmp_path}/none.{kind}" if kind != "folder" else f"{tmp_path}/none/")


@pytest.mark.parametrize("kind", ["parquet", "arrow", "duckdb"])
def test_a_file_cut_anywhere_or_with_noise_in_it_is_an_error_or_whole(tmp_path, request, kind):
    address = kept(kind, tmp_path, request)
    file = tmp_path / f"visits.{kind}"
    whole = file.read_bytes()
    for cut in range(0, len(whole), max(1, len(whole) // 20)):
        file.write_bytes(whole[:cut])
        assert f"{tmp_path}/visits.{kind}" in fault(address)
    if kind == "parquet":  # its pages have checksums
        parquet.write_table(TABLE, file, write_page_checksum=True)
        whole = file.read_bytes()
        at = whole.index("Zoë".encode())
        file.write_bytes(whole[:at] + b"zoe" + whole[at + 3 :])
        assert "can be read" in fault(address)


@pytest.mark.parametrize("name", ['"; drop table visits; --', "' or 1=1", "visits) to program 'true' --", "a.b", "\u202evisits", "%s$1{}", "x" * 63])
@pytest.mark.parametrize("kind", ["duckdb", "postgresql"])
def test_a_hostile_name_is_a_name(tmp_path, request, kind, name):
    address = kept(kind, tmp_path, request).partition("#")[0]
    make = f"create table {quoted(name)} ({quoted(name)} int); insert into {quoted(name)} values (7)"
    if kind == "duckdb":
        with duckdb.connect(address) as connection:
            connection.execute(make)
    else:
        sql(request, address, make)
    assert read(opened(f"{address}#{quoted(name)}")).to_pydict() == {name: [7]}
    assert read(opened(f"{address}#visits")).num_rows == 4
    assert "there is no table" in fault(f"{address}#{quoted(name + '!')}")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no address"),
        ("a\0.csv", "no address"),
        ("visits.xls", "'.xls' is no kind of table"),
        ("visits.parqet", "did you mean '.parquet'?"),
        ("gopher://x/visits.csv", "no address"),
        ("a.duckdb", "which table"),
        ("a.duckdb#", "which table"),
        ("a.duckdb#a..b", "no name of a table"),
        ('a.duckdb#"a', "no name of a table"),
        ("a.duckdb#a.b.c", "more than a schema and a table"),
        ("postgresql:///x?host=nowhere/at/all#t", "cannot be read"),
    ],
)
def test_an_address_that_leads_nowhere(text, message):
    assert message in fault(text)


def test_no_error_and_no_name_repeats_a_password():
    for address in (
        "postgresql://me:hunter2@127.0.0.1:1/x#t",
        "postgresql:///x?host=nowhere/x&password=hunter2#t",
        "postgresql:///x?host=nowhere/x&sslpassword=hunter2#t",
        "postgresql:///x?passwrd=hunter2#t",
        "postgresql://me:%hunter2@127.0.0.1:1/x#t",
        "postgresql://me:1/hunter2@127.0.0.1:1/x#t",
        "postgresql://me:1#hunter2@127.0.0.1:1/x#t",
        "postgresql://me:1?hunter2@127.0.0.1:1/x#t",
        "postgresql://me:1@hunter2@127.0.0.1:1/x#t",
        "postgresql://me:hunter2@[127.0.0.1:1/x#t",
        "s3://me:hunter2@b/a.xls?region=us-east-1&endpoint_override=127.0.0.1:1",
        "s3://me:x/hunter2@b/a.parquet",
        "s3://me:hunter2%@b/a.parquet",
        "gopher://me:hunter2@b/a.parquet",
    ):
        for open_ in (opened, into):
            with pytest.raises(SourceError) as raised:
                open_(address)
            assert "hunter2" not in "".join(traceback.format_exception(raised.value)), address


def test_no_error_quotes_a_value(clinic, request):
    sql(
        request,
        clinic,
        "create function told(a text) returns text stable language plpgsql as $$ begin raise 'no %', a using errcode = 'ZZ001'; end $$;"
        " create table secrets (a text, n numeric(5, 1)); insert into secrets values ('canary', 'NaN')",
    )
    with duckdb.connect() as connection, pytest.raises(SourceError) as raised, in_duckdb("it", "cannot be read"):
        connection.execute("select cast('can' || 'ary' as int)")
    told = [raised.value]
    for query in ("select told(a) from secrets", "select cast(a as int) from secrets", "select n from secrets"):
        with pytest.raises(SourceError) as raised:
            list(opened(clinic, query).batches())
        told.append(raised.value)
    options = csv.ConvertOptions(column_types={"a": pa.int64()})
    for text in (b"a,b\ncanary,1\n", b"a,b\n1\n2,3,canary\n"):
        with pytest.raises(SourceError) as raised, reading("a.csv", "CSV file"):
            csv.read_csv(pa.BufferReader(text), convert_options=options)
        told.append(raised.value)
    for one in told:
        assert not re.search("canary|NaN", "".join(traceback.format_exception(one)))


@pytest.mark.parametrize(
    "query",
    [
        "delete from visits",
        "select 1; drop table visits",
        "with gone as (delete from visits returning *) select * from gone",
        "create table more as select 1",
        "copy (select 1) to '{outside}'",
        "select 1) to program 'touch {outside}' --",
        "select * into more from visits",
        "select * from '{outside}.csv'",
        "select * from read_csv('{outside}.csv')",
        "select * from read_text('{outside}.csv')",
        "select pg_read_file('{outside}.csv')",
        "select lo_export(1, '{outside}')",
        "select * from glob('{outside}.csv')",
        "select getenv('HOME')",
        "select nextval('numbers')",
        "select setval('numbers', 7)",
        "select who, random() from visits",
        "select pg_sleep(9)",
        "select sleep_ms(9)",
        "select set_config('transaction_read_only', 'off', false)",
        "select * from visits for update",
        "insert into visits (who) values (7) returning who",
        "select 1) r -- ",
        "select 1 /*",
        "attach '{outside}'",
        "set memory_limit = '1GB'",
        "selec",
        "",
        ";",
        "select a from nowhere",
    ],
)
@pytest.mark.parametrize("kind", ["duckdb", "postgresql"])
def test_a_query_can_do_nothing_but_read_the_database(tmp_path, request, kind, query):
    address = kept(kind, tmp_path, request).partition("#")[0]
    if kind == "duckdb":
        with duckdb.connect(address) as connection:
            connection.execute("create sequence numbers")
    else:
        sql(request, address, "create sequence if not exists numbers")
    (tmp_path / "outside.csv").write_text("a\n1\n")
    fault(address, query.format(outside=tmp_path / "outside"))
    assert not (tmp_path / "outside").exists()
    assert read(opened(f"{address}#visits")).num_rows == 4


def test_a_query_needs_a_database(tmp_path, request):
    assert "a query needs a database" in fault(kept("parquet", tmp_path, request), "select 1")
    assert "there is a query too" in fault(kept("duckdb", tmp_path, request), "select 1")


def test_files_of_a_folder_that_differ_are_each_named(tmp_path):
    for number, columns in enumerate(({"a": [1]}, {"a": ["x"]}, {"b": [1]}), 1):
        parquet.write_table(pa.table(columns), tmp_path / f"{number}.parquet")
    assert [line.split(": ", 2)[2] for line in fault(f"{tmp_path}/").splitlines()] == ["'a' holds string, not int64", "'a' is missing"]


def test_rows_of_a_server_come_in_the_order_in_which_they_lie(clinic):
    source = opened(clinic, "select current_setting('synchronize_seqscans') as a, current_setting('max_parallel_workers_per_gather') as b")
    assert [batch.to_pydict() for batch in source.batches()] == [{"a": ["off"], "b": ["0"]}]


# -- PostgreSQL's own kinds ----------------------------------------------------------------------------------------------


def test_kinds_that_arrow_does_not_know_are_the_text_that_sql_shows(clinic, request):
    sql(
        request,
        clinic,
        "create type mood as enum ('calm'); create table t (a numeric(10, 2), b numeric, c uuid, d jsonb, e inet, f mood, g char(3), h numeric(50, 2));"
        " insert into t values (1.10, 1e20, '00000000-0000-0000-0000-00000000000a', '{\"a\": 1}', '10.0.0.1', 'calm', 'x', 2); insert into t (a) values (null)",
    )
    source = opened(f"{clinic}#t")
    assert source.schema.field("a").type == pa.decimal128(10, 2)
    found = [str(value) for value in read(source).slice(0, 1).to_pylist()[0].values()]
    assert found == ["1.10", "100000000000000000000", "00000000-0000-0000-0000-00000000000a", '{"a": 1}', "10.0.0.1/32", "calm", "x  ", "2.00"]


@pytest.mark.parametrize(("kind", "value"), [("date", "infinity"), ("timestamp", "-infinity"), ("timestamptz", "infinity"), ("numeric(5, 1)", "NaN")])
def test_infinity_is_a_fault_and_not_some_day_long_ago(clinic, request, kind, value):
    name = quoted(f"{kind} of {value}")
    sql(request, clinic, f"create table {name} (a {kind}); insert into {name} values (null), ('{value}')")
    assert ("cannot be read" if kind == "numeric(5, 1)" else "column 'a' holds infinity, which is no day") in fault(f"{clinic}#{name}")


# -- memory --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["parquet", "csv", pytest.param("arrow", marks=pytest.mark.slow), pytest.param("duckdb", marks=pytest.mark.slow)])
def test_a_table_much_larger_than_what_is_held_of_it(tmp_path, kind):
    file = tmp_path / f"a.{kind}"
    make = "select range as n, repeat(md5(range::text), 4) as words from range(400000) order by hash(range)"
    with duckdb.connect(str(file) if kind == "duckdb" else ":memory:") as connection:
        if kind == "duckdb":
            connection.execute(f"create table t as {make}")
        elif kind == "arrow":
            with ipc.new_file(file, connection.sql(make).limit(0).to_arrow_table().schema) as writer:
                for batch in connection.sql(make).to_arrow_reader(50_000):
                    writer.write_batch(batch)
        else:
            connection.execute(f"copy ({make}) to '{file}'")
    program = (
        "import resource, sys; from comity.gate.source import opened\n"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "import pyarrow.csv, pyarrow.parquet, pyarrow.dataset\n"
        "before = peak(); rows = sum(b.num_rows for b in opened(sys.argv[1]).batches()); print(rows, peak() - before)"
    )
    done = subprocess.run([sys.executable, "-c", program, f"{file}#t" if kind == "duckdb" else str(file)], capture_output=True, text=True, check=True)
    rows, kilobytes = map(int, done.stdout.split())
    assert rows == 400_000
    assert kilobytes < 45_000, f"{kilobytes} kB"
