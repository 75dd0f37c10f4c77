"""The picture: what is in it and where, and that it is the same bytes each time."""

from xml.etree import ElementTree as ET

import games
from games import ALTERNATIVES, settled
from hypothesis import given

from comity.facts.value import Interval
from comity.files.values import MILLION, Values
from comity.offramp.lever import Lever, Levers, Option
from comity.settle.picture import LEFT, SIDE, TOP, picture
from comity.settle.settlement import settle

SVG = "{http://www.w3.org/2000/svg}"


def drawn(settlement):
    return ET.fromstring(picture(settlement))


def looks(root, look, tag="circle"):
    """The shapes of one look; the key below is not counted."""
    return [shape for shape in root.iter(SVG + tag) if look in shape.get("class").split() and float(shape.get("cy") or shape.get("y") or 0) <= TOP + SIDE]


def spots(root, look):
    """How far from the left and from the foot of the panel shapes lie, in pixels."""
    return [(float(one.get("cx")) - LEFT, TOP + SIDE - float(one.get("cy"))) for one in looks(root, look)]


def words(root):
    return [one.text for one in root.iter(SVG + "text")]


@given(games.games(parties=(2,)))
def test_the_picture_shows_the_points_and_what_is_beside_them(told):
    settlement = settle(*told)
    root = drawn(settlement)
    marks = [*looks(root, "front"), *looks(root, "open")]
    assert len(marks) == len(settlement.points)
    assert sorted(int(one.find(SVG + "title").text.split(":")[0]) for one in marks) == list(range(1, len(settlement.points) + 1))
    assert len(looks(root, "open")) == sum(not point.robust for point in settlement.points)
    assert len(looks(root, "beside")) == len(settlement.beside) == settlement.others
    assert len(looks(root, "bargain")) == len(settlement.bargains)


@given(games.games(parties=(2,)))
def test_to_exchange_the_parties_mirrors_the_picture(told):
    levers, cubes, parties = told
    here, there = drawn(settle(*told)), drawn(settle(levers, cubes, parties[::-1]))
    for look in ("front", "open", "beside", "bargain"):
        spots_here, spots_there = spots(here, look), spots(there, look)
        assert len(spots_here) == len(spots_there)
        assert all(any(abs(x - up) + abs(y - across) < 0.05 for across, up in spots_there) for x, y in spots_here)
        assert all(any(abs(x - up) + abs(y - across) < 0.05 for x, y in spots_here) for across, up in spots_there)


@given(games.games())
def test_the_picture_is_the_same_bytes_and_runs_nothing(told):
    page = picture(settle(*told))
    assert page == picture(settle(*told))
    root = ET.fromstring(page)
    assert {shape.tag.removeprefix(SVG) for shape in root.iter()} <= {"svg", "title", "desc", "style", "rect", "circle", "path", "text"}
    assert not [key for shape in root.iter() for key in shape.attrib if key.startswith("on") or "href" in key]
    titled = root.get("aria-labelledby").split()
    assert [root.find(SVG + "title").get("id"), root.find(SVG + "desc").get("id")] == titled


def test_who_does_not_see_it_is_told_all():
    told = drawn(settled(ALTERNATIVES.format(0, 0))).find(SVG + "desc").text
    assert "The Nash bargain" in told
    assert "2: acme 2, beta 1" in told


def test_axes_and_alternatives_have_names():
    root = drawn(settled(ALTERNATIVES.format(0.5, -1)))
    assert {"worth to acme →", "↑ worth to beta", "without agreement 0.5", "without agreement", "-1", "2 Nash bargain"} <= set(words(root))
    assert len(looks(root, "alternative", "path")) == 3  # one of them in the key


def test_an_alternative_that_is_unknown_is_not_drawn():
    root = drawn(settled(ALTERNATIVES.format("unknown", "unknown")))
    assert not looks(root, "alternative", "path")
    assert not looks(root, "zone", "rect")


def test_of_very_many_packages_some_are_drawn_and_that_is_said():
    levers = Levers(tuple(Lever(f"l{at}", (Option("on"),)) for at in range(12)))
    parties = [Values(name, {(f"l{at}", "on"): Interval(2**at * MILLION, 2**at * MILLION) for at in range(12)}) for name in ("a", "b")]
    settlement = settle(levers, [(None,) * 12], parties)
    root = drawn(settlement)
    assert f"of 4,095 such, {len(settlement.beside):,} are drawn, evenly taken" in words(root)
    assert len(looks(root, "beside")) == len(settlement.beside) <= 2_000


def test_numbers_for_which_there_is_no_room_are_counted():
    levers = Levers(tuple(Lever(f"l{at}", (Option("on"),)) for at in range(8)))
    parties = [Values(name, {(f"l{at}", "on"): Interval(sign * 2**at, sign * 2**at) for at in range(8)}) for name, sign in (("a", 1), ("b", -1))]
    told = words(drawn(settle(levers, [(None,) * 8], parties)))
    (missed,) = [one for one in told if one.startswith("numbers left out for want of room: ")]
    assert int(missed.split()[-1]) + len([one for one in told if one.isdigit() and int(one) and one not in ("50", "100")]) >= 256 - 8


@given(games.games(parties=(3,)))
def test_of_three_parties_each_two_are_drawn_both_ways(told):
    settlement = settle(*told)
    root = drawn(settlement)
    assert len([one for one in root.iter(SVG + "circle") if one.find(SVG + "title") is not None]) == 6 * len(settlement.points)
    assert words(root).count("p0") == words(root).count("p2") == 1


def test_the_picture_speaks_chinese_too():
    root = ET.fromstring(picture(settled(ALTERNATIVES.format(0, 0)), "zh"))
    assert {"acme和beta可达成的协议", "对acme的价值 →", "2 纳什议价解"} <= set(words(root))


def test_names_are_written_as_they_are():
    """Even those that would be markup."""
    settlement = settle(Levers((Lever("l", (Option("on"),)),)), [(None,)], [Values("<a&b>", {}), Values("甲方", {})])
    assert "worth to <a&b> →" in words(drawn(settlement))
    assert "↑ worth to 甲方" in words(drawn(settlement))
