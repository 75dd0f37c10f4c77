"""Narrow columns and many rows: nothing is said of a value that would not be said of it alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.facts.member import member
from comity.facts.place import Places
from comity.facts.table import Truths
from comity.facts.tables import Tables
from comity.facts.value import ANY_CODE, ANYWHERE, FALSE, MAX, MIN, NOT, NOTHING, NOWHERE, TRUE, UNKNOWN, Interval, OneOf, all_of, any_of, compare
from comity.law.condition import And, Compare, Fact, Member, Not, Or, Path
from comity.tables import narrow
from comity.verdict.kernels import MANY, compared, constant
from comity.verdict.scale import Columns

CODES = "abcdefgh"
EDGES = [edge + step for bits in (0, 7, 8, 15, 16, 31, 32) for edge in (2**bits, -(2**bits)) for step in (-2, -1, 0, 1, 2)]
WHOLE = st.sampled_from(EDGES) | st.integers(-300, 300) | st.integers(MIN + 1, MAX - 1)
INTERVALS = st.tuples(WHOLE | st.just(MIN), WHOLE | st.just(MAX)).map(lambda ends: Interval(min(ends), max(ends))) | st.sampled_from([ANYWHERE, NOWHERE])
VALUES = st.sets(st.sampled_from(CODES)).map(lambda codes: OneOf(frozenset(codes))) | st.sampled_from([ANY_CODE, NOTHING])
OPS = st.sampled_from(["<", "<=", ">", ">=", "=="])


def leaf(fact):
    return Path("leg", (), fact, "movement")


LEAVES = st.one_of(
    st.sampled_from("pq").map(lambda fact: Fact(leaf(fact))),
    st.builds(lambda fact, op, line: Compare(leaf(fact), op, line), st.sampled_from("mn"), OPS, WHOLE),
    st.builds(lambda op: Compare(leaf("m"), op, leaf("n")), OPS),
    st.builds(lambda fact, among: Member(leaf(fact), "in", among), st.sampled_from("xy"), st.frozensets(st.sampled_from(CODES))),
)
CONDITIONS = st.recursive(
    LEAVES,
    lambda parts: (
        st.lists(parts, min_size=1, max_size=3).map(lambda held: And(tuple(held)))
        | st.lists(parts, min_size=1, max_size=3).map(lambda held: Or(tuple(held)))
        | parts.map(Not)
    ),
    max_leaves=8,
)
TRUTHS = st.sampled_from([FALSE, UNKNOWN, TRUE])
ROWS = st.lists(st.fixed_dictionaries({"p": TRUTHS, "q": TRUTHS, "m": INTERVALS, "n": INTERVALS, "x": VALUES, "y": VALUES}), min_size=1, max_size=12)


class Movements:
    """The same few rows again and again, in columns."""

    kind, facts = "movement", {}

    def __init__(self, rows, times):
        at = np.append(np.tile(np.arange(len(rows)), times), [0, 0])
        self.n, self.made = len(at) - 2, {}
        for fact in rows[0]:
            held = [row[fact] for row in rows]
            if fact in "pq":
                self.made[fact] = Truths(np.array(held, dtype=np.uint8)[at])
            elif fact in "mn":
                self.made[fact] = narrow.numbers(*np.array(held, dtype=np.int64)[at].T)
            else:
                self.made[fact] = narrow.choices(at, held)

    def column(self, fact):
        return self.made[fact]


def plainly(node, row):
    """What a condition says of one row."""
    match node:
        case Fact(path):
            return row[path.fact]
        case Compare(left, op, right):
            return compare(row[left.fact], op, row[right.fact] if isinstance(right, Path) else Interval(right, right))
        case Member(left, mode, right):
            return member(row[left.fact], mode, right)
        case And(parts):
            return all_of(plainly(part, row) for part in parts)
        case Or(parts):
            return any_of(plainly(part, row) for part in parts)
        case Not(part):
            return NOT[plainly(part, row)]


@given(ROWS, st.lists(CONDITIONS, min_size=1, max_size=4), st.sampled_from([1, MANY]))
def test_many_rows_read_like_each_of_them(rows, conditions, times):
    """Of few rows and of many, whatever is kept or not, each condition says what it says of the row alone; twice."""
    columns = Columns(Tables({"movement": Movements(rows, times)}, Places({})))
    for node in (*conditions, And(tuple(conditions)), *conditions):
        found = columns.truth(node, columns.legs())
        assert found[:-2].reshape(times, -1)[[0, -1]].tolist() == [[plainly(node, row) for row in rows]] * 2


@given(st.lists(INTERVALS, min_size=1, max_size=8), OPS, WHOLE)
def test_numbers_in_few_bytes_compare_like_those_in_many(intervals, op, line):
    """The ends of a narrow type stand for what has no end, and no line is drawn beyond them."""
    held = narrow.numbers(*np.array(intervals, dtype=np.int64).T)
    assert compared(held, op, constant(line)).tolist() == [compare(one, op, Interval(line, line)) for one in intervals]


def test_the_truth_that_is_kept_is_written_by_nobody():
    """A column and what was found of it are joined with others, never changed by it."""
    columns = Columns(Tables({"movement": Movements([{"p": TRUE}], MANY)}, Places({})))
    found = columns.truth(Fact(leaf("p")), columns.legs())
    with pytest.raises(ValueError, match="read-only"):
        found[0] = FALSE
