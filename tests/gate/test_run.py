"""What crosses is what the law lets through, row by row; and nothing else does, whatever fails."""

import datetime as dt
import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shop import HOME, LINE, RULEBOOK, SCHEMA, SIGNER, WORLD, Shop, crossing

from comity.gate.address import read
from comity.gate.decide import Asking
from comity.gate.lineage import Ending, Run
from comity.gate.mac import Mac
from comity.gate.quota import Quota
from comity.gate.run import GateError, digest
from comity.gate.source import opened
from comity.gate.view import Viewed, view
from comity.ledger.cosignature import Cosigner
from comity.ledger.hold import UnwitnessedError
from comity.ledger.ledger import Ledger
from comity.ledger.policy import Group, Policy
from comity.ledger.witness import Answer, Request
from comity.ledger.witnesses import Witnesses
from comity.text.source import SourceError

BORN = dt.date(1990, 5, 17)
WORDS = st.sampled_from([None, "a", "Ünïcode", "x" * 40])
ROWS = st.lists(
    st.tuples(
        st.sampled_from([None, "", *(f"p{i}" for i in range(14))]),
        st.sampled_from([None, "Aland", "Beland", "Celand", "Deland", "aland", "XA"]),
        WORDS,
        WORDS,
        WORDS,
        st.sampled_from([None, BORN]),
    ),
    max_size=30,
)


@pytest.fixture
def shop(tmp_path):
    return Shop(tmp_path)


def row(who, country="Aland", email="a@b", ip="192.0.2.1", health="well"):
    return (who, country, email, ip, health, BORN)


def test_a_table_crosses_in_the_form_the_law_permits(shop):
    rows = [row("p1"), row("p2", "Beland"), row("p3", "Deland"), row("p4", "nowhere"), row(None), row("p5", "Celand")]
    moved, found = shop.move(rows)
    assert found.columns == ["who", "email", "health", "born"]
    assert sorted(found.rows(), key=str) == sorted(crossing(rows, set()), key=str)
    assert [one.cell.place for one in moved.decision.stays] == ["XC", "XD"]
    assert moved.decision.nowhere == 2
    assert moved.decision.effects == {
        ("XA", "ip"): ("xx.act address (s. 2)",),
        ("XB", "ip"): ("xx.act address (s. 2)",),
        ("XB", "health"): ("xx.act health (s. 3)",),
    }


def test_rows_that_name_nobody_are_told_once(shop):
    moved, _ = shop.move([row("p1"), row(None), row("")])
    assert [one.cell.rows for one in moved.decision.crosses] == [1]
    assert moved.decision.nowhere == 2


@pytest.mark.parametrize("name", ["out.csv", "out.arrow", "out.duckdb#t"])
def test_a_table_crosses_into_other_kinds_of_file(shop, name):
    rows = [row("p1"), row("p2", "Beland")]
    with shop.gate() as gate:
        gate.enforce(shop.source(rows), str(shop.folder / name))
        with pytest.raises(SourceError, match="there is"):
            gate.enforce(shop.source(rows), str(shop.folder / name))
    found = opened(str(shop.folder / name))
    held = [tuple(one.values()) for batch in found.batches() for one in batch.to_pylist()]
    assert sorted(map(str, held)) == sorted(map(str, crossing(rows, set())))


def test_a_line_counts_persons_once_and_over_transfers(shop):
    first, second = [row(f"p{i}") for i in range(LINE)], [row(f"p{i}") for i in range(LINE - 2)]
    assert shop.move(first, "one")[1]["email"].to_list() == ["a@b"] * LINE
    assert shop.move(second, "two")[1]["email"].to_list() == ["a@b"] * (LINE - 2)  # the same persons
    third = [row(f"q{i}") for i in range(1)]
    found = shop.move(third, "three")[1]
    assert found.rows() == crossing(third, {f"p{i}" for i in range(LINE)})
    assert found["email"].to_list() != ["a@b"]


@given(st.lists(ROWS, min_size=1, max_size=3))
def test_nothing_gets_through_but_what_the_law_permits(tables):
    before = set()
    with TemporaryDirectory() as name:
        shop = Shop(Path(name))
        for number, rows in enumerate(tables):
            expected = crossing(rows, before)
            if not expected:
                with pytest.raises(GateError):
                    shop.move(rows, str(number))
                assert not (shop.folder / f"{number}.parquet").exists()
                continue
            _, found = shop.move(rows, str(number))
            held = [tuple(one.get(c) for c in ("who", "email", "health", "born")) for one in found.rows(named=True)]
            assert sorted(held, key=str) == sorted(expected, key=str)
            before |= {one[0] for one in rows if one[0] and one[1] in ("Aland", "Beland")}


