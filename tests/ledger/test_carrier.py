"""A witness over HTTP on this machine: the log's side and the witness's, and callers that do not behave."""

import http.client
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from growing import ORIGIN, SIGNER, WITNESSES, Log

from comity.ledger.carrier import MAX_CALLERS, Server, sender
from comity.ledger.memory import ForgotError, Memory, name_of
from comity.ledger.watch import Watch
from comity.ledger.witness import MAX_REQUEST, OtherHistoryError, WitnessError, cosigned

ANN, LOG = WITNESSES[0], Log(300)


@pytest.fixture
def port(tmp_path):
    with Memory(tmp_path, ANN.key) as held:
        held.add(ORIGIN)
        server = Server(("127.0.0.1", 0), Watch(ANN, held, {ORIGIN: [SIGNER.key]}, lambda: 1_790_000_000))
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()
        server.server_close()


def ask(port, size, log=LOG):
    return cosigned(log.signed(size), ANN.key, lambda old: log.tree.consistency(old, size), sender(f"http://127.0.0.1:{port}/"))


def test_a_cosignature_over_the_wire(port):
    first, second = ask(port, 7), ask(port, 300)
    assert ANN.key.verifies(LOG.signed(7).text, first.raw)
    assert ANN.key.verifies(LOG.signed().text, second.raw)
    with pytest.raises(OtherHistoryError):
        ask(port, 299)
    with pytest.raises(OtherHistoryError):
        ask(port, 300, Log(300, said="another"))


def test_one_connection_serves_many_requests_and_says_what_its_answers_are(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("POST", "/add-checkpoint", f"old 0\n\n{LOG.signed()}".encode())
    first = connection.getresponse()
    assert (first.status, first.headers["Content-Type"], first.read().decode()[:2]) == (200, "text/plain; charset=utf-8", "— ")
    connection.request("POST", "/add-checkpoint", f"old 0\n\n{LOG.signed()}".encode())
    second = connection.getresponse()
    assert (second.status, second.headers["Content-Type"], second.read()) == (409, "text/x.tlog.size", b"300\n")
    connection.request("GET", f"/{name_of(ORIGIN)}/checkpoint")
    third = connection.getresponse()
    assert (third.status, third.read().decode().splitlines()[:2]) == (200, [ORIGIN, "300"])
    for header in ("Server", "Date"):
        assert "Python" not in (third.headers[header] or "")
    connection.close()


def raw(port, sent):
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65_536), b""))


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ("", 411),
        ("Content-Length: -1\r\n", 411),
        ("Content-Length: ٣\r\n", 411),
        ("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", 411),
        (f"Content-Length: {MAX_REQUEST + 1}\r\n", 413),
        (f"Content-Length: {'9' * 5000}\r\n", 413),
        ("Content-Length: 3\r\n", 400),
    ],
)
def test_requests_that_do_not_behave(port, headers, status):
    answer = raw(port, f"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\n{headers}\r\nold".encode())
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    assert ask(port, 7)


def test_a_caller_who_hangs_up_is_forgotten(port):
    assert raw(port, b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 300\r\n\r\nold") == b""
    assert raw(port, b"GET") == b"400\n"
    assert b"<" not in raw(port, b"PUT /<script> HTTP/1.1\r\n\r\n")
    assert ask(port, 7)


def test_a_witness_that_has_stopped_ends_its_server(tmp_path):
    """Whoever asked is told so; and so is whoever runs it, with the reason."""
    with Memory(tmp_path, ANN.key) as held:
        held.add(ORIGIN)
        with Server(("127.0.0.1", 0), Watch(ANN, held, {ORIGIN: [SIGNER.key]}, lambda: 1_790_000_000)) as server, ThreadPoolExecutor(1) as pool:
            ended = pool.submit(server.serve_forever, 0.01)
            (tmp_path / name_of(ORIGIN)).write_bytes(b"nonsense")
            with pytest.raises(WitnessError, match="503"):
                ask(server.server_address[1], 7)
            assert isinstance(ended.exception(), ForgotError)


def test_a_fault_of_its_own_is_told_and_the_next_caller_served(tmp_path, capfd):
    times = iter((None, 1_790_000_000))
    with Memory(tmp_path, ANN.key) as held:
        held.add(ORIGIN)
        with Server(("127.0.0.1", 0), Watch(ANN, held, {ORIGIN: [SIGNER.key]}, times.__next__)) as server, ThreadPoolExecutor(1) as pool:
            pool.submit(server.serve_forever, 0.01)
            with pytest.raises(WitnessError, match="no answer"):
                ask(server.server_address[1], 7)
            assert ask(server.server_address[1], 7)
            server.shutdown()
    assert "TypeError" in capfd.readouterr().err


def test_more_callers_than_there_is_room_for_are_hung_up_on(port):
    idle = [socket.create_connection(("127.0.0.1", port), timeout=5) for _ in range(MAX_CALLERS + 3)]
    assert idle[-1].recv(1) == b""
    for one in idle:
        one.close()


def test_no_answer_is_an_error_of_its_own():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        closed = silent.getsockname()[1]
    with pytest.raises(WitnessError, match="no answer"):
        ask(closed, 7)


@pytest.mark.parametrize(
    ("said", "what"),
    [(b"nonsense\r\n\r\n", "no answer"), (b"HTTP/1.1 200 OK\r\n\r\n\xff", "no answer"), (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 300_000, "too much")],
)
def test_an_answer_that_does_not_behave_is_none(said, what):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer():
            connection, _ = server.accept()
            with connection:
                heard = b""
                while not heard.endswith(b"=\n"):  # all of it: what is left unread would cut the answer off
                    heard += connection.recv(65_536)
                connection.sendall(said)

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(WitnessError, match=what):
            ask(server.getsockname()[1], 7)
        thread.join()


@pytest.mark.parametrize("prefix", ["", "witness.example", "ftp://w", "http://", "http://u@w/", "http://w/?x", "http://w/#x", "file:///w"])
def test_addresses_that_are_none(prefix):
    with pytest.raises(ValueError, match="is no address of a witness"):
        sender(prefix)
