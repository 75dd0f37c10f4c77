"""Names become digests as RFC 2104 says, by whichever way, and the secret goes nowhere."""

import hmac

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.ledger import key as module
from comity.ledger.digests import Digests
from comity.ledger.key import Key, KeyFault

SECRET = bytes(range(32))


def by_hand(word, names, secret=SECRET):
    digits = hmac.digest(secret, word, "sha256").hex().encode()
    return Digests.joined(hmac.digest(digits, name.encode(), "sha256")[:16] for name in names)


@settings(max_examples=40)
@given(st.lists(st.text(min_size=1)))
def test_few_names_and_a_column_of_them_are_the_same_persons(names):
    key, column = Key(SECRET), pl.Series(names, dtype=pl.String)
    few = key.persons(names)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "FEW", 0)
        assert few == key.persons(names) == key.persons(column) == by_hand(b"person", names)
    assert key.devices(column) == by_hand(b"device", names)
    assert few.to_bytes() == b"".join(sorted({d.tobytes() for d in few.halves.astype(">u8", order="C")}))


@pytest.mark.parametrize("few", [0, 200])
@pytest.mark.parametrize("names", [["a", None], ["a", ""], pl.Series(["a", None]), pl.Series([1, 2])])
def test_a_name_that_is_missing_is_not_nobody(names, few, monkeypatch):
    monkeypatch.setattr(module, "FEW", few)
    with pytest.raises(KeyFault, match="name"):
        Key(SECRET).persons(names)


def test_persons_are_not_devices_and_another_key_knows_nobody():
    names = [str(i) for i in range(1000)]
    key, other = Key(SECRET), Key(SECRET[::-1])
    for sets in ([key.devices(names), other.persons(names)], [key.devices(names[:9]), other.persons(names[:9])]):
        assert all(key.persons(names).new_to(one) == 1000 for one in sets)
    assert key.name != other.name
    assert len(key.name) == 32


def test_a_key_is_kept_in_a_file_of_its_owner(tmp_path):
    path = tmp_path / "key"
    Key(SECRET).write(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert Key.read(path) == Key(SECRET)
    with pytest.raises(KeyFault, match="file exists"):
        Key(SECRET).write(path)
    path.chmod(0o640)
    with pytest.raises(KeyFault, match="mode 0600"):
        Key.read(path)
    path.unlink()
    with pytest.raises(KeyFault, match="no such file"):
        Key.read(path)


@pytest.mark.parametrize("secret", [b"", SECRET[:31], SECRET + b"x"])
def test_a_file_of_another_length_is_no_key(secret, tmp_path):
    path = tmp_path / "key"
    path.touch(0o600)
    path.write_bytes(secret)
    with pytest.raises(KeyFault, match="a key is 32 bytes"):
        Key.read(path)


def test_no_message_shows_the_secret():
    assert "secret" not in repr(Key(SECRET))
    with pytest.raises(KeyFault) as caught:
        Key(b"hunter2")
    assert "hunter2" not in str(caught.value)