@pytest.fixture
def parting(tmp_path):
    return Shop.parting(tmp_path)


def test_of_a_place_as_many_persons_cross_as_stay_below_a_line(parting):
    """Each with all of their rows; who stays is told by number and provision; the same persons again are the first to cross, and the others stay."""
    whole, part = [row(f"a{i}") for i in range(4)], [row(f"b{i % 9}", "Beland") for i in range(18)]
    first, found = parting.move([*whole, *part], "one")
    went = found["who"].to_list()
    mac = Mac.pseudonyms(HOME, "helper")
    order = sorted((f"b{i}" for i in range(9)), key=Mac.of(HOME, "person").digest)
    assert sorted(went) == sorted(mac.digest(who) for who in [*(f"a{i}" for i in range(4)), *order[: LINE - 4], *order[: LINE - 4]])
    (stays,) = first.manifest["stays"]
    assert (stays["place"], stays["persons"], stays["rows"]) == ("XB", 3, 6)
    assert stays["why"] == ["with more persons it is beyond a line", "xx.act many (s. 4)"]
    assert [one["rows"] for one in first.manifest["odrl:permission"]] == [4, 12]
    events = Run(first.decision.asking, "enforce", "", "", parting.source(part), read("a.parquet"), read("b.parquet"))
    assert events._transfer(Ending("COMPLETE", first.decision, first.index, first.about))["stays"]["rows"] == 6
    fresh = [row("b12", "Beland"), *part]  # whose digest is before all of theirs
    assert set(parting.move(fresh, "two")[1]["who"]) == {mac.digest(who) for who in order[: LINE - 4]}
    with pytest.raises(GateError, match="none of it may cross"):
        parting.move([row("b12", "Beland")], "three")


def test_rows_of_a_place_that_crosses_in_part_are_those_of_all_its_spellings(parting):
    world = parting.folder / "world.yaml"
    world.write_text(world.read_text().replace("Beland: XB", "Beland: XB, Bland: XB, Blnd: XB"))
    rows = [row(f"b{i % (LINE + 3)}", country) for i in range(4 * LINE) for country in ("Beland", "Bland")]
    last = max((f"b{i}" for i in range(LINE + 3)), key=Mac.of(HOME, "person").digest)  # a spelling of which nothing crosses
    decided, found = parting.move([*rows, row(last, "Blnd")])
    (crosses,), (stays,) = decided.manifest["odrl:permission"], decided.manifest["stays"]
    assert crosses["rows"] == decided.manifest["rows"] == len(found)
    assert (crosses["persons"], stays["persons"], crosses["rows"] + stays["rows"]) == (LINE, 3, len(rows) + 1)


def test_what_crossed_in_part_is_written_again_to_the_byte(parting):
    source, file = parting.source([row(f"p{i}") for i in range(LINE + 3)]), parting.folder / "out.parquet"
    with parting.gate() as gate:
        gate.enforce(source, str(file))
        kept = file.read_bytes()
        file.unlink()
        gate.enforce(source, str(file))
    assert file.read_bytes() == kept


def test_the_same_again_changes_nothing(shop):
    rows = [row("p1"), row("p2", "Beland")]
    moved, _ = shop.move(rows)
    source, file = shop.source(rows, "source-out"), shop.folder / "out.parquet"
    kept = digest(file)
    with shop.gate() as gate, pytest.raises(SourceError):  # the source was written anew: it is another state of it
        gate.enforce(source, str(file))
    again_source = shop.source([row("p9")], "again")
    other = shop.folder / "again-out.parquet"
    with shop.gate() as gate:
        first = gate.enforce(again_source, str(other))
        size = gate.ledger.size
        second = gate.enforce(again_source, str(other))
        assert (second.decision is None, second.index, gate.ledger.size) == (True, first.index, size)
    assert digest(file) == kept
    assert moved.about["output"] == kept


