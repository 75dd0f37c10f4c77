"""A ledger lies on a disk of its own machine, as far as that can be known."""

import os

import pytest

from comity.ledger import mount
from comity.ledger.hold import StoreError
from comity.ledger.sqlite import Sqlite


@pytest.fixture
def mounted(tmp_path, monkeypatch):
    """Says that the folder of the test is mounted from elsewhere, or otherwise."""

    def said(kind, device=None):
        device = tmp_path.stat().st_dev if device is None else device
        root = "24 1 0:999 / / rw,relatime shared:1 - ext4 /dev/root rw\n"
        (tmp_path / "mounts").write_text(f"{root}36 24 {os.major(device)}:{os.minor(device)} / /a\\040b rw master:1 shared:2 - {kind} host:/ rw\n")
        monkeypatch.setattr(mount, "MOUNTS", tmp_path / "mounts")

    return said


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs"])
def test_a_ledger_on_a_network_file_system_is_refused(path, mounted, kind):
    mounted("xfs")
    Sqlite.create(path).close()
    mounted(kind)
    for refused in (lambda: Sqlite(path), lambda: Sqlite.create(path.with_name("another"))):
        with pytest.raises(StoreError, match=rf"network file system \({kind}\).*a local disk"):
            refused()
    assert not path.with_name("another").exists()


def test_where_it_cannot_be_known_a_ledger_goes_on(path, mounted, monkeypatch):
    mounted("nfs4", device=os.makedev(0, 998))
    Sqlite.create(path).close()
    monkeypatch.setattr(mount, "MOUNTS", path / "nothing")
    Sqlite(path).close()
    assert mount.remote(path.with_name("nowhere") / "x") == ""
