"""What is wrong with a world, a table or an address is said in a line or two, all of it at once; nothing is half written, and nobody is counted."""

import json
from pathlib import Path

import duckdb
import polars as pl
import pytest
from canary import ROWS, found
from shop import RULEBOOK, SCHEMA, WORLD

from comity.cli.main import main
from comity.edge.home import Home


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("xx.act").mkdir()
    Path("xx.act/rulebook.yaml").write_text(RULEBOOK.replace("XA", "QM").replace("XB", "QN"), encoding="utf-8")
    Path("world.yaml").write_text(WORLD.replace("XA", "QM").replace("XB", "QN"), encoding="utf-8")
    pl.DataFrame(ROWS, schema=SCHEMA, orient="row").write_parquet("in.parquet")
    assert main(["ledger", "begin", "comity-ledger", "--rulebooks", "xx.act"]) == 0
    return tmp_path


@pytest.fixture
def held(capfd):
    """Asks for a transfer that is bad input, and gives what was said."""

    def asked(source="in.parquet", destination="out.parquet", *more, code=2, appears=()):
        before = {file: file.read_bytes() for file in Path().rglob("*") if file.is_file()}
        capfd.readouterr()
        assert main(["gate", source, destination, "--movement", "sending", "--world", "world.yaml", "--rulebooks", "xx.act", *more]) == code
        told = capfd.readouterr()
        after = {file: file.read_bytes() for file in Path().rglob("*") if file.is_file() and "log.sqlite" not in file.name and file.name not in appears}
        assert after == {file: data for file, data in before.items() if "log.sqlite" not in file.name}
        assert "Traceback" not in told.err + told.out
        assert found((told.err + told.out).encode()) == []
        with Home(Path("comity-ledger")).open() as ledger:
            assert ledger.check().pending == 0
            assert {ledger.entry(index)["kind"] for index in range(ledger.size)} <= {
                "key",
                "adopt",
                "reserve",
                "cancel",
                "refuse",
                *(["commit"] if appears else []),
            }
        return told.err + told.out

    return asked


def world(*changes):
    text = Path("world.yaml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    Path("world.yaml").write_text(text, encoding="utf-8")


def test_every_mistake_of_a_table_is_told_at_once_each_where_it_stands(held):
    world(
        ("    confirmed: {by: a tester, on: 2026-11-01}\n", ""),
        ("ip: {field: ip, forms", "ip: {field: ipp, forms"),
        ("    place: {column", "    activities: {QM: sellin}\n    place: {column"),
        ("forms: [year]", "forms: [yaer]"),
        ("person: who", "person: whoo"),
    )
    told = held().splitlines()
    assert len(told) == 5
    assert all(line.startswith("world.yaml:") for line in told)
    for words in (
        "nobody has confirmed this table",
        "no field 'ipp' (did you mean 'ip'?)",
        "there is no activity 'sellin' (did you mean 'selling'?)",
        "'yaer'",
        "no column 'whoo' (did you mean 'who'?)",
    ):
        assert sum(words in line for line in told) == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("    asset: customers\n    confirmed", "    asset: customer\n    confirmed"), "no one table is said to hold the asset that 'sending' moves"),
        (("  sending:\n", "  sending:\n    parts: [{event: view}, {event: send}]\n"), "'sending' has parts"),
        (("place: {column: country, codes", "place: {column: country, is: QM, codes"), "by a column or by one place, not by both"),
        (("who: {field: who, forms", "who: {field: none, forms"), "the column 'who' says who, so it is about somebody"),
        (("Deland: XD", "Deland: x d"), "'x d' is not the code of a place"),
        (
            ("forms: [keep, pseudonym as general, drop]", "forms: [keep, pseudonym as generel, drop]"),
            "there is no kind of field 'generel' (did you mean 'general'?)",
        ),
    ],
)
def test_a_mistake_in_the_world(held, change, words):
    world(change)
    assert words in held()


@pytest.mark.parametrize("column", ["who", "country", "email", "born"])
def test_a_column_that_is_missing(held, column):
    pl.read_parquet("in.parquet").drop(column).write_parquet("in.parquet")
    assert f"there is no column '{column}'" in held()


def test_a_column_of_another_kind_than_its_form_takes(held):
    pl.read_parquet("in.parquet").with_columns(born=pl.lit("1971-03-14")).write_parquet("in.parquet")
    assert "column 'born' holds text, which cannot cross as 'year'" in held()


def test_a_column_of_lists_does_not_say_who(held):
    pl.read_parquet("in.parquet").with_columns(who=pl.concat_list("who")).write_parquet("in.parquet")
    assert "column 'who'" in held()


