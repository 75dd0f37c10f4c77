"""The facts of a kind, read from their description."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Final, Literal

from comity.facts.vocabulary import TYPES, Fact
from comity.text.source import Mistakes, Node, nearest

LIMITS: Final[dict[str, Literal["", "from", "to"]]] = {"true": "to", "from": "from"}
CLOSES: Final[dict[str, Literal["", "true", "claim"]]] = {"true": "true", "claim": "claim"}
_KEYS: Final = ("type", "of", "to", "columns", "unit", "quantum", "limit", "judged", "derived", "closes", "en", "zh")


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
        kind,
        text.get("en", ""),
        text.get("zh", ""),
        domain=frozenset(i.text for i in domain.items if i.text) if domain and domain.items else None,
        to=text.get("to", ""),
        unit=text.get("unit", ""),
        limit=LIMITS.get(text.get("limit", ""), ""),
        judged=text.get("judged") == "true",
        derived=text.get("derived") == "true",
        closes=CLOSES.get(text.get("closes", ""), ""),
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
