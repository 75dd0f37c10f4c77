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


@dataclass
class Work:
    """One of them: `began` on a clock that only goes forward, and the answer when it is there."""

    began: float
    answer: Future[Any]

    @property
    def spent(self) -> int:
        """The whole seconds since it was asked for."""
        return int(time.monotonic() - self.began)


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
                self._works[key] = Work(time.monotonic(), self._hands.submit(make))
                for old in [one for one, work in self._works.items() if work.answer.done()][: max(0, len(self._works) - KEPT)]:
                    del self._works[old]
            self._works.move_to_end(key)
            work = self._works[key]
        wait([work.answer], patience)
        return work
