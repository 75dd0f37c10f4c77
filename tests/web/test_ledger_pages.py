"""What a ledger tells in a browser: matters as everybody sees them, and runs of the gate with the reasons that their manifests give."""

import datetime as dt
import hashlib
import inspect
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from chromium import Visit, serving
from pseudo import NAME, added, left, read
from shop import RULEBOOK, SCHEMA, WORLD
from starlette.testclient import TestClient

from comity import shelf
from comity.cli.main import main
from comity.gate.counting import definitions
from comity.gate.form import parse, spoken
from comity.gate.manifest import reasons
from comity.ledger import verify_offline
from comity.ledger.definition import Asked
from comity.ledger.digests import Digests
from comity.ledger.entry import instant
from comity.ledger.ledger import Ledger, stored
from comity.ledger.note import Signer
from comity.ledger.said import Said
from comity.web import runs
from comity.web.app import application
from comity.web.run import NO_LAW, UNKNOWN, WORDS, Reading, Reason, formed
from comity.web.site import Site
from comity.web.view import View

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


@pytest.mark.parametrize("address", ["/docket", "/docket/ranker-2026", "/movements/delivery", "/docket/nothing"])
def test_a_third_language_is_spoken_of_matters(docket: TestClient, tmp_path: Path, address: str) -> None:
    with added(tmp_path / "languages"):
        assert left(read(docket.get(f"{address}?lang={NAME}", headers=HTML).text)) == []


def test_a_third_language_is_spoken_of_runs(shop: Path, tmp_path: Path) -> None:
    site = TestClient(application(Site(Path("world.yaml"), [Path("xx.act")], str(shop / "comity-ledger"), shop)))
    (one,) = site.get("/runs", headers=JSON).json()["runs"]
    with added(tmp_path / "languages"):
        for address in ("/runs", f"/runs/{one['entry']}", "/counts"):
            said = read(site.get(f"{address}?lang={NAME}", headers=HTML).text)
            assert len(said) > 300
            assert left(said) == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_matter_and_a_run_shut_nobody_out(browser: Any, docket: TestClient, shop: Path, lang: str) -> None:
    ran = application(Site(Path("world.yaml"), [Path("xx.act")], str(shop / "comity-ledger"), shop))
    (one,) = TestClient(ran).get("/runs", headers=JSON).json()["runs"]
    for app, name, address in ((docket.app, "matter", "/docket/ranker-2026"), (ran, "run", f"/runs/{one['entry']}")):
        with serving(app) as base:
            visit = Visit(browser, base, viewport={"width": 1280, "height": 900})
            visit.go(f"{address}?lang={lang}")
            visit.shown(name, lang)
            assert visit.elsewhere == []
            assert visit.told == []
            assert visit.violations() == []
            visit.close()


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
    assert ["ip", "drop", [{"text": "xx.act address (s. 2)", "law": ["xx.act", "address"]}]] in told["crossed"][0]["columns"]
    assert [(part["rows"], part["persons"], part["outcome"]) for part in told["stayed"]] == [(1, -1, "open")]
    assert (told["unknown"], told["found"], told["files"]) == (0, True, ["out.parquet.manifest.json", "out.parquet.receipt"])
    assert told["output"] == hashlib.sha256((shop / "out.parquet").read_bytes()).hexdigest()
    assert site.get(f"/runs/{run['entry']}/manifest").content == (shop / "out.parquet.manifest.json").read_bytes()
    page = site.get(f"/runs/{run['entry']}?lang=en", headers=HTML).text
    assert "1 rows crossed, 1 stayed at home" in page
    assert '<a class="cite" href="/law/xx.act/address?lang=en">xx.act address (s. 2)</a>' in page
    assert "其所在地没有规则" in site.get(f"/runs/{run['entry']}?lang=zh", headers=HTML).text
    (shop / "proof").write_text(site.get(f"/runs/{run['entry']}/proof").text, encoding="utf-8")
    ours = (shop / "comity-ledger/log.vkey").read_text(encoding="utf-8").strip()
    assert subprocess.run([sys.executable, "-I", verify_offline.__file__, "proof", "--key", ours], check=False, capture_output=True).returncode == 0


