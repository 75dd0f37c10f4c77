"""Where names stand on the map, so that none lies on another: beside their point if there is room, else further off at the end of a line."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil, cos, hypot, inf, pi, sin
from typing import Final

from comity.web.projection import HEIGHT, WIDTH

Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""
NARROW: Final = frozenset("iljtfrI.,:;'|()[]- ")
WIDE: Final = frozenset("mwMW@%—")
CELL: Final = 12
"""Lines are counted by squares of this side."""
DISC: Final = 3.6
RIM: Final = 6.2
"""A line to a name begins here: outside the square that a point takes, whichever way it goes."""
NEAR: Final = tuple(
    (cos(a) * r, sin(a) * r, r) for r in (6.0, 9.5) for a in (0.0, pi, -0.8, 0.8, pi + 0.8, pi - 0.8, -0.4, 0.4, pi + 0.4, pi - 0.4, -pi / 2, pi / 2)
)
FAR: Final = tuple((cos(i * pi / 8) * r, sin(i * pi / 8) * r, r) for r in (17.0, 25.0, 35.0, 47.0, 62.0, 80.0) for i in range(16))
"""Places for words, from their point: across, down, and how far."""
CROSSING: Final = 2.5
"""To lie on a line is as bad as to stand so many units further off at the end of one."""
INWARD: Final = 6.0
"""How bad it is to stand toward the points near one's own instead of away from them."""
CROWD: Final = 50.0
"""Points so near make a crowd, of which each is named outward."""
REACH: Final = 180.0
"""No words reach further across than this from their point, and half as far up and down."""
DOUBT: Final = 22.0
"""How bad it is to stand beside a point that is not one's own, or to be led past it."""
CODE: Final = 300.0
NOWHERE: Final = 600.0
"""How bad it is that only a code is written, or nothing."""
ROUNDS: Final = 12
SPARE: Final = 80.0
"""So much worse than its best place may another be, that a name might give way to."""
PASSING: Final = 9.0
"""A line to a name that comes so near to another point might be that point's."""
LEADER: Final = 16.0
"""To need a line of one's own is as bad as so many units."""


@dataclass(frozen=True, slots=True)
class Lettered:
    """Words on the sheet: where their base line begins (`start`), ends or has its middle, the room they take, and the line that leads to them."""

    text: str
    at: Point
    anchor: str
    box: Box
    leader: tuple[Point, Point] | None = None


@dataclass(frozen=True, slots=True)
class Name:
    """What is to be written at a point: a name, and a code where there is no room for it."""

    text: str
    code: str
    at: Point


@dataclass(frozen=True, slots=True)
class Choice:
    """Words in one place, and how bad that is."""

    cost: float
    words: Lettered


def width(text: str, size: float) -> float:
    """About how wide words are in a common sans serif, on the generous side."""
    return size * sum(
        0.0 if unicodedata.combining(sign)
        else 1.02 if unicodedata.east_asian_width(sign) in "WF"
        else 0.36 if sign in NARROW
        else 0.98 if sign in WIDE
        else 0.72 if sign.isupper()
        else 0.63
        for sign in text
    )  # fmt: skip


