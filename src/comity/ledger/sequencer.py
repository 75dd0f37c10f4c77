"""Many callers, one writer: what they ask at the same time becomes one transaction, and each is answered when it is durable.

After a fault of the store nothing more is written: every caller, then and later, gets the fault, and opening the ledger again recovers
what was acknowledged. Nothing is ever retried over a failed sync, which may have lost what it was asked to keep.
"""

from __future__ import annotations

from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, Final

from comity.ledger.hold import HoldError, LockedError, StoreError
from comity.ledger.writer import Look, Request, Writer

MOST: Final = 512
"""Asked in one transaction: more, and the first would wait long for the last."""


class _Waiting:
    """What somebody asked, and waits for. A bare lock wakes them: with many callers a future's condition costs more than the entry."""

    def __init__(self, asked: Request | Look) -> None:
        self.asked = asked
        self._answer: object = None
        self._closed = Lock()
        self._closed.acquire()

    def tell(self, answer: object) -> None:
        self._answer = answer
        self._closed.release()

    def wait(self) -> Any:  # noqa: ANN401 -- as `Sequencer.ask`
        self._closed.acquire()
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


class Sequencer:
    """A writer on a thread of its own, and the queue before it."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._door = Lock()
        self._stopped: Exception | None = None
        self._thread = Thread(target=self._run, name="ledger", daemon=True)
        self._thread.start()

    def ask(self, asked: Request | Look) -> Any:  # noqa: ANN401 -- an Answer to a request, else what the look returns
        """Waits for the answer, which is durable then. Raises whatever reason there is to hold."""
        waiting = _Waiting(asked)
        with self._door:
            if self._stopped is not None:
                raise StoreError(f"the ledger has stopped: {self._stopped}") from self._stopped
            self._queue.put(waiting)
        return waiting.wait()

    def close(self) -> None:
        """Answers what was asked, then stops and lets go of the store."""
        with self._door:
            if self._stopped is None:
                self._stopped = StoreError("it was closed")
                self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        more = True
        while more:
            batch, more = self._gathered()
            try:
                answers = self._writer.write([waiting.asked for waiting in batch]) if batch else []
            except LockedError as fault:  # nothing was taken: whoever asks again may have more luck
                answers = [fault] * len(batch)
            except BaseException as fault:  # noqa: BLE001 -- whatever it was, nobody may pass on it
                self._stop(batch, fault)
                break
            for waiting, answer in zip(batch, answers, strict=True):
                waiting.tell(answer)
        with suppress(StoreError):  # whoever was answered was answered after a sync: nothing hangs on closing
            self._writer.store.close()

    def _gathered(self) -> tuple[list[_Waiting], bool]:
        """The next that is asked and what waits behind it; and whether more may come."""
        batch: list[_Waiting] = []
        waiting = self._queue.get()
        while waiting is not None:
            batch.append(waiting)
            if len(batch) == MOST:
                return batch, True
            try:
                waiting = self._queue.get_nowait()
            except Empty:
                return batch, True
        return batch, False

    def _stop(self, batch: list[_Waiting], fault: BaseException) -> None:
        told = fault if isinstance(fault, HoldError) else StoreError(f"the ledger has stopped: {fault!r}")
        if told is not fault:
            told.__cause__ = fault
        with self._door:
            self._stopped = told
        with suppress(Empty):
            while True:
                if (waiting := self._queue.get_nowait()) is not None:
                    batch.append(waiting)
        for waiting in batch:
            waiting.tell(told)
