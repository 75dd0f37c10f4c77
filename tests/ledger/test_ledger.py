import datetime as dt
import re
import threading
from decimal import Decimal

import apsw
import bookkeeping
import pytest
from bookkeeping import COUNT, DAY, MORNING, SIGNER, UNDER, asked, persons
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from power import Disk

from comity.gate.mac import Mac
from comity.ledger import follow
from comity.ledger.budget import Spending
from comity.ledger.checkpoint import Checkpoint
from comity.ledger.definition import Asked, Definition, NotAdoptedError, Total
from comity.ledger.digests import Digests
from comity.ledger.hold import ConflictError, CorruptError, EntryError, ExpiredError, OvertakenError, StoreError, UnreservedError
from comity.ledger.ledger import Ledger
from comity.ledger.merkle import leaf
from comity.ledger.note import Note, Signer
from comity.ledger.proof import Proof
from comity.ledger.reader import Reader
from comity.ledger.rebuild import rebuild
from comity.ledger.sqlite import Sqlite
from comity.ledger.writer import Request, Writer

HOUR = dt.timedelta(hours=1)


def reserve(ledger, name, numbers, until=MORNING + HOUR, about=None):
    return ledger.reserve(name, [asked(numbers)], until, about or {}, UNDER)


def test_what_is_reserved_counts_until_it_is_cancelled_and_for_good_when_committed(opened):
    ledger = opened()
    assert reserve(ledger, "a", range(5)).totals == (Total(5, 5),)
    assert reserve(ledger, "b", range(3, 9)).totals == (Total(9, 9),)
    ledger.cancel("a", "it crosses a line")
    ledger.commit("b", {})
    assert ledger.totals([asked(())]) == [Total(6, 6)]
    assert ledger.totals([asked(range(20))]) == [Total(20, 20)]
    assert ledger.totals([asked(())]) == [Total(6, 6)]  # looking reserves nothing
    assert ledger.known([asked(range(4, 20)), asked(range(3), key=("nobody",))]) == [persons(range(4, 9)), persons(())]
    with pytest.raises(NotAdoptedError):
        ledger.totals([asked((), count=Definition("heard", "person", ("always", 0), 5))])


@pytest.mark.parametrize("kind", ["act", "calendar", "procedure", "key"])
def test_nothing_is_committed_on_a_look_that_something_decided_has_overtaken(opened, kind):
    ledger = opened()
    reserve(ledger, "a", range(5))
    seen, more = ledger.size, {"act": {"envelope": {}}, "calendar": {"place": "XX", "told": {}}, "procedure": {"rulebook": "xx", "name": "n", "told": {}}}
    reserve(ledger, "b", range(5))  # which decides nothing
    assert ledger.commit("b", {}, seen) == seen + 1
    ledger.append({"kind": kind, "id": "m/0", **more.get(kind, {"role": "party", "vkey": "k"})})
    size = ledger.size
    for stale in (seen, size - 1, size + 1):  # before it, and of a log that was never so long
        with pytest.raises(OvertakenError):
            ledger.commit("a", {}, stale)
    assert (ledger.size, ledger.check().pending) == (size, 1)
    assert ledger.commit("a", {}, size) == size
    ledger.append({"kind": "act", "id": "m/1", "envelope": {}})
    assert ledger.commit("a", {}, seen) == size  # it was answered so


def test_what_one_transaction_decides_overtakes_what_it_commits(tmp_path, clock):
    Sqlite.create(tmp_path / "log").close()
    writer = Writer(Sqlite(tmp_path / "log"), SIGNER, clock)
    writer.write([bookkeeping.adoption(), bookkeeping.reservation("a", asked(range(5)))])
    size = writer.log.state.size
    deciding, moving = Request({"kind": "act", "id": "m/0", "envelope": {}}), Request({"kind": "commit", "id": "a", "about": {}}, seen=size)
    decided, refused = writer.write([deciding, moving])
    assert (decided.index, type(refused)) == (size, OvertakenError)
    writer.store.close()


