"""Lines to a site: who holds one has to ask, and in time."""

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from comity.web import line
from comity.web.line import Line

HEAD = b"GET / HTTP/1.1\r\nhost: localhost\r\n"


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A site that has no patience left once it was asked for `/late`."""

    async def app(scope: Any, _receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            if scope["path"] == "/late":
                monkeypatch.setattr(line, "PATIENCE", 0.0)
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
            await send({"type": "http.response.body", "body": b"ok"})

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        server = uvicorn.Server(uvicorn.Config(app, http=Line, lifespan="off", timeout_keep_alive=60, log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        server.should_exit = True
        thread.join()


def told(called: socket.socket) -> bytes:
    """All that comes until the line is cut."""
    found = b""
    try:
        while piece := called.recv(65_536):
            found += piece
    except ConnectionError:
        pass
    return found


@pytest.mark.parametrize("sent", [b"", b"GET", HEAD])
def test_who_asks_nothing_is_cut_off(port: int, monkeypatch: pytest.MonkeyPatch, sent: bytes) -> None:
    monkeypatch.setattr(line, "PATIENCE", 0.0)
    with socket.create_connection(("127.0.0.1", port), timeout=20) as called:
        called.sendall(sent)
        assert told(called) == b""


def test_who_asks_in_time_is_answered_and_cut_off_when_the_next_does_not_end(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as called:
        called.sendall(HEAD + b"\r\n")
        while not called.recv(65_536).endswith(b"ok"):
            pass
        called.sendall(HEAD.replace(b"/ ", b"/late ") + b"\r\n" + HEAD)
        assert told(called).endswith(b"ok")
