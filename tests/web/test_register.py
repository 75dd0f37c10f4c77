"""The register of transfers: exactly what is asked for, in every form the same, and never a formula."""

import csv
import io
from pathlib import Path

import pypdf
import pytest
from leaves import leaves
from starlette.testclient import TestClient

from comity.web import packs
from comity.web.app import application
from comity.web.site import Site

DEMO = Path(__file__).parents[2] / "examples/platform/world.yaml"
ASKED = "?from=IE&outcome=3&lang=en"
NARROWED = [ASKED, "?law=us.dsp&outcome=open", "?movement=backups-in-an-american-cloud,viewing-histories-for-training", "?from=BR&to=BR"]


@pytest.fixture(scope="module")
def site() -> TestClient:
    return TestClient(application(Site(DEMO)), headers={"accept": "application/json"})


def rows(site: TestClient, asked: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(site.get(f"/register.csv{asked}").content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("asked", NARROWED)
def test_it_holds_exactly_the_flows_that_are_asked_for(site: TestClient, asked: str) -> None:
    shown = [one["movement"] for one in site.get(f"/{asked}").json()["flows"]]
    told = site.get(f"/register{asked}").json()
    assert [one["movement"] for one in told["entries"]] == shown
    assert shown or asked == "?from=BR&to=BR"
    assert [row[0] for row in rows(site, asked)[1:]] == shown
    files = {form: site.get(address) for form, address in told["files"].items()}
    assert [row[0] for row in leaves(files["xlsx"].content)[0][1:]] == shown
    assert [one["movement"] for one in files["json"].json()["entries"]] == shown
    assert files["json"].json() == {name: value for name, value in told.items() if name in files["json"].json()}
    pages = "".join("".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(files["pdf"].content)).pages)
    assert [one for one in site.get("/register").json()["entries"] if one["movement"] in pages and one["movement"] not in shown] == []
    assert all(name in pages for name in shown)


def test_what_names_nothing_here_is_the_readers_mistake(site: TestClient) -> None:
    for address in ("/", "/register", "/register.pdf"):
        told = site.get(f"{address}?outcome=5&law=us.dps&movement=viewing-histories-for-training,nobody")
        assert (told.status_code, [one["where"] for one in told.json()["mistakes"]]) == (400, ["law", "movement", "outcome"])


def test_every_form_says_the_same(site: TestClient) -> None:
    told = [[str(cell) for cell in one.values()] for one in site.get("/register?lang=en").json()["entries"]]
    assert rows(site, "?lang=en")[1:] == told


def test_what_opens_a_way_is_named_with_its_citation(site: TestClient) -> None:
    (one,) = [one for one in site.get("/register").json()["entries"] if one["movement"] == "backups-in-an-american-cloud"]
    assert "eu.gdpr" in one["safeguards"]
    assert one["importer_role"] == "processor"


def test_a_cell_is_never_a_formula(tmp_path: Path) -> None:
    world = tmp_path / "w.yaml"
    world.write_text("world: w\nmovements: {t: {about: '=HYPERLINK(1)'}}\n", encoding="utf-8")
    site = TestClient(application(Site(world)))
    assert rows(site, "")[1][1] == "'=HYPERLINK(1)"
    assert site.get("/register.csv").headers["content-disposition"] == 'attachment; filename="register.csv"'


def test_a_page_holds_a_hundred_and_a_file_all(tmp_path: Path) -> None:
    world = tmp_path / "w.yaml"
    world.write_text("world: w\nmovements:\n" + "".join(f"  m{number:03}: {{about: x}}\n" for number in range(205)), encoding="utf-8")
    site = TestClient(application(Site(world)), headers={"accept": "application/json"})
    pages = [site.get(f"/register?page={number}").json() for number in (1, 2, 3)]
    assert [(len(one["entries"]), one["shown"], one["pages"]) for one in pages] == [(100, 205, 3), (100, 205, 3), (5, 205, 3)]
    assert [row[0] for row in rows(site, "")[1:]] == [one["movement"] for page in pages for one in page["entries"]]


def test_packs_about_more_than_somebody_waits_for_are_refused(site: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    address = "/register/packs/eu.gdpr/record-of-transfers.json"
    assert site.get(f"{address}?from=IE&outcome=3").json()["shown"] > 1
    monkeypatch.setattr(packs, "MOST", 1)
    assert site.get(f"{address}?from=IE&outcome=3").status_code == 413
    assert [site.get(one).status_code for one in ("/register/packs/eu.gdpr/nothing.json", "/register/packs/eu.gdpr/record-of-transfers.exe")] == [404, 404]
    assert site.get(f"{address}?movement=nobody").status_code == 400
