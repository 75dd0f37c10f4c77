"""Queries across a border over Arrow Flight: a client sends one SELECT, and gets the stream of what the gate lets through.

A recipient shows a bearer token; of a token only its SHA-256 is kept. The ticket of a stream is the SQL itself, so nothing is kept
between calls. Unless it has a certificate, the server is bound to the machine it runs on.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import NoReturn

import pyarrow as pa
from pyarrow import flight

from comity.gate.query.answer import Answer, Started
from comity.gate.query.room import HeldError, QueryError
from comity.gate.run import GateError
from comity.text.source import SourceError


class UnboundError(Exception):
    """The server would be open to more than this machine without a certificate."""


Asking = Callable[[str, str, Started], AbstractContextManager[Answer]]
"""Answers one query, with so much memory, while the context lasts. It decides anew each time, and takes down what leaves before it leaves."""


@dataclass(frozen=True)
class Certificate:
    """A certificate chain and its private key, both PEM."""

    chain: bytes
    key: bytes = field(repr=False)


@dataclass(frozen=True)
class Bounds:
    """How much one query may take: `memory` as DuckDB reads it, `seconds` until its last row, `at_once` queries together."""

    memory: str = "1GB"
    seconds: float = 300.0
    at_once: int = 4


def hashed(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).digest()


class _Door(flight.ServerMiddlewareFactory):  # type: ignore[misc] # pyarrow ships no types
    """Lets in who shows a token."""

    def __init__(self, desks: Mapping[bytes, Asking]) -> None:
        self._desks = desks

    def start_call(self, info: object, headers: Mapping[str, list[str]]) -> _Shown:  # noqa: ARG002 -- Flight gives it
        shown = [value for name, values in headers.items() if name.lower() == "authorization" for value in values]
        word, _, token = shown[0].partition(" ") if len(shown) == 1 else ("", "", "")
        mine = hashed(token)
        found = [asking for kept, asking in self._desks.items() if hmac.compare_digest(kept, mine)]  # each, in the same time: near is no nearer than far
        if word.lower() != "bearer" or not token or not found:
            raise flight.FlightUnauthenticatedError("show a bearer token")
        return _Shown(found[0])


class _Shown(flight.ServerMiddleware):  # type: ignore[misc] # pyarrow ships no types
    """Whose token it was."""

    def __init__(self, asking: Asking) -> None:
        self.asking = asking


class Server(flight.FlightServerBase):  # type: ignore[misc] # pyarrow ships no types
    """The server. Ends with `shutdown`.

    Args:
        desks: what answers each recipient, by the SHA-256 of their token.
        host: where to listen.
        port: on which port; 0 takes a free one, see `port`.
        certificate: needed to listen to other machines.
        bounds: how much a query may take.

    Raises:
        UnboundError: it would listen to other machines without a certificate.
    """

    def __init__(
        self, desks: Mapping[bytes, Asking], host: str = "127.0.0.1", port: int = 0, certificate: Certificate | None = None, bounds: Bounds | None = None
    ) -> None:
        if certificate is None and not _here(host):
            raise UnboundError(f"'{host}' is open to other machines: give a certificate and its key, or listen on 127.0.0.1")
        chains = [(certificate.chain, certificate.key)] if certificate else None
        where = f"[{host}]" if ":" in host else host
        self._bounds = bounds or Bounds()
        self._free = threading.BoundedSemaphore(self._bounds.at_once)
        super().__init__(f"grpc{'+tls' if certificate else ''}://{where}:{port}", tls_certificates=chains, middleware={"door": _Door(desks)})

    def get_flight_info(self, context: flight.ServerCallContext, descriptor: flight.FlightDescriptor) -> flight.FlightInfo:
        """The ticket for an answer, which is the query itself. Its columns come with the stream: to know them is to have asked."""
        _asking(context)
        return flight.FlightInfo(None, descriptor, [flight.FlightEndpoint(descriptor.command or b"", [])])

    def do_get(self, context: flight.ServerCallContext, ticket: flight.Ticket) -> flight.FlightDataStream:
        """The answer."""
        asking = _asking(context)
        with _spoken(), ExitStack() as stack:
            try:
                sql = ticket.ticket.decode()
            except UnicodeDecodeError:
                raise flight.FlightServerError("the query is not UTF-8 text") from None
            if not self._free.acquire(blocking=False):
                raise flight.FlightUnavailableError("as many queries are being answered as may be at once: ask again later")
            stack.callback(self._free.release)
            done = threading.Event()
            stack.callback(done.set)
            answer = stack.enter_context(asking(sql, self._bounds.memory, lambda stop: _until(done, self._bounds.seconds, stop)))
            return flight.GeneratorStream(answer.schema, _batches(context, answer, stack.pop_all()))
        raise AssertionError("unreachable")

    def list_flights(self, context: object, criteria: bytes) -> NoReturn:
        """Not answered: a query says what it asks about."""
        _no(context, criteria)

    def do_put(self, context: object, descriptor: object, reader: object, writer: object) -> NoReturn:
        """Not answered: nothing comes in."""
        _no(context, descriptor, reader, writer)

    def do_exchange(self, context: object, descriptor: object, reader: object, writer: object) -> NoReturn:
        """Not answered: nothing comes in."""
        _no(context, descriptor, reader, writer)

    def do_action(self, context: object, action: object) -> NoReturn:
        """Not answered: nothing is done here."""
        _no(context, action)

    def list_actions(self, context: object) -> NoReturn:
        """Not answered: there are none."""
        _no(context)


def _no(*_given: object) -> NoReturn:
    raise flight.FlightUnauthorizedError("only a SELECT is answered")


def _here(host: str) -> bool:
    """Whether a host is this machine and nothing else; a name is not, whatever it means today."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _asking(context: flight.ServerCallContext) -> Asking:
    shown = context.get_middleware("door")
    if not isinstance(shown, _Shown):
        raise flight.FlightUnauthenticatedError("show a bearer token")
    return shown.asking


def _batches(context: flight.ServerCallContext, answer: Answer, held: ExitStack) -> Iterator[pa.RecordBatch]:
    """The batches; whoever goes away, or asks for too much, lets go of the room."""
    with _spoken(), held:
        for batch in answer.batches:
            if context.is_cancelled():
                return
            yield batch


def _until(done: threading.Event, seconds: float, stop: Callable[[], None]) -> None:
    """Stops what runs when its time is over, and again until it is done: a query that was about to begin must not slip through."""

    def watch() -> None:
        left = seconds
        while not done.wait(left):
            stop()
            left = 1.0

    threading.Thread(target=watch, daemon=True).start()


class _spoken:  # noqa: N801 -- it is used as a word, not as a type
    """What a fault may say to who asked. Flight sends the traceback of any error but its own, and with it what stays home."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if error is None or isinstance(error, (flight.FlightError, GeneratorExit)):
            return
        if isinstance(error, (SourceError, QueryError, HeldError, GateError)):
            raise flight.FlightServerError(str(error)) from None
        raise flight.FlightServerError("held: this cannot be answered now") from None
