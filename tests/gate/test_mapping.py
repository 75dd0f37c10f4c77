"""What a person says of a table: every mistake at once, in its place."""

import pytest
from shop import WORLD, Shop

from comity.files.world_file import world_file
from comity.gate.form import Pseudonym, Truncate
from comity.gate.mapping import read_table
from comity.text.source import SourceError


def read(folder, world=WORLD, name=None, movement="sending"):
    shop = Shop(folder, world)
    return read_table(world_file(folder / "world.yaml", shop.plan, shop.day)[0], name, movement, shop.plan.vocabulary)


def test_a_table_is_read(tmp_path):
    table = read(tmp_path)
    assert (table.asset, table.person, table.device, table.confirmed.by) == ("customers", "who", None, "a tester")
    assert table.columns["email"].forms[1].form == Pseudonym()
    assert table.columns["email"].forms[1].becomes == "general"
    assert table.columns["born"].forms[0].form == Truncate("year")
    assert [table.place.place(told) for told in ("Beland", "beland", "XA", None)] == ["XB", None, None, None]


def test_a_column_whose_words_nobody_explained_says_nothing(tmp_path):
    written, left_out = (WORLD.replace("codes: {Aland: XA, Beland: XB, Celand: XC, Deland: XD}", codes) for codes in ("codes: {}", ""))
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert read(tmp_path / "a", written).place.place("XA") is None
    assert read(tmp_path / "b", left_out.replace("country, }", "country}")).place.place("XA") == "XA"


@pytest.mark.parametrize(
    ("said", "instead", "message"),
    [
        ("    confirmed: {by: a tester, on: 2026-11-01}\n", "", "nobody has confirmed this table"),
        ("    confirmed: {by: a tester, on: 2026-11-01}\n", "    confirmed: {by: a tester, on: soon}\n", "nobody has confirmed this table"),
        ("person: who", "person: whom", "there is no column 'whom'"),
        ("    person: who\n", "", "a table needs 'person'"),
        ("    person: who\n", "    persons: who\n", "a table has no 'persons'"),
        ("Aland: XA", "Aland: somewhere", "'somewhere' is not the code of a place"),
        ("place: {column: country,", "place: {", "a table says where its persons are"),
        ("email: {field: email,", "email: {field: emails,", "the asset has no field 'emails'"),
        ("email: {field: email,", "email: {", "the column 'email' does not say which field it is"),
        ("pseudonym as general", "scrambled", "'scrambled' is no form"),
        ("pseudonym as general", "pseudonym as nothing", "there is no kind of field 'nothing'"),
        ("{field: health, forms: [keep, drop]}", "{field: health, forms: keep}", "forms are a list"),
        ("{field: health, forms: [keep, drop]}", "{field: health, form: [keep]}", "a column has no 'form'"),
        ("    columns:\n", "    beyond_a_line: pass\n    columns:\n", "what is beyond a line is held"),
        ("    columns:\n", "    beyond_a_line: hold\n    device: email\n    columns:\n", "a table that says which device crosses place by place"),
        ("    columns:\n", "    beyond_a_line: hold\n    privacy: {epsilon: 3, delta: 1e-6}\n    columns:\n", "a table that answers with noise"),
        ("    columns:\n", "    activities: {XB: sellin}\n    columns:\n", "there is no activity 'sellin'"),
        ("    columns:\n", "    privacy: {epsilon: 3}\n    columns:\n", "privacy says what all answers to one recipient may cost"),
        ("    columns:\n", "    privacy: {epsilon: 0, delta: 1e-6}\n    columns:\n", "privacy says what all answers to one recipient may cost"),
        ("    columns:\n", "    privacy: {epsilon: 3, delta: 1}\n    columns:\n", "privacy says what all answers to one recipient may cost"),
        ("    columns:\n", "    privacy: {epsilon: 3, delta: 1e-6, row: 2}\n    columns:\n", "privacy has no 'row'"),
        ("    columns:\n", "    privacy: {epsilon: 3, delta: 1e-6, rows: many}\n    columns:\n", "'rows' bounds what one person brings"),
        ("    columns:\n", "    privacy: {epsilon: 3, delta: 1e-6, sums: {age: [0, 9]}}\n    columns:\n", "there is no column 'age'"),
        ("    columns:\n", "    privacy: {epsilon: 3, delta: 1e-6, sums: {who: [9, 0]}}\n    columns:\n", "needs the least and the most"),
        ("  customers:\n    asset: customers\n    conf", "  customers:\n    asset: clients\n    conf", "no one table is said to hold the asset"),
    ],
)
def test_a_mistake_is_told_in_its_place(tmp_path, said, instead, message):
    assert said in WORLD
    with pytest.raises(SourceError) as caught:
        read(tmp_path, WORLD.replace(said, instead))
    (mistake,) = [one for one in caught.value.mistakes if message in one.message]
    assert mistake.place.line > 1


def test_mistakes_are_told_together(tmp_path):
    world = WORLD.replace("pseudonym as general", "scrambled").replace("person: who", "person: whom").replace("{field: ip,", "{field: ips,")
    with pytest.raises(SourceError) as caught:
        read(tmp_path, world)
    assert len(caught.value.mistakes) == 3


def test_a_movement_or_a_table_that_is_not_there(tmp_path):
    with pytest.raises(SourceError, match=r"there is no movement 'sendin' \(did you mean 'sending'"):
        read(tmp_path, movement="sendin")


def test_a_field_that_two_rows_bear_is_named_by_its_name(tmp_path):
    world = WORLD.replace("email, ip,", "email, {kind: email, name: second}, ip,")
    assert read(tmp_path, world).columns["email"].field == 1
