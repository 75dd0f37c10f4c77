"""What a site does not let happen: each a way in which somebody could try."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from chromium import serving
from starlette.testclient import TestClient

from comity.web import app
from comity.web.app import PAGES, application
from comity.web.site import Site

DEMO = Path(__file__).parents[2] / "examples/platform/world.yaml"
JSON = {"accept": "application/json"}


@pytest.fixture(scope="module")
def site() -> TestClient:
    return TestClient(application(Site(DEMO)), raise_server_exceptions=False)


def filled(path: str) -> str:
    """The address of a page that is there."""
    names = {"movement:path": "payouts-to-european-creators", "regime": "us.padfa", "path:path": "data", "matter": "m", "entry:int": "1"}
    for name, value in names.items():
        path = path.replace(f"{{{name}}}", value)
    return path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE"])
def test_a_page_can_only_be_looked_at(site: TestClient, page: Any, method: str) -> None:
    found = site.request(method, filled(page.path), headers=JSON)
    if page.sent and method == "POST":
        assert found.status_code == 415  # it takes forms, and this is none
    else:
        assert found.status_code == 405
        assert set(found.headers["allow"].split(", ")) == {"GET", "HEAD"} | ({"POST"} if page.sent else set())


@pytest.mark.parametrize("address", ["/verdicts", "/opinions"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_question_can_only_be_asked(site: TestClient, address: str, method: str) -> None:
    assert site.request(method, address, headers=JSON).status_code == 405


@pytest.mark.parametrize("origin", ["cross-site", "same-site", "nonsense"])
def test_another_site_cannot_ask_in_somebodys_name(site: TestClient, origin: str) -> None:
    assert site.post("/opinions", json={"facts": {}}, headers={"sec-fetch-site": origin}).status_code == 403
    assert site.post("/opinions", json={"facts": {}}, headers={"sec-fetch-site": "same-origin"}).status_code == 200
    assert site.post("/ask", data={"do": "begin"}, headers={"sec-fetch-site": origin}).status_code == 403


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "", "[::1].evil.example"])
def test_a_name_that_points_here_is_not_this_site(site: TestClient, host: str) -> None:
    assert site.get("/", headers={"host": host}).status_code == 400


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "application/jsonx", "text/html"])
def test_a_form_of_another_site_is_not_a_question(site: TestClient, kind: str) -> None:
    """What a page elsewhere can send without asking first is never taken."""
    assert site.post("/verdicts", content=b"movements: {t: {}}", headers={"content-type": kind}).status_code == 415


@pytest.mark.parametrize(
    "body",
    [
        b"a: &a [x]\nb: *a\n",
        b"a: &a [" + b"x," * 20 + b"]\n" + b"".join(b"b%d: [*a,*a]\n" % i for i in range(20)),
        b"[" * 50_000,
        b"{" * 50_000,
        b"? " * 20_000,
        b"movements: {t: {exporter: " + b"x" * 1_000_000 + b"}}",
        b"!!python/object/apply:os.system [id]",
        b"\x00",
        "movements: {\u202e: {}}".encode(),
    ],
    ids=["anchors", "a bomb of anchors", "deep lists", "deep mappings", "deep keys", "a long name", "a tag that runs", "a zero", "text turned round"],
)
def test_a_world_that_means_harm_is_answered_as_a_world(site: TestClient, body: bytes) -> None:
    found = site.post("/verdicts", content=body, headers={"content-type": "application/yaml"})
    assert found.status_code in (200, 400)
    assert "Traceback" not in found.text


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"facts": ' * 10_000, b'{"facts": {"a": 1e999}}', b'{"facts": {"on": "9999999-01-01"}}', b'{"facts": {"": []}}']
)
def test_facts_that_mean_harm_are_said_to_be_wrong(site: TestClient, body: bytes) -> None:
    found = site.post("/opinions", content=body, headers={"content-type": "application/json"})
    assert found.status_code == 400
    assert "Traceback" not in found.text


@pytest.mark.parametrize("name", ["..", "../../etc/passwd", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "....//", "\\..\\", "%00", "page.css%00.html", "%5c..%5c"])
def test_no_path_leads_out(site: TestClient, name: str) -> None:
    for room in ("static", "law", "movements", "docket", "runs"):
        found = site.get(f"/{room}/{name}")
        assert found.status_code in (400, 404) or "root:" not in found.text


@pytest.mark.parametrize("path", ["//evil.example", "///evil.example/", "/%09/evil.example", "/%0d%0a/evil.example", "/%5cevil.example", "/%5C%5Cevil.example"])
def test_no_page_leads_to_another_site(site: TestClient, path: str) -> None:
    """Not even that of what is not there, which leads to itself in other languages."""
    found = site.get(f"http://testserver{path}", headers={"accept": "text/html"})
    assert found.status_code == 404
    led = re.findall(r'(?:href|action|src)="([^"]*)"', found.text)
    assert any("evil.example" in one for one in led)
    assert [one for one in led if not re.match(r"/(?![/\\])|#", one)] == []


def test_a_header_cannot_be_split(site: TestClient) -> None:
    found = site.get("/?lang=en%0d%0aset-cookie:%20a=b&on=%0d%0a")
    assert "set-cookie" not in found.headers
    assert found.status_code == 400


def test_a_fault_of_the_house_is_no_answer_and_tells_nothing(monkeypatch: pytest.MonkeyPatch, site: TestClient) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a secret of the house")

    monkeypatch.setattr(Site, "look", fail)
    found = site.get("/", headers=JSON)
    assert found.status_code == 500
    assert "secret" not in found.text
    assert "hold" in found.json()["detail"]


def test_what_dribbles_in_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "PATIENCE", 0.0)  # no time at all: the test waits for nothing

    async def ask() -> int:
        sent: list[dict[str, Any]] = []
        hold = asyncio.Event()
        scope = {"type": "http", "method": "POST", "path": "/verdicts", "raw_path": b"/verdicts", "query_string": b"", "root_path": "", "scheme": "http"}
        scope |= {
            "http_version": "1.1",
            "server": ("localhost", 80),
            "client": None,
            "headers": [(b"host", b"localhost"), (b"content-type", b"application/yaml")],
        }

        async def receive() -> dict[str, Any]:
            await hold.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message)

        await application(Site(DEMO))(scope, receive, send)  # type: ignore[arg-type]
        return int(sent[0]["status"])

    with ThreadPoolExecutor(1) as elsewhere:  # a browser of another test may have a loop running here
        assert elsewhere.submit(asyncio.run, ask()).result() == 408


def test_the_server_tells_nothing_of_itself() -> None:
    with serving(application(Site(DEMO))) as base, socket.create_connection(("127.0.0.1", int(base.rpartition(":")[2]))) as line:
        line.sendall(b"GET /static/page.css HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
        head = b"".join(iter(lambda: line.recv(65_536), b"")).partition(b"\r\n\r\n")[0].lower()
    assert b"default-src 'none'" in head
    assert b"python" not in head


def test_the_page_that_checks_proofs_keeps_its_own_policy(site: TestClient) -> None:
    policy = site.get("/proof").headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "'self'" not in policy


def test_what_is_there_waits_for_nothing_that_is_worked_out() -> None:
    site = Site(DEMO)
    there, got = site.look(), list[object]()
    asks = threading.Thread(target=lambda: got.append(site.look()), daemon=True)
    with site._work:
        asks.start()
        asks.join(20)
        assert got == [there]


def test_health_fails_where_the_world_cannot_be_read(tmp_path: Path) -> None:
    world = tmp_path / "w.yaml"
    world.write_text("world: w\nmovements: {t: {}}\n", encoding="utf-8")
    site = TestClient(application(Site(world)), headers=JSON)
    assert site.get("/health").json() == {"movements": 1, "laws": 12, "entries": -1}
    world.write_text("movements: [", encoding="utf-8")
    assert site.get("/health").status_code == 503


def test_what_is_counted_names_nobody(site: TestClient) -> None:
    for address in ("/", "/movements/payouts-to-european-creators", "/movements/a-secret-name", "/a-secret-address", "/?on=tomorrow"):
        site.get(address, headers=JSON)
    told = site.get("/metrics").text
    assert 'comity_flows{outcome="0"} 2.0' in told
    assert "comity_world_readable 1.0" in told
    assert 'comity_request_seconds_count{method="GET",route="/movements/{movement:path}",status="404"}' in told
    assert "secret" not in told
    assert "payouts" not in told
