"""The worlds of packages: a world in which some levers are pulled, and about some of which nothing is decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Final, TypeAlias, cast

from comity.facts.record import Dated, Record, Rows, World
from comity.facts.value import Interval, OneOf, SetOf, Value
from comity.facts.vocabulary import PLURALS, Vocabulary
from comity.files.change import Change
from comity.files.silence import first_day, held_before, held_since
from comity.files.world import retold
from comity.offramp.hull import crossed
from comity.offramp.lever import AS_IS, Package, Partial
from comity.offramp.written import Told
from comity.text.source import Mistakes, Node

SECTIONS: Final = {section: kind for kind, section in PLURALS.items()}
MOST: Final = 64
"""The most ways in which one record may come out that are looked at; with more, nothing is said of an undecided one."""

Unit: TypeAlias = tuple[tuple[str, str], ...]
"""Records, by section and name, that are told together: a party and what is part of it."""
Known: TypeAlias = tuple[tuple[str, str, Record | None], ...]
"""Records as they are told: by kind and name; None where it is not there."""


@dataclass
class Worlds:
    """What a world is under each package of levers: only what some lever touches is read again, and once for each way it may come out."""

    base: World
    node: Node
    told: Sequence[Told]
    vocabulary: Vocabulary
    asked_on: int
    on: int | None = None
    variants: dict[tuple[Unit, tuple[int, ...]], Known] = field(default_factory=dict)
    hulls: dict[tuple[Unit, tuple[int | None, ...]], Known | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Which levers touch which records."""
        self.levers: dict[tuple[str, str], list[int]] = {}
        for number, one in enumerate(self.told):
            for section, name in dict.fromkeys(one.touched()):
                self.levers.setdefault((section, name), []).append(number)
        self.units: dict[Unit, tuple[int, ...]] = {}
        for unit in _units(list(self.levers), self.node):
            self.units[unit] = tuple(sorted({n for record in unit for n in self.levers.get(record, ())}))

    def world(self, package: Partial) -> World | None:
        """The world as it is, or may be, under a package; None where nothing can be said of it before more is decided."""
        made = dict(self.base.records)
        for unit, levers in self.units.items():
            known = self._known(unit, tuple(package[n] for n in levers), levers)
            if known is None:
                return None
            for kind, name, record in known:
                if made[kind] is self.base.records[kind]:
                    made[kind] = dict(made[kind])
                if record is None:
                    made[kind].pop(name, None)
                else:
                    made[kind][name] = record
        return self._begun(replace(self.base, records=made), package)

    def _begun(self, world: World, package: Partial) -> World:
        """The same where its first movement may be on another day than that of the world as it is, before which rows without a day hold."""
        as_is = self.base["movement"]
        others = [m for m in world["movement"].values() if m is not as_is[m.id] and _when(m) != _when(as_is[m.id])]
        was = held_before(self.base) if others and self.on is None else None
        if was is None:
            return world
        open_ = any(package[n] is None for (section, _), levers in self.levers.items() if section == PLURALS["movement"] for n in levers)
        now = None if open_ else first_day(world)
        return world if now == was else replace(world, records=held_since(world.records, was, now))

    def changed(self, package: Package) -> Node:
        """The tree of the world's file with the package's changes made."""
        mistakes, pairs, keys = Mistakes(), dict(self.node.pairs or {}), dict(self.node.keys)
        for (section, name), levers in self.levers.items():
            held = pairs.get(section) or Node(self.node.place, pairs={})
            was = (held.pairs or {}).get(name)
            now = self._node(section, name, tuple(package[n] for n in levers), mistakes)
            if now is not was and now is not None:
                pairs[section] = replace(held, pairs={**(held.pairs or {}), name: now}, keys={**held.keys, name: now.place})
                keys.setdefault(section, self.node.place)
        mistakes.settle()
        return replace(self.node, pairs=pairs, keys=keys)

    def facts(self, units: Iterable[Unit] | None = None) -> Iterator[tuple[str, str]]:
        """The kind and name of every fact of these records (or all) that some lever, with whatever others, tells otherwise than it is."""
        for unit in self.units if units is None else units:
            levers = self.units[unit]
            first = {(kind, name): record for kind, name, record in self._told(unit, (AS_IS,) * len(levers))}
            free: tuple[None, ...] = (None,) * len(levers)
            for section, name in unit if self._count(levers, free) > MOST else ():
                words = {word for n in self.levers.get((section, name), ()) for change in self.told[n].changes for word in change.of(section, name).words()}
                kind = SECTIONS[section]
                words |= {"on"} if words & {"from", "until"} else set()
                yield from ((kind, fact) for fact in self.vocabulary.kinds[kind] if {fact, fact.partition(".")[0], "parts"} & words)
            for values in self._ways(levers, free) if self._count(levers, free) <= MOST else self._singly(levers, free):
                for kind, name, record in self._told(unit, values):
                    was = first.get((kind, name))
                    if (record is None) != (was is None):
                        yield kind, "*"
                    now, then = _says(record), _says(was)
                    yield from ((kind, fact) for fact in now.keys() | then.keys() if now.get(fact) != then.get(fact))

    def reached(self, movement: str) -> set[Unit]:
        """The units on which a movement's own facts can rest, whatever is pulled: what its links lead to, and what papers and measures name.

        What is counted over other movements, or over a course of dealing, rests on others too.
        """
        told: dict[tuple[str, str], list[Record]] = {(kind, name): [record] for kind, held in self.base.records.items() for name, record in held.items()}
        for unit, levers in self.units.items():
            free: tuple[None, ...] = (None,) * len(levers)
            for values in self._ways(levers, free) if self._count(levers, free) <= MOST else self._singly(levers, free):
                for kind, name, record in self._told(unit, values):
                    told.setdefault((kind, name), []).extend([record] if record else [])
        open_ = [pair for pair in told if pair[0] in ("instrument", "measure") or pair == ("movement", movement)]
        found = set(open_)
        while open_:
            for record in told.get(open_.pop(), ()):
                fresh = {pair for pair in self.links(record) if pair not in found and pair[0] != "movement"}
                found |= fresh
                open_ += fresh
        return {unit for unit in self.units if any((SECTIONS[section], name) in found for section, name in unit)}

    def links(self, record: Record) -> Iterator[tuple[str, str]]:
        """The records that a record may lead to."""
        known = self.vocabulary.kinds[record.kind]
        several = [record.several, *(cast("dict[str, tuple[Value, ...]]", part.get("*several", {})) for part in record.parts)]
        told = [(name, value) for one in several for name, values in one.items() for value in values]
        parts = [(name, value) for part in record.parts for name, value in part.items() if name in known]
        for name, stated in (*record.facts.items(), *told, *parts):
            held = [value for _, _, value in stated.spans] if isinstance(stated, Dated) else [stated]
            for one in held:
                if isinstance(one, Rows):
                    yield from ((fact.to, to) for row in one.rows for column, fact in known[name].columns.items() if fact.to for to in _names(row.get(column)))
                elif known[name].to:
                    yield from ((known[name].to, to) for to in _names(one))

    def _known(self, unit: Unit, values: tuple[int | None, ...], levers: tuple[int, ...]) -> Known | None:
        if None not in values:
            return self._told(unit, tuple(v for v in values if v is not None))
        if (unit, values) not in self.hulls:
            self.hulls[unit, values] = self._hull(unit, values, levers)
        return self.hulls[unit, values]

    def _hull(self, unit: Unit, values: tuple[int | None, ...], levers: tuple[int, ...]) -> Known | None:
        groups, wide = [], set[int]()
        for number, group in enumerate(self._groups(unit, tuple(n for n, value in zip(levers, values, strict=True) if value is None))):
            own = tuple(value if value is not None or n in group else AS_IS for n, value in zip(levers, values, strict=True))
            if self._count(levers, own) > MOST:
                wide.add(number)
                groups.append([self._told(unit, way) for way in self._singly(levers, own)])
            else:
                groups.append([self._told(unit, way) for way in self._ways(levers, own)])
        as_is = self._told(unit, tuple(value or AS_IS for value in values))
        names = dict.fromkeys((kind, name) for way in (as_is, *(way for group in groups for way in group)) for kind, name, _ in way)
        was = {(kind, name): record for kind, name, record in as_is}
        told = [[{(kind, name): record for kind, name, record in way} for way in group] for group in groups]
        made: list[tuple[str, str, Record | None]] = []
        for kind, name in names:
            records = [[way.get((kind, name)) for way in group] for group in told]
            if was.get((kind, name)) is None and not any(record for group in records for record in group):
                made.append((kind, name, None))
                continue
            one = crossed(was.get((kind, name)), records, wide, self.vocabulary.kinds[kind])
            if one is None or (wide and any(record is None for group in records for record in group)):
                return None
            made += [(kind, record.id if number else name, record) for number, record in enumerate(one)]
        return tuple(made)

    def _groups(self, unit: Unit, undecided: tuple[int, ...]) -> list[set[int]]:
        """These levers, those together that tell the same fact, or of whose making the record is."""
        facts: dict[tuple[str, str, str], set[int]] = {}
        for section, name in unit:
            own = [n for n in self.levers.get((section, name), ()) if n in undecided]
            made = (held := self.node.get(section)) is None or held.get(name) is None
            for n in own:
                for key in [""] if made else [k for change in self.told[n].changes for k in change.of(section, name).words()]:
                    facts.setdefault((section, name, key), set()).add(n)
        groups: list[set[int]] = []
        for touching in facts.values():
            apart = [group for group in groups if group.isdisjoint(touching)]
            groups = [*apart, touching.union(*(group for group in groups if not group.isdisjoint(touching)))]
        return groups

    def _singly(self, levers: tuple[int, ...], values: tuple[int | None, ...]) -> Iterator[tuple[int, ...]]:
        """Each way to pull one of the undecided levers alone, and to pull them all."""
        still = tuple(value or AS_IS for value in values)
        for at, n in enumerate(levers):
            for value in range(1, len(self.told[n].lever.options) + 1) if values[at] is None else ():
                yield (*still[:at], value, *still[at + 1 :])
        yield tuple(1 if value is None else value for value in values)

    def _count(self, levers: tuple[int, ...], values: tuple[int | None, ...]) -> int:
        found = 1
        for n, value in zip(levers, values, strict=True):
            found *= len(self.told[n].lever.options) + 1 if value is None else 1
        return found

    def _ways(self, levers: tuple[int, ...], values: tuple[int | None, ...]) -> Iterator[tuple[int, ...]]:
        yield from product(*(range(len(self.told[n].lever.options) + 1) if v is None else (v,) for n, v in zip(levers, values, strict=True)))

    def _told(self, unit: Unit, values: tuple[int, ...]) -> Known:
        """The records of a unit with these levers pulled, read as the world's file would be."""
        if (unit, values) not in self.variants:
            self.variants[unit, values] = self._read(unit, dict(zip(self.units[unit], values, strict=True)))
        return self.variants[unit, values]

    def _read(self, unit: Unit, values: Mapping[int, int]) -> Known:
        mistakes = Mistakes()
        sections: dict[str, dict[str, Node]] = {}
        gone: list[tuple[str, str, Record | None]] = []
        for section, name in unit:
            node = self._node(section, name, tuple(values[n] for n in self.levers.get((section, name), ())), mistakes)
            if node is None:
                gone.append((SECTIONS[section], name, None))
            else:
                sections.setdefault(section, {})[name] = node
        told = Node(self.node.place, pairs={s: Node(self.node.place, pairs=held, keys={n: c.place for n, c in held.items()}) for s, held in sections.items()})
        found = retold(self._others(), told, self.vocabulary, mistakes, self.asked_on)
        mistakes.settle()
        records = [(kind, name, record) for kind, held in found.items() for name, record in held.items()]
        if self.on is not None:
            self.on_day(record for kind, _, record in records if kind == "movement")
        return (*gone, *records)

    def on_day(self, movements: Iterable[Record]) -> None:
        """Judged as on one day, every movement happens then, whatever is changed."""
        for movement in movements:
            if self.on is not None:
                movement.facts["on"] = Interval(self.on, self.on)
                for part in movement.parts:
                    part.pop("on", None)

    def _others(self) -> World:
        """The world to which the records of a unit belong: with the names of all that levers may make."""
        made = {kind: dict(held) for kind, held in self.base.records.items()}
        for section, name in self.levers:
            made[SECTIONS[section]].setdefault(name, Record(name, SECTIONS[section], self.node.place))
        return replace(self.base, records=made)

    def _node(self, section: str, name: str, values: tuple[int, ...], mistakes: Mistakes) -> Node | None:
        """The text of a record with these values of the levers that touch it; nothing where none of them makes it."""
        held = self.node.get(section)
        node = held.get(name) if held else None
        for number, value in zip(self.levers.get((section, name), ()), values, strict=True):
            if value:
                change: Change = self.told[number].changes[value - 1].of(section, name)
                if change.put or change.add or change.drop:
                    node = change.made(node, mistakes)
        return node


