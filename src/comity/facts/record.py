"""What a world is made of: records of facts, dated and not, with who stands behind them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

from comity.facts.value import ANY_CODE, NO_CODE, Interval, OneOf, Truth, Value, only
from comity.facts.vocabulary import KINDS
from comity.text.source import Place

if TYPE_CHECKING:
    from comity.text.source import Node

OWN: Final = frozenset({"located_in", "establishments", "zone", "part_of"})
"""Facts that a branch has of its own; all others are those of the entity it belongs to."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A fact that changes: stretches `(since, until, value)`, the end not included."""

    spans: tuple[tuple[int, int, Value], ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a record; `open`: there may be more."""

    rows: tuple[Mapping[str, Value], ...]
    open: bool


Stated: TypeAlias = Value | Dated | Rows


@dataclass(frozen=True, slots=True)
class Source:
    """Who stands behind a fact, when and why: a judgement or an assumption."""

    kind: str
    by: str = ""
    on: str = ""
    because: str = ""


@dataclass(slots=True)
class Record:
    """One thing a world knows, under its name."""

    id: str
    kind: str
    place: Place
    facts: dict[str, Stated] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    about: str = ""
    parts: tuple[dict[str, Stated], ...] = ()
    several: dict[str, tuple[Value, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Opening:
    """Persons already counted before this world: under which count, for which key."""

    count: str
    key: Mapping[str, str]
    persons: Interval


@dataclass(slots=True)
class World:
    """Everything one file says. `closed` names collections that hold nothing unlisted."""

    name: str
    place: Place
    about: str = ""
    records: dict[str, dict[str, Record]] = field(default_factory=lambda: {k: {} for k in KINDS})
    readings: dict[str, Truth] = field(default_factory=dict)
    openings: list[Opening] = field(default_factory=list)
    closed: set[str] = field(default_factory=set)
    presumed: dict[str, dict[str, Stated]] = field(default_factory=dict)
    assumptions: list[Source] = field(default_factory=list)
    told_by: tuple[str, ...] | None = None
    header: dict[str, Node] = field(default_factory=dict)

    def __getitem__(self, kind: str) -> dict[str, Record]:
        return self.records[kind]


def entities(world: World, record: Record) -> Iterable[Record]:
    """The parties that a branch belongs to, from the nearest up."""
    seen = {record.id}
    while (name := only(record.facts.get("part_of"))) and name in world["party"] and name not in seen:
        seen.add(name)
        record = world["party"][name]
        yield record


def entity(world: World, record: Record) -> Value:
    """The legal person a party is: the end of its chain of branches."""
    last = [record, *entities(world, record)][-1]
    return OneOf(frozenset({last.id})) if last.facts.get("part_of") == NO_CODE else ANY_CODE
