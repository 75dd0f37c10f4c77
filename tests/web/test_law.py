"""The law as pages: every citation leads to its provision, and every regime stands under the same headings."""

import re
from pathlib import Path

import pytest
from shop import RULEBOOK
from starlette.testclient import TestClient

from comity import shelf
from comity.web.app import application
from comity.web.site import Site
from comity.words.provision import provisions

DEMO = Path(__file__).parents[2] / "examples/platform/world.yaml"


@pytest.fixture(scope="module")
def site() -> TestClient:
    return TestClient(application(Site(DEMO)), headers={"accept": "text/html"})


def test_every_citation_of_a_verdict_leads_to_its_provision(site: TestClient) -> None:
    page = site.get("/movements/mailboxes-for-an-american-court").text
    leads = set(re.findall(r'href="(/law/[^"?]+)', page))
    assert len(leads) > 10
    assert [lead for lead in sorted(leads)[::4] if site.get(lead).status_code != 200] == []


def test_regimes_are_told_under_the_same_headings(site: TestClient) -> None:
    told = site.get("/law", headers={"accept": "application/json"}).json()["regimes"]
    assert [one["name"] for one in told] == [folder.name for folder in shelf.shipped()]
    for one in told[:3]:
        contents = site.get(f"/law/{one['name']}", headers={"accept": "application/json"}).json()
        assert list(contents["headings"]) == ["definitions", "lists", "tables", "prohibitions", "grounds", "duties"]
        assert sum(map(len, contents["headings"].values())) == one["provisions"]


@pytest.mark.parametrize("regime", ["us.padfa", "cn.data-export"])
def test_every_provision_has_its_page(site: TestClient, regime: str) -> None:
    for law in provisions(shelf.book(shelf.RULEBOOKS / regime))[::9]:
        page = site.get(f"/law/{regime}/{law.path}")
        assert page.status_code == 200
        assert law.cite.replace("&", "&amp;").replace("'", "&#39;") in page.text


def test_a_condition_leads_to_the_definitions_that_it_names(site: TestClient) -> None:
    assert re.search(r'<pre.*<a href="/law/us.dsp/', site.get("/law/us.dsp/D/401").text, re.DOTALL)


@pytest.mark.parametrize(("address", "status"), [("/law/xx.nothing", 404), ("/law/us.dsp/Z/9", 404), ("/law/compare?a=xx.nothing&b=us.dsp", 404)])
def test_law_that_is_not_there_is_not_found(site: TestClient, address: str, status: int) -> None:
    assert site.get(address).status_code == status


def test_what_was_not_known_on_a_day_is_not_told_of_it(tmp_path: Path) -> None:
    folder = tmp_path / "xx.act"
    folder.mkdir()
    told = RULEBOOK.replace("XA, XB, XC", "QM, QN, QO").replace("XB", "QN").replace("XC", "QO")
    (folder / "rulebook.yaml").write_text(told.replace("many: {cite: s. 4,", "many: {known: 2026-05-01, cite: s. 4,"), encoding="utf-8")
    site = TestClient(application(Site(DEMO, (folder,))), headers={"accept": "application/json"})
    for known, status, count in (("2026-04-30", 404, 4), ("2026-05-01", 200, 5)):
        assert site.get(f"/law/xx.act/many?known={known}").status_code == status
        contents = site.get(f"/law/xx.act?known={known}").json()
        assert contents["regime"]["provisions"] == sum(map(len, contents["headings"].values())) == count
    assert site.get("/law/xx.act?known=2019-12-31").status_code == 404
    listed = {known: {one["name"] for one in site.get(f"/law?known={known}").json()["regimes"]} for known in ("2026-05-01", "2019-12-31")}
    assert "xx.act" in listed["2026-05-01"] - listed["2019-12-31"]
