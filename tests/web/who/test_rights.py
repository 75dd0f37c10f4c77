"""Who may do what: every address that is served against everybody who may come; what no table opens is shut."""

import ast
import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from housed import JSON, ORIGIN, SAME, Housed
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

import comity
from comity.web import app
from comity.web.site import Site
from comity.web.who.door import AT_ONCE, Door
from comity.web.who.rights import NEEDS, OPEN

DEMO = Path(__file__).parents[3] / "examples/platform/world.yaml"
SOURCES = Path(comity.__file__).parent

COMES = {
    "nobody": None,
    "observer": ("", "read"),
    "party": ("kite_us", "read", "ask"),
    "house": ("", "read", "ask", "all"),
    "watch": ("", "watch"),
    "nothing": ("kite_us",),
}
"""Accounts: the party, and the rights."""
LOOK, SEND, WHOLE = "observer party house", "party house", "house"
TABLE = {
    **dict.fromkeys(
        [
            "/", "/law", "/law/us.padfa", "/law/us.padfa/data", "/law/us.padfa/changes", "/law/compare", "/changes", "/docket", "/docket/m", "/docket/m/packs",
            "/register", "/register.csv", "/register.xlsx", "/register.pdf", "/register.json", "/register/packs/us.dsp/report.pdf", "/runs/1/manifest",
            "/counts", "/runs", "/runs/1", "/runs/1/proof", "/movements/m", "/movements/m/beside", "/movements/m/packs",
            "/movements/m/packs/us.dsp/report.pdf", "/ways/m", "/proof", "/openapi.json", "/world.schema.json",
        ],
        LOOK,
    ),
    **dict.fromkeys(["/ask", "/ask/questions", "/answers.yaml", "/verdicts", "/opinions", "/opinions/stream"], SEND),
    **dict.fromkeys(["/settlement", "/settlement.svg", "/plan", "/movements/m/ask", "/movements/m/if"], WHOLE),
    "/health": "observer party house watch",
    "/metrics": "watch",
    "/account": "observer party house watch nothing",
    "/sign-out": "nothing",
    **dict.fromkeys(["/sign-in", "/sign-in/options", "/enrol", "/enrol/options", "/static/page.css"], "nobody observer party house watch nothing"),
}  # fmt: skip
"""Of each address, an example and who is let through to it: all by a token but the last, who is in a browser."""


@pytest.fixture(scope="module")
def door(housed: Housed) -> TestClient:
    """The door of the routes that are served, and nothing behind it."""
    stub = PlainTextResponse("within")
    return TestClient(Door(stub, housed.house, housed.app.routes, app._refused), base_url=ORIGIN, headers={**JSON, **SAME})


@pytest.fixture(scope="module")
def come(housed: Housed) -> dict[str, dict[str, str]]:
    """What each says of themselves: those with rights by a token with all of them, who has none by a session."""
    told: dict[str, dict[str, str]] = {}
    for who, account in COMES.items():
        if account is None:
            told[who] = {}
        elif len(account) > 1:
            told[who] = housed.token(housed.account(*account), *account[1:])
        else:
            browser = housed.signed_in(housed.account(*account))
            told[who] = {"cookie": "; ".join(f"{name}={value}" for name, value in browser.cookies.items())}
    return told


def served(housed: Housed) -> set[str]:
    return {route.path for route in housed.app.routes}


def test_every_address_that_is_served_is_in_the_table_and_no_other(housed: Housed) -> None:
    assert NEEDS.keys() | OPEN == served(housed)
    assert not NEEDS.keys() & OPEN
    examples = {path for one in TABLE for path in [matched(housed, one)]}
    assert examples == served(housed)


def matched(housed: Housed, address: str) -> str:
    from comity.web.who.door import route

    found = route(housed.app.routes, {"type": "http", "path": address, "method": "GET", "root_path": "", "headers": []})
    assert found is not None, address
    return found


@pytest.mark.parametrize("who", COMES)
def test_each_is_let_through_to_what_the_table_says(door: TestClient, come: dict[str, dict[str, str]], who: str) -> None:
    wrong = []
    for address, opened in TABLE.items():
        for method in ("GET", "POST"):
            code = door.request(method, address, headers=come[who], follow_redirects=False).status_code
            due = 200 if who in opened.split() else 401 if who == "nobody" else 403
            wrong += [(method, address, code, due)] if code != due else []
    assert wrong == []


def test_exchange_the_parties_and_each_may_what_the_other_may(housed: Housed, door: TestClient) -> None:
    one, other = (housed.token(housed.account(party, "read", "ask"), "read", "ask") for party in ("kite_us", "kite_beijing"))
    assert [door.get(address, headers=one).status_code for address in TABLE] == [door.get(address, headers=other).status_code for address in TABLE]