def test_a_file_that_went_missing_is_decided_anew_and_nobody_is_counted_twice(shop):
    source, file = shop.source([row(f"p{i}") for i in range(LINE)]), shop.folder / "out.parquet"
    with shop.gate() as gate:
        first = gate.enforce(source, str(file))
        kept = file.read_bytes()
        file.unlink()
        second = gate.enforce(source, str(file))
        assert file.read_bytes() == kept  # as many as before: one more would have hidden the addresses
        assert (second.manifest, second.index) == (first.manifest, first.index + 2)
        assert (gate.enforce(source, str(file)).index, gate.ledger.check().pending) == (second.index, 0)
        gate.enforce(shop.source([row("q1")], "others"), str(file.with_name("others-out.parquet")))
        file.unlink()
        gate.enforce(source, str(file))
    assert pl.read_parquet(file).rows() == crossing([row(f"p{i}") for i in range(LINE)], {"q1"})


def test_a_file_that_went_missing_is_not_written_under_rulebooks_that_are_adopted_no_more(shop):
    source, file = shop.source([row("p1")]), shop.folder / "out.parquet"
    with shop.gate() as gate:
        gate.enforce(source, str(file))
        file.unlink()
        gate.ledger.adopt({"xx.act": "ab" * 32}, [])
        with pytest.raises(GateError, match="other rulebooks than those adopted"):
            gate.enforce(source, str(file))
    assert not file.exists()


@pytest.mark.parametrize("name", ["out.parquet", "out.csv", "out.duckdb#t"])
def test_what_appears_between_record_and_landing_is_not_written_over_and_the_run_is_gone_on_with(shop, name, monkeypatch):
    """The persons stay counted, and that is said."""
    source, file, commit = shop.source([row(f"p{i}") for i in range(LINE)]), shop.folder / name.partition("#")[0], Ledger.commit

    def late(ledger, *asked):
        index = commit(ledger, *asked)
        file.write_bytes(b"mine")
        return index

    with shop.gate() as gate:
        with monkeypatch.context() as patched:
            patched.setattr(Ledger, "commit", late)
            with pytest.raises(SourceError, match=r"there is something by now .*entry 3 counts its persons already"):
                gate.enforce(source, str(shop.folder / name))
        assert file.read_bytes() == b"mine"
        assert (gate.ledger.entry(3)["kind"], gate.ledger.check().pending) == ("commit", 0)
        file.unlink()
        assert gate.enforce(source, str(shop.folder / name)).about["rows"] == LINE
        assert gate.dry(shop.source([row("q1")], "others")).crosses[0].tried.chosen["email"] == 1
    assert list(shop.folder.glob(".*part")) == []


def test_what_no_witness_vouches_for_stays_at_home_and_crosses_when_one_does(shop):
    ann, silent = Cosigner("witness.example/ann", bytes([1]) * 32), []

    def post(body):
        note = Request.parse(body.encode()).note
        return Answer(503) if silent and int(note.text.split("\n")[1]) >= silent[0] else Answer(200, str(ann.cosign(note.text, 1)))

    def witnesses():
        return Witnesses(Policy((SIGNER.key,), Group(1, (ann.key,))), {ann.key: post})

    source, file = shop.source([row("p1")]), shop.folder / "out.parquet"
    with shop.gate(witnesses=witnesses()) as gate:
        silent.append(gate.ledger.size + 2)  # it vouches for the reservation, and no longer for what says that it moved
        with pytest.raises(GateError, match="0 vouch"):
            gate.enforce(source, str(file))
        with pytest.raises(GateError, match="0 vouch"):
            gate.enforce(source, str(file))
    with pytest.raises(UnwitnessedError), shop.gate(witnesses=witnesses()):
        pass
    assert not file.exists()
    del silent[:]
    with shop.gate(witnesses=witnesses()) as gate:
        moved = gate.enforce(source, str(file))
        assert ann.name in gate.ledger.prove(moved.index)
    assert file.exists()


def test_a_destination_that_is_not_what_the_ledger_says_is_held(shop):
    source, file = shop.source([row("p1")]), shop.folder / "out.parquet"
    with shop.gate() as gate:
        gate.enforce(source, str(file))
        file.write_bytes(b"something else")
        with pytest.raises(GateError, match="not what the ledger says"):
            gate.enforce(source, str(file))


def test_a_source_that_changes_meanwhile_moves_nothing_and_counts_nobody(shop):
    source, file = shop.source([row("p1"), row("p2")]), shop.folder / "out.parquet"
    shop.source([row("p1"), row("p3"), row("p4")])
    with shop.gate() as gate:
        with pytest.raises((SourceError, GateError)):
            gate.enforce(source, str(file))
        assert not gate.ledger.check().pending
    assert not file.exists()
    assert list(shop.folder.glob(".*part")) == []


