"""Signing in and out, making a passkey, and what one may do."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, TypeVar

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from comity.accounts.account import EVER, RIGHTS
from comity.web.form import MEDIA, fields
from comity.web.respond import answer, viewed
from comity.web.who import passkeys
from comity.web.who.house import House, carry, cookie, whence
from comity.web.who.rights import WHO, Who

Sent: TypeAlias = Callable[[Request, int], Awaitable[bytes]]
S = TypeVar("S")

HERE: Final = re.compile(r"/(?![/\\])[!-~]*", re.ASCII)
"""An address of this site: another could begin with two strokes."""
SHORT: Final = 12
"""Digits of a digest by which a pass is named."""
LONGEST: Final = 1 << 16
"""Bytes of what whoever is not known yet may send."""
UNSEEN: Final = {"Cache-Control": "no-store"}


@dataclass(frozen=True)
class Start:
    """The page on which one signs in; `to`: where that leads."""

    to: str


@dataclass(frozen=True)
class Enrol:
    """The page on which one makes a passkey."""


@dataclass(frozen=True)
class Pass:
    """What lets somebody in: its number, since when, until when, and of a token what it may."""

    kind: str
    number: str
    since: str
    until: str
    scopes: Sequence[str]


@dataclass(frozen=True)
class Mine:
    """Whoever looks: what they are called, the name that the ledger knows, whose movements they see (all, where no party is named), what they may."""

    label: str
    account: str
    party: str
    all: bool
    rights: Sequence[str]
    passes: Sequence[Pass]
    sessions: int


class Asked(msgspec.Struct, forbid_unknown_fields=True):
    """To come in with a passkey."""

    credential: dict[str, Any]
    to: str = "/"


class Invited(msgspec.Struct, forbid_unknown_fields=True):
    """To make one."""

    invitation: str


class Made(msgspec.Struct, forbid_unknown_fields=True):
    """One that was made."""

    invitation: str
    credential: dict[str, Any]


def routes(house: House, sent: Sent) -> list[Route]:
    """The addresses of all this; `sent`: what a request brings, if it is not longer than so many bytes and does not come too slowly."""

    def start(request: Request) -> Response:
        return answer(request, viewed(request), "sign-in.html", Start(here(request.query_params.get("to", ""))))

    async def options(request: Request) -> Response:
        await _read(request, sent, dict[str, Any])
        return _told(passkeys.asked(house))

    async def sign_in(request: Request) -> Response:
        asked = await _read(request, sent, Asked)
        said = await run_in_threadpool(passkeys.signed_in, house, whence(request), asked.credential)
        house.sessions.end(cookie(request))  # whoever had one in this browser begins anew
        response = _told({"to": here(asked.to)})
        carry(response, said)
        return response

    def enrol(request: Request) -> Response:
        return answer(request, viewed(request), "enrol.html", Enrol())

    async def enrol_options(request: Request) -> Response:
        invited = await _read(request, sent, Invited)
        return _told(await run_in_threadpool(passkeys.offered, house, whence(request), invited.invitation))

    async def enrolled(request: Request) -> Response:
        made = await _read(request, sent, Made)
        await run_in_threadpool(passkeys.enrolled, house, whence(request), made.invitation, made.credential)
        return _told({"to": "/sign-in"})

    def account(request: Request) -> Response:
        return answer(request, viewed(request), "account.html", _mine(house, request.scope[WHO]))

    async def sign_out(request: Request) -> Response:
        content = request.headers.get("content-type", "")
        if content.partition(";")[0].strip().lower() not in MEDIA:
            raise HTTPException(415, f"send one of: {', '.join(MEDIA)}")
        said, who = fields(content, await sent(request, LONGEST)), request.scope[WHO]
        if "everywhere" in said.get("do", ()):
            house.sessions.end_all(who.account.name)
        house.sessions.end(cookie(request))
        response = RedirectResponse("/sign-in", 303, {**UNSEEN, "Clear-Site-Data": '"cache"'})
        carry(response, "")
        return response

    return [
        Route("/sign-in", start),
        Route("/sign-in", sign_in, methods=["POST"]),
        Route("/sign-in/options", options, methods=["POST"]),
        Route("/enrol", enrol),
        Route("/enrol", enrolled, methods=["POST"]),
        Route("/enrol/options", enrol_options, methods=["POST"]),
        Route("/account", account),
        Route("/sign-out", sign_out, methods=["POST"]),
    ]


def here(to: str) -> str:
    """An address to go on to, if it is one of this site; else the first page."""
    return to if HERE.fullmatch(to) else "/"


def _mine(house: House, who: Who) -> Mine:
    at = house.at
    passes = [
        Pass(one.kind, digest[:SHORT], one.since[:10], "" if one.until == EVER else one.until[:10], [right for right in RIGHTS if right in one.scopes])
        for digest, one in who.account.passes.items()
        if one.holds(at)
    ]
    rights = [right for right in RIGHTS if right in who.rights]
    return Mine(who.label, who.account.name, who.account.party, who.sees is None, rights, passes, house.sessions.count(who.account.name))


async def _read(request: Request, sent: Sent, kind: type[S]) -> S:
    """What a page's script sends. Raises HTTPException where it is something else."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise HTTPException(415, "send one of: application/json")
    try:
        return msgspec.json.decode(await sent(request, LONGEST), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise HTTPException(400, "this is not what the page sends") from fault


def _told(said: dict[str, Any]) -> Response:
    return Response(msgspec.json.encode(said), media_type="application/json", headers=UNSEEN)
