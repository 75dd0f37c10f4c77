"""What a ledger knows: a fold over its entries. The same step takes a request live, follows other writers, and rebuilds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from comity.ledger import budget, floor
from comity.ledger import entry as entries
from comity.ledger.counts import Counts
from comity.ledger.definition import Asked, Total
from comity.ledger.digests import Digests
from comity.ledger.entry import Entry
from comity.ledger.hold import ClockError, CorruptError, EntryError, ExpiredError, HoldError, StaleError, StoreError, UnreservedError
from comity.ledger.note import Key, NoteError

Persons = Callable[[str], Digests]
"""A set of persons by its name."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A reservation that nobody settled yet."""

    until: str
    under: Mapping[str, str]


@dataclass
class State:
    """Counts, reservations, spent budgets, adopted rulebooks and keys after so many entries. A function of the log and of the sets of persons it names."""

    size: int = 0
    at: str = ""
    counts: Counts = field(default_factory=Counts)
    rulebooks: Mapping[str, str] = field(default_factory=dict)
    adopted: int | None = None
    """Index of the entry that adopted them."""
    pending: dict[str, Pending] = field(default_factory=dict)
    spent: dict[str, Decimal] = field(default_factory=dict)
    """Of each budget by name; it only grows."""
    signers: list[str] = field(default_factory=list)
    """Keys of the log, oldest first; the last one signs."""
    since: Mapping[str, list[str]] = field(default_factory=dict)
    """By count, the moments at which it was adopted and let go, in turn: what moved while it was not may be in no total of it."""
    signed: Mapping[str, floor.Adopted] = field(default_factory=dict)
    """By repository, the signed law that is adopted: the floor of what may be."""

    def due(self, at: str) -> Iterator[str]:
        """Reservations whose time is over by then."""
        return (name for name, held in self.pending.items() if held.until <= at)

    def take(self, request: Entry, at: str, persons: Persons) -> Entry:
        """The entry that a request becomes at a time, with which the state goes on. A refusal leaves the state as it was.

        Raises:
            ClockError: the time is before that of the last entry.
            SpentError: a budget has less left.
            StaleError, RolledBackError, UnreservedError, ExpiredError: the request does not fit what is adopted and reserved.
            CountError: a count refuses it.
            EntryError: a key that is to sign the log is none.
        """
        totals = self._go_on(request, at, persons)
        return {**request, "at": at} if totals is None else {**request, "at": at, "totals": totals}

    def apply(self, entry: Entry, persons: Persons) -> None:
        """Goes on with an entry of the log. Raises CorruptError unless the same request makes the same entry again."""
        index = self.size
        try:
            totals = self._go_on(entry, entry["at"], persons)
        except StoreError:
            raise
        except (KeyError, TypeError, AttributeError, ArithmeticError, ValueError, HoldError) as fault:  # of what it should be, it may lack anything
            raise CorruptError(f"entry {index} does not follow from those before it: {fault}") from fault
        if ("totals" in entry) != (totals is not None) or entry.get("totals") != totals:
            raise CorruptError(f"entry {index} does not follow from those before it: totals of {totals} were due")

    def _go_on(self, request: Entry, at: str, persons: Persons) -> list[Any] | None:
        """The totals of a reservation or a spending; None of anything else."""
        if at < self.at:
            raise ClockError(f"the clock says {at}, and the last entry {self.at}")
        totals: list[Any] | None = None
        match request["kind"]:
            case "reserve":
                totals = self._reserve(request, at, persons)
            case "commit" | "cancel" | "expire" as kind:
                self._check_settles(kind, request["id"], at)
                self.counts.apply(request, persons)
                del self.pending[request["id"]]
            case "adopt":
                signed = request.get("signed", {})
                floor.check(self.signed, signed, request["rulebooks"])
                self.counts.apply(request, persons)
                self.rulebooks, self.adopted, self.signed = request["rulebooks"], self.size, signed
                kept = {one["name"] for one in request["counts"]}
                told = {**{name: [] for name in kept}, **self.since}
                self.since = {name: turns if len(turns) % 2 == (name in kept) else [*turns, at] for name, turns in told.items()}
            case "spend":
                asked = [budget.Spending.read(one) for one in request["asked"]]
                now = budget.spent(self.spent, asked)
                totals = [budget.written(now[one.budget]) for one in asked]
                self.spent |= now
            case "key" if request["role"] == "log":
                self.signers.append(_log_key(request))
        self.size, self.at = self.size + 1, at
        return totals

    def _reserve(self, request: Entry, at: str, persons: Persons) -> list[Entry]:
        if request["under"] != self.rulebooks:
            if self.adopted is None:
                raise StaleError("no rulebooks are adopted yet: adopt them")
            raise StaleError(f"{request['id']} was decided under other rulebooks than those adopted")
        floor.check_current(self.signed, at)
        asked = [Asked.read(one, persons) for one in request["asked"]]
        tomorrow = entries.ordinal(at[:10]) + 1  # east of here it may be tomorrow already
        if late := [one.day for one in asked if one.day > tomorrow]:
            raise ClockError(f"{request['id']} is of the day {late[0]}, which is yet to come")
        if request["until"] <= at:
            raise ExpiredError(f"{request['id']} would be over when it begins")
        totals = self.counts.reserve(request["id"], asked)
        self.pending[request["id"]] = Pending(request["until"], request["under"])
        return [written(total) for total in totals]

    def _check_settles(self, kind: str, name: str, at: str) -> None:
        held = self.pending.get(name)
        if held is None:
            raise UnreservedError(f"nothing is reserved as {name}")
        over = held.until <= at
        if kind == "commit" and over:
            raise ExpiredError(f"the reservation {name} was over at {held.until}")
        if kind == "commit":
            if held.under != self.rulebooks:
                raise StaleError(f"the rulebooks changed after {name} was reserved")
            floor.check_current(self.signed, at)
        if kind == "expire" and not over:
            raise UnreservedError(f"the reservation {name} is not over before {held.until}")


def _log_key(request: Entry) -> str:
    """The key that signs from now on. One that is none would end the log: nobody could sign after it."""
    try:
        return str(Key.parse(request["vkey"]))
    except NoteError as fault:
        raise EntryError(f"no key for a log: {fault}") from fault


def written(total: Total) -> Entry:
    """A total as an entry holds it; without `most`, no upper bound is known."""
    return {"least": total.least} if total.most is None else {"least": total.least, "most": total.most}


def read_total(held: Mapping[str, int]) -> Total:
    """A total from an entry."""
    return Total(held["least"], held.get("most"))
