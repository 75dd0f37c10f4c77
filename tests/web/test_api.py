"""What programs ask over HTTP: the same verdicts as everywhere, every mistake at once, and a description that holds."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

import comity
from comity.law.rulebook import OUTCOMES
from comity.tables import wire
from comity.verdict.outcome import Span
from comity.web.api import LINE, Desk, lines
from comity.web.app import LONGEST, TABLE, application
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


def test_every_address_that_is_served_is_described(site: TestClient) -> None:
    told = site.get("/openapi.json").json()["paths"]
    assert isinstance(site.app, Starlette)
    served = {re.sub(r":\w+}", "}", one.path) for one in site.app.routes if isinstance(one, Route)}
    assert served == told.keys()
    ids = [operation["operationId"] for one in told.values() for operation in one.values()]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("/?lang=xx&on=soon&known=never&from=China&to=usa&outcome=9&page=0", ["from", "known", "lang", "on", "outcome", "page", "to"]),
        ("/register?outcome=permited&page=x", ["outcome", "page"]),
        ("/register.csv?from=nowhere&on=soon", ["from", "on"]),
        ("/?law=us.dps", ["law"]),
        ("/changes?from=soon&lang=xx", ["from", "lang"]),
        ("/runs?before=-1&on=x", ["before", "on"]),
        ("/movements/video-compression-know-how/beside?other_on=soon&on=later", ["on", "other_on"]),
    ],
)
def test_every_choice_that_is_none_is_told_at_once_with_what_to_write(site: TestClient, address: str, names: list[str]) -> None:
    found = site.get(address)
    assert found.status_code == 400
    assert [one["where"] for one in found.json()["mistakes"]] == names
    assert all(one["suggestion"] for one in found.json()["mistakes"])


def test_what_is_wrong_is_said_in_the_language_that_is_asked_for(site: TestClient) -> None:
    assert site.get("/?on=soon&lang=zh").headers["content-language"] == "zh"


def test_what_a_reader_has_is_not_sent_again(site: TestClient) -> None:
    tag = site.get("/runs").headers["etag"]
    said = {told: site.get("/runs", headers={"if-none-match": told}).status_code for told in (tag, f'"x", W/{tag}', "*", '"x"', tag[:-2] + '"')}
    assert list(said.values()) == [304, 304, 304, 200, 200]


def test_who_mistypes_a_name_is_told_which_is_near(site: TestClient) -> None:
    assert "video-compression-know-how" in site.get("/movements/video-compression-knowhow").json()["detail"]


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


LEGS = pa.table(
    {
        "destination": pa.array(["CN", "US", None, "DE"]).dictionary_encode(),
        "origin": ["US", "CN", "FR", None],
        "asset.kind": ["data", None, "technology", "data"],
        "exporter.organised_in": [["US"], [], None, ["DE", "US"]],
        "importer_role": [{"one of": ["controller", "processor"]}, None, {"one of": ["processor"]}, None],
        "exporter.persons_processed": [{"from": 1, "to": None}, None, {"from": 10, "to": 2_000_000}, {"from": None, "to": 9}],
    }
)


def test_a_table_of_legs_gets_what_each_of_them_gets_alone(site: TestClient) -> None:
    found = site.post("/opinions/stream", content=wire.sent(LEGS), headers={"content-type": TABLE})
    assert (found.status_code, found.headers["content-type"]) == (200, TABLE)
    rows = wire.received(found.content).to_pylist()
    for row, leg in zip(rows, LEGS.to_pylist(), strict=True):
        alone = site.post("/opinions", json={"facts": leg}).json()
        ends = {"": alone["outcome"], **{f"{law}.": one for law, one in alone["opinions"].items()}}
        assert row == {f"{name}{end}": one[end] for name, one in ends.items() for end in ("worst", "best")}
    assert len({str(row) for row in rows}) == len(rows)


@pytest.mark.parametrize(
    ("content", "status", "what"),
    [
        (wire.sent(pa.table({"origin": ["US", "Cathay"], "destnation": ["CN", "CN"]})), 400, "in row 2: 'Cathay' is not a place for 'origin'"),
        (b"no table", 400, "the table cannot be read"),
        (b" " * (LONGEST + 1), 413, "more than"),
    ],
)
def test_what_is_wrong_with_a_table_is_a_problem(site: TestClient, content: bytes, status: int, what: str) -> None:
    found = site.post("/opinions/stream", content=content, headers={"content-type": TABLE})
    assert (found.status_code, found.headers["content-type"]) == (status, "application/problem+json")
    assert what in found.text


def test_the_client_in_the_docs_gets_an_answer(base: str) -> None:
    text = (Path(__file__).parents[2] / "docs/web.md").read_text(encoding="utf-8")
    (client,) = (part.partition("```")[0] for part in text.split("```python\n")[1:])
    held: dict[str, pa.Table] = {}
    exec(client.replace("http://127.0.0.1:8000", base), held)
    assert held["outcomes"].num_rows == held["legs"].num_rows
    assert {"worst", "best", "us.dsp.worst"} <= set(held["outcomes"].column_names)


def test_hostile_facts_are_refused_at_once(site: TestClient) -> None:
    """Names that are near nothing, links without end: neither holds the others up."""
    told = {f"{name}{i}": 1 for i in range(700) for name in ("zz", "importer.zz")} | {"importer" + ".part_of" * 3_000 + ".zz": 1}
    found = site.post("/opinions", json={"facts": told})
    assert found.status_code == 400
    assert len(found.json()["mistakes"]) == 500


@pytest.mark.parametrize("value", [[None], ["US", 5], {"some": ["Cathay"]}, {"one of": ["US"]}, {"from": 1}, {"from": {"from": 1}}])
def test_a_value_that_means_nothing_is_a_mistake(site: TestClient, value: object) -> None:
    assert site.post("/opinions", json={"facts": {"importer.organised_in": value}}).status_code == 400


def test_a_day_between_two_in_the_wrong_order_is_a_mistake(site: TestClient) -> None:
    found = site.post("/opinions", json={"facts": {"on": {"from": "2030-01-01", "to": "2020-01-01"}}})
    assert found.status_code == 400
    assert "runs backwards" in found.text


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
