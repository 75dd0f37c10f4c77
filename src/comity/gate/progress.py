"""How far a run is: counted where rows pass, told from a thread of its own. Nothing of a run hangs on it, and what goes wrong with it is not told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any, Final, TypeAlias

from comity.ledger.entry import instant
from comity.ledger.ledger import stored
from comity.ledger.said import Said, Step, Teller

EVERY: Final = 5.0
"""Seconds from one word in the ledger to the next; a shorter run says nothing there."""
PATIENCE: Final = 1.0
"""Seconds that a run which is over waits for what tells of it."""
_COUNTING: Final = Lock()  # of all runs: what holds a lock of its own cannot be sent to another process
Passed: TypeAlias = Callable[[int], object]
"""Is told how many more rows passed, from whichever thread they pass in."""


def unheard(_: int) -> None:
    """Nobody counts."""


@dataclass(frozen=True)
class Done:
    """What a run does, and how many rows passed in it; `of`: of so many. Either is 0 where nobody counts: not every engine does."""

    step: Step = "read"
    rows: int = 0
    of: int = 0


@dataclass
class Progress:
    """How far a run is by now. Counted in any thread."""

    done: Done = Done()

    def begin(self, step: Step, of: int | None = None) -> None:
        """The next thing that it does, perhaps with so many rows."""
        with _COUNTING:
            self.done = Done(step, 0, of or 0)

    def passed(self, rows: int) -> None:
        """So many rows more."""
        with _COUNTING:
            self.done = replace(self.done, rows=self.done.rows + rows)


@contextmanager
def telling(say: Callable[[], object], end: Callable[[], object], every: float) -> Iterator[None]:
    """A context in which a thread calls `say` each so many seconds, and `end` at its end, whatever becomes of either."""
    over = Event()

    def tell() -> None:
        while not over.wait(every):
            with suppress(Exception):
                say()
        with suppress(Exception):
            end()

    thread = Thread(target=tell, name="progress", daemon=True)
    with suppress(RuntimeError):  # no thread to be had: then nobody is told
        thread.start()
    try:
        yield
    finally:
        over.set()
        if thread.ident is not None:
            thread.join(PATIENCE)


def aloud(where: Path | str, run: str, about: Mapping[str, Any], progress: Progress, now: Callable[[], dt.datetime]) -> AbstractContextManager[None]:
    """A context in which it is said beside a ledger's log how far a run is.

    Args:
        where: the ledger's store.
        run: the id of its reservation.
        about: its movement, table and day, as the ledger is told of them.
        progress: how far it is.
        now: the clock.
    """
    teller = Teller(partial(stored, where), run)

    def say() -> None:
        done = progress.done
        teller.say(Said(run, about["movement"], about["table"], about["day"], done.step, done.rows, done.of, instant(now())))

    return telling(say, teller.end, EVERY)
