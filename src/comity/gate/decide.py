"""Decides a transfer cell by cell: in the forms preferred most that every law permits, on the totals of every count."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from comity.facts.record import World
from comity.gate.cell import Cell, Cells
from comity.gate.counting import Kept, Share, Unions, names, shares, told
from comity.gate.crossing import Crossing
from comity.gate.days import Days
from comity.gate.engine.engine import People
from comity.gate.mapping import Table
from comity.gate.meaning import rests
from comity.gate.variant import Tried, variant
from comity.law.condition import Counted
from comity.law.rulebook import PERMITTED
from comity.ledger.definition import Asked, Total
from comity.ledger.digests import Digests, Places
from comity.ledger.window import start
from comity.verdict.decide import Judged, judge, stretches
from comity.verdict.plan import Plan
from comity.verdict.verdict import Verdict

Totals = Callable[[Sequence[Asked]], Sequence[Total]]
"""What the ledger counts of some persons under some keys, these included."""
Persons = Callable[[Sequence[str | None]], Mapping[str | None, People]]
"""Whom the rows are about that have these values in the column of places."""
Known = Callable[[Sequence[Asked]], Sequence[Digests]]
"""Which of these persons it counts already."""


@dataclass(frozen=True)
class Passed:
    """What is found of one cell: its forms by column, and its verdict in them. `uncounted`: it is not known whose count its persons are."""

    cell: Cell
    tried: Tried
    verdict: Verdict
    uncounted: bool

    @property
    def permitted(self) -> bool:
        """May it cross? Only what every law permits at the worst end."""
        return not self.uncounted and self.verdict.outcome.worst == PERMITTED

    @property
    def hopeless(self) -> bool:
        """May it not cross, whatever else is found out?"""
        return bool(self.verdict.unread) or self.verdict.outcome.best != PERMITTED

    @property
    def brief(self) -> dict[str, str | int]:
        """It in a few words; how many persons, if they were counted."""
        counted = {} if self.cell.number is None else {"persons": self.cell.number}
        return {"place": self.cell.place, "rows": self.cell.rows, **counted, "outcome": str(self.verdict.outcome)}


@dataclass(frozen=True)
class Asking:
    """What a transfer is asked with: the world, the law, the movement, the table, its days; `kept`: how long the ledger keeps each count."""

    world: World
    plan: Plan
    movement: str
    table: Table
    days: Days
    kept: Mapping[str, Kept]
    unions: Unions = field(default_factory=Unions, repr=False, compare=False)

    @cached_property
    def terms(self) -> Mapping[Counted, str]:
        """The counts for which the law draws lines, and their names in the ledger."""
        return names(self.plan)

    @cached_property
    def kept_as(self) -> Mapping[Counted, str | None]:
        """The same; None of those that hang on a reading of which this world says otherwise than what prevails: the ledger counts by what prevails."""
        other = {name for name, truth in self.world.readings.items() if self.plan.prevailing.get(name) != truth}
        return {term: name if rests(term, self.plan).isdisjoint(other) else None for term, name in self.terms.items()}

    def ask(self, tried: Sequence[Tried], totals: Totals) -> tuple[list[Passed], list[Share]]:
        """The verdict on each cell when all of these cross together, and what they bring to each count."""
        if not tried:
            return [], []
        world = self._tried(tried)
        cells, devices = [one.cell for one in tried], self.table.device is not None
        brought, nobodys = shares(stretches(world, self.plan), self.movement, cells, self.days, self.kept_as, self.unions, devices=devices)
        starts = [start(one.term.window, one.asked.day) for one in brought]
        openings = told(world, brought, totals([one.asked for one in brought]), self.kept, starts)
        return self._found(tried, replace(world, openings=[*world.openings, *openings]), nobodys), brought

    def before(self, tried: Sequence[Tried]) -> list[Passed]:
        """The verdict on each cell before anybody is counted: what is settled then, no count changes."""
        return self._found(tried, replace(self._tried(tried), openings=[], closed=self.world.closed - {"counts"}), set())

    def _tried(self, tried: Sequence[Tried]) -> World:
        return variant(self.world, self.movement, self.table, tried, self.days.on, self.plan)

    def _found(self, tried: Sequence[Tried], world: World, nobodys: set[int]) -> list[Passed]:
        legs: dict[int, list[Judged]] = {}
        for one in stretches(world, self.plan):
            for judged in judge(one, self.plan):
                if judged.leg.movement == self.movement:
                    legs.setdefault(judged.leg.part, []).append(judged)
        about = self.world["movement"][self.movement].about
        return [Passed(one.cell, one, Verdict(self.movement, about, legs[part], self.plan, self.days.day), part in nobodys) for part, one in enumerate(tried)]


@dataclass(frozen=True)
class Decision:
    """What crosses, what stays, and why. `stays`: cells that may not cross as preferred most nor as protected most, in the latter forms.

    Of a cell of which a part crosses the rest stays, with the verdict on one person more. Where no column is left of any cell, all stay.
    """

    asking: Asking
    crosses: tuple[Passed, ...]
    stays: tuple[Passed, ...]
    nowhere: int
    brought: tuple[Share, ...]
    effects: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    """By place and column: the provisions that would stand if the column crossed in the form preferred most."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that cross: those of which something is left in some cell."""
        table = self.asking.table
        left = {name for one in self.crosses for name in one.tried.columns(table)}
        return tuple(name for name in table.columns if name in left)

    @property
    def parted(self) -> bool:
        """Does any cell cross in part?"""
        return any(one.cell.part for one in self.crosses)

    @property
    def rows(self) -> int:
        """How many rows cross."""
        return sum(one.cell.rows for one in self.crosses)

    def counted(self, rows: Mapping[str | None, int]) -> Decision:
        """It with the rows that cross of each cell in part, given by the values of the column of places; the others of its rows stay."""
        crosses = tuple(_with_rows(one, sum(rows[value] for value in one.cell.values)) if one.cell.part else one for one in self.crosses)
        moved = {one.cell.place: one.cell.rows for one in crosses if one.cell.part}
        stays = tuple(_with_rows(one, one.cell.rows - moved[one.cell.place]) if one.cell.part else one for one in self.stays)
        return replace(self, crosses=crosses, stays=stays)

    @property
    def crossing(self) -> Crossing:
        """The one filter and mask that lets through what crosses."""
        table = self.asking.table
        where = table.place
        chosen = [(one.cell, {name: one.tried.choice(table, name).form for name in table.columns}) for one in self.crosses]
        cells = {value: forms for cell, forms in chosen for value in cell.values}
        kept = self.columns
        known = (table.person,) if table.device is None else (table.person, table.device)
        few = {value: _persons(one.cell) for one in self.crosses if one.cell.part for value in one.cell.values}
        return Crossing(where.column, {value: {name: forms[name] for name in kept} for value, forms in cells.items()}, kept, known, few)