class Taken:
    """Which units of the sheet are taken, in rows of two."""

    def __init__(self) -> None:
        self._rows = [bytearray(WIDTH) for _ in range(HEIGHT // 2 + 1)]

    def add(self, box: Box) -> None:
        """Take all that a box touches."""
        left, right = max(0, int(box[0])), min(WIDTH, ceil(box[2]))
        for row in self._rows[max(0, int(box[1] / 2)) : ceil(box[3] / 2)]:
            row[left:right] = b"\1" * (right - left)

    def free(self, box: Box) -> bool:
        """Is none of what a box touches taken?"""
        left, right = max(0, int(box[0])), ceil(box[2])
        for row in self._rows[max(0, int(box[1] / 2)) : ceil(box[3] / 2)]:  # noqa: SIM110 -- a generator takes twice as long, and this is asked ten thousand times
            if row.find(1, left, right) >= 0:
                return False
        return True


@dataclass
class Sheet:
    """What lies on the sheet already: points, marks and words, which words may not touch (`solid`: the first two); and lines, which they had rather not."""

    solid: Taken = field(default_factory=Taken)
    marks: Taken = field(default_factory=Taken)
    words: Taken = field(default_factory=Taken)
    lines: list[list[int]] = field(default_factory=lambda: [[0] * (WIDTH // CELL + 1) for _ in range(HEIGHT // CELL + 1)])
    points: list[Point] = field(default_factory=list)

    def point(self, at: Point) -> None:
        """A point stands here."""
        self.points.append(at)
        self.solid.add(_square(at, DISC))

    def mark(self, at: Point) -> None:
        """The mark of an arc stands here."""
        for taken in (self.solid, self.marks):
            taken.add(_square(at, DISC))

    def line(self, points: Iterable[Point]) -> None:
        """A line passes through these points."""
        for x, y in {(int(x / CELL), int(y / CELL)) for x, y in points}:
            self.lines[y][x] += 1

    def free(self, box: Box) -> bool:
        """Would words stand on the sheet, and on no point or mark?"""
        on = box[0] >= 2 and box[1] >= 2 and box[2] <= WIDTH - 2 and box[3] <= HEIGHT - 2
        return on and self.solid.free(box)

    def crossed(self, box: Box) -> int:
        """How many lines it would lie on."""
        left, right = int(box[0] / CELL), int(box[2] / CELL) + 1
        return sum(sum(row[left:right]) for row in self.lines[int(box[1] / CELL) : int(box[3] / CELL) + 1])

    def names(self, asked: Sequence[Name], size: float, *, far: bool = True) -> list[Lettered | None]:
        """Where each name stands, or else its code; None where there is room for neither. Of several orders of writing them the one that ends best."""
        choices = [self._choices(name, size, far) for name in asked]
        order = list(range(len(asked)))
        least = inf
        found: list[Lettered | None] = []
        blame = [0.0] * len(asked)
        for _ in range(ROUNDS if far else 2):
            words, placed = _written(choices, order)
            regret = [(one.cost if one else NOWHERE) - (some[0].cost if some else NOWHERE) for one, some in zip(placed, choices, strict=True)]
            if sum(regret) < least - 1e-6:
                least, self.words, found = sum(regret), words, [one.words if one else None for one in placed]
            if not any(regret):
                break
            blame = [before + now for before, now in zip(blame, regret, strict=True)]
            order.sort(key=lambda i: -blame[i])  # who fared worst writes first next time
        return found

    def _choices(self, name: Name, size: float, far: bool) -> list[Choice]:
        """The places that a name may have, the best first, as long as no other name stands there."""
        here, reach = name.at, REACH if far else CROWD
        others = [(x, y) for x, y in self.points if -reach < x - here[0] < reach and -reach / 2 < y - here[1] < reach / 2 and (x, y) != here]
        out = _outward(here, others)
        found = []
        for text, offsets, worse in ((name.text, (*NEAR, *FAR) if far else NEAR, 0.0), (name.code, NEAR, CODE)):
            wide, least = width(text, size), inf
            for across, down, off in offsets:
                box = _box(here[0] + across, here[1] + down, across / off, down / off, wide, size * 1.1)
                if off + LEADER > least + SPARE:
                    break  # what follows is further off
                if not self.free(box):
                    continue
                cost = worse + off + INWARD * (hypot(*out) - (out[0] * across + out[1] * down) / off)
                cost += CROSSING * self.crossed(box) + DOUBT * _beside(box, others)
                leader = _leader(here, box) if off > NEAR[-1][2] else None
                if leader:
                    passed = [gap for point in others if (gap := _distance(point, *leader)) < PASSING]
                    cost += LEADER + 2 * DOUBT * len(passed)
                    if cost > least + SPARE or any(gap < DISC + 1 for gap in passed):
                        continue
                least = min(least, cost)
                anchor = _anchor(across / off)
                at = {"start": box[0] + 0.5, "middle": (box[0] + box[2]) / 2, "end": box[2] - 0.5}[anchor]
                found.append(Choice(cost, Lettered(text, (at, box[1] + size * 0.87), anchor, box, leader)))
        return sorted(found, key=lambda choice: choice.cost)

    def number(self, text: str, spots: Iterable[Point], size: float) -> Lettered | None:
        """Words on the first of these spots that has room; None where none has."""
        half = width(text, size) / 2
        for x, y in spots:
            box = (x - half - 1, y - size * 0.55, x + half + 1, y + size * 0.55)
            if self.free(box) and self.words.free(box):
                self.words.add(box)
                return Lettered(text, (x, y + size * 0.35), "middle", box)
        return None


def _written(choices: Sequence[Sequence[Choice]], order: Iterable[int]) -> tuple[Taken, list[Choice | None]]:
    """Each name in turn where it is best among those that are written already."""
    words = Taken()
    placed: list[Choice | None] = [None] * len(choices)
    for i in order:
        for choice in choices[i]:
            leader = list(_between(*choice.words.leader)) if choice.words.leader else []
            if words.free(choice.words.box) and all(words.free(_square(p, 0.8)) for p in leader):
                words.add(choice.words.box)
                for p in leader:
                    words.add(_square(p, 0.8))
                placed[i] = choice
                break
    return words, placed


def _outward(point: Point, others: Iterable[Point]) -> Point:
    """Away from the points near this one, and the further the closer they are; at most 2 long."""
    x = y = 0.0
    for a, b in others:
        dx, dy = point[0] - a, point[1] - b
        square = max(dx * dx + dy * dy, 100)
        if square < CROWD * CROWD:
            x, y = x + dx / square, y + dy / square
    long = hypot(x, y)
    share = min(2.0, 20 * long) / long if long else 0.0
    return x * share, y * share


def _distance(point: Point, start: Point, end: Point) -> float:
    """How far a point is from a straight line between two."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    t = ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / (dx * dx + dy * dy or 1.0)
    t = min(1.0, max(0.0, t))
    return hypot(start[0] + t * dx - point[0], start[1] + t * dy - point[1])


def _beside(box: Box, others: Iterable[Point]) -> int:
    """How many points words stand beside."""
    left, top, right, bottom = box
    return sum(left - 16 < x < right + 16 and top - 5 < y < bottom + 5 for x, y in others)


def _anchor(across: float) -> str:
    return "start" if across > 0.35 else "end" if across < -0.35 else "middle"


def _box(x: float, y: float, across: float, down: float, wide: float, tall: float) -> Box:
    """The box of words that begin, end or have their middle here, in this direction from their point."""
    left = x if across > 0.35 else x - wide if across < -0.35 else x - wide / 2
    top = y - tall / 2 + tall / 2 * down
    return left - 0.5, top, left + wide + 0.5, top + tall


def _leader(point: Point, box: Box) -> tuple[Point, Point]:
    """From the rim of a point to the nearest side of the words."""
    x, y = min(max(point[0], box[0]), box[2]), min(max(point[1], box[1] + 2), box[3] - 2)
    far = hypot(x - point[0], y - point[1])
    return (point[0] + (x - point[0]) / far * RIM, point[1] + (y - point[1]) / far * RIM), (x, y)


def _between(start: Point, end: Point) -> Iterator[Point]:
    n = max(1, int(hypot(end[0] - start[0], end[1] - start[1]) / 5))
    return ((start[0] + (end[0] - start[0]) * i / n, start[1] + (end[1] - start[1]) * i / n) for i in range(n))


def _square(at: Point, half: float) -> Box:
    return at[0] - half, at[1] - half, at[0] + half, at[1] + half
