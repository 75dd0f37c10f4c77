"""What a party sees: the movements in which it takes part, and no word of others; and exchange the two parties, and all of it is the mirror image."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pypdf
import pytest
from housed import JSON, ORIGIN, Housed
from httpx2 import Response
from starlette.testclient import TestClient

from comity.cli.serve import strangers
from comity.ledger.definition import Asked, Definition
from comity.ledger.digests import Digests
from comity.ledger.entry import instant
from comity.ledger.ledger import Ledger, stored
from comity.ledger.note import Signer
from comity.ledger.said import Said
from comity.text.source import Mistake, Place, SourceError
from comity.web import app
from comity.web.site import Site
from comity.web.who.door import route
from comity.web.who.rights import NEEDS

RIGHTS = ("read", "ask")
WORLD = """
world: w
parties:
  north: {organised_in: [QM]}
  south: {organised_in: [QN]}
  third: {organised_in: [QO]}
movements:
  it-leads-to: {about: of north, exporter: north, importer: south, origin: QM, destination: QN, on: 2026-11-01}
  it-leads-by: {about: of south, exporter: south, importer: north, origin: QN, destination: QM, on: 2026-11-02}
  north-out: {about: of one, exporter: north, importer: third, origin: QM, destination: QO, on: 2026-11-03}
  south-out: {about: of one, exporter: south, importer: third, origin: QN, destination: QO, on: 2026-11-03}
  it-is-nobodys: {about: of nobody, importer_role: controller, origin: QM, destination: QO, on: 2026-11-04}
