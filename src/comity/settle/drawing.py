"""A drawing: shapes and text as SVG 1.1, written in one way only, so that the same drawing is the same bytes. No scripts; text is text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final
from xml.etree import ElementTree as ET

FONT: Final = 'system-ui, "Segoe UI", "Helvetica Neue", Arial, "Noto Sans", "Noto Sans CJK SC", sans-serif'
LIGHT: Final = {"paper": "#ffffff", "ink": "#1b2330", "soft": "#596475", "line": "#e4e8ee", "beside": "#c3ccd7", "front": "#1d5fc2", "mark": "#b3470b"}
DARK: Final = {"paper": "#11161d", "ink": "#e9edf3", "soft": "#a0abba", "line": "#29313d", "beside": "#465265", "front": "#7fb2ff", "mark": "#ff9f57"}
"""The colours by what they are for; each pair is told apart on its ground, and by shape where there is no colour."""


def _style(colours: dict[str, str]) -> str:
    """Rules for the parts of one drawing alone, should it stand in a page among others."""
    rules = {
        ".paper": f"fill: {colours['paper']}",
        "text": f"fill: {colours['ink']}; font-family: {FONT}; font-size: 13px; font-variant-numeric: tabular-nums",
        ".head": "font-size: 19px; font-weight: 600",
        ".soft": f"fill: {colours['soft']}",
        ".small": "font-size: 11px",
        ".strong": f"fill: {colours['mark']}; font-weight: 600",
        ".halo": f"paint-order: stroke; stroke: {colours['paper']}; stroke-width: 4px; stroke-linejoin: round",
        ".frame": f"fill: none; stroke: {colours['beside']}",
        ".grid": f"fill: none; stroke: {colours['line']}",
        ".zone": f"fill: {colours['front']}; fill-opacity: 0.07",
        ".beside": f"fill: {colours['beside']}",
        ".step": f"fill: none; stroke: {colours['front']}; stroke-opacity: 0.45; stroke-width: 1.5",
        ".range": f"fill: {colours['front']}; fill-opacity: 0.1; stroke: {colours['front']}; stroke-opacity: 0.35",
        ".span": f"fill: none; stroke: {colours['front']}; stroke-opacity: 0.35; stroke-width: 3; stroke-linecap: round",
        ".front": f"fill: {colours['front']}; stroke: {colours['paper']}; stroke-width: 1.5",
        ".open": f"fill: {colours['paper']}; stroke: {colours['front']}; stroke-width: 2",
        ".front.fine": "stroke-width: 0.5",
        ".open.fine": "stroke-width: 1.2",
        ".range.fine": "fill-opacity: 0",
        ".bargain": f"fill: none; stroke: {colours['mark']}; stroke-width: 2.5",
        ".alternative": f"fill: none; stroke: {colours['ink']}; stroke-dasharray: 6 4",
        ".band": f"fill: {colours['ink']}; fill-opacity: 0.06",
    }
    return "\n".join(f".settlement {what} {{ {how} }}" for what, how in rules.items())


def _in_dark() -> str:
    return "@media (prefers-color-scheme: dark) {\n" + _style(DARK) + "\n}"


@dataclass
class Drawing:
    """A drawing of some size in pixels, with a title and a description for who does not see it."""

    width: int
    height: int
    title: str
    description: str
    _root: ET.Element = field(init=False)

    def __post_init__(self) -> None:
        name = "settlement-" + re.sub(r"[^\w-]+", "-", self.title)
        size = {"viewBox": f"0 0 {self.width} {self.height}", "width": str(self.width), "height": str(self.height)}
        known = {"class": "settlement", "role": "img", "aria-labelledby": f"{name}-title {name}-description"}
        self._root = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", **size, **known})
        ET.SubElement(self._root, "title", {"id": f"{name}-title"}).text = self.title
        ET.SubElement(self._root, "desc", {"id": f"{name}-description"}).text = self.description
        ET.SubElement(self._root, "style").text = f"\n{_style(LIGHT)}\n{_in_dark()}\n"
        self.box("paper", 0, 0, self.width, self.height)

    def _shape(self, tag: str, look: str, told: str = "", **where: float | str) -> ET.Element:
        placed = {key.replace("_", "-"): value if isinstance(value, str) else pixel(value) for key, value in where.items()}
        shape = ET.SubElement(self._root, tag, {"class": look, **placed})
        if told:
            ET.SubElement(shape, "title").text = told
        return shape

    def box(self, look: str, x: float, y: float, width: float, height: float, told: str = "") -> None:
        """A rectangle."""
        self._shape("rect", look, told, x=x, y=y, width=width, height=height)

    def dot(self, look: str, x: float, y: float, radius: float, told: str = "") -> None:
        """A circle; `told` is shown where one points at it."""
        self._shape("circle", look, told, cx=x, cy=y, r=radius)

    def line(self, look: str, points: list[tuple[float, float]]) -> None:
        """Straight lines from point to point."""
        self._shape("path", look, d="M" + " L".join(f"{pixel(x)} {pixel(y)}" for x, y in points))

    def text(self, look: str, x: float, y: float, words: str, anchor: str = "start") -> None:
        """Words on one line; `anchor` is which of their ends, or their middle, stands at x."""
        self._shape("text", look, x=x, y=y, text_anchor=anchor).text = words

    def __str__(self) -> str:
        ET.indent(self._root)
        return ET.tostring(self._root, encoding="unicode") + "\n"


def pixel(number: float) -> str:
    """A measure in pixels, to the hundredth."""
    return f"{number:.2f}".rstrip("0").rstrip(".")


def wide(words: str) -> float:
    """About how wide words are at 13 pixels."""
    return sum(13.0 if ord(letter) > 0x2E80 else 7.2 for letter in words)
