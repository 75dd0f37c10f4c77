"""What is said of a settlement as a whole."""

from dataclasses import replace

import pytest
from circuits import Circuit
from games import ALTERNATIVES, settled
from hypothesis import given
from hypothesis import strategies as st

from comity.facts.value import ANYWHERE, MAX, MIN, Interval
from comity.files.values import MILLION, Values, read_values
from comity.offramp.lever import Lever, Levers, Option
from comity.settle.lawful import Lawful
from comity.settle.said import amount, numbers, said
from comity.settle.settlement import settle
from comity.text.literal import decimal
from comity.text.source import Mistakes, read_documents


def told(text, cubes=((None, None, None),)):
    return list(said(settled(text, cubes)))


def test_all_is_said_in_its_order():
    assert told(ALTERNATIVES.format(0, 0)) == [
        "Lawful packages: 12. Of these, 9 cannot be bettered for one party without loss to another. They come to 3 different results.",
        "acme says nothing of site/singapore: taken as worth nothing to it.",
        "beta says nothing of site/singapore: taken as worth nothing to it.",
        "Without an agreement acme has 0 and beta has 0.",
        "acme walks away from 3: it has 0 without an agreement, and gets at most 3, 2 where no other walks away.",
        "beta walks away from 1: it has 0 without an agreement, and gets at most 2, 1 where no other walks away.",
        "The Nash bargain, the greatest product of what each gains over having no agreement, is 2.",
    ]


def test_nothing_lawful_is_nothing_to_agree_upon():
    assert told(ALTERNATIVES.format(0, 0), ())[0] == "No package is sure to be lawful: on what is known there is nothing to agree upon."
    assert len(told(ALTERNATIVES.format(0, 0), ())) == 4


@pytest.mark.parametrize(
    ("acme", "beta", "last"),
    [
        (4, 0, "From every package somebody walks away: there is no bargain."),
        (2, 1, "No bargain is marked: no package is better for everybody than no agreement; no worse for anybody: 2."),
        ("unknown", 0, "No bargain is marked, as it is unknown what acme would have without an agreement (walks_away)."),
        ("unknown", "unknown", "No bargain is marked, as it is unknown what acme and beta would have without an agreement (walks_away)."),
        ("0..", 0, "No bargain is marked: some worths are ranges with an open end."),
        ("0..1", 0, "With every worth in the middle of its range, the Nash bargain (the greatest product of what each gains over having no agreement) is 2."),
        ("1..3", 1, "No bargain is marked: with every worth in the middle of its range, no package is better for everybody than no agreement."),
    ],
)
def test_why_there_is_no_bargain(acme, beta, last):
    assert told(ALTERNATIVES.format(acme, beta))[-1] == last


def test_who_walks_away_from_everything_is_named_with_what_it_has():
    assert "acme walks away from every package: it has 4 without an agreement, and gets at most 3, 2 where no other walks away." in told(
        ALTERNATIVES.format(4, 0)
    )


def test_of_ranges_what_is_sure_is_told():
    (first, *_) = told("values: {acme: {clauses: 1, relay: 0..1}, beta: {clauses: 1, relay: -1..0}}", ((None, 0, None),))
    assert first == (
        "Lawful packages: 4. "
        "Of these, 2 have no other that, whatever the worths are, is no worse for anybody, and by some of them better. "
        "For each there are worths by which another is better."
    )
    (first, *_) = told("values: {acme: {relay: 1..2}, beta: {relay: 1}}", ((0, 0, None),))
    assert first.endswith("Cannot be bettered for one party without loss to another whatever the worths are: 1.")


def test_all_is_said_in_chinese_too():
    every = [ALTERNATIVES.format(*one) for one in [(0, 0), (4, 0), (2, 1), ("unknown", 0), ("0..", 0), ("0..1", 0), ("1..3", 1)]]
    for text in every:
        english, chinese = list(said(settled(text))), list(said(settled(text), "zh"))
        assert len(english) == len(chinese)
        assert not [one for one in chinese if " " in one or "the" in one]


@pytest.mark.parametrize(
    ("worth", "text"),
    [
        (Interval(4 * MILLION, 4 * MILLION), "4"),
        (Interval(-1_500_000, -1_500_000), "-1.5"),
        (Interval(-1, 2 * MILLION), "-0.000001..2"),
        (Interval(MILLION, MAX), "1.."),
        (Interval(MIN, MILLION), "..1"),
        (ANYWHERE, "unknown"),
    ],
)
def test_a_worth_is_told_as_it_is_written(worth, text):
    assert amount(worth) == text


@given(st.integers(-(10**15), 10**15))
def test_what_is_told_reads_back(number):
    mistakes = Mistakes()
    documents = read_documents("v", f"values: {{a: {{x: {decimal(number)}}}}}", mistakes)
    assert read_values(documents, {"x": [""]}, ["a"], ["a"], mistakes) == [Values("a", {("x", ""): Interval(number, number)})]


@pytest.mark.parametrize(("found", "text"), [([1], "1"), ([1, 2], "1 and 2"), ([1, 2, 3, 7], "1-3 and 7"), ([2, 4, 5, 9, 10, 11], "2, 4, 5 and 9-11")])
def test_neighbouring_numbers_are_told_as_one(found, text):
    assert numbers(found, "en") == text


def test_where_law_is_asked_as_it_is_needed_the_lawful_packages_are_not_counted():
    levers = Levers((Lever("a", (Option("", 1),)), Lever("b", (Option("", 1),))))
    parties = [Values("acme", {("a", ""): Interval(MILLION, MILLION)}, {}, Interval(0, 0)), Values("beta", {("b", ""): Interval(MILLION, MILLION)})]
    whole = settle(levers, Lawful(levers, Circuit(levers, ())), parties)
    assert next(said(whole)).startswith("Law was asked of those packages alone that may be on the front. Of all lawful packages, 1 cannot be bettered")
    cut = replace(whole, ended=True, points=tuple(replace(point, count=None, bargain=False) for point in whole.points))
    assert next(said(cut)).endswith("Time was over: each of these is on the front, but there may be more. So no bargain is marked.")
    assert not any("walks away" in one or "Nash" in one for one in said(cut))
    assert next(said(replace(cut, points=()))) == "Time was over before a lawful package was found: there may be some."
    assert next(said(cut, "zh")).startswith("仅就可能位于前沿的方案询问法律。")
