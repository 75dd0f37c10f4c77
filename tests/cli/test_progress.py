"""How far a run is, on a screen; and nothing where nobody looks."""

import io
import os

import pytest

from comity.cli import progress
from comity.cli.progress import SAYS, WIDE, line, shown
from comity.gate.progress import Done, Progress
from comity.ledger.said import STEPS


def test_a_line_stands_on_a_screen_until_the_run_is_over(monkeypatch):
    monkeypatch.setattr(progress, "EVERY", 0.01)
    reader, writer = os.openpty()
    with os.fdopen(reader, "rb", 0) as seen, os.fdopen(writer, "w") as screen:
        monkeypatch.setattr("sys.stderr", screen)
        with shown(Progress(Done("write", 1_200_000, 4_300_000))):
            told = b""
            while b"masking and writing what crosses: 1,200,000 of 4,300,000 rows" not in told:
                told += seen.read(4096)
        screen.write("end")
        screen.flush()
        while not told.endswith(b"end"):
            told += seen.read(4096)
    assert told.endswith(f"\r{' ' * WIDE}\rend".encode())


def test_where_nobody_looks_nothing_is_written(monkeypatch):
    monkeypatch.setattr(progress, "EVERY", 0.0)
    nobody = io.StringIO()
    monkeypatch.setattr("sys.stderr", nobody)
    with shown(Progress()):
        pass
    assert nobody.getvalue() == ""


@pytest.mark.parametrize("step", STEPS)
def test_every_step_has_a_line_of_one_width(step):
    assert line(Done(step)) == SAYS[step]
    assert line(Done(step, 0, 5)) == f"{SAYS[step]}: 5 rows"
    assert line(Done(step, 3)) == f"{SAYS[step]}: 3 rows"
    assert len(line(Done(step, 10**12, 10**12))) <= WIDE
