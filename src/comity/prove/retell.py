"""Worlds that say a little less than another, read without reading again what they say alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from comity.facts.record import Record, World
from comity.facts.vocabulary import PLURALS, Vocabulary
from comity.files.world import read_world, retold
from comity.prove.called import KINDS
from comity.prove.witness import Sections, text
from comity.text.source import Mistakes, Node, read_documents


@dataclass(frozen=True, slots=True)
class Less:
    """A world, and worlds that say less: what they say alike is the very same."""

    whole: Sections
    parts: Sequence[Sections]


Asked: TypeAlias = tuple[int, Less]
"""Of which witness it is asked, by number, and which worlds are asked about."""


def read(one: Less, vocabulary: Vocabulary) -> list[World | None]:
    """The worlds that say less; None for one that says too little to be read."""
    base = _read(one.whole, vocabulary)
    return [None if base is None else _smaller(base, one.whole, part, vocabulary) for part in one.parts]


def _node(sections: Mapping[str, Any], mistakes: Mistakes) -> Node:
    (node,) = read_documents("world", text(sections, "").encode(), mistakes)
    return node


def _read(sections: Sections, vocabulary: Vocabulary) -> World | None:
    mistakes = Mistakes()
    world = read_world(_node(sections, mistakes), vocabulary, mistakes)
    return None if mistakes.found else world


def _smaller(base: World, was: Sections, now: Sections, vocabulary: Vocabulary) -> World | None:
    """The world with the records that are not the same told anew, and without those that it does not have."""
    mistakes = Mistakes()
    told = {section: own for section, held in now.items() if section in KINDS and (own := _told(was.get(section, {}), held))}
    anew = retold(base, _node(told, mistakes), vocabulary, mistakes)
    gone = {(kind, name) for kind, section in PLURALS.items() for name in was.get(section, {}).keys() - now.get(section, {}).keys()}
    records: dict[str, dict[str, Record]] = {
        kind: {name: record for name, record in {**base[kind], **anew[kind]}.items() if (kind, name) not in gone} for kind in PLURALS
    }
    rest = _beside_records(now)
    head = base if rest == _beside_records(was) else _read(rest, vocabulary)
    return None if mistakes.found or head is None else replace(base, records=records, readings=head.readings, openings=head.openings)


def _beside_records(world: Sections) -> Sections:
    """What a world says beside its records."""
    return {section: held for section, held in world.items() if section not in KINDS}


def _told(was: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """The records of a section that are not the same; of branches all, as they are also what they belong to says."""
    return {name: facts for name, facts in now.items() if "part_of" in facts or facts is not was.get(name)}