def test_a_destination_that_is_there_is_not_written_over(shop):
    file = shop.folder / "out.parquet"
    file.write_bytes(b"mine")
    with shop.gate() as gate, pytest.raises(SourceError):
        gate.enforce(shop.source([row("p1")]), str(file))
    assert file.read_bytes() == b"mine"


def test_while_a_year_ends_somewhere_nothing_that_is_counted_by_the_year_moves(shop):
    with shop.gate() as gate:
        shop.clock.now = dt.datetime(shop.clock.now.year, 12, 31, 11, tzinfo=dt.UTC)  # it is next year in the easternmost places
        with pytest.raises(GateError, match=r"in which window xx\.act/sent counts hangs on where its law is"):
            gate.enforce(shop.source([row("p1")]), str(shop.folder / "out.parquet"))
    assert not (shop.folder / "out.parquet").exists()


class Slow:
    """An engine over which hours pass at one of its steps."""

    def __init__(self, shop, engine, hours, step="write"):
        self.shop, self.engine, self.hours, self.step = shop, engine, hours, step

    def __getattr__(self, name):
        if name == self.step:
            self.shop.clock.now += dt.timedelta(hours=self.hours)
        return getattr(self.engine, name)


UTC = RULEBOOK.replace("speaks_about: [data]", "speaks_about: [data]\nzones: [Etc/UTC]")
NEXT_YEAR = UTC.replace("prohibitions:", 'prohibitions:\n  over: {cite: s. 7, en: none from 2027, zh: 禁, when: "on >= 2027-01-01"}')


@pytest.mark.parametrize(
    ("law", "hours", "why"),
    [(UTC, 3, "in which window xx.act/sent counts"), (NEXT_YEAR.replace("window=year", "window=always"), 3, "the law of another day"), (UTC, 1 / 4, "")],
    ids=["another year begins", "another law begins", "the same day"],
)
def test_what_was_decided_must_stand_when_it_is_taken_down(tmp_path, law, hours, why):
    shop = Shop(tmp_path, law=law)
    with shop.gate():
        pass
    shop.clock.now = dt.datetime(2026, 12, 31, 23, 30, tzinfo=dt.UTC)
    shop.day, there = shop.clock.now.toordinal(), tmp_path / "out.parquet"
    with shop.gate() as gate:
        slow = replace(gate, engine=Slow(shop, gate.engine, hours))
        if not why:
            slow.enforce(shop.source([row("p1")]), str(there))
            assert there.exists()
            return
        with pytest.raises(GateError, match=why):
            slow.enforce(shop.source([row("p1")]), str(there))
        assert not there.exists()
        assert gate.ledger.check().pending == 0


def test_what_was_decided_elsewhere_must_stand_when_it_is_taken_down(shop):
    """A licence that is suspended while the table is written lets nothing cross."""
    there = shop.folder / "out.parquet"
    with shop.gate() as gate:
        revoked = replace(gate, stands=lambda: False)
        with pytest.raises(GateError, match="a matter of the docket that this hangs on has moved"):
            revoked.dry(shop.source([row("p1")]))
        with pytest.raises(GateError, match="a matter of the docket that this hangs on has moved"):
            revoked.enforce(shop.source([row("p1")]), str(there))
        assert not there.exists()
        assert gate.ledger.check().pending == 0
        assert gate.dry(shop.source([row("p1")])).crosses


def test_what_is_decided_otherwise_as_it_is_taken_down_lets_nothing_cross(shop):
    """The docket may be another log: of a decision between the last look and the entry nobody could know before the entry was made."""
    there = shop.folder / "out.parquet"
    with shop.gate() as gate:
        moving = replace(gate, stands=lambda: gate.ledger.entry(gate.ledger.size - 1)["kind"] != "commit")
        with pytest.raises(GateError, match=r"as it was taken down: entry [0-9]+ counts its persons, and nothing crossed"):
            moving.enforce(shop.source([row("p1")]), str(there))
        assert not there.exists()
        assert gate.ledger.entry(gate.ledger.size - 1)["kind"] == "commit"
        with pytest.raises(GateError, match="a matter of the docket that this hangs on has moved"):
            replace(gate, stands=lambda: False).enforce(shop.source([row("p1")]), str(there))
        assert not there.exists()


