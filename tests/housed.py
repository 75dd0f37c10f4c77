"""A site that lets people in, for tests: its accounts, a clock that stands still until it is moved, and browsers and programs that come to it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from secrets import token_hex
from typing import Any

from authenticator import Authenticator
from starlette.testclient import TestClient

from comity.edge import accounts
from comity.edge.accounts import BEGINS, Office, begun, digest, secret
from comity.web.app import application
from comity.web.site import Site
from comity.web.who.house import House
from comity.web.who.origin import Origin

ORIGIN = "https://comity.example"
JSON = {"accept": "application/json"}
SAME = {"sec-fetch-site": "same-origin", "origin": ORIGIN}


class Housed:
    """A house and its site. `passed`: seconds that have passed since it was opened."""

    def __init__(self, folder: Path, site: Site) -> None:
        begun(folder)
        self.passed = 0.0
        self.office = Office(folder)
        self.house = House(self.office, Origin(ORIGIN, "comity.example"), clock=lambda: self.passed, now=self.now)
        self.app = application(site, ("comity.example",), self.house)

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC) + dt.timedelta(seconds=self.passed)

    def account(self, party: str = "", *rights: str) -> str:
        """A new account."""
        name = token_hex(8)
        self.office.put(name, "made", party=party, rights=sorted(rights))
        return name

    def until(self) -> str:
        return (self.now() + dt.timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%SZ")

    def invitation(self, name: str) -> str:
        """An invitation for an account."""
        said = secret()
        self.office.put(name, "invited", invitation=digest(said), until=self.until())
        return said

    def token(self, name: str, *scopes: str) -> dict[str, str]:
        """A token of an account, as a program sends it."""
        said = BEGINS + accounts.secret()
        self.office.put(name, "token", token=digest(said), scopes=sorted(scopes), until=self.until())
        return {"authorization": f"Bearer {said}"}

    def browser(self, address: str = "192.0.2.1", **headers: str) -> TestClient:
        """A browser of somebody who has not signed in."""
        return TestClient(self.app, base_url=ORIGIN, headers={**SAME, **headers}, client=(address, 50_000), follow_redirects=False)

    def passkey(self, name: str) -> Authenticator:
        """A passkey of an account, made as people make them."""
        made, invitation, browser = Authenticator(ORIGIN, "comity.example"), self.invitation(name), self.browser("198.51.100.1", **JSON)
        asked = browser.post("/enrol/options", json={"invitation": invitation}).json()
        assert browser.post("/enrol", json={"invitation": invitation, "credential": made.create(asked)}).status_code == 200
        return made

    def signed_in(self, name: str, passkey: Authenticator | None = None) -> TestClient:
        """A browser of somebody who has."""
        browser = self.browser(**JSON)
        assert sign_in(browser, passkey or self.passkey(name)).status_code == 200
        return browser


def asked(browser: TestClient) -> dict[str, Any]:
    """What a site asks of whoever comes."""
    found: dict[str, Any] = browser.post("/sign-in/options", json={}).json()
    return found


def sign_in(browser: TestClient, passkey: Authenticator, **more: str) -> Any:
    """Comes in with a passkey."""
    return browser.post("/sign-in", json={"credential": passkey.get(asked(browser)), **more})
