"""Levers as people write them: what can be changed, how, at what cost, and what goes together.

A file of levers speaks of a world's own records. Beside a rulebook, `$movement`, `$exporter` and so on stand for those of the movement
that is asked about; a lever that needs one which the movement does not have is no lever of it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from comity.facts.record import Dated, Rows, World
from comity.facts.value import MIN, Interval, OneOf, only
from comity.facts.vocabulary import PLURALS, Vocabulary
from comity.files.change import NAME, Change
from comity.offramp.lever import Lever, Levers, Nogood, Option
from comity.text.literal import MILLION, number
from comity.text.source import Mistakes, Node, Place, nearest

DOES: Final = ("set", "add", "drop")
OPTION: Final = ("en", "zh", "cite", "act", "cost", "note", "source", *DOES)
LEVER: Final = (*OPTION, "options", "needs", "excludes", "each")
DEAREST: Final = 10**9
FIXED: Final = ("measures", "movements")
"""Sections in which no lever makes a record: an authority's act is nobody's lever, and another movement is another question."""


@dataclass(frozen=True, slots=True)
class Told:
    """A lever with what each of its options changes; `needs` and `excludes` name levers, or options as `lever/option`.

    `each`: one such lever for each field of the asset whose kind is one of these, of no kinds for every field; None: one lever.
    """

    lever: Lever
    place: Place
    changes: tuple[Change, ...]
    needs: tuple[tuple[str, Place], ...] = ()
    excludes: tuple[tuple[str, Place], ...] = ()
    each: frozenset[str] | None = None

    def names(self) -> Iterator[str]:
        """What it may be called, and each of its options."""
        yield self.lever.name
        yield from (f"{self.lever.name}/{option.name}" for option in self.lever.options if option.name)

    def touched(self) -> Iterator[tuple[str, str]]:
        """The section and the name of every record that some option touches."""
        for change in self.changes:
            for section, name, _ in change.records():
                yield section, name


def read_levers(documents: Sequence[Node], mistakes: Mistakes) -> list[Told]:
    """The levers of one file: a mapping `levers` of names to what they do."""
    found = []
    for document in documents:
        held = document.get("levers")
        for key in document.pairs or {}:
            if key not in ("levers", "about", "sources"):
                mistakes.add(document.keys[key], f"a file of levers has no '{key}'", nearest(key, ("levers", "about", "sources")))
        if held is None or held.pairs is None:
            mistakes.add(document.place, "levers are a mapping of names to what they do", "write levers: {name: {en: ..., cost: 1, set: {...}}}")
            continue
        found += [_lever(name, node, held.keys[name], mistakes) for name, node in held.pairs.items()]
    return found


def _lever(name: str, node: Node, place: Place, mistakes: Mistakes) -> Told:
    if node.pairs is None:
        mistakes.add(place, f"the lever '{name}' is a mapping, not a {node.shape}")
        return Told(Lever(name, ()), place, ())
    if not name.strip():
        mistakes.add(place, "a lever has no name")
    if "/" in name:
        mistakes.add(place, f"the lever '{name}' has a '/' in its name", "lever/option is how options are called")
    for key in node.pairs:
        if key not in LEVER:
            mistakes.add(node.keys[key], f"a lever has no '{key}'", nearest(key, LEVER))
    several = node.get("options")
    if several is None:
        option, change = _option("", node, place, mistakes)
        options, changes = [option], [change]
    else:
        for key in [key for key in DOES if key in node.pairs]:
            mistakes.add(node.keys[key], f"'{key}' stands in each of the options, where there are some")
        for key in [key for key in several.pairs or {} if not key.strip()]:
            mistakes.add(several.keys[key], "an option has no name")
        told = [_option(one, child, several.keys[one], mistakes) for one, child in (several.pairs or {}).items()]
        if not told:
            mistakes.add(several.place, "options are a mapping of names to what they do", "write options: {one: {cost: 1, set: {...}}, other: {...}}")
        options, changes = [option for option, _ in told], [change for _, change in told]
    each = _each(node.get("each"), mistakes)
    names = {key: _names(node.get(key), mistakes) for key in ("needs", "excludes")}
    return Told(Lever(name, tuple(options)), place, tuple(changes), names["needs"], names["excludes"], each)


def _each(node: Node | None, mistakes: Mistakes) -> frozenset[str] | None:
    """Of which kinds of field there is one lever each."""
    if node is None:
        return None
    kinds = node.get("fields")
    if node.text != "fields" and (kinds is None or kinds.items is None or len(node.pairs or {}) != 1):
        mistakes.add(
            node.place,
            f"there is no lever for each '{node.text}'" if node.text else "there is no lever for each of these",
            "write fields, or {fields: [kinds]}",
        )
    return frozenset(item.text or "" for item in (kinds.items or [] if kinds else []))


def _option(name: str, node: Node, place: Place, mistakes: Mistakes) -> tuple[Option, Change]:
    if node.pairs is None:
        mistakes.add(place, f"the option '{name}' is a mapping, not a {node.shape}")
        return Option(name), Change()
    for key in node.pairs if name else ():  # of the only one the lever has said so already
        if key not in OPTION:
            mistakes.add(node.keys[key], f"an option has no '{key}'", nearest(key, OPTION))
    parts = [node.get(key) for key in DOES]
    if not any(parts):
        mistakes.add(place, "it changes nothing", "write set, add or drop: a fragment of a world")
    for part in parts:
        if part is not None:
            _check_fragment(part, mistakes)
    text = {key: child.text for key, child in node.pairs.items() if child.text is not None}
    cost = node.get("cost")
    return Option(name, price(cost, mistakes) if cost else MILLION, *(text.get(key, "") for key in ("act", "cite", "en", "zh"))), Change(*parts)


def _check_fragment(part: Node, mistakes: Mistakes) -> None:
    for section, held in (part.pairs or {}).items():
        if section not in PLURALS.values():
            mistakes.add(part.keys[section], f"a world has no '{section}'", nearest(section, PLURALS.values()))
        elif held.pairs is None:
            mistakes.add(held.place, f"{section} are a mapping of names to facts")
    if part.pairs is None:
        mistakes.add(part.place, f"a fragment of a world is a mapping, not a {part.shape}")


def price(node: Node, mistakes: Mistakes) -> int:
    """A cost in millionths; what is none is a mistake."""
    found = number((node.text or "").strip())
    if found is None or "%" in (node.text or "") or found < 0 or found > DEAREST or (found * MILLION).denominator != 1:
        mistakes.add(
            node.place,
            f"'{node.text}' is no cost" if node.text is not None else f"a cost is a number, not a {node.shape}",
            "write a number from 0 up, with at most six decimals",
        )
        return 0
    return int(found * MILLION)


def _names(node: Node | None, mistakes: Mistakes) -> tuple[tuple[str, Place], ...]:
    items = (node.items if node.items is not None else [node]) if node else []
    for item in items:
        if item.text is None:
            mistakes.add(item.place, f"a lever's name is a word, not a {item.shape}")
    return tuple((item.text, item.place) for item in items if item.text is not None)


def check_fragments(told: Sequence[Told], vocabulary: Vocabulary, mistakes: Mistakes) -> None:
    """The facts that levers tell are facts of their kinds, as far as that can be said before they stand in a world."""
    kinds = {section: kind for kind, section in PLURALS.items()}
    for one in told:
        for change in one.changes:
            for section, _, node in change.records():
                known = vocabulary.kinds[kinds[section]]
                for key in node.pairs or {}:
                    if key not in known and not any(fact.startswith(f"{key}.") for fact in known) and key not in ("about", "note", "source", "parts"):
                        mistakes.add(node.keys[key], f"there is no fact '{key}' of {section}", nearest(key, known))


def read_costs(documents: Sequence[Node], mistakes: Mistakes) -> dict[str, tuple[int, Place]]:
    """Costs by lever, or by lever/option, in millionths: one mapping of names to numbers, or to those of the options."""
    found: dict[str, tuple[int, Place]] = {}
    for document in documents:
        held = document.get("costs") or document
        if held.pairs is None:
            mistakes.add(held.place, "costs are a mapping of levers to numbers", "write costs: {lever: 3, other: {option: 4}}")
        for name, node in (held.pairs or {}).items():
            inner = [(f"{name}/{option}", child) for option, child in node.pairs.items()] if node.pairs is not None else [(name, node)]
            found |= {whole: (price(child, mistakes), child.place) for whole, child in inner}
    return found


def priced(told: Sequence[Told], costs: Mapping[str, tuple[int, Place]]) -> list[Told]:
    """The levers at these costs; a cost of a lever stands for all its options that have none of their own."""
    made = []
    for one in told:
        own = [costs.get(f"{one.lever.name}/{o.name}") or costs.get(one.lever.name) for o in one.lever.options]
        options = tuple(replace(o, cost=cost[0]) if cost else o for o, cost in zip(one.lever.options, own, strict=True))
        made.append(replace(one, lever=replace(one.lever, options=options)))
    return made


def instances(told: Iterable[Told], world: World, movement: str) -> list[Told]:
    """The levers of one movement: every `$name` is that of its own record; what it does not have makes no lever."""
    names = _own_names(world, movement)
    found = []
    for one in told:
        if not (one.each is not None or NAME.search(one.lever.name) or any(_mentions(change) for change in one.changes)):
            found.append(one)
            continue
        every: list[dict[str, str]] = [{}] if one.each is None else _fields(world, movement, one.each)
        found += [made for more in every if (made := _instance(one, {**names, **more})) is not None]
    return _complete(found, {_put(one.lever.name, names) for one in told})


def _complete(told: list[Told], names: set[str]) -> list[Told]:
    """Those of which nothing is missing that they need: what the movement does not have cannot be pulled with them."""
    while True:
        there = {one.lever.name for one in told}
        kept = [one for one in told if not any((need := name.partition("/")[0]) in names and need not in there for name, _ in one.needs)]
        if len(kept) == len(told):
            return told
        told = kept


def _mentions(change: Change) -> bool:
    return bool(change.named({})[1])


def _instance(one: Told, names: Mapping[str, str]) -> Told | None:
    pairs = [change.named(names) for change in one.changes]
    kept = [(option, change) for option, (change, absent) in zip(one.lever.options, pairs, strict=True) if not absent]
    if not kept:
        return None
    options = tuple(replace(option, en=_put(option.en, names), zh=_put(option.zh, names)) for option, _ in kept)
    return replace(
        one,
        lever=Lever(_put(one.lever.name, names), options),
        changes=tuple(change for _, change in kept),
        needs=tuple((_put(name, names), place) for name, place in one.needs),
        excludes=tuple((_put(name, names), place) for name, place in one.excludes),
    )


def _put(text: str, names: Mapping[str, str]) -> str:
    """A text with the names in their places."""
    return NAME.sub(lambda found: names.get(found[1], found[0]), text)


def _own_names(world: World, movement: str) -> dict[str, str]:
    """The records to which the movement's links surely lead, by the names of the links, itself and its first day."""
    record = world["movement"][movement]
    links = {name: only(value) for name, value in record.facts.items() if isinstance(value, OneOf)}
    found = {"movement": movement, **{name: to for name, to in links.items() if to}}
    asset = world["asset"].get(found.get("asset", ""))
    held = getattr(asset.facts.get("populations"), "known", ()) if asset else ()
    if "population" not in found and len(held) == 1:
        found["population"] = next(iter(held))
    on = record.facts.get("on")
    first = on.lo if isinstance(on, Interval) and on.lo == on.hi else on.spans[0][0] if isinstance(on, Dated) else MIN
    if first > MIN:
        found["day"] = dt.date.fromordinal(first).isoformat()
    return found


