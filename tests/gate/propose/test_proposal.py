import datetime as dt
from decimal import Decimal

import pyarrow as pa
import pytest
from columns import score
from hypothesis import given
from hypothesis import strategies as st

from comity.gate.propose import page, propose
from comity.gate.propose.hints import codes
from comity.gate.propose.sample import take

DAYS = [dt.date(1950 + n, 1 + n % 12, 1 + n % 28) for n in range(40)]


def fields(table, name=""):
    return {one.column: one.field for one in propose(table, name)}


def says(table, name=""):
    return {one.says: one.column for one in propose(table, name) if one.says}


def test_labelled_columns_are_recognised():
    total = score()
    assert total.own > 350
    assert total.recall >= 0.98, total.wrong
    assert total.precision >= 0.96, total.wrong
    assert total.nobody == []


def test_ten_of_ten_kinds_of_columns():
    rows = range(200)
    table = pa.table(
        {
            "customer_ref": [f"{n:08x}-1111-4222-8333-{n * 7919:012x}" for n in rows],
            "full_name": [f"{a} {b}" for a in ("Ana", "Lars", "Mei", "Omar") for b in (f"Nyl{chr(97 + n % 26)}nder" for n in range(50))],
            "email": [f"someone{n}@example.org" for n in rows],
            "phone": [f"+49 30 90182{n:03}" for n in rows],
            "ip": [f"192.0.2.{n}" for n in rows],
            "country": [("Germany", "China", "USA", "France")[n % 4] for n in rows],
            "born": [dt.date(1950 + n % 50, 1 + n % 12, 1 + n % 28) for n in rows],
            "sku": [f"AB-{n % 40:04}" for n in rows],
            "amount": [round(n * 1.37, 2) for n in rows],
            "comment": [f"The parcel number {n} came late and nobody could say to us why it did" for n in rows],
        }
    )
    assert fields(table) == {
        "customer_ref": "general",
        "full_name": "name",
        "email": "email",
        "phone": "phone",
        "ip": "ip",
        "country": "rough_location",
        "born": "birth_date",
        "sku": "purchases",
        "amount": "purchases",
        "comment": "text",
    }
    assert says(table) == {"person": "customer_ref", "place": "country"}


def test_the_same_column_is_nobodys_where_no_person_is():
    assert fields(pa.table({"sku": ["a", "b"], "amount": [1, 2]})) == {"sku": "none", "amount": "none"}
    assert fields(pa.table({"sku": ["a", "b"], "amount": [1, 2], "customer_id": [1, 2]}))["amount"] == "purchases"


def test_attributes_without_any_name_still_make_a_row_one_of_a_person():
    assert "none" not in fields(pa.table({"age": [31, 52], "race": ["x", "y"], "sex": ["f", "m"], "hours": [40, 20], "amount": [1, 2]})).values()


def test_what_nothing_tells_is_unknown_and_stays_home():
    (one,) = propose(pa.table({"zq": ["a1", "b2", "c3"]}))
    assert (one.field, one.forms, one.confidence) == ("unknown", ("drop",), "unknown")


def test_a_table_of_one_topic_says_it_of_every_row():
    table = pa.table({"patient": ["a1", "b2"], "code": ["x", "y"], "value": [1.5, 2.5], "at": DAYS[:2]})
    assert fields(table, "observations") == {"patient": "general", "code": "health", "value": "health", "at": "health"}


def test_who_else_a_row_names_is_said():
    found = {one.column: one for one in propose(pa.table({"patient_id": [1, 2, 3], "doctor_id": [7, 8, 9]}))}
    assert found["patient_id"].says == "person"
    assert "who is named only in 'doctor_id' is not counted by it" in found["patient_id"].reasons


def test_the_key_of_a_table_of_persons_is_its_own():
    assert says(pa.table({"id": [1, 2, 3], "manager_id": [1, 1, 1]}), "employees")["person"] == "id"
    assert says(pa.table({"order_id": [1, 2, 3], "user_id": [5, 5, 6]}), "orders")["person"] == "user_id"


