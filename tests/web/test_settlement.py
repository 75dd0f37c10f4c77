"""What parties can agree upon, in a browser: the same as the command line tells, worked out beside the requests that ask for it."""

import json
import threading
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from starlette.exceptions import HTTPException
from starlette.testclient import TestClient

pytest.importorskip("ortools")

from comity.text.source import SourceError
from comity.web import narrowed, settlement
from comity.web.app import application
from comity.web.site import Site
from comity.web.workshop import WAITING, Workshop

PLATFORM = Path(__file__).parents[2] / "examples/platform"
ASKED = "movement=engineers-in-beijing-open-american-logs&law=us.dsp"


def served(**more: object) -> TestClient:
    site = Site(PLATFORM / "world.yaml", levers=(PLATFORM / "levers.yaml",), values=PLATFORM / "values.yaml", **more)  # type: ignore[arg-type]  # of a site
    return TestClient(application(site), headers={"accept": "text/html"})


@pytest.fixture(scope="module")
def site() -> TestClient:
    return served()


def told(site: TestClient, address: str) -> dict[str, object]:
    """Its JSON, once it is worked out."""
    for _ in range(30):
        found = site.get(address, headers={"accept": "application/json"})
        assert found.status_code == 200, found.text
        made: dict[str, object] = json.loads(found.content)
        if made["state"] not in ("waiting", "working"):
            return made
    raise AssertionError(address)


def test_the_front_is_told_as_on_the_command_line_with_its_provisions(site: TestClient) -> None:
    made = told(site, f"/settlement?{ASKED}")
    page = site.get(f"/settlement?{ASKED}").text
    assert made["complete"]
    assert [one["number"] for one in made["rows"]] == [one["number"] for one in made["record"]["front"]] == [1, 2, 3, 4]
    assert made["parties"] == ["kite_us", "kite_beijing"]
    assert sum(one["bargain"] for one in made["rows"]) == 1
    for one in made["rows"]:
        assert all(f'<td class="number">{worth}</td>' in page for worth in one["worth"])
        assert one["shaped"]
        assert all(f'href="/law/{law[0]}/{law[1]}"' in page for law in (each["law"] for each in one["shaped"]))
    drawn = site.get(f"/settlement.svg?{ASKED}")
    assert (drawn.status_code, drawn.headers["content-type"]) == (200, "image/svg+xml")
    assert ET.fromstring(drawn.text).tag.endswith("svg")
    assert f'src="/settlement.svg?{ASKED.replace(",", "%2C").replace("&", "&amp;")}"' in page


def test_exchanged_parties_read_the_front_backwards(site: TestClient) -> None:
    one, other = told(site, f"/settlement?{ASKED}"), told(served(parties="kite_beijing,kite_us"), f"/settlement?{ASKED}")
    assert [row["worth"] for row in one["rows"]] == [row["worth"][::-1] for row in reversed(other["rows"])]
    assert [row["pulls"] for row in one["rows"]] == [row["pulls"] for row in reversed(other["rows"])]


def test_a_choice_leads_to_the_address_where_it_is_otherwise(site: TestClient) -> None:
    made = told(site, f"/settlement?{ASKED}")
    (chosen,) = [one["name"] for one in made["movements"] if one["chosen"]]
    assert chosen == "engineers-in-beijing-open-american-logs"
    addresses = {one["name"]: one["address"] for one in made["movements"]}
    assert "movement=" not in addresses.pop(chosen)
    assert all(chosen in address and name in address for name, address in addresses.items())


def test_bad_choices_and_missing_values_are_said() -> None:
    without = TestClient(application(Site(PLATFORM / "world.yaml")), headers={"accept": "application/json"})
    assert without.get("/settlement").json()["state"] == "none"
    assert without.get("/settlement.svg").status_code == 404
    wrong = served().get("/settlement?movement=nobody,weights&law=us.dps", headers={"accept": "application/json"})
    assert wrong.status_code == 400
    assert {one["where"] for one in wrong.json()["mistakes"]} == {"movement", "law"}


def test_what_is_asked_twice_is_worked_out_once_and_too_many_are_told_to_wait() -> None:
    shop, held, made = Workshop(), threading.Event(), list[int]()

    def work() -> str:
        made.append(1)
        held.wait()
        return "done"

    assert not shop.ask("a", work, 0).answer.done()
    assert not shop.ask("a", work, 0).answer.done()
    for number in range(WAITING):
        shop.ask(number, lambda: "later", 0)
    with pytest.raises(HTTPException) as fault:
        shop.ask("one more", lambda: "", 0)
    assert fault.value.status_code == 503
    first, second = shop.ask("a", work, 0), shop.ask(0, work, 0)
    assert not second.begun
    held.set()
    assert shop.ask("a", work, 60).answer.result() == "done"
    assert shop.ask(WAITING - 1, work, 60).answer.result() == "later"
    assert made == [1]
    assert first.begun
    assert second.begun
    assert second.since > first.since


def test_what_waits_or_is_worked_out_is_looked_at_again_by_the_browser_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settlement, "PATIENCE", 0)
    site = Site(PLATFORM / "world.yaml", levers=(PLATFORM / "levers.yaml",), values=PLATFORM / "values.yaml")
    held, begun, looked = threading.Event(), threading.Event(), threading.Event()
    reader = TestClient(application(site), headers={"accept": "text/html"})
    site.workshop.ask("another's", held.wait, 0)

    def working(*_: object) -> None:
        begun.set()
        looked.wait()
        raise SourceError([])

    monkeypatch.setattr(narrowed, "opened", working)
    waits = reader.get(f"/settlement?{ASKED}&lang=en")
    assert "Others are being worked out before it" in waits.text
    held.set()
    assert begun.wait(60)
    works = reader.get(f"/settlement?{ASKED}&lang=en")
    assert "It is being worked out" in works.text
    for page in (waits, works):
        assert page.headers["refresh"].startswith(f"{settlement.AGAIN}; url=/settlement?")
        assert "settlement.svg" not in page.text
        assert "<table" not in page.text
    looked.set()


def test_what_is_done_is_not_looked_at_again(site: TestClient) -> None:
    told(site, f"/settlement?{ASKED}")
    assert "refresh" not in site.get(f"/settlement?{ASKED}").headers
