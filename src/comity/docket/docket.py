"""The docket: every matter of a log, as a fold over its entries. What cannot stand has no effect, and why is kept beside it.

An entry of the log proves who signed what and when; whether it had an effect is for this fold to say, the same for everybody who reads the log.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import ChainMap
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final
from zoneinfo import ZoneInfo

from comity.docket.envelope import ACT, EnvelopeError, digest, number, opened
from comity.docket.keys import ROLE, Held, KeyRefusedError, Keys
from comity.docket.matter import Matter, RefusedError
from comity.docket.procedure import Act, Procedure, Sort
from comity.docket.said import NAMED, Reader, is_name
from comity.docket.written import read_procedures, tree
from comity.facts.calendar import Calendars
from comity.facts.vocabulary import Vocabulary
from comity.files.calendar import Almanac, as_of, read_almanac
from comity.ledger.entry import instant
from comity.text.source import Mistakes, Place, SourceError, read_documents

NAME: Final = re.compile(r"\w[\w.-]{,99}")
"""What a matter is called."""
LATER: Final = "it follows another act than the last one here: something has happened since it was signed, or this log has lost something"
NOTHING: Final = ""
"""What the first act of a matter comes after."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """What was signed and has no effect yet: some of its signatures are missing."""

    told: Mapping[str, Any]
    by: Mapping[str, str]
    """The numbers of the keys that signed, by party."""
    entry: int


@dataclass(frozen=True, slots=True)
class Idle:
    """An entry without effect."""

    entry: int
    matter: str
    why: str


@dataclass(frozen=True, slots=True)
class File:
    """All there is of a matter: where it stands, if it was opened; the digest of the act that took effect last, which the next one names; what is
    signed and lacks signatures, by digest; how many entries of it there are, those without effect among them.
    """

    matter: Matter | None = None
    head: str = NOTHING
    proposed: Mapping[str, Proposed] = field(default_factory=dict)
    entries: int = 0


class Matters(Mapping[str, Matter]):
    """The matters among files, by name."""

    def __init__(self, files: Mapping[str, File]) -> None:
        self._files = files

    def __getitem__(self, name: str) -> Matter:
        found = self._files[name].matter
        if found is None:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        return (name for name, file in self._files.items() if file.matter is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)


@dataclass
class Docket:
    """Procedures by digest, keys, and the files of matters by name, after so many entries of the log of this name."""

    log: str
    vocabulary: Vocabulary
    size: int = 0
    almanacs: MutableMapping[str, Almanac] = field(default_factory=dict)
    calendars: Calendars = field(default_factory=Calendars)
    """As the log has them by now; every day of a place that it says nothing of is unsure."""
    procedures: MutableMapping[str, Procedure] = field(default_factory=dict)
    keys: Keys = field(default_factory=Keys)
    files: MutableMapping[str, File] = field(default_factory=dict)
    idle: list[Idle] = field(default_factory=list)

    @property
    def matters(self) -> Matters:
        """Every matter that was opened."""
        return Matters(self.files)

    def file(self, matter: str) -> File:
        """The file of a matter; an empty one, if there is none."""
        return self.files.get(matter) or File()

    def apply(self, entry: Mapping[str, Any]) -> None:
        """Goes on with the next entry of the log."""
        index, self.size = self.size, self.size + 1
        matter = str(entry.get("id", "")).rpartition("/")[0]
        try:
            match entry["kind"]:
                case "procedure":
                    self._procedure(entry)
                case "calendar":
                    self._calendar(entry)
                case "key" if entry.get("role") == ROLE:
                    self.keys.apply(entry, index, _instant(entry).date().toordinal(), self.log)
                case "act":
                    file = self.file(matter)
                    self.files[matter] = file = replace(file, entries=file.entries + 1)
                    self.files[matter] = self._act(entry, index, matter, file)
                case _:
                    pass
        except (RefusedError, KeyRefusedError, EnvelopeError) as fault:
            self.idle.append(Idle(index, matter, str(fault)))

    def would(self, requests: Sequence[Mapping[str, Any]], at: dt.datetime) -> None:
        """Raises RefusedError with the reason why one of these requests, as the next entries, would have no effect."""
        over = {name: ChainMap({}, getattr(self, name)) for name in ("procedures", "files", "almanacs")}
        tried = replace(self, **over, keys=Keys(ChainMap({}, self.keys.held)), idle=[])  # type: ignore[arg-type]  # by the names of its own fields
        for request in requests:
            tried.apply({**request, "at": instant(at)})
        if tried.idle:
            raise RefusedError([tried.idle[0].why])

    def day(self, matter: str, at: dt.datetime) -> int:
        """The day it is where a matter's days begin."""
        return day_in(self.matters[matter].procedure, at)

    def now(self, at: dt.datetime) -> Iterator[Matter]:
        """Every matter as its clocks have moved it by then."""
        return (matter.on(day_in(matter.procedure, at), self.calendars) for matter in self.matters.values())

    def _procedure(self, entry: Mapping[str, Any]) -> None:
        mistakes = Mistakes()
        text = json.dumps({"procedures": {str(entry.get("name")): entry.get("told")}}, ensure_ascii=False)
        try:
            found = read_procedures(read_documents(f"entry {self.size - 1}", text, mistakes), str(entry.get("rulebook")), self.vocabulary, mistakes)
            mistakes.settle()
        except SourceError as fault:
            raise RefusedError([str(one) for one in fault.mistakes]) from fault
        made = found[str(entry.get("name"))]
        if made.digest != entry["id"]:
            raise RefusedError(["the procedure is another than its digest says"])
        self.procedures[made.digest] = made

    def _calendar(self, entry: Mapping[str, Any]) -> None:
        """One edition more. What clocks have done by then they have done under those before; from here on this one counts."""
        mistakes = Mistakes()
        (node,) = read_documents(f"entry {self.size - 1}", json.dumps(entry.get("told"), ensure_ascii=False), mistakes) or (None,)
        told = read_almanac(node, mistakes) if node is not None else None
        if told is None or len(told.editions) != 1 or told.digest(told.editions[0]) != entry["id"]:
            raise RefusedError([*map(str, mistakes.found), "this is not the edition of a calendar that its digest says"])
        known = self.almanacs.get(told.place)
        if known is not None and any(known.digest(one) == entry["id"] for one in known.editions):
            raise RefusedError(["an edition that is in the log already"])
        whole = replace(told, editions=tuple(sorted((*(known.editions if known else ()), *told.editions), key=lambda one: one.published)))
        text = json.dumps(whole.told(whole.editions), ensure_ascii=False)
        if (known is not None and known.weekend != told.weekend) or read_almanac(read_documents(whole.place, text, mistakes)[0], mistakes) is None:
            raise RefusedError([*map(str, mistakes.found), f"the edition does not go with those of {told.place} that are in the log"])
        for name, file in list(self.files.items()):
            if file.matter is not None and not file.matter.over:
                self.files[name] = replace(file, matter=file.matter.on(day_in(file.matter.procedure, _instant(entry)), self.calendars))
        self.almanacs[told.place] = whole
        self.calendars = as_of(self.almanacs)

    def _act(self, entry: Mapping[str, Any], index: int, matter: str, file: File) -> File:
        """The file with what this entry brings about."""
        told, signed = opened(entry.get("envelope"), ACT, self.keys.known())
        if told.get("log") != self.log or told.get("matter") != matter:
            raise RefusedError(["it was signed for another matter"])
        if not isinstance(told.get("act"), str) or not isinstance(told.get("says"), dict):
            raise RefusedError(["what was signed is no act"])
        if told.get("after") != file.head:
            raise RefusedError([LATER])
        found = file.matter or self._opened(told, matter)
        at = _instant(entry)
        held = self.keys.signer(signed, at.date().toordinal(), found.procedure.rulebook, found.procedure.name)
        return self._signed(file, found, told, held, at, index)

    def _opened(self, told: Mapping[str, Any], matter: str) -> Matter:
        if not NAME.fullmatch(matter):
            raise RefusedError([f"'{matter}' is no name for a matter"])
        procedure = self.procedures.get(str(told.get("procedure")))
        parties = told.get("parties")
        if procedure is None:
            raise RefusedError(["its procedure is not in the log"])
        if not isinstance(parties, dict) or not all(isinstance(party, str) and party for party in parties.values()):
            raise RefusedError(["who plays which role is not said"])
        if unfit := [party for party in parties.values() if not is_name(party)]:
            raise RefusedError([f"'{party}' is no name of a party: {NAMED}" for party in unfit])
        if stray := parties.keys() - procedure.roles.keys():
            raise RefusedError([f"the procedure has no role '{min(stray)}'"])
        for act in procedure.acts.values():
            if len({parties.get(role, role) for role in act.by}) < len(act.by):
                raise RefusedError([f"one party cannot be both of {' and '.join(act.by)}, who make '{act.name}' together"])
        return Matter(matter, procedure, parties)

    def _signed(self, file: File, matter: Matter, told: Mapping[str, Any], held: Held, at: dt.datetime, index: int) -> File:
        seal, day = digest(told), day_in(matter.procedure, at)
        waiting = file.proposed.get(seal, Proposed(told, {}, index))
        by = {party: key for party, key in waiting.by.items() if self.keys.held[key].holds(at.date().toordinal())}
        if held.party in by:
            raise RefusedError([f"'{held.party}' has signed it already"])
        by[held.party] = number(held.key)
        act = matter.procedure.acts.get(told["act"])
        self._in_office(matter, act, held)
        self._readable(matter, act, told["says"])
        due = set(matter.whose(act)) if act is not None else set()
        if by.keys() < due:  # what could not take effect with every signature is not proposed either
            matter.admitting(told["act"], due, told["says"], day, self.calendars)
            return replace(file, proposed={**file.proposed, seal: Proposed(told, by, index)})
        return File(matter.after(told["act"], by, told["says"], day, index, self.calendars), seal, {}, file.entries)

    def _readable(self, matter: Matter, act: Act | None, says: Mapping[str, Any]) -> None:
        """Raises RefusedError where a limit holds what is nobody's and nothing's name: no world could be read with what would come of it."""
        mistakes = Mistakes()
        reader = Reader(matter.procedure, self.vocabulary, (), mistakes)
        for name in act.saying(Sort.SCOPE) if act is not None else ():
            if isinstance(says.get(name), dict):
                limits = {key: told for key, told in says[name].items() if isinstance(told, list) and all(isinstance(one, str) for one in told)}
                reader.scope(name, tree(limits, Place(name, 1, 1)))
        if mistakes.found:
            raise RefusedError([one.message for one in mistakes.found])

    def _in_office(self, matter: Matter, act: Act | None, held: Held) -> None:
        """Raises RefusedError where a party signs as who holds an office, with a key that was not introduced for it."""
        for role in act.by if act is not None else ():
            made = matter.procedure
            if matter.parties.get(role) == held.party and made.roles[role].office and not held.holds_office(made.rulebook, made.name, role):
                raise RefusedError([f"the key {number(held.key)} of '{held.party}' is not that of the {role}: it was introduced for no such office"])


def _instant(entry: Mapping[str, Any]) -> dt.datetime:
    return dt.datetime.fromisoformat(entry["at"])


def day_in(procedure: Procedure, at: dt.datetime) -> int:
    """The day it is where the days of a procedure begin."""
    return at.astimezone(ZoneInfo(procedure.zone)).date().toordinal()
