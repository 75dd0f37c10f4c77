"""The row is a leg: one movement × actor × purpose × population × fields kept × place of access × stretch of time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise, product
from typing import cast

from comity.facts.record import Dated, Record, Rows, Stated, World
from comity.facts.value import ANY_CODE, ANYWHERE, MAX, MIN, NO_CODE, Interval, OneOf, SetOf, Value, only


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg: its movement and part, who is judged in which role, on which days, and its facts."""

    movement: str
    part: int
    actor: str
    role: str
    days: Interval
    facts: Mapping[str, Value | Rows]

    @property
    def name(self) -> str:
        """`movement`, with the part and the actor where they are not the first."""
        part = f"[{self.part}]" if self.part >= 0 else ""
        return f"{self.movement}{part}" + ("" if self.role == "exporter" else f"@{self.actor or self.role}")


def legs(world: World, boundaries: Iterable[int]) -> list[Leg]:
    """Every leg of a world; continuous movements are cut at the boundaries (day numbers on which law or facts change)."""
    cuts = sorted(set(boundaries))
    return [leg for movement in world["movement"].values() for leg in _legs(world, movement, cuts)]


def fact_days(world: World, *, dated: bool = False) -> set[int]:
    """The days on which a stated fact changes; with `dated`, where a movement begins or ends is none of them."""
    stated = (one for records in world.records.values() for r in records.values() for facts in (r.facts, *r.parts) for one in facts.items())
    spans = (span for name, value in stated if isinstance(value, Dated) and not (dated and name == "on") for span in value.spans)
    return {day for since, until, _ in spans for day in (since, until) if MIN < day < MAX}


def dates(world: World, kind: str, fact: str) -> Iterator[Interval]:
    """The dates that are stated of a fact of the records of a kind, or in a column of rows."""
    owner, _, rows = kind.removeprefix("rows:").partition("/")
    for facts in (facts for record in world.records.get(owner, {}).values() for facts in (record.facts, *record.parts)):
        held = facts.get(rows or fact)
        values = [row.get(fact) for row in held.rows] if isinstance(held, Rows) else [held]
        yield from (value for value in values if isinstance(value, Interval))


def _legs(world: World, movement: Record, cuts: list[int]) -> Iterator[Leg]:
    for index, part in enumerate(movement.parts or ({},)):
        own = cast("dict[str, tuple[Value, ...]]", part.get("*several", {}))
        facts = {name: value for name, value in {**movement.facts, **part}.items() if name != "*several"}
        choices = {name: values for name, values in {**movement.several, **own}.items() if name not in part or name in own}
        chosen = ({**facts, **dict(zip(choices, combination, strict=True))} for combination in product(*choices.values()))
        for count, whole in enumerate(one for facts in chosen for one in _populations(world, facts)):
            number = index if movement.parts else count if choices else -1
            for days in _stretches(whole.get("on", ANYWHERE), cuts):
                yield from _actors(world, movement.id, number, days, _complete({**whole, "on": days}))


def _populations(world: World, facts: dict[str, Stated]) -> Iterator[dict[str, Stated]]:
    """One leg for each population of the asset, where the movement names none."""
    asset = only(facts.get("asset"))
    if "population" in facts or not asset:
        yield facts
        return
    record = world["asset"].get(asset)
    held = record.facts.get("populations") if record else None
    if not isinstance(held, SetOf) or not held.known:
        yield {**facts, "population": NO_CODE} if isinstance(held, SetOf) and held.closed else facts
        return
    for name in sorted(held.known):
        yield {**facts, "population": OneOf(frozenset({name}))}
    if not held.closed:
        yield {**facts, "population": ANY_CODE}


def _stretches(on: Stated, cuts: list[int]) -> Iterator[Interval]:
    if not isinstance(on, Dated):
        yield on if isinstance(on, Interval) else ANYWHERE
        return
    for since, until, _ in on.spans:
        for first, last in pairwise([since, *(c for c in cuts if since < c < until), until]):
            yield Interval(first, max(first, last - 1))


def _complete(facts: dict[str, Stated]) -> dict[str, Stated]:
    """Facts of a movement that follow from others when they are not stated."""
    if facts.get("initiator") == NO_CODE:
        facts = {**facts, "initiator": facts.get("exporter", ANY_CODE)}
    if "importer_activity" not in facts and "activity" in facts:
        facts = {**facts, "importer_activity": facts["activity"]}
    return facts


def _actors(world: World, movement: str, part: int, days: Interval, facts: dict[str, Stated]) -> Iterator[Leg]:
    stated = facts.get("participants")
    rows = stated.rows if isinstance(stated, Rows) else ()
    seen: list[Mapping[str, Value]] = []
    for side in ("exporter", "importer"):
        party = cast("Value", facts.get(side, ANY_CODE))
        given = next((r for r in rows if r.get("role") == OneOf(frozenset({side})) and r.get("party", party) == party), {})
        seen.append({"party": party, "role": OneOf(frozenset({side})), **{k: v for k, v in given.items() if k in ("knowledge", "intents")}})
    sides, named = [s["role"] for s in seen], [s["party"] for s in seen]
    seen += [r for r in rows if r.get("role") not in sides or r.get("party") not in named]
    flat = {k: resolve(v, days) for k, v in facts.items()}
    for row in seen:
        party, role = row.get("party", ANY_CODE), row.get("role", ANY_CODE)
        own = {"actor": party, "role": role, **{k: row[k] for k in ("knowledge", "intents") if k in row}}
        if "knowledge" not in row and (only(party) in world.told_by if world.told_by is not None else only(role) == "exporter"):
            # who tells a world knows it: its exporters, unless it says who tells
            own["knowledge"] = OneOf(frozenset({"actual"}))
        yield Leg(movement, part, only(party), only(role) or "participant", days, {**flat, **own})


def resolve(value: Stated, days: Interval) -> Value | Rows:
    """What a fact may be throughout some days: a dated fact is what it is where one stretch spans them all."""
    if not isinstance(value, Dated):
        return value
    touched = [v for since, until, v in value.spans if since <= days.hi and days.lo < until]
    whole = [v for since, until, v in value.spans if since <= days.lo and days.hi < until]
    if whole:
        return whole[-1]
    return _anything(touched or [v for _, _, v in value.spans])


def _anything(values: list[Value]) -> Value:
    match values[0] if values else ANY_CODE:
        case Interval():
            return ANYWHERE
        case SetOf():
            return SetOf(frozenset(), None)
        case int():
            return 1
        case _:
            return ANY_CODE