def test_the_same_request_has_the_same_answer_and_another_is_refused(opened):
    ledger = opened()
    once = reserve(ledger, "a", range(5), about={"movement": "m"})
    assert reserve(ledger, "a", range(5), about={"movement": "m"}) == once
    for other in (
        {"numbers": range(6), "about": {"movement": "m"}},
        {"numbers": range(5)},
        {"numbers": range(5), "about": {"movement": "m"}, "until": MORNING + 2 * HOUR},
    ):
        with pytest.raises(ConflictError):
            reserve(ledger, "a", **other)
    committed = ledger.commit("a", {"rows": 7})
    assert ledger.commit("a", {"rows": 7}) == committed
    for refused in (lambda: ledger.commit("a", {"rows": 8}), lambda: ledger.cancel("a", "late")):
        with pytest.raises(ConflictError):
            refused()
    assert reserve(ledger, "a", range(5), about={"movement": "m"}) == once
    said = ledger.append({"kind": "verdict", "id": "v", "outcome": "permitted"})
    assert ledger.append({"kind": "verdict", "id": "v", "outcome": "permitted"}) == said
    with pytest.raises(ConflictError):
        ledger.append({"kind": "verdict", "id": "v", "outcome": "prohibited"})
    assert ledger.append({"kind": "refuse", "id": "v"}) == said + 1
    assert ledger.totals([asked(())])[0].least == 5


def test_what_was_never_reserved_is_not_settled(opened):
    ledger = opened()
    for refused in (lambda: ledger.commit("a", {}), lambda: ledger.cancel("a", "")):
        with pytest.raises(UnreservedError):
            refused()
    with pytest.raises(EntryError):
        ledger.append({"kind": "commit", "id": "a", "about": {}})
    with pytest.raises(EntryError):
        reserve(ledger, "a" * 201, range(5))
    assert ledger.check().size == 2


def test_a_reservation_ends_by_itself(opened, clock):
    ledger = opened()
    reserve(ledger, "a", range(5))
    clock.tick(3599)
    assert reserve(ledger, "b", range(9), until=MORNING + 2 * HOUR).totals[0].least == 9
    clock.tick()
    with pytest.raises(ExpiredError):
        ledger.commit("a", {})
    assert ledger.entry(4) == {"kind": "expire", "id": "a", "at": "2026-11-26T11:00:00Z"}
    assert ledger.totals([asked(())])[0].least == 9
    with pytest.raises(ExpiredError):
        reserve(ledger, "c", range(5), until=clock.now)


def test_adopting_the_same_again_writes_nothing(opened):
    ledger = opened()
    assert ledger.adopt(UNDER, [COUNT]) == 1
    other = ledger.adopt({"xx.act": "cd" * 32}, [COUNT])
    assert ledger.adopt(UNDER, [COUNT]) == other + 1  # back to the first is a new act


def test_every_entry_is_proved_under_every_checkpoint(opened):
    ledger = opened()
    for i in range(300):
        ledger.append({"kind": "verdict", "id": f"v{i}"})
        if i % 60 == 0 or i > 296:
            for index in range(0, i, 7):
                proof = Proof.parse(ledger.prove(index))
                proof.check(leaf(ledger.store.entry(index)), Checkpoint.opened(proof.checkpoint, [SIGNER.key]))
    assert Checkpoint.opened(Note.parse(ledger.checkpoint()), [SIGNER.key]).size == 302


def test_what_one_process_writes_another_counts(opened):
    one, other = opened(), opened()
    reserve(one, "a", range(5))
    assert reserve(other, "b", range(5, 9)).totals[0].least == 9
    other.commit("a", {})
    assert one.totals([asked(())])[0].least == 9
    with pytest.raises(ConflictError):
        one.cancel("a", "too late")


