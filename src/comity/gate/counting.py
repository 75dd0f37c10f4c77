"""What the law counts of a transfer: which persons, under which count and whose key; and what the ledger's totals tell the verdict."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import is_
from types import MappingProxyType
from typing import Final

import numpy as np

from comity.facts.record import Opening, World
from comity.facts.table import Choices, RecordTable
from comity.facts.value import FALSE, MAX, Interval, only
from comity.gate.cell import Cell
from comity.gate.days import Days
from comity.gate.meaning import meaning
from comity.law.condition import Compare, Counted
from comity.ledger.definition import MOST, Asked, Definition, Total
from comity.ledger.digests import Digests
from comity.text.source import Mistakes
from comity.verdict.decide import Stretch
from comity.verdict.plan import Plan, walk
from comity.verdict.scale import Columns

MADE: Final = frozenset({"asset", "population"})
"""What the gate makes anew of each cell: a count of one asset would never see two cells together."""
REMEMBERED: Final = 2
"""Unions of sets of persons: more would take memory for what is seldom asked again."""


@dataclass(frozen=True)
class Share:
    """What a transfer brings to one count, perhaps nobody: whose (by link), asked of the ledger, and the persons of its cells added up one by one."""

    term: Counted
    key: tuple[tuple[str, str], ...]
    asked: Asked
    each: int


@dataclass
class Unions:
    """Whoever is in any of some sets, remembered of those asked for last: a transfer is decided in many steps, most of them about the same cells."""

    _made: list[tuple[list[Digests], Digests]] = field(default_factory=list)

    def of(self, sets: list[Digests]) -> Digests:
        """The union of these sets. That they are the same ones is enough to look for: to compare millions of persons would cost what is saved."""
        for those, made in self._made:
            if len(those) == len(sets) and all(map(is_, those, sets)):
                return made
        self._made = [*self._made, (sets, Digests.union(sets))][-REMEMBERED:]
        return self._made[-1][1]


@lru_cache(maxsize=4)  # a transfer asks at each of its steps
def counted(plan: Plan) -> Sequence[Counted]:
    """The counts that the law asked draws lines for, each once.

    Raises:
        SourceError: two counts have one name, so nobody could say which of them a ledger's total is.
    """
    found: dict[str, Counted] = {}
    mistakes = Mistakes()
    for node in walk(plan.conditions()):
        if isinstance(node, Counted):
            place = plan.regime(node.name.partition("/")[0]).book.place
            if found.setdefault(node.name, node) is not node:
                mistakes.add(place, f"two things are counted as '{node.name}', so no ledger could keep them", "give each a definition of its own")
            if any(isinstance(other, Counted) for other in walk([node.where])):
                mistakes.add(place, f"whom '{node.name}' counts hangs on another count, so no ledger could keep it", "draw the line where the count is used")
    mistakes.settle()
    return tuple(found.values())


@lru_cache(maxsize=4)
def names(plan: Plan) -> Mapping[Counted, str]:
    """The counts of the law asked as the ledger names them: by what they mean too, so that what another edition counts under one name is another count."""
    return MappingProxyType({term: f"{term.name} {meaning(term, plan)}" for term in counted(plan)})


@dataclass(frozen=True)
class Kept:
    """How long a ledger keeps a count. `since`: the last day of its law on which something may have moved that it did not count.

    `first`: it never ceased to, nor did it ever keep another of the law's name. What it counted then is in no total of this one.
    """

    since: int
    first: bool


def kept_since(turns: Mapping[str, Sequence[str]], plan: Plan) -> dict[str, Kept]:
    """How long a ledger keeps each count that it keeps; `turns`: see `Ledger.since`."""
    ever = Counter(name.partition(" ")[0] for name in turns)
    return {
        name: Kept(Days.at(dt.datetime.fromisoformat(turns[name][-1]), plan).of(term.name).hi, first=len(turns[name]) == ever[term.name] == 1)
        for term, name in names(plan).items()
        if len(turns.get(name, ())) % 2
    }


NEVER: Final = Kept(MAX, first=True)
"""Of a count that no ledger keeps."""


def unit(term: Counted) -> str:
    """What is counted, as the ledger says it: one person, one device."""
    return term.unit.removesuffix("s")


@lru_cache(maxsize=4)
def definitions(plan: Plan) -> Sequence[Definition]:
    """The same as the ledger keeps them: exact up to the highest line that is drawn."""
    lines: dict[str, int] = {}
    for node in walk(plan.conditions()):
        if isinstance(node, Compare):
            for one in (n for n in walk([node.left, node.right]) if isinstance(n, Counted)):
                plain = node.right if isinstance(node.right, int) and isinstance(node.left, Counted) else MOST
                lines[one.name] = max(lines.get(one.name, 0), plain)
    return tuple(Definition(name, unit(term), term.window, lines.get(term.name, MOST)) for term, name in names(plan).items())


def shares(
    stretches: Sequence[Stretch], movement: str, cells: Sequence[Cell], days: Days, terms: Mapping[Counted, str | None], unions: Unions, *, devices: bool
) -> tuple[list[Share], set[int]]:
    """What a movement with a part for each cell brings to every count (`terms`, by name in the ledger); and the cells that cannot be counted.

    Those are cells of which it is not known whose count they are or would be; all, of a count that no ledger keeps (None); where devices are counted,
    those of a table without `devices`.
    """
    found: dict[tuple[Counted, str, tuple[str, ...]], tuple[tuple[tuple[str, str], ...], set[int]]] = {}
    nobodys: set[int] = set()
    for one in stretches:
        own = [(row, leg) for row, leg in enumerate(one.legs) if leg.movement == movement]
        for term, name in terms.items() if own else ():
            if name is None:
                nobodys.update(leg.part for _, leg in own)
                continue
            codes = np.broadcast_to(one.columns.truth(term.where, one.frame), one.frame.n)
            tallied = one.columns.tallied(term, one.frame, codes)
            for row, leg in own:
                ends = tuple((link, only(leg.facts.get(link))) for link in (name.partition(".")[0] for name in term.key))
                may = bool(codes[row] != FALSE)
                nameless = not tallied.known[:, row].all() or not all(who for _, who in ends) or not MADE.isdisjoint(dict(ends))
                if nameless or (may and term.unit == "devices" and not devices):
                    nobodys.add(leg.part)
                    continue
                key = tuple(called(one.columns, end, int(tallied.keys[at, row])) for at, end in enumerate(term.key))
                brings = found.setdefault((term, name, key), (ends, set()))[1]  # a cell that brings nobody may still be held for those counted before
                brings.update([leg.part] * may)
    made = []
    for (term, name, key), (ends, parts) in found.items():
        held = [cells[part].persons if term.unit == "persons" else cells[part].devices for part in sorted(parts)]
        sets = [one for one in held if one is not None]
        assert len(sets) == len(held), "a count of cells whose persons nobody counted"
        made.append(Share(term, ends, Asked(name, key, days.of(term.name).hi, unions.of(sets)), sum(map(len, sets))))
    return made, nobodys


def called(columns: Columns, name: str, number: int) -> str:
    """The name of a record, or of the group or entity of a party, by its number in a key."""
    *links, last = name.split(".")
    table = columns.tables.legs
    for link in links:
        table = columns.tables.kinds[table.facts[link].to]
    if last in ("group", "entity"):
        ends = table.column("@" + last)
        assert isinstance(ends, Choices)
        return only(ends.values[number])
    table = columns.tables.kinds[table.facts[last].to]
    assert isinstance(table, RecordTable)
    return table.ids[number]


def told(world: World, shares: Sequence[Share], totals: Sequence[Total], kept: Mapping[str, Kept], starts: Sequence[int]) -> list[Opening]:
    """What the verdict is told of each count, so that with the cells' own persons it reads the ledger's total.

    A count is at least what an opening says, and at most that with what its legs add up to: the two ends are read apart. So the lower end
    is the total itself, and the upper one what is left of it: below nought where somebody is in two cells.
    Up to the day on which the ledger began to count (`kept`, by count) it knows nothing: where a window reaches back so far (`starts`: the first day of
    each), the count has no upper end, unless the world itself says what was counted until then: before the ledger, that is, not while it counted otherwise.
    """
    made = []
    for share, total, start in zip(shares, totals, starts, strict=True):
        said = any(one.count == share.term.name and one.key.items() <= dict(share.key).items() for one in world.openings)
        own = kept.get(share.asked.count, NEVER)
        whole = start > own.since or (own.first and (said or "counts" in world.closed))
        persons = Interval(total.least, total.most - share.each if whole and total.most is not None else MAX)
        made.append(Opening(share.term.name, dict(share.key), persons))
    return made
