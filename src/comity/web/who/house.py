"""The house that lets people in: its accounts, who has signed in, and what it remembers of those who tried."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from comity.accounts.account import PASSKEY, TOKEN
from comity.accounts.labels import LabelsError
from comity.edge.accounts import BEGINS, Office, digest
from comity.edge.home import now
from comity.ledger.entry import instant
from comity.web.site import Site
from comity.web.view import ANEW
from comity.web.who.attempts import Attempts, place
from comity.web.who.challenges import Challenges
from comity.web.who.origin import Origin
from comity.web.who.rights import WHO, Who
from comity.web.who.sessions import Sessions

COOKIE: Final = "__Host-session"
"""A name that browsers take only with TLS, from this host alone, for all of it."""


@dataclass
class House:
    """Who may come in, and who is in. `clock`: seconds that only go on; `now`: the time of day."""

    office: Office
    origin: Origin
    clock: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = now
    sessions: Sessions = field(init=False)
    attempts: Attempts = field(init=False)
    challenges: Challenges = field(init=False)

    def __post_init__(self) -> None:
        self.sessions, self.attempts, self.challenges = Sessions(self.clock), Attempts(self.clock), Challenges(self.clock)

    @property
    def at(self) -> str:
        """The time of day, as entries write it."""
        return instant(self.now())

    def who(self, request: Request) -> Who | None:
        """Whoever asks: by a token if there is one, else by the session of their browser. Raises HTTPException, and HoldError where accounts do not hold."""
        told = request.headers.getlist("authorization")
        return self._program(request, told) if told else self._reader(request)

    def _program(self, request: Request, told: list[str]) -> Who:
        kind, _, said = told[0].partition(" ")
        accounts, known = self.office.book.now(), digest(said.strip())
        if len(told) > 1 or kind.lower() != "bearer" or not said.startswith(BEGINS):
            raise HTTPException(401, "write one token: Authorization: Bearer TOKEN", {"WWW-Authenticate": "Bearer"})
        if known not in accounts.of:  # one that is over or revoked is no guess
            self.attempt(whence(request))
        account = accounts.by(TOKEN, known, self.at)
        if account is None:
            raise HTTPException(401, "this token lets nobody in", {"WWW-Authenticate": 'Bearer error="invalid_token"'})
        return Who(account, "", account.rights & account.passes[known].scopes, session=False)

    def _reader(self, request: Request) -> Who | None:
        session = self.sessions.find(said := cookie(request))
        if session and ANEW not in request.query_params:  # a page that loads itself anew does not say that anybody is there
            self.sessions.heard(said)
        account = self.office.book.now().by(PASSKEY, session.passkey, self.at) if session else None
        if session is None or account is None or account.name != session.account:
            return None
        return Who(account, self.label(account.name), account.rights, session=True)

    def label(self, name: str) -> str:
        """What an account is called at home; its name, where nobody says."""
        try:
            return self.office.labels.read().get(name, name)
        except (OSError, LabelsError):
            return name

    def attempt(self, who: str) -> None:
        """Counts an attempt, for as long as nothing says that it let somebody in. Raises HTTPException where it must wait."""
        if wait := self.attempts.begin(who):
            raise HTTPException(429, headers={"Retry-After": str(wait)})

    def seen(self, site: Site) -> Callable[[Request], Site]:
        """From a request to the site as whoever asks may see it. A request that nobody has looked at sees nothing."""

        def look(request: Request) -> Site:
            who: Who = request.scope[WHO]
            return site.seen(who.sees)

        return look


def whence(request: Request) -> str:
    """Where a request comes from, as failures are counted."""
    return f"from {place(request.client.host if request.client else '')}"


def cookie(request: Request) -> str:
    """What the browser says of its session; nothing where it says nothing, or two things."""
    found: list[str] = []
    for header in request.headers.getlist("cookie"):
        for part in header.split(";"):
            name, _, value = part.strip().partition("=")
            found += [value] if name == COOKIE else []
    return found[0] if len(found) == 1 else ""


def carry(response: Response, said: str) -> None:
    """Lets a browser keep its session, for as long as it is open; with nothing to say, lets it forget."""
    response.set_cookie(COOKIE, said, path="/", secure=True, httponly=True, samesite="strict", max_age=None if said else 0)
