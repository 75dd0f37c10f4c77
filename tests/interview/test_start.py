"""The first answers as a world, and what openings say: what was said, and nothing else."""

import datetime as dt

import pytest

from comity import shelf
from comity.interview.draft import TYPED, Draft, fragment, leaves
from comity.interview.opening import openings
from comity.interview.start import begun
from comity.text.source import Node

VOCABULARY = shelf.plan((), ()).vocabulary
OPENINGS = {one.name: one for one in openings(VOCABULARY)}
FIRST = {"what": "identified", "giver.organisation": "DE", "gainer.send": "US", "between": "processor"}


def world(**said: str) -> str:
    """What some answers say, as a world's file."""
    draft = Draft(Node(TYPED, pairs={}), VOCABULARY, None, dt.date(2026, 11, 27).toordinal())
    assert draft.state(list(leaves(begun(draft.asked_on), ()))) == []
    for name, answer in said.items():
        opening, _, which = name.partition(".")
        assert draft.state(list(OPENINGS[opening].stated([answer], draft, which))) == []
    return "\n".join(fragment(draft.said))


def test_who_says_nothing_has_said_nothing() -> None:
    told = world()
    assert "assume" not in told
    assert "kind" not in told
    assert "owners" not in told


@pytest.mark.parametrize("what", ["weights", "biospecimen", "software"])
def test_nobody_says_for_the_reader_that_it_tells_of_nobody(what: str) -> None:
    assert "about" not in world(what=what, **{"giver.organisation": "DE"}, rest="somebody")
    assert "asset.reveals" not in world(what=what) or what == "biospecimen"
    assert "about: nobody" in world(what=what, tells="true")


@pytest.mark.parametrize("what", ["software", "weights", "key"])
def test_what_can_be_got_out_of_it_is_asked_by_itself(what: str) -> None:
    assert "asset.reveals" not in world(what=what, rest="somebody")
    assert "asset.reveals" in world(what="identified", rest="somebody")
    assert "reveals: []" in world(what=what, tells="true")


@pytest.mark.parametrize("between", ["processor", "authority", "person"])
def test_what_decides_most_is_never_assumed_along_with_the_rest(between: str) -> None:
    told = world(**FIRST | {"between": between}, rest="somebody")
    (assumed,) = (line for line in told.splitlines() if line.startswith("assume: "))
    for fact in ("party.owners", "party.designations", "asset.entries", "asset.secrecy", "instruments", "instrument.result", "counts"):
        assert fact not in assumed
    assert ("movement.order" in assumed) == (between != "authority")
    assert ("party.statuses" in assumed) == (between != "person")


def test_every_assumption_is_dated_and_says_why_and_the_last_is_signed() -> None:
    told = world(**FIRST, begins="nothing", rest="somebody")
    assert told.count("because: ") == told.count("on: 2026-11-27, ") + told.count("on: 2026-11-27}") == 2
    assert told.count("by: somebody") == 1


def test_who_owns_whom_is_said_once() -> None:
    told = world(**FIRST | {"between": "subsidiary"})
    assert "owners: [{party: giver, share: 100%}]" in told
    assert told.count("owners: []") == 1


def test_whose_place_nobody_told_is_at_home_nowhere() -> None:
    told = world(what="identified", home="true")
    for fact in ("offers_to", "monitors_in", "place", "headquarters", "establishments"):
        assert fact not in told
    assert "offers_to: [DE]" in world(**FIRST, home="true")


def test_an_individual_has_no_seat() -> None:
    told = world(**{"what": "identified", "giver.individual": "DE"}, home="true")
    assert "primary_residence: DE" in told
    assert "organised_in" not in told
    assert "headquarters" not in told


@pytest.mark.parametrize("name", OPENINGS)
def test_every_answer_can_be_read(name: str) -> None:
    """Each choice of each opening, on what the first page may have said before."""
    one = OPENINGS[name]
    before = {} if one.first else FIRST | {"between": "authority"}
    if one.unless == "data":
        before |= {"what": "weights"}
    for code in one.codes or ("true",):
        if one.takes == "place":
            assert "DE" in world(**{f"{name}.{code}": "DE"})
        else:
            assert len(world(**before, **{name: code})) >= len(world(**before))
