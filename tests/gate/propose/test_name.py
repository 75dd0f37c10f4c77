import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.gate.propose.name import about, read, topic
from comity.gate.propose.word import lexicon, parts


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (
            ["birth_date", "BirthDate", "BIRTHDATE", "dateOfBirth", "dob", "Geburtsdatum", "date_naissance", "fecha de nacimiento", "出生日期", "生年月日"],
            "birth_date",
        ),
        (["email", "E-Mail", "customerEmailAddress", "courriel", "correo_electronico", "电子邮箱", "客户邮箱"], "email"),
        (["phone", "mobile_phone_1", "Telefonnummer", "téléphone", "telefono_cliente", "客户手机号", "電話番号"], "phone"),
        (["ssn", "passport_no", "Reisepass", "身份证号码", "dni", "CPF"], "gov_id"),
        (["credit_card_number", "CardNo", "银行卡号", "last_4"], "card_number"),
        (["shipping_address_latitude", "LNG", "经度", "Breitengrad"], "precise_location"),
        (["annual_salary", "income_amount", "Gehalt", "月收入"], "income"),
        (["gender_id", "sex_category", "gender_concept_id"], "gender"),
        (["is_minor", "hiv_status", "diagnosis_code"], None),
    ],
)
def test_a_name_in_any_spelling_and_several_languages(names, code):
    for name in names:
        named = read(name)
        assert named.means == "field", name
        assert code in (None, named.code), name


@pytest.mark.parametrize("name", ["email_count", "is_email_verified", "card_exp_month", "product_name", "companyName", "phone_type", "address_created_at"])
def test_what_is_said_about_a_thing_is_not_the_thing(name):
    assert read(name).means == "nobody"


@pytest.mark.parametrize(
    ("name", "rank"), [("patient_id", 0), ("PATIENTID", 0), ("customer_key", 1), ("user_pseudo_id", 2), ("SupportRepId", 4), ("用户ID", 1)]
)
def test_a_key_of_persons_says_whose(name, rank):
    assert (read(name).means, read(name).rank) == ("person", rank)


@pytest.mark.parametrize("name", ["order_id", "AlbumId", "address_id", "foo_id"])
def test_a_key_of_things_is_no_person(name):
    assert read(name).means == "key"


@pytest.mark.parametrize("name", ["", "_", "x17", "report", "zzz", "Ω", "\n", "a" * 5_000])
def test_a_name_that_says_nothing_says_nothing(name):
    assert read(name).means == "nothing"


def test_the_letters_of_a_word_are_not_read_as_smaller_words():
    assert read("report_b").means == "nothing"  # a rep and a German place
    assert read("useremail").code == "email"


@given(st.text(max_size=60))
def test_any_name_can_be_read_and_reads_the_same_again(name):
    first = read(name)
    read.cache_clear()
    parts.cache_clear()
    assert read(name) == first


@given(st.sampled_from(sorted(m.phrase for m in lexicon().phrases.values() if m.code)), st.sampled_from(["_", " ", "-", ""]))
def test_every_phrase_is_found_however_its_words_are_joined(phrase, joint):
    found = lexicon().meanings(parts(phrase.replace(" ", joint)))
    assert len(found) == 1
    assert found[0] is not None
    assert found[0].code == lexicon().find("".join(phrase.split())).code


def test_the_name_of_a_table_says_what_its_rows_are_about():
    assert topic("stg_encounters") == "health"
    assert topic("albums") == ""
    assert about("jaffle_raw_customers") == (1, False)
    assert about("Track") == (None, True)
    assert about("t1") == (None, False)
