"""Facts as typed terms of the solver: a record is a whole number (0 is nobody), a fact a function of it, a code a whole number too.

Two ways to one record are two terms that may be equal, and then their facts are: that is what functions are. A row is a record of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import z3

from comity.facts.value import MAX, MIN
from comity.facts.vocabulary import SETS, Fact
from comity.law.condition import After, Condition, Exists, Member, Path, Total
from comity.prove.places import ELSEWHERE, apart, nested, within
from comity.prove.tree import Tree
from comity.verdict.plan import Plan, walk

z3.z3.Z3_DEBUG = False
"""Else the interface looks at the sort of every argument of every formula again, which takes as long as making it."""
FIRST_ROW = 1_000
"""Rows that are thought of beside all others have numbers from here on."""
OTHERS = 1_000_000
"""Codes that no test names have numbers from here on."""
TERM = z3.IntSort()
TRUTH = z3.BoolSort()


@dataclass(frozen=True, slots=True)
class Touched:
    """A fact of a record that some condition read: what a witness has to state."""

    kind: str
    fact: str
    record: Any


@dataclass
class Symbols:
    """The terms that the conditions of a plan are about, and what holds of them whatever the law: `axioms`, each to be told once."""

    plan: Plan
    asked: Sequence[Condition] = ()
    axioms: list[Any] = field(default_factory=list)
    touched: dict[tuple[str, str, int], Touched] = field(default_factory=dict)
    rows: dict[str, list[Any]] = field(default_factory=dict)
    law: dict[str, Any] = field(default_factory=dict)
    """Contested law that some condition read."""
    later: list[tuple[After, Any, Any]] = field(default_factory=list)
    """Days counted from others, with either end: between bounds in every world, exact where one is written."""
    _functions: dict[tuple[str, ...], Any] = field(default_factory=dict)
    _held: dict[tuple[str, str, int], dict[object, tuple[Any, Any]]] = field(default_factory=dict)
    _codes: dict[str, int] = field(default_factory=dict)
    _row: int = FIRST_ROW

    def __post_init__(self) -> None:
        """Numbers the codes and places that any test of the plan names."""
        every = [*self.asked, *self.plan.conditions()]
        self._tests = [node for node in walk(every) if isinstance(node, Member)]
        self.named: dict[tuple[str, str], frozenset[str]] = {}
        self._pairs: dict[tuple[str, str], set[tuple[str, str]]] = {}
        forms = [node for node in walk(every) if isinstance(node, (Exists, Total))]
        self.ranged = frozenset(form.over.source for form in forms) | {path.fact for test in self._tests for path in self._sets(test)}
        for test in self._tests:
            left = (test.left.kind, test.left.fact)
            if isinstance(test.right, frozenset):
                self.named[left] = self.named.get(left, frozenset()) | test.right
            else:
                right = (test.right.kind, test.right.fact)
                self._pairs.setdefault(left, set()).add(right)
                self._pairs.setdefault(right, set()).add(left)

    def _sets(self, test: Member) -> tuple[Path, ...]:
        """The two sets that it compares."""
        return (
            (test.left, test.right)
            if isinstance(test.right, Path) and many(self.fact(test.left.kind, test.left.fact)) and many(self.fact(test.right.kind, test.right.fact))
            else ()
        )

    # -- functions ---------------------------------------------------------------------------------------------------

    def function(self, name: tuple[str, ...], *sorts: Any) -> Any:
        """The function of a name, made when first asked for."""
        if name not in self._functions:
            self._functions[name] = z3.Function(" ".join(name), *sorts)
        return self._functions[name]

    def fact(self, kind: str, fact: str) -> Fact | None:
        """What the vocabulary says of it; nothing of what records imply."""
        return self.plan.vocabulary.of(kind).get(fact)

    def link(self, kind: str, fact: str, record: Any) -> Any:
        """The record that a link leads to; nobody's leads to nobody."""
        made = self.function(("link", kind, fact), TERM, TERM)
        self.touch(kind, fact, record, lambda: [z3.Implies(record == 0, made(record) == 0), made(record) >= 0])
        return made(record)

    def truth(self, kind: str, fact: str, record: Any) -> Any:
        """A stated truth; of nobody every one is false."""
        made = self.function(("truth", kind, fact), TERM, TRUTH)
        self.touch(kind, fact, record, lambda: [z3.Implies(record == 0, z3.Not(made(record)))])
        return made(record)

    def number(self, kind: str, fact: str, record: Any) -> tuple[Any, Any]:
        """A number or day, and is there one at all."""
        value, some = self.function(("number", kind, fact), TERM, TERM), self.function(("some", kind, fact), TERM, TRUTH)
        self.touch(kind, fact, record, lambda: [z3.Implies(record == 0, z3.Not(some(record))), value(record) >= MIN, value(record) <= MAX + 1])
        return value(record), some(record)

    def code(self, kind: str, fact: str, record: Any) -> Any:
        """A code, a place or a record's own name, as a number; 0 is none."""
        if fact == "@id" and kind != "movement":  # a movement's name may be any that a law speaks of
            return record
        known = self.fact(kind, fact)
        made = self.function(("code", kind, fact), TERM, TERM)

        def told() -> list[Any]:
            if fact.startswith("@"):
                some = made(record) >= 0 if fact == "@group" else made(record) > 0  # a party may be said to be of none
                return [z3.Implies(record == 0, made(record) == 0), z3.Implies(record != 0, some)]
            if known is not None and known.type == "place":
                like = self.like(made(record))
                return [z3.Implies(record == 0, made(record) == 0), self.among(like, ["", *self.candidates]), (like == 0) == (made(record) == 0)]
            domain = known.domain if known is not None else None
            held = self.among(made(record), ["", *sorted(domain or self.relevant(kind, fact))])
            held = held if domain is not None else z3.Or(held, made(record) >= OTHERS)
            return [z3.Implies(record == 0, made(record) == 0), held]

        self.touch(kind, fact, record, told)
        return made(record)

    def like(self, place: Any) -> Any:
        """The one of the places that are told apart which answers every test as a place does: there may be any number that answer so."""
        return self.function(("like",), TERM, TERM)(place)

    def holds(self, kind: str, fact: str, record: Any) -> Callable[[Any], Any]:
        """Is a code, place or record in a set that a fact is?"""
        made = self.function(("holds", kind, fact), TERM, TERM, TRUTH)
        self.touch(kind, fact, record, lambda: [z3.Not(made(record, z3.IntVal(0)))])
        there, known = record != 0, self._held.setdefault((kind, fact, record.get_id()), {})

        def held(code: Any) -> Any:
            key = code if isinstance(code, int) else ("term", code.get_id())
            if key not in known:
                known[key] = code, z3.And(there, made(record, code))  # while the term lives its id is its own
            return known[key][1]

        return held

    def unlimited(self, kind: str, fact: str, record: Any) -> Any:
        """Does the record not name this limit?"""
        known = self.fact(kind, fact)
        if known is None or not known.limit or known.type in ("number", "date"):
            return z3.BoolVal(val=False)
        return z3.And(record != 0, self.function(("unlimited", kind, fact), TERM, TRUTH)(record))

    def more(self, kind: str, fact: str, record: Any) -> Any:
        """Is there a code in a set that no test tells apart? Not among those that are all told apart."""
        known = self.fact(kind, fact)
        if known is not None and (known.domain is not None or known.type == "places" or known.to):
            return z3.BoolVal(val=False)
        return self.function(("more", kind, fact), TERM, TRUTH)(record)

    def touch(self, kind: str, fact: str, record: Any, axioms: Callable[[], list[Any]]) -> None:
        """Notes that a fact of a record is read; what is so of every such fact is told once."""
        key = (kind, fact, record.get_id())
        if key not in self.touched:
            self.touched[key] = Touched(kind, fact, record)
            self.axioms += axioms()

    def supposed(self, kind: str) -> Any:
        """One more row of a kind that is supposed to be there, perhaps one of those before or whom a link leads to."""
        found = z3.FreshInt(kind)
        self.axioms.append(found > 0)
        return self._added(kind, found)

    def row(self, kind: str) -> Any:
        """One more row of a kind, beside all others."""
        self._row += 1
        return self._added(kind, z3.IntVal(self._row))

    def _added(self, kind: str, row: Any) -> Any:
        self.rows.setdefault(kind, []).append(row)
        return row

    # -- codes -------------------------------------------------------------------------------------------------------

    def number_of(self, code: str) -> int:
        """The number of a code; none is 0."""
        return self._codes.setdefault(code, len(self._codes) + 1) if code else 0

    def code_of(self, number: int) -> str:
        """The code of a number; of one that no test names, a word that nobody looks for."""
        return "" if number == 0 else next((code for code, held in self._codes.items() if held == number), f"other-{abs(number)}")

    def among(self, term: Any, codes: Iterable[str]) -> Any:
        """Is the term one of these codes?"""
        return z3.Or([term == self.number_of(code) for code in codes])

    def relevant(self, kind: str, fact: str) -> list[str]:
        """The codes that some test of this fact, or of one that it is compared with, tells apart."""
        known = self.fact(kind, fact)
        if known is not None and known.type in ("place", "places"):
            return list(self.candidates)
        return sorted(frozenset().union(*(self._own(*one) for one in self.compared(kind, fact))))

    def _own(self, kind: str, fact: str) -> frozenset[str]:
        known = self.fact(kind, fact)
        return (known.domain if known is not None and known.domain else frozenset()) | self.named.get((kind, fact), frozenset())

    def compared(self, kind: str, fact: str) -> frozenset[tuple[str, str]]:
        """The facts that are compared with this one, or with one that is, and itself: their codes are of one kind."""
        found, open_ = {(kind, fact)}, [(kind, fact)]
        while open_:
            more = self._pairs.get(open_.pop(), set()) - found
            found |= more
            open_ += more
        return frozenset(found)

    @cached_property
    def _tree(self) -> Tree:
        return Tree(self.plan.places)

    @cached_property
    def candidates(self) -> tuple[str, ...]:
        """The places to tell apart."""
        tests = [(test.mode, test.right) for test in self._tests if test.place and isinstance(test.right, frozenset)]
        each = [code for mode, right in tests if mode == "contains" for code in sorted(right)]  # it asks of every one by itself
        each += [code for one in self._pairs if self._is_place(*one) for more in sorted(self.compared(*one)) for code in sorted(self.named.get(more, ()))]
        return apart([*(frozenset({code}) for code in each), *(right for mode, right in tests if mode != "contains")], self.plan.places)

    def _is_place(self, kind: str, fact: str) -> bool:
        known = self.fact(kind, fact)
        return known is not None and known.type in ("place", "places")

    @cached_property
    def below(self) -> list[str]:
        """Those of them that lie in another which no test tells from it: beside one of these, that other would be too coarse to be judged."""
        return [place for place in self.candidates if place.endswith("-" + ELSEWHERE) and place.rpartition("-")[0] in self.candidates]

    @cached_property
    def nested(self) -> dict[str, list[str]]:
        """For each place those that lie in it."""
        return dict(nested(self.candidates, self.plan.places))

    def inside(self, among: frozenset[str]) -> list[str]:
        """The places that lie in one of these."""
        return within(self.candidates, among, self._tree)


def many(fact: Fact | None) -> bool:
    """Is it a set?"""
    return fact is not None and fact.type in SETS
