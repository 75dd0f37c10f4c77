"""Documents for authorities, in a browser: the same bytes as the command line writes, and what is blank named before one takes them."""

import json
from pathlib import Path

import pytest
from docket_office import WORLD, Office
from starlette.testclient import TestClient

pytest.importorskip("typst")
pytest.importorskip("docx")

from comity.cli.main import main
from comity.web.app import application
from comity.web.packs import FORMS
from comity.web.site import Site

DEMO = Path(__file__).parents[2] / "examples/platform/world.yaml"
MOVEMENT = "viewing-histories-for-training"
JSON = {"accept": "application/json"}


@pytest.fixture(scope="module")
def site() -> TestClient:
    return TestClient(application(Site(DEMO)))


def test_every_form_is_what_the_command_writes(site: TestClient, tmp_path: Path) -> None:
    on, pack = "2026-11-20", "cn.data-export/security-assessment"
    assert main(["docket", "pack", str(DEMO), MOVEMENT, "--pack", pack, "--on", on, "--lang", "zh", "--out", str(tmp_path)]) in (0, 1)
    (told,) = [one for one in site.get(f"/movements/{MOVEMENT}/packs?on={on}&lang=zh", headers=JSON).json()["packs"] if one["name"] == pack]
    assert told["files"].keys() == FORMS.keys()
    for form, address in told["files"].items():
        found = site.get(address)
        assert (found.status_code, found.headers["content-type"].partition(";")[0]) == (200, FORMS[form])
        assert found.headers["content-disposition"] == f'attachment; filename="security-assessment.{form}"'
        assert found.content == (tmp_path / f"security-assessment.{form}").read_bytes()
    assert len(told["blanks"]) == len(json.loads(site.get(told["files"]["json"]).content)["blank"]) > 0


def test_what_is_blank_is_named_on_the_page(site: TestClient) -> None:
    told = site.get(f"/movements/{MOVEMENT}/packs", headers=JSON).json()
    page = site.get(f"/movements/{MOVEMENT}/packs", headers={"accept": "text/html"}).text
    assert len(told["packs"]) >= 10
    assert all(f"<code>{one['name']}</code>" in page for one in told["packs"])
    assert any(one["blanks"] for one in told["packs"])
    assert told["matters"] == []


def test_what_is_not_there_is_said(site: TestClient) -> None:
    assert site.get("/movements/nobody/packs", headers=JSON).status_code == 404
    for address in ("cn.data-export/security-assessment.exe", "cn.data-export/nothing.pdf", "nowhere/assessment.pdf", "cn.data-export/security-assessment"):
        assert site.get(f"/movements/{MOVEMENT}/packs/{address}", headers=JSON).status_code == 404
    assert site.get(f"/movements/{MOVEMENT}/packs?matter=m1", headers=JSON).status_code == 400


@pytest.fixture(scope="module")
def filed(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    folder = tmp_path_factory.mktemp("filed")
    office = Office(folder)
    office.licensed()
    office.ledger.close()
    world = folder / "world.yaml"
    world.write_text(WORLD, encoding="utf-8")
    return TestClient(application(Site(world, docket=str(folder))))


def test_a_matter_leads_to_the_documents_about_each_movement_that_it_may_concern(filed: TestClient) -> None:
    on = "?on=2026-04-21"
    assert filed.get(f"/docket/m1{on}", headers=JSON).json()["documents"]
    assert f'href="/docket/m1/packs{on}"' in filed.get(f"/docket/m1{on}", headers={"accept": "text/html"}).text
    told = filed.get(f"/docket/m1/packs{on}", headers=JSON).json()
    assert [name for name, _, _ in told["movements"]] == ["talks", "delivery"]  # elsewhere goes to another importer
    assert len(told["packs"]) == 2
    page = filed.get(f"/docket/m1/packs{on}", headers={"accept": "text/html"}).text
    for name, _, address in told["movements"]:
        assert address.replace("&", "&amp;") in page
        shown = filed.get(address, headers=JSON).json()
        assert (shown["flow"]["movement"], shown["matter"], len(shown["packs"])) == (name, "m1", 2)
    assert filed.get("/docket/nobody/packs", headers=JSON).status_code == 404


def test_where_no_docket_is_served_there_is_no_matter(site: TestClient) -> None:
    assert site.get("/docket/m1/packs", headers=JSON).status_code == 404


def test_every_row_of_the_register_leads_to_its_documents(site: TestClient) -> None:
    page = site.get("/register?from=IE", headers={"accept": "text/html"}).text
    shown = [one["movement"] for one in site.get("/register?from=IE", headers=JSON).json()["entries"]]
    assert shown
    assert all(f'href="/movements/{name}/packs"' in page for name in shown)
