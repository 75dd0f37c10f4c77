"""The pages as they leave the application: what they say, what guards them, and what they answer to bad input."""

import html
import json
import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import comity
from comity.cli.main import main
from comity.web.app import application
from comity.web.site import Site

DEMO = Path(__file__).parents[2] / "examples/platform/world.yaml"
CONDITIONAL = "/movements/engineers-in-beijing-open-american-logs"


@pytest.fixture(scope="module")
def site() -> TestClient:
    return TestClient(application(Site(DEMO)), headers={"accept": "text/html"})


def asked(site: TestClient, address: str) -> dict[str, object]:
    found = site.get(address, headers={"accept": "application/json"})
    assert found.status_code == 200, found.text
    return json.loads(found.content)


def test_every_flow_is_a_row_and_every_row_leads_to_its_verdict(site: TestClient) -> None:
    page, told = site.get("/").text, asked(site, "/")
    assert sum(count for _, count in told["counts"]) == len(told["flows"]) == 35
    assert (told["gauges"], asked(site, CONDITIONAL)["gauges"], "meter" in page) == (None, None, False)  # no ledger is served
    for one in told["flows"]:
        assert f'href="/movements/{one["movement"]}"' in page


def test_filters_are_addresses(site: TestClient) -> None:
    told = asked(site, "/?from=US&to=CN&outcome=0")
    assert [one["movement"] for one in told["flows"]] == ["advertising-profiles-sold-to-shanghai"]
    assert told["counts"] == asked(site, "/")["counts"]  # of all, whatever is shown
    assert asked(site, "/?law=us.padfa")["flows"] != asked(site, "/")["flows"]


def test_from_day_to_day_the_reader_keeps_what_was_asked_for(site: TestClient) -> None:
    page = html.unescape(site.get("/?law=us.padfa&from=US&page=1&lang=en").text)
    steps = re.findall(r'<a href="(/\?[^"]*\bon=[^"]*)"', page)
    assert len(steps) > 200  # every day on which law or facts change, by keyboard and without a script
    assert all("law=us.padfa" in one and "from=US" in one and "page=" not in one for one in steps)
    pinned = html.unescape(site.get(asked(site, CONDITIONAL)["pinned"]).text)
    assert not any("facts=" in one for one in re.findall(r'<a href="([^"]*\bon=[^"]*)">(?:←|A)', pinned))  # another day has other facts


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_verdict_page_says_what_explain_says(site: TestClient, lang: str) -> None:
    world = comity.read(DEMO)
    page = html.unescape(re.sub("<[^>]*>", "", site.get(f"{CONDITIONAL}?lang={lang}").text))
    for line in (line.strip("- ") for line in comity.explain(world, CONDITIONAL.rpartition("/")[2], lang=lang).splitlines()):
        assert line[:24].rstrip() in page, line


def test_a_pinned_address_says_what_changed_since(site: TestClient) -> None:
    pinned = asked(site, f"{CONDITIONAL}?on=2026-06-01")["pinned"]
    assert "on=2026-06-01" in pinned
    assert asked(site, pinned)["changed"] == []
    assert asked(site, pinned.replace("law=", "law=0"))["changed"] == ["the law"]
    assert asked(site, pinned.replace("on=2026-06-01", "on=2026-06-02"))["changed"] == ["the day"]


def test_a_page_is_not_sent_again_that_has_not_changed(site: TestClient) -> None:
    tag = site.get("/").headers["etag"]
    assert site.get("/", headers={"if-none-match": tag}).status_code == 304
    assert site.get("/?lang=zh", headers={"if-none-match": tag}).status_code == 200


@pytest.mark.parametrize("address", ["/", CONDITIONAL, "/movements/nobody", "/?on=tomorrow", "/static/page.css", "/nowhere"])
def test_every_answer_keeps_to_itself(site: TestClient, address: str) -> None:
    headers = site.get(address).headers
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_what_is_not_understood_is_told_all_at_once(site: TestClient) -> None:
    found = site.get("/?on=tomorrow&known=never&lang=xx", headers={"accept": "application/json"})
    assert found.status_code == 400
    assert found.headers["content-type"] == "application/problem+json"
    assert {one["where"] for one in found.json()["mistakes"]} == {"on", "known", "lang"}


@pytest.mark.parametrize("address", ["/movements/nobody", "/nowhere", "/static/../app.py", "/static/%2e%2e/app.py", "/movements/..%2f..%2fetc"])
def test_what_is_not_there_is_not_found(site: TestClient, address: str) -> None:
    assert site.get(address).status_code == 404


def test_another_name_for_this_machine_is_refused(site: TestClient) -> None:
    assert site.get("/", headers={"host": "elsewhere.example"}).status_code == 400


def test_names_are_text_and_never_markup(tmp_path: Path) -> None:
    hostile = "'<script>alert(1)</script>'"
    world = tmp_path / "w.yaml"
    world.write_text(f"world: {hostile}\nabout: {hostile}\nmovements: {{t: {{about: {hostile}}}}}\n", encoding="utf-8")
    site = TestClient(application(Site(world)), headers={"accept": "text/html"})
    for address in ("/", "/movements/t", "/movements/%3Cscript%3E", "/?from=%3Cscript%3E&lang=en", "/?on=%3Cscript%3E"):
        assert "<script" not in site.get(address).text


def test_a_world_with_mistakes_has_no_answer_and_one_that_is_mended_has(tmp_path: Path) -> None:
    world = tmp_path / "w.yaml"
    world.write_text("world: w\nmovments: {t: {}}\nparties: {p: {kin: organisation}}\n", encoding="utf-8")
    site = TestClient(application(Site(world)), headers={"accept": "application/json"})
    found = site.get("/")
    assert found.status_code == 503
    assert len(found.json()["mistakes"]) == 2
    world.write_text("world: w\nmovements: {t: {}}\n", encoding="utf-8")
    assert site.get("/").status_code == 200


def test_many_flows_are_told_page_by_page_and_none_is_left_out(tmp_path: Path) -> None:
    world = tmp_path / "w.yaml"
    names = [f"t{i}" for i in range(250)]
    world.write_text("world: w\nmovements:\n" + "".join(f"  {name}: {{origin: XA, destination: XB}}\n" for name in names), encoding="utf-8")
    site = TestClient(application(Site(world)))
    pages = [asked(site, f"/?page={number}") for number in (1, 2, 3)]
    assert [one["movement"] for page in pages for one in page["flows"]] == names
    assert {(page["shown"], page["pages"]) for page in pages} == {(250, 3)}
    assert asked(site, "/?page=9")["page"] == 3
    assert site.get("/?page=0", headers={"accept": "application/json"}).status_code == 400
    assert "page=2" in site.get("/", headers={"accept": "text/html"}).text
    assert [one["next"] for one in pages] == ["/?page=2", "/?page=3", ""]
    told = [site.get(f"/?page={number}", headers={"accept": "application/json"}).headers.get("link") for number in (1, 2, 3)]
    assert told == ['</?page=2>; rel="next"', '</?page=1>; rel="prev", </?page=3>; rel="next"', '</?page=2>; rel="prev"']
    assert site.get("/register?page=2", headers={"accept": "application/json"}).links["next"]["url"] == "/register?page=3"


def test_the_ways_out_are_those_that_the_command_tells(site: TestClient, capsys: pytest.CaptureFixture[str]) -> None:
    movement = "incomes-of-creators-analysed-abroad"
    told = asked(site, f"/ways/{movement}")
    main(["offramp", str(DEMO), movement, "--json"])
    assert told["record"] == json.loads(capsys.readouterr().out)
    assert site.get("/ways/nobody").status_code == 404
