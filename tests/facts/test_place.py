"""The tree of places: codes lie in their stems, groups in groups, and a coarse place is unknown."""

from hypothesis import given
from hypothesis import strategies as st

from comity import shelf
from comity.facts.place import Places
from comity.facts.value import FALSE, TRUE, UNKNOWN

TREE = Places({"EU": frozenset({"DE", "FR"}), "EEA": frozenset({"EU", "NO"}), "BAY": frozenset({"HK", "CN-GD-X", "CN-GD-Y"})})
ALL = ("DE", "DE-BE", "FR", "NO", "EU", "EEA", "HK", "CN", "CN-GD", "CN-GD-X", "BAY", "US")


def inside(place, *among):
    return TREE.inside(place, frozenset(among))


def test_a_part_lies_in_its_whole():
    """By its code, by its group, and by the group of its group."""
    assert inside("DE-BE", "DE") == inside("DE", "EU") == inside("DE-BE", "EEA") == inside("CN-GD-X", "BAY") == TRUE


def test_a_whole_may_lie_in_its_part():
    """A coarser place leaves it open."""
    assert inside("DE", "DE-BE") == inside("EU", "DE") == inside("EEA", "EU") == inside("CN", "BAY") == inside("CN-GD", "CN-GD-X") == UNKNOWN


def test_a_group_lies_where_all_its_members_do():
    """Named out in full it is inside; named in no part it is outside."""
    assert inside("EU", "DE", "FR") == TRUE
    assert inside("EU", "US") == inside("US", "EU") == inside("HK", "CN") == FALSE


@given(st.sampled_from(ALL), st.frozensets(st.sampled_from(ALL)), st.sampled_from(ALL))
def test_a_wider_set_never_holds_less(place, among, more):
    """Adding a place to a set never turns true to unknown or unknown to false."""
    assert TREE.inside(place, among) <= TREE.inside(place, among | {more})


@given(st.sampled_from(ALL), st.frozensets(st.sampled_from(ALL)))
def test_being_finer_never_overturns(place, among):
    """What is settled of a place is settled the same of every place in it."""
    whole = TREE.inside(place, among)
    parts = {TREE.inside(other, among) for other in ALL if place in TREE.ancestors(other)}
    assert whole == UNKNOWN or parts == {whole}


def test_the_shipped_groups_know_their_members():
    """A shipped group can be asked by name."""
    places = shelf.places()
    assert places.groups
    assert all(places.inside(member, frozenset({group})) == TRUE for group, members in places.groups.items() for member in members)


def test_a_place_by_another_code_is_the_same_place():
    """In a world, in a rulebook, and between two facts."""
    twice = Places({"BAY": frozenset({"HK"})}, {"CN-HK": "HK"})
    pairs = [(place, among) for place in ("HK", "CN-HK") for among in ("HK", "CN-HK", "BAY")]
    assert [twice.inside(place, frozenset({among})) for place, among in pairs] == [TRUE] * 6
    assert twice.inside("CN-HK", frozenset({"HK-01"})) == twice.inside("HK", frozenset({"HK-01"})) == UNKNOWN
    assert twice.inside("CN-HK", frozenset({"CN"})) == FALSE
