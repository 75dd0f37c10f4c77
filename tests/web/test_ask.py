"""The interview in a browser: what a question looks like, and what becomes of answers, good and bad. Nothing is kept by the server."""

import html
import re
from pathlib import Path

import pytest
import yaml
from starlette.testclient import TestClient

from comity.web.app import application
from comity.web.ask import ROOM
from comity.web.site import Site

DEMO = Path(__file__).parents[2] / "examples/platform/world.yaml"
OPEN = "/movements/weights-trained-on-american-data-go-back/ask"
JSON = {"accept": "application/json"}
SENT = {"giver": "organisation", "giver_in": "Germany", "what": "data", "event": "send", "day": "2026-11-27", "do": "begin"}


@pytest.fixture(scope="module")
def site() -> TestClient:
    return TestClient(application(Site(DEMO)), headers={"accept": "text/html"})


@pytest.fixture(scope="module")
def begun(site: TestClient) -> str:
    return site.post("/ask", data=SENT | {"assume": ["nothing_else"], "by": "whoever asks"}, follow_redirects=False).headers["location"]


def told(site: TestClient, where: str) -> dict:
    found = site.get(where, headers=JSON)
    assert found.status_code == 200, found.text
    return found.json()


def sent(site: TestClient, where: str, **fields: object) -> dict:
    """The interview after a form."""
    found = site.post(where, data={"answers": told(site, where)["packed"], **fields}, follow_redirects=False)
    assert found.status_code == 303, found.text
    return told(site, found.headers["location"])


def fact(question: dict) -> str:
    return re.split(r"[\[\]]", question["text"])[-2]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_question_has_a_control_a_reason_and_a_provision(site: TestClient, lang: str) -> None:
    page, first = html.unescape(site.get(f"{OPEN}?lang={lang}").text), told(site, f"{OPEN}?lang={lang}")["now"][0]
    assert first["text"] in page
    assert first["why"] in page
    assert f'href="/law/{first["law"][0]}/{first["law"][1]}' in page
    assert f'name="a.{first["mark"]}"' in page
    assert 'value="dunno"' in page


def test_who_does_not_know_is_not_asked_again_unless_he_wants(site: TestClient) -> None:
    before = told(site, OPEN)
    first = before["now"][0]["mark"]
    after = sent(site, OPEN, do="dunno", **{f"q.{first}": ""})
    assert first not in [one["mark"] for one in (*after["now"], *after["after"])]
    assert [mark for mark, _ in after["passed"]] == [first]
    assert after["flow"] == before["flow"]  # what is not known decides nothing
    again = sent(site, f"{OPEN}?answers={after['packed']}", do=f"again {first}")
    assert again["now"] == before["now"]


def test_the_first_answers_make_a_world_and_nothing_that_was_not_said(site: TestClient, begun: str) -> None:
    world = yaml.safe_load(told(site, begun)["fragment"])
    assert world["parties"]["giver"] == {"kind": "organisation", "organised_in": ["DE"]}
    assert world["parties"]["gainer"] == {}
    assert "destination" not in world["movements"]["transfer"]
    assert [one["by"] for one in world["assume"]] == ["whoever asks"]
    assert not {"asset.entries", "party.designations", "instrument.result"} & set(world["assume"][0]["closed"])


def test_an_answer_is_taken_back(site: TestClient, begun: str) -> None:
    after = sent(site, begun, do="back assume/0")
    assert "assume: []" in after["fragment"]
    assert len(after["said"]) == len(told(site, begun)["said"]) - 1
    assert "event" not in sent(site, begun, do="back movements/transfer/event")["fragment"]


def test_answers_are_kept_as_a_file_and_come_back(site: TestClient, begun: str) -> None:
    before = told(site, begun)
    file = site.get(f"/answers.yaml?answers={before['packed']}")
    assert file.text == before["fragment"] + "\n"
    for upload in ({"files": {"paste": ("answers.yaml", file.content)}, "data": {"do": "merge"}}, {"data": {"do": "merge", "paste": file.text}}):
        found = site.post("/ask/questions", follow_redirects=False, **upload)
        assert told(site, found.headers["location"])["fragment"] == before["fragment"]


def test_answers_too_long_for_an_address_are_shown_at_once(site: TestClient, begun: str) -> None:
    words = [f"xx.{i * 7919 % 100_003:x}{i * 104_729 % 1_000_003:x}" for i in range(ROOM // 10)]
    papers = (f"  paper_{i}: {{under: {word}}}" for i, word in enumerate(words))
    paste = told(site, begun)["fragment"] + "\n" + "\n".join(("instruments:", *papers))
    found = site.post("/ask/questions", data={"do": "merge", "paste": paste}, follow_redirects=False)
    assert found.status_code == 200, re.findall("<li>.*?</li>", found.text)[:2]
    assert words[-1] in found.text


def test_what_is_wrong_with_an_answer_is_told_and_changes_nothing(site: TestClient, begun: str) -> None:
    before = told(site, begun)
    found = site.post(begun, data={"answers": before["packed"], "do": "merge", "paste": "movements: {transfer: {evnt: send, event: sned}}"})
    assert found.status_code == 400
    assert "<li>" in found.text
    assert html.escape(before["packed"]) in found.text
    problem = site.post("/ask", data=SENT | {"assume": ["no_papers"], "by": " "}, headers=JSON)
    assert (problem.status_code, problem.headers["content-type"]) == (400, "application/problem+json")
    assert problem.json()["mistakes"][0]["where"] == "by"


@pytest.mark.parametrize("address", ["/ask/questions", "/ask/questions?answers=x", "/ask/questions?answers=eJw", f"{OPEN}?answers=%00"])
def test_answers_that_are_none_are_refused(site: TestClient, address: str) -> None:
    assert site.get(address, headers=JSON).status_code == 400


def test_a_form_is_a_form(site: TestClient) -> None:
    assert site.post("/ask", json={}).status_code == 415
    assert site.post("/ask", content=b"\xff\xfe=1", headers={"content-type": "application/x-www-form-urlencoded"}).status_code == 400
    assert site.post("/ask", data={"giver": "organisation"}).status_code == 400
    assert site.post("/movements/nobody/ask", data={"do": "dunno"}).status_code == 404
