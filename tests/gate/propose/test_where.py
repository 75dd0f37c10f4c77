import pyarrow as pa
import pytest

from comity.gate.propose import propose
from comity.gate.propose.sample import see
from comity.gate.propose.where import best, columns, pairs

CODES = ["DE", "FR", "CN", "BR", "DE"]


def where(**found):
    return best(columns(see(pa.table(found))))


def test_a_column_named_a_country_says_where_the_person_is():
    found = where(country=CODES)
    assert found.column == "country"
    assert found.places == {"DE": "DE", "FR": "FR", "CN": "CN", "BR": "BR"}


@pytest.mark.parametrize(
    ("better", "worse"), [("residence_country", "country"), ("country", "billing_country"), ("shipping_address_country", "billing_address_country")]
)
def test_of_several_the_one_that_says_it_most_plainly(better, worse):
    assert where(**{worse: CODES, better: CODES}).column == better


@pytest.mark.parametrize(
    "name", ["nationality", "country_of_origin_country", "birth_country", "card_country", "merchant_country_code", "state", "lang", "locale"]
)
def test_where_something_else_is_or_was_is_not_where_the_person_is(name):
    assert where(**{name: CODES}) is None


def test_names_of_territories_tell_without_a_name_and_two_letters_do_not():
    assert where(c7=["Germany", "France", "China", "Brazil", "Japan"]).column == "c7"
    assert where(c7=["MA", "CA", "DE", "AL", "GA", "CO"]) is None
    assert where(c7=["Jordan", "Georgia", "Peter", "Chad", "Anna", "Maria"]) is None


def test_values_that_name_no_territory_stay_home_and_are_counted():
    table = pa.table(
        {
            "customer_id": range(20),
            "country": [*(["DE"] * 5), *(f"{c}" for c in ["FR", "CN", "BR", "JP", "KR", "ES", "IT", "NL", "AT", "CH", "SE", "NO"]), "XX", "DE", "FR"],
        }
    )
    (_, country) = propose(table)
    assert country.says == "place"
    assert "XX" not in country.codes
    assert "rows with the others stay home until each has its place" in country.reasons


def pair(**found):
    return [(p.latitude, p.longitude) for p in pairs(see(pa.table(found)))]


def test_a_latitude_and_a_longitude_are_found_by_name_and_possible_degrees():
    two = {"home_lng": [13.4, 151.2], "work_lat": [52.5, 1.0], "home_lat": [52.5, 1.0], "work_lng": [1.0, 179.0]}
    assert sorted(pair(**two)) == [("home_lat", "home_lng"), ("work_lat", "work_lng")]
    assert pair(lat=[520.5, 700.0], lon=[13.4, 151.2]) == []
    assert pair(lat=[52.5, 1.0], x=[13.4, 151.2]) == []
    assert pair(lat=["52.52", "-33.9"], lon=["13.4", "151.2"]) == [("lat", "lon")]


@pytest.mark.parametrize(
    ("places", "code", "worth"),
    [(5, "precise_location", "1 m"), (2, "precise_location", "1 km"), (0, "precise_location", "111 km"), (7, "precise_location", "less than a metre")],
)
def test_the_digits_of_degrees_say_how_precise_they_are(places, code, worth):
    values = [round(10 + n * 0.123456789, places) for n in range(1, 40)]
    one, _ = propose(pa.table({"lat": values, "lon": values}))
    assert one.field == code
    assert one.reasons[-1].endswith(worth)
    assert one.forms[-1] == "drop"