@pytest.mark.parametrize("kind", ["parquet", "arrow", "duckdb"])
def test_a_file_that_is_cut_anywhere(held, kind):
    frame = pl.read_parquet("in.parquet")
    if kind == "arrow":
        frame.write_ipc("in.arrow")
    elif kind == "duckdb":
        with duckdb.connect("in.duckdb") as database:
            database.execute("create table t as from 'in.parquet'")
    file = Path(f"in.{kind}")
    whole = file.read_bytes()
    for cut in (0, 12, len(whole) // 2, len(whole) - 9):
        file.write_bytes(whole[:cut])
        assert f"in.{kind}" in held(f"in.{kind}#t" if kind == "duckdb" else str(file))


def test_a_csv_file_with_uneven_rows(held):
    pl.read_parquet("in.parquet").write_csv("in.csv")
    with Path("in.csv").open("a", encoding="utf-8") as file:
        file.write("canary-person-one,Aland\n")
    assert "in.csv:8:1: 2 values in a row, where there are 6 columns" in held("in.csv")


def test_a_csv_file_in_no_encoding(held):
    pl.read_parquet("in.parquet").write_csv("in.csv")
    Path("in.csv").write_bytes(Path("in.csv").read_bytes().replace(b"canary-illness-one", b"canary-illness-one\xff\xfe"))
    held("in.csv")


def test_a_csv_file_whose_values_are_of_two_kinds(held):
    pl.read_parquet("in.parquet").with_columns(pl.col("born").cast(pl.String).replace("1971-03-14", "canary-illness-one")).write_csv("in.csv")
    born = pl.Series(["1971-03-14", "1971-03-14", "canary-illness-one", *["1971-03-14"] * 3])
    pl.read_csv("in.csv", infer_schema=False).with_columns(born.alias("born")).write_csv("in.csv")
    assert "in.csv:4:6: column 'born' holds text, which cannot cross as 'year'" in held("in.csv")


QUERIES = {
    "select who, country, email, ip, health, cast(who as date) as born from t": "a value does not fit",
    "select cast(email as int) as who, country, email, ip, health, born from t": "a value does not fit",
    "select * from t; drop table t": "",
    "with x as (insert into t select * from t returning *) select * from x": "",
    "copy t to 'stolen.csv'": "",
    "select *, nextval('n') as n from t": "the query calls nextval, which may do more than read",
    "select *, pg_sleep(9) as n from t": "the query calls pg_sleep, which may do more than read",
    "select * from t) as r -- ": "syntax error",
}


def test_a_query_that_fails_or_does_more_than_read_a_file_says_no_value(held):
    with duckdb.connect("in.duckdb") as database:
        database.execute("create table t as from 'in.parquet'; create sequence n")
    more = {
        "select who, country, email, ip, error(who) as health, born from t": "the query calls error",
        "select * from read_csv('in.parquet')": "",
        "select content as who from read_text('world.yaml')": "",
        "select *, getenv('HOME') as home from t": "getenv",
        "attach 'other.duckdb'": "a query is one SELECT, and nothing else",
        "select '\0'": "U+0000",
        "select '\udcff'": "U+DCFF",
        "select * from nothing": "nothing",
        "selec": "",
    }
    for query, words in {**QUERIES, **more}.items():
        told = held("in.duckdb", "out.parquet", "--query", query)
        assert told.startswith("in.duckdb:1:1: ")
        assert words in told


def test_a_query_that_fails_or_does_more_than_read_a_server_says_no_value(held, postgres):
    address = postgres.database()
    database = address.split("/")[3].split("?")[0]
    rows = ", ".join(str(tuple("" if value is None else str(value) for value in row)) for row in ROWS)
    postgres.sql(
        f"create table t (who text, country text, email text, ip text, health text, born text); insert into t values {rows}; create sequence n;"
        " create function told(a text) returns text language plpgsql as $$ begin insert into t (who) values (a); return a; end $$;"
        " create function steady(a text) returns text stable language plpgsql as $$ begin raise 'no %', a; end $$",
        database,
    )
    more = {
        "select told(who) as who, country, email, ip, health, born from t": "the query calls told",
        "select steady(who) as who, country, email, ip, health, born from t": "a value does not fit",
        "select *, pg_read_file('/etc/hostname') as x from t": "the query calls pg_read_file",
        "select *, set_config('transaction_read_only', 'off', false) as x from t": "the query calls set_config",
        "select * from t for update": "a query is one SELECT",
        "explain select 1": "a query is one SELECT",
    }
    for query, words in {**QUERIES, **more}.items():
        told = held(address, "out.parquet", "--query", query)
        assert told.startswith("postgresql:///")
        assert words in told
    assert postgres.sql("select count(*), (select last_value from n) from t", database) == "6|1"


def test_a_hostile_name_of_a_column_is_a_name(capfd):
    """Each is listed, quoted and moved like any other; nothing is done with it."""
    names = [
        'who"; drop table t; --',
        "a'b",
        "../x",
        "\u202egpj",
        "{}",
        "${HOME}",
        "a\tb",
        "None",
        "%s",
        "place",
        "digest",
        "rows",
        "least 0",
        "^ip",
        "^e.*$",
        "*",
    ]
    listed = "\n".join(f"      {json.dumps(name)}: {{field: none}}" for name in names)
    world(("      ip: {field: ip, forms: [keep, drop]}", listed))
    pl.read_parquet("in.parquet").drop("ip").with_columns(pl.lit(f"kept {name}").alias(name) for name in names).write_parquet("in.parquet")
    code = main(["gate", "in.parquet", "out.parquet", "--movement", "sending", "--world", "world.yaml", "--rulebooks", "xx.act"])
    assert code == 0, capfd.readouterr()
    crossed = pl.read_parquet("out.parquet")
    assert {name: crossed[name].to_list() for name in names} == {name: [f"kept {name}"] * 2 for name in names}


@pytest.mark.parametrize("named", ["sending.cell.0"])
def test_a_world_that_bears_the_gates_own_names_is_no_other(named):
    world(("  elsewhere: {place: XD, role: customer}", f"  elsewhere: {{place: XD, role: customer}}\n  {named}: {{place: XC, role: child}}"))
    assert main(["gate", "in.parquet", "out.parquet", "--movement", "sending", "--world", "world.yaml", "--rulebooks", "xx.act"]) == 0
    assert pl.read_parquet("out.parquet").height == 2


def test_a_destination_that_cannot_be(held, postgres):
    Path("there").mkdir()
    Path("link.parquet").symlink_to("nowhere")
    for file in ("in.csv", "in.arrow"):
        Path(file).write_text("another's")
    with duckdb.connect("in.duckdb") as database:
        database.execute("create table t as select 1 as a")
    address = postgres.database()
    postgres.sql("create table t (a int)", address.split("/")[3].split("?")[0])
    taken = ["in.parquet", "in.csv", "in.arrow", "link.parquet", "in.duckdb#t", f"{address}#t"]
    for destination in taken:
        assert "there is something already" in held("in.parquet", destination)
    nowhere = ["there", "no/out.parquet", "out.xlsx", "out", "s3:///", "postgresql://nobody@"]
    hostile = ["out\n.parquet", "out\0.parquet", f"{'x' * 300}.parquet", "out.duckdb#a\n", f"{address}#{'é' * 32}", f'{address}#"a']
    hostile += ["out\udcff.parquet", "out\udcff.duckdb#t"]  # bytes that are not UTF-8
    for destination in (*nowhere, *hostile):
        assert held("in.parquet", destination)
    assert postgres.sql("select count(*) from t", address.split("/")[3].split("?")[0]) == "0"


@pytest.mark.parametrize("changed", ["source", "destination"])
def test_what_changes_while_a_run_writes(held, monkeypatch, changed):
    """A source that is written anew, and a destination that somebody else puts there, between the first row and the last."""
    sinking, kept = pl.LazyFrame.sink_parquet, Path("in.parquet").read_bytes()

    def meanwhile(self, *asked, **more):
        Path("in.parquet" if changed == "source" else "out.parquet").write_bytes(kept)
        return sinking(self, *asked, **more)

    monkeypatch.setattr(pl.LazyFrame, "sink_parquet", meanwhile)
    told = held(appears=["out.parquet"] if changed == "destination" else [])
    assert not Path("out.parquet").exists() or Path("out.parquet").read_bytes() == kept
    assert ("in.parquet:1:1: changed while it was read" if changed == "source" else "out.parquet:1:1: there is something by now") in told


def test_no_movement_is_named(capfd):
    with pytest.raises(SystemExit) as ended:
        main(["gate", "in.parquet", "out.parquet", "--world", "world.yaml"])
    assert ended.value.code == 2
    assert "--movement" in capfd.readouterr().err
    assert not Path("out.parquet").exists()


def test_a_name_that_is_a_pattern_is_the_name_of_one_file(tmp_path, monkeypatch):
    """What was opened is what is profiled and moved, whatever lies beside it; and what is written lies where it was said."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for folder in ("home", "~"):
        Path(folder).mkdir()
        for other in ("v1.parquet", "v[1].parquet"):
            pl.DataFrame([("another", "Aland", "canary", "i", "h", None)] * 9, schema=SCHEMA, orient="row").write_parquet(f"{tmp_path}/{folder}/{other}")
    (tmp_path / "~" / "v[1].parquet").write_bytes(Path("in.parquet").read_bytes())
    assert main(["gate", "~/v[1].parquet", "~/out[1].parquet", "--movement", "sending", "--world", "world.yaml", "--rulebooks", "xx.act"]) == 0
    crossed = pl.read_parquet(tmp_path / "~" / "out[1].parquet", glob=False)
    assert sorted(crossed["email"]) == ["may-cross-too@example.org", "may-cross@example.org"]
