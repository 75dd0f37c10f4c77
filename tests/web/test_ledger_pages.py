"""What a ledger tells in a browser: matters as everybody sees them, and runs of the gate with the reasons that their manifests give."""

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from shop import RULEBOOK, SCHEMA, WORLD
from starlette.testclient import TestClient

from comity import shelf
from comity.cli.main import main
from comity.gate.counting import definitions
from comity.ledger import verify_offline
from comity.ledger.definition import Asked
from comity.ledger.digests import Digests
from comity.ledger.entry import instant
from comity.ledger.ledger import Ledger
from comity.ledger.note import Signer
from comity.web import runs
from comity.web.app import application
from comity.web.site import Site

ROOT = Path(__file__).parents[2]
HTML, JSON = {"accept": "text/html"}, {"accept": "application/json"}


@pytest.fixture(scope="module")
def docket(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    ledger = tmp_path_factory.mktemp("docket") / "ledger"
    subprocess.run([sys.executable, ROOT / "examples/joint-venture/run.py", ledger], capture_output=True, check=True)
    return TestClient(application(Site(ROOT / "examples/joint-venture/world.yaml", docket=str(ledger))))


def begun(folder: Path, patch: pytest.MonkeyPatch) -> Path:
    """A shop in a folder, that has sent a table once."""
    patch.chdir(folder)
    Path("xx.act").mkdir()
    Path("xx.act/rulebook.yaml").write_text(RULEBOOK.replace("XA", "QM").replace("XB", "QN"), encoding="utf-8")
    Path("world.yaml").write_text(WORLD.replace("XA", "QM").replace("XB", "QN"), encoding="utf-8")
    pl.DataFrame([("p1", "Aland", "e", "i", "h", None), ("p2", "Deland", "e", "i", "h", None)], schema=SCHEMA, orient="row").write_parquet("in.parquet")
    assert main(["ledger", "begin", "comity-ledger", "--rulebooks", "xx.act"]) == 0
    assert main(["gate", "in.parquet", "out.parquet", "--movement", "sending", "--world", "world.yaml", "--rulebooks", "xx.act"]) == 0
    return folder


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return begun(tmp_path, monkeypatch)


def test_a_matter_is_told_as_on_a_day(docket: TestClient) -> None:
    (one,) = docket.get("/docket?on=2026-06-20", headers=JSON).json()["matters"]
    assert one["parties"]["exporter"] == "beijing-lab"
    stages = {day: docket.get(f"/docket/{one['name']}?on={day}", headers=JSON).json()["record"]["stage"] for day in ("2026-01-20", "2026-06-20", "2026-07-10")}
    assert len(set(stages.values())) == 3
    assert docket.get(f"/docket/{one['name']}?on=2025-01-01", headers=JSON).status_code == 404
    assert docket.get("/docket/nothing", headers=JSON).status_code == 404


def test_signatures_stand_side_by_side(docket: TestClient) -> None:
    page = docket.get("/docket/ranker-2026?lang=en", headers=HTML).text
    row = next(row for row in page.split("<tr>") if "sign the contract" in row)
    assert row.count("✓") == 2  # the contract is of both


def test_whoever_plays_which_role_sees_the_same(docket: TestClient) -> None:
    """A page hangs on nothing but its address: nobody is told more, nobody less."""
    pages = {
        docket.get("/docket/ranker-2026", headers={**HTML, "cookie": f"party={who}", "authorization": f"Bearer {who}"}).text for who in ("exporter", "importer")
    }
    assert len(pages) == 1


def test_the_verdict_follows_the_docket(docket: TestClient) -> None:
    on = {day: docket.get(f"/movements/delivery?on={day}", headers=JSON).json()["flow"]["state"] for day in ("2026-03-10", "2026-05-01", "2026-06-20")}
    assert on == {"2026-03-10": "1", "2026-05-01": "3", "2026-06-20": "1"}


def test_matters_and_runs_go_on_where_there_are_more(docket: TestClient, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert main(["gate", "in.parquet", "again.parquet", "--movement", "sending", "--world", "world.yaml", "--rulebooks", "xx.act"]) == 0
    monkeypatch.setattr(runs, "LATEST", 1)
    site = TestClient(application(Site(shop / "world.yaml", (shop / "xx.act",), str(shop / "comity-ledger"), shop)))
    newest = site.get("/runs", headers=JSON)
    older = site.get(newest.json()["next"], headers=JSON)
    assert newest.links["next"]["url"] == newest.json()["next"]
    assert newest.json()["next"] in site.get("/runs", headers=HTML).text
    assert newest.json()["runs"][0]["entry"] > older.json()["runs"][0]["entry"]
    assert (older.json()["next"], older.links) == ("", {})
    assert older.json()["runs"][0]["ended"] == "committed"  # the newer one reserved its persons below the entry that is asked for: it is not under way
    assert site.get("/runs?before=x", headers=JSON).status_code == 400
    (matter,) = docket.get("/docket?page=9", headers=JSON).json()["matters"]
    assert docket.get("/docket", headers=JSON).json()["matters"] == [matter]
    assert docket.get("/docket?page=0", headers=JSON).status_code == 400


def test_a_run_says_what_crossed_what_stayed_and_proves_it(shop: Path) -> None:
    site = TestClient(application(Site(shop / "world.yaml", (shop / "xx.act",), str(shop / "comity-ledger"), shop)))
    (run,) = site.get("/runs", headers=JSON).json()["runs"]
    assert (run["movement"], run["ended"], run["rows"]) == ("sending", "committed", 1)
    told = site.get(f"/runs/{run['entry']}", headers=JSON).json()
    assert [part["rows"] for part in told["crossed"]] == [1]
    assert ["ip", "drop", ["xx.act address (s. 2)"]] in told["crossed"][0]["columns"]
    assert [part["rows"] for part in told["stayed"]] == [1]
    (shop / "proof").write_text(site.get(f"/runs/{run['entry']}/proof").text, encoding="utf-8")
    ours = (shop / "comity-ledger/log.vkey").read_text(encoding="utf-8").strip()
    assert subprocess.run([sys.executable, "-I", verify_offline.__file__, "proof", "--key", ours], check=False, capture_output=True).returncode == 0


def test_a_manifest_that_was_changed_is_not_believed(shop: Path) -> None:
    manifest = shop / "out.parquet.manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text(encoding="utf-8")) | {"rows": 2}), encoding="utf-8")
    site = TestClient(application(Site(shop / "world.yaml", (shop / "xx.act",), str(shop / "comity-ledger"), shop)))
    (run,) = site.get("/runs", headers=JSON).json()["runs"]
    told = site.get(f"/runs/{run['entry']}", headers=JSON).json()
    assert (told["found"], told["crossed"]) == (False, [])
    assert told["manifest"] in site.get(f"/runs/{run['entry']}", headers=HTML).text


@pytest.mark.parametrize("address", ["/runs/0", "/runs/99", "/runs/99/proof", "/runs/x"])
def test_what_is_no_run_is_not_found(shop: Path, address: str) -> None:
    site = TestClient(application(Site(shop / "world.yaml", (shop / "xx.act",), str(shop / "comity-ledger"), shop)))
    assert site.get(address, headers=JSON).status_code == 404


@pytest.fixture(scope="module")
def gauged(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """A site of the shop that has sent the same table twice."""
    folder = tmp_path_factory.mktemp("gauged")
    with pytest.MonkeyPatch.context() as patch:
        begun(folder, patch)
        assert main(["gate", "in.parquet", "again.parquet", "--movement", "sending", "--world", "world.yaml", "--rulebooks", "xx.act"]) == 0
    return TestClient(application(Site(folder / "world.yaml", (folder / "xx.act",), str(folder / "comity-ledger"), folder)))


def test_gauges_tell_how_many_were_counted_of_how_many_and_by_what(gauged: TestClient) -> None:
    """Who crossed twice is told twice, and counted once."""
    told = gauged.get("/counts", headers=JSON).json()
    gauge, *_ = told["gauges"]
    assert (gauge["count"], gauge["least"], gauge["most"], gauge["why"], gauge["window"]) == ("xx.act/sent", 1, 1, "", ["year", 0])
    (line,) = gauge["lines"]
    assert (line["number"], line["beyond"], line["crossed"], line["share"], line["laws"]) == (10, True, False, 10, [["xx.act", "many"]])
    assert [(use["movement"], use["persons"], use["ended"]) for use in gauge["uses"]] == [("sending", 1, "committed")] * 2
    assert gauge["anew"] == f"{int(gauge['on'][:4]) + 1}-01-01"
    assert told["empty"] > 0
    page = gauged.get("/counts?lang=en", headers=HTML).text
    assert "1 of 10 persons (10 %)" in page
    assert 'href="/law/xx.act/many?lang=en"' in page
    assert '<rect class="surely" width="10"' in page
    later = gauged.get(f"/counts?on={gauge['anew']}", headers=JSON).json()["gauges"]
    assert [(one["least"], one["most"]) for one in later if one["count"] == "xx.act/sent"] == [(0, 0)]


def test_the_nearest_gauges_stand_beside_the_flows_and_beside_a_verdict_those_that_it_hangs_on(gauged: TestClient) -> None:
    every, flows = gauged.get("/counts", headers=JSON).json()["gauges"], gauged.get("/", headers=JSON).json()["gauges"]
    assert (flows["gauges"], flows["all"]) == ([one for one in every if one["lines"]][:3], len(every))
    hanging = gauged.get("/movements/sending", headers=JSON).json()["gauges"]
    assert [one["count"] for one in hanging["gauges"]] == ["xx.act/sent"]
    for page in ("/", "/movements/sending"):
        for lang, said in (("en", "1 of 10 persons (10 %)"), ("zh", "1／10人（10%）")):
            assert said in gauged.get(f"{page}?lang={lang}", headers=HTML).text


AT = dt.datetime(2026, 11, 3, 12, tzinfo=dt.UTC)
LONG = dt.timedelta(days=50_000)


def reserved(shop: Path, persons: int, until: dt.timedelta) -> TestClient:
    """A site whose log tells of one run that has reserved its persons, and of nothing after that."""
    plan = shelf.plan([shop / "xx.act"])
    count = next(one for one in definitions(plan) if one.name.startswith("xx.act/sent "))
    (shop / "log").mkdir()
    with Ledger.create(shop / "log/log.sqlite", signer=Signer("comity.test/log", bytes(range(32))), now=lambda: AT) as ledger:
        ledger.adopt({}, [count])
        some = Digests.of(np.array([[0, number] for number in range(persons)], dtype=np.uint64))
        ledger.reserve("r", [Asked(count.name, ("shop",), AT.toordinal(), some)], AT + until, {"movement": "sending", "day": AT.toordinal()}, {})
    return TestClient(application(Site(shop / "world.yaml", (shop / "xx.act",), str(shop / "log"))))


@pytest.mark.parametrize(("until", "ended"), [(LONG, "under way"), (dt.timedelta(hours=1), "given up")])
def test_a_run_that_no_entry_ends_is_under_way_or_was_given_up(shop: Path, until: dt.timedelta, ended: str) -> None:
    site = reserved(shop, 7, until)
    (run,) = site.get("/runs", headers=JSON).json()["runs"]
    assert (run["ended"], run["movement"], run["until"]) == (ended, "sending", instant(AT + until))
    page = site.get("/runs?lang=en", headers=HTML)
    assert (run["until"] in page.text) == (ended == "under way")
    assert page.headers.get("refresh") == (str(runs.AGAIN) if ended == "under way" else None)


def test_who_is_only_reserved_is_counted_and_told_apart(shop: Path) -> None:
    site = reserved(shop, 7, LONG)
    (gauge,) = [one for one in site.get("/counts?on=2026-11-04", headers=JSON).json()["gauges"] if one["count"] == "xx.act/sent"]
    assert (gauge["least"], gauge["most"], gauge["reserved"], gauge["since"]) == (7, 7, 7, "2026-01-01")
    assert [(use["persons"], use["ended"]) for use in gauge["uses"]] == [(7, "pending")]
    assert "Of these at most 7 are reserved" in site.get("/?lang=en&on=2026-11-04", headers=HTML).text
