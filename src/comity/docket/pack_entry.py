"""What stands in a field of a pack: values, each with its source, and what is missing with the place where it is stated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from comity.docket.pack import Field, Pack
from comity.facts.record import Rows
from comity.facts.value import MAX, MIN, UNKNOWN, Interval, OneOf, SetOf, Value
from comity.facts.vocabulary import Fact

Plain: TypeAlias = str | int | list[Any] | Mapping[str, Any]
"""What a log holds."""


@dataclass(frozen=True, slots=True)
class Source:
    """Who stands behind a value, and where it is written: `stated`, `judged` or `assumed` in a world or `derived` from it; out of a `docket`; of a
    `verdict`; a `run` that a ledger took down; `said` by a person for this pack.
    """

    kind: Literal["stated", "judged", "assumed", "derived", "docket", "verdict", "run", "said"]
    at: str = ""
    by: str = ""
    on: str = ""
    because: str = ""


@dataclass(frozen=True)
class Entry:
    """A value of a record (`of`) and how it is read (`fact`); not sure, if more than one thing may be true. `during`: the days of which it is told,
    where it is not the same on all.
    """

    told: Value | Rows | Plain
    source: Source
    of: str = ""
    fact: Fact | None = None
    during: Interval | None = None

    @property
    def sure(self) -> bool:
        """Nothing else may be true."""
        match self.told:
            case str() | list():
                return True
            case Rows(rows, more):
                return not more and all(is_sure(value) for row in rows for value in row.values())
            case Mapping():
                return bool(self.told.get("sure", True))
            case _:
                return (self.fact is None and self.source.kind == "docket") or is_sure(self.told)


Gap: TypeAlias = Literal["fact", "about", "paper", "matter", "act", "limit", "clock", "verdict", "run", "person"]


@dataclass(frozen=True, slots=True)
class Missing:
    """What is to be stated so that a field is filled: a fact of a record, an act of a matter, a text that only a person knows. `at`: where."""

    gap: Gap
    name: str = ""
    of: str = ""
    kind: str = ""
    at: str = ""


State: TypeAlias = Literal["filled", "to_confirm", "blank"]


@dataclass(frozen=True)
class Answer:
    """A field with what is known of it."""

    field: Field
    entries: tuple[Entry, ...]
    missing: tuple[Missing, ...]

    @property
    def state(self) -> State:
        """Filled only if nothing is missing and every value is sure."""
        if not self.missing and self.entries and all(one.sure for one in self.entries):
            return "filled"
        return "to_confirm" if self.entries else "blank"


@dataclass(frozen=True)
class Filled:
    """A pack with every field answered, for a movement on a day. `made_from`: the digests and names of all that went into it."""

    pack: Pack
    movement: str
    on: int
    answers: Mapping[str, Answer]
    made_from: Mapping[str, Any]

    @property
    def blanks(self) -> list[Answer]:
        """The answers that a person has to see to, in order."""
        return [answer for answer in self.answers.values() if answer.state != "filled"]


def is_sure(value: Value) -> bool:
    """Is there one thing only that it may be?"""
    match value:
        case Interval(lo, hi):
            return lo >= hi
        case OneOf(members):
            return members is not None and len(members) < 2
        case SetOf():
            return value.closed
        case _:
            return value != UNKNOWN


def no_limit(value: Value, fact: Fact) -> bool:
    """Is it that of a limit which an instrument does not name?"""
    return bool(fact.limit) and isinstance(value, Interval) and (value.lo > MAX or value.hi <= MIN)
