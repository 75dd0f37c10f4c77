"""A cache is exactly what was written, or nothing; and what is known with it is what is known without."""

import random

import pytest
from bookkeeping import COUNT, SIGNER, Clock, adoption, asked, cancellation, commitment, dt, reservation
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.ledger import sequencer
from comity.ledger.definition import Total
from comity.ledger.follow import Follower
from comity.ledger.hold import CorruptError, StoreError
from comity.ledger.ledger import Ledger
from comity.ledger.note import Signer
from comity.ledger.snapshot import Snapshot
from comity.ledger.sqlite import Sqlite
from comity.ledger.writer import Answer, Request, Writer

SECRET = b"of the house"


def told(log):
    """All that a state knows, in the same bytes however it came about."""
    return b"".join(Snapshot(log.state, log.tree.head()).pieces(SECRET))


class Watched(Sqlite):
    """It notes which entries are read."""

    def __init__(self, path):
        super().__init__(path)
        self.read = []

    def entries(self, first, end):
        self.read += range(first, end)
        return super().entries(first, end)


class Story:
    """A ledger that is used, left without a word, and opened again."""

    def __init__(self, path, seed=0, signer=SIGNER):
        self.path, self.signer, self.clock, self.chance = path, signer, Clock(), random.Random(seed)
        self.pending, self.number = [], 0
        Sqlite.create(path).close()
        self.open()
        self.writer.write([adoption()])

    def open(self):
        self.store = Watched(self.path)
        self.writer = Writer(self.store, self.signer, self.clock)

    def write(self, rounds=1):
        for _ in range(rounds):
            self.clock.tick(40)
            self.number += 1
            until = self.clock.now + dt.timedelta(seconds=90)
            names = [f"t{self.number}.{i}" for i in range(self.chance.randrange(1, 4))]
            batch = [reservation(name, asked(self.chance.sample(range(150), 9), key=(self.chance.choice("ab"),)), until=until) for name in names]
            batch += [commitment(name) if self.chance.random() < 0.6 else cancellation(name) for name in self.pending]
            self.pending = names
            assert any(isinstance(one, Answer) for one in self.writer.write(batch))

    @property
    def cache(self):
        return self.path.with_name(f"{self.path.name}.snapshot")

    def holds(self):
        """What the writer knows is what the log says; how many entries it read anew when it was opened."""
        anew = Follower(self.store)
        read, self.store.read = self.store.read, []
        anew.follow(self.store.size())
        assert told(self.writer.log) == told(anew)
        return len(read)


def test_a_ledger_opens_from_its_snapshot_and_reads_what_came_after(tmp_path):
    story = Story(tmp_path / "log")
    story.write(5)
    story.writer.keep(1)
    kept = story.store.size()
    story.write(3)
    story.open()
    assert story.holds() == story.store.size() - kept
    assert [one.name for one in tmp_path.iterdir() if "snapshot" in one.name] == ["log.snapshot"]


def test_a_ledger_that_is_closed_leaves_a_snapshot_and_one_that_stopped_does_not(tmp_path):
    path = tmp_path / "log"
    with Ledger.create(path, signer=SIGNER, now=Clock()) as ledger:
        ledger.adopt({"xx.act": "ab" * 32}, [COUNT])
    store = Watched(path)
    writer = Writer(store, SIGNER, Clock())
    assert store.read == []
    written = path.with_name("log.snapshot").read_bytes()
    store.begin = lambda: 1  # a store that lost an entry
    with pytest.raises(CorruptError):
        writer.write([adoption()])
    store.close()
    with Ledger.open(path, signer=SIGNER, now=Clock()):
        pass  # nothing was written: nothing is kept
    assert path.with_name("log.snapshot").read_bytes() == written


def test_a_ledger_in_use_keeps_one_now_and_then(tmp_path, monkeypatch):
    monkeypatch.setattr(sequencer, "OFTEN", 3)
    with Ledger.create(tmp_path / "log", signer=SIGNER, now=Clock()) as ledger:
        for i in range(6):
            ledger.append({"kind": "refuse", "id": f"r{i}"})
        ledger.totals([])  # after the last answer left
        kept = Snapshot.read(ledger.store.kept(), SIGNER.derived("comity snapshot"))
        assert kept.state.size == 6


def test_whatever_goes_wrong_with_keeping_it_nobody_waits_for_ever(tmp_path, monkeypatch):
    monkeypatch.setattr(sequencer, "OFTEN", 1)
    (tmp_path / "log.snapshot").mkdir()  # it cannot be written there: done without
    with Ledger.create(tmp_path / "log", signer=SIGNER, now=Clock()) as ledger:
        assert [ledger.append({"kind": "refuse", "id": name}) for name in "ab"] == [1, 2]
    monkeypatch.setattr(Writer, "keep", lambda *_: 1 / 0)
    with Ledger.open(tmp_path / "log", signer=SIGNER, now=Clock()) as ledger:
        assert ledger.append({"kind": "refuse", "id": "c"}) == 3
        with pytest.raises(StoreError):
            ledger.append({"kind": "refuse", "id": "d"})


