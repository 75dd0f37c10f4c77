"""Forms are words that a person writes; a form that a column cannot take is refused."""

import pytest
from hypothesis import given
from moving import FORMS

from comity.gate.form import Band, Drop, Grid, Keep, Pseudonym, Truncate, accepts, parse, spoken
from comity.gate.kind import TEXT, Kind

KINDS = {
    "whole": Kind("whole", 64),
    "real": Kind("real", 64),
    "decimal": Kind("decimal", precision=9, scale=6),
    "text": TEXT,
    "truth": Kind("truth"),
    "day": Kind("day"),
    "instant": Kind("instant", unit="us"),
    "bytes": Kind("bytes"),
}


@given(FORMS)
def test_words_name_their_form(form):
    assert parse(spoken(form)) == form


def test_words_may_be_spaced_as_one_likes():
    assert parse("  grid   10 per\tdegree ") == Grid(10)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("pseudonim", "did you mean 'pseudonym'"),
        ("grid ten per degree", "did you mean 'grid 10 per degree'"),
        ("grid 0 per degree", "from 1 to"),
        ("band 9999999999", "from 1 to"),
        ("band -5", "did you mean 'band 5'"),
        ("", "a form is keep"),
        ("grid ١٠ per degree", "no form"),
    ],
)
def test_other_words_are_refused(words, told):
    with pytest.raises(ValueError, match=told):
        parse(words)


@pytest.mark.parametrize(
    ("form", "taken"),
    [
        (Keep(), set(KINDS)),
        (Drop(), set(KINDS)),
        (Pseudonym(), {"text", "whole"}),
        (Grid(10), {"real", "decimal"}),
        (Truncate("year"), {"day", "instant"}),
        (Band(5), {"whole", "real", "decimal"}),
    ],
)
def test_a_form_takes_some_kinds_and_no_others(form, taken):
    assert {word for word, kind in KINDS.items() if accepts(form, kind)} == taken


@pytest.mark.parametrize(("lines", "scale", "fits"), [(10, 6, True), (4, 2, True), (4, 1, False), (3, 6, False), (100, 1, True), (10, 0, True)])
def test_a_grid_falls_on_decimals_or_is_refused(lines, scale, fits):
    assert accepts(Grid(lines), Kind("decimal", precision=9, scale=scale)) == fits


def test_a_decimal_without_room_is_refused():
    assert not accepts(Band(5), Kind("decimal", precision=38, scale=6))
    assert not accepts(Band(1000), Kind("decimal", precision=4, scale=1))
