"""A witness at work: it judges a request, remembers the checkpoint durably, and only then lets its cosignature go. How it is asked is the carrier's matter."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from comity.ledger.cosignature import Cosigner
from comity.ledger.memory import ForgotError, Memory, name_of
from comity.ledger.note import Key, Note
from comity.ledger.witness import ADD, Answer, RefusedError, Request, judge, origin_of

STOPPED: Final = Answer(503, "the witness has stopped: its memory failed\n")
NOTHING: Final = Answer(404, "nothing was vouched for under this name\n")
_ASKED: Final = re.compile(r"/([0-9a-f]{64})/checkpoint")


@dataclass(slots=True)
class Watch:
    """A witness: its key, its memory, the keys of the logs it watches by origin, and its clock (seconds since 1970). One request at a time decides.

    A fault of the memory stops it for good: what is on the disk after a failed sync nobody knows, so a person must look and start it again.
    """

    cosigner: Cosigner
    memory: Memory
    logs: Mapping[str, Sequence[Key]]
    clock: Callable[[], int]
    _turn: threading.Lock = field(default_factory=threading.Lock)
    fault: str = ""
    """Why it has stopped, if it has."""

    def __post_init__(self) -> None:
        """Raises ForgotError: a memory that is not whole stops the witness here, not at the first request."""
        for origin in self.logs:
            self.memory.seen(origin)

    def post(self, path: str, body: bytes) -> Answer:
        """The answer to what was posted: a cosignature line, or why there is none."""
        if path != ADD:
            return Answer(404, "nothing is posted here\n")
        try:
            request, origin = origin_of(body, self.logs)
        except RefusedError as refused:
            return refused.answer
        return self._turned(lambda: self._decide(request, origin))

    def get(self, path: str) -> Answer:
        """The last checkpoint this witness vouched for of the log whose origin hashes to this, for monitors."""
        asked = _ASKED.fullmatch(path)
        found = [origin for origin in self.logs if asked and name_of(origin) == asked[1]]
        return self._turned(lambda: self._last(found[0])) if found else NOTHING

    def _turned(self, work: Callable[[], Answer]) -> Answer:
        """One after another; after a fault of the memory, nobody: what follows would hang on what may not be there when the power is back."""
        with self._turn:
            if not self.fault:
                try:
                    return work()
                except RefusedError as refused:
                    return refused.answer
                except (ForgotError, OSError) as fault:
                    self.fault = str(fault)
            return STOPPED

    def _last(self, origin: str) -> Answer:
        note = self.memory.note(origin)
        return NOTHING if note is None else Answer(200, str(note))

    def _decide(self, request: Request, origin: str) -> Answer:
        keys, at = self.logs[origin], self.clock()
        judge(request, keys, self.memory.seen(origin), at)
        line = self.cosigner.cosign(request.note.text, at)
        by_log = tuple(one for one in request.note.signatures if any(one.by(key) for key in keys))
        self.memory.keep(origin, Note(request.note.text, (*by_log, line)))
        return Answer(200, str(line))
