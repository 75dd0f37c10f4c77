"""How far a run is: told while it lasts, counted by whoever passes rows on, and nothing to the run itself, whatever goes wrong with it."""

import datetime as dt
import pickle
import threading
from dataclasses import dataclass, field, replace
from shutil import rmtree

import polars as pl
import pytest
from shop import HOME, SCHEMA, Shop
from visits import CROSSING, MAC, many

from comity.gate import progress
from comity.gate.engine import polars
from comity.gate.engine.engine import Asked
from comity.gate.engine.polars import Polars
from comity.gate.progress import Done, Progress, telling
from comity.gate.run import GateError
from comity.gate.source import opened
from comity.ledger.ledger import stored
from comity.ledger.said import every

BORN = dt.date(1990, 5, 17)
ROWS = [("p1", "Aland", "e", "i", "h", BORN), ("p2", "Beland", "e", "i", "h", BORN), ("p3", "Celand", "e", "i", "h", BORN)]


@dataclass(frozen=True)
class Waiting(Polars):
    """The engine, which does not go on from writing before the run said how many rows passed."""

    heard: list = field(default_factory=list)
    where: object = None

    def write(self, source, crossing, destination, mac):
        rows = super().write(source, crossing, destination, mac)
        store = stored(self.where)
        tries = (every(store) for _ in range(200_000))
        self.heard.append(next(found for found in tries if [(one.step, one.rows) for one in found.values()] == [("write", 2)]))
        store.close()
        return rows


@pytest.fixture
def shop(tmp_path):
    return Shop(tmp_path)


def test_a_run_says_how_far_it_is_until_it_is_over(shop, monkeypatch):
    monkeypatch.setattr(progress, "EVERY", 0.001)
    with shop.gate() as gate:
        far = Progress()
        engine = Waiting(passed=far.passed, where=gate.ledger.where)
        moved = replace(gate, engine=engine, progress=far).enforce(shop.source(ROWS), str(shop.folder / "out.parquet"))
        (told,) = engine.heard
        ((run, word),) = told.items()
        entry = gate.ledger.entry(moved.index)
        assert (run, word.run) == (entry["id"], entry["id"])
        assert (word.movement, word.table, word.day) == ("sending", "customers", shop.day)
        assert (word.step, word.rows, word.of) == ("write", 2, 2)
        store = stored(gate.ledger.where)
        assert store.said() == []
        store.close()


def test_a_run_that_is_refused_says_nothing_any_more(shop, monkeypatch):
    monkeypatch.setattr(progress, "EVERY", 0.001)
    with shop.gate() as gate:
        with pytest.raises(GateError):
            gate.enforce(shop.source(ROWS[2:]), str(shop.folder / "out.parquet"))
        store = stored(gate.ledger.where)
        assert store.said() == []
        store.close()


def test_a_run_that_cannot_say_how_far_it_is_moves_all_the_same(shop, monkeypatch):
    monkeypatch.setattr(progress, "EVERY", 0.0)
    plain = shop.move(ROWS, "plain")[0]
    rmtree(shop.folder / "log.sqlite.runs", ignore_errors=True)
    (shop.folder / "log.sqlite.runs").write_text("no folder")
    moved, found = shop.move(ROWS, "out")
    assert moved.manifest["odrl:permission"] == plain.manifest["odrl:permission"]
    assert len(found) == 2


def test_what_tells_may_fail_as_it_likes():
    said = threading.Event()

    def fails():
        said.set()
        raise MemoryError

    with telling(fails, fails, 0.0):
        assert said.wait(10)


def test_a_run_goes_through_its_steps(shop):
    """The rows of a source that is written down at home first, and of a destination that takes batches, are counted as they pass."""

    class Noted(Progress):
        def begin(self, step, of=None):
            steps.append(self.done)
            super().begin(step, of)

    steps, far = [], Noted()
    pl.DataFrame(ROWS, schema=SCHEMA, orient="row").write_csv(shop.folder / "in.csv")
    with shop.gate() as gate:
        made = replace(gate, engine=Polars(passed=far.passed), progress=far)
        made.enforce(opened(str(shop.folder / "in.csv")), str(shop.folder / "out.csv"))
    assert [*steps[1:], far.done] == [
        Done("read", 3, 3), Done("profile"), Done("decide"), Done("count", 3, 3), Done("decide"), Done("write", 2, 2), Done("land", 2, 2),
    ]  # fmt: skip


def test_rows_are_counted_while_they_stream(tmp_path, monkeypatch):
    monkeypatch.setattr(polars, "CHUNK", 50)
    monkeypatch.setattr(polars, "AT_ONCE", 100)
    seen = []
    table = tmp_path / "in.parquet"
    many().write_parquet(table, row_group_size=50)
    engine = Polars(passed=seen.append)
    assert engine.write(table, CROSSING, tmp_path / "out.parquet", MAC) == sum(seen) == 200
    assert len(seen) > 1
    seen.clear()
    engine.persons(table, Asked("country", "patient"), ["DE"], HOME)
    assert seen == [100] * 4


def test_what_crosses_is_the_same_whether_it_is_counted_or_not(tmp_path):
    table = tmp_path / "in.parquet"
    many().write_parquet(table)
    for name, engine in (("plain", Polars()), ("counted", Polars(passed=Progress().passed))):
        engine.write(table, CROSSING, tmp_path / name, MAC)
    assert (tmp_path / "plain").read_bytes() == (tmp_path / "counted").read_bytes()


def test_threads_count_together():
    far = Progress()
    far.begin("write", 16_000)
    threads = [threading.Thread(target=lambda: [far.passed(1) for _ in range(2_000)]) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert far.done == Done("write", 16_000, 16_000)


def test_it_can_be_sent_to_another_process():
    assert pickle.loads(pickle.dumps(Progress(Done("land", 1, 2)))) == Progress(Done("land", 1, 2))
