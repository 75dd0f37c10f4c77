"""The map of flows: labelled points on a plain land shape, and what goes from one to another, by outcome. It draws no borders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import cos, radians, sin
from typing import Final

from comity.web.curve import Curve, apart, between, within
from comity.web.ground import Ground
from comity.web.lettering import Lettered, Name, Sheet
from comity.web.projection import HEIGHT, WIDTH, Point

ORDER: Final = ("3", "2", "1", "open", "0")
"""Outcomes as signs, as in `comity.web.flows`. What is drawn later lies on top: the worst does."""
LINKS: Final = 250
"""So many arcs can be told apart, and reached one by one; of more, the lesser ones are drawn together."""
DENSE: Final = 120
"""With more arcs than these, lines are drawn finer and numbers are only told."""
CROWDED: Final = 80
"""With more places than these, no name stands further off at the end of a line, and points may be closer."""
LEAST: Final = 13.0
"""Points are no nearer to each other than this, so that each can be seen; of a crowd, half."""
NAME_SIZE: Final = 10.5
NUMBER_SIZE: Final = 8.5
MARKS: Final[Mapping[str, str]] = {
    "3": '<path class="map-full" d="M0 0-8 3.4-8-3.4z"/>',
    "2": '<path class="map-lines" d="M-8.5 3.6-4.5 0-8.5-3.6M-4 3.6 0 0-4-3.6"/>',
    "1": '<path class="map-open" d="M-.5 0-5 4-9.5 0-5-4z"/>',
    "open": '<circle class="map-open" cx="-3.8" r="3.2"/>',
    "0": '<path class="map-bar" d="M-1.2-5.2v10.4"/>',
}
"""The mark at the end of an arc, whose tip is at the origin and which points to the right."""


@dataclass(frozen=True, slots=True)
class Arc:
    """Movements from a place to a place with one outcome. Both places are empty where an arc stands for the lesser ones of its outcome."""

    origin: str
    destination: str
    outcome: str
    movements: int = 1


Label = Callable[[str], str]
"""What a place is called."""
Link = Callable[[Arc], tuple[str, str]]
"""Where an arc leads to, and how it is said in full: 'A → B: prohibited, 3 movements'."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """Flows as they are drawn: added up by the places at whose points they begin and end; `beside` are those of which a place has no point."""

    drawn: Sequence[Arc]
    beside: Sequence[Arc]


@dataclass(frozen=True, slots=True)
class Drawing:
    """The map as SVG, and the places whose names it has no room for, by code."""

    svg: str
    unnamed: Mapping[str, str]


def sort(arcs: Iterable[Arc], ground: Ground) -> Sorted:
    """Flows that share ends and outcome become one."""
    drawn: Counter[tuple[str, str, str]] = Counter()
    beside: Counter[tuple[str, str, str]] = Counter()
    homes: dict[str, str] = {}
    for arc in arcs:
        for place in (arc.origin, arc.destination):
            if place not in homes:
                homes[place] = ground.home(place)
        origin, destination = homes[arc.origin], homes[arc.destination]
        if origin and destination:
            drawn[origin, destination, arc.outcome] += arc.movements
        else:
            beside[arc.origin, arc.destination, arc.outcome] += arc.movements
    return Sorted([Arc(*key, many) for key, many in drawn.items()], [Arc(*key, many) for key, many in beside.items()])


def figure(arcs: Iterable[Arc], label: Label, link: Link, words: Mapping[str, str], ground: Ground) -> str:
    """The whole figure: the map, its legend, a key to codes in a crowd, and the flows that it cannot show.

    `words` has the name of the map (`map`), of each outcome (`0` to `3`, `open`), and what is said before the flows beside it (`beside`).
    """
    found = sort(arcs, ground)
    drawing = _drawing(found.drawn, label, link, words["map"], ground)
    key = "".join(f"<li><b>{escape(code)}</b> {escape(name)}</li>" for code, name in sorted(drawing.unnamed.items()))
    return (
        f'<figure class="map"><div class="map-sheet">{drawing.svg}</div>{legend([*found.drawn, *found.beside], words)}'
        f"{key and _list('map-key', key)}{_beside(found.beside, link, words)}</figure>"
    )


def drawn(arcs: Iterable[Arc], label: Label, link: Link, title: str, ground: Ground) -> str:
    """The map alone, as SVG. Flows of which a place has no point are not on it: `figure` lists them."""
    return _drawing(sort(arcs, ground).drawn, label, link, title, ground).svg


def legend(arcs: Iterable[Arc], words: Mapping[str, str]) -> str:
    """Each outcome with its line, its mark, its word and how many movements have it, the worst first."""
    many: Counter[str] = Counter()
    for arc in arcs:
        many[arc.outcome] += arc.movements
    rows = (
        f'<li class="o-{outcome}"><svg viewBox="0 0 44 14" aria-hidden="true"><path class="line" d="M2 7H38"/><g transform="translate(40 7)">'
        f"{MARKS[outcome]}</g></svg> <span>{escape(words[outcome])}</span> <b>{many[outcome]:,}</b></li>"
        for outcome in reversed(ORDER)
    )
    return _list("map-legend", "".join(rows))


def _list(name: str, rows: str) -> str:
    return f'<ul class="{name}">{rows}</ul>'


def _beside(arcs: Sequence[Arc], link: Link, words: Mapping[str, str]) -> str:
    if not arcs:
        return ""
    said = (link(arc) for arc in sorted(arcs, key=lambda arc: (-_rank(arc.outcome), arc.origin, arc.destination)))
    rows = "".join(f'<li><a href="{escape(href)}">{escape(name)}</a></li>' for href, name in said)
    return f'<div class="map-beside"><p>{escape(words["beside"])}</p><ul>{rows}</ul></div>'


def _rank(outcome: str) -> int:
    return ORDER.index(outcome)


def _drawing(arcs: Sequence[Arc], label: Label, link: Link, title: str, ground: Ground) -> Drawing:
    points = _points(arcs, ground)
    curves = _curves(arcs, points)
    arcs = sorted(arcs, key=lambda arc: (-_rank(arc.outcome), -arc.movements, points[arc.origin], points[arc.destination]))
    single, lesser = arcs[:LINKS], arcs[LINKS:]
    dense = len(single) > DENSE
    finer = ' class="dense"' if dense else ""
    sheet = Sheet()
    for point in points.values():
        sheet.point(point)
    for arc in single:
        sheet.line(curves[arc].along(9))
    marks = {arc: _standing(curves[arc], sheet) for arc in single}
    told = [arc for arc in single if arc.movements > 1 and not dense]
    numbers = {arc: _number(arc, curves, sheet) for arc in told if arc.origin == arc.destination}  # a loop has but one head for it
    names = _names(arcs, points, label, sheet)
    numbers |= {arc: _number(arc, curves, sheet) for arc in told if arc.origin != arc.destination}
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"{finer} role="group" aria-label="{escape(title)}">'
        f"<defs>{''.join(map(_mark, ORDER))}</defs>"
        f'<path class="land" d="{escape(ground.land)}"/>'
        f"{''.join(_together([f for f in lesser if f.outcome == outcome], curves, link) for outcome in ORDER)}"
        f"{''.join(_singly([f for f in reversed(single) if f.outcome == outcome], curves, marks, numbers, link) for outcome in ORDER)}"
        f'<g class="places">{"".join(_lettered(name, words) for name, words in names)}</g></svg>'
    )
    return Drawing(svg, {name.code: name.text for name, words in names if not words or words.text != name.text})


def _points(arcs: Iterable[Arc], ground: Ground) -> dict[str, Point]:
    """The point of each place that is used, in the order of the points: a code has a part in it only where two points are one."""
    used = sorted({place for arc in arcs for place in (arc.origin, arc.destination)}, key=lambda place: (ground.points[place], place))
    return dict(zip(used, apart([ground.points[place] for place in used], LEAST if len(used) <= CROWDED else LEAST / 2), strict=True))


def _curves(arcs: Iterable[Arc], points: Mapping[str, Point]) -> dict[Arc, Curve]:
    ends: dict[tuple[str, str], list[Arc]] = {}
    for arc in arcs:
        ends.setdefault((arc.origin, arc.destination), []).append(arc)
    found: dict[Arc, Curve] = {}
    for (origin, destination), same in ends.items():
        same.sort(key=lambda arc: _rank(arc.outcome))
        made = within(points[origin], len(same)) if origin == destination else between(points[origin], points[destination], len(same))
        found.update(zip(same, made, strict=True))
    return found


def _names(arcs: Iterable[Arc], points: Mapping[str, Point], label: Label, sheet: Sheet) -> list[tuple[Name, Lettered | None]]:
    """The names of places with what is written for them, the busiest first."""
    busy: Counter[str] = Counter()
    for arc in arcs:
        busy[arc.origin] += arc.movements
        busy[arc.destination] += arc.movements
    asked = [Name(label(place), place, points[place]) for place in sorted(points, key=lambda place: (-busy[place], points[place]))]
    return list(zip(asked, sheet.names(asked, NAME_SIZE, far=len(points) <= CROWDED), strict=True))


def _lettered(name: Name, words: Lettered | None) -> str:
    """A point and what is written for it. Where that is not its name, the point tells the name."""
    told = "" if words and words.text == name.text else f"<title>{escape(name.text)}</title>"
    leader = ""
    if words and words.leader:
        (a, b), (c, d) = words.leader
        leader = f'<path class="leader" d="M{a:.1f} {b:.1f} {c:.1f} {d:.1f}"/>'
    return f'{leader}<circle cx="{name.at[0]:.1f}" cy="{name.at[1]:.1f}" r="2.6">{told}</circle>{_text(words)}'


def _number(arc: Arc, curves: Mapping[Arc, Curve], sheet: Sheet) -> Lettered | None:
    return sheet.number(f"{arc.movements:,}", curves[arc].middles(), NUMBER_SIZE)


def _text(set_: Lettered | None) -> str:
    if set_ is None:
        return ""
    anchor = "" if set_.anchor == "start" else f' text-anchor="{set_.anchor}"'
    return f'<text x="{set_.at[0]:.1f}" y="{set_.at[1]:.1f}"{anchor}>{escape(set_.text)}</text>'


def _mark(outcome: str) -> str:
    return f'<g id="map-{outcome}">{MARKS[outcome]}</g>'


def _standing(curve: Curve, sheet: Sheet) -> str:
    """Where the mark of an arc stands: at its end, or so far before it that it covers no other; at the end after all where there is no room."""
    ways = [curve.before_end(far) for far in range(0, 130, 9)]
    middles = [(x - 4 * cos(radians(turn)), y - 4 * sin(radians(turn))) for (x, y), turn in ways]
    n = next((n for n, (x, y) in enumerate(middles) if sheet.marks.free((x - 3, y - 3, x + 3, y + 3))), 0)
    sheet.mark(middles[n])
    (x, y), turn = ways[n]
    return f"translate({x:.1f} {y:.1f})rotate({turn:.0f})"


def _singly(arcs: Sequence[Arc], curves: Mapping[Arc, Curve], marks: Mapping[Arc, str], numbers: Mapping[Arc, Lettered | None], link: Link) -> str:
    """Arcs of one outcome, each a link of its own."""
    if not arcs:
        return ""
    out = [f'<g class="arcs o-{arcs[0].outcome}">']
    for arc in arcs:
        href, name = link(arc)
        path = curves[arc].path()
        weight = min(len(str(arc.movements)), 4)
        out.append(f'<a href="{escape(href)}"><title>{escape(name)}</title><path class="hit" d="{path}"/><path class="line w{weight}" d="{path}"/>')
        out.append(f'<use href="#map-{arc.outcome}" transform="{marks[arc]}"/>{_text(numbers.get(arc))}</a>')
    return "".join([*out, "</g>"])


def _together(arcs: Sequence[Arc], curves: Mapping[Arc, Curve], link: Link) -> str:
    """The lesser arcs of one outcome: one link, no marks."""
    if not arcs:
        return ""
    href, name = link(Arc("", "", arcs[0].outcome, sum(arc.movements for arc in arcs)))
    paths = "".join(curves[arc].path() for arc in arcs)
    return f'<g class="lesser o-{arcs[0].outcome}"><a href="{escape(href)}"><title>{escape(name)}</title><path class="line" d="{paths}"/></a></g>'
