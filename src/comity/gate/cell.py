"""A cell: the persons of one place in a source, and the rows that are about them. What the gate decides is decided once for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from comity.gate.engine.engine import People, Profile
from comity.gate.mapping import Table
from comity.ledger.digests import Digests


@dataclass(frozen=True)
class Cell:
    """The persons of one place. `values`: what the column of places says of them.

    `rows`: those about them. `unknown`: those that do not say who, or on which device.

    `latitudes`: how far north and south the rows reach, in degrees, if that is known. `persons` and `devices`: None as long as nobody counted them.

    `part`: `persons` are some of those of the place.
    """

    place: str
    values: tuple[str | None, ...]
    rows: int
    unknown: int
    latitudes: tuple[float, float] | None = None
    persons: Digests | None = None
    devices: Digests | None = None
    part: bool = False

    @property
    def number(self) -> int | None:
        """How many persons, if that was counted."""
        return None if self.persons is None else len(self.persons)

    def with_persons(self, people: Mapping[str | None, People]) -> Cell:
        """The cell with its persons, given by the values of the column of places."""
        held = [people[value] for value in self.values]
        return replace(self, persons=Digests.union([one.persons for one in held]), devices=Digests.union([one.devices for one in held]))


@dataclass(frozen=True)
class Cells:
    """The cells of a source by place; `nowhere`: rows that do not say where their person is, or say it in words that nobody explained."""

    cells: tuple[Cell, ...]
    nowhere: int


def cells(profiles: Mapping[str | None, Profile], table: Table) -> Cells:
    """The cells of a source that was profiled; nobody is counted yet."""
    grouped: dict[str, list[tuple[str | None, Profile]]] = {}
    nowhere = 0
    for told, profile in profiles.items():
        place = table.place.place(told)
        if place is None:
            nowhere += profile.rows
        else:
            grouped.setdefault(place, []).append((told, profile))
    return Cells(tuple(_cell(place, held, table) for place, held in sorted(grouped.items())), nowhere)


def _cell(place: str, held: Sequence[tuple[str | None, Profile]], table: Table) -> Cell:
    return Cell(
        place,
        tuple(sorted((told for told, _ in held if told is not None))) if table.place.column is not None else (None,),
        sum(one.rows - one.unknown for _, one in held),
        sum(one.unknown for _, one in held),
        _reach([one.extremes.get(table.latitude or "", (None, None)) for _, one in held]),
    )


def _reach(held: Sequence[tuple[object, object]]) -> tuple[float, float] | None:
    """The least and the greatest latitude; None where one is no number."""
    known = [(float(low), float(high)) for low, high in held if isinstance(low, int | float) and isinstance(high, int | float)]
    return (min(low for low, _ in known), max(high for _, high in known)) if known else None
