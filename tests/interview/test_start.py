"""The first answers as a world: what was said, and nothing else."""

import datetime as dt

import pytest

from comity import shelf
from comity.interview.draft import fragment
from comity.interview.start import ASSUMED, begun

VOCABULARY = shelf.plan((), ()).vocabulary


def world(**said: list[str]) -> str:
    return "\n".join(fragment(begun(said, VOCABULARY, dt.date(2026, 11, 27).toordinal())))


def test_who_says_nothing_has_said_nothing() -> None:
    told = world()
    assert "assume" not in told
    assert "kind" not in told
    assert "owners" not in told


@pytest.mark.parametrize("what", ["weights", "biospecimen", "data"])
def test_nobody_says_for_the_reader_that_it_tells_of_nobody(what: str) -> None:
    assert "about" not in world(what=[what])
    assert "fields" not in world(what=[what])
    assert "about: nobody" in world(what=[what], stated=["no_persons"])


@pytest.mark.parametrize("kind", ["organisation", "public_body", "individual"])
def test_what_decides_most_is_never_assumed_along_with_the_rest(kind: str) -> None:
    told = world(gainer=[kind], assume=["nothing_else"], by=["somebody"])
    for fact in ("party.owners", "party.designations", "asset.entries", "asset.secrecy", "instruments", "instrument.result", "counts"):
        assert fact not in told
    assert ("movement.order" in told) == (kind != "public_body")
    assert ("party.statuses" in told) == (kind != "individual")


def test_every_assumption_is_signed_dated_and_says_why() -> None:
    told = world(assume=[*ASSUMED], by=["somebody"])
    assert told.count("by: somebody") == told.count("because: ") == told.count("on: 2026-11-27") == len(ASSUMED)


def test_who_owns_whom_is_said_once() -> None:
    told = world(giver=["organisation"], gainer=["organisation"], owned=["by_giver"])
    assert "owners: [{party: giver, share: 100%}]" in told
    assert told.count("owners: []") == 1
