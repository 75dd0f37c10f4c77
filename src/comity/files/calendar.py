"""Calendars of working days, read from text: the weekend of a place, and the editions in which its days were announced.

An edition speaks of every day of its own range. Of a day that several speak of, the one that was published last is believed;
on a day in the past only those are that were published by then. After the last day that any of them speaks of, nothing is known.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import rfc8785
from babel import Locale

from comity.facts.calendar import Calendar, Calendars
from comity.facts.place import PLACE
from comity.facts.value import MAX
from comity.text.literal import day
from comity.text.source import Mistakes, Node, nearest

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LONGEST: Final = 100
"""The most years of an edition: nobody fixes the days of more."""
USERS: Final = re.compile("AA|Q[M-Z]|X[A-Z]|ZZ")
"""The codes that ISO 3166 leaves to its users: they are nobody's mistake."""
_KEYS: Final = ("calendar", "note", "weekend", "editions")
_NEEDED: Final = ("published", "source", "from", "until", "holidays")


@dataclass(frozen=True, slots=True)
class Edition:
    """What was announced on one day of the days from `first` to `horizon`. `read`: somebody opened the announcement itself."""

    published: int
    first: int
    horizon: int
    holidays: frozenset[int]
    worked: frozenset[int]
    source: str
    read: bool


@dataclass(frozen=True, slots=True)
class Almanac:
    """The calendar of a place in all its editions, in the order in which they were published."""

    place: str
    weekend: frozenset[int]
    editions: tuple[Edition, ...]
    note: str = ""

    def known(self, on: int = MAX) -> tuple[Edition, ...]:
        """The editions that were published by a day."""
        return tuple(edition for edition in self.editions if edition.published <= on)

    def calendar(self, on: int = MAX) -> Calendar:
        """The calendar as it was known on a day; one that knows no day if nothing was published."""
        holidays: frozenset[int] = frozenset()
        worked: frozenset[int] = frozenset()
        known = self.known(on)
        for edition in known:
            spoken = range(edition.first, edition.horizon + 1)
            holidays = edition.holidays | {d for d in holidays if d not in spoken}
            worked = edition.worked | {d for d in worked if d not in spoken}
        if not known:
            return Calendar(self.weekend)
        return Calendar(self.weekend, holidays, worked, min(e.first for e in known), max(e.horizon for e in known))

    def believed(self, number: int, on: int = MAX) -> Edition | None:
        """The edition that is believed of a day, as known on another."""
        return next((e for e in reversed(self.known(on)) if e.first <= number <= e.horizon), None)

    def told(self, editions: Iterable[Edition]) -> dict[str, Any]:
        """Some of its editions as text and lists, in the form in which a file holds them: `read_almanac` reads it again."""
        return {
            "calendar": self.place,
            "weekend": [WEEKDAYS[i] for i in sorted(self.weekend)],
            "editions": [
                {
                    "published": _iso(edition.published),
                    "source": {"en": edition.source, "read": "true" if edition.read else "false"},
                    "from": _iso(edition.first),
                    "until": _iso(edition.horizon),
                    "holidays": [span(*days) for days in runs(edition.holidays)],
                    "worked": [span(*days) for days in runs(edition.worked)],
                }
                for edition in editions
            ],
        }

    def digest(self, edition: Edition) -> str:
        """The digest of all that an edition says, and of whose calendar."""
        return hashlib.sha256(rfc8785.dumps(self.told([edition]))).hexdigest()


def as_of(almanacs: Mapping[str, Almanac], on: int = MAX) -> Calendars:
    """The calendars of these places as they were known on a day."""
    return Calendars({place: almanac.calendar(on) for place, almanac in almanacs.items()})


