"""The pages of a site, by address, and what programs ask it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from http import HTTPStatus
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Any, Final, TypeAlias

import msgspec
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.convertors import IntegerConvertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from comity import shelf
from comity.edge import registered
from comity.edge.forms import FORMS
from comity.interview.answers import Answers
from comity.text.source import SourceError
from comity.web import (
    api,
    ask,
    begin,
    beside,
    changes,
    counts,
    docket,
    flows,
    form,
    health,
    law,
    narrowed,
    packs,
    paging,
    plan,
    register,
    run,
    runs,
    settlement,
    verdict,
    ways,
)
from comity.web.described import KEPT, described
from comity.web.explorer import explorer
from comity.web.metrics import Metrics, Watched
from comity.web.page import Asking, File, Page, Streamed
from comity.web.problem import Problem, wrong
from comity.web.repeats import HEADER, Repeats
from comity.web.respond import Flowing, Guarded, answer, any_view, made, plain, viewed
from comity.web.site import Site
from comity.web.view import ANEW, View
from comity.web.who import pages
from comity.web.who.door import Door
from comity.web.who.house import House
from comity.web.who.rights import WHO, Who

LOCAL: Final = ("127.0.0.1", "localhost", "[::1]", "testserver")
"""The names by which this machine is asked; another name in a request is another site that points here."""
LONGEST: Final = 8 << 20
"""Bytes of what is sent."""
PATIENCE: Final = 20.0
"""Seconds in which it has to come."""
OWN: Final = ("none", "same-origin")
"""Where a browser's question may come from: from the reader, or from a page of this site."""
TLS: Final = ((b"strict-transport-security", b"max-age=31536000"),)
"""What is said where a site is asked by https: to ask it by nothing else."""
PRIVATE: Final = ((b"cache-control", b"private, no-cache"),)
"""What is said of every answer that says nothing of it where somebody signs in: whoever passes it on keeps it for nobody else."""
Seen: TypeAlias = Callable[[Request], Site]
"""From a request to the site as whoever asks may see it."""
TITLES: Final = {401: "not known", 403: "may not", 404: "not found", 429: "too often"}
"""What is said of a refusal in the reader's language."""
LINES: Final = ("application/x-ndjson", "application/jsonl")
TABLE: Final = "application/vnd.apache.arrow.stream"
JSON: Final = ("application/json",)


class Number(IntegerConvertor):
    """A number in an address, of no more digits than an entry can have: a longer one is no address, and not a fault."""

    regex = "[0-9]{1,18}"


register_url_convertor("int", Number())

