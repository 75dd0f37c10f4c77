"""A run of the gate that is killed at one of its steps, and the run after it. Run as a script it says what was found of each step, a line of JSON."""

import contextlib
import json
import os
import signal
import sys
import tempfile
from pathlib import Path

import polars as pl
from canary import ROWS, seen
from power import Disk
from shop import SCHEMA, Shop

from comity.gate.engine.polars import Polars
from comity.gate.run import Gate, GateError
from comity.gate.source import opened
from comity.text.source import SourceError


class Steps:
    """Counts what a run does, and ends the process when it comes to one of its steps."""

    def __init__(self, last):
        self.last, self.done = last, 0

    def __call__(self, operation=None):
        if operation is None or operation.what in ("write", "sync"):
            if self.done == self.last:
                os.kill(os.getpid(), signal.SIGKILL)
            self.done += 1


class Stepping(Polars):
    """The engine: that it has read, begins to write, and has written are steps too."""

    def write(self, *asked):
        STEPS()
        rows = super().write(*asked)
        STEPS()
        return rows


STEPS = Steps(None)


def run(folder, temporary, last=None):
    """One run; killed at its step of that number. What it said."""
    tempfile.tempdir = str(temporary)
    STEPS.last, STEPS.done = last, 0
    shop = Shop.again(folder)
    with Disk(fault=STEPS), shop.gate() as gate:
        stepping = Gate(gate.asking, gate.ledger, Stepping(), gate.home, gate.now, gate.world)
        with contextlib.suppress(GateError, SourceError):
            return "again" if stepping.enforce(opened(str(folder / "customers.parquet")), str(folder / "abroad" / "out.parquet")).decision is None else "moved"
    return "held"


def apart(work):
    """Does something in a process of its own; how that ended, and what it returned."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        os.write(writing, json.dumps(work()).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as held:
        told = held.read()
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), json.loads(told or b"null")


def look(folder, temporary):
    """What is there: the table or nothing, whether a canary is, what the ledger says."""
    there = folder / "abroad" / "out.parquet"
    with Shop.again(folder).gate() as gate:
        checked = gate.ledger.check()
        kinds = [gate.ledger.entry(index)["kind"] for index in range(checked.size)]
    return {
        "rows": pl.read_parquet(there).height if there.exists() else None,
        "canaries": seen([folder, temporary], (folder / "customers.parquet",)),
        "left": sorted(file.name for root in (there.parent, temporary) for file in root.iterdir() if file != there),
        "commits": kinds.count("commit"),
        "pending": checked.pending,
    }


def killed(base, number):
    """A run killed at its step of that number, and the next; what was found after each. It ends with 0 where there was no such step."""
    folder, temporary = base / f"{number}", base / f"{number}.tmp"
    for one in (folder, temporary, folder / "abroad"):
        one.mkdir()
    apart(lambda: begin(folder))
    code, said = apart(lambda: run(folder, temporary, number))
    _, first = apart(lambda: look(folder, temporary))
    _, after = apart(lambda: run(folder, temporary))
    _, then = apart(lambda: look(folder, temporary))
    return {"step": number, "code": code, "said": said, "killed": first, "after": after, "next": then}


def begin(folder):
    shop = Shop(folder)
    pl.DataFrame(ROWS, schema=SCHEMA, orient="row").write_parquet(folder / "customers.parquet")
    with shop.gate():
        return "begun"


if __name__ == "__main__":
    for step in range(0, 10_000, int(sys.argv[2])):
        told = killed(Path(sys.argv[1]), step)
        sys.stdout.write(json.dumps(told) + "\n")
        if told["code"] == 0:
            break
