"""A ledger and the witnesses of its policy, over loopback: what was cut, forked or brought back from a copy holds when it is opened."""

import shutil
import threading
from contextlib import ExitStack
from queue import SimpleQueue

import apsw
import pytest
from bookkeeping import COUNT, MORNING, SIGNER, UNDER, Clock, asked, dt

from comity.ledger import witnesses as vouching
from comity.ledger.carrier import Server, sender
from comity.ledger.cosignature import Cosigner
from comity.ledger.hold import CorruptError, RewrittenError, StoreError, UnwitnessedError
from comity.ledger.ledger import Ledger
from comity.ledger.memory import Memory
from comity.ledger.note import Note, base64_of
from comity.ledger.policy import Group, Policy
from comity.ledger.proof import Proof
from comity.ledger.sqlite import Sqlite
from comity.ledger.verify_offline import main
from comity.ledger.watch import Watch
from comity.ledger.witness import SIZE, Answer, WitnessError
from comity.ledger.witnesses import Witnesses

ORIGIN, ANN, BEN = SIGNER.name, *(Cosigner(f"witness.example/{i}", bytes([i]) * 32) for i in (1, 2))


@pytest.fixture
def posts(tmp_path):
    """What posts to a live witness each, Ann and Ben."""
    with ExitStack() as stack:
        made = {}
        for one in (ANN, BEN):
            (folder := tmp_path / one.name.replace("/", "-")).mkdir()
            memory = stack.enter_context(Memory(folder, one.key))
            memory.add(ORIGIN)
            server = Server(("127.0.0.1", 0), Watch(one, memory, {ORIGIN: [SIGNER.key]}, lambda: 1_790_000_000))
            thread = threading.Thread(target=server.serve_forever, args=(0.01,))
            thread.start()
            stack.callback(server.server_close)
            stack.callback(thread.join)
            stack.callback(server.shutdown)
            made[one.key] = sender(f"http://127.0.0.1:{server.server_address[1]}/")
        yield made


def witnesses(posts, needed=2):
    return Witnesses(Policy((SIGNER.key,), Group(needed, tuple(posts))), posts)


@pytest.fixture
def opened(path):
    def again(these):
        if not path.exists():
            with Ledger.create(path, signer=SIGNER, now=Clock()) as made:
                made.adopt(UNDER, [COUNT])
        return Ledger.open(path, signer=SIGNER, now=Clock(), witnesses=these)

    return again


def reserve(ledger, name):
    return ledger.reserve(name, [asked(range(5))], MORNING + dt.timedelta(hours=1), {}, UNDER)


def words(ledger, index):
    """Who vouches in the proof of an entry."""
    return {line.name for line in Proof.parse(ledger.prove(index)).checkpoint.signatures} - {ORIGIN}


def test_what_a_ledger_answers_its_witnesses_vouch_for(opened, posts):
    with opened(witnesses(posts)) as ledger:
        assert words(ledger, 0) == words(ledger, 1) == {ANN.name, BEN.name}
        assert words(ledger, reserve(ledger, "a").index) == {ANN.name, BEN.name}
        assert Note.parse(ledger.checkpoint()).text.split("\n")[1] == "3"
        ledger.check()
    with opened(witnesses(posts)) as ledger:
        assert ledger.find("reserve a")[0] == 2


def test_a_proof_carries_the_quorum_to_a_stranger(opened, posts, tmp_path, capsys):
    asks = [str(tmp_path / "proof"), "--key", str(SIGNER.key), "--witness", str(ANN.key), "--witness", str(BEN.key)]
    with opened(None) as ledger:
        (tmp_path / "proof").write_text(ledger.prove(1))
        assert main(asks) == 1
        assert "0 of 2 witnesses vouch" in capsys.readouterr().err
    with opened(witnesses(posts)) as ledger:
        (tmp_path / "proof").write_text(ledger.prove(1))
        assert main(asks) == 0
        assert f"witness: {BEN.name} at 2026-" in capsys.readouterr().out


