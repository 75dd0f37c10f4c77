"""Every place there is answers all tests as one of those that are told apart does, and two that none tells apart can be two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity import shelf
from comity.facts.value import UNKNOWN
from comity.prove.places import apart, nested, within

PLACES = shelf.places()
SETS = (frozenset({"EU", "NO"}), frozenset({"CN", "HK"}), frozenset({"DE"}), frozenset({"GBA"}), frozenset({"US-CA", "FR"}), frozenset({"EEA"}))


@given(
    st.lists(st.sampled_from(SETS), unique=True, max_size=4), st.sampled_from(("DE", "FR", "NO", "CN-GD", "HK", "DE-BE", "US-CA", "US-NY", "BR", "PA", "MO"))
)
def test_every_place_answers_as_one_that_is_told_apart(tests, place):
    answers = [PLACES.inside(place, test) for test in tests]
    told = [[PLACES.inside(one, test) for test in tests] for one in apart(tests, PLACES)]
    assert all(UNKNOWN not in one for one in told)
    assert UNKNOWN in answers or answers in told


@pytest.mark.parametrize("tests", [[], [frozenset({"CN"})], [frozenset({"EU"})]])
def test_two_places_of_which_no_law_speaks_do_not_lie_in_each_other(tests):
    found = apart(tests, PLACES)
    elsewhere = [place for place in found if not any(place in within(found, test, PLACES) for test in tests)]
    inside = nested(found, PLACES)
    assert any(one not in inside[other] and other not in inside[one] for one in elsewhere for other in elsewhere if one != other)
