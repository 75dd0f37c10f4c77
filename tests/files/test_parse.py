"""What a person wrote, read by the type of its fact."""

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.facts.value import ANY_SET, ANYWHERE, EMPTY, FALSE, MAX, MIN, NO_CODE, NOWHERE, TRUE, UNKNOWN, Interval, OneOf, SetOf
from comity.facts.vocabulary import Fact
from comity.files.parse import parse
from comity.text.literal import day, number
from comity.text.source import Mistakes, read_documents

WHOLE, CENTS, SHARE, DATE = (
    Fact("n", "number"),
    Fact("n", "number", quantum=Fraction(1, 100)),
    Fact("n", "number", unit="%", quantum=Fraction(1, 10)),
    Fact("d", "date"),
)
MARCH = dt.date(2026, 3, 1).toordinal()


def read(text, fact, asked_on=MIN):
    """The value of a text, and the messages of what is wrong with it."""
    mistakes = Mistakes()
    written = f'"{text}"' if text.startswith(">") else text  # which opens a folded block in YAML
    (node,) = read_documents("t", f"{{k: {written}}}", mistakes)
    return parse(node.pairs["k"], fact, mistakes, asked_on), [m.message for m in mistakes.found]


@pytest.mark.parametrize(
    ("text", "fact", "value"),
    [
        ("5", WHOLE, Interval(5, 5)),
        (">5", WHOLE, Interval(6, MAX)),
        (">=5", WHOLE, Interval(5, MAX)),
        ("<5", WHOLE, Interval(MIN, 4)),
        ("<=5", WHOLE, Interval(MIN, 5)),
        ("5..9", WHOLE, Interval(5, 9)),
        ("5..", WHOLE, Interval(5, MAX)),
        ("..9", WHOLE, Interval(MIN, 9)),
        ("1_000", WHOLE, Interval(1000, 1000)),
        ("1e3", WHOLE, Interval(1000, 1000)),
        ("2.5", WHOLE, Interval(2, 3)),
        (">2.5", WHOLE, Interval(2, MAX)),
        ("2.5", CENTS, Interval(250, 250)),
        ("19.9%", SHARE, Interval(199, 199)),
        ("none", WHOLE, NOWHERE),
        ("unknown", WHOLE, ANYWHERE),
        ("2026-03-01", DATE, Interval(MARCH, MARCH)),
        ("2026-03-01..", DATE, Interval(MARCH, MAX)),
        ("<2026-03-01", DATE, Interval(MIN, MARCH - 1)),
        ("true", Fact("b", "bool"), TRUE),
        ("false", Fact("b", "bool"), FALSE),
        ("unknown", Fact("b", "bool"), UNKNOWN),
        ("NO", Fact("p", "place"), OneOf(frozenset({"NO"}))),
        ("DE | FR", Fact("p", "place"), OneOf(frozenset({"DE", "FR"}))),
        ("none", Fact("p", "place"), NO_CODE),
        ("[a, b]", Fact("s", "codes"), SetOf(frozenset("ab"), frozenset("ab"))),
        ("[a, ...]", Fact("s", "codes"), SetOf(frozenset("a"), None)),
        ("[]", Fact("s", "codes"), EMPTY),
        ("none", Fact("s", "codes"), EMPTY),
        ("[a, ...]", Fact("s", "codes", domain=frozenset("abc")), SetOf(frozenset("a"), frozenset("abc"))),
        ("unknown", Fact("s", "codes"), ANY_SET),
        ("on", Fact("c", "code"), OneOf(frozenset({"on"}))),
        ("1E902", Fact("c", "code"), OneOf(frozenset({"1E902"}))),
    ],
)
def test_a_word_is_read_by_its_fact(text, fact, value):
    """Each way of writing means one thing, without a complaint."""
    assert read(text, fact) == (value, [])


@pytest.mark.parametrize(
    ("text", "fact", "word"),
    [
        ("five", WHOLE, "not a number"),
        ("9..5", WHOLE, "backwards"),
        ("101%", SHARE, "between 0% and 100%"),
        ("-1%", SHARE, "between"),
        ("1e40", WHOLE, "larger than"),
        ("1e999", WHOLE, "larger than"),
        ("2026-02-30", DATE, "not a date"),
        ("tomorrow", DATE, "not a date"),
        ("yes", Fact("b", "bool"), "not true, false or unknown"),
        ("[true]", Fact("b", "bool"), "not a list"),
        ("germany", Fact("p", "place"), "not a place"),
        ("DЕ", Fact("p", "place"), "not a place"),
        ("a", Fact("s", "codes"), "takes a list"),
        ("{a: b}", Fact("s", "codes"), "not a mapping"),
        ("[[a]]", Fact("s", "codes"), "holds words"),
        ("d", Fact("c", "code", domain=frozenset("abc")), "not a word for"),
        ("two words", Fact("c", "code"), "not a word"),
    ],
)
def test_a_fault_is_said_once(text, fact, word):
    """What cannot be read is noted once, in words that name it."""
    _, messages = read(text, fact)
    assert len(messages) == 1
    assert word in messages[0]


def test_not_yet_is_after_the_day_asked_about():
    """It has not happened: some later day, or none."""
    assert read("not_yet", DATE, MARCH)[0] == Interval(MARCH + 1, MAX)


@given(st.dates())
def test_a_day_is_its_number(date):
    """Written and read again, a day is the same day."""
    assert day(date.isoformat()) == date.toordinal()


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9))
def test_a_number_is_exact(value):
    """No digit is lost."""
    assert number(f"{value:f}") == Fraction(str(value))


@given(st.text(max_size=12), st.sampled_from((WHOLE, SHARE, DATE)))
def test_whatever_is_written_lies_within_bounds(text, fact):
    """Any text reads as an interval or as nothing, never as something outside what a column can hold."""
    mistakes = Mistakes()
    for node in read_documents("t", text, mistakes):
        found = parse(node, fact, mistakes)
        assert isinstance(found, Interval)
        assert found == NOWHERE or MIN <= found.lo <= found.hi <= MAX
