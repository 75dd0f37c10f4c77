"""Where names stand on the map, so that none lies on another: beside their point if there is room, else further off at the end of a line."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from math import ceil, cos, hypot, inf, pi, sin
from typing import Final

from comity.web.projection import HEIGHT, WIDTH, Point

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
RAYS: Final = tuple((cos(i * pi / 16), sin(i * pi / 16)) for i in range(32))
RINGS: Final = (17.0, 25.0, 35.0, 47.0, 62.0, 80.0, 100.0, 122.0)
"""Words that have a line to them stand so far from their point, along one of the rays."""
CROSSING: Final = 2.5
"""To lie on a line is as bad as to stand so many units further off at the end of one."""
INWARD: Final = 6.0
"""How bad it is to stand toward the points near one's own instead of away from them."""
CROWD: Final = 50.0
"""Points so near make a crowd, of which each is named outward."""
MANY: Final = 6
"""So many of them, and there may be no room for all their names."""
REACH: Final = 220.0
"""No words reach further across than this from their point, and half as far up and down."""
DOUBT: Final = 22.0
"""How bad it is to stand beside a point that is not one's own, or to be led past it."""
CODE: Final = 300.0
NOWHERE: Final = 600.0
"""How bad it is that only a code is written, or nothing."""
ROUNDS: Final = 8
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

    def area(self) -> Iterator[Box]:
        """What words and the line to them take up."""
        yield self.words.box
        if self.words.leader:
            for at in _between(*self.words.leader):
                yield _square(at, 0.8)


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


