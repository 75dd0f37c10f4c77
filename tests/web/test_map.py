"""The map says what flows where, to everybody alike, and nothing else."""

import re
from collections.abc import Mapping
from pathlib import Path
from random import Random
from xml.etree import ElementTree as ET

import pytest

import comity.web
from comity import shelf
from comity.text.source import Mistakes, SourceError
from comity.web.curve import apart, between, within
from comity.web.ground import Ground, ground, read_land, shipped
from comity.web.map import DENSE, LINKS, Arc, drawn, figure, sort
from comity.web.projection import HEIGHT, WIDTH

HERE = Path(comity.web.__file__).parent
WORDS = {"map": "Flows", "0": "prohibited", "1": "authorisation required", "2": "conditional", "3": "permitted", "open": "open", "beside": "Not on the map:"}
OUTCOMES = ("0", "1", "2", "3", "open")
DEMO = [
    Arc("CN", "US", "0", 3), Arc("US", "CN", "0", 87), Arc("CN", "HK", "2", 12), Arc("HK", "MO", "3"), Arc("CN-GD-Shenzhen", "HK", "3", 4),
    Arc("DE", "US", "3", 40), Arc("US", "DE", "3"), Arc("US", "DE", "2", 4), Arc("FR", "CN", "1", 2), Arc("SG", "CN", "3"), Arc("CN", "SG", "open", 5),
    Arc("GB", "IN", "3", 2), Arc("RU", "DE", "0"), Arc("DE", "RU", "1"), Arc("CN-SH", "CN-SH", "3", 9), Arc("US", "US", "3", 1200), Arc("MT", "SG", "3"),
    Arc("BH", "MU", "open"), Arc("BR", "IE", "2", 7), Arc("IE", "US", "3", 15), Arc("JP", "US", "3", 6), Arc("KR", "CN", "1", 2), Arc("VN", "CN", "open", 3),
    Arc("TW", "US", "3", 2), Arc("US", "TW", "1", 2), Arc("EU", "US", "2"), Arc("BE", "EU", "3"),
]  # fmt: skip

ELEMENTS = {"figure", "div", "svg", "defs", "g", "path", "circle", "a", "title", "use", "text", "ul", "li", "span", "b", "p"}
ATTRIBUTES = {"class", "d", "href", "transform", "viewBox", "role", "aria-label", "aria-hidden", "id", "x", "y", "cx", "cy", "r", "text-anchor"}


def label(code: str) -> str:
    from babel import Locale

    head, _, rest = code.partition("-")
    name = Locale("en").territories.get(head, head)
    return f"{name} ({rest})" if rest else name


def link(flow: Arc) -> tuple[str, str]:
    word = WORDS[flow.outcome]
    name = f"{label(flow.origin)} → {label(flow.destination)}: {word}, {flow.movements} movements"
    return f"/flows?from={flow.origin}&to={flow.destination}&outcome={flow.outcome}", name


def tree(svg: str) -> ET.Element:
    return ET.fromstring(re.sub(r' xmlns="[^"]*"', "", svg))