PAGES: Final = [
    Page("/", "flows", "all flows of the world, with what decides each", flows.Flows, "flows.html", flows.page, flows.ASKED),
    Page("/law", "regimes", "every regime that is asked", law.Shelf, "law.html", law.all_regimes),
    Page("/law/compare", "compared", "two regimes under the same headings", law.Beside, "compare.html", law.compared, law.COMPARED),
    Page("/law/{regime}", "regime", "one regime and its provisions", law.Contents, "regime.html", law.contents, law.ASKED),
    Page(
        "/law/{regime}/changes",
        "editions",
        "what another edition of a regime changes, with transfers that show it",
        changes.Compared,
        "editions.html",
        changes.compared,
        changes.COMPARED,
        again=changes.again,
    ),
    Page("/changes", "changes", "the flows whose outcome is another from one day to the next", changes.Turns, "turns.html", changes.turned, changes.ASKED),
    Page("/law/{regime}/{path:path}", "provision", "one provision in full", law.Shown, "provision.html", law.shown),
    Page("/docket", "matters", "the matters of the docket, and what falls due", docket.Matters, "docket.html", docket.matters, docket.ASKED),
    Page("/docket/{matter}", "matter", "one matter as everybody sees it", docket.Told, "matter.html", docket.matter),
    Page("/docket/{matter}/packs", "concerned", "the movements that a matter may concern", packs.Concerned, "concerned.html", packs.concerned, paging.ASKED),
    Page("/health", "health", "whether this site can answer", health.Health, "health.html", health.page),
    Page("/register", "register", "the record of the transfers that are asked for", register.Paged, "register.html", register.page, register.ASKED),
    Page("/counts", "counts", "how many persons are counted under each line that law draws", counts.Counts, "counts.html", counts.page),
    Page("/runs", "runs", "the latest runs of the gate", runs.Runs, "runs.html", runs.runs, runs.ASKED, again=runs.again),
    Page("/runs/{entry:int}", "run", "one run: what crossed, what stayed and why", run.Told, "run.html", run.one),
    Page("/ways/{movement:path}", "ways", "the cheapest changes that make a movement lawful, or what stands in the way", ways.Ways, "ways.html", ways.page),
    Page(
        "/settlement",
        "settlement",
        "what parties can agree upon",
        settlement.Settled,
        "settlement.html",
        settlement.page,
        narrowed.ASKED,
        again=settlement.again,
    ),
    Page("/plan", "plan", "the cheapest changes for many movements together", plan.Planned, "plan.html", plan.page, narrowed.ASKED, again=plan.again),
    Page("/ask", "begin", "questions from nothing to a verdict", begin.Start, "begin.html", begin.page, sent=begin.sent),
    Page("/ask/questions", "questions", "what is left to ask about what the answers describe", ask.Asked, "ask.html", ask.page, ask.ASKED, ask.sent),
    Page("/movements/{movement:path}/ask", "ask", "what is left to ask about a movement", ask.Asked, "ask.html", ask.page, ask.ASKED, ask.sent),
    Page("/movements/{movement:path}/if", "assumed", "a verdict if some answers hold", verdict.Told, "verdict.html", verdict.assumed, verdict.IF, verdict.sent),
    Page("/movements/{movement:path}/packs", "packs", "the documents that authorities ask for", packs.Packs, "packs.html", packs.page, packs.ASKED),
    Page("/movements/{movement:path}/beside", "beside", "a verdict and another beside it", beside.Beside, "beside.html", beside.page, beside.ASKED),
    Page("/movements/{movement:path}", "verdict", "one verdict in full", verdict.Told, "verdict.html", verdict.page, verdict.ASKED),
]
SAID: Final = frozenset({api.BODY, ask.ANSWERS, "--matter", "--on", *KEPT, *(name for page in PAGES for name in page.asked)})
"""Where a mistake of the reader may be. The house's files are none of these, whatever a reader calls what stands in an address."""
ASKINGS: Final = [Asking("/verdicts", "decide", "verdicts on a world that is sent", api.WORLD, list[api.Decided], (*JSON, "application/yaml"), api.decide)]
STREAM: Final = Streamed(
    "/opinions/stream",
    "stream",
    "opinions on many legs: a line each as it comes, or a table of them at once",
    {
        **{kind: {"type": "string", "description": "a line a leg, as /opinions takes it; each is answered, by opinions or by mistakes"} for kind in LINES},
        TABLE: {"type": "string", "format": "binary", "description": "a row a leg, a column a fact by its path; in the answer a column an end of an outcome"},
    },
)
FILES: Final = [
    File("/movements/{movement:path}/packs/{rulebook}/{file}", "document", "a document that an authority asks for", "application/octet-stream", packs.ASKED),
    File("/answers.yaml", "answers", "answers as a file", "application/yaml", ask.ASKED, seen=False),
    File("/runs/{entry:int}/proof", "receipt", "the proof of a run", "text/plain"),
    File("/runs/{entry:int}/manifest", "manifest", "the manifest of a run", "application/ld+json"),
    *(File(f"/register.{form}", f"register_{form}", "the register as a file", FORMS[form], register.ASKED) for form in registered.FORMS),
    File("/register/packs/{rulebook}/{file}", "documents", "a document about each transfer that is asked for", "application/octet-stream", register.ASKED),
    File("/settlement.svg", "drawing", "a settlement as a picture", "image/svg+xml", narrowed.ASKED),
    File("/proof", "explorer", "a page that checks a proof by itself", "text/html", seen=False),
    File("/metrics", "metrics", "what is counted, for Prometheus", "text/plain", seen=False),
    File("/openapi.json", "description", "this description", "application/json", seen=False),
    File("/world.schema.json", "schema", "the JSON Schema of a world", "application/schema+json", seen=False),
]