@pytest.mark.parametrize("allowed", [True, False])
def test_what_is_decided_between_the_last_look_and_the_entry_is_looked_at_before_it_is_made(shop, allowed):
    """In the ledger's own log: no movement is ever taken down after a decision that nobody looked at."""
    there = shop.folder / "out.parquet"
    with shop.gate() as gate:

        def looks():
            held = gate.ledger.find("act m/0") is None
            if held:  # whoever looked has seen nothing yet, and then it is put down
                gate.ledger.append({"kind": "act", "id": "m/0", "envelope": {}})
            return held or allowed

        moving = replace(gate, stands=looks)
        if allowed:
            index = moving.enforce(shop.source([row("p1")]), str(there)).index
            assert gate.ledger.entry(index)["kind"] == "commit"
            assert gate.ledger.find("act m/0")[0] < index
            return
        with pytest.raises(GateError, match="a matter of the docket that this hangs on has moved"):
            moving.enforce(shop.source([row("p1")]), str(there))
        assert not there.exists()
        assert "commit" not in {gate.ledger.entry(n)["kind"] for n in range(gate.ledger.size)}


def test_where_something_is_decided_at_every_look_nothing_is_taken_down(shop):
    with shop.gate() as gate:
        deciding = replace(gate, stands=lambda: bool(gate.ledger.append({"kind": "act", "id": f"m/{gate.ledger.size}", "envelope": {}})))
        with pytest.raises(GateError, match="matters of the docket move all the time"):
            deciding.enforce(shop.source([row("p1")]), str(shop.folder / "out.parquet"))
        assert gate.ledger.check().pending == 0


def test_racing_runs_move_no_more_transfers_than_a_decision_allows(shop):
    """All of them have seen that there is one left before any of them takes it."""
    together, looked, source = threading.Barrier(3, timeout=20), set(), shop.source([row("p1")])
    with shop.gate() as gate:

        def run(number):
            def looks():
                if number not in looked:
                    looked.add(number)
                    together.wait()
                return True

            try:
                racing = replace(gate, quotas=(Quota("f1", 1, "transfers"),), stands=looks)
                return racing.enforce(source, str(shop.folder / f"out{number}.parquet"))
            except GateError as held:
                return str(held)

        with ThreadPoolExecutor(3) as pool:
            said = list(pool.map(run, range(3)))
        assert sum("0 of 1 is left" in one for one in said if isinstance(one, str)) == 2
        assert len(list(shop.folder.glob("out*.parquet"))) == 1
        assert gate.ledger.check().pending == 0


def test_law_that_begins_while_a_dry_run_reads_is_told(tmp_path):
    shop = Shop(tmp_path, law=NEXT_YEAR.replace("window=year", "window=always"))
    with shop.gate():
        pass
    shop.clock.now = dt.datetime(2026, 12, 31, 23, 30, tzinfo=dt.UTC)
    with shop.gate() as gate:
        slow = replace(gate, engine=Slow(shop, gate.engine, 3, "persons"))
        for run in (slow.dry, slow.shadow):
            shop.clock.now = dt.datetime(2026, 12, 31, 23, 30, tzinfo=dt.UTC)
            with pytest.raises(GateError, match="the law of another day"):
                run(shop.source([row("p1")]))


def test_what_is_interrupted_while_it_is_decided_once_more_leaves_nobody_reserved(shop):
    class Stopped(Asking):
        def ask(self, tried, totals):
            if gate.ledger.check().pending:
                raise KeyboardInterrupt
            return super().ask(tried, totals)

    with shop.gate() as gate:
        stopped = replace(gate, asking=Stopped(**{one.name: getattr(gate.asking, one.name) for one in fields(Asking)}))
        source = shop.source([row("p1")])
        with pytest.raises(KeyboardInterrupt):
            stopped.enforce(source, str(shop.folder / "out.parquet"))
        assert gate.ledger.check().pending == 0
        with pytest.raises(KeyboardInterrupt), view("q", "select count(*) from customers", {"customers": Viewed(stopped, source)}):
            pass
        assert gate.ledger.check().pending == 0


def test_a_count_that_hangs_on_a_reading_of_which_a_world_says_otherwise_holds(tmp_path):
    """Else who was counted by the one reading would not be counted by the other, under one name."""
    counted = "where=event == 'send' and (reading.wide or any(f.kind == 'health' for f in fields))"
    wide = "readings:\n  wide: {en: all persons count, zh: 人, prevails: true, for: {cite: a, en: b}, against: {cite: c, en: d}}\ndefinitions:"
    shop = Shop(tmp_path, law=RULEBOOK.replace("where=event == 'send'", counted).replace("definitions:", wide))
    world = (tmp_path / "world.yaml").read_text(encoding="utf-8")
    for number, (says, crosses) in enumerate([("true", True), ("false", False), ("unknown", False)]):
        (tmp_path / "world.yaml").write_text(f"{world}readings:\n  xx.act/wide: {says}\n", encoding="utf-8")
        if crosses:
            assert len(shop.move([row("p1")], str(number))[1]) == 1
        else:
            with pytest.raises(GateError, match="none of it may cross"):
                shop.move([row("p1")], str(number))


