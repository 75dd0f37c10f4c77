"""What is read is read within bounds; what is written is there whole, or not there."""

import os
from pathlib import Path

import pytest
from publishers import Publisher

from comity.signed import disk
from comity.signed.chain import METADATA, TARGETS
from comity.text.source import MAX_BYTES, SourceError


@pytest.fixture
def repo(tmp_path):
    made = Publisher()
    disk.write(tmp_path / "repo", {}, made.published())
    return tmp_path / "repo", made


def test_there_and_back(repo):
    folder, made = repo
    assert disk.repository(folder) == made.files
    (folder / "README").write_text("whatever lies beside it")
    assert disk.repository(folder) == made.files


def test_a_step_takes_away_what_is_no_longer_named(repo):
    folder, made = repo
    before = disk.repository(folder)
    made.books.pop("xa.act")
    made.sign("tara")
    disk.write(folder, before, made.files)
    assert (folder / "draft").is_dir()
    before = disk.repository(folder)
    disk.write(folder, before, made.published())
    assert disk.repository(folder) == made.files
    assert not (folder / "draft").exists()
    assert not (folder / "targets/xa.act").exists()


def test_the_timestamp_is_written_last(repo, monkeypatch):
    folder, made = repo
    written = []
    replace = Path.replace
    monkeypatch.setattr(Path, "replace", lambda self, to: written.append(Path(to).name) or replace(self, to))
    before = disk.repository(folder)
    disk.write(folder, before, made.published("time", "snap", renew=["snapshot"]))
    assert written[-1] == "timestamp.json"
    assert "2.snapshot.json" in written


def test_a_copy_is_read_as_the_repository_that_it_is_of(repo, tmp_path):
    _, made = repo
    law = made.law()
    own = {name: raw for name, raw in made.files.items() if name.startswith(METADATA)}
    disk.keep(tmp_path / "copy", own | {f"{regime}/{path}": raw for regime, one in law.books.items() for path, raw in one.files.items()})
    assert disk.copied(tmp_path / "copy") == made.files
    (tmp_path / "copy/xa.act/rulebook.yaml").write_bytes(b"other")
    assert disk.copied(tmp_path / "copy").keys() != made.files.keys()


def test_what_is_kept_is_there_whole_or_not_at_all(tmp_path, monkeypatch):
    files = {"a/b.yaml": b"1", "c.json": b"2"}
    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        with pytest.raises(SourceError, match="cannot be written: no space left on device"):
            disk.keep(tmp_path / "law/x", files)
    assert list((tmp_path / "law").iterdir()) == []
    for _ in range(2):
        disk.keep(tmp_path / "law/x", files)
        assert sorted(one.name for one in (tmp_path / "law").iterdir()) == ["x"]
    (tmp_path / "law/x/more").write_text("not of it")
    disk.keep(tmp_path / "law/x", files)
    assert not (tmp_path / "law/x/more").exists()
    disk.remove(tmp_path / "law/x")
    disk.remove(tmp_path / "law/x")
    assert list((tmp_path / "law").iterdir()) == []


def test_what_is_no_plain_file_is_told(repo, tmp_path):
    folder, _ = repo
    (folder / "metadata/link.json").symlink_to("/dev/zero")
    os.mkfifo(folder / "targets/pipe")
    (folder / "targets/there").symlink_to(tmp_path)
    with pytest.raises(SourceError) as fault:
        disk.repository(folder)
    assert [mistake.message for mistake in fault.value.mistakes] == ["is no plain file"] * 3


def test_bounds(repo, monkeypatch):
    folder, _ = repo
    with (folder / "targets/large").open("wb") as held:
        held.truncate(MAX_BYTES + 1)
    with pytest.raises(SourceError, match="is larger than 8 MB"):
        disk.repository(folder)
    (folder / "targets/large").unlink()
    monkeypatch.setattr(disk, "MOST", 5)
    with pytest.raises(SourceError, match="there are more than 5 files"):
        disk.repository(folder)


def test_hidden_files_of_a_rulebook_are_not_signed(tmp_path):
    for name in (".rulebook.yaml.swp", ".git/config", "rulebook.yaml", "cases/a.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    assert disk.rulebook(tmp_path) == {"rulebook.yaml": b"rulebook.yaml", "cases/a.yaml": b"cases/a.yaml"}
    assert TARGETS + "x" not in disk.copied(tmp_path)
