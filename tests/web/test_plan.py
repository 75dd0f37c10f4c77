"""What makes many movements lawful together, in a browser: the same as the command line tells."""

import json
from pathlib import Path

import pytest
from starlette.testclient import TestClient

pytest.importorskip("ortools")

from comity.cli.main import main
from comity.web.app import application
from comity.web.site import Site

PLATFORM = Path(__file__).parents[2] / "examples/platform"


def answered(site: TestClient, address: str) -> dict[str, object]:
    """Its JSON, once it is worked out."""
    for _ in range(30):
        made: dict[str, object] = json.loads(site.get(address, headers={"accept": "application/json"}).content)
        if made["state"] not in ("waiting", "working"):
            return made
    raise AssertionError(address)


@pytest.fixture(scope="module")
def site() -> TestClient:
    return TestClient(application(Site(PLATFORM / "world.yaml", levers=(PLATFORM / "levers.yaml",))), headers={"accept": "text/html"})


def test_a_plan_is_told_as_on_the_command_line(site: TestClient, capsys: pytest.CaptureFixture[str]) -> None:
    names = ["engineers-in-beijing-open-american-logs", "advertising-measured-on-european-pages"]
    address = f"/plan?movement={','.join(names)}&law=us.dsp"
    record = answered(site, address)["record"]
    asked = [f"--movement={name}" for name in names]
    assert main(["plan", str(PLATFORM / "world.yaml"), "--levers", str(PLATFORM / "levers.yaml"), "--regime", "us.dsp", *asked, "--json"]) == 0
    assert record == json.loads(capsys.readouterr().out)
    page = site.get(address)
    assert "refresh" not in page.headers
    assert f"All would be lawful for {record['cost']}" in page.text
    for one in record["levers"]:
        assert one["serves"]
        assert all(f'href="/movements/{name}"' in page.text for name in one["serves"])


def test_what_clashes_is_named_in_both_languages(site: TestClient) -> None:
    address = "/plan?movement=advertising-profiles-sold-to-shanghai,engineers-in-beijing-open-american-logs&law=us.dsp"
    record = answered(site, address)["record"]
    assert record["answer"] == "none"
    assert [(one["movement"], one["never"]) for one in record["clash"]] == [("advertising-profiles-sold-to-shanghai", [{}])]
    for lang, words in (("en", "Not lawful whatever is changed"), ("zh", "无论作何改变均不合法")):
        assert words in site.get(f"{address}&lang={lang}").text


def test_without_levers_there_is_no_plan_and_a_name_that_is_none_is_said(site: TestClient) -> None:
    assert TestClient(application(Site(PLATFORM / "world.yaml"))).get("/plan?as=json").json()["state"] == "none"
    wrong = site.get("/plan?movement=nobody&law=us.dps&as=json")
    assert wrong.status_code == 400
    assert [one["where"] for one in wrong.json()["mistakes"]] == ["law", "movement"]
