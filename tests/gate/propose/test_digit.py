import random

import pyarrow as pa
import pytest
from stdnum import iban, luhn
from stdnum.br import cpf
from stdnum.cn import ric
from stdnum.es import dni
from stdnum.pl import pesel

from comity.gate.propose import propose
from comity.gate.propose.digit import FIRST, passed, telephones
from comity.gate.propose.hints import hints
from comity.gate.propose.sample import see

CHANCE = random.Random(20261126)


def digits(count):
    return "".join(CHANCE.choice("0123456789") for _ in range(count))


def card():
    body = CHANCE.choice("45") + digits(14)
    return body + luhn.calc_check_digit(body)


def resident():
    body = f"110101{CHANCE.randint(1950, 2005)}{CHANCE.randint(1, 12):02}{CHANCE.randint(1, 28):02}{digits(3)}"
    return body + ric.calc_check_digit(body + "0")


def taxpayer():
    body = digits(9)
    return body + cpf._calc_check_digits(body)


def citizen():
    body = digits(8)
    return body + dni.calc_check_digit(body)


def person():
    body = f"{CHANCE.randint(50, 99)}{CHANCE.randint(1, 12):02}{CHANCE.randint(1, 28):02}{digits(4)}"
    return body + pesel.calc_check_digit(body)


def account():
    body = digits(18)
    return "DE" + iban.calc_check_digits("DE00" + body) + body


def column(name, values):
    (seen,) = see(pa.table({name: values}))
    return seen


@pytest.mark.parametrize(
    ("make", "code"), [(card, "card_number"), (resident, "gov_id"), (taxpayer, "gov_id"), (citizen, "gov_id"), (person, "gov_id"), (account, "account_number")]
)
def test_a_check_digit_tells_without_a_name_and_bears_some_slips(make, code):
    values = [make() for _ in range(100)]
    wrong = [value[:-1] + ("5" if value[-1] != "5" else "6") for value in values[20:24]]
    (one,) = propose(pa.table({"c7": [*values[:20], *wrong, *values[24:]]}))
    assert one.field == code
    assert one.confidence == "likely"
    assert "96 of 100 values have the shape and check digit of" in one.reasons[0]


def test_a_number_stays_what_it_is_when_a_file_reads_it_as_one():
    (one,) = propose(pa.table({"c7": [int(card()) for _ in range(60)]}))
    assert (one.field, one.forms) == ("card_number", ("pseudonym", "drop"))


@pytest.mark.parametrize("length", range(5, 20))
def test_random_digits_have_no_check_digit(length):
    values = [CHANCE.choice("123456789") + digits(length - 1) for _ in range(100)]
    assert [p.check.module for p in passed(column("c7", values)) if p.tells and not p.check.backed] == []


def test_running_numbers_have_no_check_digit():
    values = [str(4_000_000_000_000_000 + 7 * n) for n in range(200)]
    assert [p for p in passed(column("c7", values)) if p.tells and not p.check.backed] == []


def test_too_few_values_tell_nothing_by_themselves():
    values = [card() for _ in range(FIRST - 1)]
    (one,) = propose(pa.table({"c7": values}))
    assert one.field == "unknown"
    (one,) = propose(pa.table({"card_no": values}))
    assert one.field == "card_number"


def test_a_check_that_random_digits_pass_counts_with_the_name_only():
    values = [f"{CHANCE.randint(101, 665)}-{CHANCE.randint(10, 99)}-{CHANCE.randint(1000, 9999)}" for _ in range(100)]
    assert propose(pa.table({"c7": values}))[0].field == "unknown"
    assert propose(pa.table({"ssn": values}))[0].confidence == "clear"


def test_a_good_name_with_the_check_digit_of_something_else_is_left_to_a_person():
    (one,) = propose(pa.table({"username": [card() for _ in range(50)]}))
    assert one.confidence == "possible"
    assert "but 50 of 50 values have the shape and check digit of a payment card" in one.reasons


def test_telephones_are_looked_up_in_the_plans_of_the_places_at_hand():
    values = ["030 901820", "089 23300"]
    assert telephones(column("c", values), []) == (0, 2)
    assert telephones(column("c", values), ["DE"]) == (2, 2)
    assert telephones(column("c", ["+49 30 901820", "x"]), []) == (1, 2)


def test_checks_are_ordered_by_what_they_tell():
    assert any(check.backed for check in hints().checks)
    assert any(not check.backed for check in hints().checks)