def application(site: Site, hosts: Sequence[str] = LOCAL, house: House | None = None) -> Starlette:
    """The application that answers for a site; with a house, to whoever it lets in, and to nobody else."""
    desk, metrics, repeats = api.Desk(site), Metrics(site), Repeats()
    seen: Seen = house.seen(site) if house else lambda _: site
    askings = [*ASKINGS, Asking("/opinions", "opinions", "opinions on the facts of one leg", desk.takes, api.Opinions, JSON, desk.opinions)]
    book = msgspec.json.encode(described(PAGES, askings, FILES, [STREAM], known=house is not None))
    routes: list[BaseRoute] = [
        *(Route(one.path, _asked(seen, one, repeats), methods=["POST"]) for one in reversed(askings)),  # asked most often, so looked for first
        Route(STREAM.path, _streamed(desk), methods=["POST"]),
        Route("/movements/{movement:path}/packs/{rulebook}/{file}", _packed(seen, packs.file)),
        *(Route(page.path, _formed(seen, page), methods=["GET", "POST"]) if page.sent else Route(page.path, _shown(seen, page)) for page in PAGES),
        Route("/answers.yaml", _kept),
        Route("/runs/{entry:int}/proof", _beside(seen, run.proof, "receipt", "text/plain; charset=utf-8")),
        Route("/runs/{entry:int}/manifest", _beside(seen, run.manifest, "manifest.json", "application/ld+json")),
        Route("/register/packs/{rulebook}/{file}", _packed(seen, packs.together)),
        *(Route(f"/register.{form}", _file(seen, form)) for form in registered.FORMS),
        Route("/settlement.svg", _drawn(seen)),
        Route("/proof", explorer),
        Route("/metrics", metrics.scraped),
        Route("/openapi.json", lambda _: Response(book, media_type="application/json")),
        Route("/world.schema.json", lambda _: FileResponse(shelf.HERE / "world.schema.json", media_type="application/schema+json")),
        Mount("/static", StaticFiles(directory=Path(__file__).parent / "static")),
        *(pages.routes(house, _sent) if house else ()),
    ]
    guards = Middleware(Guarded, [*(PRIVATE if house else ()), *(TLS if house and house.origin.url.startswith("https:") else ())])
    doors = [Middleware(Door, house, routes, _refused)] if house else []
    return Starlette(
        routes=routes,
        middleware=[Middleware(Watched, metrics), guards, Middleware(TrustedHostMiddleware, allowed_hosts=[*hosts], www_redirect=False), *doors],
        exception_handlers={SourceError: _mistaken, HTTPException: _refused, Exception: _failed},
    )


def _shown(seen: Seen, page: Page) -> Callable[[Request], Response]:
    """Shows a page; in a thread, so that others are answered meanwhile."""

    def respond(request: Request) -> Response:
        site = seen(request)
        view, found = made(request, page.asked, lambda view: page.made(site, view, request.path_params))
        told = answer(request, view, page.template, found)
        if page.again is not None and (seconds := page.again(found)):
            told.headers["Refresh"] = f"{seconds}; url={view.href(**{ANEW: '1'})}"  # a browser looks again by itself, without a script
        return told

    return respond


def _packed(seen: Seen, made: Callable[[Site, View, Mapping[str, Any]], tuple[bytes, str, str]]) -> Callable[[Request], Response]:
    """Gives a document of its own name."""

    def respond(request: Request) -> Response:
        content, media, name = made(seen(request), viewed(request), request.path_params)
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-cache"}
        return Response(content, media_type=media, headers=headers)

    return respond


def _beside(seen: Seen, made: Callable[[Site, View, int], str | bytes], ending: str, media: str) -> Callable[[Request], Response]:
    """Gives what lies beside a run's table, under a name by its entry."""

    def respond(request: Request) -> Response:
        entry = request.path_params["entry"]
        headers = {"Content-Disposition": f'attachment; filename="run-{entry}.{ending}"', "Cache-Control": "private, no-cache"}
        return Response(made(seen(request), viewed(request), entry), media_type=media, headers=headers)

    return respond


def _drawn(seen: Seen) -> Callable[[Request], Response]:
    """Gives the picture of a settlement: a document of its own, so that a page need allow nothing for it."""

    def respond(request: Request) -> Response:
        if not (drawn := settlement.drawing(seen(request), viewed(request))):
            raise HTTPException(404)
        return Response(drawn, media_type="image/svg+xml", headers={"Cache-Control": "private, no-cache"})

    return respond


def _file(seen: Seen, form: str) -> Callable[[Request], Response]:
    """Gives the register as a file of its own name."""

    def respond(request: Request) -> Response:
        headers = {"Content-Disposition": f'attachment; filename="register.{form}"', "Cache-Control": "private, no-cache"}
        site = seen(request)
        _, content = made(request, register.ASKED, lambda view: register.file(site, view, form))
        return Response(content, media_type=FORMS[form], headers=headers)

    return respond


def _formed(seen: Seen, page: Page) -> Callable[[Request], Awaitable[Response]]:
    """Shows a page, and takes its forms in: they lead to the address that shows what came of them; what is too long for one is shown at once."""
    shown = _shown(seen, page)

    async def respond(request: Request) -> Response:
        if request.method != "POST":
            return await run_in_threadpool(shown, request)
        _own(request, form.MEDIA)
        fields = form.fields(request.headers["content-type"], await _sent(request))
        return await run_in_threadpool(formed, request, viewed(request), fields)

    def formed(request: Request, view: View, sent: Mapping[str, Sequence[str]]) -> Response:
        assert page.sent is not None
        site = seen(request)
        after, mistakes = page.sent(site, view, request.path_params, sent)
        if not mistakes and (len(after.href()) <= ask.ROOM or after.path != view.path):
            return RedirectResponse(after.href(), 303)
        if mistakes and plain(request):
            return answer(request, view, "problem.html", Problem(view.text("asked wrongly"), 400, "", [wrong(m) for m in mistakes]), 400)
        return answer(request, after, page.template, page.made(site, after, {**request.path_params, "mistakes": mistakes}), 400 if mistakes else 200)

    return respond


