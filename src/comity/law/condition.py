"""The two closed languages of the law, lowered.

A *condition* is one of seven nodes over facts; each backend is one `match` over them in this order:

    Const · Fact · Compare · Member · And · Or · Not

A *form* derives a fact from rows of a world; a form stands where a fact stands:

    Exists · Total · Tally · Share · Counted · After · Plus

Only a due date may be an *extreme*, the first or last day of some rows; a comparison with one is told of the rows (see `extreme`).
Nodes are values: equal nodes are one node, so a definition used in ten places is computed once.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, TypeVar

from comity.facts.member import Mode
from comity.facts.value import FALSE, NOT, TRUE, UNKNOWN, Truth

Comparison: TypeAlias = Literal["<", "<=", ">", ">=", "=="]


class _Unique(type):
    """Makes equal nodes the same object, so that a test of equality is a test of identity however large the node."""

    _made: dict[Hashable, Any] = {}  # noqa: RUF012 -- one for all; nodes live as long as the law they were read from

    def __call__(cls, *values: Any) -> Any:  # noqa: ANN401 -- any node's fields
        key = (cls, values)
        node = cls._made.get(key)
        if node is None:
            node = super().__call__(*values)
            object.__setattr__(node, "values", tuple([getattr(node, name) for name in cls.__match_args__]))  # type: ignore[attr-defined]  # a dataclass
            object.__setattr__(node, "uses", 0)
            nodes = [one for value in node.values for one in (value if isinstance(value, tuple) else (value,)) if isinstance(one, Unique)]
            object.__setattr__(node, "nodes", tuple(nodes))
            for one in nodes:
                object.__setattr__(one, "uses", one.uses + 1)
            node = cls._made[key] = cls._made.setdefault((cls, node.values), node)
        return node


class Unique(metaclass=_Unique):
    """A value of which there is one of each; `values` is what it was made from, `nodes` the nodes among it, `uses` how many others were made from it."""

    __slots__ = ("nodes", "uses", "values")
    nodes: tuple[Any, ...]
    values: tuple[Any, ...]
    uses: int

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        return type(self), self.values


N = TypeVar("N", bound=Unique)


def rebuilt(node: N, make: Callable[[Any], Any]) -> N:
    """The node with every node that it is made of made anew."""
    values = (tuple([make(v) if isinstance(v, Unique) else v for v in value]) if isinstance(value, tuple) else value for value in node.values)
    return type(node)(*(make(value) if isinstance(value, Unique) else value for value in values))


@dataclass(frozen=True, slots=True, eq=False)
class Path(Unique):
    """A fact reached from a row variable over links: `leg . exporter . organised_in`.

    `kind` is the kind of record the fact belongs to, or `rows:kind/relation` for a column of rows.
    """

    root: str
    links: tuple[str, ...]
    fact: str
    kind: str

    def __str__(self) -> str:
        return ".".join((*(() if self.root in ("leg", "self") else (self.root,)), *self.links, self.fact))


@dataclass(frozen=True, slots=True, eq=False)
class Relation(Unique):
    """Rows to range over, from a row variable: `source` names a relation of the leg or a rows fact of a linked record."""

    root: str
    links: tuple[str, ...]
    source: str
    kind: str


@dataclass(frozen=True, slots=True, eq=False)
class Const(Unique):
    """A fixed truth."""

    truth: Truth


@dataclass(frozen=True, slots=True, eq=False)
class Fact(Unique):
    """A truth stated or derived."""

    term: Path | Form


@dataclass(frozen=True, slots=True, eq=False)
class Compare(Unique):
    """A number or day against another; constants are in quanta of the left side, or day numbers."""

    left: Term
    op: Comparison
    right: Term


@dataclass(frozen=True, slots=True, eq=False)
class Member(Unique):
    """A code or set against a set, constant or a fact; `place` is judged by the tree of places."""

    left: Path
    mode: Mode
    right: frozenset[str] | Path
    place: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class And(Unique):
    """Every part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Or(Unique):
    """Some part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Not(Unique):
    """The part does not hold."""

    part: Condition


@dataclass(frozen=True, slots=True, eq=False)
class Exists(Unique):
    """A truth: some row satisfies the condition."""

    over: Relation
    var: str
    where: Condition


@dataclass(frozen=True, slots=True, eq=False)
class Total(Unique):
    """A number: the sum of a term over the rows that satisfy the condition (never negative); of 1, how many there are."""

    over: Relation
    var: str
    term: Term
    where: Condition


@dataclass(frozen=True, slots=True, eq=False)
class Extreme(Unique):
    """A day: the last over the rows that satisfy the condition, or (`beyond` is `<`) the first; no value where there is none."""

    over: Relation
    var: str
    term: Day
    where: Condition
    beyond: Comparison


@dataclass(frozen=True, slots=True, eq=False)
class Tally(Unique):
    """A number: how many of these conditions hold."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Share(Unique):
    """A share of the party at `root` and `links`, held by owners of whom the condition (over `self`) is true: in full, or multiplied down."""

    root: str
    links: tuple[str, ...]
    by: Condition
    product: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Counted(Unique):
    """A number of distinct persons or devices, over the legs with the same key for which the condition holds."""

    name: str
    unit: str
    where: Condition
    key: tuple[str, ...]
    window: tuple[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class After(Unique):
    """A day `n` units after another day, by the calendar of a place; a unit may be a day of the year, `03-01`."""

    day: Term
    n: int
    unit: str
    place: str


@dataclass(frozen=True, slots=True, eq=False)
class Plus(Unique):
    """A number: the sum of terms."""

    terms: tuple[Term, ...]


Condition: TypeAlias = Const | Fact | Compare | Member | And | Or | Not
Form: TypeAlias = Exists | Total | Tally | Share | Counted | After | Plus
Term: TypeAlias = Path | Form | int
Day: TypeAlias = Term | Extreme
Loops: TypeAlias = tuple[tuple[str, Relation], ...]

NEVER = Const(FALSE)
ALWAYS = Const(TRUE)
UNSETTLED = Const(UNKNOWN)


def every(parts: Iterable[Condition]) -> Condition:
    """Conjunction, without what changes nothing. Not flattened: a definition's condition stays itself, and can be named."""
    return _joined(And, parts, ALWAYS, NEVER)


def some(parts: Iterable[Condition]) -> Condition:
    """Disjunction, without what changes nothing."""
    return _joined(Or, parts, NEVER, ALWAYS)


def _joined(kind: type[And | Or], parts: Iterable[Condition], nothing: Condition, all_: Condition) -> Condition:
    kept: dict[Condition, None] = {}
    for part in parts:
        if part is all_:
            return all_
        if part is not nothing:
            kept[part] = None
    return nothing if not kept else next(iter(kept)) if len(kept) == 1 else kind(tuple(kept))


def exists(loops: Loops, body: Condition) -> Condition:
    """The body for some row of each of the loops, the last of them innermost."""
    for var, over in reversed(loops):
        body = Fact(Exists(over, var, body)) if body != NEVER else NEVER
    return body


def negation(part: Condition) -> Condition:
    """The contrary; two negations are none."""
    match part:
        case Not(inner):
            return inner
        case Const(truth):
            return Const(NOT[truth])
        case _:
            return Not(part)


NODES = (Const, Fact, Compare, Member, And, Or, Not)
"""The closed set, for tests of type."""