def test_a_manifest_that_was_changed_is_not_believed(shop: Path) -> None:
    manifest = shop / "out.parquet.manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text(encoding="utf-8")) | {"rows": 2}), encoding="utf-8")
    site = TestClient(application(Site(shop / "world.yaml", (shop / "xx.act",), str(shop / "comity-ledger"), shop)))
    (run,) = site.get("/runs", headers=JSON).json()["runs"]
    told = site.get(f"/runs/{run['entry']}", headers=JSON).json()
    assert (told["found"], told["files"], told["crossed"]) == (False, [], [])
    assert told["manifest"] in site.get(f"/runs/{run['entry']}", headers=HTML).text
    assert site.get(f"/runs/{run['entry']}/manifest").status_code == 404


REASONS = {
    "xx.act many (s. 4)": Reason("xx.act many (s. 4)", ("xx.act", "many")),
    "yy.act many (s. 4)": Reason("yy.act many (s. 4)"),
    "with more persons it is beyond a line": Reason("人数再增即越过法定界线"),
    "there is no rulebook for QM": Reason("QM没有规则"),
    "not known: f.kind of fields": Reason("未知：f.kind of fields"),
    "whatever": Reason("whatever"),
}


@pytest.mark.parametrize("text", REASONS)
def test_a_reason_is_said_to_the_reader(text: str) -> None:
    assert Reading(View("zh", "/runs/1", {}), frozenset({"xx.act"})).reason(text) == REASONS[text]


def test_every_reason_that_the_gate_gives_in_words_is_known() -> None:
    """They stand in one function of the gate, which writes them into manifests."""
    source = inspect.getsource(reasons)
    assert all(text in source for text in [*WORDS, UNKNOWN] if "no rulebook" not in text)
    assert NO_LAW in source


FORMS = {"keep": "kept", "drop": "left out", "pseudonym": "as a pseudonym", "year": "the year alone", "month": "year and month alone"}
FORMS |= {"grid 10 per degree": "on a grid of 10 cells per degree", "band 5": "in bands of 5"}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_has_its_words(form: str) -> None:
    assert spoken(parse(form)) == form
    assert formed(form, View("en", "/runs/1", {})) == FORMS[form]


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
    assert page.headers.get("refresh") == (f"{runs.AGAIN}; url=/runs?lang=en&anew=1" if ended == "under way" else None)
    assert "anew" not in site.get("/runs?lang=en&anew=1", headers=HTML).text