def test_a_nationality_is_not_where_the_person_is_whatever_it_is_called():
    assert "place" not in says(pa.table({"user_id": [1, 2], "citizenship_country": ["DE", "CN"], "native_country": ["Japan", "Peru"]}))


def test_a_device_is_told_apart():
    assert says(pa.table({"user_id": [1, 2], "device_id": ["a", "b"], "cookie_id": ["c", "d"]})) == {"person": "user_id", "device": "device_id"}


@pytest.mark.parametrize(
    ("values", "forms"),
    [(DAYS, ("keep", "year", "drop")), ([str(day) for day in DAYS], ("keep", "drop")), (pa.array(DAYS).cast(pa.timestamp("s")), ("keep", "year", "drop"))],
)
def test_only_forms_that_a_columns_type_can_take_are_proposed(values, forms):
    assert propose(pa.table({"birth_date": values}))[0].forms == forms


def test_names_alone_are_never_clear():
    schema = pa.schema([("email", pa.string()), ("lat", pa.float64()), ("lon", pa.float64()), ("customer_id", pa.int64()), ("country", pa.string())])
    found = propose(schema)
    assert {one.column for one in found if one.confidence == "clear" and one.column != "customer_id"} == set()
    assert {one.says for one in found} == {"", "person", "place", "latitude"}


def test_only_a_sample_is_read():
    seen = []

    def batches():
        for n in range(1_000):
            seen.append(n)
            yield pa.record_batch({"email": [f"a{n}@example.org"] * 100})

    propose(pa.RecordBatchReader.from_batches(pa.schema([("email", pa.string())]), batches()), rows=250)
    assert len(seen) == 3
    assert take(pa.table({"x": range(10_000)}), 100).column("x").to_pylist() == list(range(0, 10_000, 100))


ODD = [
    pa.array([1, None], pa.uint8()), pa.array([1.5, None], pa.float16()), pa.array([Decimal("1.10"), None]), pa.array([None, None]), pa.array([b"\xff", b"x"]),
    pa.array([[1], None]), pa.array([{"a": 1}, None]), pa.array([True, None]), pa.array([dt.time(1), None]), pa.array([dt.timedelta(1), None]),
    pa.array(["a", None]).dictionary_encode(), pa.array([0, 2**62], pa.timestamp("ns", "Asia/Tokyo")), pa.array([0, 2**40], pa.timestamp("s")),
    pa.array(["", "  "]),
    pa.array(["x\0y", "\u2028"], pa.large_string()), pa.array([2**31 - 1, -(2**31)], pa.date32()), pa.array(["é"] * 2, pa.string_view()),
]  # fmt: skip


@pytest.mark.parametrize("values", ODD, ids=lambda values: str(values.type))
@pytest.mark.parametrize("name", ["zq", "email", "birth_date", "lat", "country", "phone", "patient_id", "is_minor", "note"])
def test_any_type_of_column_can_be_proposed(values, name):
    (one,) = propose(pa.table([values], [name]))
    assert one.field in codes() | {"none", "unknown"}
    assert one.forms[-1] in ("drop", "keep")


NAMES = st.sampled_from(
    ["email", "name", "id", "customer_id", "country", "note", "birth_date", "amount", "x", "phone", "city", "lat", "lon", "card_no", "病历", "a\nb: c"]
)
CANARY = st.text("abcdefXYZ0123456789@.-+ äß中文", min_size=5, max_size=60)


@given(st.lists(st.tuples(NAMES, st.lists(CANARY | st.none(), min_size=12, max_size=12)), min_size=1, max_size=5, unique_by=lambda c: c[0]))
def test_no_value_is_in_what_is_proposed(columns):
    found = propose(pa.table(dict(columns)), "t")
    told = repr([(one.column, one.field, one.forms, one.confidence, one.reasons, one.says) for one in found])
    told += page.write("t", found) + repr(page.rows(found))
    for value in (value.strip() for _, values in columns for value in values if value):
        assert len(value) < 5 or value not in told or value in repr([c for c, _ in columns])
    for one in found:
        assert all(text in dict(columns)[one.column] for text in one.codes)
