"""One session with a PostgreSQL server, for threads that wait for its answers; every fault of it is a reason to hold."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from threading import RLock, Thread
from typing import Any, Final, TypeVar

import asyncpg

from comity.ledger.hold import CorruptError, FullError, LockedError, StoreError

PATIENCE: Final = 60.0
"""Seconds within which a server answers, or is believed not to."""
NEEDS: Final = {"fsync": "on", "full_page_writes": "on"}
"""Settings without which a server loses what it acknowledged."""
OLDEST: Final = 14
"""The first edition of the server that ends sessions which say nothing (idle_session_timeout)."""

T = TypeVar("T")


class Session:
    """A session. After a StoreError it is of no use any more: what the server made of the last statement is not known."""

    def __init__(self, uri: str, settings: Mapping[str, str] | None = None) -> None:
        """Opens it. Raises StoreError when the server does not answer, is too old, or would lose what it acknowledged."""
        self._lock = RLock()
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="session", daemon=True)
        self._thread.start()
        # `on` would be the default, had nobody changed it; times are said by the server in UTC, whoever asks.
        given = {"application_name": "comity ledger", "synchronous_commit": "on", "timezone": "UTC", **(settings or {})}
        self._connection: asyncpg.Connection | None = None
        try:
            self._connection = self._await(asyncpg.connect(uri, timeout=PATIENCE, command_timeout=PATIENCE, server_settings=given))
            self._check()
        except BaseException:
            self.close()
            raise

    def _check(self) -> None:
        assert self._connection is not None
        if (edition := self._connection.get_server_version().major) < OLDEST:
            raise StoreError(f"the server is PostgreSQL {edition}: a ledger needs {OLDEST} or later")
        for setting, needed in NEEDS.items():
            if (found := self.value("SELECT current_setting($1)", setting)) != needed:
                raise StoreError(f"the server runs with {setting} = {found}: it would lose what it acknowledged")

    def execute(self, statement: str, *values: object) -> str:
        """Carries a statement out; what the server says that it did."""
        return str(self._ask(lambda connection: connection.execute(statement, *values)))

    def rows(self, statement: str, *values: object) -> list[Sequence[Any]]:
        """The rows of an answer."""
        found: list[Sequence[Any]] = self._ask(lambda connection: connection.fetch(statement, *values))
        return found

    def value(self, statement: str, *values: object) -> Any:  # noqa: ANN401 -- whatever the column holds
        """The first value of the first row; None without one."""
        return self._ask(lambda connection: connection.fetchval(statement, *values))

    def listen(self, channel: str, told: Callable[[str], None]) -> None:
        """Calls `told` with what is said on a channel, or with "" when the session has ended; on another thread."""

        def heard(_: object, __: int, ___: str, payload: str) -> None:
            told(payload)

        async def begin(connection: asyncpg.Connection) -> None:
            connection.add_termination_listener(lambda _: told(""))
            await connection.add_listener(channel, heard)

        self._ask(begin)

    @property
    def ended(self) -> bool:
        """Whether the server, or what lies between, has ended it."""
        return self._connection is None or bool(self._connection.is_closed())

    def close(self) -> None:
        """Ends it; what was not committed is undone by the server."""
        with self._lock:
            if self._loop.is_closed():
                return
            connection, self._connection = self._connection, None
            if connection is not None:
                self._loop.call_soon_threadsafe(connection.terminate)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()

    def _ask(self, asked: Callable[[asyncpg.Connection], Coroutine[Any, Any, T]]) -> T:
        with self._lock:
            if self._connection is None:
                raise StoreError("the session with the server is closed")
            return self._await(asked(self._connection))

    def _await(self, asked: Coroutine[Any, Any, T]) -> T:
        try:
            return asyncio.run_coroutine_threadsafe(asked, self._loop).result()
        except TimeoutError as fault:  # nobody waits twice for a server that is silent
            if (connection := self._connection) is not None:
                self._loop.call_soon_threadsafe(connection.terminate)
                self._connection = None
            raise _reason(fault) from fault
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, EOFError, ValueError) as fault:
            raise _reason(fault) from fault


def _reason(fault: Exception) -> StoreError | LockedError:
    told = f"the server: {str(fault) or type(fault).__name__}"
    match fault:
        case asyncpg.LockNotAvailableError():
            return LockedError(told)
        case asyncpg.DiskFullError():
            return FullError(told)
        case asyncpg.IntegrityConstraintViolationError() | asyncpg.DataCorruptedError() | asyncpg.IndexCorruptedError():
            return CorruptError(told)
        case _:
            return StoreError(told)
