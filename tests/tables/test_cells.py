"""Cells decide every leg as columns do, whatever order legs come in and whatever was met before."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.facts.place import Places
from comity.facts.table import RecordTable
from comity.facts.tables import Tables
from comity.facts.value import ANYWHERE, FALSE, NOWHERE, TRUE, UNKNOWN, Interval, OneOf, SetOf
from comity.facts.vocabulary import Fact as Known
from comity.law.condition import And, Compare, Const, Fact, Member, Not, Or, Path
from comity.tables import bundle, cells
from comity.tables.bundle import Bundles
from comity.tables.cells import Cells
from comity.tables.circuit import OPEN, PACKED, Circuit
from comity.verdict.scale import Columns

CODES = ("a", "b", "c")
FACTS = {
    **{name: Known(name, "bool") for name in ("b0", "b1", "b2")},
    **{name: Known(name, "number") for name in ("n0", "n1")},
    "c0": Known("c0", "code"),
    "role": Known("role", "code"),
    "s0": Known("s0", "codes"),
    "p": Known("p", "link", to="party"),
}
PARTY = {"known": Known("known", "bool"), "place": Known("place", "code")}
PARTIES = {"x": {"known": TRUE, "place": OneOf(frozenset({"a"}))}, "y": {}, "z": {"known": FALSE, "place": OneOf(frozenset({"b"}))}}
SETS = st.sets(st.sampled_from(CODES)).map(frozenset)
TRUTHS = st.sampled_from((FALSE, UNKNOWN, TRUE))
NUMBERS = st.tuples(st.integers(-3, 12), st.integers(0, 5)).map(lambda pair: Interval(pair[0], pair[0] + pair[1])) | st.sampled_from([ANYWHERE, NOWHERE])
CHOICES = SETS.map(OneOf) | st.just(OneOf(None)) | SETS.map(lambda found: SetOf(found, found)) | SETS.map(lambda found: SetOf(found, None))


def path(name):
    return Path("leg", (), name, "movement")


TESTS = st.one_of(
    st.sampled_from([Fact(path(name)) for name in ("b0", "b1", "b2")]),
    st.builds(Compare, st.sampled_from([path("n0"), path("n1")]), st.sampled_from(["<", "<=", ">", ">=", "=="]), st.integers(0, 9)),
    st.builds(Compare, st.just(path("n0")), st.sampled_from(["<", ">="]), st.just(path("n1"))),
    st.builds(Member, st.just(path("c0")), st.just("in"), SETS),
    st.builds(Member, st.just(path("s0")), st.sampled_from(["overlaps", "within", "contains"]), SETS),
    st.builds(Member, st.just(path("c0")), st.just("in"), st.just(path("s0"))),
    st.builds(Member, st.just(path("role")), st.just("in"), st.just(frozenset({"exporter"}))),
    st.just(Fact(Path("leg", ("p",), "known", "party"))),
    st.builds(Member, st.just(Path("leg", ("p",), "place", "party")), st.just("in"), SETS),
)
CONDITIONS = st.recursive(
    TESTS | TRUTHS.map(Const),
    lambda inner: (
        st.lists(inner, min_size=2, max_size=4).map(lambda parts: And(tuple(parts)))
        | st.lists(inner, min_size=2, max_size=4).map(lambda parts: Or(tuple(parts)))
        | inner.map(Not)
    ),
    max_leaves=20,
)
MOVEMENTS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            **dict.fromkeys(("b0", "b1", "b2"), TRUTHS),
            **dict.fromkeys(("n0", "n1"), NUMBERS),
            **dict.fromkeys(("c0", "s0"), CHOICES),
            "p": st.sampled_from([OneOf(frozenset({party})) for party in PARTIES] + [OneOf(frozenset())]),
        },
    ),
    max_size=30,
)


def columns_of(movements):
    """The two legs of each movement, and the parties they link to."""
    rows = [{**facts, "role": OneOf(frozenset({role}))} for facts in movements for role in ("exporter", "importer")]
    kinds = {}
    kinds["party"] = RecordTable("party", list(PARTIES), list(PARTIES.values()), PARTY, kinds.__getitem__)
    kinds["movement"] = RecordTable("movement", [str(i) for i in range(len(rows))], rows, FACTS, kinds.__getitem__)
    return Columns(Tables(kinds, Places()))


def agree(roots, batches):
    """Cells decide every batch as columns do."""
    made = Cells(roots, Bundles())
    for movements in batches:
        columns = columns_of(movements)
        legs = np.arange(2 * len(movements)).reshape(-1, 2)
        ends = made.decide(columns, legs).reshape(-1)
        expected = [columns.truth(root, columns.legs())[: legs.size] for root in roots]
        assert np.array_equal(made.truths[ends].T, np.array(expected, dtype=np.uint8).reshape(len(roots), -1))


@given(st.lists(CONDITIONS, min_size=1, max_size=4), st.lists(MOVEMENTS, min_size=1, max_size=3))
def test_cells_say_what_columns_say(roots, batches):
    """Batch after batch: what was met before changes nothing."""
    agree(roots, batches)


@given(st.lists(CONDITIONS, min_size=1, max_size=4), st.lists(MOVEMENTS, min_size=1, max_size=3))
def test_tables_that_begin_anew_say_the_same(roots, batches):
    """With room for next to nothing, states, bundles and the numbers of combinations are made anew all the time."""
    limits = {bundle: {"MOST": 4, "CODES": 3, "SMALL": 8, "LARGE": 200, "FEW": 1}, cells: {"MOST_STATES": 3, "MOST_MET": 6}}
    with pytest.MonkeyPatch.context() as small:
        for module, numbers in limits.items():
            for name, number in numbers.items():
                small.setattr(module, name, number)
        agree(roots, batches)


@given(st.lists(CONDITIONS, min_size=1, max_size=3), st.data())
def test_one_signature_is_one_fate(roots, data):
    """Rows that are alike after some tests stay alike, whatever the others turn out to be."""
    circuit = Circuit(roots)
    many = len(circuit.tests)
    made = np.array(data.draw(st.lists(st.sampled_from([OPEN, OPEN, *PACKED[[0, 1, 3]].tolist()]), min_size=6 * many, max_size=6 * many)), dtype=np.uint8)
    rest = np.array(data.draw(st.lists(st.sampled_from(PACKED[[0, 1, 3]].tolist()), min_size=many, max_size=many)), dtype=np.uint8).reshape(many, 1)
    made = made.reshape(many, 6)
    signatures, matters, _ = circuit.residual(made)
    fate = circuit.residual(np.where(made == OPEN, rest, made))[2]
    changed = circuit.residual(np.where((made == OPEN) & matters, rest, np.where(made == OPEN, PACKED[0], made)))[2]
    assert np.array_equal(fate, changed)  # a test that does not matter may say anything
    groups = {}
    for column, signature in enumerate(signatures):
        same = groups.setdefault(signature.tobytes(), column)
        assert np.array_equal(matters[:, same], matters[:, column])
        assert np.array_equal(fate[:, same], fate[:, column])
