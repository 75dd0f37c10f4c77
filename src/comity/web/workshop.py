"""Answers that take long: worked out one after another, beside the requests that ask for them, and kept."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.exceptions import HTTPException

WAITING: Final = 4
"""As many as wait their turn at most; whoever asks for one more is told to come again."""
KEPT: Final = 12
"""Answers that are kept."""
PATIENCE: Final = 4.0
"""Seconds that one who asks is kept waiting; what takes longer is worked out meanwhile."""
AGAIN: Final = 5
"""Seconds after which a reader is shown the page anew, until it is worked out."""


@dataclass
class Work:
    """One of them, and the answer when it is there. `since`: when it began to wait or, once it is `begun`, to be worked out, by a clock that only goes on."""

    make: Callable[[], Any]
    since: float = field(default_factory=time.monotonic)
    begun: bool = False
    answer: Future[Any] = field(default_factory=Future)

    @property
    def spent(self) -> int:
        """The whole seconds that it has waited, or been worked on."""
        return int(time.monotonic() - self.since)

    def begin(self) -> object:
        """Works it out; the time that it waited is over."""
        self.since, self.begun = time.monotonic(), True
        return self.make()


@dataclass
class Workshop:
    """Who works them out, one at a time: what is asked for twice is worked out once."""

    _works: OrderedDict[object, Work] = field(default_factory=OrderedDict, repr=False)
    _one: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _hands: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(max_workers=1), repr=False)

    def ask(self, key: object, make: Callable[[], Any], patience: float) -> Work:
        """The work of this key, after it is done or patience is over, whichever comes first. Raises HTTPException where too many wait."""
        with self._one:
            if key not in self._works:
                if sum(not one.answer.done() for one in self._works.values()) > WAITING:
                    raise HTTPException(503, "others are being worked out: ask again in a minute", {"Retry-After": "60"})
                work = self._works[key] = Work(make)
                work.answer = self._hands.submit(work.begin)
                for old in [one for one, work in self._works.items() if work.answer.done()][: max(0, len(self._works) - KEPT)]:
                    del self._works[old]
            self._works.move_to_end(key)
            work = self._works[key]
        wait([work.answer], patience)
        return work
