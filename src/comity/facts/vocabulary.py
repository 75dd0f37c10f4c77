"""The kinds of thing a world knows and the facts of each: names, types, meanings. Read from data, extended by rulebooks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, Literal, TypeAlias, get_args

from comity.facts.value import ANYWHERE, MAX, MIN, UNKNOWN, UNLIMITED, Interval, OneOf, SetOf, Value

Type: TypeAlias = Literal["bool", "number", "date", "code", "codes", "place", "places", "link", "links", "rows", "text"]
TYPES: Final[tuple[Type, ...]] = get_args(Type)
SETS: Final = frozenset({"codes", "places", "links"})
PLURALS: Final = {
    "party": "parties",
    "activity": "activities",
    "asset": "assets",
    "population": "populations",
    "purpose": "purposes",
    "deal": "deals",
    "instrument": "instruments",
    "measure": "measures",
    "movement": "movements",
}
KINDS: Final = tuple(PLURALS)


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of a kind: its type, the codes it may be (`domain`), what a link leads to, the smallest step of a number.

    `closes`: a world that closes its collections may say that what it does not list does not exist; a `claim` is one that only ever opens
    a way, and then nobody makes it where the very record is not stated. `families`: beginnings of codes of which
    some rulebook knows every word, with those words.
    """

    name: str
    type: Type
    en: str = ""
    zh: str = ""
    domain: frozenset[str] | None = None
    to: str = ""
    columns: Mapping[str, Fact] = field(default_factory=dict)
    unit: str = ""
    quantum: Fraction = Fraction(1)
    limit: Literal["", "from", "to"] = ""
    judged: bool = False
    derived: bool = False
    closes: Literal["", "true", "claim"] = ""
    families: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def unknown(self) -> Value:
        """What the fact may be when nobody stated it; an unstated limit does not limit."""
        if self.limit:
            end = MIN if self.limit == "from" else MAX + 1  # beyond every day and number, so that even an unknown one lies inside
            return Interval(end, end) if self.type in ("number", "date") else UNLIMITED
        return self.anything

    @property
    def anything(self) -> Value:
        """Everything the fact could be."""
        if self.type in SETS:
            return SetOf(frozenset(), self.domain)
        plain: Mapping[str, Value] = {"bool": UNKNOWN, "number": ANYWHERE, "date": ANYWHERE}
        return plain.get(self.type, OneOf(self.domain))

    def instead(self, word: str) -> frozenset[str]:
        """The words of which one was meant, where this is none of them: of a closed list, or of a family, be its beginning left out or not."""
        among = self.domain or frozenset(w for f, words in self.families.items() for w in words if word.lower().startswith(f) or w == f + word)
        return frozenset() if word in among else among


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every fact, by kind and name."""

    kinds: Mapping[str, Mapping[str, Fact]]

    def of(self, kind: str) -> Mapping[str, Fact]:
        """The facts of a kind, or the columns of `rows:kind/fact`."""
        owner, _, rows = kind.removeprefix("rows:").partition("/")
        facts = self.kinds.get(owner, {})
        return facts[rows].columns if rows else facts

    def extended(self, more: Mapping[str, Mapping[str, Fact]]) -> Vocabulary:
        """This vocabulary with the facts that a rulebook declares for itself; what is already there keeps its meaning."""
        return Vocabulary({kind: {**more.get(kind, {}), **facts} for kind, facts in self.kinds.items()})
