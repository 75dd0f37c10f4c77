"""What changes from one day to another, and between two editions: as the command line tells it, with an address for each flow on both days."""

import json
import os
import shutil
from pathlib import Path

import pytest
from shop import RULEBOOK
from starlette.testclient import TestClient

from comity.web.app import application
from comity.web.site import Site

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "examples/platform/world.yaml"
RULEBOOKS = ROOT / "src/comity/rulebooks"


@pytest.fixture(scope="module")
def site() -> TestClient:
    return TestClient(application(Site(DEMO)), headers={"accept": "application/json"})


def asked(site: TestClient, address: str) -> dict[str, object]:
    found = site.get(address)
    assert found.status_code == 200, found.text
    return json.loads(found.content)  # type: ignore[no-any-return]  # an object


def test_the_flows_that_change_are_those_whose_outcome_is_another(site: TestClient) -> None:
    told = asked(site, "/changes?from=2025-04-07&to=2025-04-08")
    before, after = ({one["movement"]: one["outcome"] for one in asked(site, f"/?on={on}")["flows"]} for on in ("2025-04-07", "2025-04-08"))
    differ = {name for name in before if before[name] != after[name]}
    found = {one["flow"]["movement"]: (group["was"][1], group["now"][1]) for group in told["classes"] for one in group["flows"]}
    assert found == {name: (before[name], after[name]) for name in differ}
    assert (told["count"], told["all"]) == (len(differ), len(before))
    assert differ
    assert all(one["by"] for group in told["classes"] for one in group["flows"])
    page = site.get("/changes?from=2025-04-07&to=2025-04-08", headers={"accept": "text/html"}).text
    assert all(f"/movements/{name}/beside?on=2025-04-07&amp;other_on=2025-04-08" in page for name in differ)


def test_without_days_it_is_the_next_change(site: TestClient) -> None:
    told = asked(site, "/changes?on=2025-04-01")
    assert told["until"] == min(turn for turn in told["turns"] if turn > "2025-04-01")
    assert told["since"] < told["until"]


def test_days_that_are_none_are_told_together(site: TestClient) -> None:
    assert len(site.get("/changes?from=soon&to=later").json()["mistakes"]) == 2
    assert site.get("/changes?from=2025-04-08&to=2025-04-08").status_code == 400


def test_another_edition_is_compared_with_the_one_that_is_served(tmp_path: Path) -> None:
    pytest.importorskip("z3")
    edition = tmp_path / "us.padfa"
    shutil.copytree(RULEBOOKS / "us.padfa", edition)
    text = (edition / "rulebook.yaml").read_text(encoding="utf-8")
    assert "KP" in text
    (edition / "rulebook.yaml").write_text(text.replace("KP, ", "", 1).replace(", KP", "", 1), encoding="utf-8")
    site = TestClient(application(Site(DEMO, editions=(edition,))), headers={"accept": "application/json"})
    for _ in range(30):
        told = asked(site, "/law/us.padfa/changes")
        if told["state"] != "working":
            break
    assert told["state"] == "done"
    assert told["record"]["changes"]
    assert not told["record"]["unknown"]
    assert all(one["by"] and one["old"] != one["new"] and one["world"].startswith("world:") for one in told["record"]["changes"])
    assert [one["digest"] for one in told["editions"]] == told["record"]["digests"] != []
    assert str(tmp_path) not in json.dumps(told)
    page = site.get("/law/us.padfa/changes?lang=zh", headers={"accept": "text/html"}).text
    assert "已就一切传输证明" in page
    assert asked(site, "/law/us.dsp/changes")["state"] == "none"
    assert site.get("/law/nowhere/changes").status_code == 404


def test_what_became_known_of_a_rulebook_between_two_days(tmp_path: Path) -> None:
    pytest.importorskip("z3")
    folder = tmp_path / "xx.act"
    folder.mkdir()
    told = RULEBOOK.replace("XA, XB, XC", "QM, QN, QO").replace("XB", "QN").replace("XC", "QO")
    file = folder / "rulebook.yaml"
    file.write_text(told.replace("many: {cite: s. 4,", "many: {known: 2026-05-01, cite: s. 4,"), encoding="utf-8")
    site = TestClient(application(Site(DEMO, (folder,))), headers={"accept": "application/json"})
    found = asked(site, "/law/xx.act/changes")
    assert (found["state"], found["learnt"]) == ("done", ["2020-01-01", "2026-05-01"])
    assert [one["known"] for one in found["editions"]] == ["2026-04-30", ""]
    assert {(one["path"], one["how"]) for change in found["record"]["changes"] for one in change["by"]} == {("many", "added")}  # type: ignore[index]
    assert found["notes"][0]["parts"][0]["law"] == ["xx.act", "many"]  # type: ignore[index]
    assert asked(site, "/law/xx.act/changes?known=2026-04-29&then=2026-04-30")["record"]["changes"] == []  # type: ignore[index]
    wrong = site.get("/law/xx.act/changes?known=2026-05-01&then=2026-05-01")
    assert (wrong.status_code, wrong.json()["mistakes"][0]["where"]) == (400, "then")
    assert site.get("/law/xx.act/changes?known=2019-05-01").status_code == 404
    stamp = file.stat()
    file.write_text(file.read_text(encoding="utf-8").replace("2026-05-01", "2026-06-01"), encoding="utf-8")
    os.utime(file, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))  # another text of the same size and time is another edition
    assert [one["known"] for one in asked(site, "/law/xx.act/changes")["editions"]] == ["2026-05-31", ""]
