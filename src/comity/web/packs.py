"""The documents that authorities ask for about a movement: what of each is blank, and the documents themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from starlette.exceptions import HTTPException

from comity import shelf
from comity.docket.pack import Pack
from comity.docket.pack_entry import Filled
from comity.docket.paper import may_concern, reach
from comity.docket.procedure import Procedure
from comity.docket.standing import named
from comity.edge import packed, registry
from comity.edge.chosen import Chosen
from comity.edge.forms import FORMS
from comity.facts.record import Record, Stated
from comity.facts.value import SetOf
from comity.filing.filled import blanks
from comity.text.source import Mistake, Place, SourceError, nearest
from comity.web.flows import Flow, chosen, flow, found
from comity.web.page import TEXT, Choices
from comity.web.paging import ROWS, numbered
from comity.web.site import Look, Site
from comity.web.view import View
from comity.words.translated import translated
from comity.words.words import Words

MOST: Final = 500
"""Movements that one document is filled in about while somebody waits."""
ASKED: Final[Choices] = {"matter": ("the matter of the docket that the documents are about", TEXT)}


@dataclass(frozen=True)
class Filing:
    """One pack, as far as it can be filled. `blanks`: the fields that a person has to see to, of so many `fields`; `files`: the address of each form."""

    name: str
    title: str
    cite: str
    read: bool
    fields: int
    blanks: Sequence[str]
    files: Mapping[str, str]


@dataclass(frozen=True)
class Packs:
    """The packs for a movement. `matters`: those of the docket that some pack may be about, each with the address of this page about it alone, or
    about none; `matter`: the one that is chosen.
    """

    flow: Flow
    packs: Sequence[Filing]
    matters: Sequence[tuple[str, str]]
    matter: str


@dataclass(frozen=True)
class Concerned:
    """A matter that documents can be about. `packs`: what they are called; `movements`: those that it may concern on one of so many `pages`, each with what
    it is and with the address of the documents about both.
    """

    matter: str
    packs: Sequence[str]
    movements: Sequence[tuple[str, str, str]]
    page: int
    pages: int


def page(site: Site, view: View, path: Mapping[str, Any]) -> Packs:
    """What can be filed about a movement."""
    look, movement = site.look(view.on, view.known), path["movement"]
    verdict = look.verdict(movement)
    words, matter, every = Words(view.lang, look.read.plan.vocabulary), view.asked.get("matter", ""), _all(site)
    matters = _matters(site, {f"{one.rulebook}/{one.procedure}" for one in every if one.procedure})
    if matter and matter not in matters:
        raise SourceError([Mistake(Place("matter", 1, 1), f"no documents are told for a matter '{matter}'", nearest(matter, matters))])
    procedure = matters.get(matter, "")
    shown = [one for one in every if not matter or f"{one.rulebook}/{one.procedure}" == procedure]
    chosen = [(name, view.href(matter="" if name == matter else name)) for name in matters]
    return Packs(flow(verdict, words), [_filing(one, site, look, view, movement, matter) for one in shown], chosen, matter)


def concerned(site: Site, view: View, path: Mapping[str, Any]) -> Concerned:
    """The movements that a matter may concern, each of which can be filed about: not those that its scope surely leaves out."""
    number = numbered(view.asked.get("page", ""))
    if site.docket is None:
        raise HTTPException(404)
    with registry.docket(site.docket) as kept:
        about = named(kept.docket, path["matter"])
    if about is None:
        raise HTTPException(404)
    look, told = site.look(view.on, view.known), filed_in(site, about.procedure)
    limits: dict[str, Stated] = {limit: SetOf(names := frozenset(held), names) for limit, held in reach(about).items()}
    paper = Record(about.name, "instrument", look.read.node.place, facts=limits)
    every = [one for one in look.verdicts.values() if any(may_concern(paper, one.movement, judged.leg.facts) for judged in one.legs)] if told else []
    pages = max(1, -(-len(every) // ROWS))
    shown = every[(min(number, pages) - 1) * ROWS :][:ROWS]
    rows = [(one.movement, one.about, view.href("movements", one.movement, "packs", matter=about.name)) for one in shown]
    return Concerned(about.name, [translated(one.text, view.lang) for one in told], rows, min(number, pages), pages)


def filed_in(site: Site, procedure: Procedure) -> list[Pack]:
    """The packs that are filed in a procedure."""
    return [one for one in _all(site) if (one.rulebook, one.procedure) == (procedure.rulebook, procedure.name)]


def file(site: Site, view: View, path: Mapping[str, Any]) -> tuple[bytes, str, str]:
    """One document: its content, its media type, and its name."""
    look, movement = site.look(view.on, view.known), path["movement"]
    name, _, form = str(path["file"]).rpartition(".")
    made = next((one for one in _all(site) if (one.rulebook, one.name) == (path["rulebook"], name)), None)
    if movement not in look.verdicts or made is None or form not in FORMS:
        raise HTTPException(404)
    return packed.document(_filled(made, site, look, movement, view.asked.get("matter", "")), form, view.lang, look.read), FORMS[form], f"{name}.{form}"


def together(site: Site, view: View, path: Mapping[str, Any]) -> tuple[bytes, str, str]:
    """One pack about each movement that the reader asks for: its content, its media type, and its name. Raises SourceError where these are too many."""
    look, asked = site.look(view.on, view.known), chosen(site, view)
    name, _, form = str(path["file"]).rpartition(".")
    made = next((one for one in _all(site) if (one.rulebook, one.name) == (path["rulebook"], name)), None)
    if made is None or form not in FORMS:
        raise HTTPException(404)
    verdicts = found(look, asked)
    if len(verdicts) > MOST:
        raise HTTPException(413, f"of {len(verdicts)} movements: narrow them down to {MOST}, or ask the command line")
    every = packed.several(made, verdicts, look.read, _ledgers(site))
    return packed.together(made, every, len(look.verdicts), asked, form, view.lang, look.read), FORMS[form], f"{name}.{form}"


def offered(site: Site, view: View, asked: Chosen) -> list[tuple[str, dict[str, str]]]:
    """Every pack about all that is asked for: what it is called, and the address of each form."""
    return [
        (translated(one.text, view.lang), {form: view.href("register", "packs", one.rulebook, f"{one.name}.{form}", **asked.told) for form in FORMS})
        for one in _all(site)
    ]


def _all(site: Site) -> list[Pack]:
    return [one for folder in site.folders() for one in _beside(folder, tuple(file.stat().st_mtime_ns for file in sorted(folder.glob("*.yaml"))))]


@lru_cache(maxsize=64)
def _beside(folder: Path, _: tuple[int, ...]) -> tuple[Pack, ...]:
    """The packs beside a rulebook, read again when a file there changes."""
    return tuple(shelf.packs(folder).values())


def _ledgers(site: Site) -> list[str]:
    """The ledgers that are served, whose runs of the gate are told."""
    return [one for one in (site.adopted.where, site.docket) if one]


def _matters(site: Site, procedures: set[str]) -> dict[str, str]:
    """The matters of these procedures, with the procedure of each."""
    if site.docket is None:
        return {}
    with registry.docket(site.docket) as kept:
        told = {name: f"{one.procedure.rulebook}/{one.procedure.name}" for name, one in kept.docket.matters.items()}
    return {name: procedure for name, procedure in told.items() if procedure in procedures}


def _filled(made: Pack, site: Site, look: Look, movement: str, matter: str) -> Filled:
    return packed.filled(made, look.verdicts[movement], look.read, packed.matter(matter, made, look.read), {}, _ledgers(site))


def _filing(made: Pack, site: Site, look: Look, view: View, movement: str, matter: str) -> Filing:
    filled = _filled(made, site, look, movement, matter)
    where = ("movements", movement, "packs", made.rulebook)
    files = {form: view.href(*where, f"{made.name}.{form}", matter=matter) for form in FORMS}
    title = translated(made.text, view.lang)
    told = blanks(filled, view.lang, look.read.plan.vocabulary)
    return Filing(f"{made.rulebook}/{made.name}", title, made.text.cite, made.text.read, len(filled.answers), told, files)
