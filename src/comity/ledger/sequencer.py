"""Many callers, one writer: what they ask at the same time becomes one transaction, and each is answered when it is durable.

After a fault of the store nothing more is written: every caller, then and later, gets the fault, and opening the ledger again recovers
what was acknowledged. Nothing is ever retried over a failed sync, which may have lost what it was asked to keep.
"""

from __future__ import annotations

from comity.ledger.desk import Desk
from comity.ledger.hold import LockedError, UnwitnessedError
from comity.ledger.writer import OFTEN, Writer


class Sequencer(Desk):
    """A writer on a thread of its own, and the desk before it."""

    def __init__(self, writer: Writer) -> None:
        super().__init__()
        self._writer = writer
        self.start(self._work, writer.store.close)

    def _work(self) -> None:
        while self.more():
            if batch := self.gathered(grace=self._writer.synced / 2):
                try:
                    answers = self._writer.write([waiting.asked for waiting in batch])
                except (LockedError, UnwitnessedError) as fault:  # whoever asks again may have more luck
                    answers = [fault] * len(batch)
                for waiting, answer in zip(batch, answers, strict=True):
                    waiting.tell(answer)
            self._writer.keep(OFTEN if self.more() else 1)