def runs(days: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Days as spans without a gap: the first and the last of each."""
    first = last = None
    for number in sorted(days):
        if first is None or last is None or number > last + 1:
            if first is not None and last is not None:
                yield first, last
            first = number
        last = number
    if first is not None and last is not None:
        yield first, last


def span(first: int, last: int) -> str:
    """A day, or the first and the last of several, as people write them."""
    return _iso(first) if first == last else f"{_iso(first)}..{_iso(last)}"


def _iso(number: int) -> str:
    return dt.date.fromordinal(number).isoformat()


def read_almanac(node: Node, mistakes: Mistakes) -> Almanac | None:
    """The calendar that a file holds; faults go to `mistakes`, and then there may be none."""
    before = len(mistakes.found)
    if node.pairs is None:
        mistakes.add(node.place, f"a calendar is a mapping, not a {node.shape}", "begin with calendar: XX, the place whose days they are")
        return None
    _keys(node, _KEYS, ("calendar", "weekend", "editions"), "calendar", mistakes)
    place, note, listed = _place(node, mistakes), node.get("note"), node.get("editions")
    weekend = _weekend(node.get("weekend"), mistakes)
    if listed is not None and not listed.items:
        mistakes.add(listed.place, "a calendar has a list of editions", "write what was announced, and when, as - published: 2026-01-01")
    found = [(child, made) for child in (listed.items or [] if listed else []) if (made := _edition(child, weekend, mistakes))]
    found.sort(key=lambda one: one[1].published)
    _follow(found, mistakes)
    editions = tuple(edition for _, edition in found)
    return Almanac(place, weekend, editions, (note.text or "") if note else "") if len(mistakes.found) == before else None


def _keys(node: Node, known: Sequence[str], needed: Sequence[str], what: str, mistakes: Mistakes) -> None:
    article = "an" if what[0] in "aeiou" else "a"
    for key in node.pairs or {}:
        if key not in known:
            mistakes.add(node.keys[key], f"{article} {what} has no '{key}'", nearest(key, known))
    for key in needed:
        if node.get(key) is None:
            mistakes.add(node.place, f"this {what} says nothing under '{key}'")


def _place(node: Node, mistakes: Mistakes) -> str:
    """The code of the place."""
    found = node.get("calendar")
    if found is None:
        return ""
    text = found.text or ""
    country = text.partition("-")[0]
    known = [code for code in map(str, Locale("en").territories) if len(code) == 2 and code.isalpha()]
    if not PLACE.fullmatch(text):
        mistakes.add(found.place, f"'{text}' is not a place", "write an ISO 3166 code such as XX or XX-AB")
    elif country not in known and not USERS.fullmatch(country):
        mistakes.add(found.place, f"no place has the code '{country}'", nearest(country, known))
    return text


def _weekend(node: Node | None, mistakes: Mistakes) -> frozenset[int]:
    if node is None:
        return frozenset()
    if node.items is None:
        mistakes.add(node.place, f"a weekend is a list, not a {node.shape}", "write [saturday, sunday]")
    for item in node.items or []:
        if item.text not in WEEKDAYS:
            mistakes.add(item.place, f"'{item.text or item.shape}' is no day of the week", nearest(item.text or "", WEEKDAYS))
    found = frozenset(WEEKDAYS.index(item.text) for item in node.items or [] if item.text in WEEKDAYS)
    if len(found) == len(WEEKDAYS):
        mistakes.add(node.place, "no day of the week is left to work on")
    return found


def _edition(node: Node, weekend: frozenset[int], mistakes: Mistakes) -> Edition | None:
    if node.pairs is None:
        mistakes.add(node.place, f"an edition is a mapping, not a {node.shape}", "write published, source, from, until, holidays")
        return None
    _keys(node, (*_NEEDED, "worked"), _NEEDED, "edition", mistakes)
    source, read = _source(node.get("source"), mistakes)
    published, first, horizon = (_day(node.get(key), mistakes) for key in ("published", "from", "until"))
    if published is None or first is None or horizon is None:
        return None
    if first > horizon:
        mistakes.add(node.pairs["until"].place, f"the edition ends before it begins on {_iso(first)}")
        return None
    if horizon > first + LONGEST * 366:
        mistakes.add(node.pairs["until"].place, f"the edition speaks of more than {LONGEST} years")
        return None
    if published > horizon:
        mistakes.add(node.pairs["published"].place, f"published after {_iso(horizon)}, the last day that it speaks of", "nobody could have gone by it")
    holidays = _days(node.get("holidays"), range(first, horizon + 1), mistakes)
    worked = _days(node.get("worked"), range(first, horizon + 1), mistakes)
    for number, item in worked.items():
        weekday = dt.date.fromordinal(number).weekday()
        if number in holidays:
            mistakes.add(item.place, f"{_iso(number)} is both a holiday and worked")
        elif weekday not in weekend:
            mistakes.add(item.place, f"{_iso(number)} is a {WEEKDAYS[weekday].title()}, which is worked anyway", "leave it out, or correct the day")
    return Edition(published, first, horizon, frozenset(holidays), frozenset(worked), source, read)


def _source(node: Node | None, mistakes: Mistakes) -> tuple[str, bool]:
    """What the edition rests on, and whether somebody opened it."""
    if node is None:
        return "", False
    text, read = node.get("en"), node.get("read")
    if text is None or not text.text:
        mistakes.add(node.place, "the source says nothing under 'en'", "write {en: the announcement and its number, read: true}")
    if read is None or read.text not in ("true", "false"):
        mistakes.add((read or node).place, "was the announcement opened?", "write read: true, or read: false and a day by which it was surely known")
    return (text.text or "") if text else "", read is not None and read.text == "true"


def _day(node: Node | None, mistakes: Mistakes) -> int | None:
    if node is None:
        return None
    found = day(node.text or "")
    if found is None:
        mistakes.add(node.place, f"'{node.text or node.shape}' is not a day", "write it as 2026-03-01")
    return found


def _days(node: Node | None, within: range, mistakes: Mistakes) -> dict[int, Node]:
    """The days of a list of days and spans, each with where it is written."""
    found: dict[int, Node] = {}
    if node is not None and node.items is None:
        mistakes.add(node.place, f"days are a list, not a {node.shape}", "write [2026-01-01, 2026-02-15..2026-02-23], or [] if there are none")
    for item in (node.items or []) if node else ():
        text = item.text or ""
        first, last = (day(end.strip()) for end in (text.split("..") if text.count("..") == 1 else (text, text)))
        if first is None or last is None:
            mistakes.add(item.place, f"'{text or item.shape}' is not a day or a span of days", "write 2026-01-01 or 2026-02-15..2026-02-23")
        elif first > last:
            mistakes.add(item.place, f"'{text}' runs backwards", "the earlier day comes first")
        elif first not in within or last not in within:
            mistakes.add(item.place, f"'{text}' is outside the edition", f"it speaks of {span(within[0], within[-1])}")
        else:
            days = range(first, last + 1)
            if twice := next((number for number in days if number in found), None):
                mistakes.add(item.place, f"{_iso(twice)} is given twice")
            found |= dict.fromkeys(days, item)
    return found


def _follow(found: Sequence[tuple[Node, Edition]], mistakes: Mistakes) -> None:
    """Editions in the order of their publication leave no gap, whatever day it is asked as of, and of two of one day none is believed by chance."""
    for i, (node, edition) in enumerate(found):
        pairs, earlier = node.pairs or {}, [one for _, one in found[:i]]
        if any(e.published == edition.published and e.first <= edition.horizon and edition.first <= e.horizon for e in earlier):
            mistakes.add(pairs["published"].place, "published on one day with another edition of the same days", "which of them is believed would be chance")
        first, last = min((e.first for e in earlier), default=edition.first), max((e.horizon for e in earlier), default=edition.first)
        if edition.first > last + 1:
            mistakes.add(pairs["from"].place, f"no edition published by then speaks of {span(last + 1, edition.first - 1)}", f"begin on {_iso(last + 1)}")
        elif edition.horizon < first - 1:
            mistakes.add(pairs["until"].place, f"no edition published by then speaks of {span(edition.horizon + 1, first - 1)}", f"end on {_iso(first - 1)}")
