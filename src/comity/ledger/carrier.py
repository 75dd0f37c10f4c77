"""HTTP between a log and its witnesses: a small server for a witness, and what posts to one. Bounded in bytes, time and number; follows no redirect."""

from __future__ import annotations

import http.client
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import socket
from typing import Any, Final
from urllib.parse import urlsplit

from comity.ledger.memory import ForgotError
from comity.ledger.watch import Watch
from comity.ledger.witness import ADD, MAX_REQUEST, TEXT, Answer, WitnessError

PATIENCE: Final = 10.0
"""Seconds that either side waits for the other's next bytes."""
MAX_CALLERS: Final = 64


class Server(ThreadingHTTPServer):
    """Serves one witness until `shutdown`, or until it has stopped: `serve_forever` raises ForgotError then.

    A caller beyond MAX_CALLERS is hung up on, and may come again.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = MAX_CALLERS

    def __init__(self, address: tuple[str, int], watch: Watch) -> None:
        self._watch, self._places = watch, threading.BoundedSemaphore(MAX_CALLERS)
        super().__init__(address, type("Handler", (_Handler,), {"watch": watch}))

    def service_actions(self) -> None:
        """Ends the serving of a witness that has stopped: somebody must hear of it."""
        if self._watch.fault:
            raise ForgotError(self._watch.fault)

    def process_request(self, request: socket | tuple[bytes, socket], client_address: object) -> None:
        """Hand a caller to a thread of its own, if there is room."""
        if self._places.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: socket | tuple[bytes, socket], client_address: object) -> None:
        """Serve a caller, then make room."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: Any, client_address: object) -> None:  # noqa: ANN401 -- whatever kind of socket the base class has
        """A caller that hangs up is no event; a fault of our own is, and is told."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    watch: Watch
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "comity-witness", ""
    timeout = PATIENCE
    error_content_type, error_message_format = TEXT, "%(code)d\n"  # what could not be read is not repeated

    def do_GET(self) -> None:
        self._answer(self.watch.get(self.path))

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()) or "Transfer-Encoding" in self.headers:
            self.close_connection = True
            self._answer(Answer(411, "a request says how long it is\n"))
        elif len(length) > len(str(MAX_REQUEST)) or int(length) > MAX_REQUEST:
            self.close_connection = True
            self._answer(Answer(413, f"a request has at most {MAX_REQUEST} bytes\n"))
        else:
            body = self.rfile.read(int(length))
            if len(body) < int(length):
                self.close_connection = True
                return
            self._answer(self.watch.post(self.path, body))

    def _answer(self, answer: Answer) -> None:
        body = answer.body.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the name http.server gives it
        """Who asked is nobody's business."""


def sender(prefix: str) -> Callable[[str], Answer]:
    """What posts a request to the witness at this address. Raises WitnessError for no answer, or one too long; ValueError for an address that is none."""
    parts = urlsplit(prefix)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or parts.username is not None:
        raise ValueError(f"'{prefix}' is no address of a witness")
    opened = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    host, port, path = parts.hostname, parts.port, parts.path.rstrip("/") + ADD

    def send(body: str) -> Answer:
        connection = opened(host, port, timeout=PATIENCE)
        try:
            connection.request("POST", path, body.encode(), {"Content-Type": TEXT})
            response = connection.getresponse()
            held = response.read(MAX_REQUEST + 1)
            if len(held) > MAX_REQUEST:
                raise WitnessError(f"the witness at {host} says too much")
            return Answer(response.status, held.decode(), response.headers.get("Content-Type", ""))
        except (OSError, http.client.HTTPException, UnicodeError) as fault:
            raise WitnessError(f"no answer from the witness at {host}: {fault}") from None
        finally:
            connection.close()

    return send
