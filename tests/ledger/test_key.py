"""A key is its owner's alone, made once, and goes nowhere."""

import pytest

from comity.ledger import secret
from comity.ledger.key import Key, KeyFault
from comity.ledger.secret import keep

SECRET = bytes(range(32))


def test_a_key_is_kept_in_a_file_of_its_owner(tmp_path):
    path = tmp_path / "key"
    keep(path, SECRET)
    assert path.stat().st_mode & 0o777 == 0o600
    assert Key.read(path) == Key(SECRET)
    with pytest.raises(FileExistsError):
        keep(path, SECRET[::-1])
    path.chmod(0o640)
    with pytest.raises(KeyFault, match="mode 0600"):
        Key.read(path)
    path.unlink()
    with pytest.raises(KeyFault, match="no such file"):
        Key.read(path)


def test_a_secret_and_its_name_are_on_the_disk_before_anything_hangs_on_it(tmp_path, monkeypatch):
    synced, sync = [], secret.os.fsync
    monkeypatch.setattr(secret.os, "fsync", lambda file: synced.append(secret.os.fstat(file)) or sync(file))
    keep(tmp_path / "key", SECRET)
    assert [one.st_ino for one in synced] == [(tmp_path / "key").stat().st_ino, tmp_path.stat().st_ino]
    assert synced[0].st_size == len(SECRET)


@pytest.mark.parametrize("secret", [b"", SECRET[:31], SECRET + b"x"])
def test_a_file_of_another_length_is_no_key(secret, tmp_path):
    keep(tmp_path / "key", secret)
    with pytest.raises(KeyFault, match="a key is 32 bytes"):
        Key.read(tmp_path / "key")


def test_no_message_shows_the_secret():
    assert "secret" not in repr(Key(SECRET))
    with pytest.raises(KeyFault) as caught:
        Key(b"hunter2")
    assert "hunter2" not in str(caught.value)
