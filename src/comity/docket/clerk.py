"""The clerk: reads the docket out of a ledger, and puts down in it what parties sign. The edge where the log is believed and written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from comity.docket.docket import Docket
from comity.docket.envelope import ACT, KEY, sealed
from comity.docket.keys import NEW, REVOKE, ROLE, ROTATE
from comity.docket.log import Log
from comity.docket.matter import RefusedError
from comity.docket.procedure import Procedure
from comity.facts.value import Interval
from comity.facts.vocabulary import Vocabulary
from comity.files.calendar import Almanac
from comity.ledger.hold import ConflictError
from comity.ledger.ledger import Ledger
from comity.ledger.note import Key, Private
from comity.ledger.store import Store

Clock = Callable[[], dt.datetime]
MOVED: Final = 200
"""Clocks told in one entry."""
AGAIN: Final = 16
"""How often an act is tried where others write to the same matter at the same time."""


def read(store: Store, vocabulary: Vocabulary) -> Docket:
    """The docket of a log, as it is signed, read from its beginning. Raises CorruptError unless the log holds."""
    log, docket = Log(store), Docket("", vocabulary)
    for piece in log.pieces():
        docket.log = docket.log or log.name
        for entry in piece:
            docket.apply(entry)
    return docket


class Days(Interval):
    """A day, or from which to which it may be, as an entry tells it."""

    def __str__(self) -> str:
        first, last = (dt.date.fromordinal(min(max(day, 1), dt.date.max.toordinal())).isoformat() for day in self)
        return first if first == last else f"{first}..{last}"


def _within(place: str) -> Iterator[str]:
    """A place, and those that it lies in."""
    while place:
        yield place
        place = place.rpartition("-")[0]


class Clerk:
    """Puts acts into a ledger. Nothing that has no effect is put down, unless another act came between."""

    def __init__(self, ledger: Ledger, docket: Docket, almanacs: Mapping[str, Almanac], now: Clock) -> None:
        """`docket`: of that ledger's log. `almanacs`: the calendars as they are published, of which the log gets those that its matters count by."""
        self.ledger, self.docket, self._almanacs, self._now = ledger, docket, almanacs, now

    def open(self, matter: str, procedure: Procedure, parties: Mapping[str, str], act: str, says: Mapping[str, Any], key: Private) -> int:
        """Opens a matter with its first act; the index of the entry. The log gets the procedure too, if it does not hold it."""
        if matter in self.docket.matters:
            raise RefusedError([f"there is a matter '{matter}' already"])
        opening = {"procedure": procedure.digest, "parties": dict(parties)}
        told = {"kind": "procedure", "id": procedure.digest, "rulebook": procedure.rulebook, "name": procedure.name, "told": dict(procedure.told)}
        self.catch_up()
        first = [*self._fresh(procedure.place), *([told] if procedure.digest not in self.docket.procedures else [])]
        self.docket.would([*first, self._draft(matter, act, says, key, opening)], self._now())  # else what it needs would be put down for nothing
        self.publish(procedure.place)
        if procedure.digest not in self.docket.procedures:
            self._put(told)
        return self._act(matter, act, says, key, opening)

    def act(self, matter: str, act: str, says: Mapping[str, Any], key: Private) -> int:
        """Makes an act of a matter, or adds a signature to one that is proposed in the same words; the index of the entry.

        Raises:
            RefusedError, KeyRefusedError, EnvelopeError: it would have no effect, and is not put down.
            HoldError: the ledger does not write.
        """
        if matter not in self.docket.matters:
            raise RefusedError([f"there is no matter '{matter}'"])
        return self._act(matter, act, says, key, {})

    def publish(self, place: str) -> int:
        """Puts down the editions of a place's calendar that the log does not hold, and which open deadlines they move; how many they are."""
        fresh = list(self._fresh(place))
        for draft in fresh:
            before = self._deadlines(draft["place"])
            self._put(draft)
            after = self._deadlines(draft["place"])
            moved = [{"matter": at[0], "clock": at[1], "from": str(before[at]), "to": str(day)} for at, day in after.items() if before.get(at) != day]
            for start in range(0, len(moved), MOVED):
                self._put({"kind": "clocks", "id": f"{draft['id']}/{start}", "calendar": draft["id"], "moved": moved[start : start + MOVED]})
        return len(fresh)

    def _fresh(self, place: str) -> Iterator[dict[str, Any]]:
        """The editions of a place's calendar that the log does not hold, as entries."""
        almanac = next((self._almanacs[one] for one in _within(place) if one in self._almanacs), None)
        if almanac is None:
            return
        held = self.docket.almanacs.get(almanac.place)
        known = {held.digest(one) for one in held.editions} if held else set()
        for edition in almanac.editions:
            if (digest := almanac.digest(edition)) not in known:
                yield {"kind": "calendar", "id": digest, "place": almanac.place, "told": almanac.told([edition])}

    def _deadlines(self, place: str) -> dict[tuple[str, str], Days]:
        """When the clocks of open matters that count by a place's days end, by matter and clock."""
        docket = self.docket
        counting = (one for one in docket.now(self._now()) if not one.over and place in _within(one.procedure.place))
        return {(one.name, run.clock.name): Days(*run.ends) for one in counting for run in one.clocks(docket.calendars) if run.awaited and run.met is None}

    def introduce(
        self,
        key: Key,
        since: str,
        *,
        until: str = "",
        procedures: Sequence[str] = ("*",),
        offices: Sequence[str] = (),
        held_by: str = "",
        signed: Private | None = None,
    ) -> int:
        """A party's key: its first by the log's keeper, a further one signed with one that it has; the index of the entry.

        `procedures` and `offices` are patterns: RULEBOOK/PROCEDURE, RULEBOOK/PROCEDURE/ROLE.
        """
        told: dict[str, Any] = {"id": key.number.hex(), "role": ROLE, "vkey": str(key), "party": key.name, "event": ROTATE if signed else NEW, "since": since}
        told |= {"procedures": list(procedures), "offices": list(offices)}
        return self._key({**told, **({"until": until} if until else {}), **({"held_by": held_by} if held_by else {})}, signed)

    def revoke(self, key: Key, why: str, signed: Private | None = None) -> int:
        """A key that signs no more, said by its party or the log's keeper; the index of the entry."""
        number = key.number.hex()
        return self._key({"id": f"{number}/revoked", "role": ROLE, "vkey": str(key), "party": key.name, "event": REVOKE, "number": number, "why": why}, signed)

    def _key(self, told: dict[str, Any], signed: Private | None) -> int:
        envelope = {"envelope": sealed({**told, "log": self.docket.log}, KEY, signed)} if signed else {}
        return self._put({"kind": "key", **told, **envelope})

    def _act(self, matter: str, act: str, says: Mapping[str, Any], key: Private, opening: Mapping[str, Any]) -> int:
        for _ in range(AGAIN):
            try:
                return self._put(self._draft(matter, act, says, key, opening))
            except ConflictError:  # another wrote meanwhile: judged anew, after that
                self.catch_up()
        raise ConflictError(f"others write to '{matter}' all the time")

    def _draft(self, matter: str, act: str, says: Mapping[str, Any], key: Private, opening: Mapping[str, Any]) -> dict[str, Any]:
        """The act as an entry after all that is in the log."""
        file = self.docket.file(matter)
        told = {"log": self.docket.log, "matter": matter, "act": act, "says": dict(says), "after": file.head, **opening}
        return {"kind": "act", "id": f"{matter}/{file.entries}", "envelope": sealed(told, ACT, key)}

    def _put(self, draft: dict[str, Any]) -> int:
        """Puts down what has an effect after all that is in the log."""
        self.catch_up()
        self.docket.would([draft], self._now())
        index = self.ledger.append(draft)
        self.catch_up()
        if why := next((one.why for one in self.docket.idle if one.entry == index), ""):
            raise RefusedError([f"entry {index} has no effect: {why}"])
        return index

    def catch_up(self) -> None:
        """Reads on to where the log is now."""
        for index in range(self.docket.size, self.ledger.size):
            self.docket.apply(self.ledger.entry(index))