def _with_rows(one: Passed, rows: int) -> Passed:
    return replace(one, cell=replace(one.cell, rows=rows))


def decide(asking: Asking, found: Cells, persons: Persons, totals: Totals, known: Known) -> Decision:
    """Which cells cross, and in which forms.

    Cells that may cross neither as preferred most nor as protected most, however many persons they hold, stay; nobody counts those. The
    others cross all in the forms preferred most, if the law permits that. Else each is tried in the most protective of its forms; of those
    that may cross so, column by column, the first form is taken in which all of them still may. Of a cell that may not cross whole in
    those, as many persons as may, if a person asked for it. Each step is a verdict on all cells that cross together, so that counts are
    those of the whole transfer; what is returned was asked as a whole. Where no cell then has a column left, nothing crosses.
    """
    table = asking.table
    cells, hopeless = _sifted(asking, [cell for cell in found.cells if cell.rows])
    people = persons([value for cell in cells for value in cell.values])
    best = [_preferred(table, cell.with_persons(people)) for cell in cells]
    passed, brought = asking.ask(best, totals)
    if passed and all(one.permitted for one in passed):
        decision = Decision(asking, tuple(passed), tuple(hopeless), _unmet(found), tuple(brought))
        return decision if decision.columns else _held(decision, best)
    passed, _ = asking.ask([_protective(table, one.cell) for one in best], totals)
    stays = {one.cell.place: one for one in passed if not one.permitted}
    crosses = [one.tried for one in passed if one.permitted]
    crosses, stays = _added(asking, crosses, stays, totals)
    if table.parts:
        crosses, stays = _in_part(asking, crosses, stays, totals, known)
    stays |= {one.cell.place: one for one in hopeless}
    before: list[Tried] = []
    while crosses != before:  # what one column takes may open or close a way for those before it
        before = crosses
        for name, column in table.columns.items():
            crosses = _relaxed(asking, crosses, name, len(column.forms), totals)
    passed, brought = asking.ask(crosses, totals)
    decision = Decision(asking, tuple(passed), tuple(stays.values()), _unmet(found), tuple(brought))
    if not all(one.permitted for one in passed):  # others reserved persons while this was asked
        return _held(decision, best)
    decision = replace(decision, effects=_effects(asking, passed, totals))
    return decision if decision.columns else _held(decision, best)


def _held(decision: Decision, tried: Sequence[Tried]) -> Decision:
    """The decision that nothing crosses after all: each place stays whole; one of which a part would have crossed, for the reason why not all did."""
    whole = {one.cell.place: one.cell for one in tried}
    stays = {one.cell.place: one for one in (*decision.crosses, *decision.stays)}
    return replace(decision, crosses=(), stays=tuple(replace(one, cell=whole.get(place, one.cell)) for place, one in stays.items()), brought=())


def _sifted(asking: Asking, cells: Sequence[Cell]) -> tuple[list[Cell], list[Passed]]:
    """The cells that may perhaps cross in the first or in the last of their forms; and the others, in the last."""
    held = [one for one in asking.before([_protective(asking.table, cell) for cell in cells]) if one.hopeless]
    held = [one for one, best in zip(held, asking.before([_preferred(asking.table, one.cell) for one in held]), strict=True) if best.hopeless]
    staying = {one.cell.place for one in held}
    return [cell for cell in cells if cell.place not in staying], held


