import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from comity.gate.propose import page, propose
from comity.text.source import Mistakes, read_documents


def tree(text):
    mistakes = Mistakes()
    (node,) = read_documents("world.yaml", text, mistakes)
    mistakes.settle()
    return node.get("tables")


TABLE = pa.table(
    {
        "patient": [f"p{n}" for n in range(40)],
        "country": ["NO", "Germany"] * 20,
        "lat": [50.123456 + n / 1000 for n in range(40)],
        "lon": [10.123456 + n / 1000 for n in range(40)],
        "no: way": ["a"] * 40,
    }
)
WRITTEN = """\
tables:
  visits:
    asset: visits  # the asset of the world that this table is: say which; what it holds must be among its fields:
    # [general, precise_location, rough_location]
    person: patient
    # rows whose value is not among these codes stay home
    place: {column: country, codes: {Germany: DE, NO: NO}}
    latitude: lat
    columns:
      # likely: the name says 'patient'; 'patient' is a person, and this tells one from another; 40
      # distinct values in 40 rows
      patient: {field: general, forms: [pseudonym, drop]}
      # clear: the name says 'country'; 2 of 2 distinct values name a territory; it says where the
      # person is
      country: {field: rough_location, forms: [keep, drop]}
      # clear: the name says 'lat'; a pair with 'lon'; the last digit is worth less than a metre
      lat: {field: precise_location, forms: [keep, grid 10 per degree, drop]}
      # clear: the name says 'lon'; a pair with 'lat'; the last digit is worth less than a metre
      lon: {field: precise_location, forms: [keep, grid 10 per degree, drop]}
      # unknown: neither its name nor its values say what it is
      "no: way": {field: unknown, forms: [drop]}
"""


def test_the_section_is_written_with_its_reasons_and_is_not_confirmed():
    text = page.write("visits", propose(TABLE))
    assert text.endswith(WRITTEN)
    assert tree(text).get("visits").get("confirmed") is None


def test_what_is_missing_is_asked_for():
    text = page.write("t", propose(pa.table({"zq": [1]})))
    assert "# no column says who" in text
    assert "# no column says where the person is" in text


@given(st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=6, unique=True), st.text(min_size=1, max_size=20))
def test_hostile_names_are_read_back_as_they_are(names, table):
    schema = pa.schema([(name, pa.string()) for name in names])
    found = tree(page.write(table, propose(schema, table)))
    assert list(found.pairs) == [table]
    assert list(found.get(table).get("columns").pairs) == names


def test_a_row_of_the_screen_says_what_it_says():
    (who, where, *_, held) = page.rows(propose(TABLE))
    assert who[1] == "general · says who"
    assert where[1] == "rough_location · says where"
    assert held[2] == "held"
