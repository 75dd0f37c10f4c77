"""A kept plan is believed only whole, from a folder that is the user's own, and under the digest of all it was made from."""

import hashlib
import os
import pickle

import pytest

from comity import cache
from comity.cache import Kept, digest, remembered

KEY = "a" * 64


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """The folder of plans, with one in it."""
    folder = tmp_path / "plans"
    monkeypatch.setenv("COMITY_CACHE", str(folder))
    assert remembered(KEY, lambda: "made") == "made"
    assert [f.name for f in folder.iterdir()] == [f"{KEY}.plan"]
    return folder


def again():
    return remembered(KEY, lambda: "made anew")


@pytest.mark.usefixtures("kept")
def test_what_was_made_is_not_made_again():
    assert again() == "made"


@pytest.mark.parametrize("at", [0, 70, -1])
def test_a_damaged_file_is_not_believed(kept, at):
    file = kept / f"{KEY}.plan"
    body = bytearray(file.read_bytes())
    body[at] ^= 1
    file.write_bytes(body)
    assert again() == "made anew"


@pytest.mark.parametrize("rest", [b"", b"\n", b"\x80\x05."])
def test_a_file_cut_short_is_not_believed(kept, rest):
    (kept / f"{KEY}.plan").write_bytes(rest)
    assert again() == "made anew"


def test_a_plan_of_other_sources_is_not_believed(kept):
    body = pickle.dumps("made elsewhere")
    (kept / f"{KEY}.plan").write_bytes(f"{'b' * 64} {hashlib.sha256(body).hexdigest()}\n".encode() + body)
    assert again() == "made anew"


@pytest.mark.parametrize("mode", [0o770, 0o707])
def test_a_folder_that_others_can_write_to_is_not_used(kept, mode):
    kept.chmod(mode)
    assert again() == "made anew"


def test_nothing_is_kept_where_no_folder_is_named(monkeypatch):
    monkeypatch.setenv("COMITY_CACHE", "")
    assert cache.folder() is None
    assert again() == "made anew"


def test_a_digest_is_of_every_name_and_every_byte(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("a")
    two.write_text("b")
    found = {digest([one], []), digest([two], []), digest([one, two], []), digest([one], ["named"])}
    one.write_text("c")
    assert len({*found, digest([one], [])}) == 5
    assert digest([tmp_path / "none"], []) == ""


def test_those_longest_unused_go_first(kept, monkeypatch):
    monkeypatch.setattr(cache, "KEEP", 2)
    os.utime(kept / f"{KEY}.plan", (1, 1))
    assert again() == "made"  # and is in use again
    older = kept / f"{'c' * 64}.plan"
    older.write_bytes(b"x")
    os.utime(older, (2, 2))
    remembered("d" * 64, lambda: "another")
    assert {f.name[0] for f in kept.iterdir()} == {"a", "d"}


def test_kept_values_are_unpacked_when_they_are_asked_for():
    values = pickle.loads(pickle.dumps(Kept([["a"], ["b"], ["c"]])))
    assert len(values) == 3
    assert [type(v) for v in values._values] == [bytes] * 3
    assert values[1] == ["b"]
    assert values[1] is values[1]
    assert values[-2:] == [["b"], ["c"]]
    assert list(pickle.loads(pickle.dumps(values))) == [["a"], ["b"], ["c"]]
