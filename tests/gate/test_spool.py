"""A folder for what is written down on the way is gone in the end, or with the next run; never one that somebody holds."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from comity.gate.spool import PREFIX, spool


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_it_is_its_owners_alone_and_gone_in_the_end(temporary):
    with spool() as folder:
        assert folder.stat().st_mode & 0o777 == 0o700
        (folder / "rows").write_text("a person", encoding="utf-8")
    with pytest.raises(KeyError), spool():
        raise KeyError
    assert list(temporary.iterdir()) == []


def test_what_a_killed_run_left_goes_with_the_next_and_nothing_else_does(temporary):
    code = f"""
import os, signal, sys, tempfile
sys.path[:0] = {[path for path in sys.path if path]!r}
tempfile.tempdir = {str(temporary)!r}
from comity.gate.spool import spool
with spool() as folder:
    (folder / "rows").write_text("a person", encoding="utf-8")
    os.kill(os.getpid(), signal.SIGKILL)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -9
    (left,) = temporary.iterdir()
    assert (left / "rows").exists()
    (temporary / "comity-ledger").mkdir()
    (temporary / f"{PREFIX}file").write_text("no folder", encoding="utf-8")
    (temporary / f"{PREFIX}link").symlink_to(temporary / "comity-ledger")
    with spool() as held:
        assert not left.exists()
        with spool():
            assert held.exists()
    assert sorted(file.name for file in temporary.iterdir()) == sorted(["comity-ledger", f"{PREFIX}file", f"{PREFIX}link"])


def test_a_folder_that_another_run_takes_away_in_the_moment_before_it_is_held_is_made_anew(monkeypatch):
    make, first = tempfile.mkdtemp, []

    def taken(**asked):
        folder = make(**asked)
        if not first:
            first.append(folder)
            Path(folder).rmdir()
        return folder

    monkeypatch.setattr(tempfile, "mkdtemp", taken)
    with spool() as folder:
        assert str(folder) != first[0]
