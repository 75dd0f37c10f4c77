"""What a ledger knows: a fold over its entries. The same step takes a request live, follows other writers, and rebuilds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from comity.ledger import entry as entries
from comity.ledger.counts import Counts
from comity.ledger.definition import Asked, Total
from comity.ledger.digests import Digests
from comity.ledger.entry import Entry
from comity.ledger.hold import ClockError, CorruptError, ExpiredError, HoldError, StaleError, StoreError, UnreservedError

Persons = Callable[[str], Digests]
"""A set of persons by its name."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A reservation that nobody settled yet."""

    until: str
    under: Mapping[str, str]


@dataclass
class State:
    """Counts, reservations, adopted rulebooks and keys after so many entries. A function of the log and of the sets of persons it names."""

    size: int = 0
    at: str = ""
    counts: Counts = field(default_factory=Counts)
    rulebooks: Mapping[str, str] = field(default_factory=dict)
    adopted: int | None = None
    """Index of the entry that adopted them."""
    pending: dict[str, Pending] = field(default_factory=dict)
    signers: list[str] = field(default_factory=list)
    """Keys of the log, oldest first; the last one signs."""

    def due(self, at: str) -> Iterator[str]:
        """Reservations whose time is over by then."""
        return (name for name, held in self.pending.items() if held.until <= at)

    def take(self, request: Entry, at: str, persons: Persons) -> Entry:
        """The entry that a request becomes at a time, with which the state goes on. A refusal leaves the state as it was.

        Raises:
            ClockError: the time is before that of the last entry.
            StaleError, UnreservedError, ExpiredError: the request does not fit what is adopted and reserved.
            CountError: a count refuses it.
        """
        if at < self.at:
            raise ClockError(f"the clock says {at}, and the last entry {self.at}")
        made = {**request, "at": at}
        match request["kind"]:
            case "adopt":
                self.counts.apply(request, persons)
                self.rulebooks, self.adopted = request["rulebooks"], self.size
            case "reserve":
                made["totals"] = self._reserve(request, made, persons)
            case "commit" | "cancel" | "expire" as kind:
                self._check_settles(kind, request["id"], at)
                self.counts.apply(request, persons)
                del self.pending[request["id"]]
            case "key" if request["role"] == "log":
                self.signers.append(request["vkey"])
        self.size, self.at = self.size + 1, at
        return made

    def apply(self, entry: Entry, persons: Persons) -> None:
        """Goes on with an entry of the log. Raises CorruptError unless the same request makes the same entry again."""
        index = self.size
        try:
            again = self.take(entries.drafted(entry), entry["at"], persons)
        except StoreError:
            raise
        except (KeyError, TypeError, ValueError, HoldError) as fault:
            raise CorruptError(f"entry {index} does not follow from those before it: {fault}") from fault
        if again != entry:
            raise CorruptError(f"entry {index} does not follow from those before it: {again} was due")

    def _reserve(self, request: Entry, made: Entry, persons: Persons) -> list[Entry]:
        if request["under"] != self.rulebooks:
            raise StaleError(f"{request['id']} was decided under other rulebooks than those adopted")
        asked = [Asked.read(one, persons) for one in request["asked"]]
        tomorrow = entries.day(made) + 1  # east of here it may be tomorrow already
        if late := [one.day for one in asked if one.day > tomorrow]:
            raise ClockError(f"{request['id']} is of the day {late[0]}, which is yet to come")
        if request["until"] <= made["at"]:
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
        if kind == "commit" and held.under != self.rulebooks:
            raise StaleError(f"the rulebooks changed after {name} was reserved")
        if kind == "expire" and not over:
            raise UnreservedError(f"the reservation {name} is not over before {held.until}")


def written(total: Total) -> Entry:
    """A total as an entry holds it; without `most`, no upper bound is known."""
    return {"least": total.least} if total.most is None else {"least": total.least, "most": total.most}


def read_total(held: Mapping[str, int]) -> Total:
    """A total from an entry."""
    return Total(held["least"], held.get("most"))
