"""`comity law calendar`: whose working days are known and how far, each edition with its source, and the day on which a term ends, with why."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from comity import shelf
from comity.cli.check import day_of
from comity.cli.screen import columns, out, paint
from comity.facts.value import MAX
from comity.files.calendar import WEEKDAYS, Almanac, runs, span
from comity.text.source import Mistake, Mistakes, Place, SourceError, nearest
from comity.why.deadline import deadline
from comity.words.lines import pad, width, wrap
from comity.words.words import day, place


def calendar(args: argparse.Namespace) -> int:
    """Every calendar in a line, one in full, or the day on which a term ends by it."""
    on = day_of(args.as_of, "--as-of") if args.as_of else MAX
    start = day_of(args.after, "--after") if args.after else None
    if start is not None and args.place is None:
        raise SourceError([Mistake(Place("law", 1, 1), "a term ends by the calendar of a place", "write comity law calendar PLACE --after DATE --count N")])
    found = _named(args.place) if args.place else list(shelf.almanacs().values())
    if args.place is None:
        told: Iterable[str] = contents(found, on)
    elif start is None:
        told = (line for i, almanac in enumerate(found) for line in (*([""] * bool(i)), *page(almanac, on)))
    else:
        told = (line for almanac in found for line in term(almanac, start, args.count, args.unit, on))
    for line in told:
        out(line)
    return 0


def _named(name: str) -> Sequence[Almanac]:
    """The calendar of a place, or of the one that it lies in; or those of a file."""
    shipped = shelf.almanacs()
    if name not in shipped and Path(name).is_file():
        mistakes = Mistakes()
        found = shelf.almanacs_in(Path(name), mistakes)
        mistakes.settle()
        return found
    here = shelf.places().aliases.get(name, name)
    while here and here not in shipped:
        here = here.rpartition("-")[0]
    if not here:
        inside = [one for one in shipped if one.startswith(f"{name}-")]
        hint = f"within it: {', '.join(inside)}" if inside else nearest(name, shipped) or f"name a file, or one of {', '.join(shipped)}"
        raise SourceError([Mistake(Place("law", 1, 1), f"there is no calendar of '{name}'", hint)])
    return [shipped[here]]


def contents(almanacs: Sequence[Almanac], on: int) -> Iterator[str]:
    """Every calendar in a line."""
    rows = [("place", "from", "until", "editions", "unread", "")]
    for almanac in almanacs:
        known, days = almanac.known(on), almanac.calendar(on)
        ends = (day(days.first), day(days.horizon)) if known else ("-", "-")
        rows.append((almanac.place, *ends, str(len(known)), str(sum(not e.read for e in known)), place(almanac.place, "en")))
    wide = [max(width(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        yield "  ".join(cell.rjust(wide[i]) if i in (3, 4) else pad(cell, wide[i]) for i, cell in enumerate(row)).rstrip()
    yield ""
    yield from wrap("unread: editions whose announcement nobody opened; the day of each is one by which it was surely published.", columns())
    yield "One of them in full: comity law calendar PLACE"


def page(almanac: Almanac, on: int) -> Iterator[str]:
    """One calendar, its editions from the first published to the last."""
    known, days = almanac.known(on), almanac.calendar(on)
    yield paint(f"{place(almanac.place, 'en')} [{almanac.place}]", "bold")
    if not known:
        yield f"  nothing was published by {day(on)}"
        return
    yield f"  known from {day(days.first)} until {day(days.horizon)}; a day that is counted beyond is provisional"
    yield f"  weekend: {', '.join(WEEKDAYS[i].title() for i in sorted(almanac.weekend)) or 'none'}"
    yield from _more("  note: ", almanac.note)
    for edition in known:
        yield ""
        yield from _more(f"  published {day(edition.published)}: ", edition.source + ("" if edition.read else " [unread: published by that day]"))
        yield f"    speaks of {span(edition.first, edition.horizon)}, digest {almanac.digest(edition)[:16]}"
        yield from _more("    holidays: ", ", ".join(span(*run) for run in runs(edition.holidays)))
        yield from _more("    worked: ", ", ".join(map(dated, sorted(edition.worked))))


def term(almanac: Almanac, start: int, count: int, unit: str, on: int) -> Iterator[str]:
    """The day on which a term ends, and the days on its way that are not what their weekday says."""
    days = almanac.calendar(on)
    found = deadline(start, count, unit, days)
    said = {"workdays": "working days"}.get(unit, unit)
    said = f"{abs(count)} {said if abs(count) != 1 else said.removesuffix('s')} {'after' if count >= 0 else 'before'} {dated(start)}"
    if not 1 <= found.due.lo <= found.due.hi <= dt.date.max.toordinal():
        yield f"no calendar reaches {said}"
        return
    if found.provisional:
        yield paint(f"{dated(found.due.lo)} to {dated(found.due.hi)}, provisional", "bold") + f": {said}"
    else:
        yield paint(dated(found.due.lo), "bold") + f": {said}"
    yield from _more(f"  holidays of {almanac.place}: ", ", ".join(span(*run) for run in runs(found.holidays)))
    yield from _more("  worked: ", ", ".join(map(dated, found.worked)))
    if found.unpublished is not None:
        known = f"{almanac.place} is known from {day(days.first)} until {day(days.horizon)}" if almanac.known(on) else "nothing is published"
        yield from _more("  not published: ", f"{day(found.unpublished)} and {'beyond' if count >= 0 else 'before'}; {known}")


def dated(number: int) -> str:
    """A day with its weekday."""
    return f"{WEEKDAYS[dt.date.fromordinal(number).weekday()].title()} {day(number)}"


def _more(lead: str, text: str) -> Iterator[str]:
    """A labelled text, wrapped a little deeper than its label; nothing where it says nothing."""
    if text:
        yield from wrap(text, columns(), lead, " " * (len(lead) - len(lead.lstrip()) + 2))
