"""The questions that are asked most often, each from the first page to its verdict through the forms of the pages, as a browser without scripts sends them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from starlette.testclient import TestClient

from comity.web.app import application
from comity.web.site import Site

HERE = Path(__file__).parent
DEMO = HERE.parents[1] / "examples/platform/world.yaml"
COMMON: dict[str, dict[str, Any]] = yaml.safe_load((HERE / "questions.yaml").read_text(encoding="utf-8"))
MOST = 12
ASSUMED = {"nothing_else", "on_no_list", "at_home", "no_count", "no_papers"}
JSON = {"accept": "application/json"}


@pytest.fixture(scope="module")
def site() -> TestClient:
    return TestClient(application(Site(DEMO)), headers={"accept": "text/html"})


def begin(site: TestClient, one: dict[str, Any]) -> str:
    """The address that the first page leads to."""
    data = one["start"]["what"] == "data"
    sent = {
        "owned": "nobody",
        "day": "2026-11-27",
        "stated": ["seated", "own_data" if data else "no_persons"],
        "assume": sorted(ASSUMED - set(one.get("open", ())) - (set() if data else {"at_home"})),
        "by": "whoever asks",
        "do": "begin",
    }
    found = site.post("/ask", data=sent | one["start"], follow_redirects=False)
    assert found.status_code == 303, re.findall("<li>.*?</li>", found.text)[0]
    return found.headers["location"]


def steps(site: TestClient, where: str, then: dict[str, Any]) -> Iterator[tuple[dict[str, Any], list[str]]]:
    """The interview as it stands after each form, and the facts that it asks for."""
    answers = {fact: iter(said if isinstance(said, list) else [said] * (MOST + 1)) for fact, said in then.items()}
    while True:
        told = site.get(where, headers=JSON).json()
        asked = [re.split(r"[\[\]]", one["text"])[-2] for one in told["now"]]
        yield told, asked
        sent: dict[str, Any] = {"answers": told["packed"], "do": "answer"}
        for fact, one in zip(asked, told["now"], strict=True):
            said = next(answers.get(fact, iter(())), "")
            sent |= {f"q.{one['mark']}": "", f"a.{one['mark']}": said.split(", ")}
        found = site.post(where, data=sent, follow_redirects=False)
        assert found.status_code == 303, re.findall("<li>.*?</li>", found.text)[0]
        where = found.headers["location"]


@pytest.mark.parametrize("name", COMMON)
def test_a_common_question_is_settled_in_twelve(site: TestClient, name: str) -> None:
    one = COMMON[name]
    told, asked = {}, ["the first page"]  # whose blanks are one question here: who, what and why
    for told, facts in steps(site, begin(site, one), one.get("then", {})):  # noqa: B007 -- the last of them is what is looked at
        asked += facts
        if not facts or len(asked) > MOST:
            break
    assert len(asked) <= MOST, asked
    assert told["flow"]["outcome"] == one["outcome"], (asked, told["flow"])
    assert any(one["because"] in said for said in (told["flow"]["because"], *told["flow"]["laws"]))
    assert any(note["kind"] == "section" and "(" in str(note["parts"]) for note in told["notes"])  # with citations


def test_there_are_twenty() -> None:
    assert len(COMMON) == 20
