"""How far a run of the gate is, on a line of the screen that is gone when it is over; nothing where nobody looks."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from typing import Final, TextIO

from comity.gate.progress import Done, Progress, telling
from comity.ledger.said import Step

EVERY: Final = 0.5
"""Seconds from one line to the next."""
SAYS: Final[dict[Step, str]] = {
    "read": "writing the source down at home",
    "profile": "looking what is in it",
    "count": "telling persons apart",
    "decide": "asking the law",
    "write": "masking and writing what crosses",
    "land": "putting it in place",
}
WIDE: Final = 78
"""Of the line."""


def shown(progress: Progress) -> AbstractContextManager[None]:
    """A context in which a run is shown, if whoever asked sees it."""
    screen = sys.stderr
    if not screen.isatty():
        return nullcontext()
    return telling(lambda: _write(screen, line(progress.done)), lambda: _write(screen, ""), EVERY)


def line(done: Done) -> str:
    """One step, with its rows where they are counted."""
    if not done.rows:
        return SAYS[done.step] + (f": {done.of:,} rows" if done.of else "")
    return f"{SAYS[done.step]}: {done.rows:,}" + (f" of {done.of:,}" if done.of else "") + " rows"


def _write(screen: TextIO, text: str) -> None:
    screen.write(f"\r{' ' * WIDE}\r{text}")
    screen.flush()
