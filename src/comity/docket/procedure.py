"""A procedure as a rulebook tells it: who acts, at which stage, on what papers, within which time, and what comes of it.

An act is made by a role at some stages and leads to another; by several roles, it takes effect with the last signature.
A clock starts with an act, or with a day told in one, or with the end of another clock; it runs over the acts that it awaits.
A paper is the instrument that comes of a matter: its result is read off the stage, its days off the acts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

END: Final = "end"
"""What a clock starts from may be `CLOCK.end`."""


@dataclass(frozen=True, slots=True)
class Text:
    """What it is in the languages of the project, and the paragraph that says so; whether anybody read that."""

    en: str = ""
    zh: str = ""
    cite: str = ""
    read: bool = True


class Sort(Enum):
    """What a person says in an act."""

    DOCUMENT = "document"
    """A file by name and SHA-256; its content stays with whoever has it."""
    TEXT = "text"
    DAY = "day"
    """A day no later than the act's own."""
    UNTIL = "until"
    """A day, whenever it is."""
    NUMBER = "number"
    SCOPE = "scope"
    """Limits of an instrument, by the names of its facts."""
    CONDITIONS = "conditions"
    """What somebody must do, and by when."""
    CONDITION = "condition"
    """The name of such a thing, which is done with this act."""


@dataclass(frozen=True, slots=True)
class Need:
    """Something that an act says; without it the act is not made, unless it may be left out."""

    name: str
    sort: Sort
    text: Text
    optional: bool = False
    names: tuple[str, ...] = ()
    """Of a scope: the limits that it must say. One that says none would limit nothing."""


@dataclass(frozen=True, slots=True)
class Role:
    """A side of a matter. An `office` is played by nobody whose key was not introduced for it."""

    text: Text
    office: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a matter stands. `turn`: whose move it is. `over`: nothing more comes of it. `remedies`: the acts open to whom it is against."""

    name: str
    text: Text
    turn: tuple[str, ...] = ()
    over: bool = False
    against: str = ""
    remedies: tuple[str, ...] = ()
    no_remedy: Text | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """What a role does; several roles do it together. Without `at` it opens a matter.

    It leads `to` a stage, or to one that belongs to the last stage of `back` that the matter stood at, or nowhere else. Of several that belong to
    it, the one at which it stood last before that: what is set aside leaves what was decided earlier as it was.
    """

    name: str
    text: Text
    by: tuple[str, ...]
    at: tuple[str, ...]
    to: str = ""
    back: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    needs: tuple[Need, ...] = ()

    def leads(self) -> frozenset[str]:
        """Every stage to which it may lead."""
        return frozenset((self.to, *(to for several in self.back.values() for to in several))) - {""}

    def saying(self, sort: Sort) -> Iterator[str]:
        """The names of what it says of a sort."""
        return (need.name for need in self.needs if need.sort is sort)


class Kind(Enum):
    """What a clock is for."""

    DEADLINE = "deadline"
    """Whom it binds makes one of the awaited acts by its last day."""
    WINDOW = "window"
    """The awaited acts are made inside it only."""
    STANDSTILL = "standstill"
    """The awaited acts are not made before it is over."""
    VALIDITY = "validity"
    """Something holds until its last day begins."""


@dataclass(frozen=True, slots=True)
class Clock:
    """So many units from where it starts; before it, if they are negative. A unit may be a day of the year, `03-01`.

    `at`: the stages at which it runs, all unless told. `binds`: the role whose time it is. `barred`: the awaited acts cannot be made when it is
    over. `then`: the stage that its end brings about: exactly the effect that the law gives to silence, none unless told. `pauses`: while a question
    is open, from an act to one that answers it. `longer`: acts by which it grows by so many units, or by the number that is told in them.
    """

    name: str
    text: Text
    kind: Kind
    starts: tuple[str, ...]
    length: int
    unit: str
    awaits: tuple[str, ...] = ()
    at: tuple[str, ...] = ()
    binds: str = ""
    barred: bool = False
    then: str = ""
    pauses: tuple[tuple[str, tuple[str, ...]], ...] = ()
    longer: Mapping[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Paper:
    """An instrument that comes of a matter.

    `result` by stage: a stage that it does not name leaves it as it was. `days`: facts that are the day of an act, or a day told in it.
    `parties`: facts that are the party in a role, such as who issued it. `scope`: the acts whose scope limits it; each may only narrow what those
    before it said. `until`: the clock with whose end it ceases to hold. `also`: what else a rulebook takes for such an instrument, by what is said
    of it: for each fact the values of which it bears one.
    """

    name: str
    facts: Mapping[str, str | tuple[str, ...]]
    result: Mapping[str, str]
    days: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    scope: tuple[str, ...] = ()
    until: str = ""
    parties: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def rule(self) -> tuple[str, str]:
        """Its kind, and the rule that it is under: what it is asked for by."""
        return str(self.facts["kind"]), str(self.facts["under"])


@dataclass(frozen=True)
class Procedure:
    """All of it. `place`: whose working days count; `zone`: where its days begin."""

    name: str
    rulebook: str
    text: Text
    place: str
    zone: str
    roles: Mapping[str, Role]
    stages: Mapping[str, Stage]
    acts: Mapping[str, Act]
    clocks: Mapping[str, Clock] = field(default_factory=dict)
    papers: Mapping[str, Paper] = field(default_factory=dict)
    limits: Mapping[str, str] = field(default_factory=dict)
    """What can limit an instrument, and how: a `set` of names, the `most` of a number, `from` a day, `until` a day."""
    told: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """What was written: text, lists and mappings, as a log holds it."""
    digest: str = ""
    """SHA-256 of that in its canonical spelling, by which a matter names it."""
    former: tuple[str, ...] = ()
    """Digests of earlier texts, under which matters that were opened then still give what they give."""

    def opening(self) -> Iterator[Act]:
        """The acts that open a matter."""
        return (act for act in self.acts.values() if not act.at)
