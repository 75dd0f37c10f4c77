"""A real browser makes a passkey and comes in with it: its authenticator is a virtual one, all else is as people have it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
import yaml
from chromium import Visit
from housed import Housed

from comity.web.app import application
from comity.web.site import Site
from comity.web.who.origin import Origin

DEMO = Path(__file__).parents[3] / "examples/platform/world.yaml"
KEY = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Housed, str]]:
    """A house at an address of this machine, under the one name for which browsers make passkeys without TLS."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        base = f"http://localhost:{listening.getsockname()[1]}"
        housed = Housed(tmp_path_factory.mktemp("accounts"), site := Site(DEMO))
        housed.house.origin = Origin(base, "localhost")
        server = uvicorn.Server(uvicorn.Config(application(site, ("localhost",), housed.house), log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield housed, base
        server.should_exit = True
        thread.join()
        housed.office.close()


def looked_at(visit: Visit, name: str, lang: str) -> None:
    visit.shown(name, lang)
    assert visit.violations() == []
    assert visit.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize(("lang", "wide"), [("en", 1280), ("zh", 320)])
def test_a_passkey_is_made_and_lets_its_holder_in(browser: Any, here: tuple[Housed, str], lang: str, wide: int) -> None:
    housed, base = here
    name = housed.account("kite_us", "read")
    housed.office.labels.put(name, "Ann")
    visit = Visit(browser, base, viewport={"width": wide, "height": 800})
    devices = visit.context.new_cdp_session(visit.page)
    devices.send("WebAuthn.enable")
    device = devices.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})["authenticatorId"]

    invitation = housed.invitation(name)
    visit.go(f"/enrol?lang={lang}#{invitation}")
    assert visit.page.evaluate("location.hash") == ""
    looked_at(visit, "enrol", lang)
    visit.page.click("#passkey button")
    visit.page.wait_for_url("**/sign-in*")
    (held,) = devices.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]
    assert (held["rpId"], held["isResidentCredential"], held["userName"]) == ("localhost", True, "Ann")

    visit.go(f"/movements/engineers-in-beijing-open-american-logs?lang={lang}")
    assert "/sign-in?to=" in visit.page.url
    visit.go(f"/sign-in?lang={lang}&to=/account%3Flang={lang}")
    looked_at(visit, "sign-in", lang)
    visit.page.keyboard.press("Tab")
    visit.page.focus("#passkey button")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url(f"{base}/account?lang={lang}")
    assert visit.page.locator("h1").inner_text() == "Ann"
    looked_at(visit, "account", lang)
    (cookie,) = visit.context.cookies()
    assert (cookie["name"], cookie["httpOnly"], cookie["secure"], cookie["sameSite"]) == ("__Host-session", True, True, "Strict")
    assert visit.page.evaluate("document.cookie") == ""

    visit.go("/")
    ends = [(one.get("exporter"), one.get("importer")) for one in yaml.safe_load(DEMO.read_text(encoding="utf-8"))["movements"].values()]
    assert visit.page.locator("table.flows tbody tr").count() == sum("kite_us" in one for one in ends) < len(ends)
    visit.go(f"/account?lang={lang}")
    visit.page.click("button[value=here]")
    visit.page.wait_for_url(f"{base}/sign-in")
    visit.go("/")
    assert "/sign-in?to=%2F" in visit.page.url
    assert visit.elsewhere == []
    assert visit.told == []
    visit.close()


def test_without_a_passkey_a_browser_says_so(browser: Any, here: tuple[Housed, str]) -> None:
    visit = Visit(browser, here[1])
    devices = visit.context.new_cdp_session(visit.page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": {**KEY, "isUserVerified": False}})
    visit.go("/enrol?lang=en#nothing")
    visit.page.click("#passkey button")
    visit.page.wait_for_function("document.getElementById('said').textContent")
    assert visit.page.inner_text("#said") == "This does not let you in. Whoever keeps the accounts can invite you anew."
    assert all("status of 401" in one for one in visit.told)
    visit.close()
    plain = Visit(browser, here[1], java_script_enabled=False)
    plain.go("/sign-in?lang=en")
    assert "asked for by a script" in plain.page.inner_text("main")
    plain.close()
