"""Whoever and whatever may not cross is in nothing that a run leaves behind or says, whichever mode it has and wherever it fails."""

import itertools
import json
import logging
import resource
import tempfile
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass

import apsw
import polars as pl
import pytest
from bookkeeping import SIGNER
from canary import CANARIES, ROWS, found, seen, spellings
from hypothesis import settings
from power import Disk
from pyarrow import parquet
from shop import HOME, SCHEMA, Shop

from comity.gate.engine.polars import Polars
from comity.gate.run import Gate, GateError
from comity.gate.source import opened
from comity.ledger.hold import HoldError
from comity.ledger.ledger import Ledger
from comity.text.source import SourceError

FAULTS = (GateError, SourceError, HoldError)
EVERY = 1 if settings().max_examples > 25 else 5


class Stage:
    """A shop, and everything that a run there might leave a trace in: its folders, what it says, what is raised."""

    def __init__(self, folder, capfd, caplog, ending="parquet"):
        self.home, self.abroad, self.temporary = folder / "home", folder / "abroad", folder / "temporary"
        for one in (self.home, self.abroad, self.temporary):
            one.mkdir()
        self.shop, self.capfd, self.caplog = Shop(self.home), capfd, caplog
        self.there, self.source = self.abroad / "out.parquet", self.home / f"customers.{ending}"
        frame = pl.DataFrame(ROWS, schema=SCHEMA, orient="row")
        frame.write_csv(self.source) if ending == "csv" else frame.write_parquet(self.source)
        self.raised = []

    @contextmanager
    def gate(self, engine=None):
        """A gate with an engine."""
        with self.shop.gate() as gate:
            yield gate if engine is None else Gate(gate.asking, gate.ledger, engine, gate.home, gate.now, gate.world)

    def run(self, engine=None, mode="enforce"):
        """One run; whether it came to its end."""
        try:
            with self.gate(engine) as gate:
                source = opened(str(self.source))
                made = gate.enforce(source, str(self.there)) if mode == "enforce" else gate.dry(source) if mode == "dry" else gate.shadow(source)
                if mode == "enforce":
                    self.raised.append(json.dumps([made.manifest, made.about], ensure_ascii=False))
        except FAULTS as fault:
            self.raised += [str(fault), repr(fault), repr(fault.__cause__ or ""), repr(fault.__context__ or "")]
            return False
        return True

    def clean(self):
        """Nothing that may not cross is anywhere; nothing stays half written; the ledger holds."""
        told = self.capfd.readouterr()
        roots, own = (self.home, self.abroad, self.temporary), (self.source,)
        assert seen(roots, own, told.out, told.err, self.caplog.text, *self.raised) == {}
        assert list(self.temporary.iterdir()) == []
        assert {file.name for file in self.abroad.iterdir()} <= {self.there.name}
        with self.gate() as gate:
            checked = gate.ledger.check()
            entries = [gate.ledger.entry(index) for index in range(checked.size)]
        assert HOME not in b"".join(file.read_bytes() for file in self.abroad.iterdir())
        return checked, entries

    def whole(self, lost=0):
        """The next run completes: the table is there, and it is one transfer beside those that were taken down and did not land."""
        assert self.run()
        checked, entries = self.clean()
        assert checked.pending == 0
        assert [one["kind"] for one in entries].count("commit") == 1 + lost
        assert sorted(pl.read_parquet(self.there)["email"].to_list()) == ["may-cross-too@example.org", "may-cross@example.org"]


@pytest.fixture
def stage(tmp_path, capfd, caplog, monkeypatch):
    caplog.set_level(logging.DEBUG)
    made = Stage(tmp_path, capfd, caplog)
    monkeypatch.setattr(tempfile, "tempdir", str(made.temporary))
    return made


def test_a_canary_is_found_wherever_it_hides(tmp_path):
    for needle in spellings(CANARIES[0]):
        assert found(b"x" + needle + b"y") == [CANARIES[0]]
    pl.DataFrame({"a": [CANARIES[0]] * 9}).write_parquet(tmp_path / "one.parquet", compression="zstd")
    assert seen([tmp_path])[f"{tmp_path}/one.parquet unpacked"] == [CANARIES[0]]


@pytest.mark.parametrize("mode", ["enforce", "shadow", "dry"])
@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_no_mode_leaves_a_canary(tmp_path, capfd, caplog, monkeypatch, mode, ending):
    caplog.set_level(logging.DEBUG)
    stage = Stage(tmp_path, capfd, caplog, ending)
    monkeypatch.setattr(tempfile, "tempdir", str(stage.temporary))
    assert stage.run(mode=mode)
    stage.clean()
    assert stage.there.exists() == (mode == "enforce")


