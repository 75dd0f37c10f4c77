"""A cache is exactly what was written, or nothing."""

import pytest

from comity.ledger.counts import Counts
from comity.ledger.definition import Asked, Definition, Total
from comity.ledger.digests import Digests
from comity.ledger.snapshot import Snapshot

SECRET = b"of the house"


def persons(*numbers):
    return Digests.from_bytes(b"".join(n.to_bytes(16, "big") for n in numbers))


def asked(*numbers, day=10, key=("a", "b")):
    return [Asked("one", key, day, persons(*numbers))]


@pytest.fixture
def counts():
    made = Counts()
    made.adopt([Definition("one", "person", ("always", 0), 100)])
    made.reserve("x", asked(1, 2, 3))
    made.reserve("y", asked(3, 4, day=11))
    made.commit("x")
    return made


def test_counts_go_on_where_they_were_saved(counts, tmp_path):
    path = tmp_path / "counts"
    Snapshot(7, "head", counts, {"rulebooks": {"x": "1"}}).save(path, SECRET)
    found = Snapshot.load(path, SECRET)
    assert found is not None
    assert (found.size, found.head, found.about) == (7, "head", {"rulebooks": {"x": "1"}})
    for one in (counts, found.counts):
        assert one.totals(asked(5, day=11)) == [Total(5, 5)]
        one.reserve("z", asked(1, 9, day=11))  # writes in memory over a page that is mapped
        one.cancel("y")
        assert one.totals(asked(day=11)) == [Total(4, 4)]
    again = Snapshot.load(path, SECRET)
    assert again is not None
    assert again.counts.totals(asked(day=11)) == [Total(4, 4)]
    assert list(again.counts.pending) == ["y"]
    assert [one.name for one in tmp_path.iterdir()] == ["counts"]


def test_no_bit_of_it_can_change(counts, tmp_path):
    path = tmp_path / "counts"
    Snapshot(7, "head", counts, {}).save(path, SECRET)
    data = path.read_bytes()
    for at in range(len(data)):
        path.write_bytes(data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :])
        assert Snapshot.load(path, SECRET) is None
    for torn in (data[:-1], data[:100], data[:20], b"", data + b"\0"):
        path.write_bytes(torn)
        assert Snapshot.load(path, SECRET) is None
    path.write_bytes(data)
    assert Snapshot.load(path, b"of another house") is None
    assert Snapshot.load(tmp_path / "elsewhere", SECRET) is None
    assert Snapshot.load(tmp_path, SECRET) is None
    assert Snapshot.load(path, SECRET) is not None
