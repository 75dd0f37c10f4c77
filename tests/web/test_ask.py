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
SENT = {"what": "identified", "giver.organisation": "Germany", "gainer.send": "US", "between": "processor", "do": "begin"}
SAID = {"fields": ["name", "email"], "home": "true", "begins": "nothing", "rest": "whoever asks"}


@pytest.fixture(scope="module")
def site() -> TestClient:
    return TestClient(application(Site(DEMO)), headers={"accept": "text/html"})


@pytest.fixture(scope="module")
def begun(site: TestClient) -> str:
    where = site.post("/ask?on=2026-11-27", data=SENT, follow_redirects=False).headers["location"]
    while now := told(site, where)["now"]:
        (name,) = (one["mark"] for one in now)
        answer = {"answers": told(site, where)["packed"], "do": "answer", f"q.{name}": "", f"a.{name}": SAID[name]}
        where = site.post(where, data=answer, follow_redirects=False).headers["location"]
    return where


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


def test_the_first_answers_make_a_world_and_nothing_that_was_not_said(site: TestClient) -> None:
    where = site.post("/ask?on=2026-11-27", data={"giver.organisation": "Germany", "do": "begin"}, follow_redirects=False).headers["location"]
    world = yaml.safe_load(told(site, where)["fragment"])
    assert world["parties"] == {"giver": {"kind": "organisation", "organised_in": ["DE"]}, "gainer": {}}
    assert "destination" not in world["movements"]["transfer"]
    assert "assume" not in world


def test_what_nobody_looked_at_is_assumed_last_and_with_a_name(site: TestClient, begun: str) -> None:
    nothing, rest = yaml.safe_load(told(site, begun)["fragment"])["assume"]
    assert nothing["closed"] == ["counts", "instruments"]
    assert rest["by"] == "whoever asks"
    assert not {"asset.entries", "party.designations", "instrument.result"} & set(rest["closed"])


def test_who_does_not_sign_is_asked_each_by_itself(site: TestClient, begun: str) -> None:
    """The assumption taken back is put again; left open, what it covers is put, and it can be taken up again."""
    back = sent(site, begun, do="back assume/1")
    here = "/ask/questions?on=2026-11-27&answers="
    assert [one["mark"] for one in back["now"]] == ["rest"]
    assert len(back["now"][0]["covers"]) > 5
    left = sent(site, here + back["packed"], do="dunno", **{"q.rest": ""})
    assert left["now"][0]["mark"] not in SAID
    assert [mark for mark, _ in left["passed"]] == ["rest"]
    assert sent(site, here + left["packed"], do="again rest")["now"] == back["now"]


def test_an_answer_is_taken_back(site: TestClient, begun: str) -> None:
    after = sent(site, begun, do="back assume/0")
    assert len(after["said"]) == len(told(site, begun)["said"]) - 1
    assert "event" not in sent(site, begun, do="back movements/transfer/event")["fragment"]


@pytest.mark.parametrize(
    ("said", "where"),
    [({"giver.organisation": "DE", "giver.individual": "DE"}, "giver"), ({"what": "everything"}, "what"), ({"giver.organisation": "Frankistan"}, "answer")],
)
def test_the_first_page_says_what_is_wrong_with_it(site: TestClient, said: dict[str, str], where: str) -> None:
    found = site.post("/ask", data=said | {"do": "begin"}, headers=JSON)
    assert (found.status_code, found.headers["content-type"]) == (400, "application/problem+json")
    assert found.json()["mistakes"][0]["where"].startswith(where)


def test_a_list_with_perhaps_more_stays_open(site: TestClient) -> None:
    where = site.post("/ask?on=2026-11-27", data=SENT, follow_redirects=False).headers["location"]
    assert "fields: [name, ...]" in sent(site, where, do="answer", **{"q.fields": "", "a.fields": "name", "more.fields": "yes"})["fragment"]
    assert "fields: []" in sent(site, where, do="answer", **{"q.fields": "", "a.fields": "none"})["fragment"]


def test_a_paper_that_is_chosen_is_held_by_the_one_who_gains_or_by_nobody_known(site: TestClient) -> None:
    where = site.post("/ask?on=2026-11-27", data=SENT, follow_redirects=False).headers["location"]
    for name in ("fields", "home"):
        here = told(site, where)
        answer = {"answers": here["packed"], "do": "answer", f"q.{name}": "", f"a.{name}": SAID[name]}
        where = site.post(where, data=answer, follow_redirects=False).headers["location"]
    (question,) = told(site, where)["now"]
    paper, words = next(one for one in question["control"]["options"] if "eu.gdpr ch-v/45" in one[1])
    assert "granted or passed" in words  # whoever chooses it says so
    chosen = {"do": "answer", "q.begins": "", "a.begins": paper}
    held, open_ = sent(site, where, **chosen), sent(site, where, **chosen, **{"unheld.begins": "yes"})
    assert "importers: [gainer]" in held["fragment"]
    assert "granted | passed" in held["fragment"]
    assert "closed: [instruments]" in held["fragment"]
    assert "importers: [...]" in open_["fragment"]


@pytest.mark.parametrize("answer", [{"a.fields": "nonsense"}, {"a.fields": ["name", "nonsense"]}])
def test_what_was_not_offered_is_not_taken(site: TestClient, answer: dict[str, object]) -> None:
    where = site.post("/ask?on=2026-11-27", data=SENT, follow_redirects=False).headers["location"]
    assert site.post(where, data={"answers": told(site, where)["packed"], "do": "answer", "q.fields": "", **answer}).status_code == 400


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


@pytest.mark.parametrize("address", ["/ask/questions", "/ask/questions?answers=x", "/ask/questions?answers=eJw", f"{OPEN}?answers=%00"])
def test_answers_that_are_none_are_refused(site: TestClient, address: str) -> None:
    assert site.get(address, headers=JSON).status_code == 400


def test_a_form_is_a_form(site: TestClient) -> None:
    assert site.post("/ask", json={}).status_code == 415
    assert site.post("/ask", content=b"\xff\xfe=1", headers={"content-type": "application/x-www-form-urlencoded"}).status_code == 400
    assert site.post("/ask", data={"giver": "organisation"}).status_code == 400
    assert site.post("/movements/nobody/ask", data={"do": "dunno"}).status_code == 404