@dataclass
class Taken:
    """Which units of the sheet are taken, in rows of two."""

    rows: list[bytearray] = field(default_factory=lambda: [bytearray(WIDTH) for _ in range(HEIGHT // 2 + 1)])

    def add(self, box: Box) -> None:
        """Take all that a box touches."""
        left, right = max(0, int(box[0])), min(WIDTH, ceil(box[2]))
        for row in self.rows[max(0, int(box[1] / 2)) : ceil(box[3] / 2)]:
            row[left:right] = b"\1" * (right - left)

    def wipe(self, choice: Choice) -> None:
        """Words are gone again, and the line to them: nothing else stands where they stood."""
        for left, top, right, bottom in choice.area():
            a, b = max(0, int(left)), min(WIDTH, ceil(right))
            for row in self.rows[max(0, int(top / 2)) : ceil(bottom / 2)]:
                row[a:b] = bytes(b - a)

    def put(self, choice: Choice) -> None:
        """Words stand here, and the line to them."""
        for box in choice.area():
            self.add(box)

    def write(self, choices: Iterable[Choice], below: float = inf) -> Choice | None:
        """Put words in the first place that is free and not as bad as this; None if there is none."""
        for choice in choices:
            if choice.cost < below and all(map(self.free, choice.area())):
                self.put(choice)
                return choice
        return None

    def free(self, box: Box) -> bool:
        """Is none of what a box touches taken?"""
        left, right = max(0, int(box[0])), ceil(box[2])
        for row in self.rows[max(0, int(box[1] / 2)) : ceil(box[3] / 2)]:  # noqa: SIM110 -- a generator takes twice as long, and this is asked ten thousand times
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
        """Where each name stands; where there is no room for all, a crowd has codes instead. None where there is room for neither."""
        before, found = self.words, list[Choice | None]()
        for allowed in (asked, [replace(name, text=name.code) if self._crowded(name.at) else name for name in asked]):
            self.words = before
            choices = [Choices(self, name, size, far) for name in allowed]
            found = self._written(choices, ROUNDS if far else 2)
            if not far:
                break
            self._make_way(choices, found)
            if None not in found:
                break
        return [one.words if one else None for one in found]

    def _crowded(self, at: Point) -> bool:
        return sum(hypot(x - at[0], y - at[1]) < CROWD for x, y in self.points) > MANY

    def _written(self, choices: Sequence[Choices], rounds: int) -> list[Choice | None]:
        """One place for each, or None. Of several orders of writing them the one that ends best."""
        order = list(range(len(choices)))
        least, before = inf, self.words
        found: list[Choice | None] = []
        blame = [0.0] * len(choices)
        for _ in range(rounds):
            words = Taken([row[:] for row in before.rows])
            placed: list[Choice | None] = [None] * len(choices)
            for i in order:
                placed[i] = words.write(choices[i])
            regret = [(one.cost if one else NOWHERE) - some.best for one, some in zip(placed, choices, strict=True)]
            if sum(regret) < least - 1e-6:
                least, self.words, found = sum(regret), words, placed
            if not any(regret):
                break
            blame = [then + now for then, now in zip(blame, regret, strict=True)]
            order.sort(key=lambda i: -blame[i])  # who fared worst writes first next time
        return found

    def _make_way(self, choices: Sequence[Choices], found: list[Choice | None]) -> None:
        """Where a name found no place, let another move that can, the nearest first."""
        for i, one in enumerate(found):
            if one and one.cost < CODE:
                continue
            if one:
                self.words.wipe(one)
            x, y = choices[i].name.at
            for j in sorted(range(len(found)), key=lambda j: hypot(choices[j].name.at[0] - x, choices[j].name.at[1] - y)):
                other = found[j]
                if j == i or other is None or other.cost >= CODE:
                    continue
                self.words.wipe(other)
                if mine := self.words.write(choices[i], CODE):
                    if yours := self.words.write(choices[j], CODE):
                        found[i], found[j] = mine, yours
                        break
                    self.words.wipe(mine)
                self.words.put(other)
            else:
                found[i] = self.words.write(choices[i])

    def number(self, text: str, spots: Iterable[Point], size: float) -> Lettered | None:
        """Words on the first of these spots that has room; None where none has."""
        half = width(text, size) / 2
        for x, y in spots:
            box = (x - half - 1, y - size * 0.55, x + half + 1, y + size * 0.55)
            if self.free(box) and self.words.free(box):
                self.words.add(box)
                return Lettered(text, (x, y + size * 0.35), "middle", box)
        return None


class Choices:
    """The places that a name may have as long as no other stands there: beside its point, the best first, then ring by ring, as far as one looks."""

    def __init__(self, sheet: Sheet, name: Name, size: float, far: bool) -> None:
        self._sheet, self.name, self._size = sheet, name, size
        reach = REACH if far else CROWD
        x, y = name.at
        self._others = [(a, b) for a, b in sheet.points if -reach < a - x < reach and -reach / 2 < b - y < reach / 2 and (a, b) != name.at]
        self._out = _outward(name.at, self._others)
        self._clear = [_clear(name.at, ray, self._others) for ray in RAYS] if far else []
        rings = RINGS if far else ()
        self._further = chain([(name.text, rings[:1])], ((name.text, (ring,)) for ring in rings[1:]), [(name.code, rings[:5])])
        self._found = self._at(*next(self._further))

    @property
    def best(self) -> float:
        """How bad the best of them is."""
        return self._found[0].cost if self._found else NOWHERE

    def __iter__(self) -> Iterator[Choice]:
        n = 0
        while True:
            while n < len(self._found):
                yield self._found[n]
                n += 1
            following = next(self._further, None)
            if following is None:
                return
            self._found += self._at(*following)

    def _at(self, text: str, rings: Sequence[float]) -> list[Choice]:
        """The places in these rings, and in the first of them those beside the point."""
        wide, worse = width(text, self._size), 0.0 if text == self.name.text else CODE
        found = [self._choice(text, wide, x, y, off, []) for x, y, off in (NEAR if rings[:1] == RINGS[:1] or not rings else ())]
        for off in rings:
            for (x, y), (free, passed) in zip(RAYS, self._clear, strict=True):
                if off < free:
                    found.append(self._choice(text, wide, x * off, y * off, off, passed))
        return sorted((Choice(one.cost + worse, one.words) for one in found if one), key=lambda choice: choice.cost)

    def _choice(self, text: str, wide: float, across: float, down: float, off: float, passed: Iterable[float]) -> Choice | None:
        x, y = self.name.at
        box = _box(x + across, y + down, across / off, down / off, wide, self._size * 1.1)
        if not self._sheet.free(box):
            return None
        cost = off + INWARD * (hypot(*self._out) - (self._out[0] * across + self._out[1] * down) / off)
        cost += CROSSING * self._sheet.crossed(box) + DOUBT * _beside(box, self._others)
        leader = None
        if off >= RINGS[0]:
            leader = (x + across / off * RIM, y + down / off * RIM), (x + across, y + down)
            cost += LEADER + off / 2 + 2 * DOUBT * sum(at < off for at in passed)
        anchor = _anchor(across / off)
        at = {"start": box[0] + 0.5, "middle": (box[0] + box[2]) / 2, "end": box[2] - 0.5}[anchor]
        return Choice(cost, Lettered(text, (at, box[1] + self._size * 0.87), anchor, box, leader))


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


def _clear(here: Point, ray: Point, others: Iterable[Point]) -> tuple[float, list[float]]:
    """How far a line may go along a ray before it meets a point, and where on its way it passes one closely."""
    free, passed = inf, []
    for x, y in others:
        dx, dy = x - here[0], y - here[1]
        along, beside = dx * ray[0] + dy * ray[1], abs(dx * ray[1] - dy * ray[0])
        if along > 0 and beside < PASSING:
            passed.append(along)
            if beside < DISC + 1:
                free = min(free, along)
    return free, passed


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


def _between(start: Point, end: Point) -> Iterator[Point]:
    n = max(1, int(hypot(end[0] - start[0], end[1] - start[1]) / 5))
    return ((start[0] + (end[0] - start[0]) * i / n, start[1] + (end[1] - start[1]) * i / n) for i in range(n))


def _square(at: Point, half: float) -> Box:
    return at[0] - half, at[1] - half, at[0] + half, at[1] + half
