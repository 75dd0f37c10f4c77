"""Many gates, one writer: the gate that leads writes for all of them, and the others ask it; when it is gone, one that waits for an answer leads.

As with one gate alone: what is asked at the same time is one transaction, an answer leaves when it is durable, and after a fault of the store this
gate writes nothing more until it opens the ledger again. The others go on.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, Final

from comity.ledger.hold import HoldError, LockedError, StoreError
from comity.ledger.note import Signer
from comity.ledger.postgres import Postgres
from comity.ledger.relay import Relay
from comity.ledger.writer import Clock, Request, Totals, Writer

MOST: Final = 512
"""Asked in one transaction: more, and the first would wait long for the last."""
PULSE: Final = 1.0
"""Seconds after which somebody who hears nothing looks for himself: the leader whether it lives, another whether there is a leader."""
PATIENCE: Final = 15.0
"""Seconds after which somebody who is not answered holds. Below what a relay lets go of, so that nothing is done for nobody."""


@dataclass(slots=True)
class _Waiting:
    asked: Request | Totals
    since: float
    answer: Future[Any] = field(default_factory=Future)


class _Woken:
    """There may be something in the table."""


class Elected:
    """A thread that writes while this gate leads, and asks the leader while it does not."""

    def __init__(self, uri: str, signer: Signer, now: Clock) -> None:
        """Joins the gates of a ledger, and leads it if nobody does.

        Raises:
            StoreError: there is no ledger, it is signed by another key, or damaged.
        """
        self._signer, self._now = signer, now
        self._queue: SimpleQueue[_Waiting | _Woken | None] = SimpleQueue()
        self._door = Lock()
        self._stopped: Exception | None = None
        self._asked: dict[int, _Waiting] = {}
        self._writer: Writer | None = None
        self._store = Postgres(uri)
        try:
            self._relay = Relay(uri, lambda: self._queue.put(_Woken()))
            try:
                self._lead()
            except BaseException:
                self._relay.close()
                raise
        except BaseException:
            self._store.close()
            raise
        self._thread = Thread(target=self._run, name="ledger", daemon=True)
        self._thread.start()

    def ask(self, asked: Request | Totals) -> Any:  # noqa: ANN401 -- an Answer to a request, else totals
        """Waits for the answer, which is durable then.

        Raises:
            HoldError: whatever reason there is to hold. A LockedError: nobody answers; one may ask again.
        """
        waiting = _Waiting(asked, time.monotonic())
        with self._door:
            if self._stopped is not None:
                raise StoreError(f"the ledger has stopped: {self._stopped}") from self._stopped
            self._queue.put(waiting)
        return waiting.answer.result()

    @property
    def leads(self) -> bool:
        """Whether this gate writes for all of them, as far as it knows."""
        return self._writer is not None

    def close(self) -> None:
        """Answers what was asked, then stops and lets another lead."""
        with self._door:
            if self._stopped is None:
                self._stopped = StoreError("it was closed")
                self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        more, batch = True, list[_Waiting]()
        try:
            while more or self._asked:
                batch, more = self._gathered() if more else (self._patient(), False)
                if self._lead():
                    self._write(batch)
                else:
                    self._forward(batch)
                batch = []
        except BaseException as fault:  # noqa: BLE001 -- whatever it was, nobody may pass on it
            self._stop(batch, fault)
        for session in (self._relay, self._store):
            with suppress(StoreError):  # whoever was answered was answered after a sync: nothing hangs on closing
                session.close()

    def _lead(self) -> bool:
        if self._writer is None and self._store.lead():
            self._writer = Writer(self._store, self._signer, self._now)
        return self._writer is not None

    def _gathered(self) -> tuple[list[_Waiting], bool]:
        """What is asked here, as soon as anything is, here or elsewhere; and whether more may come."""
        batch: list[_Waiting] = []
        try:
            found = self._queue.get(timeout=PULSE)
            while found is not None:
                if isinstance(found, _Waiting):
                    batch.append(found)
                if len(batch) == MOST:
                    break
                found = self._queue.get_nowait()
        except Empty:
            return batch, True
        return batch, found is not None

    def _patient(self) -> list[_Waiting]:
        """Closed, and not yet answered by the leader."""
        with suppress(Empty):
            self._queue.get(timeout=PULSE)
        return []

    def _write(self, batch: Sequence[_Waiting]) -> None:
        """One transaction for this gate and the others."""
        assert self._writer is not None
        theirs = self._relay.waiting(MOST)
        if batch or theirs:
            try:
                answers = self._writer.write([one.asked for one in batch] + [one.asked for one in theirs])
            except LockedError as fault:  # nothing was taken: whoever asks again may have more luck
                answers, theirs = [fault] * len(batch), []
            for waiting, answer in zip(batch, answers, strict=False):
                _tell(waiting, answer)
            if theirs:
                self._relay.answer(theirs, answers[len(batch) :])
                if len(theirs) == MOST:
                    self._queue.put(_Woken())
        else:
            self._store.pulse()
        self._heard()  # what was asked of another before this gate led, it has just answered itself

    def _forward(self, batch: Sequence[_Waiting]) -> None:
        """Asks the leader, and hands on what it answered."""
        if self._relay.ended:
            raise StoreError("the server ended the session")
        if batch:
            self._asked |= zip(self._relay.ask([one.asked for one in batch]), batch, strict=True)
        self._heard()
        now = time.monotonic()
        if late := [number for number, one in self._asked.items() if now - one.since > PATIENCE]:
            self._relay.withdraw(late)
            for number in late:
                _tell(self._asked.pop(number), LockedError("the gate that leads this ledger does not answer"))
        if not batch:
            self._store.pulse()

    def _heard(self) -> None:
        if self._asked:
            for number, answer in self._relay.answers():
                if number in self._asked:
                    _tell(self._asked.pop(number), answer)

    def _stop(self, batch: Sequence[_Waiting], fault: BaseException) -> None:
        told = fault if isinstance(fault, HoldError) else StoreError(f"the ledger has stopped: {fault!r}")
        if told is not fault:
            told.__cause__ = fault
        with self._door:
            self._stopped = told
        left = [*batch, *self._asked.values()]
        with suppress(Empty):
            while True:
                if isinstance(found := self._queue.get_nowait(), _Waiting):
                    left.append(found)
        for waiting in left:
            if not waiting.answer.done():
                _tell(waiting, told)


def _tell(waiting: _Waiting, answer: object) -> None:
    if isinstance(answer, Exception):
        waiting.answer.set_exception(answer)
    else:
        waiting.answer.set_result(answer)
