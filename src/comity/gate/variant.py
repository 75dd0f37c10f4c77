"""A world as the gate asks it: one movement with a part for each cell, in the forms that are tried."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from comity.facts.member import member
from comity.facts.place import Places
from comity.facts.record import Record, Rows, Stated, World
from comity.facts.value import ANY_CODE, MAX, TRUE, UNKNOWN, Interval, OneOf, SetOf, Value, only
from comity.facts.vocabulary import Vocabulary
from comity.gate.cell import Cell
from comity.gate.form import Drop, Grid
from comity.gate.mapping import Choice, Table
from comity.text.source import Mistake, Place, SourceError
from comity.verdict.plan import Plan

METRES: Final = 110_574.0
"""Metres of one degree of latitude at the equator (WGS 84): no degree of a meridian is shorter, none of a parallel than this times the cosine."""


@dataclass(frozen=True)
class Tried:
    """A cell and, by column, which of its forms is tried."""

    cell: Cell
    chosen: Mapping[str, int]

    def choice(self, table: Table, column: str) -> Choice:
        """The form that is tried of a column."""
        return table.columns[column].forms[self.chosen[column]]

    def columns(self, table: Table) -> list[str]:
        """The columns of which something is left."""
        return [name for name in table.columns if not isinstance(self.choice(table, name).form, Drop)]


def variant(world: World, movement: str, table: Table, tried: Sequence[Tried], on: Interval, plan: Plan) -> World:
    """The world in which this movement, on one of these days, moves what crosses of each cell: as many persons, the fields kept, in their forms."""
    record = world["movement"][movement]
    if record.parts:
        raise SourceError([Mistake(record.place, f"'{movement}' has parts", "the gate moves one thing at a time: give each part a name of its own")])
    asset = world["asset"][table.asset]
    records = {kind: dict(held) for kind, held in world.records.items()}
    parts: list[dict[str, Stated]] = []
    names = [_free(f"{movement}.cell.{at}", world) for at in range(len(tried))]
    for people, one in zip(names, tried, strict=True):
        base = population(world, record, asset, one.cell.place, plan.places)
        records["population"][people] = _people(people, base, one.cell, devices=table.device is not None)
        records["asset"][people] = replace(
            asset, id=people, facts={**asset.facts, **_moved(asset, table, one, plan.vocabulary), "populations": _closed(people)}
        )
        part: dict[str, Stated] = {"asset": OneOf(frozenset({people})), "population": OneOf(frozenset({people}))}
        activity = around(table.activities, one.cell.place, plan.places)
        if activity != "":
            part["activity"] = ANY_CODE if activity is None else OneOf(frozenset({table.activities[activity]}))
        parts.append(part)
    numbers = [one.cell.number for one in tried]
    persons = None if None in numbers else sum(filter(None, numbers))
    records["instrument"] = {name: replace(held, facts=_papers(held.facts, table.asset, names, persons)) for name, held in world["instrument"].items()}
    several = {name: values for name, values in record.several.items() if name not in ("population", "fields")}
    # what is kept is what the columns hold, whatever fields the movement itself is said to keep
    facts: dict[str, Stated] = {**{name: value for name, value in record.facts.items() if name != "fields"}, "on": on}
    records["movement"][movement] = replace(record, facts=facts, parts=tuple(parts), several=several)
    return replace(world, records=records)


def _free(name: str, world: World) -> str:
    """The name, or one like it that nothing in the world bears."""
    while name in world["asset"] or name in world["population"]:
        name += "'"
    return name


def _papers(facts: Mapping[str, Stated], asset: str, cells: Sequence[str], persons: int | None) -> dict[str, Stated]:
    """The facts of a paper: it speaks of what is in an asset as it speaks of the asset, and its limit is for all cells together."""
    found = dict(facts)
    match facts.get("assets"):
        case SetOf(known, possible) if possible is None or asset in possible:
            more = frozenset(cells)
            found["assets"] = SetOf(known | more if asset in known else known, None if possible is None else possible | more)
    if isinstance(most := facts.get("persons_max"), Interval) and (persons is None or most.lo < persons):
        found["persons_max"] = Interval(0, 0 if persons is not None and most.hi < persons else most.hi)
    return found


def population(world: World, movement: Record, asset: Record, place: str, places: Places) -> Record | None:
    """The group of persons, as the world tells them, that those of a place belong to: the narrowest that holds the place.

    None if there is none, if there are two, or if they may belong to another one.
    """
    held = movement.several.get("population") or ((found,) if isinstance(found := movement.facts.get("population"), OneOf) else ())
    names = sorted({only(one) for one in held} or (asset_of.known if isinstance(asset_of := asset.facts.get("populations"), SetOf) else set()))
    known: dict[str, list[Record]] = {}
    for one in (world["population"][name] for name in names if name in world["population"]):
        stated = one.facts.get("place", ANY_CODE)
        if only(stated):
            known.setdefault(only(stated), []).append(one)
        elif not isinstance(stated, OneOf) or member(stated, "in", frozenset(places.ancestors(place)), places):
            return None  # nobody knows where this group is: perhaps here
    holding = around(known, place, places)
    here = known[holding] if holding else []
    return here[0] if len(here) == 1 else None


def around(among: Iterable[str], place: str, places: Places) -> str | None:
    """Of some places the one that holds this one and lies in all others that do; nothing if none holds it; None if that is not to be said."""
    told = {one: places.inside(place, frozenset({one})) for one in among if one}
    holding = [one for one, truth in told.items() if truth == TRUE]
    if UNKNOWN in told.values():
        return None
    return next((one for one in holding if all(places.inside(one, frozenset({other})) == TRUE for other in holding)), None if holding else "")


def _people(name: str, base: Record | None, cell: Cell, *, devices: bool) -> Record:
    """The persons of a cell: counted, and what the world says of the group they belong to; of a group nobody described nothing is known."""
    facts: dict[str, Stated] = {**base.facts} if base is not None else {}
    for fact in ("devices", "apart", "persons"):  # those of the whole group are not those of the cell, and somebody may be in two
        facts.pop(fact, None)
    if devices and cell.devices is not None:
        facts["devices"] = Interval(len(cell.devices), len(cell.devices))
    if isinstance(minors := facts.get("minors"), Interval):
        facts["minors"] = Interval(0, minors.hi)
    if cell.number is not None:
        facts["persons"] = Interval(cell.number, cell.number)
        if isinstance(minors, Interval):
            facts["minors"] = Interval(0, min(minors.hi, cell.number))
    facts["place"] = OneOf(frozenset({cell.place}))
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
