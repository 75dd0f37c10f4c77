"""A line is left out only where no count on either side of it can change what the provision comes to."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from comity.facts.value import FALSE, TRUE, UNKNOWN, Interval
from comity.gauge.drawn import Seen, _compared
from comity.law.condition import And, Compare, Const, Counted, Not, Or

LINES = [Compare(Counted(f"xx.t/c{number}", "persons", Const(TRUE), (), ("year", 0)), ">", 10 * number) for number in (1, 2, 3)]
KNOWN = [Const(truth) for truth in (TRUE, FALSE, UNKNOWN)]
CONDITIONS = st.recursive(
    st.sampled_from([*LINES, *KNOWN]),
    lambda some: st.one_of(
        st.lists(some, min_size=2, max_size=3).map(lambda parts: And(tuple(parts))),
        st.lists(some, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts))),
        some.map(Not),
    ),
    max_leaves=9,
)


def truth(node, sides):
    match node:
        case And(parts):
            return min(truth(one, sides) for one in parts)
        case Or(parts):
            return max(truth(one, sides) for one in parts)
        case Not(part):
            return {TRUE: FALSE, FALSE: TRUE, UNKNOWN: UNKNOWN}[truth(part, sides)]
        case Const(told):
            return told
        case _:
            return sides[node]


@settings(max_examples=80, deadline=None)
@given(CONDITIONS)
def test_a_line_that_is_left_out_changes_nothing(condition):
    told = list(Seen(lambda node: node.truth, {}).open(condition))
    for others in product((TRUE, FALSE), repeat=len(LINES)):
        sides = dict(zip(LINES, others, strict=True))
        for line in LINES:
            if truth(condition, {**sides, line: TRUE}) != truth(condition, {**sides, line: FALSE}):
                assert line in told


def test_what_settles_the_whole_leaves_the_rest_idle():
    one, other, _ = LINES

    def told(condition):
        return [line for line in LINES if line in list(Seen(lambda node: node.truth, {}).open(condition))]

    yes, no, perhaps = KNOWN
    assert told(And((no, one))) == told(Or((yes, one))) == told(And((no, And((no, one))))) == []
    assert told(And((perhaps, one))) == told(Or((no, one))) == told(Not(And((yes, one)))) == [one]
    assert told(Or((And((no, one)), And((perhaps, other))))) == [other]
    assert told(And((Or((yes, one)), other))) == [other]


def test_a_day_is_before_after_or_nobody_knows():
    days = Interval(5, 7)
    found = {op: [_compared(days, op, other) for other in (4, 5, 6, 7, 8)] for op in ("<", "<=", ">", ">=", "==")}
    never, perhaps, always = FALSE, UNKNOWN, TRUE
    assert found == {
        "<": [never, never, perhaps, perhaps, always],
        "<=": [never, perhaps, perhaps, always, always],
        ">": [always, perhaps, perhaps, never, never],
        ">=": [always, always, perhaps, perhaps, never],
        "==": [never, perhaps, perhaps, perhaps, never],
    }
    assert _compared(Interval(5, 5), "==", 5) == TRUE