def numbers(text: str) -> list[float]:
    return [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", text)]


def ends(path: str) -> tuple[tuple[float, float], tuple[float, float]]:
    x, y, *rest = numbers(path)
    return (x, y), (x + rest[-2], y + rest[-1])


def known() -> set[str]:
    """Every code in use, and every place that the shipped groups and calendars name."""
    import tzdata

    iso = (Path(tzdata.__file__).parent / "zoneinfo" / "iso3166.tab").read_text(encoding="utf-8")
    places = shelf.places()
    named = {line.split("\t")[0] for line in iso.splitlines() if not line.startswith("#")}
    return named | set(places.groups) | set().union(*places.groups.values()) | set(places.aliases) | set(places.aliases.values()) | set(shelf.almanacs())


def test_every_jurisdiction_has_a_point_of_its_own_on_the_sheet():
    base = shipped()
    for code in known():
        home = base.home(code)
        assert home == shelf.places().aliases.get(code, code)
        x, y = base.points[home]
        assert 0 <= x <= WIDTH
        assert 0 <= y <= HEIGHT


def test_a_place_without_a_point_stands_where_the_one_does_that_it_lies_in():
    base = shipped()
    assert base.home("CN-GD-Meizhou") == "CN-GD"
    assert base.home("FR-75") == "FR"
    assert base.home("CN-HK") == "HK"
    assert base.home("XX-1") == ""


def test_what_is_not_on_the_map_is_listed_beside_it():
    page = figure([*DEMO, Arc("XX", "US", "0", 2), Arc("US", "", "open")], label, link, WORDS, shipped())
    beside = page.split('class="map-beside"')[1]
    assert beside.count("<a ") == 2
    assert "/flows?from=XX&amp;to=US&amp;outcome=0" in beside
    assert "<span>prohibited</span> <b>93</b>" in page  # 3, 87 and 1 on the map, 2 beside it
    assert "map-beside" not in figure(DEMO, label, link, WORDS, shipped())


def test_every_movement_is_told():
    flows = [Arc("CN", "US", "0"), Arc("CN", "US", "0"), Arc("CN-XX", "US", "0", 5), Arc("CN", "US", "3"), Arc("US", "CN", "0"), Arc("", "CN", "0")]
    found = sort(flows, shipped())
    assert set(found.drawn) == {Arc("CN", "US", "0", 7), Arc("CN", "US", "3"), Arc("US", "CN", "0")}
    assert found.beside == [Arc("", "CN", "0")]


def test_an_outcome_is_told_by_mark_dash_and_word():
    svg = tree(drawn([Arc("CN", "US", outcome, 3) for outcome in OUTCOMES], label, link, "Flows", shipped()))
    marks = [ET.tostring(group[0]) for group in svg.findall("defs/g")]
    assert len(set(marks)) == len(OUTCOMES)
    css = (HERE / "static" / "map.css").read_text(encoding="utf-8")
    dashes = [re.search(rf"\.map \.o-{key} a \.line.*?stroke-dasharray: ([^;]+)", css) for key in ("1", "2", "open")]
    assert len({dash[1] for dash in dashes if dash}) == 3
    said = [a.findtext("title", "").split(": ")[1].split(",")[0] for a in svg.iter("a")]
    assert said == ["permitted", "conditional", "authorisation required", "open", "prohibited"]


def test_there_and_back_are_two_lines():
    there, back = between((100, 100), (300, 120), 1), between((300, 120), (100, 100), 1)
    (x, y), (u, v) = there[0].at(0.5), back[0].at(0.5)
    assert abs(x - u) + abs(y - v) > 20
    assert y < v  # each leans to the left of its way
    assert len({curve.path() for curve in (*between((100, 100), (300, 120), 5), *within((100, 100), 5))}) == 10


def test_lines_stay_on_the_sheet():
    corners = [(6, 6), (WIDTH - 6, 6), (6, HEIGHT - 6), (WIDTH - 6, HEIGHT - 6), (500, 6), (500, HEIGHT - 6)]
    for start in corners:
        for curve in (c for end in corners for c in (between(start, end, 5) if start != end else within(start, 1))):
            assert all(-12 <= x <= WIDTH + 12 and 0 <= y <= HEIGHT for x, y in curve.along(20))


def test_arcs_end_at_their_points():
    svg = tree(drawn(DEMO, label, link, "Flows", shipped()))
    points = [(float(c.get("cx", "")), float(c.get("cy", ""))) for c in svg.iterfind(".//g[@class='places']/circle")]
    names = {text.text: point for text, point in zip(svg.iterfind(".//g[@class='places']/text"), points, strict=True)}
    for a in svg.iter("a"):
        source, target = a.findtext("title", "").split(":")[0].split(" → ")
        for line in a.findall("path"):
            for place, (x, y) in zip((source, target), ends(line.get("d", "")), strict=True):
                assert abs(names[place][0] - x) + abs(names[place][1] - y) < 7


def boxes(svg: str) -> list[tuple[float, float, float, float]]:
    """The room that the names take, by half an em a letter and one a Chinese sign, which is less than is kept for them."""
    found = []
    for text in tree(svg).iterfind(".//g[@class='places']/text"):
        wide = sum(10.5 if ord(sign) > 0x2E80 else 5.2 for sign in text.text or "")
        x, y = float(text.get("x", "")), float(text.get("y", ""))
        left = x - {"end": wide, "middle": wide / 2}.get(text.get("text-anchor", ""), 0)
        found.append((left, y - 8, left + wide, y + 2))
    return found


@pytest.mark.parametrize("say", [label, lambda code: "中国香港特别行政区" if code == "HK" else "某地"], ids=["en", "zh"])
def test_no_name_lies_on_another_or_off_the_sheet(say):
    svg = drawn(DEMO, say, link, "Flows", shipped())
    found = boxes(svg)
    assert len(found) == len({place for flow in DEMO for place in (flow.origin, flow.destination)})
    for i, (left, top, right, bottom) in enumerate(found):
        assert left >= 0
        assert right <= WIDTH
        assert not [b for b in found[i + 1 :] if b[0] < right and left < b[2] and b[1] < bottom and top < b[3]]


def test_only_places_that_are_used_are_named():
    svg = drawn([Arc("CN", "US", "0")], label, link, "Flows", shipped())
    assert re.findall(r"<text[^>]*>([^<]+)", svg) == ["United States", "China"]
    assert "<text" not in drawn([], label, link, "Flows", shipped())


def test_in_a_crowd_every_place_is_named_on_the_map_or_below_it():
    crowd = "AT BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IT LT LU LV MT NL NO PL PT RO SE SI SK".split()  # noqa: SIM905
    page = figure([Arc(code, "US", outcome) for code in crowd for outcome in OUTCOMES], label, link, WORDS, shipped())
    written = re.findall(r"<text[^>]*>([^<]+)", page.split('class="places"')[1])
    key = dict(re.findall(r"<li><b>([^<]+)</b> ([^<]+)</li>", page))
    assert {key.get(text, text) for text in written} | set(key.values()) == {label(code) for code in (*crowd, "US")}
    assert all(key[text] == label(text) for text in written if text in key)
    assert 'class="map-key"' not in figure(DEMO, label, link, WORDS, shipped())


def test_renaming_two_places_everywhere_only_renames_the_map():
    base = shipped()
    swap = {"CN": "US", "US": "CN"}
    other = Ground(base.land, {swap.get(code, code): point for code, point in base.points.items()}, base.same)
    flows = [Arc(swap.get(f.origin, f.origin), swap.get(f.destination, f.destination), f.outcome, f.movements) for f in DEMO]
    names: Mapping[str, str] = {"CN": "Aaaaa", "US": "Bbbbb"}
    mine = drawn(DEMO, lambda code: names.get(code, code), lambda f: (f"{f.origin}/{f.destination}", f"{f.outcome}"), "Flows", base)
    yours = drawn(flows, lambda code: names.get(swap.get(code, code), code), lambda f: (f"{f.origin}/{f.destination}", f"{f.outcome}"), "Flows", other)
    ours = re.sub(r'(?<=href=")(\w\w)/(\w\w)(?=")', lambda m: f"{swap.get(m[1], m[1])}/{swap.get(m[2], m[2])}", yours)
    assert ours == mine


def test_the_order_of_flows_is_nothing():
    assert drawn(DEMO[::-1], label, link, "Flows", shipped()) == drawn(DEMO, label, link, "Flows", shipped())


def test_exchanging_exporter_and_importer_turns_each_arc_over():
    for start, end in (((100.0, 100.0), (300.0, 150.0)), ((500.0, 200.0), (480.0, 300.0))):
        there, back = between(start, end, 3), between(end, start, 3)
        middle = start[0] + end[0], start[1] + end[1]
        for one, other in zip(there, back, strict=True):
            (x, y), (u, v) = one.at(0.5), other.at(0.5)
            assert (x + u, y + v) == pytest.approx(middle)


def test_points_that_lie_together_are_set_apart_and_others_are_left():
    moved = apart([(100, 100), (100.5, 100), (100, 101), (400, 200)], 12)
    assert moved[3] == (400, 200)
    assert min(abs(a - c) + abs(b - d) for i, (a, b) in enumerate(moved) for c, d in moved[:i]) > 11


def test_many_places_at_one_point_are_drawn():
    codes = [f"A{chr(65 + i)}" for i in range(26)]
    base = Ground("M0 0z", dict.fromkeys(codes, (994.0, 6.0)))
    svg = drawn([Arc(a, b, "0") for a in codes for b in codes], str, link, "Flows", base)
    assert len(set(re.findall(r'cx="([^"]+)" cy="([^"]+)"', svg))) == len(codes)


@pytest.mark.parametrize("name", ['"><script>alert(1)</script>', "</title><a href=x>", "' onload='x", "&lt;b&gt;", "]]>"])
def test_hostile_names_are_only_names(name):
    page = figure([*DEMO, Arc("XX", "US", "0")], lambda _: name, lambda _: (f"/flows?x={name}", name), dict.fromkeys(WORDS, name), shipped())
    root = tree(page)
    assert {element.tag for element in root.iter()} <= ELEMENTS
    assert {key for element in root.iter() for key in element.keys()} <= ATTRIBUTES  # noqa: SIM118 -- an element is not a mapping
    assert {a.findtext("title") or a.text for a in root.iter("a")} == {name}


def test_nothing_in_it_is_refused_by_a_policy_without_inline_styles():
    page = figure(DEMO, label, link, WORDS, shipped())
    assert not re.search(r"\sstyle=|<style|<script|\son\w+=|url\(|https?://(?!www\.w3\.org/2000/svg)", page)
    assert "url(" not in (HERE / "static" / "map.css").read_text(encoding="utf-8")


def test_every_class_that_is_drawn_has_a_rule():
    page = figure([*DEMO, Arc("XX", "US", "0"), *many(DENSE + 100)], label, link, WORDS, shipped())
    css = (HERE / "static" / "map.css").read_text(encoding="utf-8")
    used = {name for names in re.findall(r'class="([^"]+)"', page) for name in names.split()}
    assert used <= {"w1", *re.findall(r"\.([a-z][\w-]*)", css)}


def many(n: int) -> list[Arc]:
    chance = Random(7)
    codes = sorted(code for code in shipped().points if "-" not in code)
    return [Arc(chance.choice(codes), chance.choice(codes), chance.choice(OUTCOMES), chance.randint(1, 40)) for _ in range(n)]


def test_five_thousand_flows_are_bounded():
    flows = many(5000)
    page = drawn(flows, label, lambda flow: (link(flow)[0], f"{label(flow.origin)} → {label(flow.destination)}: prohibited"), "Flows", shipped())
    assert len(page.encode()) < 300_000
    assert LINKS <= page.count("<a ") <= LINKS + len(OUTCOMES)
    lines = re.findall(r'class="line[^"]*" d="([^"]+)"', page)
    assert sum(line.count("M") for line in lines) == len(sort(flows, shipped()).drawn) > 4500


def test_the_land_is_small_and_has_no_borders():
    text = (HERE / "land.svg").read_text(encoding="utf-8")
    assert len(text.encode()) < 14_000
    assert text.count("<path") == 1
    assert "stroke" not in text


def test_another_land_is_held_to_the_same_sheet(tmp_path):
    mistakes = Mistakes()
    assert read_land("land.svg", (HERE / "land.svg").read_text(encoding="utf-8").replace("<path ", '<path id="x" class="y" '), mistakes) == shipped().land
    land, places = tmp_path / "land.svg", tmp_path / "places.yaml"
    land.write_text('<svg viewBox="0 0 10 10"><path d="M0 0c1 1 2 2 3 3"/></svg>')
    places.write_text("AA: [0, 0]\nBB: [0, x]\nCC: [0, -80]\nDD: [1]\nd: [1, 1]\n")
    with pytest.raises(SourceError) as raised:
        ground(land, places)
    wrong = [(m.place.line, m.message.split(":")[0]) for m in raised.value.mistakes if m.place.file == str(places)]
    assert wrong == [(2, "BB"), (3, "CC"), (4, "DD"), (5, "d")]
    assert len([m for m in raised.value.mistakes if m.place.file == str(land)]) == 3
