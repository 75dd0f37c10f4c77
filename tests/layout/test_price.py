"""The price of a law is what the best layout without it saves, that of a movement what the best without the movement does: judged package by package."""

import pytest

pytest.importorskip("ortools")

from hypothesis import given
from hypothesis import strategies as st
from layouts import COSTS, circuits, judge, law, levers, literal, slowly, under

from comity.layout.movement import Movement
from comity.layout.price import Price, of_laws, of_movements
from comity.layout.search import Layout, Search, Unknown

LAWS = ("one", "two", "three")


@st.composite
def legislations(draw):
    """Levers, and for each movement the laws that have a say."""
    costs = draw(COSTS)
    sizes = [len(each) + 1 for each in costs]
    some = st.lists(st.sampled_from(LAWS), min_size=1, max_size=3, unique=True)
    return levers(*costs), {f"m{n}": [law(name, draw(circuits(sizes))) for name in draw(some)] for n in range(draw(st.integers(1, 3)))}


def made(laws, without=None):
    return [Movement(name, under([one for one in those if one[0] != without])) for name, those in laws.items()]


def saving(held, before, movements):
    after = slowly(held, movements)
    return held.cost(before) - held.cost(after) if before is not None and after is not None else None


@given(legislations())
def test_a_law_costs_what_is_saved_without_it(legislation):
    held, laws = legislation
    search = Search(held, made(laws))
    before = search.cheapest()
    prices = list(of_laws(search, before, LAWS, lambda name: {m.name: m.judge for m in made(laws, name)}))
    assert [price.name for price in prices] == list(LAWS)
    slow = slowly(held, made(laws))
    for price in prices:
        without = made(laws, price.name)
        assert price.saves == saving(held, slow, without)
        assert price.most == price.least == price.saves
        assert (price.after is None) == (slowly(held, without) is None)
        assert price.saves is None or price.saves >= 0
        if isinstance(price.after, Layout):
            assert all(m.judge([price.after.package])[0].worst >= m.goal for m in without)


@given(legislations())
def test_a_movement_costs_what_is_saved_without_it(legislation):
    held, laws = legislation
    movements = made(laws)
    search = Search(held, movements)
    before = search.cheapest()
    slow = slowly(held, movements)
    for price, movement in zip(of_movements(search, before), movements, strict=True):
        rest = [one for one in movements if one is not movement]
        assert price.name == movement.name
        assert price.saves == saving(held, slow, rest)
        assert (price.after is None) == (slowly(held, rest) is None)


def test_a_law_that_bars_nothing_is_not_searched_for_again():
    asked = []
    held = levers((4,), (2,))
    dear, cheap, idle = law("dear", literal(0, {1})), law("cheap", literal(1, {1})), law("idle", True)
    search = Search(held, [Movement("m", under([dear, cheap, idle]))])
    before = search.cheapest()

    def without(name):
        rest = under([one for one in (dear, cheap, idle) if one[0] != name])
        return {"m": lambda partials: asked.append((name, len(partials))) or rest(partials)}

    dear_price, cheap_price, idle_price = of_laws(search, before, ("dear", "cheap", "idle"), without)
    assert (dear_price.saves, cheap_price.saves, idle_price.saves) == (4, 2, 0)
    assert sum(many for name, many in asked if name == "idle") == len(search.nogoods()) + 1


def test_what_a_law_makes_impossible_has_no_price_but_a_layout_without_it():
    held = levers((4,))
    search = Search(held, [Movement("m", judge(literal(0, {1}), False))])
    assert search.cheapest() is None
    (price,) = of_laws(search, None, ["never"], lambda _: {"m": judge(literal(0, {1}))})
    assert price.saves is None
    assert price.after.cost == 4


def test_when_time_is_over_a_price_is_no_more_than_it_may_be():
    held = levers((4,), (2,))
    laws = law("dear", literal(0, {1})), law("cheap", literal(1, {1}))
    search = Search(held, [Movement("m", under(laws))])
    before = search.cheapest()
    search.over = lambda: True
    (price,) = of_laws(search, before, ["dear"], lambda _: {"m": under(laws[1:])})
    assert isinstance(price.after, Unknown)
    assert (price.saves, price.least, price.most) == (None, None, 6)
    close = Price("m", before, Unknown(1, before))
    assert (close.saves, close.least, close.most) == (None, 0, 5)
    assert Price("m", before, None).most is None
