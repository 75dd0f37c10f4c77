"""Documents for authorities, in a browser: the same bytes as the command line writes, and what is blank named before one takes them."""

import json
from pathlib import Path

import pytest
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
