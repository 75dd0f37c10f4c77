"""The register of transfers: each movement with its parties, purpose, data, places, safeguards and outcome; exactly those that are asked for."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from comity.facts.leg import Leg
from comity.facts.record import Rows, World
from comity.facts.value import TRUE, Interval, OneOf, only
from comity.verdict.verdict import Verdict
from comity.web.flows import ASKED as FLOWS_ASKED
from comity.web.flows import chosen
from comity.web.page import Choices
from comity.web.paging import ROWS, numbered
from comity.web.site import Look, Site
from comity.web.view import View
from comity.words.brief import brief
from comity.words.page import span
from comity.words.words import Words

ASKED: Final[Choices] = dict(FLOWS_ASKED)
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


@dataclass(frozen=True)
class Entry:
    """One movement as a record of transfers asks for it; several of one kind are joined with semicolons."""

    movement: str
    about: str
    exporter: str
    importer: str
    importer_role: str
    purpose: str
    data: str
    persons: str
    origin: str
    destination: str
    day: str
    outcome: str
    decides: str
    safeguards: str
    duties: str
    laws: str


@dataclass(frozen=True)
class Register:
    """The movements that are asked for, as on a day, under the law of those editions: `shown` of them, and those on one of so many `pages`."""

    world: str
    law: Mapping[str, str]
    facts: str
    shown: int
    page: int
    pages: int
    entries: Sequence[Entry]


def page(site: Site, view: View, _: Mapping[str, Any]) -> Register:
    """The register, as the reader asks for it, a page of it."""
    found, number = chosen(site.look(view.on, view.known), view), numbered(view.asked.get("page", ""))
    pages = max(1, -(-len(found) // ROWS))
    return _register(site, view, found[(min(number, pages) - 1) * ROWS :][:ROWS], len(found), min(number, pages), pages)


def whole(site: Site, view: View) -> Register:
    """All of it, as a file holds it."""
    found = chosen(site.look(view.on, view.known), view)
    return _register(site, view, found, len(found), 1, 1)


def _register(site: Site, view: View, shown: Sequence[Verdict], count: int, number: int, pages: int) -> Register:
    look = site.look(view.on, view.known)
    words = Words(view.lang, look.read.plan.vocabulary)
    law = {regime.book.regime: regime.book.edition for regime in look.read.plan.regimes}
    return Register(look.read.world.name, law, look.read.whole, count, number, pages, [_entry(verdict, look, words) for verdict in shown])


def as_csv(found: Register, view: View) -> bytes:
    """The register as comma-separated values (RFC 4180), UTF-8 with a mark that spreadsheets know; no cell is a formula."""
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow(headings(view))
    for one in found.entries:
        table.writerow([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in asdict(one).values()])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_xlsx(found: Register, view: View) -> bytes:
    """The register as a workbook; every cell is text."""
    import xlsxwriter  # noqa: PLC0415 -- pages must not wait for it

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet, head, wrapped = book.add_worksheet(), book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        for column, said in enumerate(headings(view)):
            sheet.write_string(0, column, said, head)
        for row, one in enumerate(found.entries, 1):
            for column, cell in enumerate(asdict(one).values()):
                sheet.write_string(row, column, cell, wrapped)
        sheet.set_column(0, len(fields(Entry)) - 1, 24)
        sheet.freeze_panes(1, 1)
        law = book.add_worksheet()
        for row, told in enumerate([("world", found.world), ("facts", found.facts), *found.law.items()]):
            for column, cell in enumerate(told):
                law.write_string(row, column, cell)
    return out.getvalue()


def headings(view: View) -> list[str]:
    """What each column is called."""
    return [view.text(f"register {one.name}") for one in fields(Entry)]


def _entry(verdict: Verdict, look: Look, words: Words) -> Entry:
    legs, world = [judged.leg for judged in verdict.legs], look.read.world
    lifting = [(one.name, way.ground) for one in verdict.opinions for bar in one.bars if bar.lifted == TRUE for way in bar.ways if way.holds == TRUE]
    held = dict.fromkeys(f"{name} {ground.path} ({ground.cite})" for name, ground in lifting)
    owed = dict.fromkeys(f"{one.name} {duty.law.path} ({duty.law.cite})" for one in verdict.opinions for duty in one.owed if duty.state != "met")
    return Entry(
        movement=verdict.movement,
        about=verdict.about,
        exporter=_several(_named(leg, "exporter", words) for leg in legs),
        importer=_several(_named(leg, "importer", words) for leg in legs),
        importer_role=_several(_named(leg, "importer_role", words) for leg in legs),
        purpose=_several(_linked(leg, world, "purpose", "kind", words) for leg in legs),
        data=_several(said for leg in legs for said in _data(leg, world, words)),
        persons=_several(_linked(leg, world, "population", "place", words) for leg in legs),
        origin=_several(_named(leg, "origin", words) for leg in legs),
        destination=_several(_named(leg, "destination", words) for leg in legs),
        day=_several(span(day, words, bare=True) for leg in legs if isinstance(day := leg.facts.get("on"), Interval)),
        outcome=words.outcome(verdict.outcome),
        decides=brief(verdict, words),
        safeguards="; ".join(held),
        duties="; ".join(owed),
        laws="; ".join(verdict.spans),
    )


def _several(found: Iterator[str]) -> str:
    return "; ".join(dict.fromkeys(filter(None, found)))


def _named(leg: Leg, name: str, words: Words) -> str:
    value, fact = leg.facts.get(name), words.vocabulary.kinds["movement"][name]
    return words.value(value, fact) if isinstance(value, OneOf) else words.text("unknown")


def _linked(leg: Leg, world: World, link: str, name: str, words: Words) -> str:
    """A fact of what a movement names; its name where that fact is not stated."""
    kind = words.vocabulary.kinds["movement"][link].to
    record = world[kind].get(one) if (one := only(leg.facts.get(link))) else None
    value = record.facts.get(name) if record else None
    return words.value(value, words.vocabulary.kinds[kind][name]) if isinstance(value, OneOf) else one or words.text("unknown")


def _data(leg: Leg, world: World, words: Words) -> Iterator[str]:
    """The kinds of data that move: those of the asset, or those that are kept."""
    record = world["asset"].get(only(leg.facts.get("asset")))
    rows = record.facts.get("fields") if record else None
    if not isinstance(rows, Rows):
        yield words.text("unknown")
        return
    fact = words.vocabulary.kinds["asset"]["fields"].columns["kind"]
    for row in rows.rows:
        value = row.get("kind")
        yield words.value(value, fact) if isinstance(value, OneOf) else words.text("unknown")
    if rows.open:
        yield words.text("perhaps others")