def test_an_answer_leaves_after_the_sync_of_what_it_says(path, clock):
    with Disk() as disk:
        with Ledger.create(path, signer=SIGNER, now=clock) as ledger:
            ledger.adopt(UNDER, [COUNT])

            def work(name):
                for i in range(10):
                    reserve(ledger, f"{name}.{i}.", range(i))
                    disk.note("ack", data=f'"{name}.{i}."'.encode())

            threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        done = disk.done
    answers = [i for i, one in enumerate(done) if one.what == "ack"]
    assert len(answers) == 40
    for told in answers:
        wrote = next(i for i, one in enumerate(done) if one.what == "write" and done[told].data in one.data)
        assert any(one.what == "sync" and one.name.endswith("-wal") for one in done[wrote:told])


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_change_to_what_is_stored_is_noticed(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("changed") / "ledger.db"
    with Ledger.create(path, signer=SIGNER, now=bookkeeping.Clock()) as ledger:
        ledger.adopt(UNDER, [COUNT])
        for i in range(3):
            reserve(ledger, f"r{i}", range(i, i + 4))
        ledger.commit("r1", {})
        ledger.check()
        rogue = apsw.Connection(str(path))
        table, column, key = data.draw(
            st.sampled_from([("entry", "body", "i"), ("tile", "hashes", "i"), ("person_set", "digests", "name"), ("checkpoint", "note", "size")])
        )
        keys = [row[0] for row in rogue.execute(f"SELECT {key} FROM {table}")]
        which = keys[-1] if table == "checkpoint" else data.draw(st.sampled_from(keys))
        held = bytearray(rogue.execute(f"SELECT CAST({column} AS BLOB) FROM {table} WHERE {key} = ?", (which,)).fetchone()[0])
        bit = data.draw(st.integers(0, 8 * len(held) - 1))
        held[bit // 8] ^= 1 << bit % 8
        kind = "CAST(? AS TEXT)" if table == "checkpoint" else "?"
        rogue.execute(f"UPDATE {table} SET {column} = {kind} WHERE {key} = ?", (bytes(held), which))
        rogue.close()
        with pytest.raises(CorruptError):
            ledger.check()


def test_a_count_that_was_let_go_begins_anew(opened, clock):
    """What moves while it is not adopted is in no total of it."""
    counts = [Definition(name, "person", ("year", 0), 9) for name in "abc"]
    ledger = opened()
    turns = {"a": [26], "b": [26]}, {"a": [26], "b": [26, 27]}, {"a": [26], "b": [26, 27, 28], "c": [28]}
    for adopted, found in zip((counts[:2], counts[:1], counts), turns, strict=True):
        ledger.adopt(UNDER, adopted)
        assert ledger.since().items() >= {name: [f"2026-11-{day}T10:00:00Z" for day in days] for name, days in found.items()}.items()
        clock.tick(24 * 3600)
    since = ledger.since()
    ledger.close()
    assert opened().since() == since


def test_what_follows_from_the_entries_can_be_written_anew(opened, path):
    ledger = opened()
    for i in range(300):
        ledger.append({"kind": "verdict", "id": f"v{i}"})
    rogue = apsw.Connection(str(path))
    rogue.execute("DELETE FROM tile; UPDATE entry SET name = NULL WHERE i % 3 = 0")
    with pytest.raises(CorruptError):
        ledger.check()
    rebuild(Sqlite(path))
    assert ledger.check().size == 302
    assert Proof.parse(ledger.prove(7)).index == 7
    rogue.execute("UPDATE entry SET body = CAST(replace(body, 'v9', 'v8') AS BLOB) WHERE i = 11")
    with pytest.raises(CorruptError):
        rebuild(Sqlite(path))
    rogue.close()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (
            "UPDATE entry SET name = NULL WHERE i = 2; UPDATE entry SET name = 'reserve a' WHERE i = 4; UPDATE entry SET name = 'settle a' WHERE i = 2",
            "entry 2 is not found by its name, reserve a",
        ),
        ("UPDATE entry SET name = 'reserve x' WHERE i = 1", "entry 1 has the name reserve x, which is not its own"),
        ("UPDATE entry SET name = 'settle b' WHERE i = 1", "entry 1 has the name settle b, which is not its own"),
    ],
    ids=["exchanged", "where none is due", "of one to come"],
)
def test_names_that_are_not_those_of_the_entries_are_seen_and_mended(opened, path, monkeypatch, changed, told):
    monkeypatch.setattr(follow, "PIECE", 3)
    ledger = opened()
    reserve(ledger, "a", range(5))
    reserve(ledger, "b", range(5))
    ledger.commit("a", {})
    with apsw.Connection(str(path)) as rogue:
        rogue.execute(changed)
    with pytest.raises(CorruptError, match=told):
        ledger.check()
    store = Sqlite(path)
    rebuild(store)
    store.close()
    assert ledger.check().size == 5
    assert ledger.find("settle a")[0] == 4


