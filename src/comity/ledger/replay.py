"""What a ledger counts, read from its entries and followed as it grows: how many persons were counted last on which day, and who brought them.

It gives numbers, and no person. Nothing is believed before the log's own signature is over it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any, Final

from comity.ledger import entry as entries
from comity.ledger.counts import Key
from comity.ledger.definition import Definition, Total
from comity.ledger.entry import Entry
from comity.ledger.follow import Follower
from comity.ledger.hold import CorruptError, HoldError
from comity.ledger.register import Register
from comity.ledger.snapshot import Snapshot
from comity.ledger.store import Store
from comity.ledger.window import Window, start

READ: Final = 20_000
"""Entries before a snapshot in which it is looked up who brought somebody: how many that was, the snapshot says."""
USES: Final = 10
"""Transfers that are remembered of each movement under each count and key, the latest."""


@dataclass(frozen=True, slots=True)
class Use:
    """A transfer that brought persons: the entry of its reservation, its day, how many (perhaps counted before), and whether it moved or is `pending`."""

    entry: int
    movement: str
    day: int
    persons: int
    ended: str


@dataclass(frozen=True, slots=True)
class Held:
    """What a count holds under one key. `days`: how many persons were counted last on each, reserved ones too.

    `gone`: the latest day of anybody let go (0: nobody was); `reserved`: how many at most are only reserved; `uses`: who brought them, the latest first.
    """

    days: Mapping[int, int] = field(default_factory=dict)
    gone: int = 0
    reserved: int = 0
    uses: Sequence[Use] = ()

    def total(self, window: Window, first: int, last: int, most: int) -> Total:
        """The persons of the window that ends on a day, which is one of these; exact up to `most`, the highest line.

        On a day before the latest that is counted: whoever was counted since may have been counted before, too, so both ends are told.
        """
        reaches, begins = start(window, first), start(window, last)
        least = sum(n for day, n in self.days.items() if begins <= day <= last)
        upper = sum(n for day, n in self.days.items() if day >= reaches)
        return Total(min(least, most + 1), None if upper > most or self.gone >= reaches else upper)


@dataclass(frozen=True)
class Standing:
    """What a ledger counts after so many entries (`size`), of which the latest `read` were looked through for transfers.

    `since`: see `State.since`; `signed`: the signed law that is adopted.
    """

    size: int = 0
    read: int = 0
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    since: Mapping[str, Sequence[str]] = field(default_factory=dict)
    signed: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    held: Mapping[tuple[str, Key], Held] = field(default_factory=dict)


@dataclass
class Uses:
    """The transfers that entries tell of: by count and key and movement the latest; and those that nobody settled yet, by reservation."""

    first: int = 0
    latest: dict[tuple[str, Key], dict[str, deque[Use]]] = field(default_factory=dict)
    open: dict[str, list[tuple[deque[Use], Use]]] = field(default_factory=dict)

    def take(self, made: Iterable[Entry], first: int) -> None:
        """Goes on with these entries, of which the first has this index."""
        for index, entry in enumerate(made, first):
            match entry["kind"]:
                case "reserve":
                    movement = str(entry["about"].get("movement", ""))
                    for one in entry["asked"]:
                        if number := one["persons"]["number"]:
                            among = self.latest.setdefault((one["count"], tuple(one["key"])), {}).setdefault(movement, deque(maxlen=USES))
                            use = Use(index, movement, one["day"], number, "pending")
                            among.append(use)
                            self.open.setdefault(entry["id"], []).append((among, use))
                case "commit" | "cancel" | "expire" as kind:
                    for among, use in self.open.pop(entry["id"], ()):
                        if use in among:
                            at = among.index(use)
                            del among[at]
                            if kind == "commit":
                                among.insert(at, replace(use, ended="committed"))
                case _:
                    pass

    def of(self, count: str, key: Key) -> list[Use]:
        """Those under a count and key, the latest first."""
        found = [use for among in self.latest.get((count, key), {}).values() for use in among]
        return sorted(found, key=lambda one: -one.entry)


class Replay:
    """A ledger's counts, as far as its entries were read. Any number of threads may ask; one at a time reads on."""

    def __init__(self) -> None:
        self._one = Lock()
        self._at: Snapshot | None = None
        self._uses = Uses()
        self._note: str | None = None
        self._standing = Standing()

    def standing(self, store: Store, secret: bytes = b"") -> Standing:
        """What the ledger in a store counts now. `secret`: of the log's signer, who has a snapshot to begin with.

        Raises:
            CorruptError: the entries do not follow from each other, or are not those that were signed.
        """
        with self._one:
            size = store.size()
            note = store.checkpoint(size) if size else None
            if (size, note) != (self._standing.size, self._note):
                self._standing, self._note = self._read(store, size, note, secret), note
            return self._standing

    def _read(self, store: Store, size: int, note: str | None, secret: bytes) -> Standing:
        begun, self._at = self._at or self._resumed(store, size, secret), None  # what was followed half-way is of no use
        self._standing = Standing()
        try:
            return self._followed(store, size, note, begun)
        except CorruptError:
            if begun is None:
                raise
            self._uses = Uses()  # from where it does not follow: what the log itself says counts
            return self._followed(store, size, note, None)

    def _resumed(self, store: Store, size: int, secret: bytes) -> Snapshot | None:
        self._uses = Uses()
        with suppress(HoldError):
            if secret and (kept := store.kept()) is not None and (found := Snapshot.read(kept, secret)) is not None and found.state.size <= size:
                self._uses.first = max(0, found.state.size - READ)
                self._uses.take(map(entries.read, store.entries(self._uses.first, found.state.size)), self._uses.first)
                return found
        return None

    def _followed(self, store: Store, size: int, note: str | None, begun: Snapshot | None) -> Standing:
        log = Follower(store, begun)
        for _, made, _ in log.pieces(size):
            self._uses.take(made, log.state.size - len(made))
        if size:
            log.believe(note)
        self._at = Snapshot(log.state, log.tree.head())
        counts = log.state.counts
        held = {(name, key): _held(one, self._uses.of(name, key)) for name, registers in counts.registers.items() for key, one in registers.items()}
        return Standing(size, size - self._uses.first, dict(counts.definitions), dict(log.state.since), dict(log.state.signed), held)


def _held(register: Register, uses: Sequence[Use]) -> Held:
    reserved = sum(len(one.persons) for one in register.pending.values())
    return Held(register.days, register.gone, reserved, uses)
