"""Where callers leave what they ask of a writer, and wait for the answer; and the thread on which the writer works. When it has stopped, nobody waits."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Lock, Thread, get_ident
from typing import Any, Final

from comity.ledger.hold import HoldError, StoreError
from comity.ledger.writer import Look, Request

MOST: Final = 512
"""Asked in one transaction: more, and the first would wait long for the last."""
IN_VAIN: Final = 16
"""Transactions for which nobody is waited for, once most of those who were waited for did not come."""


class Waiting:
    """What somebody asked, and waits for. A bare lock wakes them: with many callers a future's condition costs more than the entry."""

    def __init__(self, asked: Request | Look) -> None:
        self.asked, self.since, self.caller = asked, time.monotonic(), get_ident()
        self.told = False
        self._answer: object = None
        self._closed = Lock()
        self._closed.acquire()

    def tell(self, answer: object) -> None:
        """The first answer counts."""
        if not self.told:
            self.told, self._answer = True, answer
            self._closed.release()

    def wait(self) -> Any:  # noqa: ANN401 -- as `Desk.ask`
        """The answer, raised where it is a reason to hold."""
        self._closed.acquire()
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


class Desk:
    """A queue, and a thread that begins with `start`. Whatever ends the thread, every caller, then and later, is told why."""

    def __init__(self) -> None:
        self._open = True
        self._queue: SimpleQueue[Waiting | bool] = SimpleQueue()  # a truth only wakes the thread, and says whether the desk stays open
        self._door = Lock()
        self._stopped: HoldError | None = None
        self._held: list[Waiting] = []
        self._callers: set[int] = set()
        self._vain = 0
        self._thread: Thread | None = None

    def more(self) -> bool:
        """Whether more may be gathered."""
        return self._open

    def start(self, work: Callable[[], None], end: Callable[[], None]) -> None:
        """Begins to work; `end` comes after everybody was told."""

        def run() -> None:
            try:
                work()
            except BaseException as fault:  # noqa: BLE001 -- whatever it was, nobody may pass on it
                self._stop(fault)
            else:
                self._stop(StoreError("it was closed"))
            with suppress(StoreError):  # whoever was answered was answered after a sync: nothing hangs on closing
                end()

        self._thread = Thread(target=run, name="ledger", daemon=True)
        self._thread.start()

    def ask(self, asked: Request | Look) -> Any:  # noqa: ANN401 -- an Answer to a request, else what the look sees
        """Waits for the answer, which is durable then. Raises whatever reason there is to hold."""
        waiting = Waiting(asked)
        with self._door:
            if self._stopped is not None:
                raise StoreError(f"the ledger has stopped: {self._stopped}") from self._stopped
            self._queue.put(waiting)
        return waiting.wait()

    def wake(self) -> None:
        """The thread looks whether there is something new."""
        self._queue.put(True)

    def gathered(self, patience: float | None = None, grace: float = 0.0) -> list[Waiting]:
        """What is asked, as soon as anything is; nothing, when `patience` seconds are over or somebody woke the thread.

        Whoever was answered last mostly asks again at once, and yet too late for what others asked meanwhile: callers would fall into two halves of
        which each waits for the other's transaction. So they are waited for, up to `grace` seconds.
        """
        batch: list[Waiting] = []
        with suppress(Empty):
            self._put(batch, self._queue.get(timeout=patience))
            while self._open and len(batch) < MOST:
                self._put(batch, self._queue.get_nowait())
        if self._vain:
            self._vain -= 1
        elif batch and grace:
            self._await(batch, grace)
        self._callers = {one.caller for one in batch}
        self._held = [*(one for one in self._held if not one.told), *batch]
        return batch

    def _await(self, batch: list[Waiting], grace: float) -> None:
        missing = self._callers.difference(one.caller for one in batch)
        awaited, ends = len(missing), time.monotonic() + grace
        with suppress(Empty):
            while missing and self._open and len(batch) < MOST:
                self._put(batch, self._queue.get(timeout=max(0.0, ends - time.monotonic())))
                missing.discard(batch[-1].caller)
        if 2 * len(missing) > awaited:
            self._vain = IN_VAIN

    def _put(self, batch: list[Waiting], found: Waiting | bool) -> None:
        if isinstance(found, Waiting):
            batch.append(found)
        elif not found:
            self._open = False

    def close(self) -> None:
        """Nothing more is asked; what was asked is answered."""
        with self._door:
            if self._stopped is None:
                self._stopped = StoreError("it was closed")
                self._queue.put(False)
        if self._thread is not None:
            self._thread.join()

    def _stop(self, fault: BaseException) -> None:
        told = fault if isinstance(fault, HoldError) else StoreError(f"the ledger has stopped: {fault!r}")
        if told is not fault:
            told.__cause__ = fault
        with self._door:
            self._stopped = told
        with suppress(Empty):
            while True:
                if isinstance(found := self._queue.get_nowait(), Waiting):
                    self._held.append(found)
        for waiting in self._held:
            waiting.tell(told)
