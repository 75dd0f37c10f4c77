"""What the law counts of a transfer: which persons, under which count and whose key; and what the ledger's totals tell the verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

import numpy as np

from comity.facts.record import Opening, World
from comity.facts.table import Choices, RecordTable
from comity.facts.value import FALSE, MAX, Interval, only
from comity.gate.cell import Cell
from comity.law.condition import Compare, Counted
from comity.ledger.definition import MOST, Asked, Definition, Total
from comity.verdict.decide import Stretch
from comity.verdict.plan import Plan, walk
from comity.verdict.scale import Columns


@dataclass(frozen=True)
class Share:
    """What a transfer brings to one count: whose (by link), asked of the ledger, and the persons of its cells added up one by one."""

    term: Counted
    key: tuple[tuple[str, str], ...]
    asked: Asked
    each: int


def counted(plan: Plan) -> list[Counted]:
    """The counts that the law asked draws lines for, each once."""
    return list({node.name: node for node in walk(plan.conditions()) if isinstance(node, Counted)}.values())


def unit(term: Counted) -> str:
    """What is counted, as the ledger says it: one person, one device."""
    return term.unit.removesuffix("s")


def definitions(plan: Plan) -> list[Definition]:
    """The same as the ledger keeps them: exact up to the highest line that is drawn."""
    lines: dict[str, int] = {}
    for node in walk(plan.conditions()):
        if isinstance(node, Compare):
            for one in (n for n in walk([node.left, node.right]) if isinstance(n, Counted)):
                plain = node.right if isinstance(node.right, int) and isinstance(node.left, Counted) else MOST
                lines[one.name] = max(lines.get(one.name, 0), plain)
    return [Definition(term.name, unit(term), term.window, lines.get(term.name, MOST)) for term in counted(plan)]


def shares(
    stretches: Sequence[Stretch], movement: str, cells: Sequence[Cell], day: int, terms: Iterable[Counted], *, devices: bool
) -> tuple[list[Share], set[int]]:
    """What a movement with a part for each cell brings to every count; and the cells that cannot be counted.

    Those are cells of which it is not known whose count they are, or, where devices are counted, a table without `devices`.
    """
    found: dict[tuple[Counted, tuple[tuple[str, str], ...]], set[int]] = {}
    nobodys: set[int] = set()
    for one in stretches:
        own = [(row, leg.part) for row, leg in enumerate(one.legs) if leg.movement == movement]
        for term in terms if own else ():
            codes = one.columns.truth(term.where, one.frame)
            tallied = one.columns.tallied(term, one.frame, codes)
            for row, part in own:
                if np.broadcast_to(codes, one.frame.n)[row] == FALSE:
                    continue
                if not tallied.known[:, row].all() or not (devices or term.unit == "persons"):
                    nobodys.add(part)
                    continue
                key = tuple((name.partition(".")[0], _party(one.columns, name, int(tallied.keys[at, row]))) for at, name in enumerate(term.key))
                found.setdefault((term, key), set()).add(part)
    made = []
    for (term, key), parts in found.items():
        sets = [cells[part].persons if term.unit == "persons" else cells[part].devices for part in sorted(parts)]
        made.append(Share(term, key, Asked(term.name, tuple(who for _, who in key), day, reduce(or_, sets)), sum(map(len, sets))))
    return made, nobodys


def _party(columns: Columns, name: str, number: int) -> str:
    """The name of a record, or of the group or entity of a party, by its number in a key."""
    last = name.rpartition(".")[2]
    table = columns.tables.kinds["party"]
    if last in ("group", "entity"):
        ends = table.column("@" + last)
        assert isinstance(ends, Choices)
        return only(ends.values[number])
    assert isinstance(table, RecordTable)
    return table.ids[number]


def told(world: World, shares: Sequence[Share], totals: Sequence[Total], since: Mapping[str, int], starts: Sequence[int]) -> list[Opening]:
    """What the ledger counted before, as the verdict reads it: with the transfer's own persons it makes the ledger's totals.

    Before it began to keep a count the ledger knows nothing of it (`since`: that day, by count; none is never). Where a window reaches
    back further (`starts`: the first day of each), there is no upper end, unless the world itself says what was counted until then.
    """
    said = {opening.count for opening in world.openings}
    made = []
    for share, total, start in zip(shares, totals, starts, strict=True):
        whole = start >= since.get(share.asked.count, MAX) or share.asked.count in said or "counts" in world.closed
        most = total.most if whole and total.most is not None else None
        persons = Interval(max(0, total.least - share.each), MAX if most is None else max(0, most - share.each))
        made.append(Opening(share.asked.count, dict(share.key), persons))
    return made