def test_other_rulebooks_than_those_adopted_hold(shop):
    with shop.gate() as gate:
        gate.ledger.adopt({"xx.act": "ab" * 32}, [])
        with pytest.raises(GateError):
            gate.enforce(shop.source([row("p1")]), str(shop.folder / "out.parquet"))
    assert not (shop.folder / "out.parquet").exists()


def test_a_dry_run_leaves_nothing_and_a_shadow_an_entry(shop):
    source = shop.source([row("p1")])
    with shop.gate() as gate:
        size = gate.ledger.size
        assert [one.cell.place for one in gate.dry(source).crosses] == ["XA"]
        assert gate.ledger.size == size
        gate.shadow(source)
        assert gate.ledger.entry(size)["crosses"] == [{"place": "XA", "rows": 1, "persons": 1, "outcome": "permitted"}]
        assert not gate.ledger.check().pending
    assert sorted(file.name for file in shop.folder.glob("*.parquet")) == ["customers.parquet"]


def test_where_no_column_is_left_each_mode_says_so_and_nobody_is_reserved(tmp_path):
    law = RULEBOOK.replace("any(f.kind == 'ip' for f in fields)", "count(true for f in fields) > 0")
    shop = Shop(tmp_path, re.sub(r"forms: \[(\w+).*?\]", r"forms: [\1, drop]", WORLD), law)
    source = shop.source([row("p1"), row("p2", "Beland")])
    with shop.gate() as gate:
        assert (gate.dry(source).crosses, gate.shadow(source)[0].crosses) == ((), ())
        size = gate.ledger.size
        with pytest.raises(GateError, match="none of it may cross") as held:
            gate.enforce(source, str(shop.folder / "out.parquet"))
        assert [one.cell.place for one in held.value.decision.stays] == ["XA", "XB"]
        assert [gate.ledger.entry(index)["kind"] for index in range(size, gate.ledger.size)] == ["refuse"]


def test_a_column_that_cannot_cross_so_in_one_place_and_so_in_another_is_held_in_each_mode_before_anybody_is_reserved(tmp_path):
    shop = Shop(tmp_path, WORLD.replace("{field: health, forms: [keep, drop]}", "{field: health, forms: [band 5, pseudonym as general]}"))
    file = tmp_path / "numbers.parquet"
    rows = pl.DataFrame([row("p1", health="7"), row("p2", "Beland", health="8")], schema=SCHEMA, orient="row")
    rows.with_columns(pl.col("health").cast(int)).write_parquet(file)
    source = opened(str(file))
    with shop.gate() as gate:
        size = gate.ledger.size
        for run in (gate.dry, gate.shadow, lambda source: gate.enforce(source, str(tmp_path / "out.parquet"))):
            with pytest.raises(GateError, match="'health' is a pseudonym in one cell, so it cannot cross as 'band 5' in another"):
                run(source)
        assert gate.ledger.size == size


def test_no_person_and_no_value_is_in_what_is_left_behind(shop):
    canaries = ["canary-person-7", "canary@example.org", "203.0.113.77", "canary-illness"]
    moved, found = shop.move([("canary-person-7", "Beland", "canary@example.org", "203.0.113.77", "canary-illness", BORN)])
    assert found["email"].to_list() == ["canary@example.org"]  # this one may cross
    left = [file.read_bytes() for file in shop.folder.rglob("*") if file.is_file() and not file.name.startswith("source-")]
    told = json.dumps([moved.manifest, moved.about], ensure_ascii=False).encode()
    for canary in canaries:
        forms = [canary.encode(), canary.encode("utf-16-le"), canary.encode().hex().encode()]
        assert not any(form in told for form in forms)
        assert not any(form in held for held in left if not held.startswith(b"PAR1") for form in forms)
    whole = pl.read_parquet(shop.folder / "out.parquet").write_json()
    assert not any(canary in whole for canary in (canaries[0], canaries[2], canaries[3]))
