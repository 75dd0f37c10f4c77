"""The command line in this process, over a rulebook that `comity law new` has written."""

import io
from pathlib import Path

import pytest

from comity.cli.main import main

HERE = Path(__file__).parent


class Said:
    """What one command said, and how it ended."""

    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err


@pytest.fixture(scope="session")
def regime(tmp_path_factory):
    folder = tmp_path_factory.mktemp("law") / "xx.export-act"
    assert main(["law", "new", str(folder)]) == 0
    return folder


@pytest.fixture
def say(capsys, monkeypatch):
    def run(*argv, typed=""):
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        monkeypatch.setenv("COLUMNS", "100")
        capsys.readouterr()
        code = main([str(a) for a in argv])
        found = capsys.readouterr()
        return Said(code, found.out, found.err)

    return run


@pytest.fixture
def world():
    return HERE / "world.yaml"


@pytest.fixture
def asking(regime, world):
    """The world under the new regime only, on a fixed day."""
    return [world, "--rulebooks", regime, "--regime", "xx.export-act", "--on", "2026-11-23"]