@pytest.mark.parametrize("then", ["cut", "brought back", "forked", "forked, longer"])
def test_a_log_that_was_rewritten_holds_when_it_is_opened(opened, posts, path, tmp_path, then):
    opened(None).close()
    shutil.copy(path, tmp_path / "copy")
    with opened(witnesses(posts, 1)) as ledger:
        reserve(ledger, "a")
        reserve(ledger, "b")
    if then == "cut":
        rogue = apsw.Connection(str(path))
        rogue.execute("DELETE FROM entry WHERE i > 2; DELETE FROM checkpoint WHERE size > 3; DELETE FROM vouched WHERE size > 3")
        rogue.close()
    else:
        for file in path.parent.glob(f"{path.name}*"):
            file.unlink()
        shutil.copy(tmp_path / "copy", path)
    if then.startswith("forked"):
        with opened(None) as ledger:
            for name in "xyz"[: 2 + ("longer" in then)]:
                reserve(ledger, name)
    opened(None).close()  # by itself it looks like any other
    with pytest.raises(RewrittenError, match="cut, forked or brought back"):
        opened(witnesses(posts, 1))


def test_a_checkpoint_that_somebody_took_away_ends_the_asking(opened, posts, path):
    with opened(witnesses(posts)) as ledger:
        posts[BEN.key] = lambda _, post=posts[BEN.key]: Answer(503, "tired\n") if tired else post(_)
        tired = True
        with pytest.raises(UnwitnessedError):
            reserve(ledger, "a")
        tired = False
        with apsw.Connection(str(path)) as rogue:
            rogue.execute("DELETE FROM checkpoint WHERE size = 3")
        with pytest.raises(CorruptError, match="of 2 entries, and there are 3"):
            witnesses(posts).vouch(ledger.store, 3)
        with pytest.raises(CorruptError, match="does not fit"):
            ledger.since()


def test_without_its_quorum_nothing_is_answered_and_one_may_ask_again(opened, posts):
    silent = {}

    def post(body):
        return silent.get("answer") or posts[BEN.key](body)

    with opened(witnesses(posts)) as ledger, opened(witnesses({**posts, BEN.key: post})) as other:
        silent["answer"] = Answer(503, "tired\n")
        with pytest.raises(UnwitnessedError, match=r"1 vouch.*answered 503: tired"):
            reserve(other, "a")
        with pytest.raises(UnwitnessedError):
            other.totals([asked(())])
        with pytest.raises(UnwitnessedError):
            other.find("reserve a")  # it is recorded; nobody may go by it yet
        with pytest.raises(UnwitnessedError):
            opened(witnesses({**posts, BEN.key: post}))
        silent.clear()
        assert reserve(other, "a").index == 2
        assert other.find("reserve a")[0] == 2
        reserve(ledger, "b")  # written beside it: each asks with the longer log
        assert reserve(other, "a").index == 2
        ledger.commit("b", {})
        silent["answer"] = Answer(409, "99\n", SIZE)
        with pytest.raises(RewrittenError):
            reserve(other, "c")
        with pytest.raises(StoreError):
            reserve(other, "d")


@pytest.fixture
def slow(posts, monkeypatch):
    """The posts of Ann and Ben, of whom Ben does not answer before he is let; and what lets him, with an answer if not his own."""
    monkeypatch.setattr(vouching, "HEARING", 0.0)
    may, own, answers = threading.Semaphore(0), posts[BEN.key], SimpleQueue()

    def post(body):
        may.acquire()
        return answers.get() or own(body)

    def let(answer=None):
        answers.put(answer)
        may.release()

    yield {**posts, BEN.key: post}, let
    for _ in range(9):
        let(Answer(500))


