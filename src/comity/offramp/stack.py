"""A stack: several worlds that differ in what levers touch, judged as one, because to read ten thousand rows costs little more than to read ten.

What no lever touches, and what does not lead to anything touched, is there once; all else stands in it once for each world. Worlds are
stacked only if they have the same legs on the same days, and if nothing in law or facts could join what belongs to different worlds.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from typing import Final

import numpy as np

from comity.facts.leg import Leg, legs
from comity.facts.record import Record, Rows, World
from comity.facts.table import Ints, Values
from comity.facts.value import Value, only
from comity.facts.vocabulary import KINDS
from comity.law.condition import Counted, Relation, Unique
from comity.offramp.as_it_is import AsItIs, Days
from comity.offramp.dealing import Course, Dealing, Dealt
from comity.offramp.layer import Layer, Stacked
from comity.verdict.count import Tallied

GROUPED: Final = ("part_of", "group", "owners")
"""Facts of a party by which others are told to be one with it."""
FORM: Final = {"party": GROUPED, "movement": ("on",)}
"""What is the same in all worlds of a stack."""
OF_LEGS: Final = {"concerning": "instrument", "measures": "measure", "dealing": "movement"}
"""Relations of a leg that no record holds, and the kind of what they lead to."""


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """The records of a world that are not as they were, by kind and name (None where it is not there); the days that cut its legs, or tell stretches apart."""

    records: Mapping[tuple[str, str], Record | None]
    cuts: Days
    changes: Days


@dataclass(eq=False)
class Stack:
    """The worlds that levers make of one, for the judge of one movement. `conditions`: what has to be read in each of them."""

    movement: str
    was: AsItIs
    conditions: Callable[[], Iterable[Unique]]

    def __post_init__(self) -> None:
        """What is known of the world as it is."""
        self.base, self.plan, self.layers = self.was.world, self.was.plan, self.was.layers
        self.same: dict[tuple[int, int], tuple[bool, Record, Record]] = {}
        self.made: dict[object, tuple[list[Leg], object]] = {}
        self.split: dict[Days, Mapping[tuple[int, int], int]] = {}
        self.names = {kind: list(self.base[kind]) for kind in KINDS if kind != "movement"}
        self.held: list[dict[tuple[str, str], Values]] = [{} for _ in self.layers]
        self.resolved: list[dict[int, tuple[Mapping[str, Value | Rows], Record]]] = [{} for _ in self.layers]
        self.tallies: dict[object, list[Tallied]] = {}
        self.formed: dict[int, tuple[int, Record]] = {}
        self.forms_met: list[object] = []

    # -- what can be stacked -----------------------------------------------------------------------------------------

    @cached_property
    def forms(self) -> list[Counted | Relation]:
        """The counts, and the relations of legs that no record holds, in what has to be read."""
        found = frozenset[Counted | Relation]().union(*map(forms, [*self.conditions(), *self.plan.recursive.values()]))
        return [one for one in found if isinstance(one, Counted) or one.source in OF_LEGS or one.kind == "movement"]

    @cached_property
    def counts(self) -> list[Counted]:
        """The counts."""
        return [one for one in self.forms if isinstance(one, Counted)]

    @cached_property
    def able(self) -> bool:
        """Can these laws be read in a stack? Not if they ask for relations of other legs than the one that is judged."""
        relations = [one for one in self.forms if isinstance(one, Relation)]
        return all(one.root == "leg" and not one.links and one.source in OF_LEGS for one in relations)

    @cached_property
    def counted(self) -> frozenset[str]:
        """The relations by which is told who is counted."""
        return frozenset(node.source for count in self.counts for node in forms(count.where) if isinstance(node, Relation))

    @cached_property
    def others(self) -> bool:
        """Do other movements bear on this one, by being counted with it or in its course of dealing?"""
        return any(isinstance(one, Counted) or one.source == "dealing" for one in self.forms)

    def told(self, world: World) -> Told:
        """What a world tells otherwise."""
        found: dict[tuple[str, str], Record | None] = {}
        for kind in KINDS:
            was, now = self.base[kind], world[kind]
            if was is now:
                continue
            found |= {(kind, name): record for name, record in now.items() if record is not was.get(name) and not self._same(was.get(name), record)}
            found |= {(kind, name): None for name in was if name not in now}
        return Told(found, *self._turning(found))

    def _same(self, was: Record | None, now: Record) -> bool:
        if was is None:
            return False
        if (id(was), id(now)) not in self.same:
            equal = was.facts == now.facts and was.parts == now.parts and was.several == now.several
            self.same[id(was), id(now)] = (equal, was, now)
        return self.same[id(was), id(now)][0]

    def fits(self, world: World, told: Told) -> bool:
        """Has a world the same legs on the same days, and parties that are one with the same others? Else it is no world of this stack."""
        for (kind, name), record in told.records.items():
            was = self.base[kind].get(name)
            if record is None or kind == "measure" or (kind in ("party", "movement") and was is None):
                return False
            if kind == "party" and was is not None and any(record.facts.get(fact) != was.facts.get(fact) for fact in GROUPED):
                return False
            if kind == "movement" and was is not None and (record.facts.get("on") != was.facts.get("on") or record.parts != was.parts):
                return False
            if any(target not in world[to] for to, target in self.was.targets(record)):
                return False
        return bool(self._split(told.changes))

    def kin(self, world: World, told: Told) -> object:
        """What worlds that fit one another have in common, as far as it is quickly told: parties, who is one with whom, movements, days."""
        names = [frozenset(world[kind]) - frozenset(self.base[kind]) for kind in ("party", "movement")]
        pairs = [(kind, name, record) for (kind, name), record in told.records.items() if kind in FORM]
        return *names, frozenset((kind, name, record and self._form(record)) for kind, name, record in pairs) - self._as_is

    @cached_property
    def _as_is(self) -> frozenset[tuple[str, str, int]]:
        """The forms of the records that there are."""
        return frozenset((kind, name, self._form(record)) for kind in FORM for name, record in self.base[kind].items())

    def _form(self, record: Record) -> int:
        """A number for what a party says of whom it is one with, or a movement of its days: the same where they are alike."""
        if id(record) not in self.formed:
            form = [record.facts.get(fact) for fact in FORM[record.kind]], record.parts if record.kind == "movement" else ()
            if form not in self.forms_met:
                self.forms_met.append(form)
            self.formed[id(record)] = (self.forms_met.index(form), record)
        return self.formed[id(record)][0]

    def _turning(self, records: Mapping[tuple[str, str], Record | None]) -> tuple[Days, Days]:
        """The days that cut legs, and those that tell stretches apart."""
        pairs = [(self.base[kind].get(name), record) for (kind, name), record in records.items()]
        pairs = [(was, now) for was, now in pairs if was is None or now is None or self.was.turning(was) != self.was.turning(now)]
        if not pairs:
            return self.was.days
        now: list[Days] = []
        for which in (0, 1):
            fresh = frozenset[int]().union(*(self.was.turning(record)[which] for _, record in pairs if record))
            lost = Counter(day for was, _ in pairs if was for day in self.was.turning(was)[which] - fresh)
            gone = {day for day, n in lost.items() if self.was.often[which][day] == n} - self.was.lasting[which]
            now.append((self.was.days[which] - gone) | fresh)
        return now[0], now[1]

    def recut(self, told: Told) -> bool:
        """Are legs through many days cut otherwise than in the world as it is?"""
        return next(self._recut(told), None) is not None

    def _recut(self, told: Told) -> Iterator[str]:
        """The movements through many days that are cut otherwise."""
        days = told.cuts ^ self.was.days[0]
        yield from (name for name, spans in self.was.through.items() if any(since < day < until for since, until in spans for day in days))

    def _split(self, changes: Days) -> Mapping[tuple[int, int], int]:
        """Which of the stretches is which, where these days tell them apart; nothing where other days do."""
        if changes not in self.split:
            keys = [{_stretch(sorted(changes), leg) for leg in one.legs} for one in self.layers]
            found = {key: number for number, own in enumerate(keys) for key in own}
            self.split[changes] = found if len(found) == sum(map(len, keys)) == len(keys) else {}
        return self.split[changes]

    # -- what differs ------------------------------------------------------------------------------------------------

    def _reached(self, told: Sequence[Told]) -> dict[str, list[str]]:
        """What is told otherwise in some world, or leads to such, by kind: names of records, and of movements whose legs differ."""
        found = {pair: None for one in told for pair in one.records if pair[0] != "movement"}
        open_ = list(found)
        while open_:
            fresh = [pair for pair in self.was.leading.get(open_.pop(), ()) if pair not in found]
            found |= dict.fromkeys(fresh)
            open_ += fresh
        kinds: dict[str, list[str]] = {kind: [] for kind in KINDS}
        for kind, name in found:
            kinds[kind].append(name)
        kinds["movement"] = [self.movement]
        if self.others:
            changed = {name for one in told for kind, name in one.records if kind == "movement"} | {self.movement}
            changed |= {name for one in told for name in self._recut(one)}
            every = any(kinds[kind] for relation, kind in OF_LEGS.items() if relation in self.counted and relation != "dealing")
            changed |= {leg.movement for one in self.layers for leg in one.legs if every or not self.was.targets(leg).isdisjoint(found)}
            kinds["movement"] = [name for name in self.base["movement"] if name in changed]
        return kinds

    def _legs(self, world: World, told: Told, movement: str) -> list[Leg]:
        """The legs of a movement in a world."""
        record = world["movement"][movement]
        cuts = told.cuts if self.was.through[movement] else frozenset[int]()
        assets = [told.records.get(("asset", only(facts.get("asset")))) for facts in (record.facts, *record.parts)]
        key = (id(record), cuts, *map(id, assets))
        if key not in self.made:
            self.made[key] = (legs(replace(world, records={**world.records, "movement": {movement: record}}), cuts), (record, assets))
        return self.made[key][0]

    def _in_course(self, worlds: Sequence[tuple[World, Told]], moved: Sequence[str]) -> list[str]:
        """These movements and those in the same courses of dealing; all, where the courses themselves are others."""
        was: dict[str, set[Course]] = {}
        for key, leg in zip(self.dealt.keys, self.dealt.legs, strict=True):
            was.setdefault(leg.movement, set()).add(key)
        for world, told in worlds:
            for number, own in enumerate(self._split_legs(world, told, moved) or ()):
                for (_, leg), key in zip(own, self.dealt.keys_of(number, [leg for _, leg in own]), strict=True):
                    if key not in was[leg.movement]:
                        return list(self.base["movement"])
        met = set[Course]().union(*(was[name] for name in moved if name in was))
        return [name for name in self.base["movement"] if name in moved or not met.isdisjoint(was.get(name, ()))]

    @cached_property
    def shape(self) -> list[object]:
        """What the legs of the movement are of, in their order."""
        return [_shape(leg) for leg in self._legs(self.base, self.told(self.base), self.movement)]

    # -- the stack ---------------------------------------------------------------------------------------------------

    def stacked(self, worlds: Sequence[World], told: Sequence[Told]) -> tuple[list[int], list[tuple[Sequence[Leg], Stacked, Ints]]]:
        """Which of the worlds can be judged as one; and for each stretch its legs, its columns and the rows of the movement's legs, world by world."""
        if not self.able:
            return [], []
        kept = [n for n, world in enumerate(worlds) if self.fits(world, told[n])]
        reached = self._reached([told[n] for n in kept])
        vocabulary = self.plan.vocabulary.kinds["movement"]
        if self.counts and any(record in reached[vocabulary[side].to] for one in self.base.openings for side, record in one.key.items()):
            return [], []  # who is counted before stands in a row of its own in each world
        if "dealing" in self.counted:
            reached["movement"] = self._in_course([(worlds[n], told[n]) for n in kept], reached["movement"])
        split = {n: self._split_legs(worlds[n], told[n], reached["movement"]) for n in kept}
        kept = [n for n in kept if split[n] is not None and [_shape(leg) for leg in self._legs(worlds[n], told[n], self.movement)] == self.shape]
        if not kept:
            return [], []
        chosen = [worlds[n] for n in kept]
        for kind, names in self.names.items():
            known = set(names)
            names.extend(name for name in reached[kind] if name not in known)
        moved = frozenset(reached["movement"])
        own = [[legs[number] for n in kept if (legs := split[n])] for number in range(len(self.layers))]
        numbers = [n for n, one in enumerate(own) if self.others or any(one)]  # where nothing moves there is nothing to be read
        made = [
            Layer(self.layers[n], self.plan, self.names, self.resolved[n], self.held[n], chosen, reached, own[n], self.base["instrument"], self.was.leads)
            for n in numbers
        ]
        deals = Dealing(lambda: self.dealt, made, moved)
        columns = [one.columns(lambda term: self._others(term, made, moved), partial(deals.of, one)) for one in made]
        found: list[tuple[Sequence[Leg], Stacked, Ints]] = []
        for layer, one in zip(made, columns, strict=True):
            one.siblings, one.counted = list(columns), columns[0].counted
            further = [leg for legs in layer.legs for _, leg in legs]
            mine = [leg.movement == self.movement for leg in further]
            if any(mine):
                found.append(([*layer.base.legs, *further], one, one.further[np.array(mine)]))
        return kept, found

    @cached_property
    def dealt(self) -> Dealt:
        """The courses of dealing in the world as it is."""
        return Dealt(self.base, self.layers)

    def _split_legs(self, world: World, told: Told, movements: Sequence[str]) -> list[list[tuple[int, Leg]]] | None:
        """The legs of some movements in a world, by stretch, each with the number of who moves in it; None where some are in no stretch that there is."""
        found: list[list[tuple[int, Leg]]] = [[] for _ in self.layers]
        keys, ends = self._split(told.changes), sorted(told.changes)
        for movement in movements:
            for leg in self._legs(world, told, movement):
                number, unit = keys.get(_stretch(ends, leg)), self.was.units.get((leg.movement, leg.part))
                if number is None or unit is None:
                    return None
                found[number].append((unit, leg))
        return found

    def _others(self, term: Counted, made: Sequence[Layer], moved: frozenset[str]) -> Iterator[Tallied]:
        """What the same legs bring to a count in every world."""
        if (term, moved) not in self.tallies:
            self.tallies[term, moved] = [one.others(term, moved) for one in made]
        yield from (one.placed(term, found) for one, found in zip(made, self.tallies[term, moved], strict=True))


@lru_cache(maxsize=200_000)
def forms(node: Unique) -> frozenset[Counted | Relation]:
    """The counts in a condition, and the relations by which it leads to other records than links do."""
    found = frozenset[Counted | Relation]().union(*map(forms, node.nodes))
    return found | {node} if isinstance(node, (Counted, Relation)) else found


def _stretch(changes: Sequence[int], leg: Leg) -> tuple[int, int]:
    """What tells in which stretch of days a leg is, whose facts change on these."""
    return bisect_right(changes, leg.days.lo), bisect_right(changes, leg.days.hi)


def _shape(leg: Leg) -> object:
    return leg.movement, leg.part, leg.role, leg.days
