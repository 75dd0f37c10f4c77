"""What is counted, what is asked, and the answer; and what cannot be counted. None of it knows a law."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from comity.ledger.digests import Digests
from comity.ledger.window import FIRST, LAST, Window, fault

UNITS: Final = ("person", "device")
MOST: Final = 2**53 - 1
"""No line is higher: an entry writes whole numbers up to this (RFC 8785)."""


class CountError(ValueError):
    """A count that cannot be kept: whoever asked holds."""


class NotAdoptedError(CountError):
    """No definition of that name was adopted."""


class DayWentBackError(CountError):
    """A day before the latest day counted or reserved under the same key."""


class IdError(CountError):
    """An id that is reserved already, or is not."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A count of distinct persons (or devices) by name, over a window; `most` is the highest line drawn over it: exact up to there, then saturated."""

    name: str
    unit: str
    window: Window
    most: int

    def __post_init__(self) -> None:
        """A definition that nobody could count by is refused when it is written."""
        if not self.name or self.unit not in UNITS or not 0 <= self.most <= MOST or fault(self.window):
            why = fault(self.window) or "it needs a name, a unit (person, device), and a highest line that is no negative number"
            msg = f"count '{self.name}' cannot be counted: {why}"
            raise CountError(msg)

    def entry(self) -> dict[str, Any]:
        """It as part of an entry."""
        return {"name": self.name, "unit": self.unit, "window": list(self.window), "most": self.most}

    @classmethod
    def read(cls, entry: Mapping[str, Any]) -> Definition:
        """What `entry` wrote."""
        kind, number = entry["window"]
        return cls(entry["name"], entry["unit"], (kind, number), entry["most"])


@dataclass(frozen=True, slots=True)
class Asked:
    """Persons to be counted on a day under a key: plain text that the caller gives (exporter, importer, what they are grouped under)."""

    count: str
    key: tuple[str, ...]
    day: int
    persons: Digests

    def __post_init__(self) -> None:
        """Days that no calendar has are refused."""
        if not FIRST <= self.day <= LAST:
            msg = f"count '{self.count}': there is no day {self.day}"
            raise CountError(msg)

    def entry(self) -> dict[str, Any]:
        """It as part of an entry, which holds no person: the set by name, and how many it has."""
        return {"count": self.count, "key": list(self.key), "day": self.day, "persons": {"set": self.persons.name, "number": len(self.persons)}}

    @classmethod
    def read(cls, entry: Mapping[str, Any], sets: Callable[[str], Digests]) -> Asked:
        """What `entry` wrote; `sets` finds a set of persons by its name.

        Raises:
            CountError: the set found is not the one named.
        """
        named = entry["persons"]
        persons = sets(named["set"])
        if persons.name != named["set"] or len(persons) != named["number"]:
            msg = f"count '{entry['count']}': the set of persons found is not {named['set']}"
            raise CountError(msg)
        return cls(entry["count"], tuple(entry["key"]), entry["day"], persons)


@dataclass(frozen=True, slots=True)
class Total:
    """How many distinct persons a window holds: at least, and at most (None: no upper bound is known)."""

    least: int
    most: int | None
