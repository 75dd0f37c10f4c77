"""One run of the gate: what crossed, what stayed at home and why, and the proof of it.

The ledger holds the digest of a run's manifest; the manifest lies beside the table, or in the ledger's folder. Of one that is found, and has that
digest, all is told; else what the entry itself says.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from starlette.exceptions import HTTPException

from comity.edge.home import Home
from comity.law.rulebook import OUTCOMES
from comity.text.source import SourceError
from comity.web.runs import RAN, Run, asked, opened, ran, seen
from comity.web.site import Site
from comity.web.view import View
from comity.words.words import place

PROVISION: Final = re.compile(r"(?P<regime>[^\s:]+) (?P<path>\S+) \((?P<cite>.*)\)")
"""A provision, as manifests name one."""
WORDS: Final = {
    "in the forms in which it may cross, nothing is left of it": "nothing left",
    "with more persons it is beyond a line": "beyond a line",
    "it is not known whose count these persons are, or which devices": "uncounted",
    "there is no rulebook for the place where they are": "no rulebook there",
}
"""Reasons that the gate gives in words of its own, and how pages say them."""
NO_LAW: Final = "there is no rulebook for "
UNKNOWN: Final = "not known: "
ENDING: Final = ".manifest.json"


@dataclass(frozen=True)
class Reason:
    """Why something stays, in the reader's language; `law`: the provision, as regime and path, if it is one."""

    text: str
    law: tuple[str, str] | None = None


@dataclass(frozen=True)
class Crossed:
    """What crossed of the rows of persons in one place: which columns were kept, and how others were masked, each with the provisions behind it.

    `persons`: -1 where nobody counted them. `duties`: what goes with it.
    """

    place: str
    rows: int
    persons: int
    outcome: str
    columns: Sequence[tuple[str, str, Sequence[Reason]]]
    duties: Sequence[Reason]


@dataclass(frozen=True)
class Stayed:
    """What stayed at home for the same reasons: the places, how many rows, and persons if they were counted (else -1); `outcome`: its sign."""

    places: Sequence[str]
    rows: int
    persons: int
    outcome: str
    why: Sequence[Reason]


@dataclass(frozen=True)
class Told:
    """One run. `manifest`: its digest, as the entry says it; `found`: whether a manifest of that digest lies where manifests are looked for.

    `files`: what it and the receipt beside it are called, to whoever sees all movements. `output`: SHA-256 of what was written, and `engine`: by what.
    `unknown`: rows that do not say who or where their person is; they stayed too.
    """

    run: Run
    manifest: str
    found: bool
    files: Sequence[str]
    crossed: Sequence[Crossed]
    stayed: Sequence[Stayed]
    unknown: int
    output: str
    engine: str
    law: Mapping[str, str]
    entry: Mapping[str, Any]


def one(site: Site, view: View, path: Mapping[str, Any]) -> Told:
    """One run, by the entry with which it ended."""
    run, entry = _ended(site, view, int(path["entry"]))
    about = entry.get("about", {})
    digest = str(about.get("manifest", ""))
    file, raw = _manifest(site, digest) or (None, b"")
    told: Mapping[str, Any] = json.loads(raw) if file else {"odrl:permission": entry.get("crosses", ()), "stays": entry.get("stays", ())}
    files = [file, file.with_name(f"{file.name.removesuffix(ENDING)}.receipt")] if file and site.sees is None else []
    reads = Reading(view, _served(site))
    return Told(
        run,
        digest,
        file is not None,
        [one.name for one in files if one.is_file()],
        [reads.crossed(part) for part in told["odrl:permission"]],
        list(reads.stayed(told["stays"])),
        told.get("unknown rows", 0),
        str(about.get("output", "")),
        str(about.get("engine", "")),
        {name: book["edition"] for name, book in told.get("law", {}).items()},
        entry,
    )


def proof(site: Site, view: View, index: int) -> str:
    """The proof that an entry is in the log, for anybody to check (C2SP tlog-proof). It says what the entry says: to a party, only of its own runs."""
    if site.docket is None:
        raise HTTPException(404)
    own = seen(site, view)
    with opened(site) as reader:
        if index >= reader.size:
            raise HTTPException(404)
        entry = reader.entry(index)
        if own is not None and (entry["kind"] not in RAN or asked(reader, index, entry).get("movement") not in own):
            raise HTTPException(404)
        return reader.prove(index)


