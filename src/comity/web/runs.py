"""Runs of the gate, as the ledger that is served took them down: what crossed, what stayed at home and why, and the proof of it.

The ledger holds the digest of a run's manifest; the manifest lies beside the table. Of one that is found, and has that digest, all is told.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from starlette.exceptions import HTTPException

from comity.edge.home import now, reading
from comity.ledger.reader import Reader
from comity.web.page import Choices
from comity.web.paging import NUMBER, numbered
from comity.web.site import Site
from comity.web.view import View
from comity.words.words import day, place

AGAIN: Final = 15
"""Seconds after which a reader is shown the runs anew, while one is under way."""
LATEST: Final = 200
"""Runs of a page, the latest first."""
ASKED: Final[Choices] = {"before": ("those that come before this entry", NUMBER)}
RAN: Final = ("commit", "cancel", "refuse", "verdict")
"""Kinds of entry with which a run ends."""


@dataclass(frozen=True)
class Run:
    """A run in a line. `ended`: committed, cancelled, refused, or only judged (a shadow); `under way`, or `given up`, where no entry says how it ended.

    `rows`: that crossed; -1 where no entry says so. `until`: of one under way, the moment at which it is given up.
    """

    entry: int
    at: str
    movement: str
    table: str
    day: str
    ended: str
    rows: int
    until: str = ""


@dataclass(frozen=True)
class Runs:
    """The latest runs of a log, or those before an entry; none where no ledger is served. `next`: the address of those before them."""

    served: bool
    log: str
    size: int
    runs: Sequence[Run]
    next: str


@dataclass(frozen=True)
class Crossed:
    """What crossed of the rows of persons in one place: which columns were kept, and how others were masked, each with the provision behind it."""

    place: str
    rows: int
    persons: int
    outcome: str
    columns: Sequence[tuple[str, str, Sequence[str]]]


@dataclass(frozen=True)
class Stayed:
    """What stayed at home for the same reasons: the places, and how many rows."""

    places: Sequence[str]
    rows: int
    outcome: str
    why: Sequence[str]


@dataclass(frozen=True)
class Told:
    """One run. `manifest`: its digest, as the entry says it; `found`: whether a manifest of that digest lies where manifests are looked for."""

    run: Run
    manifest: str
    found: bool
    crossed: Sequence[Crossed]
    stayed: Sequence[Stayed]
    law: Mapping[str, str]
    entry: Mapping[str, Any]


def runs(site: Site, view: View, _path: Mapping[str, Any]) -> Runs:
    """The latest runs, or those before an entry."""
    before = numbered(text, "before", "an entry") if (text := view.asked.get("before")) else None
    if site.docket is None:
        return Runs(served=False, log="", size=0, runs=(), next="")
    own = _own(site, view)
    with _reader(site) as reader:
        log = reader.checkpoint().partition("\n")[0]
        every = _latest(reader, reader.size if before is None else before)
        found = list(islice((run for run in every if own is None or run.movement in own), LATEST + 1))
        following = view.href(before=str(found[LATEST - 1].entry)) if len(found) > LATEST else ""
        return Runs(served=True, log=log, size=reader.size, runs=found[:LATEST], next=following)


def again(found: Runs) -> int:
    """In how many seconds there may be more to see."""
    return AGAIN if any(run.ended == "under way" for run in found.runs) else 0


def one(site: Site, view: View, path: Mapping[str, Any]) -> Told:
    """One run, by the entry with which it ended."""
    if site.docket is None:
        raise HTTPException(404)
    own = _own(site, view)
    with _reader(site) as reader:
        index = int(path["entry"])
        if index >= reader.size or (entry := reader.entry(index))["kind"] not in RAN or (run := _run(reader, index, entry)) is None:
            raise HTTPException(404)
        if own is not None and run.movement not in own:
            raise HTTPException(404)
        digest = str(entry.get("about", {}).get("manifest", ""))
        found = _manifest(site.manifests, digest) if digest else None
    crossed = [_crossed(part, view) for part in (found or {}).get("odrl:permission", ())]
    law = {name: told["edition"] for name, told in (found or {}).get("law", {}).items()}
    return Told(run, digest, found is not None, crossed, list(_stayed(found or {}, view)), law, entry)


def proof(site: Site, index: int) -> str:
    """The proof that an entry is in the log, for anybody to check (C2SP tlog-proof). It says what the entry says: to a party, only of its own runs."""
    if site.docket is None:
        raise HTTPException(404)
    own = None if site.sees is None else site.look().verdicts
    with _reader(site) as reader:
        if index >= reader.size:
            raise HTTPException(404)
        entry = reader.entry(index)
        if own is not None and (entry["kind"] not in RAN or _about(reader, index, entry).get("movement") not in own):
            raise HTTPException(404)
        return reader.prove(index)


def _own(site: Site, view: View) -> Container[str] | None:
    """The movements of whoever looks; none where all are seen."""
    return None if site.sees is None else site.look(view.on, view.known).verdicts


@contextmanager
def _reader(site: Site) -> Iterator[Reader]:
    assert site.docket is not None  # or nothing is read of it
    with reading(site.docket) as reader:
        yield reader


def _latest(reader: Reader, before: int) -> Iterator[Run]:
    """The runs before an entry. All of the log is read: how a run ended may be told after it."""
    ended = set[str]()
    for index in range(reader.size - 1, -1, -1):
        entry = reader.entry(index)
        if entry["kind"] in ("commit", "cancel"):
            ended.add(entry["id"])
        found = _going(index, entry) if entry["kind"] == "reserve" and entry["id"] not in ended else None
        found = _run(reader, index, entry) if entry["kind"] in RAN else found
        if found is not None and index < before:
            yield found


def _going(index: int, entry: Mapping[str, Any]) -> Run | None:
    """A run that has reserved its persons, and of which no entry says that it ended."""
    about = entry.get("about", {})
    if not about.get("movement"):
        return None
    on, until = about.get("day"), str(entry["until"])
    ended = "under way" if dt.datetime.fromisoformat(until) > now() else "given up"
    return Run(index, entry["at"], about["movement"], str(about.get("table", "")), day(on) if isinstance(on, int) else "", ended, -1, until)


def _run(reader: Reader, index: int, entry: Mapping[str, Any]) -> Run | None:
    """A run by its last entry; what it was is told by the reservation before it, or by the entry itself."""
    about = _about(reader, index, entry)
    if not about.get("movement"):
        return None
    ended = {"commit": "committed", "cancel": "cancelled", "refuse": "refused", "verdict": "judged"}[entry["kind"]]
    rows = entry.get("about", {}).get("rows", -1) if entry["kind"] == "commit" else -1
    on = about.get("day")
    return Run(index, entry["at"], about["movement"], str(about.get("table", "")), day(on) if isinstance(on, int) else "", ended, rows)


def _about(reader: Reader, index: int, entry: Mapping[str, Any]) -> Mapping[str, Any]:
    if "movement" in entry:
        return entry
    for before in range(index - 1, -1, -1):
        told = reader.entry(before)
        if told["kind"] == "reserve" and told["id"] == entry["id"]:
            return dict(told.get("about", {}))
    return {}


def _manifest(folder: Path | None, digest: str) -> dict[str, Any] | None:
    """The manifest of this digest, if it lies there as it was written."""
    for file in sorted(folder.glob("*.manifest.json")) if folder is not None else ():
        raw = file.read_bytes()
        if hashlib.sha256(raw).hexdigest() == digest:
            found: dict[str, Any] = json.loads(raw)
            return found
    return None


def _crossed(part: Mapping[str, Any], view: View) -> Crossed:
    columns = [(name, told["form"], list(told.get("needed by", ()))) for name, told in part["columns"].items()]
    return Crossed(place(part["place"], view.lang) if part["place"] else "", part["rows"], part["persons"], part["outcome"], columns)


def _stayed(found: Mapping[str, Any], view: View) -> Iterator[Stayed]:
    """What stayed, that of the same reasons together, the most rows first."""
    alike: dict[tuple[str, tuple[str, ...]], list[Mapping[str, Any]]] = {}
    for part in found.get("stays", ()):
        alike.setdefault((part["outcome"], tuple(part["why"])), []).append(part)
    for (outcome, why), parts in sorted(alike.items(), key=lambda one: -sum(part["rows"] for part in one[1])):
        yield Stayed([place(part["place"], view.lang) if part.get("place") else "" for part in parts], sum(part["rows"] for part in parts), outcome, why)
