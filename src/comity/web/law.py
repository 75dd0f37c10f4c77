"""The law that is served: regimes under the same headings, each provision as it stands with its history and its cases, and two regimes side by side."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from markupsafe import Markup, escape
from starlette.exceptions import HTTPException

from comity import shelf
from comity.edge import asked
from comity.law.rulebook import Law, Rulebook
from comity.text.source import Mistakes, SourceError, nearest, read_documents
from comity.web.page import TEXT, Choices
from comity.web.site import Site
from comity.web.view import View
from comity.words import provision
from comity.words.notes import Note
from comity.words.provision import KINDS, provisions, status
from comity.words.translated import translated
from comity.words.words import Words, day, place

COMPARED: Final[Choices] = {"a": ("a regime", TEXT), "b": ("the regime beside it", TEXT)}
ORDER: Final = ("definitions", "lists", "tables", "prohibitions", "grounds", "duties")


@dataclass(frozen=True)
class Regime:
    """One regime in a line.

    `status`: on the day asked about; `unread`: provisions whose primary text nobody opened; `independent`: cases of a regulator or a court.
    """

    name: str
    title: str
    jurisdiction: Sequence[str]
    edition: str
    published: str
    last_checked: str
    status: str
    provisions: int
    unread: int
    cases: int
    independent: int
    source: str
    digest: str


@dataclass(frozen=True)
class Shelf:
    """Every regime that is asked."""

    on: str
    regimes: Sequence[Regime]


@dataclass(frozen=True)
class Brief:
    """A provision in a line. `kind`: of a ground, what it is; `history`: what it was from which day."""

    path: str
    gist: str
    cite: str
    read: bool
    kind: str
    history: Sequence[str]


@dataclass(frozen=True)
class Contents:
    """A regime: what it says of itself, its scope, its open questions, and its provisions under headings that are the same for all."""

    regime: Regime
    parties: Sequence[str]
    scope: str
    readings: Sequence[tuple[str, str, str]]
    headings: Mapping[str, Sequence[Brief]]


@dataclass(frozen=True)
class Beside:
    """Two regimes side by side, and the names of all that could stand here."""

    a: Contents
    b: Contents
    all: Sequence[str]


@dataclass(frozen=True)
class Shown:
    """A provision in full (a definition and a prohibition may share a path). `names`: the provisions that its conditions name, by path."""

    regime: str
    title: str
    path: str
    gist: str
    cite: str
    edition: str
    digest: str
    notes: Sequence[Note]
    names: Mapping[str, str]


def all_regimes(site: Site, view: View, _: Mapping[str, Any]) -> Shelf:
    """Every regime."""
    on = view.on if view.on is not None else asked.today()
    books = [(folder, shelf.book(folder)) for folder in site.folders]
    return Shelf(day(on), [_regime(folder, book, view) for folder, book in books if book.published <= view.known])


def contents(site: Site, view: View, path: Mapping[str, Any]) -> Contents:
    """One regime."""
    folder = where(site, path["regime"])
    if shelf.book(folder).published > view.known:
        raise HTTPException(404, f"it was not known on {day(view.known)}")
    return _contents(folder, view)


def compared(site: Site, view: View, _: Mapping[str, Any]) -> Beside:
    """Two regimes: those that are named, or the first two."""
    names = [folder.name for folder in site.folders]
    chosen = {side: view.asked.get(side) or names[min(i, len(names) - 1)] for i, side in enumerate("ab")}
    a, b = (_contents(where(site, name), view) for name in chosen.values())
    return Beside(a, b, names)


def shown(site: Site, view: View, path: Mapping[str, Any]) -> Shown:
    """One provision."""
    folder = where(site, path["regime"])
    book, words = shelf.book(folder), Words(view.lang, shelf.vocabulary())
    try:
        found = provision.find(book, path["path"])
    except SourceError as fault:
        raise HTTPException(404, "; ".join(filter(None, (fault.mistakes[0].message, fault.mistakes[0].suggestion)))) from fault
    if book.published > view.known or not (found := _known(found, view)):
        raise HTTPException(404, f"it was not known on {day(view.known)}")
    notes = [_at_home(note, folder) for law in found for note in provision.page(book, law, folder, words)]
    named = {law.name: law.path for law in provisions(book) if hasattr(law, "name")}
    first = found[0]
    return Shown(book.regime, words.title(book), first.path, words.gist(first), first.cite, book.edition, book.digest, notes, named)


def _at_home(note: Note, folder: Path) -> Note:
    """A note in which files are named as they lie in the rulebook's folder, wherever that is."""
    text = re.sub(rf"(?<=at )\S*?(?={re.escape(folder.name)}/)|^\S*?(?={re.escape(folder.name)}/cases/)", "", note.text)
    return replace(note, text=text, parts=[_at_home(part, folder) for part in note.parts])


