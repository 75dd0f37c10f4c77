"""A witness's memory: whole through every fault, held by one, and never begun again by accident."""

import errno
import os
import stat

import pytest
from growing import ORIGIN, WITNESSES, Log

from comity.ledger import memory
from comity.ledger.memory import ForgotError, Memory, name_of
from comity.ledger.witness import Seen

ANN, BEN = WITNESSES[:2]
LOG = Log(9)


@pytest.fixture
def held(tmp_path):
    with Memory(tmp_path, ANN.key) as found:
        yield found


def note(size, witness=ANN, at=7):
    return LOG.signed(size, witnesses=[witness], at=at)


def test_what_is_kept_is_remembered_by_the_next_process(tmp_path):
    with Memory(tmp_path, ANN.key) as first:
        first.add(ORIGIN)
        assert first.seen(ORIGIN) == Seen()
        assert first.note(ORIGIN) is None
        first.keep(ORIGIN, note(5))
        first.keep(ORIGIN, note(9))
    with Memory(tmp_path, ANN.key) as second:
        assert second.seen(ORIGIN) == Seen(9, LOG.tree.head(), 7)
        assert str(second.note(ORIGIN)) == (tmp_path / name_of(ORIGIN)).read_text()


def test_a_log_is_added_once(held):
    held.add(ORIGIN)
    held.keep(ORIGIN, note(5))
    with pytest.raises(ForgotError, match="already"):
        held.add(ORIGIN)
    assert held.seen(ORIGIN).size == 5


def test_one_process_holds_it(held):
    with pytest.raises(ForgotError, match="another process"):
        Memory(held.folder, ANN.key)


def test_what_is_missing_is_a_fault_and_no_new_beginning(held):
    with pytest.raises(ForgotError, match="is not remembered"):
        held.seen(ORIGIN)
    held.add(ORIGIN)
    held.keep(ORIGIN, note(5))
    (held.folder / name_of(ORIGIN)).unlink()
    with pytest.raises(ForgotError, match="is not remembered"):
        held.seen(ORIGIN)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"nothing",
        str(note(5))[:-20].encode(),
        str(note(5)).replace("\n5\n", "\n4\n").encode(),
        str(note(5, witness=BEN)).encode(),
        str(LOG.signed(5)).encode(),
        b"\xff",
    ],
    ids=["emptied", "cut", "torn", "changed", "another's", "not vouched for", "no text"],
)
def test_what_is_not_ours_is_a_fault(held, raw):
    held.add(ORIGIN)
    (held.folder / name_of(ORIGIN)).write_bytes(raw)
    with pytest.raises(ForgotError, match="is not what this witness vouched for"):
        held.seen(ORIGIN)


def test_another_log_s_memory_is_a_fault(held):
    held.add("other.example")
    held.keep("other.example", note(5))
    with pytest.raises(ForgotError):
        held.seen("other.example")


def test_what_is_written_is_synced_then_named_then_its_folder_synced(held, monkeypatch):
    """In this order, else a loss of power could bring back the old, or a file with nothing in it."""
    held.add(ORIGIN)
    steps = []
    real_sync, real_replace = os.fsync, type(held.folder).replace
    monkeypatch.setattr(memory.os, "fsync", lambda fd: (steps.append("file" if stat.S_ISREG(os.fstat(fd).st_mode) else "folder"), real_sync(fd)))
    monkeypatch.setattr(type(held.folder), "replace", lambda path, to: (steps.append("name"), real_replace(path, to))[1])
    held.keep(ORIGIN, note(5))
    assert steps == ["file", "name", "folder"]


@pytest.mark.parametrize("failing", ["first", "second"])
def test_a_failed_sync_leaves_the_old_or_the_new(held, monkeypatch, failing):
    held.add(ORIGIN)
    held.keep(ORIGIN, note(5))
    left = [0 if failing == "first" else 1]

    def sync(_):
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.EIO, "input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(memory.os, "fsync", sync)
        with pytest.raises(OSError, match="input/output"):
            held.keep(ORIGIN, note(9))
    assert held.seen(ORIGIN).size == (5 if failing == "first" else 9)


@pytest.mark.parametrize("step", ["write", "file", "name", "folder"])
def test_power_that_fails_at_any_step_leaves_the_old_or_the_new_whole(held, monkeypatch, step):
    """What was begun is found as it was left, torn, and is in nobody's way."""
    held.add(ORIGIN)
    held.keep(ORIGIN, note(5))

    class PowerLost(BaseException):
        pass

    def lost(*_):
        raise PowerLost

    kinds = iter(["file", "folder"])
    with monkeypatch.context() as patch:
        if step == "write":
            patch.setattr(type(held.folder), "open", lost)
        elif step == "name":
            patch.setattr(type(held.folder), "replace", lost)
        else:
            patch.setattr(memory.os, "fsync", lambda _: lost() if next(kinds) == step else None)
        with pytest.raises(PowerLost):
            held.keep(ORIGIN, note(9))
    (held.folder / name_of(ORIGIN)).with_suffix(".new").write_bytes(b"torn")
    held.close()
    with Memory(held.folder, ANN.key) as again:
        assert again.seen(ORIGIN).size == (9 if step == "folder" else 5)
        again.keep(ORIGIN, note(9))
        assert again.seen(ORIGIN).size == 9
    held._lock = os.open(held.folder / "lock", os.O_RDWR)  # for the fixture to let go
