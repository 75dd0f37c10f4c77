"""A line to a site: whoever holds one and asks nothing is cut off, so that nobody takes the room of others by keeping silent."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

PATIENCE = 20.0
"""Seconds in which the head of a request has to come, of the first and of each after it."""


class Line(H11Protocol):
    """One connection. The server of itself waits for ever for a head that does not end."""

    def __init__(self, *args: Any, **more: Any) -> None:  # noqa: ANN401 -- as the server makes them
        super().__init__(*args, **more)
        self._cut: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # narrowed as it is above
        """The line is there."""
        super().connection_made(transport)
        self._wait()

    def on_response_complete(self) -> None:
        """An answer was sent, and the next question may come."""
        super().on_response_complete()
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """The line is gone."""
        super().connection_lost(exc)
        self._leave()

    def _wait(self) -> None:
        self._leave()
        self._cut = self.loop.call_later(PATIENCE, self._over)

    def _leave(self) -> None:
        if self._cut is not None:
            self._cut.cancel()

    def _over(self) -> None:
        """Time is over: of a request that came meanwhile the answer is on its way."""
        if self.cycle is None or self.cycle.response_complete:  # type: ignore[redundant-expr]  # there is none before the first request, whatever is declared
            self.transport.close()
