"""A witness at work: it speaks only of what it remembers durably, and never of two histories."""

import errno
import resource
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

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
from comity.ledger.watch import STOPPED, Watch
from comity.ledger.witness import OtherHistoryError, Request, cosigned

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
def test_it_vouches_for_what_continues_what_it_vouched_for_and_nothing_else(tmp_path_factory, asked):
    """Whatever is asked in whatever order: so all that was cosigned is one log, and never shrank."""
    with Memory(tmp_path_factory.mktemp("witness"), ANN.key) as held:
        held.add(ORIGIN)
        watch, last = Watch(ANN, held, LOGS, Clock()), MAIN.checkpoint(0)
        for log, one, other in asked:
            old, size = sorted((one, other))
            vouched = watch.post("/add-checkpoint", body(log, old, size)).status == 200
            assert vouched == (log.checkpoint(old) == last)
            if vouched:
                last = log.checkpoint(size)


def test_racing_requests_are_decided_one_after_another(watch):
    """Two longer logs that both continue what is remembered, asked for at once, many times: one wins, the other is told, and has lost for good."""
    winners = []
    for old, size in pairwise((0, *range(20, 40))):
        with ThreadPoolExecutor(4) as pool:
            logs = [MAIN, FORK] * 2
            answers = list(pool.map(lambda log: watch.post("/add-checkpoint", body(log, old, size)).status, logs))  # noqa: B023 -- waited for here
        assert answers.count(200) == 1
        assert set(answers) <= {200, 409, 422}
        winners.append(logs[answers.index(200)])
    assert len(set(map(id, winners[1:]))) == 1  # of 20 entries they are the same
    assert Checkpoint.parse(watch.memory.note(ORIGIN).text) == winners[-1].checkpoint(39)


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
    assert [watch.post("/add-checkpoint", body(MAIN, old, 35)) for old in (10, 30)] == [STOPPED] * 2


def test_only_one_meets_a_fault_and_nobody_is_decided_after_it(watch, monkeypatch):
    ask(MAIN, watch, 10)
    met = []

    def sync(_):
        met.append(1)
        raise OSError(errno.EIO, "input/output error")

    monkeypatch.setattr(memory.os, "fsync", sync)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda size: watch.post("/add-checkpoint", body(MAIN, 10, size)), range(11, 40)))
    assert answers == [STOPPED] * 29
    assert len(met) == 1
    assert watch.fault == "[Errno 5] input/output error"
    assert watch.get(f"/{name_of(ORIGIN)}/checkpoint") == STOPPED


def test_a_full_disk_holds_and_leaves_what_was_there(watch):
    ask(MAIN, watch, 10)
    before = watch.memory.note(ORIGIN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
    try:
        assert watch.post("/add-checkpoint", body(MAIN, 10, 30)) == STOPPED
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert {file.name for file in watch.memory.folder.iterdir()} == {"lock", name_of(ORIGIN)}
    assert watch.memory.note(ORIGIN) == before
    assert ask(MAIN, Watch(ANN, watch.memory, LOGS, Clock()), 30)  # once a person has looked


def test_a_fault_that_is_not_of_the_memory_stops_nobody(watch):
    def broken():
        raise ZeroDivisionError

    good, watch.clock = watch.clock, broken
    with pytest.raises(ZeroDivisionError):
        watch.post("/add-checkpoint", body(MAIN, 0, 10))
    watch.clock = good
    assert ask(MAIN, watch, 10)


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