def _kept(request: Request) -> Response:
    """Answers as a file, to keep."""
    said = Answers.unpacked(ask.ANSWERS, request.query_params.get(ask.ANSWERS, "")).said
    return Response(
        said + "\n", media_type="application/yaml", headers={"Content-Disposition": 'attachment; filename="answers.yaml"', "Cache-Control": "no-store"}
    )


def _asked(seen: Seen, one: Asking, repeats: Repeats) -> Callable[[Request], Awaitable[Response]]:
    """Answers what is sent: at once where that is quick, in a thread where it is not; what is sent again, as before."""

    async def respond(request: Request) -> Response:
        _own(request, one.media)
        site, view, sent = seen(request), viewed(request), await _sent(request)

        async def made() -> Response:
            try:
                told = await (one.made(site, view, sent) if iscoroutinefunction(one.made) else run_in_threadpool(one.made, site, view, sent))
            except SourceError as fault:
                return await _mistaken(request, fault)
            return Response(msgspec.json.encode(told), media_type="application/json", headers={"Cache-Control": "no-store"})

        return await repeats.once(request, sent, made)

    return respond


def _streamed(desk: api.Desk) -> Callable[[Request], Awaitable[Response]]:
    """Answers line by line, as lines come: what is held is one line, however many there are. A table is answered when all of it is there."""

    async def respond(request: Request) -> Response:
        _own(request, tuple(STREAM.media))
        if HEADER in request.headers:
            raise HTTPException(400, f"the answer to a stream is not kept: send no {HEADER}")
        if _kind(request) == TABLE:
            return Response(await run_in_threadpool(desk.table, await _sent(request)), media_type=TABLE, headers={"Cache-Control": "no-store"})
        return Flowing(desk.each(_pieces(request)), LINES[0])

    return respond


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    """What is sent, piece by piece. Where one does not come in time the answer breaks off, so that nobody takes it for whole."""
    sent = request.stream()
    with suppress(StopAsyncIteration):
        while True:
            async with asyncio.timeout(PATIENCE):
                piece = await anext(sent)
            yield piece


def _own(request: Request, media: Sequence[str]) -> None:
    """Lets through what a reader or a program sends of itself, in a form that is taken."""
    if request.headers.get("sec-fetch-site", "none") not in OWN:
        raise HTTPException(403, "another site may not ask in somebody's name")
    if _kind(request) not in media:
        raise HTTPException(415, f"send one of: {', '.join(media)}")


def _kind(request: Request) -> str:
    """The media type of what is sent."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def _sent(request: Request, most: int = LONGEST) -> bytes:
    """What is sent, if it comes in time and is not longer than so many bytes."""
    found = bytearray()
    try:
        async with asyncio.timeout(PATIENCE):
            async for piece in request.stream():
                found += piece
                if len(found) > most:
                    raise HTTPException(413, f"more than {most:,} bytes")
    except TimeoutError as fault:
        raise HTTPException(408, f"it did not come within {PATIENCE:.0f} seconds") from fault
    return bytes(found)


async def _mistaken(request: Request, fault: Exception) -> Response:
    """Mistakes in what was asked are the reader's, in what is served the house's: neither has an answer."""
    assert isinstance(fault, SourceError)
    view, where = any_view(request), {mistake.place.file for mistake in fault.mistakes}
    if where == {"--as-known"}:
        status, title, detail = 404, "no law then", ""
    elif where <= SAID:
        status, title, detail = 400, "asked wrongly", ""
    else:
        status, title, detail = 503, "cannot be read", view.text("cannot be read says")
    who: Who | None = request.scope.get(WHO)
    told = [wrong(mistake) for mistake in fault.mistakes if status != 503 or who is None or who.sees is None]  # what the house's files say is the house's
    return answer(request, view, "problem.html", Problem(view.text(title), status, detail, told), status)


async def _refused(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, HTTPException)
    view, plain = any_view(request), HTTPStatus(fault.status_code).phrase
    title = view.text(TITLES[fault.status_code]) if fault.status_code in TITLES else plain
    detail = view.text("too often says", (fault.headers or {})["Retry-After"]) if fault.status_code == 429 else "" if fault.detail == plain else fault.detail
    problem = Problem(title, fault.status_code, detail)
    told_so = answer(request, view, "problem.html", problem, fault.status_code)
    told_so.headers.update(fault.headers or {})
    return told_so


async def _failed(request: Request, _: Exception) -> Response:
    """A fault of the house: it says nothing of what failed, and nothing is permitted by it."""
    view = any_view(request)
    return answer(request, view, "problem.html", Problem(view.text("failed"), 500, view.text("failed says")), 500)
