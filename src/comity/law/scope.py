"""What names mean while an expression is lowered: records, rows, constants; and what an expression may turn out to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TypeAlias

from comity.law.condition import Condition, Path, Relation, Term


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
    """Something to range over, and a condition that its rows must satisfy to be there at all."""

    relation: Relation
    present: str = ""


@dataclass(frozen=True, slots=True)
class ConstRow:
    """A row of a table of constants."""

    values: Mapping[str, object]
    kinds: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Number:
    """A number or a day: a term, and the quantum of its unit."""

    term: Term
    quantum: Fraction = Fraction(1)
    date: bool = False


@dataclass(frozen=True, slots=True)
class Exact:
    """A constant number, still exact."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Code:
    """A code that a fact holds."""

    path: Path
    place: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """A constant code."""

    code: str


@dataclass(frozen=True, slots=True)
class Cases:
    """A code by cases: the first condition that holds decides."""

    rows: tuple[tuple[Condition, str], ...]


@dataclass(frozen=True, slots=True)
class Constants:
    """A constant set."""

    members: frozenset[str]


@dataclass(frozen=True, slots=True)
class SetPath:
    """A set that a fact holds."""

    path: Path
    place: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A source of members: an element per row of the loops that satisfies the condition."""

    loops: tuple[tuple[str, Relation], ...]
    element: Code | SetPath | Word | Cases
    condition: Condition


@dataclass(frozen=True, slots=True)
class Pieces:
    """A set put together."""

    pieces: tuple[Piece, ...]


Meaning: TypeAlias = Condition | Number | Exact | Code | Word | Cases | Constants | SetPath | Pieces | Record | Part | Rows | ConstRow | None
Types = {
    "Number": "a number",
    "Exact": "a number",
    "Code": "a code",
    "Word": "a code",
    "Cases": "a code",
    "Constants": "a set",
    "SetPath": "a set",
    "Pieces": "a set",
    "Record": "a record",
    "Part": "part of a name",
    "Rows": "rows",
    "ConstRow": "a row",
}


@dataclass(frozen=True, slots=True)
class Scope:
    """The names in reach: variables bound by loops and parameters, the record `self`, and the leg."""

    me: Record
    names: Mapping[str, Record | ConstRow] = field(default_factory=dict)
    depth: int = 0

    @staticmethod
    def leg() -> Scope:
        """The scope of a leg."""
        return Scope(Record("leg", (), "movement"))

    @staticmethod
    def of(kind: str) -> Scope:
        """The scope of a definition of a kind."""
        return Scope.leg() if kind in ("leg", "movement") else Scope(Record("self", (), kind))

    def with_records(self, records: Mapping[str, Record | ConstRow]) -> Scope:
        """With more names in reach."""
        return replace(self, names={**self.names, **records})

    def loop(self, var: str, kind: str) -> tuple[Scope, str]:
        """With a row variable bound; equal loops get equal names, so that equal conditions are one."""
        root = f"row{self.depth}"
        return replace(self, names={**self.names, var: Record(root, (), kind)}, depth=self.depth + 1), root