@dataclass(frozen=True)
class Meddled(Polars):
    """The engine, while something else happens on the machine before or after it writes."""

    when: str
    happens: Callable[[], object]

    def write(self, source, crossing, destination, mac):
        if self.when == "before":
            self.happens()
        rows = super().write(source, crossing, destination, mac)
        if self.when == "after":
            self.happens()
        return rows


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_source_that_changes_during_the_run(stage, when):
    kept = stage.source.read_bytes()

    def more():
        rows = [*ROWS, ("canary-person-one", "Aland", "canary-four@example.org", "203.0.113.71", "canary-illness-four", None)]
        pl.DataFrame(rows, schema=SCHEMA, orient="row").write_parquet(stage.source)

    assert not stage.run(Meddled(when, more))
    assert not stage.there.exists()
    assert stage.clean()[0].pending == 0
    stage.source.write_bytes(kept)
    stage.whole()


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_destination_that_appears_during_the_run(stage, when):
    assert not stage.run(Meddled(when, lambda: stage.there.write_bytes(b"another's")))
    assert stage.there.read_bytes() == b"another's"
    stage.clean()
    stage.there.unlink()
    stage.whole(lost=1)


def test_a_folder_that_goes_during_the_run(stage):
    moved = stage.abroad.with_name("gone")
    assert not stage.run(Meddled("before", lambda: stage.abroad.rename(moved)))
    assert seen([moved, stage.home, stage.temporary], (stage.source,)) == {}
    assert not list(moved.glob("*.parquet"))


def test_a_table_with_a_torn_page(stage):
    """The columns that say who and where can be read, another cannot: what was decided cannot be written."""
    chunk = parquet.read_metadata(stage.source).row_group(0).column(list(SCHEMA).index("email"))
    at, data = chunk.data_page_offset, bytearray(stage.source.read_bytes())
    data[at + 4 : at + chunk.total_compressed_size // 2] = b"\xff" * (chunk.total_compressed_size // 2 - 4)
    stage.source.write_bytes(bytes(data))
    assert not stage.run()
    assert not stage.there.exists()
    assert stage.clean()[0].pending == 0


@contextmanager
def files_up_to(size):
    """No file of this process grows beyond so many bytes: what a full disk says, and when."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("size", [0, 100, 1_000, 4_096, 60_000, 150_000])
def test_a_full_disk(stage, size):
    with stage.gate():  # so that there is a ledger
        pass
    with files_up_to(size):
        stage.run()
    stage.clean()
    if not stage.there.exists():
        stage.whole()


def test_a_ledger_whose_disk_fails_at_each_of_its_steps(stage):
    def failing(at):
        steps = itertools.count()

        def fault(operation):
            if operation.what in ("write", "sync", "truncate") and next(steps) == at:
                raise apsw.FullError("database or disk is full") if at % 2 else apsw.IOError("disk I/O error")

        return fault

    with stage.gate():
        pass
    for at in itertools.count(0, EVERY):
        with Disk(fault=failing(at)):
            done = stage.run()
        _, entries = stage.clean()
        committed = "commit" in {one["kind"] for one in entries}
        assert committed or not stage.there.exists()
        assert stage.there.exists() or not done
        if stage.there.exists():
            break
    assert at > EVERY
    stage.whole()


def test_an_engine_that_fails_its_self_test(stage):
    class Wrong(Polars):
        def masked(self, source, crossing, mac):
            return super().masked(source, crossing, mac).with_columns(pl.col("row") + 1)

    with stage.gate(Wrong()) as gate:
        with pytest.raises(GateError, match=r"^the engine failed its self-test, so it moves nothing: row$"):
            gate.enforce(opened(str(stage.source)), str(stage.there))
        assert {gate.ledger.entry(index)["kind"] for index in range(gate.ledger.size)} == {"key", "adopt"}
    assert not stage.there.exists()
    stage.clean()
    stage.whole()


def test_law_that_changes_during_the_run(stage):
    def other():
        with Ledger.open(stage.home / "log.sqlite", signer=SIGNER, now=stage.shop.clock) as ledger:
            ledger.adopt({"xx.act": "ab" * 32}, [])

    assert not stage.run(Meddled("after", other))
    assert not stage.there.exists()
    stage.clean()
