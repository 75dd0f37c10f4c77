import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.gate.propose.hints import hints, whole
from comity.gate.propose.pattern import FIRST, matched, within


def shapes(*values):
    return matched([pl.Series("value", values, dtype=pl.String)])[0]


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        ("a.b+c@sub.example.org", "email"), ("192.0.2.7", "ipv4"), ("2001:db8::1", "ipv6"), ("::1", "ipv6"), ("00:1b:44:11:3a:b7", "mac"),
        ("+49 (30) 901-820", "phone_abroad"), ("(030) 901820", "phone"), ("52.5200, 13.4050", "coordinates"), ("1980-02-29", "date"), ("29.02.1980", "date"),
        ("4111 1111 1111 1111", "card"), ("Ana María O'Neil", "name"), ("王小明", "name"), ("3edac2e3-d223-6fae-d515-daf96ef6bc76", "uuid"),
    ],
)  # fmt: skip
def test_a_value_has_its_shape(value, shape):
    assert shapes(value).get(shape) == 1.0


@pytest.mark.parametrize(
    ("value", "shape"), [("a@b", "email"), ("999.1.1.1", "ipv4"), ("12:30:45", "ipv6"), ("12:30", "ipv6"), ("1980-13-01", "date"), ("x 192.0.2.7", "ipv4")]
)
def test_what_only_resembles_it_has_not(value, shape):
    assert shape not in shapes(value)


def test_shares_are_of_all_values_and_columns_do_not_mix():
    mails = pl.Series("value", [f"a{n}@example.org" if n % 2 else "x" for n in range(4 * FIRST)])
    numbers = pl.Series("value", [str(n + 10) for n in range(FIRST // 2)])
    first, second, none = matched([mails, numbers, mails.clear()])
    assert first["email"] == 0.5
    assert second == {"digits": 1.0, "number": 1.0}
    assert none == {}


@pytest.mark.parametrize("text", ["call +49 30 901820.", "(mail a@example.org)", "a@example.org", "from 192.0.2.7, late", "card 4111-1111-1111-1111!"])
def test_a_shape_is_found_inside_of_a_text(text):
    assert len(within(pl.Series("value", [text, "nothing here"]))) == 1
    assert set(within(pl.Series("value", [text, "nothing here"])).values()) == {0.5}


@given(st.lists(st.text(max_size=30), min_size=1, max_size=FIRST))
def test_any_text_is_matched_as_the_pattern_alone_would(values):
    column = pl.Series("value", values, dtype=pl.String)
    for name, share in matched([column])[0].items():
        assert share == pytest.approx(column.str.contains(whole(hints().shapes[name].like)).mean())