"""
PAIRS = {"north": "south", "it-leads-to": "it-leads-by", "north-out": "south-out", "QM": "QN", "2026-11-01": "2026-11-02"}
EXCHANGED = PAIRS | {other: one for one, other in PAIRS.items()}
LIGHT = [
    "/", "/?outcome=open", "/register", "/register.csv", "/register.xlsx", "/register.json",
    "/counts", "/runs", "/health", "/docket", "/account", "/settlement", "/plan",
    "/settlement.svg", "/metrics", "/sign-out", "/docket/m/packs",
    "/movements/south-out", "/movements/north-out", "/movements/it-is-nobodys/packs", "/movements/nothing", "/movements/it-leads-to/ask",
    "/movements/it-leads-to/if", "/ways/it-is-nobodys",
    "/movements/north-out/beside?other=south-out",
    *(f"/runs/{entry}{more}" for entry in range(1, 8) for more in ("", "/proof", "/manifest")),
]  # fmt: skip
HEAVY = [
    "/changes", "/movements/it-leads-to", "/movements/it-leads-by/beside", "/movements/it-leads-to/beside?other=it-leads-by",
    "/movements/it-leads-by/packs", "/movements/north-out/packs/us.dsp/annual-report.json", "/register/packs/us.dsp/annual-report.json?movement=north-out",
    "/register.pdf", "/ways/it-leads-to", "/ways/north-out",
]  # fmt: skip
"""Pages on which all laws are asked at length."""
ALIKE = [
    "/law", "/law/us.padfa", "/law/us.padfa/bulk", "/law/us.padfa/changes", "/law/compare?a=us.padfa&b=us.pafaca", "/docket/m", "/proof", "/openapi.json",
    "/world.schema.json", "/ask", "/ask/questions", "/answers.yaml",
]  # fmt: skip
"""Pages that are the same for all."""
SENT = {"/verdicts": {"movements": {"t": {"origin": "QM"}}}, "/opinions": {"facts": {"origin": "QM"}}, "/opinions/stream": {"facts": {"origin": "QM"}}}
"""What is judged is what the reader sends."""


def exchanged(text: str) -> str:
    """The same with the parties exchanged, and their places and movements with them."""
    return re.sub("|".join(sorted(EXCHANGED, key=len, reverse=True)), lambda found: EXCHANGED[found[0]], text)


def served(folder: Path, *, mirrored: bool) -> Housed:
    """A site of this world, or of the one in which the parties are exchanged, with a ledger in which each has run something."""
    said = exchanged if mirrored else str
    folder.mkdir()
    (folder / "world.yaml").write_text(said(WORLD), encoding="utf-8")
    day = dt.date(2026, 11, 3).toordinal()
    at = dt.datetime(2026, 11, 3, 12, tzinfo=dt.UTC)
    signer = Signer("comity.test/log", bytes(range(32)))
    (folder / "ledger").mkdir()
    with Ledger.create(folder / "ledger/log.sqlite", signer=signer, now=lambda: at) as ledger:
        ledger.adopt({}, [Definition("xx/sent", "person", ("always", 0), 100)])
        for party, movement in (("north", "it-leads-to"), ("south", "it-leads-by"), ("north", "north-out"), ("south", "south-out")):
            asked = [Asked("xx/sent", (said(party),), day, Digests.of(np.array([[0, number] for number in range(7)], dtype=np.uint64)))]
            ledger.reserve(said(movement), asked, at + dt.timedelta(hours=1), {"movement": said(movement), "day": day}, {})
            manifest = json.dumps({"odrl:permission": [], "stays": [], "movement": said(movement)}).encode()
            (folder / f"ledger/{movement}.manifest.json").write_bytes(manifest)
            ledger.commit(said(movement), {"rows": 3, "manifest": sha256(manifest).hexdigest()})
    return Housed(folder / "accounts", Site(folder / "world.yaml", docket=str(folder / "ledger")))


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Housed, Housed]]:
    folder = tmp_path_factory.mktemp("sides")
    made = served(folder / "plain", mirrored=False), served(folder / "mirrored", mirrored=True)
    yield made
    for one in made:
        one.office.close()


def program(housed: Housed, party: str, *rights: str) -> TestClient:
    """A program of a party."""
    said = housed.token(housed.account(party, *rights), *rights)
    return TestClient(housed.app, base_url=ORIGIN, headers={**JSON, **said}, raise_server_exceptions=False)


def names(found: Any) -> list[str]:
    return [one["movement"] for one in found.json()["flows"]]


def test_a_party_sees_the_movements_in_which_it_takes_part(sides: tuple[Housed, Housed]) -> None:
    north, third = program(sides[0], "north", "read"), program(sides[0], "third", "read")
    assert names(north.get("/")) == ["it-leads-to", "it-leads-by", "north-out"]
    assert names(third.get("/")) == ["north-out", "south-out"]
    assert names(program(sides[0], "", "read").get("/")) == []
    assert names(program(sides[0], "nobody-here", "read").get("/")) == []
    assert names(program(sides[0], "third", "read", "all").get("/")) == ["it-leads-to", "it-leads-by", "north-out", "south-out", "it-is-nobodys"]


def told_to(third: TestClient, addresses: list[str]) -> None:
    for address in addresses:
        told = third.get(address)
        assert told.status_code < 500
        assert not re.search("it-(leads|is)", told.text), address


def test_of_the_movements_of_others_a_party_is_told_nothing(sides: tuple[Housed, Housed]) -> None:
    """Neither by any page nor by whether there is one: what is another's is answered as what is not there."""
    third = program(sides[0], "third", *RIGHTS)
    told_to(third, [one for one in LIGHT if "/movements/north-out" not in one])
    absent = third.get("/movements/nothing")
    for name in ("it-leads-to", "it-leads-by", "it-is-nobodys"):
        for form in ("/movements/{}", "/movements/{}/beside", "/movements/{}/packs", "/movements/{}/packs/us.dsp/report.json", "/ways/{}"):
            told = third.get(form.format(name))
            assert (told.status_code, told.content) == (404, absent.content)
    (refused,) = third.get("/movements/north-out/beside?other=it-leads-to").json()["mistakes"]
    assert refused["what"] == "there is no movement 'it-leads-to' here"
    assert "it-" not in refused["suggestion"]


@pytest.mark.slow
def test_of_the_movements_of_others_no_long_page_tells(sides: tuple[Housed, Housed]) -> None:
    told_to(program(sides[0], "third", *RIGHTS), ["/changes", *(f"{one}{more}" for one in ("/movements/north-out",) for more in ("", "/beside", "/packs"))])


