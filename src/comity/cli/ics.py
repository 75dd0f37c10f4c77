"""What falls due as a calendar (iCalendar, RFC 5545): an event a day, under a name that stays when the day moves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from hashlib import sha256

from icalendar import Calendar, Event

from comity.cli.due import sentence
from comity.docket.due import Due
from comity.docket.phrases import Phrases
from comity.words.words import day


def calendar(found: Sequence[Due], log: str, phrases: Phrases, at: dt.datetime) -> bytes:
    """The calendar's text. A day that nobody can be sure of yet is tentative, and stands on the earliest it may be."""
    made = Calendar()
    made.add("prodid", "-//comity//docket//EN")
    made.add("version", "2.0")
    for one in found:
        if not 1 <= one.day.lo <= dt.date.max.toordinal():
            continue  # no day, no event: the list says it
        event = Event()
        event.add("uid", f"{sha256('|'.join((log, one.of, one.what.value, one.name, *one.who)).encode()).hexdigest()[:32]}@comity")
        event.add("dtstamp", at.replace(microsecond=0))
        event.add("dtstart", dt.date.fromordinal(one.day.lo))
        event.add("summary", sentence(one, phrases))
        event.add("categories", [one.what.value])
        event.add("status", "CONFIRMED" if one.sure else "TENTATIVE")
        event.add("transp", "TRANSPARENT")
        if not one.sure:
            event.add("description", phrases.text("provisional", day(one.day.hi)))
        made.add_component(event)
    return bytes(made.to_ical())
