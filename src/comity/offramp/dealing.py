"""Courses of dealing in a stack: what the movement that is judged keeps with the other legs of its own world."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from comity.facts.leg import Leg
from comity.facts.record import Rows, World
from comity.facts.table import Children, RecordTable
from comity.facts.tables import End, Relations, perhaps
from comity.facts.value import Value
from comity.offramp.layer import Layer, Variants
from comity.tables.pile import Pile
from comity.verdict.decide import Stretch

Course = tuple[End, End]


@dataclass(eq=False)
class Dealt:
    """The courses of dealing in the world as it is."""

    base: World
    layers: Sequence[Stretch]

    def __post_init__(self) -> None:
        """Every leg, stretch by stretch, and the course that it is in."""
        self.relations: list[Relations] = []
        for one in self.layers:
            assert isinstance(one.tables.legs, RecordTable)
            self.relations.append(Relations(one.tables.legs, one.legs, self.relations, self.base))
        self.legs = [leg for one in self.layers for leg in one.legs]
        self.keys = [key for one in self.relations for key in one.keys]
        self.known: dict[int, tuple[Course, Leg]] = {}

    def keys_of(self, number: int, legs: Sequence[Leg]) -> list[Course]:
        """The courses of legs of any world in one stretch, whose parties are one with the same others."""
        fresh = list({id(leg): leg for leg in legs if id(leg) not in self.known}.values())
        if fresh:
            table = _table(self.layers[number], [leg.facts for leg in fresh], [leg.name for leg in fresh])
            keys = Relations(table, fresh, self.relations, self.base).keys
            self.known |= {id(leg): (key, leg) for key, leg in zip(keys, fresh, strict=True)}
        return [self.known[id(leg)][0] for leg in legs]


@dataclass(eq=False)
class Dealing:
    """The same in the worlds of a stack, if anybody asks; `moved`: the movements whose legs each world has of its own."""

    as_it_is: Callable[[], Dealt]
    layers: Sequence[Layer]
    moved: frozenset[str]

    @cached_property
    def dealt(self) -> Dealt:
        """The courses in the world as it is."""
        return self.as_it_is()

    @cached_property
    def kept(self) -> dict[Course, list[int]]:
        """What all worlds share of each course: rows among all legs, what is told twice only once."""
        found: dict[Course, dict[object, int]] = {}
        for row, (key, leg) in enumerate(zip(self.dealt.keys, self.dealt.legs, strict=True)):
            if leg.movement not in self.moved:
                found.setdefault(key, {}).setdefault(_same(leg), row)
        return {key: list(rows.values()) for key, rows in found.items()}

    @cached_property
    def own(self) -> list[tuple[int, int, Leg, Course]]:
        """The legs that worlds have of their own: in which stretch and world, and of which course."""
        found = []
        for number, one in enumerate(self.layers):
            told = [(world, leg) for world, legs in enumerate(one.legs) for _, leg in legs]
            keys = self.dealt.keys_of(number, [leg for _, leg in told])
            found += [(number, world, leg, key) for (world, leg), key in zip(told, keys, strict=True)]
        return found

    def of(self, layer: Layer) -> Children:
        """For each leg that worlds have of their own in a stretch, what is kept in the same course in its world."""
        base = _table(layer.base, [leg.facts for leg in self.dealt.legs], [leg.name for leg in self.dealt.legs])
        variants = Variants(lambda facts, ids: RecordTable("movement", ids, facts, base.facts, layer.named))
        which = np.array([variants.row(leg, leg.name, lambda leg=leg: leg.facts) for _, _, leg, _ in self.own], dtype=np.int64)  # type: ignore[misc]  # a leg's facts
        worlds = np.array([world for _, world, _, _ in self.own], dtype=np.int64)
        table = Pile(base, variants.table, which, worlds, layer.places.__getitem__, {})
        rows: list[dict[Course, dict[object, int]]] = [{} for _ in layer.worlds]
        for row, (_, world, leg, key) in enumerate(self.own):
            rows[world].setdefault(key, {}).setdefault(_same(leg), base.n + row)
        counts, index, open_ = [], list[int](), []
        may: dict[Course, bool] = {}
        for number, world, _, key in self.own:
            if layer is not self.layers[number]:
                continue
            members = [*self.kept.get(key, ()), *rows[world].get(key, {}).values()]
            if key not in may:
                may[key] = any(perhaps(key, other) for other in self.kept if other != key)
            counts.append(len(members))
            index += members
            open_.append(may[key] or any(perhaps(key, other) for other in rows[world] if other != key))
        return layer.behind(np.array(counts, dtype=np.int64), np.array(index, dtype=np.int64), table, np.array(open_, dtype=bool))


def _same(leg: Leg) -> object:
    """What of a course is told only once."""
    return leg.movement, leg.part, leg.facts.get("asset"), leg.facts.get("fields")


def _table(layer: Stretch, facts: Sequence[Mapping[str, Value | Rows]], ids: Sequence[str]) -> RecordTable:
    legs = layer.tables.legs
    return RecordTable("movement", ids, facts, legs.facts, layer.tables.kinds.__getitem__)