def _fields(world: World, movement: str, kinds: frozenset[str]) -> list[dict[str, str]]:
    """The name and the kind of each field of what moves that is of these kinds; of no kinds, of every field."""
    asset = world["asset"].get(only(world["movement"][movement].facts.get("asset")))
    held = asset.facts.get("fields") if asset else None
    rows = held.rows if isinstance(held, Rows) else ()
    found = [{"field": only(row.get("name")), "kind": only(row.get("kind"))} for row in rows]
    return [one for one in found if one["field"] and (not kinds or one["kind"] in kinds)]


def _like(name: str, told: str) -> bool:
    """Is it one of the names that a name with a `$name` in it may become?"""
    between = [re.escape(part) for part in NAME.split(told)[::2]]  # the parts between are the names
    return len(between) > 1 and re.fullmatch(".+".join(between), name) is not None


def joined(told: Sequence[Told], mistakes: Mistakes) -> Levers:
    """The levers in their order, and what their needs and exclusions rule out."""
    numbers: dict[str, int] = {}
    for n, one in enumerate(told):
        if one.lever.name in numbers:
            mistakes.add(one.place, f"the lever '{one.lever.name}' is told twice", "give one of them another name")
        numbers.setdefault(one.lever.name, n)
    nogoods: list[Nogood] = []
    for n, one in enumerate(told):
        for name, place in (*one.needs, *one.excludes):
            other, values = _called(name, numbers, told)
            if not values:
                known = [called for one in told for called in one.names()]
                if (name, place) in one.excludes:
                    continue  # what the movement does not have is excluded already
                mistakes.add(place, f"there is no lever '{name}'", nearest(name, known))
            elif other == n:
                mistakes.add(place, f"the lever '{one.lever.name}' names itself")
            else:
                ruled = values if (name, place) in one.excludes else [v for v in range(len(told[other].lever.options) + 1) if v not in values]
                nogoods += [{n: own, other: value} for own in range(1, len(one.lever.options) + 1) for value in ruled]
    return Levers(tuple(one.lever for one in told), tuple(nogoods))


