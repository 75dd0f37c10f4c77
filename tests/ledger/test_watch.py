"""A witness at work: it speaks only of what it remembers durably, and never of two histories."""

import errno
from concurrent.futures import ThreadPoolExecutor

import pytest
from growing import ORIGIN, SIGNER, WITNESSES, Log
from hypothesis import given
from hypothesis import strategies as st

from comity.ledger import memory
from comity.ledger.checkpoint import Checkpoint
from comity.ledger.cosignature import witnessed
from comity.ledger.memory import ForgotError, Memory, name_of
from comity.ledger.note import Note, Signature, Signer
from comity.ledger.policy import Group, Policy
from comity.ledger.watch import Watch
from comity.ledger.witness import Answer, OtherHistoryError, Request, cosigned

ANN = WITNESSES[0]
LOGS = {ORIGIN: [SIGNER.key]}
MAIN, FORK = Log(40), Log(20).grow(20, said="another")


class Clock:
    now = 1_790_000_000

    def __call__(self):
        return self.now


@pytest.fixture
def watch(tmp_path):
    with Memory(tmp_path, ANN.key) as held:
        held.add(ORIGIN)
        yield Watch(ANN, held, LOGS, Clock())


def body(log, old, size):
    return str(Request(old, tuple(log.tree.consistency(old, size)) if old else (), log.signed(size))).encode()


def ask(log, watch, size):
    return cosigned(log.signed(size), ANN.key, lambda old: log.tree.consistency(old, size), lambda text: watch.post("/add-checkpoint", text.encode()))


def test_a_log_gets_its_cosignature_and_a_monitor_the_checkpoint(watch):
    assert watch.get(f"/{name_of(ORIGIN)}/checkpoint").status == 404
    line = ask(MAIN, watch, 30)
    answer = watch.get(f"/{name_of(ORIGIN)}/checkpoint")
    note = Note.parse(answer.body)
    assert (answer.status, note) == (200, MAIN.signed(30).with_signatures(line))
    Policy((SIGNER.key,), Group(1, (ANN.key,))).accept(note)


def test_what_strangers_wrote_below_a_checkpoint_is_not_kept(watch):
    note = MAIN.signed(30)
    crowded = note.with_signatures(Signer("stranger.example", b"s" * 32).sign(note.text), Signature("x", b"1234", bytes(2428)))
    assert watch.post("/add-checkpoint", str(Request(0, (), crowded)).encode()).status == 200
    kept = watch.memory.note(ORIGIN)
    assert [one.name for one in kept.signatures] == [ORIGIN, ANN.name]


@pytest.mark.parametrize("path", ["/", "/add-checkpoint/", "/sign-subtree", "/checkpoint"])
def test_nothing_else_is_posted_or_got(watch, path):
    assert watch.post(path, body(MAIN, 0, 30)).status == 404
    assert watch.get(path).status == 404


@given(st.lists(st.tuples(st.sampled_from((MAIN, FORK)), st.integers(0, 40), st.integers(0, 40)), max_size=30))
def test_no_two_histories_are_ever_vouched_for(tmp_path_factory, asked):
    """Whatever is asked in whatever order: all that was cosigned is one log, and never shrank."""
    with Memory(tmp_path_factory.mktemp("witness"), ANN.key) as held:
        held.add(ORIGIN)
        watch, said = Watch(ANN, held, LOGS, Clock()), []
        for log, one, other in asked:
            old, size = sorted((one, other))
            if watch.post("/add-checkpoint", body(log, old, size)).status == 200:
                said.append(log.checkpoint(size))
    assert [one.size for one in said] == sorted(one.size for one in said)
    assert {*said} <= {MAIN.checkpoint(one.size) for one in said} or {*said} <= {FORK.checkpoint(one.size) for one in said}


def test_racing_requests_are_decided_one_after_another(watch):
    """Two longer logs that both continue what is remembered, asked for at once, many times: one wins, the other is told."""
    for size in range(20, 40):
        with ThreadPoolExecutor(4) as pool:
            old = watch.memory.seen(ORIGIN).size
            answers = list(pool.map(lambda log: watch.post("/add-checkpoint", body(log, old, size)), [MAIN, FORK] * 2))  # noqa: B023 -- waited for here
        assert {answer.status for answer in answers} <= {200, 409, 422}
        assert 200 in {answer.status for answer in answers} or size > 20
    kept = Checkpoint.parse(watch.memory.note(ORIGIN).text)
    assert kept in {MAIN.checkpoint(kept.size), FORK.checkpoint(kept.size)}


def test_after_a_restart_it_remembers(tmp_path):
    for step, size in enumerate((10, 30, 30)):
        with Memory(tmp_path, ANN.key) as held:
            if not step:
                held.add(ORIGIN)
            ask(MAIN, Watch(ANN, held, LOGS, Clock()), size)
    with Memory(tmp_path, ANN.key) as held, pytest.raises(OtherHistoryError):
        ask(FORK, Watch(ANN, held, LOGS, Clock()), 30)


def test_a_witness_with_a_hole_in_its_memory_does_not_start(tmp_path):
    with Memory(tmp_path, ANN.key) as held, pytest.raises(ForgotError):
        Watch(ANN, held, LOGS, Clock())


@pytest.mark.parametrize("failing", [0, 1])
def test_no_cosignature_leaves_before_it_is_remembered_and_a_fault_stops_the_witness(watch, monkeypatch, failing):
    ask(MAIN, watch, 10)
    left = [failing]

    def sync(_):
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.EIO, "input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(memory.os, "fsync", sync)
        assert watch.post("/add-checkpoint", body(MAIN, 10, 30)).status == 503
    stopped = Answer(503, "the witness has stopped: its memory failed\n")
    assert [watch.post("/add-checkpoint", body(MAIN, old, 35)) for old in (10, 30)] == [stopped] * 2


def test_a_full_disk_holds(watch, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "no space left on device")

    monkeypatch.setattr(memory, "_replace", full)
    assert watch.post("/add-checkpoint", body(MAIN, 0, 30)).status == 503


def test_a_memory_that_is_lost_under_it_stops_the_witness(watch):
    ask(MAIN, watch, 10)
    (watch.memory.folder / name_of(ORIGIN)).write_bytes(b"nonsense")
    assert watch.get(f"/{name_of(ORIGIN)}/checkpoint").status == 503
    (watch.memory.folder / name_of(ORIGIN)).write_bytes(b"nothing seen yet\n")
    assert watch.post("/add-checkpoint", body(FORK, 0, 30)).status == 503


def test_a_clock_step_back_holds_until_time_has_passed_again(watch):
    ask(MAIN, watch, 10)
    watch.clock.now -= 1
    assert watch.post("/add-checkpoint", body(MAIN, 10, 30)).status == 503
    watch.clock.now += 1
    line = ask(MAIN, watch, 30)
    assert witnessed(MAIN.signed(30).with_signatures(line), [ANN.key]) == {ANN.key: 1_790_000_000}
