"""Invariants beside a rulebook: what is meant to be true of every transfer under it, in its own language and in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from comity.law.rulebook import Written
from comity.text.source import Mistakes, Node, Place, nearest

NEEDED: Final = ("invariant", "cite", "en", "zh", "always")
KEYS: Final = (*NEEDED, "when", "note")


@dataclass(frozen=True, slots=True)
class Invariant:
    """One statement: of every transfer of which `when` is true, `always` is. `en` and `zh` say the same for people."""

    id: str
    place: Place
    cite: str
    en: str
    zh: str
    when: Written | None
    always: Written


def read_invariants(documents: Sequence[Node], mistakes: Mistakes) -> list[Invariant]:
    """The invariants of one file: a list of them."""
    found: list[Invariant] = []
    for node in (item for document in documents for item in document.items or [document]):
        for key in node.pairs or {}:
            if key not in KEYS:
                mistakes.add(node.keys[key], f"an invariant has no '{key}'", nearest(key, KEYS))
        absent = [key for key in NEEDED if (node.get(key) or node).text is None]
        for key in absent:
            mistakes.add(node.place, f"an invariant needs '{key}'", "write {invariant: name, cite: ..., en: ..., zh: ..., when: CONDITION, always: CONDITION}")
        if not absent:
            text = {key: child.text or "" for key, child in (node.pairs or {}).items()}
            when = node.get("when")
            told = Written(None, text["when"], when.place) if when is not None else None
            always = Written(None, text["always"], (node.get("always") or node).place)
            found.append(Invariant(text["invariant"], node.place, text["cite"], text["en"], text["zh"], told, always))
    return found
