"""Whole architectures can be said, and what is planned for them is told: sites that open, assets kept there, papers that many transfers use."""

import json

import pytest

pytest.importorskip("ortools")

from layouts import judge, law, levers, literal, slowly, under

from comity.layout.clash import clash
from comity.layout.movement import Movement
from comity.layout.price import of_laws, of_movements
from comity.layout.report import choices, lines, told
from comity.layout.search import Search
from comity.offramp.lever import Lever, Levers, Option
from comity.text.literal import decimal

MONEY = 1_000_000
KEEP_A, KEEP_B, OPEN_1, OPEN_2, CLAUSES = range(5)


def architecture():
    """Two assets, each to be kept at one of two sites; a site costs once, an asset there what it costs; clauses serve whoever needs them."""
    keep = [Option("site 1", 3 * MONEY), Option("site 2", 2 * MONEY + 500_000)]
    made = (
        Lever("keep a", tuple(keep)),
        Lever("keep b", tuple(keep)),
        Lever("open 1", (Option("open", 10 * MONEY),)),
        Lever("open 2", (Option("open", 11 * MONEY, act="authority", cite="s. 2"),)),
        Lever("clauses", (Option("signed", 4 * MONEY),)),
    )
    needs = [{asset: site, opened: 0} for asset in (KEEP_A, KEEP_B) for site, opened in ((1, OPEN_1), (2, OPEN_2))]
    return Levers(made, tuple(needs))


LOCAL = law("local", literal(KEEP_A, {1, 2}))
PAPERS = law("papers", ("or", literal(KEEP_B, {2}), ("and", literal(KEEP_B, {1}), literal(CLAUSES, {1}))))
BY_NAME = {"a": [LOCAL], "b": [PAPERS], "c": [LOCAL, PAPERS]}


def made(without=None):
    return [Movement(name, under([one for one in laws if one[0] != without])) for name, laws in BY_NAME.items()]


def planned():
    search = Search(architecture(), made())
    found = search.cheapest()
    laws = list(of_laws(search, found, ("local", "papers"), lambda name: {m.name: m.judge for m in made(name)}))
    return search, found, told(search, found, laws, of_movements(search, found))


def test_a_site_opens_once_for_all_that_is_kept_there():
    search, found, _ = planned()
    assert found.package == (2, 2, 0, 1, 0) == slowly(search.levers, search.movements)
    assert found.cost == 16 * MONEY


def test_each_lever_says_whom_it_serves_and_what_needs_it():
    search, found, _ = planned()
    assert [(one.lever, one.serves, one.needed_by) for one in choices(search, found)] == [
        ("keep a", ("a", "c"), ()),
        ("keep b", ("b", "c"), ()),
        ("open 2", (), ("keep a", "keep b")),
    ]


def test_a_plan_is_told_as_data_and_as_lines():
    _, _, said = planned()
    assert json.loads(json.dumps(said)) == said
    assert said["cost"] == "16"
    assert {price["name"]: price["saves"] for price in said["laws"]} == {"local": "2.5", "papers": "3"}
    assert {price["name"]: price["saves"] for price in said["transfers"]} == {"a": "0", "b": "0", "c": "0"}
    assert list(lines(said)) == [
        "all are lawful for 16",
        "  keep a/site 2 [keep a/site 2, 2.5]",
        "    for a, c",
        "  keep b/site 2 [keep b/site 2, 2.5]",
        "    for b, c",
        "  open 2/open [open 2/open, 11] (s. 2)",
        "    takes an act of authority, which nobody can promise",
        "    needed by keep a, keep b",
        "",
        "what each law costs (what its being met otherwise would save):",
        "  local: 2.5 (without keep a)",
        "  papers: 3 (with keep a/site 1, without keep b, with open 1/open, without open 2)",
        "",
        "what each movement costs (what it would save not to make it):",
        "  a: 0",
        "  b: 0",
        "  c: 0",
    ]


def test_what_one_movement_alone_pays_for_a_value_is_a_lever_that_the_value_needs():
    """A transfer out of site 1 costs 2 a year, out of site 2 nothing: `pay` must be pulled where the value is had."""
    held = levers((1, 2), (2,), nogoods=[{0: 1, 1: 0}])
    search = Search(held, [Movement("m", judge(literal(0, {1, 2})))])
    assert search.cheapest().package == (2, 0) == slowly(held, search.movements)


def test_a_clash_is_told_with_what_would_help():
    held = architecture()
    one, other = law("here", literal(KEEP_A, {1})), law("there", literal(KEEP_A, {2}))
    search = Search(held, [Movement("a", under([one])), Movement("b", under([other]))])
    assert search.cheapest() is None
    free = {"here": {"a": under([])}, "there": {"b": under([])}}
    said = told(search, clash(search), of_laws(search, None, ("here", "there"), free.__getitem__))
    assert json.loads(json.dumps(said)) == said
    assert list(lines(said)) == [
        "no layout makes these lawful together:",
        "  a",
        "    not lawful without keep a",
        "    not lawful with keep a/site 2",
        "  b",
        "    not lawful with keep a/site 1",
        "  were here not asked, there is one for 13.5",
        "  were there not asked, there is one for 13",
    ]


def test_what_is_unknown_is_told_with_its_bound():
    search = Search(architecture(), made(), lambda: True)
    assert list(lines(told(search, search.cheapest()))) == ["unknown: time was over; no layout costs less than 0"]


@pytest.mark.parametrize(("millionths", "words"), [(0, "0"), (1, "0.000001"), (-2_500_000, "-2.5"), (10 * MONEY, "10"), (-1, "-0.000001")])
def test_amounts_are_exact(millionths, words):
    assert decimal(millionths) == words
