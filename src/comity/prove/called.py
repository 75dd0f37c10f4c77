"""What the records of a world are called: after what they are in the movement; and a world with its records called otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from comity.facts.vocabulary import PLURALS, Fact, Vocabulary
from comity.prove.witness import NAME, Sections

KINDS: Final = {section: kind for kind, section in PLURALS.items()}


def called(world: Sections, vocabulary: Vocabulary) -> Sections:
    """The world with records called by their part in the movement; others by whose they are, or by what they are, and a number if there are more."""
    names: dict[str, dict[str, str]] = {section: {} for section in world if section in KINDS}
    movement = world["movements"][NAME]
    for kind, name, word in _parts(movement, vocabulary.kinds["movement"]):
        _name(names.get(PLURALS[kind], {}), world, kind, name, word)
    for section in ("parties", *names):
        for holder, facts in world.get(section, {}).items():
            for kind, name, word in _parts(facts, vocabulary.kinds[KINDS[section]]):
                whose = names[section].get(holder, "")
                _name(names.get(PLURALS[kind], {}), world, kind, name, f"{whose}-{word}" if section == "parties" and whose else word)
    for section, held in names.items():
        for name, facts in world[section].items():
            told = str(facts.get("kind", "")) if section in ("instruments", "measures") else ""
            _name(held, world, KINDS[section], name, told if told not in ("", "none", "other") else KINDS[section])
    return renamed(world, vocabulary, {(KINDS[section], old): new for section, held in names.items() for old, new in held.items()})


def _name(names: dict[str, str], world: Sections, kind: str, name: str, word: str) -> None:
    if kind == "movement" or name in names or name not in world.get(PLURALS[kind], {}):
        return
    word, taken, number = word.replace("_", "-"), set(names.values()), 1
    while (found := word if number == 1 else f"{word}-{number}") in taken:
        number += 1
    names[name] = found


def _parts(facts: Mapping[str, Any], known: Mapping[str, Fact]) -> Iterator[tuple[str, str, str]]:
    """The records that facts lead to: kind, name and a word for what each is there; first the two sides, then who has a link of its own."""
    first = [fact for fact in ("exporter", "importer") if fact in facts]
    for fact in dict.fromkeys((*first, *facts)):
        meant = known.get(fact)
        if meant is None:
            continue
        one = fact.removesuffix("s") if fact.endswith("s") else meant.to
        if meant.to and isinstance(facts[fact], str):
            yield meant.to, facts[fact], fact if meant.to == "party" else meant.to
        elif meant.to and isinstance(facts[fact], list):
            yield from ((meant.to, name, one) for name in facts[fact])
        elif meant.type == "rows":
            for row in facts[fact]:
                yield from ((kind, name, one or word) for kind, name, word in _parts(row, meant.columns))


def renamed(world: Sections, vocabulary: Vocabulary, names: Mapping[tuple[str, str], str]) -> Sections:
    """The world with records called otherwise, wherever they are named."""

    def facts(held: Mapping[str, Any], known: Mapping[str, Fact]) -> dict[str, Any]:
        return {fact: value(one, known.get(fact)) for fact, one in held.items()}

    def value(one: Any, meant: Fact | None) -> Any:
        if meant is not None and meant.type == "rows":
            return [facts(row, meant.columns) for row in one]
        if meant is not None and meant.to:
            return [names.get((meant.to, name), name) for name in one] if isinstance(one, list) else names.get((meant.to, one), one)
        return one

    found: Sections = {}
    for section, held in world.items():
        if section in KINDS:
            kind = KINDS[section]
            found[section] = {names.get((kind, name), name): facts(own, vocabulary.kinds[kind]) for name, own in held.items()}
        elif section == "counts":
            found[section] = [{key: names.get(("party", one), one) for key, one in count.items()} for count in held]
        else:
            found[section] = held
    return found
