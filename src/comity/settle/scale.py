"""A scale: where the worths of one party lie between nought and one, and the round worths that are written beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Final

from comity.facts.value import MAX, MIN, Interval

TICKS: Final = 6
"""At most so many round worths are written."""
MARGIN: Final = 0.06


@dataclass(frozen=True, slots=True)
class Scale:
    """The worths from `low` to `high`, in millionths, as all that is drawn of one party."""

    low: float
    high: float

    def at(self, worth: float) -> float:
        """Where a worth lies, 0 at the foot and 1 at the head; beyond either end at that end."""
        return min(1.0, max(0.0, (worth - self.low) / (self.high - self.low)))

    def ends(self, worth: Interval) -> tuple[float, float]:
        """Where a range begins and ends."""
        return self.at(worth.lo), self.at(worth.hi)

    def middle(self, worth: Interval) -> float:
        """Where a worth is marked: the middle of its range, or the end that is known."""
        ends = [end for end in worth if MIN < end < MAX]
        return self.at(sum(ends) / len(ends)) if ends else 0.5

    def ticks(self) -> list[int]:
        """The round worths within."""
        step = next(step for step in _steps() if (self.high - self.low) / step <= TICKS)
        first = int(-(-self.low // step))
        return [number * step for number in range(first, int(self.high // step) + 1)]


def scale(worths: Iterable[Interval]) -> Scale:
    """The scale on which all ends of these worths are seen, and a little more."""
    ends = [end for worth in worths for end in worth if MIN < end < MAX] or [0]
    room = MARGIN * (max(ends) - min(ends)) or 1_000_000.0
    return Scale(min(ends) - room, max(ends) + room)


def _steps() -> Iterator[int]:
    return (round_ * 10**power for power in count() for round_ in (1, 2, 5))
