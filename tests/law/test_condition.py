"""Nodes are values: one of each, the same however they came about; what changes nothing is left out."""

import pickle

import pytest

from comity import shelf
from comity.facts.value import FALSE, TRUE
from comity.law.condition import ALWAYS, NEVER, UNSETTLED, And, Compare, Const, Exists, Fact, Member, Not, Or, Path, Relation, every, exists, negation, some
from comity.law.rewrite import Rewriter
from comity.verdict.plan import walk

A, B = (Fact(Path("leg", (), name, "movement")) for name in ("protected", "onward"))
ROWS = Relation("leg", ("importer",), "owners", "rows:party/owners")


def test_equal_nodes_are_one():
    """Made twice, kept and read again, with a default written out or not."""
    assert every((A, B)) is And((A, B))
    assert Member(A.term, "in", frozenset({"x"})) is Member(A.term, "in", frozenset({"x"}), False)
    assert pickle.loads(pickle.dumps(Or((A, Not(B))))) is Or((A, Not(B)))


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (every(()), ALWAYS),
        (every((A, ALWAYS, A)), A),
        (every((A, NEVER)), NEVER),
        (every((A, UNSETTLED)), And((A, UNSETTLED))),
        (some(()), NEVER),
        (some((A, NEVER, A)), A),
        (some((A, ALWAYS)), ALWAYS),
        (negation(Not(A)), A),
        (negation(Const(TRUE)), Const(FALSE)),
        (negation(UNSETTLED), UNSETTLED),
        (exists((("row0", ROWS),), NEVER), NEVER),
        (exists((), A), A),
        (exists((("row0", ROWS), ("row1", ROWS)), A), Fact(Exists(ROWS, "row0", Fact(Exists(ROWS, "row1", A))))),
    ],
)
def test_what_changes_nothing_is_left_out(made, expected):
    """But never what is unknown."""
    assert made is expected


def test_a_node_is_made_of_nodes():
    """Constants, names and numbers are not among them."""
    assert Compare(Path("leg", (), "on", "movement"), ">=", 5).nodes == (Path("leg", (), "on", "movement"),)
    assert Exists(ROWS, "row0", A).nodes == (ROWS, A)
    assert And((A, B)).nodes == (A, B)
    assert ALWAYS.nodes == ROWS.nodes == ()


def test_rewriting_nothing_changes_nothing():
    """Every condition of every shipped rulebook, through every kind of node there is."""
    plan = shelf.plan()
    conditions = list(plan.conditions())
    assert {type(node).__name__ for node in walk(conditions)} >= {"Exists", "Total", "Tally", "Share", "Counted", "After", "Plus"}
    same = Rewriter()
    assert all(same.condition(condition) is condition for condition in conditions)


def test_records_are_reached_from_elsewhere_and_tests_replaced():
    """Also inside forms; what an owner is told of is told of the owner, whoever is reached."""
    moved = Rewriter(move=lambda where: ("self", where[1][1:]) if where[1][:1] == ("importer",) else where)
    inside = Fact(Path("leg", ("importer",), "privileged", "party"))
    assert moved.condition(Fact(Exists(ROWS, "row0", inside))) is Fact(
        Exists(Relation("self", (), "owners", "rows:party/owners"), "row0", Fact(Path("self", (), "privileged", "party")))
    )
    settled = Rewriter(lambda test: ALWAYS if test is A else test)
    assert settled.condition(And((A, Or((B, Not(A)))))) is B
