"""The door: every request passes it before any page is made, and what no table opens stays shut."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
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


class Door:
    """Lets through whoever may have what they ask for. `told`: how a refusal is answered."""

    def __init__(self, app: ASGIApp, house: House, routes: Sequence[BaseRoute], told: Callable[[Request, Exception], Awaitable[Response]]) -> None:
        self.app, self.house, self.routes, self.told = app, house, routes, told

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
        request.scope[WHO] = who
        return None

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
