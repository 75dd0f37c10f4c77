"""A crossing says of each column in each cell how it crosses; what it does not say is a mistake."""

import pytest

from comity.gate.crossing import Crossing, CrossingError
from comity.gate.form import Drop, Grid, Keep, Pseudonym, Truncate
from comity.gate.kind import TEXT, Kind

WHOLE, DAY = Kind("whole", 64), Kind("day")


def lines(make):
    with pytest.raises(CrossingError) as caught:
        make()
    return caught.value.lines


def test_silence_about_a_column_is_a_mistake():
    assert lines(lambda: Crossing("at", {"AA": {"a": Keep()}, "BB": {}}, ("a",))) == ["column 'a': the cell of 'BB' does not say how it crosses"]


def test_a_column_that_is_not_to_cross_has_no_form():
    assert lines(lambda: Crossing("at", {"AA": {"a": Keep(), "b": Drop()}}, ("a",))) == ["column 'b': the cell of 'AA' speaks of it, but it is not to cross"]


def test_places_need_a_column_and_a_column_places():
    assert lines(lambda: Crossing(None, {"AA": {"a": Keep()}}, ("a",))) == ["a cell of 'AA' in a table without a column of places"]
    assert lines(lambda: Crossing("at", {None: {"a": Keep()}}, ("a",))) == ["a cell with no place in a table with places"]


def test_where_all_is_dropped_there_is_nothing_to_move():
    assert lines(lambda: Crossing("at", {"AA": {"a": Drop()}}, ("a",))) == ["no column crosses in any cell: there is nothing to move"]
    assert lines(lambda: Crossing("at", {}, ("a",))) == ["no column crosses in any cell: there is nothing to move"]


def test_a_column_dropped_in_every_cell_is_not_in_the_output():
    crossing = Crossing("at", {"AA": {"a": Keep(), "b": Drop(), "c": Drop()}, "BB": {"a": Drop(), "b": Drop(), "c": Keep()}}, ("c", "b", "a"))
    assert crossing.crossing == ("c", "a")


def test_mistakes_about_a_table_are_told_all_at_once():
    cells = {"AA": {"a": Truncate("year"), "b": Keep(), "c": Keep()}, "BB": {"a": Pseudonym(), "b": Grid(10), "c": Drop()}}
    crossing = Crossing("at", cells, ("a", "b", "c"), known=("who",))
    assert lines(lambda: crossing.kinds({"at": DAY, "a": WHOLE, "b": None})) == [
        "there is no column 'c'",
        "there is no column 'who'",
        "column 'at' says where, so it must hold text or whole numbers",
        "column 'a' holds whole numbers, which cannot cross as 'year'",
        "column 'a' is a pseudonym in one cell, so it cannot cross as 'year' in another",
        "column 'b' holds lists, structs or something else that has no form but drop",
    ]


def test_a_list_may_be_dropped():
    assert Crossing(None, {None: {"a": Keep(), "b": Drop()}}, ("a", "b")).kinds({"a": DAY, "b": None}) == {"a": DAY}


def test_a_number_that_is_a_pseudonym_somewhere_is_text():
    crossing = Crossing("at", {"AA": {"a": Keep()}, "BB": {"a": Pseudonym()}}, ("a",))
    assert crossing.kinds({"at": TEXT, "a": WHOLE}) == {"a": TEXT}
