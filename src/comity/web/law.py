"""The law that is served: regimes under the same headings, each provision as it stands on a day with its history and its cases, two regimes side by side."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from markupsafe import Markup, escape
from starlette.exceptions import HTTPException

from comity import shelf
from comity.facts.value import MAX
from comity.law.rulebook import Law, Rulebook
from comity.text.source import Place, SourceError, nearest
from comity.web import counted
from comity.web.days import Days, day_of, days
from comity.web.page import TEXT, Choices
from comity.web.paging import ASKED as PAGED
from comity.web.paging import after, numbered
from comity.web.signers import Signed, signed
from comity.web.site import Site
from comity.web.view import View
from comity.words import provision
from comity.words.notes import Note
from comity.words.provision import KINDS, AsOf, provisions, rows, standing, status
from comity.words.translated import translated
from comity.words.words import Words, day, place

ROWS: Final = 150
"""Provisions of a page, so that two regimes side by side are no more than can be read at once."""
ASKED: Final[Choices] = PAGED
COMPARED: Final[Choices] = {"a": ("a regime", TEXT), "b": ("the regime beside it", TEXT), **PAGED}
ORDER: Final = ("definitions", "lists", "tables", "prohibitions", "grounds", "duties")


@dataclass(frozen=True)
class Regime:
    """One regime in a line.

    `status`: on the day asked about; `checked_apart`: provisions that say a day of their own on which they were last checked.
    `unread`: provisions whose primary text nobody opened, `unread_rows`: of the `rows` of lists and tables those; `source_read`: was the source of
    the whole opened? `independent`: cases of a regulator or a court; `unread_cases`: those whose source nobody opened.
    `unread_texts`: of the `texts` that procedures and documents beside it cite those that nobody opened.
    `comes`: `shipped` with the package, `loaded` from a folder, or `signed`, and then by whom.
    """

    name: str
    title: str
    jurisdiction: Sequence[str]
    edition: str
    published: str
    last_checked: str
    checked_apart: int
    status: str
    provisions: int
    unread: int
    rows: int
    unread_rows: int
    source_read: bool
    cases: int
    independent: int
    unread_cases: int
    texts: int
    unread_texts: int
    source: str
    digest: str
    comes: str
    signed: Signed | None


@dataclass(frozen=True)
class Shelf:
    """Every regime that is asked."""

    days: Days
    regimes: Sequence[Regime]


@dataclass(frozen=True)
class Brief:
    """A provision in a line. `kind`: of a ground, what it is; `status`: on the day asked about; `history`: what it was from which day.

    `unread_rows`: of its rows those whose primary text nobody opened; `checked`: the day on which it was last checked, if it says one of its own.
    """

    path: str
    gist: str
    cite: str
    read: bool
    unread_rows: int
    checked: str
    kind: str
    status: str
    history: Sequence[str]


@dataclass(frozen=True)
class Contents:
    """A regime: what it says of itself, its scope, its open questions, and those provisions that are on this page under headings that are the same for
    all. `counts`: how many there are under each on all `pages`.
    """

    regime: Regime
    days: Days
    parties: Sequence[str]
    scope: str
    scope_read: bool
    readings: Sequence[tuple[str, str, str]]
    headings: Mapping[str, Sequence[Brief]]
    counts: Mapping[str, int]
    page: int
    pages: int
    next: str


@dataclass(frozen=True)
class Beside:
    """Two regimes side by side, and the names of all that could stand here."""

    a: Contents
    b: Contents
    all: Sequence[str]
    days: Days
    page: int
    pages: int
    next: str


@dataclass(frozen=True)
class Shown:
    """A provision in full (a definition and a prohibition may share a path). `status`: of each on the day asked about.

    `names`: the provisions that its conditions name, by path.
    """

    regime: str
    title: str
    path: str
    gist: str
    cite: str
    edition: str
    digest: str
    days: Days
    status: Sequence[str]
    notes: Sequence[Note]
    names: Mapping[str, str]


def all_regimes(site: Site, view: View, _: Mapping[str, Any]) -> Shelf:
    """Every regime."""
    books = [(folder, book) for folder in site.folders() if (book := shelf.book(folder)).published <= view.known]
    scopes = [book.scope for _, book in books if book.scope]
    return Shelf(days(view, scopes, [book for _, book in books]), [_regime(site, folder, book, view) for folder, book in books])


def contents(site: Site, view: View, path: Mapping[str, Any]) -> Contents:
    """One regime."""
    folder = where(site, path["regime"])
    return _contents(site, folder, known_book(folder, view), view)


def compared(site: Site, view: View, _: Mapping[str, Any]) -> Beside:
    """Two regimes: those that are named, or the first two."""
    names = [folder.name for folder in site.folders()]
    chosen = [where(site, view.asked.get(side) or names[min(i, len(names) - 1)]) for i, side in enumerate("ab")]
    books = [known_book(folder, view) for folder in chosen]
    a, b = (_contents(site, folder, book, view) for folder, book in zip(chosen, books, strict=True))
    page, pages = max(a.page, b.page), max(a.pages, b.pages)
    return Beside(a, b, names, days(view, [law for book in books for law in _all(book)], books), page, pages, after(view, page, pages))


def shown(site: Site, view: View, path: Mapping[str, Any]) -> Shown:
    """One provision."""
    folder = where(site, path["regime"])
    book, words = known_book(folder, view), Words(view.lang, shelf.vocabulary())
    try:
        found = provision.find(book, path["path"])
    except SourceError as fault:
        raise HTTPException(404, "; ".join(filter(None, (fault.mistakes[0].message, fault.mistakes[0].suggestion)))) from fault
    if not (found := _known(found, view)):
        raise HTTPException(404, f"it was not known on {day(view.known)}")
    notes = [note for law in found for note in provision.page(book, law, folder, words, AsOf(day_of(view), view.known), partial(_at_home, folder))]
    named = {law.name: law.path for law in provisions(book) if hasattr(law, "name")}
    first = found[0]
    stands = [standing(law, day_of(view), view.known) for law in found]
    return Shown(
        book.regime, words.title(book), first.path, words.gist(first), first.cite, book.edition, book.digest, days(view, found, [book]), stands, notes, named
    )


def _at_home(folder: Path, at: Place) -> str:
    """A place in a file as it lies in the rulebook's folder, wherever that is."""
    return str(at).replace(at.file, f"{folder.name}/{Path(at.file).relative_to(folder).as_posix()}", 1)


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
    folders = site.folders()
    found = next((folder for folder in folders if folder.name == name), None)
    if found is None:
        raise HTTPException(404, nearest(name, [folder.name for folder in folders]))
    return found


