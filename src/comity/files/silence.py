"""What silence says: what is closed holds nothing, a row without its first day was there all along, who states no reason claims nothing by it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final

from comity.facts.record import Dated, Record, Rows, Source, Stated, World
from comity.facts.value import EMPTY, FALSE, MIN, NO_CODE, Interval, OneOf, Value
from comity.facts.vocabulary import KINDS, Fact, Vocabulary
from comity.text.source import Place

SINCE: Final = "since"
ORIGINS: Final = ("effective_on", "issued_on", "signed_on")
"""The days from which a paper is in force where it does not say so itself, the first that is stated."""
UNSTATED: Final = "not stated"
"""The record of a kind of which nothing is known but that it claims nothing, in a world whose movements stand elsewhere."""


def nothing(fact: Fact) -> Stated:
    """What a closed collection holds: no rows, no members, no link; and what a closed truth is: not so."""
    match fact.type:
        case "rows":
            return Rows((), open=False)
        case "codes" | "places" | "links":
            return EMPTY
        case "bool":
            return FALSE
        case _:
            return NO_CODE


def first_day(world: World) -> Interval | None:
    """Some day up to the first on which something moves; none where that is not known. Where nothing moves, before every day."""
    stated = [facts.get("on") for m in world["movement"].values() for facts in (m.facts, *m.parts) if "on" in facts or facts is m.facts]
    days = [on.lo if isinstance(on, Interval) else on.spans[0][0] if isinstance(on, Dated) else MIN for on in stated]
    return None if MIN in days else Interval(MIN, min(days, default=MIN))


def hold_all_along(world: World, vocabulary: Vocabulary, before: Interval) -> None:
    """A row that does not say since when it holds was there before anything moved; which of two such rows is the older stays unknown."""
    for kind, records in world.records.items():
        for name in [f.name for f in vocabulary.kinds[kind].values() if SINCE in f.columns]:
            world.presumed.setdefault(kind, {})[f"{name}[].{SINCE}"] = before
            for record in records.values():
                if isinstance(rows := record.facts.get(name), Rows):
                    record.facts[name] = Rows(tuple({SINCE: before, **row} for row in rows.rows), rows.open)


def held_before(world: World) -> Interval | None:
    """The day before which rows without a day of their own hold, as the world was read, whatever day it is asked about since."""
    presumed = (value for facts in world.presumed.values() for name, value in facts.items() if name.endswith(f"[].{SINCE}"))
    return next((value for value in presumed if isinstance(value, Interval)), None)


def held_since(records: Mapping[str, Mapping[str, Record]], was: Interval, now: Interval | None) -> dict[str, dict[str, Record]]:
    """The records of a world whose movements begin on another day: such rows hold before that one; if it is not known, nobody knows since when."""

    def moved(row: Mapping[str, Value]) -> dict[str, Value]:
        kept = {name: value for name, value in row.items() if name != SINCE or value != was}
        return kept if now is None or len(kept) == len(row) else {**kept, SINCE: now}

    def told(fact: Stated) -> Stated:
        return Rows(tuple(moved(row) for row in fact.rows), fact.open) if isinstance(fact, Rows) and any(SINCE in row for row in fact.rows) else fact

    made: dict[str, dict[str, Record]] = {}
    for kind, held in records.items():
        made[kind] = {}
        for name, record in held.items():
            facts = {fact: told(value) for fact, value in record.facts.items()}
            made[kind][name] = replace(record, facts=facts) if any(facts[fact] is not value for fact, value in record.facts.items()) else record
    return made


def in_force_from(world: World) -> None:
    """A paper that does not say since when it is in force is so from the day on which it took effect, was issued or signed, as far as that is said."""
    for record in world["instrument"].values():
        for name in ORIGINS:
            if SINCE not in record.facts and name in record.facts:
                record.facts[SINCE] = record.facts[name]


def claims(world: World, vocabulary: Vocabulary, kind: str) -> dict[str, Stated]:
    """What is presumed of claims of this kind: facts that only ever open a way, so that none of them opens one where nobody claims it."""
    presumed = world.presumed.get(kind, {})
    return {f.name: presumed[f.name] for f in vocabulary.kinds[kind].values() if f.closes == "claim" and f.name in presumed}


def claim_nothing(world: World, vocabulary: Vocabulary, sources: Mapping[tuple[str, str], Source]) -> None:
    """Gives every movement that does not state such a record one of its own. What else is true of it stays unknown."""
    for kind in KINDS:
        if not (presumed := claims(world, vocabulary, kind)):
            continue
        for link in [f.name for f in vocabulary.kinds["movement"].values() if f.type == "link" and f.to == kind]:
            for movement in world["movement"].values():
                if link not in movement.facts:
                    record = world[kind].setdefault(f"{movement.id}.{link}", Record(f"{movement.id}.{link}", kind, movement.place))
                    for name in [n for n in presumed if n not in record.facts]:
                        record.facts[name], record.sources[name] = presumed[name], sources[kind, name]
                    movement.facts[link] = OneOf(frozenset({record.id}))


def stand_in(world: World, vocabulary: Vocabulary, place: Place, elsewhere: Collection[str]) -> list[str]:
    """The same for movements that stand elsewhere: one record to which the link is presumed to lead; the kinds that stand elsewhere too and lack it."""
    kinds = [kind for kind in KINDS if claims(world, vocabulary, kind)]
    for kind in kinds:
        if kind not in elsewhere:
            world[kind][UNSTATED] = Record(UNSTATED, kind, place, facts=claims(world, vocabulary, kind))
        for link in [f.name for f in vocabulary.kinds["movement"].values() if f.type == "link" and f.to == kind]:
            world.presumed.setdefault("movement", {}).setdefault(link, OneOf(frozenset({UNSTATED})))
    return [kind for kind in kinds if kind in elsewhere]