def manifest(site: Site, view: View, index: int) -> bytes:
    """The manifest of a run, as it lies there."""
    digest = str(_ended(site, view, index)[1].get("about", {}).get("manifest", ""))
    if not digest or (found := _manifest(site, digest)) is None:
        raise HTTPException(404)
    return found[1]


def _ended(site: Site, view: View, index: int) -> tuple[Run, Mapping[str, Any]]:
    """A run and its last entry, if whoever looks may see it."""
    if site.docket is None:
        raise HTTPException(404)
    own = seen(site, view)
    with opened(site) as reader:
        if index >= reader.size or (entry := reader.entry(index))["kind"] not in RAN or (run := ran(reader, index, entry)) is None:
            raise HTTPException(404)
        if own is not None and run.movement not in own:
            raise HTTPException(404)
    return run, entry


def _served(site: Site) -> frozenset[str]:
    """The regimes whose law is shown here; none where it cannot be asked: what was recorded is told all the same."""
    try:
        return frozenset(folder.name for folder in site.folders())
    except SourceError:
        return frozenset()


def _manifest(site: Site, digest: str) -> tuple[Path, bytes] | None:
    """The manifest of this digest, and its file, if it lies there as it was written."""
    folders = [folder for folder in (site.manifests, Home.at(site.docket).folder if site.docket else None) if folder is not None]
    read = ((file, file.read_bytes()) for folder in folders for file in sorted(folder.glob(f"*{ENDING}")))
    return next((found for found in read if hashlib.sha256(found[1]).hexdigest() == digest), None)


@dataclass(frozen=True)
class Reading:
    """How manifests and entries are read to somebody. `served`: the regimes whose law is shown here."""

    view: View
    served: frozenset[str]

    def crossed(self, part: Mapping[str, Any]) -> Crossed:
        """What crossed of one place."""
        columns = [(name, told["form"], [self.reason(law) for law in told.get("needed by", ())]) for name, told in part.get("columns", {}).items()]
        duties = [self.reason(law) for law in part.get("odrl:duty", ())]
        return Crossed(self.place(part), part["rows"], part.get("persons", -1), part["outcome"], columns, duties)

    def stayed(self, stays: Sequence[Mapping[str, Any]]) -> Iterator[Stayed]:
        """What stayed, that of the same reasons together, the most rows first."""
        alike: dict[tuple[str, tuple[str, ...]], list[Mapping[str, Any]]] = {}
        for part in stays:
            alike.setdefault((part["outcome"], tuple(part.get("why", ()))), []).append(part)
        for (outcome, why), parts in sorted(alike.items(), key=lambda one: -sum(part["rows"] for part in one[1])):
            persons, rows = [part.get("persons", -1) for part in parts], sum(part["rows"] for part in parts)
            counted = -1 if -1 in persons else sum(persons)
            sign = str(OUTCOMES.index(outcome)) if outcome in OUTCOMES else "open"
            yield Stayed([self.place(part) for part in parts], rows, counted, sign, [self.reason(one) for one in why])

    def place(self, part: Mapping[str, Any]) -> str:
        """Where the persons are; nothing where that is not said."""
        return place(part["place"], self.view.lang) if part.get("place") else ""

    def reason(self, text: str) -> Reason:
        """A reason as a manifest gives it. What names a provision, or a fact, is not translated."""
        if text in WORDS:
            return Reason(self.view.text(WORDS[text]))
        if text.startswith(NO_LAW):
            return Reason(self.view.text("no rulebook for", place(text.removeprefix(NO_LAW), self.view.lang)))
        if text.startswith(UNKNOWN):
            return Reason(self.view.text("not known of", text.removeprefix(UNKNOWN)))
        found = PROVISION.fullmatch(text)
        return Reason(text, (found["regime"], found["path"]) if found and found["regime"] in self.served else None)


def formed(form: str, view: View) -> str:
    """A form in which a column crosses, as a mapping spells it, in the reader's language."""
    word, *more = form.split()
    return view.text(f"form {word}", *(number for number in more if number.isdecimal()))
