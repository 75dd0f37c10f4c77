"""The ground of the map: a land shape, and the point of each jurisdiction. Both are files that a deployment may put its own in place of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache as once
from pathlib import Path
from typing import Final

from comity import shelf
from comity.facts.place import PLACE
from comity.text.source import Mistakes, Place, read_documents
from comity.web.projection import HEIGHT, NAME, WIDTH, Point, projected

HERE: Final = Path(__file__).parent
SHAPE: Final = re.compile(r'<path\b[^>]*?\sd="([MmLlHhVvZz0-9 .,+-]+)"')
"""A path of straight lines. What else a file holds is not taken over: borders, words and styles stay where they are."""


@dataclass(frozen=True)
class Ground:
    """What flows are drawn on: `land` as data of a path, points on the sheet by code, and second codes of one place."""

    land: str
    points: Mapping[str, Point]
    same: Mapping[str, str] = field(default_factory=dict)

    def home(self, place: str) -> str:
        """The place at whose point this one is drawn: itself, else the nearest it lies in by its code; empty where none has a point."""
        here = self.same.get(place, place)
        while here and here not in self.points:
            here = here.rpartition("-")[0]
            here = self.same.get(here, here)
        return here


@once
def shipped() -> Ground:
    """The ground that comes with Comity."""
    return ground(HERE / "land.svg", HERE / "places.yaml")


def ground(land: Path, places: Path) -> Ground:
    """The ground that two files make. Raises SourceError with every mistake in them."""
    mistakes = Mistakes()
    shape = read_land(str(land), land.read_text(encoding="utf-8"), mistakes)
    points = read_points(str(places), places.read_bytes(), mistakes)
    mistakes.settle()
    return Ground(shape, points, shelf.places().aliases)


def read_land(name: str, text: str, mistakes: Mistakes) -> str:
    """The land shape in an SVG file that says that it is drawn on the sheet as the points are."""
    start = Place(name, 1, 1)
    if f'viewBox="0 0 {WIDTH} {HEIGHT}"' not in text:
        mistakes.add(start, "the land is not drawn on the sheet of the points", f'viewBox="0 0 {WIDTH} {HEIGHT}"')
    if NAME not in text:
        mistakes.add(start, "the land does not say how it is projected", f"<desc>{NAME}</desc>")
    shapes = SHAPE.findall(text)
    if not shapes:
        mistakes.add(start, "there is no land: a path of straight lines is looked for", '<path d="M...z"/>')
    return "".join(shapes)


def read_points(name: str, text: bytes, mistakes: Mistakes) -> dict[str, Point]:
    """The points on the sheet, by the code of the place."""
    found: dict[str, Point] = {}
    for node in read_documents(name, text, mistakes):
        if node.pairs is None:
            mistakes.add(node.place, "points are written as CODE: [degrees east, degrees north]")
        for code, child in (node.pairs or {}).items():
            if not PLACE.fullmatch(code):
                mistakes.add(child.place, f"{code}: this is not the code of a place")
            try:
                longitude, latitude = (float(item.text or "") for item in child.items or ())
            except ValueError:
                mistakes.add(child.place, f"{code}: a point is [degrees east, degrees north]")
                continue
            x, y = projected(longitude, latitude) if -90 <= latitude <= 90 and -180 <= longitude <= 180 else (-1, -1)
            if 0 <= x <= WIDTH and 0 <= y <= HEIGHT:
                found[code] = (x, y)
            else:
                mistakes.add(child.place, f"{code}: this point is not on the map, which is drawn in {NAME}")
    return found
