"""What an authenticator is given to sign: new each time, for one purpose, for a few minutes, and once.

Nothing is kept of one that nobody has signed: whoever asks for many takes no room.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

NONCE: Final = 16
PATIENCE: Final = 300
"""Seconds for somebody to find their passkey."""


@dataclass
class Challenges:
    """The challenges of one process. Threads take turns."""

    clock: Callable[[], float] = time.monotonic
    _secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    _spent: dict[bytes, int] = field(default_factory=dict, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def made(self, purpose: str) -> bytes:
        """A new one."""
        body = secrets.token_bytes(NONCE) + (int(self.clock()) + PATIENCE).to_bytes(8, "big")
        return body + self._seal(body, purpose)

    def holds(self, told: bytes, purpose: str) -> bool:
        """Was it made here, for this, and not too long ago?"""
        body = told[: NONCE + 8]
        return hmac.compare_digest(self._seal(body, purpose), told[NONCE + 8 :]) and self.clock() < int.from_bytes(body[NONCE:], "big")

    def spend(self, told: bytes) -> bool:
        """Takes one that holds, and was signed; False where it was taken before."""
        with self._lock:
            at = self.clock()
            for old in [one for one, until in self._spent.items() if until <= at]:
                del self._spent[old]
            if told in self._spent:
                return False
            self._spent[told] = int.from_bytes(told[NONCE : NONCE + 8], "big")
            return True

    def _seal(self, body: bytes, purpose: str) -> bytes:
        return hmac.digest(self._secret, body + purpose.encode(), "sha256")