def _called(name: str, numbers: Mapping[str, int], told: Sequence[Told]) -> tuple[int, list[int]]:
    """The lever of a name and the values that are meant: all that pull it, or one option."""
    lever, _, option = name.partition("/")
    if lever not in numbers:
        return -1, []
    options = told[numbers[lever]].lever.options
    return numbers[lever], [v for v, o in enumerate(options, start=1) if not option or o.name == option]


def check_names(told: Sequence[Told], others: Sequence[Told], made: Iterable[Told], vocabulary: Vocabulary, mistakes: Mistakes) -> None:
    """A `$name` is one that some movement may have; a lever excludes what there is, be it `made` for a movement or offered for others."""
    links = [name for name, fact in vocabulary.kinds["movement"].items() if fact.type == "link"]
    several = {name for one in (*told, *others, *made) for name in one.names()}
    for one in told:
        known = ("movement", "day", *links, *(("field", "kind") if one.each is not None else ()))
        found = [*((name, one.place) for name in NAME.findall(one.lever.name)), *(said for change in one.changes for said in change.mentions())]
        for name, place in found:
            if name not in known:
                mistakes.add(place, f"no movement has a '${name}'", nearest(name, known).replace("'", "'$", 1))
        for name, place in one.excludes:
            bare = re.sub("@[^/]*", "", name)  # of one movement among several
            if several.isdisjoint((name, bare)) and not any(_like(bare, other) for other in several):
                mistakes.add(place, f"there is no lever '{name}'", nearest(name, several))


def check_records(told: Sequence[Told], node: Node, mistakes: Mistakes) -> None:
    """A lever makes no measure and no movement; what it drops from, and adds to, is there."""
    made = {(section, name) for one in told for change in one.changes for section, name, _ in replace(change, drop=None).records()}
    for one in told:
        for change in one.changes:
            for section, name, at in Change(drop=change.drop).records():
                held = node.get(section)
                if section not in FIXED and (section, name) not in made and (held is None or name not in (held.pairs or {})):
                    mistakes.add(at.place, f"there is no '{name}' of {section} to drop anything from", nearest(name, (held.pairs or {}) if held else ()))
            for section, name, at in change.records():
                held = node.get(section)
                if section in FIXED and (held is None or name not in (held.pairs or {})):
                    kind = "measure" if section == "measures" else "movement"
                    mistakes.add(at.place, f"there is no {kind} '{name}', and no lever makes one", nearest(name, (held.pairs or {}) if held else ()))
                elif section == "measures":
                    mistakes.add(at.place, f"'{name}' is an authority's act, which no lever changes")
