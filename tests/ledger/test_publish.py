"""A log as static files, under the names C2SP tlog-tiles gives them, and audited again from there."""

from functools import partial

import apsw
import bookkeeping
import pytest
from growing import SIGNER, Log

from comity.ledger.audit import audit
from comity.ledger.checkpoint import Checkpoint
from comity.ledger.hold import CorruptError
from comity.ledger.merkle import leaf
from comity.ledger.publish import Folder, published
from comity.ledger.reader import Reader
from comity.ledger.sqlite import Sqlite
from comity.ledger.tiles import TileError
from comity.ledger.writer import Request, Writer


def write(log, at, size=None):
    names = []
    for name, raw in published(log.signed(size), log.read, log.bundle):
        (at / name).parent.mkdir(parents=True, exist_ok=True)
        (at / name).write_bytes(raw)
        names.append(name)
    return names


def audited(at):
    folder = Folder(at)
    checkpoint = Checkpoint.opened(folder.checkpoint(), [SIGNER.key])
    audit(checkpoint, partial(folder.tile, checkpoint.size), partial(folder.bundle, checkpoint.size))
    return checkpoint


def test_the_files_of_three_hundred_entries(tmp_path):
    log = Log(300)
    assert write(log, tmp_path) == ["tile/0/000", "tile/entries/000", "tile/0/001.p/44", "tile/entries/001.p/44", "tile/1/000.p/1", "checkpoint"]
    assert (tmp_path / "tile/0/001.p/44").read_bytes() == b"".join(map(leaf, log.entries[256:]))
    assert audited(tmp_path) == log.checkpoint()


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257])
def test_what_is_published_is_read_again(tmp_path, size):
    assert write(Log(size), tmp_path)[-1] == "checkpoint"
    assert audited(tmp_path).size == size


def test_an_earlier_checkpoint_has_its_own_partial_tiles_and_full_ones_will_do(tmp_path):
    """Partial tiles may be deleted once the full one is there."""
    log = Log(300)
    write(log, tmp_path)
    log.grow(300)
    write(log, tmp_path)
    assert audited(tmp_path).size == 600
    write(log, tmp_path, 300)
    for name in ("tile/0/001.p/44", "tile/entries/001.p/44"):
        (tmp_path / name).unlink()
    assert audited(tmp_path).size == 300


def test_a_file_that_is_missing_or_too_short_is_no_log(tmp_path):
    log = Log(300)
    write(log, tmp_path)
    (tmp_path / "tile/entries/001.p/44").unlink()
    with pytest.raises(OSError, match="No such file"):
        audited(tmp_path)
    log.tiles[0, 1] = log.tiles[0, 1][:-32]
    with pytest.raises(TileError, match="where 44 hashes are due"):
        list(published(log.signed(300), log.read, log.bundle))


def grown(path, clock, more):
    """A ledger at this path with so many entries more."""
    store = Sqlite(path) if path.exists() else Sqlite.create(path)
    writer = Writer(store, bookkeeping.SIGNER, clock)
    writer.write([Request({"kind": "verdict", "id": f"{path.name} {writer.log.state.size + i}"}) for i in range(more)])
    return Reader(store)


def test_a_ledger_is_published_as_it_grows_and_never_over_another(clock, path, tmp_path):
    folder, other = Folder(tmp_path / "served"), tmp_path / "other.db"
    for more, size in ((1, 2), (300, 302), (1, 303)):
        assert folder.write(grown(path, clock, more)).size == size
        checkpoint = Checkpoint.opened(folder.checkpoint(), [bookkeeping.SIGNER.key])
        audit(checkpoint, partial(folder.tile, checkpoint.size), partial(folder.bundle, checkpoint.size))
    assert not list(folder.at.rglob("*.new"))
    first = (folder.at / "tile/0/000").stat().st_mtime_ns
    for more in (5, 300):  # shorter, then longer
        with pytest.raises(CorruptError, match="another log, or a longer one"):
            folder.write(grown(other, clock, more))
    ledger = grown(path, clock, 1)
    assert folder.write(ledger).size == 304
    assert (folder.at / "tile/0/000").stat().st_mtime_ns == first
    with apsw.Connection(str(path)) as rogue:
        rogue.execute("UPDATE tile SET hashes = zeroblob(length(hashes)) WHERE level = 0 AND i = 1")
    with pytest.raises(CorruptError):
        Folder(tmp_path / "anew").write(ledger)
