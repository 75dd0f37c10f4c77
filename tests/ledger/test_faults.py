"""Each fault, and that it ends in *hold*: an error with a name, nothing answered that is not kept, nothing kept that others cannot see."""

import datetime as dt
import os
import shutil
import signal
from decimal import Decimal

import apsw
import bookkeeping
import pytest
from bookkeeping import COUNT, DAY, MORNING, SIGNER, UNDER, Clock, adoption, asked, reservation
from power import Disk

from comity.ledger import entry
from comity.ledger.budget import Spending
from comity.ledger.hold import ClockError, CorruptError, ExpiredError, FullError, LockedError, SignerError, StaleError, StoreError
from comity.ledger.ledger import Ledger
from comity.ledger.note import Signer
from comity.ledger.sqlite import Sqlite
from comity.ledger.writer import Writer

HOUR = dt.timedelta(hours=1)


def reserve(ledger, name, numbers, until=MORNING + HOUR, under=UNDER):
    return ledger.reserve(name, [asked(numbers)], until, {}, under)


def failing(disk, what, error):
    """The disk fails at this from now on."""

    def fault(operation):
        if operation.what == what and operation.name.endswith("-wal"):
            raise error

    disk.fault = fault


@pytest.mark.parametrize(
    ("what", "error", "told"),
    [("write", apsw.FullError("full"), FullError), ("write", apsw.IOError("worn out"), StoreError), ("sync", apsw.IOError("worn out"), StoreError)],
    ids=["disk full", "i/o error in a write", "i/o error in a sync"],
)
def test_a_failing_disk_holds(path, what, error, told):
    with Disk() as disk:
        ledger = Ledger.create(path, signer=SIGNER, now=Clock())
        ledger.adopt(UNDER, [COUNT])
        reserve(ledger, "kept", range(5))
        failing(disk, what, error)
        with pytest.raises(told):
            reserve(ledger, "lost", range(5, 10))
        disk.fault = lambda _: None
        with pytest.raises(StoreError):  # never again through this one, not even when the disk is well
            reserve(ledger, "later", range(5, 10))
        with pytest.raises(StoreError):
            ledger.totals([asked(range(3))])
        ledger.close()
        with Ledger.open(path, signer=SIGNER, now=Clock()) as again:
            again.check()
            assert again.totals([asked(())])[0].least in (5, 10)  # a sync that failed may have kept what it was asked to keep
            assert reserve(again, "lost", range(5, 10)).totals[0].least == 10


def test_a_clock_that_goes_back_holds(opened, clock):
    ledger = opened()
    reserve(ledger, "a", range(5))
    clock.tick(-1)
    with pytest.raises(ClockError):
        reserve(ledger, "b", range(5))
    with pytest.raises(ClockError):
        ledger.commit("a", {})
    clock.tick(1)
    assert ledger.commit("a", {}) == 3


def test_a_day_yet_to_come_holds(opened):
    ledger = opened()
    assert ledger.reserve("here it is tomorrow", [asked(range(5), day=DAY + 1)], MORNING + HOUR, {}, UNDER).totals[0].least == 5
    with pytest.raises(ClockError):
        ledger.reserve("nowhere", [asked(range(5), day=DAY + 2)], MORNING + HOUR, {}, UNDER)


def test_a_stale_rulebook_holds(opened):
    ledger = opened()
    reserve(ledger, "before", range(5))
    newer = {"xx.act": "cd" * 32}
    ledger.adopt(newer, [COUNT])
    with pytest.raises(StaleError):
        reserve(ledger, "after", range(5))
    with pytest.raises(StaleError):
        ledger.commit("before", {})
    with pytest.raises(StaleError):
        reserve(ledger, "none named", range(5), under={})
    ledger.cancel("before", "decided under rulebooks of yesterday")
    assert reserve(ledger, "anew", range(5), under=newer).totals[0].least == 5


def test_a_ledger_whose_beginning_was_stopped_before_it_adopted_anything_holds(path, clock):
    with Ledger.create(path, signer=SIGNER, now=clock) as ledger, pytest.raises(StaleError, match="no rulebooks are adopted yet"):
        reserve(ledger, "a", range(5))


