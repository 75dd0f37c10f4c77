"""A filing pack as a rulebook tells it: the document that an authority asks for, its sections and fields, and where the content of each comes from.

A field comes from facts, from a matter, from a verdict or from the runs of a ledger, or is a condition in the words of the law; what comes from nowhere
only a person knows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from comity.docket.procedure import Text
from comity.law.condition import Condition

Part: TypeAlias = Literal["name", "stage", "parties", "acts", "scope", "clocks"]
PARTS: Final[dict[Part, tuple[int, ...]]] = {"name": (0,), "stage": (0,), "parties": (1,), "acts": (1, 2), "scope": (2,), "clocks": (1,)}
"""What can be told of a matter, and how many names follow."""
Finding: TypeAlias = Literal["outcome", "laws", "bars", "grounds", "duties"]
FINDINGS: Final[tuple[Finding, ...]] = ("outcome", "laws", "bars", "grounds", "duties")
"""What can be told of a verdict: what it is; what each law leaves; what stands in the way, and what lifts what would; who owes what by when."""
Moving: TypeAlias = Literal["each", "first", "last"]
MOVINGS: Final[tuple[Moving, ...]] = ("each", "first", "last")
"""What can be told of the runs with which it moved: each of them; the day of the first and of the last."""
ABOUT: Final = "about"
"""What a world says of a record in its own words."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A fact at the end of links from the movement; without one, the name of the record that they lead to."""

    links: tuple[str, ...]
    fact: str


@dataclass(frozen=True, slots=True)
class Papered:
    """A fact of the instruments under a rule that concern the movement."""

    under: str
    fact: str


@dataclass(frozen=True, slots=True)
class Docketed:
    """Something of the matter: `acts` with the name of an act, and perhaps of what it says; `scope` with those of a paper and a limit."""

    part: Part
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decided:
    """Something of the verdict on the movement."""

    what: Finding


@dataclass(frozen=True, slots=True)
class Moved:
    """Something of the runs with which the movement moved, as a ledger took them down."""

    what: Moving


@dataclass(frozen=True, slots=True)
class Held:
    """Whether a condition holds, in the words of the rulebook."""

    text: str
    condition: Condition


Whence: TypeAlias = Recorded | Papered | Docketed | Decided | Moved | Held


@dataclass(frozen=True, slots=True)
class Field:
    """What is to be filled in. Where it comes from nowhere, only a person knows it. `read`: somebody read that it is asked for."""

    name: str
    text: Text
    whence: tuple[Whence, ...]
    read: bool = True


@dataclass(frozen=True, slots=True)
class Section:
    """Fields under one heading."""

    name: str
    text: Text
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Pack:
    """All of it. `procedure` and `act`: where it is filed, if the rulebook tells that. `read`: somebody read the form, and this follows it."""

    name: str
    rulebook: str
    text: Text
    sections: tuple[Section, ...]
    procedure: str = ""
    act: str = ""
    read: bool = True
    digest: str = ""
    """SHA-256 of what was written, in its canonical spelling."""

    def fields(self) -> Iterator[Field]:
        """Every field, in order."""
        return (field for section in self.sections for field in section.fields)