def _preferred(table: Table, cell: Cell) -> Tried:
    """A cell, each of its columns in the form preferred most."""
    return Tried(cell, dict.fromkeys(table.columns, 0))


def _protective(table: Table, cell: Cell) -> Tried:
    """The same in the most protective forms."""
    return Tried(cell, {name: len(column.forms) - 1 for name, column in table.columns.items()})


def _unmet(found: Cells) -> int:
    """Rows that say not where, or not who."""
    return found.nowhere + sum(cell.unknown for cell in found.cells)


def _added(asking: Asking, crosses: list[Tried], stays: dict[str, Passed], totals: Totals) -> tuple[list[Tried], dict[str, Passed]]:
    """Cells that could not cross with all others may with those that are left: each is tried once more."""
    for place, one in list(stays.items()) if len(stays) > 1 or crosses else []:
        if one.uncounted or one.verdict.unread:  # that hangs on nobody else
            continue
        passed, _ = asking.ask([*crosses, one.tried], totals)
        if all(other.permitted for other in passed):
            crosses = [*crosses, one.tried]
            del stays[place]
    return crosses, stays


def _in_part(asking: Asking, crosses: list[Tried], stays: dict[str, Passed], totals: Totals, known: Known) -> tuple[list[Tried], dict[str, Passed]]:
    """Of each cell that could not cross whole, with what crosses by now: the first of its persons, up to one with whom it may no longer."""
    found = dict(stays)
    for place, one in stays.items():
        if one.uncounted or one.verdict.unread:  # that hangs on no number
            continue
        order = _order(asking, one.tried, totals, known)
        few, beyond, why = 0, len(order), one
        while beyond - few > 1:
            middle = (few + beyond) // 2
            passed, _ = asking.ask([*crosses, _first(one.tried, order, middle)], totals)
            barred = [other for other in passed if not other.permitted]
            few, beyond, why = (few, middle, barred[0]) if barred else (middle, beyond, why)
        if few:
            crosses = [*crosses, _first(one.tried, order, few)]
            found[place] = replace(one, cell=_some(one.cell, order[few:]), verdict=why.verdict, uncounted=why.uncounted)
    return crosses, found


def _order(asking: Asking, tried: Tried, totals: Totals, known: Known) -> Places:
    """In which order the persons of a cell cross: who is in each of its counts already adds nothing, and goes first; then by digest, so always alike."""
    persons = _persons(tried.cell)
    there = [persons.within(one) for one in known([share.asked for share in asking.ask([tried], totals)[1] if share.each])]
    return np.argsort(~np.logical_and.reduce([np.ones(len(persons), dtype=bool), *there]), kind="stable")


def _first(tried: Tried, order: Places, number: int) -> Tried:
    """A cell with so many of its persons."""
    return replace(tried, cell=_some(tried.cell, order[:number]))


def _some(cell: Cell, which: Places) -> Cell:
    """A cell with some of its persons."""
    return replace(cell, persons=_persons(cell).only(np.sort(which)), part=True)


def _persons(cell: Cell) -> Digests:
    assert cell.persons is not None, "a part of persons whom nobody counted"
    return cell.persons


def _relaxed(asking: Asking, crosses: list[Tried], name: str, forms: int, totals: Totals) -> list[Tried]:
    """Each cell with the first form of a column in which all may still cross."""
    for form in range(forms - 1):
        waiting = {at for at, one in enumerate(crosses) if one.chosen[name] > form}
        if not waiting:
            continue
        tried = [replace(one, chosen={**one.chosen, name: form}) if at in waiting else one for at, one in enumerate(crosses)]
        passed, _ = asking.ask(tried, totals)
        may = {at for at in waiting if passed[at].permitted}
        settled = [tried[at] if at in may else one for at, one in enumerate(crosses)]
        if may and settled != tried:  # those that may, may they without the others?
            passed, _ = asking.ask(settled, totals)
        if may and all(one.permitted for one in passed):
            crosses = settled
    return crosses


def _effects(asking: Asking, crosses: Sequence[Passed], totals: Totals) -> dict[tuple[str, str], tuple[str, ...]]:
    """Of each column that crosses in a lesser form: the provisions that would stand in the form preferred most."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for name in asking.table.columns:
        lesser = [one for one in crosses if one.tried.chosen[name]]
        if not lesser:
            continue
        tried = [replace(one.tried, chosen={**one.tried.chosen, name: 0}) for one in crosses]
        for one in asking.ask(tried, totals)[0]:
            if any(one.cell is other.cell for other in lesser):
                found[one.cell.place, name] = tuple(standing(one.verdict))
    return found


def standing(verdict: Verdict) -> list[str]:
    """The provisions that surely or possibly stand, as regime, path and citation."""
    return sorted({f"{one.name} {bar.law.path} ({bar.law.cite})" for one in verdict.opinions for bar in one.standing})