def test_a_lock_that_another_keeps_holds(path):
    Sqlite.create(path).close()
    other, mine = Sqlite(path), Sqlite(path, patience_ms=1)
    writer = Writer(mine, SIGNER, Clock())
    writer.write([adoption()])
    other.begin()
    with pytest.raises(LockedError):
        writer.write([reservation("a", asked(range(5)))])
    other.rollback()
    assert writer.write([reservation("a", asked(range(5)))])[0].index == 2
    for store in (other, mine):
        store.close()


def test_a_lock_on_a_file_that_was_replaced_holds(opened, path):
    ledger = opened()
    shutil.copy(path, path.with_name("copy"))
    path.with_name("copy").rename(path)
    with pytest.raises(StoreError, match="another file"):
        reserve(ledger, "a", range(5))


def test_a_fork_of_the_same_size_holds(opened, path, clock, tmp_path):
    """Another log of the same key, written over this one in place."""
    ledger, fork = opened(), tmp_path / "fork"
    rogue, other = apsw.Connection(str(path)), apsw.Connection(str(fork))
    with other.backup("main", rogue, "main") as copy:
        copy.step()
    with Ledger.open(fork, signer=SIGNER, now=clock) as theirs:
        reserve(theirs, "b", range(50))
    reserve(ledger, "a", range(5))
    with rogue.backup("main", other, "main") as copy:
        copy.step()
    for one in (rogue, other):
        one.close()
    with pytest.raises(CorruptError, match="does not fit"):
        ledger.totals([asked(())])
    with pytest.raises(StoreError):
        reserve(ledger, "c", range(5))


def test_another_writer_of_the_same_entry_holds(path):
    Sqlite.create(path).close()
    store = Sqlite(path)
    writer = Writer(store, SIGNER, Clock())
    writer.write([adoption()])
    rogue = apsw.Connection(str(path))
    rogue.execute("INSERT INTO entry SELECT 2, body, NULL FROM entry WHERE i = 1")
    with pytest.raises(CorruptError):
        writer.write([reservation("a", asked(range(5)))])
    rogue.close()
    store.close()


def test_an_entry_taken_away_holds(opened, path):
    ledger = opened()
    reserve(ledger, "a", range(5))
    rogue = apsw.Connection(str(path))
    rogue.execute("DELETE FROM entry WHERE i = 2")
    with pytest.raises(CorruptError):
        reserve(ledger, "b", range(5))
    rogue.close()
    with pytest.raises(CorruptError):
        opened()


def test_an_entry_for_which_there_was_no_room_ends_the_writer(opened, monkeypatch):
    """The state has it, the log has not: nothing may be signed that follows from the state alone."""
    ledger = opened()
    monkeypatch.setattr(entry, "MAX_ENTRY", 130)
    monkeypatch.setattr(entry, "_ROOM_TOTAL", -60)
    half = Spending("b", Decimal("0.5"), Decimal(999999999999999))
    for _ in range(2):
        with pytest.raises(StoreError, match="more than 130"):
            ledger.spend("s", [half])
        monkeypatch.undo()
    ledger.close()
    assert opened().spend("s", [half]) == 2
    assert opened().check().size == 3


def test_a_snapshot_that_another_keeps_locked_is_done_without(opened, monkeypatch):
    def locked(*_):
        raise LockedError("another keeps it")

    ledger = opened()
    monkeypatch.setattr(Sqlite, "keep", locked)
    monkeypatch.setattr(Sqlite, "kept", locked)
    reserve(ledger, "a", range(5))
    ledger.close()
    assert "it was closed" in str(ledger._sequencer._stopped)
    assert opened().commit("a", {}) == 3


def test_another_key_holds(opened, path, clock):
    opened()
    with pytest.raises(SignerError):
        Ledger.open(path, signer=Signer(SIGNER.name, bytes(32)), now=clock)


def test_a_missing_ledger_is_no_empty_one(path, clock):
    with pytest.raises(StoreError):
        Ledger.open(path, signer=SIGNER, now=clock)
    assert not path.exists()