def _when(movement: Record) -> list[object]:
    """The days of a movement and of its parts."""
    return [facts.get("on") for facts in (movement.facts, *movement.parts)]


def _names(value: object) -> frozenset[str]:
    """The records that a link may lead to."""
    match value:
        case OneOf(members):
            return members or frozenset()
        case SetOf(known, possible):
            return known | (possible or frozenset())
        case _:
            return frozenset()


def _says(record: Record | None) -> dict[str, object]:
    """All that a record says, by fact: of itself, of its parts, and where it says several things of one fact."""
    found: dict[str, object] = dict(record.facts) if record else {}
    parts: list[Mapping[str, object]] = [{"*several": record.several}, *record.parts] if record else []
    for part in parts:
        several = part.get("*several", {})
        for name, value in (*part.items(), *(several.items() if isinstance(several, dict) else ())):
            found[name] = (found.get(name), value)
    found.pop("*several", None)
    return found


def _units(touched: Sequence[tuple[str, str]], node: Node) -> Iterator[Unit]:
    """The touched records; a party with all that is part of it, since a branch is read from its entity."""
    parties = node.get(PLURALS["party"])
    above = {name: one.text for name, child in (parties.pairs or {} if parties else {}).items() if (one := child.get("part_of")) and one.text}

    def entity(name: str) -> str:
        seen = {name}
        while (up := above.get(name)) and up not in seen:
            name = up
            seen.add(up)
        return name

    families: dict[str, list[tuple[str, str]]] = {}
    for section, name in touched:
        if section == PLURALS["party"]:
            family = families.setdefault(entity(name), [])
            family += [(section, n) for n in dict.fromkeys((name, *above)) if entity(n) == entity(name) and (section, n) not in family]
        else:
            yield ((section, name),)
    yield from (tuple(family) for family in families.values())