def test_a_party_that_the_world_does_not_name_is_told_of(sides: tuple[Housed, Housed]) -> None:
    before = list(strangers(sides[1].house, ["north", "south", "third"]))
    name = sides[1].account("nroth", "read")
    assert list(strangers(sides[1].house, ["north", "south", "third"])) == [
        *before,
        f"the account {name} is of 'nroth', which the world does not name (did you mean 'north'?)",
    ]


def test_runs_and_counts_are_of_ones_own_movements(sides: tuple[Housed, Housed]) -> None:
    north, whole = program(sides[0], "north", "read"), program(sides[0], "", "read", "all")
    assert [one["movement"] for one in whole.get("/runs").json()["runs"]] == ["south-out", "north-out", "it-leads-by", "it-leads-to"]
    runs = {one["movement"]: one["entry"] for one in whole.get("/runs").json()["runs"]}
    assert [one["movement"] for one in north.get("/runs").json()["runs"]] == ["north-out", "it-leads-by", "it-leads-to"]
    for more in ("", "/proof", "/manifest"):
        assert north.get(f"/runs/{runs['it-leads-by']}{more}").status_code == 200
        assert north.get(f"/runs/{runs['south-out']}{more}").status_code == 404
        assert whole.get(f"/runs/{runs['south-out']}{more}").status_code == 200
    assert north.get("/runs/0/proof").status_code == north.get("/runs/1/proof").status_code == 404  # the key, and an adoption: no runs
    gauges = {tuple(own for _, own in one["key"]): one for one in whole.get("/counts").json()["gauges"]}
    assert gauges.keys() == {("north",), ("south",)}
    (gauge,) = north.get("/counts").json()["gauges"]
    assert [own for _, own in gauge["key"]] == ["north"]
    assert {use["movement"] for use in gauge["uses"]} == {"it-leads-to", "north-out"}


def test_what_a_run_says_of_itself_is_told_to_its_parties(sides: tuple[Housed, Housed]) -> None:
    north, whole = program(sides[0], "north", "read"), program(sides[0], "", "read", "all")
    store = stored(sides[0].office.home.folder.parent / "ledger/log.sqlite")
    for movement in ("north-out", "south-out"):
        store.say(movement, str(Said(f"{movement} early", movement, "customers", 1, "read", 5, 0, instant(dt.datetime.now(dt.UTC)))))
    told = [[one["movement"] for one in who.get("/runs").json()["runs"] if one["far"]] for who in (north, whole)]
    for movement in ("north-out", "south-out"):
        store.unsay(movement)
    store.close()
    assert (told[0], sorted(told[1])) == (["north-out"], ["north-out", "south-out"])