KINDS = st.sampled_from(["garbage", "torn", "flipped", "stale", "of another log", "of another key", "of a longer log", "gone", "as it is", "a folder"])


@pytest.fixture(scope="module")
def others(tmp_path_factory):
    """Snapshots of another log under the same key, and of one under another key."""
    kept = []
    for signer in (SIGNER, Signer(SIGNER.name, bytes(32))):
        story = Story(tmp_path_factory.mktemp("other") / "log", 100, signer)
        story.write(2)
        story.writer.keep(1)
        kept.append(story.cache.read_bytes())
    return kept


@settings(max_examples=10, deadline=None)
@given(kinds=st.lists(KINDS, min_size=2, max_size=5, unique=True), seed=st.integers(0, 99))
def test_state_is_a_function_of_the_log_whatever_lies_beside_it(tmp_path_factory, others, kinds, seed):
    story, stale = Story(tmp_path_factory.mktemp("log") / "log", seed), None
    for kind in kinds:
        story.write(story.chance.randrange(3))
        story.writer.keep(1)
        if story.cache.is_file():
            stale = stale or story.cache.read_bytes()
        story.write(story.chance.randrange(3))  # then the process is killed
        match kind:
            case "garbage":
                story.cache.write_bytes(story.chance.randbytes(500))
            case "torn":
                held = story.cache.read_bytes()
                story.cache.write_bytes(held[: story.chance.randrange(len(held))])
            case "flipped":
                held = bytearray(story.cache.read_bytes())
                held[story.chance.randrange(len(held))] ^= 1 << story.chance.randrange(8)
                story.cache.write_bytes(held)
            case "stale":
                story.cache.write_bytes(stale)
            case "of another log":
                story.cache.write_bytes(others[0])
            case "of another key":
                story.cache.write_bytes(others[1])
            case "of a longer log":
                log = story.writer.log
                log.state.size += 7
                story.cache.write_bytes(b"".join(Snapshot(log.state, log.tree.head()).pieces(SIGNER.derived("comity snapshot"))))
            case "gone":
                story.cache.unlink()
            case "a folder":
                story.cache.unlink()
                story.cache.mkdir()
        story.open()
        read = story.holds()
        assert (read == story.store.size()) == (kind not in ("stale", "as it is"))
        if kind == "a folder":
            story.cache.rmdir()


def test_an_old_entry_that_somebody_changed_is_no_answer(tmp_path):
    story = Story(tmp_path / "log")
    story.writer.write([Request({"kind": "verdict", "id": "v", "outcome": "prohibited"})])
    story.writer.keep(1)
    story.open()
    story.store._db.execute("UPDATE entry SET body = CAST(replace(body, 'prohibited', 'permitted!') AS BLOB) WHERE i = 2")
    with pytest.raises(CorruptError):
        story.writer.write([Request({"kind": "verdict", "id": "v", "outcome": "permitted!"})])
    story.store._db.execute("UPDATE entry SET body = CAST(replace(body, '2026', '2016') AS BLOB) WHERE i = 1")
    with Ledger.open(story.path, signer=SIGNER, now=story.clock) as ledger:
        with pytest.raises(CorruptError):
            ledger.find("verdict v")
        assert [at[:4] for (at,) in ledger.since().values()] == ["2026"]  # since when is counted is as it was signed
        assert ledger.entry(1)["at"][:4] == "2016"


def test_no_bit_of_it_can_change(tmp_path):
    story = Story(tmp_path / "log")
    story.write(2)
    data = told(story.writer.log)
    found = Snapshot.read(bytearray(data), SECRET)
    assert told(found_log := type("Log", (), {"state": found.state, "tree": story.writer.log.tree})) == data
    assert found_log.state.counts.totals([asked((), key=("a",))]) == story.writer.log.state.counts.totals([asked((), key=("a",))])
    for at in range(len(data)):
        assert Snapshot.read(bytearray(data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :]), SECRET) is None
    for torn in (data[:-1], data[:100], data[:20], b"", data + b"\0"):
        assert Snapshot.read(bytearray(torn), SECRET) is None
    assert Snapshot.read(bytearray(data), b"of another house") is None


def test_counts_go_on_where_they_were_kept(tmp_path):
    story = Story(tmp_path / "log")
    story.writer.write([reservation("x", asked((1, 2, 3))), reservation("y", asked((3, 4)))])
    story.writer.keep(1)
    story.open()
    assert story.writer.write([lambda state: state.counts.totals([asked([5])])]) == [[Total(5, 5)]]
    story.writer.write([commitment("x"), reservation("z", asked([1, 9])), cancellation("y")])
    assert story.writer.write([lambda state: state.counts.totals([asked(())])]) == [[Total(4, 4)]]
    story.holds()