@pytest.mark.parametrize(
    ("index", "body"),
    [
        (0, b'{"at":"2026-11-26T10:00:00Z","kind":"key","role":"log","vkey":"x"}'),
        (0, b'{"at":"2026-11-26T10:00:00Z","id":"x","kind":"key","role":"log","vkey":null}'),
        (1, b'{"at":"2026-11-26T10:00:00Z","kind":["adopt"]}'),
        (2, b'{"asked":[{"amount":"x","budget":"b","most":"1"}],"at":"2026-11-26T10:00:00Z","id":"s","kind":"spend","totals":["0.5"]}'),
        (2, b"[]"),
    ],
)
def test_an_entry_that_lacks_what_it_should_have_is_corrupt_whoever_reads_it(opened, path, clock, index, body):
    with opened() as ledger:
        ledger.spend("s", [Spending("b", Decimal("0.5"), Decimal(1))])
    path.with_name(f"{path.name}.snapshot").unlink()
    with apsw.Connection(str(path)) as rogue:
        rogue.execute("UPDATE entry SET body = ? WHERE i = ?", (body, index))
    store = Sqlite(path)
    for read in (lambda: Reader(store).check(), lambda: rebuild(store), lambda: Ledger.open(path, signer=SIGNER, now=clock)):
        with pytest.raises(CorruptError, match=f"entry {index}"):
            read()
    store.close()


def test_what_cannot_be_proved_is_a_reason_to_hold(opened, path):
    ledger = opened()
    for changed in ("DELETE FROM tile", "UPDATE tile SET hashes = x'00'", "INSERT INTO vouched VALUES (2, 'x')", "UPDATE checkpoint SET note = 'x'"):
        with apsw.Connection(str(path)) as rogue:
            rogue.execute(changed)
        with pytest.raises(CorruptError):
            ledger.prove(1)
        with pytest.raises(CorruptError):
            ledger.find(f"key {SIGNER.key}")


def test_an_entry_under_the_name_of_another_is_not_found(opened, path):
    ledger = opened()
    reserve(ledger, "a", range(5))
    ledger.commit("a", {})
    with apsw.Connection(str(path)) as rogue:
        rogue.execute("UPDATE entry SET name = replace(name, ' a', ' b')")
    for name in ("reserve b", "settle b"):
        with pytest.raises(CorruptError, match="not the one of the name"):
            ledger.find(name)
    assert ledger.find("reserve a") is None


def test_a_new_key_signs_after_the_old_one_said_so(opened, path, clock):
    newer = Signer(SIGNER.name, bytes(32))
    old = opened()
    with pytest.raises(EntryError, match="no key for a log"):  # else nobody could ever write again
        old.append({"kind": "key", "id": "x", "role": "log", "vkey": "x"})
    old.append({"kind": "key", "id": str(newer.key), "role": "log", "vkey": str(newer.key)})
    with pytest.raises(StoreError):
        reserve(old, "a", range(5))
    with Ledger.open(path, signer=newer, now=clock) as ledger:
        reserve(ledger, "a", range(5))
        assert ledger.check().signer == str(newer.key)
        Checkpoint.opened(Note.parse(ledger.checkpoint()), [newer.key])


def test_nobody_is_in_any_byte_that_is_kept(path, clock, tmp_path):
    canaries = [f"canary-{i:04}@example.org" for i in range(50)]
    with Ledger.create(path, signer=SIGNER, now=clock) as ledger:
        ledger.adopt(UNDER, [COUNT])
        mac = Mac.of(bytes(range(32, 64)), "person")
        digests = Digests.joined(bytes.fromhex(mac.digest(canary)) for canary in canaries)
        ledger.reserve("a", [Asked(COUNT.name, ("exporter",), DAY, digests)], MORNING + HOUR, {"rows": 50}, UNDER)
        ledger.commit("a", {})
        ledger.prove(2)
        kept = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert {"ledger.db", "ledger.db-wal"} <= kept.keys()
    kept |= {file.name + " closed": file.read_bytes() for file in tmp_path.iterdir()}
    assert any(b'"reserve"' in held for held in kept.values())  # so the scan would see what is there
    for name, held in kept.items():
        assert not re.search(rb"canary|example\.org(?!/ledger)", held), name
        assert not any(canary[:11].encode("utf-16-le") in held for canary in canaries), name
