"""Runs of the gate, as the ledger that is served took them down; and how far those are that are under way, by their own word."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from comity.edge.home import now, reading
from comity.ledger.entry import instant
from comity.ledger.reader import Reader
from comity.ledger.said import Said, every
from comity.web.page import NUMBER, Choices
from comity.web.paging import numbered
from comity.web.site import Site
from comity.web.view import View
from comity.words.words import day

AGAIN: Final = 15
"""Seconds after which a reader is shown the runs anew, while one is under way."""
QUIET: Final = dt.timedelta(minutes=3)
"""After so long without a word a run is not said to be under way."""
LATEST: Final = 200
"""Runs of a page, the latest first."""
ASKED: Final[Choices] = {"before": ("those that come before this entry", NUMBER)}
RAN: Final = ("commit", "cancel", "refuse", "verdict")
"""Kinds of entry with which a run ends."""


@dataclass(frozen=True)
class Far:
    """How far a run is by its own word, which is no evidence: rows of a step, of so many, 0 where nobody counts them; `at`: when it was heard last."""

    step: str
    rows: int
    of: int
    at: str


@dataclass(frozen=True)
class Run:
    """A run in a line. `ended`: committed, cancelled, refused, or only judged (a shadow). Where no entry says how it ended: `under way`; `not heard`,
    if it said how far it was and then no more for some minutes; or `given up`.

    `entry`: -1 of one that has reserved nobody yet, and of which only its own word tells. `rows`: that crossed; -1 where no entry says so.
    `until`: of one that holds a reservation, the moment at which it is given up. `far`: what it says of itself, if it does.
    """

    entry: int
    at: str
    movement: str
    table: str
    day: str
    ended: str
    rows: int
    until: str = ""
    far: Far | None = None


@dataclass(frozen=True)
class Runs:
    """The latest runs of a log, or those before an entry; none where no ledger is served. `next`: the address of those before them."""

    served: bool
    log: str
    size: int
    runs: Sequence[Run]
    next: str


def runs(site: Site, view: View, _path: Mapping[str, Any]) -> Runs:
    """The latest runs, or those before an entry."""
    before = numbered(text, "before", "an entry") if (text := view.asked.get("before")) else None
    if site.docket is None:
        return Runs(served=False, log="", size=0, runs=(), next="")
    own = seen(site, view)
    with opened(site) as reader:
        words = every(reader.store)  # before the entries: whatever ended by then is known to have ended
        log = reader.checkpoint().partition("\n")[0]
        latest = _latest(reader, reader.size if before is None else before, words)
        found = list(islice((run for run in latest if own is None or run.movement in own), LATEST + 1))
        following = view.href(before=str(found[LATEST - 1].entry)) if len(found) > LATEST else ""
        ahead = [run for run in _ahead(reader, words) if own is None or run.movement in own] if before is None else []
        return Runs(served=True, log=log, size=reader.size, runs=[*ahead, *found[:LATEST]], next=following)


def again(found: Runs) -> int:
    """In how many seconds there may be more to see."""
    return AGAIN if any(run.ended == "under way" for run in found.runs) else 0


def seen(site: Site, view: View) -> Container[str] | None:
    """The movements of whoever looks; none where all are seen."""
    return None if site.sees is None else site.look(view.on, view.known).verdicts


@contextmanager
def opened(site: Site) -> Iterator[Reader]:
    """The ledger that is served."""
    assert site.docket is not None  # or nothing is read of it
    with reading(site.docket) as reader:
        yield reader


def _ahead(reader: Reader, words: Mapping[str, Said]) -> Iterator[Run]:
    """Runs that say they have begun, and that have reserved nobody yet: the latest word first."""
    reserved = reader.store.named([f"reserve {run}" for run in words])
    for word in sorted(words.values(), key=lambda one: one.at, reverse=True):
        if f"reserve {word.run}" not in reserved:
            yield Run(-1, "", word.movement, word.table, day(word.day), _state(word), -1, far=_far(word))


def _latest(reader: Reader, before: int, words: Mapping[str, Said]) -> Iterator[Run]:
    """The runs before an entry. All of the log is read: how a run ended may be told after it."""
    ended = set[str]()
    for index in range(reader.size - 1, -1, -1):
        entry = reader.entry(index)
        if entry["kind"] in ("commit", "cancel"):
            ended.add(entry["id"])
        found = _going(index, entry, words.get(entry["id"])) if entry["kind"] == "reserve" and entry["id"] not in ended else None
        found = ran(reader, index, entry) if entry["kind"] in RAN else found
        if found is not None and index < before:
            yield found


def _going(index: int, entry: Mapping[str, Any], word: Said | None) -> Run | None:
    """A run that has reserved its persons, and of which no entry says that it ended."""
    about = entry.get("about", {})
    if not about.get("movement"):
        return None
    on, until = about.get("day"), str(entry["until"])
    ended = _state(word) if dt.datetime.fromisoformat(until) > now() else "given up"
    return Run(index, entry["at"], about["movement"], str(about.get("table", "")), day(on) if isinstance(on, int) else "", ended, -1, until, _far(word))


def _state(word: Said | None) -> str:
    """Whether a run that has not ended was heard of of late; of one that never says anything nobody knows."""
    return "not heard" if word is not None and word.at < instant(now() - QUIET) else "under way"


def _far(word: Said | None) -> Far | None:
    return None if word is None else Far(word.step, word.rows, word.of, word.at)


def ran(reader: Reader, index: int, entry: Mapping[str, Any]) -> Run | None:
    """A run by its last entry; what it was is told by the reservation before it, or by the entry itself."""
    about = asked(reader, index, entry)
    if not about.get("movement"):
        return None
    ended = {"commit": "committed", "cancel": "cancelled", "refuse": "refused", "verdict": "judged"}[entry["kind"]]
    rows = entry.get("about", {}).get("rows", -1) if entry["kind"] == "commit" else -1
    on = about.get("day")
    return Run(index, entry["at"], about["movement"], str(about.get("table", "")), day(on) if isinstance(on, int) else "", ended, rows)


def asked(reader: Reader, index: int, entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """What was asked of a run, by its last entry; nothing where that is of no run."""
    if "movement" in entry:
        return entry
    for before in range(index - 1, -1, -1):
        told = reader.entry(before)
        if told["kind"] == "reserve" and told["id"] == entry["id"]:
            return dict(told.get("about", {}))
    return {}
