"""A world as the gate asks it: one movement with a part for each cell, in the forms that are tried."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from comity.facts.place import Places
from comity.facts.record import Record, Rows, Stated, World
from comity.facts.value import MAX, TRUE, Interval, OneOf, SetOf, Value, only
from comity.facts.vocabulary import Vocabulary
from comity.gate.cell import Cell
from comity.gate.form import Drop, Grid
from comity.gate.mapping import Choice, Table
from comity.text.source import Mistake, Place, SourceError

METRES: Final = 111_111.0
"""Metres of one degree along a meridian, by the metre's first definition, a little less than any degree measures."""


@dataclass(frozen=True)
class Tried:
    """A cell and, by column, which of its forms is tried."""

    cell: Cell
    chosen: Mapping[str, int]

    def choice(self, table: Table, column: str) -> Choice:
        """The form that is tried of a column."""
        return table.columns[column].forms[self.chosen[column]]


def variant(world: World, movement: str, table: Table, tried: Sequence[Tried], day: int, vocabulary: Vocabulary, places: Places) -> World:
    """The world in which this movement, on that day, moves what crosses of each cell: as many persons, the fields kept, in their forms."""
    record = world["movement"][movement]
    if record.parts:
        raise SourceError([Mistake(record.place, f"'{movement}' has parts", "the gate moves one thing at a time: give each part a name of its own")])
    asset = world["asset"][table.asset]
    records = {kind: dict(held) for kind, held in world.records.items()}
    parts: list[dict[str, Stated]] = []
    for at, one in enumerate(tried):
        base = population(world, record, asset, one.cell.place, places)
        people = f"{movement}.cell.{at}"
        records["population"][people] = _people(people, base, one.cell, devices=table.device is not None)
        records["asset"][people] = replace(asset, id=people, facts={**asset.facts, **_moved(asset, table, one, vocabulary), "populations": _closed(people)})
        part: dict[str, Stated] = {"asset": OneOf(frozenset({people})), "population": OneOf(frozenset({people}))}
        if activity := _narrowest(table.activities, one.cell.place, places):
            part["activity"] = OneOf(frozenset({table.activities[activity]}))
        parts.append(part)
    several = {name: values for name, values in record.several.items() if name != "population"}
    facts: dict[str, Stated] = {**record.facts, "on": Interval(day, day)}
    records["movement"][movement] = replace(record, facts=facts, parts=tuple(parts), several=several)
    return replace(world, records=records)


def population(world: World, movement: Record, asset: Record, place: str, places: Places) -> Record | None:
    """The group of persons, as the world tells them, that those of a place belong to: the narrowest that holds the place; None if there is none or no one."""
    held = movement.several.get("population") or ((found,) if isinstance(found := movement.facts.get("population"), OneOf) else ())
    names = sorted({only(one) for one in held} or (asset_of.known if isinstance(asset_of := asset.facts.get("populations"), SetOf) else set()))
    known: dict[str, list[Record]] = {}
    for one in (world["population"][name] for name in names if name in world["population"]):
        known.setdefault(only(one.facts.get("place")), []).append(one)
    here = known.get(_narrowest(known, place, places), [])
    return here[0] if len(here) == 1 else None


def _narrowest(among: Iterable[str], place: str, places: Places) -> str:
    """Of some places the one that holds this one and lies in all others that do; nothing if there is none."""
    around = [one for one in among if one and places.inside(place, frozenset({one})) == TRUE]
    return next((one for one in around if all(places.inside(one, frozenset({other})) == TRUE for other in around)), "")


def _people(name: str, base: Record | None, cell: Cell, *, devices: bool) -> Record:
    """The persons of a cell: counted, and what the world says of the group they belong to; of a group nobody described nothing is known."""
    facts: dict[str, Stated] = {**base.facts} if base is not None else {}
    persons = len(cell.persons)
    facts.pop("devices", None)  # those of the whole group are not those of the cell
    if devices:
        facts["devices"] = Interval(len(cell.devices), len(cell.devices))
    if isinstance(minors := facts.get("minors"), Interval):
        facts["minors"] = Interval(0, min(minors.hi, persons))
    facts |= {"place": OneOf(frozenset({cell.place})), "persons": Interval(persons, persons), "apart": TRUE}
    return replace(base, id=name, facts=facts) if base is not None else Record(name, "population", Place("", 1, 1), facts)


def _moved(asset: Record, table: Table, one: Tried, vocabulary: Vocabulary) -> dict[str, Stated]:
    """What a cell holds once its columns are in their forms: the fields that a kept column carries."""
    held = asset.facts.get("fields")
    if not isinstance(held, Rows):
        return {}
    quantum = vocabulary.kinds["asset"]["fields"].columns["precision_m"].quantum
    rows: list[Mapping[str, Value]] = []
    for name, column in table.columns.items():
        choice = one.choice(table, name)
        if column.field is None or isinstance(choice.form, Drop):
            continue
        row = dict(held.rows[column.field])
        if choice.becomes:
            row["kind"] = OneOf(frozenset({choice.becomes}))
        if isinstance(choice.form, Grid):
            row["precision_m"] = Interval(math.floor(_metres(choice.form, one.cell) / float(quantum)), MAX)
        rows.append(row)
    return {"fields": Rows(tuple(rows), open=False)}


def _metres(grid: Grid, cell: Cell) -> float:
    """The shorter side of a grid's cells, in metres, where meridians stand closest in this cell."""
    farthest = max(map(abs, cell.latitudes or (90.0,)))
    return METRES / grid.per_degree * max(0.0, math.cos(math.radians(min(90.0, farthest))))


def _closed(name: str) -> SetOf:
    return SetOf(frozenset({name}), frozenset({name}))