@pytest.mark.parametrize("address", ["/", "/?world.yaml=1", "/register.csv?body=1&world.yaml=1"])
def test_what_is_wrong_with_the_house_is_told_to_the_house(sides: tuple[Housed, Housed], monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Whatever a reader calls what stands in an address: a file is none of it."""
    north, whole = program(sides[0], "north", "read"), program(sides[0], "", "read", "all")

    def wrong(*_: object) -> Any:
        raise SourceError([Mistake(Place("world.yaml", 3, 1), "there is no party 'secret'")])

    monkeypatch.setattr(Site, "look", wrong)
    assert [(one.get(address).status_code, len(one.get(address).json()["mistakes"])) for one in (north, whole)] == [(503, 0), (503, 1)]


@pytest.mark.slow
def test_a_party_that_takes_part_for_a_time_sees_no_other_time(sides: tuple[Housed, Housed], tmp_path: Path) -> None:
    then, now = "{is: north, until: 2026-06-01}", "{is: south, from: 2026-06-01}"
    (tmp_path / "world.yaml").write_text(
        "parties: {north: {organised_in: [QM]}, south: {organised_in: [QN]}}\n"
        f"movements: {{goes: {{exporter: [{then}, {now}], origin: QM, destination: QN, from: 2026-05-31, until: 2026-06-02}}}}\n",
        encoding="utf-8",
    )
    served = app.application(Site(tmp_path / "world.yaml"), ("comity.example",), sides[0].house)
    north, south = (TestClient(served, base_url=ORIGIN, headers=program(sides[0], party, "read").headers) for party in ("north", "south"))
    codes = [[one.get(f"/movements/goes?on={day}").status_code for day in ("2026-05-31", "2026-06-01")] for one in (north, south)]
    assert codes == [[200, 404], [404, 200]]
    assert [one.get("/changes?from=2026-05-31&to=2026-06-01").json()["classes"] for one in (north, south)] == [[], []]
    assert [one.get("/movements/goes/beside?other_on=2026-05-31").status_code for one in (north, south)] == [200, 400]


DIGESTS = re.compile(r"\b[0-9a-f]{16,64}\b|[0-9A-Za-z+/]{43}=")
TERMS = re.compile(r"due \d{4}-\d\d-\d\d")
"""On which day a term ends hangs on the day from which it runs: exchanged, it is not the other's."""


def plain(text: str) -> Any:
    """What is told, in whatever order names put it, without what is made from names by hashing."""
    try:
        found = json.loads(text)
    except ValueError:
        return sorted(map(alike, text.splitlines()), key=repr)
    return alike(found)


def alike(found: Any) -> Any:
    match found:
        case Mapping():
            counted = ("day", "until") if "clock" in found else ()  # as TERMS says; what is cheapest hangs on the time there is, and its own page tells it
            return {name: alike(value) for name, value in found.items() if name not in ("record", "passes", "cheapest", *counted)}
        case list():
            return sorted((alike(one) for one in found), key=repr)
        case str():
            return sorted(re.findall(r"[\w-]+", TERMS.sub("", DIGESTS.sub("", found))))  # places and parties are told in the order of their names
        case _:
            return found


def said(answer: Response) -> str:
    """What an answer tells, as text; of a workbook, what its cells hold; of a document, its pages."""
    if answer.content.startswith(b"%PDF"):
        return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
    if not answer.content.startswith(b"PK"):
        return answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        return book.read("xl/sharedStrings.xml").decode()


def mirrored(sides: tuple[Housed, Housed], addresses: list[str]) -> None:
    one, other = program(sides[0], "north", *RIGHTS), program(sides[1], "south", *RIGHTS)
    for address in addresses:
        here, there = one.get(address), other.get(exchanged(address))
        assert here.status_code == there.status_code < 500, address
        if here.status_code < 400 and not address.endswith("/proof"):
            assert plain(exchanged(said(here))) == plain(said(there)), address


def test_no_address_is_forgotten_where_parties_are_exchanged(sides: tuple[Housed, Housed]) -> None:
    routes = sides[0].app.routes
    there = {route(routes, {"type": "http", "path": one.partition("?")[0], "method": "GET", "root_path": ""}) for one in (*LIGHT, *HEAVY, *ALIKE, *SENT)}
    assert there == NEEDS.keys()


@pytest.mark.slow
def test_what_is_the_same_for_all_is_so_byte_for_byte(sides: tuple[Housed, Housed]) -> None:
    north, *others = (program(sides[0], party, *rights) for party, rights in (("north", RIGHTS), ("third", RIGHTS), ("", (*RIGHTS, "all"))))
    for address in ALIKE:
        told = north.get(address)
        assert told.status_code < 500
        assert [(one.status_code, one.content) for one in (other.get(address) for other in others)] == [(told.status_code, told.content)] * 2, address
    for address, sent in SENT.items():
        media = "application/x-ndjson" if "stream" in address else "application/json"
        told, *more = (one.post(address, content=json.dumps(sent).encode(), headers={"content-type": media}) for one in (north, *others))
        assert told.status_code == 200
        assert [one.content for one in more] == [told.content] * 2, address


def test_exchange_the_parties_and_it_is_the_mirror_image(sides: tuple[Housed, Housed]) -> None:
    mirrored(sides, LIGHT)


@pytest.mark.slow
def test_exchange_the_parties_and_long_pages_are_the_mirror_image(sides: tuple[Housed, Housed]) -> None:
    mirrored(sides, HEAVY)
