"""The door: every request passes it before any page is made, and what no table opens stays shut."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send

from comity.ledger.hold import HoldError
from comity.web.respond import any_view, plain
from comity.web.who.house import House
from comity.web.who.rights import OPEN, SIGN_IN, WHO

LOOKING = ("GET", "HEAD")
"""What changes nothing."""
AT_ONCE: Final = 8
"""What one account may ask at once: more would keep those of others waiting."""
ALWAYS: Final = frozenset({"/account", "/sign-out"})
"""What it may ask beside: nobody is kept from going by whoever else has a session or a token of theirs."""


class Door:
    """Lets through whoever may have what they ask for. `told`: how a refusal is answered."""

    def __init__(self, app: ASGIApp, house: House, routes: Sequence[BaseRoute], told: Callable[[Request, Exception], Awaitable[Response]]) -> None:
        self.app, self.house, self.routes, self.told = app, house, routes, told
        self.under_way = Counter[str]()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "http":
            request = Request(scope)
            try:
                answer = self._refused(request)
            except HTTPException as fault:
                answer = await self.told(request, fault)
            except (HoldError, OSError):
                answer = await self.told(request, HTTPException(503, "the accounts cannot be read: nobody is let in"))
            if answer is not None:
                await answer(scope, receive, send)
                return
        with self._counted(scope):
            await self.app(scope, receive, send)

    def _refused(self, request: Request) -> Response | None:
        """Nothing, where the request may pass. Raises HTTPException, and HoldError where accounts do not hold."""
        path = route(self.routes, request.scope)
        self._own(request)
        if path in OPEN:
            return None
        who = self.house.who(request)
        if who is None:
            if request.method not in LOOKING or plain(request):
                raise HTTPException(401, any_view(request).text("not known says"), {"WWW-Authenticate": "Bearer"})
            to = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse(f"{SIGN_IN}?{urlencode({'to': to})}", 303, {"Cache-Control": "no-store"})
        if path is not None and not who.may(path):
            headers = {} if who.session else {"WWW-Authenticate": 'Bearer error="insufficient_scope"'}
            raise HTTPException(403, any_view(request).text("may not says"), headers)
        if path not in ALWAYS and self.under_way[who.account.name] >= AT_ONCE:
            raise HTTPException(429, headers={"Retry-After": "1"})
        request.scope[WHO] = who
        return None

    @contextmanager
    def _counted(self, scope: Scope) -> Iterator[None]:
        """While it is answered, a request counts as one of its account's."""
        own = [scope[WHO].account.name] if WHO in scope else []
        self.under_way.update(own)
        try:
            yield
        finally:
            self.under_way.subtract(own)
            self.under_way = +self.under_way

    def _own(self, request: Request) -> None:
        """What is sent comes from a page of this site, as browsers tell of every request; or from a program, which has no session that could be used."""
        if request.method in LOOKING:
            return
        site, origin, ours = request.headers.get("sec-fetch-site"), request.headers.get("origin"), self.house.origin.url
        if site is not None:
            own = site == "same-origin" and origin in (None, "null", ours)  # of a form on a page that tells nobody where one came from, a browser says null
        else:
            own = origin == ours if origin is not None else "authorization" in request.headers
        if not own:
            raise HTTPException(403, "another site may not ask in somebody's name")


def route(routes: Sequence[BaseRoute], scope: Scope) -> str | None:
    """The address that a request is for, as the router writes it; none where there is no such thing."""
    matched = [(match, one) for one in routes if (match := one.matches(scope)[0]) is not Match.NONE]
    found = next((one for match, one in matched if match is Match.FULL), matched[0][1] if matched else None)
    return None if found is None else str(getattr(found, "path"))  # noqa: B009 -- a route and a mount have one, what they have in common has none