def known_book(folder: Path, view: View) -> Rulebook:
    """The rulebook in a folder. Raises HTTPException where it was not known on the day that the reader asks for."""
    book = shelf.book(folder)
    if book.published > view.known:
        raise HTTPException(404, f"it was not known on {day(view.known)}")
    return book


def _all(book: Rulebook) -> list[Law]:
    return [*([book.scope] if book.scope else []), *provisions(book)]


def _contents(site: Site, folder: Path, book: Rulebook, view: View) -> Contents:
    words, known = Words(view.lang, shelf.vocabulary()), _known(provisions(book), view)
    pages = max(1, -(-len(known) // ROWS))
    page = min(numbered(view.asked.get("page", "")), pages)
    headings: dict[str, list[Brief]] = {name: [] for name in ORDER}
    for law in known[(page - 1) * ROWS :][:ROWS]:
        headings[KINDS[type(law)]].append(_brief(law, words, view))
    counts = {name: sum(KINDS[type(law)] == name for law in known) for name in ORDER}
    states = {True: "prevails", False: "does not prevail", None: "open question"}
    readings = [(name, states[one.prevails], translated(one, view.lang)) for name, one in book.readings.items()]
    scope = f"{words.gist(book.scope)} ({book.scope.cite})" if book.scope else ""
    return Contents(
        _regime(site, folder, book, view),
        days(view, _all(book), [book]),
        sorted(book.parties),
        scope,
        book.scope.read if book.scope else True,
        readings,
        headings,
        counts,
        page,
        pages,
        after(view, page, pages),
    )


def _known(laws: Sequence[Law], view: View) -> list[Law]:
    """Those that were known on the day that the reader asks for."""
    return [law for law in laws if law.known <= view.known]


def _brief(law: Law, words: Words, view: View) -> Brief:
    return Brief(
        law.path,
        words.gist(law),
        law.cite,
        law.read,
        sum(not row.read for row in _known(rows(law), view)),
        day(law.checked) if law.checked is not None else "",
        words.coded(kind) if (kind := getattr(law, "kind", "")) else "",
        standing(law, day_of(view), view.known),
        list(provision.dates(law, words, view.known)) if law.timeline else [],
    )


def _regime(site: Site, folder: Path, book: Rulebook, view: View) -> Regime:
    every, words = _known(provisions(book), view), Words(view.lang, shelf.vocabulary())
    held = [row for law in every for row in _known(rows(law), view)]
    cases, texts, by = counted.cases(folder), counted.texts(folder), signed(site, folder)
    return Regime(
        name=book.regime,
        title=words.title(book),
        jurisdiction=[place(code, view.lang) for code in sorted(book.jurisdiction)],
        edition=book.edition,
        published=day(book.published),
        last_checked=day(book.last_checked) if book.last_checked < MAX else "",
        checked_apart=sum(law.checked is not None for law in every),
        status=status(book, day_of(view), view.known),
        provisions=len(every),
        unread=sum(not law.read for law in every),
        rows=len(held),
        unread_rows=sum(not row.read for row in held),
        source_read=book.read,
        cases=cases[0],
        independent=cases[1],
        unread_cases=cases[2],
        texts=texts[0],
        unread_texts=texts[1],
        source=book.source,
        digest=book.digest,
        comes="signed" if by else "loaded" if folder in site.rulebooks else "shipped",
        signed=by,
    )
