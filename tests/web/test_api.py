"""What programs ask over HTTP: the same verdicts as everywhere, every mistake at once, and a description that holds."""

import asyncio
import json
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import comity
from comity.law.rulebook import OUTCOMES
from comity.verdict.outcome import Span
from comity.web.api import LINE, Desk, lines
from comity.web.app import LONGEST, application
from comity.web.site import Site

DEMO = Path(__file__).parents[2] / "examples/platform/world.yaml"


@pytest.fixture(scope="module")
def site() -> TestClient:
    return TestClient(application(Site(DEMO)), headers={"accept": "application/json"})


def told(span: Span) -> dict[str, str]:
    return {"worst": OUTCOMES[span.worst], "best": OUTCOMES[span.best]}


def test_a_world_that_is_sent_gets_the_verdicts_that_check_gives(site: TestClient) -> None:
    found = site.post("/verdicts", content=DEMO.read_bytes(), headers={"content-type": "application/yaml"}).json()
    expected = comity.check(comity.read(DEMO))
    assert [(one["movement"], one["outcome"]) for one in found] == [(v.movement, told(v.outcome)) for v in expected]
    assert all(not one["open"] for one in found if one["outcome"]["worst"] == one["outcome"]["best"])
    assert any(one["open"] for one in found)
    assert all(one["record"]["world"] == found[0]["record"]["world"] for one in found)


FACTS = {
    "destination": "CN",
    "origin": "US",
    "on": "2026-11-23",
    "exporter.organised_in": ["US"],
    "importer.organised_in": {"some": ["CN"]},
    "importer_role": {"one of": ["controller", "processor"]},
    "exporter.persons_processed": {"from": 1},
}


def test_opinions_are_those_of_a_policy(site: TestClient) -> None:
    found = site.post("/opinions", json={"facts": FACTS}).json()
    policy = comity.Policy()
    nothing = policy.decide({})
    assert site.post("/opinions", json={"facts": {}}).json()["opinions"] == {
        regime.book.regime: told(span) for regime, span in zip(policy.plan.regimes, nothing, strict=True)
    }
    assert found["outcome"]["worst"] == "prohibited"  # what nobody said is unknown, and unknown is never permitted


def test_every_mistake_in_the_facts_is_told_at_once(site: TestClient) -> None:
    wrong = {"destnation": "CN", "origin": "Cathay", "on": "tomorrow", "importer_role": {"some of": ["processor"]}}
    found = site.post("/opinions", json={"facts": wrong})
    assert found.status_code == 400
    assert len(found.json()["mistakes"]) == len(wrong)


@pytest.mark.parametrize(
    ("address", "content", "kind", "status"),
    [
        ("/opinions", b"{", "application/json", 400),
        ("/opinions", b'{"facts": []}', "application/json", 400),
        ("/opinions", b"\xff\xfe", "application/json", 400),
        ("/opinions", b"{}", "text/plain", 415),
        ("/verdicts", b"", "application/yaml", 400),
        ("/verdicts", b"movments: {}", "application/yaml", 400),
        ("/verdicts", b"a: 1\n---\nb: 2\n", "application/yaml", 400),
        ("/verdicts", b"\xff", "application/json", 400),
        ("/verdicts", b"world: w\n", "application/yaml", 400),
        ("/verdicts", b" " * (LONGEST + 1), "application/yaml", 413),
    ],
)
def test_bad_input_is_said_as_a_problem(site: TestClient, address: str, content: bytes, kind: str, status: int) -> None:
    found = site.post(address, content=content, headers={"content-type": kind})
    assert found.status_code == status, found.text
    assert found.headers["content-type"] == "application/problem+json"
    assert found.json()["status"] == status


def test_the_description_names_every_address_and_every_type(site: TestClient) -> None:
    told = site.get("/openapi.json").json()
    assert told["openapi"] == "3.1.0"
    assert {"/", "/movements/{movement}", "/verdicts", "/opinions"} <= told["paths"].keys()
    named = set(json.dumps(told).split('"#/components/schemas/')[1:])
    assert {one.partition('"')[0] for one in named} <= told["components"]["schemas"].keys()


def test_a_stream_is_answered_line_by_line_and_goes_on_after_a_mistake(site: TestClient) -> None:
    legs = [b'{"facts": {"destination": "CN"}}', b"", b'{"facts": {"destnation": "CN"}}', b"{", b'{"facts": {}}', b'"' + b"x" * (LINE + 9)]
    found = site.post("/opinions/stream", content=b"\n".join(legs), headers={"content-type": "application/x-ndjson"})
    told = [json.loads(line) for line in found.text.splitlines()]
    assert ["mistakes" in one for one in told] == [False, True, True, False, True]
    assert told[0] == site.post("/opinions", content=legs[0], headers={"content-type": "application/json"}).json()


def test_a_stream_is_answered_while_it_is_sent() -> None:
    """One line is held, however many there are."""

    async def ask() -> list[int]:
        ahead, most = 0, []

        async def sent() -> AsyncIterator[bytes]:
            nonlocal ahead
            for _ in range(300):
                ahead += 1
                yield b'{"facts": {}}\n'

        async for _ in Desk(Site(DEMO)).each(sent()):
            most.append(ahead)
            ahead = 0
        return most

    with ThreadPoolExecutor(1) as elsewhere:  # a browser of another test may have a loop running here
        assert elsewhere.submit(asyncio.run, ask()).result() == [1] * 300


@pytest.mark.parametrize("size", [1, 7, 64])
def test_lines_do_not_hang_on_how_they_are_cut(size: int) -> None:
    text = b"one\n\n  \ntwo\r\nthree"

    async def cut() -> list[bytes]:
        async def pieces() -> AsyncIterator[bytes]:
            for i in range(0, len(text), size):
                yield text[i : i + size]

        return [line async for line in lines(pieces())]

    with ThreadPoolExecutor(1) as elsewhere:
        assert elsewhere.submit(asyncio.run, cut()).result() == [b"one", b"two\r", b"three"]
