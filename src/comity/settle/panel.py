"""One panel of a picture: what the points of a settlement are worth to one party, from left to right, and to another, upwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from comity.facts.value import ANYWHERE, FALSE, MAX, MIN, Interval
from comity.settle.drawing import Drawing, wide
from comity.settle.phrases import TEXT
from comity.settle.scale import Scale
from comity.settle.settlement import Point, Settlement
from comity.settle.table import worth_to_each
from comity.text.literal import decimal

Spot: TypeAlias = tuple[float, float]
Area: TypeAlias = tuple[float, float, float, float]
"""From the left, from above, to the right, to below."""
RIM: Final = 12
MANY: Final = 60
"""More points than so many are drawn finer, and fewer of their numbers."""


@dataclass
class Panel:
    """A square of a drawing, its left upper corner at (`x`, `y`), in which party `across` is drawn against party `up`; is it alone there?"""

    drawing: Drawing
    settlement: Settlement
    across: int
    up: int
    x: float
    y: float
    side: float
    scales: tuple[Scale, ...]
    radius: float = 5
    alone: bool = False
    lang: str = "en"
    _marks: list[Area] = field(default_factory=list)
    _words: list[Area] = field(default_factory=list)

    def spot(self, across: float, up: float) -> Spot:
        """Where shares of the two scales lie."""
        return self.x + across * self.side, self.y + self.side - up * self.side

    @property
    def _many(self) -> bool:
        return len(self.settlement.points) > MANY

    def _middle(self, totals: tuple[Interval, ...]) -> Spot:
        return self.spot(self.scales[self.across].middle(totals[self.across]), self.scales[self.up].middle(totals[self.up]))

    def draw(self) -> int:
        """Draws it all, from the ground upwards; returns how many numbers found no room."""
        self._grid()
        self._alternatives()
        for totals in self.settlement.beside:
            self.drawing.dot("beside", *self._middle(totals), 2 * self.radius / 5)
        if len(self.settlement.parties) == 2 and self.settlement.game.exact and not self.settlement.ended:
            self._steps()
        for point in self.settlement.bargains if self._many else self.settlement.points:
            self._range(point)
        for number, point in enumerate(self.settlement.points, 1):
            self._mark(number, point)
        return self._numbers()

    def _grid(self) -> None:
        for tick in self.scales[self.across].ticks():
            at = self.scales[self.across].at(tick)
            self.drawing.line("grid", [self.spot(at, 0), self.spot(at, 1)])
        for tick in self.scales[self.up].ticks():
            at = self.scales[self.up].at(tick)
            self.drawing.line("grid", [self.spot(0, at), self.spot(1, at)])

    def beneath(self) -> None:
        """The round worths of the party across, beneath the panel."""
        for tick in self.scales[self.across].ticks():
            x, y = self.spot(self.scales[self.across].at(tick), 0)
            self.drawing.text("soft small", x, y + 18, decimal(tick), "middle")

    def beside(self) -> None:
        """The round worths of the other, to the left of the panel."""
        for tick in self.scales[self.up].ticks():
            x, y = self.spot(0, self.scales[self.up].at(tick))
            self.drawing.text("soft small", x - 8, y + 4, decimal(tick), "end")

    def _alternatives(self) -> None:
        """Dashed lines where a party has as much without an agreement; a band where that is a range. Where all gain is tinted."""
        across, up = (self.settlement.parties[at].walks_away for at in (self.across, self.up))
        if MIN < across.hi < MAX and MIN < up.hi < MAX:
            x, y = self.spot(self.scales[self.across].at(across.hi), 1)
            self.drawing.box("zone", x, y, self.x + self.side - x, self.spot(0, self.scales[self.up].at(up.hi))[1] - y)
        if across != ANYWHERE:
            low, high = self.scales[self.across].ends(across)
            if low < high:
                self.drawing.box("band", *self.spot(low, 1), (high - low) * self.side, self.side)
            for at in _known(across, low, high):
                self.drawing.line("alternative", [self.spot(at, 0), self.spot(at, 1)])
        if up != ANYWHERE:
            low, high = self.scales[self.up].ends(up)
            if low < high:
                self.drawing.box("band", *self.spot(0, high), self.side, (high - low) * self.side)
            for at in _known(up, low, high):
                self.drawing.line("alternative", [self.spot(0, at), self.spot(1, at)])
        self.drawing.box("frame", self.x, self.y, self.side, self.side)

    def _steps(self) -> None:
        """The line that nothing lawful lies beyond."""
        spots = sorted(self._middle(point.totals) for point in self.settlement.points)
        if not spots:
            return
        line = [(self.x, spots[0][1])]
        for at, (x, y) in enumerate(spots):
            line += [(x, y), (x, spots[at + 1][1] if at + 1 < len(spots) else self.y + self.side)]
        self.drawing.line("step", line)

    def _range(self, point: Point) -> None:
        left, right = self.scales[self.across].ends(point.totals[self.across])
        low, high = self.scales[self.up].ends(point.totals[self.up])
        if left < right and low < high:
            self.drawing.box(f"range{' fine' if self._many else ''}", *self.spot(left, high), (right - left) * self.side, (high - low) * self.side)
        elif left < right or low < high:
            self.drawing.line("span", [self.spot(left, low), self.spot(right, high)])

    def _mark(self, number: int, point: Point) -> None:
        x, y = self._middle(point.totals)
        told = f"{number}: {TEXT[self.lang]['comma'].join(worth_to_each(self.settlement, point, self.lang))}"
        if point.bargain:
            self.drawing.dot("bargain", x, y, self.radius * 2)
        self.drawing.dot(f"{'front' if point.robust else 'open'}{' fine' if self._many else ''}", x, y, self.radius, told)
        self._marks.append((x - self.radius, y - self.radius, x + self.radius, y + self.radius))

    def _numbers(self) -> int:
        """Numbers beside the marks, the bargain's first, where there is room: beyond the front, else beside, else below."""
        left = 0
        numbered = list(enumerate(self.settlement.points, 1))
        for number, point in sorted(numbered, key=lambda one: (not one[1].bargain, all(stays == FALSE for stays in one[1].stays), one[0])):
            x, y = self._middle(point.totals)
            words = f"{number} {TEXT[self.lang]['Nash' if self.settlement.exact else 'Nash middle']}" if point.bargain and self.alone else str(number)
            for at_x, at_y in self._places(x, y, wide(words), self.radius * (2 if point.bargain else 1)):
                if self._free(at_x, at_y, wide(words)):
                    self.drawing.text(f"{'strong ' * point.bargain}halo{'' if self.alone else ' small'}", at_x, at_y, words)
                    break
            else:
                left += 1
        return left

    def _places(self, x: float, y: float, width: float, radius: float) -> Iterator[Spot]:
        yield x + 0.75 * radius + 2, y - 0.75 * radius - 2
        yield x + radius + 4, y + 4
        yield x - width / 2, y - radius - 5
        yield x - width - radius - 3, y + 4
        yield x - width / 2, y + radius + 14

    def _free(self, x: float, y: float, width: float) -> bool:
        """Is there room, within the panel, for words that begin there?"""
        own = (x, y - 10, x + width, y + 1)
        right = max(self.x + self.side, self.drawing.width - RIM if self.alone else 0)
        within = self.x <= own[0] and own[2] <= right and self.y <= own[1] and own[3] <= self.y + self.side
        more = 6 if self._many else 0
        apart = (own[0] - more, own[1] - more, own[2] + more, own[3] + more)
        if not within or any(_overlap(own, mark) for mark in self._marks) or any(_overlap(apart, words) for words in self._words):
            return False
        self._words.append(own)
        return True


def _overlap(one: Area, other: Area) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _known(worth: Interval, low: float, high: float) -> list[float]:
    """The ends of a range that are known, as shares of a scale."""
    return sorted({at for end, at in zip(worth, (low, high), strict=True) if MIN < end < MAX})
