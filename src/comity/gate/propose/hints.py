"""What gives a column away, read from hints.yaml: the only place where words, shapes and check digits are told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache as once
from pathlib import Path
from typing import Final

import polars as pl

from comity import shelf
from comity.text.source import Mistakes, Node, nearest, read_documents

HERE: Final = Path(__file__).parent
NONE: Final = "none"
"""About nobody: the word of a world for a column that crosses as it is."""
UNKNOWN: Final = "unknown"
"""Nothing says what it is: it stays home until a person does."""
TYPES: Final = ("text", "integer", "float", "date", "timestamp", "bool", "other")
_FIELD: Final = ("en", "words", "shapes", "types", "forms", "flag", "of_things", "spreads", "device")
_WORDS: Final = ("silent", "turned", "flags", "identifies", "things")


@dataclass(frozen=True, slots=True)
class Field:
    """What gives away one kind of field, and the forms in which it may cross, the preferred first.

    `flag`: yes and no of it tell it too. `of_things`: words for what things have as well. `device`: it says which device.
    `spreads`: a table called by its word is about it in every row.
    """

    code: str
    en: str
    words: tuple[str, ...]
    shapes: tuple[str, ...]
    types: frozenset[str]
    forms: tuple[str, ...]
    flag: bool
    of_things: tuple[str, ...]
    spreads: bool
    device: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """A pattern of whole values (a regular expression of RE2's kind): what it alone tells, and whether it is looked for inside of texts."""

    en: str
    like: str
    tells: str
    within: bool


@dataclass(frozen=True, slots=True)
class Check:
    """A module of python-stdnum that knows a check digit, the shape it applies to, and the field it tells.

    `backed`: too weak to tell anything without the column's name.
    """

    module: str
    of: str
    en: str
    like: str
    backed: bool


@dataclass(frozen=True, slots=True)
class Hints:
    """Everything of the file."""

    words: Mapping[str, tuple[str, ...]]
    persons: tuple[tuple[str, ...], ...]
    nobody: Mapping[str, tuple[str, ...]]
    fields: Mapping[str, Field]
    told_by_people: frozenset[str]
    shapes: Mapping[str, Shape]
    checks: tuple[Check, ...]
    where: Mapping[str, tuple[str, ...]]
    coordinates: Mapping[str, tuple[str, ...]]
    stands_for: tuple[str, ...]
    not_only_persons: frozenset[str]


def codes() -> frozenset[str]:
    """The kinds of field that the vocabulary knows."""
    return shelf.vocabulary().of("rows:asset/fields")["kind"].domain or frozenset()


@once
def hints() -> Hints:
    """The shipped hints."""
    file = HERE / "hints.yaml"
    return read(file.name, file.read_bytes(), codes())


def read(name: str, text: bytes | str, known: frozenset[str]) -> Hints:
    """The hints of a text; every mistake in it is raised together."""
    mistakes = Mistakes()
    found = read_documents(name, text, mistakes)
    mistakes.settle()
    top = found[0]
    shapes = {key: _shape(child, mistakes) for key, child in _pairs(top, "shapes")}
    fields = {key: _field(key, child, top.get("fields"), known, shapes, mistakes) for key, child in _pairs(top, "fields")}
    told = top.get("told_by_people")
    for code, child in _pairs(top, "nobody"):
        _known(code, child, known, mistakes)
    for node in (told, top.get("stands_for"), top.get("not_only_persons")):
        for item in (node.items or []) if node else []:
            _known(item.text or "", item, known, mistakes)
    checks = tuple(_check(child, known, mistakes) for child in ((top.get("checks") or top).items or []))
    persons = top.get("persons")
    _once(top, mistakes)
    mistakes.settle()
    return Hints(
        words={key: _texts(top.get(key)) for key in _WORDS},
        persons=tuple(_texts(child) for child in (persons.items or [])) if persons else (),
        nobody={key: _texts(child) for key, child in _pairs(top, "nobody")},
        fields=fields,
        told_by_people=frozenset(_texts(told)),
        shapes=shapes,
        checks=checks,
        where={key: _texts(child) for key, child in _pairs(top, "where")},
        coordinates={key: _texts(child) for key, child in _pairs(top, "coordinates")},
        stands_for=_texts(top.get("stands_for")),
        not_only_persons=frozenset(_texts(top.get("not_only_persons"))),
    )


def _pairs(top: Node, key: str) -> list[tuple[str, Node]]:
    node = top.get(key)
    return list((node.pairs or {}).items()) if node else []


def _texts(node: Node | None) -> tuple[str, ...]:
    return tuple(item.text or "" for item in node.items or []) if node else ()


def _said(node: Node, key: str) -> str:
    child = node.get(key)
    return (child.text or "") if child else ""


def _known(code: str, node: Node, known: Iterable[str], mistakes: Mistakes) -> None:
    if code not in known:
        mistakes.add(node.place, f"'{code}' is no kind of field", nearest(code, known))


def _field(code: str, node: Node, among: Node | None, known: frozenset[str], shapes: Mapping[str, Shape], mistakes: Mistakes) -> Field:
    place = among.keys[code] if among else node.place
    if code not in known:
        mistakes.add(place, f"'{code}' is no kind of field", nearest(code, known))
    for key in node.pairs or {}:
        if key not in _FIELD:
            mistakes.add(node.keys[key], f"a kind of field has no '{key}'", nearest(key, _FIELD))
    for key, allowed in (("shapes", tuple(shapes)), ("types", TYPES)):
        child = node.get(key)
        for item in (child.items or []) if child else []:
            if item.text not in allowed:
                mistakes.add(item.place, f"'{item.text}' is none of the {key}", nearest(item.text or "", allowed))
    forms = _texts(node.get("forms"))
    if not forms or forms[-1] != "drop":
        mistakes.add(place, f"the forms of '{code}' do not end with drop", "what no law lets through in any form stays home")
    flag, spreads, device = (_said(node, key) == "true" for key in ("flag", "spreads", "device"))
    types = frozenset(_texts(node.get("types")) or TYPES)
    return Field(
        code, _said(node, "en"), _texts(node.get("words")), _texts(node.get("shapes")), types, forms, flag, _texts(node.get("of_things")), spreads, device
    )


def _shape(node: Node, mistakes: Mistakes) -> Shape:
    _pattern(node, mistakes)
    return Shape(_said(node, "en"), _said(node, "like"), _said(node, "is"), _said(node, "within") == "true")


def _check(node: Node, known: frozenset[str], mistakes: Mistakes) -> Check:
    _pattern(node, mistakes)
    if not _said(node, "module").startswith("stdnum."):
        mistakes.add(node.place, "a check names a module of python-stdnum", "such as stdnum.luhn")
    _known(_said(node, "of"), node, known | {NONE}, mistakes)
    return Check(_said(node, "module"), _said(node, "of"), _said(node, "en"), _said(node, "like"), _said(node, "backed") == "true")


def _pattern(node: Node, mistakes: Mistakes) -> None:
    try:
        pl.Series([""]).str.contains(whole(_said(node, "like")))
    except pl.exceptions.ComputeError:
        mistakes.add((node.get("like") or node).place, "not a regular expression that runs in one pass", "no look-around, no back reference")


def whole(like: str) -> str:
    """The pattern of values that are nothing else."""
    return f"^(?:{like})$"


def _once(top: Node, mistakes: Mistakes) -> None:
    """One word leads to one kind of field."""
    seen: dict[str, str] = {}
    for code, child in _pairs(top, "fields"):
        words = child.get("words")
        for item in (words.items or []) if words else []:
            key = (item.text or "").replace(" ", "")
            if seen.setdefault(key, code) != code:
                mistakes.add(item.place, f"'{item.text}' already leads to '{seen[key]}'")
