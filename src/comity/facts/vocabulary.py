"""The kinds of thing a world knows and the facts of each: names, types, meanings. Read from data, extended by rulebooks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Final, Literal, TypeAlias, cast

from comity.facts.source import Mistakes, Node, nearest
from comity.facts.value import ANY_CODE, ANY_SET, ANYWHERE, MAX, MIN, UNKNOWN, UNLIMITED, Interval, OneOf, SetOf, Value

Type: TypeAlias = Literal["bool", "number", "date", "code", "codes", "place", "places", "link", "links", "rows", "text"]
TYPES: Final = ("bool", "number", "date", "code", "codes", "place", "places", "link", "links", "rows", "text")
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
LIMITS: Final[dict[str, Literal["", "from", "to"]]] = {"true": "to", "from": "from"}
_KEYS: Final = ("type", "of", "to", "columns", "unit", "quantum", "limit", "judged", "derived", "closes", "en", "zh")


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of a kind: its type, the codes it may be (`domain`), what a link leads to, the smallest step of a number.

    `closes`: a world that closes its collections may say that what it does not list does not exist.
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
    closes: bool = False

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
        match self.type:
            case "bool":
                return UNKNOWN
            case "number" | "date":
                return ANYWHERE
            case "codes" | "places" | "links":
                return SetOf(frozenset(), self.domain) if self.domain is not None else ANY_SET
            case _:
                return OneOf(self.domain) if self.domain is not None else ANY_CODE


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every fact, by kind and name."""

    kinds: Mapping[str, Mapping[str, Fact]]

    def extended(self, more: Mapping[str, Mapping[str, Fact]]) -> Vocabulary:
        """This vocabulary with the facts that a rulebook declares for itself; what is already there keeps its meaning."""
        return Vocabulary({kind: {**more.get(kind, {}), **facts} for kind, facts in self.kinds.items()})


def read_facts(node: Node, mistakes: Mistakes) -> dict[str, Fact]:
    """The facts of one kind, from a mapping of name to description."""
    return {name: fact for name, child in (node.pairs or {}).items() if (fact := _fact(name, child, mistakes))}


def _fact(name: str, node: Node, mistakes: Mistakes) -> Fact | None:
    if node.pairs is None:
        mistakes.add(node.place, f"the fact '{name}' must be a mapping with its type and meaning")
        return None
    for key in node.pairs:
        if key not in _KEYS:
            mistakes.add(node.keys[key], f"a fact has no '{key}'", nearest(key, _KEYS))
    text = {key: child.text or "" for key, child in node.pairs.items() if child.text is not None}
    kind = text.get("type", "")
    if kind not in TYPES:
        mistakes.add(node.place, f"the fact '{name}' has no known type", nearest(kind, TYPES))
        return None
    for key in ("en", "zh"):
        if not text.get(key):
            mistakes.add(node.place, f"the fact '{name}' says nothing under '{key}'")
    domain = node.get("of")
    columns = node.get("columns")
    fact = Fact(
        name,
        cast("Type", kind),  # one of TYPES, as checked above
        text.get("en", ""),
        text.get("zh", ""),
        domain=frozenset(i.text for i in domain.items if i.text) if domain and domain.items else None,
        to=text.get("to", ""),
        unit=text.get("unit", ""),
        limit=LIMITS.get(text.get("limit", ""), ""),
        judged=text.get("judged") == "true",
        derived=text.get("derived") == "true",
        closes=text.get("closes") == "true",
        columns=read_facts(columns, mistakes) if columns else {},
    )
    return replace(fact, quantum=_quantum(node, text.get("quantum", "1"), mistakes))


def _quantum(node: Node, text: str, mistakes: Mistakes) -> Fraction:
    try:
        quantum = Fraction(text)
    except (ValueError, ZeroDivisionError):
        quantum = Fraction(0)
    if quantum <= 0:
        mistakes.add(node.place, f"'{text}' is no step for a number", "write the smallest difference that matters, such as 0.001")
        return Fraction(1)
    return quantum
