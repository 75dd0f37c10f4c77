"""Procedures of the shipped rulebooks, and days, as tests of matters need them."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING

from comity import shelf

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
