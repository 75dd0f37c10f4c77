"""The map of flows: labelled points on a plain land shape, and what goes from one to another, by outcome. It draws no borders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import cos, radians, sin
from typing import Final

from comity.web.curve import Curve, apart, arcs, loops
from comity.web.ground import Ground
from comity.web.lettering import Lettered, Name, Sheet
from comity.web.projection import HEIGHT, WIDTH, Point

Outcome = int | None
"""0 prohibited, 1 authorisation required, 2 conditional, 3 permitted; None is not settled."""
ORDER: Final[tuple[Outcome, ...]] = (3, 2, 1, None, 0)
"""What is drawn later lies on top: the worst does."""
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
MARKS: Final[Mapping[Outcome, str]] = {
    3: '<path class="map-full" d="M0 0-8 3.4-8-3.4z"/>',
    2: '<path class="map-lines" d="M-8.5 3.6-4.5 0-8.5-3.6M-4 3.6 0 0-4-3.6"/>',
    1: '<path class="map-open" d="M-.5 0-5 4-9.5 0-5-4z"/>',
    None: '<circle class="map-open" cx="-3.8" r="3.2"/>',
    0: '<path class="map-bar" d="M-1.2-5.2v10.4"/>',
}
"""The mark at the end of an arc, whose tip is at the origin and which points to the right."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Movements from a place to a place with one outcome. Both places are empty where a flow stands for the lesser ones of its outcome."""

    source: str
    target: str
    outcome: Outcome
    movements: int = 1


