"""Who has signed in: in this process's memory alone, each by the digest of what only its browser has. A new start signs everybody out."""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from hashlib import sha256
from threading import Lock
from typing import Final

BYTES: Final = 32
IDLE: Final = 30 * 60.0
"""Seconds without a request after which one is over."""
LONGEST: Final = 12 * 3600.0
"""Seconds after which it is over whatever was done."""
MOST: Final = 100
"""Of one account; then the one of them that was idle for longest ends. Those of others are not for it to end."""


@dataclass(frozen=True)
class Session:
    """An account that has signed in with a passkey (by its digest), when, and when it was last heard of: seconds of a clock that only goes on."""

    account: str
    passkey: str
    since: float
    heard: float


@dataclass
class Sessions:
    """All sessions of a site. Threads take turns."""

    clock: Callable[[], float] = time.monotonic
    _held: OrderedDict[bytes, Session] = field(default_factory=OrderedDict, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def begin(self, account: str, passkey: str) -> str:
        """A new session, and what its browser is told: always new, whatever the browser had before."""
        said, at = secrets.token_urlsafe(BYTES), self.clock()
        with self._lock:
            own = [digest for digest, one in self._held.items() if one.account == account]
            for digest in own[: max(0, len(own) + 1 - MOST)]:
                del self._held[digest]
            self._held[_digest(said)] = Session(account, passkey, at, at)
        return said

    def find(self, said: str) -> Session | None:
        """The session of whoever says this, if it is not over."""
        digest, at = _digest(said), self.clock()
        with self._lock:
            found = self._held.get(digest)
            if found is None:
                return None
            if at - found.heard > IDLE or at - found.since > LONGEST:
                del self._held[digest]
                return None
            return found

    def heard(self, said: str) -> None:
        """Somebody is there: it goes on, if there is such a session."""
        digest, at = _digest(said), self.clock()
        with self._lock:
            if found := self._held.get(digest):
                self._held[digest] = replace(found, heard=at)
                self._held.move_to_end(digest)

    def end(self, said: str) -> None:
        """Ends one, if there is such a session."""
        with self._lock:
            self._held.pop(_digest(said), None)

    def end_all(self, account: str) -> None:
        """Ends all of an account, wherever they are."""
        with self._lock:
            for digest in [digest for digest, one in self._held.items() if one.account == account]:
                del self._held[digest]

    def count(self, account: str) -> int:
        """How many an account has."""
        with self._lock:
            return sum(one.account == account for one in self._held.values())


def _digest(said: str) -> bytes:
    return sha256(said.encode()).digest()
