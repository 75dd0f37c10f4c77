"""Many gates, one writer: the gate that leads writes for all of them, and the others ask it; when it is gone, one that waits for an answer leads.

As with one gate alone: what is asked at the same time is one transaction, an answer leaves when it is durable, and after a fault of the store this
gate writes nothing more until it opens the ledger again. The others go on. Whoever is not answered in time holds, wherever the answer got lost.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from comity.ledger.desk import MOST, Desk, Waiting
from comity.ledger.hold import EntryError, LockedError, StoreError, UnwitnessedError
from comity.ledger.note import Signer
from comity.ledger.postgres import Postgres
from comity.ledger.relay import Relay
from comity.ledger.witnesses import Witnesses
from comity.ledger.writer import OFTEN, Clock, Writer

PULSE: Final = 1.0
"""Seconds after which somebody who hears nothing looks for himself: the leader whether it lives, another whether there is a leader."""
PATIENCE: Final = 15.0
"""Seconds after which somebody who is not answered by the leader holds. Fewer than a request lasts in the table, so that nothing is done for nobody."""


class Elected(Desk):
    """A thread that writes while this gate leads, and asks the leader while it does not."""

    def __init__(self, uri: str, signer: Signer, now: Clock, witnesses: Witnesses | None = None) -> None:
        """Joins the gates of a ledger, and leads it if nobody does.

        Raises:
            StoreError: there is no ledger, it is signed by another key, or damaged.
            UnwitnessedError: too few witnesses vouch for what is there.
        """
        super().__init__()
        self._signer, self._now, self._witnesses = signer, now, witnesses
        self._asked: dict[int, Waiting] = {}
        self._writer: Writer | None = None
        self._store = Postgres(uri)
        try:
            self._relay = Relay(uri, signer.derived("comity relay"), self.wake)
            try:
                if not self._lead() and self._store.size():
                    self._vouch()
            except BaseException:
                self._relay.close()
                raise
        except BaseException:
            self._store.close()
            raise
        self.start(self._work, self._end)

    @property
    def leads(self) -> bool:
        """Whether this gate writes for all of them, as far as it knows."""
        return self._writer is not None

    def _work(self) -> None:
        while self.more() or self._asked:
            batch = self.gathered(PULSE)
            if self._lead():
                self._write(batch)
            else:
                self._forward(batch)
            if self._writer is not None:
                self._writer.keep(OFTEN if self.more() else 1)

    def _end(self) -> None:
        for session in (self._relay, self._store):
            with suppress(StoreError):
                session.close()

    def _lead(self) -> bool:
        if self._writer is None and self._store.lead():
            self._writer = Writer(self._store, self._signer, self._now, self._witnesses)
        return self._writer is not None

    def _write(self, batch: Sequence[Waiting]) -> None:
        """One transaction for this gate and the others."""
        assert self._writer is not None
        theirs = self._relay.waiting(MOST)
        if batch or theirs:
            try:
                answers = self._writer.write([one.asked for one in batch] + [one.asked for one in theirs])
            except (LockedError, UnwitnessedError) as fault:  # whoever asks again may have more luck
                answers, theirs = [fault] * len(batch), []
            for waiting, answer in zip(batch, answers, strict=False):
                waiting.tell(answer)
            if theirs:
                self._relay.answer([one.id for one in theirs], answers[len(batch) :])
                if len(theirs) == MOST:
                    self.wake()
        else:
            self._store.pulse()
        self._heard()  # what was asked of another before this gate led, it has just answered itself

    def _forward(self, batch: Sequence[Waiting]) -> None:
        """Asks the leader, and hands on what it answered."""
        if self._relay.ended:
            raise StoreError("the server ended the session")
        if batch:
            for number, one in zip(self._relay.ask([one.asked for one in batch]), batch, strict=True):
                if isinstance(number, EntryError):
                    one.tell(number)
                else:
                    self._asked[number] = one
        self._heard()
        if not batch:
            self._store.pulse()

    def _vouch(self) -> None:
        """What another gate answers leaves this one as its own policy says: whoever leads may ask no witness, or others. Raises UnwitnessedError."""
        if self._witnesses is not None:
            self._witnesses.vouch(self._store, self._store.size())

    def _heard(self) -> None:
        """Hands on what was answered, and sends away who has waited for too long, whoever leads by now: his request may be gone from the table."""
        if self._asked and (heard := [(number, answer) for number, answer in self._relay.answers() if number in self._asked]):
            try:
                self._vouch()
            except UnwitnessedError as fault:
                heard = [(number, fault) for number, _ in heard]
            for number, answer in heard:
                self._asked.pop(number).tell(answer)
        now = time.monotonic()
        if late := [number for number, one in self._asked.items() if now - one.since > PATIENCE]:
            self._relay.withdraw(late)
            for number in late:
                self._asked.pop(number).tell(LockedError("the gate that leads this ledger does not answer"))
