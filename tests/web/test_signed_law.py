"""Law that a ledger adopted, served: asked in its place, with who signed it; where it cannot be relied on nothing is answered."""

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from publishers import DAY, MORNING, SIGNING, Publisher, adopted, book, private
from shop import RULEBOOK, WORLD
from starlette.testclient import TestClient

from comity import shelf
from comity.edge.adopted import Relying
from comity.files.rulebook import read_rulebook
from comity.signed.reading import Book
from comity.web.app import application
from comity.web.site import Site

PACT = (
    RULEBOOK.replace("XA, XB, XC", "QM, QN, QO")
    .replace("XB", "QN")
    .replace("XC", "QO")
    .replace("speaks_about", "parties: [xa.example, xb.example]\nspeaks_about")
)
LONG = replace(SIGNING, roles={name: replace(role, days=3600) for name, role in SIGNING.roles.items()})
"""Signatures that are the same in every run, so that what is compiled of them is kept."""
CLOCK = [dt.datetime.now(dt.UTC)]


@pytest.fixture(scope="module", autouse=True)
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Where all of it lies, by names that are the same in every run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("relying"))
        yield


@pytest.fixture(scope="module")
def publisher() -> Publisher:
    """Whoever publishes a pact of two parties, and an edition of a shipped regime."""
    text = (shelf.RULEBOOKS / "us.pafaca/rulebook.yaml").read_bytes().replace(b"edition: ", b"edition: 9")
    held = {"xx.act": PACT.encode(), "us.pafaca": text}
    made = Publisher({name: Book(read_rulebook("r", raw), {"rulebook.yaml": raw}) for name, raw in held.items()}, LONG, MORNING)
    made.published()
    return made


@pytest.fixture(scope="module")
def site(publisher: Publisher) -> TestClient:
    Path("world.yaml").write_text(WORLD.replace("XA", "QM").replace("XB", "QN"), encoding="utf-8")
    relying = Relying(str(adopted(Path("ledger"), publisher)), lambda: CLOCK[0])
    return TestClient(application(Site(Path("world.yaml"), adopted=relying)), headers={"accept": "application/json"})


def held(site: TestClient) -> str:
    """That nothing is answered, and why, in the words of a page of law."""
    answers = [site.get("/law/us.dsp"), site.get("/"), site.get("/health"), site.post("/opinions", json={"facts": {}})]
    assert [one.status_code for one in answers] == [503] * 4
    (line,) = site.post("/opinions/stream", content=b'{"facts": {}}\n', headers={"content-type": "application/x-ndjson"}).text.splitlines()
    assert json.loads(line)["mistakes"][0]["where"] == "law"
    said: str = answers[0].json()["mistakes"][0]["what"]
    return said


def test_signed_law_stands_in_the_place_of_the_shipped(site: TestClient) -> None:
    told = {one["name"]: one for one in site.get("/law").json()["regimes"]}
    assert list(told) == [*(folder.name for folder in shelf.shipped() if folder.name != "us.pafaca"), "us.pafaca", "xx.act"]
    assert {name: one["comes"] for name, one in told.items() if one["comes"] != "shipped"} == {"us.pafaca": "signed", "xx.act": "signed"}
    record = site.get("/movements/sending").json()["record"]["rulebooks"]
    assert {name: one["digest"] for name, one in record.items()} == {name: one["digest"] for name, one in told.items()}
    assert site.post("/opinions", json={"facts": {}}).json()["opinions"].keys() == told.keys()


def test_who_signed_is_told_with_keys_thresholds_days_and_floor(site: TestClient, publisher: Publisher) -> None:
    found = site.get("/law/xx.act").json()["regime"]["signed"]
    assert (found["by"], found["parties"], found["repository"]) == (["xa.example", "xb.example"], True, publisher.root)
    roles = {one["name"]: one for one in found["roles"]}
    assert list(roles) == ["root", "targets", "snapshot", "timestamp", "xx.act"]
    assert (roles["root"]["threshold"], roles["root"]["signers"]) == (2, ["ann.example", "ben.example"])
    assert roles["xx.act"]["keys"] == [str(private(name).key) for name in ("xa", "xb")]
    assert all(one["version"] == one["floor"] == 1 for one in found["roles"])
    assert roles["timestamp"]["until"] == (MORNING + 3600 * DAY).date().isoformat() == found["until"][:10]
    alone = site.get("/law/us.pafaca").json()["regime"]["signed"]
    assert (alone["by"], alone["parties"]) == (["tara.example", "tom.example"], False)
    assert [one["name"] for one in alone["roles"]] == ["root", "targets", "snapshot", "timestamp"]
    page = site.get("/law/xx.act", headers={"accept": "text/html"}).text
    for said in ("All its parties signed it: xa.example, xb.example.", "2 of 3 keys", str(private("xa").key)):
        assert said in page
    assert "无人签署。本规则随所安装的 Comity 提供" in site.get("/law/us.padfa?lang=zh", headers={"accept": "text/html"}).text


def test_law_whose_time_is_over_has_no_answer_from_that_moment_on(site: TestClient) -> None:
    before = CLOCK[0]
    CLOCK[0] = MORNING + 3601 * DAY
    assert "expired at" in held(site)
    CLOCK[0] = before
    assert site.get("/law/us.dsp").status_code == 200


def test_a_changed_copy_has_no_answer(site: TestClient) -> None:
    (file,) = Path("ledger/law").glob("*/xx.act/rulebook.yaml")
    text = file.read_text(encoding="utf-8")
    file.write_text(f"{text}\n", encoding="utf-8")
    assert "nobody signed for this file" in held(site)
    file.write_text(text, encoding="utf-8")
    assert site.get("/law/us.dsp").status_code == 200


def test_what_is_adopted_later_is_asked_from_then_on(site: TestClient) -> None:
    other = Publisher({"xa.act": book("xa.act")}, replace(LONG, parties={}), MORNING)
    other.published("ann", "cleo", "tara", "tom", "snap", "time")
    assert site.get("/law/xa.act").status_code == 404
    adopted(Path("ledger"), other)
    assert site.get("/law/xa.act").json()["regime"]["comes"] == "signed"
    assert "xa.act" in site.post("/opinions", json={"facts": {}}).json()["opinions"]