Label = Callable[[str], str]
"""What a place is called."""
Link = Callable[[Flow], tuple[str, str]]
"""Where a flow leads to, and how it is said in full: 'A → B: prohibited, 3 movements'."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """Flows as they are drawn: added up by the places at whose points they begin and end; `beside` are those of which a place has no point."""

    drawn: Sequence[Flow]
    beside: Sequence[Flow]


@dataclass(frozen=True, slots=True)
class Drawing:
    """The map as SVG, and the places whose names it has no room for, by code."""

    svg: str
    unnamed: Mapping[str, str]


def sort(flows: Iterable[Flow], ground: Ground) -> Sorted:
    """Flows that share ends and outcome become one."""
    drawn: Counter[tuple[str, str, Outcome]] = Counter()
    beside: Counter[tuple[str, str, Outcome]] = Counter()
    homes: dict[str, str] = {}
    for flow in flows:
        for place in (flow.source, flow.target):
            if place not in homes:
                homes[place] = ground.home(place)
        source, target = homes[flow.source], homes[flow.target]
        if source and target:
            drawn[source, target, flow.outcome] += flow.movements
        else:
            beside[flow.source, flow.target, flow.outcome] += flow.movements
    return Sorted([Flow(*key, many) for key, many in drawn.items()], [Flow(*key, many) for key, many in beside.items()])


def figure(flows: Iterable[Flow], label: Label, link: Link, words: Mapping[str, str], ground: Ground) -> str:
    """The whole figure: the map, its legend, and the flows that it cannot show.

    `words` has the name of the map (`map`), of each outcome (`0` to `3`, `open`), and what is said before the flows beside it (`beside`).
    """
    found = sort(flows, ground)
    drawing = _drawing(found.drawn, label, link, words["map"], ground)
    key = "".join(f"<li><b>{escape(code)}</b> {escape(name)}</li>" for code, name in sorted(drawing.unnamed.items()))
    return (
        f'<figure class="map"><div class="map-sheet">{drawing.svg}</div>{legend([*found.drawn, *found.beside], words)}'
        f"{key and _list('map-key', key)}{_beside(found.beside, link, words)}</figure>"
    )


def drawn(flows: Iterable[Flow], label: Label, link: Link, title: str, ground: Ground) -> str:
    """The map alone, as SVG. Flows of which a place has no point are not on it: `figure` lists them."""
    return _drawing(sort(flows, ground).drawn, label, link, title, ground).svg


def legend(flows: Iterable[Flow], words: Mapping[str, str]) -> str:
    """Each outcome with its line, its mark, its word and how many movements have it, the worst first."""
    many: Counter[Outcome] = Counter()
    for flow in flows:
        many[flow.outcome] += flow.movements
    rows = (
        f'<li class="{_class(outcome)}"><svg viewBox="0 0 44 14" aria-hidden="true"><path class="line" d="M2 7H38"/><g transform="translate(40 7)">'
        f"{MARKS[outcome]}</g></svg> <span>{escape(words[_key(outcome)])}</span> <b>{many[outcome]:,}</b></li>"
        for outcome in reversed(ORDER)
    )
    return _list("map-legend", "".join(rows))


def _list(name: str, rows: str) -> str:
    return f'<ul class="{name}">{rows}</ul>'


def _beside(flows: Sequence[Flow], link: Link, words: Mapping[str, str]) -> str:
    if not flows:
        return ""
    said = (link(flow) for flow in sorted(flows, key=lambda flow: (-_rank(flow.outcome), flow.source, flow.target)))
    rows = "".join(f'<li><a href="{escape(href)}">{escape(name)}</a></li>' for href, name in said)
    return f'<div class="map-beside"><p>{escape(words["beside"])}</p><ul>{rows}</ul></div>'


def _key(outcome: Outcome) -> str:
    return "open" if outcome is None else str(outcome)


def _class(outcome: Outcome) -> str:
    return f"o-{_key(outcome)}"


def _rank(outcome: Outcome) -> int:
    return ORDER.index(outcome)


def _drawing(flows: Sequence[Flow], label: Label, link: Link, title: str, ground: Ground) -> Drawing:
    points = _points(flows, ground)
    curves = _curves(flows, points)
    flows = sorted(flows, key=lambda flow: (-_rank(flow.outcome), -flow.movements, points[flow.source], points[flow.target]))
    single, lesser = flows[:LINKS], flows[LINKS:]
    dense = len(single) > DENSE
    finer = ' class="dense"' if dense else ""
    sheet = Sheet()
    for point in points.values():
        sheet.point(point)
    for flow in single:
        sheet.line(curves[flow].along(9))
    marks = {flow: _standing(curves[flow], sheet) for flow in single}
    told = [flow for flow in single if flow.movements > 1 and not dense]
    numbers = {flow: _number(flow, curves, sheet) for flow in told if flow.source == flow.target}  # a loop has but one head for it
    names = _names(flows, points, label, sheet)
    numbers |= {flow: _number(flow, curves, sheet) for flow in told if flow.source != flow.target}
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"{finer} role="group" aria-label="{escape(title)}">'
        f"<defs>{''.join(map(_mark, ORDER))}</defs>"
        f'<path class="land" d="{escape(ground.land)}"/>'
        f"{''.join(_together([f for f in lesser if f.outcome == outcome], curves, link) for outcome in ORDER)}"
        f"{''.join(_singly([f for f in reversed(single) if f.outcome == outcome], curves, marks, numbers, link) for outcome in ORDER)}"
        f'<g class="places">{"".join(_lettered(name, words) for name, words in names)}</g></svg>'
    )
    return Drawing(svg, {name.code: name.text for name, words in names if not words or words.text != name.text})


def _points(flows: Iterable[Flow], ground: Ground) -> dict[str, Point]:
    """The point of each place that is used, in the order of the points: a code has a part in it only where two points are one."""
    used = sorted({place for flow in flows for place in (flow.source, flow.target)}, key=lambda place: (ground.points[place], place))
    return dict(zip(used, apart([ground.points[place] for place in used], LEAST if len(used) <= CROWDED else LEAST / 2), strict=True))


def _curves(flows: Iterable[Flow], points: Mapping[str, Point]) -> dict[Flow, Curve]:
    ends: dict[tuple[str, str], list[Flow]] = {}
    for flow in flows:
        ends.setdefault((flow.source, flow.target), []).append(flow)
    found: dict[Flow, Curve] = {}
    for (source, target), same in ends.items():
        same.sort(key=lambda flow: _rank(flow.outcome))
        made = loops(points[source], len(same)) if source == target else arcs(points[source], points[target], len(same))
        found.update(zip(same, made, strict=True))
    return found


def _names(flows: Iterable[Flow], points: Mapping[str, Point], label: Label, sheet: Sheet) -> list[tuple[Name, Lettered | None]]:
    """The names of places with what is written for them, the busiest first."""
    busy: Counter[str] = Counter()
    for flow in flows:
        busy[flow.source] += flow.movements
        busy[flow.target] += flow.movements
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


def _number(flow: Flow, curves: Mapping[Flow, Curve], sheet: Sheet) -> Lettered | None:
    return sheet.number(f"{flow.movements:,}", curves[flow].middles(), NUMBER_SIZE)


def _text(set_: Lettered | None) -> str:
    if set_ is None:
        return ""
    anchor = "" if set_.anchor == "start" else f' text-anchor="{set_.anchor}"'
    return f'<text x="{set_.at[0]:.1f}" y="{set_.at[1]:.1f}"{anchor}>{escape(set_.text)}</text>'


def _mark(outcome: Outcome) -> str:
    return f'<g id="map-{_key(outcome)}">{MARKS[outcome]}</g>'


def _standing(curve: Curve, sheet: Sheet) -> str:
    """Where the mark of an arc stands: at its end, or so far before it that it covers no other; at the end after all where there is no room."""
    ways = [curve.before_end(far) for far in range(0, 130, 9)]
    middles = [(x - 4 * cos(radians(turn)), y - 4 * sin(radians(turn))) for (x, y), turn in ways]
    n = next((n for n, (x, y) in enumerate(middles) if sheet.marks.free((x - 3, y - 3, x + 3, y + 3))), 0)
    sheet.mark(middles[n])
    (x, y), turn = ways[n]
    return f"translate({x:.1f} {y:.1f})rotate({turn:.0f})"


def _singly(flows: Sequence[Flow], curves: Mapping[Flow, Curve], marks: Mapping[Flow, str], numbers: Mapping[Flow, Lettered | None], link: Link) -> str:
    """Arcs of one outcome, each a link of its own."""
    if not flows:
        return ""
    out = [f'<g class="arcs {_class(flows[0].outcome)}">']
    for flow in flows:
        href, name = link(flow)
        path = curves[flow].path()
        weight = min(len(str(flow.movements)), 4)
        out.append(f'<a href="{escape(href)}"><title>{escape(name)}</title><path class="hit" d="{path}"/><path class="line w{weight}" d="{path}"/>')
        out.append(f'<use href="#map-{_key(flow.outcome)}" transform="{marks[flow]}"/>{_text(numbers.get(flow))}</a>')
    return "".join([*out, "</g>"])


def _together(flows: Sequence[Flow], curves: Mapping[Flow, Curve], link: Link) -> str:
    """The lesser arcs of one outcome: one link, no marks."""
    if not flows:
        return ""
    href, name = link(Flow("", "", flows[0].outcome, sum(flow.movements for flow in flows)))
    paths = "".join(curves[flow].path() for flow in flows)
    return f'<g class="lesser {_class(flows[0].outcome)}"><a href="{escape(href)}"><title>{escape(name)}</title><path class="line" d="{paths}"/></a></g>'