def test_a_second_beginning_is_refused(opened, path, clock):
    opened()
    with pytest.raises(StoreError):
        Ledger.create(path, signer=SIGNER, now=clock)


def test_a_process_killed_before_it_commits_holds_until_its_time_is_over(opened, path, clock):
    opened().close()
    gone = bookkeeping.process(
        """
        from comity.ledger.ledger import Ledger
        ledger = Ledger.open(Path(sys.argv[1]), signer=bookkeeping.SIGNER, now=bookkeeping.Clock())
        ledger.reserve("a", [bookkeeping.asked(range(60))], bookkeeping.MORNING + bookkeeping.dt.timedelta(hours=1), {}, bookkeeping.UNDER)
        print("done", flush=True)
        sys.stdin.read()
        """,
        path,
    )
    gone.kill()
    gone.communicate()
    ledger = opened()
    ledger.check()
    assert reserve(ledger, "b", range(60, 120), until=MORNING + 2 * HOUR).totals[0].least == COUNT.most + 1  # what it may have moved still counts
    ledger.cancel("b", "it crosses the line")
    clock.tick(3600)
    assert reserve(ledger, "c", range(60, 120), until=MORNING + 2 * HOUR).totals[0].least == 60  # nothing leaks
    with pytest.raises(ExpiredError):
        ledger.commit("a", {})


def test_a_process_stopped_in_a_transaction_holds_the_others_and_leaves_nothing(path):
    Sqlite.create(path).close()
    mine = Sqlite(path, patience_ms=1)
    writer = Writer(mine, SIGNER, Clock())
    writer.write([adoption()])
    stopped = bookkeeping.process(
        """
        from comity.ledger.sqlite import Sqlite
        store = Sqlite(Path(sys.argv[1]))
        store.add(store.begin(), [(b"{}", None)], {})
        print("done", flush=True)
        sys.stdin.read()
        """,
        path,
    )
    stopped.send_signal(signal.SIGSTOP)
    with pytest.raises(LockedError):
        writer.write([reservation("a", asked(range(5)))])
    stopped.kill()
    stopped.communicate()
    assert writer.write([reservation("a", asked(range(5)))])[0].index == 2
    mine.close()


def test_a_process_stopped_before_its_sync_holds_the_others_and_goes_on_before_them(path):
    Sqlite.create(path).close()
    mine = Sqlite(path, patience_ms=1)
    writer = Writer(mine, SIGNER, Clock())
    writer.write([adoption()])
    stopped = bookkeeping.process(
        """
        import os, signal
        from comity.ledger.sqlite import Sqlite
        from comity.ledger.writer import Writer
        from power import Disk
        disk = Disk()
        with disk:
            writer = Writer(Sqlite(Path(sys.argv[1])), bookkeeping.SIGNER, bookkeeping.Clock())
            print("open", flush=True)
            disk.fault = lambda operation: os.kill(os.getpid(), signal.SIGSTOP) if operation.what == "sync" else None
            print(writer.write([bookkeeping.reservation("a", bookkeeping.asked(range(60)))])[0].index, flush=True)
        """,
        path,
    )
    os.waitpid(stopped.pid, os.WUNTRACED)
    with pytest.raises(LockedError):
        writer.write([reservation("b", asked(range(60, 120)))])
    stopped.send_signal(signal.SIGCONT)
    assert stopped.communicate()[0] == "2\n"
    answer = writer.write([reservation("b", asked(range(60, 120)))])[0]
    assert (answer.index, answer.entry["totals"]) == (3, [{"least": COUNT.most + 1}])
    assert bookkeeping.check(path, [answer]) == 4
    mine.close()


def test_a_leader_paused_past_the_end_of_its_reservation_holds(opened):
    paused, later = opened(), Clock()
    reserve(paused, "a", range(60))
    other = opened(later)
    later.tick(3600)
    assert reserve(other, "b", range(60, 120), until=MORNING + 2 * HOUR).totals[0].least == 60
    with pytest.raises(ExpiredError):
        paused.commit("a", {})
    with pytest.raises(ClockError):  # its clock stood still as well
        reserve(paused, "c", range(5))
    assert other.totals([asked(())])[0].least == 60
    bookkeeping.check(other.where, [])