def test_a_token_does_what_its_scopes_and_its_account_may(housed: Housed, door: TestClient) -> None:
    name = housed.account("kite_us", "read", "ask", "all")
    read, ask, whole = (housed.token(name, *scopes) for scopes in (("read",), ("ask",), ("read", "all")))

    def codes(said: dict[str, str]) -> list[int]:
        return [door.get(one, headers=said).status_code for one in ("/", "/verdicts", "/settlement", "/metrics")]

    assert (codes(read), codes(ask), codes(whole)) == ([200, 403, 403, 403], [403, 200, 403, 403], [200, 403, 200, 403])
    housed.office.put(name, "given", rights=["ask"])
    assert (codes(read), codes(ask), codes(whole)) == ([403] * 4, [403, 200, 403, 403], [403] * 4)
    told = door.get("/", headers=ask)
    assert told.headers["www-authenticate"] == 'Bearer error="insufficient_scope"'


def test_a_token_signs_nobody_out(housed: Housed) -> None:
    name = housed.account("kite_us", "read", "watch")
    browser, program = housed.signed_in(name), TestClient(housed.app, base_url=ORIGIN, headers={**JSON, **housed.token(name, "watch")})
    assert program.post("/sign-out", data={"do": "everywhere"}, follow_redirects=False).status_code == 403
    assert browser.get("/account").status_code == 200


@pytest.mark.parametrize("address", ["/runs/{}", "/runs/{}/proof"])
def test_a_number_that_no_entry_can_have_is_no_address(housed: Housed, address: str) -> None:
    """Python reads no number of so many digits: nobody makes that a fault of the house."""
    known = housed.token(housed.account("", "read"), "read")
    for digits in (19, 5_000):
        told = [housed.browser(**JSON).get(address.format("9" * digits), headers=said) for said in ({}, known)]
        assert [one.status_code for one in told] == [401, 404]


def test_what_is_told_to_one_is_kept_for_nobody_else(housed: Housed) -> None:
    """A proxy that stands before the site keeps what nobody forbids it to."""
    house = housed.browser(**JSON, **housed.token(housed.account("", "read", "ask"), "read", "ask"))
    for address in ("/openapi.json", "/world.schema.json", "/proof", "/runs/1/proof", "/register.csv", "/docket/m", "/nowhere", "/account", "/law/"):
        told = house.get(address).headers["cache-control"]
        assert {"private", "no-store"} & set(told.split(", ")), address


def test_a_request_for_another_name_is_not_led_here(housed: Housed) -> None:
    longer = TestClient(app.application(Site(DEMO), ("www.comity.example",), housed.house), base_url="https://comity.example", follow_redirects=False)
    assert longer.get("/sign-in").status_code == 400


def test_no_account_keeps_others_waiting(housed: Housed) -> None:
    """What one asks at once is bounded, and what was answered makes room."""
    north, south = ([(b"authorization", housed.token(housed.account(party, "read"), "read")["authorization"].encode())] for party in ("north", "south"))

    async def all_at_once() -> None:
        answered = asyncio.Event()

        async def slow(_scope: Any, _receive: Any, send: Any) -> None:
            await answered.wait()
            await PlainTextResponse("within")({"type": "http"}, _receive, send)

        door = Door(slow, housed.house, housed.app.routes, app._refused)

        async def ask(who: list[tuple[bytes, bytes]], path: str = "/law") -> int:
            codes: list[int] = []

            async def send(message: Any) -> None:
                codes.append(message.get("status", 0))

            headers = [*who, (b"host", b"comity.example"), (b"accept", b"application/json")]
            scope = {"type": "http", "method": "GET", "path": path, "root_path": "", "query_string": b"", "headers": headers, "scheme": "https"}
            await door(scope, None, send)  # type: ignore[arg-type]
            return codes[0]

        under_way = [asyncio.create_task(ask(north)) for _ in range(AT_ONCE)]
        await asyncio.sleep(0)
        assert await ask(north) == 429
        more = [asyncio.create_task(ask(south)), asyncio.create_task(ask(north, "/account"))]
        await asyncio.sleep(0)
        answered.set()
        assert [await one for one in (*under_way, *more)] == [200] * (AT_ONCE + 2)
        assert await ask(north) == 200
        assert not door.under_way

    with ThreadPoolExecutor(1) as elsewhere:  # a browser of another test may have a loop running here
        elsewhere.submit(asyncio.run, all_at_once()).result()


def test_a_new_address_that_nobody_gave_a_right_to_is_shut(housed: Housed, come: dict[str, dict[str, str]]) -> None:
    routes = [*housed.app.routes, Route("/new", PlainTextResponse("new"))]
    door = TestClient(Door(PlainTextResponse("within"), housed.house, routes, app._refused), base_url=ORIGIN, headers=JSON)
    assert {door.get("/new", headers=said).status_code for who, said in come.items() if who != "nobody"} == {403}
    assert door.get("/new").status_code == 401


