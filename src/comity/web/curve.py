"""Lines from place to place: an arc that leans to one side, so that the way back does not lie on it, and a loop within one place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import atan2, cos, degrees, hypot, pi, sin
from typing import Final

from comity.web.projection import HEIGHT, WIDTH, Point

RIM: Final = 4.5
"""A line begins and ends so far from the middle of its point, that its mark is seen."""
EDGE: Final = 5.0
LOOP: Final = 27.0


@dataclass(frozen=True, slots=True)
class Curve:
    """A Bézier curve by its points: three for an arc, four for a loop."""

    points: tuple[Point, ...]

    def path(self) -> str:
        """The data of an SVG path, in tenths."""
        (x, y), *rest = self.points
        shape = "M%.1f %.1fq%.1f %.1f %.1f %.1f" if len(rest) == 2 else "M%.1f %.1fc%.1f %.1f %.1f %.1f %.1f %.1f"
        return (shape % (x, y, *(c for u, v in rest for c in (u - x, v - y)))).replace(" -", "-")

    def at(self, t: float) -> Point:
        """The point at a share of the way."""
        s = 1 - t
        if len(self.points) == 3:
            (a, b), (c, d), (e, f) = self.points
            return s * s * a + 2 * s * t * c + t * t * e, s * s * b + 2 * s * t * d + t * t * f
        (a, b), (c, d), (e, f), (g, h) = self.points
        return s**3 * a + 3 * s * s * t * c + 3 * s * t * t * e + t**3 * g, s**3 * b + 3 * s * s * t * d + 3 * s * t * t * f + t**3 * h

    def before_end(self, far: float) -> tuple[Point, float]:
        """The point about so far before the end, and the direction there in degrees, clockwise from the right."""
        points = self.points
        length = hypot(points[-1][0] - points[0][0], points[-1][1] - points[0][1]) if len(points) == 3 else LOOP
        t = max(0.5, 1 - far / max(length, 1.0))
        (x, y), (u, v) = self.at(t), self.at(t - 0.04)
        return (x, y), degrees(atan2(y - v, x - u))

    def along(self, step: float) -> Iterator[Point]:
        """Points along the curve, about so far from each other."""
        (a, b), *_, (c, d) = self.points
        n = max(4, int(hypot(c - a, d - b) * 1.1 / step))
        return (self.at(i / n) for i in range(n + 1))

    def middles(self) -> Iterator[Point]:
        """Where a number may stand, the best first: on an arc, but above the head of a loop."""
        if len(self.points) == 3:
            return (self.at(t) for t in (0.5, 0.42, 0.58, 0.34, 0.66))
        (a, b), *_, (c, d) = self.points
        (x, y), head = ((a + c) / 2, (b + d) / 2), self.at(0.5)
        return ((x + (head[0] - x) * far, y + (head[1] - y) * far) for far in (1.5, 1.9, 1.0))


def between(start: Point, end: Point, many: int) -> list[Curve]:
    """So many arcs between two points, each leaning further to the left of the way than the one before, all of them on the sheet."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = hypot(dx, dy)
    middle = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    normal = dy / length, -dx / length
    found: list[Curve] = []
    leans = [9 + 0.13 * length + i * (7 + 0.05 * length) for i in range(many)]
    for _ in range(12):
        controls = [(middle[0] + 2 * lean * normal[0], middle[1] + 2 * lean * normal[1]) for lean in leans]
        found = [_arc(start, end, control) for control in controls]
        x, y = controls[-1]
        if (EDGE < x < WIDTH - EDGE and EDGE < y < HEIGHT - EDGE) or all(1 < u < WIDTH - 1 and 1 < v < HEIGHT - 1 for u, v in found[-1].along(length / 12)):
            return found
        leans = [0.6 * lean for lean in leans]
    return found


def _arc(start: Point, end: Point, control: Point) -> Curve:
    rim = min(RIM, hypot(end[0] - start[0], end[1] - start[1]) / 4)
    return Curve((_toward(start, control, rim), control, _toward(end, control, rim)))


def _toward(here: Point, there: Point, far: float) -> Point:
    length = hypot(there[0] - here[0], there[1] - here[1])
    return here[0] + (there[0] - here[0]) / length * far, here[1] + (there[1] - here[1]) / length * far


def within(place: Point, many: int) -> list[Curve]:
    """So many small loops at one point, like the petals of a flower; the first stands up, or hangs where there is no room above."""
    first = -pi / 2 if place[1] > LOOP else pi / 2
    found = []
    for i in range(many):
        angle = first + (i + 1) // 2 * (1 if i % 2 else -1) * 2 * pi / max(5, many)
        out, back = ((place[0] + LOOP * cos(angle + turn), place[1] + LOOP * sin(angle + turn)) for turn in (-0.6, 0.6))
        found.append(Curve((_toward(place, out, RIM), out, back, _toward(place, back, RIM))))
    return found


def apart(points: Sequence[Point], least: float) -> list[Point]:
    """The same points, those that lie closer than this to each other moved apart by no more than it takes. Which place is which has no part in it."""
    moved = [list(point) for point in points]
    for _ in range(30):
        order = sorted(range(len(moved)), key=lambda i: moved[i])
        still = True
        for n, i in enumerate(order):
            for j in order[n + 1 :]:
                dx, dy = moved[j][0] - moved[i][0], moved[j][1] - moved[i][1]
                if dx >= least:
                    break
                far = hypot(dx, dy) if abs(dy) < least else least
                if far < least - 0.05:
                    angle, push = (atan2(dy, dx) if far else 0.0), (least - far) / 2
                    for k, sign in ((i, -1), (j, 1)):
                        moved[k][0] = min(WIDTH - EDGE, max(EDGE, moved[k][0] + sign * push * cos(angle)))
                        moved[k][1] = min(HEIGHT - EDGE, max(EDGE, moved[k][1] + sign * push * sin(angle)))
                    still = False
        if still:
            break
    return [(x, y) for x, y in moved]
