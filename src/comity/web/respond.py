"""Answers over HTTP: what a page shows, as HTML or as JSON, whichever is asked for; and what must stand beside every answer."""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from functools import cache as once
from typing import Final, TypeVar

import jinja2
import msgspec
from markupsafe import Markup, escape
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from comity.edge.chosen import NAMES
from comity.filing.register import columns
from comity.text.source import SourceError
from comity.web import traces
from comity.web.choices import strays
from comity.web.flows import outcomes, picture
from comity.web.law import coded
from comity.web.named import listed
from comity.web.page import Choices
from comity.web.paging import links
from comity.web.problem import Problem
from comity.web.run import formed
from comity.web.view import View
from comity.web.who.rights import WHO, may
from comity.words.catalogue import languages, names
from comity.words.notes import Note
from comity.words.words import place

Made = TypeVar("Made")
SIGNS: Final = {"0": "■", "1": "◆", "2": "▲", "3": "●", "open": "○", "": ""}
"""A shape for each outcome: told apart without colour."""
CITED: Final = re.compile(r"[(（](?P<cite>(?:[^()（）]|[(（][^()（）]*[)）])*)[)）](?: \[[^\]]+\])?$")
"""The citation at the end of a sentence."""
HEADERS: Final = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            *(f"{kind}-src 'self'" for kind in ("style", "img", "script", "connect")),
            "form-action 'self'",
            *(f"{name} 'none'" for name in ("base-uri", "frame-ancestors")),
        )
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
GUARDS: Final = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
"""The same, as they are sent."""


def answer(request: Request, view: View, template: str, data: object, status: int = 200) -> Response:
    """What a page shows, as the reader asks for it; nothing is sent twice that the reader still has."""
    with traces.step("lay out"):
        body, media = _written(request, view, template, data)
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Accept, Accept-Language", "Content-Language": view.lang, **links(view, data)}
    if status == 200 and {tag, "*"} & {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}:
        return Response(status_code=304, headers=headers)
    return Response(body, status, headers, media)


def _written(request: Request, view: View, template: str, data: object) -> tuple[bytes, str]:
    """What a page shows, and the media type that it is written in."""
    if plain(request):
        return msgspec.json.encode(data), "application/problem+json" if isinstance(data, Problem) else "application/json"
    who = request.scope.get(WHO)
    return pages().get_template(template).render(view=view, data=data, who=who, may=lambda path: may(who, path)).encode(), "text/html"


def viewed(request: Request) -> View:
    """How somebody looks, as an address and a browser say it. Raises SourceError with every choice that is none."""
    return View.of(_path(request), request.query_params, request.headers.get("accept-language", ""))


def made(request: Request, choices: Choices, make: Callable[[View], Made]) -> tuple[View, Made]:
    """How somebody looks, and what is made of it. Raises SourceError with every choice that is none, whether its form says so or what is there."""
    strayed = strays(choices, request.query_params)
    try:
        view = viewed(request)
        found = make(view)
    except SourceError as fault:
        told = {one.place.file for one in fault.mistakes}
        raise SourceError([*fault.mistakes, *(one for one in strayed if told <= {*request.query_params} and one.place.file not in told)]) from fault
    if strayed:
        raise SourceError(strayed)
    return view, found


def any_view(request: Request) -> View:
    """How to say that something is wrong, even with how it was asked."""
    try:
        return viewed(request)
    except SourceError:
        said = {"lang": lang} if (lang := request.query_params.get("lang")) in languages() else {}
        return View.of(_path(request), said, request.headers.get("accept-language", ""))


def _path(request: Request) -> str:
    """The address that is asked for, as links lead to it: one that begins with two strokes would lead to another site."""
    return "/" + request.url.path.lstrip("/")


def plain(request: Request) -> bool:
    """Is JSON asked for, rather than a page?"""
    if told := request.query_params.get("as"):
        return told == "json"
    accepted = request.headers.get("accept", "")
    return "json" in accepted and "text/html" not in accepted


@once
def pages() -> jinja2.Environment:
    """The templates. A name that is not there is a mistake, and everything is escaped."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("comity.web"), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    said = {"SIGNS": SIGNS, "languages": names, "outcomes": outcomes, "place": place, "cited": cited, "coded": coded}
    made.globals |= said | {"picture": picture, "headings": columns, "filters": filters, "listed": listed, "formed": formed}
    return made


def filters(view: View) -> dict[str, str]:
    """What the reader narrowed the flows to."""
    return {name: view.asked[name] for name in NAMES if view.asked.get(name)}


def cited(note: Note, view: View) -> Markup:
    """A sentence whose citation leads to the provision."""
    found = CITED.search(note.text)
    if note.law is None or found is None:
        return escape(note.text)
    told = note.text[: found.start()], view.href("law", *note.law), "/".join(("", "law", *note.law)), note.text[found.start() :]
    return Markup('{}<a class="cite" href="{}" data-at="{}">{}</a>').format(*told)  # the plain address is for paper


class Flowing(Response):
    """An answer that goes out while the question still comes in; so nothing but the answer itself may read the question."""

    def __init__(self, pieces: AsyncIterator[bytes], media_type: str) -> None:
        super().__init__(media_type=media_type, headers={"Cache-Control": "no-store"})
        del self.headers["content-length"]  # nobody knows yet
        self.pieces = pieces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 -- as every answer is called
        """Sends each piece when it is there; a reader who went away is sent nothing more."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        with suppress(ClientDisconnect, OSError):
            async for piece in self.pieces:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})


class Guarded:
    """Puts the headers that keep a page to itself on every answer, and these more."""

    def __init__(self, app: ASGIApp, more: Sequence[tuple[bytes, bytes]] = ()) -> None:
        self.app, self.guards = app, [*GUARDS, *more]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                told = message.get("headers", ())
                there = {name for name, _ in told}
                message["headers"] = [*told, *(one for one in self.guards if one[0] not in there)]
            await send(message)

        await self.app(scope, receive, guarded if scope["type"] == "http" else send)
