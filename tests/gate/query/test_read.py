"""What is asked is read against a closed list; all that is not in it is refused, with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from comity.gate.query.read import fold, read
from comity.text.source import Mistakes, Place

HOSTILE = yaml.safe_load((Path(__file__).parent / "hostile.yaml").read_text())


def refused(sql: str) -> Mistakes:
    mistakes = Mistakes()
    assert read("query", sql, ["visits"], mistakes) is None
    assert mistakes.found
    return mistakes


@pytest.mark.parametrize(("sql", "said"), HOSTILE, ids=[sql[:40] for sql, _ in HOSTILE])
def test_what_is_hostile_is_refused_and_told(sql, said):
    told = "\n".join(str(m) for m in refused(sql).found)
    assert any(word in told for word in said.split("|")), told
    assert "sqlglot" not in told


def test_all_mistakes_are_told_at_once_each_in_its_place():
    found = refused("select getenv('A'),\n  now() from visit").found
    assert [(m.place, m.message.partition("'")[2].partition("'")[0]) for m in found] == [
        (Place("query", 1, 8), "getenv"),
        (Place("query", 2, 3), "now"),
        (Place("query", 2, 14), "visit"),
    ]
    assert found[2].suggestion == "did you mean 'visits'?"


def test_a_mistake_in_the_grammar_has_its_place():
    assert refused("select n,\nfrom where").found[0].place.line == 2


DEEP = ["select " + "(" * 60 + "1" + ")" * 60, "select 1" + " + 1" * 6000, "x" * 100_001]


@pytest.mark.parametrize("sql", DEEP, ids=["brackets", "words", "characters"])
def test_size_and_depth_are_bounded(sql):
    refused(sql)


LONG = ["select " + "not " * 3000 + "true", "select " + "- " * 4000 + "1", "select " + "case when true then " * 900 + "1" + " end" * 900]


@pytest.mark.parametrize("sql", LONG, ids=["not", "minus", "case"])
def test_depth_without_brackets_is_bounded_too(sql):
    refused(sql)


WORDS = """select from where group by order limit with as visits n patient city * , ( ) ; ' " = < - -- /* */ . :: [ ] { } union all join on using lateral
values read_csv query now() $1 ? 1 0x1 'a' "b" recursive pivot columns sample for update into at -> ~ @ # | \\ é K"""


@given(st.lists(st.sampled_from([*WORDS.split(), "\n", "\t"]), max_size=25).map(" ".join))
@example("select")
@example("from visits select n from")
def test_any_words_are_read_or_refused_and_nothing_else_happens(sql):
    mistakes = Mistakes()
    asked = read("query", sql, ["visits"], mistakes)
    assert (asked is None) == bool(mistakes.found)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_and_nothing_else_happens(sql):
    mistakes = Mistakes()
    assert (read("query", sql, ["visits"], mistakes) is None) == bool(mistakes.found)


def test_names_fold_as_duckdb_folds_them():
    assert fold("ViSits") == "visits"
    assert fold("\u00c9\u212a") == "\u00c9\u212a"  # an accent and the sign of Kelvin keep their case: DuckDB folds A to Z only


@pytest.mark.parametrize("number", ["0", "1.5", ".5", "1.", "1e5", "1E-5", "2.5e+3"])
def test_numbers_are_read(number):
    assert read("query", f"select {number}", [], Mistakes()) is not None
