"""Comparisons with the first or last day of rows, lowered to tests of the rows, say what every completion of the facts says, and no less."""

import json
import operator
from itertools import product

from hypothesis import example, given
from hypothesis import strategies as st
from strategies import HEAD, LAW, plan_of, world_of

from comity.facts.value import FALSE, TRUE, UNKNOWN
from comity.verdict.decide import decide

OPS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne}
CHOOSE = {"latest": max, "earliest": min}
SPAN = st.tuples(st.integers(1, 4), st.integers(1, 4)).map(sorted)
ROWS = st.lists(st.tuples(SPAN, st.sampled_from(("CN", "US", "unknown"))), max_size=3)
EXTREME = st.tuples(st.sampled_from(sorted(CHOOSE)), st.integers(0, 2))


def day(number):
    return f"2026-01-{number:02}"


def days(span):
    return "..".join(map(day, span))


def written(term, side):
    """A first or last day of the statuses of a side, a constant day, or the day of the leg."""
    if not isinstance(term, tuple):
        return day(term) if term else "on"
    found = f"{term[0]}(s.since for s in {side}.statuses if s.place in {{'CN'}})"
    return f"after({found}, {term[1]}, days)" if term[1] else found


def completions(rows):
    """The days that may be there, in every case."""
    choices = [[*(range(lo, hi + 1) if place != "US" else ()), *([None] if place != "CN" else ())] for (lo, hi), place in rows]
    return [[one for one in case if one] for case in product(*choices)]


def value(term, held, on):
    if not isinstance(term, tuple):
        return term or on
    return CHOOSE[term[0]](held) + term[1] if held else None


def holds(left, right, op):
    """Nothing is before, after or on a day that is none."""
    both = left is not None and right is not None
    return OPS[op](left, right) if both else op == "!="


@given(EXTREME, st.sampled_from(sorted(OPS)), st.one_of(EXTREME, st.integers(0, 4)), st.booleans(), SPAN, ROWS, ROWS)
@example(("latest", 0), "<", ("latest", 0), False, [1, 1], [([4, 4], "CN"), ([1, 1], "unknown")], [([3, 3], "unknown")])
@example(("latest", 0), "<", ("earliest", 0), False, [1, 1], [([3, 3], "unknown")], [([2, 2], "CN"), ([4, 4], "unknown")])
def test_a_last_day_compares_as_in_every_completion(left, op, right, swapped, on, ours, theirs):
    """Of rows that may be there, on days that may vary: the truth that all cases share, and unknown where they differ."""
    texts = [written(left, "exporter"), written(right, "importer")]
    if swapped:
        texts.reverse()
    book = {**HEAD, "prohibitions": {"x": {**LAW, "when": f"{texts[0]} {op} {texts[1]}"}}}
    made = plan_of(json.dumps(book))
    statuses = [[{"since": days(span), "place": place} for span, place in rows] for rows in (ours, theirs)]
    world = {
        "parties": {name: {"statuses": rows} for name, rows in zip("ei", statuses, strict=True)},
        "assets": {"a": {"kind": "data"}},
        "movements": {"t": {"exporter": "e", "importer": "i", "asset": "a", "on": days(on)}},
    }
    judged = decide(world_of(json.dumps(world).replace('"unknown"', "unknown"), made), made)[0]
    found = set()
    for mine, other, one in product(completions(ours), completions(theirs), range(on[0], on[1] + 1)):
        ends = [value(left, mine, one), value(right, other, one)]
        found.add(holds(*(ends[::-1] if swapped else ends), op))
    assert judged.stretch.truth(made.regimes[0].prohibitions[0][1], judged.row) == (UNKNOWN if len(found) > 1 else TRUE if found.pop() else FALSE)
