"""The description of all pages and questions for programs (OpenAPI 3.1), from the list that they are served by and the types that they show."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from types import MappingProxyType
from typing import Any, Final

import msgspec

from comity import web
from comity.web.form import DO, MEDIA
from comity.web.page import DAY, Asking, Choices, File, Page, Streamed
from comity.web.problem import Problem
from comity.web.repeats import AGE, HEADER, WRITTEN
from comity.web.view import FORMS
from comity.words.catalogue import languages

KEPT: Final[Choices] = {
    "lang": ("the language", {"enum": [*languages(), ""]}),
    "on": ("law and facts as on this day", DAY),
    "known": ("as the rulebooks were known on this day", DAY),
    "as": ("`json`, whatever else is accepted", {"enum": [*FORMS]}),
}
KEY: Final[Mapping[str, Any]] = {
    "name": HEADER,
    "in": "header",
    "description": f"the same key with the same content gets the same answer, for {AGE / 60:.0f} minutes",
    "schema": {"type": "string", "pattern": f"^{WRITTEN}$"},
}
AGAIN: Final = {"409": "what came first with this key is not answered yet", "422": "this key came with something else before"}
SHUT: Final = {"401": "this token lets nobody in", "403": "this account may not have that", "429": "too many attempts, or questions at once"}
ENTRANCE: Final = {"303": {"description": "to the page on which one signs in, where a page is asked for"}}
REFERENCE: Final = "#/components/schemas/{name}"


def described(
    pages: Iterable[Page], askings: Iterable[Asking], files: Iterable[File] = (), streams: Iterable[Streamed] = (), *, known: bool = False
) -> dict[str, Any]:
    """The description, as a mapping; `known`: whoever asks has to be known by a token."""
    pages, askings = [*pages], [*askings]
    types = [*(page.shows for page in pages), *(one.gives for one in askings), Problem]
    schemas, components = msgspec.json.schema_components(types, ref_template=REFERENCE)
    of = dict(zip(map(str, types), schemas, strict=True))
    paths: dict[str, Any] = {}
    for page in pages:
        told: dict[str, Any] = {"operationId": page.name, "summary": page.about, "parameters": [*_in_path(page.path), *_asked(page.asked)]}
        here = paths.setdefault(_written(page.path), {})
        if page.sent:
            here["post"] = _form(page)
        here |= {"get": told | {"responses": _responses(of[str(page.shows)], ("200", "304"))}}
    for one in askings:
        body = {media: {"schema": one.takes} for media in one.media}
        asked: dict[str, Any] = {"operationId": one.name, "summary": one.about, "parameters": [*_asked(one.asked), KEY]}
        asked |= {"requestBody": {"required": True, "content": body}, "responses": _responses(of[str(one.gives)], ("200",), sent=True, more=AGAIN)}
        paths.setdefault(one.path, {})["post"] = asked
    for file in files:
        choices = {**{name: about for name, about in KEPT.items() if file.seen and name != "as"}, **file.asked}
        told = {"operationId": file.name, "summary": file.about}
        if parameters := [*_in_path(file.path), *_queried(choices)]:
            told |= {"parameters": parameters}
        good = {"200": {"description": "the file", "content": {file.media: {}}}}
        paths[_written(file.path)] = {"get": told | {"responses": good | _responses({}, ())}}
    for stream in streams:
        parts: dict[str, Any] = {media: {"schema": schema} for media, schema in stream.media.items()}
        good = {"200": {"description": "an answer for each part, in the form of the question", "content": {media: {} for media in parts}}}
        told = {"operationId": stream.name, "summary": stream.about, "requestBody": {"required": True, "content": parts}}
        paths[stream.path] = {"post": told | {"responses": good | _responses({}, (), sent=True)}}
    info = {"title": "Comity", "version": version("comity"), "license": {"name": "Apache-2.0"}, "summary": web.__doc__}
    whole: dict[str, Any] = {"openapi": "3.1.0", "info": info, "paths": paths, "components": {"schemas": components}}
    return _shut(whole) if known else whole


def _shut(told: dict[str, Any]) -> dict[str, Any]:
    """The same, of a site that lets nobody in without a token."""
    problem = {"content": {"application/problem+json": {"schema": {"$ref": REFERENCE.format(name="Problem")}}, "text/html": {}}}
    for operations in told["paths"].values():
        for method, operation in operations.items():
            operation["responses"] |= ENTRANCE if method == "get" else {}
            operation["responses"] |= {code: {"description": said, **problem} for code, said in SHUT.items()}
    told["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    return told | {"security": [{"token": []}]}


def _form(page: Page) -> dict[str, Any]:
    """What becomes of the forms of a page: browsers send them, and are led to the address that shows what came of it."""
    told = {"operationId": f"{page.name}_form", "summary": f"a form of the page: {page.about}", "parameters": [*_in_path(page.path), *_asked({})]}
    problem = _responses({}, (), sent=True)
    moved = {
        "303": {"description": "the address that shows what came of it"},
        "200": {"description": "the same, too long for an address", "content": {"text/html": {}}},
    }
    return told | {
        "requestBody": {"required": True, "content": {media: {"schema": {"type": "object", "required": [DO]}} for media in MEDIA}},
        "responses": moved | problem,
    }


def _written(path: str) -> str:
    """An address as OpenAPI writes it: without the converters of the router."""
    return re.sub(r":\w+}", "}", path)


def _in_path(path: str) -> list[dict[str, Any]]:
    kinds = {":int": {"type": "integer", "minimum": 0}}
    found = re.findall(r"{(\w+)(:\w+)?}", path)
    return [{"name": name, "in": "path", "required": True, "schema": kinds.get(kind, {"type": "string", "minLength": 1})} for name, kind in found]


def _asked(more: Choices) -> list[dict[str, Any]]:
    return _queried({**KEPT, **more})


def _queried(choices: Choices) -> list[dict[str, Any]]:
    return [{"name": name, "in": "query", "description": about, "schema": schema} for name, (about, schema) in choices.items()]


def _responses(schema: Mapping[str, Any], well: Iterable[str], *, sent: bool = False, more: Mapping[str, str] = MappingProxyType({})) -> dict[str, Any]:
    problem = {"content": {"application/problem+json": {"schema": {"$ref": REFERENCE.format(name="Problem")}}, "text/html": {}}}
    wrong = {"400": "this was not understood", "404": "there is no such thing, or was no law", "503": "what is served has mistakes"}
    wrong |= {"403": "another site may not ask", "408": "it came too slowly", "413": "it is too long", "415": "it is of another kind"} if sent else {}
    content = {"application/json": {"schema": schema}} | ({} if sent else {"text/html": {}})
    good = {"200": {"description": "the answer", "content": content}, "304": {"description": "as it was"}}
    return {code: good[code] for code in well} | {code: {"description": said, **problem} for code, said in {**wrong, **more}.items()}
