"""The docket of the ledger that is served: its matters, each as everybody sees it, and what falls due. Whoever plays which role sees the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from starlette.exceptions import HTTPException

from comity.docket.docket import day_in
from comity.docket.due import Due, listed
from comity.docket.kept import Kept
from comity.docket.page import page as told
from comity.docket.page import where
from comity.docket.phrases import Phrases
from comity.docket.procedure import Procedure
from comity.docket.standing import Standing, named, record
from comity.edge import registry
from comity.edge.home import now
from comity.web.packs import filed_in
from comity.web.page import TEXT, Choices
from comity.web.paging import ASKED as PAGED
from comity.web.paging import ROWS, after, numbered
from comity.web.site import Site
from comity.web.view import View
from comity.words.notes import Note
from comity.words.words import day

WITHIN: Final = 90
"""Days that what falls due is told ahead."""
ASKED: Final[Choices] = {
    "party": ("those in which this party plays a role, and what falls due to it", TEXT),
    "turn": ("those that wait for this party", TEXT),
    **PAGED,
}


@dataclass(frozen=True)
class Row:
    """A matter in a line. `waits_for`: the parties whose move it is, or who have not signed yet; `over`: nothing more can be done."""

    name: str
    procedure: str
    rulebook: str
    stage: str
    since: str
    waits_for: Sequence[str]
    parties: Mapping[str, str]
    over: bool


@dataclass(frozen=True)
class Falling:
    """Something that falls due. `until`: the latest day, where nobody can say yet which it is; `late`: yes, perhaps, or empty."""

    day: str
    until: str
    what: str
    of: str
    name: str
    who: Sequence[str]
    cite: str
    late: str


@dataclass(frozen=True)
class Matters:
    """The matters of a log as on a day, those on one of so many `pages`, and all that falls due soon; none where no docket is served."""

    served: bool
    on: str
    log: str
    size: int
    parties: Sequence[str]
    matters: Sequence[Row]
    due: Sequence[Falling]
    page: int
    pages: int
    next: str


@dataclass(frozen=True)
class Told:
    """One matter. `signing`: the parties that signed something, or have not signed yet; `documents`: whether a rulebook tells of such as are filed in it;
    `notes`: the page, part by part; `record`: the same as data.
    """

    name: str
    on: str
    stage: str
    waits_for: Sequence[str]
    signing: Sequence[str]
    documents: bool
    notes: Sequence[Note]
    record: Mapping[str, Any]


def matters(site: Site, view: View, _: Mapping[str, Any]) -> Matters:
    """The matters that the reader asks for; so many on a page. What falls due is never cut: a day that is on a later page is missed."""
    asked = numbered(view.asked.get("page", ""))
    if site.docket is None:
        return Matters(False, "", "", 0, (), (), (), 1, 1, "")
    phrases = Phrases(view.lang)
    with _docket(site) as kept:
        docket, today = kept.docket, _today(view)
        names = (*docket.matters, *(name for name, file in docket.files.items() if file.matter is None and file.proposed))
        every = {name: found for name in names if (found := named(docket, name)) is not None}
        standings = [Standing.of(docket, name, today(matter.procedure)) for name, matter in every.items()]
        there = [one for one in standings if one.matter.path or one.matter.name not in docket.matters]
        party, turn = view.asked.get("party", ""), view.asked.get("turn", "")
        shown = [one for one in there if party in ("", *one.matter.parties.values()) and turn in ("", *one.awaited)]
        pages = max(1, -(-len(shown) // ROWS))
        number = min(asked, pages)
        last = max(map(today, docket.procedures.values()), default=0)
        falling = listed(kept.due(today, last + WITHIN), WITHIN, party)
        return Matters(
            True,
            day(view.on) if view.on is not None else "",
            docket.log,
            docket.size,
            sorted({one for found in every.values() for one in found.parties.values()}),
            [_row(one, phrases) for one in shown[(number - 1) * ROWS :][:ROWS]],
            [_falling(one, at, phrases) for one, at in falling],
            number,
            pages,
            after(view, number, pages),
        )


def matter(site: Site, view: View, path: Mapping[str, Any]) -> Told:
    """One matter as everybody sees it."""
    name, phrases = path["matter"], Phrases(view.lang)
    if site.docket is None:
        raise HTTPException(404)
    with _docket(site) as kept:
        found = named(kept.docket, name)
        if found is None:
            raise HTTPException(404)
        standing = Standing.of(kept.docket, name, _today(view)(found.procedure))
        if found.made and not standing.matter.path:
            raise HTTPException(404, view.text("not open then", day(found.made[0].day)))
        signed = {party for act in standing.matter.made for party in act.by}
        signed |= {party for one in standing.proposed for party in (*one.by, *standing.missing(one))}
        signing = [party for party in standing.matter.parties.values() if party in signed]
        documents = bool(filed_in(site, found.procedure))
        return Told(name, day(standing.day), where(standing, phrases), standing.awaited, signing, documents, told(standing, phrases), record(standing))


@contextmanager
def _docket(site: Site) -> Iterator[Kept]:
    assert site.docket is not None  # or nothing is shown of it
    with registry.docket(site.docket) as kept:
        kept.log.check()  # what is shown is what its log was signed for
        yield kept


def _today(view: View) -> Any:  # noqa: ANN401 -- from a procedure to the day it is there
    at = now()
    return lambda procedure: _day(procedure, at, view)


def _day(procedure: Procedure, at: Any, view: View) -> int:  # noqa: ANN401 -- the clock's own
    return day_in(procedure, at) if view.on is None else view.on


def _row(one: Standing, phrases: Phrases) -> Row:
    procedure, matter_ = one.matter.procedure, one.matter
    since = "" if one.since is None else day(one.since)
    called = phrases.said(procedure.text, procedure.name)
    return Row(matter_.name, called, procedure.rulebook, where(one, phrases), since, one.awaited, dict(matter_.parties), matter_.over)


def _falling(one: Due, today: int, phrases: Phrases) -> Falling:
    late = {True: "overdue", None: "perhaps overdue", False: ""}[one.late(today)]
    said = phrases.said(one.text, one.name)
    who = [party for party in one.who if party]
    until = "" if one.sure else day(one.day.hi)
    return Falling(day(one.day.lo), until, phrases.text(f"due {one.what.value}"), one.of, said, who, one.text.cite, phrases.text(late) if late else "")
