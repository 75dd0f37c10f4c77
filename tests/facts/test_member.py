"""Membership against enumeration: every set a value may be is tried, one by one."""

from itertools import chain, combinations, product
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.facts.member import Mode, member, related
from comity.facts.place import Places
from comity.facts.value import FALSE, NOTHING, TRUE, UNKNOWN, UNLIMITED, OneOf, SetOf

WORDS = "abc"
UNIVERSE = (*WORDS, "x", "y")  # two codes that nobody wrote
TREE = Places({"a": frozenset({"b", "b-1"}), "y": frozenset({"c"})})
SUBSETS = st.frozensets(st.sampled_from(WORDS))
CODES = st.one_of(st.none(), SUBSETS).map(OneOf)
SETS = st.tuples(SUBSETS, st.one_of(st.none(), SUBSETS)).map(lambda t: SetOf(t[0], None if t[1] is None else t[0] | t[1]))


def sets(value):
    """Every set that a value may be."""
    if isinstance(value, OneOf):
        return [frozenset({m}) for m in (UNIVERSE if value.members is None else value.members)]
    more = sorted((set(UNIVERSE) if value.possible is None else value.possible) - value.known)
    return [value.known | set(extra) for extra in chain.from_iterable(combinations(more, n) for n in range(len(more) + 1))]


def fits(left, mode, right, places=None):
    """A test between two plain sets; with a tree of places, whether a place lies in another may itself be unknown."""
    if mode == "contains":
        return min((fits(left, "overlaps", {code}, places) for code in right), default=TRUE)
    inside = [places.inside(code, frozenset(right)) if places else TRUE if code in right else FALSE for code in left]
    return min(inside, default=TRUE) if mode == "within" else max(inside, default=FALSE)


def kleene(answers):
    found = set(answers)
    return found.pop() if len(found) == 1 else UNKNOWN if found else FALSE


@given(CODES, SUBSETS)
def test_a_code_is_in_a_set_if_all_it_may_be_is(value, among):
    """Enumerated: sure if each possible code is in, possible if some is."""
    assert member(value, "in", among) == kleene(fits(s, "in", among) for s in sets(value))


@given(SETS, st.sampled_from(get_args(Mode)), SUBSETS)
def test_a_set_is_tested_as_all_it_may_be(value, mode, among):
    """Enumerated over every set between what is known and what is possible."""
    assert member(value, mode, among) == kleene(fits(s, mode, among) for s in sets(value))


@given(st.one_of(CODES, SETS), st.sampled_from(get_args(Mode)), st.one_of(CODES, SETS), st.sampled_from([None, TREE]))
def test_two_facts_are_tested_as_all_they_may_be(left, mode, right, places):
    """Enumerated over every pair; only of a set within a code of which nothing is known, no more is said than that it may be."""
    mode = "in" if isinstance(left, OneOf) else mode
    exact = kleene(fits(a, mode, b, places) for a, b in product(sets(left), sets(right)))
    found = related(left, mode, right, places)
    assert found == exact or (found == UNKNOWN and mode == "within" and right == OneOf(None))


@pytest.mark.parametrize("mode", get_args(Mode))
def test_nobodys_facts_are_false_and_unlimited_ones_true(mode):
    """Whatever is asked of nobody is false; a limit that is not named does not limit, even nobody."""
    assert member(NOTHING, mode, frozenset("a")) == FALSE
    assert member(UNLIMITED, mode, frozenset("a")) == TRUE
    assert related(NOTHING, mode, OneOf(frozenset("a"))) == FALSE
    assert related(OneOf(frozenset("a")), mode, UNLIMITED) == related(NOTHING, mode, UNLIMITED) == TRUE


def test_places_lie_where_their_tree_says():
    """A part lies inside, a whole is unknown, another place outside."""
    places = Places({"EU": frozenset({"DE", "FR"})})
    assert [member(OneOf(frozenset({p})), "in", frozenset({"DE"}), places) for p in ("DE-BE", "DE", "EU", "FR")] == [TRUE, TRUE, UNKNOWN, FALSE]
    assert member(SetOf(frozenset({"DE", "FR"}), frozenset({"DE", "FR"})), "within", frozenset({"EU"}), places) == TRUE
    assert member(SetOf(frozenset({"DE", "US"}), frozenset({"DE", "US"})), "within", frozenset({"EU"}), places) == FALSE
    assert member(SetOf(frozenset({"DE-BE"}), frozenset({"DE-BE"})), "contains", frozenset({"DE"}), places) == TRUE
