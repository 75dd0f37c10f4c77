"""How near what the ledger counts is to the lines of the law: all counts on a page, the nearest beside the flows, beside a verdict those that it hangs on.

Without a ledger that counts, nothing is told beside flows and verdicts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from comity.edge import counted
from comity.gauge.gauge import Gauge, Measuring
from comity.gauge.gauging import Gauging
from comity.gauge.said import Said
from comity.verdict.verdict import Verdict
from comity.web.site import Look, Site
from comity.web.view import View
from comity.words.notes import Note
from comity.words.words import Words, day

FEW: Final = 3
"""Gauges that are told beside the flows."""


@dataclass(frozen=True)
class Gauges:
    """Some gauges as numbers, and the same in words; of `all` that there are."""

    gauges: Sequence[Gauge]
    notes: Sequence[Note]
    all: int


@dataclass(frozen=True)
class Counts:
    """All counts under which somebody was or would be counted, the nearest to a line first; `empty`: those under which nobody.

    `read`: of `size` entries so many were looked through for the transfers.
    """

    served: bool
    on: str = ""
    gauges: Sequence[Gauge] = ()
    notes: Sequence[Note] = ()
    empty: int = 0
    read: int = 0
    size: int = 0


def page(site: Site, view: View, _: Mapping[str, Any]) -> Counts:
    """Every gauge of the ledger that is served."""
    look = site.look(view.on, view.known)
    if (gauging := _gauging(site, look, view)) is None:
        return Counts(served=False)
    (gauges, empty), standing = gauging.every(), gauging.measuring.standing
    return Counts(True, day(look.read.asked_on), gauges, list(_said(gauging).page(gauges, empty, standing)), empty, standing.read, standing.size)


def few(site: Site, look: Look, view: View) -> Gauges | None:
    """The gauges that are nearest to a line."""
    if (gauging := _gauging(site, look, view)) is None:
        return None
    gauges, _ = gauging.every()
    return _gauges([one for one in gauges if one.next][:FEW], len(gauges), gauging)


def of(verdict: Verdict, site: Site, look: Look, view: View) -> Gauges | None:
    """The gauges of the counts that a verdict hangs on."""
    if (gauging := _gauging(site, look, view)) is None:
        return None
    gauges = gauging.hanging(verdict)
    return _gauges(gauges, len(gauges), gauging)


def _gauges(gauges: Sequence[Gauge], every: int, gauging: Gauging) -> Gauges | None:
    return Gauges(gauges, [_said(gauging).short(one) for one in gauges], every) if gauges else None


def _said(gauging: Gauging) -> Said:
    return Said(gauging.measuring.plan, gauging.measuring.words)


def _gauging(site: Site, look: Look, view: View) -> Gauging | None:
    """What a ledger counts, as whoever looks may see it; none where no ledger is served."""
    if site.docket is None:
        return None
    plan = look.read.plan
    standing = counted.standing(site.docket, site.replay)
    measuring = Measuring(plan, Words(view.lang, plan.vocabulary), counted.days(view.on, plan), standing, look.read.world)
    return Gauging(measuring, look.brought if standing.since else (), site.sees, frozenset(look.verdicts))
