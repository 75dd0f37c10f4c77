"""Write src/comity/web/land.svg: one plain land shape, from the public domain Natural Earth as the npm package world-atlas carries it.

`npm pack world-atlas@2.0.2`, unpack it, and give the path of its land-110m.json.
"""

import heapq
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from comity.web.projection import HEIGHT, MERIDIAN, NAME, WIDTH, Point, projected

LAND = Path(__file__).resolve().parent.parent / "src" / "comity" / "web" / "land.svg"
POINTS = 1_750
"""How many points the coasts keep: what goes first is what changes the shape least."""
SMALLEST = 2.0
"""An island of a smaller area, in square units of the sheet, is not drawn: places are points of their own."""
SOUTHERNMOST = -58.0
"""What lies beyond is one shape along the whole lower edge, larger than any on which people live."""


def rings(topology: dict[str, Any]) -> Iterator[list[Point]]:
    """Each closed coast, in degrees, without its last point, which is the first."""
    scale, move = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append((x * scale[0] + move[0], y * scale[1] + move[1]))
        arcs.append(line)
    for geometry in topology["objects"]["land"]["geometries"]:
        for polygon in geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]:
            for ring in polygon:
                yield [point for arc in ring for point in (arcs[arc] if arc >= 0 else arcs[~arc][::-1])[:-1]]


def drawn(ring: Sequence[Point]) -> list[Point]:
    """A coast on the sheet. What reaches past the meridian at which the sheet is cut stops there."""
    along = [ring[0][0]]
    for longitude, _ in ring[1:]:
        along.append(along[-1] + (longitude - along[-1] + 180) % 360 - 180)
    middle = sum(along) / len(along)
    side = (middle - MERIDIAN + 180) % 360 - 180 - middle
    return [projected(MERIDIAN + max(-179.99, min(179.99, side + longitude)), latitude) for longitude, (_, latitude) in zip(along, ring, strict=True)]


def area(ring: Sequence[Point]) -> float:
    """The area that a ring encloses."""
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(ring, [*ring[1:], ring[0]], strict=True))) / 2


def simplified(coasts: Sequence[Sequence[Point]], keep: int) -> list[list[Point]]:
    """The coasts with so many points left: the one whose triangle is smallest goes first (Visvalingam and Whyatt, 1993)."""
    before = [[(i - 1) % len(ring) for i in range(len(ring))] for ring in coasts]
    after = [[(i + 1) % len(ring) for i in range(len(ring))] for ring in coasts]
    left = [set(range(len(ring))) for ring in coasts]

    def triangle(r: int, i: int) -> float:
        return area([coasts[r][before[r][i]], coasts[r][i], coasts[r][after[r][i]]])

    heap = [(triangle(r, i), r, i) for r, ring in enumerate(coasts) for i in range(len(ring))]
    heapq.heapify(heap)
    many = len(heap)
    while many > keep:
        size, r, i = heapq.heappop(heap)
        if i not in left[r] or len(left[r]) <= 4 or size < triangle(r, i):
            continue
        left[r].discard(i)
        many -= 1
        a, b = before[r][i], after[r][i]
        after[r][a], before[r][b] = b, a
        for j in (a, b):
            heapq.heappush(heap, (max(size, triangle(r, j)), r, j))
    return [[ring[i] for i in sorted(left[r])] for r, ring in enumerate(coasts)]


def path(coasts: Sequence[Sequence[Point]]) -> str:
    """Coasts as the data of an SVG path, in tenths of a unit, each point from the one before."""
    out = []
    for ring in coasts:
        x, y = (round(10 * c) for c in ring[0])
        out.append(f"M{x / 10:g} {y / 10:g}l")
        for point in ring[1:]:
            u, v = (round(10 * c) for c in point)
            if (u, v) != (x, y):
                out.append(short(u - x) + ("" if v < y else " ") + short(v - y) + " ")
            x, y = u, v
        out[-1] = out[-1].rstrip() + "z"
    return "".join(out).replace(" -", "-")


def short(tenths: int) -> str:
    """Tenths in as few signs as a path needs."""
    return f"{tenths / 10:g}".replace("0.", ".") if abs(tenths) < 10 else f"{tenths / 10:g}"


def main(file: str) -> None:
    """Write the land shape."""
    coasts = [ring for ring in rings(json.loads(Path(file).read_text(encoding="utf-8"))) if max(latitude for _, latitude in ring) > SOUTHERNMOST]
    sheet = [ring for ring in map(drawn, coasts) if area(ring) >= SMALLEST]
    LAND.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">\n<title>Land</title>\n'
        f"<desc>{NAME}. Made with Natural Earth (public domain).</desc>\n"
        f'<path d="{path(simplified(sheet, POINTS))}"/>\n</svg>\n',
        encoding="utf-8",
    )


if __name__ == "__main__":
    main(sys.argv[1])
