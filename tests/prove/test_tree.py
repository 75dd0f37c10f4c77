"""What a proof asks of places by a shorter way is what the places themselves say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("z3")

from comity import shelf
from comity.facts.place import Places
from comity.law.condition import Member
from comity.prove.tree import Tree
from comity.verdict.plan import walk

CODES = ["AA", "AA-X", "AA-X-1", "BB", "CC", "DD"]
GROUPS = ["G1", "G2", "G3"]
SOME = st.frozensets(st.sampled_from([*CODES, *GROUPS]), min_size=1, max_size=3)


@st.composite
def trees(draw):
    """Groups of places and of groups made before them, and other names of places."""
    groups = {name: draw(st.frozensets(st.sampled_from([*CODES, *GROUPS[:at]]), min_size=1, max_size=3)) for at, name in enumerate(GROUPS)}
    return Places(groups, draw(st.dictionaries(st.sampled_from(["BB", "CC"]), st.sampled_from(["AA", "AA-X", "DD"]))))


@given(trees(), SOME)
def test_any_place_against_any_test(places, among):
    tree = Tree(places)
    assert [tree.inside(one, among) for one in CODES] == [places.inside(one, among) for one in CODES]


@pytest.mark.parametrize("regime", ["cn.export-control", "us.dsp", "us.ear"])
def test_the_places_of_a_law(regime):
    plan = shelf.plan(names=[regime])
    tests = {node.right for node in walk(plan.conditions()) if isinstance(node, Member) and node.place and isinstance(node.right, frozenset)}
    codes = sorted(frozenset().union(*tests, *plan.places.groups.values()) - plan.places.groups.keys())
    tree = Tree(plan.places)
    odd = [(one, test) for test in tests for one in (*codes, *(f"{code}-QZ" for code in codes[:20])) if tree.inside(one, test) != plan.places.inside(one, test)]
    assert not odd
