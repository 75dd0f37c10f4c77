"""Natural Earth: where a longitude and a latitude lie on the sheet."""

from math import pi, radians
from typing import Final

Point = tuple[float, float]
"""Across and down, in units of the sheet, from its upper left corner."""
NAME: Final = "Natural Earth projection, central meridian 11 E, 84.5 N to 62 S"
"""What a base map must say it is drawn in."""
WIDTH: Final = 1000
HEIGHT: Final = 452
MERIDIAN: Final = 11.0
"""The sheet is cut along 169 W, through the Bering Strait, where it meets the least land."""


def _unit(across: float, latitude: float) -> tuple[float, float]:
    """Patterson's projection as the polynomial of Šavrič, Jenny, Patterson, Petrovič and Hurni, 2011; in radii."""
    p = radians(latitude)
    x = radians(across) * (0.870700 - 0.131979 * p**2 - 0.013791 * p**4 + 0.003971 * p**10 - 0.001529 * p**12)
    return x, p * (1.007226 + 0.015085 * p**2 - 0.044475 * p**6 + 0.028874 * p**8 - 0.005916 * p**10)


SCALE: Final = WIDTH / (2 * pi * 0.8707)
TOP: Final = _unit(0, 84.5)[1]


def projected(longitude: float, latitude: float) -> Point:
    """The point on the sheet, for degrees east and north."""
    x, y = _unit((longitude - MERIDIAN + 180) % 360 - 180, latitude)
    return WIDTH / 2 + x * SCALE, (TOP - y) * SCALE
