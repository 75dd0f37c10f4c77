"""Whose key is whose: a fold over the entries that introduce, replace and revoke the keys of parties.

The log's keeper introduces a party's first key, in sight of everybody who reads the log. Every later one is signed by a key of the party that
holds on that day; a party with none left is introduced anew, in the same sight. A key acts in some procedures, for some time, and no longer
once it is revoked; what it signed before stays signed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any, Final

from comity.docket.envelope import KEY, EnvelopeError, number, opened
from comity.facts.value import MAX
from comity.ledger.note import Key, NoteError
from comity.text.literal import day as day_of

ROLE: Final = "party"
"""What an entry of a key says of one that acts in matters."""
NEW, ROTATE, REVOKE = "new", "rotate", "revoke"


class KeyRefusedError(ValueError):
    """Why an entry of a key has no effect."""


@dataclass(frozen=True, slots=True)
class Held:
    """A key of a party: days from `since`, before `until`; `held_by` is who signs with it, if that is somebody else.

    It acts in procedures whose names fit a pattern, RULEBOOK/PROCEDURE; in an office, only where RULEBOOK/PROCEDURE/ROLE fits one of `offices`.
    """

    party: str
    key: Key
    since: int
    until: int
    procedures: tuple[str, ...]
    offices: tuple[str, ...]
    held_by: str
    entry: int
    revoked: int = MAX
    why: str = ""

    def holds(self, day: int) -> bool:
        """May it sign on that day? Once it is revoked, it may not on any: whatever comes later in the log comes after."""
        return self.revoked == MAX and self.since <= day < self.until

    def holds_office(self, rulebook: str, procedure: str, role: str) -> bool:
        """May it sign as who plays that role, which is an office?"""
        return any(fnmatchcase(f"{rulebook}/{procedure}/{role}", one) for one in self.offices)

    def acts_in(self, rulebook: str, procedure: str) -> bool:
        """May it sign in that procedure?"""
        return any(fnmatchcase(f"{rulebook}/{procedure}", one) for one in self.procedures)


@dataclass
class Keys:
    """Every key that was introduced, by its number."""

    held: MutableMapping[str, Held] = field(default_factory=dict)

    def of(self, party: str) -> Iterator[Held]:
        """A party's keys, oldest first."""
        return (one for one in self.held.values() if one.party == party)

    def known(self) -> dict[str, Key]:
        """Public keys by number."""
        return {number: held.key for number, held in self.held.items()}

    def signer(self, number: str, day: int, rulebook: str, procedure: str) -> Held:
        """The key of this number, if it may sign in this procedure on that day. Raises KeyRefusedError."""
        held = self.held[number]
        if held.revoked < MAX:
            raise KeyRefusedError(f"the key {number} of '{held.party}' is revoked")
        if not held.holds(day):
            raise KeyRefusedError(f"the key {number} of '{held.party}' does not hold on that day")
        if not held.acts_in(rulebook, procedure):
            raise KeyRefusedError(f"the key {number} of '{held.party}' is not for {rulebook}/{procedure}")
        return held

    def apply(self, entry: Mapping[str, Any], index: int, day: int, log: str) -> None:
        """Goes on with an entry of a key. Raises KeyRefusedError, and then stays as it was."""
        told = {name: value for name, value in entry.items() if name not in ("kind", "at", "envelope")}
        signed_by = self._signed(entry, told, day, log)
        match told.get("event"):
            case "new" | "rotate":
                held = _read(told, index)
                if number(held.key) in self.held or any(one.key.public == held.key.public for one in self.held.values()):
                    raise KeyRefusedError("a key that was introduced already")
                living = [one for one in self.of(held.party) if one.holds(day)]
                if living and (signed_by is None or signed_by.party != held.party):
                    raise KeyRefusedError(f"'{held.party}' has a key: a further one is signed with that")
                if living and signed_by is not None and (wide := [*_wider(held.procedures, signed_by.procedures), *_wider(held.offices, signed_by.offices)]):
                    raise KeyRefusedError(f"a key that does not act in '{wide[0]}' signs none that does")
                self.held[number(held.key)] = held
            case "revoke":
                gone = self.held.get(str(told.get("number", "")))
                if gone is None or gone.party != told.get("party"):
                    raise KeyRefusedError("what is revoked is no key of that party")
                if signed_by is not None and signed_by.party != gone.party:
                    raise KeyRefusedError(f"'{signed_by.party}' does not revoke the keys of '{gone.party}'")
                if gone.revoked < MAX:
                    raise KeyRefusedError("a key that is revoked already")
                self.held[number(gone.key)] = replace(gone, revoked=day, why=str(told.get("why", "")))
            case _:
                raise KeyRefusedError("what happens to the key is not said: new, rotate or revoke")

    def _signed(self, entry: Mapping[str, Any], told: Mapping[str, Any], day: int, log: str) -> Held | None:
        """Who signed it; nobody but the log's keeper, where it has no envelope."""
        if "envelope" not in entry:
            return None
        try:
            said, by = opened(entry["envelope"], KEY, self.known())
        except EnvelopeError as fault:
            raise KeyRefusedError(str(fault)) from fault
        if said != {**told, "log": log}:
            raise KeyRefusedError("the signature is of another event")
        if not self.held[by].holds(day):
            raise KeyRefusedError(f"the key {by} does not hold on that day")
        return self.held[by]


def _wider(patterns: tuple[str, ...], among: tuple[str, ...]) -> Iterator[str]:
    """The patterns that do not surely lie within others: those that are one of them, or fit one whose only sign is *."""
    for one in patterns:
        if not any(one == other or (not {"?", "["} & set(other) and fnmatchcase(one, other)) for other in among):
            yield one


def _read(told: Mapping[str, Any], index: int) -> Held:
    try:
        key = Key.parse(str(told["vkey"]))
        party, since = told["party"], day_of(str(told["since"]))
        until = day_of(str(told["until"])) if "until" in told else MAX
        procedures, offices = told.get("procedures", ["*"]), told.get("offices", [])
    except (NoteError, KeyError) as fault:
        raise KeyRefusedError(f"no key of a party: {fault}") from fault
    if since is None or until is None or since >= until:
        raise KeyRefusedError("a key holds from a day to a later one")
    if not isinstance(party, str) or key.name != party:
        raise KeyRefusedError("a key is called as its party is")
    if not all(isinstance(held, list) and all(isinstance(one, str) for one in held) for held in (procedures, offices)):
        raise KeyRefusedError("the procedures and offices of a key are names")
    return Held(party, key, since, until, tuple(procedures), tuple(offices), str(told.get("held_by", "")), index)
