import apsw
import pytest

from comity.ledger.hold import CorruptError, StoreError
from comity.ledger.sqlite import AT_ONCE, Sqlite


@pytest.fixture
def store(path):
    made = Sqlite.create(path)
    yield made
    made.close()


def test_readers_see_what_is_committed_and_nothing_else(store, path):
    reader = Sqlite(path)
    assert store.begin() == 0
    store.add(0, [(b"zero", "n0"), (b"one", None)], {"set": b"digests"})
    store.seal({(0, 0): b"hashes"}, 2, "note")
    assert (reader.size(), reader.checkpoint(), reader.named(["n0"])) == (0, None, {})
    assert (store.size(), store.checkpoint(), store.named(["n0", "n9"])) == (2, "note", {"n0": 0})
    store.commit()
    assert list(reader.entries(0, 2)) == [b"zero", b"one"]
    assert (reader.entry(1), *reader.persons(["set"]).values(), reader.tile(0, 0), reader.checkpoint(2)) == (b"one", b"digests", b"hashes", "note")
    reader.close()


def test_what_is_rolled_back_never_was(store):
    store.begin()
    store.add(0, [(b"zero", None)], {})
    store.rollback()
    store.rollback()
    assert store.size() == 0
    assert store.begin() == 0
    store.rollback()


def test_a_name_and_an_index_stand_once(store):
    store.begin()
    store.add(0, [(b"zero", "n0")], {})
    for first, name in ((1, "n0"), (0, "n1")):
        with pytest.raises(CorruptError):
            store.add(first, [(b"again", name)], {})
    store.rollback()


def test_what_is_not_there_is_said_not_to_be(store):
    for missing in (lambda: store.entry(0), lambda: list(store.entries(0, 1)), lambda: store.persons(["x"]), lambda: store.tile(0, 0)):
        with pytest.raises(CorruptError):
            missing()


def test_entries_come_in_order_over_more_than_one_piece(store):
    store.begin()
    store.add(0, [(b"%d" % i, None) for i in range(AT_ONCE + 3)], {})
    store.commit()
    assert list(store.entries(1, AT_ONCE + 2)) == [b"%d" % i for i in range(1, AT_ONCE + 2)]


def test_a_set_of_persons_is_kept_once(store):
    store.begin()
    store.add(0, [(b"zero", None)], {"set": b"digests"})
    store.add(1, [(b"one", None)], {"set": b"digests"})
    store.commit()
    assert store.persons(["set"]) == {"set": b"digests"}


def test_another_file_is_no_ledger(path):
    path.write_bytes(held := b"not a database, but some sixty bytes of text that look like one")
    for refused in (Sqlite, Sqlite.create):
        with pytest.raises(StoreError):
            refused(path)
    assert path.read_bytes() == held
    path.unlink()
    with apsw.Connection(str(path)) as other:
        other.execute("CREATE TABLE theirs (i)")
    with pytest.raises(StoreError, match="there already"):
        Sqlite.create(path)


@pytest.mark.parametrize("left", ["", "PRAGMA journal_mode = wal", None])
def test_a_beginning_that_was_stopped_is_gone_on_with(path, left):
    """The file is made before what is in it; the tables before the first entry."""
    if left is None:
        Sqlite.create(path).close()
    else:
        path.touch()
        stopped = apsw.Connection(str(path))
        stopped.execute(left)
        stopped.close()
        with pytest.raises(StoreError, match="no ledger was begun here to the end: begin it again"):
            Sqlite(path)
    made = Sqlite.create(path)
    made.begin()
    made.add(0, [(b"zero", None)], {})
    made.commit()
    made.close()
    with pytest.raises(StoreError, match="there already"):
        Sqlite.create(path)


def test_the_log_is_synced_in_full(store, path):
    assert store._db.pragma("synchronous") == 2
    assert store._db.pragma("journal_mode") == "wal"
    assert apsw.Connection(str(path)).pragma("application_id") == int.from_bytes(b"COML")
