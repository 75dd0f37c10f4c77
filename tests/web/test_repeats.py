"""A question that is sent again under its key: the same answer, and nobody else's."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient

from comity.web import repeats
from comity.web.app import application
from comity.web.repeats import AGE, Repeats
from comity.web.site import Site

DEMO = Path(__file__).parents[2] / "examples/platform/world.yaml"
JSON = {"accept": "application/json", "content-type": "application/json"}
HERE = {"destination": "CN"}


@pytest.fixture(scope="module")
def site() -> TestClient:
    return TestClient(application(Site(DEMO)), headers=JSON)


def keyed(key: str, **more: str) -> dict[str, str]:
    return {"idempotency-key": key, **more}


@pytest.mark.parametrize("facts", [HERE, {"destnation": "CN"}], ids=["an answer", "mistakes"])
@pytest.mark.parametrize("address", ["/opinions", "/verdicts"])
def test_the_same_key_and_content_get_the_same_answer_byte_for_byte(site: TestClient, address: str, facts: dict[str, str]) -> None:
    body = {"facts": facts} if address == "/opinions" else {"movements": {"t": facts}}
    first, again = (site.post(address, json=body, headers=keyed(f'"{address} {[*facts]}"')) for _ in range(2))
    assert (first.status_code, first.content, first.headers) == (again.status_code, again.content, again.headers)
    assert first.content == site.post(address, json=body).content


def test_the_same_key_with_other_content_is_refused(site: TestClient) -> None:
    site.post("/opinions", json={"facts": HERE}, headers=keyed('"other"'))
    for address, facts, more in (
        ("/opinions", {}, {}),
        ("/verdicts", HERE, {}),
        ("/opinions?lang=zh", HERE, {}),
        ("/opinions", HERE, {"accept-language": "zh"}),
    ):
        found = site.post(address, json={"facts": facts}, headers=keyed('"other"', **more))
        assert found.status_code == 422
        assert found.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("key", ["bare", '""', '"un"quoted"', f'"{"x" * 256}"', '"back\\slash"'])
def test_what_is_no_key_is_said(site: TestClient, key: str) -> None:
    found = site.post("/opinions", json={"facts": {}}, headers=keyed(key))
    assert found.status_code == 400
    assert "between quotes" in found.json()["detail"]


def test_two_keys_are_none(site: TestClient) -> None:
    headers = [*JSON.items(), ("idempotency-key", '"a"'), ("idempotency-key", '"b"')]
    assert site.post("/opinions", content=b'{"facts": {}}', headers=headers).status_code == 400


def test_a_stream_takes_no_key(site: TestClient) -> None:
    assert site.post("/opinions/stream", content=b"", headers={**keyed('"a"'), "content-type": "application/x-ndjson"}).status_code == 400


def test_the_description_says_what_a_key_does(site: TestClient) -> None:
    told = site.get("/openapi.json").json()["paths"]
    for address in ("/verdicts", "/opinions"):
        assert "Idempotency-Key" in {one["name"] for one in told[address]["post"]["parameters"]}
        assert {"409", "422"} <= told[address]["post"]["responses"].keys()


# -- what is kept, and for whom ----------------------------------------------------------------------------------------


def request(key: str = '"k"', host: str = "127.0.0.1", **more: str) -> Request:
    headers = [(name.encode(), value.encode()) for name, value in {"idempotency-key": key, **more}.items()]
    return Request(
        {"type": "http", "method": "POST", "path": "/opinions", "query_string": b"", "headers": headers, "client": (host, 1), "server": ("localhost", 80)}
    )


def counting(status: int = 200, size: int = 1) -> Callable[[], Awaitable[Response]]:
    """Answers that differ each time one is made."""
    made = iter(range(1_000))

    async def answer() -> Response:
        return Response(b"%d" % next(made) * size, status)

    return answer


def run(asked: Any) -> Any:
    with ThreadPoolExecutor(1) as elsewhere:  # a browser of another test may have a loop running here
        return elsewhere.submit(asyncio.run, asked).result()


def bodies(kept: Repeats, made: Callable[[], Awaitable[Response]], *asked: tuple[Request, bytes]) -> list[bytes]:
    async def every() -> list[bytes]:
        return [bytes((await kept.once(one, sent, made)).body) for one, sent in asked]

    found: list[bytes] = run(every())
    return found


def test_nobody_is_given_the_answer_of_another() -> None:
    others = [request(), request(host="192.0.2.1"), request(authorization="Bearer a"), request(authorization="Bearer b"), request(cookie="a=b")]
    assert bodies(Repeats(), counting(), *((one, b"") for one in (*others, *others))) == [b"0", b"1", b"2", b"3", b"4"] * 2


def test_while_the_first_is_under_way_the_second_is_told_so() -> None:
    async def ask() -> tuple[int, int, bytes, bytes]:
        kept, begun, go = Repeats(), asyncio.Event(), asyncio.Event()

        async def slow() -> Response:
            begun.set()
            await go.wait()
            return Response(b"first")

        first = asyncio.create_task(kept.once(request(), b"", slow))
        await begun.wait()
        told = []
        for sent in (b"", b"something else"):
            with pytest.raises(HTTPException) as caught:
                await kept.once(request(), sent, slow)
            told.append(caught.value.status_code)
        go.set()
        return told[0], told[1], bytes((await first).body), bytes((await kept.once(request(), b"", slow)).body)

    assert run(ask()) == (409, 422, b"first", b"first")


@pytest.mark.parametrize("fault", [HTTPException(503), RuntimeError("a fault"), asyncio.CancelledError()], ids=["refused", "failed", "gone"])
def test_what_came_to_nothing_can_be_asked_again(fault: BaseException) -> None:
    async def ask() -> bytes:
        kept = Repeats()

        async def fail() -> Response:
            raise fault

        with pytest.raises(type(fault)):
            await kept.once(request(), b"", fail)
        return bytes((await kept.once(request(), b"", counting())).body)

    assert run(ask()) == b"0"


def test_a_fault_of_the_house_is_not_kept() -> None:
    assert bodies(Repeats(), counting(503), (request(), b""), (request(), b"")) == [b"0", b"1"]


def test_an_answer_is_kept_so_long_and_not_longer() -> None:
    now = [0.0]
    kept, made = Repeats(lambda: now[0]), counting()
    for at, told in ((0.0, b"0"), (AGE - 1, b"0"), (AGE, b"1")):
        now[0] = at
        assert bodies(kept, made, (request(), b"")) == [told]


def test_only_so_many_are_kept_and_the_oldest_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeats, "NUMBER", 2)
    asked = [(request(f'"{name}"'), b"") for name in "abcabc"]
    assert bodies(Repeats(), counting(), *asked[:3], asked[1], asked[2], asked[0]) == [b"0", b"1", b"2", b"1", b"2", b"3"]


def test_only_so_many_bytes_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeats, "ROOM", 10)
    asked = [(request(f'"{name}"'), b"") for name in "ab"]
    assert bodies(Repeats(), counting(size=6), asked[0], asked[1], asked[1], asked[0]) == [b"000000", b"111111", b"111111", b"222222"]
    assert bodies(Repeats(), counting(size=11), asked[0], asked[0]) == [b"0" * 11, b"1" * 11]
