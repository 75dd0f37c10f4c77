"""An engine by its address moves what Polars moves, under the same manifest; what it would read in another way it does not read."""

import socket

import polars as pl
import pytest
from needs import needed
from shop import LINE, SCHEMA, Shop

from comity.gate.engine import named
from comity.gate.engine.engine import EngineError
from comity.gate.engine.named import engine
from comity.gate.run import Gate, GateError
from comity.gate.source import opened
from comity.text.source import SourceError

ROWS = [(f"p{i}", ("Aland", "Beland", "Celand", None)[i % 4], "é@b", "192.0.2.1", "ill", None) for i in range(40)]
ADDRESSES = {"duckdb": lambda _: "duckdb", "spark": lambda request: request.getfixturevalue("sail_address")}


@pytest.fixture(params=ADDRESSES)
def address(request):
    return ADDRESSES[request.param](request)


def moved(shop, address, source, destination):
    """What an engine moves: the manifest, what the ledger keeps, the rows."""
    with shop.gate() as gate, engine(address) as mover:
        made = Gate(gate.asking, gate.ledger, mover, gate.home, gate.now, gate.world).enforce(opened(str(source)), str(destination))
    return made, pl.read_parquet(destination) if destination.suffix == ".parquet" else pl.read_csv(destination)


@pytest.fixture
def shop(tmp_path):
    (tmp_path / "shop").mkdir()
    made = Shop(tmp_path / "shop")
    made.source(ROWS)
    return made


@pytest.mark.parametrize("ending", ["parquet", "csv"])
@pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning")
def test_an_engine_moves_the_same_rows_under_the_same_manifest(address, ending, shop):
    plain, expected = moved(shop, "polars", shop.folder / "customers.parquet", shop.folder / f"plain.{ending}")
    made, found = moved(shop, address, shop.folder / "customers.parquet", shop.folder / f"out.{ending}")
    assert made.manifest == plain.manifest
    assert made.about["manifest"] == plain.about["manifest"]
    assert (plain.about["engine"], made.about["engine"]) == ("polars", "duckdb" if address == "duckdb" else "spark")
    assert expected.height == 20
    assert found.sort(pl.all()).equals(expected.sort(pl.all()))
    assert [file.name for file in shop.folder.iterdir() if file.name.startswith(".")] == []


@pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning")
def test_what_fails_half_way_leaves_nothing(address, shop, monkeypatch):
    monkeypatch.setattr(named.OfFiles, "write", _cut)
    with pytest.raises(GateError):
        moved(shop, address, shop.folder / "customers.parquet", shop.folder / "out.parquet")
    assert [file.name for file in shop.folder.iterdir() if "out" in file.name] == []
    with shop.gate() as gate:
        assert gate.ledger.entry(gate.ledger.size - 1)["kind"] == "cancel"


def _cut(_, __, ___, destination, ____):
    if destination.name.endswith("s"):
        destination.mkdir()
        destination /= "part-0.parquet"
    destination.write_bytes(b"PAR1 and no more")
    raise EngineError("the power went")


def test_parts_of_a_run_that_was_killed_are_not_joined_with_others(sail_address, shop):
    parts = shop.folder / ".out.parquet.part/out.parquets"
    parts.mkdir(parents=True)
    pl.DataFrame({"who": ["of before"]}).write_parquet(parts / "part-0.parquet")
    _, found = moved(shop, sail_address, shop.folder / "customers.parquet", shop.folder / "out.parquet")
    assert found.height == 20
    assert not parts.parent.exists()


def test_a_part_that_is_missing_holds_the_table(sail_address, shop, monkeypatch):
    join = named._join
    monkeypatch.setattr(named, "_join", lambda parts, destination: join([_halved(parts[0]), *parts[1:]], destination))
    with pytest.raises(GateError, match="not all parts"):
        moved(shop, sail_address, shop.folder / "customers.parquet", shop.folder / "out.parquet")
    assert [file.name for file in shop.folder.iterdir() if "out" in file.name] == []


def _halved(part):
    rows = pl.read_parquet(part)
    rows.head(rows.height // 2).write_parquet(part)
    return part


def test_an_engine_that_moves_places_whole_says_so_before_anybody_is_reserved(tmp_path):
    shop = Shop.parting(tmp_path)
    shop.source(ROWS[:36])
    with pytest.raises(GateError, match="moves a place whole"):
        moved(shop, "duckdb", shop.folder / "customers.parquet", shop.folder / "out.parquet")
    with shop.gate() as gate:
        assert [gate.ledger.entry(at)["kind"] for at in range(gate.ledger.size)] == ["key", "adopt"]
    assert moved(shop, "polars", shop.folder / "customers.parquet", shop.folder / "out.parquet")[1].height == LINE


@pytest.mark.parametrize("name", ["polars", "duckdb"])
def test_a_name_is_never_read_as_a_pattern(name, shop):
    """A file called a*.parquet is that file, or it is not read; the one beside it was never opened, nor is it watched."""
    pl.DataFrame(ROWS[:4], schema=SCHEMA, orient="row").write_parquet(shop.folder / "a*.parquet")
    pl.DataFrame([("stranger", "Aland", "x@y", None, None, None)], schema=SCHEMA, orient="row").write_parquet(shop.folder / "ab.parquet")
    if name == "polars":
        assert moved(shop, name, shop.folder / "a*.parquet", shop.folder / "out*.parquet")[1].height == 2
    else:
        with pytest.raises(GateError, match="give the file, and its folder, a plain name"):
            moved(shop, name, shop.folder / "a*.parquet", shop.folder / "out.parquet")


@pytest.mark.parametrize(
    ("address", "words"), [("polar", "did you mean 'polars'"), ("spark://host:7077", "did you mean 'sc://host:15002'"), ("", "name one of")]
)
def test_an_unknown_engine_is_a_mistake(address, words):
    with pytest.raises(SourceError, match=words), engine(address):
        pass


def test_an_engine_that_is_not_there_holds_and_tells_no_token():
    needed("pyspark", "spark", "pyspark-client is not installed: make servers")
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # taken, and nobody listens
        address = f"sc://127.0.0.1:{held.getsockname()[1]}"
        with pytest.raises(EngineError, match=f"no engine answers at '{address}/'$"), engine(f"{address}/;token=secret"):
            pass
