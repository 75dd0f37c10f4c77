"""What names mean while an expression is lowered: records, rows, constants; and what an expression may turn out to be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Final, TypeAlias

from comity.facts.value import FALSE, TRUE
from comity.law.condition import ALWAYS, NODES, Condition, Const, Day, Loops, Path, Relation, every, exists


@dataclass(frozen=True, slots=True)
class Record:
    """A record reached over links; `kind` names its vocabulary (`rows:party/owners` for a row)."""

    root: str
    links: tuple[str, ...]
    kind: str

    def path(self, fact: str) -> Path:
        """A fact of it."""
        return Path(self.root, self.links, fact, self.kind)


@dataclass(frozen=True, slots=True)
class Part:
    """The first words of a fact whose name has points in it."""

    record: Record
    prefix: str


@dataclass(frozen=True, slots=True)
class Rows:
    """Something to range over; rows are there at all where these tests of a row and a leg hold."""

    relation: Relation
    tests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConstRow:
    """A row of a table of constants."""

    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Number:
    """A number or a day: a term, and the quantum of its unit."""

    term: Day
    quantum: Fraction = Fraction(1)
    date: bool = False


@dataclass(frozen=True, slots=True)
class Exact:
    """A constant number, still exact."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Held:
    """The code that a fact holds, or each of its `many`: one of its domain; a `place` is judged by the tree of places."""

    path: Path
    many: bool = False
    place: bool = False
    domain: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A source of codes: constant ones or those of a fact, under a condition, once for each row of the loops."""

    codes: Held | frozenset[str]
    condition: Condition = ALWAYS
    loops: Loops = ()

    @property
    def plain(self) -> bool:
        """Is it nothing but its codes?"""
        return not self.loops and self.condition is ALWAYS

    def where(self, test: Condition) -> Condition:
        """The test of its codes, under its condition and its loops."""
        return exists(self.loops, every((self.condition, test)))


@dataclass(frozen=True, slots=True)
class Codes:
    """A code, or a set of `many`, put together from pieces; of a code by cases, at most one piece is there."""

    pieces: tuple[Piece, ...]
    many: bool = False

    @property
    def constant(self) -> frozenset[str] | None:
        """The members, where they are the same whatever the facts."""
        sets = [piece.codes for piece in self.pieces if piece.plain and isinstance(piece.codes, frozenset)]
        return frozenset().union(*sets) if len(sets) == len(self.pieces) else None

    @property
    def alone(self) -> Held | frozenset[str] | None:
        """The codes of its only piece, where they are there under no condition."""
        return self.pieces[0].codes if len(self.pieces) == 1 and self.pieces[0].plain else None


def among(members: Iterable[str], *, many: bool = True) -> Codes:
    """A constant set, or code."""
    return Codes((Piece(frozenset(members)),), many)


Meaning: TypeAlias = Condition | Number | Exact | Codes | Record | Part | Rows | ConstRow | None
NAMES = {Number: "a number", Exact: "a number", Record: "a record", Part: "part of a name", Rows: "rows", ConstRow: "a row"}


def literal(value: object) -> Meaning:
    """What a constant means, written in an expression or in a table."""
    match value:
        case bool():
            return Const(TRUE if value else FALSE)
        case int():
            return Number(value, date=True)
        case Fraction():
            return Exact(value)
        case frozenset():
            return among(value)
        case _:
            return among({str(value)}, many=False)


def word(found: Meaning) -> str:
    """The constant code that it is, or nothing."""
    members = found.constant if isinstance(found, Codes) and not found.many else None
    return next(iter(members)) if members and len(members) == 1 else ""


def kind_of(found: object) -> str:
    """What it is, as a person would say."""
    if isinstance(found, Codes):
        return "a set" if found.many else "a code"
    return "a condition" if isinstance(found, NODES) else NAMES.get(type(found), "nothing known")


@dataclass(frozen=True, slots=True)
class Scope:
    """The names in reach: variables bound by loops and parameters, the record `self`, and the leg."""

    me: Record
    names: Mapping[str, Record | ConstRow] = field(default_factory=dict)
    depth: int = 0

    @staticmethod
    def of(kind: str) -> Scope:
        """The scope of a definition of a kind."""
        return LEG if kind in ("leg", "movement") else Scope(Record("self", (), kind))

    def bound(self, name: str, record: Record | ConstRow) -> Scope:
        """With one more name in reach."""
        return replace(self, names={**self.names, name: record})

    def loop(self, var: str, kind: str) -> tuple[Scope, Record]:
        """With a row variable bound; equal loops get equal names, so that equal conditions are one."""
        row = Record(f"row{self.depth}", (), kind)
        return replace(self.bound(var, row), depth=self.depth + 1), row


LEG: Final = Scope(Record("leg", (), "movement"))
"""The scope of a leg."""
