"""The register of transfers: exactly what is asked for, in every form the same, and never a formula."""

import csv
import io
import zipfile
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from comity.web.app import application
from comity.web.site import Site

DEMO = Path(__file__).parents[2] / "examples/platform/world.yaml"
ASKED = "?from=IE&outcome=3&lang=en"


@pytest.fixture(scope="module")
def site() -> TestClient:
    return TestClient(application(Site(DEMO)), headers={"accept": "application/json"})


def rows(site: TestClient, asked: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(site.get(f"/register.csv{asked}").content.decode("utf-8-sig"), newline="")))


def test_it_holds_exactly_the_flows_that_are_asked_for(site: TestClient) -> None:
    shown = [one["movement"] for one in site.get(f"/{ASKED}").json()["flows"]]
    assert [one["movement"] for one in site.get(f"/register{ASKED}").json()["entries"]] == shown != []
    assert [row[0] for row in rows(site, ASKED)[1:]] == shown
    with zipfile.ZipFile(io.BytesIO(site.get(f"/register.xlsx{ASKED}").content)) as book:
        strings = book.read("xl/sharedStrings.xml").decode()
        assert all(f">{name}<" in strings for name in shown)
        assert "<f>" not in book.read("xl/worksheets/sheet1.xml").decode()


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
