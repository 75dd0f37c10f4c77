"""The table of a settlement, as text, as Markdown and as data."""

import json

import games
import pytest
from games import ALTERNATIVES, settled
from hypothesis import given

from comity.facts.value import Interval
from comity.files.values import Values
from comity.offramp.lever import Lever, Levers, Option
from comity.settle.settlement import settle
from comity.settle.table import data, lines, markdown, shown

BOTH = """
values:
  acme: {clauses: -1, relay: 3, site: {dublin: 1, singapore: 2}, walks_away: 0}
  beta: {clauses: 2.5, site: {dublin: 3, singapore: 1}, walks_away: 0}
"""


def test_the_text_says_who_gives_what_and_gets_what():
    settlement = settled(BOTH)
    (first, second, *_) = settlement.points
    found = list(lines(settlement, {second.packages[0]: ["Art. 1", "Art. 2(b)"]}))
    assert found[found.index("") :] == [
        "",
        "1. acme 5, beta 1",
        "   pulls site/singapore, relay",
        "   acme gets 5 (site/singapore 2, relay 3)",
        "   beta gets 1 (site/singapore 1)",
        "",
        "2. acme 4, beta 3.5",
        "   pulls clauses, site/singapore, relay",
        "   acme gets 5 (site/singapore 2, relay 3); gives -1 (clauses -1)",
        "   beta gets 3.5 (clauses 2.5, site/singapore 1)",
        "   shaped by Art. 1; Art. 2(b)",
        "",
        "3. acme 3, beta 5.5 · Nash bargain",
        "   pulls clauses, site/dublin, relay",
        "   acme gets 4 (site/dublin 1, relay 3); gives -1 (clauses -1)",
        "   beta gets 5.5 (clauses 2.5, site/dublin 3)",
    ]
    assert first.packages == ((0, 2, 1),)


def test_what_comes_to_the_same_is_one_entry():
    assert "   others that come to the same: 2; they differ in site" in list(lines(settled(ALTERNATIVES.format(0, 0))))


def test_ranges_and_who_may_walk_away_are_told():
    found = list(lines(settled("values: {acme: {relay: -1..2, walks_away: 0}, beta: {relay: 1, walks_away: 2}}", ((0, 0, None),))))
    assert found[-9:] == [
        "1. acme 0, beta 0 · beta walks away",
        "   pulls nothing",
        "   acme neither gets nor gives",
        "   beta neither gets nor gives",
        "",
        "2. acme -1..2, beta 1 · acme may walk away · beta walks away · robust",
        "   pulls relay",
        "   acme gets or gives relay -1..2",
        "   beta gets 1 (relay 1)",
    ]


@pytest.mark.parametrize("most", [1, 2, 3, 5, 100])
def test_of_many_points_some_are_shown_and_the_bargain_always(most):
    chain = Levers(tuple(Lever(f"l{at}", (Option("on"),)) for at in range(8)))
    first = Values("a", {(f"l{at}", "on"): Interval(2**at, 2**at) for at in range(8)}, {}, Interval(0, 0))
    second = Values("b", {(f"l{at}", "on"): Interval(-(3**at), -(3**at)) for at in range(8)}, {}, Interval(-3280, -3280))
    settlement = settle(chain, [(None,) * 8], [first, second])
    assert not any(point.bargain for point in (settlement.points[0], settlement.points[-1]))
    found = list(lines(settlement, most=most))
    heads = [line for line in found if line[:1].isdigit() and ". " in line]
    assert [int(line.split(".")[0]) for line in heads] == shown(settlement, most)
    assert len(heads) == min(most, len(settlement.points))
    assert sum("Nash bargain" in line for line in heads) == len(settlement.bargains) == 1
    assert (f"{len(settlement.points) - most:,} more of {len(settlement.points):,} are not shown." in found) == (most < len(settlement.points))


def test_the_page_is_a_table_with_what_is_exchanged_under_it():
    page = markdown(settled(BOTH), {(1, 1, 1): ["Art. 1"]})
    assert "| # | acme | beta | package |  |\n| --: | --: | --: | --- | --- |\n| 1 | 5 | 1 | site/singapore, relay |  |\n" in page
    assert page.endswith(
        "**3**\n\n- acme gets 4 (site/dublin 1, relay 3); gives -1 (clauses -1)\n- beta gets 5.5 (clauses 2.5, site/dublin 3)\n- shaped by Art. 1\n"
    )


def test_the_data_say_the_same():
    found = data(settled("values: {acme: {relay: -1.., walks_away: 0}, beta: {relay: 1}}", ((0, 0, None), (1, 0, 1))), {(1, 0, 1): ["Art. 1"]})
    assert found["parties"] == {"acme": {"walks_away": {"least": "0", "most": "0"}}, "beta": {"walks_away": {"least": None, "most": None}}}
    assert (found["lawful"], found["exact"]) == (3, False)
    assert found["front"][1] == {
        "number": 2,
        "package": {"relay": ""},
        "packages": 2,
        "differ_in": ["clauses"],
        "worth": {"acme": {"least": "-1", "most": None}, "beta": {"least": "1", "most": "1"}},
        "stays": {"acme": None, "beta": None},
        "robust": True,
        "bargain": False,
        "exchange": {
            "acme": {
                "gets": {},
                "gives": {},
                "either": {"relay": {"least": "-1", "most": None}},
                "got": {"least": "0", "most": "0"},
                "given": {"least": "0", "most": "0"},
            },
            "beta": {
                "gets": {"relay": {"least": "1", "most": "1"}},
                "gives": {},
                "either": {},
                "got": {"least": "1", "most": "1"},
                "given": {"least": "0", "most": "0"},
            },
        },
        "provisions": [],
    }


def test_levers_that_are_told_in_words_are_explained_in_each_language():
    option = Option("x", en="let the importer only store", zh="仅由接收方存储")
    settlement = settle(Levers((Lever("keys", (option,)),)), [(1,)], [Values("a", {("keys", "x"): Interval(1, 1)}), Values("b", {})])
    assert list(lines(settlement))[-2:] == ["What is pulled:", "   keys/x: let the importer only store"]
    assert list(lines(settlement, lang="zh"))[-2:] == ["所采取的事项：", "   keys/x: 仅由接收方存储"]
    assert markdown(settlement).endswith("\n\nWhat is pulled:\n\n- keys/x: let the importer only store\n")
    assert data(settlement)["meanings"] == {"keys/x": "let the importer only store"}


@given(games.games())
def test_the_three_forms_number_the_same_points(told):
    settlement = settle(*told)
    found = json.loads(json.dumps(data(settlement)))
    assert [point["number"] for point in found["front"]] == list(range(1, len(settlement.points) + 1))
    assert found["bargain"] == [number for number, point in enumerate(settlement.points, 1) if point.bargain]
    assert [line.split(".")[0] for line in lines(settlement) if line[:1].isdigit()] == [str(point["number"]) for point in found["front"]]
    assert sum(line.startswith("| ") for line in markdown(settlement).splitlines()) == (len(settlement.points) + 2 if settlement.points else 0)
