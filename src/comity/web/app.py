"""The pages of a site, by address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from comity.text.source import SourceError
from comity.web import flows, verdict
from comity.web.problem import Problem, wrong
from comity.web.respond import Guarded, answer
from comity.web.site import Site
from comity.web.view import View

LOCAL = ("127.0.0.1", "localhost", "[::1]", "testserver")
"""The names by which this machine is asked; another name in a request is another site that points here."""


def application(site: Site, hosts: Sequence[str] = LOCAL) -> Starlette:
    """The application that answers for a site."""

    def page(template: str, made: Callable[[View, Request], object]) -> Callable[[Request], Response]:
        def respond(request: Request) -> Response:
            view = _view(request)
            return answer(request, view, template, made(view, request))

        return respond

    def all_flows(view: View, _: Request) -> object:
        return flows.flows(site.look(view.on, view.known), view)

    def one(view: View, request: Request) -> object:
        look = site.look(view.on, view.known)
        if request.path_params["movement"] not in look.verdicts:
            raise HTTPException(404)
        return verdict.verdict(look, view, request.path_params["movement"])

    routes = [
        Route("/", page("flows.html", all_flows)),
        Route("/movements/{movement:path}", page("verdict.html", one)),
        Mount("/static", StaticFiles(directory=Path(__file__).parent / "static")),
    ]
    return Starlette(
        routes=routes,
        middleware=[Middleware(Guarded), Middleware(TrustedHostMiddleware, allowed_hosts=[*hosts])],
        exception_handlers={SourceError: _mistaken, HTTPException: _refused},
    )


def _view(request: Request) -> View:
    return View.of(request.url.path, request.query_params, request.headers.get("accept-language", ""))


def _plain(request: Request) -> View:
    """How to say that something is wrong, even with how it was asked."""
    try:
        return _view(request)
    except SourceError:
        return View.of(request.url.path, {}, request.headers.get("accept-language", ""))


async def _mistaken(request: Request, fault: Exception) -> Response:
    """Mistakes in what was asked are the reader's, in what is served the house's: neither has an answer."""
    assert isinstance(fault, SourceError)
    view, asked = _plain(request), all(mistake.place.file in request.query_params for mistake in fault.mistakes)
    status, title = (400, "asked wrongly") if asked else (503, "cannot be read")
    detail = "" if asked else view.text("cannot be read says")
    return answer(request, view, "problem.html", Problem(view.text(title), status, detail, [wrong(m) for m in fault.mistakes]), status)


async def _refused(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, HTTPException)
    view = _plain(request)
    title = view.text("not found") if fault.status_code == 404 else fault.detail
    return answer(request, view, "problem.html", Problem(title, fault.status_code, ""), fault.status_code)