def test_nobody_waits_for_a_slow_witness_whom_the_quorum_does_not_need(opened, slow):
    posts, _ = slow
    with opened(witnesses(posts, 1)) as ledger:
        assert words(ledger, reserve(ledger, "a").index) == {ANN.name}
        assert words(ledger, reserve(ledger, "b").index) == {ANN.name}


def test_all_witnesses_together_have_so_much_time_and_no_more(opened, slow, monkeypatch):
    posts, let = slow
    monkeypatch.setattr(vouching, "PATIENCE", 0.1)
    with pytest.raises(UnwitnessedError, match=f"1 vouch.*'{BEN.name}' did not answer in time"):
        opened(these := witnesses(posts))
    monkeypatch.setattr(vouching, "PATIENCE", 10.0)
    let(Answer(500))  # to what he was asked then: he is asked again
    let()
    with opened(these) as ledger:
        assert words(ledger, 0) == {ANN.name, BEN.name}


def test_what_a_slow_witness_remembers_counts_when_he_says_it(opened, slow):
    posts, let = slow
    with opened(these := witnesses(posts, 1)) as ledger:
        reserve(ledger, "a")
        let(Answer(409, "99\n", SIZE))
        these._answers.put(these._answers.get())  # it has arrived
        with pytest.raises(RewrittenError, match="remembers 99"):
            ledger.totals([asked(())])


def test_at_first_everybody_is_heard_who_answers_soon(opened, posts, monkeypatch):
    """One of them may know better than those who are enough."""
    heard = threading.Event()

    def quick(body):
        return posts[ANN.key](body)

    def later(_):
        heard.wait()
        return Answer(409, "99\n", SIZE)

    enough = Witnesses._enough
    monkeypatch.setattr(Witnesses, "_enough", lambda *args: enough(*args) and (heard.set() or True))
    monkeypatch.setattr(vouching, "HEARING", 60.0)
    with pytest.raises(RewrittenError, match="remembers 99"):
        opened(witnesses({ANN.key: quick, BEN.key: later}, 1))


def test_what_witnesses_said_to_another_gate_is_taken_and_what_they_said_once_is_not(opened, posts):
    def never(_):
        raise WitnessError("not asked")

    with opened(None) as ledger, opened(witnesses(posts)) as other, opened(these := witnesses(posts)) as third:
        reserve(other, "a")
        these.send = dict.fromkeys(posts, never)
        assert reserve(third, "a").index == 2
        with pytest.raises(UnwitnessedError, match="not asked"):
            opened(witnesses(dict.fromkeys(posts, never)))
        assert len(Note.parse(ledger.checkpoint()).signatures) == 3


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("checkpoint", "nonsense"),
        ("checkpoint", "log\nx\n\n\N{EM DASH} log AAAAAAA=\n"),
        ("vouched", "nonsense"),
        ("vouched", "log\nx\n\n\N{EM DASH} log AAAAAAA=\n"),
        ("vouched", f"{{held}}\N{EM DASH} {ANN.name} {base64_of(ANN.key.number + bytes(72))}\n"),
    ],
)
def test_a_checkpoint_that_nobody_can_read_holds(opened, posts, path, table, said):
    opened(witnesses(posts)).close()
    with apsw.Connection(str(path)) as rogue:
        (held,) = rogue.execute(f"SELECT note FROM {table} ORDER BY size DESC").fetchone()
        rogue.execute(f"UPDATE {table} SET note = ?", (said.format(held=held),))
    with pytest.raises(CorruptError):
        opened(witnesses(posts))


def test_several_gates_on_one_file_are_not_taken_for_a_fork(opened, posts, path):
    with opened(witnesses(posts)) as one, opened(witnesses(posts)) as other:

        def work(ledger, name):
            for i in range(4):
                reserve(ledger, f"{name}{i}")

        threads = [threading.Thread(target=work, args=each) for each in ((one, "a"), (other, "b"))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert one.check().size == 10
        store = Sqlite(path)
        assert Note.parse(store.vouched()).text == Note.parse(store.checkpoint()).text
        store.close()
