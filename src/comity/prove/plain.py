"""A witness as a person would write it: no fact that can be left out, and records called after what they are in the movement.

What goes is tried by halves (delta debugging, Zeller and Hildebrandt 2002), records before facts before members of lists, and the judge is always the
ordinary reading: what is left out is unknown to it, and the question is answered the same whatever it may be.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from comity.facts.vocabulary import PLURALS, Fact, Vocabulary
from comity.prove.witness import NAME

Sections: TypeAlias = dict[str, Any]
Spot: TypeAlias = tuple[Any, ...]
"""Where something stands in a world: keys of mappings, and numbers of members of lists."""
KEPT: Final = frozenset({"on", "exporter", "importer"})
"""What is said of every movement, unless it is nobody."""
TRIES: Final = 400
"""How often the ordinary reading is asked at most."""
KINDS: Final = {section: kind for kind, section in PLURALS.items()}


def plain(sections: Sections, vocabulary: Vocabulary, holds: Callable[[Sections], bool]) -> Sections:
    """The smallest of the worlds tried of which it still `holds`, with names that say what records are."""
    trial = _Trial(sections, vocabulary, holds)
    for spots in (_records, _facts, _members, _facts):
        trial.without(list(spots(trial.world)))
    named = _called(trial.world, vocabulary)
    return named if holds(named) else trial.world


class _Trial:
    """A world that gets smaller as long as it still `holds` of it."""

    def __init__(self, world: Sections, vocabulary: Vocabulary, holds: Callable[[Sections], bool]) -> None:
        self.world, self._vocabulary, self._holds, self._left = world, vocabulary, holds, TRIES

    def without(self, spots: Sequence[Spot]) -> None:
        """Leaves out as many of these as can be, all at once or by halves; later ones first, so that earlier ones stand where they stood."""
        if not spots or self._left <= 0:
            return
        smaller = _less(self.world, spots, self._vocabulary)
        self._left -= 1
        if self._holds(smaller):
            self.world = smaller
        elif len(spots) > 1:
            middle = len(spots) // 2
            self.without(spots[middle:])
            self.without(spots[:middle])


# -- what can be left out ----------------------------------------------------------------------------------------------


def _records(world: Sections) -> Iterator[Spot]:
    """Every record but the movement, every earlier count and reading."""
    for section, held in world.items():
        if (section in KINDS and section != "movements") or section == "readings":
            yield from ((section, name) for name in held)
        elif section == "counts":
            yield from ((section, number) for number in range(len(held)))


def _facts(world: Sections) -> Iterator[Spot]:
    """Every fact of every record."""
    for section, held in world.items():
        if section in KINDS:
            for name, facts in held.items():
                yield from ((section, name, fact) for fact, value in facts.items() if fact not in KEPT or section != "movements" or value == "none")


def _members(world: Sections) -> Iterator[Spot]:
    """Every member of a list that a fact is, and every column of a row of it but the first."""
    for section, name, fact in _facts(world):
        value = world[section][name][fact]
        for number, member in enumerate(value if isinstance(value, list) else ()):
            yield (section, name, fact, number)
            yield from ((section, name, fact, number, column) for column in (list(member)[1:] if isinstance(member, dict) else ()))


def _less(world: Sections, spots: Sequence[Spot], vocabulary: Vocabulary) -> Sections:
    """The world without what stands at these; whom nothing is said of any more, nothing leads to."""
    found = copy.deepcopy(world)
    for spot in reversed(spots):
        held = found
        for key in spot[:-1]:
            held = held[key]
        del held[spot[-1]]
        if len(spot) == 2 and spot[0] in KINDS:
            _forget(found, vocabulary, KINDS[spot[0]], spot[1])
    return {section: held for section, held in found.items() if held}


def _forget(world: Sections, vocabulary: Vocabulary, kind: str, name: str) -> None:
    """Takes out what leads to a record."""
    for section, held in world.items():
        if section in KINDS:
            for facts in held.values():
                _unlinked(facts, vocabulary.kinds[KINDS[section]], kind, name)
        elif section == "counts" and kind == "party":
            held[:] = [count for count in held if name not in count.values()]


def _unlinked(facts: dict[str, Any], known: Mapping[str, Fact], kind: str, name: str) -> None:
    for fact in [fact for fact in facts if fact in known]:
        value, meant = facts[fact], known[fact]
        if meant.type == "rows":
            for row in value:
                _unlinked(row, meant.columns, kind, name)
            facts[fact] = [row for row in value if row]
        elif meant.to == kind and isinstance(value, list):
            facts[fact] = [one for one in value if one != name]
        elif meant.to == kind and value == name:
            del facts[fact]


# -- names -------------------------------------------------------------------------------------------------------------


def _called(world: Sections, vocabulary: Vocabulary) -> Sections:
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
    return _renamed(world, vocabulary, {(KINDS[section], old): new for section, held in names.items() for old, new in held.items()})


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


def _renamed(world: Sections, vocabulary: Vocabulary, names: Mapping[tuple[str, str], str]) -> Sections:
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
