import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from comity.gate.propose.territory import _codes, read


@pytest.mark.parametrize(
    ("texts", "place"),
    [
        (["DE", "de", "DEU", "276", "Germany", "Deutschland", "Allemagne", "德国", "Германия", " Germany "], "DE"),
        (["US", "USA", "840", "United States", "美国", "U.S.A."], "US"),
        (["GB", "UK", "GBR", "United Kingdom"], "GB"),
        (["CZ", "Czech Republic", "Czechia"], "CZ"),
        (["HK", "Hong Kong", "香港"], "HK"),
        (["AF", "AFG", "004", "4"], "AF"),
        (["CI", "Côte d'Ivoire", "Cote d’Ivoire", "Ivory Coast"], "CI"),
    ],
)
def test_codes_and_names_of_a_territory(texts, place):
    assert read(texts) == dict.fromkeys(texts, place)


@pytest.mark.parametrize("text", ["", "EU", "XX", "ZZ", "Yugoslavia", "YU", "SUN", "Europe", "Massachusetts", "1", "999", "unknown", "N/A"])
def test_what_is_no_territory_or_may_be_several_is_left_out(text):
    assert read([text]) == {}


def test_every_name_in_the_first_language_leads_to_its_own_code():
    names = {name: code for code, name in Locale("en").territories.items() if code in _codes() and len(code) == 2}
    assert len(names) > 240
    assert read(names) == names


@given(st.text(max_size=20))
def test_any_text_can_be_read(text):
    assert set(read([text]).values()) <= set(_codes().values())