def test_without_signing_in_nothing_of_the_site_is_told(housed: Housed) -> None:
    """The application itself: not even which addresses there are."""
    page, program = housed.browser(accept="text/html"), housed.browser(**JSON)
    for address in [*(one for one, opened in TABLE.items() if "nobody" not in opened), "/nowhere", "/law/"]:
        there = page.get(address)
        assert (there.status_code, there.headers["location"].partition("?")[0]) == (303, "/sign-in"), address
        refused = program.post(address, json={})
        assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer"), address
    assert page.get("/movements/m?on=2026-01-01&lang=zh").headers["location"] == "/sign-in?to=%2Fmovements%2Fm%3Fon%3D2026-01-01%26lang%3Dzh"
    assert page.get("/sign-in").headers["strict-transport-security"]
    assert "payouts" not in page.get("/sign-in").text


def test_a_site_without_accounts_asks_nobody() -> None:
    site = TestClient(app.application(Site(DEMO)), headers=JSON)
    assert [site.get(one).status_code for one in ("/law/us.padfa", "/metrics", "/sign-in", "/account")] == [200, 200, 404, 404]
    assert "security" not in site.get("/openapi.json").json()


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"sec-fetch-site": "none"}, {"sec-fetch-site": ""},
        {"origin": "https://evil.example"}, {"origin": "null"}, {"origin": "http://comity.example"}, {"origin": "https://comity.example:8443"},
        {"sec-fetch-site": "same-origin", "origin": "https://evil.example"}, {"sec-fetch-site": "cross-site", "origin": ORIGIN},
        {"sec-fetch-site": "none", "origin": "null"}, {"sec-fetch-site": "cross-site", "origin": "null"}, {},
    ],
)  # fmt: skip
def test_another_site_asks_nothing_in_somebodys_name(housed: Housed, headers: dict[str, str]) -> None:
    signed_in = housed.signed_in(housed.account("kite_us", "read", "ask"))
    browser = TestClient(housed.app, base_url=ORIGIN, headers={**JSON, **headers}, cookies=signed_in.cookies, follow_redirects=False)
    for address in ("/sign-out", "/opinions", "/ask", "/sign-in", "/enrol/options"):
        assert browser.post(address, json={"facts": {}}).status_code == 403, address
    assert signed_in.get("/account").status_code == 200  # nobody was signed out
    for own in ({"sec-fetch-site": "same-origin", "origin": "null"}, {"origin": ORIGIN}):  # a form of this site, and an old browser
        assert TestClient(housed.app, base_url=ORIGIN, headers={**JSON, **own}, cookies=signed_in.cookies).post("/opinions", json={"facts": {}}).is_success
    assert signed_in.post("/opinions", json={"facts": {}}).status_code == 200


def test_a_program_needs_no_browser_to_speak_for_it(housed: Housed) -> None:
    program = TestClient(housed.app, base_url=ORIGIN, headers={**JSON, **housed.token(housed.account("kite_us", "ask"), "ask")})
    assert program.post("/opinions", json={"facts": {}}).status_code == 200
    assert program.post("/opinions", json={"facts": {}}, headers={"origin": "https://evil.example"}).status_code == 403


def test_the_description_says_how_one_is_known(housed: Housed) -> None:
    book = TestClient(housed.app, base_url=ORIGIN, headers=housed.token(housed.account("", "read"), "read")).get("/openapi.json").json()
    assert book["security"] == [{"token": []}]
    assert book["components"]["securitySchemes"]["token"] == {"type": "http", "scheme": "bearer"}
    assert all({"401", "403", "404", "429"} <= one["responses"].keys() for operations in book["paths"].values() for one in operations.values())


def test_where_accounts_do_not_hold_nobody_is_let_in(housed: Housed, monkeypatch: pytest.MonkeyPatch) -> None:
    from comity.ledger.hold import CorruptError

    said = housed.token(housed.account("", "read"), "read")

    def spoilt() -> Any:
        raise CorruptError("another log lies here")

    monkeypatch.setattr(housed.office.book, "now", spoilt)
    told = housed.browser(**JSON).get("/law", headers=said)
    assert told.status_code == 503
    assert "log" not in told.text


SIGNING = {"Clerk", "clerk", "Private", "private", "Signer", "sealed", "sign"}


def test_no_page_has_what_signs_an_act() -> None:
    """The key of a party is apart from signing in: what serves pages does not even know how an act is signed."""
    for file in (SOURCES / "web").rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        known = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
        called = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        assert not (known | called) & SIGNING, file.name


def test_no_address_takes_a_key(housed: Housed) -> None:
    said = housed.token(housed.account("", "read", "ask", "all"), "read", "ask", "all")
    book = TestClient(housed.app, base_url=ORIGIN, headers=said).get("/openapi.json").json()
    takes = {path for path, operations in book["paths"].items() if "post" in operations}
    assert takes == {"/verdicts", "/opinions", "/opinions/stream", "/ask", "/ask/questions", "/movements/{movement}/ask", "/movements/{movement}/if"}
    assert not any("post" in book["paths"][path] for path in book["paths"] if path.startswith(("/docket", "/runs")))
