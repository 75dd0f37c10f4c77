"""Questions asked again under a key: what is sent a second time gets the first answer, byte for byte (draft-ietf-httpapi-idempotency-key-header).

Kept in this process alone, and only so many, so long: who asked and what was sent by their digests, the answer as it went out.
"""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

HEADER: Final = "Idempotency-Key"
WRITTEN: Final = r'"[ !#-\[\]-~]{1,255}"'
"""A key: a string of a structured field (RFC 9651), without escapes."""
NUMBER: Final = 1_000
"""Answers that are kept."""
ROOM: Final = 32 << 20
"""Bytes of all of them."""
AGE: Final = 3_600.0
"""Seconds for which one is."""


@dataclass(frozen=True)
class Kept:
    """An answer, the digest of what it answers, and until when it is given again."""

    asked: bytes
    until: float
    answer: Response


@dataclass
class Repeats:
    """The answers of one site that may be asked for again. Whoever asks is told apart by address and credentials: nobody is given another's."""

    clock: Callable[[], float] = time.monotonic
    _kept: OrderedDict[bytes, Kept] = field(default_factory=OrderedDict, repr=False)
    _under_way: dict[bytes, bytes] = field(default_factory=dict, repr=False)
    _bytes: int = 0

    async def once(self, request: Request, sent: bytes, made: Callable[[], Awaitable[Response]]) -> Response:
        """The answer to what was sent; under a key that was used, the one that it was given then. Raises HTTPException.

        A fault of the house is not kept, so that it can be asked again.
        """
        if not (keys := request.headers.getlist(HEADER)):
            return await made()
        if len(keys) > 1 or not re.fullmatch(WRITTEN, keys[0]):
            raise HTTPException(400, f'write one {HEADER}, of 1 to 255 signs between quotes: "8e03978e-40d5"')
        whose, asked = _whose(request, keys[0]), _asked(request, sent)
        self._forget(self.clock())
        kept = self._kept.get(whose)
        if asked != self._under_way.get(whose, kept.asked if kept else asked):
            raise HTTPException(422, f"this {HEADER} came with something else before")
        if kept:
            return kept.answer
        if whose in self._under_way:
            raise HTTPException(409, f"what came first with this {HEADER} is not answered yet", {"Retry-After": "1"})
        self._under_way[whose] = asked
        try:
            answer = await made()
        finally:
            del self._under_way[whose]
        if answer.status_code < 500 and len(answer.body) <= ROOM:
            self._kept[whose] = Kept(asked, self.clock() + AGE, answer)
            self._bytes += len(answer.body)
            self._forget(self.clock())
        return answer

    def _forget(self, now: float) -> None:
        """Lets go of what is too old, and of the oldest where there is too much."""
        while self._kept and (self._bytes > ROOM or len(self._kept) > NUMBER or next(iter(self._kept.values())).until <= now):
            self._bytes -= len(self._kept.popitem(last=False)[1].answer.body)


def _whose(request: Request, key: str) -> bytes:
    """The digest of a key and of whoever uses it."""
    host = request.client.host if request.client else ""
    return sha256(repr((host, request.headers.getlist("authorization"), request.headers.getlist("cookie"), key)).encode()).digest()


def _asked(request: Request, sent: bytes) -> bytes:
    """The digest of all that an answer follows from, as far as it is sent."""
    said = [request.headers.get(name, "") for name in ("content-type", "accept", "accept-language")]
    return sha256(repr((request.method, request.url.path, request.url.query, *said)).encode() + sha256(sent).digest()).digest()
