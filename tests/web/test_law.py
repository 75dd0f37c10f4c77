"""The law as pages: every citation leads to its provision, and every regime stands under the same headings."""

import re
from pathlib import Path

import pytest
from shop import RULEBOOK
from starlette.testclient import TestClient

from comity import shelf
from comity.web.app import application
from comity.web.counted import cases, texts
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


STAGES = "status: [{from: 2021-01-01, is: in_force}, {from: 2024-01-01, is: suspended, known: 2023-06-01}]"


@pytest.fixture(scope="module")
def act(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """A law with a timeline, rows that nobody opened, and one provision that was checked by itself; and beside it one with many provisions."""
    folder = tmp_path_factory.mktemp("law") / "xx.act"
    folder.mkdir()
    told = (
        RULEBOOK.replace("XA, XB, XC", "QM, QN, QO").replace("XB", "QN").replace("XC", "QO").replace("speaks_about", "last_checked: 2019-06-01\nspeaks_about")
    )
    told = (
        told.replace("many: {", "many: {known: 2026-05-01, ")
        .replace("address: {", f"address: {{{STAGES}, ")
        .replace("health: {", "health: {checked: 2019-12-30, ")
        .replace("children: {", "children: {read: false, ")
    )
    rows = "{in: [QM], cite: O. 1, read: false}, {in: [QN], from: 2022-03-01, cite: O. 2}"
    lists = f"lists:\n  L: {{cite: s. 6, en: L, zh: 名录, match: destination, rows: [{rows}]}}\n"
    (folder / "rulebook.yaml").write_text(told.replace("definitions:", f"{lists}definitions:"), encoding="utf-8")
    many = folder.with_name("xx.many")
    many.mkdir()
    gist = "A person may not do what a person of another place may not do either whatever both of them were told of it before"
    rows = "".join(f"  p/{i}: {{cite: s. {i}, en: {gist}, zh: {'不得为之。' * 12}, when: event == 'send', from: 2021-01-01}}\n" for i in range(400))
    head = told[: told.index("definitions:")].replace("xx.act", "xx.many").replace("QM, QN, QO", "QX")
    (many / "rulebook.yaml").write_text(f"{head}prohibitions:\n{rows}", encoding="utf-8")
    return TestClient(application(Site(DEMO, (folder, many))), headers={"accept": "application/json"})


@pytest.mark.parametrize(
    ("days", "status", "before", "after"),
    [
        ("on=2020-06-01", "not_commenced", "", "2021-01-01"),
        ("on=2021-01-01", "in_force", "2020-12-31", "2024-01-01"),
        ("on=2024-02-01", "suspended", "2023-12-31", ""),
        ("on=2024-02-01&known=2023-05-31", "in_force", "2020-12-31", ""),
    ],
)
def test_a_page_of_law_reads_as_of_a_day(act: TestClient, days: str, status: str, before: str, after: str) -> None:
    told = act.get(f"/law/xx.act/address?{days}").json()
    assert (told["status"], told["days"]["before"], told["days"]["next"]) == ([status], before, after)
    regime = act.get(f"/law/xx.act?{days}").json()
    (brief,) = (one for one in regime["headings"]["prohibitions"] if one["path"] == "address")
    assert brief["status"] == status
    assert any("suspended" in line for line in brief["history"]) is ("known" not in days)
    assert regime["days"]["turns"] == sorted({*told["days"]["turns"], "2022-03-01"})
    assert regime["days"]["learnt"] == ["2020-01-01", "2023-06-01", "2026-05-01"]
    assert act.get(f"/law/compare?a=xx.act&b=us.padfa&{days}").status_code == (404 if "known" in days else 200)
    page = act.get(f"/law/xx.act/address?{days}", headers={"accept": "text/html"}).text
    assert '<input type="date" name="known"' in page
    assert f"{status.replace('_', ' ')} on {days[3:13]}" in page
    rows = act.get(f"/law/xx.act/L?{days}", headers={"accept": "text/html"}).text
    assert (f"in force from 2022-03-01; not commenced on {days[3:13]}" in rows) is (days < "on=2022")
    assert f"on={before}" in page if before else "before the last change" not in page


def test_what_was_not_known_on_a_day_is_not_told_of_it(act: TestClient) -> None:
    for known, status, count in (("2026-04-30", 404, 5), ("2026-05-01", 200, 6)):
        assert act.get(f"/law/xx.act/many?known={known}").status_code == status
        contents = act.get(f"/law/xx.act?known={known}").json()
        assert contents["regime"]["provisions"] == sum(map(len, contents["headings"].values())) == count
    assert act.get("/law/xx.act?known=2019-12-31").status_code == 404
    listed = {known: {one["name"] for one in act.get(f"/law?known={known}").json()["regimes"]} for known in ("2026-05-01", "2019-12-31")}
    assert "xx.act" in listed["2026-05-01"] - listed["2019-12-31"]


def test_what_is_unverified_is_counted_and_a_day_of_checking_is_told(act: TestClient) -> None:
    told = act.get("/law/xx.act").json()
    regime, briefs = told["regime"], {one["path"]: one for held in told["headings"].values() for one in held}
    assert (regime["provisions"], regime["unread"], regime["rows"], regime["unread_rows"]) == (6, 1, 2, 1)
    assert (regime["last_checked"], regime["checked_apart"], regime["comes"]) == ("2019-06-01", 1, "loaded")
    assert (briefs["children"]["read"], briefs["L"]["unread_rows"], briefs["health"]["checked"]) == (False, 1, "2019-12-30")
    said = {path: act.get(f"/law/xx.act/{path}", headers={"accept": "text/html"}).text for path in ("health", "many", "children", "L")}
    assert "last checked on 2019-12-30, by itself" in said["health"]
    assert "last checked on 2019-06-01, with the whole rulebook" in said["many"]
    assert "last checked on" not in said["children"]
    assert "QM (O. 1) [unverified]" in said["L"]
    assert "尚无人查阅原文" in act.get("/law/xx.act/children?lang=zh", headers={"accept": "text/html"}).text


def test_many_provisions_come_by_pages_that_are_no_heavier_than_others(act: TestClient) -> None:
    where, paths, pages = "/law/xx.many", [], 0
    while where:
        answer = act.get(where)
        paths += [one["path"] for one in answer.json()["headings"]["prohibitions"]]
        assert answer.json()["counts"]["prohibitions"] == 400
        where, pages = answer.links.get("next", {}).get("url", ""), pages + 1
    assert (paths, pages) == ([f"p/{i}" for i in range(400)], 3)
    for address in ("/law/xx.many?lang=zh", "/law/compare?a=xx.many&b=xx.many&lang=zh"):
        assert len(act.get(address, headers={"accept": "text/html"}).content) < 120_000, "with what else a page loads, 150 kB"
    assert act.get("/law/compare?a=xx.act&b=xx.many&page=3").json()["a"]["page"] == 1


def test_what_lies_beside_a_rulebook_is_counted_too(tmp_path: Path) -> None:
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases/a.yaml").write_text("cast: {}\n---\ncase: a\nread: false\n---\ncase: b\nindependent: true\n")
    (tmp_path / "procedures.yaml").write_text('procedures: {p: {cite: s. 1, acts: [{cite: s. 2, read: "no"}, {name: x}]}}\n')
    assert (cases(tmp_path), texts(tmp_path)) == ((2, 1, 1), (2, 1))