def coded(text: str, told: Shown, view: View) -> Markup:
    """A condition as it was written, each definition that it names leading to it."""

    def link(found: re.Match[str]) -> str:
        word = found[0]
        where = told.names.get(word)
        return f'<a href="{escape(view.href("law", told.regime, where))}">{escape(word)}</a>' if where and where != told.path else str(escape(word))

    pieces = re.split(r"([A-Za-z_]\w*)", text)
    return Markup("".join(re.sub(r"^[A-Za-z_]\w*$", link, piece) if i % 2 else str(escape(piece)) for i, piece in enumerate(pieces)))  # noqa: S704 -- escaped


def where(site: Site, name: str) -> Path:
    """Where the rulebook of a regime that is asked lies. Raises HTTPException where there is none."""
    found = next((folder for folder in site.folders if folder.name == name), None)
    if found is None:
        raise HTTPException(404, nearest(name, [folder.name for folder in site.folders]))
    return found


def _contents(folder: Path, view: View) -> Contents:
    book, words = shelf.book(folder), Words(view.lang, shelf.vocabulary())
    headings: dict[str, list[Brief]] = {name: [] for name in ORDER}
    for law in _known(provisions(book), view):
        headings[KINDS[type(law)]].append(_brief(law, words))
    states = {True: "prevails", False: "does not prevail", None: "open question"}
    readings = [(name, states[one.prevails], translated(one, view.lang)) for name, one in book.readings.items()]
    scope = f"{words.gist(book.scope)} ({book.scope.cite})" if book.scope else ""
    return Contents(_regime(folder, book, view), sorted(book.parties), scope, readings, headings)


def _known(laws: Sequence[Law], view: View) -> list[Law]:
    """Those that were known on the day that the reader asks for."""
    return [law for law in laws if law.known <= view.known]


def _brief(law: Law, words: Words) -> Brief:
    return Brief(law.path, words.gist(law), law.cite, law.read, str(getattr(law, "kind", "")), list(provision.dates(law)) if law.timeline else [])


def _regime(folder: Path, book: Rulebook, view: View) -> Regime:
    every, words = _known(provisions(book), view), Words(view.lang, shelf.vocabulary())
    cases = sorted((folder / "cases").glob("*.yaml")) if folder.is_dir() else []
    told = [_counted(file, file.stat().st_mtime_ns) for file in cases]
    return Regime(
        book.regime,
        words.title(book),
        [place(code, view.lang) for code in sorted(book.jurisdiction)],
        book.edition,
        day(book.published),
        day(book.last_checked),
        status(book, view.on if view.on is not None else asked.today()),
        len(every),
        sum(not law.read for law in every),
        sum(many for many, _ in told),
        sum(own for _, own in told),
        book.source,
        book.digest,
    )


@lru_cache(maxsize=1024)
def _counted(file: Path, _changed: int) -> tuple[int, int]:
    """How many cases a file holds, and how many of them are a regulator's or a court's own."""
    found = [one for one in read_documents(str(file), file.read_bytes(), Mistakes()) if one.get("case") is not None]
    return len(found), sum((own := one.get("independent")) is not None and own.text == "true" for one in found)
