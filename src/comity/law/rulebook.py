"""One regime as data: its provisions, lists, readings and dates, as they were read. Meaning is given by `lower`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from comity.facts.value import MAX, MIN
from comity.facts.vocabulary import Fact
from comity.text.source import Place

if TYPE_CHECKING:
    from comity.text.expression import Expr

Outcome: TypeAlias = Literal[0, 1, 2, 3]
OUTCOMES: Final = ("prohibited", "authorisation_required", "conditional", "permitted")
PERMITTED: Final = 3
REACH: Final[Mapping[str, Outcome]] = {
    **dict.fromkeys(("exemption", "adequacy", "derogation"), 0),
    **dict.fromkeys(("licence", "approval", "assessment", "certificate"), 1),
    **dict.fromkeys(("clauses", "consent", "filing", "safeguard", "evidence", "elapse"), 2),
}
"""How far an available ground of each kind lifts a prohibition while it is not yet in hand: not at all, by an authority's act, by one's own."""
STATUS: Final = {
    **dict.fromkeys(("in_force", "no_machinery"), "stands"),
    **dict.fromkeys(("unsigned", "promised", "not_commenced", "suspended", "stayed", "repealed"), "silent"),
    **dict.fromkeys(("presumed", "text_only"), "open"),
}


@dataclass(frozen=True, slots=True)
class Written:
    """An expression as written, and where."""

    expr: Expr | None
    text: str
    place: Place

    def __reduce__(self) -> tuple[type[Written], tuple[None, str, Place]]:
        """Kept without its tree: a plan that is kept was lowered already, and the text is what people read."""
        return Written, (None, self.text, self.place)


@dataclass(frozen=True, slots=True)
class Span:
    """One row of a timeline of legal status: from a day on (until the next row) it is so; known since `known`."""

    since: int
    status: str
    known: int = MIN


@dataclass(frozen=True, slots=True)
class Law:
    """What every citable row of a rulebook carries. `checked`: the day on which it was last held against its source, if not with all of the rulebook."""

    path: str
    place: Place
    cite: str = ""
    en: str = ""
    zh: str = ""
    timeline: tuple[Span, ...] = ()
    known: int = MIN
    read: bool = True
    checked: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding(Law):
    """What people ask about by its name: of a leg, of a record of kind `of`, or of the records that are `given`."""

    name: str
    of: str = "leg"
    given: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition(Finding):
    """A truth, a number or a set; `cases` make it a code by the first condition that holds."""

    body: Written | None = None
    cases: tuple[tuple[Written | None, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRow(Law):
    """One row of a list: whom it names, and under which condition."""

    members: frozenset[str]
    condition: Written | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LawList(Finding):
    """A list: rows with conditions and dates; it reads as a truth about what it matches."""

    match: Written | None = None
    rows: tuple[ListRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Law):
    """Rows of constants to range over; each row may have its own dates and citation."""

    name: str
    columns: Mapping[str, str] = field(default_factory=dict)
    rows: tuple[tuple[Law, Mapping[str, object]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prohibition(Law):
    """Stands when its condition holds; `effect` is what is left when nothing lifts it.

    `beyond`: where the rulebook's scope does not reach, too: other law of its places governs there, of which it only knows that it is.
    """

    when: Written
    effect: Outcome = 0
    beyond: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground(Law):
    """Lifts the prohibitions and duties below `lifts` when it holds; `available` says whether it could still serve."""

    kind: str
    lifts: tuple[str, ...]
    spares: tuple[str, ...] = ()
    holds: Written
    available: Written | bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty(Law):
    """Who owes what, when: `before` binds the movement itself, `during` and `after` never block it; `compels` it where it is what is owed."""

    when: Written
    by: str = ""
    timing: Literal["before", "during", "after"] = "during"
    met: Written | None = None
    under: str = ""
    due: Written | None = None
    compels: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """Contested law: a named truth with both sides cited, unknown unless one prevails."""

    name: str
    place: Place
    en: str
    zh: str
    sides: Mapping[str, tuple[str, str]]
    prevails: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """One regime. `zones`: the time zones of IANA in which its days are told; none if that is not to be said. `parties`: who must all have signed it."""

    regime: str
    place: Place
    title: Mapping[str, str]
    edition: str
    published: int
    jurisdiction: frozenset[str]
    speaks_about: frozenset[str]
    digest: str
    zones: frozenset[str] = frozenset()
    parties: frozenset[str] = frozenset()
    last_checked: int = MAX
    source: str = ""
    read: bool = True
    scope: Prohibition | None = None
    places: Mapping[str, frozenset[str]] = field(default_factory=dict)
    sets: Mapping[str, frozenset[str]] = field(default_factory=dict)
    facts: Mapping[str, Mapping[str, Fact]] = field(default_factory=dict)
    closed: Mapping[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)
    readings: Mapping[str, Reading] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)
    lists: Mapping[str, LawList] = field(default_factory=dict)
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    prohibitions: Mapping[str, Prohibition] = field(default_factory=dict)
    grounds: Mapping[str, Ground] = field(default_factory=dict)
    duties: Mapping[str, Duty] = field(default_factory=dict)
