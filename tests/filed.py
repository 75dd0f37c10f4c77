"""Procedures of the shipped rulebooks, runs of them, and days, as tests of matters need them."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING

from comity import shelf
from comity.docket.matter import Matter
from comity.docket.procedure import Sort

if TYPE_CHECKING:
    from comity.docket.procedure import Procedure


@cache
def procedure(rulebook: str, name: str) -> Procedure:
    """One of a shipped rulebook."""
    return shelf.procedures(shelf.RULEBOOKS / rulebook)[name]


def day(text: str) -> int:
    """The ordinal of YYYY-MM-DD."""
    return dt.date.fromisoformat(text).toordinal()


def text(ordinal: int) -> str:
    """YYYY-MM-DD of an ordinal."""
    return dt.date.fromordinal(ordinal).isoformat()


def playing(matter: str, rulebook: str, name: str, events: str, scope: dict[str, object], parties: dict[str, str]) -> Matter:
    """The matter after `ACT DAY [SAID=VALUE ...]; ...`: each act is made by all who must make it, and says what it must.

    Who is not named is called as his role is; a scope that must be told is this one, and a day that is not told the act's own.
    """
    made = procedure(rulebook, name)
    words = {Sort.DOCUMENT: {"name": "a.pdf", "sha256": "0" * 64}, Sort.TEXT: "as told", Sort.SCOPE: scope}
    now = Matter(matter, made, {role: parties.get(role, role) for role in made.roles})
    for event in events.split("; "):
        act, on, *told = event.split()
        found = made.acts[act]
        says = {need.name: on if need.sort in (Sort.DAY, Sort.UNTIL) else words.get(need.sort) for need in found.needs if not need.optional}
        says |= {key: int(value) if value.isdigit() else value for key, value in (one.split("=") for one in told)}
        now = now.after(act, now.whose(found), says, day(on), len(now.made) + 1, shelf.calendars())
    return now