NOW, AGO = dt.timedelta(0), runs.QUIET + dt.timedelta(minutes=1)
ASKED = {"movement": "sending", "table": "customers", "day": AT.toordinal()}


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of runs that nobody ran: one refused, one judged, one that moved, one that was given up, and one under way."""
    made = tmp_path_factory.mktemp("log") / "log.sqlite"
    stays = [{"place": "XD", "rows": 2, "outcome": "prohibited"}]
    with Ledger.create(made, signer=Signer("comity.test/log", bytes(range(32))), now=lambda: AT) as ledger:
        ledger.adopt({}, [])
        ledger.append({"kind": "refuse", "id": "no", **ASKED, "stays": stays})
        ledger.append({"kind": "verdict", "id": "shadow", **ASKED, "crosses": [], "stays": stays})
        for name, until in (("done", LONG), ("gone", dt.timedelta(hours=1)), ("going", LONG)):
            ledger.reserve(name, [], AT + until, ASKED, {})
        ledger.commit("done", {"rows": 3})
    return made


@pytest.fixture
def says(log: Path) -> Iterator[Callable[..., None]]:
    """What runs say of themselves, as it was some time ago."""
    store, words = stored(log), set()

    def say(run: str, ago: dt.timedelta = NOW, **more: Any) -> None:
        word = Said(run, "sending", "customers", AT.toordinal(), "write", 1_200_000, 4_300_000, instant(dt.datetime.now(dt.UTC) - ago))
        store.say(run, str(replace(word, **more)))
        words.add(run)

    yield say
    for run in words:
        store.unsay(run)
    store.close()


@pytest.fixture(scope="module")
def site(log: Path) -> TestClient:
    return TestClient(application(Site(log.with_name("world.yaml"), docket=str(log.parent))))


def told(site: TestClient, address: str = "/runs") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = site.get(address, headers=JSON).json()["runs"]
    return found


@pytest.mark.parametrize(("ago", "ended", "words"), [(NOW, "under way", "under way"), (AGO, "not heard", "nothing heard since {}")])
def test_a_run_tells_how_far_it_is_and_until_when_it_was_heard(site: TestClient, says: Callable[..., None], ago: dt.timedelta, ended: str, words: str) -> None:
    says("going", ago)
    run = told(site)[1]
    assert (run["ended"], run["until"]) == (ended, instant(AT + LONG))
    assert (run["far"]["step"], run["far"]["rows"], run["far"]["of"]) == ("write", 1_200_000, 4_300_000)
    page = site.get("/runs?lang=en", headers=HTML)
    assert words.format(run["far"]["at"]) in page.text
    assert "masking and writing what crosses: 1,200,000 of 4,300,000 rows" in page.text
    assert ("refresh" in page.headers) == (ended == "under way")


def test_a_run_that_has_ended_or_was_given_up_is_not_told_by_what_it_says(site: TestClient, says: Callable[..., None]) -> None:
    """Whoever was killed after the last entry has taken nothing back."""
    before = told(site)
    says("done")
    says("gone")
    after = told(site)
    assert [(run["entry"], run["ended"]) for run in after] == [(run["entry"], run["ended"]) for run in before]
    assert "1,200,000" not in site.get("/runs?lang=en", headers=HTML).text


def test_a_run_that_has_reserved_nobody_yet_is_told_by_its_own_word(site: TestClient, says: Callable[..., None]) -> None:
    before = told(site)
    says("early", step="read", rows=5, of=0)
    early, *others = told(site)
    assert (early["entry"], early["movement"], early["ended"], early["until"]) == (-1, "sending", "under way", "")
    assert others == before
    page = site.get("/runs?lang=en", headers=HTML).text
    assert "not in the log yet" in page
    assert "writing the source down at home: 5 rows" in page
    assert told(site, "/runs?before=99") == before


def test_a_run_that_was_refused_or_judged_says_what_stayed_as_far_as_its_entry_does(site: TestClient) -> None:
    for entry, ended, words in ((2, "refused", "What stayed at home"), (3, "judged", "What would stay at home")):
        one = site.get(f"/runs/{entry}", headers=JSON).json()
        assert (one["run"]["ended"], [(part["rows"], part["why"]) for part in one["stayed"]], one["crossed"]) == (ended, [(2, [])], [])
        page = site.get(f"/runs/{entry}?lang=en", headers=HTML).text
        assert words in page
        assert "no reasons" in page
        assert site.get(f"/runs/{entry}/manifest").status_code == 404


def test_who_is_only_reserved_is_counted_and_told_apart(shop: Path) -> None:
    site = reserved(shop, 7, LONG)
    (gauge,) = [one for one in site.get("/counts?on=2026-11-04", headers=JSON).json()["gauges"] if one["count"] == "xx.act/sent"]
    assert (gauge["least"], gauge["most"], gauge["reserved"], gauge["since"]) == (7, 7, 7, "2026-01-01")
    assert [(use["persons"], use["ended"]) for use in gauge["uses"]] == [(7, "pending")]
    assert "Of these at most 7 are reserved" in site.get("/?lang=en&on=2026-11-04", headers=HTML).text
